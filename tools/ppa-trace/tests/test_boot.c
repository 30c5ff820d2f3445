// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are the times of a boot worked out as one does it by hand?
 *
 * The counter of the test's allocator ticks every 16 ns, and each record comes
 * three ticks, 48 ns, after the one before it unless a test says otherwise.
 */
#include "boot.h"
#include "golden.h"
#include "test.h"
#include "view.h"

#define TICK 16

/* Hand out a page whose record comes @ns after the last one; no sample. */
static struct event *page_after(struct sim *s, u64 ns, u64 addr)
{
	s->ticks += ns / TICK - 3;
	sim_alloc(s, addr, KPKEYS_PPA_LEVEL_PTE);
	return &s->v[s->n - 1].e;
}

static void analyse(struct sim *s, struct model **m, struct boot_report *b)
{
	*m = test_model(s);
	assert_int_equal(boot_analyse(*m, b), 0);
}

static void end(struct sim *s, struct model *m, struct boot_report *b)
{
	boot_report_free(b);
	test_end(m, s);
}

/* The n-th of the gaps 160 ns, 320 ns, ... 16000 ns in no order. */
static u64 shuffled(u64 n)
{
	return 160 * (n * 37 % 101);
}

static void percentiles(void **state)
{
	/* From 128, 256, ... 8192 ns on: of 160 * i, i = 1 to 100. */
	static const u64 buckets[] = { 1, 2, 3, 6, 13, 26, 49 };
	struct boot_gaps *g;
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, SIM_RANGES);
	/* Samples would add their own records: none but the first. */
	sim_alloc(&s, PAGE(0), 0);
	for (u64 i = 1; i <= 100; i++) {
		if (i == 64)
			s.pages++;
		page_after(&s, shuffled(i), PAGE(i));
	}
	sim_boot(&s);
	analyse(&s, &m, &b);
	g = &b.gaps;
	assert_int_equal(g->n, 100);
	assert_int_equal(g->ns, 160 * 5050);
	assert_int_equal(g->p50, 160 * 50);
	assert_int_equal(g->p90, 160 * 90);
	assert_int_equal(g->p99, 160 * 99);
	assert_int_equal(g->max, 160 * 100);
	for (int i = 0; i < BOOT_BUCKETS; i++)
		assert_int_equal(g->buckets[i],
				 i >= 7 && i < 14 ? buckets[i - 7] : 0);
	assert_int_equal(g->nslowest, BOOT_SLOWEST);
	for (u64 i = 0; i < BOOT_SLOWEST; i++) {
		const struct boot_gap *x = &g->slowest[i];
		const struct record *r = model_record(m, x->seq);

		assert_int_equal(x->ns, 160 * (100 - i));
		assert_int_equal(shuffled((x->addr - PAGE(0)) / SIM_PAGE),
				 x->ns);
		assert_int_equal(r->addr, x->addr);
		assert_int_equal(r->ns, x->at_ns);
		assert_int_equal(x->step, KPKEYS_PPA_JOIN_APPEND);
	}
	end(&s, m, &b);
}

/* Nearest rank: the fourth of seven, and the last. */
static void seven(void **state)
{
	static const u64 gaps[] = { 80, 64, 992, 48, 640, 320, 64 };
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, SIM_RANGES);
	sim_alloc(&s, PAGE(0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(gaps); i++)
		page_after(&s, gaps[i], PAGE(1 + i));
	sim_boot(&s);
	analyse(&s, &m, &b);
	assert_int_equal(b.gaps.p50, 80);
	assert_int_equal(b.gaps.p90, 992);
	assert_int_equal(b.gaps.p99, 992);
	assert_int_equal(b.gaps.nslowest, 7);
	/* 64 ns are the first of their line. */
	assert_int_equal(b.gaps.buckets[5], 1);
	assert_int_equal(b.gaps.buckets[6], 3);
	/* Of equal ones the older comes first. */
	assert_int_equal(b.gaps.slowest[4].addr, PAGE(2));
	assert_int_equal(b.gaps.slowest[5].addr, PAGE(7));
	assert_int_equal(b.gaps.slowest[6].ns, 48);
	end(&s, m, &b);
}

