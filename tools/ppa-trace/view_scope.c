// SPDX-License-Identifier: GPL-2.0-only
/* How many tables of each class and level are there, and what has changed? */
#include "view.h"

static const char *remark(u32 class)
{
	switch (class) {
	case SCOPE_READ_ONLY:
		return "none needed: read-only data";
	case SCOPE_ODD:
		return "of no known class";
	default:
		return "";
	}
}

static void show_class(FILE *out, const struct scope *s, u32 class)
{
	u64 all = scope_tables(s, class);

	if (!all && class == SCOPE_ODD)
		return;
	fprintf(out, "%-10s", scope_class_name(class));
	for (int i = KPKEYS_PPA_LEVEL_PGD; i >= 0; i--) {
		u64 n = s->counts.tables[class][i];

		if (class == SCOPE_ODD)
			n = s->odd[i];
		else if (class == SCOPE_EARLY)
			n -= s->odd[i];
		fprintf(out, "%6llu", n);
	}
	fprintf(out, "%8llu", all);
	if (class == SCOPE_READ_ONLY || class == SCOPE_ODD)
		fprintf(out, "  %s\n", remark(class));
	else
		fprintf(out, "%8llu\n", scope_keyed(s, class));
}

void view_scope(FILE *out, const struct scope *s)
{
	u64 unlinked = s->counts.unlinked + s->unlinked_early;

	fprintf(out, "\n%-10s", "Tables");
	for (int i = KPKEYS_PPA_LEVEL_PGD; i >= 0; i--)
		fprintf(out, "%6s", event_name(level_names, i));
	fprintf(out, "%8s%8s\n", "all", "keyed");
	for (u32 i = 0; i < SCOPE_CLASSES; i++)
		show_class(out, s, i);
	fprintf(out, "%-10s%38llu%8llu  in no table\n",
		"unlinked", unlinked, unlinked);
}

void view_probe(FILE *out, const struct probe *p)
{
	for (int i = 0; i < p->n; i++) {
		const struct probe_write *w = &p->v[i];

		const char *what = "another error";

		if (w->error == PROBE_FAULT)
			what = "faulted";
		else if (!w->error)
			what = "WENT THROUGH";
		fprintf(out, "%12s%-14s 0x%llx  %s\n", "", w->class, w->addr,
			what);
	}
}

static void show_change(FILE *out, const char *name, u64 before, u64 now)
{
	if (before != now)
		fprintf(out, " %s %llu -> %llu", name, before, now);
}

static void show_counts(FILE *out, const struct watch *w)
{
	for (u32 i = 0; i < SCOPE_CLASSES; i++)
		show_change(out, scope_class_name(i), w->before.tables[i],
			    w->now.tables[i]);
	show_change(out, "unlinked", w->before.unlinked, w->now.unlinked);
}

void view_watch(FILE *out, const struct watch *w, double seconds)
{
	static const char * const verdicts[] = {
		[EXIT_GOOD] = "good",
		[EXIT_BAD] = "FAILED",
		[EXIT_UNPROVEN] = "UNPROVEN",
	};

	if (!watch_changed(w))
		return;
	fprintf(out, "%+.1f s:", seconds);
	show_counts(out, w);
	if (w->verdict_changed) {
		fputs(" now ", out);
		view_word(out, w->now.verdict, 0, verdicts[w->now.verdict]);
	}
	fputc('\n', out);
	for (size_t i = 0; i < w->nnew; i++) {
		fprintf(out, "new         %s\n",
			scope_check_name(w->now.v[w->new[i]].check));
		view_offender(out, &w->now.v[w->new[i]].off);
	}
	for (size_t i = 0; i < w->ngone; i++) {
		fprintf(out, "gone        %s\n",
			scope_check_name(w->before.v[w->gone[i]].check));
		view_offender(out, &w->before.v[w->gone[i]].off);
	}
	fflush(out);
}

void view_watch_end(FILE *out, const struct watch *w)
{
	fprintf(out, "\n%llu pass%s over all page tables: %llu good, %llu failed, %llu unproven\n",
		w->passes, w->passes == 1 ? "" : "es", w->good, w->failed,
		w->unproven);
}
