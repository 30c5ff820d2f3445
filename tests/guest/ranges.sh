#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Do the ranges of this boot lie in what memblock reserved? Runs in the guest,
# prints one "name value" line a fact.
trace=/sys/kernel/tracing
events() { # NAME FIELD...: the fields' values, one line an event
	sed -n "s/.* kpkeys_ppa_$1: //p" $trace/trace | awk -v want="$2" '{
		n = split(want, names, " "); line = ""
		for (i = 1; i <= NF; i++) { split($i, pair, "="); got[pair[1]] = pair[2] }
		for (i = 1; i <= n; i++) line = line (i > 1 ? " " : "") got[names[i]]
		print line
	}'
}

echo 1 >$trace/events/kpkeys/enable
echo 32768 >$trace/buffer_size_kb
echo >$trace/trace
echo >/sys/kernel/kpkeys/replay

events replay 'frame allocs overflows lost' | sed 's/^begin/total/p;d'
echo "joins $(events alloc join | sort | uniq -c | awk '{ printf "%s%s=%s", sep, $2, $1; sep = " " }')"
events phase 'phase count missed' | sed 's/^finalize_end/walk/p;d'
echo "capacity $(events overflow capacity | sort -u)"

events finalize 'start size pkey error' >/tmp/ranges
echo "ranges $(wc -l </tmp/ranges)"
sed -n 's/.*: 0x\([0-9a-f]*\)\.\.0x\([0-9a-f]*\) .*/0x\1 0x\2/p' \
	/sys/kernel/debug/memblock/reserved >/tmp/reserved
inside=0 pages=0
while read -r start size pkey error; do
	while read -r low high; do
		if [ $((start)) -ge $((low)) ] && [ $((start + size - 1)) -le $((high)) ]; then
			inside=$((inside + 1))
		fi
	done </tmp/reserved
	pages=$((pages + size / 4096))
done </tmp/ranges
echo "reserved $inside"
echo "pages $pages"

# The second witness: ppa-trace walks the tables by BPF, not with the kernel's code.
ppa-trace verify >/tmp/verify
echo "verdict $?"
sed -n 's/^ok *walk.table-in-range *\([0-9]*\) early tables .*/bpf \1/p' /tmp/verify
exit 0