static void none_and_one(void **state)
{
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	for (int pages = 0; pages < 3; pages++) {
		sim_open(&s, SIM_RANGES);
		for (int i = 0; i < pages; i++)
			sim_alloc(&s, PAGE(i), 0);
		sim_boot(&s);
		analyse(&s, &m, &b);
		assert_int_equal(b.pages, pages);
		assert_int_equal(b.gaps.n, pages == 2);
		assert_int_equal(b.gaps.max, pages == 2 ? 48 : 0);
		assert_int_equal(b.own.first_known, pages > 0);
		/* One page was measured; what the second took nobody knows. */
		assert_int_equal(b.own.known, pages == 1);
		assert_int_equal(b.own.ns, pages == 1 ? 48 : 0);
		assert_false(b.own.error_known);
		end(&s, m, &b);
	}
}

/* setup at 16048 ns, the map from 16096 ns on. */
static void phases(void **state)
{
	struct boot_report b;
	struct model *m;
	u64 in_map;
	struct sim s;

	(void)state;
	sim_open(&s, SIM_RANGES);
	for (int i = 0; i < 3; i++)
		page_after(&s, 1600, PAGE(i));
	s.ticks += 97;
	sim_phase(&s, KPKEYS_PPA_PHASE_PAGING_END, 0, 0);
	in_map = 3 * 1600 + 48 + 1600;
	/* 8000 ns after the page before, and no gap for that. */
	page_after(&s, 6400, PAGE(3));
	page_after(&s, 1600, PAGE(4));
	sim_phase(&s, KPKEYS_PPA_PHASE_FINALIZE_BEGIN, s.nranges, 0);
	s.ticks += 97;
	sim_finalize(&s, PAGE(0), 5 * SIM_PAGE, 1, 0)->e.finalize.duration =
		1001;
	s.ticks += 197;
	sim_phase(&s, KPKEYS_PPA_PHASE_FINALIZE_END, s.pages, 0);
	s.ticks = (16048 + 1000000) / TICK - 3;
	sim_phase(&s, KPKEYS_PPA_PHASE_HANDOVER, s.nranges, 0);
	sim_close(&s);
	analyse(&s, &m, &b);

	assert_true(b.boot.known && b.map.known && b.finalize.known);
	assert_int_equal(b.boot.begin_ns, 16048);
	assert_int_equal(b.boot.ns, 1000000);
	assert_int_equal(b.map.begin_ns, 16096);
	assert_int_equal(b.map.ns, in_map);
	/* 6448 of 1000000 ns are 6.4 per mille. */
	assert_int_equal(b.map_share, 6);
	assert_int_equal(b.pages, 5);
	assert_int_equal(b.map_pages, 3);
	assert_int_equal(b.later_pages, 2);
	assert_int_equal(b.gaps.n, 3);
	assert_int_equal(b.gaps.ns, 3 * 1600);
	assert_int_equal(b.gaps.across, 1);
	assert_int_equal(b.gaps.across_ns, 8000);

	assert_int_equal(b.finalize.ns, 1600 + 3200);
	assert_int_equal(b.finalize_share, 5);
	assert_int_equal(b.nfinalizes, 1);
	assert_int_equal(b.finalizes[0].pages, 5);
	assert_int_equal(b.finalizes[0].page_ps, 200200);
	assert_int_equal(b.finalize_ns, 1001);
	assert_int_equal(b.finalize_page_ps, 200200);
	assert_int_equal(b.resolution_ps, 16000);
	end(&s, m, &b);
}

/* Each page in the slice of its time; the last belongs to the last. */
static void slices(void **state)
{
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, SIM_RANGES);
	/* 64 slices of 480 ns, the 1st page 96 ns from the begin of the map. */
	sim_alloc(&s, PAGE(0), 0);
	for (int i = 1; i < 64; i++)
		page_after(&s, 480, PAGE(i));
	s.ticks += (480 - 96) / TICK - 3;
	sim_boot(&s);
	analyse(&s, &m, &b);
	assert_true(b.slices_in.known);
	assert_int_equal(b.slices_in.ns, 64 * 480);
	for (int i = 0; i < BOOT_SLICES; i++)
		assert_int_equal(b.slices[i], 1);
	end(&s, m, &b);
}

