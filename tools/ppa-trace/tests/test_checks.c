// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can each check of the events fail, and does nothing else fail with it?
 *
 * Each test breaks one thing in an otherwise good log.
 */
#include "test.h"

/* events.align */

static void page_unaligned(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_find(&s, EVENT_ALLOC, PAGE(120));
	r->e.alloc.addr += 8;
	m = test_model(&s);
	assert_only_failed(m, CHECK_ALIGN);
	assert_int_equal(m->checks[CHECK_ALIGN].off[0].addr, PAGE(120) + 8);
	test_end(m, &s);
}

/* A range that memory cannot have, and the page that it is said to be of. */
static void impossible_range(void **state)
{
	static const struct {
		u64 start, size;
		const char *note;
	} odd[] = {
		{ PAGE(120), SIM_PAGE + 2048, "not a multiple" },
		{ PAGE(120) + 8, SIM_PAGE, "not a multiple" },
		{ PAGE(120), 0, "empty" },
		{ 1ULL << 52, SIM_PAGE, "beyond 52 bits" },
		{ PAGE(120), 1ULL << 52, "beyond 52 bits" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(odd); i++) {
		struct sim_record *r;
		struct model *m;
		struct sim s;

		sim_good(&s);
		r = sim_find(&s, EVENT_ALLOC, PAGE(120));
		r->e.alloc.start = odd[i / 2].start;
		r->e.alloc.size = odd[i / 2].size;
		r->merge.merge.start = odd[i / 2].start;
		r->merge.merge.size = odd[i / 2].size;
		/* The merge event alone must not make a range of it, either. */
		r->drop = i % 2;
		m = test_model(&s);
		if (r->drop)
			assert_int_equal(m->checks[CHECK_ALIGN].status, CHECK_FAILED);
		else
			assert_only_failed(m, CHECK_ALIGN);
		assert_non_null(strstr(m->checks[CHECK_ALIGN].off[0].note,
				       odd[i / 2].note));
		assert_int_equal(m->checks[CHECK_ALIGN].bad, 1);
		assert_int_equal(m->checks[CHECK_RANGE].bad, 0);
		assert_int_equal(m->nranges, 2);
		test_end(m, &s);
	}
}

static void page_too_high(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_find(&s, EVENT_ALLOC, PAGE(120));
	r->e.alloc.addr |= 1ULL << 60;
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_ALIGN].status, CHECK_FAILED);
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

/* events.page-once */

static void page_twice(void **state)
{
	struct sim_record *r, *other;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open_good(&s);
	/* A page of the middle of a range comes once more, as if new. */
	sim_alloc(&s, PAGE(500), 0);
	sim_boot(&s);
	r = sim_find(&s, EVENT_ALLOC, PAGE(500));
	other = sim_find(&s, EVENT_FINALIZE, PAGE(500));
	r->e.alloc.addr = PAGE(120);
	r->e.alloc.start = PAGE(120);
	other->drop = true;
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_PAGE_ONCE].status, CHECK_FAILED);
	assert_int_equal(m->checks[CHECK_PAGE_ONCE].off[0].addr, PAGE(120));
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

static void page_twice_untracked(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1);
	sim_alloc(&s, PAGE(0), 0);
	sim_alloc(&s, PAGE(10), 0);
	sim_alloc(&s, PAGE(10), 0);
	sim_boot(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_PAGE_ONCE, CHECK_OVERFLOW,
			   CHECK_WALK_MISSED);
	test_end(m, &s);
}

/* The same with a range for it the second time: all the same. */
static void untracked_page_again(void **state)
{
	const struct check *c;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1);
	sim_alloc(&s, PAGE(0), 0);
	sim_alloc(&s, PAGE(10), 0);
	s.header.capacity = 2;
	sim_alloc(&s, PAGE(10), 0);
	sim_boot(&s);
	m = test_model(&s);
	c = &m->checks[CHECK_PAGE_ONCE];
	assert_int_equal(c->status, CHECK_FAILED);
	assert_int_equal(c->bad, 1);
	assert_int_equal(c->off[0].addr, PAGE(10));
	assert_int_equal(c->off[0].seq,
			 sim_find(&s, EVENT_ALLOC, PAGE(10))->e.seq);
	test_end(m, &s);
}

