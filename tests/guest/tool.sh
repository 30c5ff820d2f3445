#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does ppa-trace say in a guest, in all the states that one boot can have?
# Runs in the guest for tests/vm-tool.t: NAME.out, NAME.err and NAME.rc of each
# run are left in /out.
. /in/lib.sh

# The fields as tracefs describes them, in the form of ppa-trace --fields.
formats() {
	for e in alloc merge overflow finalize phase replay; do
		sed -n '/common_/d; s/^.field:\(.*\) \([a-z_]*\);.*size:\([0-9]*\);.*signed:\([01]\);.*/kpkeys_ppa_'$e' \2 \3 \4/p' \
			$trace/events/kpkeys/kpkeys_ppa_$e/format
	done | sed 's/ 0$/ unsigned/; s/ 1$/ signed/'
}

# ftrace NAME KIB COMMAND...: leave what ftrace prints of COMMAND in NAME.text.
ftrace() {
	name=$1
	echo "$2" >$trace/buffer_size_kb
	shift 2
	echo >$trace/trace
	echo 1 >$trace/events/kpkeys/enable
	run "$name" "$@"
	echo 0 >$trace/events/kpkeys/enable
	cat $trace/trace >"/out/$name.text"
}

good() {
	run summary ppa-trace summary
	run verify ppa-trace verify
	run verify-json ppa-trace verify --json
	run summary-json ppa-trace summary --json
	run again-json ppa-trace summary --json
	run events-only ppa-trace verify --events-only
	run fields ppa-trace --fields
	run version ppa-trace --version
	run doctor ppa-trace doctor
	run doctor-json ppa-trace doctor --json
	run debug ppa-trace --debug summary
	formats >/out/formats

	# Through ftrace: whole, in windows, while it was being read live, and
	# with a buffer that is too small.
	ftrace whole 8192 ppa-trace replay
	run whole-json ppa-trace summary --json /out/whole.text
	run whole-verify ppa-trace verify --events-only /out/whole.text
	ftrace windows 8192 sh -c 'for i in 0 1 2 3 4 5 6 7 8 9; do ppa-trace replay ${i}00 100 || exit; done'
	run windows-json ppa-trace summary --json /out/windows.text
	ftrace live 8192 ppa-trace summary --json
	run live-json ppa-trace summary --json /out/live.text
	ftrace small 16 ppa-trace replay
	run small-verify ppa-trace verify --events-only /out/small.text
	run pipe sh -c 'ppa-trace verify --events-only - </out/whole.text'

	# Many at once: each sees its own replay and no other.
	for i in 1 2 3 4 5 6; do
		run "crowd$i" ppa-trace summary --json &
	done
	for i in 1 2 3 4 5 6; do echo all >$kpkeys/replay; done
	wait
}

# What may be missing, one by one, and put back.
missing() {
	mkdir -p /etc
	echo nobody:x:65534:65534::/:/bin/sh >>/etc/passwd
	run user su -s /bin/sh nobody -c 'ppa-trace verify'
	run user-doctor su -s /bin/sh nobody -c 'ppa-trace doctor'
	run user-replay su -s /bin/sh nobody -c 'ppa-trace replay'

	mount -t tmpfs none /sys/kernel/btf
	run no-btf ppa-trace verify
	run no-btf-doctor ppa-trace doctor
	umount /sys/kernel/btf

	mount -t tmpfs none /sys/fs
	run no-bpf ppa-trace verify
	umount /sys/fs

	: >/tmp/empty
	mount --bind /tmp/empty /proc/kallsyms
	run no-symbols ppa-trace verify
	run no-symbols-doctor ppa-trace doctor
	umount /proc/kallsyms

	mount -t tmpfs none /sys/kernel
	run no-feature ppa-trace verify
	umount /sys/kernel

	mount -t tmpfs none $kpkeys
	run no-files ppa-trace verify
	echo pie >$kpkeys/backend
	run no-log-files ppa-trace summary
	umount $kpkeys
}

dropped() {
	echo 1 >$kpkeys/log_drop
	run dropped-summary ppa-trace summary
	run dropped-verify ppa-trace verify
	run dropped-json ppa-trace verify --json
	run dropped-replay ppa-trace replay
	run dropped-doctor ppa-trace doctor
}

# Whatever number of records is asked for at a time, the result is the same.
windows() {
	export PPA_TRACE_DEBUG=1
	for size in 1000 10000000; do
		export PPA_TRACE_WINDOW=$size
		run window-$size ppa-trace summary --json
	done
	unset PPA_TRACE_DEBUG PPA_TRACE_WINDOW
}

off() {
	run summary ppa-trace summary
	run verify ppa-trace verify
	run verify-json ppa-trace verify --json
	run replay ppa-trace replay
	run doctor ppa-trace doctor
}

for what; do
	$what
done
