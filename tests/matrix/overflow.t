#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What if there are more ranges than the kernel has room for? Real machines meet the
# limits of memblock before (reservations.t), so the table is made smaller.

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

# overflow WHAT RANGES OVERFLOWED START SIZE: after boot, every page accounted for,
# none without its key, and verify says that those are in no range.
overflow() {
	local what=$1 ranges=$2 overflowed=$3 total
	shift 3
	is "$rc$err" 0 "$what: boots"
	if ((rc)); then return; fi
	total=$(tables "$@")
	is "$(fact total)" "$((total - overflowed)) $overflowed 0" \
		"... $overflowed of $total pages overflow, none is lost"
	is "$(fact ranges), $(fact capacity), $(fact full)" "$ranges, $ranges, $ranges" "... the table of $ranges is full, and says so"
	is "$(fact walk)" "$total $overflowed" '... the walk keyed what did not fit'
	is "$(fact verdict)" 1 '... verify fails'
	is "$(fact not-ok | awk '/^FAILED/ { printf "%s ", $2 }')" 'events.overflow events.walk-missed walk.table-in-range ' \
		'... in what is about ranges, and not in what is about keys'
	like "$(<"$vm_log")" "kpkeys: range table of $ranges is full: $overflowed pages are in no range" '... the log says so'
	like "$(<"$vm_log")" "kpkeys: $overflowed page tables were in no keyed range, 0 could not be keyed" '... and that all have their key'
	numbers "$what"
}

# With single pages from memblock the two tables of the memory map are a second range.
capacity=2
boot -k "$image" -m 1G -a kpkeys.test=run=1,ranges=2
check 'exactly full' 2 $ram $GiB
capacity=3
boot -k "$image" -m 1G -a kpkeys.test=run=1,ranges=3
check 'one free entry' 2 $ram $GiB
boot -k "$image" -m 1G -a kpkeys.test=run=1,ranges=1
overflow 'one range too many' 1 2 $ram $GiB

# Reservations at every third page: ranges of two between them, the rest below.
ok 'a device tree with reservations at every third page' reserve "$TMP/dense.dtb" 4G $((5 * GiB)) 3 20
boot -k "$image" -m 4G -q -dtb -q "$TMP/dense.dtb" -a kpkeys.test=run=1
natural=$(fact ranges)
capacity=1024
check "room for all $natural" '' $ram $((4 * GiB))
capacity=$natural
boot -k "$image" -m 4G -q -dtb -q "$TMP/dense.dtb" -a "kpkeys.test=run=1,ranges=$natural"
check "exactly the $natural that there are" "$natural" $ram $((4 * GiB))
for ranges in $((natural - 1)) 8 1; do
	boot -k "$image" -m 4G -q -dtb -q "$TMP/dense.dtb" -a "kpkeys.test=run=1,ranges=$ranges"
	overflow "$((natural - ranges)) ranges too many" "$ranges" "$(fact total | cut -d' ' -f2)" $ram $((4 * GiB))
done
boot -k "$image" -m 1G -a kpkeys.test=ranges=0
overflow 'no table at all' 0 516 $ram $GiB

done_testing
