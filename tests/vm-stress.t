#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the kernel stay well, and do its page tables keep their keys, while four
# processors make, move and free page tables as fast as they can, and the text of
# the kernel is patched meanwhile?
#
# Two guests: storms of stress-ng, and the kernel's own mm selftests.

. tests/lib/tap.sh
. tests/lib/outside.sh

image=${KPKEYS_TEST_IMAGE:-build/test/arch/arm64/boot/Image}
. tests/lib/kernel.sh
plan=$TMP/plan
at=$TMP/out

# lacks OPTION WHAT: what cannot run without it, and has to when it is there.
lacks() {
	if has "$1"; then fail "$2" "the kernel has CONFIG_$1: make it run here"
	else skip "the kernel has no CONFIG_$1" "$2"; fi
}

# guest PAUSE OPTION...: run the plan, with so many microseconds between two rounds
# of what goes on in the background, more on a slow kernel. It fails if there is
# nothing to look at.
guest() {
	local loop pause=$(($1 * ${KPKEYS_VM_PATIENCE:-1}))
	shift
	rm -rf "$at"
	mkdir -p "$at"
	vm -k "$image" -c 4 "${swap[@]}" -i "$plan" -i tests/guest/stress.sh -o "$at" "$@" -- /in/stress.sh "$pause"
	is "$rc$out$err" 0 "a guest with $(wc -l <"$plan") parts: no splat"
	[[ -e $at/seconds ]] || return
	for loop in before after; do
		ended "$loop" 0 "verify: good $loop"
	done
	went_on verify 'verify: good all the time'
	went_on refused 'writes without a guard fault all the time'
	went_on kprobes 'kprobes in and out, entries and returns'
	went_on tracepoints 'static keys on and off'
	went_on hotplug 'processors off and on'
	if has FUNCTION_TRACER; then went_on functions 'entries of functions patched'; fi
	ok 'there were huge pages' test "$(cat "$at/huge")" -gt 0
	diag "huge pages: $(cat "$at/huge"), seconds: $(cat "$at/seconds")"
}
# ended NAME REGEX-OF-STATUS WHAT
ended() {
	if [[ $(cat "$at/$1.rc") =~ ^($2)$ ]]; then pass "$3"
	else fail "$3" "status $(cat "$at/$1.rc"): $(tail -n 40 "$at/$1.out")"; fi
}
# went_on NAME WHAT: all rounds of a loop went well, and there were some.
went_on() {
	ended "$1" 0 "$2"
	ok "... $1: at least two rounds" test "$(cat "$at/$1.rounds")" -ge 2
	diag "$1: $(cat "$at/$1.rounds") rounds"
}

# What swaps has somewhere to swap to.
swap=()
if has SWAP; then
	truncate -s 1G "$TMP/disk"
	swap=(-q -drive -q "file=$TMP/disk,if=none,id=swap,format=raw" -q -device -q virtio-blk-device,drive=swap)
fi
if ! has FUNCTION_TRACER; then lacks FUNCTION_TRACER 'entries of functions patched'; fi

# --- stress-ng, with the libraries that it is linked with: most of what Debian
# installs with it is for other programs.

