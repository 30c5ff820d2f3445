# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What holds for every boot in which all is well, whatever kernel and memory?
# Sourced by tests/*.t after tap.sh.
#
#   boot [ci/vm's options]              a guest that tells its facts
#   fact NAME                           what it said of that
#   check WHAT RANGES [START SIZE]...   all is well with that memory, lowest first;
#                                       RANGES may be '': any number
#   tables START SIZE...                how many early tables that memory takes
#   device_tree FILE EDIT QEMU-ARG...   that of QEMU's machine, edited by perl
#   reserve FILE SIZE TOP PAGES COUNT   one of a machine with that much memory and
#                                       COUNT reserved pages below TOP, so many apart

MiB=$((1 << 20)) GiB=$((1 << 30))
# Where QEMU's machine has its memory.
ram=$GiB
# How many ranges the kernel has room for, if it has EFI.
capacity=1024
# The fewest bits of addresses that the kernel can run with.
va_min=48

boot() { vm -i tests/guest/ranges.sh "$@" -- /in/ranges.sh; }
fact() { sed -n "s/^$1 //p" <<<"$out"; }

# pieces SHIFT FIRST LAST...: how many pieces of 1 << SHIFT hold these addresses, but
# for those that hold the kernel image or the fixmap, where the tables are static.
pieces() {
	local shift=$1 count=0 first last place done=
	shift
	while (($#)); do
		first=$(($1 >> shift)) last=$(($2 >> shift))
		if [[ $first == "$done" ]]; then first=$((first + 1)); fi
		count=$((count + last - first + 1)) done=$last
		for place in $((((-1 << (va_min - 1)) + 2 * GiB) >> shift)) $(((-8 * MiB - 1) >> shift)); do
			if ((place >= first && place <= last)); then count=$((count - 1)); break; fi
		done
		shift 2
	done
	echo "$count"
}

# Each level below the root has one table for what such a table can map, of the
# linear map and of the memory map. The numbers are those of asm/memory.h and
# asm/sparsemem.h.
tables() {
	local page va_bits levels offset memstart vmemmap section low high shift level count=0
	local -a linear=() memmap=()
	read -r page va_bits levels offset memstart <<<"$(fact shape)"
	offset=$((offset)) memstart=$((memstart)) section=$((page == 16 ? 29 : 27))
	# 64 bytes for each page of the range that the linear map has.
	vmemmap=$((-GiB - (((-1 << (va_min - 1)) - offset) >> page << 6)))
	while (($#)); do
		linear+=($(($1 - memstart + offset)) $(($1 + $2 - 1 - memstart + offset)))
		# Sections have a memory map as a whole.
		low=$(($1 >> section << section)) high=$(((($1 + $2 - 1) >> section) + 1 << section))
		memmap+=($((vmemmap + ((low - memstart) >> page << 6))) $((vmemmap + ((high - memstart) >> page << 6) - 1)))
		shift 2
	done
	for ((level = 0; level < levels - 1; level++)); do
		shift=$((page + (level + 1) * (page - 3)))
		count=$((count + $(pieces "$shift" "${linear[@]}")))
		# With 4 KiB pages the memory map is made of blocks, and has no last level.
		if ((level > 0 || page != 12)); then count=$((count + $(pieces "$shift" "${memmap[@]}"))); fi
	done
	echo "$count"
}

# The walk at finalize counts tables by their links, the events by allocation.
check() {
	local what=$1 ranges=$2 wanted
	shift 2
	is "$rc$err" 0 "$what: boots"
	if ((rc)); then return; fi
	wanted=$(fact total | cut -d' ' -f1)
	if (($#)); then wanted=$(tables "$@"); fi
	is "$(fact total)" "$wanted 0 0" "... with $wanted early tables; nothing overflowed, nothing was lost"
	is "$(fact walk)" "$wanted 0" '... as many are linked into the page tables, none was missed'
	is "$(fact bpf)" "$wanted" '... a BPF program that walks them finds as many'
	is "$(fact verdict)$(fact not-ok)" 0 '... and verify passes'
	is "$(($(fact bytes) >> $(fact shape | cut -d' ' -f1)))" "$wanted" '... the finalized ranges have as many pages'
	if [[ $ranges ]]; then is "$(fact ranges)" "$ranges" "... in $ranges ranges"; fi
	is "$(fact reserved)" "$(fact ranges)" '... each inside a region that memblock had reserved'
	is "$(fact said)" "$wanted early page tables, $wanted of them linked and keyed; $(fact ranges) ranges" \
		'... and the log says so'
	like "$(fact capacity), $(fact verified-capacity)" "^$capacity, [0-9]+ ranges? at most, of $capacity possible\$" \
		"... of $capacity that are possible"
}

# numbers: what was measured, for the log of the row.
numbers() {
	local begin end
	read -r begin end <<<"$(fact took)"
	diag "$1: $(fact total | cut -d' ' -f1) early tables, $(fact events) events, a log of $(fact log) bytes," \
		"$(fact ranges) ranges; verify: status $(fact verdict) after" \
		"$(awk -v begin="$begin" -v end="$end" 'BEGIN { printf "%.2f", end - begin }') s of the guest's (emulated) time"
}

device_tree() {
	local file=$1 edit=$2
	shift 2
	qemu-system-aarch64 -machine virt,dumpdtb="$TMP/plain.dtb" -cpu max -smp 2 \
		-display none "$@" 2>"$TMP/qemu.err" || { cat "$TMP/qemu.err"; return 1; }
	dtc -q -I dtb -O dts "$TMP/plain.dtb" | perl -0pe "$edit" >"$TMP/new.dts"
	dtc -q -I dts -O dtb -o "$file" "$TMP/new.dts"
}

# cells NUMBER...: as a device tree has them, 64 bits each.
cells() {
	local number
	for number; do printf '0x%x 0x%x ' $((number >> 32)) $((number & 0xffffffff)); done
}

# reserved START SIZE [PROPERTY]: a node for reserved_memory.
reserved() { printf 'part@%x { reg = <%s>; %s };\n' "$1" "$(cells "$1" "$2")" "${3:-}"; }

# reserved_memory FILE NODES QEMU-ARG...
reserved_memory() {
	local file=$1 nodes=$2
	shift 2
	nodes=$nodes device_tree "$file" 's/\};\s*\z/reserved-memory { #address-cells = <2>;
		#size-cells = <2>; ranges; $ENV{nodes} }; };\n/' "$@"
}

reserve() {
	local i nodes=
	for ((i = 1; i <= $5; i++)); do nodes+=$(reserved $(($3 - i * $4 * 4096)) 4096); done
	reserved_memory "$1" "$nodes" -m "$2"
}
