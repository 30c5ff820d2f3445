# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What do the scripts that test the tool have in common? TAP, and how the tool is
# run. Sourced by them from obj/ of the test directory, or from the sources.
#
# A script sets $here, its folder, if it uses the programs of the tests; it ends
# with tap_end.
set -u
tool=${here:-}/obj/ppa-trace	# with sanitizers
plain=${here:-}/obj/ppa-trace.plain	# as it is shipped
gen=${here:-}/obj/gen
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
failed=0
# What expect puts in front of its arguments.
expect_first=()

# ok NAME COMMAND...: one test point; its output is shown if it fails.
ok() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$tmp/point" 2>&1; then
		echo "ok $n - $name"
	else
		failed=1
		echo "not ok $n - $name"
		{ tail -n 40 "$tmp/point"; head -n 40 "$tmp/out" "$tmp/err" 2>/dev/null; } | cat -v | sed 's/^/# /'
	fi
}

tap_end() {
	echo "1..$n"
	exit $failed
}

# expect STATUS ARG...: run the tool, keep its output, compare the status.
expect() {
	local want=$1 got
	shift
	"$tool" "${expect_first[@]}" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[[ $got -eq $want ]] || { echo "status $got, not $want: $*"; return 1; }
	! grep -E 'AddressSanitizer|runtime error' "$tmp/err"
}

# says STATUS FILE TEXT ARG...: as expect, and TEXT stands in out or err.
says() {
	local want=$1 file=$2 text=$3
	shift 3
	expect "$want" "$@" && grep -qF -- "$text" "$tmp/$file" ||
		{ echo "\"$text\" is not in $file"; return 1; }
}

silent() { [[ ! -s $tmp/$1 ]]; }
json() { perl -MJSON::PP -e 'local $/; JSON::PP->new->utf8->decode(<STDIN>)' <"$1"; }
