#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does record leave a whole file or none, and is it the same boot that every
# reader finds in it?
#
# Copied to the test directory as "cli_record"; speaks TAP.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
man=$here/obj/ppa-trace-recording.5.rst

alone() { [[ $(cd "$tmp/dir" && echo *) == "$*" ]] || { ls -l "$tmp/dir"; return 1; }; }

"$gen" >"$tmp/good"
"$tool" summary --json "$tmp/good" >"$tmp/good.summary"
"$tool" verify --json "$tmp/good" >"$tmp/good.verify"
mkdir "$tmp/dir"
rec=$tmp/dir/boot.rec

# --- one boot, all forms ----------------------------------------------------------
ok 'record of text' says 0 out '1045 events, 514 page tables' record -o "$rec" "$tmp/good"
ok 'nothing besides it' alone boot.rec
ok 'summary: the same, byte for byte' bash -c "'$tool' summary --json '$rec' | cmp - '$tmp/good.summary'"
ok 'verify: the same, byte for byte' bash -c "'$tool' verify --json '$rec' | cmp - '$tmp/good.verify'"
ok 'a name that ends in .json: JSON lines' expect 0 record -o "$tmp/boot.json" "$rec"
ok 'one object a line' perl -MJSON::PP -ne \
	'my $d = JSON::PP->new->utf8->decode($_); $n++ if $d->{event}; END { exit !($. == 1047 && $n == 1045) }' "$tmp/boot.json"
ok 'JSON lines: the same, byte for byte' bash -c "'$tool' summary --json '$tmp/boot.json' | cmp - '$tmp/good.summary'"
ok '--json: whatever the name' bash -c "'$tool' record --json -o - '$rec' | cmp - '$tmp/boot.json'"
ok 'and back: the same file' bash -c "'$tool' record -o - '$tmp/boot.json' | cmp - '$rec'"
ok 'from standard input' bash -c "'$tool' record -o - - <'$tmp/good' | cmp - '$rec'"
ok 'to a pipe, from a pipe' bash -c "cat '$tmp/good' | '$tool' record -o - - | '$tool' summary --json - | cmp - '$tmp/good.summary'"
ok 'ppa-trace.rec by itself' bash -c "cd '$tmp' && '$tool' record good >/dev/null && cmp ppa-trace.rec '$rec'"
for form in "$tmp/good" "$rec" "$tmp/boot.json"; do
	gzip -c "$form" >"$tmp/gz"
	ok "gzip: ${form##*/}" bash -c "'$tool' summary --json '$tmp/gz' | cmp - '$tmp/good.summary'"
	ok "gzip, standard input: ${form##*/}" bash -c "'$tool' summary --json - <'$tmp/gz' | cmp - '$tmp/good.summary'"
done
gzip -c "$rec" >"$tmp/gz"
head -c -20 "$tmp/gz" >"$tmp/cut"
ok 'compressed and cut off: 3' says 3 err 'compressed data is cut off' verify --events-only "$tmp/cut"
ok 'it says how far it is good' grep -q 'is good up to byte [0-9]* unpacked' "$tmp/err"
for how in tool=perf tool=trace-cmd window=7 replays=3 'pkey=0' 'drop=300' 'gap=9 capacity=4' 'skip=400'; do
	# shellcheck disable=SC2086 # several words are meant
	"$gen" $how >"$tmp/other"
	"$tool" record -o "$tmp/other.rec" "$tmp/other" >/dev/null 2>&1
	"$tool" verify "$tmp/other" >"$tmp/want" 2>&1
	want=$?
	"$tool" verify "$tmp/other.rec" >"$tmp/is" 2>&1
	ok "$how: verify of the recording says the same, with status $want" test $? -eq $want
	ok "$how: in the same words" cmp "$tmp/want" "$tmp/is"
done
"$gen" drop=300 >"$tmp/other"
ok 'events are missing: 3, and it is recorded' says 3 err 'as incomplete as' record -o "$tmp/other.rec" "$tmp/other"

# --- with --json what is said is JSON, and never in what is recorded ---------------------
lines() { perl -MJSON::PP -ne 'JSON::PP->new->utf8->decode($_)' "$1"; }
"$tool" record --json -o "$tmp/other.json" "$tmp/other" >/dev/null 2>&1
ok '--json -o -: 3' says 3 err '"error":{"what":"the recording is as incomplete' record --json -o - "$tmp/other"
ok '... and nothing behind the recording' cmp "$tmp/out" "$tmp/other.json"
ok '--json -o -: no such file: 2' says 2 err '"error"' record --json -o - "$tmp/none"
ok '... and nothing on standard output' silent out
ok '--json: says what it wrote' says 0 out '"recorded":{"file":"'"$rec"'","events":1045,"page_tables":514,"bytes":' record --json -o "$rec" "$tmp/good"
ok '... as one line of JSON' test "$(lines "$tmp/out" && wc -l <"$tmp/out")" = 1
ok '--json: 3' says 3 out '"error"' record --json -o "$rec" "$tmp/other"
ok '... as JSON lines' test "$(lines "$tmp/out" && wc -l <"$tmp/out")" = 2

