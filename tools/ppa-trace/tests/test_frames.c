// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is everything noticed that is missing, or that no log has?
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

/* Nothing is missing, but one record was in no whole replay. */
static void gap_between_windows(void **state)
{
	static const struct source_report clean;
	struct sim s;

	(void)state;
	sim_good(&s);
	for (u64 at = 0; at < s.n; at++) {
		struct model *m = model_new();
		char why[64];

		sim_replay(&s, 1, 0, at, test_take, m);
		sim_replay(&s, 2, at + 1, ~0ULL, test_take, m);
		s.no_begin = true;
		s.no_end = true;
		sim_replay(&s, 3, at, 1, test_take, m);
		s.no_begin = false;
		s.no_end = false;
		assert_int_equal(model_finish(m, &clean), 0);
		assert_unproven(m, CHECK_COMPLETE);
		snprintf(why, sizeof(why), "no whole replay holds record %llu",
			 at);
		assert_string_equal(m->checks[CHECK_COMPLETE].why, why);
		model_free(m);
	}
	sim_free(&s);
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

/* The frame of a good log, but for one value. */
static void impossible_frames(void **state)
{
	static const struct source_report clean;
	struct event e = { .kind = EVENT_REPLAY };
	struct event_frame *f = &e.frame;
	const struct {
		u32 *is;
		u64 *is_long;
		u64 odd;
	} odd[] = {
		{ &f->frame, NULL, KPKEYS_PPA_FRAME_END + 1 },
		{ &f->backend, NULL, KPKEYS_BACKEND_PIE + 1 },
		{ &f->page_shift, NULL, 11 },
		{ &f->page_shift, NULL, 17 },
		{ &f->levels, NULL, 1 },
		{ &f->levels, NULL, 6 },
		{ &f->va_bits, NULL, 24 },
		{ &f->va_bits, NULL, 61 },
		{ NULL, &f->records, RECORDS_MAX + 1 },
		{ NULL, &f->first, RECORDS_MAX + 1 },
		{ NULL, &f->count, RECORDS_MAX + 1 },
		{ NULL, &f->ram, ~0ULL },
	};
	struct sim s;

	(void)state;
	sim_good(&s);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct model *m = model_new();

		e.frame = s.header;
		assert_int_equal(model_add(m, &e), 0);
		assert_int_equal(m->insane, 0);
		if (odd[i].is)
			*odd[i].is = odd[i].odd;
		else
			*odd[i].is_long = odd[i].odd;
		assert_int_equal(model_add(m, &e), 0);
		if (m->insane != 1)
			fail_msg("frame %zu is believed", i);
		assert_int_equal(model_finish(m, &clean), 0);
		assert_unproven(m, CHECK_COMPLETE);
		model_free(m);
	}
	sim_free(&s);
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

TESTING(T(nothing_wrong), T(record_missing), T(merge_missing),
	T(alloc_missing), T(each_missing), T(stretch_missing), T(no_end_frame),
	T(no_begin_frame), T(no_frame), T(lost_in_the_log), T(empty_log),
	T(gap_between_windows), T(interrupted), T(impossible_values),
	T(impossible_frames), T(impossible_value_too),
	T(scattered_numbers), T(thin_numbers), T(holes_are_no_scatter),
	T(frames_take_memory));

int main(void)
{
	return RUN("frames", NULL, NULL);
}
