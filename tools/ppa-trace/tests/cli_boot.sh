#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do boot and diff do what their help says: output, messages, exit status?
#
# Copied to the test directory as "cli_boot"; speaks TAP. Everything runs in the
# tool that was built with sanitizers, what is about memory and time in the
# plain one.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"

# says STATUS FILE TEXT ARG...: as expect, and TEXT stands in out or err, however
# its lines are broken.
says() {
	local want=$1 file=$2 text=$3
	shift 3
	expect "$want" "$@" && tr -s ' \n' ' ' <"$tmp/$file" | grep -qF -- "$text" ||
		{ echo "\"$text\" is not in $file"; return 1; }
}

shown() { grep -qE -- "$1" "$tmp/out"; }
first_line() { [[ $(head -n 1 "$tmp/out") == "$1" ]]; }
json_field() {
	perl -MJSON::PP -e 'local $/; my $d = JSON::PP->new->utf8->decode(<STDIN>);
		for (split /\./, $ARGV[0]) { $d = ref $d eq "ARRAY" ? $d->[$_] : $d->{$_} }
		exit !(($d // "null") eq $ARGV[1] || (print "$ARGV[0]: ", $d // "null") * 0)' \
		"$1" "$2" <"$tmp/out"
}
# Valid, and all numbers in it are integers that fit 63 bits.
integers() {
	perl -MJSON::PP -e 'local $/; my $text = <STDIN>;
		JSON::PP->new->utf8->decode($text);
		$text =~ s/"(\\.|[^"\\])*"//g;
		for ($text =~ /[-+.\w]*\d[-+.\w]*/g) {
			/^-?\d{1,19}$/ && ($_ < 0 || $_ le "9223372036854775807" || length() < 19) or die "$_\n"
		}' <"$tmp/out"
}
narrow() { perl -CSD -ne 'chomp; if (length > 80 || / $/) { print "$_\n"; $bad = 1 } END { $? = $bad // 0 }' "$tmp/out"; }
# All times after the first record are @2 per mille of what they were.
slower() {
	perl -pe 'BEGIN { $by = shift } s/ ns=(\d+)/" ns=" . int(($1 - 16048) * $by \/ 1000 + 16048)/e; s/ duration=(\d+)/" duration=" . int($1 * $by \/ 1000)/e' "$2" <"$1"
}

"$gen" >"$tmp/good"

# --- usage ----------------------------------------------------------------------
for c in boot diff; do
	ok "help $c" says 0 out "Usage: ppa-trace $c" help $c
	ok "help $c: 80 columns" narrow
	ok "$c: unknown option" says 2 err '--loud' $c --loud
	ok "$c: what to do" grep -q 'what to do' "$tmp/err"
done
ok 'boot: too many arguments' says 2 err 'too many' boot a b
ok 'diff: no file' says 2 err 'two files' diff
ok 'diff: one file' says 2 err 'two files' diff "$tmp/good"
ok 'diff: three files' says 2 err 'too many' diff a b c
ok 'diff: standard input twice' says 2 err 'both' diff - -
ok 'diff: no such file' says 2 err 'No such file' diff "$tmp/good" "$tmp/nonexistent"
ok 'diff: no such file, the first' says 2 err 'No such file' diff "$tmp/nonexistent" "$tmp/good"
: >"$tmp/empty"
ok 'boot: an empty file' says 2 err 'no kpkeys event' boot "$tmp/empty"
ok 'diff: an empty file' says 2 err 'no kpkeys event' diff "$tmp/good" "$tmp/empty"
ok 'diff: an empty file as JSON' says 2 out '"error"' diff --json "$tmp/good" "$tmp/empty"
ok '... which is valid' integers
for value in '' x -1 5x 1. .5 1.25 5%% 1000001 99999999999999999999999; do
	ok "diff --tolerance=$value: 2" says 2 err '--tolerance needs' diff --tolerance="$value" "$tmp/good" "$tmp/good"
done
for value in 0 5 5% 2.5 2.5% 1000000; do
	ok "diff --tolerance=$value" says 0 out ', tolerance ' diff --tolerance="$value" "$tmp/good" "$tmp/good"
