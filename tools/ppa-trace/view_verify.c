// SPDX-License-Identifier: GPL-2.0-only
/* Which checks were made, what did each look at, and who are the offenders? */
#include <string.h>

#include "view.h"

#define STATUS_WIDTH 12
#define ID_WIDTH 22
#define INDENT (STATUS_WIDTH + ID_WIDTH)

void view_offender(FILE *out, const struct offender *o)
{
	char line[256];
	size_t n = 0;

#define ADD(flag, ...)							\
	do {								\
		if (o->has & (flag) && n < sizeof(line))		\
			n += snprintf(line + n, sizeof(line) - n,	\
				      __VA_ARGS__);			\
	} while (0)

	line[0] = '\0';
	ADD(OFF_SEQ, "record %llu ", o->seq);
	ADD(OFF_ADDR, "page 0x%llx ", o->addr);
	ADD(OFF_LEVEL, "level %s ", event_name(level_names, o->level));
	ADD(OFF_VA, "maps 0x%llx ", o->va);
	ADD(OFF_RANGE, "range 0x%llx-0x%llx ", o->start, o->start + o->size);
	ADD(OFF_KEY, "key %u ", o->key);
#undef ADD
	if (o->note[0] && n < sizeof(line))
		snprintf(line + n, sizeof(line) - n, "%s%s", n ? "- " : "",
			 o->note);
	fprintf(out, "%*s", STATUS_WIDTH, "");
	view_wrapped(out, STATUS_WIDTH + 2, STATUS_WIDTH, line);
}

static enum ppa_exit tone(enum check_status status)
{
	switch (status) {
	case CHECK_OK:
		return EXIT_GOOD;
	case CHECK_FAILED:
		return EXIT_BAD;
	case CHECK_UNPROVEN:
	case CHECK_NOT_CHECKED:
		return EXIT_UNPROVEN;
	default:
		return EXIT_CANNOT;
	}
}

static void show_check(FILE *out, const char *name, const struct check *c)
{
	u64 shown = c->bad < OFFENDERS_MAX ? c->bad : OFFENDERS_MAX;

	view_word(out, tone(c->status), STATUS_WIDTH,
		  check_status_name(c->status));
	fprintf(out, "%-*s", ID_WIDTH, name);
	view_wrapped(out, INDENT, INDENT, c->what[0] ? c->what : c->why);
	if (c->what[0] && c->why[0]) {
		fprintf(out, "%*s", INDENT, "");
		view_wrapped(out, INDENT, INDENT, c->why);
	}
	for (u64 i = 0; i < shown; i++)
		view_offender(out, &c->off[i]);
	if (c->bad > shown)
		fprintf(out, "%*sand %llu more, %llu in all\n", STATUS_WIDTH,
			"", c->bad - shown, c->bad);
}

static void show_verdict(FILE *out, const int *count, int all,
			 const char *which)
{
	int open = count[CHECK_UNPROVEN] + count[CHECK_NOT_CHECKED];

	fputs("\nverify: ", out);
	if (count[CHECK_FAILED]) {
		view_word(out, EXIT_BAD, 0, "FAILED");
		fprintf(out, ": %d of %d checks failed",
			count[CHECK_FAILED], all);
		if (open)
			fprintf(out, ", %d unproven or not made", open);
		fputc('\n', out);
	} else if (open) {
		view_word(out, EXIT_UNPROVEN, 0, "UNPROVEN");
		fprintf(out, ": none failed, but %d unproven and %d not checked of %d\n",
			count[CHECK_UNPROVEN], count[CHECK_NOT_CHECKED], all);
	} else {
		view_word(out, EXIT_GOOD, 0, "good");
		fprintf(out, ": all %d checks passed%s\n", all, which);
	}
}

void view_verify(FILE *out, const struct model *m, bool events_only,
		 const struct verify_more *more)
{
	int last = events_only ? CHECK_FIRST_WALK : CHECK_COUNT;
	int count[CHECK_STATUSES] = { 0 }, all = last;

	for (int i = 0; i < last; i++) {
		show_check(out, check_name(i), &m->checks[i]);
		count[m->checks[i].status]++;
	}
	for (int i = 0; more->scope && i < SCOPE_CHECKS; i++, all++) {
		const struct check *c = &more->scope->checks[i];

		show_check(out, scope_check_name(i), c);
		count[c->status]++;
	}
	if (more->probe) {
		show_check(out, PROBE_CHECK_NAME, &more->probe->check);
		count[more->probe->check.status]++;
		all++;
		view_probe(out, more->probe);
	}
	if (more->scope && more->scope->begun)
		view_scope(out, more->scope);
	show_verdict(out, count, all, events_only ? " (events only)" : "");
}

int verify_verdict(const struct model *m, bool events_only,
		   const struct verify_more *more)
{
	int verdict = model_verdict(m, events_only);

	for (int i = 0; more->scope && i < SCOPE_CHECKS; i++)
		verdict = check_verdict(verdict, &more->scope->checks[i]);
	if (more->probe)
		verdict = check_verdict(verdict, &more->probe->check);
	return verdict;
}
