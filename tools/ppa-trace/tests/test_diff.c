// SPDX-License-Identifier: GPL-2.0-only
/* Are two boots that differ told apart, and only those? */
#include "diff.h"
#include "golden.h"
#include "test.h"
#include "view.h"

/* A boot, as diff takes it. */
struct side {
	struct sim s;
	struct model *m;
	struct boot_report b;
};

static void side_make(struct side *x)
{
	x->m = test_model(&x->s);
	assert_int_equal(boot_analyse(x->m, &x->b), 0);
}

static void side_end(struct side *x)
{
	boot_report_free(&x->b);
	test_end(x->m, &x->s);
}

/* As it should be, of @pages pages from the n-th on, upwards. */
static void boot_of(struct side *x, u64 n, u64 pages)
{
	sim_open(&x->s, 16);
	for (u64 i = 0; i < pages; i++)
		sim_alloc(&x->s, PAGE(n + i), 0);
	sim_boot(&x->s);
}

static void difference(struct diff *d, const struct side *a,
		       const struct side *b, long tolerance)
{
	struct diff_boot x = { a->m, &a->b }, y = { b->m, &b->b };

	assert_int_equal(diff_boots(d, &x, &y, tolerance), 0);
}

static const struct diff_item *item(const struct diff *d, const char *name)
{
	for (size_t i = 0; i < d->nitems; i++) {
		if (!strcmp(d->item[i].name, name))
			return &d->item[i];
	}
	fail_msg("there is no %s", name);
	return NULL;
}

/* These items, and no others, differ; the list ends with NULL. */
static void assert_differ(const struct diff *d, const char * const *names)
{
	u64 want = 0, is = 0;

	for (; names[want]; want++)
		assert_true(item(d, names[want])->differs);
	for (size_t i = 0; i < d->nitems; i++)
		is += d->item[i].differs;
	assert_int_equal(is, want);
}

#define assert_items(d, ...) \
	assert_differ(d, (const char * const[]){ __VA_ARGS__, NULL })

/* --- the tolerance ------------------------------------------------------------ */

static void within(void **state)
{
	(void)state;
	assert_true(diff_within(0, 0, -1));
	assert_true(diff_within(7, 7, -1));
	assert_false(diff_within(7, 8, -1));
	assert_false(diff_within(7, 8, 0));
	/* 10 % of 1000 are 100, and nothing more. */
	assert_true(diff_within(1000, 1100, 100));
	assert_true(diff_within(1000, 900, 100));
	assert_false(diff_within(1000, 1101, 100));
	assert_false(diff_within(1000, 899, 100));
	/* 0.1 % of 999 is less than 1. */
	assert_false(diff_within(999, 1000, 1));
	assert_true(diff_within(1000, 1001, 1));
	/* Any share of nothing is nothing. */
	assert_false(diff_within(0, 1, 1000000));
	assert_true(diff_within(1, 0, 1000));
	assert_false(diff_within(1, 0, 999));
	/* Nothing wraps around. */
	assert_true(diff_within(BOOT_MAX, BOOT_MAX - 1, 1));
	assert_false(diff_within(1, BOOT_MAX, 1000));
	assert_false(diff_within(BOOT_MAX, 1, 999));
	assert_true(diff_within(BOOT_MAX, 1, 1000));
}

static void equal(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 100);
	boot_of(&b, 0, 100);
	side_make(&a);
	side_make(&b);
	for (long tolerance = -1; tolerance < 2; tolerance++) {
		difference(&d, &a, &b, tolerance);
		assert_int_equal(diff_verdict(&d), 0);
		assert_int_equal(d.differences, 0);
		assert_int_equal(d.nranges, 1);
		assert_int_equal(d.ranges[0].change, 0);
		for (size_t i = 0; i < d.nitems; i++)
			assert_true(d.item[i].a.known);
		diff_free(&d);
	}
	/* Nothing stands in the list twice. */
	difference(&d, &a, &b, -1);
	assert_true(d.nitems <= DIFF_ITEMS);
	for (size_t i = 0; i < d.nitems; i++)
		assert_ptr_equal(item(&d, d.item[i].name), &d.item[i]);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

