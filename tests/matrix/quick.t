#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is all well with this kernel, as far as four short boots can tell?

. tests/lib/tap.sh

image=${KPKEYS_TEST_IMAGE:-build/test/arch/arm64/boot/Image}

cat >"$TMP/quick.sh" <<'EOF'
cd /sys/kernel/kpkeys
# Before verify asks for a replay of its own.
grep -c 'kpkeys_ppa_replay: .*frame=begin' /sys/kernel/tracing/trace >/out/frames
grep -c 'kpkeys_ppa_alloc: ' /sys/kernel/tracing/trace >/out/allocs
ppa-trace verify >/out/verify 2>&1
echo $? >/out/verify.rc
stat -c '%n %a' backend log_bytes log_drop log_state replay >/out/modes
cat log_bytes >/out/bytes
grep MemTotal /proc/meminfo >/out/total
cat /proc/sys/kernel/tainted >/out/tainted
cat /sys/kernel/debug/check_wx_pages >/out/wx
sed 's/ addr=[^ ]*//' probe >/out/probe
EOF
at=$TMP/out
mkdir "$at"
vm -m 512M -c 2 -k "$image" -a 'trace_event=kpkeys:*' -i "$TMP/quick.sh" -o "$at" -- sh /in/quick.sh
is "$rc" 0 'it boots, without a warning'
like "$(<"$vm_log")" 'test: write by the first thread: error -14' 'the first thread cannot write to tables either'
is "$(<"$at/verify.rc")" 0 'verify finds all good'
is "$(<"$at/modes")" 'backend 444
log_bytes 444
log_drop 200
log_state 444
replay 200' 'who may do what in sysfs'
is "$(<"$at/bytes")" 4096 'a small machine has a small log'
ok 'the emulation taints the kernel' test $((($(<"$at/tainted") >> 18) & 1)) = 1
like "$(<"$at/wx")" SUCCESS 'no mapping is writable and executable'
is "$(grep -vc 'error=-14$' "$at/probe")" 0 'a write to a table of each kind faults'
is "$(<"$at/frames")" 1 'the log was replayed at boot, for the events asked for there'
is "$(<"$at/allocs")" 260 '... all of it'

vm -m 512M -k "$image" -a kpkeys=off -- cat /sys/kernel/kpkeys/backend
is "$rc$out" 0off 'the last kpkeys= on the command line counts'

# The kernel would use blocks in the linear map, were it not for the keys.
printf 'ftrace.buffer_size = 2MB\nftrace.event.kpkeys.enable\n' >"$TMP/bootconfig"
vm -m 512M -k "$image" -a rodata=noalias -a bootconfig -b "$TMP/bootconfig" -- \
	sh -c "grep -c 'kpkeys_ppa_replay: .*frame=begin' /sys/kernel/tracing/trace; ppa-trace verify >&2"
is "$rc" 0 'where read-only memory does not ask for it, too, memory is mapped by pages'
is "$out" 1 'the log was replayed at boot, for the events that a bootconfig asks for'

# Asked from memblock one by one, no page is left over.
vm -m 512M -k "$image" -a kpkeys.test=run=1 -- grep MemTotal /proc/meminfo
is "$out" "$(<"$at/total")" 'pages that were left over are free again'

done_testing
