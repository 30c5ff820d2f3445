// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is what the page of "report" draws where it belongs, is the page well-formed
 * whatever is in it, and does it stay small?
 */
#include <errno.h>

#include "html.h"
#include "report.h"
#include "test.h"
#include "view.h"

/* --- the page as a whole ------------------------------------------------------- */

struct scene {
	struct model *m;
	struct boot_report boot;
	struct report r;
	char *page;
	size_t len;
};

static void make_page(struct scene *x, struct report_input *in)
{
	FILE *out;

	assert_int_equal(report_make(&x->r, in), 0);
	x->page = NULL;
	out = open_memstream(&x->page, &x->len);
	view_report(out, &x->r);
	fclose(out);
}

static void make(struct scene *x, struct sim *s, struct report_input *in)
{
	x->m = test_model(s);
	assert_int_equal(boot_analyse(x->m, &x->boot), 0);
	in->m = x->m;
	in->boot = &x->boot;
	if (!in->name)
		in->name = "test";
	make_page(x, in);
}

static void drop(struct scene *x, struct sim *s)
{
	free(x->page);
	report_free(&x->r);
	boot_report_free(&x->boot);
	test_end(x->m, s);
}

/* --- a reader of pages, strict enough ---------------------------------------------- */

#define DEPTH 32
#define NAMES 8192

struct reader {
	const char *at;
	char open[DEPTH][32];
	int depth;
	char *ids[NAMES];
	size_t nids;
	char *refs[NAMES];
	size_t nrefs;
	size_t elements;
};

static void keep(char **list, size_t *n, const char *value, size_t len)
{
	if (*n == NAMES)
		return;
	list[(*n)++] = strndup(value, len);
}

static void read_entity(const char *p)
{
	static const char * const known[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&#39;",
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		found |= !strncmp(p, known[i], strlen(known[i]));
	if (!found)
		fail_msg("no entity: %.20s", p);
}

static void read_attribute(struct reader *r)
{
	size_t name = strcspn(r->at, "= <>\"'/");
	const char *key = r->at, *value, *end;
	size_t len;

	if (!name || strncmp(key + name, "=\"", 2))
		fail_msg("no attribute: %.40s", key);
	value = key + name + 2;
	end = strchr(value, '"');
	assert_non_null(end);
	len = end - value;
	for (const char *p = value; p < end; p++) {
		if (*p == '<' || *p == '>')
			fail_msg("in an attribute: %.40s", p);
		if (*p == '&')
			read_entity(p);
	}
	if (name == 2 && !strncmp(key, "id", 2))
		keep(r->ids, &r->nids, value, len);
	if (name == 4 && !strncmp(key, "href", 4)) {
		assert_int_equal(*value, '#');
		keep(r->refs, &r->nrefs, value + 1, len - 1);
	}
	if (name == 15 && !strncmp(key, "aria-labelledby", 15))
		keep(r->refs, &r->nrefs, value, len);
	if (!strncmp(key, "on", 2) || !strncmp(key, "src", 3) ||
	    !strncmp(key, "style", 5))
		fail_msg("not allowed here: %.40s", key);
	r->at = end + 1;
}

/* What stands in these is no markup. */
static bool raw(const char *name)
{
	return !strcmp(name, "style") || !strcmp(name, "script");
}

static void read_start(struct reader *r)
{
	size_t name = strcspn(r->at, "\n />");
	char *open = r->open[r->depth];

	assert_true(name && name < sizeof(r->open[0]));
	assert_true(r->depth < DEPTH - 1);
	memcpy(open, r->at, name);
	open[name] = '\0';
	r->at += name;
	r->elements++;
	for (;;) {
		r->at += strspn(r->at, "\n ");
		if (*r->at == '>') {
			r->at++;
			r->depth++;
			if (!raw(open))
				return;
			r->at = strstr(r->at, "</");
			assert_non_null(r->at);
			return;
		}
		if (!strncmp(r->at, "/>", 2)) {
			r->at += 2;
			return;
		}
		read_attribute(r);
	}
}

static void read_end(struct reader *r)
{
	const char *open;
	size_t len;

	assert_true(r->depth > 0);
	open = r->open[--r->depth];
	len = strlen(open);
	if (strncmp(r->at, open, len) || r->at[len] != '>')
		fail_msg("<%s> ends as </%.20s", open, r->at);
	r->at += len + 1;
}

static void read_references(struct reader *r)
{
	for (size_t i = 0; i < r->nids; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!strcmp(r->ids[i], r->ids[k]))
				fail_msg("twice: id %s", r->ids[i]);
		}
	}
	for (size_t i = 0; i < r->nrefs; i++) {
		bool found = false;

		for (size_t k = 0; k < r->nids; k++)
			found |= !strcmp(r->refs[i], r->ids[k]);
		if (!found)
			fail_msg("nowhere: #%s", r->refs[i]);
		free(r->refs[i]);
	}
	for (size_t i = 0; i < r->nids; i++)
		free(r->ids[i]);
}

