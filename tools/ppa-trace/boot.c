// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are the times of a boot worked out?
 *
 * The records are gone through once, in their order; the gaps are kept and
 * sorted for the percentiles. That takes 8 bytes a page beside the model.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"

/* A sample that took longer, 18 minutes, is taken as that long. */
#define SAMPLE_MAX BIT_ULL(40)

struct pass {
	const struct model *m;
	struct boot_report *b;
	u64 *gaps;
	size_t max_gaps;
	u64 seq;
	const struct record *r;
	u64 *samples;
	size_t max_samples;

	/* since the page before */
	bool have_page;
	u64 page_ns;
	bool hole;
	bool phase;

	/* the record before was an allocation's entry */
	bool entered;
	u64 entry_ns;
	bool entered_first;	/* the first of all */
	u64 first_seq;
};

static u64 add(u64 a, u64 b)
{
	u64 sum;

	return __builtin_add_overflow(a, b, &sum) || sum > BOOT_MAX ?
	       BOOT_MAX : sum;
}

static u64 multiply(u64 a, u64 b)
{
	u64 product;

	return __builtin_mul_overflow(a, b, &product) || product > BOOT_MAX ?
	       BOOT_MAX : product;
}

/* @a * @b / @c, as exact as 64 bits allow; 0 if @c is. */
static u64 scale(u64 a, u64 b, u64 c)
{
	if (!c)
		return 0;
	return add(multiply(a / c, b), multiply(a % c, b) / c);
}

/* Rounded down. */
static u64 square_root(u64 n)
{
	u64 root = 0;

	for (u64 bit = BIT_ULL(31); bit; bit >>= 1) {
		if ((root + bit) * (root + bit) <= n)
			root += bit;
	}
	return root;
}

u32 boot_share(u64 part, u64 whole)
{
	u64 share;

	if (!whole)
		return 0;
	/* So that a thousand of it fit. */
	while (part > BOOT_MAX / 1024 || whole > BOOT_MAX / 1024) {
		part >>= 1;
		whole >>= 1;
	}
	if (!whole)
		return ~0U;
	share = (part * 1000 + whole / 2) / whole;
	return share > ~0U ? ~0U : share;
}

const char *boot_step_name(u32 step)
{
	return step == BOOT_UNTRACKED ? "untracked" :
					event_name(join_names, step);
}

/* --- one record after the other ------------------------------------------ */

static void slowest(struct boot_gaps *g, const struct boot_gap *gap)
{
	size_t i = g->nslowest;

	if (i == BOOT_SLOWEST) {
		if (g->slowest[i - 1].ns >= gap->ns)
			return;
		i--;
	} else {
		g->nslowest++;
	}
	for (; i && g->slowest[i - 1].ns < gap->ns; i--)
		g->slowest[i] = g->slowest[i - 1];
	g->slowest[i] = *gap;
}

static unsigned int bucket(u64 ns)
{
	unsigned int i = 0;

	while (i < BOOT_BUCKETS - 1 && ns >= BIT_ULL(i + 1))
		i++;
	return i;
}

static void count_gap(struct pass *p, u32 step)
{
	struct boot_gaps *g = &p->b->gaps;
	struct boot_gap gap = {
		.at_ns = p->r->ns,
		.seq = p->seq,
		.addr = p->r->addr,
		.level = p->r->level,
		.step = step,
	};

	if (p->hole) {
		g->holes++;
		return;
	}
	if (p->r->ns < p->page_ns) {
		g->backwards++;
		return;
	}
	gap.ns = p->r->ns - p->page_ns;
	if (p->phase) {
		g->across++;
		g->across_ns = add(g->across_ns, gap.ns);
		return;
	}
	if (g->n == p->max_gaps)
		return;
	p->gaps[g->n++] = gap.ns;
	g->ns = add(g->ns, gap.ns);
	g->buckets[bucket(gap.ns)]++;
	slowest(g, &gap);
	p->b->step[step].gaps++;
	p->b->step[step].gap_ns = add(p->b->step[step].gap_ns, gap.ns);
}

