// SPDX-License-Identifier: GPL-2.0-only
/* Does a recording say what was recorded, whatever it was? */
#include "recording.h"
#include "view.h"

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

static int take_page(void *m, const struct event *e)
{
	return model_take(m, e);
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
	begin_any(7);
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
	begin_any(11);
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

/* --- machine and walk ------------------------------------------------------- */

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
	begin_any(3);
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
	T(many_ranges), T(nothing), T(other_byte_order), T(build_id),
	T(walks), T(reports), T(sizes));

int main(void)
{
	return RUN("rec", NULL, NULL);
}
