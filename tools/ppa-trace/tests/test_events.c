// SPDX-License-Identifier: GPL-2.0-only
/* Is each event printed as it is, and are the right ones chosen? */
#include <errno.h>
#include <unistd.h>

#include "filter.h"
#include "golden.h"
#include "source.h"
#include "view_events.h"

/* Where the printed events are read back from. */
#define MANY 2000

struct output {
	struct view_events view;
	FILE *f;
	char *text;
	size_t len;
};

static void begin(struct output *o, enum events_format format)
{
	o->f = open_memstream(&o->text, &o->len);
	assert_non_null(o->f);
	view_events_begin(&o->view, o->f, format);
}

static void end(struct output *o)
{
	assert_int_equal(view_events_end(&o->view), 0);
	fclose(o->f);
}

static int print(void *ctx, const struct event *e)
{
	return view_event(ctx, e);
}

/* One of each kind, with values at the edges. */
static void edges(struct sim *s)
{
	struct sim_record *r;

	sim_open(s, 2);
	sim_alloc(s, PAGE(3), KPKEYS_PPA_LEVEL_PTE);
	sim_alloc(s, PAGE(5), KPKEYS_PPA_LEVEL_PMD);
	sim_alloc(s, PAGE(4), KPKEYS_PPA_LEVEL_PUD);
	sim_alloc(s, PAGE(9), KPKEYS_PPA_LEVEL_UNKNOWN);
	sim_alloc(s, PAGE(20), KPKEYS_PPA_LEVEL_PGD);
	sim_boot(s);
	r = sim_find(s, EVENT_FINALIZE, PAGE(9));
	r->e.ns = ~0ULL;
	r->e.finalize.duration = ~0ULL;
	r->e.finalize.pkey = ~0U;
	r->e.finalize.error = -2147483647 - 1;
	/* Values that have no name, as of a newer kernel. */
	r = sim_find(s, EVENT_OVERFLOW, PAGE(20));
	r->e.overflow.level = 9;
	r->e.overflow.addr = 0;
	s->header.backend = 0xabcdef01;
	s->header.memstart = 0xfffffffffffff000;
}

static void formats(void **state)
{
	static const char * const names[] = {
		[EVENTS_TEXT] = "events.txt",
		[EVENTS_CSV] = "events.csv",
		[EVENTS_JSON] = "events.jsonl",
	};
	struct sim s;

	(void)state;
	edges(&s);
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		struct output o;

		begin(&o, i);
		assert_int_equal(sim_replay(&s, 7, 0, ~0ULL, print, &o.view), 0);
		end(&o);
		compare(names[i], o.text, o.len);
		free(o.text);
	}
	sim_free(&s);
}

struct kept {
	struct event *e;
	size_t n;
};

static int keep(void *ctx, const struct event *e)
{
	struct kept *k = ctx;

	assert_true(k->n < MANY);
	k->e[k->n++] = *e;
	return 0;
}

static u64 state64 = 88172645463325252ULL;

/* Numbers of all lengths alike. */
static u64 odd_number(void)
{
	state64 ^= state64 << 13;
	state64 ^= state64 >> 7;
	state64 ^= state64 << 17;
	return state64 >> (state64 & 63);
}

static void odd_field(struct event *e, const struct event_field *f)
{
	static const u64 edge[] = {
		0, 1, 9, 10, 99, 100, 9999, 10000, 99999999, 100000000,
		9999999999999999, 10000000000000000, ~0ULL, 0x7fffffff,
		0x80000000, 0xffffffff, 0x100000000, 1ULL << 63,
	};
	u64 r = odd_number(), n = r % 3 ? r : edge[r / 3 % ARRAY_SIZE(edge)];
	u32 v = n;

	if (f->type == FIELD_ENUM && r & 1)
		v = f->names[0].value;
	if (f->type == FIELD_S32 && v == 1U << 31)
		v++;	/* the reader takes it for too big */
	if (event_field_size(f->type) == 8)
		memcpy((char *)e + f->offset, &n, sizeof(n));
	else
		memcpy((char *)e + f->offset, &v, sizeof(v));
}

static struct event *odd_events(void)
{
	struct event *v = calloc(MANY, sizeof(*v));

