/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which events would a kernel send?
 *
 * An allocator for tests, written apart from the model: it keeps its ranges in
 * the order in which they came to be and looks for neighbours one by one.
 */
#ifndef PPA_TESTS_SIM_H
#define PPA_TESTS_SIM_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "pgtable.h"

#define SIM_PAGE 4096ULL
#define SIM_RANGES 1024

/* Physical address of the n-th page of the memory that tests take theirs from */
#define PAGE(n) (0x80000000ULL + (n) * SIM_PAGE)

/* A descriptor of a page that is as it must be, but for the address. */
#define SIM_KEYED (BIT_ULL(60) | DESC_PXN | DESC_WRITE | DESC_TABLE | DESC_VALID)

struct sim_range {
	u64 start;
	u64 end;
};

/* A record of the log: one event, or two if a page joined a range. */
struct sim_record {
	struct event e;
	struct event merge;
	bool has_merge;
	bool drop;		/* do not send the event, */
	bool drop_merge;	/* nor this one */
};

struct sim {
	struct sim_record *v;
	size_t n;
	size_t cap;
	struct sim_range ranges[SIM_RANGES];
	u32 nranges;
	u64 ticks;
	u64 pages;
	struct event_frame header;	/* totals are put in by sim_close() */
	bool no_begin;		/* do not send the frame's begin, */
	bool no_end;		/* nor its end */
};

typedef int (*sim_fn)(void *ctx, const struct event *e);

/* A machine with @capacity ranges; the phases up to paging_begin are logged. */
void sim_open(struct sim *s, u32 capacity);
void sim_alloc(struct sim *s, u64 addr, u32 level);
struct sim_record *sim_finalize(struct sim *s, u64 start, u64 size, u32 pkey,
				s32 error);
struct sim_record *sim_phase(struct sim *s, u32 phase, u64 count, u64 missed);

/* paging_end, all of finalize as it should be, hand-over, and the totals. */
void sim_boot(struct sim *s);
/* The totals alone, from the records. */
void sim_close(struct sim *s);

/*
 * A log in which a test breaks one thing: 82 pages in the ranges PAGE(0) to
 * PAGE(41) and PAGE(101) to PAGE(140), joined on all four sides. The first
 * leaves it open for more pages, the other is a boot.
 */
void sim_open_good(struct sim *s);
void sim_good(struct sim *s);

/* The machine of sim_open(), as a walk of its tables sees it. */
extern const struct walk_layout sim_layout;

/* An early table at @addr that maps the n-th 2 MiB of the linear map. */
struct walk_table sim_table(u64 addr, u64 n);

/* The first record of this kind whose page or range starts at @addr. */
struct sim_record *sim_find(struct sim *s, u32 kind, u64 addr);

/* Send @count records from @first on as replay @id. What @fn returned last. */
int sim_replay(const struct sim *s, u32 id, u64 first, u64 count, sim_fn fn,
	       void *ctx);
void sim_free(struct sim *s);

#endif /* PPA_TESTS_SIM_H */
