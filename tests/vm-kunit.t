#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What do the KUnit suites in the test kernel say?

. tests/lib/tap.sh

image=${KPKEYS_TEST_IMAGE:-build/test/arch/arm64/boot/Image}

# suite NAME CASES: all of its cases passed.
suite() {
	vm -m 512M -k "$image" -a kunit.enable=1 -a kunit.autorun=1 -- cat "/sys/kernel/debug/kunit/$1/results"
	is "$rc" 0 "the suite $1 has results"
	flat "$1" <"$vm_out"
	like "$out" "^# Totals: pass:$2 fail:0 skip:0 total:$2\$" '... of all its cases'
}
suite kpkeys 5
# As someone would write it who knows no more than the names of the proposal.
suite kpkeys_names 6

done_testing
