#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the tool read what a large machine recorded with as few instructions, and
# in as little memory, as it must?
#
# Instructions are counted by callgrind, so that it does not matter how fast this
# machine is. Copied to the test directory as "cli_speed"; speaks TAP. KEEP=FILE keeps
# the recording there.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
limit=150	# instructions an event
memory=64	# MiB

# counted COMMAND FILE: what it takes in instructions, all in. COMMAND here and
# below: one or more words.
counted() {
	# shellcheck disable=SC2086
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$plain" $1 "$2" 2>&1 >"$tmp/out" |
		sed -n 's/.*I *refs: *//p' | tr -d ,
}
# at_most COMMAND FILE LIMIT: it takes no more an event.
at_most() {
	local all
	all=$(counted "$1" "$2")
	awk -v all="$all" -v n="$events" -v limit="$3" 'BEGIN {
		printf "%d instructions, %.1f an event\n", all, all / n
		exit !(all > n && all <= n * limit) }' | tee "$tmp/count"
	return "${PIPESTATUS[0]}"
}
# within MIB COMMAND FILE: it gets no more memory than that, and needs no more.
# shellcheck disable=SC2086
within() { (ulimit -d $(($1 * 1024)) && exec "$plain" $2 "$3" >"$tmp/out" 2>"$tmp/err"); }

if ! command -v valgrind >/dev/null; then
	echo '1..0 # SKIP there is no valgrind'
	exit 0
fi

# 1 TiB in pages of 4 KiB, recorded by the tool from what the simulator prints.
"$gen" pages=525000 ram=$((1 << 40)) top=$((1 << 40)) >"$tmp/text"
events=$(grep -c kpkeys_ppa_ "$tmp/text")
"$plain" record -o "$tmp/1t.ppa" "$tmp/text" >/dev/null 2>&1
rm "$tmp/text"
if [[ ${KEEP:-} ]]; then cp "$tmp/1t.ppa" "$KEEP"; fi
ok "1 TiB: $events events" test "$events" -gt 1000000
for command in summary "verify --events-only"; do
	ok "$command: at most $limit instructions an event" at_most "$command" "$tmp/1t.ppa" $limit
	sed 's/^/# /' "$tmp/count"
	ok "$command: at most $memory MiB" within $memory "$command" "$tmp/1t.ppa"
done
fails() { ! "$@"; }
ok 'half of the instructions would not do' fails at_most summary "$tmp/1t.ppa" $((limit / 2))
ok '... nor would half of the memory' fails within $((memory / 4)) summary "$tmp/1t.ppa"
tap_end
