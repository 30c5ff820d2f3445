/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is at an address: a page table, which one, and what does it map?
 *
 * Pure C, no I/O. A source hands in what the page tables say, the model what
 * the events say; either may be missing.
 */
#ifndef PPA_LOOKUP_H
#define PPA_LOOKUP_H

#include "model.h"
#include "scope_bpf.h"
#include "walk.h"

#define LOOKUP_NO_PAGE (~0ULL)

/* Places of a table that are kept: one may be linked by several processes. */
#define LOOKUP_PLACES 8

enum lookup_where {
	LOOKUP_UNKNOWN,		/* a virtual address, and no layout */
	LOOKUP_PHYSICAL,
	LOOKUP_LINEAR,
	LOOKUP_IMAGE,
	LOOKUP_VMEMMAP,
	LOOKUP_KERNEL,		/* another one of the kernel's half */
};

enum lookup_kind {
	LOOKUP_CANNOT_TELL,
	LOOKUP_NOTHING,		/* no memory there, or nothing mapped */
	LOOKUP_TABLE,		/* a page table that was reached */
	LOOKUP_UNLINKED,	/* a page table by its struct page or the log */
	LOOKUP_STATIC,		/* in the image's part for page tables */
	LOOKUP_PAGE,		/* no page table */
};

struct lookup {
	u64 asked;
	enum lookup_where where;

	/* what the page tables say */
	bool walked;
	struct walk_layout layout;
	u64 low;		/* memory: the first byte, */
	u64 high;		/* and behind the last one */
	u64 va;			/* to be looked up */
	u64 page;		/* physical, or LOOKUP_NO_PAGE */
	struct walk_page at_va;
	struct walk_page at_linear;
	u32 page_type;
	struct scope_found place[LOOKUP_PLACES];
	u64 nplaces;		/* all there are, kept or not */
	char why[80];		/* not everything was seen, if not empty */

	/* what the events say */
	bool have_events;
	bool logged;
	u64 record;		/* its number in the log */
	u64 allocation;		/* its number among the allocations, from 1 */
	u64 ns;
	u32 level;
	size_t range;		/* of the model; nranges: none */

	/* what a walk says that was recorded with them */
	enum walk_says walk;
	const struct offender *off;	/* of the model */
};

/* @text is ADDR as the user gave it. False if it is none. */
bool lookup_parse(struct lookup *f, const char *text);

/* The source knows how the tables are read, and where memory begins and ends. */
void lookup_layout(struct lookup *f, const struct walk_layout *l, u64 low,
		   u64 high);
/* What maps the address and the page has been found. */
void lookup_page(struct lookup *f, const struct scope_state *s);
/* The walk has reached the page: it is a table. */
void lookup_found(struct lookup *f, const struct scope_found *t);
void lookup_end(struct lookup *f, const struct scope_counts *c,
		const char *why);

/*
 * Add what the events of @m say and, if no page tables could be asked, the walk
 * in it; last of all.
 */
void lookup_events(struct lookup *f, const struct model *m);

enum lookup_kind lookup_kind(const struct lookup *f);

/* Must it carry the key, and does it not? */
bool lookup_bad(const struct lookup *f);

/* Exit status: 0 found out, 1 bad as above, 3 could not tell. */
int lookup_status(const struct lookup *f);

/* What the page is by its struct page, in words. */
const char *lookup_page_type(const struct lookup *f);

#endif /* PPA_LOOKUP_H */
