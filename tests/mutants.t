#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the unit tests of ppa-trace notice when the tool is wrong?
#
# usage: tests/mutants.t [NAME...]      (default: all of them)

if [[ ! -x tests/lib/mutate ]]; then
	echo 'Bail out! tests run from the top folder of the clone'
	exit 2
fi
export O=$PWD/build/tool
mkdir -p build/mutants
if ! env -u MAKEFLAGS -u MAKELEVEL make -s -C tools/ppa-trace -j "${JOBS:-$(nproc)}" "O=$O" mutant-commands >build/mutants/build.log 2>&1; then
	echo 'Bail out! the unit tests do not build: build/mutants/build.log'
	exit 1
fi
exec tests/lib/mutate tools/ppa-trace/tests/mutants . build/mutants/tool tools/ppa-trace/tests/try-mutant "$@"