/* It is well-formed, and every reference leads to something. Its elements. */
static size_t well_formed(const char *page)
{
	static const char head[] = "<!DOCTYPE html>\n";
	struct reader *r = calloc(1, sizeof(*r));
	size_t n;

	assert_non_null(r);
	assert_int_equal(strncmp(page, head, strlen(head)), 0);
	r->at = page + strlen(head);
	while (*r->at) {
		if (*r->at == '&')
			read_entity(r->at);
		if (*r->at != '<') {
			assert_true(*r->at != '>');
			r->at++;
			continue;
		}
		r->at++;
		if (*r->at != '/') {
			read_start(r);
			continue;
		}
		r->at++;
		read_end(r);
	}
	assert_int_equal(r->depth, 0);
	read_references(r);
	n = r->elements;
	free(r);
	return n;
}

/* --- scales ----------------------------------------------------------------------- */

static void scale(void **state)
{
	struct report_scale s = { 1000, 2000 }, large = { 0, ~0ULL };

	(void)state;
	assert_int_equal(report_at(&s, 1000), 0);
	assert_int_equal(report_at(&s, 1500), REPORT_WIDTH / 2);
	assert_int_equal(report_at(&s, 2000), REPORT_WIDTH);
	assert_int_equal(report_at(&s, 0), 0);
	assert_int_equal(report_at(&s, ~0ULL), REPORT_WIDTH);
	assert_int_equal(report_at(&large, ~0ULL / 2), REPORT_WIDTH / 2 - 1);
	assert_int_equal(report_at(&large, ~0ULL), REPORT_WIDTH);
	assert_int_equal(report_at(&large, 1), 0);
}

static void place(void **state)
{
	struct report_scale s = { 0, 1ULL << 40 };
	u32 x, width;

	(void)state;
	report_place(&s, 0, 1ULL << 40, &x, &width);
	assert_int_equal(x, 0);
	assert_int_equal(width, REPORT_WIDTH);
	report_place(&s, 1ULL << 39, 3ULL << 38, &x, &width);
	assert_int_equal(x, REPORT_WIDTH / 2);
	assert_int_equal(width, REPORT_WIDTH / 4);
	/* A page of a TiB: as narrow as can be seen, around where it is, */
	report_place(&s, 1ULL << 39, (1ULL << 39) + 4096, &x, &width);
	assert_int_equal(x, REPORT_WIDTH / 2 - REPORT_LEAST / 2);
	assert_int_equal(width, REPORT_LEAST);
	/* and inside at both ends. */
	report_place(&s, 0, 4096, &x, &width);
	assert_int_equal(x, 0);
	assert_int_equal(width, REPORT_LEAST);
	report_place(&s, (1ULL << 40) - 4096, 1ULL << 40, &x, &width);
	assert_int_equal(x, REPORT_WIDTH - REPORT_LEAST);
	assert_int_equal(width, REPORT_LEAST);
	/* What lies outside has no width, what reaches out is cut off. */
	report_place(&s, 1ULL << 40, 1ULL << 41, &x, &width);
	assert_int_equal(width, 0);
	s.from = 1ULL << 39;
	report_place(&s, 0, 1ULL << 39, &x, &width);
	assert_int_equal(width, 0);
	report_place(&s, 0, ~0ULL, &x, &width);
	assert_int_equal(x, 0);
	assert_int_equal(width, REPORT_WIDTH);
	/* Nonsense. */
	report_place(&s, ~0ULL, 0, &x, &width);
	assert_int_equal(width, 0);
}