/* events.range */

static void wrong_side(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_find(&s, EVENT_ALLOC, PAGE(120));
	r->e.alloc.join = KPKEYS_PPA_JOIN_APPEND;
	r->merge.merge.join = KPKEYS_PPA_JOIN_APPEND;
	m = test_model(&s);
	assert_only_failed(m, CHECK_RANGE);
	test_end(m, &s);
}

/* The kernel forgot to join what a page bridges. */
static void bridge_not_made(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_find(&s, EVENT_ALLOC, PAGE(40));
	r->e.alloc.join = KPKEYS_PPA_JOIN_APPEND;
	r->e.alloc.size -= SIM_PAGE;
	r->merge.merge.join = KPKEYS_PPA_JOIN_APPEND;
	r->merge.merge.size -= SIM_PAGE;
	m = test_model(&s);
	assert_only_failed(m, CHECK_RANGE);
	assert_non_null(strstr(m->checks[CHECK_RANGE].off[0].note, "bridge"));
	test_end(m, &s);
}

static void each_range_wrong(void **state)
{
	struct sim s;

	(void)state;
	sim_good(&s);
	for (size_t i = 0; i < s.n; i++) {
		struct model *m;

		if (s.v[i].e.kind != EVENT_ALLOC)
			continue;
		s.v[i].e.alloc.start += SIM_PAGE;
		s.v[i].merge.merge.start += SIM_PAGE;
		m = test_model(&s);
		assert_only_failed(m, CHECK_RANGE);
		s.v[i].e.alloc.start -= SIM_PAGE;
		s.v[i].merge.merge.start -= SIM_PAGE;
		model_free(m);
	}
	sim_free(&s);
}

/* Proven even though records are missing: a range cannot lose pages. */
static void range_shrinks_after_loss(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.v[4].drop = true;
	s.v[4].drop_merge = true;
	r = sim_find(&s, EVENT_ALLOC, PAGE(110));
	r->e.alloc.size -= 20 * SIM_PAGE;
	r->merge.merge.size -= 20 * SIM_PAGE;
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_RANGE].status, CHECK_FAILED);
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

/* So is that a page cannot be on another side of its range than it is. */
static void side_does_not_fit_after_loss(void **state)
{
	static const struct {
		u64 page;
		u32 join;
	} is[] = {
		{ PAGE(110), KPKEYS_PPA_JOIN_PREPEND },
		{ PAGE(20), KPKEYS_PPA_JOIN_APPEND },
		{ PAGE(40), KPKEYS_PPA_JOIN_BRIDGE },
	};

	(void)state;
	for (size_t i = 0; i < JOINS * ARRAY_SIZE(is); i++) {
		u32 join = i % JOINS, true_join = is[i / JOINS].join;
		struct sim_record *r;
		struct model *m;
		struct sim s;

		sim_good(&s);
		s.v[4].drop = true;
		s.v[4].drop_merge = true;
		r = sim_find(&s, EVENT_ALLOC, is[i / JOINS].page);
		assert_int_equal(r->e.alloc.join, true_join);
		r->e.alloc.join = join;
		r->merge.merge.join = join;
		m = test_model(&s);
		assert_int_equal(m->checks[CHECK_RANGE].status,
				 join == true_join ? CHECK_UNPROVEN : CHECK_FAILED);
		if (join != true_join)
			assert_non_null(strstr(m->checks[CHECK_RANGE].off[0].note,
					       "does not fit"));
		test_end(m, &s);
	}
}

/* events.merge */

static void merge_differs(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(120))->merge.merge.size += SIM_PAGE;
	m = test_model(&s);
	assert_only_failed(m, CHECK_MERGE);
	test_end(m, &s);
}

static void merge_of_new(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_find(&s, EVENT_ALLOC, PAGE(140));
	r->has_merge = true;
	r->merge = r->e;
	r->merge.kind = EVENT_MERGE;
	r->merge.merge.start = PAGE(140);
	r->merge.merge.size = SIM_PAGE;
	r->merge.merge.join = KPKEYS_PPA_JOIN_NEW;
	sim_close(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_MERGE);
	test_end(m, &s);
}