static void counts(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 100);
	boot_of(&b, 0, 110);
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, -1);
	assert_int_equal(diff_verdict(&d), 1);
	assert_items(&d, "pages", "pages.pte", "joins.append", "ranges.bytes");
	assert_int_equal(d.ranges[0].change, DIFF_GREW);
	assert_true(d.ranges[0].differs);
	assert_int_equal(d.differences, 5);
	diff_free(&d);

	/* 10 pages of 100 are 10 %, but of 99 that joined they are more. */
	difference(&d, &a, &b, 100);
	assert_false(item(&d, "pages")->differs);
	assert_false(item(&d, "ranges.bytes")->differs);
	assert_true(item(&d, "joins.append")->differs);
	assert_int_equal(d.ranges[0].change, DIFF_GREW);
	assert_false(d.ranges[0].differs);
	diff_free(&d);
	difference(&d, &a, &b, 99);
	assert_true(item(&d, "pages")->differs);
	assert_true(d.ranges[0].differs);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

static void levels(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	sim_open(&a.s, 2);
	sim_open(&b.s, 2);
	for (int i = 0; i < 4; i++) {
		sim_alloc(&a.s, PAGE(3 * i), KPKEYS_PPA_LEVEL_PUD);
		sim_alloc(&b.s, PAGE(3 * i), KPKEYS_PPA_LEVEL_P4D);
	}
	sim_alloc(&b.s, PAGE(4), KPKEYS_PPA_LEVEL_UNKNOWN);
	sim_boot(&a.s);
	sim_boot(&b.s);
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, -1);
	/* Two pages are in no range, and so in no count of levels. */
	assert_items(&d, "pages", "pages.pud", "pages.p4d", "pages.unknown",
		     "joins.append", "ranges.bytes");
	assert_int_equal(item(&d, "pages.untracked")->a.value, 2);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

static void headers(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 5);
	boot_of(&b, 0, 5);
	b.s.header.ram += 4096;
	b.s.header.backend = KPKEYS_BACKEND_POE;
	b.s.header.va_bits = 52;
	b.s.header.levels = 5;
	b.s.header.freq = 24000000;
	b.s.header.capacity = 17;
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, -1);
	assert_items(&d, "kernel.ram", "kernel.backend", "kernel.va-bits",
		     "kernel.levels", "ranges.capacity");
	assert_false(item(&d, "kernel.frequency")->judged);
	diff_free(&d);

	/* What has a size may be tolerated, what is of another kind not. */
	difference(&d, &a, &b, 100);
	assert_items(&d, "kernel.backend", "kernel.va-bits", "kernel.levels");
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

/* What does not hold for one of the two is never within a tolerance. */
static void failed_checks(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 5);
	boot_of(&b, 0, 5);
	sim_find(&b.s, EVENT_FINALIZE, PAGE(0))->e.finalize.pkey = 0;
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, 1000000);
	assert_items(&d, "checks.failed");
	assert_int_equal(diff_verdict(&d), 1);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

/* --- times -------------------------------------------------------------------- */

/* All times are @percent of what they were. */
static void slow_down(struct side *x, u64 percent)
{
	u64 begin = x->s.v[0].e.ns;

	for (size_t i = 1; i < x->s.n; i++) {
		struct event *e = &x->s.v[i].e;

		e->ns = begin + (e->ns - begin) * percent / 100;
		x->s.v[i].merge.ns = e->ns;
		if (e->kind == EVENT_FINALIZE)
			e->finalize.duration =
				e->finalize.duration * percent / 100;
	}
}

static void times(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 200);
	boot_of(&b, 0, 200);
	slow_down(&b, 125);
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, -1);
	assert_int_equal(diff_verdict(&d), 0);
	assert_false(item(&d, "time.linear-map")->judged);
	diff_free(&d);
	difference(&d, &a, &b, 249);
	assert_int_equal(diff_verdict(&d), 1);
	/* The samples of 48 ns differ by 12 ns, less than their errors. */
	assert_items(&d, "time.boot", "time.linear-map", "time.finalize",
		     "time.finalize-page", "time.gap-p50", "time.gap-p99");
	diff_free(&d);
	difference(&d, &a, &b, 250);
	assert_int_equal(diff_verdict(&d), 0);
	diff_free(&d);
	/* The other way round it is only a fifth. */
	difference(&d, &b, &a, 200);
	assert_int_equal(diff_verdict(&d), 0);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

