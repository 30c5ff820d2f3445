#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is the page of "ppa-trace report" what its readers need, in a real browser?
#
# A Chromium without a window in a root of its own (ci/layers/browser), driven by
# chromedriver: tests/lib/report.pl says what is looked at. The pictures stay in
# build/report: look at them when the page has changed.

. tests/lib/tap.sh
. tests/lib/outside.sh

# chromedriver finds the browser as "localhost", and the root has no /etc/hosts.
with_hosts='mkdir /run/etc && cp -a /etc/. /run/etc && echo "127.0.0.1 localhost" >/run/etc/hosts &&
	mount --bind /run/etc /etc && exec "$@"'

if [[ ! -e build/host/ppa-trace ]]; then ci/tool host || exit; fi
ok 'the generator of events builds' ci/enter kernel -- bash -c \
	'O=$PWD/build/tool; exec make -s -C tools/ppa-trace O="$O" "$O/tests/obj/gen" </dev/null'

out=build/report
rm -rf --one-file-system "$out"
mkdir -p "$out"
# boot NAME STATUS OPTION ARG...: a page of the boot that gen makes of ARG
boot() {
	local name=$1 status=$2 option=$3
	shift 3
	ci/enter kernel -- build/tool/tests/obj/gen "$@" >"$TMP/$name.txt"
	status "$status" "a page of the boot '$name'" \
		ci/enter kernel -- build/host/ppa-trace report -o "$out/$name.html" ${option:+"$option"} "${TMP#"$PWD/"}/$name.txt"
}
boot one 0 --events-only pages=516 slow=60 top=0x80000000
boot many 3 '' pages=3000 gap=37 slow=200 ram=$((8 << 30)) top=0x240000000
boot bad 1 '' pages=400 gap=50 pkey=5 error=12 missed=3 capacity=6 slow=50 top=0x7ffff000
boot large 0 --events-only pages=33000 gap=9000 slow=3000 ram=$((64 << 30)) top=0x1040000000

while IFS= read -r line; do
	case $line in
	'ok '*) pass "${line#ok }" ;;
	'not ok '*) fail "${line#not ok }" ;;
	*) diag "$line" ;;
	esac
done < <(outside ci/enter browser -- sh -c "$with_hosts" sh \
	perl -Itests/lib tests/lib/report.pl "$out" </dev/null 2>&1)
ok 'there are pictures of all of them' test -s "$out/large.narrow.png"

done_testing
