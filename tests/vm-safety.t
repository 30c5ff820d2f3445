#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a boot go on, and a kernel stay up, whatever goes wrong with what traces:
# memory, counter, log, processors, others that replay, lockdown?

. tests/lib/tap.sh

tool=build/host/ppa-trace
runs_script=tests/guest/safety.sh
runs_vm=(-m 512M -t 300 -k build/test/arch/arm64/boot/Image)
. tests/lib/runs.sh

listening=(-a 'trace_event=kpkeys:*' -a trace_buf_size=4M)
keyed() { like "$(<"$vm_log")" "kpkeys: $1 early page tables, $1 of them linked and keyed" '... every table has its key'; }
# The boot asked for the events: ENDS is what the end of its frame says.
ends() { like "$(cat "$at/boot.end")" "$1" "... the frame at boot: $1"; }

# --- out of memory

guest boot -- "${listening[@]}" -a kpkeys.test=log_pages=1000000
like "$(<"$vm_log")" 'no memory for the event log of early page tables \(4000000 KiB\)' \
	'out of memory for the log: it boots, and says so'
ends 'records=0 allocs=0 .* lost=27[0-9] '
is "$(cat "$at/state.out")" failed '... there is no log'
ended replay 0
ended verify 3 'found no memory for the event log'
keyed 260

guest boot -- "${listening[@]}" -a kpkeys.test=log_pages=1 -m 2G
like "$(<"$vm_log")" 'event log: no room for [0-9]+ of 10[0-9]+ records' \
	'out of memory half-way: it boots, and says so'
is "$(cat "$at/boot.frames")" '1 0' '... what is in the log is in the frame at boot'
ended verify 3
keyed 1029

# --- no counter

guest boot -- "${listening[@]}" -a kpkeys.test=nocounter
is "$(cat "$at/boot.frames")" '1 0' 'no counter: it boots, and the frame at boot is whole'
ends 'lost=0 backwards=0$'
ended replay 0
ended verify 0
keyed 260

# --- a damaged log: what is not there is a magic number, and a length

# The first word, one in the middle, and what finalize says.
for word in 0 40 266; do
	guest boot -- "${listening[@]}" -a kpkeys.test=damage=$word
	like "$(<"$vm_log")" 'kpkeys: replay of the event log at boot is incomplete' \
		"word $word of the log is damaged: it boots, and says so"
	is "$(cat "$at/boot.frames")" '0 0' '... the frame at boot is not whole'
	ended replay 1 'Input/output error'
	ended verify 3 'cannot read its own event log'
	keyed 260
done

guest words shaky
words=$(wc -l <"$at/words")
ok "each of $words words is damaged: the kernel stays up" test "$words" -ge 270
ok '... most ends the replay' test "$(grep -c cut "$at/words")" -gt $((words / 2))
is "$(sed 's/.*: //' "$at/words.err" | sort -u)" $'Input/output error\nInvalid argument' '... by an error, and by no other'
is "$(cat "$at/words.frames")" '1 0' '... mended, it is whole'
# What cannot be seen is only what does not matter: the time of a BASE record that
# a record with a time of its own follows.
unseen=
for text in "$at"/damaged/*; do
	rc=0
	"$tool" verify --events-only "$text" >"$TMP/verify" 2>&1 || rc=$?
	case $rc in
	1 | 3) ;;
	*) unseen+="${text##*/}:$rc " ;;
	esac
done
is "$unseen" '1:0 ' '... and is noticed by verify'
ended shaky 0
is "$(cat "$at/shaky.out")" kept 'damaged while it is replayed: the kernel stays up'

# --- at the same time

guest crowd hotplug race -- -k build/product/arch/arm64/boot/Image
is "$(cat "$at/crowd.err")" '' 'replays from five processes at once: none fails'
is "$(cat "$at/crowd")" '20 0' '... all 20 frames are whole, and none is in another'
is "$(cat "$at/hotplug.err")" '' 'while a cpu goes and comes: no replay fails'
ok '... it went several times' test "$(wc -l <"$at/hotplug.rounds")" -ge 3
is "$(cat "$at/hotplug")" "$(cat "$at/hotplug.replays") 0" '... all frames are whole'
is "$(sort -u "$at/race")" 'No data available' 'the log is dropped while it is replayed: the next replay has none'
is "$(cat "$at/race.state")" 'dropped
0' '... and its memory is gone'

# --- tracing disabled by lockdown

guest state -- "${listening[@]}" -a lockdown=confidentiality
like "$(<"$vm_log")" 'Tracing disabled due to lockdown' 'tracing is disabled by lockdown: it boots'
is "$(cat "$at/state.out")" kept '... the log is kept'
ended replay 0
is "$(cat "$at/tracefs.out")" '' '... there is no tracefs'
keyed 260

done_testing
