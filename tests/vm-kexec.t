#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a kernel whose page tables are protected start another one? The code that
# copies it into place can take no fault, and writes any page.

. tests/lib/tap.sh

image=${KPKEYS_TEST_IMAGE:-build/test/arch/arm64/boot/Image}

# What the second kernel runs instead of ci/vm's init: it has nobody to talk to
# but the console.
cat >"$TMP/init" <<'EOF'
#!/bin/sh
PATH=/bin
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
{
	echo "second kernel: $(busybox cat /sys/kernel/kpkeys/backend)"
	busybox sed 's/ addr=[^ ]*//; s/^/second kernel: /' /sys/kernel/kpkeys/probe
} >/dev/console
busybox poweroff -f
EOF
ok 'an initramfs for the second kernel' ci/enter kernel -- perl -Ici -MNewc -e '
	my ($out, $init) = @ARGV;
	open my $handle, ">", $out or die "$out: $!\n";
	my $cpio = Newc->new($handle);
	$cpio->file("init", $init, 0755);
	$cpio->finish;
	close $handle or die "$out: $!\n";' "build/tests/${TMP##*/}/init.cpio" "build/tests/${TMP##*/}/init"
ok 'and the program that starts it' ci/enter kernel -- aarch64-linux-gnu-gcc -O2 -Wall -Wextra -Werror \
	-static -o "build/tests/${TMP##*/}/kexec" tests/guest/kexec.c
cat build/initramfs.cpio "$TMP/init.cpio" >"$TMP/second.cpio"

# try DESCRIPTION FIRST SECOND: the value of kpkeys= for each.
try() {
	vm -m 512M -c 2 -k "$image" -a "kpkeys=$2" -i "$TMP/kexec" -i "$TMP/second.cpio" -i "$image" -- \
		/in/kexec /in/Image /in/second.cpio "console=ttyAMA0 earlycon panic=-1 kpkeys=$3"
	like "$err" 'the guest ended without a status' "$1: it was loaded"
	second=$(tr -d '\r' <"$vm_log" | sed -n 's/.*second kernel: //p')
	is "$(head -n 1 <<<"$second")" "$3" '... and started'
}
try 'from a kernel with keys to one with them' pie pie
is "$(grep -c 'error=-14$' <<<"$second")" 6 '... in which a write to a table of each kind faults'
try 'from a kernel with keys to one without' pie off
is "$(grep -c 'error=0$' <<<"$second")" 6 '... in which none does'
try 'from a kernel without keys to one with them' off pie
is "$(grep -c 'error=-14$' <<<"$second")" 6 '... in which a write to a table of each kind faults'

done_testing
