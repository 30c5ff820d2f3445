#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the Debian packages build, and does each install, run and go away without a
# trace? ci/deb fails if lintian finds anything.

. tests/lib/tap.sh
. tests/lib/outside.sh

in_deb() { outside ci/enter deb -- "$@"; }
native=$(dpkg --print-architecture)
root=build/tests/${TMP##*/}/root

ok 'the packages build, and lintian has nothing to say' outside ci/deb
is "$(sed -n 's/^VERSION := //p' tools/ppa-trace/Makefile)" \
	"$(sed -n '1s/.*(\(.*\)).*/\1/p' tools/ppa-trace/debian/changelog)" 'the version of the package is that of the tool'

# A system that knows what is installed in the root `deb`, and is elsewhere.
in_deb mkdir -p "$root/var/lib"
in_deb cp -r /var/lib/dpkg "$root/var/lib/"
# What is there besides dpkg's own records.
files() { (cd "$root" && find . -path ./var/lib/dpkg -prune -o ! -type d -printf '%P\n' | sort); }
# The root `deb` itself does without documents; what others do about new ones is
# not there to be run.
dpkg_in() { in_deb dpkg --root="$PWD_IN_DEB/$root" --log=/dev/null --no-triggers --path-include='/usr/share/*' "$@"; }
PWD_IN_DEB=$(in_deb pwd)
is "$(files)" '' 'an empty system'

for arch in $(printf '%s\n' "$native" arm64 | sort -u); do
	deb=$(echo build/deb/ppa-trace_*_"$arch".deb)
	ok "$arch: there is one package" test -e "$deb"
	is "$(dpkg-deb -f "$deb" Package Architecture | xargs)" "Package: ppa-trace Architecture: $arch" "$arch: it says so"
	like "$(dpkg-deb -f "$deb" Depends)" 'libbpf1.*libjansson4|libjansson4.*libbpf1' "$arch: what it needs is found from the program"
	ok "$arch: it installs" dpkg_in -i "$PWD_IN_DEB/$deb"
	is "$(dpkg_in -s ppa-trace | sed -n 's/^Status: //p')" 'install ok installed' "$arch: dpkg agrees"
	is "$(files)" "$(dpkg-deb --fsys-tarfile "$deb" | tar -t | sed -n 's|^\./\(.*[^/]\)$|\1|p' | sort)" \
		"$arch: its files are there, and no others"
	for file in usr/sbin/ppa-trace usr/share/bash-completion/completions/ppa-trace \
		usr/share/man/man8/ppa-trace.8.gz usr/share/man/man8/ppa-trace-verify.8.gz; do
		ok "$arch: $file" test -s "$root/$file"
	done
	like "$(od -An -tx1 -j18 -N2 "$root/usr/sbin/ppa-trace")" \
		"$(if [[ $arch == arm64 ]]; then echo ' b7 00'; else echo ' 3e 00'; fi)" "$arch: a program for it"
	if [[ $arch == "$native" ]]; then
		like "$(in_deb "$root/usr/sbin/ppa-trace" --version)" 'running kernel \(BPF\)' "$arch: it runs"
	fi
	if [[ $arch == arm64 ]]; then
		mkdir "$TMP/arm64"
		cp "$root/usr/sbin/ppa-trace" "$TMP/arm64/"
		in_deb sh -c 'cp -L /usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1 "$0/" &&
			for lib in c bpf elf z zstd jansson; do cp -L /usr/lib/aarch64-linux-gnu/lib$lib.so.[0-9]* "$0/" || exit; done' \
			"build/tests/${TMP##*/}/arm64"
	fi
	ok "$arch: it can be removed" dpkg_in --purge ppa-trace
	is "$(files)" '' "$arch: nothing is left"
	is "$(find "$root" -path "$root/var/lib/dpkg" -prune -o -type d -path '*ppa-trace*' -print)" '' "$arch: nor a folder"
done

# In a guest, with the libraries of Debian.
vm -i "$TMP/arm64" -- /in/arm64/ld-linux-aarch64.so.1 --library-path /in/arm64 /in/arm64/ppa-trace verify
is "$rc$err" 0 'arm64: it runs, with the libraries of Debian'
like "$out" '^verify: good' '... and verifies the guest'

done_testing
