#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the test driver count right, and can it fail?

. tests/lib/tap.sh

dir=tests/fixtures/harness
export KPKEYS_SKIPS_ALLOWED=$dir/skips-allowed
export HARNESS_VERBOSE=

# try WANTED_STATUS WANTED_LAST_LINE DESCRIPTION FILE...
try() {
	local wanted=$1 line=$2 what=$3 got=0
	shift 3
	output=$(ci/harness "${@/#/$dir/}" 2>&1) || got=$?
	is "$got: $(tail -n 1 <<<"$output")" "$wanted: $line" "$what"
}

try 0 '2 passed, 0 failed, 0 skipped' 'a file that passes' pass.sh
try 1 '1 passed, 1 failed, 0 skipped' 'a failed test' fail.sh
like "$output" 'fail\.sh: 2 - the one that fails' '... is named'
like "$output" '# because of this' '... with what it said'
try 0 '1 passed, 0 failed, 1 skipped' 'a skip that is allowed' skip-allowed.sh
like "$output" 'skip-allowed\.sh: no such hardware here$' '... is listed with its reason'
try 1 '1 passed, 1 failed, 0 skipped' 'a skip whose reason is only in part allowed' skip-other.sh
like "$output" 'ci/skips-allowed has no such reason: no such hardware here, nor anywhere' '... is named'
try 0 '2 passed, 0 failed, 1 skipped' 'a file that is skipped as a whole' pass.sh skip-all.sh
like "$output" 'skip-all\.sh: no such hardware here$' '... is listed with its reason'
try 1 '0 passed, 1 failed, 1 skipped' 'nothing but a skipped file' skip-all.sh
like "$output" 'every test was skipped' '... is named'
try 1 '2 passed, 1 failed, 0 skipped' 'a file that runs nothing' pass.sh empty.sh
like "$output" 'empty\.sh: ran no test' '... is named'
try 1 '2 passed, 1 failed, 0 skipped' 'a plan that does not hold' plan.sh
like "$output" 'plan\.sh: Bad plan' '... is named'
try 1 '1 passed, 2 failed, 0 skipped' 'a file that crashes' crash.sh
like "$output" 'crash\.sh: .*signal 11|crash\.sh: .*status 139' '... is named'
try 1 '1 passed, 1 failed, 0 skipped' 'a bad exit status after good tests' status.sh
like "$output" 'status\.sh: ended with status 7' '... is named'
try 1 '0 passed, 1 failed, 0 skipped' 'an expected failure' todo.sh
try 1 '1 passed, 1 failed, 0 skipped' 'results in a nested block' nested.sh
like "$output" 'nested\.sh: has results in a nested block' '... are named'
try 1 '1 passed, 1 failed, 0 skipped' 'a process left behind' orphan.sh
like "$output" 'orphan\.sh: left processes behind.*[(][0-9]+[)]$' '... is named'
pid=$(sed -n 's|.*left processes behind.*(\([0-9]*\))$|\1|p' <<<"$output" | head -n 1)
ok '... and ended' test ! -e "/proc/${pid:-self}"
KPKEYS_TEST_TIMEOUT=1 try 1 '1 passed, 2 failed, 0 skipped' 'a file that takes too long' slow.sh
like "$output" 'slow\.sh: took longer than 1 s' '... is named'
# Of this run alone: there may be others at the same time.
children() { tr -d ' ' <"/proc/$1/task/$1/children"; }
ci/harness $dir/slow.sh >/dev/null 2>&1 &
runner=$!
sleep 1
one=$(children "$runner")
slow=$(children "$one")
{ kill -TERM "$one"; wait "$runner"; } 2>/dev/null
is "${slow:+found}$(tr -d '\0' 2>/dev/null <"/proc/${slow:-self}/cmdline")" found 'a driver that is ended takes the test with it'
mkdir "$TMP/two" "$TMP/one"
KPKEYS_TEST_JOBS=2 MEET=$TMP/two try 0 '2 passed, 0 failed, 0 skipped' 'two files at a time' meet.sh meet.sh
KPKEYS_TEST_JOBS=1 MEET=$TMP/one try 1 '1 passed, 1 failed, 0 skipped' 'one file at a time' meet.sh meet.sh
KPKEYS_TEST_JOBS=none try 2 'ci/harness: KPKEYS_TEST_JOBS=none is no number of tests to run at a time' 'none at a time' pass.sh
KPKEYS_NOTES=1 try 0 '1 passed, 0 failed, 0 skipped' 'a file that says more than its results' note.sh
like "$output" '^  .*note\.sh: seen: three$' '... is heard'
try 0 '1 passed, 0 failed, 0 skipped' '... and by default' note.sh
unlike "$output" 'three' '... it is not'
try 2 'ci/harness: there is no test file tests/fixtures/harness/absent.sh' 'a file that is not there' absent.sh
try 1 '6 passed, 2 failed, 1 skipped' 'all together: one bad file does not hide the others' \
	fail.sh pass.sh plan.sh skip-allowed.sh

