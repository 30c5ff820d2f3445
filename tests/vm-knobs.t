#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does verify say what is left of protection where the table of ranges is full, and
# memblock has pages of others in between? All other faults: tests/vm-faults.t.

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=build/test/arch/arm64/boot/Image

# The checks of the last verify that ended so, in their order.
ended() { awk -v status="$1" '$1 == status { printf "%s%s", sep, $2; sep = " " }' <<<"$out"; }

# try KNOBS STATUS FAILED-CHECKS REGEX-OF-UNPROVEN-CHECKS [OPTION...]
try() {
	local knobs=$1 status=$2 failed=$3 unproven=$4
	shift 4
	vm -m 512M -k "$image" -a "kpkeys.test=$knobs" "$@" -- ppa-trace verify
	is "$rc" "$status" "$knobs: status $status"
	is "$(ended FAILED)" "$failed" "... failed: ${failed:-nothing}"
	like "$(ended UNPROVEN)" "^$unproven\$" "... unproven: ${unproven:-nothing}"
}

# A table of ranges that is full: the pages beyond it have their key all the same.
# Single pages from memblock, and reservations that keep them apart.
ok 'a device tree with 20 reservations' reserve "$TMP/dense.dtb" 512M $((0x60000000)) 3 20
try run=1,ranges=4 1 'events.overflow events.walk-missed walk.table-in-range' '' \
	-q -dtb -q "$TMP/dense.dtb"
like "$out" '^ok +walk.table-keyed ' '... every table has its key: it fails closed'
like "$out" '^ok +events.capacity +4 ranges at most, of 4 possible' '... there were 4 ranges'

done_testing
