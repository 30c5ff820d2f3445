// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a boot look on a time line?
 *
 * The format is Chrome's trace event format, which Perfetto and others read.
 * Its times are us with the ns behind the point. All that is shown is a mark
 * first, since the format wants them in the order of time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "view_export.h"

#define PID 1

enum track {
	TRACK_BOOT = 1,		/* phases, one in the other */
	TRACK_FINALIZE,		/* a slice a range */
	TRACK_PAGES,		/* what happened to single pages */
};

enum mark_sort {
	MARK_SPAN,		/* a phase: @name, @duration */
	MARK_PHASE,		/* one end of a phase: @name */
	MARK_RANGE,		/* finalize: @f, @duration */
	MARK_COUNTER,		/* pages by level: @pages */
	MARK_GAP,		/* @gap */
	MARK_OVERFLOW,		/* @record, @seq */
	MARK_BRIDGE,
};

struct mark {
	u64 ns;
	size_t order;		/* of those at the same time */
	enum mark_sort sort;
	u64 duration;
	u64 seq;
	union {
		const char *name;
		const struct boot_finalize *f;
		const struct boot_gap *gap;
		const struct record *record;
		u64 pages[LEVELS];
	};
};

struct trace {
	const struct export *x;
	struct mark *v;
	size_t n;
	size_t cap;
	u64 pages[LEVELS];	/* so far */
	u64 step;		/* pages from one point to the next */
	u64 points;
	u64 left_out;		/* overflows and bridges */
	bool no_memory;
};

static struct mark *add(struct trace *t, enum mark_sort sort, u64 ns)
{
	static struct mark nowhere;
	struct mark *m;

	if (t->n == t->cap && !t->no_memory) {
		size_t cap = t->cap ? 2 * t->cap : 1024;
		struct mark *v = realloc(t->v, cap * sizeof(*v));

		t->no_memory = !v;
		t->v = v ? v : t->v;
		t->cap = v ? cap : t->cap;
	}
	if (t->no_memory)
		return &nowhere;
	m = &t->v[t->n];
	memset(m, 0, sizeof(*m));
	m->sort = sort;
	m->ns = ns;
	m->order = t->n++;
	return m;
}

/* --- what is shown -------------------------------------------------------------- */

struct phase_span {
	const char *name;
	const struct boot_span *span;
	u32 begin;		/* enum kpkeys_ppa_phase */
	u32 end;
};

/* Does @in lie within @out, or is there nothing for it to lie in? */
static bool within(const struct boot_span *in, const struct boot_span *out)
{
	return !out->known || (in->begin_ns >= out->begin_ns &&
	       in->begin_ns - out->begin_ns <= out->ns &&
	       in->ns <= out->ns - (in->begin_ns - out->begin_ns));
}

/*
 * A phase is a slice if it lies within the boot and behind the one before, as
 * slices of a track must. If not, and if one of its ends is missing, what is
 * known of it are instants.
 */
static void add_phases(struct trace *t)
{
	const struct boot_report *b = t->x->boot;
	const struct phase_span spans[] = {
		{ "boot, as far as the log saw it", &b->boot,
		  KPKEYS_PPA_PHASE_SETUP, KPKEYS_PPA_PHASE_HANDOVER },
		{ "linear map is built", &b->map,
		  KPKEYS_PPA_PHASE_PAGING_BEGIN, KPKEYS_PPA_PHASE_PAGING_END },
		{ "finalize", &b->finalize,
		  KPKEYS_PPA_PHASE_FINALIZE_BEGIN,
		  KPKEYS_PPA_PHASE_FINALIZE_END },
	};
	u64 end = 0;

	for (size_t i = 0; i < ARRAY_SIZE(spans); i++) {
		const struct boot_span *s = spans[i].span;
		const u32 ends[] = { spans[i].begin, spans[i].end };

		if (s->known && (!i || (within(s, &b->boot) &&
					s->begin_ns >= end))) {
			struct mark *m = add(t, MARK_SPAN, s->begin_ns);

			m->name = spans[i].name;
			m->duration = s->ns;
			end = i ? s->begin_ns + s->ns : 0;
			continue;
		}
		for (size_t e = 0; e < ARRAY_SIZE(ends); e++) {
			const struct boot_time *at = &b->phase[ends[e]];

			if (at->known)
				add(t, MARK_PHASE, at->ns)->name =
					event_name(phase_names, ends[e]);
		}
	}
}

