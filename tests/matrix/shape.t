#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a kernel with other pages, addresses or limits make the tables that such a
# kernel needs, and does each carry its key?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}
. tests/lib/kernel.sh
if ! has EFI; then capacity=128; fi

page=12 va=48
if has ARM64_16K_PAGES; then page=14; fi
if has ARM64_64K_PAGES; then page=16; fi
if has ARM64_VA_BITS_52; then va=52; fi
# 48 bits would take a level of two entries.
if ((va == 52 && page == 14)); then va_min=47; fi
# Each level has page - 3 bits, and the lowest stands above the bits in a page.
levels() { echo $((($1 - page + page - 4) / (page - 3))); }

for size in 512M 1G 4G 16G; do
	boot -k "$image" -m "$size"
	check "$size" '' $ram "$(numfmt --from=iec "$size")"
	is "$(fact shape | cut -d' ' -f1-3)" "$page $va $(levels $va)" \
		"... pages of $((1 << page)) bytes, $va bits of addresses, $(levels $va) levels"
	numbers "$size"
done

# A processor without more than 48 bits: fewer levels, or a smaller root, in
# a kernel that was made for 52.
if ((va == 52)); then
	boot -k "$image" -m 4G -a arm64.nolva
	check '4G without large addresses' '' $ram $((4 * GiB))
	is "$(fact shape | cut -d' ' -f1-3)" "$page $va_min $(levels $va_min)" \
		"... $va_min bits of addresses, $(levels $va_min) levels"
	numbers '4G without large addresses'
fi

# The kernel's own dump of its tables knows nothing of ours.
vm -k "$image" -m 1G -i tests/guest/keys.sh -- /in/keys.sh
is "$rc$err" 0 'the page tables that the kernel shows'
early=$(sed -n 's/.*kpkeys: \([0-9]*\) early page tables.*/\1/p' <<<"$(<"$vm_log")")
ok "... have the key on the $early early tables and on others: $(fact keyed) KiB" \
	test "$(fact keyed)" -ge $(((early << page) / 1024)) -a "${early:-0}" -gt 0
is "$(fact other-keys), $(fact odd)" '0, 0' '... no other key, and nothing that is not data'
like "$out" SUCCESS '... the check for W+X mappings passes'

done_testing
