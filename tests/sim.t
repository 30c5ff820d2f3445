#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the allocator itself do what it should, on this machine and without a
# guest? All that it finds is said by ci/sim.

if [[ ! -x ci/sim ]]; then
	echo 'Bail out! tests run from the top folder of the clone'
	exit 2
fi
# The same boots each time: whoever changes something is to be told of that, and
# not of what luck brought up. make sim takes others each time.
SEED=${SEED:-1} exec ci/sim
