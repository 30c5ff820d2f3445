# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What do the scripts that run in a guest have in common? Sourced as /in/lib.sh:
# tests/lib/runs.sh brings it there.

# shellcheck disable=SC2034 # used by those that source this
kpkeys=/sys/kernel/kpkeys
trace=/sys/kernel/tracing

# run NAME COMMAND...: leaves NAME.out, NAME.err and NAME.rc in /out.
run() {
	name=$1
	shift
	"$@" >"/out/$name.out" 2>"/out/$name.err" </dev/null
	echo $? >"/out/$name.rc"
}

# From now on, whatever is replayed goes to ftrace, and fits.
listen() {
	echo 8192 >$trace/buffer_size_kb
	echo >$trace/trace
	echo 1 >$trace/events/kpkeys/enable
}

# replays N: one after the other; says what goes wrong.
replays() {
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		echo all >$kpkeys/replay || return
	done
}

# What ftrace has of the frames: how many are whole, and how many events lie in a
# frame that is not theirs.
frames() {
	sed -n 's/.* \(kpkeys_ppa_[a-z]*\): \(.*\)/\1 \2/p' $trace/trace | awk '
	function value(name,  i, pair) {
		for (i = 2; i <= NF; i++) {
			split($i, pair, "=")
			if (pair[1] == name) return pair[2]
		}
	}
	BEGIN { open = "none" }
	value("frame") == "begin" { strange += open != "none"; open = value("replay"); n = 0; next }
	value("frame") == "end" {
		strange += open != value("replay")
		whole += n == value("allocs") + value("merges") + value("overflows") + \
			value("finalizes") + value("phases")
		open = "none"
		next
	}
	{ strange += open != value("replay"); n++ }
	END { print whole + 0, strange + 0 }'
}
