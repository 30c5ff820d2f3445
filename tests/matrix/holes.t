#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does all hold where memory has holes? QEMU's machine has none: it makes the memory
# nodes itself, whatever the device tree has. What remains are memory that the
# kernel is told not to use, and regions that it must not map.

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

# usable FILE START SIZE START SIZE: only these two; the kernel takes no more than two.
usable() {
	local file=$1
	shift
	cells=$(cells "$@") device_tree "$file" \
		's/(\tchosen \{\n)/$1\t\tlinux,usable-memory-range = <$ENV{cells}>;\n/' -m 4G
}

# try DESCRIPTION RANGES START SIZE...: with the device tree $TMP/holes.dtb.
try() {
	local what=$1 ranges=$2
	shift 2
	boot -k "$image" -m 4G -q -dtb -q "$TMP/holes.dtb"
	check "$what" "$ranges" "$@"
	numbers "$what"
}

places=($ram $((512 * MiB)) $((4 * GiB)) $GiB)
ok 'a device tree: a hole of 2.5 GiB' usable "$TMP/holes.dtb" "${places[@]}"
try 'a hole of 2.5 GiB' '' "${places[@]}"
is "$(fact ram)" $((1536 * MiB)) '... and 1.5 GiB of memory'

# Ends that are those of no section and of no table.
places=($ram $((700 * MiB + 12288)) $((4 * GiB + 5 * MiB)) $((333 * MiB)))
ok 'a device tree: a hole with odd ends' usable "$TMP/holes.dtb" "${places[@]}"
try 'a hole with odd ends' '' "${places[@]}"
is "$(fact ram)" $((1033 * MiB + 12288)) '... and that much memory'

# unmapped COUNT SIZE DISTANCE: so many holes below 4 GiB, the first at 5 * GiB - DISTANCE.
unmapped() {
	local i start nodes= begin=$ram
	places=()
	for ((i = $1; i >= 1; i--)); do
		start=$((5 * GiB - i * $3))
		nodes+=$(reserved $start "$2" 'no-map;')
		places+=($begin $((start - begin)))
		begin=$((start + $2))
	done
	places+=($begin $((5 * GiB - begin)))
	ok "a device tree: $1 regions without a mapping" reserved_memory "$TMP/holes.dtb" "$nodes" -m 4G
	try "$1 regions without a mapping" '' "${places[@]}"
	unlike "$(<"$vm_log")" 'could not reserve|Failed to reserve' '... all of them really are'
}
# As large as what one table maps, smaller, and larger.
unmapped 16 $((2 * MiB)) $((4 * MiB))
unmapped 24 4096 $((65 * 4096))
unmapped 3 $((512 * MiB)) $GiB

done_testing
