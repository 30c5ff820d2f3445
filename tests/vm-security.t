#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Are the claims of docs/security.md true: who may do what, who sees which address,
# and what it can cost?

. tests/lib/tap.sh

runs_script=tests/guest/security.sh
runs_vm=(-m 512M -t 300)
. tests/lib/runs.sh

# denied NAME REGEX: it failed, and so.
denied() {
	ok "$1: refused" test "$(cat "$at/$1.rc")" != 0
	like "$(cat "$at/$1.err")" "$2" "... $2"
	is "$(cat "$at/$1.out")" '' '... without a word'
}
address='0x[0-9a-f]{5}|[0-9a-f]{12}'

guest modes privileges others_files edges memory

# --- files, and what is in them

is "$(cat "$at/modes")" 'kpkeys 755 0:0
backend 444 0:0
log_bytes 444 0:0
log_drop 200 0:0
log_state 444 0:0
replay 200 0:0' 'sysfs: two files that root may write, three that all may read, and no more'
is "$(cat "$at/closed")" '700
700' 'tracefs and debugfs are open to root only'
for run in user-replay user-drop user-enable user-trace user-format user-ptdump; do
	denied $run 'Permission denied'
done
is "$(cat "$at/state.out")" kept 'the log is still there'
ended user-reads 0
like "$(cat "$at/user-reads.out")" '^kept$' 'user-reads: the state'
unlike "$(cat "$at/user-reads.out")" "$address" 'user-reads: no address'
is "$(sed 's/ .*//' "$at/user-symbols.out" | sort -u)" 0000000000000000 'kallsyms shows no address to a user'
like "$(cat "$at/user-dmesg.out")" 'kpkeys: [0-9]+ early page tables' 'the kernel log, which a user may read, speaks of kpkeys'
unlike "$(grep kpkeys "$at/user-dmesg.out")" "$address" '... and names no address'

# --- what the tool may do

# has_now NAME MASK: the capabilities of that process, and no new ones.
has_now() {
	is "$(tr '\n' ' ' <"$at/$1.caps")" \
		"CapInh 0000000000000000 CapPrm 000000000000000$2 CapEff 000000000000000$2 NoNewPrivs 1 " "$3"
}
has_now watch 0 'verify --scope=all --watch goes on without a capability'
ended watch 0
ok 'it has programs and maps in the kernel' test "$(cat "$at/bpf.during")" -gt "$(cat "$at/bpf.before")"
is "$(cat "$at/bpf.after")" "$(cat "$at/bpf.before")" '... and nothing of them stays'
is "$(cat "$at/watch.err")" '' 'watch: nothing to complain about'
has_now record e 'record keeps those about files'
ended record 0
ended recorded 0
has_now opening e 'before a file is opened, only those about files are left'
has_now text 0 'what a file holds is looked at without any'
ended text 0
is "$(cat "$at/text.err")" '' 'text: nothing to complain about'

for run in new own theirs diff export report json mine; do ended $run 0; done
is "$(cat "$at/files")" '/tmp/csv.new 600 0
/tmp/junit.new 644 0
/tmp/lines.new.json 600 0
/tmp/mine.csv 640 0
/tmp/new.rec 600 0
/tmp/perfetto.new 600 0
/tmp/prometheus.new 644 0
/tmp/report.new 600 0
/tmp/theirs.rec 600 0' 'what is written of the running kernel is for its owner only, but for metrics, and keeps the mode of a file of his own'
ended through-link 2 'Permission denied'
is "$(cat "$at/victim")" important '... what the link of another user leads to stays'

# --- replays

records=$(sed -n '1s/ .*//p' "$at/edges")
is "$(cat "$at/edges")" "$records $records 0
$records 1 $((records - 1))
$records 0 $records" 'the largest numbers: what there is behind FIRST, and no more'
is "$(sort -u "$at/refused")" 'Invalid argument' 'what is no window by far is refused'
slab=$(cat "$at/slab")
ok "20000 replays leave no memory behind ($slab KiB)" test "$slab" -lt 512

# --- under lockdown

guest locked -- -a lockdown=integrity
like "$(cat "$at/lockdown.out")" '\[integrity\]' 'integrity'
ended tracefs 0
ended replay 0
ended verify 0
ended drop 0
is "$(cat "$at/state.out")" dropped 'the log can be dropped'

guest locked -- -a lockdown=confidentiality -a 'trace_event=kpkeys:*'
like "$(cat "$at/lockdown.out")" '\[confidentiality\]' 'confidentiality, and events asked for at boot: it boots'
like "$(<"$vm_log")" 'Tracing disabled due to lockdown' '... without tracing'
ok 'no tracefs' test "$(cat "$at/tracefs.rc")" != 0
is "$(cat "$at/tracefs.out")" '' '... and nothing of it'
ended replay 0
ended events 0
ended verify 3 'lockdown=confidentiality'

# --- the command line, and what belongs into test kernels only

printf 'kernel.kpkeys = off\n' >"$TMP/bootconfig"
guest params -- -b "$TMP/bootconfig" -a bootconfig -a kpkeys.test=untracked=5,nowalk,noop
is "$(cat "$at/backend.out")" pie 'kpkeys in a bootconfig changes nothing'
ended verify 0
is "$(cat "$at/files.out")" 'backend
log_bytes
log_drop
log_state
replay' 'kpkeys.test= changes nothing: no test files'
is "$(cat "$at/symbols.out")" 0 '... no code for it'
like "$(cat "$at/config.out")" '^CONFIG_KPKEYS_PPA_TRACE=y$' '... in a kernel that says what it is made of'
unlike "$(cat "$at/config.out")" '_TEST=y' '... and it is not made for tests'

done_testing
