// SPDX-License-Identifier: GPL-2.0-only
/* How are two boots compared? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

bool diff_within(u64 a, u64 b, long tolerance)
{
	u64 off = a > b ? a - b : b - a, left, right;

	if (!off)
		return true;
	if (tolerance <= 0)
		return false;
	if (__builtin_mul_overflow(a, (u64)tolerance, &right))
		return off / (u64)tolerance <= a / 1000;
	if (__builtin_mul_overflow(off, 1000ULL, &left))
		return false;
	return left <= right;
}

/* --- one number after the other ------------------------------------------- */

static bool judged(const struct diff *d, enum diff_kind kind)
{
	return kind != DIFF_NOTE && (kind != DIFF_TIME || d->tolerance >= 0);
}

/* Estimates whose errors reach each other are not told apart. */
static bool apart(const struct diff_value *a, const struct diff_value *b)
{
	u64 off = a->value > b->value ? a->value - b->value :
					b->value - a->value;

	return off > a->error && off - a->error > b->error;
}

static void compare(struct diff *d, const char *name, enum diff_kind kind,
		    enum diff_unit unit, struct diff_value a,
		    struct diff_value b)
{
	bool tolerant = kind == DIFF_COUNT || kind == DIFF_TIME;
	struct diff_item *i = &d->item[d->nitems++];

	*i = (struct diff_item){
		.name = name, .kind = kind, .unit = unit, .a = a, .b = b,
		.judged = judged(d, kind),
	};
	if (!i->judged || (!a.known && !b.known))
		return;
	if (!a.known || !b.known) {
		d->unknown++;
		return;
	}
	i->differs = apart(&a, &b) &&
		     !diff_within(a.value, b.value, tolerant ? d->tolerance : 0);
	d->differences += i->differs;
}

static struct diff_value value(bool known, u64 n)
{
	return (struct diff_value){ .known = known, .value = known ? n : 0 };
}

static void headers(struct diff *d, const struct model *a,
		    const struct model *b)
{
	compare(d, "kernel.backend", DIFF_EXACT, DIFF_BACKEND,
		value(a->have_header, a->header.backend),
		value(b->have_header, b->header.backend));
	compare(d, "kernel.page-size", DIFF_EXACT, DIFF_BYTES,
		value(a->have_header, model_page_size(a)),
		value(b->have_header, model_page_size(b)));
	compare(d, "kernel.va-bits", DIFF_EXACT, DIFF_NUMBER,
		value(a->have_header, a->header.va_bits),
		value(b->have_header, b->header.va_bits));
	compare(d, "kernel.levels", DIFF_EXACT, DIFF_NUMBER,
		value(a->have_header, a->header.levels),
		value(b->have_header, b->header.levels));
	compare(d, "kernel.ram", DIFF_COUNT, DIFF_BYTES,
		value(a->have_header, a->header.ram),
		value(b->have_header, b->header.ram));
	compare(d, "kernel.frequency", DIFF_NOTE, DIFF_HZ,
		value(a->have_header, a->header.freq),
		value(b->have_header, b->header.freq));
}

static u64 failed(const struct model *m)
{
	u64 n = 0;

	for (int i = 0; i < CHECK_FIRST_WALK; i++)
		n += m->checks[i].status == CHECK_FAILED;
	return n;
}

static void count(struct diff *d, const char *name, u64 a, u64 b)
{
	compare(d, name, DIFF_COUNT, DIFF_NUMBER, value(true, a),
		value(true, b));
}

static void counts(struct diff *d, const struct model *a,
		   const struct model *b)
{
	static const struct {
		u32 level;
		const char *name;
	} levels[] = {
		{ KPKEYS_PPA_LEVEL_PTE, "pages.pte" },
		{ KPKEYS_PPA_LEVEL_PMD, "pages.pmd" },
		{ KPKEYS_PPA_LEVEL_PUD, "pages.pud" },
		{ KPKEYS_PPA_LEVEL_P4D, "pages.p4d" },
		{ KPKEYS_PPA_LEVEL_PGD, "pages.pgd" },
		{ KPKEYS_PPA_LEVEL_UNKNOWN, "pages.unknown" },
	};
	static const char * const joins[JOINS] = {
		[KPKEYS_PPA_JOIN_NEW] = "joins.new",
		[KPKEYS_PPA_JOIN_APPEND] = "joins.append",
		[KPKEYS_PPA_JOIN_PREPEND] = "joins.prepend",
		[KPKEYS_PPA_JOIN_BRIDGE] = "joins.bridge",
	};
	const struct model_phase *end_a, *end_b;

	compare(d, "checks.failed", DIFF_EXACT, DIFF_NUMBER,
		value(true, failed(a)), value(true, failed(b)));
	count(d, "pages", a->seen[EVENT_ALLOC] + a->seen[EVENT_OVERFLOW],
	      b->seen[EVENT_ALLOC] + b->seen[EVENT_OVERFLOW]);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		count(d, levels[i].name, a->level_pages[levels[i].level],
		      b->level_pages[levels[i].level]);
	count(d, "pages.untracked", a->seen[EVENT_OVERFLOW],
	      b->seen[EVENT_OVERFLOW]);
	for (int i = 0; i < JOINS; i++)
		count(d, joins[i], a->joins[i], b->joins[i]);
	count(d, "ranges", a->nranges, b->nranges);
	compare(d, "ranges.bytes", DIFF_COUNT, DIFF_BYTES,
		value(true, a->range_bytes), value(true, b->range_bytes));
	compare(d, "ranges.capacity", DIFF_COUNT, DIFF_NUMBER,
		value(a->have_header, a->header.capacity),
		value(b->have_header, b->header.capacity));
	count(d, "finalize.errors", a->finalize_errors, b->finalize_errors);
	end_a = &a->phase[KPKEYS_PPA_PHASE_FINALIZE_END];
	end_b = &b->phase[KPKEYS_PPA_PHASE_FINALIZE_END];
	compare(d, "finalize.missed", DIFF_COUNT, DIFF_NUMBER,
		value(end_a->times, end_a->missed),
		value(end_b->times, end_b->missed));
}

