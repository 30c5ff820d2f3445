// SPDX-License-Identifier: GPL-2.0-only
/* How does a check keep its result? */
#include <stdio.h>

#include "checks.h"

static const char * const names[CHECK_COUNT] = {
	[CHECK_COMPLETE] = "events.complete",
	[CHECK_NUMBERS] = "events.numbers",
	[CHECK_TOTALS] = "events.totals",
	[CHECK_REPEAT] = "events.repeat",
	[CHECK_ALIGN] = "events.align",
	[CHECK_PAGE_ONCE] = "events.page-once",
	[CHECK_RANGE] = "events.range",
	[CHECK_MERGE] = "events.merge",
	[CHECK_CAPACITY] = "events.capacity",
	[CHECK_OVERFLOW] = "events.overflow",
	[CHECK_PAGE_IN_RANGE] = "events.page-in-range",
	[CHECK_FINALIZE_ONCE] = "events.finalize-once",
	[CHECK_FINALIZE_PKEY] = "events.finalize-pkey",
	[CHECK_FINALIZE_ERROR] = "events.finalize-error",
	[CHECK_WALK_MISSED] = "events.walk-missed",
	[CHECK_PHASES] = "events.phases",
	[CHECK_TIME_ORDER] = "events.time-order",
	[CHECK_WALK_COMPLETE] = "walk.complete",
	[CHECK_WALK_LINEAR] = "walk.linear-map",
	[CHECK_WALK_RANGE_KEYED] = "walk.range-keyed",
	[CHECK_WALK_TABLE_IN_RANGE] = "walk.table-in-range",
	[CHECK_WALK_TABLE_KEYED] = "walk.table-keyed",
	[CHECK_WALK_UNREFERENCED] = "walk.unreferenced",
};

static const char * const status_names[] = {
	[CHECK_OK] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_FAILED] = "FAILED",
	[CHECK_UNPROVEN] = "UNPROVEN",
	[CHECK_NOT_CHECKED] = "NOT CHECKED",
};

const char *check_name(enum check_id id)
{
	return names[id];
}

const char *check_status_name(enum check_status status)
{
	return status_names[status];
}

int check_verdict(int verdict, const struct check *c)
{
	switch (c->status) {
	case CHECK_FAILED:
		return EXIT_BAD;
	case CHECK_UNPROVEN:
	case CHECK_NOT_CHECKED:
		return verdict == EXIT_BAD ? verdict : EXIT_UNPROVEN;
	default:
		return verdict;
	}
}

void check_vbad(struct check *c, const struct offender *off, const char *note,
		va_list ap)
{
	c->status = CHECK_FAILED;
	if (c->bad < OFFENDERS_MAX) {
		struct offender *o = &c->off[c->bad];

		*o = *off;
		vsnprintf(o->note, sizeof(o->note), note, ap);
	}
	c->bad++;
}

void check_bad(struct check *c, const struct offender *off,
	       const char *note, ...)
{
	va_list ap;

	va_start(ap, note);
	check_vbad(c, off, note, ap);
	va_end(ap);
}

void check_add(struct check *c, const struct check *from)
{
	if (!from->bad)
		return;
	c->status = CHECK_FAILED;
	for (u64 i = 0; i < from->bad && i < OFFENDERS_MAX; i++) {
		if (c->bad + i < OFFENDERS_MAX)
			c->off[c->bad + i] = from->off[i];
	}
	c->bad += from->bad;
}

void check_note(struct check *c, const struct offender *off)
{
	if (c->status == CHECK_OK)
		c->status = CHECK_NOTE;
	if (c->bad < OFFENDERS_MAX)
		c->off[c->bad] = *off;
	c->bad++;
}

void check_unproven(struct check *c, const char *why, ...)
{
	va_list ap;

	if (c->status == CHECK_OK || c->status == CHECK_NOTE)
		c->status = CHECK_UNPROVEN;
	if (c->why[0])
		return;
	va_start(ap, why);
	vsnprintf(c->why, sizeof(c->why), why, ap);
	va_end(ap);
}

void check_not_made(struct check *c, const char *why, ...)
{
	va_list ap;

	/* What is proven stays so, whatever could not be done later. */
	if (c->status == CHECK_FAILED)
		return;
	c->status = CHECK_NOT_CHECKED;
	c->what[0] = '\0';
	va_start(ap, why);
	vsnprintf(c->why, sizeof(c->why), why, ap);
	va_end(ap);
}

void check_looked(struct check *c, const char *what, ...)
{
	va_list ap;

	va_start(ap, what);
	vsnprintf(c->what, sizeof(c->what), what, ap);
	va_end(ap);
}
