#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does each target of the Makefile call what its line in make help says?

. tests/lib/tap.sh

# As if called by hand: not as a part of the make that runs the tests.
run() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make "$@" 2>&1; }

is "$(run -n try demo test sim kernel tool deb matrix bench series series-check clean distclean)" 'ci/try
ci/demo
ci/test 
ci/sim
ci/kernel product
ci/tool
ci/deb
ci/matrix 
ci/bench
ci/series
ci/series-check 
ci/clean
ci/clean --all' 'every target calls its script, and make has nothing to complain about'
is "$(run help | awk '/^$/ { exit } { print $1 }' | xargs)" \
	'help try demo test sim kernel tool deb matrix bench series series-check clean distclean' 'make help names each once'
for target in $(sed -n 's/^\.PHONY: //p' Makefile); do
	like "$(run help)" "^$target  " "make help explains $target"
done

# Before anything is built:
status 2 'make matrix: no such row' ci/matrix nosuch
like "$(ci/matrix nosuch 2>&1)" "there is no row 'nosuch'; there are: cpus numa .* debug kasan$" '... which there are'
status 2 'make matrix: TIME is no time' env TIME=soon ci/matrix
status 2 'make series-check: no such check' ci/series-check nosuch
like "$(ci/series-check nosuch 2>&1)" "there is no check 'nosuch'; there are: apply style .* 01 02 .* defconfig$" '... which there are'
status 2 'make bench: CHECK is 1 or nothing' env CHECK=all ci/bench

done_testing