static void steps(void **state)
{
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 3);
	sim_alloc(&s, PAGE(10), 0);	/* new, and no gap before it */
	page_after(&s, 1600, PAGE(20));	/* new */
	page_after(&s, 3200, PAGE(30));	/* new */
	page_after(&s, 160, PAGE(11));	/* append */
	page_after(&s, 320, PAGE(9));	/* prepend */
	page_after(&s, 480, PAGE(22));	/* no room for a fourth range */
	page_after(&s, 640, PAGE(21));	/* append: what is untracked does not join */
	for (int i = 12; i < 19; i++)
		page_after(&s, 320, PAGE(i));
	page_after(&s, 4000, PAGE(19));	/* bridge */
	sim_boot(&s);
	analyse(&s, &m, &b);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_NEW].pages, 3);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_NEW].gaps, 2);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_NEW].mean_ps, 2400000);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_APPEND].pages, 9);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_APPEND].gap_ns,
			 160 + 640 + 7 * 320);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_PREPEND].mean_ps, 320000);
	assert_int_equal(b.step[KPKEYS_PPA_JOIN_BRIDGE].mean_ps, 4000000);
	assert_int_equal(b.step[BOOT_UNTRACKED].pages, 1);
	assert_int_equal(b.step[BOOT_UNTRACKED].mean_ps, 480000);
	assert_int_equal(b.merged.pages, 11);
	assert_int_equal(b.merged.gaps, 11);
	/* 160 + 320 + 640 + 7 * 320 + 4000 ns of 11 gaps */
	assert_int_equal(b.merged.mean_ps, 7360000 / 11);
	assert_string_equal(boot_step_name(BOOT_UNTRACKED), "untracked");
	assert_string_equal(boot_step_name(KPKEYS_PPA_JOIN_NEW), "new");
	end(&s, m, &b);
}

/* Samples of the first page and then of every 64th, which take @v[i] ns. */
static void sampled(struct sim *s, const u64 *v, int n)
{
	sim_open(s, SIM_RANGES);
	for (int i = 0; i < 64 * n; i++) {
		sim_alloc(s, PAGE(i), 0);
		if (i % 64)
			continue;
		s->v[s->n - 1].e.ticks += v[i / 64] / TICK - 3;
		s->v[s->n - 1].e.ns = s->v[s->n - 1].e.ticks * TICK;
		s->ticks = s->v[s->n - 1].e.ticks;
	}
	sim_boot(s);
}

static void own_part(void **state)
{
	static const u64 v[] = { 16000, 32, 48, 64 };
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sampled(&s, v, 4);
	analyse(&s, &m, &b);
	assert_true(b.own.first_known);
	assert_int_equal(b.own.first_ns, 16000);
	assert_int_equal(b.own.samples, 3);
	assert_int_equal(b.own.min_ns, 32);
	assert_int_equal(b.own.max_ns, 64);
	assert_int_equal(b.own.mean_ps, 48000);
	/* 2 * sqrt((256 + 0 + 256) / (3 * 2)) = 18.475... ns */
	assert_true(b.own.error_known);
	assert_int_equal(b.own.error_ps, 18475);
	assert_int_equal(b.own.ns, 16000 + 255 * 48);
	assert_int_equal(b.own.error_ns, 255 * 18475 / 1000);
	assert_int_equal(b.own.map_ns, b.own.ns);
	assert_int_equal(b.own.map_share,
			 (b.own.ns * 1000 + b.map.ns / 2) / b.map.ns);
	end(&s, m, &b);
}

/* A mean that is not whole: 16, 16, 48 ns are 26.667 +- 2 * sqrt(682.667 / 6). */
static void own_fraction(void **state)
{
	static const u64 v[] = { 160, 16, 16, 48 };
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sampled(&s, v, 4);
	analyse(&s, &m, &b);
	assert_int_equal(b.own.mean_ps, 26666);
	/* 21333 but for what a square of a whole ns rounds off */
	assert_in_range(b.own.error_ps, 21333, 21340);
	end(&s, m, &b);
}

/* All alike: the counter, of 16 ns a tick, cannot tell them apart. */
static void own_resolution(void **state)
{
	static const u64 v[] = { 160, 48, 48, 48, 48 };
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sampled(&s, v, 5);
	analyse(&s, &m, &b);
	assert_int_equal(b.own.mean_ps, 48000);
	assert_int_equal(b.own.error_ps, 8000);
	end(&s, m, &b);
}

/* Seconds apart, as where the machine slept: 1 s and 3 s are 2 s +- 2 s. */
static void own_far_apart(void **state)
{
	static const u64 v[] = { 160, 1000000000, 3000000000ULL };
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sampled(&s, v, 3);
	analyse(&s, &m, &b);
	assert_int_equal(b.own.mean_ps, 2000000000000ULL);
	assert_in_range(b.own.error_ps, 1999990000000ULL, 2000000000000ULL);
	end(&s, m, &b);
}