# --- .ci/run, with a make that does as it is told

mkdir "$TMP/bin"
ci_run() { # LINES OF THE SCRIPT THAT STANDS FOR make
	printf '#!/bin/sh\n%s\n' "$1" >"$TMP/bin/make"
	chmod 755 "$TMP/bin/make"
	got=0
	output=$(PATH=$TMP/bin:$PATH .ci/run 2>&1) || got=$?
	last=$(tail -n 1 <<<"$output")
}
ci_run 'echo "5 passed, 0 failed, 1 skipped"'
is "$got: $last" '0: 5 passed, 0 failed, 1 skipped' '.ci/run: good'
like "$output" '^ +[0-9]+ s  5 passed' '... with seconds before each line'
ci_run 'echo "5 passed, 2 failed, 1 skipped"; exit 2'
is "$got: $last" '2: 5 passed, 2 failed, 1 skipped' '.ci/run: failed tests'
ci_run 'exit 2'
is "$got: $last" '2: 0 passed, 1 failed, 0 skipped' '.ci/run: no test ran, make failed'
ci_run 'exit 0'
is "$got: $last" '1: 0 passed, 1 failed, 0 skipped' '.ci/run: no test ran, make did not notice'
ci_run 'echo "5 passed, 0 failed, 0 skipped"; exit 2'
is "$got: $last" '2: 5 passed, 1 failed, 0 skipped' '.ci/run: make fails after good tests'
SECONDS=0
KPKEYS_CI_SECONDS=1 ci_run 'sleep 61 & echo "child $!"; wait'
is "$got: $last" '124: 0 passed, 1 failed, 0 skipped' '.ci/run: fails by its own clock'
ok '... at once' test "$SECONDS" -lt 10
like "$output" 'stopped after 1 s' '... and says so'
child=$(sed -n 's/.*child //p' <<<"$output")
is "${child:+found}$(tr -d '\0' 2>/dev/null <"/proc/${child:-self}/cmdline")" found '... children included'
ci_run 'read -r line; echo "CI=$CI input=$?"; echo "1 passed, 0 failed, 0 skipped"'
like "$output" 'CI=true input=1' '.ci/run: CI is set, and there is no input'

# --- nested KTAP

flatten() { ci/ktap-flatten "tests/fixtures/ktap/$1"; }
is "$(flatten good.ktap)" "$(sed 1d tests/fixtures/ktap/good.tap)" 'nested KTAP: one line for each innermost case'
status 0 '... passes' flatten good.ktap
is "$(flatten bad.ktap)" "$(sed 1d tests/fixtures/ktap/bad.tap)" 'nested KTAP: a failed case and what it said'
status 1 '... fails' flatten bad.ktap
is "$(flatten cut.ktap)" "$(sed 1d tests/fixtures/ktap/cut.tap)" 'nested KTAP: a report that stops in the middle'
status 1 '... fails' flatten cut.ktap
is "$(flatten init.ktap)" "$(sed 1d tests/fixtures/ktap/init.tap)" 'nested KTAP: a suite that fails without a failed case'
status 1 '... fails' flatten init.ktap
is "$(ci/ktap-flatten </dev/null)" "$(printf 'not ok 1 - the report has no result at all\n1..1')" 'nested KTAP: an empty report'

# --- what is a splat

scan() { perl -Ici -MConsole -e 'local $/; my @found = Console::unexpected(<STDIN>, @ARGV); print scalar(@found), "\n", map { "$_->[0]\n" } @found' -- "${@:2}" <"tests/fixtures/console/$1.log"; }
is "$(scan clean)" 0 'console: a clean boot has no splat'
for kind in warn oops panic lockdep stall ubsan kasan; do
	like "$(scan "$kind")" '^1$' "console: $kind is one splat"
done
like "$(scan two)" '^2$' 'console: a warning and a panic are two splats'
is "$(scan two 'lab_warns' | head -n 1)" 1 'console: an expected warning does not hide the panic'
is "$(scan two 'lab_warns' 'sysrq triggered')" 0 'console: both expected'
is "$(scan warn 'something else' | head -n 1)" 1 'console: an expression that does not match hides nothing'

done_testing