/* Estimates are told apart if their errors do not reach each other. */
static void estimates(void **state)
{
	struct model m = { .complete = true };
	struct boot_report a = { .map.known = true }, b = a;
	struct diff_boot x = { &m, &a }, y = { &m, &b };
	struct diff d;

	(void)state;
	a.own = (struct boot_own){
		.known = true, .samples = 9, .error_known = true,
		.mean_ps = 100000, .error_ps = 7000,
	};
	b.own = a.own;
	b.own.error_ps = 3000;
	b.own.mean_ps = 110000;
	assert_int_equal(diff_boots(&d, &x, &y, 50), 0);
	assert_false(item(&d, "time.allocator-page")->differs);
	diff_free(&d);
	b.own.mean_ps++;
	assert_int_equal(diff_boots(&d, &x, &y, 50), 0);
	assert_true(item(&d, "time.allocator-page")->differs);
	assert_false(item(&d, "share.allocator")->differs);
	diff_free(&d);
	assert_int_equal(diff_boots(&d, &x, &y, 101), 0);
	assert_false(item(&d, "time.allocator-page")->differs);
	diff_free(&d);
	/* Of one sample nobody knows the error. */
	b.own.error_known = false;
	b.own.mean_ps = 200000;
	assert_int_equal(diff_boots(&d, &x, &y, 50), 0);
	assert_false(item(&d, "time.allocator-page")->differs);
	diff_free(&d);
}

/* --- evidence ------------------------------------------------------------------ */

static void incomplete(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 100);
	boot_of(&b, 0, 100);
	sim_find(&b.s, EVENT_ALLOC, PAGE(50))->drop = true;
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, -1);
	assert_true(d.differences > 0);
	assert_false(d.unproven_a);
	assert_true(d.unproven_b);
	assert_int_equal(diff_verdict(&d), 3);
	diff_free(&d);
	difference(&d, &b, &a, -1);
	assert_true(d.unproven_a);
	assert_int_equal(diff_verdict(&d), 3);
	diff_free(&d);
	side_end(&b);

	/* No event that is missing changes the header. */
	boot_of(&b, 0, 100);
	sim_find(&b.s, EVENT_ALLOC, PAGE(50))->drop = true;
	b.s.header.ram *= 2;
	side_make(&b);
	difference(&d, &a, &b, -1);
	assert_int_equal(diff_verdict(&d), 1);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

/* What only one of the two knows cannot be judged. */
static void unknown(void **state)
{
	struct side a, b;
	struct diff d;

	(void)state;
	boot_of(&a, 0, 65);
	boot_of(&b, 0, 64);
	side_make(&a);
	side_make(&b);
	difference(&d, &a, &b, 1000);
	assert_int_equal(d.differences, 0);
	assert_int_equal(d.unknown, 2);
	assert_false(item(&d, "time.allocator-page")->b.known);
	assert_int_equal(diff_verdict(&d), 3);
	diff_free(&d);
	/* Nobody asked for times. */
	difference(&d, &a, &b, -1);
	assert_int_equal(d.unknown, 0);
	assert_int_equal(diff_verdict(&d), 1);
	diff_free(&d);
	side_end(&a);
	side_end(&b);
}

/* --- ranges -------------------------------------------------------------------- */

#define MAX_RANGES 5

/* First and last page of a range, and when it came to be. */
struct span {
	u64 first;
	u64 end;
	u64 ns;
};

static void table(struct model *m, struct model_range *r,
		  const struct span *spans)
{
	memset(m, 0, sizeof(*m));
	m->ranges = r;
	for (; spans[m->nranges].end; m->nranges++) {
		const struct span *s = &spans[m->nranges];

		r[m->nranges] = (struct model_range){
			.start = PAGE(s->first),
			.size = (s->end - s->first) * SIM_PAGE,
			.first_ns = s->ns,
		};
	}
}

struct expected {
	int a;		/* index, or -1 */
	int b;
	u32 change;
};

