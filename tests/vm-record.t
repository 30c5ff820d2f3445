#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is a boot the same, whether it is read live, from a recording or from what
# ftrace prints?

. tests/lib/tap.sh

runs_script=tests/guest/record.sh
runs_vm=(-t 300)
. tests/lib/runs.sh

# The bytes of "boot", as they stand there.
boot() { sed -n '/^  "boot": {/,/^  },\{0,1\}$/p' "$at/$1.out"; }
same_boot() { ok "$1 and $2: the same boot, byte for byte" cmp <(boot "$1") <(boot "$2"); }
same() { ok "$1 and $2: the same, byte for byte" cmp "$at/$1.out" "$at/$2.out"; }

compare() {
	local run
	same summary-live summary-rec
	same verify-live verify-rec
	same summary-rec summary-json
	same verify-rec verify-json
	same text-live text-rec
	same summary-rec summary-gz
	for run in prometheus junit perfetto; do same $run-live $run-rec; done
	ok 'csv-live and csv-rec: the same but for the number of the replay' \
		cmp <(cut -d, -f1-7,9- "$at/csv-live.out") <(cut -d, -f1-7,9- "$at/csv-rec.out")
	same_boot summary-live summary-text
	same summary-text summary-text-rec
	boot summary-live >"$TMP/boot"
	ok 'the boot object is not empty' test "$(wc -l <"$TMP/boot")" -gt 60
	for run in summary-live summary-rec record json default summary-text text-as-rec; do
		is "$(cat "$at/$run.err")" '' "$run: nothing to complain about"
	done
}

guest
compare
for run in summary-live verify-live record json default summary-rec verify-rec summary-json verify-json; do
	ended $run 0
done
is "$(field verify-rec verdict)" good 'verify of the recording: good'
for run in prometheus junit csv perfetto report; do
	ended $run-live 0
	is "$(cat "$at/$run-live.err")" '' "$run-live: nothing to complain about"
done
like "$(cat "$at/prometheus-live.out")" '^ppa_verdict\{verdict="good"\} 1$' 'live metrics: good'
like "$(cat "$at/live.html")" '</html>' 'a report of the running kernel'
is "$(field verify-rec host.walk.range_pages)" "$(field verify-rec boot.allocations.pages)" \
	'the recording holds the walk of every page'
like "$(field summary-rec host.build_id)" '^[0-9a-f]{40}$' 'the build id of the kernel'
like "$(field summary-rec host.boot_id)" '^[0-9a-f]{8}-' 'the boot id'
like "$(field summary-rec host.memory)" '"size":1073741824' 'the memory map'
said record '^boot\.rec: [0-9]+ events, [0-9]+ page tables, [0-9]+ bytes$' 'says what was written'
ok 'ppa-trace.rec is what it is called by itself' cmp <(head -c 8 "$at/ppa-trace.rec") <(head -c 8 "$at/boot.rec")
pages=$(field verify-rec boot.allocations.pages)
ranges=$(field verify-rec boot.ranges.count)
size=$(stat -c %s "$at/boot.rec")
ok "$size bytes: 8 a page table, 32 a range and no more than 4 KiB" \
	test "$size" -le $((8 * pages + 32 * ranges + 4096))
ok 'signals leave nothing behind' test ! -e "$at/left"
ended full 2 'No space left'
is "$(cat "$at/full.list")" other 'nor does a full disk'

# --- what the guest wrote, read on this machine

tool=build/host/ppa-trace
for how in rec json; do
	for command in summary verify; do
		"$tool" --json "$command" "$at/boot.$how" >"$at/host.out" 2>"$at/host.err"
		is "$?" 0 "$command of boot.$how on this machine: status 0"
		same "$command-live" host
	done
done

# --- a table that lost its key

guest -- -k build/test/arch/arm64/boot/Image -a kpkeys.test=clear_key=7
compare
ended verify-live 1
ended verify-rec 1
ended verify-json 1
is "$(field verify-rec verdict)" failed 'verify of the recording: failed'
like "$(cat "$at/text-rec.out")" 'FAILED +walk\.(range|table)-keyed' 'and names the check'

done_testing
