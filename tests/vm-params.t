#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Which backend does the command line choose, and what does the log say?

. tests/lib/tap.sh

# try DESCRIPTION BACKEND MESSAGE KERNEL_ARG...: ci/vm puts kpkeys=pie in front.
try() {
	local what=$1 backend=$2 message=$3 args=()
	shift 3
	for arg in "$@"; do args+=(-a "$arg"); done
	vm -m 512M "${args[@]}" -- sh -c 'cat /sys/kernel/kpkeys/backend; dmesg | grep "kpkeys:"; cat /proc/sys/kernel/tainted'
	is "$(head -n 1 <<<"$out")" "$backend" "$what: $backend"
	like "$out" "$message" '... and the log says why'
}

try 'pie on a cpu with S1PIE' pie 'pie backend: for testing only'
is $(($(tail -n 1 <<<"$out") >> 18 & 1)) 1 '... and the kernel is tainted for it'
try 'off behind pie' off '^[0-9]+$' kpkeys=off
is $(($(tail -n 1 <<<"$out") >> 18 & 1)) 0 '... and the kernel is not tainted'
unlike "$out" 'early page tables' '... and no page table was keyed'
try 'poe on a cpu without it' off 'kpkeys=poe cannot be used: no FEAT_S1POE' kpkeys=poe
try 'a value that is none' off 'kpkeys=bogus is none of poe, pie, off: taken as off' kpkeys=bogus
try 'no value' off 'kpkeys= is none of poe, pie, off' kpkeys
try 'the last one of many' pie '[0-9]+ early page tables, [0-9]+ of them linked and keyed' kpkeys=off kpkeys=bogus kpkeys=pie

vm -m 512M -q -cpu -q cortex-a76 -- cat /sys/kernel/kpkeys/backend
is "$out" off 'pie on a cpu without S1PIE: off'
like "$(<"$vm_log")" 'kpkeys=pie cannot be used: this cpu has no FEAT_S1PIE' '... and the log says why'

vm -m 512M -a kpkeys.ppa_log=perhaps -- cat /sys/kernel/kpkeys/log_state
is "$out" kept 'kpkeys.ppa_log with a value that is none: taken as on'
like "$(<"$vm_log")" 'kpkeys.ppa_log=perhaps is neither on nor off' '... and the log says why'

done_testing
