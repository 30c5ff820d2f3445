// SPDX-License-Identifier: GPL-2.0-only
/* Do the views print what they printed when somebody last looked at it? */
#include "golden.h"
#include "test.h"
#include "view.h"

static struct host machine = {
	.release = "7.3.4-test",
	.machine = "aarch64",
	.build_id = "8f2c7e0d6b5a49381726f5e4d3c2b1a09f8e7d6c",
	.boot_id = "7b0d9c1e-53a4-4f0e-9f6e-2d1c0b5a4e3f",
	.capabilities = 1ULL << 21 | 1ULL << 38 | 1ULL << 39 | 1,
	.memory = { { 0x40000000, 1 << 30 } },
	.nmemory = 1,
	.memory_known = true,
};

static const struct verify_more none;

struct scene {
	const char *name;
	struct sim s;
	struct model *m;
	struct walk *w;
};

/* A boot as it should be; and one where all sorts of things went wrong. */
static void make_good(struct scene *x)
{
	sim_open(&x->s, 1024);
	for (int i = 0; i < 514; i++)
		sim_alloc(&x->s, PAGE(1000 - i), i % 513 ? 0 : 1 + i / 513);
	for (int i = 0; i < 3; i++)
		sim_alloc(&x->s, PAGE(20 + i), 0);
	sim_boot(&x->s);
}

static void make_bad(struct scene *x)
{
	struct sim_record *r;

	sim_open(&x->s, 8);
	for (int i = 0; i < 40; i++)
		sim_alloc(&x->s, PAGE(3 * i), KPKEYS_PPA_LEVEL_UNKNOWN);
	sim_boot(&x->s);
	r = sim_find(&x->s, EVENT_FINALIZE, PAGE(3));
	r->e.finalize.error = -12;
	r = sim_find(&x->s, EVENT_FINALIZE, PAGE(6));
	r->e.finalize.pkey = 5;
	x->s.v[7].drop = true;
	x->s.header.lost = 2;
}

static void judge(struct scene *x, bool good)
{
	static const struct source_report clean;
	u64 pages = 0;

	x->m = model_new();
	sim_replay(&x->s, 1, 0, ~0ULL, test_take, x->m);
	assert_int_equal(model_finish(x->m, &clean), 0);
	x->w = test_walk(x->m);
	for (size_t i = 0; i < x->m->nranges; i++) {
		struct model_range *r = &x->m->ranges[i];

		for (u64 a = r->start; a < r->start + r->size; a += SIM_PAGE) {
			struct walk_table t = sim_table(a, pages);
			struct walk_page p = {
				.addr = a, .leaf = a | 3, .depth = 3,
			};

			if (!good && pages == 3)
				t.leaf = p.leaf;
			if (!good && pages == 3)
				walk_page(x->w, &p);
			if (pages++ % 100 != 50)
				walk_table(x->w, &t);
		}
	}
	walk_end(x->w, 12345, pages, NULL);
}

static void show(struct scene *x, const char *view)
{
	char *text = NULL, name[64];
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!strcmp(view, "summary.txt"))
		view_summary(f, x->m, &machine);
	else if (!strcmp(view, "text.summary.txt"))
		view_summary(f, x->m, NULL);
	else if (!strcmp(view, "verify.txt"))
		view_verify(f, x->m, false, &none);
	else if (!strcmp(view, "events.verify.txt"))
		view_verify(f, x->m, true, &none);
	else if (!strcmp(view, "summary.json"))
		assert_int_equal(view_summary_json(f, x->m, &machine, x->w), 0);
	else if (!strcmp(view, "text.summary.json"))
		assert_int_equal(view_summary_json(f, x->m, NULL, NULL), 0);
	else
		assert_int_equal(view_verify_json(f, x->m, &machine, x->w,
						  false, &none), 0);
	fclose(f);
	snprintf(name, sizeof(name), "%s.%s", x->name, view);
	if (strstr(view, ".txt"))
		narrow(name, text);
	compare(name, text, len);
	free(text);
}

static const char * const views[] = {
	"summary.txt", "text.summary.txt", "verify.txt", "events.verify.txt",
	"summary.json", "text.summary.json", "verify.json",
};

static void good(void **state)
{
	struct scene x = { .name = "good" };

	(void)state;
	make_good(&x);
	judge(&x, true);
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		show(&x, views[i]);
	walk_free(x.w);
	model_free(x.m);
	sim_free(&x.s);
}

static void bad(void **state)
{
	struct scene x = { .name = "bad" };

	(void)state;
	make_bad(&x);
	judge(&x, false);
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		show(&x, views[i]);
	walk_free(x.w);
	model_free(x.m);
	sim_free(&x.s);
}

