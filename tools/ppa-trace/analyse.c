// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which ranges do the allocations make, and does each event say the same?
 *
 * The records are gone through once, in their order. The ranges are made anew
 * from the addresses alone, so that what the kernel says about them is checked
 * against something else than itself.
 *
 * Where records are missing the model cannot know what it should find. It then
 * takes over what the events say, and reports only what no missing record
 * could explain. Without any frame the size of a page is not known either: then
 * nothing is judged that depends on it.
 */
#include <errno.h>
#include <stdlib.h>

#include "model.h"

/* No arm64 has physical addresses of more bits. */
#define ADDR_END BIT_ULL(52)

/* What matters of a page and the range that it is said to be in. */
#define PAGE_IN_RANGE (OFF_ADDR | OFF_LEVEL | OFF_RANGE)

struct pass {
	struct model *m;
	u64 page;
	u64 seq;
	const struct record *r;
	bool inexact;		/* a record before this one is missing */
	bool too_many;		/* ranges.h: RANGES_FULL */
	u64 pages;		/* handed out before this record */
	u64 last_ticks;
	u64 last_ns;
	int error;
};

/* The record at hand fails a check; @has says what of it matters. */
static void __printf(4, 5) bad(const struct pass *p, enum check_id id, u32 has,
			       const char *note, ...)
{
	struct offender off = {
		.has = OFF_SEQ | has,
		.seq = p->seq,
		.addr = p->r->addr,
		.level = p->r->level,
		.start = p->r->start,
		.size = p->r->size,
	};
	va_list ap;

	va_start(ap, note);
	check_vbad(&p->m->checks[id], &off, note, ap);
	va_end(ap);
}

/* What is not a page, or a range of whole pages, that memory can have. */
static void misaligned(const struct pass *p, u64 addr, u64 size, u32 has)
{
	const char *what = has & OFF_RANGE ? "range" : "page";

	if ((addr | size) & (p->page - 1))
		bad(p, CHECK_ALIGN, has, "%s not a multiple of the page size",
		    what);
	else
		bad(p, CHECK_ALIGN, has, "%s empty or beyond 52 bits", what);
}

static inline bool page_aligned(const struct pass *p, u64 addr)
{
	if (!(addr & (p->page - 1)) && addr < ADDR_END)
		return true;
	misaligned(p, addr, p->page, OFF_ADDR | OFF_LEVEL);
	return false;
}

static bool range_aligned(const struct pass *p, u64 start, u64 size)
{
	if (!((start | size) & (p->page - 1)) && size && start < ADDR_END &&
	    size <= ADDR_END - start)
		return true;
	misaligned(p, start, size, OFF_RANGE);
	return false;
}

/* Handle what ranges_add() and ranges_absorb() have in common. */
static bool added(struct pass *p, enum ranges_add how)
{
	if (how == RANGES_NOMEM)
		p->error = -ENOMEM;
	if (how == RANGES_FULL)
		p->too_many = true;
	return how < RANGES_TWICE;
}

/* Does the event's own side fit its own range? No other record matters. */
static bool side_fits(const struct pass *p)
{
	const struct record *r = p->r;
	u64 end = r->start + r->size;

	if (r->addr < r->start || r->addr >= end)
		return false;
	switch (r->join) {
	case KPKEYS_PPA_JOIN_NEW:
		return r->size == p->page;
	case KPKEYS_PPA_JOIN_APPEND:
		return r->addr + p->page == end && r->size > p->page;
	case KPKEYS_PPA_JOIN_PREPEND:
		return r->addr == r->start && r->size > p->page;
	default:
		return r->addr > r->start && r->addr + p->page < end;
	}
}

/*
 * Take over the range of an event, because pages in it were not seen. What was
 * a range before can only have grown: it lies inside or is not touched at all.
 */
static void resync(struct pass *p)
{
	struct ranges *t = &p->m->tracked;
	u64 start = p->r->start, end = start + p->r->size;
	const struct range *old = ranges_touching(t, start, end);

	if (old && (old->start < start || old->end > end))
		bad(p, CHECK_RANGE, PAGE_IN_RANGE,
		    "touches 0x%llx-0x%llx but is not joined", old->start,
		    old->end);
	added(p, ranges_absorb(t, start, end, p->seq, p->r->ns));
}

/* Did the page get into the range that its event tells, in the same way? */
static inline bool as_said(const struct record *r, enum ranges_add how,
			   const struct range *now)
{
	return r->join == how && now->start == r->start &&
	       now->end == r->start + r->size;
}

static void judge_range(struct pass *p, enum ranges_add how,
			const struct range *now)
{
	const struct record *r = p->r;

	if (!side_fits(p)) {
		bad(p, CHECK_RANGE, PAGE_IN_RANGE,
		    "the range does not fit the page and \"%s\"",
		    event_name(join_names, r->join));
		return;
	}
	if (p->inexact) {
		resync(p);
		return;
	}
	bad(p, CHECK_RANGE, PAGE_IN_RANGE,
	    "\"%s\"; must be \"%s\" in 0x%llx-0x%llx",
	    event_name(join_names, r->join), event_name(join_names, how),
	    now->start, now->end);
}

