// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is everything noticed that is there twice, of another boot, or miscounted?
 *
 * Each test breaks one thing in an otherwise good log.
 */
#include "test.h"

/* events.numbers */

static int twice(void *ctx, const struct event *e)
{
	int err = model_add(ctx, e);

	if (e->kind == EVENT_ALLOC && e->alloc.addr == PAGE(5))
		err = model_add(ctx, e);
	return err;
}

static void number_twice(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, twice, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_only_failed(m, CHECK_NUMBERS);
	assert_int_equal(m->checks[CHECK_NUMBERS].off[0].seq,
			 sim_find(&s, EVENT_ALLOC, PAGE(5))->e.seq);
	test_end(m, &s);
}

/* The same without an end: it may be the replays of two boots. */
static void number_twice_unended(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	s.no_end = true;
	sim_replay(&s, 1, 0, ~0ULL, twice, m);
	s.no_end = false;
	sim_replay(&s, 2, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_NUMBERS);
	assert_int_equal(m->frames, 1);
	assert_int_equal(m->frames_unended, 1);
	test_end(m, &s);
}

static void number_of_another(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	/* The record after it takes its number; its own is then missing. */
	s.v[10].e.seq = s.v[9].e.seq;
	s.v[10].merge.seq = s.v[9].e.seq;
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_NUMBERS].status, CHECK_FAILED);
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

static void number_of_another_kind(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	/* A finalize event comes in the place of the phase before it. */
	for (size_t i = 1; i < s.n; i++) {
		if (s.v[i].e.kind == EVENT_FINALIZE &&
		    s.v[i - 1].e.kind == EVENT_PHASE)
			s.v[i].e.seq--;
	}
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_NUMBERS].status, CHECK_FAILED);
	assert_non_null(strstr(m->checks[CHECK_NUMBERS].off[0].note,
			       "another record"));
	test_end(m, &s);
}

/* Fewer records than the kinds make together. */
static void records_miscounted(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.header.records--;
	m = test_model(&s);
	assert_int_equal(m->checks[CHECK_NUMBERS].status, CHECK_FAILED);
	assert_int_equal(m->checks[CHECK_TOTALS].status, CHECK_FAILED);
	test_end(m, &s);
}

/* Events of no frame that contradict those of one: from another boot. */
static void strays_differ(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	s.no_begin = true;
	s.no_end = true;
	s.v[20].e.ns++;
	s.v[20].merge.ns++;
	sim_replay(&s, 1, 10, 30, test_take, m);
	s.no_begin = false;
	s.no_end = false;
	s.v[20].e.ns--;
	s.v[20].merge.ns--;
	sim_replay(&s, 2, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_non_null(strstr(m->checks[CHECK_COMPLETE].why, "mixes boots"));
	test_end(m, &s);
}

static void number_behind_the_end(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_PHASE, .replay = 9 };
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	e.seq = s.n + 5;
	e.ticks = 1 << 30;
	e.ns = 1 << 30;
	e.phase.phase = KPKEYS_PPA_PHASE_ALLOC_ENTRY;
	e.phase.count = s.pages;
	model_add(m, &e);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_NUMBERS);
	assert_unproven(m, CHECK_TOTALS);
	test_end(m, &s);
}

/* A boot of other pages, and more of them. */
static void other_boot(struct sim *s)
{
	sim_open(s, 1024);
	for (int i = 0; i < 150; i++)
		sim_alloc(s, PAGE(3000 - i + i / 40), 0);
	sim_boot(s);
}

/* Parts of replays, put together in all ways that lose begins or ends. */
static void parts_of_boots(void **state)
{
	static const struct source_report clean;

	(void)state;
	for (int way = 0; way < 7; way++) {
		struct model *m = model_new();
		struct sim a, b;

		sim_good(&a);
		other_boot(&b);
		b.no_begin = true;
		switch (way) {
		case 0:		/* an overrun trace twice */
			a.no_begin = true;
			sim_replay(&a, 1, 30, ~0ULL, test_take, m);
			sim_replay(&a, 1, 30, ~0ULL, test_take, m);
			break;
		case 1:		/* two overrun boots */
			a.no_begin = true;
			sim_replay(&a, 1, 30, ~0ULL, test_take, m);
			sim_replay(&b, 1, 20, ~0ULL, test_take, m);
			break;
		case 2:
			a.no_begin = true;
			sim_replay(&b, 1, 20, ~0ULL, test_take, m);
			sim_replay(&a, 1, 30, ~0ULL, test_take, m);
			break;
		case 3:		/* one cut, one overrun */
			a.no_end = true;
			a.n = 60;
			sim_replay(&a, 1, 0, ~0ULL, test_take, m);
			sim_replay(&b, 1, 20, ~0ULL, test_take, m);
			break;
		case 4:		/* cut right after the begin */
			a.no_end = true;
			for (size_t i = 0; i < a.n; i++) {
				a.v[i].drop = true;
				a.v[i].drop_merge = true;
			}
			sim_replay(&a, 1, 0, ~0ULL, test_take, m);
			sim_replay(&b, 1, 20, ~0ULL, test_take, m);
			break;
		case 5:		/* a larger boot beside a whole replay */
			b.no_end = true;
			sim_replay(&a, 1, 0, ~0ULL, test_take, m);
			sim_replay(&b, 1, 20, ~0ULL, test_take, m);
			break;
		default:
			b.no_end = true;
			sim_replay(&b, 1, 20, ~0ULL, test_take, m);
			sim_replay(&a, 1, 0, ~0ULL, test_take, m);
			break;
		}
		assert_int_equal(model_finish(m, &clean), 0);
		test_dump(m);
		if (model_verdict(m, true) != 3)
			fail_msg("way %d: %d", way, model_verdict(m, true));
		model_free(m);
		sim_free(&a);
		sim_free(&b);
	}
}