static void assert_ticks(u64 from, u64 to, u64 least, u64 first, u64 step,
			 size_t n)
{
	struct report_scale s = { from, to };
	u64 ticks[REPORT_TICKS];

	assert_int_equal(report_ticks(&s, 4, least, ticks), n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ticks[i], first + i * step);
}

static void ticks(void **state)
{
	u64 got[REPORT_TICKS];
	struct report_scale all = { 0, ~0ULL }, top = { ~0ULL - 2, ~0ULL };
	size_t n;

	(void)state;
	assert_ticks(0, 100, 0, 0, 50, 3);
	assert_ticks(1234567, 9876543, 0, 2000000, 2000000, 4);
	assert_ticks(50876000, 80492000, 0, 60000000, 10000000, 3);
	assert_ticks(0x40000000, 0x1040000000, 4096, 0x400000000, 0x400000000,
		     4);
	assert_ticks(0x1000, 0x9000, 0x1000, 0x2000, 0x2000, 4);
	assert_ticks(7, 8, 0, 7, 1, 2);
	for (int least = 0; least < 2; least++) {
		n = report_ticks(&all, ~0UL, least * 4096, got);
		assert_in_range(n, 1, REPORT_TICKS);
		n = report_ticks(&top, 4, least * 4096, got);
		assert_in_range(n, 0, REPORT_TICKS);
	}
}

/* --- text ---------------------------------------------------------------------------- */

static void assert_text(const char *text, const char *want)
{
	char *got = NULL;
	size_t len;
	FILE *f = open_memstream(&got, &len);

	html_text(f, text);
	fclose(f);
	assert_string_equal(got, want);
	free(got);
}

#define R "\xef\xbf\xbd"

static void escaping(void **state)
{
	(void)state;
	assert_text("a < b && \"c\" > 'd'",
		    "a &lt; b &amp;&amp; &quot;c&quot; &gt; &#39;d&#39;");
	assert_text("\xc2\xb5s \xe2\x82\xac \xf0\x9f\x90\xa7",
		    "\xc2\xb5s \xe2\x82\xac \xf0\x9f\x90\xa7");
	assert_text("\x1b[31m\x01\x7f", R "[31m" R R);
	assert_text("a\tb\nc", "a\tb\nc");
	/* cut off, too long, a surrogate, beyond the last, a lone rest */
	assert_text("\xe2\x82", R R);
	assert_text("\xc0\xbc", R R);
	assert_text("\xe0\x80\xbc", R R R);
	assert_text("\xed\xa0\x80", R R R);
	assert_text("\xf4\x90\x80\x80", R R R R);
	assert_text("\xf8\x88\x80\x80\x80", R R R R R);
	assert_text("\xbf", R);
	/* what is no character, a C1 control, right-to-left override */
	assert_text("\xef\xbf\xbf", R);
	assert_text("\xc2\x9b", R);
	assert_text("\xe2\x80\xae", R);
}

static void numbers(void **state)
{
	struct html_number n;

	(void)state;
	assert_string_equal(html_count(&n, 0), "0");
	assert_string_equal(html_count(&n, 999), "999");
	assert_string_equal(html_count(&n, 525000), "525,000");
	assert_string_equal(html_count(&n, ~0ULL),
			    "18,446,744,073,709,551,615");
	assert_string_equal(html_ns(&n, 0), "0 ps");
	assert_string_equal(html_ns(&n, 800), "800 ns");
	assert_string_equal(html_ns(&n, 1024), "1.02 \xc2\xb5s");
	assert_string_equal(html_ns(&n, 12345678), "12.3 ms");
	assert_string_equal(html_ns(&n, 2000000000), "2 s");
	assert_string_equal(html_ns(&n, ~0ULL), "18446744 s");
	assert_string_equal(html_duration(&n, 1500), "1.50 ns");
	assert_string_equal(html_time(&n, 50876123), "50.876 ms");
}

