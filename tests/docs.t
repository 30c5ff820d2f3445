#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is there what the documents name: functions, files, checks?

. tests/lib/tap.sh

names() { tests/lib/names.pl "$@"; }
ok 'the tree of the kernel, for its own names' test -d build/linux/mm
for file in README.md docs/*.md; do
	is "$(names "$file")" '' "$file"
done

# A page that says that a limit is kept that is not would be worse than one that is not.
is "$(ci/bench --missed docs/benchmarks.md | sed 's/^missed:/*/')" "$(sed '1,/^## Limits/d' docs/benchmarks.md | grep '^[*]')" \
	'docs/benchmarks.md says which limits are missed'
printf '%s\n' '## Limits' '' '| | measured | limit |' '|---|---|---|' '| one thing | 95.8 | 94 |' >"$TMP/limits.md"
is "$(ci/bench --missed "$TMP/limits.md"; echo $?)" 0 'two percent more are no miss'
echo '| another | 96.0 | 94 |' >>"$TMP/limits.md"
is "$(ci/bench --missed "$TMP/limits.md"; echo $?)" 'missed: another: 96.0, and the limit is 94'$'\n1' '... what is more is named, and a failure'
echo '| a third | | 94 |' >>"$TMP/limits.md"
like "$(ci/bench --missed "$TMP/limits.md")" '^missed: a third: , and' '... and so is what was not measured'
is "$(ci/bench --missed README.md; echo $?)" 'there are no limits in it'$'\n1' '... and a file without limits'

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
| `go_on()`, `kpkeys_log_step()` | `mm/kpkeys_log.c` | |

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
11 kpkeys_log_step()
14 tests/none.t' 'what is not there is found'
status 1 '... with status 1' names "$TMP/bad.md"

done_testing
