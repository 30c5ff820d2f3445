#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does make series write patches that apply and read well?
#
# Whether each of them builds is asked by make series-check, which takes too long.

. tests/lib/tap.sh

# In a clone, since files are changed on purpose; its tree is that of this one.
clone=$TMP/clone
mkdir "$clone"
cp -a ci docs include kernel tools "$clone/"
git -C "$clone" init -q
git -C "$clone" add kernel include
git -C "$clone" -c user.name=test -c user.email=test@localhost commit -q -m 'the kernel side'
mkdir "$clone/build"
cp -al build/linux "$clone/build/"
series() { "$clone/ci/series" "$@"; }

ok 'make series' series
out=$clone/build/series
is "$(ls "$out" | sed 's/-.*//' | paste -sd ' ')" \
	"$(seq -f %04g 0 $(sed 's/#.*//; /^$/d' kernel/patches/series | wc -l) | paste -sd ' ')" 'a letter, and a patch for each of the series'
ok '... fifteen at the most' test "$(ls "$out" | wc -l)" -le 16
letter=$(<"$out/0000-cover-letter.patch")
like "$letter" "linux-source-[0-9.]+" 'the letter names the base'
like "$letter" '^[|] PPA, all in [|] [0-9]' '... and has the numbers of docs/benchmarks.md'
unlike "$letter" '@[A-Z]+|[*]{3}' '... and nothing is left to be filled in'
like "$(ls "$out" | tail -n 1)" 'without-POE' 'the emulation comes last'
like "$(grep -A2 '^$' "$out"/0015-* | head -n 4)" 'Not for merging' '... and says that it is not for merging'
cp -r "$out" "$TMP/before"
ok 'made again it is the same' series
is "$(diff -r "$TMP/before" "$out")" '' '... to the letter'

check() { "$clone/ci/series-check" "$@" 2>&1; }
like "$(check apply style doc)" '^3 passed, 0 failed, 0 skipped$' 'git am takes them, checkpatch.pl and kernel-doc have nothing to say'
like "$(check apply style doc)" 'style: has passed before' 'what has passed is not done again'

# --- what is wrong is found

rm "$clone/build/series-check/style.passed"
sed -i '/LEADING_SPACE/d' "$clone/kernel/patches/checkpatch"
like "$(check style)" 'no spaces at the start of a line' 'a complaint of checkpatch.pl that is not in the list'
echo '0012	mm/kpkeys_ppa.c' >>"$clone/kernel/patches/files"
like "$(series 2>&1)" 'only in the list, or twice there: mm/kpkeys_ppa\.c' 'a new file that two patches bring'
sed -i '/kpkeys_ppa/d' "$clone/kernel/patches/files"
like "$(series 2>&1)" 'not in the list: mm/kpkeys_ppa\.c' 'a new file that no patch brings'
cp kernel/patches/files "$clone/kernel/patches/"
sed -i '/0007-/d' "$clone/kernel/patches/series"
echo '0007	mm/kpkeys_ppa.c' >>"$clone/kernel/patches/files"
sed -i '/^0011.mm.kpkeys_ppa/d' "$clone/kernel/patches/files"
like "$(series 2>&1)" 'names patch 0007, which is not in' 'a new file for a patch that there is not'
cp kernel/patches/{series,files} "$clone/kernel/patches/"
sed -i 's/^@TABLE Boots@/@TABLE Shoes@/' "$clone/kernel/patches/cover-letter"
like "$(series 2>&1)" 'quotes the table of "Shoes"' 'a table that there is not'

done_testing
