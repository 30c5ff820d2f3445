#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Can verify fail? Each fault that the test kernel can make on purpose must be
# caught by the checks that are there for it, and by no other, with the right exit
# status and at the right address.

. tests/lib/tap.sh

image=build/test/arch/arm64/boot/Image

# The checks of the last verify that ended so, in their order.
ended() { awk -v status="$1" '$1 == status { printf "%s%s", sep, $2; sep = " " }' <<<"$out"; }

# The address that the kernel says it has spoiled.
spoiled() { sed -n "s/.*test knob $1: page at \(0x[0-9a-f]*\).*/\1/p" "$vm_log" | head -n 1; }

# What is unproven when records are missing: most of what the events say.
incomplete='events.complete events.numbers .*'

# try KNOBS STATUS FAILED-CHECKS REGEX-OF-UNPROVEN-CHECKS [OPTION...]
try() {
	local knobs=$1 status=$2 failed=$3 unproven=$4
	shift 4
	vm -m 512M -k "$image" -a "kpkeys.test=$knobs" "$@" -- ppa-trace verify
	is "$rc" "$status" "$knobs: status $status"
	is "$(ended FAILED)" "$failed" "... failed: ${failed:-nothing}"
	like "$(ended UNPROVEN)" "^$unproven\$" "... unproven: ${unproven:-nothing}"
}
# names CHECK TEXT: an offender of that check, its line joined with what follows.
names() {
	local block
	block=$(awk -v id="$1" '/^[a-zA-Z]/ { on = $2 == id } on { sub(/^ +/, ""); printf "%s ", $0 }' <<<"$out")
	like "$block" "$2" "... $1 names $2"
}

vm -m 512M -k "$image" -- ppa-trace verify
is "$rc" 0 'without a fault the test kernel passes'
is "$(ended FAILED)$(ended UNPROVEN)" '' '... all checks'

# A page that the allocator does not know: the walk at finalize keys it, and
# without that walk it stays open.
try untracked=5 1 'events.walk-missed walk.table-in-range' ''
names walk.table-in-range "$(spoiled untracked) level pte"
like "$(<"$vm_log")" 'kpkeys: 1 page tables were in no keyed range, 0 could not be keyed' '... the log says so'
try untracked=5,nowalk 1 'walk.table-in-range walk.table-keyed' ''
names walk.table-keyed "$(spoiled untracked) level pte .*key 0"

# A range that finalize forgets.
try skip_range=0 1 'events.page-in-range events.finalize-once events.walk-missed' ''
try skip_range=0,nowalk 1 'events.page-in-range events.finalize-once walk.range-keyed walk.table-keyed' ''
names walk.table-keyed 'and 244 more, 260 in all'

# The wrong key, and no key, on one page.
try wrong_key=9 1 'walk.range-keyed walk.table-keyed' ''
names walk.range-keyed "$(spoiled wrong_key) .*key 2"
try clear_key=9 1 'walk.range-keyed walk.table-keyed' ''
names walk.range-keyed "$(spoiled clear_key) .*key 0"
names walk.table-keyed "$(spoiled clear_key) level pte"

# set_memory_pkey() says that all is well and does nothing: nothing may believe it.
try noop 1 'events.page-in-range events.finalize-once events.finalize-error events.walk-missed walk.range-keyed walk.table-keyed' ''
like "$(<"$vm_log")" '260 page tables were in no keyed range, 260 could not be keyed' '... the log says so'
try noop,nowalk 1 'walk.range-keyed walk.table-keyed' ''

# An event that gets lost, and a log that is too small: nobody can say whether all
# was well.
try drop_event=9 3 '' "$incomplete"
try log_pages=1 3 '' "$incomplete" -m 2G
like "$(<"$vm_log")" 'kpkeys: 1029 early page tables, 1029 of them linked and keyed' '... the tables have their key'
vm -m 512M -k "$image" -a kpkeys.test=log_pages=0 -- ppa-trace verify
is "$rc" 3 'log_pages=0: status 3'
like "$err" 'found no memory for the event log' '... and says why'
like "$out" '^ok +walk.table-keyed +260 early tables$' '... but the tables are checked'

# A proven violation is one whatever else is missing.
try drop_event=9,clear_key=20 1 'walk.range-keyed walk.table-keyed' "$incomplete"

# A table of ranges that is full: the pages beyond it have their key all the same.
# Single pages from memblock, and reservations that keep them apart.
qemu-system-aarch64 -machine virt,dumpdtb="$TMP/plain.dtb" -cpu max -m 512M -smp 2 -display none
{
	dtc -q -I dtb -O dts "$TMP/plain.dtb" | sed '$d'
	printf '\treserved-memory {\n\t\t#address-cells = <2>;\n\t\t#size-cells = <2>;\n\t\tranges;\n'
	for ((i = 1; i <= 20; i++)); do
		printf '\t\tsmall@%x { reg = <0x0 0x%x 0x0 0x1000>; };\n' \
			$((0x60000000 - i * 3 * 4096)){,}
	done
	printf '\t};\n};\n'
} >"$TMP/dense.dts"
ok 'a device tree with 20 reservations' dtc -q -I dts -O dtb -o "$TMP/dense.dtb" "$TMP/dense.dts"
try run=1,ranges=4 1 'events.overflow events.walk-missed walk.table-in-range' '' \
	-q -dtb -q "$TMP/dense.dtb"
like "$out" '^ok +walk.table-keyed ' '... every table has its key: it fails closed'
like "$out" '^ok +events.capacity +4 ranges at most, of 4 possible' '... there were 4 ranges'

# The other ways to join ranges are no fault.
for knobs in scatter bottomup run=1 scatter,bottomup; do try "$knobs" 0 '' ''; done

# A knob that does not exist must not go unnoticed.
vm -m 512M -k "$image" -a kpkeys.test=nosuch -t 20 -- true
is "$rc" 125 'an unknown knob stops the boot'
like "$(<"$vm_log")" 'kpkeys.test: no such knob, or not a number: nosuch' '... and is named'

done_testing
