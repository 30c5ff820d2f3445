/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a boot go through the allocator, and is it right after each step?
 *
 * These call the kernel's functions in the order in which a boot does, write
 * down what should be in the log, and check the invariants.
 */
#ifndef _SIM_BOOT_H
#define _SIM_BOOT_H

#include <linux/types.h>
#include <linux/numa.h>

#include "reference.h"

/* A record of the log, as it should be. */
struct boot_record {
	u64 ticks;
	u64 addr;		/* page; start of a range that got its key */
	u64 start;		/* of the range; count of a phase */
	u64 size;		/* of the range; missed of a phase */
	u64 duration;		/* ticks */
	u8 kind;		/* SIM_kpkeys_ppa_*: alloc stands for merge too */
	u8 level;		/* or phase */
	u8 join;
	s16 error;
};

/* A table that is in the page tables. */
struct boot_link {
	phys_addr_t phys;
	unsigned long addr;
};

struct boot {
	struct reference ref;
	struct boot_record *rec;
	size_t nrec, rec_cap;
	phys_addr_t *page;	/* handed out, in order */
	size_t npages, page_cap;
	size_t tracked;		/* of them: in the log */
	size_t overflows;
	struct boot_link *link;
	size_t nlinks, link_cap;
	u64 foreign;		/* bytes that others have reserved */
	u64 log_at_start;	/* bytes */
	size_t entry_block;	/* the block that was sampled last, plus one */
	bool logging;
	bool sparse;		/* do not look at all after each step */

	/* what a replay has to send, and where it is */
	u64 seq;
	bool merge_next;
	bool in_frame;
	u64 first, count, last_id;
	u64 frames;
	u64 events;
	u64 records, lost, backwards, log_bytes;	/* as the frames say */
	bool judged;		/* the tool's model gets the events as well */
};

extern struct boot boot;

/* A new machine and a new boot of it. */
void boot_reset(void);

/* Memory and what others have of it. False if any of it is taken already. */
void boot_memory(u64 base, u64 size, int nid);
bool boot_reserve(u64 base, u64 size);

void boot_paging_begin(void);
/* A page, or 0 where there is none; all that must hold is checked. */
phys_addr_t boot_alloc(unsigned int level, int nid);
/* The same, by the function without level and node. */
phys_addr_t boot_alloc_any(void);
/* The page is a table of the last level, the next one of the linear map. */
void boot_link(phys_addr_t page);
void boot_paging_end(void);
void boot_release(void);
void boot_finalize(void);
void boot_handover(void);

/* All of it, from paging_end on, and one replay at boot. */
void boot_finish(void);

/* All invariants, however long it takes. */
void boot_check(void);

/* Write "FIRST COUNT" to the file and check what comes. */
void boot_replay(u64 first, u64 count);

#endif /* _SIM_BOOT_H */
