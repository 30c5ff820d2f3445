#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a kernel without the log and the events protect its page tables as well, and
# does the tool say what is missing?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}
. tests/lib/kernel.sh
if has KPKEYS_PPA_TRACE; then fail 'the kernel is made without the log'; fi

# One table for 2 MiB, one for 1 GiB, one in all, two of the memory map.
declare -A wanted=([512M]=260 [1G]=516 [4G]=2055)
for size in 512M 1G 4G; do
	early=${wanted[$size]}
	vm -k "$image" -m "$size" -i tests/guest/keys.sh -- /in/keys.sh
	is "$rc$err" 0 "$size: boots"
	is "$(fact backend)" pie '... with keys'
	like "$(fact message)" "^$early early page tables, $early of them linked and keyed; 1 ranges$" \
		"... on each of $early early tables"
	ok "... and the kernel shows them on $(fact keyed) KiB" test "$(fact keyed)" -ge $((early * 4))
	is "$(fact other-keys), $(fact odd)" '0, 0' '... no other key, and nothing that is not data'
	is "$(fact log), $(fact events)" ' , ' '... there is no log, and there are no events'
	like "$out" "^ok walk.table-keyed +$early early tables$" '... verify finds the key on each of them'
	is "$(fact verify:), $(fact summary:), $(fact boot:)" '3, 2, 2' \
		'... but proves nothing of the ranges, and of events there is nothing to be said'
	like "$(fact error)" 'CONFIG_KPKEYS_PPA_TRACE=y' '... and it names the option'
done

vm -k "$image" -m 512M -a kpkeys=off -i tests/guest/keys.sh -- /in/keys.sh
is "$(fact backend), $(fact keyed)" 'off, 0' 'kpkeys=off: nothing is keyed'

done_testing