/* The same in the frame of a whole replay: the kernel said so. */
static void framed_number_behind_the_end(void **state)
{
	const struct check *c;
	struct sim_record *r;
	struct model *m;
	u64 behind = 0;
	struct sim s;

	(void)state;
	sim_good(&s);
	r = sim_phase(&s, KPKEYS_PPA_PHASE_ALLOC_ENTRY, s.pages, 0);
	r->e.seq += 5;
	m = test_model(&s);
	assert_true(m->complete);
	c = &m->checks[CHECK_NUMBERS];
	assert_int_equal(c->status, CHECK_FAILED);
	for (u64 i = 0; i < c->bad; i++)
		behind += !!strstr(c->off[i].note, "the log has only");
	assert_int_equal(behind, 1);
	assert_int_equal(c->off[c->bad - 1].seq, s.header.records + 5);
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

/*
 * The replay of one boot is cut in record @at, and the rest of the replay of
 * another follows, from record @from on and under the same replay id: a begin,
 * and no end, or that of the other boot.
 */
static struct model *spliced(const struct sim *a, const struct sim *b,
			     size_t at, size_t from, bool end)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct event e = { .kind = EVENT_REPLAY, .replay = 1 };
	struct sim x = *a, y = *b;

	x.no_end = true;
	e.frame = a->header;
	e.frame.count = a->n;
	model_add(m, &e);
	x.no_begin = true;
	sim_replay(&x, 1, 0, at + 1, test_take, m);
	y.no_begin = true;
	y.no_end = !end;
	sim_replay(&y, 1, from, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	return m;
}

/* No number that two boots have given is a violation of either. */
static void numbers_of_two_boots(void **state)
{
	struct sim a, b;

	(void)state;
	sim_good(&a);
	other_boot(&b);
	b.header.boottime++;
	for (size_t at = 0; at < a.n; at++) {
		for (int way = 0; way < 8; way++) {
			bool drop = a.v[at].drop_merge;
			struct model *m;

			/* Cut between the two events of one page. */
			a.v[at].drop_merge = way & 1;
			b.v[at].drop = way & 2 && b.v[at].has_merge;
			m = spliced(&a, &b, at, at, way & 4);
			if (model_verdict(m, true) != 3) {
				test_dump(m);
				fail_msg("record %zu, way %d: %d", at, way,
					 model_verdict(m, true));
			}
			assert_unproven(m, CHECK_COMPLETE);
			a.v[at].drop_merge = drop;
			b.v[at].drop = false;
			model_free(m);
		}
	}
	sim_free(&a);
	sim_free(&b);
}

/* Nor is a replay whole that goes back, although nothing is missing in it. */
static void goes_back(void **state)
{
	struct sim s;

	(void)state;
	sim_good(&s);
	for (size_t at = 1; at < s.n; at++) {
		struct model *m = spliced(&s, &s, at, at - 1, true);

		assert_int_equal(m->missing, 0);
		assert_unproven(m, CHECK_COMPLETE);
		assert_int_equal(m->frames, 0);
		assert_int_equal(m->frames_unended, 1);
		assert_int_equal(m->frames_unbegun, 1);
		model_free(m);
	}
	sim_free(&s);
}

/* What a whole replay said is kept, whatever a cut one says after it. */
static void whole_beside_spliced(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim a, b;

	(void)state;
	sim_good(&a);
	other_boot(&b);
	sim_find(&a, EVENT_FINALIZE, PAGE(101))->e.finalize.pkey = 0;
	sim_replay(&a, 1, 0, ~0ULL, test_take, m);
	a.no_end = true;
	sim_replay(&a, 2, 0, 40, test_take, m);
	b.no_begin = true;
	b.no_end = true;
	sim_replay(&b, 2, 40, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	test_dump(m);
	assert_int_equal(m->checks[CHECK_REPEAT].status, CHECK_OK);
	assert_int_equal(m->checks[CHECK_COMPLETE].status, CHECK_UNPROVEN);
	/* Its own violation stays proven. */
	assert_int_equal(m->checks[CHECK_FINALIZE_PKEY].status, CHECK_FAILED);
	assert_int_equal(m->nranges, a.nranges);
	model_free(m);
	sim_free(&a);
	sim_free(&b);
}

/* The end of another replay does not make a foreign frame one of ours. */
static void foreign_stays_foreign(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_REPLAY, .replay = 9 };
	struct model *m = model_new();
	struct sim a, b;

	(void)state;
	sim_good(&a);
	other_boot(&b);
	sim_replay(&a, 1, 0, ~0ULL, test_take, m);
	b.no_end = true;
	sim_replay(&b, 1, 0, 0, test_take, m);
	e.frame = a.header;
	e.frame.frame = KPKEYS_PPA_FRAME_END;
	model_add(m, &e);
	b.no_begin = true;
	b.no_end = false;
	sim_replay(&b, 1, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_int_equal(m->frames, 1);
	assert_int_equal(m->foreign, b.header.records + b.header.merges);
	model_free(m);
	sim_free(&a);
	sim_free(&b);
}

/* Right before the window of a replay, and right behind that of another. */
static void number_outside_window(void **state)
{
	static const struct source_report clean;
	static const u64 outside[] = { 19, 21 };
	struct model *m = model_new();
	const struct check *c = &m->checks[CHECK_NUMBERS];
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	for (u32 i = 0; i < ARRAY_SIZE(outside); i++) {
		struct sim_record in = s.v[20];

		s.v[20] = s.v[outside[i]];
		sim_replay(&s, 2 + i, 20, 1, test_take, m);
		s.v[20] = in;
	}
	assert_int_equal(model_finish(m, &clean), 0);
	assert_only_failed(m, CHECK_NUMBERS);
	/* Each replay brought two events of a page. */
	assert_int_equal(c->bad, 2 * ARRAY_SIZE(outside));
	for (u64 i = 0; i < c->bad; i++) {
		assert_int_equal(c->off[i].seq, outside[i / 2]);
		assert_non_null(strstr(c->off[i].note, "outside of the window"));
	}
	test_end(m, &s);
}

/* events.totals */

static void totals_wrong(void **state)
{
	u64 *total[] = {
		NULL, NULL, NULL, NULL, NULL,
	};
	struct sim s;

	(void)state;
	sim_good(&s);
	total[0] = &s.header.allocs;
	total[1] = &s.header.merges;
	total[2] = &s.header.overflows;
	total[3] = &s.header.finalizes;
	total[4] = &s.header.phases;
	for (size_t i = 0; i < ARRAY_SIZE(total); i++) {
		struct model *m;

		++*total[i];
		m = test_model(&s);
		assert_only_failed(m, CHECK_TOTALS);
		model_free(m);
		*total[i] -= 1;
	}
	sim_free(&s);
}

static void more_than_said(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.header.merges--;
	m = test_model(&s);
	assert_only_failed(m, CHECK_TOTALS);
	test_end(m, &s);
}

/* Whatever is missing: the kinds of one frame must add up. */
static void do_not_add_up(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_REPLAY, .replay = 3 };
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	e.frame = s.header;
	e.frame.records++;
	e.frame.frame = KPKEYS_PPA_FRAME_BEGIN;
	model_add(m, &e);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_int_equal(m->checks[CHECK_TOTALS].status, CHECK_FAILED);
	test_end(m, &s);
}

static void broken_is_compared_with_nothing(void **state)
{
	static const struct source_report broken = { .broken = 1 };
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &broken), 0);
	assert_unproven(m, CHECK_REPEAT);
	test_end(m, &s);
}

