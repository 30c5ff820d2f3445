#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does "export" write what other programs can read, as a whole or not at all?
#
# Copied to the test directory as "cli_export"; speaks TAP. What the programs
# themselves make of it is tested by tests/peers.t.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
expect_first=(export)
check=$here/obj/check-perfetto.pl

"$gen" pages=600 gap=256 >"$tmp/good"
"$gen" pkey=2 >"$tmp/bad"
"$gen" drop=9 >"$tmp/lossy"

# --- usage -----------------------------------------------------------------------
ok 'no format' says 2 err 'needs a format' "$tmp/good"
ok 'no such format' says 2 err '"svg"' --format=svg "$tmp/good"
ok 'which there are' grep -q 'perfetto|csv|prometheus|junit' "$tmp/err"

# --- perfetto ----------------------------------------------------------------------
ok 'perfetto' expect 0 --format=perfetto "$tmp/good"
ok 'perfetto: nothing on stderr' silent err
ok 'perfetto: in order, slices nested, a slice a range' perl "$check" "$tmp/out" range=3 'linear map is built=1' 'finalize=1' 'slow gap=10'
ok 'perfetto: contradictions' expect 1 --format=perfetto "$tmp/bad"
ok 'perfetto: ... it is there all the same' perl "$check" "$tmp/out" range=1
ok 'perfetto: missing events' expect 3 --format=perfetto "$tmp/lossy"
ok 'perfetto: ... and it says so' grep -q 'no: events are missing' "$tmp/out"
"$gen" pages=525000 gap=8192 | "$plain" export --format=perfetto -o "$tmp/large" -
ok 'perfetto: 525,000 pages, a size that viewers open' test "$(stat -c %s "$tmp/large")" -lt 3000000
ok 'perfetto: 525,000 pages, sampled' perl "$check" "$tmp/large" range=65 'at-most-early page-table pages=10000'
# Times backwards, times at the end of all numbers, phases that end before they begin.
sed -E 's/ns=([0-9]*)7 /ns=1844674407370955\1 /; /phase=paging_end/s/ns=[0-9]*/ns=3/; s/duration=[0-9]*/duration=999999999999/' \
	"$tmp/good" >"$tmp/hostile"
"$tool" export --format=perfetto "$tmp/hostile" >"$tmp/out" 2>"$tmp/err"
ok 'perfetto: hostile times' perl "$check" "$tmp/out" range=3 paging_end=1

# --- csv ---------------------------------------------------------------------------
ok 'csv' expect 0 --format=csv "$tmp/good"
cp "$tmp/out" "$tmp/csv"
"$tool" events --csv "$tmp/good" >"$tmp/out"
ok 'csv: as events --csv' cmp "$tmp/csv" "$tmp/out"
{ cat "$tmp/good"; echo 'CPU:0 [LOST 12 EVENTS]'; } >"$tmp/lost"
ok 'csv: lost events' says 3 err '12 were lost' --format=csv "$tmp/lost"

