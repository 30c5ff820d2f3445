#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What do plain ftrace and sysfs show of the log? Runs in the guest, prints
# "name value" lines for tests/vm-replay.t.
dir=/sys/kernel/kpkeys
trace=/sys/kernel/tracing

# The events of the last frame in the ftrace buffer, against what its end says:
# begin and end agree, every number once, every total right.
check_frame() {
	sed -n 's/.* \(kpkeys_ppa_[a-z]*\): \(.*\)/\1 \2/p' $trace/trace | awk '
	function value(name,  i, pair) {
		for (i = 2; i <= NF; i++) {
			split($i, pair, "=")
			if (pair[1] == name) return pair[2]
		}
		return "none"
	}
	$1 == "kpkeys_ppa_replay" && value("frame") == "begin" {
		split("", n); next_seq = value("first") + 0; bad = 0
		begin = $0; sub(/ frame=begin/, "", begin)
		next
	}
	$1 == "kpkeys_ppa_replay" {
		end = $0; sub(/ frame=end/, "", end)
		same = (begin == end)
		sums = (n["kpkeys_ppa_alloc"] + 0 == value("allocs") &&
			n["kpkeys_ppa_merge"] + 0 == value("merges") &&
			n["kpkeys_ppa_overflow"] + 0 == value("overflows") &&
			n["kpkeys_ppa_finalize"] + 0 == value("finalizes") &&
			n["kpkeys_ppa_phase"] + 0 == value("phases"))
		print "frame", same ? "same" : "different", sums ? "whole" : "part", \
			next_seq - value("first"), value("count"), value("records"), bad
		next
	}
	{
		n[$1]++
		if ($1 == "kpkeys_ppa_merge") { if (value("seq") != next_seq - 1) bad++ }
		else if (value("seq") != next_seq++) bad++
	}'
}

errno() { # COMMAND...: the name of the error that a write ended with
	"$@" 2>&1 | sed -n 's/.*: \(write error: \)*//p'
}
put() { echo "$2" >"$dir/$1"; }

case $1 in
boot)
	check_frame | tail -n 1 ;;
demand)
	echo "backend $(cat $dir/backend)"
	echo "state $(cat $dir/log_state)"
	echo 1 >$trace/events/kpkeys/enable
	for window in '' all '0 10' '100 50' '255 1000000' '99999999 5' '0 0'; do
		echo >$trace/trace
		put replay "$window"
		echo "window '$window' $(check_frame)"
	done
	for window in 'x' '1' '1 2 3' '-1 5' '1 -5' '18446744073709551616 1'; do
		echo "refused '$window' $(errno put replay "$window")"
	done
	for file in replay log_drop; do
		echo "mode $file $(stat -c %a $dir/$file)"
	done
	echo "bytes $(cat $dir/log_bytes)"
	echo "bad drop $(errno put log_drop 2) $(cat $dir/log_state)"
	before=$(dmesg | grep -c 'Freeing kpkeys event log memory')
	put log_drop 1
	after=$(dmesg | grep -c 'Freeing kpkeys event log memory')
	echo "drop $before $after $(cat $dir/log_state) $(cat $dir/log_bytes)"
	put log_drop 1 && echo "drop again $(cat $dir/log_state)"
	echo "replay after drop $(errno put replay all)" ;;
refused)
	echo "backend $(cat $dir/backend)"
	echo "state $(cat $dir/log_state)"
	echo "replay $(errno put replay all)" ;;
lost)
	# The log is too small, or there is none.
	echo "state $(cat $dir/log_state)"
	echo "bytes $(cat $dir/log_bytes)"
	echo 1 >$trace/events/kpkeys/enable
	put replay all
	echo "$(check_frame)"
	sed -n 's/.* records=\([0-9]*\) .* lost=\([0-9]*\) .* frame=end .*/lost \1 \2/p' $trace/trace ;;
interrupt)
	# A writer that is killed in the middle of a replay ends at once, and its
	# frame says how far it got; the next one gets everything.
	echo 1 >$trace/events/kpkeys/enable
	cut=0 tries=0
	while [ $cut = 0 ] && [ $tries -lt 50 ]; do
		tries=$((tries + 1))
		echo >$trace/trace
		sh -c "echo all >$dir/replay" &
		writer=$!
		usleep $((tries * 1000))
		kill -TERM $writer 2>/dev/null
		wait $writer
		status=$?
		[ $status -gt 128 ] || continue
		case $(check_frame) in
		'frame different part '*' 0') cut=1 ;;
		esac
	done
	echo "cut $cut"
	echo >$trace/trace
	put replay all
	echo "after $(check_frame)" ;;
esac
