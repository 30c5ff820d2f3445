#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What do the KUnit suites in the test kernel say?

. tests/lib/tap.sh

vm -m 512M -k build/test/arch/arm64/boot/Image -a kunit.enable=1 -a kunit.autorun=1 -- sh -c 'cat /sys/kernel/debug/kunit/kpkeys/results'
is "$rc" 0 'the suite kpkeys has results'
flat kpkeys <"$vm_out"
like "$out" '^# Totals: pass:5 fail:0 skip:0 total:5$' '... of all its cases'

done_testing