/* --- what is drawn --------------------------------------------------------------------- */

static struct host machine(u64 start, u64 size)
{
	struct host h = {
		.release = "7.3.4-test", .machine = "aarch64",
		.memory = { { start, size } }, .nmemory = 1,
		.memory_known = true,
	};

	return h;
}

static void good(void **state)
{
	struct report_input in = { .events_only = true };
	struct scene x;
	struct sim s;

	(void)state;
	sim_good(&s);
	make(&x, &s, &in);
	assert_int_equal(x.r.verdict, EXIT_GOOD);
	assert_int_equal(x.r.checks, CHECK_FIRST_WALK);
	assert_int_equal(x.r.memory_from, REPORT_MEMORY_EVENTS);
	assert_int_equal(x.r.all.from, 0x40000000);
	/* The pages lie behind the only memory that the events know of. */
	assert_int_equal(x.r.all.to, PAGE(141));
	assert_int_equal(x.r.nbars, 2);
	assert_int_equal(x.r.bars[0].start, PAGE(0));
	assert_int_equal(x.r.bars[0].end, PAGE(42));
	assert_int_equal(x.r.bars[1].pages, 40);
	assert_int_equal(x.r.bars[1].first, 1);
	assert_int_equal(x.r.bars[1].state, REPORT_KEYED);
	assert_int_equal(x.r.nmarks, 0);
	assert_false(x.r.merged);
	/* In the overview they are one. */
	assert_int_equal(x.r.noverview, 1);
	assert_int_equal(x.r.overview[0].n, 2);
	/* 59 pages are more than an eighth of all 141. */
	assert_int_equal(x.r.nclusters, 2);
	assert_int_equal(x.r.shown, 0);
	assert_int_equal(x.r.cluster[1].scale.from, PAGE(97));
	assert_int_equal(x.r.curve[0][REPORT_BINS - 1], 40);
	assert_int_equal(x.r.curve[1][REPORT_BINS - 1], 42);
	for (int i = 1; i < REPORT_BINS; i++)
		assert_true(x.r.curve[0][i] >= x.r.curve[0][i - 1]);
	assert_true(well_formed(x.page) > 200);
	assert_non_null(strstr(x.page, "<h1>GOOD</h1>"));
	assert_non_null(strstr(x.page, "All 17 checks passed"));
	drop(&x, &s);
}

static void unproven(void **state)
{
	struct report_input in = { .events_only = false };
	struct host h = machine(0x80000000, 1 << 30);
	struct scene x;
	struct sim s;

	(void)state;
	in.host = &h;
	sim_good(&s);
	make(&x, &s, &in);
	assert_int_equal(x.r.verdict, EXIT_UNPROVEN);
	assert_int_equal(x.r.memory_from, REPORT_MEMORY_HOST);
	assert_int_equal(x.r.all.from, 0x80000000);
	assert_int_equal(x.r.all.to, 0xc0000000);
	well_formed(x.page);
	assert_non_null(strstr(x.page, "<h1>UNPROVEN</h1>"));
	assert_non_null(strstr(x.page, "6 were not made"));
	assert_non_null(strstr(x.page, "Linux 7.3.4-test (aarch64)"));
	drop(&x, &s);
}

