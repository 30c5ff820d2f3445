/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where did the time go while early page tables were made?
 *
 * All of it comes from a finished model, in integers alone: floating point
 * does not give the same digits on every machine. Times are ns of the counter,
 * which began before the kernel did, or differences of such; "ps" are used
 * where a mean is finer than that. Shares are per mille. Sums that a hostile
 * input drives too far stop at BOOT_MAX.
 */
#ifndef PPA_BOOT_H
#define PPA_BOOT_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

#define BOOT_MAX (~0ULL >> 1)	/* JSON knows no larger integer */
#define BOOT_PHASES KPKEYS_PPA_PHASE_ALLOC_ENTRY	/* those recorded once */
#define BOOT_STEPS (JOINS + 1)	/* enum kpkeys_ppa_join, then: */
#define BOOT_UNTRACKED JOINS	/* the range table was full */
#define BOOT_BUCKETS 32
#define BOOT_SLOWEST 10
#define BOOT_SLICES 64

/* A point in time, if the events have it. */
struct boot_time {
	bool known;
	u64 ns;			/* since the counter's start */
};

/* A stretch of time, if the events have both of its ends. */
struct boot_span {
	bool known;
	u64 begin_ns;		/* since the counter's start */
	u64 ns;
};

/* From the record of one page to that of the next. */
struct boot_gap {
	u64 ns;
	u64 at_ns;		/* when it ended, since the counter's start */
	u64 seq;		/* of the page that ended it */
	u64 addr;		/* of that page, physical */
	u32 level;		/* enum kpkeys_ppa_level */
	u32 step;		/* enum kpkeys_ppa_join or BOOT_UNTRACKED */
};

/*
 * The gaps between neighbours of one phase. Not among them: those with a phase
 * record other than alloc_entry in between, for then the kernel did something
 * else meanwhile; and those in which a record is missing.
 */
struct boot_gaps {
	u64 n;
	u64 ns;			/* all of them together */
	u64 p50;		/* the smallest that so many per cent do not */
	u64 p90;		/* exceed; 0 if there is no gap */
	u64 p99;
	u64 max;
	u64 buckets[BOOT_BUCKETS];	/* from 2^i ns on; 0 ns is in the first */
	struct boot_gap slowest[BOOT_SLOWEST];	/* longest first, then oldest */
	size_t nslowest;
	u64 across;		/* gaps with a phase in between, */
	u64 across_ns;
	u64 holes;		/* with a missing record in between, */
	u64 backwards;		/* or with a clock that went back */
};

/* Pages that came into the range table in one way. */
struct boot_step {
	u64 pages;
	u64 gaps;		/* that ended with such a page */
	u64 gap_ns;
	u64 mean_ps;		/* of those gaps; 0 if there is none */
};

struct boot_finalize {
	u64 start;		/* physical, bytes */
	u64 size;
	u64 pages;		/* 0 if the page size is not known */
	u64 ns;
	u64 page_ps;		/* ns * 1000 / pages */
	u64 seq;
	s32 error;
};

/*
 * What the allocator itself took, from the allocations that were stamped on
 * entry: from the stamp to the record of the page. The very first one is always
 * stamped and takes far longer, so it is known and not part of the mean that
 * stands for all others.
 */
struct boot_own {
	bool first_known;
	u64 first_ns;
	u64 samples;		/* without the first; 0: no mean */
	u64 min_ns;		/* of them */
	u64 max_ns;
	u64 mean_ps;
	u64 error_ps;		/* of the mean: twice its standard error, or */
				/* what the counter's resolution makes of it */
	bool error_known;	/* two samples or more */
	bool known;		/* there is an estimate of all: */
	u64 ns;			/* of all pages handed out */
	u64 error_ns;
	u64 map_ns;		/* of map_pages of them */
	u64 map_error_ns;
	u32 map_share;		/* of the map's time, per mille */
	u32 map_error_share;
};

struct boot_report {
	bool complete;		/* as in the model: nothing is missing */
	u64 frequency;		/* of the counter, Hz; 0: not known */
	u64 resolution_ps;	/* one tick of it; 0: not known */
	u64 page_size;		/* bytes; 0: not known */

	struct boot_time phase[BOOT_PHASES];
	struct boot_span boot;	/* setup to handover */
	struct boot_span map;	/* paging_begin to paging_end */
	struct boot_span finalize;	/* finalize_begin to finalize_end */
	u32 map_share;		/* of boot, if both are known */
	u32 finalize_share;

	u64 pages;		/* handed out, in a range or not */
	u64 map_pages;		/* of which within the map's time */
	u64 later_pages;	/* and behind it */
	struct boot_span slices_in;	/* the map, else first to last page */
	u64 slices[BOOT_SLICES];	/* pages in equal parts of it */

	struct boot_gaps gaps;
	struct boot_step step[BOOT_STEPS];
	struct boot_step merged;	/* append, prepend and bridge together */

	struct boot_finalize *finalizes;	/* ascending by start */
	size_t nfinalizes;
	u64 finalize_pages;
	u64 finalize_ns;	/* sum over the ranges */
	u64 finalize_page_ps;

	struct boot_own own;
};

/* Fill @b from @m, which is finished. 0, or -ENOMEM and @b is empty. */
int boot_analyse(const struct model *m, struct boot_report *b);
void boot_report_free(struct boot_report *b);

/* @part of @whole per mille, rounded; 0 if @whole is. */
u32 boot_share(u64 part, u64 whole);

/* Name of a step: as the events say it, "untracked" for the last. */
const char *boot_step_name(u32 step);

#endif /* PPA_BOOT_H */