/* events.capacity, events.overflow */

static void too_many_ranges(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 10);
	for (int i = 0; i < 10; i++)
		sim_alloc(&s, PAGE(3 * i), 0);
	sim_boot(&s);
	s.header.capacity = 9;
	m = test_model(&s);
	assert_only_failed(m, CHECK_CAPACITY);
	test_end(m, &s);
}

/* More than the tool can hold: it says so, and claims nothing. */
static void far_too_many_ranges(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_REPLAY };
	struct model *m = model_new();

	(void)state;
	e.frame.records = RANGES_MAX + 10;
	e.frame.count = e.frame.records;
	e.frame.allocs = e.frame.records;
	e.frame.capacity = 1 << 20;
	e.frame.page_shift = 12;
	e.frame.levels = 4;
	e.frame.va_bits = 48;
	model_add(m, &e);
	for (u64 i = 0; i < RANGES_MAX + 10; i++) {
		struct event a = {
			.kind = EVENT_ALLOC,
			.seq = i,
			.alloc = {
				.addr = PAGE(2 * i),
				.start = PAGE(2 * i),
				.size = SIM_PAGE,
			},
		};

		model_add(m, &a);
	}
	e.frame.frame = KPKEYS_PPA_FRAME_END;
	model_add(m, &e);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_true(m->complete);
	assert_int_equal(m->nranges, RANGES_MAX);
	assert_int_equal(m->checks[CHECK_PAGE_ONCE].status, CHECK_UNPROVEN);
	assert_int_equal(m->checks[CHECK_RANGE].status, CHECK_UNPROVEN);
	model_free(m);
}

static void overflow(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 4);
	for (int i = 0; i < 30; i++)
		sim_alloc(&s, PAGE(3 * i), 0);
	sim_boot(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_OVERFLOW, CHECK_WALK_MISSED);
	assert_int_equal(m->checks[CHECK_OVERFLOW].bad, 26);
	assert_int_equal(m->checks[CHECK_OVERFLOW].off[0].addr, PAGE(12));
	assert_int_equal(m->checks[CHECK_OVERFLOW].off[15].addr, PAGE(57));
	test_end(m, &s);
}

static void overflow_that_touches(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1);
	sim_alloc(&s, PAGE(0), 0);
	sim_alloc(&s, PAGE(5), 0);
	sim_boot(&s);
	r = sim_find(&s, EVENT_OVERFLOW, PAGE(5));
	r->e.overflow.addr = PAGE(1);
	m = test_model(&s);
	assert_only_failed(m, CHECK_OVERFLOW, CHECK_WALK_MISSED, CHECK_RANGE);
	test_end(m, &s);
}

/* events.page-in-range, events.finalize-* */

static void range_not_finalized(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	/* Its record says something else instead. */
	r = sim_find(&s, EVENT_FINALIZE, PAGE(101));
	r->e.kind = EVENT_PHASE;
	r->e.phase = (struct event_phase){
		.phase = KPKEYS_PPA_PHASE_ALLOC_ENTRY,
		.count = s.pages,
	};
	sim_close(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	assert_int_equal(m->checks[CHECK_FINALIZE_ONCE].off[0].start,
			 PAGE(101));
	test_end(m, &s);
}

static void range_finalized_twice(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open_good(&s);
	sim_finalize(&s, PAGE(101), 40 * SIM_PAGE, 1, 0);
	sim_boot(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	test_end(m, &s);
}

static void finalize_fails(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->e.finalize.error = -22;
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ERROR);
	assert_int_equal(m->finalize_errors, 1);
	assert_non_null(strstr(m->checks[CHECK_FINALIZE_ERROR].off[0].note,
			       "-22"));
	test_end(m, &s);
}

static void finalize_wrong_key(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->e.finalize.pkey = 3;
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_PKEY);
	assert_int_equal(m->checks[CHECK_FINALIZE_PKEY].off[0].key, 3);
	test_end(m, &s);
}

static void finalize_too_short(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->e.finalize.size -= SIM_PAGE;
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	assert_int_equal(m->checks[CHECK_PAGE_IN_RANGE].off[0].addr, PAGE(140));
	test_end(m, &s);
}

