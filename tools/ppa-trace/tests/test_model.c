// SPDX-License-Identifier: GPL-2.0-only
/* Does the model take in any good log, in whatever windows it comes? */
#include <sys/resource.h>
#include <time.h>

#include "test.h"

static void expect_ranges(const struct model *m, const struct sim *s)
{
	u64 bytes = 0;

	assert_none_failed(m);
	assert_true(m->complete);
	assert_int_equal(m->nranges, s->nranges);
	for (u32 i = 0; i < s->nranges; i++) {
		bool found = false;

		for (size_t j = 0; j < m->nranges; j++) {
			if (m->ranges[j].start != s->ranges[i].start)
				continue;
			found = true;
			assert_int_equal(m->ranges[j].size,
					 s->ranges[i].end - s->ranges[i].start);
			assert_int_equal(m->ranges[j].pages,
					 m->ranges[j].size / SIM_PAGE);
			assert_true(model_range_good(&m->ranges[j]));
		}
		assert_true(found);
		bytes += s->ranges[i].end - s->ranges[i].start;
	}
	assert_int_equal(m->range_bytes, bytes);
}

/* A boot as it mostly is: one range that grows downwards. */
static void downwards(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1024);
	for (int i = 0; i < 514; i++)
		sim_alloc(&s, PAGE(514 - i), i % 512 ? 0 : 1);
	sim_boot(&s);
	m = test_model(&s);
	expect_ranges(m, &s);
	assert_int_equal(m->nranges, 1);
	assert_int_equal(m->joins[KPKEYS_PPA_JOIN_PREPEND], 513);
	assert_int_equal(m->merges[KPKEYS_PPA_JOIN_PREPEND], 513);
	assert_int_equal(m->level_pages[KPKEYS_PPA_LEVEL_PTE], 512);
	assert_int_equal(m->level_pages[KPKEYS_PPA_LEVEL_PMD], 2);
	assert_int_equal(m->ranges[0].first_ns,
			 sim_find(&s, EVENT_ALLOC, PAGE(514))->e.ns);
	model_free(m);
	sim_free(&s);
}

static void upwards(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1024);
	for (int i = 0; i < 300; i++)
		sim_alloc(&s, PAGE(i), 0);
	sim_boot(&s);
	m = test_model(&s);
	expect_ranges(m, &s);
	assert_int_equal(m->merges[KPKEYS_PPA_JOIN_APPEND], 299);
	model_free(m);
	sim_free(&s);
}

static void new_and_bridge(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1024);
	for (int i = 0; i < 100; i++)
		sim_alloc(&s, PAGE(2 * i), 0);
	for (int i = 98; i >= 0; i -= 2)
		sim_alloc(&s, PAGE(2 * i + 1), 0);
	sim_boot(&s);
	m = test_model(&s);
	expect_ranges(m, &s);
	assert_int_equal(m->joins[KPKEYS_PPA_JOIN_NEW], 100);
	assert_int_equal(m->merges[KPKEYS_PPA_JOIN_BRIDGE], 50);
	assert_int_equal(m->nranges, 50);
	model_free(m);
	sim_free(&s);
}

static void random_order(void **state)
{
	(void)state;
	for (u32 seed = 1; seed <= 20; seed++) {
		static bool have[1500];
		struct model *m;
		struct sim s;
		u32 x = seed;

		memset(have, 0, sizeof(have));
		sim_open(&s, 1024);
		for (int i = 0; i < 1000; i++) {
			u32 p;

			x = x * 1103515245 + 12345;
			p = (x >> 8) % ARRAY_SIZE(have);
			if (have[p])
				continue;
			have[p] = true;
			sim_alloc(&s, PAGE(p), i % 5);
		}
		sim_boot(&s);
		m = test_model(&s);
		expect_ranges(m, &s);
		model_free(m);
		sim_free(&s);
	}
}

static void small_boot(struct sim *s)
{
	sim_open(s, 1024);
	for (int i = 0; i < 200; i++)
		sim_alloc(s, PAGE(i < 100 ? 400 - i : i), 0);
	sim_boot(s);
}

