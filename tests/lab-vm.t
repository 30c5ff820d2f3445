#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does ci/vm pass on what the guest's command says, and notice when the guest is
# not well?

. tests/lib/tap.sh

test_kernel=build/test/arch/arm64/boot/Image

# --- the exit status

for wanted in 0 1 2 3 37; do
	vm -- sh -c "exit $wanted"
	is "$rc" "$wanted" "exit status $wanted"
done
vm -- /no/such/command
is "$rc" 127 'exit status of a command that does not exist'
like "$err" '/no/such/command: No such file' '... which is named'
vm -- sh -c 'kill -9 $$'
is "$rc" 137 'exit status of a command that is killed'

# --- arguments, output, errors

odd=('' ' ' '*' "it's" '"quoted"' 'back\slash' '$HOME' '`id`' $'line\nend' $'tab\t' '--' '-n' 'ü' $'\xff\x01' '#' 'a  b')
vm -- sh -c 'for word; do printf "<%s>" "$word"; done' odd "${odd[@]}"
printf '<%s>' "${odd[@]}" >"$TMP/wanted"
ok 'odd arguments arrive byte for byte' cmp "$TMP/wanted" "$vm_out"
vm -- sh -c 'echo to output; echo to errors >&2'
is "$out" 'to output' 'output is output'
is "$err" 'to errors' 'errors are errors'
vm -- sh -c 'cat; echo "status $?"'
is "$out" 'status 0' 'standard input is empty'
vm -- sh -c 'dd if=/dev/urandom of=/tmp/random bs=64k count=64 2>/dev/null; sha256sum </tmp/random >&2; cat /tmp/random'
is "$(wc -c <"$vm_out")" 4194304 '4 MiB of output'
is "$(sha256sum <"$vm_out")" "$err" '... byte for byte'
vm -- cat /proc/cmdline
like "$out" '^console=ttyAMA0 earlycon panic=-1 kpkeys=pie$' 'the kernel command line'
vm -a kpkeys=off -a 'quiet' -- cat /proc/cmdline
like "$out" ' kpkeys=pie kpkeys=off quiet$' '-a adds to it'
vm -c 1 -m 512M -- sh -c 'grep -c ^processor /proc/cpuinfo; sed -n "s/^MemTotal: *//p" /proc/meminfo'
like "$(head -n 1 <<<"$out")" '^1$' '-c 1 is one cpu'
like "$(tail -n 1 <<<"$out")" '^(4[5-9]|5[0-2])[0-9]{4} kB$' '-m 512M is 512 MiB'
vm -- sh -c 'mount | cut -d" " -f3; id -u; pwd'
for where in /dev /proc /sys /tmp /sys/kernel/debug /sys/kernel/tracing /sys/kernel/security; do
	like "$out" "^$where\$" "$where is mounted"
done
like "$out" '^0$' 'the command is root'
vm -q -cpu -q cortex-a76 -- sh -c 'sed -n "s/^CPU part.*: //p" /proc/cpuinfo | sort -u'
is "$out" 0xd0b '-q: the last -cpu wins'
printf 'kernel.lab_test = yes\n' >"$TMP/boot.config"
vm -b "$TMP/boot.config" -- cat /proc/bootconfig
like "$out" 'kernel.lab_test = "yes"' '-b is the boot configuration'

# --- files

mkdir -p "$TMP/in/deep"
printf 'a\0b' >"$TMP/in/deep/odd name"
ln -s 'deep/odd name' "$TMP/in/link"
printf '#!/bin/sh\necho "script $1"\n' >"$TMP/script"
chmod 755 "$TMP/script"
vm -i "$TMP/in" -i "$TMP/script" -o "$TMP/back" -- sh -c '/in/script runs && cp -a /in/in /out/ && cp "/in/in/link" /out/followed'
is "$rc:$out" '0:script runs' '-i: a script in /in is executable'
ok '-o: a folder with an odd name comes back' cmp "$TMP/in/deep/odd name" "$TMP/back/in/deep/odd name"
is "$(readlink "$TMP/back/in/link")" 'deep/odd name' '-o: a symbolic link stays one'
ok '-o: a file in /out' cmp "$TMP/in/deep/odd name" "$TMP/back/followed"
head -c 3000001 /dev/urandom >"$TMP/large"
vm -i "$TMP/large" -o "$TMP/back2" -- sh -c 'cp /in/large /out/; exit 3'
is "$rc" 3 '-o: the exit status is still the command'"'"'s'
ok '-i and -o: 3 MB byte for byte' cmp "$TMP/large" "$TMP/back2/large"
status 126 'two files of one name for /in' ci/vm -i "$TMP/in" -i "$TMP/back/in" -- true
status 126 'a file for /in that is not there' ci/vm -i "$TMP/absent" -- true

