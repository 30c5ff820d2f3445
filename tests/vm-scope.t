#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does ppa-trace verify --scope=all tell the truth about every page table of the
# system, while tables come and go, and does lookup say what is at an address?

. tests/lib/tap.sh

image=${KPKEYS_TEST_IMAGE:-build/test/arch/arm64/boot/Image}
runs_script=tests/guest/scope.sh
runs_vm=(-m 512M -k "$image")
. tests/lib/runs.sh
. tests/lib/kernel.sh

# names NAME CHECK TEXT: an offender of that check, its line joined with what follows.
names() {
	local block
	block=$(awk -v id="$2" '/^[a-zA-Z]/ { on = $2 == id } on { sub(/^ +/, ""); printf "%s ", $0 }' "$at/$1.out")
	like "$block" "$3" "$1: $2 names $3"
}
# The address that the kernel says it has spoiled.
spoiled() { sed -n "s/.*test knob $1: page at \(0x[0-9a-f]*\).*/\1/p" "$vm_log" | head -n 1; }
failed() { awk '$1 == "FAILED" { printf "%s%s", sep, $2; sep = " " }' "$at/$1.out"; }

# --- a system at rest

guest good lookups interrupted noprobe

ended all 0
is "$(grep -c '^ok ' "$at/all.out")" 30 'all: 23 checks, 6 more, and the probe'
is "$(cat "$at/all.err")" '' 'all: nothing to complain about'
ok 'all: 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$at/all.out"
for class in early static regular; do
	ok "all: every $class table is keyed" awk -v class=$class \
		'$1 == class { found = $7 > 0 && $7 == $8 } END { exit !found }' "$at/all.out"
done
said all '^read-only .* none needed: read-only data$' 'tables without a key, and why'
for class in linear vmemmap static static-image vmalloc user; do
	said all "^ +$class +0x[0-9a-f]+ +faulted$" "a write to a $class table faults"
done
ended json 0
is "$(field json verdict)" good 'json: the verdict'
is "$(field json host.scope.passes)" '{"failed":0,"good":3,"made":3,"unproven":0}' 'json: three passes'
early=$(field json host.scope.classes.early.tables)
made=$(field json boot.allocations.pages)
if has KASAN; then ok "json: early tables of the allocator ($made) and of KASAN ($early in all)" test "$early" -gt "$made"
else is "$early" "$made" 'json: as many early tables as the allocator has made'; fi
is "$(field json host.scope.classes.regular.tables)" "$(field json host.scope.classes.regular.keyed)" \
	'json: the regular tables are keyed'

ended linear 0
said linear "^Address +$(cat "$at/linear.asked"), linear map" 'an address of the linear map'
said linear '^Page table +early, level pte, of the kernel$' 'a last-level table of the linear map'
said linear '^Event log +allocation [0-9]+ of the PPA \(record [0-9]+\), level pte, at 0\.[0-9]+ s$' 'who made it, and when'
said linear '^lookup: a page table, protected by its key$' 'a verdict'
ended static 0
said static ', kernel image$' 'an address of the image'
said static '^This address key 1$' 'it has its key there'
said static '^lookup: .*protected by its key$|^lookup: in the image.s part for page tables.*key$' 'static'
ended root 0
is "$(field root lookup.places.0.class)" read-only 'root: swapper_pg_dir needs no key'
is "$(field root lookup.places.0.level)" pgd 'root: the level'
ended text 0
said text '^lookup: no page table$' 'code is no page table'
ended vmalloc 0
said vmalloc '^Address +0xffff[8c][0-9a-f]+, kernel mapping' 'a vmalloc address'
said vmalloc '^lookup: no page table$' 'what it maps is none'
ended nothing 0
said nothing '^lookup: nothing' 'no memory there'
ended usage 2 'is no address of the kernel'
ended watch 0
said watch '^[0-9]+ passes? over all page tables: [0-9]+ good, 0 failed, 0 unproven$' 'a signal ends it, with an account'
ended noprobe 2 'probe is not there'
like "$(cat "$at/noprobe.err")" 'CONFIG_KPKEYS_PPA_TEST' 'noprobe: says what to do'

# --- a storm: 100 passes and not one alarm, while the wrong way raises some

guest storm -- -c 4 -i build/tool/storm
ended storm 0
said storm '^100 passes over all page tables: 100 good, 0 failed, 0 unproven$' 'not one false alarm'
changes=$(grep -c ' s: .*regular' "$at/storm.out")
ok "storm: tables did come and go (between $changes of the passes)" test "$changes" -ge 50
ok "storm: it does not grow ($(<"$at/storm.early") pages, then $(<"$at/storm.late"))" \
	test "$(<"$at/storm.early")" -gt 0 -a "$(<"$at/storm.late")" -le $(($(<"$at/storm.early") + 16))
ended collect 1
said collect 'was a table when it was collected: wants 1' 'collecting first raises false alarms'
diag "collect-first: $(tail -n 1 "$at/collect.out")"

# --- faults that the kernel makes on purpose

# The first table of the first process, which stays. A self-test of the kernel has
# made some before, and freed them.
first=0
if has DEBUG_VM_PGTABLE; then first=6; fi
# With pages of 64 KiB there are three early tables, 0 to 2; with 52 bits of addresses
# the third one is of another level.
guest bad terminated -- -a "kpkeys.test=unkeyed=$first,stray,clear_key=2"
ended all 1
is "$(failed all)" 'walk.range-keyed walk.table-keyed all.table-keyed all.stray-key' 'all: failed what must fail'
names all all.table-keyed "$(spoiled unkeyed) level [a-z0-9]+ .*key 0 - regular, of [a-z]+"
names all all.table-keyed "$(spoiled clear_key) level [a-z0-9]+ .*key 0 - early, of the kernel: wants 1"
names all all.stray-key "$(spoiled stray) key 1 - in no table"
ended lookup 1
said lookup '^lookup: a page table, WITHOUT the key that it must have$' 'the table without a key'
ended watch 1
said watch '^[0-9]+ passes? over all page tables: 0 good, [0-9]+ failed, 0 unproven$' 'the verdict of the last pass'

# --- switched off

guest off -- -a kpkeys=off
for run in all lookup probe; do ended $run 2 'hardened page tables are off'; done

done_testing
