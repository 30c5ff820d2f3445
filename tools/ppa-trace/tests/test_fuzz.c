// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any wrong value go unnoticed, and does any input do harm?
 *
 * What is random here is the same in every run.
 */
#include "test.h"
#include "view.h"

static u32 seed;

static u32 any(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void boot(struct sim *s, u32 capacity)
{
	sim_open(s, capacity);
	for (int i = 0; i < 60; i++)
		sim_alloc(s, PAGE(i % 3 ? 300 - i : 2 * i), i % 5);
	sim_boot(s);
}

/* The verdict on the events of @s, all views included. */
static int verdict(const struct sim *s)
{
	static const struct host no_host;
	static const struct verify_more none;
	struct model *m = test_model(s);
	struct walk *w = walk_new(m);
	FILE *out = fopen("/dev/null", "w");
	int res = model_verdict(m, true);

	assert_non_null(out);
	view_summary(out, m, &no_host);
	view_verify(out, m, false, &none);
	assert_int_equal(view_verify_json(out, m, &no_host, w, false,
					  &none), 0);
	fclose(out);
	walk_free(w);
	model_free(m);
	return res;
}

/* Change one field of one record, as if the kernel had said so. */
static bool spoil(struct sim_record *r, int field, u64 by)
{
	struct event *e = &r->e;

	switch (field) {
	case 0:
		e->seq += by;
		r->merge.seq += by;
		return true;
	case 1:
		e->alloc.addr += by * SIM_PAGE;
		return e->kind == EVENT_ALLOC;
	case 2:
		e->alloc.addr += by;
		return e->kind == EVENT_ALLOC;
	case 3:
		e->alloc.start += by * SIM_PAGE;
		r->merge.merge.start += by * SIM_PAGE;
		return e->kind == EVENT_ALLOC;
	case 4:
		e->alloc.size += by * SIM_PAGE;
		r->merge.merge.size += by * SIM_PAGE;
		return e->kind == EVENT_ALLOC;
	case 5:
		e->alloc.join = (e->alloc.join + by) % JOINS;
		r->merge.merge.join = e->alloc.join;
		return e->kind == EVENT_ALLOC && by % JOINS;
	case 6:
		r->merge.merge.start += by;
		return r->has_merge;
	case 7:
		r->merge.merge.size += by;
		return r->has_merge;
	case 8:
		e->finalize.start += by * SIM_PAGE;
		return e->kind == EVENT_FINALIZE;
	case 9:
		e->finalize.size += by * SIM_PAGE;
		return e->kind == EVENT_FINALIZE;
	case 10:
		e->finalize.pkey += by;
		return e->kind == EVENT_FINALIZE;
	case 11:
		e->finalize.error -= by;
		return e->kind == EVENT_FINALIZE;
	case 12:
		e->phase.phase = (e->phase.phase + by) % PHASES;
		return e->kind == EVENT_PHASE && by % PHASES;
	default:
		e->ticks -= 10 * by;
		r->merge.ticks -= 10 * by;
		return e->seq;
	}
}

/* No single wrong field of any record passes for good. */
static void every_field_counts(void **state)
{
	static const u64 by[] = { 1, 2, 7 };
	int tried = 0;
	struct sim s;

	(void)state;
	boot(&s, 1024);
	assert_int_equal(verdict(&s), 0);
	for (size_t i = 0; i < s.n; i++) {
		for (int field = 0; field < 14; field++) {
			for (size_t k = 0; k < ARRAY_SIZE(by); k++) {
				struct sim_record old = s.v[i];

				if (spoil(&s.v[i], field, by[k])) {
					tried++;
					if (!verdict(&s))
						fail_msg("record %zu, field %d, by %llu: good",
							 i, field, by[k]);
				}
				s.v[i] = old;
			}
		}
	}
	print_message("# %d logs with one wrong field each\n", tried);
	assert_true(tried > 1500);
	sim_free(&s);
}

static u64 odd_value(void)
{
	static const u64 values[] = {
		0, 1, 4095, 4096, 0x7fffffff, 0xffffffff, 1ULL << 51,
		1ULL << 52, (1ULL << 52) - 4096, ~0ULL >> 1, 1ULL << 63, ~0ULL,
		~0ULL - 4095,
	};

	return values[any(ARRAY_SIZE(values))];
}

/* Any bytes of any event replaced, many at a time: no harm, always a verdict. */
static void wild_values(void **state)
{
	(void)state;
	seed = 4711;
	for (int round = 0; round < 1500; round++) {
		struct sim s;

		boot(&s, round % 2 ? 1024 : 5);
		for (u32 n = 1 + any(20); n; n--) {
			struct sim_record *r = &s.v[any(s.n)];
			char *to = any(3) ? (char *)&r->e : (char *)&r->merge;
			size_t size = EVENT_SIZE(alloc);
			u64 v = odd_value();

			if (!any(8)) {
				to = (char *)&s.header;
				size = sizeof(s.header);
			}
			memcpy(to + 8 * any(size / 8), &v, 8);
			if (!any(10))
				r->drop = true;
		}
		s.no_begin = !any(10);
		s.no_end = !any(10);
		assert_in_range(verdict(&s), 0, 3);
		sim_free(&s);
	}
}

TESTING(T(every_field_counts), T(wild_values));

int main(void)
{
	return RUN("fuzz", NULL, NULL);
}
