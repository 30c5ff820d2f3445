#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is there what the documents name: functions, files, checks?

. tests/lib/tap.sh

names() { tests/lib/names.pl "$@"; }
ok 'the tree of the kernel, for its own names' test -d build/linux/mm
for file in README.md docs/*.md; do
	is "$(names "$file")" '' "$file"
done

# Each kind of name that is not there is found, and nothing beside it.
cat >"$TMP/bad.md" <<'EOF'
There are `early_pgtable_alloc()` and `capset()`, track() and on_alloc(), but not
tracked_alloc(), nor what only a comment has: memblock_free_all_not().
Files: `kernel/mm/kpkeys_ppa.c`, `mm/kpkeys_ppa.c`, `walk.c`, `cmd_NAME.c`,
`tools/ppa-trace/view_{text,json}.c`, `arch/arm64/mm/mmu.c`, `tests/vm-NAME.t`, `tests/sim/`;
`kernel/mm/kpkeys_gone.c`, `gone.c`, `tools/ppa-trace/view_{text,gone}.c`, `tests/gone/`.
Words: `kpkeys_layout`, `CONFIG_KPKEYS_PPA_TRACE`, `kpkeys_gone`.
Checks: `walk.table-keyed`, `events.gone`.
[a link](../../../README.md), [another](gone.md).
| `go_on()` | `mm/kpkeys_ppa.c` | is called from `early_pgtable_alloc()` |
| `early_pgtable_alloc()` | `arch/arm64/mm/mmu.c` | |
| `go_on()`, `kpkeys_log_put()` | `mm/kpkeys_log.c` | |

```
ci/vm -- cat /sys/kernel/kpkeys/replay tests/none.t
```
EOF
is "$(names "$TMP/bad.md" | sed 's/^[^:]*:\([0-9]*\): \([^ ]*\): .*/\1 \2/')" '2 tracked_alloc()
2 memblock_free_all_not()
5 kernel/mm/kpkeys_gone.c
5 tools/ppa-trace/view_{text,gone}.c
5 tests/gone
5 gone.c
6 kpkeys_gone
7 events.gone
8 gone.md
11 go_on()
11 kpkeys_log_put()
14 tests/none.t' 'what is not there is found'
status 1 '... with status 1' names "$TMP/bad.md"

done_testing