static void check_ranges(const struct span *from, const struct span *to,
			 long tolerance, const struct expected *want, size_t n,
			 u64 differences)
{
	struct model_range ra[MAX_RANGES], rb[MAX_RANGES];
	struct boot_report none = { 0 };
	struct model a, b;
	struct diff_boot x = { &a, &none }, y = { &b, &none };
	u64 is = 0;
	struct diff d;

	table(&a, ra, from);
	table(&b, rb, to);
	assert_int_equal(diff_boots(&d, &x, &y, tolerance), 0);
	assert_int_equal(d.nranges, n);
	for (size_t i = 0; i < n; i++) {
		const struct diff_range *r = &d.ranges[i];

		assert_int_equal(r->a ? r->a - ra : -1, want[i].a);
		assert_int_equal(r->b ? r->b - rb : -1, want[i].b);
		assert_int_equal(r->change, want[i].change);
		is += r->differs;
	}
	assert_int_equal(is, differences);
	diff_free(&d);
}

#define R(first, end) { first, end, 0 }
#define RANGES(...) ((const struct span[]){ __VA_ARGS__, R(0, 0) })
#define NOTHING ((const struct span[]){ R(0, 0) })
#define CHECK_RANGES(from, to, tolerance, differences, ...)		\
	do {								\
		const struct expected want[] = { __VA_ARGS__ };		\
		check_ranges(from, to, tolerance, want,			\
			     ARRAY_SIZE(want), differences);		\
	} while (0)

static void range_changes(void **state)
{
	(void)state;
	CHECK_RANGES(RANGES(R(0, 10), R(20, 30), R(40, 50), R(60, 70)),
		     RANGES(R(0, 12), R(20, 25), R(45, 55), R(58, 70)),
		     -1, 4,
		     { 0, 0, DIFF_GREW }, { 1, 1, DIFF_SHRANK },
		     { 2, 2, DIFF_MOVED }, { 3, 3, DIFF_MOVED | DIFF_GREW });
	CHECK_RANGES(RANGES(R(0, 10), R(20, 30)),
		     RANGES(R(0, 10), R(40, 50), R(60, 61)), -1, 2,
		     { 0, 0, 0 }, { 1, 1, DIFF_MOVED },
		     { -1, 2, DIFF_APPEARED });
	CHECK_RANGES(RANGES(R(0, 10), R(20, 30)), RANGES(R(25, 30)), -1, 2,
		     { 0, -1, DIFF_VANISHED },
		     { 1, 0, DIFF_MOVED | DIFF_SHRANK });
	CHECK_RANGES(RANGES(R(0, 10)), NOTHING, -1, 1,
		     { 0, -1, DIFF_VANISHED });
	CHECK_RANGES(NOTHING, RANGES(R(0, 10)), -1, 1,
		     { -1, 0, DIFF_APPEARED });
}

/* One that fell into two is the one that it shares more with. */
static void range_split(void **state)
{
	(void)state;
	CHECK_RANGES(RANGES(R(0, 100)), RANGES(R(0, 30), R(31, 100)), -1, 2,
		     { 0, 1, DIFF_MOVED | DIFF_SHRANK },
		     { -1, 0, DIFF_APPEARED });
	CHECK_RANGES(RANGES(R(0, 30), R(31, 100)), RANGES(R(0, 100)), -1, 2,
		     { 0, -1, DIFF_VANISHED },
		     { 1, 0, DIFF_MOVED | DIFF_GREW });
	/* 0-30 shares most with the first, and 20-40 takes what is left. */
	CHECK_RANGES(RANGES(R(0, 25), R(26, 40)), RANGES(R(0, 36)), -1, 2,
		     { 0, 0, DIFF_GREW }, { 1, -1, DIFF_VANISHED });
	/* Just touching is not sharing: but then the order decides. */
	CHECK_RANGES(RANGES(R(0, 10)), RANGES(R(10, 20)), -1, 1,
		     { 0, 0, DIFF_MOVED });
}