/* Take over a range of a log whose page size nobody knows. */
static void take_over(struct pass *p)
{
	u64 start = p->r->start, size = p->r->size;

	if (size && start < ADDR_END && size <= ADDR_END - start)
		added(p, ranges_absorb(&p->m->tracked, start, start + size,
				       p->seq, p->r->ns));
}

static void page_twice(struct pass *p)
{
	bad(p, CHECK_PAGE_ONCE, OFF_ADDR | OFF_LEVEL, "was handed out before");
}

static inline bool untracked(struct model *m, u64 addr)
{
	return m->untracked.n && ranges_find(&m->untracked, addr);
}

static void alloc(struct pass *p)
{
	struct model *m = p->m;
	const struct record *r = p->r;
	const struct range *now;
	bool fine;
	enum ranges_add how = RANGES_TWICE;

	m->level_pages[r->level]++;
	m->joins[r->join]++;
	if (!p->pages)
		m->alloc_first_ns = r->ns;
	m->alloc_last_ns = r->ns;
	p->pages++;
	if (!m->have_header) {
		take_over(p);
		return;
	}

	fine = page_aligned(p, r->addr);
	if (r->addr < ADDR_END && !untracked(m, r->addr))
		how = ranges_add(&m->tracked, r->addr & ~(p->page - 1),
				 p->page, p->seq, r->ns, &now);
	if (fine && as_said(r, how, now))
		return;
	fine = range_aligned(p, r->start, r->size) && fine;
	if (r->addr >= ADDR_END)
		return;
	if (how == RANGES_TWICE)
		page_twice(p);
	else if (added(p, how) && fine)
		judge_range(p, how, now);
}

/* A merge event whose alloc event is missing, or the side of one that is not */
static void merge(struct pass *p)
{
	const struct record *r = p->r;
	struct model *m = p->m;

	m->merges[r->join]++;
	if (r->join == KPKEYS_PPA_JOIN_NEW)
		bad(p, CHECK_MERGE, OFF_RANGE, "the side must not be \"new\"");
	if (r->seen & BIT(EVENT_ALLOC))
		return;
	p->inexact = true;
	if (!m->have_header)
		take_over(p);
	else if (range_aligned(p, r->start, r->size))
		resync(p);
}

static void overflow(struct pass *p)
{
	struct model *m = p->m;
	const struct record *r = p->r;
	u64 addr = r->addr & ~(p->page - 1);
	const struct range *now;

	p->pages++;
	bad(p, CHECK_OVERFLOW, OFF_ADDR | OFF_LEVEL,
	    "in no range: all %u in use", r->value);
	if (!m->have_header)
		return;
	if (!page_aligned(p, r->addr) &&
	    r->addr >= ADDR_END)
		return;
	if (ranges_touching(&m->tracked, addr, addr + p->page))
		bad(p, CHECK_RANGE, OFF_ADDR | OFF_LEVEL,
		    "not tracked, but it touches a range");
	if (ranges_find(&m->tracked, addr)) {
		page_twice(p);
		return;
	}
	switch (ranges_add(&m->untracked, addr, p->page, p->seq, r->ns,
			   &now)) {
	case RANGES_TWICE:
		page_twice(p);
		break;
	case RANGES_FULL:
		p->too_many = true;
		break;
	case RANGES_NOMEM:
		p->error = -ENOMEM;
		break;
	default:
		break;
	}
}

static void phase_count(struct pass *p, const char *what, u64 said, u64 is)
{
	if (said != is && !p->inexact && !p->too_many)
		bad(p, CHECK_PHASES, 0, "%s says %llu %s, there are %llu",
		    event_name(phase_names, p->r->level), said, what, is);
}

static void phase(struct pass *p)
{
	struct model *m = p->m;
	const struct record *r = p->r;
	struct model_phase *ph = &m->phase[r->level];
	u64 nranges = m->tracked.n;

	if (!ph->times++) {
		ph->seq = p->seq;
		ph->ticks = r->ticks;
		ph->ns = r->ns;
		ph->count = r->count;
		ph->missed = r->missed;
	}
	switch (r->level) {
	case KPKEYS_PPA_PHASE_FINALIZE_BEGIN:
		phase_count(p, "ranges", r->count, nranges);
		break;
	case KPKEYS_PPA_PHASE_HANDOVER:
		phase_count(p, "ranges", r->count, nranges);
		phase_count(p, "untracked pages", r->missed,
			    m->seen[EVENT_OVERFLOW]);
		break;
	case KPKEYS_PPA_PHASE_ALLOC_ENTRY:
		phase_count(p, "pages before it", r->count, p->pages);
		break;
	}
}