done
ok 'diff --tolerance 5' says 0 out 'tolerance 5.0 %' diff --tolerance 5 "$tmp/good" "$tmp/good"
ok 'diff --tolerance without a value' says 2 err 'needs a value' diff --tolerance
full() { "$tool" "$@" >/dev/full 2>"$tmp/err"; [[ $? -eq 2 ]] && grep -q 'cannot write' "$tmp/err"; }
for o in '' --json; do
	ok "boot $o: no room for the output" full boot $o "$tmp/good"
	ok "diff $o: no room for the output" full diff $o "$tmp/good" "$tmp/good"
done

# --- boot -------------------------------------------------------------------------
ok 'boot' says 0 out 'Building the linear map took 25.2 us, 99.1 % of the 25.4 us' boot "$tmp/good"
ok 'boot: 80 columns' narrow
ok 'boot: nothing on stderr' test ! -s "$tmp/err"
ok 'boot: the percentiles' shown 'p50 48 ns, p90 48 ns, p99 96 ns, longest 96 ns'
ok 'boot: the allocator, and how good the estimate is' shown '24.7 us \+- 2.9 us, estimated from 8'
ok 'boot: no claim about hardware' shown 'say nothing about hardware'
plain_text() { ! LC_ALL=C grep -q '[^ -~]' "$tmp/out"; }
locale() { env -u LC_ALL -u LC_CTYPE -u LANG "$1" "$tool" boot "$tmp/good" >"$tmp/out"; }
for l in LANG= LANG=C LC_ALL=POSIX LANG=de_DE.ISO-8859-1; do
	locale $l
	ok "boot, $l: ASCII" plain_text
	ok "boot, $l: a chart" shown '  0 \| *[.:#]'
	ok "boot, $l: bars" shown '^ *32 ns .* #+$'
done
for l in LANG=C.UTF-8 LC_CTYPE=en_US.utf8 LC_ALL=de_DE.UTF-8; do
	locale $l
	ok "boot, $l: blocks" shown '^ *32 ns .* █+'
	ok "boot, $l: 80 columns" narrow
done
mixed() { LANG=C.UTF-8 LC_ALL=C "$tool" boot "$tmp/good" >"$tmp/out"; }
mixed
ok 'boot: LC_ALL counts more than LANG' plain_text
pipe() { "$tool" boot - <"$tmp/good" >"$tmp/other" && LC_ALL=C "$tool" boot "$tmp/good" | cmp - <(LC_ALL=C "$tool" boot - <"$tmp/good"); }
ok 'boot: standard input' pipe

ok 'boot --json' says 0 out '"analysis": {' boot --json "$tmp/good"
ok 'boot --json: integers' integers
ok 'boot --json: schema' json_field schema 1
ok 'boot --json: host is null' json_field host null
ok 'boot --json: boot' json_field boot.allocations.pages 514
ok 'boot --json: gaps' json_field analysis.gaps.count 513
ok 'boot --json: a percentile' json_field analysis.gaps.p99_ns 96
ok 'boot --json: the slowest' json_field analysis.gaps.slowest.0.ns 96
ok 'boot --json: a bucket' json_field analysis.gaps.power_of_two_ns.5 505
ok 'boot --json: finalize' json_field analysis.finalize.pages 514
ok 'boot --json: the allocator' json_field analysis.allocator.mean_ps 48000
ok 'boot --json: the error of that' json_field analysis.allocator.mean_error_ps 5657
cp "$tmp/out" "$tmp/good.json"
"$tool" summary --json "$tmp/good" >"$tmp/summary.json"
boot_of() { sed -n '/^  "boot": {/,/^  }/p' "$1"; }
ok 'boot --json: boot as summary has it' cmp <(boot_of "$tmp/good.json") <(boot_of "$tmp/summary.json")
for how in tool=perf tool=trace-cmd window=7 'replays=3 window=50'; do
	# shellcheck disable=SC2086 # several words are meant
	"$gen" $how >"$tmp/other"
	expect 0 boot --json "$tmp/other"
	ok "$how: the same JSON, byte for byte" cmp "$tmp/good.json" "$tmp/out"
done

