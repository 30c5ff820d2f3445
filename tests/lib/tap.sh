# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How does a test script say what it found? TAP for bash. Sourced by tests/*.t,
# which run from the top folder of the clone.
#
#   plan N | done_testing            either first or last
#   ok DESCRIPTION COMMAND...        the command must end with status 0
#   is GOT WANTED DESCRIPTION        two strings are the same
#   like TEXT REGEX DESCRIPTION      extended regular expression; unlike: it must not
#   status WANTED DESCRIPTION COMMAND...   the command must end with status WANTED
#   pass / fail DESCRIPTION          after a decision of your own
#   skip REASON DESCRIPTION          one test; ci/skips-allowed must have the reason
#   skip_all REASON                  the whole file, before any test
#   diag TEXT                        goes to the output as a comment
#   flat NAME <KTAP                  one test for each result of nested KTAP
#   vm [ci/vm's options] -- COMMAND  boots a guest; sets $out, $err, $rc and, as
#                                    file names, $vm_out, $vm_err, $vm_log
#
# $TMP is a folder of this test's own. It goes away when all has passed; else it
# stays, with the consoles of all guests and the kernels they ran, and is named.

set -uo pipefail

if [[ ! -x ci/vm ]]; then
	echo 'Bail out! tests run from the top folder of the clone'
	exit 2
fi

TAP_COUNT=0
TAP_FAILED=0
TAP_PLAN=
TAP_NAME=$(basename "$0" .t)
TMP=$PWD/build/tests/$TAP_NAME.$$
rm -rf --one-file-system "$TMP"
mkdir -p "$TMP"

# Paths outside of $TMP that go away in any case.
TAP_CLEANUP=()

tap_end() {
	local status=$? file
	trap - EXIT
	if ((${#TAP_CLEANUP[@]})); then rm -rf --one-file-system "${TAP_CLEANUP[@]}"; fi
	if [[ -z $TAP_PLAN && $status -eq 0 ]]; then
		echo "# $TAP_NAME ended without done_testing"
		status=1
	fi
	if ((TAP_FAILED || status)); then
		diag "files of this test: ${TMP#"$PWD"/}"
		for file in "${!VM_KERNELS[@]}"; do
			if [[ ! -e $file ]]; then continue; fi
			cp "$file" "$TMP/$(tr / - <<<"${file#"$PWD"/}")"
			diag "kernel: ${TMP#"$PWD"/}/$(tr / - <<<"${file#"$PWD"/}")"
		done
	else
		rm -rf --one-file-system "$TMP"
	fi
	if ((status == 0 && TAP_FAILED)); then status=1; fi
	exit "$status"
}
trap tap_end EXIT
declare -A VM_KERNELS=()
VM_COUNT=0

diag() { sed 's/^/# /' <<<"$*"; }
plan() { TAP_PLAN=$1; echo "1..$1"; }
done_testing() { TAP_PLAN=$TAP_COUNT; echo "1..$TAP_COUNT"; }

# A number sign would begin a directive, a line end the line.
tap_name() { local name=${1//$'\n'/ }; printf '%s' "${name//#/\\#}"; }
pass() { TAP_COUNT=$((TAP_COUNT + 1)); echo "ok $TAP_COUNT - $(tap_name "$1")"; }
fail() {
	TAP_COUNT=$((TAP_COUNT + 1)) TAP_FAILED=$((TAP_FAILED + 1))
	echo "not ok $TAP_COUNT - $(tap_name "$1")"
	diag "at $(tap_where)"
	if (($# > 1)); then diag "$2"; fi
	if ((VM_COUNT)); then diag "console of the last guest: ${vm_log#"$PWD"/}"; fi
	return 0
}
# The line of the test script, not of this library.
tap_where() {
	local i
	for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
		if [[ ${BASH_SOURCE[i]} != "${BASH_SOURCE[0]}" ]]; then
			echo "${BASH_SOURCE[i]#"$PWD"/}:${BASH_LINENO[i - 1]}"
			return
		fi
	done
}
skip() { TAP_COUNT=$((TAP_COUNT + 1)); echo "ok $TAP_COUNT - $(tap_name "${2:-}") # SKIP $1"; }
skip_all() { TAP_PLAN=0; echo "1..0 # SKIP $1"; exit 0; }

# At most 40 lines of a file or text, to say what went wrong.
tap_extract() { head -c 4000 | head -n 40; }

ok() {
	local what=$1 got=0 said
	shift
	said=$("$@" 2>&1) || got=$?
	if ((got == 0)); then pass "$what"
	else fail "$what" "$(printf 'status %s of: %s\n%s' "$got" "$*" "$(tap_extract <<<"$said")")"; fi
}
status() {
	local wanted=$1 what=$2 got=0 said
	shift 2
	said=$("$@" 2>&1) || got=$?
	if ((got == wanted)); then pass "$what"
	else fail "$what" "$(printf 'status %s, not %s, of: %s\n%s' "$got" "$wanted" "$*" "$(tap_extract <<<"$said")")"; fi
}
is() {
	if [[ $1 == "$2" ]]; then pass "$3"
	else fail "$3" "$(printf 'got:    %s\nwanted: %s' "$(tap_extract <<<"$1")" "$(tap_extract <<<"$2")")"; fi
}
like() {
	if grep -qE -- "$2" <<<"$1"; then pass "$3"
	else fail "$3" "$(printf 'no match for: %s\nin: %s' "$2" "$(tap_extract <<<"$1")")"; fi
}
unlike() {
	if grep -qE -- "$2" <<<"$1"; then fail "$3" "$(printf 'match for: %s\nin: %s' "$2" "$(tap_extract <<<"$1")")"
	else pass "$3"; fi
}

flat() {
	local line directive
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			directive=$(sed -E 's/^(not )?ok [0-9]+ - //' <<<"$line")
			TAP_COUNT=$((TAP_COUNT + 1))
			if [[ $line == not* ]]; then
				TAP_FAILED=$((TAP_FAILED + 1))
				echo "not ok $TAP_COUNT - $1: $directive"
			else
				echo "ok $TAP_COUNT - $1: $directive"
			fi ;;
		'#'*) echo "$line" ;;
		esac
	done < <(ci/ktap-flatten)
}

vm() {
	local i kernel=build/product/arch/arm64/boot/Image
	VM_COUNT=$((VM_COUNT + 1))
	for ((i = 1; i < $#; i++)); do
		if [[ ${!i} == -- ]]; then break; fi
		if [[ ${!i} == -k ]]; then i=$((i + 1)); kernel=${!i}; fi
	done
	VM_KERNELS[$kernel]=1
	vm_out=$TMP/vm-$VM_COUNT.out vm_err=$TMP/vm-$VM_COUNT.err vm_log=$TMP/vm-$VM_COUNT.log
	rc=0
	KPKEYS_VM_LOG=$vm_log ci/vm "$@" >"$vm_out" 2>"$vm_err" || rc=$?
	# NUL bytes do not fit into a variable: compare such output as a file.
	out=$(tr -d '\0' <"$vm_out")
	err=$(tr -d '\0' <"$vm_err")
	return 0
}