static int by_time(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Slices of one track must not overlap; the record keeps the true duration. */
static void clip_ranges(struct trace *t)
{
	struct mark *last = NULL;

	for (size_t i = 0; i < t->n; i++) {
		struct mark *m = &t->v[i];

		if (m->sort != MARK_RANGE)
			continue;
		if (last && m->ns - last->ns < last->duration)
			last->duration = m->ns - last->ns;
		last = m;
	}
}

static const struct record *record_of(const struct trace *t, u64 seq)
{
	return model_record(t->x->model, seq);
}

static void add_finalizes(struct trace *t)
{
	const struct boot_report *b = t->x->boot;

	for (size_t i = 0; i < b->nfinalizes; i++) {
		const struct boot_finalize *f = &b->finalizes[i];
		const struct record *r = record_of(t, f->seq);
		struct mark *m;

		if (!r)
			continue;
		m = add(t, MARK_RANGE, r->ns);
		m->f = f;
		m->duration = f->ns;
	}
}

static void add_instant(struct trace *t, enum mark_sort sort, u64 seq,
			const struct record *r, u64 *have)
{
	struct mark *m;

	if (++*have > PERFETTO_INSTANTS) {
		t->left_out++;
		return;
	}
	m = add(t, sort, r->ns);
	m->seq = seq;
	m->record = r;
}

static void add_point(struct trace *t, const struct record *r)
{
	memcpy(add(t, MARK_COUNTER, r->ns)->pages, t->pages, sizeof(t->pages));
	t->points++;
}

static void add_pages(struct trace *t)
{
	const struct model *m = t->x->model;
	u64 all = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];
	u64 n = 0, overflows = 0, bridges = 0;

	t->step = all / PERFETTO_POINTS + !!(all % PERFETTO_POINTS);
	for (u64 seq = 0; seq < m->records.end && n < all; seq++) {
		const struct record *r = record_of(t, seq);

		if (!r || !(r->seen & (BIT(EVENT_ALLOC) | BIT(EVENT_OVERFLOW))))
			continue;
		if (r->level < LEVELS)
			t->pages[r->level]++;
		if (++n % t->step == 0 || n == all)
			add_point(t, r);
		if (r->seen & BIT(EVENT_OVERFLOW))
			add_instant(t, MARK_OVERFLOW, seq, r, &overflows);
		else if (r->join == KPKEYS_PPA_JOIN_BRIDGE)
			add_instant(t, MARK_BRIDGE, seq, r, &bridges);
	}
}

static void add_gaps(struct trace *t)
{
	const struct boot_gaps *g = &t->x->boot->gaps;

	for (size_t i = 0; i < g->nslowest; i++)
		add(t, MARK_GAP, g->slowest[i].at_ns)->gap = &g->slowest[i];
}

/* --- how it is written ------------------------------------------------------------ */

static void put_us(FILE *out, const char *name, u64 ns)
{
	fprintf(out, ",\"%s\":%llu.%03llu", name, ns / 1000, ns % 1000);
}

/* All that goes before the arguments of an event. */
static void put_head(FILE *out, const char *phase, int tid, const char *name,
		     u64 ns)
{
	fprintf(out, ",\n{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d,\"name\":\"",
		phase, PID, tid);
	escape(out, ESCAPE_JSON, name);
	fputc('"', out);
	put_us(out, "ts", ns);
}

static void put_instant(FILE *out, enum track track, const char *name, u64 ns)
{
	put_head(out, "i", track, name, ns);
	fputs(",\"s\":\"t\"", out);
}

static void put_range(FILE *out, const struct mark *m)
{
	put_head(out, "X", TRACK_FINALIZE, "range", m->ns);
	put_us(out, "dur", m->duration);
	fprintf(out,
		",\"args\":{\"start\":\"0x%llx\",\"size\":%llu,\"pages\":%llu,\"duration_ns\":%llu,\"error\":%d,\"record\":%llu}",
		m->f->start, m->f->size, m->f->pages, m->f->ns, m->f->error,
		m->f->seq);
}

static void put_counter(FILE *out, const struct trace *t, const struct mark *m)
{
	const char *comma = "";

	put_head(out, "C", 0, "early page-table pages", m->ns);
	fputs(",\"args\":{", out);
	for (const struct event_name *l = level_names; l->name; l++) {
		/* Those that there will never be are no use in a legend. */
		if (!t->pages[l->value])
			continue;
		fprintf(out, "%s\"%s\":%llu", comma, l->name,
			m->pages[l->value]);
		comma = ",";
	}
	fputc('}', out);
}

