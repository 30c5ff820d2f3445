#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is left of a guest when the log, the counter or the moment is wrong? Runs in
# the guest for tests/vm-safety.t, which finds what was seen in /out.
. /in/lib.sh

# What is there after the boot.
state() {
	run state cat $kpkeys/log_state
	run tracefs ls $trace
	run replay sh -c "echo all >$kpkeys/replay"
	run verify ppa-trace verify
}

# The same, and before that what the replay at boot has left.
boot() {
	frames >/out/boot.frames
	sed -n 's/.* \(first=.*\) log_bytes=.* frame=end .*/\1/p' $trace/trace >/out/boot.end
	state
}

# One after the other each word of the log is damaged, what there is then is
# replayed, and the word is mended. Of some, what ftrace prints is kept.
words() {
	listen
	mkdir -p /out/damaged
	i=0
	while echo $i >$kpkeys/damage; do
		echo >$trace/trace
		echo all >$kpkeys/replay && echo "$i whole" || echo "$i cut"
		if [ $i -lt 8 ] || [ $((i % 16)) = 0 ]; then cat $trace/trace >/out/damaged/$i; fi
		echo $i >$kpkeys/damage
		i=$((i + 1))
	done >/out/words 2>/out/words.err
	echo >$trace/trace
	replays 1
	frames >/out/words.frames
}

# It is damaged and mended all the time while others read it.
shaky() {
	listen
	while [ ! -e /tmp/calm ]; do
		for i in 0 1 5 40 80; do echo $i >$kpkeys/damage; done
	done &
	for i in $(seq 30); do echo all >$kpkeys/replay; done 2>/dev/null
	: >/tmp/calm
	wait
	run shaky cat $kpkeys/log_state
}

# Five at a time, four times each.
crowd() {
	listen
	for who in 1 2 3 4 5; do
		replays 4 2>"/tmp/crowd.$who" &
	done
	wait
	cat /tmp/crowd.* >/out/crowd.err
	frames >/out/crowd
}

# A processor goes and comes.
hotplug() {
	listen
	cpu=/sys/devices/system/cpu/cpu1/online
	while [ ! -e /tmp/stop ]; do
		echo 0 >$cpu && echo 1 >$cpu && echo round >>/out/hotplug.rounds
	done &
	: >/out/hotplug.err
	rounds=0
	while [ "$(wc -l 2>/dev/null </out/hotplug.rounds || echo 0)" -lt 3 ] && [ $rounds -lt 40 ]; do
		replays 1 2>>/out/hotplug.err
		rounds=$((rounds + 1))
	done
	: >/tmp/stop
	wait
	echo $rounds >/out/hotplug.replays
	frames >/out/hotplug
}

# The log goes while it is being replayed.
race() {
	replays 100000 2>/tmp/race &
	usleep 200000
	echo 1 >$kpkeys/log_drop
	wait
	sed 's/.*: //' /tmp/race >/out/race
	cat $kpkeys/log_state $kpkeys/log_bytes >/out/race.state
}

for what; do
	$what
done
