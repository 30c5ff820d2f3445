#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How many small reservations can a device tree have? Each gap between them takes a
# range of its own, and memblock's array of reserved regions cannot grow as long as the
# linear map is made: a stock kernel panics there as well, and ours must not do so for
# fewer of them, with keys or without.

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}
. tests/lib/kernel.sh
if ! has EFI; then capacity=128; fi

# device PAGES COUNT: the device tree of a machine that needs some 4,100 tables.
device() { ok "a device tree: $2 reservations, $1 pages apart" reserve "$TMP/new.dtb" 8G $((9 * GiB)) "$1" "$2"; }

# In gaps for a run of pages, each of which is used, and in some that are too small.
for pages in 65 4; do
	device $pages 56
	boot -k "$image" -m 8G -q -dtb -q "$TMP/new.dtb"
	check "56 reservations, $pages pages apart" '' $ram $((8 * GiB))
	if ((pages == 65)); then ok "... in a range for nearly every gap: $(fact ranges)" test "$(fact ranges)" -ge 55; fi
	numbers "56 reservations, $pages pages apart"
done

# Where does it end? As a stock kernel takes them, one by one, tables come from memblock
# without keys and with runs of one page.
boots() { vm -k "$image" -m 8G -q -dtb -q "$TMP/new.dtb" -t 60 "$@" -- true; ((rc == 0)); }
panicked() { grep -q 'memblock: cannot resize reserved array' "$vm_log"; }

# ends PAGES FROM: as many as a stock kernel boots with, ours does, too. FROM is a few
# below what that was when this was written: 66, 68 and 100.
ends() {
	local count
	for ((count = $2; count <= $2 + 20; count++)); do
		device "$1" $count
		if ! boots -a kpkeys=off -a kpkeys.test=run=1; then break; fi
		ok '... boots with keys where a stock kernel does' boots
		ok '... and without' boots -a kpkeys=off
	done
	ok "... a stock kernel gives up: memblock's array is full" panicked
	boots
	diag "$1 pages apart: $count reservations are too many for a stock kernel, with keys the status is $rc"
}
ends 4 64
ends 65 66
ends 128 98

done_testing
