#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a build do only what changed, and is a half-made tree never used?
#
# Works on a copy-on-write view of this clone: nothing in it is changed.

. tests/lib/tap.sh

# --- the check of fragments

printf '%s\n' 'CONFIG_A=y' '# CONFIG_B is not set' 'CONFIG_S="text"' 'CONFIG_N=18' 'CONFIG_H=0x1' >"$TMP/.config"
printf '%s\n' '# CONFIG_A is off in some' 'CONFIG_A=y' '# CONFIG_B is not set' '# CONFIG_C is not set' \
	'CONFIG_S="text"' 'CONFIG_N=18' 'CONFIG_H=0x1' >"$TMP/good.config"
status 0 'fragments: all took' ci/kernel-config --check "$TMP/.config" "$TMP/good.config"
for line in CONFIG_MADE_UP=y CONFIG_B=y '# CONFIG_A is not set' 'CONFIG_S="other"' CONFIG_N=19 CONFIG_A=m; do
	printf '%s\n' "$line" >"$TMP/bad.config"
	status 1 "fragments: $line did not take" ci/kernel-config --check "$TMP/.config" "$TMP/good.config" "$TMP/bad.config"
done
like "$(ci/kernel-config --check "$TMP/.config" "$TMP/bad.config" 2>&1)" 'bad\.config:1: CONFIG_A=m did not take: it is y' '... which is named, with the place'

# --- a clone of its own: interrupted, resumed, undone

clone=$TMP/clone
mkdir -p "$clone"
cp -a ci kernel "$clone/"
if [[ -d include ]]; then cp -a include "$clone/"; fi
unset KERNEL_SRC
setsid "$clone/ci/kernel-source" >/dev/null 2>&1 &
unpacking=$!
for _ in {1..100}; do
	if [[ -e $clone/build/linux.tmp/Makefile ]]; then break; fi
	sleep 0.1
done
ok 'the source is unpacked under a temporary name' test -e "$clone/build/linux.tmp/Makefile" -a ! -e "$clone/build/linux"
{ kill -KILL -- "-$unpacking"; wait "$unpacking"; } 2>/dev/null
ok 'killed while it is unpacked: there is no tree' test ! -e "$clone/build/linux"
base=$("$clone/ci/kernel-source" 2>/dev/null)
is "$(cat "$clone/build/linux/.kpkeys/base")" "$base" 'the next call makes the whole tree'
like "$base" '^deb linux-source-7' '... from the package'

tree() { "$clone/ci/kernel-tree" 2>&1; }
# Everything in the tree against the package, but for our own notes.
pristine() {
	dpkg-deb --fsys-tarfile /cache/source/"${base#deb }" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		(cd "$clone/build/linux" && tar -dJ --strip-components=1 2>&1 | grep -vE ': (Mod time|Uid|Gid|Mode) differs$|^tar: : Warning: Cannot stat'
			find . -name '*.kpkeys-tmp')
}
said=$(tree)
is "$?" 0 'our files and patches apply'
count=$(sed -n 's/.*: \([0-9]*\) files changed.*/\1/p' <<<"$said")
stamps() { (cd "$clone/build/linux" && find . -name .kpkeys -prune -o -type f -newer "$TMP/now" -print); }
: >"$TMP/now"
ok '... and once only' test -z "$(tree)"
is "$(stamps)" '' '... touching nothing the second time'

# Something of ours that is not there yet, or a change of what is.
mkdir -p "$clone/kernel/lib/lab"
echo '/* SPDX-License-Identifier: GPL-2.0-only */' >"$clone/kernel/lib/lab/new.c"
like "$(tree)" '1 files changed' 'a new file of ours'
ok '... is at its path' test -e "$clone/build/linux/lib/lab/new.c"
is "$(stamps)" './lib/lab/new.c' '... and nothing else is touched'
rm -r "$clone/kernel/lib/lab"
like "$(tree)" '1 files changed' 'a file that is ours no longer'
ok '... is gone' test ! -e "$clone/build/linux/lib/lab/new.c"

