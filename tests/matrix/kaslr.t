#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does all hold when the kernel is at another address each time, and KFENCE changes
# the linear map all the time?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}
. tests/lib/kernel.sh

ok 'the kernel is made for both' eval 'has RANDOMIZE_BASE && has KFENCE'

# Where the kernel is in this boot.
text() {
	vm -k "$image" -m 1G "$@" -- sh -c "awk '\$3 == \"_stext\" { print \$1 }' /proc/kallsyms
		ppa-trace verify --scope=all >/tmp/verify || { cat /tmp/verify; exit 1; }
		echo kfence \$(sed -n 's/^total allocations: *//p' /sys/kernel/debug/kfence/stats)"
	is "$rc$err" 0 "every page table has its key: $*"
	address=$(head -n 1 <<<"$out")
}
text -a nokaslr
fixed=$address
seen=$fixed
for boot in 1 2 3; do
	text
	unlike "$seen" "$address" "boot $boot: at $address, where no other was"
	seen+=" $address"
done
like "$out" '^kfence [1-9]' 'KFENCE works'

for size in 512M 4G; do
	boot -k "$image" -m "$size"
	check "$size" '' $ram "$(numfmt --from=iec "$size")"
	numbers "$size"
done

done_testing