static void judge_time(struct pass *p)
{
	const struct record *r = p->r;

	if (r->ns < p->last_ns)
		bad(p, CHECK_TIME_ORDER, 0,
		    "%llu ns, but the record before it has %llu ns", r->ns,
		    p->last_ns);
	else if (r->ticks < p->last_ticks)
		bad(p, CHECK_TIME_ORDER, 0,
		    "%llu ticks, but the record before it has %llu ticks",
		    r->ticks, p->last_ticks);
	p->last_ticks = r->ticks;
	p->last_ns = r->ns;
}

static void finalize(const struct pass *p)
{
	struct model *m = p->m;

	m->finalizes[m->nfinalizes++] = (struct model_finalize){
		.seq = p->seq,
		.start = p->r->start,
		.size = p->r->size,
		.duration = p->r->duration,
		.pkey = p->r->value,
		.error = p->r->error,
	};
}

static void record(struct pass *p)
{
	const u8 seen = p->r->seen;

	judge_time(p);
	if (seen & BIT(EVENT_ALLOC))
		alloc(p);
	if (seen & BIT(EVENT_MERGE))
		merge(p);
	else if (seen & BIT(EVENT_OVERFLOW))
		overflow(p);
	else if (seen & BIT(EVENT_FINALIZE))
		finalize(p);
	else if (seen & BIT(EVENT_PHASE))
		phase(p);
}

/* What a check of the events can say when some of them are missing. */
static void doubt(struct pass *p, enum check_id id)
{
	struct check *c = &p->m->checks[id];

	if (!p->m->complete)
		check_unproven(c, "see events.complete");
	if (p->too_many)
		check_unproven(c, "more than %u ranges: not looked at further",
			       RANGES_MAX);
}

static void conclude(struct pass *p)
{
	struct model *m = p->m;
	struct check *c = m->checks;
	u64 handed = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];
	u64 merges = m->seen[EVENT_MERGE];

	check_looked(&c[CHECK_ALIGN], "%llu page%s of %llu bytes, and their ranges",
		     handed, plural(handed), p->page);
	check_looked(&c[CHECK_PAGE_ONCE], "%llu page%s", handed,
		     plural(handed));
	check_looked(&c[CHECK_RANGE], "%llu alloc event%s: side and range",
		     m->seen[EVENT_ALLOC], plural(m->seen[EVENT_ALLOC]));
	check_looked(&c[CHECK_MERGE], "%llu merge event%s", merges,
		     plural(merges));
	check_looked(&c[CHECK_OVERFLOW], "%llu untracked page%s",
		     m->seen[EVENT_OVERFLOW], plural(m->seen[EVENT_OVERFLOW]));
	check_looked(&c[CHECK_CAPACITY], "%zu range%s at most, of %u possible",
		     m->tracked.most, plural(m->tracked.most), m->header.capacity);
	check_looked(&c[CHECK_TIME_ORDER], "%llu record%s", m->records.used,
		     plural(m->records.used));

	for (int i = CHECK_ALIGN; i <= CHECK_OVERFLOW; i++)
		doubt(p, i);
	doubt(p, CHECK_TIME_ORDER);

	if (m->have_header && m->tracked.most > m->header.capacity) {
		struct offender off = { 0 };

		check_bad(&c[CHECK_CAPACITY], &off, "%zu ranges",
			  m->tracked.most);
	}
	if (m->have_header && m->header.backwards) {
		struct offender off = { 0 };

		check_bad(&c[CHECK_TIME_ORDER], &off,
			  "the kernel saw its counter go back %llu times",
			  m->header.backwards);
	}
}

static int take_ranges(struct model *m)
{
	m->ranges = calloc(m->tracked.n + 1, sizeof(*m->ranges));
	if (!m->ranges)
		return -ENOMEM;
	m->nranges = m->tracked.n;
	for (size_t i = 0; i < m->nranges; i++) {
		const struct range *r = &m->tracked.v[i];
		struct model_range *to = &m->ranges[i];

		to->start = r->start;
		to->size = r->end - r->start;
		to->pages = r->pages;
		to->first_ns = r->first_ns;
		m->range_bytes += to->size;
		if (to->size > m->largest)
			m->largest = to->size;
	}
	return 0;
}

int model_analyse(struct model *m)
{
	struct pass p = {
		.m = m,
		.page = model_page_size(m),
		.inexact = !m->have_header,
	};
	struct records_iter i;
	u64 want = 0;

	m->finalizes = calloc(m->seen[EVENT_FINALIZE] + 1,
			      sizeof(*m->finalizes));
	if (!m->finalizes)
		return -ENOMEM;
	for (i = records_from(&m->records, 0); i.rec && !p.error;
	     records_next(&i)) {
		/* Does something lie between it and the one before? */
		if (i.seq != want)
			p.inexact = true;
		want = i.seq + 1;
		p.seq = i.seq;
		p.r = i.rec;
		if (model_counts(m, p.r))
			record(&p);
		else
			p.inexact = true;
	}
	if (p.error)
		return p.error;
	conclude(&p);
	return take_ranges(m);
}