mkdir -p "$clone/kernel/patches" "$clone/kernel/lib"
series=$clone/kernel/patches/series
patch_readme() {
	printf -- '--- a/README\n+++ b/README\n@@ -1,3 +1,4 @@\n+%s\n' "$1"
	sed -n '1,3s/^/ /p' "$clone/build/linux/README"
}
patch_readme 'The lab was here.' >"$clone/kernel/patches/lab.patch"
echo lab.patch >>"$series"
tree >/dev/null
is "$(head -n 1 "$clone/build/linux/README")" 'The lab was here.' 'a patch'
sed -i 's/was here/is here/' "$clone/kernel/patches/lab.patch"
: >"$TMP/now"
like "$(tree)" '1 files changed' 'a changed patch'
is "$(stamps)" './README' '... touches only what it changes'
sed -i '3s/^@@ -1,3 +1,4 @@/@@ -1,3 +1,4 @@ comment/' "$clone/kernel/patches/lab.patch"
like "$(tree)" ' 0 files changed' 'a patch of which only the words changed'
# Killed between the files: the next call must not believe the stamp.
rm "$clone/build/linux/.kpkeys/applied"
echo 'half a file' >"$clone/build/linux/README"
tree >/dev/null
is "$(head -n 1 "$clone/build/linux/README")" 'The lab is here.' 'a half-made tree is mended'

printf -- '--- a/README\n+++ b/README\n@@ -1,3 +1,3 @@\n not\n-in there\n+at all\n here\n' >"$clone/kernel/patches/lab2.patch"
echo lab2.patch >>"$series"
before=$(sha256sum "$clone/build/linux/README")
said=$(tree)
is "$?" 2 'a patch that does not apply: 2'
like "$said" 'kernel/patches/(.*/)?lab2\.patch does not apply' '... it is named'
like "$said" 'KERNEL_SRC=DIR' '... and what to do'
is "$(sha256sum "$clone/build/linux/README")" "$before" '... and the tree is as it was'
sed -i '/^lab2\.patch$/d' "$series"
echo absent.patch >>"$series"
like "$(tree)" 'series names absent\.patch, and there is no such file' 'a patch that is not there'
sed -i '/^absent\.patch$/d' "$series"
echo 'ours' >"$clone/kernel/lib/string.c"
said=$(tree)
is "$?" 2 'a file of ours in the place of one of the kernel: 2'
like "$said" 'kernel/lib/string\.c would replace a file' '... it is named'

rm -r "${clone:?}/kernel" "${clone:?}/include"
mkdir -p "$clone/kernel/patches"
ok 'without any file or patch' tree
is "$(pristine)" '' '... the tree is the package again, byte for byte'

# --- the user's own tree

own=$TMP/own
mkdir -p "$own/lib"
printf 'VERSION = 7\nPATCHLEVEL = 3\n' >"$own/Makefile"
echo 'config X' >"$own/Kconfig"
echo 'int x;' >"$own/lib/x.c"
echo 'left by a build' >"$own/lib/x.o"
own_tree() { KERNEL_SRC=$own "$clone/ci/kernel-tree" 2>&1; }
ok 'KERNEL_SRC' own_tree
ok '... is copied' cmp "$own/lib/x.c" "$clone/build/linux/lib/x.c"
ok '... without what a build has left' test ! -e "$clone/build/linux/lib/x.o"
printf -- '--- a/lib/x.c\n+++ b/lib/x.c\n@@ -1 +1,2 @@\n+int ours;\n int x;\n' >"$clone/kernel/patches/x.patch"
echo x.patch >"$series"
ok '... and patched' own_tree
echo 'int y;' >"$own/lib/y.c"
printf 'int x;\n\n\nint z;\n' >"$own/lib/x.c"
ok 'KERNEL_SRC that changed' own_tree
ok '... is copied again' cmp "$own/lib/y.c" "$clone/build/linux/lib/y.c"
is "$(tr '\n' ' ' <"$clone/build/linux/lib/x.c")" 'int ours; int x;   int z; ' '... where it is patched as well'
is "$(tr '\n' ' ' <"$own/lib/x.c")" 'int x;   int z; ' '... and never changed itself'
said=$(KERNEL_SRC=$TMP "$clone/ci/kernel-tree" 2>&1)
is "$?" 2 'KERNEL_SRC that is no kernel tree: 2'
like "$said" "KERNEL_SRC=$TMP is not a kernel tree" '... which is named'

# --- what a build begins with, where make is one that only says so

cat >"$clone/ci/kernel-make" <<-'END'
	#!/bin/bash
	cd "${0%/*}/../build/$1" || exit
	ls -A | grep -v '^build.log$' | paste -sd ' ' >"../$1.began"
	[[ ! -e ../broken ]] || exit 1
	mkdir -p include/config arch/arm64/boot mm tools
	touch .config include/config/auto.conf mm/one.o Makefile vmlinux vmlinux.o System.map .version tools/x
	echo "$1" >arch/arm64/boot/Image