static void finalize_starts_late(void **state)
{
	struct sim_record *r;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_find(&s, EVENT_FINALIZE, PAGE(101));
	r->e.finalize.start += SIM_PAGE;
	r->e.finalize.size -= SIM_PAGE;
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	assert_int_equal(m->checks[CHECK_PAGE_IN_RANGE].off[0].addr, PAGE(101));
	test_end(m, &s);
}

static void finalize_of_no_range(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open_good(&s);
	sim_finalize(&s, PAGE(700), 3 * SIM_PAGE, 1, 0);
	sim_boot(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	assert_int_equal(m->checks[CHECK_FINALIZE_ONCE].bad, 1);
	assert_int_equal(m->checks[CHECK_PAGE_IN_RANGE].bad, 1);
	test_end(m, &s);
}

static void finalize_too_long(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->e.finalize.size += SIM_PAGE;
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	test_end(m, &s);
}

/* A page that is handed out when all is over stays without a key. */
static void page_after_finalize(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_alloc(&s, PAGE(900), 0);
	sim_close(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_FINALIZE_ONCE, CHECK_PAGE_IN_RANGE);
	test_end(m, &s);
}

/* Proven although records are missing. */
static void failure_despite_loss(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.v[30].drop = true;
	s.v[30].drop_merge = true;
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->e.finalize.error = -12;
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_COMPLETE].status, CHECK_UNPROVEN);
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

/* Nor does anything that was missing or went wrong later take it back. */
static void failure_stays(void **state)
{
	const struct offender off = { 0 };
	struct check c = { 0 };

	(void)state;
	check_not_made(&c, "not yet");
	assert_int_equal(c.status, CHECK_NOT_CHECKED);
	check_bad(&c, &off, "it is bad");
	check_looked(&c, "one page");
	check_unproven(&c, "some is missing");
	check_not_made(&c, "the source broke off");
	assert_int_equal(c.status, CHECK_FAILED);
	assert_int_equal(c.bad, 1);
	assert_string_equal(c.what, "one page");
	assert_int_equal(check_verdict(EXIT_GOOD, &c), EXIT_BAD);
}

/* events.walk-missed, events.phases, events.time-order */

static void walk_missed(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_PHASE,
		 KPKEYS_PPA_PHASE_FINALIZE_END)->e.phase.missed = 2;
	m = test_model(&s);
	assert_only_failed(m, CHECK_WALK_MISSED);
	test_end(m, &s);
}

static void phase_missing(void **state)
{
	(void)state;
	for (u32 p = 0; p <= KPKEYS_PPA_PHASE_HANDOVER; p++) {
		struct sim_record *r;
		struct model *m;
		struct sim s;

		sim_good(&s);
		r = sim_find(&s, EVENT_PHASE, p);
		r->e.phase.phase = KPKEYS_PPA_PHASE_ALLOC_ENTRY;
		r->e.phase.count =
			p <= KPKEYS_PPA_PHASE_PAGING_BEGIN ? 0 : s.pages;
		m = test_model(&s);
		test_dump(m);
		assert_int_equal(m->checks[CHECK_PHASES].status, CHECK_FAILED);
		assert_int_equal(model_verdict(m, true), 1);
		assert_int_equal(m->checks[CHECK_WALK_MISSED].status,
				 p == KPKEYS_PPA_PHASE_FINALIZE_END ?
				 CHECK_UNPROVEN : CHECK_OK);
		test_end(m, &s);
	}
}

static void phase_twice(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_phase(&s, KPKEYS_PPA_PHASE_PAGING_END, 0, 0);
	sim_close(&s);
	m = test_model(&s);
	assert_only_failed(m, CHECK_PHASES);
	test_end(m, &s);
}

static void phase_out_of_order(void **state)
{
	struct sim_record *a, *b;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	a = sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_SETUP);
	b = sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_PAGING_BEGIN);
	a->e.phase.phase = KPKEYS_PPA_PHASE_PAGING_BEGIN;
	b->e.phase.phase = KPKEYS_PPA_PHASE_SETUP;
	m = test_model(&s);
	assert_only_failed(m, CHECK_PHASES);
	test_end(m, &s);
}

