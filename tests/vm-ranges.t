#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do counts and ranges of real boots agree with what others know of them: the
# size of memory, memblock, and a walk over the tables?

. tests/lib/tap.sh
. tests/lib/ranges.sh

test_kernel=build/test/arch/arm64/boot/Image

# One table for 2 MiB, one for 1 GiB or part of it, one in all, and two of the
# memory map: what the computation in check() must come to.
declare -A wanted=([512M]=260 [1G]=516 [4G]=2055 [16G]=8211)
for size in 512M 1G 4G 16G; do
	boot -m "$size"
	bytes=$(numfmt --from=iec "$size")
	check "$size" 1 $ram "$bytes"
	is "$(tables $ram "$bytes")" "${wanted[$size]}" "... as many as $size needs"
	is "$(fact joins)" "new=1 prepend=$((wanted[$size] - 1))" '... downwards'
done

# --- several ranges on the product kernel: reservations further apart than a run

ok 'a device tree with 20 reservations' reserve "$TMP/20.dtb" 4G $((5 * GiB)) 65 20
boot -m 4G -q -dtb -q "$TMP/20.dtb"
# The highest of the 21 gaps has the log in it and is too small for a run.
check '4G with 20 reservations' 20 $ram $((4 * GiB))
is "$(fact joins)" 'new=20 prepend=2035' '... downwards'

# --- the other ways to join, on the kernel with test knobs

boot -m 1G -k "$test_kernel" -a kpkeys.test=bottomup
check 'memblock upwards' '' $ram $GiB
like "$(fact joins)" '^append=[0-9]+ new=[0-9]+' '... pages are appended'

boot -m 1G -k "$test_kernel" -a kpkeys.test=scatter
check 'pages out of order' 1 $ram $GiB
like "$(fact joins)" '^append=[0-9]+ bridge=[0-9]+ new=[0-9]+ prepend=[0-9]+$' '... pages join in all four ways'

boot -m 1G -k "$test_kernel" -a kpkeys.test=run=1
# What else is allocated before the memory map lies in between then.
check 'single pages from memblock' 2 $ram $GiB

# --- two nodes: each has the tables of its own memory map

nodes=()
for i in 0 1; do
	nodes+=(-q -object -q "memory-backend-ram,id=node$i,size=512M"
		-q -numa -q "node,nodeid=$i,cpus=$i,memdev=node$i")
done
boot -m 1G -q -machine -q virt "${nodes[@]}"
check 'two NUMA nodes' '' $ram $GiB

# --- the table is full: nothing is left without a key

ok 'a device tree with reservations at every other page' reserve "$TMP/dense.dtb" 4G $((5 * GiB)) 3 20
boot -m 4G -q -dtb -q "$TMP/dense.dtb" -k "$test_kernel" -a kpkeys.test=run=1,ranges=4
is "$(fact ranges)" 4 'a table of 4 holds 4 ranges'
is "$(fact full)" 4 '... the overflow event says so'
read -r tracked overflowed lost <<<"$(fact total)"
is $((tracked + overflowed)) 2055 '... every page is accounted for'
is "$lost" 0 '... none is lost'
is "$(fact walk)" "2055 $overflowed" '... and the walk keyed what did not fit'
like "$(<"$vm_log")" "kpkeys: range table of 4 is full: $overflowed pages are in no range" '... the log says so'

done_testing
