// SPDX-License-Identifier: GPL-2.0-only
/*
 * Was every range finalized once, with the right key and without an error, and
 * did the boot pass through all of its phases?
 */
#include <stdlib.h>

#include "model.h"

static int by_start(const void *a, const void *b)
{
	const struct model_finalize *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static struct offender offender_of(const struct model_finalize *f)
{
	struct offender off = {
		.has = OFF_SEQ | OFF_RANGE,
		.seq = f->seq,
		.start = f->start,
		.size = f->size,
	};

	return off;
}

static struct model_range *range_at(struct model *m, u64 start)
{
	size_t lo = 0, hi = m->nranges;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->ranges[mid].start < start)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->nranges && m->ranges[lo].start == start ?
	       &m->ranges[lo] : NULL;
}

static void match(struct model *m)
{
	struct check *once = &m->checks[CHECK_FINALIZE_ONCE];
	struct check *pkey = &m->checks[CHECK_FINALIZE_PKEY];
	struct check *error = &m->checks[CHECK_FINALIZE_ERROR];

	for (size_t i = 0; i < m->nfinalizes; i++) {
		struct model_finalize *f = &m->finalizes[i];
		struct offender off = offender_of(f);
		struct model_range *r = range_at(m, f->start);

		m->finalize_ns += f->duration;
		if (f->error) {
			m->finalize_errors++;
			check_bad(error, &off, "error %d", f->error);
		}
		if (f->pkey != KPKEYS_PKEY_PGTABLES) {
			off.has |= OFF_KEY;
			off.key = f->pkey;
			check_bad(pkey, &off, "wants %d",
				  KPKEYS_PKEY_PGTABLES);
			off.has &= ~OFF_KEY;
		}
		if (!r || r->size != f->size) {
			/* With records missing the range may be another. */
			if (m->complete)
				check_bad(once, &off,
					  "finalized, but is no range");
			continue;
		}
		f->used = true;
		if (r->finalized++) {
			check_bad(once, &off, "finalized more than once");
			continue;
		}
		r->duration = f->duration;
		r->pkey = f->pkey;
		r->error = f->error;
	}
}

static void judge_once(struct model *m)
{
	struct check *c = &m->checks[CHECK_FINALIZE_ONCE];

	for (size_t i = 0; i < m->nranges; i++) {
		struct offender off = {
			.has = OFF_RANGE,
			.start = m->ranges[i].start,
			.size = m->ranges[i].size,
		};

		if (!m->ranges[i].finalized && m->complete)
			check_bad(c, &off, "never finalized");
	}
	check_looked(c, "%zu finalize event%s for %zu range%s",
		     m->nfinalizes, plural(m->nfinalizes), m->nranges,
		     plural(m->nranges));
}

/*
 * Every page must lie in exactly one of the ranges that were finalized, and
 * those must hold nothing else. This compares sets of pages, and so holds even
 * where the borders of the ranges differ.
 */
static void judge_page_in_range(struct model *m)
{
	struct check *c = &m->checks[CHECK_PAGE_IN_RANGE];
	u64 page = model_page_size(m), pages = 0;
	size_t f = 0;

	for (size_t i = 0; i + 1 < m->nfinalizes; i++) {
		const struct model_finalize *a = &m->finalizes[i];
		const struct model_finalize *b = a + 1;
		struct offender off = offender_of(b);

		if (a->start + a->size > b->start)
			check_bad(c, &off, "overlaps 0x%llx-0x%llx", a->start,
				  a->start + a->size);
	}
	for (size_t i = 0; i < m->nranges; i++) {
		const struct model_range *r = &m->ranges[i];
		u64 at = r->start, end = r->start + r->size;
		struct offender off = {
			.has = OFF_ADDR | OFF_RANGE,
			.start = r->start,
			.size = r->size,
		};

		pages += r->size / page;
		while (at < end) {
			const struct model_finalize *x = &m->finalizes[f];

			if (f < m->nfinalizes && x->start + x->size <= at) {
				f++;
				continue;
			}
			off.addr = at;
			if (f == m->nfinalizes || x->start >= end) {
				if (m->complete)
					check_bad(c, &off,
						  "%llu page%s in no finalized range",
						  (end - at) / page,
						  plural((end - at) / page));
				break;
			}
			if (x->start > at && m->complete)
				check_bad(c, &off,
					  "%llu pages in no finalized range",
					  (x->start - at) / page);
			at = x->start + x->size;
		}
	}
	check_looked(c, "%llu page%s, %zu finalized range%s", pages,
		     plural(pages), m->nfinalizes, plural(m->nfinalizes));
}

/* Finalized pages that were never handed out. */
static void judge_surplus(struct model *m)
{
	struct check *c = &m->checks[CHECK_PAGE_IN_RANGE];

	if (!m->complete)
		return;
	for (size_t i = 0; i < m->nfinalizes; i++) {
		const struct model_finalize *f = &m->finalizes[i];
		const struct range *r = ranges_find(&m->tracked, f->start);
		struct offender off = offender_of(f);

		if (!r || f->start + f->size > r->end)
			check_bad(c, &off,
				  "finalized, but holds pages never handed out");
	}
}

static void judge_missed(struct model *m)
{
	struct check *c = &m->checks[CHECK_WALK_MISSED];
	const struct model_phase *ph = &m->phase[KPKEYS_PPA_PHASE_FINALIZE_END];
	struct offender off = { .has = OFF_SEQ, .seq = ph->seq };

	if (!ph->times) {
		check_unproven(c, "finalize has no end record");
		return;
	}
	if (ph->missed)
		check_bad(c, &off, "%llu table%s had no key until the walk came",
			  ph->missed, plural(ph->missed));
	check_looked(c, "%llu tables found by the kernel's own walk",
		     ph->count);
}

void model_finalizes(struct model *m)
{
	qsort(m->finalizes, m->nfinalizes, sizeof(*m->finalizes), by_start);
	match(m);
	judge_once(m);
	judge_page_in_range(m);
	judge_surplus(m);
	check_looked(&m->checks[CHECK_FINALIZE_PKEY], "%zu finalize event%s",
		     m->nfinalizes, plural(m->nfinalizes));
	check_looked(&m->checks[CHECK_FINALIZE_ERROR], "%zu finalize event%s",
		     m->nfinalizes, plural(m->nfinalizes));
	judge_missed(m);
	if (m->complete)
		return;
	for (int i = CHECK_PAGE_IN_RANGE; i <= CHECK_WALK_MISSED; i++)
		check_unproven(&m->checks[i], "see events.complete");
}

void model_phases(struct model *m)
{
	struct check *c = &m->checks[CHECK_PHASES];
	const struct model_phase *last = NULL;

	for (u32 i = 0; i <= KPKEYS_PPA_PHASE_HANDOVER; i++) {
		const struct model_phase *ph = &m->phase[i];
		const char *name = event_name(phase_names, i);
		struct offender off = { .has = OFF_SEQ, .seq = ph->seq };

		if (!ph->times) {
			off.has = 0;
			if (m->complete)
				check_bad(c, &off, "%s was not recorded", name);
			continue;
		}
		if (ph->times > 1)
			check_bad(c, &off, "%s was recorded %llu times", name,
				  ph->times);
		if (last && ph->seq < last->seq)
			check_bad(c, &off, "%s comes too early", name);
		last = ph;
	}
	check_looked(c, "%llu phase record%s, their order and counts",
		     m->seen[EVENT_PHASE], plural(m->seen[EVENT_PHASE]));
	if (!m->complete)
		check_unproven(c, "see events.complete");
}
