// SPDX-License-Identifier: GPL-2.0-only
/* Do other programs get what they got when somebody last looked at it? */
#include "escape.h"
#include "golden.h"
#include "view_export.h"

static struct host machine = {
	.release = "7.3.4-test",
	.machine = "aarch64",
};

struct scene {
	const char *name;
	struct sim s;
	struct model *m;
	struct walk *w;
	struct boot_report boot;
	struct export x;
};

static void make_good(struct scene *x)
{
	sim_good(&x->s);
}

/* Overflows, errors, a missing record, and times that cannot be. */
static void make_bad(struct scene *x)
{
	struct sim_record *r;

	sim_open(&x->s, 4);
	for (int i = 0; i < 6; i++)
		sim_alloc(&x->s, PAGE(3 * i), KPKEYS_PPA_LEVEL_UNKNOWN);
	sim_boot(&x->s);
	r = sim_find(&x->s, EVENT_FINALIZE, PAGE(3));
	r->e.finalize.error = -12;
	r->e.finalize.duration = ~0ULL;
	r = sim_find(&x->s, EVENT_FINALIZE, PAGE(6));
	r->e.finalize.pkey = 5;
	/* Finalize ends behind hand-over, the map before it begins. */
	r = sim_find(&x->s, EVENT_PHASE, KPKEYS_PPA_PHASE_FINALIZE_END);
	r->e.ns = 1ULL << 63;
	r = sim_find(&x->s, EVENT_PHASE, KPKEYS_PPA_PHASE_PAGING_END);
	r->e.ns = 1;
	x->s.v[5].drop = true;
	x->s.header.lost = 2;
}

static void judge(struct scene *x)
{
	static const struct source_report clean;
	u64 n = 0;

	x->m = model_new();
	sim_replay(&x->s, 1, 0, ~0ULL, test_take, x->m);
	assert_int_equal(model_finish(x->m, &clean), 0);
	x->w = test_walk(x->m);
	for (size_t i = 0; i < x->m->nranges; i++) {
		struct model_range *r = &x->m->ranges[i];

		for (u64 a = r->start; a < r->start + r->size; a += SIM_PAGE) {
			struct walk_table t = sim_table(a, n++);

			walk_table(x->w, &t);
		}
	}
	walk_end(x->w, 12345, n, NULL);
	assert_int_equal(boot_analyse(x->m, &x->boot), 0);
	x->x = (struct export){
		.model = x->m,
		.boot = &x->boot,
		.host = &machine,
		.walk = x->w,
		.version = "1.2.3",
	};
}

static void done(struct scene *x)
{
	boot_report_free(&x->boot);
	walk_free(x->w);
	test_end(x->m, &x->s);
}

static int prometheus(FILE *out, const struct export *x)
{
	view_prometheus(out, x);
	return 0;
}

static char *show(struct scene *x, int (*view)(FILE *, const struct export *),
		  size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	assert_non_null(f);
	assert_int_equal(view(f, &x->x), 0);
	fclose(f);
	return text;
}

static void compare_view(struct scene *x, const char *kind,
			 int (*view)(FILE *, const struct export *))
{
	char name[64], *text;
	size_t len;

	snprintf(name, sizeof(name), "%s.export.%s", x->name, kind);
	text = show(x, view, &len);
	compare(name, text, len);
	free(text);
}

static void compare_all(struct scene *x)
{
	judge(x);
	compare_view(x, "json", view_perfetto);
	compare_view(x, "prom", prometheus);
	compare_view(x, "xml", view_junit);
	done(x);
}

static void good(void **state)
{
	struct scene x = { .name = "good" };

	(void)state;
	make_good(&x);
	compare_all(&x);
}

static void bad(void **state)
{
	struct scene x = { .name = "bad" };

	(void)state;
	make_bad(&x);
	compare_all(&x);
}

/* As of text: no machine, no walk. */
static void events_only(void **state)
{
	struct scene x = { .name = "text" };

	(void)state;
	make_good(&x);
	judge(&x);
	x.x.host = NULL;
	x.x.walk = NULL;
	x.x.events_only = true;
	compare_view(&x, "prom", prometheus);
	compare_view(&x, "xml", view_junit);
	done(&x);
}

