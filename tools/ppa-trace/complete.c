// SPDX-License-Identifier: GPL-2.0-only
/*
 * Did all events arrive, each of them once, and as many as the frames say?
 */
#include <stdlib.h>

#include "model.h"

/* Is @tag that of a whole frame? Those are in ascending order. */
bool model_from_whole(const struct model *m, u32 tag)
{
	size_t lo = 0, hi = m->nwhole;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->whole[mid] == tag)
			return true;
		if (m->whole[mid] < tag)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static int by_first(const void *a, const void *b)
{
	const struct model_stretch *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* First record that no whole frame brought; header.records if there is none. */
static u64 first_uncovered(struct model *m)
{
	u64 next = 0;

	if (m->nstretches)
		qsort(m->stretches, m->nstretches, sizeof(*m->stretches),
		      by_first);
	for (size_t i = 0; i < m->nstretches; i++) {
		if (m->stretches[i].first > next)
			break;
		if (m->stretches[i].end > next)
			next = m->stretches[i].end;
	}
	return next < m->header.records ? next : m->header.records;
}

/* First record of which an event is missing; header.records if none is. */
static u64 first_missing(struct model *m)
{
	u64 end = m->header.records, first = end, next = 0;
	struct records_iter i = records_from(&m->records, 0);

	/* The common case: they are all there, up to the last one. */
	if (!m->lacking && m->records.used == m->records.end &&
	    m->records.end >= end)
		return end;
	for (; i.rec && i.seq < end; records_next(&i)) {
		if (i.seq == next && !model_lacks_event(i.rec)) {
			next++;
			continue;
		}
		if (first == end)
			first = next;
		m->missing += i.seq - next + model_lacks_event(i.rec);
		next = i.seq + 1;
	}
	if (first == end)
		first = next;
	m->missing += end - next;
	return first;
}

/* Why events may be missing, as far as the source knows. */
static const char *suspect(const struct model *m)
{
	if (m->source.cut)
		return ": the input is cut off";
	if (m->source.overwritten || m->source.lost)
		return ": the trace buffer overran; enlarge it (buffer_size_kb, trace_buf_size=)";
	if (m->source.broken)
		return ": lines of the input are broken";
	if (m->frames_interrupted)
		return ": a signal ended the replay early";
	if (m->frames_unended)
		return ": a replay has no end event";
	if (m->frames_unbegun)
		return ": a replay has no begin event; was the trace buffer too small?";
	return "";
}

static void judge_complete(struct model *m)
{
	struct check *c = &m->checks[CHECK_COMPLETE];
	const struct event_frame *h = &m->header;
	u64 uncovered, missing;

	if (!m->have_header) {
		check_looked(c, "no frame");
		check_unproven(c,
			       "neither the begin nor the end event of a replay was found, so nobody knows how many there should be%s",
			       suspect(m));
		return;
	}
	uncovered = first_uncovered(m);
	missing = first_missing(m);
	check_looked(c, "%llu records, %llu events in %llu replay%s",
		     h->records, m->seen[EVENT_ALLOC] + m->seen[EVENT_MERGE] +
		     m->seen[EVENT_OVERFLOW] + m->seen[EVENT_FINALIZE] +
		     m->seen[EVENT_PHASE], m->frames,
		     plural(m->frames));
	if (h->lost)
		check_unproven(c, "%llu records did not fit into the kernel's log",
			       h->lost);
	if (!h->records)
		check_unproven(c, "the kernel's log is empty");
	if (m->frames_foreign)
		check_unproven(c,
			       "the input mixes boots: %llu replays are of another one than the first",
			       m->frames_foreign);
	if (m->strays_differ)
		check_unproven(c,
			       "the input mixes boots: %llu events of no whole replay contradict others",
			       m->strays_differ);
	if (m->sparse)
		check_unproven(c, "%llu events have numbers out of all proportion",
			       m->sparse);
	if (m->insane)
		check_unproven(c, "%llu events hold impossible values",
			       m->insane);
	if (m->missing)
		check_unproven(c,
			       "%llu of %llu records are missing or lack an event, from number %llu on%s",
			       m->missing, h->records, missing, suspect(m));
	if (uncovered < h->records)
		check_unproven(c, "no whole replay holds record %llu%s",
			       uncovered, suspect(m));
	m->complete = c->status == CHECK_OK;
}

bool model_record_framed(const struct model *m, const struct record *r)
{
	const u8 merge = BIT(EVENT_MERGE);

	return (r->seen & ~merge && model_from_whole(m, r->replay)) ||
	       (r->seen & merge && model_from_whole(m, r->merge_replay));
}

/* Events of a kind that whole frames brought. */
static u64 seen_framed(const struct model *m, u32 kind)
{
	struct records_iter i = records_from(&m->records, 0);
	u64 n = 0;

	for (; i.rec; records_next(&i)) {
		if (i.rec->seen & BIT(kind))
			n += model_from_whole(m, kind == EVENT_MERGE ?
					      i.rec->merge_replay :
					      i.rec->replay);
	}
	return n;
}

static void judge_numbers(struct model *m)
{
	struct check *c = &m->checks[CHECK_NUMBERS];
	struct offender off = { .has = OFF_SEQ };

	if (m->have_header) {
		struct records_iter i = records_from(&m->records,
						     m->header.records);

		for (; i.rec; records_next(&i)) {
			if (!model_record_framed(m, i.rec)) {
				check_unproven(c,
					       "the input mixes boots: number %llu came outside of a whole replay",
					       i.seq);
				continue;
			}
			off.seq = i.seq;
			check_bad(c, &off, "the log has only %llu records",
				  m->header.records);
		}
	}
	check_looked(c, "%llu records, each number once", m->records.used);
	if (!m->complete)
		check_unproven(c, "see events.complete");
}

static void judge_total(struct model *m, const char *what, u32 kind,
			u64 said)
{
	u64 seen = m->seen[kind];
	struct check *c = &m->checks[CHECK_TOTALS];
	struct offender off = { 0 };

	if (seen > said && seen_framed(m, kind) <= said)
		check_unproven(c,
			       "the input mixes boots: %llu %s, not all of a whole replay",
			       seen, what);
	else if (seen > said || (seen < said && m->complete))
		check_bad(c, &off, "%llu %s, the frame says %llu", seen, what,
			  said);
	else if (seen < said)
		check_unproven(c, "see events.complete");
}

static void judge_totals(struct model *m)
{
	struct check *c = &m->checks[CHECK_TOTALS];
	const struct event_frame *h = &m->header;
	struct offender off = { 0 };
	u64 sum;

	if (!m->have_header) {
		check_unproven(c, "no frame says what they should be");
		return;
	}
	judge_total(m, "alloc events", EVENT_ALLOC, h->allocs);
	judge_total(m, "merge events", EVENT_MERGE, h->merges);
	judge_total(m, "overflow events", EVENT_OVERFLOW,
		    h->overflows);
	judge_total(m, "finalize events", EVENT_FINALIZE,
		    h->finalizes);
	judge_total(m, "phase events", EVENT_PHASE, h->phases);
	sum = h->allocs + h->overflows + h->finalizes + h->phases;
	if (sum != h->records)
		check_bad(c, &off, "%llu records by kind, %llu in all", sum,
			  h->records);
	check_looked(c, "%llu alloc, %llu merge, %llu overflow, %llu finalize, %llu phase",
		     h->allocs, h->merges, h->overflows, h->finalizes,
		     h->phases);
}

static void judge_repeat(struct model *m)
{
	struct check *c = &m->checks[CHECK_REPEAT];

	if (m->repeats)
		check_looked(c, "%llu events came again, all the same",
			     m->repeats);
	else
		check_looked(c, "no event came more than once");
	/* What could not be read was compared with nothing. */
	if (m->source.cut || m->source.broken)
		check_unproven(c, "not all of the input could be read%s",
			       suspect(m));
}

void model_complete(struct model *m)
{
	judge_complete(m);
	m->mixed = !m->complete &&
		   (m->strays_differ || m->frames_foreign ||
		    m->stray_runs > 1 || (m->stray_runs && m->epoch));
	judge_numbers(m);
	judge_totals(m);
	judge_repeat(m);
}
