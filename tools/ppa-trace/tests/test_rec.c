// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a recording say what was recorded, whatever it was, and is a damaged one
 * never taken for a whole one?
 */
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"
#include "recorder.h"
#include "source.h"
#include "view.h"

#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* A file in memory. */
struct bytes {
	char *p;
	size_t len;
};

/* Events one after another. */
struct list {
	struct event *v;
	size_t n;
	size_t cap;
};

static u32 seed;

static u32 any(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static int append(void *ctx, const struct event *e)
{
	struct list *l = ctx;

	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = realloc(l->v, l->cap * sizeof(*l->v));
		assert_non_null(l->v);
	}
	l->v[l->n++] = *e;
	return 0;
}

static u64 field_of(const struct event *e, const struct event_field *f)
{
	u64 v = 0;

	memcpy(&v, (const char *)e + f->offset, event_field_size(f->type));
	return v;
}

static void same_events(const struct list *a, const struct list *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct event *x = &a->v[i], *y = &b->v[i];
		const struct event_desc *d = &event_descs[x->kind];

		assert_int_equal(x->kind, y->kind);
		for (unsigned int f = 0; f < d->nfields; f++) {
			u64 v = field_of(x, &d->fields[f]);
			u64 w = field_of(y, &d->fields[f]);

			if (v != w)
				fail_msg("event %zu, %s.%s: 0x%llx, was 0x%llx",
					 i, d->name, d->fields[f].name, w, v);
		}
	}
}

/* What verify prints. */
static char *show(const struct model *m, const struct host *h,
		  const struct walk *w, bool json)
{
	static const struct verify_more none;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (json)
		assert_int_equal(view_verify_json(f, m, h, w, false, &none), 0);
	else
		view_verify(f, m, false, &none);
	fclose(f);
	return text;
}

/* --- files ---------------------------------------------------------------- */

static struct bytes write_list(const struct list *l, enum recorder_form form,
			       const struct host *h, struct rec_end *end)
{
	struct bytes b;
	FILE *f = open_memstream(&b.p, &b.len);
	struct recorder *r = recorder_new(f, form);

	assert_non_null(r);
	assert_int_equal(recorder_head(r, h), 0);
	for (size_t i = 0; i < l->n; i++)
		assert_int_equal(recorder_event(r, &l->v[i]), 0);
	end->report.events = l->n;
	assert_int_equal(recorder_end(r, end), 0);
	assert_false(fflush(f));
	assert_int_equal(recorder_bytes(r), b.len);
	recorder_free(r);
	fclose(f);
	return b;
}

/* What a reader makes of a file. */
struct reading {
	int status;
	struct source_report report;
	struct diag d;
	struct list events;
	bool has_walk;
	bool has_host;
	struct host host;
	struct source *source;
};

static struct source *open_bytes(const char *p, size_t len, struct diag *d)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct source *s;
	char path[32];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s = source_open_file(path, d);
	close(fd);
	return s;
}

static void begin_reading(struct reading *r, const char *p, size_t len)
{
	memset(r, 0, sizeof(*r));
	r->source = open_bytes(p, len, &r->d);
	if (!r->source) {
		r->status = EXIT_CANNOT;
		return;
	}
	r->status = r->source->ops->events(r->source, append, &r->events,
					   &r->report, &r->d);
	r->has_walk = r->source->ops->walk;
	r->has_host = r->source->ops->host;
	if (r->has_host)
		r->source->ops->host(r->source, &r->host);
}

static void end_reading(struct reading *r)
{
	if (r->source)
		r->source->ops->close(r->source);
	free(r->events.v);
}

static struct model *model_of(const struct list *l,
			      const struct source_report *report)
{
	struct model *m = model_new();

	assert_non_null(m);
	for (size_t i = 0; i < l->n; i++)
		assert_int_equal(model_add(m, &l->v[i]), 0);
	assert_int_equal(model_finish(m, report), 0);
	return m;
}