# --- prometheus ----------------------------------------------------------------------
# Of each name one HELP, one TYPE, then its samples; each series once.
metrics() {
	perl -e 'while (<>) {
		if (/^# HELP (ppa_[a-z_]+) \S.*\n\z/) { $seen{$1}++ and die "$1 twice"; $help = $1; next }
		if (/^# TYPE (ppa_[a-z_]+) gauge\n\z/) { $1 eq $help or die $_; $type = $1; next }
		/^(ppa_[a-z_]+)((?:\{(?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+\})?) (\d+(?:\.\d+)?)\n\z/ or die "line $.: $_";
		$1 eq $type or die "$1 within $type"; $series{"$1$2"}++ and die "$1$2 twice"; $n++ }
		$n > 50 or die "only $n"' "$1"
}
ok 'prometheus: unproven without page tables' expect 3 --format=prometheus "$tmp/good"
ok 'prometheus: ... it is there all the same' metrics "$tmp/out"
ok 'prometheus: what was not checked has no number' bash -c "! grep -q 'offenders{check=\"walk' '$tmp/out'"
ok 'prometheus: no time stamps, no OpenMetrics' bash -c "! grep -E '^[^#].* .* |# EOF|info\$' '$tmp/out'"
ok 'prometheus: --events-only' expect 0 --format=prometheus --events-only "$tmp/good"
ok 'prometheus: --events-only: a metric' metrics "$tmp/out"
for line in 'ppa_pages{level="pte"} 598' 'ppa_pages{level="pmd"} 2' 'ppa_ranges 3' 'ppa_range_capacity 1024' \
	'ppa_range_bytes 2457600' 'ppa_finalize_errors 0' 'ppa_missed_tables 0' 'ppa_log_lost_records 0' \
	'ppa_check_status{check="events.complete"} 0' 'ppa_verify_exit_status 0' 'ppa_verdict{verdict="good"} 1' \
	'ppa_verdict{verdict="failed"} 0' 'ppa_complete 1'; do
	ok "prometheus: $line" grep -qxF "$line" "$tmp/out"
done
for name in ppa_map_seconds ppa_finalize_seconds ppa_log_bytes; do
	ok "prometheus: $name" grep -qE "^$name [0-9.]*[1-9]" "$tmp/out"
done
ok 'prometheus: no walk with --events-only' bash -c "! grep 'check=.walk' '$tmp/out'"
ok 'prometheus: a failed check' expect 1 --format=prometheus --events-only "$tmp/bad"
for line in 'ppa_check_status{check="events.finalize-pkey"} 1' 'ppa_check_offenders{check="events.finalize-pkey"} 1' \
	'ppa_verify_exit_status 1' 'ppa_verdict{verdict="failed"} 1'; do
	ok "prometheus: $line" grep -qxF "$line" "$tmp/out"
done

# --- junit -------------------------------------------------------------------------------
ok 'junit: unproven without page tables' says 3 out '<skipped message=' --format=junit "$tmp/good"
ok 'junit: counts' grep -q '<testsuites .* tests="23" failures="0" errors="0" skipped="6"' "$tmp/out"
ok 'junit: --events-only' expect 0 --format=junit --events-only "$tmp/good"
ok 'junit: --events-only: counts' grep -q '<testsuites .* tests="17" failures="0" errors="0" skipped="0"' "$tmp/out"
ok 'junit: a failed check' says 1 out '<failure type="check" message="1 offender">' --format=junit --events-only "$tmp/bad"
ok 'junit: ... which' grep -B1 '<failure' "$tmp/out"

# --- files -------------------------------------------------------------------------------
dir=$tmp/dir
mkdir "$dir"
ok '-o' expect 0 --format=prometheus --events-only -o "$dir/ppa.prom" "$tmp/good"
ok '-o: nothing on standard output' silent out
ok '-o: readable by all' test "$(stat -c %a "$dir/ppa.prom")" = 644
ok '-o: whole' metrics "$dir/ppa.prom"
cp "$dir/ppa.prom" "$tmp/before"
ok 'could not run: 2' expect 2 --format=prometheus -o "$dir/ppa.prom" /dev/null
ok '... the old file stays' cmp "$tmp/before" "$dir/ppa.prom"
# An event that cannot be read, and none that can.
echo 'x [0] 1.0: kpkeys_ppa_alloc: nothing' >"$tmp/broken"
for format in perfetto csv prometheus junit; do
	ok "$format: no event can be read: 3" expect 3 --format=$format -o "$dir/ppa.prom" "$tmp/broken"
	ok "$format: ... the old file stays" cmp "$tmp/before" "$dir/ppa.prom"
done
ok 'failed checks: 1' expect 1 --format=prometheus --events-only -o "$dir/ppa.prom" "$tmp/bad"
ok '... the file is new' grep -qx 'ppa_verify_exit_status 1' "$dir/ppa.prom"
ok 'nothing else is left there' test "$(ls -A "$dir")" = ppa.prom
readable() { (umask "$1"; "$tool" export --events-only --format="$2" -o "$dir/$2" "$tmp/good") && [[ $(stat -c %a "$dir/$2") == "$3" ]]; }
for format in prometheus junit; do ok "$format: readable by all, whatever the umask is" readable 077 $format 644; done
for format in perfetto csv; do ok "$format: as the umask has it" readable 027 $format 640; done
chmod 600 "$dir/csv" "$dir/junit"
ok 'the mode of what is there stays' readable 022 csv 600
ok '... but for what others collect' readable 022 junit 644
ok 'no such folder' says 2 err 'cannot write' --format=junit -o "$tmp/none/x.xml" "$tmp/good"
if [[ -w /dev/full ]]; then
	full() { "$tool" export --format=$1 "$tmp/good" >/dev/full 2>"$tmp/err"; [[ $? -eq 2 ]] && grep -q 'No space' "$tmp/err"; }
	for format in perfetto csv prometheus junit; do
		ok "$format: no room: 2, and says so" full $format
		ok "$format: ... once, and what to do" test "$(wc -l <"$tmp/err")" -eq 2
		ok "$format: -o: no room: 2, names it" says 2 err 'cannot write /dev/full: No space' --format=$format -o /dev/full "$tmp/good"
	done
fi

too_large() { (ulimit -f 1; "$tool" export --format=csv -o "$dir/large" "$tmp/good" >"$tmp/out" 2>"$tmp/err"; [[ $? -eq 2 ]]) && grep -q "cannot write $dir/large: File too large" "$tmp/err"; }
ok 'larger than a file may be: 2, names it' too_large

tap_end
