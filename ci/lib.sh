# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What do all scripts of the lab share? Where things are, how they speak, how
# they lock, and how they look at the disk. Sourced, never run.

set -euo pipefail

KP_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# Inside a root the clone is always here, so that the paths that compilers see
# (and hence ccache's keys) are the same for every clone.
KP_INSIDE_TOP=/kpkeys-ppa
KP_INSIDE_CACHE=/cache
# The host's file system, for paths that lie in neither clone nor /tmp.
KP_INSIDE_HOST=/host
KP_MARKER=/etc/kpkeys-ppa-layer

# "kernel" or "base" inside a root, nothing outside.
kp_inside() {
	[[ -r $KP_MARKER ]] && cat "$KP_MARKER"
	return 0
}

if [[ -e $KP_MARKER ]]; then
	KP_CACHE=$KP_INSIDE_CACHE
else
	KP_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/kpkeys-ppa
fi

KP_SELF=${0##*/}

say() { printf '%s\n' "$*" >&2; }

# die STATUS LINE...: what is wrong, where, and what to do about it.
die() {
	local status=$1 line
	shift
	for line; do printf '%s: %s\n' "$KP_SELF" "$line" >&2; done
	exit "$status"
}

kp_elapsed() {
	local s=$1
	if ((s >= 60)); then printf '%d min %02d s' $((s / 60)) $((s % 60))
	else printf '%d s' "$s"; fi
}

# step TEXT / step_done [RESULT]: every long step says what it does and how long
# it took; on a terminal the first line is replaced by the second.
step() {
	KP_STEP=$1
	KP_STEP_START=$SECONDS
	if [[ -t 2 ]]; then printf '%s ...' "$KP_STEP" >&2; fi
}

step_done() {
	local took
	took=$(kp_elapsed $((SECONDS - KP_STEP_START)))
	if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
	say "$KP_STEP: ${1:-done} ($took)"
}

# kp_lock NAME: hold the lock NAME in the cache until this process ends.
kp_lock() {
	local fd
	mkdir -p "$KP_CACHE"
	exec {fd}>"$KP_CACHE/lock.$1"
	if ! flock -n "$fd"; then
		say "$KP_SELF: waiting for another process that works on $1"
		flock "$fd"
	fi
	KP_LOCK_FD=$fd
}

kp_unlock() { exec {KP_LOCK_FD}>&-; }

# kp_need_programs PROGRAM...: with TOOLCHAIN=host they are the user's to install.
kp_need_programs() {
	local program missing=()
	for program; do
		command -v "$program" >/dev/null || missing+=("$program")
	done
	((${#missing[@]} == 0)) ||
		die 2 "not on this machine: ${missing[*]}." \
			"Install them (ci/layers/kernel has the names of Debian's packages), or leave out TOOLCHAIN=host."
}

# kp_need_disk DIR MIB WHAT
kp_need_disk() {
	local free
	free=$(df --output=avail -k -- "$1" | tail -n 1)
	((free / 1024 >= $2)) ||
		die 2 "$3 needs $2 MiB in $1, and $((free / 1024)) MiB are free." \
			"Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."
}

# kp_llvm: which LLVM builds kernels: KP_LLVM, as make's LLVM= takes it, and
# KP_CLANG. Inside the root the version is part of the layer; on a host it may
# be any.
kp_llvm() {
	if [[ -e $KP_MARKER ]]; then KP_LLVM=-19
	elif [[ -n ${LLVM:-} ]]; then KP_LLVM=$LLVM
	elif command -v clang-19 >/dev/null; then KP_LLVM=-19
	else KP_LLVM=1; fi
	case $KP_LLVM in
	-*) KP_CLANG=clang$KP_LLVM ;;
	*/) KP_CLANG=${KP_LLVM}clang ;;
	*) KP_CLANG=clang ;;
	esac
}

# kp_hash: one short name for everything on standard input.
kp_hash() { sha256sum | cut -c1-16; }

# kp_in_path PATH: the same file as seen inside a root.
kp_in_path() {
	local abs
	if [[ -e $KP_MARKER ]]; then printf '%s\n' "$1"; return; fi
	abs=$(realpath -m -- "$1")
	case $abs in
	"$KP_TOP" | "$KP_TOP"/*) printf '%s\n' "$KP_INSIDE_TOP${abs#"$KP_TOP"}" ;;
	/tmp/*) printf '%s\n' "$abs" ;;
	*) printf '%s\n' "$KP_INSIDE_HOST$abs" ;;
	esac
}