# --- when it does not end

SECONDS=0
vm -t 4 -- sleep 100
is "$rc" 124 'a command that takes too long: 124'
ok '... at once' test "$SECONDS" -lt 8
like "$err" 'ended after 4 s' '... and says so'
vm -- sh -c 'sleep 1000 & echo done'
is "$rc:$out" '0:done' 'what the command leaves running does not hold it up'
ci/vm -t 60 -- sleep 50 >/dev/null 2>&1 &
runner=$!
sleep 2
read -r qemu _ <"/proc/$runner/task/$runner/children"
{ kill -KILL "$runner"; wait "$runner"; } 2>/dev/null
sleep 0.3
# Until somebody asks how it ended it may still have an entry, without arguments.
is "${qemu:+found}$(tr -d '\0' 2>/dev/null <"/proc/${qemu:-self}/cmdline")" found 'QEMU does not outlive a killed ci/vm'

# --- when the guest is not well

vm -m 512M -a mem=8M -- true
is "$rc" 125 'a panic before the console: 125'
like "$err" 'Kernel panic - not syncing' '... and it is shown'
like "$err" "the whole console is in .*${vm_log##*/}" '... and the log is named'
ok '... and is there' test -s "$vm_log"
vm -- sh -c 'echo before; echo c >/proc/sysrq-trigger'
is "$rc:$out" '125:before' 'a panic while the command runs: 125'
like "$err" 'sysrq triggered crash' '... and it is shown'
vm -e 'sysrq triggered crash' -- sh -c 'echo c >/proc/sysrq-trigger'
is "$rc" 125 'an expected panic: still no status, 125'
like "$err" 'without a status' '... and says so'
crash=/sys/kernel/debug/provoke-crash/DIRECT
vm -k "$test_kernel" -- sh -c "echo WARNING >$crash"
is "$rc" 125 'a warning, although the command succeeded: 125'
like "$err" 'WARNING: .*lkdtm' '... and it is shown'
like "$err" 'although the command ended with status 0' '... and the status as well'
vm -k "$test_kernel" -e 'lkdtm' -- sh -c "echo WARNING >$crash; exit 5"
is "$rc" 5 'an expected warning: the status of the command'
vm -k "$test_kernel" -e 'something else' -- sh -c "echo WARNING >$crash"
is "$rc" 125 'another warning than expected: 125'
vm -k "$test_kernel" -- sh -c "sh -c 'echo EXCEPTION >$crash'; exit 0"
is "$rc" 125 'an oops, although the command succeeded: 125'
like "$err" 'Unable to handle kernel' '... and it is shown'
vm -- sh -c 'poweroff -f; sleep 60'
is "$rc" 125 'a guest that ends without a status: 125'

# --- when it cannot start

vm -k build/no-such-Image -- true
is "$rc" 126 'a missing image: 126'
like "$err" 'there is no kernel image .*build/no-such-Image' '... which is named'
vm -q -no-such-option -- true
is "$rc" 126 'a bad option for QEMU: 126'
like "$err" 'no-such-option' '... which is shown'
SECONDS=0
vm -m 8T -- true
is "$rc" 126 'more memory than this machine can bear: 126'
like "$err" 'needs about [0-9]+ MiB of this machine.s memory, and [0-9]+ MiB are available' '... and says how much'
ok '... at once' test "$SECONDS" -lt 3
vm -- 
is "$rc" 126 'no command: 126'
vm -x -- true
is "$rc" 126 'an unknown option: 126'
vm -m much -- true
is "$rc" 126 'not a size: 126'

# --- size

vm -m 64G -t 200 -- sed -n 's/^MemTotal: *//p' /proc/meminfo
is "$rc" 0 '-m 64G works'
like "$out" '^6[0-9]{7} kB$' '... and is 64 GiB'
out=$(ci/vm --print -m 64G -- true)
like "$out" 'qemu-system-aarch64 .*size=65536M,reserve=off' '--print shows the command'
like "$out" "-append 'console=ttyAMA0 earlycon panic=-1 kpkeys=pie'" '... fit for a shell'

status 126 'KPKEYS_VM_PATIENCE is no number' env KPKEYS_VM_PATIENCE=much ci/vm --print -- true

done_testing
