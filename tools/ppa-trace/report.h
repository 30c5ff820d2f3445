/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to be drawn of a boot, and where?
 *
 * Everything that the page of "report" shows as a picture is made here from a
 * finished model: bars, windows, steps of an axis, points of a curve. However
 * many pages and ranges there are, the number of things to draw is bounded, so
 * that the page is, too. Addresses are physical, in bytes; times are ns since
 * the counter's start. Pure C, no I/O.
 */
#ifndef PPA_REPORT_H
#define PPA_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "boot.h"
#include "host.h"
#include "model.h"
#include "walk.h"

#define REPORT_WIDTH 100000	/* a drawing is that wide, in thousandths of % */
#define REPORT_LEAST 300	/* and nothing in it is narrower than this */
#define REPORT_BARS 1024	/* things in a map at most */
#define REPORT_OVERVIEW 256	/* and in the overview */
#define REPORT_ROWS 1024	/* rows of the table of ranges */
#define REPORT_CLUSTERS 6	/* neighbourhoods that get a map of their own */
#define REPORT_MARKS 64		/* offenders that are marked */
#define REPORT_BINS 120		/* points of a curve */
#define REPORT_TICKS 8		/* marks of an axis at most */

/* No arm64 has physical addresses of more bits. */
#define REPORT_ADDR_END BIT_ULL(52)

/* @from is on the left edge, @to, which is larger, on the right. */
struct report_scale {
	u64 from;
	u64 to;
};

/* How does a range stand? What is worse is larger. */
enum report_state {
	REPORT_KEYED,		/* the key was set, nothing speaks against it */
	REPORT_UNKNOWN,		/* what would say so is missing */
	REPORT_UNTRACKED,	/* pages that are in no range */
	REPORT_UNKEYED,		/* no key, or another one, or an error */
	REPORT_STATES,
};

/* Ranges that are drawn as one. */
struct report_bar {
	u64 start;
	u64 end;
	u64 pages;
	size_t first;		/* of model->ranges; not of what is untracked */
	size_t n;
	enum report_state state;	/* the worst of them */
};

/* An offender that has a place in the map. */
struct report_mark {
	u64 addr;
	int check;		/* enum check_id */
	int offender;		/* which of its first ones */
};

/* Where does it come from what memory there is? */
enum report_memory {
	REPORT_MEMORY_NONE,	/* not known */
	REPORT_MEMORY_EVENTS,	/* one block, where and as large as events say */
	REPORT_MEMORY_HOST,	/* the machine's own map */
};

/* Ranges that are close to each other, with some room around. */
struct report_cluster {
	struct report_scale scale;
	size_t first;		/* of the bars in it */
	size_t n;
	u64 pages;
	enum report_state worst;
};

struct report_input {
	const char *name;	/* of the source */
	const struct model *m;
	const struct host *host;	/* or NULL */
	const struct walk *walk;	/* or NULL */
	const struct boot_report *boot;
	bool events_only;	/* walk checks were not asked for */
};

struct report {
	struct report_input in;

	int verdict;		/* enum ppa_exit, as of verify */
	int checks;		/* that count for it */
	int status[CHECK_NOT_CHECKED + 1];	/* so many ended like this */

	enum report_memory memory_from;
	struct host_memory memory[HOST_MEMORY_MAX];
	size_t nmemory;
	struct report_scale all;	/* to == 0: there is nothing to draw */
	struct report_bar *bars;	/* ascending by start */
	size_t nbars;
	bool merged;		/* some bars stand for more than one range */
	struct report_bar *overview;
	size_t noverview;
	struct report_cluster cluster[REPORT_CLUSTERS];
	size_t nclusters;
	size_t shown;		/* of the clusters, in the large map */
	struct report_mark mark[REPORT_MARKS];	/* ascending by address */
	size_t nmarks;

	struct report_scale time;	/* to == 0: no page was handed out */
	/* pages of a level up to the end of each bin */
	u64 curve[LEVELS][REPORT_BINS];
};

/* Fill @r; @in stays in use. 0, or -ENOMEM and @r is empty. */
int report_make(struct report *r, const struct report_input *in);
void report_free(struct report *r);

/* How does range @i stand? */
enum report_state report_range_state(const struct report *r, size_t i);

/* Which ranges get a row: the bad ones first if there are too many. */
bool report_row(const struct report *r, size_t i, size_t *good_left);
/* How many good ranges may have one. */
size_t report_good_rows(const struct report *r);

/* Place of @value, 0 to REPORT_WIDTH; what lies outside is on the edge. */
u32 report_at(const struct report_scale *s, u64 value);

/*
 * Place and width of [@start, @end): REPORT_LEAST wide or more, and inside. A
 * width of 0: it lies outside.
 */
void report_place(const struct report_scale *s, u64 start, u64 end, u32 *x,
		  u32 *width);

/*
 * Steps of an axis, @most at most: 1, 2 or 5 times a power of ten if @least is 0,
 * else that times a power of two. How many.
 */
size_t report_ticks(const struct report_scale *s, size_t most, u64 least,
		    u64 ticks[REPORT_TICKS]);

#endif /* PPA_REPORT_H */
