#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is a boot without keys one like any other, and is one without the log protected?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}
state() { vm -k "$image" -m 1G -i tests/guest/keys.sh "$@" -- /in/keys.sh; }

state -a kpkeys=off
is "$rc$err" 0 'kpkeys=off: boots'
is "$(fact backend)" off '... without keys'
is "$(fact keyed), $(fact faults)" '0, 0' '... nothing is keyed, and no write to a page table faults'
is "$(fact log)" 'off 0' '... the log takes no memory'
is "$(fact events)" '' '... there are no events of it'
is "$(fact message), $(fact tainted)" ', 0' '... the kernel says nothing of it and is not tainted'
is "$(fact verify:), $(fact summary:), $(fact boot:)" '2, 2, 2' '... ppa-trace ends with status 2'
like "$(fact error)" 'hardened page tables are off: no key is in use' '... and says why'
like "$(fact error)" 'what to do: .*without kpkeys=off' '... and what to do'

total() { vm -k "$image" -m 1G -a kpkeys=off "$@" -- sed -n 's/^MemTotal: *//p' /proc/meminfo; echo "$rc $out"; }
is "$(total)" "$(total -a kpkeys.test=run=1)" '... what is left of the last run of early tables goes back'
like "$(total)" '^0 [0-9]+ kB$' '... to the page allocator'

# One table for 2 MiB, one for 1 GiB, one in all, two of the memory map.
state -a kpkeys.ppa_log=off
is "$rc$err" 0 'kpkeys.ppa_log=off: boots'
is "$(fact events)" /sys/kernel/tracing/events/kpkeys '... with events'
is "$(fact backend), $(fact faults)" 'pie, 6' '... with keys: a write to a table of each kind faults'
like "$(fact message)" '^516 early page tables, 516 of them linked and keyed; 1 ranges$' '... every early table has its key'
ok "... and the kernel shows them on $(fact keyed) KiB" test "$(fact keyed)" -ge $((516 * 4))
is "$(fact log)" 'off 0' '... the log takes no memory'
is "$(fact verify:), $(fact summary:)" '3, 2' '... ppa-trace cannot prove it'
like "$(fact error)" 'the event log is off \(kpkeys.ppa_log=off\)' '... and says why'
like "$(fact error)" 'what to do: boot without kpkeys.ppa_log=off' '... and what to do'
like "$(fact ok)" '^walk.table-keyed +516 early tables$' '... but the walk over the tables finds the key on all'
is "$(fact bad)" '' '... and nothing that is bad'

done_testing