/* In which of the equal parts of @in is @ns? They are closed at the end. */
static void count_slice(struct boot_report *b, u64 ns)
{
	const struct boot_span *in = &b->slices_in;
	u64 at = ns - in->begin_ns, whole = in->ns, i;

	if (!in->known || ns < in->begin_ns || at > whole)
		return;
	while (at > BOOT_MAX / BOOT_SLICES) {
		at >>= 1;
		whole >>= 1;
	}
	i = whole ? at * BOOT_SLICES / whole : 0;
	b->slices[i < BOOT_SLICES ? i : BOOT_SLICES - 1]++;
}

static void count_page(struct pass *p)
{
	const struct model_phase *begin, *end;
	struct boot_report *b = p->b;

	begin = &p->m->phase[KPKEYS_PPA_PHASE_PAGING_BEGIN];
	end = &p->m->phase[KPKEYS_PPA_PHASE_PAGING_END];
	b->pages++;
	if (end->times && p->seq > end->seq)
		b->later_pages++;
	else if (b->map.known && p->seq > begin->seq)
		b->map_pages++;
	count_slice(b, p->r->ns);
}

static void count_sample(struct pass *p)
{
	struct boot_own *o = &p->b->own;
	u64 ns;

	if (!p->entered || p->r->ns < p->entry_ns ||
	    o->samples == p->max_samples)
		return;
	ns = p->r->ns - p->entry_ns;
	if (ns > SAMPLE_MAX)
		ns = SAMPLE_MAX;
	if (p->entered_first) {
		o->first_known = true;
		o->first_ns = ns;
		p->first_seq = p->seq;
		return;
	}
	p->samples[o->samples++] = ns;
	if (o->samples == 1 || ns < o->min_ns)
		o->min_ns = ns;
	if (ns > o->max_ns)
		o->max_ns = ns;
}

static void page(struct pass *p)
{
	u32 step = p->r->seen & BIT(EVENT_OVERFLOW) ? BOOT_UNTRACKED :
						      p->r->join;

	count_page(p);
	count_sample(p);
	p->b->step[step].pages++;
	if (p->have_page)
		count_gap(p, step);
	p->have_page = true;
	p->page_ns = p->r->ns;
	p->hole = false;
	p->phase = false;
	p->entered = false;
}

static void record(struct pass *p)
{
	bool entry = p->r && p->r->seen & BIT(EVENT_PHASE) &&
		     p->r->level == KPKEYS_PPA_PHASE_ALLOC_ENTRY;

	if (p->r && p->r->seen & (BIT(EVENT_ALLOC) | BIT(EVENT_OVERFLOW))) {
		page(p);
		return;
	}
	/* Of a merge event without its alloc event the page is not known. */
	if (!p->r || p->r->seen & BIT(EVENT_MERGE))
		p->hole = true;
	else if (!entry)
		p->phase = true;
	p->entered = entry;
	p->entry_ns = entry ? p->r->ns : 0;
	p->entered_first = entry && !p->r->count;
}

static void all_records(struct pass *p)
{
	u64 end = p->m->records.end;

	if (p->m->have_header && end < p->m->header.records)
		end = p->m->header.records;
	for (p->seq = 0; p->seq < end; p->seq++) {
		p->r = model_record(p->m, p->seq);
		record(p);
	}
}

/* --- what follows from all of them ---------------------------------------- */

