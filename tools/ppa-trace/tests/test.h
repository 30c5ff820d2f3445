/* SPDX-License-Identifier: GPL-2.0-only */
/* What does every unit test need? */
#ifndef PPA_TESTS_TEST_H
#define PPA_TESTS_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model.h"
#include "sim.h"
#include "walk.h"

#define TESTING(...) static const struct CMUnitTest tests[] = { __VA_ARGS__ }
#define T(test) cmocka_unit_test(test)

/* Run them and speak TAP, whatever the environment says. */
#define RUN(name, setup, teardown)					\
	(setenv("CMOCKA_MESSAGE_OUTPUT", "TAP", 1),			\
	 cmocka_run_group_tests_name(name, tests, setup, teardown))

static inline int test_take(void *ctx, const struct event *e)
{
	return model_add(ctx, e);
}

/* The model of one whole replay. */
static inline struct model *test_model(const struct sim *s)
{
	static const struct source_report clean;
	struct model *m = model_new();

	assert_non_null(m);
	assert_int_equal(sim_replay(s, 7, 0, ~0ULL, test_take, m), 0);
	assert_int_equal(model_finish(m, &clean), 0);
	return m;
}

static inline void test_end(struct model *m, struct sim *s)
{
	model_free(m);
	sim_free(s);
}

/* A walk of the tables of sim_layout that has begun. */
static inline struct walk *test_walk(struct model *m)
{
	struct walk *w = walk_new(m);

	assert_non_null(w);
	assert_true(walk_begin(w, &sim_layout));
	return w;
}

static inline void test_dump(const struct model *m)
{
	for (int i = 0; i < CHECK_COUNT; i++) {
		const struct check *c = &m->checks[i];

		if (c->status == CHECK_OK || c->status == CHECK_NOT_CHECKED)
			continue;
		print_message("# %s %s: %s %s\n",
			      check_status_name(c->status), check_name(i),
			      c->why, c->bad ? c->off[0].note : "");
	}
}

/*
 * Exactly the checks in @bad, which ends with CHECK_COUNT, have failed, and
 * none of the events is unproven.
 */
static inline void assert_failed(const struct model *m, const int *bad)
{
	test_dump(m);
	for (int i = 0; i < CHECK_FIRST_WALK; i++) {
		bool want = false, is = m->checks[i].status == CHECK_FAILED;

		for (const int *b = bad; *b != CHECK_COUNT; b++)
			want |= *b == i;
		if (is != want || m->checks[i].status > CHECK_FAILED)
			fail_msg("%s is %s", check_name(i),
				 check_status_name(m->checks[i].status));
	}
	assert_int_equal(model_verdict(m, true), *bad == CHECK_COUNT ? 0 : 1);
}

#define assert_only_failed(m, ...) \
	assert_failed(m, (const int[]){ __VA_ARGS__, CHECK_COUNT })
#define assert_none_failed(m) assert_failed(m, (const int[]){ CHECK_COUNT })

/* No check failed, and these are unproven. */
static inline void assert_unproven(const struct model *m, int id)
{
	test_dump(m);
	assert_int_equal(m->checks[id].status, CHECK_UNPROVEN);
	assert_int_equal(model_verdict(m, true), 3);
}

#endif /* PPA_TESTS_TEST_H */