static void bad(void **state)
{
	struct report_input in = { .events_only = true };
	struct sim_record *r;
	struct scene x;
	struct sim s;

	(void)state;
	sim_open(&s, 3);
	for (int i = 0; i < 5; i++)
		sim_alloc(&s, PAGE(2 * i), 0);
	sim_boot(&s);
	r = sim_find(&s, EVENT_FINALIZE, PAGE(2));
	r->e.finalize.pkey = 5;
	make(&x, &s, &in);
	assert_int_equal(x.r.verdict, EXIT_BAD);
	assert_int_equal(x.r.nbars, 5);
	assert_int_equal(x.r.bars[0].state, REPORT_KEYED);
	assert_int_equal(x.r.bars[1].state, REPORT_UNKEYED);
	assert_int_equal(x.r.bars[3].state, REPORT_UNTRACKED);
	assert_int_equal(x.r.bars[3].n, 0);
	/* what overflowed, and the range with the wrong key */
	assert_int_equal(x.r.nmarks, 3);
	assert_int_equal(x.r.mark[0].addr, PAGE(2));
	assert_int_equal(x.r.mark[0].check, CHECK_FINALIZE_PKEY);
	assert_int_equal(x.r.mark[2].addr, PAGE(8));
	/* The worst of what is drawn as one. */
	assert_int_equal(x.r.noverview, 1);
	assert_int_equal(x.r.overview[0].state, REPORT_UNKEYED);
	well_formed(x.page);
	assert_non_null(strstr(x.page, "<h1>FAILED</h1>"));
	assert_non_null(strstr(x.page, "not keyed, key 5"));
	assert_non_null(strstr(x.page, "class=\"u\" height"));
	assert_non_null(strstr(x.page, "class=\"n\" height"));
	drop(&x, &s);
}

/* A page that the walk found without its key: the events know nothing of it. */
static void bad_walk(void **state)
{
	struct report_input in = { .events_only = false };
	struct scene x;
	struct walk *w;
	struct sim s;
	struct walk_page p = { .addr = PAGE(7), .leaf = PAGE(7) | 3, .depth = 3 };

	(void)state;
	sim_good(&s);
	make(&x, &s, &in);
	free(x.page);
	report_free(&x.r);
	w = test_walk(x.m);
	walk_page(w, &p);
	walk_end(w, 1000, 82, NULL);
	in.walk = w;
	make_page(&x, &in);
	assert_int_equal(x.r.verdict, EXIT_BAD);
	assert_int_equal(report_range_state(&x.r, 0), REPORT_UNKEYED);
	assert_int_equal(report_range_state(&x.r, 1), REPORT_KEYED);
	assert_int_equal(x.r.mark[0].addr, PAGE(7));
	well_formed(x.page);
	assert_non_null(strstr(x.page, "<table class=\"walk\">"));
	walk_free(w);
	drop(&x, &s);
}

/* The walk objects to @n pages of the first range. How does the second stand? */
static enum report_state other_range(u64 n, const char *says)
{
	struct report_input in = { .events_only = false };
	enum report_state state;
	struct scene x;
	struct walk *w;
	struct sim s;

	sim_good(&s);
	make(&x, &s, &in);
	free(x.page);
	report_free(&x.r);
	w = test_walk(x.m);
	for (u64 i = 0; i < n; i++)
		walk_page(w, &(struct walk_page){
			.addr = PAGE(i), .leaf = PAGE(i) | 3, .depth = 3,
		});
	walk_end(w, 1000, 82, NULL);
	in.walk = w;
	make_page(&x, &in);
	assert_int_equal(report_range_state(&x.r, 0), REPORT_UNKEYED);
	state = report_range_state(&x.r, 1);
	well_formed(x.page);
	assert_int_equal(!strstr(x.page, says), state == REPORT_KEYED);
	walk_free(w);
	drop(&x, &s);
	return state;
}

/* All of the offenders are named, or one is not: it may be anywhere. */
static void unnamed(void **state)
{
	static const char says[] = "the walk found more than it names";

	(void)state;
	assert_int_equal(other_range(OFFENDERS_MAX, says), REPORT_KEYED);
	assert_int_equal(other_range(OFFENDERS_MAX + 1, says), REPORT_UNKNOWN);
}

/* The finalize event of a range is missing: nothing can be said about it. */
static void unknown(void **state)
{
	struct report_input in = { .events_only = true };
	struct scene x;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->drop = true;
	make(&x, &s, &in);
	assert_int_equal(x.r.verdict, EXIT_UNPROVEN);
	assert_int_equal(report_range_state(&x.r, 0), REPORT_KEYED);
	assert_int_equal(report_range_state(&x.r, 1), REPORT_UNKNOWN);
	well_formed(x.page);
	assert_non_null(strstr(x.page, "not known</td><td class=\"n\">never"));
	drop(&x, &s);
}