static void end_differs(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_REPLAY, .replay = 3 };
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	s.no_end = true;
	sim_replay(&s, 3, 0, ~0ULL, test_take, m);
	e.frame = s.header;
	e.frame.count = s.n;
	e.frame.frame = KPKEYS_PPA_FRAME_END;
	e.frame.ram++;
	model_add(m, &e);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_int_equal(m->checks[CHECK_TOTALS].status, CHECK_FAILED);
	assert_int_equal(model_verdict(m, true), 1);
	test_end(m, &s);
}

/* events.repeat */

static void repeat_differs(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->e.finalize.pkey = 0;
	sim_replay(&s, 2, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_only_failed(m, CHECK_REPEAT);
	test_end(m, &s);
}

TESTING(T(number_twice), T(number_twice_unended), T(number_of_another),
	T(number_of_another_kind),
	T(records_miscounted), T(strays_differ), T(number_behind_the_end),
	T(framed_number_behind_the_end), T(numbers_of_two_boots), T(goes_back),
	T(whole_beside_spliced), T(foreign_stays_foreign),
	T(number_outside_window), T(parts_of_boots), T(totals_wrong),
	T(more_than_said), T(do_not_add_up), T(broken_is_compared_with_nothing),
	T(end_differs), T(repeat_differs));

int main(void)
{
	return RUN("numbers", NULL, NULL);
}
