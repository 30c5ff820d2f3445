#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does CONFIG_KPKEYS_PPA_TRACE=n leave no code in the allocator, and the option
# no code outside of its own objects?
#
# The allocator alone is compiled once more, as the product kernel's was, with the
# option undefined.

. tests/lib/tap.sh

build=$PWD/build/product
echo '#undef CONFIG_KPKEYS_PPA_TRACE' >"$TMP/no-trace.h"
: >"$TMP/as-built.h"

# compile OBJECT HEADER: HEADER comes behind all that the command line includes.
compile() {
	local saved
	saved=$(sed -n 's/^savedcmd_[^ ]* := //p' "$build/mm/.kpkeys_ppa.o.cmd") &&
	saved=$(sed "s| -o mm/kpkeys_ppa.o | -include $2 -o $1 |; s|-Wp,-MMD,[^ ]*|-Wp,-MMD,$1.d|" <<<"$saved") &&
	[[ $saved == *"-o $1"* ]] && (cd "$build" && eval "$saved")
}
ok 'the allocator compiles as it was built' compile "$TMP/with.o" "$TMP/as-built.h"
ok '... and without CONFIG_KPKEYS_PPA_TRACE' compile "$TMP/without.o" "$TMP/no-trace.h"

# With TOOLCHAIN=host the names may be without a version.
llvm() { local tool=llvm-$1-19; shift; command -v "$tool" >/dev/null || tool=${tool%-19}; "$tool" "$@"; }
logs() { llvm nm "$TMP/$1.o" | grep -c ' U kpkeys_log'; }
size() { llvm size -A "$TMP/$1.o" | awk '/^\.(init\.)?text/ { sum += $2 } END { print sum }'; }
like "$(logs with)" '^[1-9]' 'with it the allocator calls the log'
is "$(logs without)" 0 'without it nothing of the log is called'
is "$(llvm objdump -d "$TMP/without.o" | grep -ci cntvct)" 0 '... and the counter is not read'
ok '... and the code is smaller' test "$(size without)" -lt "$(size with)"
diag "text of the allocator: $(size with) bytes with the log, $(size without) without"
is "$(llvm nm "$TMP/without.o" | grep -c kpkeys_test)" 0 'nothing of the test knobs is in the product kernel'

done_testing
