#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does it matter how many cpus there are?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

for cpus in 1 2 4 8; do
	boot -k "$image" -m 1G -c "$cpus"
	check "$cpus cpus" 1 $ram $GiB
	numbers "$cpus cpus"
	# Each of them closes the tables for itself: one direct write to a table of
	# each kind, from the first cpu and from the last.
	for cpu in 0 $((cpus - 1)); do
		vm -k "$image" -m 512M -c "$cpus" -- taskset $((1 << cpu)) cat /sys/kernel/kpkeys/probe
		is "$(grep -c 'error=-14$' <<<"$out")" 6 "... a write to a table faults on cpu $cpu"
	done
done

done_testing
