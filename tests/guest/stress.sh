#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does tests/vm-stress.t run inside the guest?
#
# usage: stress.sh PAUSE
#
# The lines "NAME COMMAND..." of /in/plan, one after the other, while page tables
# are verified and the kernel's text is patched in the background, with PAUSE
# microseconds between two rounds of each. Each leaves NAME.out and NAME.rc in /out.

pause=$1

run() {
	name=$1
	shift
	"$@" </dev/null >"/out/$name.out" 2>&1
	echo $? >"/out/$name.rc"
}

# lucky NAME REGEX COMMAND...: up to three tries, since addresses are taken at random
# or huge pages must be free at the moment. REGEX: what fails every time.
lucky() {
	name=$1
	always=$2
	shift 2
	for try in 1 2 3; do
		run "$name" "$@"
		grep -E '^not ok|^Bail out' "/out/$name.out" | grep -qvE "$always" || break
	done
	echo $try >"/out/$name.tries"
}

# Until /tmp/stop is there: how often it went well is in NAME.rounds, and the
# first time that it did not is in NAME.out and NAME.rc.
again_and_again() {
	name=$1
	shift
	rounds=0
	: >"/out/$name.out"
	echo 0 >"/out/$name.rc"
	while [ ! -e /tmp/stop ]; do
		"$@" >"/tmp/$name.out" 2>&1
		rc=$?
		if [ $rc -ne 0 ]; then
			mv "/tmp/$name.out" "/out/$name.out"
			echo $rc >"/out/$name.rc"
			break
		fi
		rounds=$((rounds + 1))
		usleep "$pause"
	done
	echo $rounds >"/out/$name.rounds"
}

tracing=/sys/kernel/tracing
# Entry and return of functions that everyone calls all the time.
kprobes() {
	for symbol in vfs_read handle_mm_fault do_mmap kernel_clone; do
		echo "p:stress/in_$symbol $symbol" >>$tracing/kprobe_events &&
			echo "r:stress/out_$symbol $symbol" >>$tracing/kprobe_events || return
	done
	echo 1 >$tracing/events/stress/enable && usleep 50000 || return
	# Reading this is a hit as well.
	grep -q 'in_vfs_read  *[1-9]' $tracing/kprobe_profile &&
		grep -q 'out_vfs_read  *[1-9]' $tracing/kprobe_profile &&
		echo 0 >$tracing/events/stress/enable || return
	for symbol in vfs_read handle_mm_fault do_mmap kernel_clone; do
		echo "-:stress/in_$symbol" >>$tracing/kprobe_events &&
			echo "-:stress/out_$symbol" >>$tracing/kprobe_events || return
	done
}
# Branches that are patched in and out: static keys.
tracepoints() {
	for group in sched kmem irq timer; do
		echo 1 >$tracing/events/$group/enable || return
	done
	usleep 50000
	for group in sched kmem irq timer; do
		echo 0 >$tracing/events/$group/enable || return
	done
}
# Calls at the entries of some thousand functions, in and out.
functions() {
	echo '*page* *vm* *pte*' >$tracing/set_ftrace_filter &&
		echo function >$tracing/current_tracer && usleep 50000 || return
	# Not what they have traced: that may have been pushed out of the buffer.
	[ "$(wc -l <$tracing/enabled_functions)" -gt 100 ] && echo nop >$tracing/current_tracer
}
# Every processor but the first one, one after the other.
hotplug() {
	for cpu in 1 2 3; do
		echo 0 >/sys/devices/system/cpu/cpu$cpu/online || return
		usleep 100000
		echo 1 >/sys/devices/system/cpu/cpu$cpu/online || return
	done
}

# A write to a page table of each kind, without a guard.
refused() {
	cat /sys/kernel/kpkeys/probe >/tmp/probe && grep -q 'error=-14$' /tmp/probe &&
		! grep -v 'error=-14$' /tmp/probe
}

in_the_background() {
	again_and_again verify ppa-trace verify --scope=all &
	again_and_again refused refused &
	again_and_again kprobes kprobes &
	again_and_again tracepoints tracepoints &
	if grep -q function $tracing/available_tracers; then again_and_again functions functions & fi
	if [ -e /sys/devices/system/cpu/cpu1/online ]; then again_and_again hotplug hotplug & fi
}

# Names of users; some of what runs here refuses to do so as root.
mkdir -p /etc /dev/shm
echo 'root::0:0::/root:/bin/sh
user::1000:1000::/tmp:/bin/sh' >/etc/passwd
mount -t tmpfs tmpfs /dev/shm
chmod 1777 /tmp /dev/shm
# The libraries of stress-ng, where its loader looks for them.
if [ -e /in/stress ]; then ln -s /in/stress/lib /lib; fi

if [ -e /dev/vda ]; then mkswap /dev/vda >/dev/null && swapon /dev/vda || exit; fi

huge=/sys/kernel/mm/transparent_hugepage
echo always >$huge/enabled || exit
run before ppa-trace verify --scope=all
in_the_background
cd /tmp
while IFS= read -r line; do
	case $line in
	'lucky '*) eval "$line" ;;
	*) eval "run $line" ;;
	esac
done </in/plan
: >/tmp/stop
wait
run after ppa-trace verify --scope=all
cat $huge/hugepages-2048kB/stats/anon_fault_alloc >/out/huge
cut -d. -f1 /proc/uptime >/out/seconds
