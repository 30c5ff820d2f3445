#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do counts and ranges of real boots agree with what others know of them: the
# size of memory, memblock, and a walk over the tables?

. tests/lib/tap.sh

test_kernel=build/test/arch/arm64/boot/Image
script=(-i tests/guest/ranges.sh)

fact() { sed -n "s/^$1 //p" <<<"$out"; }

# check DESCRIPTION RANGES: what holds for every boot in which all is well. The
# walk at finalize counts tables by their links, the events by allocation.
check() {
	local tables
	tables=$(fact total | cut -d' ' -f1)
	is "$rc" 0 "$1: boots"
	is "$(fact total)" "$tables 0 0" '... nothing overflowed, nothing was lost'
	is "$(fact walk)" "$tables 0" "... $tables tables are linked into the page tables, none was missed"
	is "$(fact bpf)" "$tables" '... a BPF program that walks them finds as many'
	is "$(fact verdict)" 0 '... and verify passes'
	is "$(fact pages)" "$tables" '... the finalized ranges have as many pages'
	if [[ -n $2 ]]; then is "$(fact ranges)" "$2" "... in $2 ranges"; fi
	is "$(fact reserved)" "$(fact ranges)" '... each inside a region that memblock had reserved'
}

# One table for 2 MiB, one for 1 GiB or part of it, one in all, and two of the
# memory map.
declare -A tables=([512M]=260 [1G]=516 [4G]=2055 [16G]=8211)
for size in 512M 1G 4G 16G; do
	vm -m "$size" "${script[@]}" -- /in/ranges.sh
	check "$size" 1
	is "$(fact total)" "${tables[$size]} 0 0" "... as many as $size needs"
	is "$(fact joins)" "new=1 prepend=$((tables[$size] - 1))" '... downwards'
done

# --- several ranges on the product kernel: reservations further apart than a run

# reserve FILE TOP PAGES COUNT: a device tree with COUNT reserved pages below TOP,
# so many pages apart.
reserve() {
	local i base nodes=
	qemu-system-aarch64 -machine virt,dumpdtb="$TMP/plain.dtb" -cpu max -m 4G -smp 2 \
		-display none 2>"$TMP/qemu.err" || { diag "$(<"$TMP/qemu.err")"; return 1; }
	for ((i = 1; i <= $4; i++)); do
		base=$(($2 - i * $3 * 4096))
		nodes+=$(printf '\n\t\tsmall@%x { reg = <0x%x 0x%x 0x0 0x1000>; };' \
			$base $((base >> 32)) $((base & 0xffffffff)))
	done
	dtc -q -I dtb -O dts "$TMP/plain.dtb" | sed '$d' >"$TMP/new.dts"
	printf '\treserved-memory {\n\t\t#address-cells = <2>;\n\t\t#size-cells = <2>;\n\t\tranges;%s\n\t};\n};\n' \
		"$nodes" >>"$TMP/new.dts"
	dtc -q -I dts -O dtb -o "$1" "$TMP/new.dts"
}
ok 'a device tree with 20 reservations' reserve "$TMP/20.dtb" $((0x140000000)) 65 20
vm -m 4G "${script[@]}" -q -dtb -q "$TMP/20.dtb" -- /in/ranges.sh
# The highest of the 21 gaps has the log in it and is too small for a run.
check '4G with 20 reservations' 20
is "$(fact joins)" 'new=20 prepend=2035' '... downwards'

# --- the other ways to join, on the kernel with test knobs

vm -m 1G "${script[@]}" -k "$test_kernel" -a kpkeys.test=bottomup -- /in/ranges.sh
check 'memblock upwards' ''
like "$(fact joins)" '^append=[0-9]+ new=[0-9]+' '... pages are appended'

vm -m 1G "${script[@]}" -k "$test_kernel" -a kpkeys.test=scatter -- /in/ranges.sh
check 'pages out of order' 1
like "$(fact joins)" '^append=[0-9]+ bridge=[0-9]+ new=[0-9]+ prepend=[0-9]+$' '... pages join in all four ways'

vm -m 1G "${script[@]}" -k "$test_kernel" -a kpkeys.test=run=1 -- /in/ranges.sh
# What else is allocated before the memory map lies in between then.
check 'single pages from memblock' 2

# --- two nodes: each has the tables of its own memory map

nodes=()
for i in 0 1; do
	nodes+=(-q -object -q "memory-backend-ram,id=node$i,size=512M"
		-q -numa -q "node,nodeid=$i,cpus=$i,memdev=node$i")
done
vm -m 1G "${script[@]}" -q -machine -q virt "${nodes[@]}" -- /in/ranges.sh
check 'two NUMA nodes' ''

# --- the table is full: nothing is left without a key

ok 'a device tree with reservations at every other page' reserve "$TMP/dense.dtb" $((0x140000000)) 3 20
vm -m 4G "${script[@]}" -q -dtb -q "$TMP/dense.dtb" -k "$test_kernel" \
	-a kpkeys.test=run=1,ranges=4 -- /in/ranges.sh
is "$(fact ranges)" 4 'a table of 4 holds 4 ranges'
is "$(fact capacity)" 4 '... the overflow event says so'
read -r tracked overflowed lost <<<"$(fact total)"
is $((tracked + overflowed)) 2055 '... every page is accounted for'
is "$lost" 0 '... none is lost'
is "$(fact walk)" "2055 $overflowed" '... and the walk keyed what did not fit'
like "$(<"$vm_log")" "kpkeys: range table of 4 is full: $overflowed pages are in no range" '... the log says so'

done_testing