	assert_non_null(v);
	for (size_t i = 0; i < MANY; i++) {
		const struct event_desc *d;

		v[i].kind = i % EVENT_KINDS;
		d = &event_descs[v[i].kind];
		for (unsigned int f = 0; f < d->nfields; f++)
			odd_field(&v[i], &d->fields[f]);
	}
	return v;
}

static void as_printf(char *to, const struct event *e,
		      const struct event_field *f)
{
	const char *from = (const char *)e + f->offset;
	u64 n;
	u32 v;

	memcpy(&v, from, sizeof(v));
	if (f->type == FIELD_U64 || f->type == FIELD_X64)
		memcpy(&n, from, sizeof(n));
	if (f->type == FIELD_U64)
		sprintf(to, " %s=%llu", f->name, n);
	else if (f->type == FIELD_X64)
		sprintf(to, " %s=0x%llx", f->name, n);
	else if (f->type == FIELD_U32)
		sprintf(to, " %s=%u", f->name, v);
	else if (f->type == FIELD_S32)
		sprintf(to, " %s=%d", f->name, (s32)v);
	else if (!strcmp(event_name(f->names, v), "?"))
		sprintf(to, " %s=0x%x", f->name, v);
	else
		sprintf(to, " %s=%s", f->name, event_name(f->names, v));
}

/* The same as printf() makes of it. */
static void same_as_printf(void **state)
{
	struct event *v = odd_events();

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		const struct event_desc *d = &event_descs[v[i].kind];
		char want[2048];
		struct output o;
		size_t n;

		if (v[i].kind == EVENT_REPLAY)
			n = sprintf(want, "%8s %15s: %s:", "-", "-", d->name);
		else
			n = sprintf(want, "%8llu %5llu.%09llu: %s:", v[i].seq,
				    v[i].ns / 1000000000, v[i].ns % 1000000000,
				    d->name);
		for (unsigned int f = 0; f < d->nfields; f++) {
			as_printf(want + n, &v[i], &d->fields[f]);
			n += strlen(want + n);
		}
		strcpy(want + n, "\n");
		begin(&o, EVENTS_TEXT);
		assert_int_equal(view_event(&o.view, &v[i]), 0);
		end(&o);
		assert_string_equal(o.text, want);
		free(o.text);
	}
	free(v);
}

