// SPDX-License-Identifier: GPL-2.0-only
/* How does a boot become bars, windows and curves? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* --- scales ------------------------------------------------------------- */

u32 report_at(const struct report_scale *s, u64 value)
{
	u64 part, whole;

	if (value <= s->from)
		return 0;
	if (value >= s->to)
		return REPORT_WIDTH;
	part = value - s->from;
	whole = s->to - s->from;
	while (whole > ~0ULL / REPORT_WIDTH) {
		whole >>= 1;
		part >>= 1;
	}
	return part * REPORT_WIDTH / whole;
}

void report_place(const struct report_scale *s, u64 start, u64 end, u32 *x,
		  u32 *width)
{
	*x = 0;
	*width = 0;
	if (end <= s->from || start >= s->to || start > end)
		return;
	*x = report_at(s, start);
	*width = report_at(s, end) - *x;
	if (*width >= REPORT_LEAST)
		return;
	/* Too narrow to be seen: it grows on both sides, but not out. */
	*x += *width / 2;
	*x = *x < REPORT_LEAST / 2 ? 0 : *x - REPORT_LEAST / 2;
	*width = REPORT_LEAST;
	if (*x > REPORT_WIDTH - REPORT_LEAST)
		*x = REPORT_WIDTH - REPORT_LEAST;
}

/* The next step of an axis: 1, 2, 5, 10, 20 ... or twice as much. */
static u64 next_step(u64 step, bool binary)
{
	u64 first = step;

	if (binary)
		return step * 2;
	while (first >= 10)
		first /= 10;
	return first == 2 ? step / 2 * 5 : step * 2;
}

size_t report_ticks(const struct report_scale *s, size_t most, u64 least,
		    u64 ticks[REPORT_TICKS])
{
	u64 step = least ? least : 1, first, last;

	if (most > REPORT_TICKS)
		most = REPORT_TICKS;
	for (;;) {
		first = s->from / step + (s->from % step > 0);
		last = s->to / step;
		if (last < first)
			return 0;
		if (last - first < most)
			break;
		step = next_step(step, least);
	}
	for (u64 i = 0; i <= last - first; i++)
		ticks[i] = (first + i) * step;
	return last - first + 1;
}

/* --- the verdict ---------------------------------------------------------- */

static void count_checks(struct report *r)
{
	r->checks = r->in.events_only ? CHECK_FIRST_WALK : CHECK_COUNT;
	for (int i = 0; i < r->checks; i++)
		r->status[r->in.m->checks[i].status]++;
	r->verdict = model_verdict(r->in.m, r->in.events_only);
}

enum report_state report_range_state(const struct report *r, size_t i)
{
	const struct model *m = r->in.m;
	const struct model_range *range = &m->ranges[i];
	enum walk_says walk = walk_says(m, range->start, range->size, NULL);

	if (walk == WALK_SAYS_BAD)
		return REPORT_UNKEYED;
	if (model_range_good(range))
		return walk == WALK_SAYS_PERHAPS ? REPORT_UNKNOWN :
						   REPORT_KEYED;
	return range->finalized || m->complete ? REPORT_UNKEYED :
						 REPORT_UNKNOWN;
}

size_t report_good_rows(const struct report *r)
{
	size_t bad = 0;

	for (size_t i = 0; i < r->in.m->nranges && bad < REPORT_ROWS; i++)
		bad += report_range_state(r, i) != REPORT_KEYED;
	return REPORT_ROWS - bad;
}

bool report_row(const struct report *r, size_t i, size_t *good_left)
{
	if (report_range_state(r, i) != REPORT_KEYED)
		return true;
	if (!*good_left)
		return false;
	--*good_left;
	return true;
}

/* --- the map ---------------------------------------------------------------- */

static u64 add_within(u64 start, u64 size)
{
	if (start >= REPORT_ADDR_END || size >= REPORT_ADDR_END - start)
		return REPORT_ADDR_END;
	return start + size;
}

static void add_memory(struct report *r, u64 start, u64 size)
{
	struct host_memory *to = &r->memory[r->nmemory];

	if (!size || start >= REPORT_ADDR_END)
		return;
	to->start = start;
	to->size = add_within(start, size) - start;
	r->nmemory++;
}