/* One sample beside the first: a mean, but nobody knows how good it is. */
static void own_one_sample(void **state)
{
	static const u64 v[] = { 160, 64 };
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sampled(&s, v, 2);
	analyse(&s, &m, &b);
	assert_int_equal(b.own.samples, 1);
	assert_true(b.own.known);
	assert_false(b.own.error_known);
	assert_int_equal(b.own.ns, 160 + 127 * 64);
	end(&s, m, &b);
}

/* What a missing record makes unknown, and what not. */
static void missing(void **state)
{
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(120))->drop = true;
	sim_find(&s, EVENT_ALLOC, PAGE(120))->drop_merge = true;
	sim_find(&s, EVENT_ALLOC, PAGE(20))->drop = true;
	sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_SETUP)->drop = true;
	sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_FINALIZE_END)->drop = true;
	analyse(&s, &m, &b);
	assert_false(b.complete);
	assert_int_equal(b.pages, 80);
	/* 81 gaps, four of them next to a hole, which are two. */
	assert_int_equal(b.gaps.n, 77);
	assert_int_equal(b.gaps.holes, 2);
	assert_true(b.map.known);
	assert_false(b.boot.known);
	assert_false(b.finalize.known);
	assert_false(b.phase[KPKEYS_PPA_PHASE_SETUP].known);
	assert_int_equal(b.map_share, 0);
	end(&s, m, &b);

	/* Without the entry, or the page that it is of, there is no sample. */
	sim_good(&s);
	sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_ALLOC_ENTRY)->drop = true;
	analyse(&s, &m, &b);
	assert_false(b.own.first_known);
	assert_int_equal(b.own.samples, 1);
	assert_int_equal(b.own.ns, 82 * 48);
	end(&s, m, &b);
}

/* Without a map's begin the pages are shown from the first to the last. */
static void no_map(void **state)
{
	struct boot_report b;
	struct model *m;
	u64 sum = 0;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_PAGING_BEGIN)->drop = true;
	analyse(&s, &m, &b);
	assert_false(b.map.known);
	assert_int_equal(b.map_pages, 0);
	assert_true(b.slices_in.known);
	assert_int_equal(b.slices_in.begin_ns, m->alloc_first_ns);
	for (int i = 0; i < BOOT_SLICES; i++)
		sum += b.slices[i];
	assert_int_equal(sum, 82);
	assert_int_equal(b.own.map_share, 0);
	end(&s, m, &b);
}

static void backwards(void **state)
{
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(120))->e.ns = 5;
	sim_find(&s, EVENT_ALLOC, PAGE(120))->merge.ns = 5;
	sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_PAGING_END)->e.ns = 5;
	analyse(&s, &m, &b);
	assert_int_equal(b.gaps.backwards, 1);
	assert_int_equal(b.gaps.n, 80);
	assert_false(b.map.known);
	end(&s, m, &b);
}

/* Nothing that is printed wraps around, however absurd the times are. */
static void absurd(void **state)
{
	struct boot_report b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.header.freq = 0;
	for (size_t i = 2; i < s.n; i++) {
		struct event *e = &s.v[i].e;

		e->ns = i % 2 ? BOOT_MAX : i;
		s.v[i].merge.ns = e->ns;
		if (e->kind == EVENT_FINALIZE)
			e->finalize.duration = BOOT_MAX;
	}
	analyse(&s, &m, &b);
	assert_int_equal(b.resolution_ps, 0);
	assert_int_equal(b.gaps.ns, BOOT_MAX);
	/* All but the one that has a sample in between. */
	assert_int_equal(b.gaps.buckets[BOOT_BUCKETS - 1], b.gaps.n - 1);
	assert_int_equal(b.finalize_ns, BOOT_MAX);
	assert_true(b.own.ns <= BOOT_MAX && b.own.error_ns <= BOOT_MAX);
	end(&s, m, &b);
}

static void shares(void **state)
{
	(void)state;
	assert_int_equal(boot_share(0, 0), 0);
	assert_int_equal(boot_share(5, 0), 0);
	assert_int_equal(boot_share(1, 3), 333);
	assert_int_equal(boot_share(2, 3), 667);
	assert_int_equal(boot_share(3, 1), 3000);
	assert_int_equal(boot_share(BOOT_MAX, BOOT_MAX), 1000);
	assert_int_equal(boot_share(BOOT_MAX, 1), ~0U);
}