/* The exit status of verify --events-only. */
static int verdict_of(const char *p, size_t len)
{
	struct reading r;
	struct model *m;
	int res;

	begin_reading(&r, p, len);
	res = r.status;
	if (!res) {
		m = model_of(&r.events, &r.report);
		res = model_verdict(m, true);
		model_free(m);
	} else {
		assert_true(r.d.what[0]);
	}
	end_reading(&r);
	return res;
}

static int take_page(void *m, const struct event *e)
{
	return e->kind == EVENT_PAGE ? model_add_page(m, e) : model_add(m, e);
}

/* Read by pages, it is the same to the model as read event by event. */
static void same_by_pages(const struct bytes *b, const struct reading *r)
{
	struct model *want = model_of(&r->events, &r->report);
	struct model *m = model_new();
	struct source_report report;
	struct diag d = { 0 };
	struct source *s = open_bytes(b->p, b->len, &d);

	s->pages = true;
	assert_int_equal(s->ops->events(s, take_page, m, &report, &d), 0);
	assert_int_equal(model_finish(m, &report), 0);
	assert_int_equal(report.events, r->report.events);
	for (int json = 0; json < 2; json++) {
		char *one = show(want, NULL, NULL, json);
		char *other = show(m, NULL, NULL, json);

		assert_string_equal(one, other);
		free(one);
		free(other);
	}
	s->ops->close(s);
	model_free(m);
	model_free(want);
}

static void round_trip(const struct list *l)
{
	for (int form = 0; form < 2; form++) {
		struct rec_end end = { 0 };
		struct bytes b = write_list(l, form, NULL, &end);
		struct reading r;

		begin_reading(&r, b.p, b.len);
		assert_int_equal(r.status, l->n ? 0 : EXIT_CANNOT);
		assert_int_equal(r.report.events, l->n);
		assert_false(r.report.cut);
		assert_false(r.has_walk);
		assert_false(r.has_host);
		same_events(l, &r.events);
		if (l->n)
			same_by_pages(&b, &r);
		end_reading(&r);
		free(b.p);
	}
}

static struct list good_list(struct sim *s)
{
	struct list l = { 0 };

	sim_good(s);
	sim_replay(s, 1, 0, ~0ULL, append, &l);
	return l;
}

/* --- tests ---------------------------------------------------------------- */

