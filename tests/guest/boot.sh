#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What do boot and diff say in a guest? Runs there for tests/vm-boot.t: NAME.out,
# NAME.err and NAME.rc of each run are left in /out, and this boot's ftrace text.
. /in/lib.sh

# What ftrace has seen while the live source was reading, and nothing else.
boot() {
	echo 16384 >$trace/buffer_size_kb
	echo 1 >$trace/events/kpkeys/enable
	run live-json ppa-trace boot --json
	echo 0 >$trace/events/kpkeys/enable
	cat $trace/trace >/out/boot.text
	run text-json ppa-trace boot --json /out/boot.text
	run live ppa-trace boot
	run text ppa-trace boot /out/boot.text
	run blocks env LANG=C.UTF-8 ppa-trace boot
	run summary-json ppa-trace summary --json
}

# Against itself, and against the boot of which there is text in /in.
differ() {
	run same ppa-trace diff --tolerance=0 /out/boot.text /out/boot.text
	run other ppa-trace diff /in/before.text /out/boot.text
	run other-json ppa-trace diff --json --tolerance=1 /in/before.text /out/boot.text
	run tolerant ppa-trace diff --tolerance=1000000 /in/before.text /out/boot.text
}

lost() {
	echo 16 >$trace/buffer_size_kb
	echo >$trace/trace
	echo 1 >$trace/events/kpkeys/enable
	ppa-trace replay
	echo 0 >$trace/events/kpkeys/enable
	cat $trace/trace >/out/lost.text
	run lost ppa-trace boot /out/lost.text
	run lost-json ppa-trace boot --json /out/lost.text
	run lost-diff ppa-trace diff /out/boot.text /out/lost.text
}

for what; do
	$what
done
