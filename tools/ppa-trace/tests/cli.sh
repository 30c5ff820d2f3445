#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the command line do what its help says: output, messages, exit status?
#
# Copied to the test directory as "cli"; speaks TAP. Everything runs in the
# tool that was built with sanitizers, what is about memory in the plain one.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"

json_field() {
	perl -MJSON::PP -e 'local $/; my $d = JSON::PP->new->utf8->decode(<STDIN>);
		for (split /\./, $ARGV[0]) { $d = ref $d eq "ARRAY" ? $d->[$_] : $d->{$_} }
		exit !(($d // "null") eq $ARGV[1] || (print "$ARGV[0]: ", $d // "null") * 0)' \
		"$2" "$3" <"$1"
}
boot_of() {
	perl -MJSON::PP -e 'local $/; my $d = JSON::PP->new->utf8->decode(<STDIN>);
		print JSON::PP->new->canonical->pretty->encode($d->{boot})' <"$1"
}

"$gen" >"$tmp/good"

# --- usage ---------------------------------------------------------------------
ok 'no command: usage, 2' says 2 err Usage:
ok 'no command: nothing on stdout' silent out
ok 'help' says 0 out Usage: help
ok '--help' says 0 out 'Exit status' --help
for c in summary verify replay; do
	ok "help names $c" grep -q "^  $c " "$tmp/out"
	ok "help $c" says 0 out "Usage: ppa-trace $c" help $c
	ok "$c --help is the same" says 0 out "Usage: ppa-trace $c" $c --help
	expect 0 --help
done
ok 'no line of help is wider than 80 columns' \
	bash -c "for c in '' summary verify replay; do '$tool' help \$c; done | awk 'length > 80 { print; bad = 1 } END { exit bad }'"
ok 'help for what does not exist' says 2 err '"dance"' help dance
ok '--version says what is built in' says 0 out 'sources: ftrace text' --version
ok '--fields lists every field' says 0 out 'kpkeys_ppa_finalize error 4 signed' --fields
ok '63 fields' test "$(wc -l <"$tmp/out")" -eq 63
ok 'unknown command' says 2 err 'no command "dance"' dance
ok 'unknown option' says 2 err '--loud' summary --loud
ok 'unknown global option' says 2 err '--loud' --loud
ok 'option of another command' says 2 err '--events-only' summary --events-only
ok 'replay takes no --json' says 2 err '--json' replay --json
ok 'too many arguments' says 2 err 'too many' summary a b
ok 'every error says what to do' grep -q 'what to do' "$tmp/err"
ok 'replay: FIRST without COUNT' says 2 err COUNT replay 5
ok 'replay: no number' says 2 err '"x"' replay x 5
ok 'replay: negative' says 2 err '"-1"' replay 0 -- -1
ok 'replay: too big' says 2 err 'no number' replay 0 99999999999999999999999

# --- this kernel has no such feature --------------------------------------------
what='no hardened page tables'
advice=CONFIG_KPKEYS_HARDENED_PGTABLES
if [[ ! -e /sys/kernel ]]; then
	what='/sys is not mounted'
	advice='mount -t sysfs'
fi
if [[ ! -e /sys/kernel/kpkeys ]]; then
	for c in summary verify replay; do
		ok "$c: the feature is absent" says 2 err "$what" $c
		ok "$c: what to do about it" grep -q -- "$advice" "$tmp/err"
	done
	ok '--json: errors are JSON too' says 2 out "$what" verify --json
	ok '--json: valid' json "$tmp/out"
	ok '--json: boot is null' json_field "$tmp/out" boot null
else
	for i in 1 2 3 4 5 6 7 8 9; do
		n=$((n + 1))
		echo "ok $n # SKIP this kernel has the feature"
	done
fi

ok 'doctor: a line each, and a verdict' says 2 out 'doctor: NOT READY: ' doctor
ok 'doctor: what to do' grep -q -- '-> ' "$tmp/out"
ok 'doctor: 80 columns' bash -c "! grep -E '.{81}' '$tmp/out'"
ok 'doctor --json' says 2 out '"ready": false' doctor --json
ok 'doctor --json: valid' json "$tmp/out"
ok 'doctor --json: a point' json_field "$tmp/out" doctor.points.0.id tool
ok 'doctor takes no file' says 2 err 'too many' doctor x

# --- good text ---------------------------------------------------------------------
ok 'summary of text' says 0 out '514 pages, 2.0 MiB' summary "$tmp/good"
ok 'summary: nothing on stderr' silent err
ok 'summary --json' says 0 out '"schema": 1' summary --json "$tmp/good"
ok 'summary --json: valid' json "$tmp/out"
ok 'summary --json: host is null' json_field "$tmp/out" host null
ok 'summary --json: pages' json_field "$tmp/out" boot.allocations.pages 514
ok 'summary --json: complete' json_field "$tmp/out" boot.complete 1
cp "$tmp/out" "$tmp/good.json"
ok '--json in front' says 0 out '"schema": 1' --json summary "$tmp/good"
ok '--json behind' says 0 out '"schema": 1' summary "$tmp/good" --json
ok 'help verify knows what a recording holds' says 0 out 'A recording holds what' help verify
ok 'verify of text: 3' says 3 out 'NOT CHECKED walk.range-keyed' verify "$tmp/good"
ok 'verify of text: says so' grep -q '^verify: UNPROVEN' "$tmp/out"
ok 'verify --events-only: 0' says 0 out 'verify: good' verify --events-only "$tmp/good"
ok 'verify --events-only: no walk' bash -c "! grep walk[.] '$tmp/out'"
ok 'verify --json' says 3 out '"verdict": "unproven"' verify --json "$tmp/good"
ok 'verify --json: valid' json "$tmp/out"
ok 'verify --json: check' json_field "$tmp/out" checks.5.id events.page-once
ok 'verify --json: its status' json_field "$tmp/out" checks.5.status ok
ok 'verify --json --events-only' says 0 out '"verdict": "good"' verify --json --events-only "$tmp/good"
stdin() { "$tool" verify --events-only - <"$1" >"$tmp/out" 2>"$tmp/err"; }
ok 'standard input' stdin "$tmp/good"
pipe() { sleep 0.1 | cat - "$1" | "$tool" verify --events-only - >"$tmp/out" 2>"$tmp/err"; }
ok 'a pipe' pipe "$tmp/good"

# --- the same boot, told otherwise ----------------------------------------------------
for how in tool=perf tool=trace-cmd window=7 window=100 replays=2 'replays=3 window=50'; do
	# shellcheck disable=SC2086 # several words are meant
	"$gen" $how >"$tmp/other"
	ok "$how: verified" expect 0 verify --events-only "$tmp/other"
	ok "$how: summary" expect 0 summary --json "$tmp/other"
	ok "$how: the same JSON, byte for byte" cmp "$tmp/good.json" "$tmp/out"
done
cat "$tmp/good" "$tmp/good" >"$tmp/other"
ok 'the same text twice' expect 0 verify --events-only "$tmp/other"
"$gen" pages=30 up=1 >>"$tmp/other"
ok 'two boots in one file: 3' says 3 out 'mixes boots' verify --events-only "$tmp/other"

# --- bad boots -------------------------------------------------------------------------
bad() { # NAME CHECK GEN-ARG...
	local name=$1 check=$2
	shift 2
	"$gen" "$@" >"$tmp/bad"
	ok "$name: 1" says 1 out "FAILED      $check" verify --events-only "$tmp/bad"
	ok "$name: 1 with a walk wanted, too" expect 1 verify "$tmp/bad"
	ok "$name: summary 1" says 1 out 'FAILED: ' summary "$tmp/bad"
	ok "$name: --json" says 1 out '"verdict": "failed"' verify --json --events-only "$tmp/bad"
}
bad 'wrong key' events.finalize-pkey pkey=0
bad 'error' events.finalize-error error=22
bad 'overflow' events.overflow gap=9 capacity=4
bad 'missed' events.walk-missed missed=1
bad 'wrong key and a lost event' events.finalize-pkey pkey=0 drop=300

# --- incomplete ---------------------------------------------------------------------------
for drop in 1 2 3 500 1043 1044 1045; do
	"$gen" drop=$drop >"$tmp/cut"
	ok "event $drop missing: 3" says 3 out 'UNPROVEN    events.complete' verify --events-only "$tmp/cut"
	ok "event $drop missing: summary 3" says 3 out INCOMPLETE summary "$tmp/cut"
done
"$gen" skip=400 | sed 's/1000.1000/644\/1044/' >"$tmp/cut"
ok 'overrun buffer: 3' says 3 out 'UNPROVEN    events.complete' verify --events-only "$tmp/cut"
ok 'overrun buffer: says what to do' grep -q buffer_size_kb "$tmp/out"
"$gen" skip=400 >"$tmp/cut"
"$gen" >>"$tmp/cut"
ok 'overrun, then a whole replay: 0' expect 0 verify --events-only "$tmp/cut"
"$gen" >"$tmp/cut"
"$gen" | head -c 5000 >>"$tmp/cut"
ok 'a whole replay, then one that is cut off: 3' says 3 out 'UNPROVEN    events.repeat' verify --events-only "$tmp/cut"
size=$(stat -c %s "$tmp/good")
for part in 10 100 500 900 999; do
	head -c $((size * part / 1000)) "$tmp/good" >"$tmp/cut"
	status=3
	# The first lines hold no event at all.
	grep -q 'kpkeys_ppa_[a-z]*: ' "$tmp/cut" || status=2
	ok "cut at $part per mille: $status" expect $status verify --events-only "$tmp/cut"
done
head -c -1 "$tmp/good" >"$tmp/cut"
ok 'last newline missing: 3' says 3 err 'cut off' verify --events-only "$tmp/cut"
sed '/alloc: seq=100 /s/addr=/adr=/' "$tmp/good" >"$tmp/cut"
ok 'a misspelt field: 3' says 3 err ': kpkeys_ppa_alloc: addr: is missing' verify --events-only "$tmp/cut"
sed 's/alloc: seq=100 /alloc: seq=99999999999 /' "$tmp/good" >"$tmp/cut"
ok 'an absurd number: 3' says 3 out 'impossible values' verify --events-only "$tmp/cut"

# One boot is cut off in number 249, of another the replay from there on is
# left, and both called it replay 1.
for cut in 499 500; do
	for from in 499 500; do
		{ "$gen" | head -n $cut && "$gen" pages=600 up=1 | tail -n +$from; } >"$tmp/other"
		ok "two boots joined at lines $cut and $from: 3" says 3 out 'mixes boots' verify --events-only "$tmp/other"
		head -n -1 "$tmp/other" >"$tmp/cut"
		ok "the same without an end: 3" says 3 out 'mixes boots' verify --events-only "$tmp/cut"
	done
done

# --- lookup -------------------------------------------------------------------------------------
"$gen" >"$tmp/good"
first=$(sed -n 's/.*kpkeys_ppa_alloc: .* addr=\(0x[0-9a-f]*\) .*/\1/p' "$tmp/good" | head -n 1)
ok 'lookup: an early table, by its physical address' says 0 out 'allocation 1 of the PPA' lookup "$first" "$tmp/good"
ok 'lookup: without 0x' says 0 out 'an early page table, by the events' lookup "${first#0x}" "$tmp/good"
ok 'lookup: as JSON' says 0 out '"allocation": 1,' lookup --json "$first" "$tmp/good"
ok 'lookup: an address that the events do not know: 3' says 3 out 'could not tell' lookup 1000 "$tmp/good"
ok 'lookup: no address: 2' says 2 err 'needs an address' lookup
ok 'lookup: nonsense: 2' says 2 err 'is no address of the kernel' lookup nonsense "$tmp/good"
ok 'lookup: an address of user space that is none of memory: 2' says 2 err 'no address' lookup 7f00000000000000 "$tmp/good"
ok 'lookup: nonsense as JSON' says 2 out '"error"' lookup --json nonsense "$tmp/good"

# --- options that need others ---------------------------------------------------------------------
ok 'verify --scope=all and a file: 2' says 2 err 'holds no page tables' verify --scope=all "$tmp/good"
ok 'verify --probe and a file: 2' says 2 err 'no kernel can try' verify --probe "$tmp/good"
ok 'verify --watch alone: 2' says 2 err 'add --scope=all' verify --watch 1
ok 'verify --passes alone: 2' says 2 err 'add --scope=all' verify --passes=3
ok 'verify --collect-first alone: 2' says 2 err 'add --scope=all' verify --collect-first
ok 'verify --scope=all --events-only: 2' says 2 err 'exclude each other' verify --scope=all --events-only
for value in '' 0 -1 x 1x 9999999999; do
	ok "verify --watch=$value: 2" says 2 err '--watch needs a number' verify --scope=all "--watch=$value"
done
ok 'verify --watch without its number: 2' says 2 err '--watch needs a value' verify --scope=all --watch
ok 'verify --watching: no such option' says 2 err 'does not take' verify --scope=all --watching
ok 'verify --scope=some: neither' says 2 err 'needs one of early|all' verify --scope=some
ok 'verify --scope=early: as without' expect 0 verify --scope=early --events-only "$tmp/good"
ok 'summary --scope=all: no such option' says 2 err 'does not take' summary --scope=all

# --- hostile text: bytes changed at random, the same in every run ----------------------------------
# Any status but that of a crash; good only if all that counts is still there.
fuzz() {
	"$gen" pages=40 gap=7 >"$tmp/seed"
	local i rc good=0
	for ((i = 0; i < 250; i++)); do
		perl -e 'srand($ARGV[0]); local $/; my $t = <STDIN>;
			for (1 .. 1 + rand 12) {
				my $at = int rand length $t;
				my $what = int rand 5;
				if ($what == 0) { substr($t, $at, 1) = chr int rand 256 }
				elsif ($what == 1) { substr($t, $at, int rand 90) = "" }
				elsif ($what == 2) { substr($t, $at, 0) = substr($t, int rand length $t, 60) }
				elsif ($what == 3) { substr($t, $at, 0) = "9" x rand 30 }
				else { substr($t, $at, 1) = "\n" }
			}
			print $t' "$i" <"$tmp/seed" >"$tmp/fuzz"
		"$tool" verify --events-only "$tmp/fuzz" >"$tmp/out" 2>"$tmp/err"
		rc=$?
		if ((rc > 3)) || grep -qE 'AddressSanitizer|runtime error' "$tmp/err"; then
			echo "round $i: status $rc"
			return 1
		fi
		((rc)) || good=$((good + 1))
	done
	# Most changes hit something that counts.
	((good < 50)) || { echo "$good of 250 were good"; return 1; }
}
ok '250 spoilt traces: no crash' fuzz

# --- files that are none ---------------------------------------------------------------------
ok 'no such file' says 2 err 'No such file' summary "$tmp/nonexistent"
ok 'a directory' says 2 err directory summary "$tmp"
: >"$tmp/empty"
ok 'an empty file' says 2 err 'no kpkeys event' verify "$tmp/empty"
ok 'an empty file: what to do' grep -q 'events/kpkeys/enable' "$tmp/err"
ok 'an empty file as JSON' says 2 out '"error"' verify --json "$tmp/empty"
head -c 3000000 "$tool" >"$tmp/binary"
ok 'a program' expect 2 summary "$tmp/binary"
gzip -c "$tmp/good" >"$tmp/gz"
ok 'compressed by gzip' says 0 out '514 pages, 2.0 MiB' summary "$tmp/gz"
head -c 3000 "$tmp/gz" >"$tmp/gz.cut"
ok 'compressed and cut off: 3' says 3 err 'compressed data is cut off' verify --events-only "$tmp/gz.cut"
# On /dev/full: what went wrong is said once, and what to do.
full() { "$tool" "$@" "$tmp/good" >/dev/full 2>"$tmp/err"; [[ $? -eq 2 && $(wc -l <"$tmp/err") -eq 2 ]] && grep -q 'cannot write the output: No space' "$tmp/err"; }
for c in summary verify boot events 'events --csv'; do
	# shellcheck disable=SC2086 # several words are meant
	ok "no room for the output: $c" full $c
	[[ $c != *csv ]] || continue
	full_json() { "$tool" $c --json "$tmp/good" >/dev/full 2>"$tmp/err"; [[ $? -eq 2 ]] && json "$tmp/err" && grep -q '"what":"cannot write the output: No space' "$tmp/err"; }
	ok "no room for the output as JSON: $c" full_json
done
limited() { (ulimit -f 1; "$tool" verify --json "$tmp/good" >"$tmp/out" 2>"$tmp/err"; [[ $? -eq 2 ]]) && grep -q 'File too large' "$tmp/err"; }
ok 'larger than a file may be' limited

# --- a machine of 1 TiB -------------------------------------------------------------------------
"$gen" pages=525000 gap=8192 >"$tmp/large"
memory() { (ulimit -v 65536 && exec "$plain" "$@" >"$tmp/out" 2>"$tmp/err"); }
ok '525000 pages within 64 MiB of address space' memory verify --events-only "$tmp/large"
ok '525000 pages: all of them' grep -q '525000 alloc, ' "$tmp/out"
ok '525000 pages: summary' memory summary "$tmp/large"
little() { (ulimit -v 24576; "$plain" summary "$tmp/large" >"$tmp/out" 2>"$tmp/err"; [[ $? -eq 2 ]]) && grep -q 'out of memory' "$tmp/err"; }
ok 'too little memory: 2, and says so' little

# --- numbers that are no log's ---------------------------------------------------------------------
thin_log() {
	"$gen" | sed '/frame=begin/q'
	perl -e 'for my $chunk (0 .. 1999) {
		for my $n (0 .. 63) {
			printf "  sh-61 [000] ..... 1.000000: kpkeys_ppa_phase: seq=%d ticks=1 ns=1 count=0 missed=0 replay=1 phase=alloc_entry\n",
				65536 * $chunk + $n
		}
	}'
}
thin_log >"$tmp/thin"
thin() { (ulimit -v 131072; "$plain" verify --events-only "$tmp/thin" >"$tmp/out" 2>"$tmp/err"; [[ $? -eq 3 ]]) && grep -q 'numbers out of all' "$tmp/out"; }
ok '64 events in each of 2000 places: within 128 MiB of address space' thin

tap_end
