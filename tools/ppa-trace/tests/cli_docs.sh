#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do code, help, man pages and completion say the same?
#
# Copied to the test directory as "cli_docs"; speaks TAP. The man pages are in
# obj/man as reStructuredText, as they come together from tables and text.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"
man=$here/obj/man

# In the text of a man page: @1 on its own.
in_page() { sed 's/\\\(.\)/\1/g' "$1" | grep -qE -- "(^|[^a-z.-])$2([^a-z-]|\$)"; }
section() { awk -v name="$2" '/^=+$/ { on = held == name } on { print } { held = $0 }' "$1"; }
options_of() { "$tool" help --words "$@" | sed -n 's/^\(--*[a-zA-Z-]*\).*/\1/p'; }

mapfile -t commands < <("$tool" help --words | grep '^[a-z]' | grep -vx help)
ok 'there are commands' test ${#commands[@]} -ge 4
mapfile -t common < <(options_of)

# --- help --------------------------------------------------------------------
narrow() { "$tool" "$@" | awk 'length > 80 { print; bad = 1 } / $/ { print "blank at the end: " $0; bad = 1 } END { exit bad }'; }
ok 'help: 80 columns' narrow help
for c in "${commands[@]}"; do
	ok "help names $c" grep -qE "^  $c +[a-z]" <("$tool" help)
	ok "help $c: 80 columns" narrow help "$c"
	for o in $(options_of "$c"); do
		ok "help $c explains $o" grep -qE -- "^  (-., )?$o[ ,=]" <("$tool" help "$c")
	done
	"$tool" "$c" --help >"$tmp/help" 2>&1
	ok "$c --help is the same" cmp "$tmp/help" <("$tool" help "$c")
done

# --- man pages ----------------------------------------------------------------
sections='SYNOPSIS DESCRIPTION OPTIONS OVERHEAD EXAMPLES EXIT\ STATUS SEE\ ALSO'
has_sections() {
	local name
	eval "set -- $1 $sections"
	for name in "${@:2}"; do
		section "$1" "$name" | grep -q '[a-z]' || { echo "no $name"; return 1; }
	done
	# In this order, with others between them.
	awk '/^=+$/ { print held } { held = $0 }' "$1" | grep -xE "$(IFS='|'; echo "${*:2}")" >"$tmp/order"
	printf '%s\n' "${@:2}" | diff - "$tmp/order"
}
for c in '' "${commands[@]}"; do
	page=$man/ppa-trace${c:+-$c}.8.rst
	ok "${page##*/}: sections" has_sections "$page"
	# shellcheck disable=SC2086 # no command is no word
	for o in $(options_of $c); do
		ok "${page##*/}: $o" grep -qE -- "^(.*, )?\*\*$o\*\*(,|\\\\ =|\$)" <(section "$page" OPTIONS)
	done
	# What it speaks of exists.
	# shellcheck disable=SC2086
	for o in $(section "$page" OPTIONS | grep -oE '^\*\*--[a-z-]+' | tr -d '*' | sort -u); do
		ok "${page##*/}: there is $o" grep -qx -- "$o" <(options_of $c)
	done
	for other in "${commands[@]}"; do
		[[ $other == "$c" ]] ||
			ok "${page##*/} refers to $other" grep -qF "**ppa-trace-$other**\\ (8)" "$page"
	done
	for other in $(grep -oE '\*\*ppa-trace-[a-z]+\*\*\\ \(8\)' "$page" | sed 's/.*trace-\([a-z]*\).*/\1/' | sort -u); do
		ok "${page##*/}: there is a page $other" test -e "$man/ppa-trace-$other.8.rst"
	done
	# Commands as they stand in examples and in the text.
	for other in $(grep -oE '(^[| ] *|\*\*)ppa-trace [a-z]+' "$page" | sed 's/.* //' | sort -u); do
		ok "${page##*/}: ppa-trace $other" grep -qxF "$other" <(printf '%s\n' help "${commands[@]}")
	done
done
for page in "$man"/*.8.rst; do
	c=${page##*/ppa-trace}
	c=${c%.8.rst}
	ok "${page##*/} is of a command" grep -qxF -- "${c#-}" <(printf '%s\n' '' "${commands[@]}")
done

# Every check has its name in verify's page, and what is named there exists.
"$gen" >"$tmp/good"
"$tool" verify "$tmp/good" | sed -n 's/.* \([a-z]*\.[a-z-]*\) .*/\1/p' >"$tmp/ids"
ok '23 checks' test "$(wc -l <"$tmp/ids")" -eq 23
while read -r id; do
	ok "man page: check $id" in_page "$man/ppa-trace-verify.8.rst" "$id"
done <"$tmp/ids"
for id in $(grep -oE '^(events|walk)\.[a-z-]+' "$man/ppa-trace-verify.8.rst"); do
	ok "man page: $id exists" grep -qx "$id" "$tmp/ids"
done

# --- completion, in bash as it calls it -----------------------------------------
mkdir "$tmp/dir"
: >"$tmp/dir/boot.txt"
: >"$tmp/dir/book"
cat >"$tmp/complete" <<'END'
# Prints what can follow on the words of the command line, of which the last
# is still being typed.
source "$MAN/ppa-trace.bash-completion"
compopt() { :; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
set -u
_ppa_trace
printf '%s\n' "${COMPREPLY[@]}"
END
complete() { MAN=$man bash "$tmp/complete" "${missing:-$tool}" "$@" 2>&1 | sort; }
# completes WANTED WORD...: sorted, a blank between two.
completes() {
	local want=$1 got
	shift
	got=$(complete "$@" | xargs)
	[[ $got == "$want" ]] || { echo "got: $got"; echo "not: $want"; return 1; }
}
sorted() { printf '%s\n' "$@" | sort | xargs; }
ok 'completion: commands' completes \
	"$(sorted help "${common[@]/--color/--color=}" "${commands[@]}")" ''
ok 'completion: sum' completes summary sum
for c in "${commands[@]}"; do
	ok "completion: $c" grep -qx -- "$c" <(complete "${c:0:1}")
	ok "completion: $c, its options" completes \
		"$(sorted $("$tool" help --words "$c" | sed -n 's/^\(--[a-z-]*=*\).*/\1/p; s/^\(-[a-z]\).*/\1/p'))" "$c" -
	ok "completion: help $c" completes "$c" help "$c"
done
ok 'completion: verify --e' completes --events-only verify --e
ok 'completion: values' completes 'all early' verify --scope = ''
ok 'completion: values, being typed' completes 'all' verify --scope = a
ok 'completion: values, before the =' completes 'all early' verify --scope =
ok 'completion: values, a word of their own' completes 'all early' verify --scope ''
ok 'completion: of all commands' completes 'always auto' verify --color = a
ok 'completion: in front of the command' completes 'never' --color = n
ok 'completion: command behind it' completes verify --color = never ver
ok 'completion: no values of a number' completes '' verify --watch ''
ok 'completion: files' completes "$tmp/dir/book $tmp/dir/boot.txt" verify --json "$tmp/dir/bo"
ok 'completion: files behind an address' completes "$tmp/dir/book $tmp/dir/boot.txt" lookup 0 "$tmp/dir/bo"
ok 'completion: no files' completes '' replay "$tmp/dir/bo"
ok 'completion: no such command' completes '' dance ''
missing=/nonexistent
ok 'completion: a tool that is not there' completes '' ver

tap_end
