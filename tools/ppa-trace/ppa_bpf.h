/* SPDX-License-Identifier: GPL-2.0-only */
/* What do the BPF program and the tool that loads it agree on? */
#ifndef PPA_BPF_H
#define PPA_BPF_H

#include "pgtable.h"

/*
 * Bytes of the ring buffer. Nobody reads while the program runs, so that all
 * that one run or one replay window yields must fit.
 */
#define PPA_RING_BYTES (4 << 20)

/*
 * Records in a replay window, at first. A page yields an alloc and a merge
 * event, 72 and 56 bytes with a header of 8 each: 144 in all.
 */
#define PPA_WINDOW 24576

/* Steps of one run of a walk; each yields 40 bytes at most. */
#define PPA_STEPS 65536

/* Where the walk is in the table of one depth. */
struct ppa_level {
	u64 table;		/* virtual address of the table */
	u64 addr;		/* physical; 0 for the root */
	u64 va;			/* first address that it maps */
	u64 last;		/* the table that the entry before led to */
	u32 index;
	u32 end;
};

/*
 * The one element of the map "states". Not global variables: libbpf believes
 * that a kernel without sockets has none.
 */
struct ppa_state {
	u64 dropped;		/* what did not fit into the ring buffer */
	u64 entries;		/* read by the walk */
	u64 pages_at;		/* the look-up of pages: from, */
	u64 pages_end;		/* to, */
	u64 pages_done;		/* and how many it was in all */
	u64 cached_table;	/* last-level table that was used last, */
	u64 cached_va;		/* and what it maps; 0: none yet */
	struct walk_layout layout;
	struct ppa_level levels[8];
	u32 depth;
	u32 own_tgid;		/* the tool, as the kernel numbers it */
	u32 finished;		/* the walk is over */
	u32 have_symbols;
};

#endif /* PPA_BPF_H */