/* Windows that follow each other prove as much as one whole replay. */
static void windows(void **state)
{
	static const struct source_report clean;
	struct sim s;

	(void)state;
	small_boot(&s);
	for (u64 size = 1; size < s.n + 10; size += 13) {
		struct model *m = model_new();
		u32 id = 1;

		for (u64 first = 0; first < s.n; first += size)
			sim_replay(&s, id++, first, size, test_take, m);
		/* A window behind the end is an empty frame. */
		sim_replay(&s, id++, s.n, size, test_take, m);
		assert_int_equal(model_finish(m, &clean), 0);
		expect_ranges(m, &s);
		model_free(m);
	}
	sim_free(&s);
}

/* Nor does it matter in which order they come, or that they overlap. */
static void windows_backwards(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;
	u32 id = 1;

	(void)state;
	small_boot(&s);
	for (u64 first = s.n; first-- > 0;) {
		if (first % 20 == 0)
			sim_replay(&s, id++, first, 33, test_take, m);
	}
	assert_int_equal(model_finish(m, &clean), 0);
	expect_ranges(m, &s);
	assert_true(m->repeats > 0);
	model_free(m);
	sim_free(&s);
}

static void replayed_twice(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	small_boot(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	sim_replay(&s, 2, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	expect_ranges(m, &s);
	assert_int_equal(m->frames, 2);
	assert_int_equal(m->repeats, s.header.records + s.header.merges);
	assert_int_equal(m->seen[EVENT_ALLOC], 200);
	model_free(m);
	sim_free(&s);
}

/* The same text twice in a file: the same replay id again is no violation. */
static void same_id_twice(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	small_boot(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	expect_ranges(m, &s);
	model_free(m);
	sim_free(&s);
}

/* The end of an overrun replay, then a whole one: the whole one counts. */
static void overrun_then_whole(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	small_boot(&s);
	s.no_begin = true;
	sim_replay(&s, 1, 150, ~0ULL, test_take, m);
	s.no_begin = false;
	sim_replay(&s, 2, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	expect_ranges(m, &s);
	assert_int_equal(m->frames_unbegun, 1);
	model_free(m);
	sim_free(&s);
}

static void two_boots(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim a, b;

	(void)state;
	small_boot(&a);
	sim_open(&b, 1024);
	for (int i = 0; i < 30; i++)
		sim_alloc(&b, PAGE(7 * i), 0);
	sim_boot(&b);
	sim_replay(&a, 1, 0, ~0ULL, test_take, m);
	sim_replay(&b, 1, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_int_equal(m->frames_foreign, 1);
	assert_int_equal(m->nranges, a.nranges);
	model_free(m);
	sim_free(&a);
	sim_free(&b);
}

/* 1 TiB: two events each, in windows as the live source asks for them. */
static void one_tebibyte(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct timespec from, to;
	struct sim s;
	u32 id = 1;
	double took;

	(void)state;
	sim_open(&s, 1024);
	for (u64 i = 525000; i > 0; i--)
		sim_alloc(&s, PAGE(i + i / 8192), 0);
	sim_boot(&s);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (u64 first = 0; first < s.n; first += 24576)
		sim_replay(&s, id++, first, 24576, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	expect_ranges(m, &s);
	assert_int_equal(m->nranges, 65);
	assert_int_equal(m->seen[EVENT_ALLOC], 525000);

	took = (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("# 525000 allocations: %zu bytes, %.3f s (with sanitizers)\n",
		      model_bytes(m), took);
	assert_true(model_bytes(m) < 36 << 20);
	assert_true(took < 30);
	model_free(m);
	sim_free(&s);
}

TESTING(T(downwards), T(upwards), T(new_and_bridge), T(random_order),
	T(windows), T(windows_backwards), T(replayed_twice), T(same_id_twice),
	T(overrun_then_whole), T(two_boots), T(one_tebibyte));

int main(void)
{
	return RUN("model", NULL, NULL);
}