static void checksum(void **state)
{
	/* RFC 3720, B.4 */
	static const u8 zeros[32];
	u8 ones[32];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c(0, zeros, 32), 0x8a9136aa);
	assert_int_equal(crc32c(0, ones, 32), 0x62a8ab43);
	assert_int_equal(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
	assert_int_equal(crc32c_by_table(0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c_by_table(0, zeros, 32), 0x8a9136aa);
	assert_int_equal(crc32c_by_table(0, ones, 32), 0x62a8ab43);
}

/* Every way in which a kernel replays, all sides and an overrun table. */
static void replays(void **state)
{
	static const u64 windows[] = { ~0ULL, 1, 2, 7, 50 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		struct list l = { 0 };
		struct sim s;
		u32 id = 40;

		sim_open(&s, 6);
		for (int n = 0; n < 200; n++)
			sim_alloc(&s, PAGE(n % 3 ? 1000 - n : 7 * n), n % 5);
		sim_boot(&s);
		for (int times = 0; times < 3; times++) {
			for (u64 at = 0; at < s.n;) {
				u64 n = windows[i] < s.n ? windows[i] : s.n;

				sim_replay(&s, id++, at, n, append, &l);
				at += n;
			}
		}
		round_trip(&l);
		free(l.v);
		sim_free(&s);
	}
}

/* Lost events, strays, several boots, frames without begin or end. */
static void broken_streams(void **state)
{
	(void)state;
	seed = 7;
	for (int round = 0; round < 120; round++) {
		struct list l = { 0 }, some = { 0 };
		struct sim s;

		for (int boot = any(3); boot >= 0; boot--) {
			sim_open(&s, any(2) ? 1024 : 3);
			s.header.page_shift = 12 + any(7);
			s.header.freq = any(4) ? 62500000 : any(3) * (1 << 30);
			for (u32 n = any(100); n; n--)
				sim_alloc(&s, PAGE(any(200)), any(8));
			sim_boot(&s);
			s.no_begin = !any(4);
			s.no_end = !any(4);
			sim_replay(&s, any(3), any(20), any(200), append, &l);
			sim_free(&s);
		}
		for (size_t i = 0; i < l.n; i++) {
			if (any(10))
				append(&some, &l.v[i]);
			if (!any(30))
				append(&some, &l.v[any(l.n)]);
		}
		round_trip(&some);
		free(l.v);
		free(some.v);
	}
}

/* Values that no kernel would send, in any field. */
static void wild_events(void **state)
{
	static const u64 values[] = {
		0, 1, 4095, 4096, 8192, 0x7fffffff, 0x80000000, 0xffffffff,
		1ULL << 34, 1ULL << 51, 1ULL << 52, (1ULL << 52) - 4096,
		~0ULL >> 1, 1ULL << 63, ~0ULL, ~0ULL - 4095,
	};

	(void)state;
	seed = 11;
	for (int round = 0; round < 150; round++) {
		struct list l = { 0 };
		struct sim s;

		sim_good(&s);
		sim_replay(&s, 1, 0, ~0ULL, append, &l);
		for (u32 n = 1 + any(40); n; n--) {
			struct event *e = &l.v[any(l.n)];
			const struct event_desc *d = &event_descs[e->kind];
			const struct event_field *f;
			u64 v = values[any(ARRAY_SIZE(values))];

			f = &d->fields[any(d->nfields)];
			if (!any(3))
				v += field_of(e, f);
			memcpy((char *)e + f->offset, &v,
			       event_field_size(f->type));
		}
		round_trip(&l);
		free(l.v);
		sim_free(&s);
	}
}

/* More runs than the writer keeps in mind, and none that touch. */
static void many_ranges(void **state)
{
	struct list l = { 0 };
	struct event e = { .kind = EVENT_REPLAY };
	struct sim s;

	(void)state;
	sim_good(&s);
	e.frame = s.header;
	append(&l, &e);
	/* Then some that fill gaps near the end of those that are kept. */
	for (u64 i = 0; i < 2 * RANGES_MAX + 300; i++) {
		u64 n = i < 2 * RANGES_MAX ? 2 * i :
			2 * (i - RANGES_MAX - 400) + 1;

		e = (struct event){ .kind = EVENT_ALLOC, .seq = i };
		e.alloc.addr = PAGE(n);
		e.alloc.start = PAGE(n);
		e.alloc.size = SIM_PAGE;
		append(&l, &e);
	}
	round_trip(&l);
	free(l.v);
	sim_free(&s);
}

static void nothing(void **state)
{
	struct list l = { 0 };

	(void)state;
	round_trip(&l);
}

/* It may be good only if nothing is missing. */
static void cut_anywhere(void **state)
{
	struct sim s;
	struct list l = good_list(&s);

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct rec_end end = { 0 };
		struct bytes b = write_list(&l, form, NULL, &end);
		size_t step = form == RECORDER_BINARY ? 1 : 11;

		assert_int_equal(verdict_of(b.p, b.len), 0);
		for (size_t len = 0; len < b.len; len += step) {
			int is = verdict_of(b.p, len);

			if (is != EXIT_UNPROVEN && (is != EXIT_CANNOT || len >= 100))
				fail_msg("%zu of %zu bytes: %d", len, b.len,
					 is);
		}
		/* The end of JSON is there without the end of its line. */
		assert_int_equal(verdict_of(b.p, b.len - 1),
				 form == RECORDER_BINARY ? EXIT_UNPROVEN : 0);
		free(b.p);
	}
	free(l.v);
	sim_free(&s);
}