# --- what the walk found then ------------------------------------------------------------
addr=$(sed -n 's/.*"event":"alloc".*"addr":\([0-9]*\),.*/\1/p' "$tmp/boot.json" | head -n 1)
sed 's/"checks":\[\]/"checks":[{"id":"walk.table-keyed","status":"failed","offenders":1,"first_offenders":[{"addr":'"$addr"',"key":0}]}]/' \
	"$tmp/boot.json" >"$tmp/walked.json"
ok 'verify: what it named' says 1 out "walk.table-keyed" verify "$tmp/walked.json"
ok 'lookup: that page' says 1 out 'WITHOUT the key' lookup "$(printf %x "$addr")" "$tmp/walked.json"
ok 'lookup: without a walk' says 0 out 'by the events' lookup "$(printf %x "$addr")" "$tmp/boot.json"

# --- a file or none -----------------------------------------------------------------
echo old >"$rec"
ok 'no events: 2' says 2 err 'no kpkeys event' record -o "$rec" /dev/null
ok 'the old file stays' grep -qx old "$rec"
ok 'nothing besides it' alone boot.rec
# interrupted SIGNAL: while it waits for more input
interrupted() {
	local pid i
	mkfifo "$tmp/fifo"
	perl -e '$SIG{$_} = "DEFAULT" for qw(INT TERM HUP QUIT XCPU PIPE); exec @ARGV' \
		"$tool" record -o "$rec" "$tmp/fifo" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	{
		head -c 100000 "$tmp/good"
		for ((i = 0; i < 100; i++)); do
			alone boot.rec >/dev/null || break
			sleep 0.1
		done
		kill -"$1" $pid
		wait $pid
	} >"$tmp/fifo"
	wait $pid
	local rc=$?
	rm "$tmp/fifo"
	((rc > 128)) || { echo "status $rc"; return 1; }
	((i < 100)) || { echo 'it never began to write'; return 1; }
	alone boot.rec && grep -qx old "$rec"
}
for signal in INT TERM HUP QUIT XCPU PIPE; do
	ok "SIG$signal: the old file stays, alone" interrupted $signal
done
# It has something to say, and nobody hears it any more.
unheard() {
	{ sleep 0.3; exec "$tool" record -o "$rec" "$tmp/other"; } 2>&1 >/dev/null | true
	[[ ${PIPESTATUS[0]} -eq 141 ]] && alone boot.rec
}
sed '20s/seq=/qes=/' "$tmp/good" >"$tmp/other"
ok 'its messages go nowhere: the old file stays, alone' unheard
limited() { (ulimit -f 1; "$tool" record -o "$rec" "$tmp/good" >"$tmp/out" 2>"$tmp/err"; [[ $? -eq 2 ]]) && grep -q 'cannot write.*File too large' "$tmp/err"; }
ok 'no room: 2' limited
ok 'no room: the old file stays, alone' alone boot.rec
ok 'a full device: 2' says 2 err 'No space left' record -o /dev/full "$tmp/good"
ok 'a device stays one' test -c /dev/full
ok 'no such folder: 2' says 2 err 'cannot write' record -o "$tmp/none/boot.rec" "$tmp/good"
ok 'a folder: 2' says 2 err 'cannot write' record -o "$tmp/dir" "$tmp/good"
ln -s boot.rec "$tmp/dir/link"
ok 'a link stays one' expect 0 record -o "$tmp/dir/link" "$tmp/good"
ok 'what it leads to is new' bash -c "[[ -L '$tmp/dir/link' ]] && '$tool' summary --json '$rec' | cmp - '$tmp/good.summary'"
ln -s new.rec "$tmp/dir/to-new"
ln -s "$tmp/dir/to-new" "$tmp/dir/to-link"
ok 'a link to what is not there yet' expect 0 record -o "$tmp/dir/to-link" "$tmp/good"
ok 'it is made there' test -f "$tmp/dir/new.rec"
ok 'and the links stay' test -L "$tmp/dir/to-link" -a -L "$tmp/dir/to-new"
ln -sf to-link "$tmp/dir/to-new"
ok 'links in a circle: 2' says 2 err 'cannot write' record -o "$tmp/dir/to-link" "$tmp/good"
rm "$tmp"/dir/to-* "$tmp/dir/new.rec"
chmod 640 "$rec"
ok 'the mode of the old file' expect 0 record -o "$rec" "$tmp/good"
ok '... is that of the new one' test "$(stat -c %a "$rec")" = 640
ok 'a terminal: 2' bash -c "script -qec '$tool record -o - $tmp/good; echo status \$?' /dev/null </dev/null | grep -q 'status 2'"