root=$(outside ci/make-root stress) || exit
if [[ -e /etc/kpkeys-ppa-layer ]]; then root=/cache/${root##*/}; fi
needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
libraries() {
	local name
	for name in $(needed "$1"); do
		if [[ -e $TMP/stress/lib/$name ]]; then continue; fi
		cp -L "$root/usr/lib/aarch64-linux-gnu/$name" "$TMP/stress/lib/" || return
		libraries "$TMP/stress/lib/$name" || return
	done
}
mkdir -p "$TMP/stress"/{bin,lib}
cp "$root/usr/bin/stress-ng" "$TMP/stress/bin/"
ok 'stress-ng and its libraries' libraries "$TMP/stress/bin/stress-ng"

# storm NAME SECONDS STRESSOR...: a STRESSOR is "NAME WORKERS [OPTION]...", all of
# them at once.
declare -A stressors=()
storm() {
	local name=$1 seconds=$2 stressor options=
	shift 2
	for stressor; do
		options+=" --$stressor"
		stressors[$name]+=" ${stressor%% *}"
	done
	storms+=("$name")
	printf '%s su %s -c "/in/stress/bin/stress-ng --temp-path /tmp --timeout %s --metrics%s"\n' \
		"$name" "$user" "$seconds" "$options" >>"$plan"
}
storms=()
user=root
storm processes 2 'fork 1' 'vfork 1' 'clone 1 --clone-max 64' 'vm-segv 1'
storm maps 2 'mmap 1 --mmap-bytes 16M' 'mmapfixed 1' 'munmap 1' 'vma 1'
storm moves 2 'mremap 1 --mremap-bytes 16M' 'remap 1' 'pagemove 1 --pagemove-bytes 4M' 'rmap 1'
storm rights 2 'mprotect 2' 'madvise 1' 'mseal 1'
storm memory 2 'vm 1 --vm-bytes 64M' 'brk 1 --brk-bytes 64M' 'stack 1' 'fault 1'
storm shared 2 'shm 1 --shm-bytes 4M' 'mmapfork 1 --mmapfork-bytes 32M' 'mmapcow 1'
# Not mmaphuge: its memory has no limit, and the guest's has.
storm huge 2 'vm 1 --vm-bytes 256M --vm-madvise hugepage' 'bigheap 1 --bigheap-bytes 128M' \
	'mremap 1 --mremap-bytes 64M'
# Kernel stacks and large tables of files are vmalloc'ed.
storm vmalloc 2 'pthread 2 --pthread-max 64' 'fd-fork 2 --fd-fork-fds 500000'
storm all 6 'fork 1' 'mmap 1 --mmap-bytes 16M' 'mremap 1 --mremap-bytes 16M' 'mprotect 1' \
	'vma 1' 'vm 1 --vm-bytes 64M' 'pthread 1 --pthread-max 32' 'munmap 1'
# Not as root, it says.
user=user
storm exec 2 'exec 2 --exec-max 4'

guest 100000 -m 1G -t 240 -i "$TMP/stress" && for name in "${storms[@]}"; do
	ended "$name" 0 "storm: $name"
	# It ends with 0 as well when it has left one out.
	for stressor in ${stressors[$name]}; do
		like "$(<"$at/$name.out")" "passed: .* $stressor \([0-9]+\)" "... $stressor"
	done
done

# --- the kernel's own mm selftests

# Not here for other reasons than the kernel: mlock-random-test (needs libcap),
# migration, rmap, ksm_tests (libnuma), protection_keys, pkey_sighandler_tests
# (a processor with FEAT_S1POE), va_high_addr_switch (larger pages or addresses),
# soft-dirty (not on arm64), test_page_frag.sh (modules), transhuge-stress,
# folio_split_race_test, hugetlb_fault_after_madv (a minute each at least).
lacks USERFAULTFD 'selftests: hugetlb-mremap mkdirty pagemap_ioctl uffd-stress uffd-unit-tests uffd-wp-mremap'
if ! has SWAP; then lacks SWAP 'selftests: khugepaged'; fi
lacks SYSVIPC 'selftests: hugetlb-shm thuge-gen'
lacks GUP_TEST 'selftests: cow gup_longterm gup_test'
lacks KSM 'selftests: ksm_functional_tests'
lacks MEMORY_FAILURE 'selftests: hugetlb-read-hwpoison hugetlb-soft-offline memory-failure'
lacks SECRETMEM 'selftests: memfd_secret'
lacks DEVMEM 'selftests: pfnmap'
lacks UNIX 'selftests: map_populate'
lacks TEST_VMALLOC 'selftests: test_vmalloc.sh'
lacks TEST_HMM 'selftests: hmm-tests'

selftests=(droppable guard-regions map_fixed_noreplace mdwe_test merge mrelease_test
	mremap_dontunmap mremap_test mseal_test on-fault-limit process_madv
	madv_populate mlock2-tests prctl_thp_disable split_huge_page_test
	compaction_test hugetlb-madvise hugetlb-mmap hugetlb_madv_vs_map hugetlb_dio)
if has SWAP; then selftests+=(khugepaged); fi
for name in "${selftests[@]}"; do
	case $name in
	on-fault-limit) printf '%s su user -c "/in/%s"\n' "$name" "$name" ;;
	# How much of what has moved is compared, in MiB, and what is in it.
	mremap_test) printf 'lucky %s "multiple invalid vmas" /in/%s -t 1 -p 1\n' "$name" "$name" ;;
	# Collapses small pages into a huge one, or splits one, at once.
	prctl_thp_disable) printf 'lucky %s none /in/%s\n' "$name" "$name" ;;
	# On one processor: a huge page that waits in the list of another one, where the
	# process was before, is in use and cannot be split.
	split_huge_page_test) printf '%s taskset 1 /in/%s\n' "$name" "$name" ;;
	# They use what is set aside, and some give it back.
	hugetlb* | compaction_test) printf '%s sh -c "echo 64 >/proc/sys/vm/nr_hugepages; exec /in/%s"\n' "$name" "$name" ;;
	*) printf '%s /in/%s\n' "$name" "$name" ;;
	esac
done >"$plan"
ok "${#selftests[@]} selftests are built" ci/selftests "${selftests[@]}"
files=()
for name in "${selftests[@]}"; do files+=(-i "build/selftests/$name"); done

# Cases that fail without an option, although the rest of their program needs none.
unable() {
	local option=$1 cases=$2
	has "$option" ||
		sed -i -E "s/^not (ok [0-9]+ ($cases))\$/\\1 # SKIP the kernel has no CONFIG_$option/" "$at/$name.out"
}

# 4 GiB of addresses: moves of whole PMD tables need regions of 2 GiB.
guest 1000000 -m 4G -t 300 "${files[@]}" && for name in "${selftests[@]}"; do
	unable USERFAULTFD 'mremap move multiple invalid vmas'
	if [[ -e $at/$name.tries ]]; then diag "$name: $(<"$at/$name.tries") tries"; fi
	flat "$name" <"$at/$name.out"
	# Most count what has been made a skip above as failed.
	if grep -q '# SKIP the kernel has no CONFIG_' "$at/$name.out"; then ended "$name" '0|1' "... $name: status"
	else ended "$name" 0 "... $name: status"; fi
done

done_testing