/* Nothing overlaps: the older ones are the same, wherever they lie. */
static void range_order(void **state)
{
	(void)state;
	CHECK_RANGES(RANGES({ 0, 10, 5 }, { 20, 30, 1 }),
		     RANGES({ 100, 110, 1 }, { 200, 205, 5 }), -1, 2,
		     { 0, 1, DIFF_MOVED | DIFF_SHRANK },
		     { 1, 0, DIFF_MOVED });
	/* Equally old: as they lie. */
	CHECK_RANGES(RANGES(R(0, 10), R(20, 30)),
		     RANGES(R(100, 110), R(200, 205)), -1, 2,
		     { 0, 0, DIFF_MOVED },
		     { 1, 1, DIFF_MOVED | DIFF_SHRANK });
	/* The youngest is the one that is new. */
	CHECK_RANGES(RANGES({ 0, 10, 3 }),
		     RANGES({ 50, 51, 9 }, { 100, 110, 3 }), -1, 2,
		     { 0, 1, DIFF_MOVED }, { -1, 0, DIFF_APPEARED });
}

/* A place has no size that could be tolerated, and so does not count. */
static void range_tolerance(void **state)
{
	(void)state;
	CHECK_RANGES(RANGES(R(0, 100)), RANGES(R(500, 600)), 0, 0,
		     { 0, 0, DIFF_MOVED });
	CHECK_RANGES(RANGES(R(0, 100)), RANGES(R(500, 601)), 0, 1,
		     { 0, 0, DIFF_MOVED | DIFF_GREW });
	CHECK_RANGES(RANGES(R(0, 100)), RANGES(R(500, 601)), 10, 0,
		     { 0, 0, DIFF_MOVED | DIFF_GREW });
	/* Two instead of one are 100 % more. */
	CHECK_RANGES(RANGES(R(0, 10)), RANGES(R(0, 10), R(20, 30)), 999, 1,
		     { 0, 0, 0 }, { -1, 1, DIFF_APPEARED });
	CHECK_RANGES(RANGES(R(0, 10)), RANGES(R(0, 10), R(20, 30)), 1000, 0,
		     { 0, 0, 0 }, { -1, 1, DIFF_APPEARED });
}

/* --- the views ------------------------------------------------------------------ */

static void show(const char *name, struct side *a, struct side *b,
		 long tolerance, bool json)
{
	static const char * const names[2] = { "before.txt", "after.txt" };
	char *text = NULL;
	size_t len = 0;
	struct diff d;
	FILE *f = open_memstream(&text, &len);

	difference(&d, a, b, tolerance);
	if (json)
		assert_int_equal(view_diff_json(f, &d), 0);
	else
		view_diff(f, &d, names);
	fclose(f);
	if (!json)
		narrow(name, text);
	compare(name, text, len);
	free(text);
	diff_free(&d);
}

static void golden(void **state)
{
	struct side a, b;

	(void)state;
	sim_open(&a.s, 16);
	sim_open(&b.s, 16);
	for (u64 i = 0; i < 200; i++) {
		sim_alloc(&a.s, PAGE(1000 - i - (i > 99)), i % 50 == 0);
		sim_alloc(&b.s, PAGE(9000 - i - (i > 99) - (i > 150)),
			  i % 50 == 0);
	}
	for (u64 i = 0; i < 30; i++)
		sim_alloc(&b.s, PAGE(40 + i), KPKEYS_PPA_LEVEL_PUD);
	sim_boot(&a.s);
	sim_boot(&b.s);
	b.s.header.ram = 4ULL << 30;
	b.s.header.backend = KPKEYS_BACKEND_POE;
	slow_down(&b, 130);
	side_make(&a);
	side_make(&b);
	show("different.diff.txt", &a, &b, -1, false);
	show("tolerance.diff.txt", &a, &b, 155, false);
	show("different.diff.json", &a, &b, 155, true);
	show("equal.diff.txt", &a, &a, -1, false);
	show("equal.diff.json", &a, &a, -1, true);
	side_end(&b);

	/* Without its end nobody knows whether it is all. */
	boot_of(&b, 0, 100);
	b.s.v[b.s.n - 1].drop = true;
	side_make(&b);
	show("unproven.diff.txt", &a, &b, 100, false);
	show("unproven.diff.json", &a, &b, 100, true);
	side_end(&a);
	side_end(&b);
}

TESTING(T(within), T(equal), T(counts), T(levels), T(headers),
	T(failed_checks), T(times), T(estimates), T(incomplete), T(unknown),
	T(range_changes), T(range_split), T(range_order), T(range_tolerance),
	T(golden));

int main(void)
{
	return RUN("diff", NULL, NULL);
}
