#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does a write to a page table fault, whatever the table, and does the kernel run
# as before but for that?

. tests/lib/tap.sh

image=${KPKEYS_TEST_IMAGE:-build/test/arch/arm64/boot/Image}

# The case that adds memory does so where there is none, which nothing looks at; far
# enough from what there is that tables of all levels are made for it.
vm -m 512M -c 2 -k "$image" -a kunit.enable=1 -a kunit.autorun=1 \
	-a kpkeys_hardened_pgtables_kunit.spare=0x2000000000 -- \
	cat /sys/kernel/debug/kunit/kpkeys_hardened_pgtables/results
is "$rc" 0 'the suite kpkeys_hardened_pgtables has results'
flat kpkeys_hardened_pgtables <"$vm_out"
like "$out" '^# Totals: pass:18 fail:0 skip:0 total:18$' '... of all its cases'

# One direct write to a table of each kind, by the running kernel.
vm -m 512M -k "$image" -- cat /sys/kernel/kpkeys/probe
is "$(sed 's/ addr=0x[0-9a-f]*//' <<<"$out")" 'class=linear error=-14
class=vmemmap error=-14
class=static error=-14
class=static-image error=-14
class=vmalloc error=-14
class=user error=-14' 'a write to a table of each kind faults'

# The same says that they succeed where nothing is enforced.
vm -m 512M -k "$image" -a kpkeys=off -- cat /sys/kernel/kpkeys/probe
is "$(grep -c 'error=0$' <<<"$out")" 6 'with kpkeys=off they all succeed'

# Without its guard the first write to a keyed table ends the boot.
vm -m 512M -k "$image" -a kpkeys.test=noguard -a oops=panic -- true
is "$rc" 125 'a guard that is missing ends the boot'
like "$(<"$vm_log")" 'Unable to handle kernel write without a guard to a page table \(see ppa-trace lookup\)' \
	'... and the message says what it was'
like "$(<"$vm_log")" 'pc : set_pkey_pte_entry' '... and where'

# What the kernel shows of the keys.
cat >"$TMP/ptdump.sh" <<'EOF'
cd /sys/kernel/debug
echo keyed $(grep -c ' POI1 ' kernel_page_tables)
echo others $(grep -c ' POI[2-7] ' kernel_page_tables)
grep ' POI1 ' kernel_page_tables | grep -vc '  RW NX ' | sed 's/^/odd /'
cat /sys/kernel/debug/check_wx_pages 2>/dev/null
EOF
vm -m 512M -i "$TMP/ptdump.sh" -- sh /in/ptdump.sh
like "$out" '^keyed [1-9]' 'kernel_page_tables shows keyed mappings'
like "$out" '^others 0$' '... and no other key'
like "$out" '^odd 0$' '... all of them data'
like "$out" 'SUCCESS' '... and the check for W+X mappings passes'
vm -m 512M -a kpkeys=off -i "$TMP/ptdump.sh" -- sh /in/ptdump.sh
like "$out" '^keyed 0$' 'with kpkeys=off no mapping is keyed'

# Regular tables come and go with their key, and say so.
cat >"$TMP/events.sh" <<'EOF'
cd /sys/kernel/tracing
echo 1 >events/kpkeys_pgtable/enable
for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done
sleep 1
echo 0 >events/kpkeys_pgtable/enable
cat trace
EOF
vm -m 512M -i "$TMP/events.sh" -- sh /in/events.sh
like "$out" 'kpkeys_pgtable_alloc: addr=0x[0-9a-f]+ order=0 pkey=1 error=0$' 'tables that are allocated are traced'
like "$out" 'kpkeys_pgtable_free: addr=0x[0-9a-f]+ order=0 pkey=0 error=0$' '... and those that are freed'
unlike "$out" 'error=-' '... and none had an error'

done_testing
