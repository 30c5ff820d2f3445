#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the programs for which `ppa-trace export` and `ppa-trace events` write take
# what they get: node_exporter, junitparser, xmllint, a validator of JSON
# schemas, and Python's reader of CSV?

. tests/lib/tap.sh
. tests/lib/outside.sh

at=${TMP#"$PWD"/}
cat >"$TMP/write.sh" <<END
cd $at || exit
gen=\$OLDPWD/build/tool/tests/obj/gen
tool=\$OLDPWD/build/host/ppa-trace
\$gen pages=600 gap=256 >good
\$gen pkey=2 >bad
\$gen pages=3000 gap=1 capacity=40 >full
for name in good bad full; do
	for format in perfetto prometheus junit csv; do
		\$tool export --format=\$format -o \$name.\$format \$name
		echo \$? >\$name.\$format.status
	done
done
END
ok 'the files are written' ci/enter kernel -- bash "$at/write.sh"
for format in prometheus junit; do
	is "$(cat "$TMP"/{good,bad,full}."$format.status" | tr '\n' ' ')" '3 1 1 ' "$format: exit status"
done
# Hostile names are in what a unit test writes.
golden=tools/ppa-trace/tests/golden
cp $golden/hostile.export.json "$TMP/hostile.perfetto"
cp $golden/hostile.export.prom "$TMP/hostile.prometheus"
cp $golden/hostile.export.xml "$TMP/hostile.junit"
# And what must be refused, for else nothing would have been tested.
sed 's/"pid":1,/"pid":"1",/' "$TMP/good.perfetto" >"$TMP/wrong-pid.perfetto"
sed 's/,"dur":[0-9.]*//' "$TMP/good.perfetto" >"$TMP/wrong-end.perfetto"
sed '0,/<testcase/s//<textcase/' "$TMP/good.junit" >"$TMP/wrong.junit"
sed '0,/ppa_ranges 3/s//ppa_ranges 3 x/' "$TMP/good.prometheus" >"$TMP/wrong.prometheus"

ok 'the others have read them' outside ci/enter -n peers -- bash tests/peers/read.sh "$at"

# ended FILE STATUS DESCRIPTION
ended() {
	if [[ $(<"$TMP/$1.rc") == "$2" ]]; then pass "$3"
	else fail "$3" "$(tail -n 20 "$TMP/$1.err")"; fi
}

for name in good bad full hostile; do
	ended $name.perfetto 0 "perfetto, $name: valid by the schema"
	ended $name.junit.lint 0 "junit, $name: well-formed XML"
	ended $name.junit 0 "junit, $name: junitparser counts what stands there"
	like "$(<"$TMP/$name.prometheus.out")" '^node_textfile_scrape_error 0$' "node_exporter, $name: no error"
	is "$(grep -c '^ppa_' "$TMP/$name.prometheus.out")" "$(grep -c '^ppa_' "$TMP/$name.prometheus")" \
		"node_exporter, $name: every sample is there"
done
is "$(<"$TMP/good.junit.out")" '23 0 6' 'junit, good: none failed'
is "$(<"$TMP/bad.junit.out")" '23 1 6' 'junit, bad: one failed'
is "$(<"$TMP/good.csv.out")" "$(grep -c kpkeys_ppa_ "$TMP/good") 600" 'csv: Python reads every row and column'
# It sorts, and writes large numbers in a way of its own.
small() { grep -E '^ppa_[^ ]* [0-9]{1,5}$' "$1" | grep -v ^ppa_info | LC_ALL=C sort; }
is "$(small "$TMP/full.prometheus.out")" "$(small "$TMP/full.prometheus")" 'node_exporter: the samples are the same'
like "$(<"$TMP/hostile.prometheus.out")" '^ppa_info\{.*release="</x>\\"\},\{\\"\\\\\\n' 'node_exporter: a hostile label is text'

ended wrong-pid.perfetto 1 'the schema refuses a pid that is no integer'
ended wrong-end.perfetto 1 '... and a slice without an end'
ended wrong.junit.lint 1 'xmllint refuses what is not well-formed'
like "$(<"$TMP/wrong.prometheus.out")" '^node_textfile_scrape_error 1$' 'node_exporter refuses what is wrong'

done_testing
