/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the early page-table allocator did, replayed once tracing is up.
 *
 * No event fires when the step that it tells of happens: see
 * Documentation/mm/kpkeys.rst. The printed text is a format: every field of
 * the event stands in it as name=value, integers in full.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kpkeys

#if !defined(_TRACE_KPKEYS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KPKEYS_H

#include <linux/build_bug.h>
#include <linux/kpkeys_events.h>
#include <linux/tracepoint.h>

/*
 * The values stand in the formats of the events as numbers. As names they would
 * need TRACE_DEFINE_ENUM(), and with it the kernel goes through every format
 * once for every name at boot: that was most of what the feature cost a boot
 * with kpkeys=off.
 */
#define kpkeys_level_list					\
	EM(KPKEYS_PPA_LEVEL_PTE, 0, "pte")			\
	EM(KPKEYS_PPA_LEVEL_PMD, 1, "pmd")			\
	EM(KPKEYS_PPA_LEVEL_PUD, 2, "pud")			\
	EM(KPKEYS_PPA_LEVEL_P4D, 3, "p4d")			\
	EM(KPKEYS_PPA_LEVEL_PGD, 4, "pgd")			\
	EMe(KPKEYS_PPA_LEVEL_UNKNOWN, 7, "unknown")

#define kpkeys_join_list					\
	EM(KPKEYS_PPA_JOIN_NEW, 0, "new")			\
	EM(KPKEYS_PPA_JOIN_APPEND, 1, "append")			\
	EM(KPKEYS_PPA_JOIN_PREPEND, 2, "prepend")		\
	EMe(KPKEYS_PPA_JOIN_BRIDGE, 3, "bridge")

#define kpkeys_phase_list					\
	EM(KPKEYS_PPA_PHASE_SETUP, 0, "setup")			\
	EM(KPKEYS_PPA_PHASE_PAGING_BEGIN, 1, "paging_begin")	\
	EM(KPKEYS_PPA_PHASE_PAGING_END, 2, "paging_end")	\
	EM(KPKEYS_PPA_PHASE_FINALIZE_BEGIN, 3, "finalize_begin")	\
	EM(KPKEYS_PPA_PHASE_FINALIZE_END, 4, "finalize_end")	\
	EM(KPKEYS_PPA_PHASE_HANDOVER, 5, "handover")		\
	EMe(KPKEYS_PPA_PHASE_ALLOC_ENTRY, 6, "alloc_entry")

#define kpkeys_frame_list					\
	EM(KPKEYS_PPA_FRAME_BEGIN, 0, "begin")			\
	EMe(KPKEYS_PPA_FRAME_END, 1, "end")

#define kpkeys_backend_list					\
	EM(KPKEYS_BACKEND_OFF, 0, "off")			\
	EM(KPKEYS_BACKEND_POE, 1, "poe")			\
	EMe(KPKEYS_BACKEND_PIE, 2, "pie")

#undef EM
#undef EMe
#define EM(a, value, b)		static_assert((a) == (value));
#define EMe(a, value, b)	static_assert((a) == (value));

kpkeys_level_list
kpkeys_join_list
kpkeys_phase_list
kpkeys_frame_list
kpkeys_backend_list

#undef EM
#undef EMe
#define EM(a, value, b)		{ value, b },
#define EMe(a, value, b)	{ value, b }

/**
 * kpkeys_ppa_alloc - the allocator handed out a page and tracks it
 * @a: the page, its level, the range that it joined and how
 */
TRACE_EVENT(kpkeys_ppa_alloc,

	TP_PROTO(const struct kpkeys_ppa_alloc_args *a),

	TP_ARGS(a),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ticks)
		__field(u64, ns)
		__field(u64, addr)
		__field(u64, start)
		__field(u64, size)
		__field(u32, replay)
		__field(u32, level)
		__field(u32, join)
	),

	TP_fast_assign(
		__entry->seq = a->seq;
		__entry->ticks = a->ticks;
		__entry->ns = a->ns;
		__entry->addr = a->addr;
		__entry->start = a->start;
		__entry->size = a->size;
		__entry->replay = a->replay;
		__entry->level = a->level;
		__entry->join = a->join;
	),

	TP_printk("seq=%llu ticks=%llu ns=%llu addr=0x%llx start=0x%llx size=%llu replay=%u level=%s join=%s",
		  __entry->seq, __entry->ticks, __entry->ns, __entry->addr,
		  __entry->start, __entry->size, __entry->replay,
		  __print_symbolic(__entry->level, kpkeys_level_list),
		  __print_symbolic(__entry->join, kpkeys_join_list))
);