# --- boot, when something is missing or wrong ---------------------------------------
sed 's/ freq=[0-9]*/ freq=0/; s/ ns=[0-9]*/ ns=0/; s/ duration=[0-9]*/ duration=0/' "$tmp/good" >"$tmp/timeless"
ok 'a counter without a rate: 3' says 3 out 'No time is known: the counter of that boot had no rate.' boot "$tmp/timeless"
ok '... 80 columns' narrow
ok '... of what was allocated it says the same' shown '^merged nothing: new +1 '
lack() { grep -v "$1" "$tmp/good" >"$tmp/cut"; }
lack 'phase=paging_end'
ok 'no end of the map: 3' says 3 out 'How long it took to build the linear map cannot be said' boot "$tmp/cut"
ok '... and the rest is told' shown 'the gaps|p50 48 ns'
ok '... as INCOMPLETE' shown '^INCOMPLETE: 1 of 530 records'
ok 'no end of the map, JSON: 3' expect 3 boot --json "$tmp/cut"
ok '... is null there' json_field analysis.linear_map null
ok '... and valid' integers
lack 'phase=handover'
ok 'no hand-over: 3' expect 3 boot "$tmp/cut"
ok '... and no share of a boot' bash -c "! grep 'hand-over' '$tmp/out'"
lack 'phase=finalize_begin'
ok 'no begin of finalize: 3' says 3 out 'to set the keys cannot be said' boot "$tmp/cut"
lack 'phase=alloc_entry'
ok 'no sample: 3' says 3 out 'no allocation was timed' boot "$tmp/cut"
lack 'ppa_alloc: seq=\(100\|101\|200\) '
ok 'pages missing: 3' says 3 out 'missed in 2 places' boot "$tmp/cut"
ok '... and counted' expect 3 boot --json "$tmp/cut"
ok '... in JSON' json_field analysis.gaps.with_missing_records 2
lack 'ppa_replay'
ok 'no frame: 3' says 3 out 'nobody knows how many' boot "$tmp/cut"
ok 'no frame, JSON: 3' expect 3 boot --json "$tmp/cut"
ok '... and no resolution' json_field analysis.resolution_ps null
"$gen" pkey=0 >"$tmp/bad"
ok 'a check failed: 1' says 1 out 'FAILED: 1 check' boot "$tmp/bad"
"$gen" pages=1 >"$tmp/small"
ok 'one page: 0' says 0 out 'no two are known that follow each other' boot "$tmp/small"
"$gen" pages=30 >"$tmp/small"
ok 'too small for a sample: 0' says 0 out 'only the first allocation was' boot "$tmp/small"
"$gen" pages=1000 gap=9 >"$tmp/many"
ok 'many ranges: 0' says 0 out 'the 10 of 112 that took longest' boot "$tmp/many"
ok 'many ranges: 80 columns' narrow

# --- diff -----------------------------------------------------------------------------
ok 'diff: a boot and itself' expect 0 diff "$tmp/good" "$tmp/good"
ok '... says so first' first_line 'diff: equal: 0 differences'
ok '... and nothing else' test "$(wc -l <"$tmp/out")" -eq 3
"$gen" tool=perf window=100 replays=2 >"$tmp/other"
ok 'diff: the same boot, told otherwise' expect 0 diff --tolerance=0 "$tmp/good" "$tmp/other"
stdin() { "$tool" diff "$1" "$2" <"$tmp/good" >"$tmp/out"; }
ok 'diff: A is standard input' stdin - "$tmp/good"
ok 'diff: B is standard input' stdin "$tmp/good" -

