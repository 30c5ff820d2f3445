#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does ppa-trace tell the truth about a booted kernel, the same through BPF and
# through ftrace, and does it say what is missing when it cannot?

. tests/lib/tap.sh

runs_script=tests/guest/tool.sh
runs_vm=()
. tests/lib/runs.sh

# The bytes of "boot", as they stand there.
boot() { sed -n '/^  "boot": {/,/^  },\{0,1\}$/p' "$at/$1.out"; }
same_boot() { ok "$1 and $2: the same boot, byte for byte" cmp <(boot "$1") <(boot "$2"); }

# --- a boot as it should be

guest good missing dropped

for run in summary verify verify-json summary-json again-json events-only whole whole-json \
	whole-verify windows windows-json live live-json pipe; do
	ended $run 0
	is "$(cat "$at/$run.err")" '' "$run: nothing to complain about"
done
said summary '^Memory +1.0 GiB' 'knows the memory'
said summary '^Kernel +[0-9.]+ \(aarch64\), keys by pie' 'knows the kernel'
ok 'summary: 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$at/summary.out"
ok 'verify: 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$at/verify.out"
is "$(grep -c '^ok ' "$at/verify.out")" 23 'verify: 23 checks passed'
said verify '^verify: good' 'a verdict'
is "$(field verify-json verdict)" good 'verify --json: the same verdict'
said version 'running kernel' 'the live source is in'

pages=$(field summary-json boot.allocations.pages)
ok 'a table for each 2 MiB, and a few' test "$pages" -ge 514 -a "$pages" -le 530
is "$(field verify-json host.walk.range_pages)" "$pages" 'the walk looked at as many pages of ranges'
is "$(field verify-json host.walk.range_pages_keyed)" "$pages" '... and all are keyed'
for level in pte pmd pud; do
	is "$(field verify-json host.walk.tables.early.$level)" \
		"$(field verify-json boot.allocations.levels.$level)" "walk and events count the same $level tables"
done
like "$(field verify-json host.memory)" '"size":1073741824' 'the memory map of /proc/iomem'
like "$(field verify-json host.capabilities)" cap_bpf 'the capabilities'

boot summary-json >"$TMP/boot"
ok 'the boot object is not empty' test "$(wc -l <"$TMP/boot")" -gt 60
same_boot summary-json again-json
same_boot summary-json verify-json
same_boot summary-json whole-json
same_boot summary-json windows-json
same_boot summary-json live
same_boot summary-json live-json
for i in 1 2 3 4 5 6; do
	ended crowd$i 0
	same_boot summary-json crowd$i
done
is "$(field whole-json host)" null 'text knows no host'
ended small-verify 3
said small-verify buffer_size_kb 'an overrun buffer is noticed, and what to do'

is "$(sort "$at/formats")" "$(sort "$at/fields.out")" 'tracefs and the tool know the same fields'

# --- what the machine can do

ended doctor 0
is "$(cat "$at/doctor.err")" '' 'doctor: nothing to complain about'
said doctor '^doctor: ready' 'all is there'
is "$(grep -c '^ok ' "$at/doctor.out")" 13 'doctor: 13 points, all of them good'
said doctor '^ok +keys +pie' 'what enforces the keys'
said doctor '^ok +log +kept, [0-9]+ bytes' 'the size of the log'
ok 'doctor: 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$at/doctor.out"
is "$(field doctor-json doctor.ready)" true 'doctor --json: the same'
ended user-doctor 2
said user-doctor '^no +rights +missing: cap_bpf, cap_perfmon, cap_syslog' 'an ordinary user: what is missing'
said user-doctor '-> run it as root' '... and what to do'
ended no-btf-doctor 2
said no-btf-doctor '^no +btf' 'no BTF'
said no-btf-doctor '^unknown +load' '... so nothing is loaded'
ended no-symbols-doctor 2
said no-symbols-doctor '^no +symbols' 'no symbols'
ended dropped-doctor 2
said dropped-doctor '^no +log +dropped' 'no log'
like "$(cat "$at/debug.err")" 'libbpf: ' '--debug: what libbpf says'

# --- what can be missing

ended user 2 'not allowed to use BPF: cap_bpf, cap_perfmon missing'
ended user-replay 2 'not allowed to write .*/replay'
ended no-btf 2 'has no BTF'
ended no-bpf 2 'has no BPF'
ended no-symbols 3 'kallsyms does not show'
said no-symbols '^NOT CHECKED walk.range-keyed' 'the walk is not checked'
said no-symbols '^ok +events.page-once' 'the events are'
ended no-feature 2 'no hardened page tables'
ended no-files 2 'cannot read .*/backend'
ended no-log-files 2 'CONFIG_KPKEYS_PPA_TRACE'
for run in user user-replay no-btf no-bpf no-symbols no-feature no-files no-log-files; do
	like "$(cat "$at/$run.err")" 'what to do: ' "$run: says what to do"
done

# --- the log was dropped

ended dropped-summary 2 'has been dropped'
ended dropped-replay 2 'has been dropped'
ended dropped-verify 3 'has been dropped'
said dropped-verify '^ok +walk.table-keyed' 'the tables are still walked'
is "$(field dropped-json boot)" null 'without events there is no boot object'
is "$(field dropped-json verdict)" unproven '... and no verdict'

# --- switched off

guest off -- -a kpkeys=off
ended doctor 2
said doctor '^no +keys +off' 'the keys are off'
said doctor 'kpkeys=pie' '... and how to try them'
said doctor '^no +events +none: no key is in use' '... and that there are no events'
for run in summary verify replay; do
	ended $run 2 'hardened page tables are off'
	like "$(cat "$at/$run.err")" 'kpkeys=pie' "$run: says what to do"
done
ended verify-json 2
like "$(field verify-json error.what)" 'are off' 'verify --json: the error is JSON too'

guest off -- -a kpkeys.ppa_log=off
ended summary 2 'kpkeys.ppa_log=off'
ended replay 2 'kpkeys.ppa_log=off'
ended doctor 2
said doctor '-> boot without kpkeys.ppa_log=off' 'what to do'
ended verify 3 'kpkeys.ppa_log=off'
said verify '^ok +walk.table-keyed' 'the tables are walked all the same'

guest off -- -a lockdown=confidentiality
ended summary 0
ended verify 3 'lockdown=confidentiality'
ended doctor 2
said doctor '^no +lockdown' 'lockdown is what is in the way'
said verify '^NOT CHECKED walk.range-keyed' 'no walk under lockdown'
said verify '^ok +events.finalize-once' 'the events are checked'

guest off -- -a lockdown=integrity
ended verify 0
ended doctor 0
said doctor '^ok +lockdown +integrity' 'lockdown=integrity is no hindrance'

# --- a machine whose log does not fit one window of the ring buffer

guest off windows -- -m 64G -t 300
ended summary 0
ended verify 0
ok 'several windows at 64 GiB' test "$(field verify-json boot.log.records)" -gt 24576
is "$(field verify-json host.walk.range_pages_keyed)" "$(field verify-json boot.allocations.pages)" \
	'... and every page is keyed'
for run in window-1000 window-10000000; do
	ended $run 0
	is "$(boot $run)" "$(sed -n '/^  "boot"/,/^  }/p' "$at/verify-json.out")" "$run: the same boot"
done
unlike "$(cat "$at/window-1000.err")" 'does not fit' 'small windows fit'
like "$(cat "$at/window-10000000.err")" 'does not fit, down to [0-9]+ records' 'one that does not fit is asked for in parts'

done_testing
