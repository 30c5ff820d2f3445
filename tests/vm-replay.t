#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the log of early page tables reach ftrace, whole and by windows, and can
# it be switched off and dropped?

. tests/lib/tap.sh

script=(-i tests/guest/replay.sh)
# A frame as tests/guest/replay.sh prints it: begin and end agree, all totals are
# right, that many records, and no number out of order.
whole='frame same whole ([0-9]+) \1 \1 0'

# --- at boot

vm -m 512M "${script[@]}" -a 'trace_event=kpkeys:*' -- /in/replay.sh boot
is "$rc" 0 'a boot with trace_event=kpkeys:*'
like "$out" "^$whole\$" '... has all events in ftrace'

# A bootconfig does not make the buffer larger than a page by itself.
printf 'ftrace.buffer_size = 2MB\nftrace.event.kpkeys.enable\n' >"$TMP/bootconfig"
vm -m 512M "${script[@]}" -b "$TMP/bootconfig" -a bootconfig -- /in/replay.sh boot
like "$out" "^$whole\$" '... so has one whose bootconfig enables them'

vm -m 512M "${script[@]}" -- /in/replay.sh boot
is "$out" '' '... and one that does not ask for them has none'

# --- on demand

vm -m 512M "${script[@]}" -- /in/replay.sh demand
like "$out" '^backend pie$' 'sysfs names the backend'
like "$out" '^state kept$' '... and says that there is a log'
like "$out" "^window '' $whole\$" 'an empty line replays everything'
like "$out" "^window 'all' $whole\$" '... so does "all"'
like "$out" "^window '0 10' frame same part 10 10 [0-9]+ 0$" 'a window at the start'
like "$out" "^window '100 50' frame same part 50 50 [0-9]+ 0$" 'a window in the middle'
like "$out" "^window '255 1000000' frame same part ([0-9]+) \\1 [0-9]+ 0$" 'a window past the end'
like "$out" "^window '99999999 5' frame same part 0 0 [0-9]+ 0$" 'a window behind the end is empty'
like "$out" "^window '0 0' frame same part 0 0 [0-9]+ 0$" 'an empty window'
is "$(grep -c "^refused .* Invalid argument$" <<<"$out")" 6 'what is no window is refused'
is "$(grep -c '^mode .* 200$' <<<"$out")" 2 'only root may write, nobody may read'
like "$out" '^bytes 4096$' 'a small machine has a small log'
like "$out" '^bad drop Invalid argument kept$' 'dropping the log needs a 1'
like "$out" '^drop 0 1 dropped 0$' '... and gives its memory back'
like "$out" '^drop again dropped$' '... once'
like "$out" '^replay after drop No data available$' '... and then there is nothing to replay'

vm -m 16G "${script[@]}" -a trace_buf_size=16M -- /in/replay.sh interrupt
like "$out" '^cut 1$' 'a replay is cut short by a signal, and its end says so'
like "$out" "^after $whole\$" '... the next one is whole'

# --- too little memory for the log

test_kernel=(-k build/test/arch/arm64/boot/Image)
vm -m 2G "${script[@]}" "${test_kernel[@]}" -a kpkeys.test=log_pages=1 -- /in/replay.sh lost
like "$out" '^state kept$' 'a log that is too small is kept'
like "$out" '^bytes 4096$' '... all of it'
read -r _ records lost <<<"$(grep '^lost' <<<"$out")"
like "$out" "^frame same whole $records $records $records 0\$" '... what is in it is replayed without a gap'
ok "... and the frame tells how many records are lost: ${lost:-none}" test "${lost:-0}" -gt 500
like "$(<"$vm_log")" "kpkeys: event log: no room for $lost of $((records + lost)) records" '... the log says so'

vm -m 512M "${script[@]}" "${test_kernel[@]}" -a kpkeys.test=log_pages=0 -- /in/replay.sh lost
like "$out" '^state failed$' 'a log that gets no memory has failed'
like "$out" '^frame same whole 0 0 0 0$' '... the frame is empty'
like "$out" '^lost 0 2[0-9][0-9]$' '... and tells how many records are lost'
like "$(<"$vm_log")" 'kpkeys: 260 early page tables, 260 of them linked and keyed' '... the tables have their key'

# --- without

vm -m 512M "${script[@]}" -a kpkeys.ppa_log=off -- /in/replay.sh refused
is "$out" $'backend pie\nstate off\nreplay No data available' 'kpkeys.ppa_log=off: no log, and it says so'

vm -m 512M "${script[@]}" -a kpkeys=off -- /in/replay.sh refused
is "$out" $'backend off\nstate off\nreplay No such device' 'kpkeys=off: no device, and it says so'

done_testing
