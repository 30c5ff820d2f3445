#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What do a guest's own files say of the keys, with no event and no tool? Runs in
# the guest, prints one "name value..." line a fact.
kpkeys=/sys/kernel/kpkeys
tables=/sys/kernel/debug/kernel_page_tables

echo "backend $(cat $kpkeys/backend)"
echo "log $(cat $kpkeys/log_state 2>/dev/null) $(cat $kpkeys/log_bytes 2>/dev/null)"
dmesg | sed -n 's/^\[[ .0-9]*\] kpkeys: /message /p'
echo "tainted $(($(cat /proc/sys/kernel/tainted) >> 18 & 1))"
if [ -e $kpkeys/probe ]; then echo "faults $(grep -c 'error=-14$' $kpkeys/probe)"; fi
echo "events $(ls -d /sys/kernel/tracing/events/kpkeys 2>/dev/null)"

# From ---[ Linear Mapping start ]--- to its end: how much of it has a key.
echo "keyed $(awk '
	/^---/ { linear = /Linear Mapping start/ }
	linear && / POI1 / { size = $2; unit = 1; if (size ~ /M/) unit = 1024; if (size ~ /G/) unit = 1048576; kib += size * unit }
	END { print kib + 0 }' $tables)"
echo "other-keys $(grep -c ' POI[2-7] ' $tables)"
echo "odd $(grep ' POI1 ' $tables | grep -vc '  RW NX ')"
cat /sys/kernel/debug/check_wx_pages

for command in verify summary 'verify --scope=all' boot; do
	ppa-trace $command >/tmp/out 2>/tmp/err
	echo "$command: $?"
	if [ "$command" = verify ]; then
		sed -n 's/^ok  */ok /p; s/^\(FAILED\|UNPROVEN\)/bad &/p' /tmp/out
		sed 's/^/error /' /tmp/err
	fi
done
exit 0