static void durations(void **state)
{
	static const struct {
		u64 ns;
		const char *text;
	} v[] = {
		{ 0, "0 ns" }, { 999, "999 ns" }, { 1000, "1.0 us" },
		{ 1049, "1.0 us" }, { 1050, "1.1 us" }, { 999949, "999.9 us" },
		{ 999950, "1.0 ms" }, { 16100016, "16.1 ms" },
		{ 999950000, "1.000 s" }, { 1004420101, "1.004 s" },
		{ ~0ULL, "18446744073.710 s" },
	};
	char buf[24];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		assert_string_equal(view_duration(buf, v[i].ns), v[i].text);
}

/* --- the views --------------------------------------------------------------- */

/* A boot that looks like one: two ranges, a pause, a tail behind the map. */
static void make_boot(struct sim *s)
{
	u64 n = 0;

	sim_open(s, 8);
	s->ticks += 5000;
	for (int i = 0; i < 300; i++) {
		s->ticks += 700 + (i * 7919 % 64) * (i % 31 == 30 ? 90 : 1);
		if (i == 150)
			s->ticks += 90000;
		sim_alloc(s, PAGE(1000 - i - (i > 220 ? 9 : 0)),
			  i % 100 ? KPKEYS_PPA_LEVEL_PTE :
				    KPKEYS_PPA_LEVEL_PMD);
	}
	s->ticks += 20000;
	sim_phase(s, KPKEYS_PPA_PHASE_PAGING_END, 0, 0);
	s->ticks += 400000;
	sim_alloc(s, PAGE(690), KPKEYS_PPA_LEVEL_PUD);
	s->ticks += 6000000;
	sim_phase(s, KPKEYS_PPA_PHASE_FINALIZE_BEGIN, s->nranges, 0);
	for (u32 i = 0; i < s->nranges; i++) {
		u64 size = s->ranges[i].end - s->ranges[i].start;

		n++;
		sim_finalize(s, s->ranges[i].start, size, 1, 0)->e.finalize
			.duration = size / 31 + n;
		s->ticks += size / 31 / TICK;
	}
	s->ticks += 1000;
	sim_phase(s, KPKEYS_PPA_PHASE_FINALIZE_END, s->pages, 0);
	s->ticks += 50000000;
	sim_phase(s, KPKEYS_PPA_PHASE_HANDOVER, s->nranges, 0);
	sim_close(s);
}

static void show(const char *name, struct sim *s, bool json, bool utf8)
{
	struct boot_report b;
	char *text = NULL;
	struct model *m;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	m = test_model(s);
	assert_int_equal(boot_analyse(m, &b), 0);
	if (json)
		assert_int_equal(view_boot_json(f, &b, m), 0);
	else
		view_boot(f, &b, m, utf8);
	fclose(f);
	if (!json)
		narrow(name, text);
	compare(name, text, len);
	free(text);
	boot_report_free(&b);
	model_free(m);
}

static void golden(void **state)
{
	struct sim s;

	(void)state;
	make_boot(&s);
	show("good.boot.txt", &s, false, true);
	show("good.boot.ascii.txt", &s, false, false);
	show("good.boot.json", &s, true, false);
	sim_free(&s);
}

/* Everything that can be missing is. */
static void golden_missing(void **state)
{
	struct sim s;

	(void)state;
	make_boot(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(900))->drop = true;
	for (size_t i = 0; i < s.n; i++) {
		if (s.v[i].e.kind == EVENT_PHASE)
			s.v[i].drop = true;
	}
	show("missing.boot.txt", &s, false, true);
	show("missing.boot.json", &s, true, false);
	sim_free(&s);

	/* Nothing was handed out. */
	sim_open(&s, 8);
	sim_boot(&s);
	show("empty.boot.txt", &s, false, true);
	show("empty.boot.json", &s, true, false);
	sim_free(&s);

	/* Many ranges, a table that was full, and no frame. */
	sim_open(&s, 12);
	for (int i = 0; i < 40; i++)
		sim_alloc(&s, PAGE(3 * i), KPKEYS_PPA_LEVEL_UNKNOWN);
	sim_boot(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(6))->e.finalize.error = -12;
	show("many.boot.txt", &s, false, true);
	s.no_begin = true;
	s.no_end = true;
	show("noframe.boot.txt", &s, false, true);
	show("noframe.boot.json", &s, true, false);
	sim_free(&s);
}

TESTING(T(percentiles), T(seven), T(none_and_one), T(phases), T(slices),
	T(steps), T(own_part), T(own_fraction),
	T(own_resolution), T(own_far_apart), T(own_one_sample),
	T(missing), T(no_map), T(backwards), T(absurd), T(shares),
	T(durations), T(golden), T(golden_missing));

int main(void)
{
	return RUN("boot", NULL, NULL);
}
