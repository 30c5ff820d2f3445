#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does any input do harm? libFuzzer tries what nobody thought of.
#
# Copied to the test directory as "fuzz"; speaks TAP. Each target runs for
# FUZZ_SECONDS (10) seconds. What it finds stays in FUZZ_KEEP, if that is set, and
# belongs into tools/ppa-trace/tests/fuzz/TARGET: all that is there is tried first.
inputs=@SRC@/tests/fuzz
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
keep=${FUZZ_KEEP:-$tmp}
targets=(rec text json)
max=8192	# bytes
export ASAN_OPTIONS=detect_leaks=0

if [[ ! -x $here/fuzz_rec ]]; then
	echo '1..0 # SKIP clang with libFuzzer is missing'
	exit 0
fi

# What a fuzzer begins with: small boots, good and bad, in the form it is for.
mkdir "$tmp/text" "$tmp/rec" "$tmp/json"
"$gen" pages=3 >"$tmp/text/good"
"$gen" pages=9 gap=2 capacity=3 tool=perf >"$tmp/text/overflow"
"$gen" pages=4 window=3 tool=trace-cmd >"$tmp/text/windows"
"$gen" pages=3 drop=4 pkey=0 replays=2 >"$tmp/text/missing"
for f in "$tmp/text/"*; do
	"$tool" record -o "$tmp/rec/${f##*/}" "$f" >/dev/null 2>&1
	"$tool" record -o "$tmp/json/${f##*/}.json" "$f" >/dev/null 2>&1
done

# Of recordings of real boots, as much as a fuzzer takes.
for f in @SRC@/../../examples/*.rec; do
	if [[ ! -e $f ]]; then continue; fi
	head -c $max "$f" >"$tmp/rec/${f##*/}"
	"$tool" events "$f" 2>/dev/null | head -n 40 >"$tmp/text/${f##*/}"
	"$tool" record --json -o - "$f" 2>/dev/null | head -n 20 >"$tmp/json/${f##*/}"
done

for t in "${targets[@]}"; do
	if [[ -d $inputs/$t ]]; then
		ok "$t: what was found before" "$here/fuzz_$t" "$inputs/$t"/*
	fi
	ok "$t: nothing new in ${FUZZ_SECONDS:-10} s" "$here/fuzz_$t" -max_total_time="${FUZZ_SECONDS:-10}" \
		-rss_limit_mb=1024 -timeout=10 -max_len=$max -print_final_stats=1 \
		-artifact_prefix="$keep/$t-" "$tmp/$t"
	sed -n 's/^stat::number_of_executed_units: */# runs: /p' "$tmp/point"
done
tap_end
