/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which pages have been handed out, as runs of neighbours?
 *
 * This is the model's own idea of the kernel's range table, made from the
 * addresses alone. It knows nothing of the kernel's algorithm: a run is what
 * touches.
 */
#ifndef PPA_RANGES_H
#define PPA_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "types.h"

/*
 * The kernel's table has 1,024 entries at most. Beyond this many runs the
 * input is not worth believing, and an array that is moved at each insertion
 * would get slow.
 */
#define RANGES_MAX 16384

struct range {
	u64 start;		/* physical, bytes */
	u64 end;		/* first byte behind it */
	u64 pages;		/* of which this many were seen handed out */
	u64 first_seq;		/* record of the oldest page seen */
	u64 first_ns;
};

struct ranges {
	struct range *v;	/* ascending, disjoint, never adjacent */
	size_t n;
	size_t most;		/* highest n that there was */
	size_t cap;
	size_t last;		/* touched last: most pages go there */
};

enum ranges_add {
	RANGES_NEW,		/* as enum kpkeys_ppa_join */
	RANGES_APPEND,
	RANGES_PREPEND,
	RANGES_BRIDGE,
	RANGES_TWICE,		/* the page is in a run already: not added */
	RANGES_FULL,		/* RANGES_MAX reached: not added */
	RANGES_NOMEM,		/* out of memory: not added */
};

void ranges_free(struct ranges *r);

/* The run that holds @addr, or NULL. */
struct range *ranges_find(struct ranges *r, u64 addr);

/*
 * Add the page [@addr, @addr + @page) that record @seq handed out at @ns. All
 * that is added must be a multiple of @page and must not wrap around.
 * *@res is the run that it is in afterwards, unless the answer is one of the
 * last two.
 */
enum ranges_add ranges_add_anywhere(struct ranges *r, u64 addr, u64 page,
				    u64 seq, u64 ns, const struct range **res);

static inline enum ranges_add ranges_add(struct ranges *r, u64 addr, u64 page,
					 u64 seq, u64 ns,
					 const struct range **res)
{
	/* Most pages lie below the one before. */
	if (r->last < r->n) {
		struct range *at = &r->v[r->last];

		if (at->start == addr + page &&
		    (!r->last || at[-1].end < addr) && seq >= at->first_seq) {
			at->start = addr;
			at->pages++;
			*res = at;
			return RANGES_PREPEND;
		}
	}
	return ranges_add_anywhere(r, addr, page, seq, ns, res);
}

/*
 * Add all of [@start, @end), of which the pages were not seen, because events
 * are missing. Runs that touch it become part of it. Answers as ranges_add().
 */
enum ranges_add ranges_absorb(struct ranges *r, u64 start, u64 end, u64 seq,
			      u64 ns);

/* First run that overlaps or touches [@start, @end), or NULL. */
const struct range *ranges_touching(const struct ranges *r, u64 start,
				    u64 end);

#endif /* PPA_RANGES_H */