/* What is printed is a FILE like any other: the same events come out. */
static void read_back(void **state)
{
	char path[] = "/tmp/ppa-trace-test-XXXXXX";
	struct event *v = odd_events();
	struct kept k = { calloc(MANY, sizeof(*k.e)), 0 };
	struct source_report report;
	struct diag d = { 0 };
	struct source *s;
	struct output o;
	int fd = mkstemp(path);

	(void)state;
	begin(&o, EVENTS_TEXT);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(view_event(&o.view, &v[i]), 0);
	end(&o);
	/* The buffer was full more than once. */
	assert_true(o.len > 2 * EVENTS_BUFFER);
	assert_int_equal(write(fd, o.text, o.len), o.len);
	close(fd);
	s = source_open_file(path, &d);
	assert_non_null(s);
	assert_int_equal(s->ops->events(s, keep, &k, &report, &d), 0);
	s->ops->close(s);
	unlink(path);
	assert_int_equal(report.broken, 0);
	assert_int_equal(k.n, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_memory_equal(&k.e[i], &v[i], event_descs[v[i].kind].size);
	free(o.text);
	free(k.e);
	free(v);
}

static void cannot_write(void **state)
{
	static const struct event e;
	struct view_events v;
	FILE *f = fopen("/dev/full", "w");
	int err = 0;

	(void)state;
	assert_non_null(f);
	view_events_begin(&v, f, EVENTS_TEXT);
	/* It is noticed on the way, not only at the end. */
	for (int i = 0; i < 10000 && !err; i++)
		err = view_event(&v, &e);
	assert_int_equal(err, -1);
	assert_int_equal(view_events_end(&v), -1);
	assert_int_equal(errno, ENOSPC);
	fclose(f);
}

/* --- the filter --------------------------------------------------------------- */

static unsigned int wanted(struct filter *f, const struct event *e, size_t n)
{
	unsigned int res = 0;

	for (size_t i = 0; i < n; i++)
		res |= filter_wants(f, &e[i]) ? 1U << i : 0;
	return res;
}

static const struct event some[] = {
	{ .kind = EVENT_ALLOC, .ns = 100, .alloc = { .addr = 0x3000,
	  .start = 0x1000, .size = 0x3000 } },
	{ .kind = EVENT_MERGE, .ns = 100, .merge = { .start = 0x1000,
	  .size = 0x3000 } },
	{ .kind = EVENT_OVERFLOW, .ns = 200, .overflow = { .addr = 0x9000 } },
	{ .kind = EVENT_FINALIZE, .ns = 300, .finalize = { .start = 0x1000,
	  .size = 0x3000 } },
	{ .kind = EVENT_PHASE, .ns = 400 },
	{ .kind = EVENT_REPLAY, .frame = { .page_shift = 14 } },
};

static void by_kind(void **state)
{
	struct filter f;

	(void)state;
	filter_all(&f);
	assert_int_equal(wanted(&f, some, 6), 0x3f);
	assert_true(filter_kinds(&f, "merge"));
	assert_int_equal(wanted(&f, some, 6), 0x02);
	assert_true(filter_kinds(&f, "replay,alloc"));
	assert_int_equal(wanted(&f, some, 6), 0x23);
	assert_false(filter_kinds(&f, ""));
	assert_false(filter_kinds(&f, "alloc,"));
	assert_false(filter_kinds(&f, "allo"));
	assert_false(filter_kinds(&f, "alloc merge"));
}

static void by_time(void **state)
{
	static const char * const bad[] = {
		"", "-1", "+1", " 1", "1 ", "1.5", "0x10", "1ms",
		"18446744073709551616",
	};
	struct filter f;

	(void)state;
	filter_all(&f);
	assert_true(filter_from(&f, "200"));
	assert_int_equal(wanted(&f, some, 6), 0x1c);
	assert_true(filter_to(&f, "300"));
	assert_int_equal(wanted(&f, some, 6), 0x0c);
	assert_true(filter_from(&f, "18446744073709551615"));
	assert_int_equal(wanted(&f, some, 6), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_false(filter_from(&f, bad[i]));
		assert_false(filter_to(&f, bad[i]));
	}
}

static void by_addr(void **state)
{
	static const struct {
		const char *text;
		unsigned int wanted;
	} cases[] = {
		{ "fff", 0 }, { "1000", 0x0a }, { "0x2fff", 0x0a },
		{ "3000", 0x0b }, { "0x3FFF", 0x0b }, { "4000", 0 },
		{ "9abc", 0x04 }, { "0-1000", 0 }, { "0x0-0x1001", 0x0a },
		{ "3fff-9001", 0x0f }, { "4000-9000", 0 },
		{ "0-100000000000000", 0x0f },
	};
	static const char * const bad[] = {
		"", "x", "0x", "-1000", "1000-", "1000-1000", "2000-1000",
		"1000-2000-3000", "1000 ", "0xffff000012345678", "1000,2000",
		"0-100000000000001",
	};
	struct filter f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned int got;

		filter_all(&f);
		assert_true(filter_addr(&f, cases[i].text));
		got = wanted(&f, some, 5);
		if (got != cases[i].wanted)
			fail_msg("%s: %x", cases[i].text, got);
		assert_false(filter_wants(&f, &some[5]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		filter_all(&f);
		if (filter_addr(&f, bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
	}
}

/* Pages are as large as the frame says; ranges at the end of all addresses. */
static void sizes(void **state)
{
	struct event e = { .kind = EVENT_FINALIZE };
	struct filter f;

	(void)state;
	filter_all(&f);
	assert_true(filter_addr(&f, "6fff"));
	assert_false(filter_wants(&f, &some[0]));
	assert_false(filter_wants(&f, &some[5]));
	assert_true(filter_wants(&f, &some[0]));
	e.finalize.start = 0x1000;
	e.finalize.size = ~0ULL;
	assert_true(filter_wants(&f, &e));
	e.finalize.size = 0;
	assert_false(filter_wants(&f, &e));
}

TESTING(T(formats), T(same_as_printf), T(read_back), T(cannot_write),
	T(by_kind), T(by_time), T(by_addr), T(sizes));

int main(void)
{
	return RUN("events", NULL, NULL);
}
