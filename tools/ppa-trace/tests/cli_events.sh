#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does "events" print what came in, choose what was asked for, and say what is
# missing?
#
# Copied to the test directory as "cli_events"; speaks TAP.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
expect_first=(events)

# lines N ARG...: so many lines come out.
lines() {
	local want=$1
	shift
	expect 0 "$@" && [[ $(wc -l <"$tmp/out") -eq $want ]] ||
		{ echo "$(wc -l <"$tmp/out") lines, not $want: $*"; return 1; }
}
# What is behind "event: " in a text.
fields() { sed -n 's/.*: *\(kpkeys_ppa_[a-z]*\): */\1 /p' "$1"; }

"$gen" pages=600 gap=256 >"$tmp/good"

# --- all of them ---------------------------------------------------------------
all=$(grep -c kpkeys_ppa_ "$tmp/good")
ok 'as many lines as events' lines "$all" "$tmp/good"
ok 'nothing on stderr' silent err
ok 'the fields as they came, in their order' cmp <(fields "$tmp/out") <(fields "$tmp/good")
ok 'the time in front' awk '$1 != "-" { split($2, t, "."); sub(":", "", t[2]); ns = t[1] * 1e9 + t[2];
	for (i = 4; i <= NF; i++) if ($i ~ /^ns=/ && substr($i, 4) + 0 != ns) { print; bad = 1 } } END { exit bad || !NR }' "$tmp/out"
cp "$tmp/out" "$tmp/again"
ok 'the output is a FILE: the same comes out' expect 0 "$tmp/again"
ok '... to the byte' cmp "$tmp/out" "$tmp/again"
ok '... and has the same verdict' "$tool" verify --events-only "$tmp/again"
for t in trace-cmd perf; do
	"$gen" pages=600 gap=256 tool=$t >"$tmp/$t"
	ok "$t" expect 0 "$tmp/$t"
	ok "$t: the same" cmp "$tmp/out" "$tmp/again"
done
stdin() { "$tool" events - <"$tmp/good" >"$tmp/out" && cmp "$tmp/out" "$tmp/again"; }
ok 'standard input' stdin
stdin_gzip() { gzip -c "$tmp/good" | "$tool" events - >"$tmp/out" && cmp "$tmp/out" "$tmp/again"; }
if command -v gzip >/dev/null && "$tool" --version | grep -q gzip; then
	ok 'gzip' stdin_gzip
fi
"$gen" pages=600 gap=256 replays=2 >"$tmp/twice"
ok 'what was replayed twice is there twice' lines $((2 * all)) "$tmp/twice"

# --- filters ---------------------------------------------------------------------
ok '--kind' lines 600 --kind=alloc "$tmp/good"
ok '--kind: nothing else' bash -c "! grep -v kpkeys_ppa_alloc: '$tmp/out'"
ok '--kind: several' lines 605 --kind alloc,replay,finalize "$tmp/good"
ok '--kind: none of them' says 2 err '"dance"' --kind=dance "$tmp/good"
ok '--kind: which there are' grep -q 'alloc, merge, overflow' "$tmp/err"
from=$(sed -n 's/.*seq=300 .* ns=\([0-9]*\) .*/\1/p' "$tmp/good" | head -n 1)
ok '--from and --to: one moment' expect 0 --from="$from" --to="$from" "$tmp/good"
ok '--from and --to: that one' bash -c "grep -q seq=300 '$tmp/out' && ! grep -v seq=300 '$tmp/out'"
expect 0 --to=$((from - 1)) "$tmp/good"
before=$(wc -l <"$tmp/out")
expect 0 --from="$from" "$tmp/good"
after=$(wc -l <"$tmp/out")
ok '--from and --to part the events' test $((before + after + 2)) -eq "$all"
ok '--from: no number' says 2 err '"now"' --from=now "$tmp/good"
addr=$(sed -n 's/.*kpkeys_ppa_alloc: .* addr=\(0x[0-9a-f]*\) .*/\1/p' "$tmp/good" | sed -n 100p)
ok '--addr: one page' lines 1 --kind=alloc --addr="$addr" "$tmp/good"
ok '--addr: that one' grep -q " addr=$addr " "$tmp/out"
ok '--addr: any byte of it, without 0x' lines 1 --kind=alloc --addr="$(printf %x $((addr + 4095)))" "$tmp/good"
ok '--addr: several pages' lines 3 --kind=alloc --addr="$addr-$(printf 0x%x $((addr + 3 * 4096)))" "$tmp/good"
ok '--addr: finalize of its range' lines 1 --kind=finalize --addr="$addr" "$tmp/good"
ok '--addr: where nothing is' lines 0 --addr=1000 "$tmp/good"
ok '--addr: nothing on stderr' silent err
ok '--addr: virtual' says 2 err 'ppa-trace lookup' --addr=0xffff000080000000 "$tmp/good"

