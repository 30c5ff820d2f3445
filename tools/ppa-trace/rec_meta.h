/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does a recording say besides the events, as JSON?
 *
 * The head tells of the machine, the end of the walk of its page tables and of
 * how reading went. Both are the same in binary recordings and JSON lines.
 */
#ifndef PPA_REC_META_H
#define PPA_REC_META_H

#include <jansson.h>

#include "host.h"
#include "model.h"
#include "walk.h"

#define REC_FORMAT "ppa-trace-recording"

#define REC_WALK_CHECKS (CHECK_COUNT - CHECK_FIRST_WALK)

struct rec_head {
	bool have_host;
	struct host host;
};

struct rec_end {
	struct source_report report;
	bool have_walk;		/* one was tried */
	struct walk walk;	/* its results alone */
	struct check checks[REC_WALK_CHECKS];
};

/* One line without its end, to be freed. NULL if memory is out. */
char *rec_head_line(const struct host *h);
char *rec_end_line(const struct rec_end *e);

enum rec_read {
	REC_READ,
	REC_NO_HEAD,		/* JSON, but not the head of a recording */
	REC_NEWER,		/* of a version that came later */
};

/* Is @o the head of a recording? Then it is in @h. */
enum rec_read rec_head_read(const json_t *o, struct rec_head *h);

/* False if @o is no end. */
bool rec_end_read(const json_t *o, struct rec_end *e);

/* Put the walk of @e into @w and the checks of its model. */
void rec_end_walk(const struct rec_end *e, struct walk *w);

#endif /* PPA_REC_META_H */
