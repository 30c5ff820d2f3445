/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kpkeys tracepoints hand to their probes.
 */
#ifndef _LINUX_KPKEYS_EVENTS_H
#define _LINUX_KPKEYS_EVENTS_H

#include <linux/types.h>
#include <uapi/linux/kpkeys.h>

/*
 * The arguments of the tracepoints. Times are those of the recorded moment:
 * @ticks of the architected counter, @ns the same in ns since that counter was
 * zero. @seq numbers the records of the log without a gap; the alloc and the
 * merge event of one page carry the same number.
 */

struct kpkeys_ppa_alloc_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 addr;	/* physical address of the page */
	u64 start;	/* the range that it is in now, bytes */
	u64 size;
	u32 replay;
	u32 level;	/* enum kpkeys_ppa_level */
	u32 join;	/* enum kpkeys_ppa_join */
};

struct kpkeys_ppa_merge_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 start;	/* the range after the merge, bytes */
	u64 size;
	u32 replay;
	u32 join;	/* enum kpkeys_ppa_join, never new */
};

struct kpkeys_ppa_overflow_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 addr;	/* physical address of the page that is in no range */
	u32 replay;
	u32 level;	/* enum kpkeys_ppa_level */
	u32 capacity;	/* ranges that the table holds */
};

struct kpkeys_ppa_finalize_args {
	u64 seq;
	u64 ticks;	/* when it began */
	u64 ns;
	u64 start;	/* bytes */
	u64 size;
	u64 duration;	/* ns */
	u32 replay;
	u32 pkey;
	s32 error;	/* 0 or negative errno */
};

struct kpkeys_ppa_phase_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 count;
	u64 missed;
	u32 replay;
	u32 phase;	/* enum kpkeys_ppa_phase */
};

struct kpkeys_ppa_replay_args {
	u64 first;	/* number of the first record in this frame */
	u64 count;	/* records in this frame */
	u64 records;	/* records in the whole log, by kind of event: */
	u64 allocs;
	u64 merges;
	u64 overflows;
	u64 finalizes;
	u64 phases;
	u64 lost;	/* records that did not fit into the log */
	u64 backwards;	/* records whose counter was lower than the last one's */
	u64 log_bytes;	/* bytes of the log in use */
	u64 freq;	/* counter frequency, Hz */
	u64 ticks;	/* counter at hand-over, */
	u64 boottime;	/* and CLOCK_BOOTTIME at the same moment, ns */
	u64 page_offset;
	u64 memstart;
	u64 ram;	/* bytes of memory that memblock knew */
	u32 replay;
	u32 frame;	/* enum kpkeys_ppa_frame */
	u32 page_shift;
	u32 va_bits;
	u32 levels;
	u32 capacity;	/* ranges that the table holds */
	u32 backend;	/* enum kpkeys_backend */
};

#endif /* _LINUX_KPKEYS_EVENTS_H */