# --- damaged ---------------------------------------------------------------------------
"$tool" record -o "$rec" "$tmp/good" >/dev/null
"$gen" pages=9000 >"$tmp/long"
"$tool" record -o "$tmp/long.rec" "$tmp/long" >/dev/null
head -c 40000 "$tmp/long.rec" >"$tmp/cut"
ok 'cut off: 3' says 3 err 'is good up to byte' verify --events-only "$tmp/cut"
ok 'cut off: what is there is read' grep -q '[1-9][0-9][0-9][0-9] alloc events: side and range' "$tmp/out"
{ head -c 50000 "$tmp/long.rec"; printf 'XX'; tail -c +50003 "$tmp/long.rec"; } >"$tmp/bad"
ok 'damaged: 3' says 3 err 'the checksum of a block is wrong' verify --events-only "$tmp/bad"
{ cat "$rec"; echo; } >"$tmp/bad"
ok 'more behind its end: 3' says 3 err 'more behind its end' verify --events-only "$tmp/bad"
sed 's/"version":1/"version":2/' "$tmp/boot.json" >"$tmp/bad"
ok 'a newer version: 2' says 2 err 'of version 2; this ppa-trace knows version 1' verify "$tmp/bad"
sed '/"seq":100,/d' "$tmp/boot.json" >"$tmp/bad"
ok 'a line is gone: 3' says 3 err 'its end counts more or fewer' verify --events-only "$tmp/bad"
ok 'JSON that is no recording: 2' says 2 err 'but not a recording' verify "$tmp/good.summary"

# --- the man page knows the fields --------------------------------------------------------
fields() { "$tool" --fields | awk '{ sub(/^kpkeys_ppa_/, ""); if ($1 != k) { if (k) print ""; k = $1; printf "%s:", k } printf " %s", $2 } END { print "" }'; }
described() {
	awk '/^Kinds and their fields/ { on = 1 } /^\*replay\*, / { on = 0 }
		on && /^[0-5], / { if (k) print ""; k = 1; printf "%s:", $2; next }
		on && k && NF { for (i = 1; i <= NF; i++) printf " %s", $i }
		END { print "" }' "$man"
}
ok 'ppa-trace-recording(5) has all fields in their order' diff <(fields) <(described)

# --- counts, sizes and addresses that cannot be ---------------------------------------------
# Each number of an event as large as it can be, in a recording that is whole:
# whatever is said of it, it ends, takes little memory and computes nothing that
# does not fit.
large() {
	FIELD=$1 VALUE=$2 perl -pe 's/ \Q$ENV{FIELD}\E=(0x)?[0-9a-f]+\b/sprintf " %s=%s", $ENV{FIELD}, $1 ? sprintf "0x%x", $ENV{VALUE} : $ENV{VALUE}/e' \
		"$tmp/good" >"$tmp/large"
	! cmp -s "$tmp/good" "$tmp/large"
}
bounded() {
	local got=0
	(ulimit -v 65536 && exec "$plain" "$@") >"$tmp/out" 2>"$tmp/err" </dev/null || got=$?
	((got <= 3)) || { echo "status $got: $*"; return 1; }
	"$tool" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	((got <= 3)) && ! grep -E 'AddressSanitizer|runtime error' "$tmp/err" || { echo "status $got: $*"; return 1; }
}
each_command() {
	bounded record -o "$rec" "$tmp/large" && bounded verify "$rec" && bounded boot "$rec" &&
		bounded report -o - "$rec" && bounded export --format=perfetto -o - "$rec" && bounded diff "$tmp/good" "$rec"
}
for field in first count records allocs merges overflows finalizes phases lost backwards log_bytes freq \
	ticks boottime page_offset memstart ram page_shift va_bits levels capacity seq ns addr start size duration; do
	for value in 134217727 18446744073709551615; do
		ok "$field=$value: there is such a field" large $field $value
		ok "... all that reads it ends within 64 MiB" each_command
	done
done

# --- a machine of 1 TiB ----------------------------------------------------------------------
"$gen" pages=525000 gap=8192 | "$plain" record -o "$tmp/large" - >/dev/null
echo "# 525000 page tables: $(stat -c %s "$tmp/large") bytes"
memory() { (ulimit -v 65536 && exec "$plain" "$@" >"$tmp/out" 2>"$tmp/err"); }
ok '525000 page tables: verify within 64 MiB of address space' memory verify --events-only "$tmp/large"
ok '525000 page tables: all of them' grep -q '525000 alloc, ' "$tmp/out"
ok '525000 page tables: 8.2 bytes each, all in' test "$(stat -c %s "$tmp/large")" -le $((525000 * 82 / 10))

tap_end