END
printf '#!/bin/sh\n' >"$clone/ci/kernel-config"
kernel() { KERNEL_SRC=$own "$clone/ci/kernel" "$@" 2>&1; }
began() { cat "$clone/build/$1.began"; }
built=$clone/build/test/arch/arm64/boot/Image
ok 'a build for tests alone' kernel test
is "$(began test)" .kpkeys-base '... begins with nothing'
rm -r "$clone/build/test"
ok 'product' kernel product
touch "$clone/build/broken"
status 1 'one for tests that fails, after it' kernel test
is "$(began test)" '.kpkeys-base arch include mm' "... begins with product's objects"
ok '... and leaves no kernel' test -e "$clone/build/test/mm/one.o" -a ! -e "$built"
rm "$clone/build/broken"
ok 'called again' kernel test
is "$(cat "$built")" test '... it is whole'
kernel 16k-48 >/dev/null
is "$(began 16k-48)" .kpkeys-base 'one that has no object in common begins with nothing'
echo 'int w;' >"$own/lib/w.c"
kernel test >/dev/null
like "$(began test)" 'mm.*vmlinux' 'after an edit of KERNEL_SRC a build goes on'
rm -r "$clone/build/test" "$clone/build/product/include"
kernel test >/dev/null
is "$(began test)" .kpkeys-base "of a product that was partly removed nothing is taken"
cp -r "$own" "$TMP/another"
own=$TMP/another
kernel test >/dev/null
is "$(began test)" .kpkeys-base 'of another tree nothing is kept'
rm -r "$clone/build/test"
kernel test >/dev/null
is "$(began test)" .kpkeys-base "... and nothing of a product of the one before is taken"

# --- what comes out of ccache

export CCACHE_DIR=$TMP/ccache CCACHE_DEPEND=1
cc() { (cd "$TMP" && "$OLDPWD/ci/cc" clang-19 --target=aarch64-linux-gnu -Wp,-MMD,x.d -c -o "$1" "$2"); }
echo '.incbin "taken-in"' >"$TMP/wrap.S"
mkdir -p "$TMP/kernel"
echo 'asm(".incbin \"taken-in\"");' | tee "$TMP/kernel/configs.c" >"$TMP/kernel/other.c"
for source in "$TMP/wrap.S" "$TMP/kernel/configs.c"; do
	for what in one two; do
		echo "$what" >"$TMP/taken-in"
		cc "$what.o" "$source"
	done
	ok "${source##*/} is compiled again when what it takes in changes" \
		test -s "$TMP/one.o" -a "$(cmp "$TMP/one.o" "$TMP/two.o")"
done
cc one.o "$TMP/kernel/other.c"
cc two.o "$TMP/kernel/other.c"
like "$(ccache --print-stats)" $'\ndirect_cache_hit\t1\n' 'any other file comes out of ccache'
unset CCACHE_DIR CCACHE_DEPEND

# --- the build itself, in a view of this clone

view=$(mktemp -d /tmp/kpkeys-ppa-view.XXXXXX)
TAP_CLEANUP+=("$view")
mkdir "$view/upper" "$view/work"
in_view() {
	unshare --mount --propagation private sh -c '
		mount -t overlay overlay -o "lowerdir=$0,upperdir=$1/upper,workdir=$1/work" "$0" || exit 9$?
		cd / && cd "$0" && shift && exec "$@"' "$PWD" "$view" "$@" 2>&1
}
in_view true >/dev/null
# 32: the kernel refuses. Any other trouble shows in the tests.
if (($? == 932 % 256)); then
	skip 'this machine allows no overlay file system' 'builds after an edit'
else
	ok 'a build' in_view ci/kernel product
	said=$(in_view ci/kernel product)
	is "$?" 0 'a second build'
	like "$said" 'build/product: 0 objects compiled' '... compiles nothing'
	ours=$(find kernel/mm kernel/arch -name '*.c' ! -name '*test*' 2>/dev/null | sort | head -n 1)
	if [[ -n $ours ]]; then
		said=$(in_view sh -c "echo '/* an edit */' >>$ours; ci/kernel product")
		is "$?" 0 "after an edit of $ours"
		like "$said" 'build/product: 1 objects compiled' '... one object is compiled'
	else
		fail 'one of our files to edit' 'there is no .c file in kernel/mm or kernel/arch'
	fi
	said=$(in_view sh -c 'echo CONFIG_KPKEYS_MADE_UP=y >>kernel/config/base.config; ci/kernel product')
	is "$?" 1 'an option that the kernel does not have: the build fails'
	like "$said" 'base\.config:[0-9]+: CONFIG_KPKEYS_MADE_UP=y did not take' '... and names it'
fi

done_testing
