#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What does tests/matrix/hibernate.t run inside the guest? Goes to sleep, and what
# comes after that is run by the kernel that has come back.
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
echo shutdown >/sys/power/disk
echo disk >/sys/power/state || exit
echo slept
echo "backend $(cat /sys/kernel/kpkeys/backend)"
cat /sys/kernel/kpkeys/probe
ppa-trace verify --scope=all
echo "verify $?"
kill %1 2>/dev/null
exit 0