static struct diff_value estimate(const struct boot_own *o, bool known, u64 n,
				  u64 error)
{
	struct diff_value v = value(known, n);

	/* Of one sample nobody knows the error: it may be as large as it. */
	if (known)
		v.error = o->error_known ? error : n;
	return v;
}

static struct diff_value own_share(const struct boot_report *r)
{
	return estimate(&r->own, r->own.known && r->map.known,
			r->own.map_share, r->own.map_error_share);
}

static struct diff_value own_page(const struct boot_report *r)
{
	return estimate(&r->own, r->own.samples, r->own.mean_ps,
			r->own.error_ps);
}

static void times(struct diff *d, const struct boot_report *a,
		  const struct boot_report *b)
{
	compare(d, "time.boot", DIFF_TIME, DIFF_NS,
		value(a->boot.known, a->boot.ns),
		value(b->boot.known, b->boot.ns));
	compare(d, "time.linear-map", DIFF_TIME, DIFF_NS,
		value(a->map.known, a->map.ns),
		value(b->map.known, b->map.ns));
	compare(d, "time.finalize", DIFF_TIME, DIFF_NS,
		value(a->finalize.known, a->finalize.ns),
		value(b->finalize.known, b->finalize.ns));
	compare(d, "time.finalize-page", DIFF_TIME, DIFF_PS,
		value(a->finalize_pages, a->finalize_page_ps),
		value(b->finalize_pages, b->finalize_page_ps));
	compare(d, "time.gap-p50", DIFF_TIME, DIFF_NS,
		value(a->gaps.n, a->gaps.p50),
		value(b->gaps.n, b->gaps.p50));
	compare(d, "time.gap-p99", DIFF_TIME, DIFF_NS,
		value(a->gaps.n, a->gaps.p99),
		value(b->gaps.n, b->gaps.p99));
	compare(d, "time.allocator-page", DIFF_TIME, DIFF_PS, own_page(a),
		own_page(b));
	compare(d, "share.allocator", DIFF_TIME, DIFF_PER_MILLE, own_share(a),
		own_share(b));
}

/* --- ranges ---------------------------------------------------------------- */

struct pair {
	size_t a;
	size_t b;
	u64 bytes;		/* that both have */
};

/* Which range of the other boot is the same one? */
struct match {
	const struct model *a;
	const struct model *b;
	size_t *of_a;		/* index in b->ranges, b->nranges: none yet */
	bool *taken;		/* of b */
	struct pair *pairs;
	size_t npairs;
	size_t *order;		/* those that are left, as they came to be */
};

static int by_overlap(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;

	if (p->bytes != q->bytes)
		return p->bytes > q->bytes ? -1 : 1;
	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return p->b < q->b ? -1 : p->b > q->b;
}

/* Both tables are ascending and disjoint, so there are few pairs. */
static void find_overlaps(struct match *m)
{
	size_t i = 0, j = 0;

	while (i < m->a->nranges && j < m->b->nranges) {
		const struct model_range *x = &m->a->ranges[i];
		const struct model_range *y = &m->b->ranges[j];
		u64 start = x->start > y->start ? x->start : y->start;
		u64 x_end = x->start + x->size, y_end = y->start + y->size;
		u64 end = x_end < y_end ? x_end : y_end;

		if (start < end)
			m->pairs[m->npairs++] =
				(struct pair){ i, j, end - start };
		if (x_end <= y_end)
			i++;
		else
			j++;
	}
	qsort(m->pairs, m->npairs, sizeof(*m->pairs), by_overlap);
}

static void match_overlaps(struct match *m)
{
	find_overlaps(m);
	for (size_t i = 0; i < m->npairs; i++) {
		const struct pair *p = &m->pairs[i];

		if (m->of_a[p->a] != m->b->nranges || m->taken[p->b])
			continue;
		m->of_a[p->a] = p->b;
		m->taken[p->b] = true;
	}
}

