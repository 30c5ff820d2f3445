#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Where are the early tables of a machine with several nodes, when the top of each
# node, from where memblock takes memory, is somebody else's?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

# by_node SIZE: how many pages the ranges have in nodes of that size.
by_node() {
	fact range | while read -r start size; do
		echo "node $(((start - ram) / $1)): $((size / 4096))"
	done | sort
}

# try NODES MIB PROPERTY: so many nodes of so many MiB, the highest MiB of each reserved.
try() {
	local count=$1 size=$(($2 * MiB)) property=$3 i top nodes=() words=() places=()
	local what="$count nodes of $2 MiB with reserved tops${property:+ ($property)}" reserved=
	for ((i = 0; i < count; i++)); do
		top=$((ram + (i + 1) * size - MiB))
		nodes+=(-object "memory-backend-ram,id=node$i,size=$2M" -numa "node,nodeid=$i,memdev=node$i")
		reserved+=$(reserved $top $MiB "$property")
		places+=($((ram + i * size)) $((size - MiB)))
	done
	nodes+=(-numa cpu,node-id=0,socket-id=0,cluster-id=0,core-id=0,thread-id=0)
	nodes+=(-numa "cpu,node-id=$((count - 1)),socket-id=0,cluster-id=0,core-id=1,thread-id=0")
	for i in "${nodes[@]}"; do words+=(-q "$i"); done
	ok "a device tree: $what" reserved_memory "$TMP/numa.dtb" "$reserved" -m $((count * $2)) "${nodes[@]}"
	boot -k "$image" -m $((count * $2))M -q -machine -q virt -q -dtb -q "$TMP/numa.dtb" "${words[@]}"
	check "$what" 2 "${places[@]}"
	is "$(fact nodes)" "0-$((count - 1))" "... as a machine with $count nodes"
	# The linear map is made before the kernel knows of nodes, from the top of all
	# memory; what one table of the memory map covers is more than all nodes have.
	is "$(by_node $size | paste -sd' ')" "node 0: 2 node $((count - 1)): $(($(tables "${places[@]}") - 2))" \
		'... in the nodes whose memory was wanted'
	numbers "$what"
}
try 2 512 ''
try 2 512 'no-map;'
try 4 256 ''
try 4 256 'no-map;'

done_testing