"$gen" pages=2055 | sed 's/ram=[0-9]*/ram=4294967296/' >"$tmp/4g"
"$gen" pages=8213 gap=4096 | sed 's/ram=[0-9]*/ram=17179869184/' >"$tmp/16g"
ok 'diff: 4 GiB and 16 GiB' expect 1 diff "$tmp/4g" "$tmp/16g"
ok '... says so first' first_line 'diff: different: 11 differences'
ok '... 80 columns' narrow
ok '... the memory' shown '^DIFFERS +kernel.ram +4294967296 +17179869184 4.000x'
ok '... the pages' shown '^DIFFERS +pages +2055 +8213 3.997x'
ok '... by level' shown '^DIFFERS +pages.pte '
ok '... by join' shown '^DIFFERS +joins.prepend '
ok '... a range that grew' shown '^DIFFERS +range moved\+grew +0xff7f9000\+8220K +0xff000000\+16384K'
ok '... two that appeared' test "$(grep -c 'range appeared' "$tmp/out")" -eq 2
ok '... times are shown' shown '^shown +time.linear-map .* [34]\.[0-9]*x'
ok '... and nothing that is equal' bash -c "! grep -E 'page-size|pages.pud|gap-p50' '$tmp/out'"
cp "$tmp/out" "$tmp/first"
expect 1 diff "$tmp/4g" "$tmp/16g"
ok '... the same lines each time' cmp "$tmp/first" "$tmp/out"
ok 'diff --json: 4 GiB and 16 GiB' expect 1 diff --json "$tmp/4g" "$tmp/16g"
ok '... integers' integers
ok '... verdict' json_field diff.verdict different
ok '... differences' json_field diff.differences 11
ok '... tolerance' json_field diff.tolerance_per_mille null
ok '... an item' json_field diff.items.4.name kernel.ram
ok '... its ratio' json_field diff.items.4.ratio_per_mille 4000
ok '... a range' json_field diff.ranges.0.change moved+grew
ok '... boot is null' json_field boot null
ok 'diff: the other way round' expect 1 diff "$tmp/16g" "$tmp/4g"
ok '... ranges vanished' test "$(grep -c 'range vanished' "$tmp/out")" -eq 2

# 1000 pages and 1100: 10 %, but 999 and 1099 that joined others. (One table of
# 513 is of another level: those are made alike.)
"$gen" pages=1000 | sed 's/level=pmd/level=pte/' >"$tmp/a"
"$gen" pages=1100 | sed 's/level=pmd/level=pte/' >"$tmp/b"
ok 'diff --tolerance=9.9: pages' expect 1 diff --tolerance=9.9 "$tmp/a" "$tmp/b"
ok '... differ' shown '^DIFFERS +pages +1000 +1100'
ok 'diff --tolerance=10: joins' expect 1 diff --tolerance=10 "$tmp/a" "$tmp/b"
ok '... but pages do not' shown '^within +pages +1000 +1100'
ok '... nor the range, wherever it is' shown '^within +range moved\+grew '
ok 'diff --tolerance=12.5: good' expect 0 diff --tolerance=12.5 "$tmp/a" "$tmp/b"

slower "$tmp/good" 1250 >"$tmp/slow"
ok 'diff: slower, but nobody asked' expect 0 diff "$tmp/good" "$tmp/slow"
ok '... shown' shown '^shown +time.boot .* 1.250x'
ok 'diff --tolerance=25: slower by so much' expect 0 diff --tolerance=25 "$tmp/good" "$tmp/slow"
ok 'diff --tolerance=24.9: slower by more' expect 1 diff --tolerance=24.9 "$tmp/good" "$tmp/slow"
ok '... the map' shown '^DIFFERS +time.linear-map .* 1.250x'
ok 'diff --tolerance=20: faster by so much' expect 0 diff --tolerance=20 "$tmp/slow" "$tmp/good"
ok 'diff --tolerance=19.9: faster by more' expect 1 diff --tolerance=19.9 "$tmp/slow" "$tmp/good"

lack 'ppa_alloc: seq=100 '
ok 'diff: an event is missing: 3' expect 3 diff "$tmp/good" "$tmp/cut"
ok '... says so first' first_line 'diff: unproven: 3 differences'
ok '... of which' shown '^incomplete: events are missing from B;'
ok 'diff: an event is missing, JSON' expect 3 diff --json "$tmp/cut" "$tmp/good"
ok '... of which' json_field diff.a_complete 0
ok 'diff: an event is missing, but the memory differs: 1' expect 1 diff "$tmp/4g" "$tmp/cut"
ok 'diff: a check failed in one' says 1 out 'checks.failed' diff --tolerance=1000000 "$tmp/good" "$tmp/bad"
ok 'diff: in both' expect 0 diff "$tmp/bad" "$tmp/bad"
"$gen" pages=64 >"$tmp/a"
"$gen" pages=65 >"$tmp/b"
ok 'diff: an estimate that only one has: 3' says 3 out 'unknown time.allocator-page' diff --tolerance=100 "$tmp/a" "$tmp/b"
"$gen" pages=3000 gap=3 up=1 >"$tmp/a"
"$gen" pages=3001 gap=3 >"$tmp/b"
ok 'diff: a thousand ranges' expect 1 diff "$tmp/a" "$tmp/b"
ok '... one of them appeared' test "$(grep -c 'range appeared' "$tmp/out")" -eq 1
ok '... the others moved' test "$(grep -c 'range moved' "$tmp/out")" -eq 1000

