#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does all hold with what people put on the command line to make a boot smaller, or to
# see what it does?

. tests/lib/tap.sh
. tests/lib/ranges.sh

image=${KPKEYS_TEST_IMAGE:?is set by ci/matrix}

# try DESCRIPTION SIZE KERNEL-ARG...: as much memory as that is left.
try() {
	local what=$1 size=$2 arg words=()
	shift 2
	for arg; do words+=(-a "$arg"); done
	boot -k "$image" -m 1G "${words[@]}"
	check "$what" '' $ram "$size"
	is "$(fact ram)" "$size" '... with that much memory'
	numbers "$what"
}
try 'mem=512M' $((512 * MiB)) mem=512M
try 'mem=, a little more than tables map' $((514 * MiB)) mem=514M
try 'mem=, not even a whole number of pages' $((600 * MiB - 4096)) mem=$((600 * MiB - 1000))
try 'memblock=debug' $GiB memblock=debug log_buf_len=4M
like "$(<"$vm_log")" 'memblock_reserve: .* memblock_alloc_range_nid\+' '... which says what memblock does'
try 'rodata=off, no memory is read-only' $GiB rodata=off
try 'rodata=noalias, blocks where they can be' $GiB rodata=noalias
try 'tracing of all that there is from the start' $GiB 'trace_event=kpkeys:*,kpkeys_pgtable:*' trace_buf_size=16M
try 'kpti=on, tables of its own for user space' $GiB kpti=on
like "$(<"$vm_log")" 'page table isolation forced ON' '... as the log says'

done_testing
