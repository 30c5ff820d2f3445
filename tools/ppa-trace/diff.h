/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In what do two boots differ?
 *
 * A is the boot that B is held against: tolerances and ratios are relative to
 * it. The order of what is compared never changes.
 */
#ifndef PPA_DIFF_H
#define PPA_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "boot.h"
#include "model.h"

/* What counts as a difference. */
enum diff_kind {
	DIFF_EXACT,	/* any */
	DIFF_COUNT,	/* any, or with a tolerance what is beyond it */
	DIFF_TIME,	/* none, or with a tolerance what is beyond it */
	DIFF_NOTE,	/* none: shown only */
};

enum diff_unit {
	DIFF_NUMBER,
	DIFF_BYTES,
	DIFF_HZ,
	DIFF_NS,
	DIFF_PS,
	DIFF_PER_MILLE,
	DIFF_BACKEND,		/* enum kpkeys_backend */
};

struct diff_value {
	bool known;
	u64 value;
	u64 error;		/* of an estimate; else 0 */
};

struct diff_item {
	const char *name;	/* never changes */
	enum diff_kind kind;
	enum diff_unit unit;
	struct diff_value a;
	struct diff_value b;
	bool judged;		/* could it count? */
	bool differs;		/* does it? */
};

#define DIFF_ITEMS 40		/* room for all of them */

/* What became of a range; bits, for it may have moved and grown. */
#define DIFF_MOVED	0x01
#define DIFF_GREW	0x02
#define DIFF_SHRANK	0x04
#define DIFF_APPEARED	0x08
#define DIFF_VANISHED	0x10

struct diff_range {
	const struct model_range *a;	/* NULL: appeared */
	const struct model_range *b;	/* NULL: vanished */
	u32 change;		/* DIFF_*, 0: none */
	bool differs;
};

/* One of the two boots. Both must outlive the comparison. */
struct diff_boot {
	const struct model *model;
	const struct boot_report *report;
};

struct diff {
	long tolerance;		/* per mille; negative: none was given */
	struct diff_item item[DIFF_ITEMS];
	size_t nitems;
	struct diff_range *ranges;	/* those of A ascending, then of B */
	size_t nranges;
	u64 differences;	/* items and ranges that count */
	bool proven;		/* the headers differ: holds if events are missing */
	bool unproven_a;	/* events are missing */
	bool unproven_b;
	u64 unknown;		/* items judged that only one boot has */
};

/* Compare. 0, or -ENOMEM and @d is empty. */
int diff_boots(struct diff *d, const struct diff_boot *a,
	       const struct diff_boot *b, long tolerance);
void diff_free(struct diff *d);

/* 0 equal, 1 different, 3 if events that are missing could change that. */
int diff_verdict(const struct diff *d);

/* Is it within @tolerance, per mille of @a? */
bool diff_within(u64 a, u64 b, long tolerance);

#endif /* PPA_DIFF_H */
