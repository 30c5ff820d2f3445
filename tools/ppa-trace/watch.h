/* SPDX-License-Identifier: GPL-2.0-only */
/* What has changed from one pass over all page tables to the next? */
#ifndef PPA_WATCH_H
#define PPA_WATCH_H

#include "scope.h"

#define WATCH_OFFENDERS (SCOPE_CHECKS * OFFENDERS_MAX)

struct watch_offender {
	enum scope_check check;
	struct offender off;
};

/* What is compared: the tables of each class, those in no table, offenders. */
struct watch_state {
	u64 tables[SCOPE_CLASSES];
	u64 unlinked;
	int verdict;
	struct watch_offender v[WATCH_OFFENDERS];
	size_t n;
};

/* As large after the last pass as after the first. */
struct watch {
	struct watch_state before;	/* the pass before this one */
	struct watch_state now;
	u64 passes;
	u64 good;
	u64 failed;
	u64 unproven;
	/* of the last pass */
	bool counts_changed;
	bool verdict_changed;
	size_t nnew;		/* offenders that were not there before */
	size_t new[WATCH_OFFENDERS];	/* in now.v */
	size_t ngone;
	size_t gone[WATCH_OFFENDERS];	/* in before.v */
};

/* Another pass has ended. After the first one nothing has changed. */
void watch_pass(struct watch *w, const struct scope *s);

bool watch_changed(const struct watch *w);

/* 1 if a pass failed, else 3 if one was unproven, else 0 */
int watch_worst(const struct watch *w);

#endif /* PPA_WATCH_H */