# --- hostile text: any status but that of a crash ------------------------------------------
fuzz() {
	"$gen" pages=40 gap=7 >"$tmp/seed"
	local i rc
	for ((i = 0; i < 60; i++)); do
		perl -e 'srand($ARGV[0]); local $/; my $t = <STDIN>;
			for (1 .. 1 + rand 12) {
				my $at = int rand length $t;
				my $what = int rand 4;
				if ($what == 0) { substr($t, $at, 1) = int rand 10 }
				elsif ($what == 1) { substr($t, $at, int rand 90) = "" }
				elsif ($what == 2) { substr($t, $at, 0) = "9" x rand 19 }
				else { substr($t, $at, 0) = substr($t, int rand length $t, 60) }
			}
			print $t' "$i" <"$tmp/seed" >"$tmp/fuzz"
		for args in "boot $tmp/fuzz" "boot --json $tmp/fuzz" "diff $tmp/seed $tmp/fuzz" "diff --json --tolerance=1 $tmp/fuzz $tmp/seed"; do
			# shellcheck disable=SC2086 # several words are meant
			"$tool" $args >"$tmp/out" 2>"$tmp/err"
			rc=$?
			if ((rc > 3)) || grep -qE 'AddressSanitizer|runtime error' "$tmp/err"; then
				echo "round $i: status $rc of $args"
				return 1
			fi
			[[ $args != *--json* ]] || integers || { echo "round $i: $args"; return 1; }
		done
	done
}
ok '60 spoilt traces: no crash, and JSON with integers' fuzz

# --- a machine of 1 TiB -----------------------------------------------------------------------
# A sort that takes the square of this would need hours, not seconds: gaps that
# grow, shrink, are all alike, or in no order.
"$gen" pages=525000 gap=8192 >"$tmp/large"
limited() { (ulimit -v "$1" -t 20 && shift && exec "$plain" "$@" >"$tmp/out" 2>"$tmp/err"); }
gaps() {
	perl -e 'my ($how, $n, $t, $last) = (shift, 0, 20000, -1);
		while (<STDIN>) {
			if (my ($seq) = / seq=(\d+) /) {
				$n++, $t += $how eq "random" ? $n * 7919 % 65521 :
					    $how eq "growing" ? $n : 600000 - $n
					if $seq != $last;
				$last = $seq;
				s/ ticks=\d+ ns=\d+/ ticks=$t ns=$t/;
			}
			print;
		}' "$1" <"$tmp/large"
}
ok 'boot: 525000 pages within 64 MiB of address space and 20 s' limited 65536 boot "$tmp/large"
ok '... all of them' shown '524999 gaps'
for how in random growing shrinking; do
	gaps $how >"$tmp/other"
	ok "boot: 525000 $how gaps" limited 65536 boot --json "$tmp/other"
	ok '... all of them' json_field analysis.gaps.count 524999
done
ok 'diff: twice 525000 pages within 128 MiB' limited 131072 diff "$tmp/large" "$tmp/large"
# However little there is: all of it, or a word why not.
little() {
	local mib rc
	for ((mib = 24; mib <= 40; mib += 4)); do
		(ulimit -v $((mib * 1024)) && exec "$plain" "$@" >"$tmp/out" 2>"$tmp/err")
		rc=$?
		((rc < 2)) || { ((rc == 2)) && grep -q 'out of memory' "$tmp/err"; } || { echo "$mib MiB: status $rc"; return 1; }
		((mib > 24)) || ((rc == 2)) || { echo "enough with $mib MiB"; return 1; }
	done
}
ok 'boot: too little memory: 2, and says so' little boot "$tmp/large"
ok 'diff: too little memory: 2, and says so' little diff "$tmp/good" "$tmp/large"

tap_end