static void no_event(void **state)
{
	static const struct source_report clean;
	struct report_input in = { .name = "void" };
	struct boot_report boot;
	struct report r;
	struct model *m = model_new();
	char *page = NULL;
	size_t len;
	FILE *out = open_memstream(&page, &len);

	(void)state;
	assert_int_equal(model_finish(m, &clean), 0);
	assert_int_equal(boot_analyse(m, &boot), 0);
	in.m = m;
	in.boot = &boot;
	assert_int_equal(report_make(&r, &in), 0);
	assert_int_equal(r.all.to, 0);
	view_report(out, &r);
	fclose(out);
	well_formed(page);
	assert_non_null(strstr(page, "There is nothing to draw"));
	free(page);
	report_free(&r);
	boot_report_free(&boot);
	model_free(m);
}

/* --- what others wrote ------------------------------------------------------------------ */

static void hostile_text(void **state)
{
	static const char attack[] =
		"</title></span><script>alert(1)</script>\" onload=\"x' &#0;\xff";
	struct report_input in = { .name = attack };
	struct host h = machine(0x80000000, 1 << 30);
	struct scene x;
	struct sim s;
	char *at;

	(void)state;
	snprintf(h.release, sizeof(h.release), "%s", attack);
	snprintf(h.machine, sizeof(h.machine), "%s", attack);
	in.host = &h;
	sim_good(&s);
	make(&x, &s, &in);
	free(x.page);
	check_not_made(&x.m->checks[CHECK_COMPLETE], "%s", attack);
	snprintf(x.m->checks[CHECK_ALIGN].what, sizeof(x.m->checks[0].what),
		 "%s", attack);
	check_bad(&x.m->checks[CHECK_MERGE], &(struct offender){ .has = 0 },
		  "%s", attack);
	report_free(&x.r);
	assert_int_equal(report_make(&x.r, &in), 0);
	x.page = NULL;
	FILE *out = open_memstream(&x.page, &x.len);

	view_report(out, &x.r);
	fclose(out);
	well_formed(x.page);
	assert_null(strstr(x.page, "<script>alert"));
	assert_null(strchr(x.page, '\xff'));
	at = strstr(x.page, "&lt;script&gt;alert(1)");
	assert_non_null(at);
	assert_non_null(strstr(x.page, "script-src 'sha256-"));
	drop(&x, &s);
}

/* Memory that wraps around, lies outside, is more than can be. */
static void hostile_memory(void **state)
{
	static const struct host_memory all[] = {
		{ 0, ~0ULL }, { ~0ULL, ~0ULL }, { 1ULL << 51, ~0ULL },
		{ 0, 0 }, { (1ULL << 52) - 1, 1 },
	};
	struct report_input in = { .events_only = true };
	struct host h = { .memory_known = true };
	struct scene x;
	struct sim s;

	(void)state;
	memcpy(h.memory, all, sizeof(all));
	h.nmemory = ARRAY_SIZE(all);
	in.host = &h;
	sim_good(&s);
	make(&x, &s, &in);
	assert_int_equal(x.r.all.from, 0);
	assert_int_equal(x.r.all.to, REPORT_ADDR_END);
	assert_int_equal(x.r.nmemory, 3);
	well_formed(x.page);
	drop(&x, &s);

	h.nmemory = HOST_MEMORY_MAX + 7;
	sim_good(&s);
	s.header.memstart = ~0ULL - 4095;
	s.header.ram = ~0ULL >> 1;
	make(&x, &s, &in);
	assert_int_equal(x.r.memory_from, REPORT_MEMORY_NONE);
	assert_true(x.r.all.from < PAGE(0));
	well_formed(x.page);
	drop(&x, &s);
}

/* --- size ---------------------------------------------------------------------------------- */

