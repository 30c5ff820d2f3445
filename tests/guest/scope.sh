#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does ppa-trace say of all page tables of a guest, at rest and in a storm?
# Runs in the guest for tests/vm-scope.t: NAME.out, NAME.err and NAME.rc of each
# run are left in /out.
. /in/lib.sh

# The address of the table of that class that the kernel tries to write to.
table() { sed -n "s/^class=$1 addr=\(0x[0-9a-f]*\) .*/\1/p" /sys/kernel/kpkeys/probe; }

good() {
	run all ppa-trace verify --scope=all --probe
	run json ppa-trace verify --scope=all --passes 3 --json
}

lookups() {
	table linear >/out/linear.asked
	run linear ppa-trace lookup "$(cat /out/linear.asked)"
	run static ppa-trace lookup "$(table static-image)"
	run root ppa-trace lookup --json "$(awk '$3 == "swapper_pg_dir" { print $1 }' /proc/kallsyms)"
	run text ppa-trace lookup "$(awk '$3 == "_stext" { print $1 }' /proc/kallsyms)"
	echo 1 >/proc/sys/kernel/kptr_restrict
	run vmalloc ppa-trace lookup "$(sed -n 's/^\(0x[0-9a-f]*\)-.* pages=.*/\1/p' /proc/vmallocinfo | head -n 1)"
	run nothing ppa-trace lookup 123456789000
	run usage ppa-trace lookup nonsense
}

# Resident pages of process $1.
resident() { awk '{ print $2 }' "/proc/$1/statm"; }

# PASSES over all tables while they come and go; then the same the wrong way.
storm() {
	/in/storm 4 &
	storm=$!
	: >/out/storm.out
	ppa-trace verify --scope=all --passes 100 >/out/storm.out 2>/out/storm.err &
	tool=$!
	while [ "$(grep -c ' s: ' /out/storm.out)" -lt 10 ] && kill -0 $tool 2>/dev/null; do sleep 0.1; done
	resident $tool >/out/storm.early
	while [ "$(grep -c ' s: ' /out/storm.out)" -lt 60 ] && kill -0 $tool 2>/dev/null; do sleep 0.1; done
	resident $tool >/out/storm.late
	wait $tool
	echo $? >/out/storm.rc
	# Whether a table goes in just that moment is luck, on a slow machine the more.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		run collect ppa-trace verify --scope=all --collect-first --passes 50
		if [ "$(cat /out/collect.rc)" != 3 ]; then break; fi
	done
	kill $storm
}

# Until a signal ends it.
watch() {
	: >/out/watch.out
	ppa-trace verify --scope=all --watch 1 >/out/watch.out 2>/out/watch.err &
	tool=$!
	until grep -q '^verify: ' /out/watch.out || ! kill -0 $tool 2>/dev/null; do sleep 0.2; done
	sleep 2
	kill -"$1" $tool
	wait $tool
	echo $? >/out/watch.rc
}

interrupted() { watch INT; }
terminated() { watch TERM; }

bad() {
	run all ppa-trace verify --scope=all
	addr=$(dmesg | sed -n 's/.*test knob unkeyed: page at \(0x[0-9a-f]*\).*/\1/p')
	run lookup ppa-trace lookup "$addr"
}

off() {
	run all ppa-trace verify --scope=all
	run lookup ppa-trace lookup 40000000
	run probe ppa-trace verify --probe
}

noprobe() {
	mount -t tmpfs none /sys/kernel/kpkeys
	echo pie >/sys/kernel/kpkeys/backend
	run noprobe ppa-trace verify --probe
	umount /sys/kernel/kpkeys
}

for what; do
	$what
done