static void phase_counts(void **state)
{
	static const u32 counted[] = {
		KPKEYS_PPA_PHASE_FINALIZE_BEGIN, KPKEYS_PPA_PHASE_HANDOVER,
		KPKEYS_PPA_PHASE_ALLOC_ENTRY,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counted); i++) {
		struct model *m;
		struct sim s;

		sim_good(&s);
		sim_find(&s, EVENT_PHASE, counted[i])->e.phase.count += 1;
		m = test_model(&s);
		assert_only_failed(m, CHECK_PHASES);
		test_end(m, &s);
	}
}

static void time_goes_back(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.v[20].e.ns -= 1000;
	s.v[20].merge.ns -= 1000;
	m = test_model(&s);
	assert_only_failed(m, CHECK_TIME_ORDER);
	test_end(m, &s);
}

/* By less than makes a difference in ns. */
static void ticks_go_back(void **state)
{
	const struct check *c;
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.v[20].e.ticks -= 5;
	s.v[20].merge.ticks -= 5;
	m = test_model(&s);
	assert_only_failed(m, CHECK_TIME_ORDER);
	c = &m->checks[CHECK_TIME_ORDER];
	assert_int_equal(c->bad, 1);
	assert_int_equal(c->off[0].seq, 20);
	assert_non_null(strstr(c->off[0].note, "ticks"));
	test_end(m, &s);
}

static void kernel_saw_time_go_back(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.header.backwards = 1;
	m = test_model(&s);
	assert_only_failed(m, CHECK_TIME_ORDER);
	test_end(m, &s);
}

/* Pages of 16 and 64 KiB, and no frame that says so. */
static void unknown_page_size(void **state)
{
	(void)state;
	for (u32 shift = 12; shift <= 16; shift += 2) {
		u32 by = shift - 12;
		struct model *m;
		struct sim s;

		sim_open(&s, 1024);
		for (int i = 0; i < 60; i++)
			sim_alloc(&s, PAGE(i < 30 ? 90 - i : i), 0);
		sim_boot(&s);
		for (size_t i = 0; i < s.n; i++) {
			struct event *e = &s.v[i].e;

			if (e->kind == EVENT_ALLOC) {
				e->alloc.addr <<= by;
				e->alloc.start <<= by;
				e->alloc.size <<= by;
			} else if (e->kind == EVENT_FINALIZE) {
				e->finalize.start <<= by;
				e->finalize.size <<= by;
			}
			s.v[i].merge.merge.start <<= by;
			s.v[i].merge.merge.size <<= by;
		}
		s.header.page_shift = shift;
		m = test_model(&s);
		assert_none_failed(m);
		model_free(m);

		s.no_begin = true;
		s.no_end = true;
		m = test_model(&s);
		assert_unproven(m, CHECK_ALIGN);
		assert_unproven(m, CHECK_PAGE_ONCE);
		assert_unproven(m, CHECK_RANGE);
		assert_int_equal(m->nranges, s.nranges);
		assert_int_equal(m->range_bytes, 60ULL << shift);
		model_free(m);
		sim_free(&s);
	}
}

TESTING(T(unknown_page_size), T(page_unaligned), T(impossible_range),
	T(page_too_high), T(page_twice),
	T(page_twice_untracked), T(untracked_page_again), T(wrong_side),
	T(bridge_not_made), T(each_range_wrong), T(range_shrinks_after_loss),
	T(side_does_not_fit_after_loss), T(merge_differs),
	T(merge_of_new), T(too_many_ranges), T(far_too_many_ranges),
	T(overflow),
	T(overflow_that_touches), T(range_not_finalized),
	T(range_finalized_twice), T(finalize_fails), T(finalize_wrong_key),
	T(finalize_too_short), T(finalize_starts_late), T(finalize_of_no_range),
	T(finalize_too_long), T(page_after_finalize),
	T(failure_despite_loss), T(failure_stays), T(walk_missed), T(phase_missing),
	T(phase_twice), T(phase_out_of_order), T(phase_counts), T(time_goes_back),
	T(ticks_go_back),
	T(kernel_saw_time_go_back));

int main(void)
{
	return RUN("checks", NULL, NULL);
}