static void find_memory(struct report *r)
{
	const struct event_frame *f = &r->in.m->header;
	const struct host *h = r->in.host;

	if (h && h->memory_known && h->nmemory <= HOST_MEMORY_MAX) {
		for (size_t i = 0; i < h->nmemory; i++)
			add_memory(r, h->memory[i].start, h->memory[i].size);
		if (r->nmemory)
			r->memory_from = REPORT_MEMORY_HOST;
	}
	if (r->memory_from == REPORT_MEMORY_NONE && r->in.m->have_header) {
		add_memory(r, f->memstart, f->ram);
		if (r->nmemory)
			r->memory_from = REPORT_MEMORY_EVENTS;
	}
}

static void widen(struct report_scale *s, u64 start, u64 end)
{
	if (!s->to || start < s->from)
		s->from = start;
	if (end > s->to)
		s->to = end;
}

static int by_start(const void *a, const void *b)
{
	const struct report_bar *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int make_bars(struct report *r)
{
	const struct model *m = r->in.m;
	size_t n = m->nranges + m->untracked.n;
	struct report_bar *b;

	r->bars = calloc(n + 1, sizeof(*r->bars));
	r->overview = calloc(n + 1, sizeof(*r->overview));
	if (!r->bars || !r->overview)
		return -ENOMEM;
	b = r->bars;
	for (size_t i = 0; i < m->nranges; i++, b++) {
		b->start = m->ranges[i].start;
		b->end = add_within(b->start, m->ranges[i].size);
		b->pages = m->ranges[i].pages;
		b->first = i;
		b->n = 1;
		b->state = report_range_state(r, i);
	}
	for (size_t i = 0; i < m->untracked.n; i++, b++) {
		b->start = m->untracked.v[i].start;
		b->end = add_within(b->start, m->untracked.v[i].end - b->start);
		b->pages = m->untracked.v[i].pages;
		b->state = REPORT_UNTRACKED;
	}
	/* What lies behind all addresses that memory can have is not drawn. */
	for (size_t i = 0; i < n; i++) {
		if (r->bars[i].start < r->bars[i].end)
			r->bars[r->nbars++] = r->bars[i];
	}
	qsort(r->bars, r->nbars, sizeof(*r->bars), by_start);
	return 0;
}

/* Bars with less than @gap bytes between them become one. How many are left. */
static size_t merge(struct report_bar *v, size_t n, u64 gap)
{
	size_t to = 0;

	for (size_t i = 1; i < n; i++) {
		if (v[i].start > v[to].end && v[i].start - v[to].end >= gap) {
			v[++to] = v[i];
			continue;
		}
		if (v[i].end > v[to].end)
			v[to].end = v[i].end;
		if (!v[to].n)
			v[to].first = v[i].first;
		v[to].pages += v[i].pages;
		v[to].n += v[i].n;
		if (v[i].state > v[to].state)
			v[to].state = v[i].state;
	}
	return n ? to + 1 : 0;
}

static void thin_out(struct report *r)
{
	u64 gap = model_page_size(r->in.m);
	size_t n = r->nbars;

	while (r->nbars > REPORT_BARS) {
		gap *= 2;
		r->nbars = merge(r->bars, r->nbars, gap);
	}
	r->merged = n != r->nbars;
	memcpy(r->overview, r->bars, r->nbars * sizeof(*r->bars));
	gap = (r->all.to - r->all.from) / REPORT_WIDTH * REPORT_LEAST + 1;
	r->noverview = merge(r->overview, r->nbars, gap);
	while (r->noverview > REPORT_OVERVIEW) {
		gap *= 2;
		r->noverview = merge(r->overview, r->noverview, gap);
	}
}

/* Some room on both sides, in whole pages, so that an edge is seen to be one. */
static void pad(const struct report *r, struct report_scale *s)
{
	u64 page = model_page_size(r->in.m);
	u64 room = (s->to - s->from) / 16 / page * page;

	if (room < 4 * page)
		room = 4 * page;
	s->from = s->from > room ? s->from - room : 0;
	s->to = add_within(s->to, room);
}

/* The same, as far as there is anything. */
static void pad_within(const struct report *r, struct report_scale *s)
{
	pad(r, s);
	if (s->from < r->all.from)
		s->from = r->all.from;
	if (s->to > r->all.to)
		s->to = r->all.to;
}

/* Ranges with a gap between them that is large beside all of it part there. */
static void find_clusters(struct report *r)
{
	struct report_cluster *c = NULL;
	u64 extent;

	if (!r->nbars)
		return;
	extent = r->bars[r->nbars - 1].end - r->bars[0].start;
	for (size_t i = 0; i < r->nbars; i++) {
		const struct report_bar *b = &r->bars[i];

		if (!c || (b->start > c->scale.to &&
			   b->start - c->scale.to > extent / 8 &&
			   r->nclusters < REPORT_CLUSTERS)) {
			c = &r->cluster[r->nclusters++];
			c->first = i;
			c->scale.from = b->start;
		}
		if (b->end > c->scale.to)
			c->scale.to = b->end;
		c->n++;
		c->pages += b->pages;
		if (b->state > c->worst)
			c->worst = b->state;
	}
	for (size_t i = 0; i < r->nclusters; i++) {
		const struct report_cluster *best = &r->cluster[r->shown];

		c = &r->cluster[i];
		pad_within(r, &c->scale);
		if (c->worst > best->worst ||
		    (c->worst == best->worst && c->pages > best->pages))
			r->shown = i;
	}
}

static void add_mark(struct report *r, u64 addr, int check, int offender)
{
	struct report_mark *mark = &r->mark[r->nmarks];

	if (addr < r->all.from || addr >= r->all.to ||
	    r->nmarks == REPORT_MARKS)
		return;
	for (size_t i = 0; i < r->nmarks; i++) {
		if (r->mark[i].addr == addr)
			return;
	}
	mark->addr = addr;
	mark->check = check;
	mark->offender = offender;
	r->nmarks++;
}

static int by_addr(const void *a, const void *b)
{
	const struct report_mark *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void find_marks(struct report *r)
{
	for (int i = 0; i < r->checks; i++) {
		const struct check *c = &r->in.m->checks[i];

		if (c->status != CHECK_FAILED)
			continue;
		for (u64 k = 0; k < c->bad && k < OFFENDERS_MAX; k++) {
			const struct offender *o = &c->off[k];

			if (o->has & OFF_ADDR)
				add_mark(r, o->addr, i, k);
			else if (o->has & OFF_RANGE)
				add_mark(r, o->start, i, k);
		}
	}
	qsort(r->mark, r->nmarks, sizeof(*r->mark), by_addr);
}

static int make_map(struct report *r)
{
	find_memory(r);
	if (make_bars(r))
		return -ENOMEM;
	for (size_t i = 0; i < r->nmemory; i++)
		widen(&r->all, r->memory[i].start,
		      r->memory[i].start + r->memory[i].size);
	for (size_t i = 0; i < r->nbars; i++)
		widen(&r->all, r->bars[i].start, r->bars[i].end);
	if (r->nbars && !r->nmemory)
		pad(r, &r->all);
	thin_out(r);
	find_clusters(r);
	find_marks(r);
	return 0;
}

/* --- the curves ----------------------------------------------------------------- */

#define PAGE_KINDS (BIT(EVENT_ALLOC) | BIT(EVENT_OVERFLOW))

static const struct record *page_record(const struct model *m, u64 seq)
{
	const struct record *rec = model_record(m, seq);

	return rec && rec->seen & PAGE_KINDS ? rec : NULL;
}

static void find_time(struct report *r)
{
	const struct boot_span *map = &r->in.boot->map;
	const struct model *m = r->in.m;

	for (u64 seq = 0; seq < m->records.end; seq++) {
		const struct record *rec = page_record(m, seq);

		if (rec)
			widen(&r->time, rec->ns, rec->ns < ~0ULL ?
			      rec->ns + 1 : rec->ns);
	}
	if (r->time.to && map->known)
		widen(&r->time, map->begin_ns, map->begin_ns + map->ns);
}

static void make_curves(struct report *r)
{
	const struct model *m = r->in.m;

	find_time(r);
	if (!r->time.to)
		return;
	for (u64 seq = 0; seq < m->records.end; seq++) {
		const struct record *rec = page_record(m, seq);
		u64 bin;

		if (!rec)
			continue;
		bin = (u64)report_at(&r->time, rec->ns) * REPORT_BINS /
		      REPORT_WIDTH;
		if (bin == REPORT_BINS)
			bin--;
		r->curve[rec->level < LEVELS ? rec->level :
			 KPKEYS_PPA_LEVEL_UNKNOWN][bin]++;
	}
	for (int l = 0; l < LEVELS; l++) {
		for (int i = 1; i < REPORT_BINS; i++)
			r->curve[l][i] += r->curve[l][i - 1];
	}
}

int report_make(struct report *r, const struct report_input *in)
{
	memset(r, 0, sizeof(*r));
	r->in = *in;
	count_checks(r);
	if (make_map(r)) {
		report_free(r);
		return -ENOMEM;
	}
	make_curves(r);
	return 0;
}

void report_free(struct report *r)
{
	free(r->bars);
	free(r->overview);
	memset(r, 0, sizeof(*r));
}
