// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is everything noticed that is missing, there twice, or miscounted?
 *
 * Each test breaks one thing in an otherwise good log.
 */
#include "test.h"

static void nothing_wrong(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	m = test_model(&s);
	assert_none_failed(m);
	assert_int_equal(model_verdict(m, false), 3);
	for (int i = 0; i < CHECK_COUNT; i++)
		assert_true(i >= CHECK_FIRST_WALK ? m->checks[i].why[0] :
						    m->checks[i].what[0]);
	test_end(m, &s);
}

/* events.complete */

static void record_missing(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(120))->drop = true;
	sim_find(&s, EVENT_ALLOC, PAGE(120))->drop_merge = true;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	assert_int_equal(m->missing, 1);
	/* What is known is still right. */
	assert_int_equal(m->nranges, 2);
	test_end(m, &s);
}

static void merge_missing(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(120))->drop_merge = true;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	test_end(m, &s);
}

static void alloc_missing(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_ALLOC, PAGE(120))->drop = true;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	assert_int_equal(m->nranges, 2);
	test_end(m, &s);
}

/* Every single record, missing alone: never good, never a false accusation. */
static void each_missing(void **state)
{
	struct sim s;

	(void)state;
	sim_good(&s);
	for (size_t i = 0; i < s.n; i++) {
		struct model *m;

		s.v[i].drop = true;
		s.v[i].drop_merge = true;
		m = test_model(&s);
		assert_int_equal(model_verdict(m, true), 3);
		s.v[i].drop = false;
		s.v[i].drop_merge = false;
		model_free(m);
	}
	sim_free(&s);
}

/* A stretch missing anywhere: the same. */
static void stretch_missing(void **state)
{
	struct sim s;

	(void)state;
	sim_good(&s);
	for (size_t i = 0; i + 20 < s.n; i += 3) {
		struct model *m;

		for (size_t j = i; j < i + 20; j++) {
			s.v[j].drop = true;
			s.v[j].drop_merge = true;
		}
		m = test_model(&s);
		test_dump(m);
		assert_int_equal(model_verdict(m, true), 3);
		for (size_t j = i; j < i + 20; j++) {
			s.v[j].drop = false;
			s.v[j].drop_merge = false;
		}
		model_free(m);
	}
	sim_free(&s);
}

static void no_end_frame(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.no_end = true;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	assert_int_equal(m->frames_unended, 1);
	assert_non_null(strstr(m->checks[CHECK_COMPLETE].why, "no end event"));
	test_end(m, &s);
}

static void no_begin_frame(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.no_begin = true;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	assert_true(m->have_header);
	assert_int_equal(m->nranges, 2);
	test_end(m, &s);
}

static void no_frame(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.no_begin = true;
	s.no_end = true;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	assert_false(m->have_header);
	assert_int_equal(m->checks[CHECK_TOTALS].status, CHECK_UNPROVEN);
	test_end(m, &s);
}

static void lost_in_the_log(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	s.header.lost = 3;
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	assert_non_null(strstr(m->checks[CHECK_COMPLETE].why, "3 records"));
	test_end(m, &s);
}

static void empty_log(void **state)
{
	struct model *m;
	struct sim s;

	(void)state;
	sim_open(&s, 1024);
	s.n = 0;
	sim_close(&s);
	m = test_model(&s);
	assert_unproven(m, CHECK_COMPLETE);
	test_end(m, &s);
}

/* A signal ended the replay: its end event says how far it came. */
static void interrupted(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_REPLAY, .replay = 1 };
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	e.frame = s.header;
	e.frame.count = s.n;
	model_add(m, &e);
	s.no_begin = true;
	s.no_end = true;
	sim_replay(&s, 1, 0, 50, test_take, m);
	e.frame.count = 50;
	e.frame.frame = KPKEYS_PPA_FRAME_END;
	model_add(m, &e);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_int_equal(m->frames_interrupted, 1);
	test_end(m, &s);
}

static void impossible_values(void **state)
{
	struct event odd[] = {
		{ .kind = EVENT_ALLOC, .seq = 5, .replay = 7,
		  .alloc = { .level = 5 } },
		{ .kind = EVENT_ALLOC, .seq = 5, .replay = 7,
		  .alloc = { .join = 4 } },
		{ .kind = EVENT_ALLOC, .seq = ~0ULL, .replay = 7 },
		{ .kind = EVENT_MERGE, .seq = 5, .merge = { .join = 9 } },
		{ .kind = EVENT_MERGE, .seq = 5, .ns = ~0ULL },
		{ .kind = EVENT_OVERFLOW, .seq = 5, .overflow = { .level = 6 } },
		{ .kind = EVENT_FINALIZE, .seq = 5,
		  .finalize = { .size = ~0ULL } },
		{ .kind = EVENT_PHASE, .seq = 5, .phase = { .phase = 7 } },
		{ .kind = EVENT_REPLAY, .frame = { .frame = 2 } },
		{ .kind = EVENT_REPLAY, .frame = { .page_shift = 63 } },
		{ .kind = 77 },
	};
	static const struct source_report clean;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct model *m = model_new();

		assert_int_equal(model_add(m, &odd[i]), 0);
		assert_int_equal(m->insane, 1);
		assert_int_equal(model_finish(m, &clean), 0);
		assert_unproven(m, CHECK_COMPLETE);
		model_free(m);
	}
}

