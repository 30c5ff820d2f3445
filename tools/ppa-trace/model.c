// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are events taken in, and was anything missed?
 *
 * Events are sorted into records by their number, so windows may arrive in any
 * order and more than once. The frames prove what a replay held; see
 * include/trace/events/kpkeys.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Marks the record of an event that came outside of any frame. */
#define STRAY BIT(31)

/* JSON knows no larger integer; no honest kernel sends one. */
#define NUMBER_MAX (~0ULL >> 1)

struct model *model_new(void)
{
	return calloc(1, sizeof(struct model));
}

void model_free(struct model *m)
{
	if (!m)
		return;
	records_free(&m->records);
	ranges_free(&m->tracked);
	ranges_free(&m->untracked);
	free(m->stretches);
	free(m->whole);
	free(m->ranges);
	free(m->finalizes);
	free(m);
}

static bool frame_sane(const struct event_frame *f)
{
	const u64 numbers[] = {
		f->first, f->count, f->records, f->allocs, f->merges,
		f->overflows, f->finalizes, f->phases, f->lost, f->backwards,
		f->log_bytes, f->freq, f->ticks, f->boottime, f->ram,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (numbers[i] > NUMBER_MAX)
			return false;
	}
	return f->frame <= KPKEYS_PPA_FRAME_END &&
	       f->backend <= KPKEYS_BACKEND_PIE &&
	       f->page_shift >= 12 && f->page_shift <= 16 &&
	       f->levels >= 2 && f->levels <= 5 &&
	       f->va_bits >= 25 && f->va_bits <= 60 &&
	       f->records <= RECORDS_MAX && f->first <= RECORDS_MAX &&
	       f->count <= RECORDS_MAX;
}

static inline bool level_sane(u32 level)
{
	return level <= KPKEYS_PPA_LEVEL_PGD ||
	       level == KPKEYS_PPA_LEVEL_UNKNOWN;
}

static inline bool page_sane(const struct event *e)
{
	const struct event_alloc *a = &e->alloc;

	return (e->ticks | e->ns | a->addr | a->start | a->size) <= NUMBER_MAX &&
	       e->seq < RECORDS_MAX && level_sane(a->level) &&
	       a->join <= KPKEYS_PPA_JOIN_BRIDGE;
}

/*
 * Could a kernel have sent this? Wrong addresses are for the checks to find;
 * here it is about values that have no meaning at all.
 */
static bool event_sane(const struct event *e)
{
	if (e->kind == EVENT_REPLAY)
		return frame_sane(&e->frame);
	if (e->seq >= RECORDS_MAX || e->ticks > NUMBER_MAX ||
	    e->ns > NUMBER_MAX)
		return false;

	switch (e->kind) {
	case EVENT_ALLOC:
		return page_sane(e);
	case EVENT_MERGE:
		return e->merge.join <= KPKEYS_PPA_JOIN_BRIDGE &&
		       e->merge.start <= NUMBER_MAX &&
		       e->merge.size <= NUMBER_MAX;
	case EVENT_OVERFLOW:
		return level_sane(e->overflow.level) &&
		       e->overflow.addr <= NUMBER_MAX;
	case EVENT_FINALIZE:
		return e->finalize.start <= NUMBER_MAX &&
		       e->finalize.size <= NUMBER_MAX &&
		       e->finalize.duration <= NUMBER_MAX;
	case EVENT_PHASE:
		return e->phase.phase < PHASES &&
		       e->phase.count <= NUMBER_MAX &&
		       e->phase.missed <= NUMBER_MAX;
	}
	return false;
}

/* Do two frame events speak of the same log of the same boot? */
static bool same_boot(const struct event_frame *a, const struct event_frame *b)
{
	struct event_frame x = *a;

	x.first = b->first;
	x.count = b->count;
	x.frame = b->frame;
	return !memcmp(&x, b, sizeof(x));
}

static int add_stretch(struct model *m, u64 first, u64 end)
{
	struct model_stretch *s;

	if (first == end)
		return 0;
	/* The common case, windows that follow each other, stays one entry. */
	if (m->nstretches) {
		s = &m->stretches[m->nstretches - 1];
		if (first <= s->end && first >= s->first) {
			if (end > s->end)
				s->end = end;
			return 0;
		}
	}
	s = realloc(m->stretches, (m->nstretches + 1) * sizeof(*s));
	if (!s)
		return -ENOMEM;
	m->stretches = s;
	s[m->nstretches].first = first;
	s[m->nstretches].end = end;
	m->nstretches++;
	return 0;
}