/* The checksum of a block of events is right, and in it is what cannot be. */
static void bad_word(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end);
	struct rec_block_head h;
	size_t at = sizeof(struct rec_file_head);
	char says[128];
	struct reading r;

	(void)state;
	memcpy(&h, b.p + at, sizeof(h));
	at += sizeof(h) + h.size;
	memcpy(&h, b.p + at, sizeof(h));
	assert_int_equal(h.type, REC_EVENTS);
	memset(b.p + at + sizeof(h) + 50 * sizeof(u64), 0, sizeof(u64));
	h.crc = crc32c(crc32c(0, &h, REC_CHECKED), b.p + at + sizeof(h),
		       h.size);
	memcpy(b.p + at, &h, sizeof(h));

	begin_reading(&r, b.p, b.len);
	assert_int_equal(r.status, 0);
	assert_true(r.report.cut);
	assert_in_range(r.report.events, 1, l.n - 1);
	assert_int_equal(r.events.n, r.report.events);
	snprintf(says, sizeof(says),
		 "byte %zu and %llu events of the block there, %llu events in all: then word 50 of that block is no event",
		 at, r.report.events, r.report.events);
	if (!strstr(r.d.what, says))
		fail_msg("%s, not %s", r.d.what, says);
	end_reading(&r);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

static void every_byte_counts(void **state)
{
	static const u8 by[] = { 0x01, 0x80, 0xff };
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end);

	(void)state;
	for (size_t i = 0; i < b.len; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(by); k++) {
			int is;

			b.p[i] ^= by[k];
			is = verdict_of(b.p, b.len);
			b.p[i] ^= by[k];
			/* Only the first 16 may make it another file. */
			if (is != EXIT_UNPROVEN &&
			    (is != EXIT_CANNOT || i >= 16))
				fail_msg("byte %zu of %zu changed: %d", i,
					 b.len, is);
		}
	}
	print_message("# %zu bytes, each changed in 3 ways\n", b.len);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

/* Random changes of JSON lines do no harm. */
static void spoilt_lines(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_JSON_LINES, NULL, &end);
	char *copy = malloc(b.len);

	(void)state;
	seed = 5;
	for (int round = 0; round < 300; round++) {
		memcpy(copy, b.p, b.len);
		for (u32 n = 1 + any(4); n; n--)
			copy[any(b.len)] = any(3) ? "0123456789\n\"{}[]:,-"[any(19)] :
						    (int)any(256);
		assert_in_range(verdict_of(copy, b.len), 0, 3);
	}
	free(copy);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

static void swap(void *p, size_t size)
{
	u8 *v = p;

	for (size_t i = 0; i < size / 2; i++) {
		u8 t = v[i];

		v[i] = v[size - 1 - i];
		v[size - 1 - i] = t;
	}
}

/* Turn a recording into that of a machine with the other byte order. */
static void swap_file(struct bytes *b)
{
	char *at = b->p + sizeof(struct rec_file_head);

	swap(b->p + 8, 4);
	swap(b->p + 12, 4);
	while (at < b->p + b->len) {
		struct rec_block_head h;
		char *head = at;
		size_t size;

		memcpy(&h, at, sizeof(h));
		size = h.size;
		at += sizeof(h);
		if (h.type == REC_EVENTS) {
			for (size_t i = 0; i < size; i += 8)
				swap(at + i, 8);
		}
		swap(&h.type, 4);
		swap(&h.size, 4);
		swap(&h.number, 4);
		h.crc = crc32c(crc32c(0, &h, REC_CHECKED), at, size);
		swap(&h.crc, 4);
		memcpy(head, &h, sizeof(h));
		at += size;
	}
}

static void other_byte_order(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end);
	struct reading r;

	(void)state;
	swap_file(&b);
	assert_memory_equal(b.p + 8, "\1\2\3\4\0\0\0\1", 8);
	begin_reading(&r, b.p, b.len);
	assert_int_equal(r.status, 0);
	same_events(&l, &r.events);
	end_reading(&r);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