/**
 * kpkeys_ppa_merge - a page joined a range, or two ranges became one
 * @a: the range after the merge and the side on which the page joined
 *
 * Made from the same record as the alloc event with the same number.
 */
TRACE_EVENT(kpkeys_ppa_merge,

	TP_PROTO(const struct kpkeys_ppa_merge_args *a),

	TP_ARGS(a),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ticks)
		__field(u64, ns)
		__field(u64, start)
		__field(u64, size)
		__field(u32, replay)
		__field(u32, join)
	),

	TP_fast_assign(
		__entry->seq = a->seq;
		__entry->ticks = a->ticks;
		__entry->ns = a->ns;
		__entry->start = a->start;
		__entry->size = a->size;
		__entry->replay = a->replay;
		__entry->join = a->join;
	),

	TP_printk("seq=%llu ticks=%llu ns=%llu start=0x%llx size=%llu replay=%u join=%s",
		  __entry->seq, __entry->ticks, __entry->ns, __entry->start,
		  __entry->size, __entry->replay,
		  __print_symbolic(__entry->join, kpkeys_join_list))
);

/**
 * kpkeys_ppa_overflow - a page was handed out but the range table was full
 * @a: the page and the size of the table
 *
 * The page is in no range. Finalize finds it by walking the tables.
 */
TRACE_EVENT(kpkeys_ppa_overflow,

	TP_PROTO(const struct kpkeys_ppa_overflow_args *a),

	TP_ARGS(a),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ticks)
		__field(u64, ns)
		__field(u64, addr)
		__field(u32, replay)
		__field(u32, level)
		__field(u32, capacity)
	),

	TP_fast_assign(
		__entry->seq = a->seq;
		__entry->ticks = a->ticks;
		__entry->ns = a->ns;
		__entry->addr = a->addr;
		__entry->replay = a->replay;
		__entry->level = a->level;
		__entry->capacity = a->capacity;
	),

	TP_printk("seq=%llu ticks=%llu ns=%llu addr=0x%llx replay=%u level=%s capacity=%u",
		  __entry->seq, __entry->ticks, __entry->ns, __entry->addr,
		  __entry->replay,
		  __print_symbolic(__entry->level, kpkeys_level_list),
		  __entry->capacity)
);

/**
 * kpkeys_ppa_finalize - a range was given its key
 * @a: the range, the key, what set_memory_pkey() returned and the time it took
 *
 * A single page with an error may follow: the first table that the walk behind
 * it could not key either.
 */
TRACE_EVENT(kpkeys_ppa_finalize,

	TP_PROTO(const struct kpkeys_ppa_finalize_args *a),

	TP_ARGS(a),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ticks)
		__field(u64, ns)
		__field(u64, start)
		__field(u64, size)
		__field(u64, duration)
		__field(u32, replay)
		__field(u32, pkey)
		__field(s32, error)
	),

	TP_fast_assign(
		__entry->seq = a->seq;
		__entry->ticks = a->ticks;
		__entry->ns = a->ns;
		__entry->start = a->start;
		__entry->size = a->size;
		__entry->duration = a->duration;
		__entry->replay = a->replay;
		__entry->pkey = a->pkey;
		__entry->error = a->error;
	),

	TP_printk("seq=%llu ticks=%llu ns=%llu start=0x%llx size=%llu duration=%llu replay=%u pkey=%u error=%d",
		  __entry->seq, __entry->ticks, __entry->ns, __entry->start,
		  __entry->size, __entry->duration, __entry->replay,
		  __entry->pkey, __entry->error)
);

/**
 * kpkeys_ppa_phase - a point in time of the boot
 * @a: which one, and two numbers that depend on it
 *
 * finalize_begin: count is the number of ranges. finalize_end: count is the
 * number of tables that the walk found, missed how many of them had no key
 * until then. handover: count is the number of ranges, missed that of pages
 * that overflowed. alloc_entry: count is the number of pages handed out before
 * the sampled allocation, whose alloc or overflow event comes next. Otherwise
 * both are 0.
 */
