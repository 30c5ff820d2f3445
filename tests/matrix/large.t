#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does all hold on a machine of 256 GiB? It takes 5.1 GB of this machine's memory.

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

boot -k "$image" -m 256G -t 1000
check 256G 1 $ram $((256 * GiB))
numbers 256G

done_testing