static int by_size(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The smallest gap that @percent of all do not exceed. */
static u64 percentile(const u64 *sorted, u64 n, unsigned int percent)
{
	return sorted[(n * percent + 99) / 100 - 1];
}

static void sum_up_gaps(struct pass *p)
{
	struct boot_gaps *g = &p->b->gaps;
	struct boot_report *b = p->b;

	for (u32 i = 0; i < BOOT_STEPS; i++) {
		struct boot_step *s = &b->step[i];

		s->mean_ps = scale(s->gap_ns, 1000, s->gaps);
		if (i == KPKEYS_PPA_JOIN_NEW || i == BOOT_UNTRACKED)
			continue;
		b->merged.pages += s->pages;
		b->merged.gaps += s->gaps;
		b->merged.gap_ns = add(b->merged.gap_ns, s->gap_ns);
	}
	b->merged.mean_ps = scale(b->merged.gap_ns, 1000, b->merged.gaps);
	if (!g->n)
		return;
	qsort(p->gaps, g->n, sizeof(*p->gaps), by_size);
	g->p50 = percentile(p->gaps, g->n, 50);
	g->p90 = percentile(p->gaps, g->n, 90);
	g->p99 = percentile(p->gaps, g->n, 99);
	g->max = p->gaps[g->n - 1];
}

static u64 deviation(u64 x, u64 mean)
{
	return x > mean ? x - mean : mean - x;
}

/* So that their squares can be added up, deviations keep this many bits. */
#define DEVIATION_BITS 20

/*
 * Twice the standard error of the mean of @v, in ps:
 * sqrt(4 * sum((x - mean)^2) / (n * (n - 1))). Deviations are taken from the
 * mean in whole ns, and what that rounds off is put right afterwards.
 */
static u64 twice_standard_error(const u64 *v, u64 n, u64 mean_ns)
{
	u64 largest = 0, squares = 0, above = 0, below = 0, off;
	unsigned int shift = 0;

	for (u64 i = 0; i < n; i++) {
		if (deviation(v[i], mean_ns) > largest)
			largest = deviation(v[i], mean_ns);
	}
	while (largest >> shift >> DEVIATION_BITS)
		shift++;
	for (u64 i = 0; i < n; i++) {
		u64 d = deviation(v[i], mean_ns) >> shift;

		squares = add(squares, d * d);
		if (v[i] > mean_ns)
			above += d;
		else
			below += d;
	}
	off = deviation(above, below);
	squares -= scale(off, off, n);
	return square_root(scale(squares, 4000000, n * (n - 1))) << shift;
}

/*
 * What the resolution of the counter alone can make of the error. It turns a
 * time into one of two numbers of ticks, which deviate from their mean by half
 * a tick at most; and if all samples are equal, that is all there is to say.
 */
static u64 least_error(const struct boot_report *b)
{
	return scale(b->resolution_ps, 1000,
		     square_root(multiply(b->own.samples, 1000000)));
}

/* What @pages took, the first of all among them or not, and the error of it. */
static u64 estimate(const struct boot_own *o, u64 pages, bool first, u64 *error)
{
	u64 others = first ? pages - 1 : pages;

	*error = scale(others, o->error_ps, 1000);
	return add(first ? o->first_ns : 0, scale(others, o->mean_ps, 1000));
}

static void sum_up_own(struct pass *p)
{
	const struct model_phase *map;
	struct boot_report *b = p->b;
	struct boot_own *o = &b->own;
	u64 sum = 0, n = o->samples;
	bool in_map;

	for (u64 i = 0; i < n; i++)
		sum = add(sum, p->samples[i]);
	o->mean_ps = scale(sum, 1000, n);
	o->error_known = n > 1;
	if (o->error_known)
		o->error_ps = twice_standard_error(p->samples, n, sum / n);
	if (o->error_known && o->error_ps < least_error(b))
		o->error_ps = least_error(b);
	/* All alike, and nobody knows how coarse the counter is. */
	if (!o->error_ps)
		o->error_known = false;
	o->known = n || (o->first_known && b->pages == 1);
	if (!o->known)
		return;
	map = &p->m->phase[KPKEYS_PPA_PHASE_PAGING_BEGIN];
	in_map = o->first_known && b->map_pages && p->first_seq > map->seq;
	o->ns = estimate(o, b->pages, o->first_known, &o->error_ns);
	o->map_ns = estimate(o, b->map_pages, in_map, &o->map_error_ns);
	o->map_share = boot_share(o->map_ns, b->map.ns);
	o->map_error_share = boot_share(o->map_error_ns, b->map.ns);
}

static int sum_up_finalize(const struct model *m, struct boot_report *b)
{
	b->finalizes = calloc(m->nfinalizes + 1, sizeof(*b->finalizes));
	if (!b->finalizes)
		return -ENOMEM;
	b->nfinalizes = m->nfinalizes;
	for (size_t i = 0; i < m->nfinalizes; i++) {
		const struct model_finalize *from = &m->finalizes[i];
		struct boot_finalize *to = &b->finalizes[i];

		to->start = from->start;
		to->size = from->size;
		to->pages = b->page_size ? from->size / b->page_size : 0;
		to->ns = from->duration;
		to->page_ps = scale(to->ns, 1000, to->pages);
		to->seq = from->seq;
		to->error = from->error;
		b->finalize_pages = add(b->finalize_pages, to->pages);
		b->finalize_ns = add(b->finalize_ns, to->ns);
	}
	b->finalize_page_ps = scale(b->finalize_ns, 1000, b->finalize_pages);
	return 0;
}

/* --- what is known before ------------------------------------------------- */

static struct boot_span span(const struct model *m, u32 from, u32 to)
{
	const struct model_phase *a = &m->phase[from], *b = &m->phase[to];
	struct boot_span s = { 0 };

	if (!a->times || !b->times || b->ns < a->ns || b->seq < a->seq)
		return s;
	s.known = true;
	s.begin_ns = a->ns;
	s.ns = b->ns - a->ns;
	return s;
}

static void phases(const struct model *m, struct boot_report *b)
{
	for (u32 i = 0; i < BOOT_PHASES; i++) {
		b->phase[i].known = m->phase[i].times;
		b->phase[i].ns = m->phase[i].ns;
	}
	b->boot = span(m, KPKEYS_PPA_PHASE_SETUP, KPKEYS_PPA_PHASE_HANDOVER);
	b->map = span(m, KPKEYS_PPA_PHASE_PAGING_BEGIN,
		      KPKEYS_PPA_PHASE_PAGING_END);
	b->finalize = span(m, KPKEYS_PPA_PHASE_FINALIZE_BEGIN,
			   KPKEYS_PPA_PHASE_FINALIZE_END);
	b->map_share = boot_share(b->map.ns, b->boot.ns);
	b->finalize_share = boot_share(b->finalize.ns, b->boot.ns);
	b->slices_in = b->map;
	if (b->map.known || m->alloc_last_ns < m->alloc_first_ns)
		return;
	b->slices_in.known = m->seen[EVENT_ALLOC];
	b->slices_in.begin_ns = m->alloc_first_ns;
	b->slices_in.ns = m->alloc_last_ns - m->alloc_first_ns;
}

int boot_analyse(const struct model *m, struct boot_report *b)
{
	struct pass p = { .m = m, .b = b };
	int err = -ENOMEM;

	memset(b, 0, sizeof(*b));
	b->complete = m->complete;
	b->page_size = m->have_header ? model_page_size(m) : 0;
	b->frequency = m->header.freq;
	b->resolution_ps = scale(1000000000000ULL, 1, b->frequency);
	phases(m, b);

	p.max_gaps = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];
	p.max_samples = m->seen[EVENT_PHASE];
	p.gaps = calloc(p.max_gaps + 1, sizeof(*p.gaps));
	p.samples = calloc(p.max_samples + 1, sizeof(*p.samples));
	if (!p.gaps || !p.samples)
		goto out;
	all_records(&p);
	sum_up_gaps(&p);
	sum_up_own(&p);
	err = sum_up_finalize(m, b);
out:
	free(p.gaps);
	free(p.samples);
	if (err)
		memset(b, 0, sizeof(*b));
	return err;
}

void boot_report_free(struct boot_report *b)
{
	free(b->finalizes);
	memset(b, 0, sizeof(*b));
}
