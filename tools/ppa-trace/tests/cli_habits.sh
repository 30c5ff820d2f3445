#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the tool have the habits of good ones: short names, colour, progress,
# signals, pipes?
#
# Copied to the test directory as "cli_habits"; speaks TAP.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
unset NO_COLOR PPA_TRACE_DEBUG
export TERM=xterm

not() { ! "$@"; }
# On a terminal: its output and its errors, as they would be on the screen.
terminal() { script -qec "$*" /dev/null </dev/null >"$tmp/out" 2>&1; }
esc=$'\033'
coloured() { grep -q "$esc\[[0-9;]*m" "$tmp/out"; }

"$gen" >"$tmp/good"
"$gen" pkey=0 >"$tmp/bad"

# --- commands by the beginning of their names ---------------------------------
commands=$("$tool" help --words | grep '^[a-z]' | grep -vx help)
for c in $commands; do
	for ((len = 1; len <= ${#c}; len++)); do
		short=${c:0:len}
		which=$(grep "^$short" <<<"$commands")
		if [[ $short == "$c" || $which == "$c" ]]; then
			says 0 out "Usage: ppa-trace $c" help "$short" || break
		else
			says 2 err "\"$short\" may be ${which%%$'\n'*}" help "$short" || break
			for one in $which; do says 2 err "$one" "$short" || break 2; done
		fi
	done >"$tmp/why" 2>&1
	ok "help and command by the beginning of $c" test "$len" -gt ${#c}
done
ok 'sum is summary' says 0 out '514 pages' sum "$tmp/good"
ok 'no name at all' says 2 err 'no command ""' ''
ok 'longer than a name' says 2 err 'no command "summaryx"' summaryx

# --- options of all commands, before and behind ----------------------------------
ok '--color=auto in front' says 0 out '514 pages' --color=auto summary "$tmp/good"
ok '--color without value' says 2 err '--color needs a value' summary --color
ok '--color=red' says 2 err '--color needs one of auto|always|never' --color=red summary "$tmp/good"
ok '--debug' says 0 out '514 pages' --debug summary "$tmp/good"
ok '--json of replay in front' says 2 err 'replay does not take' --json replay
for wrong in '--json dance' 'dance --json' '--json --loud' 'verify --loud --json' 'verify a b --json' \
	'--json' 'verify --watch --json' 'replay --json' 'summary --color=red --json'; do
	# shellcheck disable=SC2086 # several words are meant
	ok "error as JSON: $wrong" says 2 out '"error"' $wrong
	ok "error as JSON: $wrong: valid" json "$tmp/out"
done

# --- colour -----------------------------------------------------------------------
ok 'always' says 0 out "${esc}[32mgood${esc}[0m" verify --events-only --color=always "$tmp/good"
cp "$tmp/out" "$tmp/coloured"
ok 'never' says 0 out 'verify: good' verify --events-only --color=never "$tmp/good"
ok 'only colour is added' cmp "$tmp/out" <(sed "s/$esc\[[0-9;]*m//g" "$tmp/coloured")
ok 'never: none' not coloured
ok 'red' says 1 out "${esc}[1;31mFAILED${esc}[0m" verify --color=always "$tmp/bad"
ok 'yellow' says 1 out "${esc}[33mNOT CHECKED${esc}[0m" verify --color=always "$tmp/bad"
ok 'not in JSON' says 1 out '"verdict"' verify --json --color=always "$tmp/bad"
ok 'JSON: none' not coloured
ok 'not into a file' says 0 out good verify --events-only "$tmp/good"
ok 'file: none' not coloured
ok 'a terminal' terminal "$tool" verify --events-only "$tmp/good"
ok 'a terminal: colour' coloured
ok 'NO_COLOR' terminal NO_COLOR=1 "$tool" verify --events-only "$tmp/good"
ok 'NO_COLOR: none' not coloured
ok 'an empty NO_COLOR is none' terminal NO_COLOR= "$tool" verify --events-only "$tmp/good"
ok 'an empty NO_COLOR: colour' coloured
ok 'TERM=dumb' terminal TERM=dumb "$tool" verify --events-only "$tmp/good"
ok 'TERM=dumb: none' not coloured
ok '--color=never on a terminal' terminal "$tool" verify --events-only --color=never "$tmp/good"
ok '--color=never on a terminal: none' not coloured

# --- pipes ---------------------------------------------------------------------------
"$gen" pages=40000 gap=8 >"$tmp/large"
broken_pipe() {
	"$@" "$plain" summary "$tmp/large" 2>"$tmp/err" | head -n 1 >"$tmp/out"
	local status=${PIPESTATUS[0]}
	[[ $status -eq 141 && ! -s $tmp/err && -s $tmp/out ]] || { echo "status $status"; return 1; }
}
ok 'a reader that has seen enough' broken_pipe
ok 'the same where SIGPIPE is ignored' broken_pipe perl -e '$SIG{PIPE} = "IGNORE"; exec @ARGV' --

# --- progress -------------------------------------------------------------------------
# Some events, a pause, and more of them; only who waits for a second is told.
"$gen" pages=40000 gap=64 >"$tmp/many"
half=$(($(wc -l <"$tmp/many") / 2))
cat >"$tmp/slow" <<END
head -n $half "$tmp/many"; sleep 1.2; tail -n +$((half + 1)) "$tmp/many"; sleep \${1:-0}
END
ok 'a long time' terminal "sh $tmp/slow | $plain summary -"
ok 'a long time: progress' grep -qF 'standard input: ' "$tmp/out"
ok 'a long time: events' grep -qE "$esc\[K[a-z ]+: [0-9]+ events" "$tmp/out"
ok 'a long time: gone before there is output' grep -qE "events"$'\r'"$esc\[KKernel " "$tmp/out"
ok 'a short time' terminal "$plain" summary "$tmp/good"
ok 'a short time: no progress' not grep -q "$esc\[K" "$tmp/out"
no_terminal() { sh "$tmp/slow" | "$plain" summary - >"$tmp/out" 2>"$tmp/err" && [[ ! -s $tmp/err ]]; }
ok 'no terminal, no progress' no_terminal

# --- signals ----------------------------------------------------------------------------
mkfifo "$tmp/fifo"
interrupt() { # SIGNAL STATUS
	local pid got
	# Whoever started this may ignore the signal, and a shell cannot undo that.
	env --default-signal="$1" "$plain" summary "$tmp/fifo" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	exec 9>"$tmp/fifo"
	cat "$tmp/good" >&9
	kill -"$1" $pid
	wait $pid
	got=$?
	exec 9>&-
	[[ $got -eq $2 && ! -s $tmp/out && ! -s $tmp/err ]] || { echo "status $got"; return 1; }
}
# Processes in the background do not hear SIGINT, unless bash controls jobs.
set -m
ok 'SIGINT' interrupt INT 130
ok 'SIGTERM' interrupt TERM 143
set +m
# The same with a line of progress on the screen.
interrupted='sh '"$tmp/slow"' 5 | '"$plain"' summary - & sleep 2.5; kill -INT $!; wait $!; echo "status $?"'
ok 'SIGINT and progress' terminal "env --default-signal=INT bash -mc '$interrupted'"
ok 'SIGINT and progress: status' grep -q 'status 130' "$tmp/out"
ok 'SIGINT and progress: the line is gone' grep -qE "events.*$esc\[K" "$tmp/out"

tap_end