/* Such an event beside a boot of which all else is there. */
static void impossible_value_too(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_PHASE, .phase = { .phase = 99 } };
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	model_add(m, &e);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_non_null(strstr(m->checks[CHECK_COMPLETE].why, "impossible"));
	test_end(m, &s);
}

/* Numbers scattered over all there can be must not eat all memory. */
static void scattered_numbers(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct event e = {
		.kind = EVENT_PHASE,
		.phase = { .phase = KPKEYS_PPA_PHASE_ALLOC_ENTRY },
	};
	struct event frame = { .kind = EVENT_REPLAY };

	(void)state;
	frame.frame.records = 1 << 27;
	frame.frame.count = 1 << 27;
	frame.frame.phases = 1 << 27;
	frame.frame.page_shift = 12;
	frame.frame.levels = 4;
	frame.frame.va_bits = 48;
	assert_int_equal(model_add(m, &frame), 0);
	assert_int_equal(m->insane, 0);
	for (u64 i = 0; i < 30000; i++) {
		e.seq = i * 4096;
		assert_int_equal(model_add(m, &e), 0);
	}
	assert_true(m->sparse > 29000);
	assert_true(model_bytes(m) < 128 << 20);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_non_null(strstr(m->checks[CHECK_COMPLETE].why, "proportion"));
	model_free(m);
}

/* A few events in each of many places must not, either. */
static void thin_numbers(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct event e = {
		.kind = EVENT_PHASE,
		.phase = { .phase = KPKEYS_PPA_PHASE_ALLOC_ENTRY },
	};

	(void)state;
	for (u64 i = 0; i < 2000; i++) {
		for (u64 n = 0; n < 64; n++) {
			e.seq = 16 * 4096 * i + n;
			assert_int_equal(model_add(m, &e), 0);
		}
	}
	print_message("# 128000 scattered events: %zu bytes\n",
		      model_bytes(m));
	assert_true(model_bytes(m) < 128 << 20);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	assert_true(m->sparse > 0);
	model_free(m);
}

/* Every other window of a large log, as a reader with gaps has it: taken. */
static void holes_are_no_scatter(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct event e = {
		.kind = EVENT_PHASE,
		.phase = { .phase = KPKEYS_PPA_PHASE_ALLOC_ENTRY },
	};

	(void)state;
	for (u64 seq = 0; seq < 200 * 4096; seq++) {
		e.seq = seq;
		if (seq / 1000 % 2)
			assert_int_equal(model_add(m, &e), 0);
	}
	assert_int_equal(m->sparse, 0);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_unproven(m, CHECK_COMPLETE);
	model_free(m);
}

/* All that grows with the input is counted. */
static void frames_take_memory(void **state)
{
	struct model *m = model_new();
	size_t before;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	before = model_bytes(m);
	for (u32 id = 2; id < 1002; id++)
		sim_replay(&s, id, 0, 0, test_take, m);
	assert_int_equal(m->frames, 1001);
	assert_int_equal(model_bytes(m) - before, 1000 * sizeof(u32));
	test_end(m, &s);
}

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
 * another follows, from the same number on and under the same replay id: a
 * begin, and no end, or that of the other boot.
 */
static struct model *spliced(const struct sim *a, const struct sim *b,
			     size_t at, bool end)
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
	sim_replay(&y, 1, at, ~0ULL, test_take, m);
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
			m = spliced(&a, &b, at, way & 4);
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

static void number_outside_window(void **state)
{
	static const struct source_report clean;
	struct model *m = model_new();
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_replay(&s, 1, 0, ~0ULL, test_take, m);
	s.v[20].e.seq = 50;
	s.v[20].e = s.v[50].e;
	s.v[20].merge = s.v[50].merge;
	sim_replay(&s, 2, 20, 1, test_take, m);
	assert_int_equal(model_finish(m, &clean), 0);
	assert_only_failed(m, CHECK_NUMBERS);
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

TESTING(T(nothing_wrong), T(record_missing), T(merge_missing),
	T(alloc_missing), T(each_missing), T(stretch_missing), T(no_end_frame),
	T(no_begin_frame), T(no_frame), T(lost_in_the_log), T(empty_log),
	T(interrupted), T(impossible_values), T(impossible_value_too),
	T(scattered_numbers), T(thin_numbers), T(holes_are_no_scatter),
	T(frames_take_memory),
	T(number_twice), T(number_of_another), T(number_of_another_kind),
	T(records_miscounted), T(strays_differ), T(number_behind_the_end),
	T(framed_number_behind_the_end), T(numbers_of_two_boots),
	T(whole_beside_spliced), T(foreign_stays_foreign),
	T(number_outside_window), T(parts_of_boots), T(totals_wrong),
	T(end_differs), T(repeat_differs));

int main(void)
{
	return RUN("frames", NULL, NULL);
}
