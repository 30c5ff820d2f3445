#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Are the recorded boots what examples/README.md says, and does make try show one?

. tests/lib/tap.sh

tool=build/host/ppa-trace
trace() { ci/enter kernel -- "$tool" "$@"; }

# recording NAME STATUS PAGES RANGES
recording() {
	local json
	status "$2" "$1: verify ends with $2" trace verify "examples/$1.rec"
	json=$(trace --json summary "examples/$1.rec")
	is "$(perl -MJSON::PP -e 'local $/; my $b = decode_json(<STDIN>)->{boot};
		print "$b->{complete} $b->{allocations}{pages} $b->{ranges}{count}"' <<<"$json")" \
		"1 $3 $4" "... complete, $3 pages, $4 ranges"
	like "$(<examples/README.md)" "^\\| \`$1\\.rec\` " '... and is explained'
}
recording small 0 260 1
recording ranges 0 2055 20
recording violation 1 516 1
recording large 0 32835 1
is "$(printf '%s\n' examples/*.rec | wc -l)" 4 'there are no others'
like "$(trace verify examples/violation.rec)" 'page 0x[0-9a-f]+ level pte .* key 0' 'the violation is named'
status 1 'two boots that differ' trace diff examples/small.rec examples/large.rec

out=$(ci/try 2>"$TMP/err")
is "$?" 0 "make try: $(tail -n 1 "$TMP/err")"
like "$out" '^Ranges +1 of 1024 possible' '... a summary'
like "$out" '^verify: FAILED: 2 of 23 checks failed$' '... a verdict'
like "$(<build/try/report.html)" '^<!DOCTYPE html>' '... and a page'

done_testing
