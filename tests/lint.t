#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is the C code in the kernel's style, as the kernel's own checkpatch.pl --strict
# sees it?

. tests/lib/tap.sh

script=build/linux/scripts/checkpatch.pl
checkpatch() { perl "$script" --no-tree --strict --terse --no-summary "$@"; }

# lint NAME IGNORED-TYPES FILE...
lint() {
	local name=$1 ignore=$2
	shift 2
	is "$#:$(checkpatch ${ignore:+--ignore "$ignore"} -f "$@" | grep .)" "$#:" "$name ($# files)"
	ok '... there are any' test $# -gt 0
}
guards=kernel/arch/arm64/include/asm/kpkeys.h
events=kernel/mm/kpkeys_trace.h
mapfile -t kernel < <(git ls-files 'kernel/*.[ch]' 'include/*.h' | grep -v -e trace/events/ -e "^$guards\$" -e "^$events\$")
lint 'kernel code' '' "${kernel[@]}"
# It knows asm volatile, but not asm_inline volatile.
lint 'guards' VOLATILE "$guards"
# The word by which the tracing core leaves out an event.
lint 'which events exist' ENOSYS "$events"
mapfile -t tool < <(git ls-files 'tools/*.[ch]' | grep -v -e /tests/ -e /unzip.c)
lint 'the tool' '' "${tool[@]}"
# The functions of zlib and libzstd have capitals.
lint 'what unpacks' CAMELCASE tools/ppa-trace/unzip.c
# cmocka's types have capitals.
mapfile -t tests < <(git ls-files 'tools/*/tests/*.[ch]')
lint 'its tests' CAMELCASE "${tests[@]}"

# A fuzzer's function has capitals. What stands in for the kernel's headers has
# macros that do without some of their arguments, and the kernel's names.
mapfile -t sim < <(git ls-files 'tests/sim/*.[ch]' | grep -v /include/)
lint 'the simulation' CAMELCASE "${sim[@]}"
mapfile -t stand_ins < <(git ls-files 'tests/sim/include/*.h')
lint 'its stand-ins' MACRO_ARG_UNUSED,MACRO_ARG_REUSE,TRAILING_SEMICOLON,MULTISTATEMENT_MACRO_USE_DO_WHILE,PRINTK_WITHOUT_KERN_LEVEL,LOGGING_CONTINUATION,PREFER_DEFINED_ATTRIBUTE_MACRO \
	"${stand_ins[@]}"

# The layout of trace event headers is another one: see any of the kernel's.
lint 'trace events' OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,COMPLEX_MACRO,TRAILING_SEMICOLON,MACRO_ARG_UNUSED \
	include/trace/events/kpkeys{,_pgtable}.h

# What a guest must notice takes hours to try; that it can be tried, seconds.
applies() { patch --dry-run -s --fuzz=0 -p1 -d build/linux <"$1" 2>&1 || echo "$1"; }
mutants=(tests/mutants/*.patch)
is "$(for file in "${mutants[@]}"; do applies "$file"; done)" '' "the ${#mutants[@]} changes of the kernel in tests/mutants apply"

# It can fail.
sed 's/^-/-not /' tests/mutants/no-flush.patch >"$TMP/stale.patch"
like "$(applies "$TMP/stale.patch")" 'stale\.patch$' 'a change that does not apply is seen'
printf '// SPDX-License-Identifier: GPL-2.0-only\nint f(int a)\n{\n    return (a);\n}\n' >"$TMP/bad.c"
like "$(checkpatch -f "$TMP/bad.c")" 'ERROR: ' 'spaces for tabs are seen'

done_testing