static void put_page(FILE *out, const struct mark *m)
{
	const struct record *r = m->record;
	bool bridge = m->sort == MARK_BRIDGE;

	put_instant(out, TRACK_PAGES, bridge ? "bridge" : "overflow", m->ns);
	fprintf(out, ",\"args\":{\"record\":%llu,\"addr\":\"0x%llx\",\"level\":\"%s\"",
		m->seq, r->addr, event_name(level_names, r->level));
	if (bridge)
		fprintf(out, ",\"start\":\"0x%llx\",\"size\":%llu", r->start,
			r->size);
	fputc('}', out);
}

static void put_gap(FILE *out, const struct mark *m)
{
	const struct boot_gap *g = m->gap;

	put_instant(out, TRACK_PAGES, "slow gap", m->ns);
	fprintf(out,
		",\"args\":{\"gap_ns\":%llu,\"record\":%llu,\"addr\":\"0x%llx\",\"level\":\"%s\",\"step\":\"%s\"}",
		g->ns, g->seq, g->addr, event_name(level_names, g->level),
		boot_step_name(g->step));
}

static void put_mark(FILE *out, const struct trace *t, const struct mark *m)
{
	switch (m->sort) {
	case MARK_SPAN:
		put_head(out, "X", TRACK_BOOT, m->name, m->ns);
		put_us(out, "dur", m->duration);
		break;
	case MARK_PHASE:
		put_instant(out, TRACK_BOOT, m->name, m->ns);
		break;
	case MARK_RANGE:
		put_range(out, m);
		break;
	case MARK_COUNTER:
		put_counter(out, t, m);
		break;
	case MARK_GAP:
		put_gap(out, m);
		break;
	default:
		put_page(out, m);
	}
	fputc('}', out);
}

static void put_name(FILE *out, const char *what, int tid, const char *name)
{
	fprintf(out,
		"{\"ph\":\"M\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\",\"ts\":0,\"args\":{\"name\":\"%s\"}}",
		PID, tid, what, name);
}

/* Strings, as all of them must be there. */
static void put_metadata(FILE *out, const struct trace *t)
{
	const struct model *m = t->x->model;
	const struct host *h = t->x->host;

	fprintf(out,
		"{\"displayTimeUnit\":\"ns\",\n\"otherData\":{\"tool\":\"ppa-trace %s\"",
		t->x->version);
	if (h) {
		fputs(",\"kernel\":\"", out);
		escape(out, ESCAPE_JSON, h->release);
		fputs("\",\"machine\":\"", out);
		escape(out, ESCAPE_JSON, h->machine);
		fputc('"', out);
	}
	fprintf(out,
		",\n\"time\":\"since the start of the architected counter\",\n\"complete\":\"%s\",\n\"pages\":\"%llu\",\n",
		m->complete ? "yes" : "no: events are missing",
		m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW]);
	if (t->step > 1)
		fprintf(out,
			"\"counter\":\"sampled: %llu points, one for every %llu pages\",\n",
			t->points, t->step);
	else
		fputs("\"counter\":\"whole: a point for every page\",\n", out);
	fprintf(out, "\"instants_left_out\":\"%llu\"},\n", t->left_out);
}

static void put_trace(FILE *out, const struct trace *t)
{
	put_metadata(out, t);
	fputs("\"traceEvents\":[\n", out);
	put_name(out, "process_name", 0, "early page tables");
	fputs(",\n", out);
	put_name(out, "thread_name", TRACK_BOOT, "boot");
	fputs(",\n", out);
	put_name(out, "thread_name", TRACK_FINALIZE, "finalize, by range");
	fputs(",\n", out);
	put_name(out, "thread_name", TRACK_PAGES, "pages");
	for (size_t i = 0; i < t->n; i++)
		put_mark(out, t, &t->v[i]);
	fputs("\n]}\n", out);
}

int view_perfetto(FILE *out, const struct export *x)
{
	struct trace t = { .x = x };

	add_phases(&t);
	add_finalizes(&t);
	add_pages(&t);
	add_gaps(&t);
	if (t.n && !t.no_memory)
		qsort(t.v, t.n, sizeof(*t.v), by_time);
	clip_ranges(&t);
	if (!t.no_memory)
		put_trace(out, &t);
	free(t.v);
	return t.no_memory ? -ENOMEM : 0;
}
