/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does verify check, and how does a check end?
 *
 * The ids never change: scripts and reports name them.
 */
#ifndef PPA_CHECKS_H
#define PPA_CHECKS_H

#include <stdarg.h>

#include "diag.h"
#include "types.h"

enum check_id {
	/* (a) the events against each other */
	CHECK_COMPLETE,
	CHECK_NUMBERS,
	CHECK_TOTALS,
	CHECK_REPEAT,
	CHECK_ALIGN,
	CHECK_PAGE_ONCE,
	CHECK_RANGE,
	CHECK_MERGE,
	CHECK_CAPACITY,
	CHECK_OVERFLOW,
	CHECK_PAGE_IN_RANGE,
	CHECK_FINALIZE_ONCE,
	CHECK_FINALIZE_PKEY,
	CHECK_FINALIZE_ERROR,
	CHECK_WALK_MISSED,
	CHECK_PHASES,
	CHECK_TIME_ORDER,
	/* (b) and (c) the result against the real page tables */
	CHECK_WALK_COMPLETE,
	CHECK_WALK_LINEAR,
	CHECK_WALK_RANGE_KEYED,
	CHECK_WALK_TABLE_IN_RANGE,
	CHECK_WALK_TABLE_KEYED,
	CHECK_WALK_UNREFERENCED,
	CHECK_COUNT,
};

#define CHECK_FIRST_WALK CHECK_WALK_COMPLETE

enum check_status {
	CHECK_OK,
	CHECK_NOTE,		/* counted, but neither good nor bad */
	CHECK_FAILED,
	CHECK_UNPROVEN,		/* evidence is missing: could be good or bad */
	CHECK_NOT_CHECKED,
	CHECK_STATUSES,
};

/* What an offender has. */
#define OFF_SEQ		0x01
#define OFF_ADDR	0x02
#define OFF_RANGE	0x04
#define OFF_LEVEL	0x08
#define OFF_KEY		0x10
#define OFF_VA		0x20

struct offender {
	u32 has;		/* OFF_* */
	u32 level;		/* enum kpkeys_ppa_level */
	u32 key;		/* found; 0 to 7 */
	u64 seq;		/* number of the record */
	u64 addr;		/* physical */
	u64 va;			/* first address that the table maps */
	u64 start;		/* the range, physical */
	u64 size;
	char note[80];
};

#define OFFENDERS_MAX 16	/* kept of each check; all are counted */

struct check {
	enum check_status status;
	u64 bad;		/* offenders in all */
	struct offender off[OFFENDERS_MAX];
	char what[128];		/* what it looked at, and how many */
	char why[200];		/* why it is unproven or was not made */
};

/* Ending of a noun that there are @n of. */
static inline const char *plural(u64 n)
{
	return n == 1 ? "" : "s";
}

const char *check_name(enum check_id id);
const char *check_status_name(enum check_status status);

/*
 * The exit status of checks of which those before @c made it @verdict: 1 if
 * one failed, else 3 if one could not be proven or was not made, else 0.
 */
int check_verdict(int verdict, const struct check *c);

/* Record an offender: the check has failed. */
void check_bad(struct check *c, const struct offender *off,
	       const char *note, ...) __printf(3, 4);

void check_vbad(struct check *c, const struct offender *off, const char *note,
		va_list ap) __printf(3, 0);

/* Record the offenders of @from as well, if there are any. */
void check_add(struct check *c, const struct check *from);

/* Record something worth listing that is no failure. */
void check_note(struct check *c, const struct offender *off);

/* Evidence is missing. A check that has failed stays failed. */
void check_unproven(struct check *c, const char *why, ...) __printf(2, 3);

void check_not_made(struct check *c, const char *why, ...) __printf(2, 3);

/* Say what the check looked at. */
void check_looked(struct check *c, const char *what, ...) __printf(2, 3);

#endif /* PPA_CHECKS_H */
