#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does ci/enter make whole roots only, and pass on what the command says?

. tests/lib/tap.sh
. tests/lib/outside.sh
shopt -s nullglob

# --- inside already, or on the host: the command runs as it is

is "$(ci/enter kernel -- pwd)" "$PWD" 'in the root, ci/enter runs the command where it is'
is "$(outside env TOOLCHAIN=host ci/enter kernel -- sh -c 'test -e /etc/kpkeys-ppa-layer || echo "host $0 $1"' 'a b' c)" \
	'host a b c' 'TOOLCHAIN=host: the command runs on the host'
status 2 'no command' ci/enter kernel --
status 2 'no --' ci/enter kernel true
status 2 'an unknown option' ci/enter -x kernel -- true
said=$(outside ci/make-root nothing 2>&1)
is "$?" 2 'an unknown layer'
like "$said" "there is no layer 'nothing'; there are: (.* )?base (.* )?kernel( |$)" '... and which there are'
said=$(ci/enter stress -- true 2>&1)
is "$?" 2 'a layer of programs for the guest: status 2'
like "$said" "the root 'stress' is of programs for the guest" '... and why'

# --- a root from nothing, in a cache of its own

mirror=$(outside bash -c '. ci/lib.sh; . ci/apt.sh; kp_apt_mirror trixie trixie-backports')
if [[ -z $mirror ]]; then
	skip 'no Debian mirror within reach' 'making a root'
	done_testing
	exit
fi
cache=$(mktemp -d /tmp/kpkeys-ppa-test.XXXXXX)
TAP_CLEANUP+=("$cache")
export OUTSIDE_CACHE=$cache
roots() { echo "$cache"/kpkeys-ppa/root-base-*/; }

left_in_tmp() { compgen -G '/tmp/mmdebstrap.*' | sort; }
before=$(left_in_tmp)

# Killed in the middle: no root, and the next call starts over.
set -m # a process group of its own, to kill all of it
outside ci/enter base -- true >"$TMP/first" 2>&1 &
maker=$!
set +m
for _ in {1..100}; do
	if compgen -G "$cache/kpkeys-ppa/tmp-root-base.*/root/usr" >/dev/null; then break; fi
	sleep 0.2
done
ok 'a root is made under a temporary name' compgen -G "$cache/kpkeys-ppa/tmp-root-base.*"
{ kill -KILL -- "-$maker"; wait "$maker"; } 2>/dev/null
is "$(roots)" '' 'killed while it is made: there is no root'
is "$(left_in_tmp)" "$before" '... and nothing in /tmp'
said=$(outside ci/enter base -- sh -c 'cat; exit 37' <<<'from standard input' 2>"$TMP/second")
is "$?:$said" '37:from standard input' 'made and entered: exit status and standard input'
like "$(<"$TMP/second")" "making the root file system 'base'.*: done \(" '... it says what it does and how long it took'
is "$(set -- "$cache"/kpkeys-ppa/root-base-*/; echo $#)" 1 'there is one root'
is "$(compgen -G "$cache/kpkeys-ppa/tmp-*")" '' '... and nothing is left of the first try'
is "$(outside ci/enter base -- sh -c 'echo again' 2>&1)" again 'the second time it is only entered'
is "$(outside ci/enter base -- cat /etc/kpkeys-ppa-layer)" base 'it is the right layer'

# --- what it looks like from inside

for wanted in 0 1 2 3 126; do
	outside ci/enter base -- sh -c "exit $wanted"
	is "$?" "$wanted" "exit status $wanted"
done
odd=('' ' ' '*' "it's" '"q"' 'back\slash' '$HOME' $'line\nend' '--' '-n')
is "$(outside ci/enter base -- sh -c 'for word; do printf "<%s>" "$word"; done' odd "${odd[@]}")" \
	"$(printf '<%s>' "${odd[@]}")" 'odd arguments'
is "$(outside sh -c 'cd tests && ../ci/enter base -- pwd')" /kpkeys-ppa/tests 'the folder is the one that the caller is in'
ok 'the clone is there' outside ci/enter base -- test -x /kpkeys-ppa/ci/enter
is "$(outside ci/enter base -- sh -c 'gcc --version >/dev/null && prove --version >/dev/null && echo both')" both 'compiler and prove are there'
like "$(outside ci/enter base -- sh -c 'touch /usr/file' 2>&1)" 'Read-only file system' 'the root itself is read-only'
is "$(outside ci/enter -n base -- sh -c 'grep -c : /proc/net/dev')" 1 '-n: no network but the loopback'
like "$(outside ci/enter base -- ci/enter kernel -- true 2>&1)" "inside the root 'base' there is no way into 'kernel'" 'from base there is no way into kernel'
mounts() { outside sh -c 'grep -c kpkeys-ppa-test /proc/self/mounts'; }
is "$(mounts)" 0 'nothing stays mounted'

# --- and away

mkdir -p "$cache/clone/build/some"
cp -a ci "$cache/clone/"
exec {held}>"$cache/kpkeys-ppa/lock.root-base"
flock "$held"
said=$(outside "$cache/clone/ci/clean" --all 2>&1)
is "$?" 2 'distclean while a root is being made: 2'
like "$said" 'another process works in .*root-base' '... and says so'
exec {held}>&-
ok 'distclean' outside "$cache/clone/ci/clean" --all
is "$(ls -A "$cache"):$(ls -A "$cache/clone")" 'clone:ci' '... removes the cache and build/, and nothing else'

done_testing
