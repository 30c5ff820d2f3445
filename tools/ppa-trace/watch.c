// SPDX-License-Identifier: GPL-2.0-only
/* How are two passes compared? */
#include <string.h>

#include "watch.h"

static void take(struct watch_state *to, const struct scope *s)
{
	to->n = 0;
	to->verdict = scope_verdict(s);
	to->unlinked = s->counts.unlinked + s->unlinked_early;
	for (u32 i = 0; i < SCOPE_CLASSES; i++)
		to->tables[i] = scope_tables(s, i);
	for (int i = 0; i < SCOPE_CHECKS; i++) {
		const struct check *c = &s->checks[i];

		for (u64 k = 0; k < c->bad && k < OFFENDERS_MAX; k++) {
			to->v[to->n].check = i;
			to->v[to->n++].off = c->off[k];
		}
	}
}

static bool has(const struct watch_state *in, const struct watch_offender *o)
{
	for (size_t i = 0; i < in->n; i++) {
		if (in->v[i].check == o->check &&
		    in->v[i].off.addr == o->off.addr &&
		    in->v[i].off.va == o->off.va)
			return true;
	}
	return false;
}

/* Those of @a that are not in @b. */
static size_t only_in(const struct watch_state *a, const struct watch_state *b,
		      size_t *res)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (!has(b, &a->v[i]))
			res[n++] = i;
	}
	return n;
}

void watch_pass(struct watch *w, const struct scope *s)
{
	w->before = w->now;
	take(&w->now, s);
	w->good += w->now.verdict == EXIT_GOOD;
	w->failed += w->now.verdict == EXIT_BAD;
	w->unproven += w->now.verdict == EXIT_UNPROVEN;
	if (!w->passes++)
		w->before = w->now;
	w->counts_changed = w->before.unlinked != w->now.unlinked ||
			    memcmp(w->before.tables, w->now.tables,
				   sizeof(w->now.tables));
	w->verdict_changed = w->before.verdict != w->now.verdict;
	w->nnew = only_in(&w->now, &w->before, w->new);
	w->ngone = only_in(&w->before, &w->now, w->gone);
}

bool watch_changed(const struct watch *w)
{
	return w->counts_changed || w->verdict_changed || w->nnew || w->ngone;
}

int watch_worst(const struct watch *w)
{
	if (w->failed)
		return EXIT_BAD;
	return w->unproven ? EXIT_UNPROVEN : EXIT_GOOD;
}