TRACE_EVENT(kpkeys_ppa_phase,

	TP_PROTO(const struct kpkeys_ppa_phase_args *a),

	TP_ARGS(a),

	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ticks)
		__field(u64, ns)
		__field(u64, count)
		__field(u64, missed)
		__field(u32, replay)
		__field(u32, phase)
	),

	TP_fast_assign(
		__entry->seq = a->seq;
		__entry->ticks = a->ticks;
		__entry->ns = a->ns;
		__entry->count = a->count;
		__entry->missed = a->missed;
		__entry->replay = a->replay;
		__entry->phase = a->phase;
	),

	TP_printk("seq=%llu ticks=%llu ns=%llu count=%llu missed=%llu replay=%u phase=%s",
		  __entry->seq, __entry->ticks, __entry->ns, __entry->count,
		  __entry->missed, __entry->replay,
		  __print_symbolic(__entry->phase, kpkeys_phase_list))
);

/**
 * kpkeys_ppa_replay - begin or end of a replay
 * @a: what the frame holds, and all that is needed to read the events in it
 *
 * A replay sends the records first to first + count - 1, each once and in
 * order, between a begin and an end event with the same replay id. The totals
 * are those of the whole log. The end event repeats what the begin event
 * said, but for count: that is the number of records really sent, which is
 * smaller if a signal ended the replay.
 */
TRACE_EVENT(kpkeys_ppa_replay,

	TP_PROTO(const struct kpkeys_ppa_replay_args *a),

	TP_ARGS(a),

	TP_STRUCT__entry(
		__field(u64, first)
		__field(u64, count)
		__field(u64, records)
		__field(u64, allocs)
		__field(u64, merges)
		__field(u64, overflows)
		__field(u64, finalizes)
		__field(u64, phases)
		__field(u64, lost)
		__field(u64, backwards)
		__field(u64, log_bytes)
		__field(u64, freq)
		__field(u64, ticks)
		__field(u64, boottime)
		__field(u64, page_offset)
		__field(u64, memstart)
		__field(u64, ram)
		__field(u32, replay)
		__field(u32, frame)
		__field(u32, page_shift)
		__field(u32, va_bits)
		__field(u32, levels)
		__field(u32, capacity)
		__field(u32, backend)
	),

	TP_fast_assign(
		__entry->first = a->first;
		__entry->count = a->count;
		__entry->records = a->records;
		__entry->allocs = a->allocs;
		__entry->merges = a->merges;
		__entry->overflows = a->overflows;
		__entry->finalizes = a->finalizes;
		__entry->phases = a->phases;
		__entry->lost = a->lost;
		__entry->backwards = a->backwards;
		__entry->log_bytes = a->log_bytes;
		__entry->freq = a->freq;
		__entry->ticks = a->ticks;
		__entry->boottime = a->boottime;
		__entry->page_offset = a->page_offset;
		__entry->memstart = a->memstart;
		__entry->ram = a->ram;
		__entry->replay = a->replay;
		__entry->frame = a->frame;
		__entry->page_shift = a->page_shift;
		__entry->va_bits = a->va_bits;
		__entry->levels = a->levels;
		__entry->capacity = a->capacity;
		__entry->backend = a->backend;
	),

	TP_printk("first=%llu count=%llu records=%llu allocs=%llu merges=%llu overflows=%llu finalizes=%llu phases=%llu lost=%llu backwards=%llu log_bytes=%llu freq=%llu ticks=%llu boottime=%llu page_offset=0x%llx memstart=0x%llx ram=%llu replay=%u frame=%s page_shift=%u va_bits=%u levels=%u capacity=%u backend=%s",
		  __entry->first, __entry->count, __entry->records,
		  __entry->allocs, __entry->merges, __entry->overflows,
		  __entry->finalizes, __entry->phases, __entry->lost,
		  __entry->backwards, __entry->log_bytes, __entry->freq,
		  __entry->ticks, __entry->boottime, __entry->page_offset,
		  __entry->memstart, __entry->ram, __entry->replay,
		  __print_symbolic(__entry->frame, kpkeys_frame_list),
		  __entry->page_shift, __entry->va_bits, __entry->levels,
		  __entry->capacity,
		  __print_symbolic(__entry->backend, kpkeys_backend_list))
);

#endif /* _TRACE_KPKEYS_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
