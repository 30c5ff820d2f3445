#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What do the events of this boot say, what memblock, and what ppa-trace, which
# walks the tables? Runs in the guest, prints one "name value..." line a fact.
trace=/sys/kernel/tracing
kpkeys=/sys/kernel/kpkeys

# The documentation wants 256 bytes a page; the log has 8.
echo $(($(cat $kpkeys/log_bytes) / 32 + 512)) >$trace/buffer_size_kb
echo 1 >$trace/events/kpkeys/enable
echo >$trace/trace
echo >$kpkeys/replay

: >/tmp/ranges
sed -n 's/.* kpkeys_ppa_\([a-z]*\): /\1 /p' $trace/trace | awk '
function value(name) {
	if (!match($0, " " name "=[^ ]*")) return "none"
	return substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 2)
}
$1 == "alloc" { joined[value("join")]++ }
$1 == "overflow" { full[value("capacity")] }
$1 == "finalize" { print value("start"), value("size") >"/tmp/ranges" }
$1 == "phase" && value("phase") == "finalize_end" { print "walk", value("count"), value("missed") }
$1 == "replay" && value("frame") == "begin" {
	print "total", value("allocs"), value("overflows"), value("lost")
	print "events", value("allocs") + value("merges") + value("overflows") + value("finalizes") + value("phases")
	print "shape", value("page_shift"), value("va_bits"), value("levels"), value("page_offset"), value("memstart")
	print "ram", value("ram")
	print "capacity", value("capacity")
	print "log", value("log_bytes")
}
END {
	printf "joins"
	split("append bridge new prepend", joins, " ")
	for (i = 1; i <= 4; i++) if (joins[i] in joined) printf " %s=%d", joins[i], joined[joins[i]]
	printf "\n"
	for (capacity in full) print "full", capacity
}'

sed -n 's/.*: 0x\([0-9a-f]*\)\.\.0x\([0-9a-f]*\) .*/0x\1 0x\2/p' \
	/sys/kernel/debug/memblock/reserved >/tmp/reserved
ranges=0 inside=0 bytes=0
while read -r start size; do
	while read -r low high; do
		if [ $((start)) -ge $((low)) ] && [ $((start + size - 1)) -le $((high)) ]; then
			inside=$((inside + 1))
		fi
	done </tmp/reserved
	ranges=$((ranges + 1)) bytes=$((bytes + size))
	echo "range $start $size"
done </tmp/ranges
echo "ranges $ranges"
echo "reserved $inside"
echo "bytes $bytes"
echo "nodes $(cat /sys/devices/system/node/online)"
echo "said $(dmesg | sed -n 's/.*kpkeys: \([0-9]* early page tables, .*\)/\1/p')"

# The second witness: ppa-trace walks the tables by BPF, not with the kernel's code.
uptime() { sed 's/ .*//' /proc/uptime; }
begin=$(uptime)
ppa-trace verify >/tmp/verify
echo "verdict $?"
echo "took $begin $(uptime)"
sed -n 's/^\([A-Z]\)/not-ok \1/p' /tmp/verify
sed -n 's/^ok *walk.table-in-range *\([0-9]*\) early tables .*/bpf \1/p' /tmp/verify
sed -n 's/^ok *events.capacity *\(.*\)/verified-capacity \1/p' /tmp/verify
exit 0
