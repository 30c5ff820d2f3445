#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the kernel's selftest of the keys, which needs nothing of this lab, pass on a
# good kernel, fail on a bad one, and skip where there is nothing to test?

. tests/lib/tap.sh

selftests=build/linux/tools/testing/selftests
test_kernel=build/test/arch/arm64/boot/Image

# As kernel CI does it, with the makefiles of the kernel.
ok 'it can be installed as one of the kernel'\''s selftests' \
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$selftests" TARGETS=kpkeys O="$TMP/o" \
	INSTALL_PATH="$TMP/kselftest" install
ok 'it is there' test -x "$TMP/kselftest/kpkeys/kpkeys.sh"
is "$(cat "$TMP/kselftest/kselftest-list.txt")" kpkeys:kpkeys.sh '... and in the list'

# selftest OPTION...: run it, with the shell of busybox.
selftest() { vm -t 300 "$@" -i "$TMP/kselftest" -- /in/kselftest/kpkeys/kpkeys.sh; }
totals() { like "$out" "^# Totals: $1 error:0\$" "${2:-its totals}"; }

selftest -k "$test_kernel"
is "$rc$err" 0 'a kernel for tests: it passes'
totals 'pass:9 fail:0 xfail:0 xpass:0 skip:0'
flat kpkeys <"$vm_out"

selftest
is "$rc$err" 0 'a kernel as it is shipped: it passes'
totals 'pass:8 fail:0 xfail:0 xpass:0 skip:1'
like "$out" '^ok 9 .*CONFIG_KPKEYS_PPA_TEST.*# SKIP' '... but for what that kernel cannot try'

# Nothing of it stays.
cat >"$TMP/twice.sh" <<'END'
cat /sys/kernel/tracing/events/kpkeys/enable
/in/kselftest/kpkeys/kpkeys.sh >/dev/null && /in/kselftest/kpkeys/kpkeys.sh >/dev/null || echo failed
cat /sys/kernel/tracing/events/kpkeys/enable
ls /sys/kernel/tracing/instances
END
vm -i "$TMP/twice.sh" -i "$TMP/kselftest" -- sh /in/twice.sh
is "$rc$out$err" $'00\n0' 'twice, and nothing of it stays'

# What it skips.
selftest -a kpkeys=off
is "$rc" 4 'keys are off: 4'
like "$out" '^1..0 # SKIP kernel protection keys are off$' '... and why'
selftest -a kpkeys.ppa_log=off
is "$rc" 4 'no log: 4'
like "$out" '# SKIP the event log is off' '... and why'
cat >"$TMP/user.sh" <<'END'
mkdir -p /etc
echo nobody:x:65534:65534::/:/bin/sh >>/etc/passwd
su -s /bin/sh nobody -c /in/kselftest/kpkeys/kpkeys.sh
END
vm -i "$TMP/user.sh" -i "$TMP/kselftest" -- sh /in/user.sh
is "$rc" 4 'an ordinary user: 4'
like "$out" '# SKIP must be run as root' '... and why'

# What it must notice.
# notices FAULT REGEX-OF-TEST WHAT [MEMORY]: with it that test fails, and says what.
notices() {
	selftest -m "${4:-512M}" -k "$test_kernel" -a "kpkeys.test=$1"
	is "$rc" 1 "$1: it fails"
	like "$out" "^not ok [0-9]+ $2" '... in the right place'
	like "$out" "^# $3" '... and says what it is'
}
notices drop_event=20 'a replay is a whole frame' 'number of [a-z]+: 21, not 20'
notices log_pages=1 'a replay is a whole frame' 'records lost: [1-9][0-9]*, not 0' 2G
notices skip_range=0 'a replay is a whole frame' 'bytes in finalized ranges: 0, not [1-9]'
notices untracked=5 'no table was left out' '1 tables'
notices run=1,ranges=1,scatter 'no table was left out' '[1-9][0-9]* tables'

done_testing