static int by_age(const void *x, const void *y, void *ranges)
{
	const struct model_range *p = ranges, *q = ranges;

	p += *(const size_t *)x;
	q += *(const size_t *)y;
	if (p->first_ns != q->first_ns)
		return p->first_ns < q->first_ns ? -1 : 1;
	return p->start < q->start ? -1 : p->start > q->start;
}

/* What is left: the oldest with the oldest, and so on. */
static void match_order(struct match *m)
{
	size_t *order_a = m->order, *order_b, na = 0, nb = 0;

	for (size_t i = 0; i < m->a->nranges; i++) {
		if (m->of_a[i] == m->b->nranges)
			order_a[na++] = i;
	}
	order_b = m->order + na;
	for (size_t i = 0; i < m->b->nranges; i++) {
		if (!m->taken[i])
			order_b[nb++] = i;
	}
	qsort_r(order_a, na, sizeof(*order_a), by_age, m->a->ranges);
	qsort_r(order_b, nb, sizeof(*order_b), by_age, m->b->ranges);
	for (size_t i = 0; i < na && i < nb; i++) {
		m->of_a[order_a[i]] = order_b[i];
		m->taken[order_b[i]] = true;
	}
}

/*
 * With a tolerance the size of a range must be within it, and its place does
 * not matter; how many may appear or vanish is what the number of all says.
 */
static void add_range(struct diff *d, const struct model_range *a,
		      const struct model_range *b, bool number_differs)
{
	struct diff_range *r = &d->ranges[d->nranges++];

	r->a = a;
	r->b = b;
	if (!a || !b) {
		r->change = a ? DIFF_VANISHED : DIFF_APPEARED;
		r->differs = number_differs;
	} else {
		if (a->start != b->start)
			r->change = DIFF_MOVED;
		if (a->size != b->size)
			r->change |= a->size < b->size ? DIFF_GREW :
							 DIFF_SHRANK;
		r->differs = r->change && (d->tolerance < 0 ||
			     !diff_within(a->size, b->size, d->tolerance));
	}
	d->differences += r->differs;
}

static void list_ranges(struct diff *d, const struct match *m)
{
	const struct model *a = m->a, *b = m->b;
	bool number = !diff_within(a->nranges, b->nranges, d->tolerance);

	for (size_t i = 0; i < a->nranges; i++)
		add_range(d, &a->ranges[i], m->of_a[i] < b->nranges ?
			  &b->ranges[m->of_a[i]] : NULL, number);
	for (size_t i = 0; i < b->nranges; i++) {
		if (!m->taken[i])
			add_range(d, NULL, &b->ranges[i], number);
	}
}

static int ranges(struct diff *d, const struct model *a, const struct model *b)
{
	struct match m = { .a = a, .b = b };
	size_t all = a->nranges + b->nranges + 1;
	int err = -ENOMEM;

	m.of_a = calloc(all, sizeof(*m.of_a));
	m.taken = calloc(all, sizeof(*m.taken));
	m.pairs = calloc(all, sizeof(*m.pairs));
	m.order = calloc(all, sizeof(*m.order));
	d->ranges = calloc(all, sizeof(*d->ranges));
	if (m.of_a && m.taken && m.pairs && m.order && d->ranges) {
		for (size_t i = 0; i < a->nranges; i++)
			m.of_a[i] = b->nranges;
		match_overlaps(&m);
		match_order(&m);
		list_ranges(d, &m);
		err = 0;
	}
	free(m.of_a);
	free(m.taken);
	free(m.pairs);
	free(m.order);
	return err;
}

/* --- all of it -------------------------------------------------------------- */

static bool unproven(const struct model *m)
{
	for (int i = 0; i < CHECK_FIRST_WALK; i++) {
		if (m->checks[i].status == CHECK_UNPROVEN)
			return true;
	}
	return false;
}

int diff_boots(struct diff *d, const struct diff_boot *a,
	       const struct diff_boot *b, long tolerance)
{
	int err;

	memset(d, 0, sizeof(*d));
	d->tolerance = tolerance;
	headers(d, a->model, b->model);
	d->proven = d->differences;
	counts(d, a->model, b->model);
	times(d, a->report, b->report);
	d->unproven_a = unproven(a->model);
	d->unproven_b = unproven(b->model);
	err = ranges(d, a->model, b->model);
	if (err)
		diff_free(d);
	return err;
}

void diff_free(struct diff *d)
{
	free(d->ranges);
	memset(d, 0, sizeof(*d));
}

int diff_verdict(const struct diff *d)
{
	if (d->proven)
		return EXIT_BAD;
	if (d->unproven_a || d->unproven_b)
		return EXIT_UNPROVEN;
	if (d->differences)
		return EXIT_BAD;
	return d->unknown ? EXIT_UNPROVEN : EXIT_GOOD;
}
