#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a guest whose page tables are protected hibernate and come back? Both ways
# every page is written through a copy of the linear map, where no fault can be
# taken, and the kernel is entered past its start: with what the kernel that
# loaded the image had set, which may have had no keys.

. tests/lib/tap.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix: the kernel must be able to hibernate}
disk=$TMP/disk

# guest OPTION...: the same machine each time, with the disk.
guest() {
	vm -m 512M -c 2 -k "$image" -q -drive -q "file=$disk,if=none,id=swap,format=raw" \
		-q -device -q virtio-blk-device,drive=swap -i tests/guest/hibernate.sh -i build/tool/storm "$@"
}

# try DESCRIPTION IMAGE-KEYS LOADER-KEYS: the value of kpkeys= for the kernel that
# hibernates, and for the one that loads what it left.
try() {
	rm -f "$disk"
	truncate -s 768M "$disk"
	ok "$1: a disk to swap to" ci/enter kernel -- mkswap -q "${disk#"$PWD"/}"
	guest -a "kpkeys=$2" -- /in/hibernate.sh
	like "$err" 'the guest ended without a status' '... it went to sleep'
	like "$(<"$vm_log")" 'PM: hibernation: Wrote [0-9]+ kbytes' '... with all that it had'
	guest -a "kpkeys=$3" -a resume=/dev/vda -- /in/hibernate.sh late
	after=$(tr -d '\r' <"$vm_log" | sed -n 's/.*after sleep: //p')
	like "$(<"$vm_log")" 'PM: hibernation: hibernation exit' '... and came back'
	is "$(head -n 1 <<<"$after")" "backend $2" '... with its keys'
}
try 'from a kernel with keys by one with them' pie pie
is "$(grep -c 'error=-14$' <<<"$after")" 6 '... in which a write to a table of each kind faults'
like "$after" '^verify 0$' '... and every table has its key'
try 'from a kernel with keys by one without' pie off
is "$(grep -c 'error=-14$' <<<"$after")" 6 '... in which a write to a table of each kind faults'
like "$after" '^verify 0$' '... and every table has its key'
try 'from a kernel without keys by one with them' off pie
is "$(grep -c 'error=0$' <<<"$after")" 6 '... in which none does'

done_testing
