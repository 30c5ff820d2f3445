#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is everything built anew that must be, and does the Makefile say what is
# missing?
#
# Copied to the test directory as "build"; speaks TAP. Builds in a copy of the
# sources, of which files can be touched.
src=@SRC@
. "$src/tests/tap.sh"

mkdir -p "$tmp/tools/ppa-trace" "$tmp/include/uapi/linux"
cp "$src"/*.[ch] "$src"/report.{css,js} "$src/Makefile" "$tmp/tools/ppa-trace/"
cp "$src/../../include/uapi/linux/kpkeys.h" "$tmp/include/uapi/linux/"
uapi=$tmp/include/uapi/linux/kpkeys.h

run_make() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$tmp/tools/ppa-trace" O="$tmp/o" "$@"; }
build() { run_make "$@" >"$tmp/out" 2>&1; }
# compiles ARG...: make does, and a compiler has run.
compiles() { build "$@" && grep -qE '(^|[[:space:]])-c -o ' "$tmp/out"; }
nothing() { build "$@" && ! grep -qE '(^|[[:space:]])-c -o ' "$tmp/out"; }
# A file that was changed: later than all that was built of it.
touched() {
	sleep 0.01
	touch "$1"
}

# --- what depends on what ----------------------------------------------------
# Any compiler will do for the guest: nothing is linked.
for kind in host guest; do
	event=(GUEST_CC=cc "$tmp/o/$kind/event.o")
	ok "$kind: compiles" compiles "${event[@]}"
	ok "$kind: and no more than once" nothing "${event[@]}"
	touched "$uapi"
	ok "$kind: a header has changed" compiles "${event[@]}"
	ok "$kind: the flags have changed" compiles WERROR=0 "${event[@]}"
	ok "$kind: they are the same" nothing WERROR=0 "${event[@]}"
	ok "$kind: there is another source" compiles WERROR=0 COMMON='event one-more' "${event[@]}"
done

# The value of a variable of the Makefile.
value() { run_make -s --eval="value: ; @echo \$($1)" value; }
if [[ $(value CLANG) && $(value BPFTOOL) ]]; then
	bpf=$tmp/o/ppa.bpf.o
	ok 'BPF: compiles' compiles "$bpf"
	ok 'BPF: and no more than once' nothing "$bpf"
	for header in "$uapi" "$tmp/tools/ppa-trace/"{event,kernel_bpf,pgtable,types,ppa_bpf}.h; do
		touched "$header"
		ok "BPF: ${header##*/} has changed" compiles "$bpf"
	done
	scope=$tmp/o/scope.bpf.o
	ok 'BPF: the other program compiles' compiles "$scope"
	touched "$tmp/tools/ppa-trace/scope_bpf.h"
	ok 'BPF: its header has changed' compiles "$scope"
	ok 'BPF: the first one has nothing to do with it' nothing "$bpf"
	ok 'BPF: the flags have changed' compiles WERROR=0 "$bpf"
	ok 'BPF: they are the same' nothing WERROR=0 "$bpf"
	mv "$tmp/tools/ppa-trace/types.h" "$tmp/tools/ppa-trace/kinds.h"
	sed -i 's/"types\.h"/"kinds.h"/' "$tmp/tools/ppa-trace/"*.[ch]
	ok 'BPF: a header that is gone is no error' compiles WERROR=0 "$bpf"
else
	n=$((n + 1))
	echo "ok $n - BPF # SKIP clang or bpftool is missing"
fi

# --- what is there -------------------------------------------------------------
# libbpf MAJOR MINOR: headers that say they are of this version
libbpf() {
	printf '#define LIBBPF_MAJOR_VERSION %s\n#define LIBBPF_MINOR_VERSION %s\n' "$@" >"$tmp/fake/bpf/libbpf.h"
}
mkdir -p "$tmp/fake/bpf"
touch "$tmp/fake/jansson.h"
# Only the headers are looked at, so that no library need be there.
cat >"$tmp/cc" <<-'EOF'
	#!/bin/sh
	for arg; do
		shift
		case $arg in -l* | -static) ;; *) set -- "$@" "$arg" ;; esac
	done
	exec cc -I"${0%/*}/fake" "$@"
EOF
chmod +x "$tmp/cc"
# refuses TARGET ARG...: make fails and asks for the version that is needed.
refuses() { ! build "$@" && grep -q 'libbpf[a-z0-9:-]*>=1\.2' "$tmp/out"; }
takes() { build "$@"; ! grep -q 'libbpf' "$tmp/out"; }

tools=(CLANG=true BPFTOOL=true GUEST_STRIP=true)
for version in '0 8' '1 0' '1 1'; do
	# shellcheck disable=SC2086 # two words
	libbpf $version
	ok "libbpf ${version/ /.} is too old" refuses check-host all LIVE=1 CC="$tmp/cc" "${tools[@]}"
	ok "libbpf ${version/ /.} is too old for the guest" refuses check-guest GUEST_CC="$tmp/cc" "${tools[@]}"
done
for version in '1 2' '1 10' '2 0'; do
	# shellcheck disable=SC2086 # two words
	libbpf $version
	ok "libbpf ${version/ /.} will do" takes -n check-host all LIVE=1 CC="$tmp/cc" "${tools[@]}"
	ok "libbpf ${version/ /.} will do for the guest" takes check-guest GUEST_CC="$tmp/cc" "${tools[@]}"
done

tap_end
