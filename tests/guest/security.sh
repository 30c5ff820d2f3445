#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Who may do what with what this project adds to a kernel? Runs in the guest for
# tests/vm-security.t: NAME.out, NAME.err and NAME.rc of each run are left in /out,
# and what was seen besides in other files there.
. /in/lib.sh

# The same by someone who is not root.
user() {
	name=$1
	shift
	run "$name" su -s /bin/sh user -c "$*"
}
mkdir -p /etc
echo 'root::0:0::/root:/bin/sh
user::1000:1000::/tmp:/bin/sh' >/etc/passwd
chmod 1777 /tmp

# --- files, and what is in them

modes() {
	stat -c '%n %a %u:%g' $kpkeys $kpkeys/* | sed 's,.*/,,' >/out/modes
	stat -c '%a' $trace /sys/kernel/debug >/out/closed
	user user-replay "echo all >$kpkeys/replay"
	user user-drop "echo 1 >$kpkeys/log_drop"
	user user-enable "echo 1 >$trace/events/kpkeys/enable"
	user user-trace "cat $trace/trace"
	user user-format "cat $trace/events/kpkeys/kpkeys_ppa_alloc/format"
	user user-ptdump 'cat /sys/kernel/debug/kernel_page_tables'
	user user-reads "cat $kpkeys/backend $kpkeys/log_state $kpkeys/log_bytes"
	user user-symbols 'grep -wE "kpkeys_layout|swapper_pg_dir|kpkeys_log" /proc/kallsyms'
	user user-dmesg 'dmesg'
	run state cat $kpkeys/log_state
}

# --- replays

# Numbers at the edge, and what is no window by far.
edges() {
	listen
	max=18446744073709551615
	for window in "$max $max" "1 $max" "0 $max"; do
		echo >$trace/trace
		echo "$window" >$kpkeys/replay || echo "$window: refused"
		sed -n 's/.* first=\([0-9]*\) count=\([0-9]*\) records=\([0-9]*\) .*frame=end .*/\3 \1 \2/p' $trace/trace
	done >/out/edges
	for window in "$(seq -s '' 1 30) 1" "1 $(seq -s '' 1 60)" "$(seq -s '' 1 1500)"; do
		(echo "$window" >$kpkeys/replay) 2>&1 | sed 's/.*: //'
	done >/out/refused
}
slab() { awk '$1 == "Slab:" { print $2 }' /proc/meminfo; }
memory() {
	echo 0 >$trace/events/kpkeys/enable
	replays 10
	before=$(slab)
	replays 20000
	echo $(($(slab) - before)) >/out/slab
}

# --- what the tool may do

capabilities() { sed -n 's/^\(Cap\(Inh\|Prm\|Eff\)\|NoNewPrivs\):[[:blank:]]*/\1 /p' "/proc/$1/status"; }
# settled NAME PID MASK: leave the capabilities of PID once these are in effect, or
# after a minute. False if it has ended.
settled() {
	for _ in $(seq 300); do
		if capabilities "$2" | grep -q "^CapEff 0*$3$"; then break; fi
		kill -0 "$2" 2>/dev/null || return
		usleep 200000
	done
	capabilities "$2" >"/out/$1.caps"
}
# What BPF has in the kernel: its programs, maps and ring buffers.
bpf_areas() { grep -c bpf /proc/vmallocinfo; }
privileges() {
	bpf_areas >/out/bpf.before
	# As most distributions have it.
	echo 2 >/proc/sys/kernel/unprivileged_bpf_disabled
	: >/out/watch.out
	ppa-trace verify --scope=all --watch 1 >/out/watch.out 2>/out/watch.err &
	tool=$!
	until grep -q '^verify: ' /out/watch.out || ! kill -0 $tool 2>/dev/null; do usleep 200000; done
	settled watch $tool 0
	sleep 3
	bpf_areas >/out/bpf.during
	kill -INT $tool
	wait $tool
	echo $? >/out/watch.rc
	# It goes after a grace period.
	for _ in $(seq 100); do
		bpf_areas >/out/bpf.after
		if cmp -s /out/bpf.before /out/bpf.after; then break; fi
		usleep 200000
	done

	# A recording that waits for a reader; its text, which waits for a writer.
	mkfifo /tmp/to /tmp/from
	ppa-trace record -o /tmp/to >/out/record.out 2>/out/record.err &
	tool=$!
	settled record $tool e && cat /tmp/to >/tmp/boot.rec
	wait $tool
	echo $? >/out/record.rc
	run recorded ppa-trace verify /tmp/boot.rec
	listen
	replays 1
	ppa-trace verify --events-only /tmp/from >/out/text.out 2>/out/text.err &
	tool=$!
	if settled opening $tool e; then
		exec 3>/tmp/from
		cat $trace/trace >&3
		settled text $tool 0
		exec 3>&-
	fi
	wait $tool
	echo $? >/out/text.rc
}
others_files() {
	umask 022
	run new ppa-trace record -o /tmp/new.rec
	user folder 'mkdir -m 700 /tmp/own; echo mine >/tmp/theirs.rec'
	run own ppa-trace record -o /tmp/own/boot.rec
	run theirs ppa-trace record -o /tmp/theirs.rec
	cp /tmp/new.rec /tmp/own/new.rec
	chown user /tmp/own/*.rec
	chmod 600 /tmp/own/*.rec
	run diff ppa-trace diff /tmp/own/boot.rec /tmp/own/new.rec
	# All that can be written of the running kernel; a file of one's own that is
	# there keeps its mode.
	run export sh -e -c 'for format in csv perfetto prometheus junit; do
		ppa-trace export --format=$format -o /tmp/$format.new
	done'
	run report ppa-trace report -o /tmp/report.new
	run json ppa-trace record -o /tmp/lines.new.json
	echo mine >/tmp/mine.csv
	chmod 640 /tmp/mine.csv
	run mine ppa-trace export --format=csv -o /tmp/mine.csv
	stat -c '%n %a %u' /tmp/new.rec /tmp/theirs.rec /tmp/*.new* /tmp/mine.csv | sort >/out/files
	# A link that somebody else has put where the recording will be.
	echo 1 >/proc/sys/fs/protected_symlinks
	echo important >/etc/victim
	user link 'ln -s /etc/victim /tmp/link.rec'
	run through-link ppa-trace record -o /tmp/link.rec
	cat /etc/victim >/out/victim
}

# --- under lockdown

locked() {
	run lockdown cat /sys/kernel/security/lockdown
	run tracefs cat $trace/trace
	run replay sh -c "echo all >$kpkeys/replay"
	run events ppa-trace verify --events-only
	run verify ppa-trace verify
	run drop sh -c "echo 1 >$kpkeys/log_drop"
	run state cat $kpkeys/log_state
}

# --- the command line

params() {
	run backend cat $kpkeys/backend
	run files ls $kpkeys
	run symbols grep -c kpkeys_test /proc/kallsyms
	run config sh -c 'zcat /proc/config.gz | grep KPKEYS'
	run verify ppa-trace verify
}

for what; do
	$what
done