/* All page tables, as a pass over them ends: good, or with an offender. */
static struct scope *make_scope(const struct model *m, bool good)
{
	struct scope_counts c = {
		.tables = {
			[SCOPE_EARLY] = { 514, 2, 1 },
			[SCOPE_STATIC] = { 5, 2, 2 },
			[SCOPE_REGULAR] = { 37, 15, 10, 0, 5 },
			[SCOPE_READ_ONLY] = { 2, 1, 1, 0, 4 },
		},
		.keyed = {
			[SCOPE_EARLY] = { 514, 2, 1 },
			[SCOPE_STATIC] = { 5, 2, 2 },
			[SCOPE_REGULAR] = { 37, 15, 10, 0, 5 },
		},
		.unlinked = 12, .processes = 5, .leaves = 262144,
		.retries = 1, .gone = 3,
	};
	struct walk_layout l = sim_layout;
	struct scope *s = scope_new(m);
	struct scope_found f = {
		.addr = 0x47654000, .va = 0x400000, .mm = 1, .pid = 17,
		.class = SCOPE_REGULAR, .root = SCOPE_ROOT_USER,
		.flags = SCOPE_NO_KEY, .leaf = 3,
	};

	l.static_start = l.image_start;
	l.static_end = l.image_end;
	assert_non_null(s);
	assert_true(scope_begin(s, &l));
	c.keyed[SCOPE_REGULAR][0] -= !good;
	do {
		scope_begin_try(s);
		if (!good)
			scope_found(s, &f);
	} while (scope_end_try(s, &c, NULL));
	return s;
}

static void show_scope(struct scene *x, bool good, bool json)
{
	struct scope *s = make_scope(x->m, good);
	struct watch w = { 0 };
	struct probe p;
	struct verify_more more = { .scope = s, .watch = &w, .probe = &p };
	char *text = NULL, name[64];
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	probe_judge(&p, good ? "class=user addr=0xffff000000001000 error=-14" :
			       "class=user addr=0xffff000000001000 error=0");
	watch_pass(&w, s);
	if (json)
		assert_int_equal(view_verify_json(f, x->m, &machine, x->w,
						  false, &more), 0);
	else
		view_verify(f, x->m, false, &more);
	fclose(f);
	snprintf(name, sizeof(name), "%s.scope.verify.%s", x->name,
		 json ? "json" : "txt");
	if (!json)
		narrow(name, text);
	compare(name, text, len);
	free(text);
	scope_free(s);
}

/* What is printed of a pass after which something is otherwise. */
static void show_changes(struct scene *x)
{
	struct scope *a = make_scope(x->m, true), *b = make_scope(x->m, false);
	struct watch w = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	b->counts.tables[SCOPE_REGULAR][0] += 7;
	watch_pass(&w, a);
	view_watch(f, &w, 0);
	watch_pass(&w, b);
	view_watch(f, &w, 2);
	watch_pass(&w, b);
	view_watch(f, &w, 4);
	watch_pass(&w, a);
	view_watch(f, &w, 6);
	view_watch_end(f, &w);
	fclose(f);
	narrow("watch.txt", text);
	compare("watch.txt", text, len);
	free(text);
	scope_free(a);
	scope_free(b);
}

static void scope(void **state)
{
	struct scene x = { .name = "good" };

	(void)state;
	make_good(&x);
	judge(&x, true);
	show_scope(&x, true, false);
	show_scope(&x, true, true);
	x.name = "bad";
	show_scope(&x, false, false);
	show_scope(&x, false, true);
	show_changes(&x);
	walk_free(x.w);
	model_free(x.m);
	sim_free(&x.s);
}

static void error_json(void **state)
{
	struct diag d = { "it is off\xff \"really\"", "switch it on" };
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(view_error_json(f, &d, false), 0);
	fclose(f);
	compare("error.json", text, len);
	free(text);
}

static void bytes(void **state)
{
	char b[16];

	(void)state;
	assert_string_equal(view_bytes(b, 0), "0 B");
	assert_string_equal(view_bytes(b, 1023), "1023 B");
	assert_string_equal(view_bytes(b, 1024), "1.0 KiB");
	assert_string_equal(view_bytes(b, 1536), "1.5 KiB");
	assert_string_equal(view_bytes(b, 1 << 20), "1.0 MiB");
	assert_string_equal(view_bytes(b, 1ULL << 40), "1.0 TiB");
	assert_string_equal(view_bytes(b, ~0ULL), "15.9 EiB");
}

TESTING(T(good), T(bad), T(scope), T(error_json), T(bytes));

int main(void)
{
	return RUN("view", NULL, NULL);
}