/* Put a block of @type in front of the block that begins at @at. */
static struct bytes insert_block(const struct bytes *b, size_t at, u32 type)
{
	struct rec_block_head head = { .type = type, .size = 8 };
	struct bytes c = { malloc(b->len + 24), b->len + 24 };
	u32 number = 0;

	memcpy(c.p, b->p, at);
	memset(c.p + at + sizeof(head), 0, 8);
	memcpy(c.p + at, &head, sizeof(head));
	memcpy(c.p + at + 24, b->p + at, b->len - at);
	for (size_t i = 16; i < c.len;) {
		struct rec_block_head h;

		memcpy(&h, c.p + i, sizeof(h));
		h.number = number++;
		h.crc = crc32c(crc32c(0, &h, REC_CHECKED),
			       c.p + i + sizeof(h), h.size);
		memcpy(c.p + i, &h, sizeof(h));
		i += sizeof(h) + h.size;
	}
	return c;
}

static void refused(const struct bytes *b)
{
	struct reading r;

	begin_reading(&r, b->p, b->len);
	assert_int_equal(r.status, EXIT_CANNOT);
	assert_non_null(strstr(r.d.what, "version 2"));
	assert_int_equal(r.events.n, 0);
	end_reading(&r);
}

static void newer_versions(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end), c;
	struct rec_block_head *head = (void *)(b.p + 16);

	(void)state;
	/* A block more: one that can be skipped, and one that cannot. */
	c = insert_block(&b, 16 + sizeof(*head) + head->size, REC_OPTIONAL);
	assert_int_equal(verdict_of(c.p, c.len), 0);
	free(c.p);
	c = insert_block(&b, 16 + sizeof(*head) + head->size, 4);
	assert_int_equal(verdict_of(c.p, c.len), EXIT_UNPROVEN);
	free(c.p);
	/* It begins with its head, and there is one only. */
	c = insert_block(&b, 16, REC_OPTIONAL);
	assert_int_equal(verdict_of(c.p, c.len), EXIT_UNPROVEN);
	free(c.p);
	c = insert_block(&b, b.len, REC_OPTIONAL);
	assert_int_equal(verdict_of(c.p, c.len), EXIT_UNPROVEN);
	free(c.p);

	((struct rec_file_head *)b.p)->version = 2;
	refused(&b);
	((struct rec_file_head *)b.p)->version = 1;
	/* The same in the head block. */
	((char *)memmem(b.p, b.len, "\"version\":1", 11))[10] = '2';
	head->crc = crc32c(crc32c(0, head, REC_CHECKED), head + 1, head->size);
	refused(&b);
	free(b.p);

	b = write_list(&l, RECORDER_JSON_LINES, NULL, &end);
	strstr(b.p, "\"version\":1")[10] = '2';
	refused(&b);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

#define PHASE(seq, ticks, rest)						\
	"{\"event\":\"phase\",\"seq\":" seq ",\"ticks\":" ticks		\
	",\"ns\":3,\"count\":4,\"missed\":5," rest "}"
#define REST "\"replay\":6"

