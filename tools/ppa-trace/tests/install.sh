#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does make install put everything where it belongs, and nothing elsewhere?
#
# Copied to the test directory as "install"; speaks TAP.
src=@SRC@
. "$src/tests/tap.sh"

run_make() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -j2 -C "$src" O="$tmp/o" LIVE=0 "$@" </dev/null; }
# "MODE PATH" of all files below a directory.
files() { (cd "$1" && find . -type f -printf '%m /%P\n' | sort); }

# What must be there with the prefix $1.
wanted() {
	local c page
	echo "755 $1/sbin/ppa-trace"
	echo "644 $1/share/bash-completion/completions/ppa-trace"
	echo "644 $1/share/man/man8/ppa-trace.8"
	for c in $("$tmp/o/ppa-trace" help --words | grep '^[a-z]' | grep -vx help); do
		echo "644 $1/share/man/man8/ppa-trace-$c.8"
	done
	for page in "$src"/man/*.5.rst; do
		[[ ! -e $page ]] || echo "644 $1/share/man/man5/$(basename "$page" .rst)"
	done
	for page in README.md docs/benchmarks.md; do
		[[ ! -e $src/../../$page ]] || echo "644 $1/share/doc/ppa-trace/${page##*/}"
	done
	for page in "$src"/../../examples/*; do
		[[ ! -f $page ]] || echo "644 $1/share/doc/ppa-trace/examples/${page##*/}"
	done
}
same() { diff <(wanted "$2" | sort) <(files "$1"); }

: >"$tmp/before"
dest="$tmp/a place"
ok 'install' run_make install DESTDIR="$dest" PREFIX=/usr
ok 'everything is there, and nothing else' same "$dest" /usr
ok 'nothing is anywhere else' test -z \
	"$(find /usr /etc /var/lib /opt "$src" -xdev -newer "$tmp/before" -type f 2>/dev/null | head)"
ok 'it runs' "$dest/usr/sbin/ppa-trace" --version
ok 'man pages are no empty files' test -z "$(find "$dest/usr/share/man" -size -1k)"
ok 'no man page has paths of the build' test -z "$(grep -rl "$tmp" "$dest/usr/share")"
if command -v man >/dev/null; then
	ok 'man can show them' env MANROFFSEQ='' man --warnings -l "$dest/usr/share/man/man8/ppa-trace.8"
fi

ok 'again, over it' run_make install DESTDIR="$dest" PREFIX=/usr
ok 'again: the same' same "$dest" /usr
ok 'another prefix' run_make install DESTDIR="$tmp/other"
ok 'another prefix: /usr/local is the default' same "$tmp/other" /usr/local

echo mine >"$dest/usr/share/doc/ppa-trace/notes"
ok 'uninstall' run_make uninstall DESTDIR="$dest" PREFIX=/usr
ok 'uninstall: what it did not bring stays' test "$(files "$dest")" = '644 /usr/share/doc/ppa-trace/notes'
ok 'uninstall of the other' run_make uninstall DESTDIR="$tmp/other"
ok 'uninstall of the other: nothing is left' test -z "$(files "$tmp/other")"
ok 'uninstall of the other: nor its folder' test ! -e "$tmp/other/usr/local/share/doc/ppa-trace"
ok 'uninstall where nothing is' run_make uninstall DESTDIR="$tmp/nowhere"

tap_end
