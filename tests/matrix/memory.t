#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does all hold from the smallest machine to one of 64 GiB?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

for size in 128M 256M 512M 1G 2G 3G 8G 32G 64G; do
	boot -k "$image" -m "$size" -t 300
	check "$size" 1 $ram "$(numfmt --from=iec "$size")"
	numbers "$size"
done

done_testing