/* Remember that the open frame is a whole one. */
static int add_whole(struct model *m)
{
	u32 *v = realloc(m->whole, (m->nwhole + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	m->whole = v;
	v[m->nwhole++] = m->epoch;
	return 0;
}

/*
 * The open frame is over. If it is not @whole, its events may be of several
 * boots: what they fail is proven of none.
 */
static void close_frame(struct model *m, bool whole)
{
	m->open = false;
	m->skipping = false;
	m->frames_unended += !whole;
	if (!m->doubted)
		return;
	for (int i = 0; whole && i < CHECK_FIRST_WALK; i++)
		check_add(&m->checks[i], &m->doubts[i]);
	if (!whole)
		m->strays_differ += m->contradictions;
	memset(m->doubts, 0, sizeof(m->doubts));
	m->contradictions = 0;
	m->doubted = false;
}

static void frame_begin(struct model *m, const struct event *e)
{
	const struct event_frame *f = &e->frame;

	if (m->open)
		close_frame(m, false);
	m->open = true;
	m->last_seq = 0;
	m->last_kinds = 0;
	m->open_id = e->replay;
	m->epoch++;
	m->begin = *f;
	m->skipping = m->have_header && !same_boot(&m->header, f);
	if (m->skipping) {
		m->frames_foreign++;
		return;
	}
	m->have_header = true;
	m->header_from_end = false;
	m->header = *f;
}

static void record_of(const struct event *e, struct record *r)
{
	memset(r, 0, sizeof(*r));
	r->ticks = e->ticks;
	r->ns = e->ns;
	switch (e->kind) {
	case EVENT_ALLOC:
		r->addr = e->alloc.addr;
		r->start = e->alloc.start;
		r->size = e->alloc.size;
		r->level = e->alloc.level;
		r->join = e->alloc.join;
		break;
	case EVENT_MERGE:
		r->start = e->merge.start;
		r->size = e->merge.size;
		r->join = e->merge.join;
		break;
	case EVENT_OVERFLOW:
		r->addr = e->overflow.addr;
		r->level = e->overflow.level;
		r->value = e->overflow.capacity;
		break;
	case EVENT_FINALIZE:
		r->start = e->finalize.start;
		r->size = e->finalize.size;
		r->duration = e->finalize.duration;
		r->value = e->finalize.pkey;
		r->error = e->finalize.error;
		break;
	case EVENT_PHASE:
		r->count = e->phase.count;
		r->missed = e->phase.missed;
		r->level = e->phase.phase;
		break;
	}
}

/* The fields that a merge event has and the alloc event must agree with. */
static bool merge_agrees(const struct record *a, const struct record *b)
{
	return a->ticks == b->ticks && a->ns == b->ns &&
	       a->start == b->start && a->size == b->size &&
	       a->join == b->join;
}

static bool record_agrees(const struct record *a, const struct record *b,
			  u32 kind)
{
	if (!merge_agrees(a, b))
		return false;
	switch (kind) {
	case EVENT_MERGE:
		return true;
	case EVENT_ALLOC:
		return a->addr == b->addr && a->level == b->level;
	default:
		return a->addr == b->addr && a->level == b->level &&
		       a->value == b->value && a->error == b->error;
	}
}

/* An event of the open frame fails a check, if that frame turns out whole. */
static void __printf(4, 5) doubt(struct model *m, enum check_id id,
				 const struct event *e, const char *note, ...)
{
	struct offender off = { .has = OFF_SEQ, .seq = e->seq };
	struct record r;
	va_list ap;

	record_of(e, &r);
	if (e->kind == EVENT_ALLOC || e->kind == EVENT_OVERFLOW) {
		off.has |= OFF_ADDR | OFF_LEVEL;
		off.addr = r.addr;
		off.level = r.level;
	}
	if (e->kind == EVENT_ALLOC || e->kind == EVENT_MERGE ||
	    e->kind == EVENT_FINALIZE) {
		off.has |= OFF_RANGE;
		off.start = r.start;
		off.size = r.size;
	}
	va_start(ap, note);
	check_vbad(&m->doubts[id], &off, note, ap);
	va_end(ap);
	m->doubted = true;
}

static int frame_end(struct model *m, const struct event *e)
{
	const struct event_frame *f = &e->frame;
	struct offender off = { 0 };
	int err;

	if (!m->open || m->open_id != e->replay) {
		if (m->have_header && !same_boot(&m->header, f)) {
			m->frames_foreign++;
			return 0;
		}
		m->frames_unbegun++;
		if (!m->have_header) {
			m->have_header = true;
			m->header_from_end = true;
			m->header = *f;
		}
		return 0;
	}
	if (m->skipping) {
		close_frame(m, true);
		return 0;
	}
	/* The begin of one boot's replay, the end of another's. */
	if (m->begin.boottime != f->boottime || m->begin.ticks != f->ticks) {
		close_frame(m, false);
		m->frames_foreign++;
		return 0;
	}
	close_frame(m, true);
	m->frames++;
	err = add_whole(m);
	if (err)
		return err;
	if (!same_boot(&m->begin, f) || f->first != m->begin.first ||
	    f->count > m->begin.count) {
		check_bad(&m->checks[CHECK_TOTALS], &off,
			  "end of replay %u differs from its begin",
			  e->replay);
		return 0;
	}
	if (f->count < m->begin.count)
		m->frames_interrupted++;
	return add_stretch(m, f->first, f->first + f->count);
}

/* Is @tag that of no frame, or of one that is over and was not whole? */
static bool loose(const struct model *m, u32 tag)
{
	if (tag & STRAY)
		return true;
	return !(m->open && tag == m->epoch) && !model_from_whole(m, tag);
}

/*
 * An event of this kind was seen under this number before: @twice in the same
 * frame, or not. @tag is that of its replay, @last that of the one that vouches
 * for what is known.
 */
static void again(struct model *m, const struct event *e,
		  const struct record *old, const struct record *new, u32 tag,
		  u32 *last, bool twice)
{
	bool agrees = record_agrees(old, new, e->kind);
	bool stray = tag & STRAY || loose(m, *last);

	m->repeats++;
	if (stray)
		m->strays_differ += !agrees;
	else
		m->contradictions += twice || !agrees;
	if (twice)
		doubt(m, CHECK_NUMBERS, e, "%s event twice in one replay",
		      event_descs[e->kind].name);
	else if (!agrees && !stray)
		doubt(m, CHECK_REPEAT, e, "replayed before with other contents");
	/* A whole frame counts more than one of which nobody knows yet. */
	if (agrees && !(tag & STRAY) && !model_from_whole(m, *last))
		*last = tag;
}

/* Is nothing of the record of a frame that is, or may yet be, a whole one? */
static bool all_loose(const struct model *m, const struct record *rec)
{
	const u8 merge = BIT(EVENT_MERGE);

	return !(rec->seen & ~merge && !loose(m, rec->replay)) &&
	       !(rec->seen & merge && !loose(m, rec->merge_replay));
}

/* Cannot both be true: what is known of a record, and an event of @kind? */
static bool contradicts(const struct record *rec, const struct record *new,
			u32 kind)
{
	const u8 pair = BIT(EVENT_ALLOC) | BIT(EVENT_MERGE);

	if (!rec->seen)
		return false;
	if (rec->seen & BIT(kind))
		return !record_agrees(rec, new, kind);
	return (rec->seen | BIT(kind)) & ~pair || !merge_agrees(rec, new);
}

static void store(struct model *m, const struct event *e, struct record *rec,
		  u32 tag, bool twice)
{
	const u8 pair = BIT(EVENT_ALLOC) | BIT(EVENT_MERGE);
	u8 bit = BIT(e->kind);
	struct record new;
	bool differs;

	record_of(e, &new);
	differs = contradicts(rec, &new, e->kind);
	if (differs && !(tag & STRAY) && all_loose(m, rec)) {
		/* What a frame brings counts more. */
		for (int i = 0; i < EVENT_KINDS; i++)
			m->seen[i] -= rec->seen >> i & 1;
		m->strays_differ++;
		rec->seen = 0;
		differs = false;
	}
	if (rec->seen & bit) {
		again(m, e, rec, &new, tag, e->kind == EVENT_MERGE ?
		      &rec->merge_replay : &rec->replay, twice);
		return;
	}
	if (differs && tag & STRAY) {
		m->strays_differ++;
		return;
	}
	m->contradictions += differs;
	if (rec->seen && ((rec->seen | bit) & ~pair)) {
		doubt(m, CHECK_NUMBERS, e,
		      "%s event, but another record has the number",
		      event_descs[e->kind].name);
		return;
	}
	if (differs)
		doubt(m, CHECK_MERGE, e,
		      "merge and alloc event of one page disagree");
	m->seen[e->kind]++;
	if (e->kind == EVENT_MERGE) {
		new.merge_replay = tag;
		if (rec->seen) {
			rec->merge_replay = tag;
			rec->seen |= bit;
			return;
		}
	} else {
		new.replay = tag;
		if (rec->seen)
			new.merge_replay = rec->merge_replay;
	}
	new.seen = rec->seen | bit;
	*rec = new;
}

int model_add(struct model *m, const struct event *e)
{
	struct record *rec;
	bool twice = false;
	u32 tag;

	if (!event_sane(e)) {
		m->insane++;
		return 0;
	}
	if (e->kind == EVENT_REPLAY) {
		m->in_strays = false;
		if (e->frame.frame == KPKEYS_PPA_FRAME_BEGIN) {
			frame_begin(m, e);
			return 0;
		}
		return frame_end(m, e);
	}

	/* A replay never goes back: its end is lost, and another's begin. */
	if (m->open && e->replay == m->open_id && e->seq < m->last_seq)
		close_frame(m, false);
	if (m->open && e->replay == m->open_id) {
		if (e->seq != m->last_seq)
			m->last_kinds = 0;
		twice = m->last_kinds & BIT(e->kind);
		m->last_kinds |= BIT(e->kind);
		m->last_seq = e->seq;
		if (m->skipping) {
			m->foreign++;
			return 0;
		}
		tag = m->epoch & ~STRAY;
		if (e->seq < m->begin.first ||
		    e->seq - m->begin.first >= m->begin.count)
			doubt(m, CHECK_NUMBERS, e,
			      "outside of the window of its replay");
	} else {
		tag = e->replay | STRAY;
		if (!m->strays++ || !m->in_strays || e->seq < m->stray_seq ||
		    e->replay != m->stray_id)
			m->stray_runs++;
		m->in_strays = true;
		m->stray_id = e->replay;
		m->stray_seq = e->seq;
	}

	switch (records_make(&m->records, e->seq, &rec)) {
	case RECORDS_OK:
		break;
	case RECORDS_SPARSE:
		m->sparse++;
		return 0;
	case RECORDS_NOMEM:
		return -ENOMEM;
	}
	m->lacking -= model_lacks_event(rec);
	store(m, e, rec, tag, twice);
	m->lacking += model_lacks_event(rec);
	return 0;
}

/* Apart, so that the usual case needs no stack. */
static __attr(__noinline__) int add_both(struct model *m, const struct event *e)
{
	struct event one = *e;
	int err;

	one.kind = EVENT_ALLOC;
	err = model_add(m, &one);
	if (err)
		return err;
	event_merge_of(e, &one);
	return model_add(m, &one);
}

int model_add_page(struct model *m, const struct event *e)
{
	const u8 pair = BIT(EVENT_ALLOC) | BIT(EVENT_MERGE);
	struct record *rec = NULL;

	if (m->open && !m->skipping && e->replay == m->open_id &&
	    e->seq > m->last_seq &&
	    e->seq - m->begin.first < m->begin.count && page_sane(e))
		rec = records_new(&m->records, e->seq);
	/* Whatever is unusual, model_add() knows. */
	if (!rec)
		return add_both(m, e);
	m->last_seq = e->seq;
	m->last_kinds = pair;
	m->seen[EVENT_ALLOC]++;
	m->seen[EVENT_MERGE]++;
	rec->ticks = e->ticks;
	rec->ns = e->ns;
	rec->addr = e->alloc.addr;
	rec->start = e->alloc.start;
	rec->size = e->alloc.size;
	rec->replay = m->epoch & ~STRAY;
	rec->merge_replay = rec->replay;
	rec->seen = pair;
	rec->level = e->alloc.level;
	rec->join = e->alloc.join;
	return 0;
}

u64 model_page_size(const struct model *m)
{
	return 1ULL << (m->have_header ? m->header.page_shift : 12);
}

const struct record *model_record(const struct model *m, u64 seq)
{
	const struct record *r = records_get(&m->records, seq);

	return r && model_counts(m, r) ? r : NULL;
}

bool model_lacks_event(const struct record *r)
{
	const u8 alloc = BIT(EVENT_ALLOC), pair = alloc | BIT(EVENT_MERGE);

	if (!(r->seen & pair))
		return false;
	return (r->join == KPKEYS_PPA_JOIN_NEW ? alloc : pair) & ~r->seen;
}

bool model_range_good(const struct model_range *r)
{
	return r->finalized == 1 && !r->error &&
	       r->pkey == KPKEYS_PKEY_PGTABLES;
}

size_t model_bytes(const struct model *m)
{
	return sizeof(*m) + records_bytes(&m->records) +
	       (m->tracked.cap + m->untracked.cap) * sizeof(struct range) +
	       m->nranges * sizeof(*m->ranges) +
	       m->nfinalizes * sizeof(*m->finalizes) +
	       m->nstretches * sizeof(*m->stretches) +
	       m->nwhole * sizeof(*m->whole);
}

int model_finish(struct model *m, const struct source_report *source)
{
	int err;

	m->source = *source;
	if (m->open)
		close_frame(m, false);
	model_complete(m);
	err = model_analyse(m);
	if (err)
		return err;
	model_finalizes(m);
	model_phases(m);
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
		check_not_made(&m->checks[i],
			       "this source has no page tables to walk");
	return 0;
}

size_t model_range_of(const struct model *m, u64 addr)
{
	size_t lo = 0, hi = m->nranges;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->ranges[mid].start + m->ranges[mid].size <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->nranges && m->ranges[lo].start <= addr ? lo : m->nranges;
}

int model_verdict(const struct model *m, bool events_only)
{
	int last = events_only ? CHECK_FIRST_WALK : CHECK_COUNT;
	int verdict = EXIT_GOOD;

	for (int i = 0; i < last; i++)
		verdict = check_verdict(verdict, &m->checks[i]);
	return verdict;
}
