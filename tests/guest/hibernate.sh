#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does tests/matrix/hibernate.t run inside the guest? Goes to sleep, and what
# comes after that is run by the kernel that has come back. It says so on the
# console: QEMU's other end of the ports is not the one that they were opened with.
#
# usage: hibernate.sh [late]

if [ "$1" = late ]; then
	# Only if the kernel that should have loaded the other one has not.
	echo 'no image was loaded'
	exit 1
fi
swapon /dev/vda || exit
# Tables that come and go while all is written down.
/in/storm 2 >/dev/null 2>&1 &
storm=$!
echo shutdown >/sys/power/disk
echo disk >/sys/power/state || exit
{
	echo "after sleep: backend $(cat /sys/kernel/kpkeys/backend)"
	sed 's/ addr=[^ ]*//; s/^/after sleep: /' /sys/kernel/kpkeys/probe
	ppa-trace verify --scope=all >/tmp/verify 2>&1
	echo "after sleep: verify $?"
	tail -n 1 /tmp/verify
} >/dev/console 2>&1
kill $storm
poweroff -f
