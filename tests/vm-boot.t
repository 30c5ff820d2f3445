#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does boot say the same of a boot through BPF and through ftrace, do its times
# fit what the kernel's own clock says, and does diff name what grew with memory?

. tests/lib/tap.sh

runs_script=tests/guest/boot.sh
runs_vm=()
. tests/lib/runs.sh

number() { field "$1" "$2"; }

# --- a small machine

guest boot -- -m 512M
for run in live-json text-json live text blocks summary-json; do
	ended $run 0
	is "$(cat "$at/$run.err")" '' "$run: nothing to complain about"
done
ok 'boot --json: live and ftrace text are equal, byte for byte' cmp "$at/live-json.out" "$at/text-json.out"
ok 'boot: so is what is printed' cmp "$at/live.out" "$at/text.out"
ok 'boot --json: "boot" as summary has it' cmp \
	<(sed -n '/^  "boot": {/,/^  },\{0,1\}$/p' "$at/live-json.out") \
	<(sed -n '/^  "boot": {/,/^  },\{0,1\}$/p' "$at/summary-json.out")
said live '^Building the linear map took [0-9.]+ (ns|us|ms|s), [0-9.]+ % of the ' 'what the linear map took'
said live 'The allocator itself took [0-9.]+ % of that: [0-9.]+ (ns|us|ms|s) \+- ' 'and the allocator, with its error'
said live 'say nothing about hardware' 'no claim about hardware'
ok 'boot: ASCII where nobody says more' bash -c "! LC_ALL=C grep '[^ -~]' '$at/live.out'"
ok 'boot: 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$at/live.out"
said blocks █ 'blocks where the locale has them'

pages=$(number live-json boot.allocations.pages)
is "$(number live-json analysis.pages.count)" "$pages" 'as many pages as summary counts'
is "$(($(number live-json analysis.gaps.count) + $(number live-json analysis.gaps.across_phases) + 1))" "$pages" \
	'one more than there are gaps between them'
is "$(number live-json analysis.finalize.pages)" "$pages" '... and all were finalized'
ok 'the percentiles are in order' test \
	"$(number live-json analysis.gaps.p50_ns)" -le "$(number live-json analysis.gaps.p90_ns)" -a \
	"$(number live-json analysis.gaps.p90_ns)" -le "$(number live-json analysis.gaps.p99_ns)" -a \
	"$(number live-json analysis.gaps.p99_ns)" -le "$(number live-json analysis.gaps.max_ns)"
ok 'one sample of 64 pages, without the first' test \
	"$(number live-json analysis.allocator.samples)" -ge $((pages / 64 - 2)) -a \
	"$(number live-json analysis.allocator.samples)" -le $((pages / 64))
ok 'the gaps fit into the time of the linear map, or nearly all' test \
	"$(number live-json analysis.gaps.p50_ns)" -lt "$(number live-json analysis.linear_map.ns)"
is "$(number live-json analysis.linear_map.ns)" \
	"$(($(number live-json boot.phases_ns.paging_end) - $(number live-json boot.phases_ns.paging_begin)))" \
	'the linear map is from one phase to the other'
cp "$at/boot.text" "$TMP/before.text"

# --- one of twice the size

guest boot differ lost -- -m 1G -i "$TMP/before.text"
ended same 0
is "$(head -n 1 "$at/same.out")" 'diff: equal: 0 differences, tolerance 0.0 %' 'a boot is equal to itself, times included'
for run in other other-json; do
	ended $run 1
	is "$(cat "$at/$run.err")" '' "$run: nothing to complain about"
done
like "$(head -n 1 "$at/other.out")" '^diff: different: [0-9]+ differences$' 'the verdict comes first'
said other '^DIFFERS +kernel.ram +536870912 +1073741824 2.000x' 'the memory'
said other '^DIFFERS +pages +[0-9]+ +[0-9]+ 1\.9[0-9]*x' 'the pages'
said other '^DIFFERS +pages.pte +256 +512 2.000x' 'of the level that has one for 2 MiB'
said other '^DIFFERS +range moved\+grew +0x[0-9a-f]+\+[0-9]+K +0x[0-9a-f]+\+[0-9]+K' 'the range that moved and grew'
said other '^shown +time.linear-map ' 'times are shown'
unlike "$(cat "$at/other.out")" '^DIFFERS +(time|share)\.' '... and not judged'
unlike "$(cat "$at/other.out")" 'kernel.(backend|page-size|va-bits|levels)|checks.failed' 'what is equal is not said'
ok 'diff: 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$at/other.out"
is "$(field other-json diff.verdict)" different 'JSON says so, too'
ended tolerant 0

# --- a buffer that was too small

ended lost 3
said lost '^INCOMPLETE: ' 'says that records are missing'
said lost 'cannot be said' 'and what cannot be said for that'
ended lost-json 3
ended lost-diff 3
like "$(head -n 1 "$at/lost-diff.out")" '^diff: unproven: ' 'no verdict without the events'
said lost-diff '^incomplete: events are missing from B' '... and from which'

done_testing
