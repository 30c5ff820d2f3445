#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does ppa-trace say of one boot: live, from a recording of it, and from what
# ftrace prints of it? Runs in the guest for tests/vm-record.t: NAME.out, NAME.err
# and NAME.rc of each run are left in /out.
. /in/lib.sh
cd /out

# The kernel's own tables may grow between two walks, but not for ever: the same
# is wanted before and after all that walks them.
for i in 1 2 3 4 5 6; do
	run summary-live ppa-trace --json summary
	run verify-live ppa-trace --json verify
	run text-live ppa-trace verify
	run record ppa-trace record -o boot.rec
	run json ppa-trace record -o boot.json
	for format in prometheus junit csv perfetto; do
		run $format-live ppa-trace export --format=$format -o -
	done
	run summary-again ppa-trace --json summary
	run verify-again ppa-trace --json verify
	cmp -s summary-live.out summary-again.out &&
		cmp -s verify-live.out verify-again.out && break
done

run default ppa-trace record
run summary-rec ppa-trace --json summary boot.rec
run verify-rec ppa-trace --json verify boot.rec
run text-rec ppa-trace verify boot.rec
for format in prometheus junit csv perfetto; do
	run $format-rec ppa-trace export --format=$format -o - boot.rec
done
run report-live ppa-trace report -o live.html
run summary-json ppa-trace --json summary boot.json
run verify-json ppa-trace --json verify boot.json
gzip -c boot.rec >boot.rec.gz
run summary-gz ppa-trace --json summary boot.rec.gz

listen
ppa-trace replay
echo 0 >$trace/events/kpkeys/enable
cat $trace/trace >boot.text
run summary-text ppa-trace --json summary boot.text
run text-as-rec ppa-trace record -o text.rec boot.text
run summary-text-rec ppa-trace --json summary text.rec

# A recording that is ended by a signal, at any time, and one that has no room.
echo old >signal.rec
for i in 1 2 3 4 5 6; do
	ppa-trace record -o signal.rec >/dev/null 2>&1 &
	usleep $((i * 9000))
	kill $! 2>/dev/null
	wait $!
	rc=$?
	ls | grep '^signal.rec.' && echo "round $i: something is left" >>left
	[ $rc -eq 0 ] || [ "$(cat signal.rec)" = old ] || echo "round $i: the old file is gone" >>left
	echo old >signal.rec
done 2>/dev/null
mkdir /tmp/full
mount -t tmpfs -o size=16k none /tmp/full
head -c 12288 /dev/zero >/tmp/full/other
run full ppa-trace record -o /tmp/full/boot.rec
ls /tmp/full >full.list
