// SPDX-License-Identifier: GPL-2.0-only
/* Do runs of pages form as they must, in any order? */
#include "test.h"
#include "ranges.h"

#define P SIM_PAGE

static enum ranges_add add(struct ranges *r, u64 page, u64 seq)
{
	const struct range *res;

	return ranges_add(r, page * P, P, seq, 10 * seq, &res);
}

static void order(void **state)
{
	struct ranges r = { 0 };

	(void)state;
	assert_int_equal(add(&r, 10, 1), RANGES_NEW);
	assert_int_equal(add(&r, 11, 2), RANGES_APPEND);
	assert_int_equal(add(&r, 9, 3), RANGES_PREPEND);
	assert_int_equal(add(&r, 13, 0), RANGES_NEW);
	assert_int_equal(r.n, 2);
	assert_int_equal(add(&r, 12, 4), RANGES_BRIDGE);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.v[0].start, 9 * P);
	assert_int_equal(r.v[0].end, 14 * P);
	assert_int_equal(r.v[0].pages, 5);
	assert_int_equal(r.v[0].first_seq, 0);
	assert_int_equal(r.v[0].first_ns, 0);
	ranges_free(&r);
}

static void twice(void **state)
{
	struct ranges r = { 0 };

	(void)state;
	for (u64 i = 10; i < 20; i++)
		add(&r, i, i);
	for (u64 i = 10; i < 20; i++)
		assert_int_equal(add(&r, i, 99), RANGES_TWICE);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.v[0].pages, 10);
	assert_int_equal(r.v[0].first_seq, 10);
	ranges_free(&r);
}

static void find(void **state)
{
	struct ranges r = { 0 };

	(void)state;
	assert_null(ranges_find(&r, 0));
	add(&r, 10, 0);
	add(&r, 20, 1);
	assert_null(ranges_find(&r, 10 * P - 1));
	assert_ptr_equal(ranges_find(&r, 10 * P), &r.v[0]);
	assert_ptr_equal(ranges_find(&r, 11 * P - 1), &r.v[0]);
	assert_null(ranges_find(&r, 11 * P));
	assert_ptr_equal(ranges_find(&r, 20 * P), &r.v[1]);
	assert_null(ranges_find(&r, 21 * P));
	assert_ptr_equal(ranges_touching(&r, 11 * P, 12 * P), &r.v[0]);
	assert_ptr_equal(ranges_touching(&r, 19 * P, 20 * P), &r.v[1]);
	assert_null(ranges_touching(&r, 12 * P, 19 * P));
	ranges_free(&r);
}

static void absorb(void **state)
{
	struct ranges r = { 0 };

	(void)state;
	add(&r, 10, 5);
	add(&r, 12, 6);
	add(&r, 20, 7);
	assert_int_equal(ranges_absorb(&r, 9 * P, 15 * P, 8, 80),
			 RANGES_APPEND);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.v[0].start, 9 * P);
	assert_int_equal(r.v[0].end, 15 * P);
	assert_int_equal(r.v[0].pages, 2);
	assert_int_equal(ranges_absorb(&r, 30 * P, 31 * P, 9, 90), RANGES_NEW);
	assert_int_equal(ranges_absorb(&r, 15 * P, 30 * P, 9, 90),
			 RANGES_APPEND);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.v[0].end, 31 * P);
	ranges_free(&r);
}

/* All pages of a block in a random order; a bitmap knows the answer. */
static void random_order(void **state)
{
	enum { N = 2000 };
	static bool have[N + 2];
	struct ranges r = { 0 };
	u32 seed = 12345;

	(void)state;
	for (int step = 0; step < 4 * N; step++) {
		enum ranges_add want;
		u32 p;

		seed = seed * 1103515245 + 12345;
		p = 1 + (seed >> 8) % N;
		if (have[p])
			want = RANGES_TWICE;
		else if (have[p - 1] && have[p + 1])
			want = RANGES_BRIDGE;
		else if (have[p - 1])
			want = RANGES_APPEND;
		else if (have[p + 1])
			want = RANGES_PREPEND;
		else
			want = RANGES_NEW;
		assert_int_equal(add(&r, p, step), want);
		have[p] = true;
		if (step % 100)
			continue;
		for (size_t i = 1; i < r.n; i++)
			assert_true(r.v[i - 1].end < r.v[i].start);
		for (u32 q = 1; q <= N; q++)
			assert_int_equal(!!ranges_find(&r, q * P), have[q]);
	}
	ranges_free(&r);
}

static void bounded(void **state)
{
	struct ranges r = { 0 };
	u64 i;

	(void)state;
	for (i = 0; i < RANGES_MAX; i++)
		assert_int_equal(add(&r, 2 * i + 1, i), RANGES_NEW);
	assert_int_equal(add(&r, 2 * i + 1, i), RANGES_FULL);
	assert_int_equal(add(&r, 2, i), RANGES_BRIDGE);
	assert_int_equal(add(&r, 2 * i + 1, i), RANGES_NEW);
	ranges_free(&r);
}

/* How many there were at once, before most of them were joined. */
static void most(void **state)
{
	struct ranges r = { 0 };

	(void)state;
	add(&r, 10, 0);
	add(&r, 12, 1);
	add(&r, 14, 2);
	add(&r, 11, 3);
	add(&r, 13, 4);
	add(&r, 20, 5);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.most, 3);
	ranges_free(&r);
}

TESTING(T(order), T(twice), T(find), T(absorb), T(random_order), T(bounded),
	T(most));

int main(void)
{
	return RUN("ranges", NULL, NULL);
}
