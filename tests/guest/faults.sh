#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does each consumer say of one boot of a kernel that makes a fault? Runs in
# the guest for tests/vm-faults.t: NAME.out, NAME.err and NAME.rc of each run are
# left in /out, beside a recording and what ftrace prints.
. /in/lib.sh
cd /out || exit

run summary ppa-trace summary
run verify ppa-trace verify
run record ppa-trace record -o boot.rec
if [ "${1:-}" = all ]; then run all ppa-trace verify --scope=all; fi

listen
run replay sh -c "echo all >$kpkeys/replay"
cat $trace/trace >boot.text