# --- other formats -----------------------------------------------------------------
ok '--csv' lines $((all + 1)) --csv "$tmp/good"
ok '--csv: as many columns in each row, ended by CR LF' perl -e '
	while (<>) { /^[a-z0-9_,x-]*\r\n\z/ or die "line $.: $_"; my $c = tr/,//; $n //= $c; $c == $n or die "line $.: $c commas" }' "$tmp/out"
ok '--csv: header' perl -e '$_ = <>; /^event,seq,ticks,ns,addr,start,size,/ or die' "$tmp/out"
csv() {
	perl -e 'my @h; while (<>) { s/\r\n//; my @v = split /,/, $_, -1; @h or @h = @v, next;
		my %r; @r{@h} = @v; $n{$r{event}}++;
		if ($r{event} eq "alloc") { hex $r{addr} or die; $r{level} =~ /^p[mt][de]$/ or die }
		$r{event} eq "alloc" and $r{pkey} ne "" and die; }
		$n{alloc} == 600 && $n{replay} == 2 or die' "$tmp/out"
}
ok '--csv: each value in its column' csv
ok '--csv with a filter' lines 3 --csv --kind=replay "$tmp/good"
ok '--json: one a line' lines "$all" --json "$tmp/good"
jsonl() {
	perl -MJSON::PP -e '$j = JSON::PP->new->utf8; while (<>) { my $o = $j->decode($_);
		$o->{event} eq "replay" or $o->{seq} =~ /^\d+$/ or die;
		$s += $o->{size} if $o->{event} eq "finalize" }
		$s == 600 * 4096 or die "$s bytes"' "$tmp/out"
}
ok '--json: each is an object' jsonl
ok '--csv and --json' says 2 err exclude --csv --json "$tmp/good"

# --- what is missing -------------------------------------------------------------------
{ head -n 50 "$tmp/good"; echo 'CPU:0 [LOST 12 EVENTS]'; tail -n +51 "$tmp/good"; } >"$tmp/lost"
ok 'lost events: 3' says 3 err '12 were lost' "$tmp/lost"
ok 'lost events: all others are there' test "$(wc -l <"$tmp/out")" -eq "$all"
ok 'lost events: says what to do' grep -q 'what to do' "$tmp/err"
head -c -20 "$tmp/good" >"$tmp/cut"
ok 'cut off: 3' says 3 err 'ends in the middle' "$tmp/cut"
sed '60s/ns=/nz=/' "$tmp/good" >"$tmp/broken"
ok 'a broken event: 3' says 3 err '1 could not be read' "$tmp/broken"
ok 'a broken event: which' grep -q 'line 60: .*ns: is missing' "$tmp/err"
sed 's/entries-written: .*/entries-written: 5\/9  #P:1/' "$tmp/good" >"$tmp/over"
ok 'overwritten: 3' says 3 err overwritten "$tmp/over"
sed 1,8d "$tmp/good" | head -n 20 >"$tmp/part"
ok 'half a frame: what there is' lines 20 "$tmp/part"
ok 'nothing in it: 2' says 2 err 'no kpkeys event' /dev/null
echo 'x [0] 1.0: kpkeys_ppa_alloc: nothing' >"$tmp/broken"
ok 'JSON: what is wrong is a line, too' says 3 out '"error":{' --json "$tmp/broken"
ok '... and the only one' test "$(json "$tmp/out" && wc -l <"$tmp/out")" = 1
ok 'no such file: 2' says 2 err 'cannot open' "$tmp/none"

# --- output --------------------------------------------------------------------------
if [[ -w /dev/full ]]; then
	full() { "$tool" events "$tmp/good" >/dev/full 2>"$tmp/err"; [[ $? -eq 2 ]] && grep -q 'No space' "$tmp/err"; }
	ok 'no room for the output: 2, and says so' full
fi
gone() { "$tool" events "$tmp/good" 2>"$tmp/err" | head -n 1 >/dev/null; silent err; }
ok 'who reads goes away: quiet' gone

# It keeps nothing: the memory is the same for any number of events.
little() { (ulimit -v 16384 && exec "$plain" events "$@" >"$tmp/out" 2>"$tmp/err"); }
"$gen" pages=200000 >"$tmp/large"
ok '400,000 events within 16 MiB of address space' little "$tmp/large"
ok '... all of them' test "$(wc -l <"$tmp/out")" -eq "$(grep -c kpkeys_ppa_ "$tmp/large")"

tap_end