/* Events without a frame: nothing is known of the machine. */
static void no_frame(void **state)
{
	struct scene x = { .name = "strays" };
	char *text;
	size_t len;

	(void)state;
	make_good(&x);
	x.s.no_begin = true;
	x.s.no_end = true;
	judge(&x);
	compare_view(&x, "prom", prometheus);
	text = show(&x, view_perfetto, &len);
	assert_non_null(strstr(text, "no: events are missing"));
	free(text);
	done(&x);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* However many pages there are, a viewer opens the file, and it says so. */
static void many_pages(void **state)
{
	struct scene x = { .name = "many" };
	char *text;
	size_t len;

	(void)state;
	sim_open(&x.s, 4);
	for (u64 i = 0; i < 25003; i++)
		sim_alloc(&x.s, PAGE(2 * i), i % 512 ? 0 : 1);
	sim_boot(&x.s);
	judge(&x);
	text = show(&x, view_perfetto, &len);
	assert_int_equal(count(text, "\"ph\":\"C\""), 8335);
	assert_non_null(strstr(text, "8335 points, one for every 3 pages"));
	assert_int_equal(count(text, "\"name\":\"overflow\""),
			 PERFETTO_INSTANTS);
	assert_non_null(strstr(text, "\"instants_left_out\":\"23999\""));
	/* The last point is the sum. */
	assert_non_null(strstr(text, "{\"pte\":24954,\"pmd\":49}"));
	free(text);
	done(&x);
}

static void no_pages(void **state)
{
	struct scene x = { .name = "none" };
	char *text;
	size_t len;

	(void)state;
	sim_open(&x.s, 4);
	sim_close(&x.s);
	judge(&x);
	text = show(&x, view_perfetto, &len);
	assert_int_equal(count(text, "\"ph\":\"C\""), 0);
	free(text);
	done(&x);
}

/* --- text of others ------------------------------------------------------------ */

#define BAD "\xef\xbf\xbd"

static void expect(enum escape how, const char *text, const char *want)
{
	char *got = NULL;
	size_t len;
	FILE *f = open_memstream(&got, &len);

	assert_non_null(f);
	escape(f, how, text);
	fclose(f);
	assert_string_equal(got, want);
	free(got);
}

static void escapes(void **state)
{
	static const char text[] = "a\"b\\c<&>'\n\t\x01\x7f";

	(void)state;
	expect(ESCAPE_JSON, text,
	       "a\\\"b\\\\c<&>'\\u000a\\u0009\\u0001\\u007f");
	expect(ESCAPE_LABEL, text, "a\\\"b\\\\c<&>'\\n\t\x01\x7f");
	expect(ESCAPE_XML, text,
	       "a&#34;b\\c&#60;&#38;&#62;&#39;&#10;&#9;" BAD "\x7f");
	expect(ESCAPE_XML, "]]>", "]]&#62;");
}

static void not_utf8(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7",
		  "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7" },
		{ "\xe4", BAD }, { "\xc3", BAD }, { "\xe2\x82", BAD BAD },
		{ "\x80x", BAD "x" }, { "\xff\xfe", BAD BAD },
		{ "\xc0\xaf", BAD BAD },		/* overlong */
		{ "\xe0\x80\xaf", BAD BAD BAD },
		{ "\xed\xa0\x80", BAD BAD BAD },	/* a surrogate */
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD },
		{ "\xf8\x88\x80\x80\x80", BAD BAD BAD BAD BAD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(ESCAPE_JSON, cases[i].text, cases[i].want);
		expect(ESCAPE_XML, cases[i].text, cases[i].want);
		expect(ESCAPE_LABEL, cases[i].text, cases[i].want);
	}
	/* These are characters, but not of XML. */
	expect(ESCAPE_XML, "\xef\xbf\xbe", BAD);
	expect(ESCAPE_JSON, "\xef\xbf\xbe", "\xef\xbf\xbe");
}

/* A recording may have been made by anyone. */
static void hostile(void **state)
{
	static const char name[] = "</x>\"},{\"\\\n]]><!--\xff";
	struct scene x = { .name = "hostile" };
	struct host h = { 0 };
	struct check *c;

	(void)state;
	make_good(&x);
	judge(&x);
	snprintf(h.release, sizeof(h.release), "%s", name);
	snprintf(h.machine, sizeof(h.machine), "%s", name);
	x.x.host = &h;
	c = &x.m->checks[CHECK_WALK_LINEAR];
	check_not_made(c, "%s", name);
	c = &x.m->checks[CHECK_WALK_RANGE_KEYED];
	check_bad(c, &(struct offender){ .has = OFF_SEQ }, "%s", name);
	compare_view(&x, "prom", prometheus);
	compare_view(&x, "xml", view_junit);
	compare_view(&x, "json", view_perfetto);
	done(&x);
}

TESTING(T(good), T(bad), T(events_only), T(no_frame), T(many_pages),
	T(no_pages), T(escapes), T(not_utf8), T(hostile));

int main(void)
{
	return RUN("export", NULL, NULL);
}
