#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Are the page tables of the running kernel protected, as far as it says so
# itself?
#
# Reads what the allocator of early page tables did from its trace events, in a
# trace instance of its own, and checks that a replay of them is whole, that
# every page is in a range and every range got its key. On a kernel that was
# built with CONFIG_KPKEYS_PPA_TEST, also that writes to page tables fault. Walks
# no page tables: that takes BPF, see tools/ppa-trace.
#
# Needs root, and a shell with awk and sed, as busybox has them.

DIR="$(dirname "$(readlink -f "$0")")"
. "$DIR"/../kselftest/ktap_helpers.sh

KPKEYS=/sys/kernel/kpkeys
TRACING=/sys/kernel/tracing
INSTANCE=$TRACING/instances/kpkeys_selftest
EVENTS="alloc merge overflow finalize phase replay"

skip_all() {
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

cleanup() {
	[ ! -d "$INSTANCE" ] || rmdir "$INSTANCE"
}

# Sends a replay into an empty buffer: "" is all of it, or FIRST COUNT.
replay() {
	echo > "$INSTANCE/trace" || return 1
	echo "$1" > "$KPKEYS/replay"
}

# Looks at the events in the buffer, which must be one whole frame: begin and end
# say the same, each number is there once and in order, there are as many events
# of each kind as the frame says, and no page is left out. Prints what is wrong, a
# line each behind what it is about: frame, key or left-out; and how many records
# the log has.
look() {
	awk '
	function differ(what, is, wanted) {
		if (is + 0 != wanted + 0 && bad++ < 10)
			print "frame " what ": " is + 0 ", not " wanted + 0
	}
	function frame_end(end) {
		ends++
		sub(/.*kpkeys_ppa_replay: /, "", end)
		sub(/ frame=end/, "", end)
		if (end != begin)
			print "frame begin and end differ"
		differ("records", next_seq - first, v["count"])
		differ("records lost", v["lost"], 0)
		if (v["count"] != v["records"])
			return
		differ("alloc events", n["alloc"], v["allocs"])
		differ("merge events", n["merge"], v["merges"])
		differ("overflow events", n["overflow"], v["overflows"])
		differ("finalize events", n["finalize"], v["finalizes"])
		differ("phase events", n["phase"], v["phases"])
		for (page = 1; v["page_shift"] > 0; v["page_shift"]--)
			page *= 2
		differ("bytes in finalized ranges", keyed, n["alloc"] * page)
		if (!n["finalize"])
			print "key there is no range"
	}
	!/ kpkeys_ppa_/ { next }
	{
		for (i = 1; $i !~ /^kpkeys_ppa_/; i++)
			;
		kind = substr($i, 12, length($i) - 12)
		for (i++; i <= NF; i++) {
			at = index($i, "=")
			v[substr($i, 1, at - 1)] = substr($i, at + 1)
		}
	}
	kind == "replay" && v["frame"] == "begin" {
		begins++
		begin = $0
		sub(/.*kpkeys_ppa_replay: /, "", begin)
		sub(/ frame=begin/, "", begin)
		next_seq = first = v["first"] + 0
		print "records " v["records"]
		next
	}
	kind == "replay" { frame_end($0); next }
	{ n[kind]++ }
	kind == "merge" {
		differ("number of merge", v["seq"], next_seq - 1)
		next
	}
	{
		differ("number of " kind, v["seq"], next_seq)
		next_seq = v["seq"] + 1
	}
	kind == "finalize" {
		keyed += v["size"]
		if (v["pkey"] != 1 || v["error"] != 0)
			print "key range " v["start"] ": key " v["pkey"] ", error " v["error"]
	}
	kind == "phase" && v["phase"] == "finalize_end" && v["missed"] > 0 {
		print "left-out " v["missed"] " tables"
	}
	END {
		differ("begin events", begins, 1)
		differ("end events", ends, 1)
	}' "$INSTANCE/trace"
}

# What is wrong of $1.
about() {
	echo "$said" | sed -n "s/^$1 //p"
}

# $1 is the name of the test, $2 what is wrong, nothing if all is well.
result() {
	if [ -z "$2" ]; then
		ktap_test_pass "$1"
		return
	fi
	echo "$2" | while read -r line; do ktap_print_msg "$line"; done
	ktap_test_fail "$1"
}

test_backend() {
	result "keys are enforced" \
		"$(grep -vxE 'poe|pie' $KPKEYS/backend)"
}

test_events() {
	for event in $EVENTS; do
		[ -e "$TRACING/events/kpkeys/kpkeys_ppa_$event/format" ] ||
			echo "there is no event kpkeys_ppa_$event"
	done
}

test_replay() {
	if ! replay all; then
		said="frame it is refused"
	else
		said=$(look)
	fi
	result "a replay is a whole frame" "$(about frame)"
	result "every range has the key of page tables" "$(about key)"
	result "no table was left out" "$(about left-out)"
	records=$(about records)
}

# Windows that make up the log, the last of which reaches behind its end.
test_windows() {
	[ "${records:-0}" -gt 3 ] || {
		echo "a log of ${records:-no} records"
		return
	}
	step=$(((records + 2) / 3))
	for first in 0 $step $((2 * step)); do
		replay "$first $step" || echo "$first $step is refused"
		said=$(look)
		about frame | sed "s/^/$first $step: /"
	done
}

test_refusals() {
	for text in x '1' '1 2 3' '-1 5' '1 -5'; do
		if (echo "$text" > $KPKEYS/replay) 2>/dev/null; then
			echo "\"$text\" was taken"
		fi
	done
}

test_files() {
	for file in replay log_drop; do
		case $(ls -l $KPKEYS/$file) in
		--w-------*) ;;
		*) echo "$(ls -l $KPKEYS/$file)" ;;
		esac
	done
}

test_probe() {
	name="writes to page tables fault"
	if [ ! -e $KPKEYS/probe ]; then
		ktap_test_skip "$name: no CONFIG_KPKEYS_PPA_TEST"
		return
	fi
	# -EFAULT, for each class of tables.
	result "$name" "$(grep -v ' error=-14$' $KPKEYS/probe)"
}

ktap_print_header

[ "$(id -u)" -eq 0 ] || skip_all "must be run as root"
[ -d $KPKEYS ] || skip_all "no CONFIG_KPKEYS_HARDENED_PGTABLES"
[ "$(cat $KPKEYS/backend)" != off ] || skip_all "kernel protection keys are off"
[ -e $KPKEYS/log_state ] || skip_all "no CONFIG_KPKEYS_PPA_TRACE"
[ "$(cat $KPKEYS/log_state)" = kept ] ||
	skip_all "the event log is $(cat $KPKEYS/log_state)"
[ -d $TRACING/events ] || mount -t tracefs none $TRACING 2>/dev/null
[ -d $TRACING/instances ] || skip_all "no tracefs"

trap cleanup EXIT
mkdir -p $INSTANCE || ktap_exit_fail_msg "cannot make a trace instance"
# 256 bytes for each of the log's records, which take 8.
echo $(($(cat $KPKEYS/log_bytes) / 32 + 64)) > $INSTANCE/buffer_size_kb
echo 1 > $INSTANCE/events/kpkeys/enable

ktap_set_plan 9
test_backend
result "the trace events are there" "$(test_events)"
test_replay
result "parts of the log are whole frames" "$(test_windows)"
result "nonsense is refused" "$(test_refusals)"
result "only root can ask for a replay" "$(test_files)"
test_probe
ktap_finished