/* More ranges than the kernel can have, none of them beside another. */
static void many_ranges(void **state)
{
	struct report_input in = { .events_only = true };
	struct scene x;
	struct sim s;
	size_t rows = 0;

	(void)state;
	sim_open(&s, SIM_RANGES);
	s.header.capacity = 8192;
	for (int i = 0; i < 6000; i++) {
		/* The simulator looks at each of its ranges: it has none. */
		s.nranges = 0;
		sim_alloc(&s, PAGE(3 * i), 0);
	}
	s.nranges = 0;
	sim_boot(&s);
	make(&x, &s, &in);
	assert_int_equal(x.m->nranges, 6000);
	assert_in_range(x.r.nbars, 1, REPORT_BARS);
	assert_in_range(x.r.noverview, 1, REPORT_OVERVIEW);
	assert_true(x.r.merged);
	for (const char *p = x.page; (p = strstr(p, "<tr id=\"r")); p++)
		rows++;
	/* All of them are bad: none was finalized. */
	assert_int_equal(rows, REPORT_ROWS);
	assert_non_null(strstr(x.page, "4,976 more are not listed"));
	well_formed(x.page);
	assert_true(x.len < 1 << 20);
	print_message("# a page of %zu bytes\n", x.len);
	drop(&x, &s);
}

/* A bad range is shown however many good ones are in front of it. */
static void bad_at_the_end(void **state)
{
	struct report_input in = { .events_only = true };
	struct scene x;
	struct sim s;
	const int n = 1500;

	(void)state;
	sim_open(&s, SIM_RANGES);
	s.header.capacity = 8192;
	for (int i = 0; i < n; i++) {
		s.nranges = 0;
		sim_alloc(&s, PAGE(3 * i), 0);
	}
	s.nranges = 0;
	for (int i = 0; i < n; i++)
		sim_finalize(&s, PAGE(3 * i), SIM_PAGE, i == n - 1 ? 5 : 1, 0);
	sim_boot(&s);
	make(&x, &s, &in);
	assert_int_equal(x.m->nranges, n);
	assert_int_equal(report_good_rows(&x.r), REPORT_ROWS - 1);
	assert_non_null(strstr(x.page, "<tr id=\"r1500\" class=\"bad\">"));
	assert_non_null(strstr(x.page, "<tr id=\"r1023\">"));
	assert_null(strstr(x.page, "<tr id=\"r1024\""));
	assert_int_equal(x.r.bars[x.r.nbars - 1].state, REPORT_UNKEYED);
	well_formed(x.page);
	drop(&x, &s);
}

/* --- golden ---------------------------------------------------------------------------------- */

static void golden(void **state)
{
	struct report_input in = { .name = "test <boot>", .events_only = true };
	struct host h = machine(0x80000000, 64 << 20);
	char *want = NULL, *from, *to;
	struct scene x;
	struct sim s;
	size_t len;
	FILE *f;

	(void)state;
	in.host = &h;
	sim_open(&s, 2);
	for (int i = 0; i < 70; i++)
		sim_alloc(&s, PAGE(200 - i), i ? 0 : 1);
	sim_alloc(&s, PAGE(10), 0);
	sim_alloc(&s, PAGE(12), 0);
	sim_boot(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(10))->e.finalize.error = -12;
	make(&x, &s, &in);
	/* Style and script stand in files of their own; the version changes. */
	from = strstr(x.page, "<meta http-equiv");
	to = strstr(x.page, "</style>");
	memmove(from, to, strlen(to) + 1);
	from = strstr(x.page, "<footer>");
	to = strstr(from, "</body>");
	memmove(from, to, strlen(to) + 1);
	f = fopen(GOLDEN_DIR "/report.html", getenv("UPDATE_GOLDEN") ? "w" : "r");
	assert_non_null(f);
	len = strlen(x.page);
	if (getenv("UPDATE_GOLDEN")) {
		assert_int_equal(fwrite(x.page, 1, len, f), len);
	} else {
		want = calloc(1, len + 2);
		assert_int_equal(fread(want, 1, len + 1, f), len);
		assert_string_equal(x.page, want);
	}
	fclose(f);
	free(want);
	drop(&x, &s);
}

TESTING(T(scale), T(place), T(ticks), T(escaping), T(numbers), T(good),
	T(unproven), T(bad), T(bad_walk), T(unnamed), T(unknown), T(no_event),
	T(hostile_text), T(hostile_memory), T(many_ranges), T(bad_at_the_end),
	T(golden));

int main(void)
{
	return RUN("report", NULL, NULL);
}