/* A line that a newer writer has more fields in, and one that lacks some. */
static void lines_of_others(void **state)
{
	static const char head[] =
		"{\"format\":\"ppa-trace-recording\",\"version\":1,\"host\":null}\n";
	static const char end[] =
		"{\"end\":{\"events\":1},\"walk\":null,\"checks\":[]}\n";
	static const struct {
		const char *line;
		const char *why;
	} lines[] = {
		{ PHASE("1", "2", REST ",\"phase\":\"handover\",\"more\":{}"),
		  NULL },
		{ PHASE("1", "\"0x2\"", REST ",\"phase\":5"), NULL },
		{ PHASE("1", "2", REST), "phase: phase: is missing" },
		{ PHASE("-1", "2", REST ",\"phase\":5"),
		  "phase: seq: not a value" },
		{ PHASE("1", "2", "\"replay\":4294967296,\"phase\":5"),
		  "phase: replay: does not fit" },
		{ PHASE("1", "\"0x\"", REST ",\"phase\":5"),
		  "phase: ticks: not a value" },
		{ PHASE("1", "\"2\"", REST ",\"phase\":5"),
		  "phase: ticks: not a value" },
		{ PHASE("1,\"seq\":1", "2", REST ",\"phase\":5"),
		  "neither an event nor the end" },
		{ "{\"event\":\"dance\"}", "event: of no kind" },
		{ "[]", "neither an event nor the end" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char text[1024];
		struct reading r;

		snprintf(text, sizeof(text), "%s%s\n%s", head, lines[i].line,
			 end);
		begin_reading(&r, text, strlen(text));
		assert_int_equal(r.report.broken, lines[i].why ? 1 : 0);
		if (!lines[i].why) {
			assert_int_equal(r.events.n, 1);
			assert_int_equal(r.events.v->ticks, 2);
			assert_int_equal(r.events.v->phase.phase,
					 KPKEYS_PPA_PHASE_HANDOVER);
		} else if (!strstr(r.d.what, lines[i].why) ||
			   !strstr(r.d.what, "line 2")) {
			fail_msg("\"%s\": %s", lines[i].line, r.d.what);
		}
		end_reading(&r);
	}
}

/* What an editor leaves behind is no damage; anything else is. */
static void line_ends(void **state)
{
	static const char head[] =
		"{\"format\":\"ppa-trace-recording\",\"version\":1}";
	static const char event[] = PHASE("1", "2", REST ",\"phase\":5");
	static const char end[] = "{\"end\":{\"events\":1}}";
	static const struct {
		const char *nl;
		const char *last;
		bool good;
	} cases[] = {
		{ "\n", "\n", true }, { "\n", "", true },
		{ "\n", "\n\n", true }, { "\n", "\n \t\n\n", true },
		{ "\n", "\n ", true }, { "\r\n", "\r\n", true },
		{ "\n\n", "\n", true }, { "\n", "\n{", false },
		{ "\n", "\n{}\n", false }, { "\n", "}", false },
		{ "\n", ",", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct reading r;
		char text[1024];

		snprintf(text, sizeof(text), "%s%s%s%s%s%s", head, cases[i].nl,
			 event, cases[i].nl, end, cases[i].last);
		begin_reading(&r, text, strlen(text));
		assert_int_equal(r.events.n, 1);
		if (cases[i].good != (!r.report.cut && !r.report.broken))
			fail_msg("case %zu: %s", i, r.d.what);
		end_reading(&r);
	}
}

static void other_json(void **state)
{
	static const char * const texts[] = {
		"{}\n", "{ \"schema\": 1 }\n", "{\n", "{",
		"{\"format\":\"ppa-trace-recording\"}\n",
		"{\"format\":1,\"version\":1}\n",
		"{\"format\":\"ppa-trace-recording\",\"version\":0}\n",
		"{\"format\":\"ppa-trace-recording\",\"version\":-3}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct reading r;

		begin_reading(&r, texts[i], strlen(texts[i]));
		assert_int_equal(r.status, EXIT_CANNOT);
		assert_non_null(strstr(r.d.what, "not a recording"));
		end_reading(&r);
	}
}

/* --- machine and walk ------------------------------------------------------- */

static const struct host machine = {
	.asked = 1700000000,
	.release = "7.3.4-test",
	.machine = "aarch64",
	.build_id = "0123456789abcdef0123456789abcdef01234567",
	.boot_id = "7b0d9c1e-53a4-4f0e-9f6e-2d1c0b5a4e3f",
	.capabilities = 1ULL << 21 | 1ULL << 38,
	.memory = { { 0x40000000, 1 << 30 }, { 0x880000000, 1 << 20 } },
	.nmemory = 2,
	.memory_low = 0x40000000,
	.memory_high = 0x880100000,
	.memory_known = true,
};

/* Judge the tables of @m; some lack the key if @bad. */
static struct walk *walk_of(struct model *m, bool bad)
{
	struct walk *w = test_walk(m);
	u64 pages = 0;

	for (size_t i = 0; i < m->nranges; i++) {
		struct model_range *r = &m->ranges[i];

		for (u64 a = r->start; a < r->start + r->size; a += SIM_PAGE) {
			struct walk_table t = sim_table(a, pages);
			struct walk_page p = {
				.addr = a, .leaf = a | 3, .depth = 3,
			};

			if (bad && pages % 3 == 0) {
				t.leaf = p.leaf;
				walk_page(w, &p);
			}
			if (pages++ % 100 != 50)
				walk_table(w, &t);
		}
	}
	walk_end(w, 12345, pages, bad ? "it was \"stopped\"" : NULL);
	w->ns = 987654321;
	return w;
}

static void check_walk(int form, bool bad, bool begun)
{
	static const struct source_report clean;
	struct sim s;
	struct list l = good_list(&s);
	struct model *m = model_of(&l, &clean), *n;
	struct walk *w = begun ? walk_of(m, bad) : walk_new(m), *v;
	struct rec_end end = { .have_walk = true, .walk = *w };
	struct bytes b;
	struct reading r;

	for (int i = CHECK_FIRST_WALK; !begun && i < CHECK_COUNT; i++)
		check_not_made(&m->checks[i], "the weather was \"bad\"");
	memcpy(end.checks, &m->checks[CHECK_FIRST_WALK], sizeof(end.checks));
	b = write_list(&l, form, &machine, &end);
	begin_reading(&r, b.p, b.len);
	assert_int_equal(r.status, 0);
	assert_true(r.has_walk);
	assert_true(r.has_host);
	assert_int_equal(r.host.asked, machine.asked);
	assert_int_equal(r.host.memory_low, machine.memory_low);
	assert_int_equal(r.host.memory_high, machine.memory_high);
	n = model_of(&r.events, &r.report);
	v = walk_new(n);
	assert_int_equal(r.source->ops->walk(r.source, v, &r.d), 0);
	assert_int_equal(v->ns, w->ns);
	assert_int_equal(model_verdict(n, false), model_verdict(m, false));
	for (int json = 0; json < 2; json++) {
		char *live = show(m, &machine, w, json);
		char *again = show(n, &r.host, v, json);

		assert_string_equal(live, again);
		free(live);
		free(again);
	}
	assert_int_equal(model_verdict(n, false), !begun ? 3 : bad);
	walk_free(v);
	walk_free(w);
	model_free(n);
	model_free(m);
	end_reading(&r);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

static void walks(void **state)
{
	(void)state;
	for (int form = 0; form < 2; form++) {
		check_walk(form, false, true);
		check_walk(form, true, true);
		check_walk(form, false, false);
	}
}

/* What a file says is printed: it may not steer the terminal. */
static void no_escapes(void **state)
{
	struct host h = machine;
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b;
	struct reading r;

	(void)state;
	snprintf(h.release, sizeof(h.release), "7\033[31m\n!");
	b = write_list(&l, RECORDER_BINARY, &h, &end);
	begin_reading(&r, b.p, b.len);
	assert_string_equal(r.host.release, "7?[31m?!");
	end_reading(&r);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

/* What the reader of the source said holds of the recording as well. */
static void reports(void **state)
{
	struct sim s;
	struct list l = good_list(&s);

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct rec_end end = {
			.report = { .broken = 3, .lost = 4, .cut = true,
				    .overwritten = true },
		};
		struct bytes b = write_list(&l, form, NULL, &end);
		struct reading r;

		begin_reading(&r, b.p, b.len);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.report.broken, 3);
		assert_int_equal(r.report.lost, 4);
		assert_true(r.report.cut);
		assert_true(r.report.overwritten);
		assert_non_null(strstr(r.d.what, "3 events were broken and 4 lost"));
		assert_int_equal(verdict_of(b.p, b.len), EXIT_UNPROVEN);
		end_reading(&r);
		free(b.p);
	}
	free(l.v);
	sim_free(&s);
}

#ifdef HAVE_ZSTD
/* In two frames: what zstd makes of files that were put together. */
static void zstd(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct bytes b = write_list(&l, form, NULL, &end);
		size_t room = ZSTD_compressBound(b.len), half = b.len / 2, n;
		char *p = malloc(2 * room + 4);

		n = ZSTD_compress(p, room, b.p, half, 3);
		assert_int_equal(verdict_of(p, n), EXIT_UNPROVEN);
		n += ZSTD_compress(p + n, room, b.p + half, b.len - half, 3);
		assert_int_equal(verdict_of(p, n), 0);
		assert_int_equal(verdict_of(p, n - 1), EXIT_UNPROVEN);
		memcpy(p + n, "junk", 4);
		assert_int_equal(verdict_of(p, n + 4), EXIT_UNPROVEN);
		free(p);
		free(b.p);
	}
	free(l.v);
	sim_free(&s);
}

#define T_ZSTD T(zstd),
#else
#define T_ZSTD
#endif

/* As /sys/kernel/notes has it, cut at any place. */
static void build_id(void **state)
{
	static const char notes[] =
		"\6\0\0\0\4\0\0\0\1\1\0\0Linux\0\0\0\0\0\0\0"
		"\4\0\0\0\3\0\0\0\3\0\0\0GNU\0\x01\xab\xff";
	char *copy;

	(void)state;
	for (size_t len = 0; len <= sizeof(notes); len++) {
		struct host h = { 0 };

		/* Of its exact size, so that reading behind it is noticed. */
		copy = malloc(len);
		memcpy(copy, notes, len);
		host_build_id(&h, copy, len);
		assert_string_equal(h.build_id, len < sizeof(notes) ? "" :
						"01abff");
		free(copy);
	}
}

/* --- size ---------------------------------------------------------------- */

/* Bytes in all; @ranges of them are made, of @pages pages. */
static size_t size_of(u64 pages, u64 ranges)
{
	u64 each = pages / ranges;
	struct rec_end end = { .have_walk = true };
	struct list l = { 0 };
	struct bytes b;
	struct sim s;

	sim_open(&s, 1024);
	/* Some counter that never counts the same. */
	seed = 3;
	for (u64 i = 0; i < pages; i++) {
		sim_alloc(&s, PAGE(2 * pages - i - i / each), i % 513 == 0);
		s.ticks += any(4000);
	}
	sim_boot(&s);
	sim_replay(&s, 1, 0, ~0ULL, append, &l);
	b = write_list(&l, RECORDER_BINARY, &machine, &end);
	print_message("# %llu pages in %u ranges: %zu bytes, %llu.%03llu a page\n",
		      pages, s.nranges, b.len, b.len / pages,
		      b.len * 1000 / pages % 1000);
	assert_in_range(b.len, 1, pages * 82 / 10 + 32ULL * s.nranges + 4096);
	free(b.p);
	free(l.v);
	sim_free(&s);
	return b.len;
}

static void sizes(void **state)
{
	(void)state;
	size_of(514, 1);
	size_of(5000, 200);
	assert_true(size_of(525000, 60) <= 525000 * 82ULL / 10);
}

TESTING(T(checksum), T(replays), T(broken_streams), T(wild_events),
	T(many_ranges), T(nothing), T(cut_anywhere), T(bad_word), T(every_byte_counts),
	T(spoilt_lines), T(other_byte_order), T(newer_versions),
	T(lines_of_others), T(line_ends), T(other_json), T_ZSTD T(build_id), T(walks), T(no_escapes), T(reports),
	T(sizes));

int main(void)
{
	return RUN("rec", NULL, NULL);
}
