/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Do the real page tables carry the key where the events say, and where they
 * must?
 *
 * A source walks and hands in what it finds; this judges. Pure C, no I/O: the
 * results are the walk.* checks of the model.
 */
#ifndef PPA_WALK_H
#define PPA_WALK_H

#include "model.h"
#include "pgtable.h"

/* Where a table stands. */
enum walk_place {
	PLACE_EARLY,		/* from before the buddy allocator: judged */
	PLACE_REGULAR,		/* has the type of a page table */
	PLACE_IMAGE,		/* static, in the kernel image */
	PLACE_ELSEWHERE,	/* early, but maps neither of the two */
	PLACES,
};

struct walk {
	struct model *model;
	struct walk_layout layout;
	u64 *referenced;	/* a bit for each page of each range */
	u64 *first_bit;		/* of each range */
	bool begun;
	bool done;

	/* results */
	u64 ns;			/* how long it took, by who had it made */
	u64 tables[PLACES][LEVELS];
	u64 keyed[PLACES];	/* of those, these carry the pgtables pkey */
	u64 entries;		/* entries read */
	u64 shared;		/* tables of a range reached more than once */
	u64 unreadable;
	u64 pages;		/* pages of ranges looked at */
	u64 pages_unread;	/* of those, what maps them could not be read */
	u64 pages_keyed;
	u64 unreferenced;
};

/* Judge for @m, which is finished. NULL if memory is out. */
struct walk *walk_new(struct model *m);
void walk_free(struct walk *w);

/*
 * The tables are about to be walked; @l says how to read them. False if @l is
 * nonsense: the walk must not be made then.
 */
bool walk_begin(struct walk *w, const struct walk_layout *l);

/* Can the tables be read as @l says? */
bool walk_layout_sane(const struct walk_layout *l);

/* A table was reached. The root is not handed in. */
void walk_table(struct walk *w, const struct walk_table *t);

/* A page of a range lacks what it must have. */
void walk_page(struct walk *w, const struct walk_page *p);

/*
 * All is done: @entries were read, @pages pages of ranges were looked at. @why
 * is NULL, or says why not everything was reached.
 */
void walk_end(struct walk *w, u64 entries, u64 pages, const char *why);

/* What does a walk that is over say of a part of memory? */
enum walk_says {
	WALK_SAYS_NOTHING,	/* against it, or it was not made */
	WALK_SAYS_PERHAPS,	/* it found more than the offenders it named */
	WALK_SAYS_BAD,
};

/*
 * Of the pages of the @size bytes at @start, physical, by the walk.* checks of
 * @m that are about keys and the linear map. @off, unless NULL, becomes the
 * offender if there is one.
 */
enum walk_says walk_says(const struct model *m, u64 start, u64 size,
			 const struct offender **off);

/* Name of a table at @depth, enum kpkeys_ppa_level. */
u32 walk_level(const struct walk_layout *l, u32 depth);

#endif /* PPA_WALK_H */
