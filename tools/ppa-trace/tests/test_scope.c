// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is what a walk of all page tables finds judged as it must be: which class,
 * how many tries, and what has changed between two passes?
 */
#include "probe.h"
#include "scope.h"
#include "test.h"
#include "watch.h"

struct scene {
	struct sim s;
	struct model *m;
	struct scope *scope;
	struct scope_counts counts;	/* that a try ends with */
};

static struct walk_layout layout(void)
{
	struct walk_layout l = sim_layout;

	l.image_voffset = 0xffff800000000000ULL;
	l.static_start = 0x49000000;
	l.static_end = 0x49100000;
	l.pgty_buddy = 0xf0;
	return l;
}

/* A boot with ranges, and a pass that has begun. */
static void open_scene(struct scene *x)
{
	struct walk_layout l = layout();

	memset(x, 0, sizeof(*x));
	sim_good(&x->s);
	x->m = test_model(&x->s);
	x->scope = scope_new(x->m);
	assert_non_null(x->scope);
	assert_int_equal(scope_verdict(x->scope), 3);
	assert_true(scope_begin(x->scope, &l));
	x->counts.tables[SCOPE_EARLY][0] = 82;
	x->counts.keyed[SCOPE_EARLY][0] = 82;
	x->counts.tables[SCOPE_REGULAR][0] = 100;
	x->counts.keyed[SCOPE_REGULAR][0] = 100;
	x->counts.leaves = 131072;
}

static void close_scene(struct scene *x)
{
	scope_free(x->scope);
	test_end(x->m, &x->s);
}

static struct scope_found table(u64 addr, u32 class)
{
	struct scope_found f = {
		.addr = addr,
		.va = 0x400000,
		.leaf = SIM_KEYED | addr,
		.mm = 0xffff000012345000ULL,
		.pid = 17,
		.page_type = class == SCOPE_REGULAR ? 0xf2000000 : ~0u,
		.class = class,
		.root = SCOPE_ROOT_USER,
	};

	return f;
}

static struct scope_found open_table(u64 addr)
{
	struct scope_found f = table(addr, SCOPE_REGULAR);

	f.leaf &= ~DESC_KEY;
	f.flags = SCOPE_NO_KEY;
	return f;
}

static struct scope_found page(u64 addr, u32 kind)
{
	struct scope_found f = {
		.addr = addr, .leaf = SIM_KEYED | addr, .kind = kind,
		.page_type = ~0u,
	};

	return f;
}

/* One pass in which try @i finds f[i], if that is not NULL. Tries made. */
static u32 pass(struct scene *x, const struct scope_found **f, const char *why)
{
	u32 n = 0;
	bool again;

	do {
		scope_begin_try(x->scope);
		if (f[n])
			scope_found(x->scope, f[n]);
		again = scope_end_try(x->scope, &x->counts, why);
		n++;
	} while (again);
	return n;
}

static enum check_status status(const struct scene *x, enum scope_check id)
{
	return x->scope->checks[id].status;
}

static const struct offender *first(const struct scene *x, enum scope_check id)
{
	assert_int_equal(x->scope->checks[id].bad, 1);
	return &x->scope->checks[id].off[0];
}

static void good(void **state)
{
	const struct scope_found *f[SCOPE_TRIES] = { NULL };
	struct scene x;

	(void)state;
	open_scene(&x);
	assert_int_equal(pass(&x, f, NULL), 1);
	assert_int_equal(scope_verdict(x.scope), 0);
	assert_int_equal(scope_tables(x.scope, SCOPE_REGULAR), 100);
	close_scene(&x);
}

static void classes(void **state)
{
	struct walk_layout l = layout();
	u32 regular = 0xf2000000;

	(void)state;
	assert_int_equal(scope_class(&l, 0x47fff000, regular), SCOPE_REGULAR);
	/* Of the image, freed: a page like any other. */
	assert_int_equal(scope_class(&l, 0x48000000, regular), SCOPE_REGULAR);
	assert_int_equal(scope_class(&l, 0x48000000, ~0u), SCOPE_READ_ONLY);
	assert_int_equal(scope_class(&l, 0x48fff000, ~0u), SCOPE_READ_ONLY);
	assert_int_equal(scope_class(&l, 0x49000000, ~0u), SCOPE_STATIC);
	assert_int_equal(scope_class(&l, 0x490ff000, regular), SCOPE_STATIC);
	assert_int_equal(scope_class(&l, 0x49100000, ~0u), SCOPE_READ_ONLY);
	assert_int_equal(scope_class(&l, 0x4a000000, ~0u), SCOPE_EARLY);
	assert_int_equal(scope_class(&l, 0x4a000000, 0xf0000000), SCOPE_EARLY);
	assert_string_equal(scope_class_name(SCOPE_READ_ONLY), "read-only");
	assert_string_equal(scope_class_name(77), "?");
}

/* A wrong key counts only if all three tries find it. */
static void three_tries(void **state)
{
	struct scope_found f = open_table(0x7000), other = open_table(0x8000);
	struct scope_found moved = f, owner = f;
	const struct scope_found *finds[][SCOPE_TRIES] = {
		{ &f, &f, &f },
		{ &f, NULL, &f },
		{ &f, &f, NULL },
		{ &f, &other, &f },
		{ &f, &moved, &moved },
		{ &f, &f, &owner },
		{ NULL, &f, &f },
	};
	static const u32 tries[] = { 3, 2, 3, 2, 2, 3, 1 };

	(void)state;
	moved.va += 0x200000;
	owner.mm += 64;
	for (size_t i = 0; i < ARRAY_SIZE(finds); i++) {
		struct scene x;

		open_scene(&x);
		assert_int_equal(pass(&x, finds[i], NULL), tries[i]);
		assert_int_equal(scope_verdict(x.scope), !i);
		assert_int_equal(x.scope->vanished[SCOPE_CHECK_TABLE_KEYED],
				 i > 0 && i < 6);
		if (!i) {
			assert_int_equal(first(&x, SCOPE_CHECK_TABLE_KEYED)->addr,
					 0x7000);
			assert_non_null(strstr(first(&x, SCOPE_CHECK_TABLE_KEYED)->note,
					       "process 17"));
		}
		close_scene(&x);
	}
}

/* Nor does one that all but the second try find, while they go on for another. */
static void tries_in_a_row(void **state)
{
	struct scope_found all = open_table(0x7000), some = open_table(0x8000);
	struct scene x;

	(void)state;
	open_scene(&x);
	for (int i = 1; i <= SCOPE_TRIES; i++) {
		scope_begin_try(x.scope);
		scope_found(x.scope, &all);
		if (i != 2)
			scope_found(x.scope, &some);
		assert_int_equal(scope_end_try(x.scope, &x.counts, NULL),
				 i < SCOPE_TRIES);
	}
	assert_int_equal(first(&x, SCOPE_CHECK_TABLE_KEYED)->addr, 0x7000);
	assert_int_equal(x.scope->vanished[SCOPE_CHECK_TABLE_KEYED], 1);
	close_scene(&x);
}

/* What is found is forgotten when the next pass begins. */
static void passes_are_apart(void **state)
{
	struct scope_found f = open_table(0x7000);
	const struct scope_found *all[SCOPE_TRIES] = { &f, &f, &f };
	const struct scope_found *none[SCOPE_TRIES] = { NULL };
	struct walk_layout l = layout();
	struct scene x;

	(void)state;
	open_scene(&x);
	pass(&x, all, NULL);
	assert_int_equal(scope_verdict(x.scope), 1);
	assert_true(scope_begin(x.scope, &l));
	pass(&x, none, NULL);
	assert_int_equal(scope_verdict(x.scope), 0);
	close_scene(&x);
}

static void static_image(void **state)
{
	struct scope_found f = table(0x49000000, SCOPE_STATIC);
	const struct scope_found *all[SCOPE_TRIES] = { &f, &f, &f };
	struct walk_layout l = layout();
	struct scene x;

	(void)state;
	f.flags = SCOPE_IMAGE_NO_KEY;
	open_scene(&x);
	pass(&x, all, NULL);
	assert_int_equal(status(&x, SCOPE_CHECK_TABLE_KEYED), CHECK_OK);
	assert_int_equal(first(&x, SCOPE_CHECK_STATIC_IMAGE)->key, 0);
	assert_int_equal(scope_verdict(x.scope), 1);

	/* A kernel that does not say where they are. */
	l.static_end = 0;
	all[0] = NULL;
	assert_true(scope_begin(x.scope, &l));
	pass(&x, all, NULL);
	assert_int_equal(status(&x, SCOPE_CHECK_STATIC_IMAGE),
			 CHECK_NOT_CHECKED);
	assert_int_equal(scope_verdict(x.scope), 3);
	close_scene(&x);
}

/* Early is what lies in a range or is reserved; the rest is odd. */
static void early_or_odd(void **state)
{
	struct scope_found f = table(PAGE(3), SCOPE_EARLY);
	const struct scope_found *all[SCOPE_TRIES] = { &f, &f, &f };
	struct walk_layout l = layout();
	struct scene x;

	(void)state;
	open_scene(&x);
	assert_int_equal(pass(&x, all, NULL), 1);
	assert_int_equal(scope_verdict(x.scope), 0);

	f.addr = PAGE(1000);
	f.flags = SCOPE_RESERVED;
	assert_true(scope_begin(x.scope, &l));
	assert_int_equal(pass(&x, all, NULL), 1);
	assert_int_equal(scope_verdict(x.scope), 0);

	f.flags = 0;
	assert_true(scope_begin(x.scope, &l));
	assert_int_equal(pass(&x, all, NULL), 3);
	assert_int_equal(scope_verdict(x.scope), 1);
	assert_int_equal(first(&x, SCOPE_CHECK_CLASSIFIED)->addr, PAGE(1000));
	assert_int_equal(scope_tables(x.scope, SCOPE_ODD), 1);
	assert_int_equal(scope_tables(x.scope, SCOPE_EARLY), 81);
	close_scene(&x);
}

static void strays(void **state)
{
	struct scope_found f = page(0x7000, SCOPE_STRAY);
	const struct scope_found *all[SCOPE_STRAY_TRIES];
	struct walk_layout l = layout();
	struct scene x;

	(void)state;
	for (int i = 0; i < SCOPE_STRAY_TRIES; i++)
		all[i] = &f;
	open_scene(&x);
	assert_int_equal(pass(&x, all, NULL), SCOPE_STRAY_TRIES);
	assert_int_equal(first(&x, SCOPE_CHECK_STRAY_KEY)->key, 1);

	/* One that is a table by the last try was being made. */
	all[SCOPE_STRAY_TRIES - 1] = NULL;
	assert_true(scope_begin(x.scope, &l));
	assert_int_equal(pass(&x, all, NULL), SCOPE_STRAY_TRIES);
	assert_int_equal(scope_verdict(x.scope), 0);
	assert_int_equal(x.scope->vanished[SCOPE_CHECK_STRAY_KEY], 1);
	all[SCOPE_STRAY_TRIES - 1] = &f;

	/* Of a range, and linked nowhere. */
	f = page(PAGE(7), SCOPE_STRAY);
	f.flags = SCOPE_RESERVED;
	assert_true(scope_begin(x.scope, &l));
	assert_int_equal(pass(&x, all, NULL), 1);
	assert_int_equal(scope_verdict(x.scope), 0);
	assert_int_equal(x.scope->unlinked_early, 1);

	/* Reserved, but no page of the allocator; and a page that it gave back. */
	f.addr = PAGE(1000);
	assert_true(scope_begin(x.scope, &l));
	assert_int_equal(pass(&x, all, NULL), SCOPE_STRAY_TRIES);
	assert_int_equal(scope_verdict(x.scope), 1);
	f = page(PAGE(7), SCOPE_STRAY);
	assert_true(scope_begin(x.scope, &l));
	assert_int_equal(pass(&x, all, NULL), SCOPE_STRAY_TRIES);
	assert_int_equal(scope_verdict(x.scope), 1);
	close_scene(&x);
}

/* A free page with a key needs no second look, and is named once. */
static void free_page(void **state)
{
	struct scope_found f = page(0x7000, SCOPE_FREE);
	struct scope_found other = open_table(0x9000);
	const struct scope_found *once[SCOPE_TRIES] = { &f };
	struct scene x;

	(void)state;
	open_scene(&x);
	assert_int_equal(pass(&x, once, NULL), 1);
	assert_int_equal(first(&x, SCOPE_CHECK_FREE_KEY)->addr, 0x7000);
	assert_int_equal(scope_verdict(x.scope), 1);
	close_scene(&x);

	open_scene(&x);
	for (int i = 0; i < SCOPE_TRIES; i++) {
		scope_begin_try(x.scope);
		scope_found(x.scope, &f);
		scope_found(x.scope, &other);
		assert_int_equal(scope_end_try(x.scope, &x.counts, NULL),
				 i + 1 < SCOPE_TRIES);
	}
	first(&x, SCOPE_CHECK_FREE_KEY);
	first(&x, SCOPE_CHECK_TABLE_KEYED);
	close_scene(&x);
}

static void collect_first(void **state)
{
	struct scope_found f = page(0x7000, SCOPE_LATE);
	const struct scope_found *all[SCOPE_TRIES] = { &f, &f, &f };
	struct scene x;

	(void)state;
	f.leaf &= ~DESC_KEY;
	open_scene(&x);
	x.scope->collect = true;
	assert_int_equal(pass(&x, all, NULL), 1);
	assert_int_equal(first(&x, SCOPE_CHECK_TABLE_KEYED)->addr, 0x7000);
	close_scene(&x);
}

/* Whatever was not seen makes all unproven, if no other try has seen it. */
static void incomplete(void **state)
{
	const struct scope_found *f[SCOPE_TRIES] = { NULL };
	struct scene x;

	(void)state;
	for (int i = 0; i < 7; i++) {
		const char *why = NULL;

		open_scene(&x);
		switch (i) {
		case 0:
			x.counts.dropped = 1;
			break;
		case 1:
			x.counts.unreadable = 1;
			break;
		case 2:
			x.counts.outside = 1;
			break;
		case 3:
			x.counts.cut = 1;
			break;
		case 4:
			x.counts.tables[SCOPE_REGULAR][0] = 0;
			break;
		case 5:
			x.counts.tables[SCOPE_EARLY][0] = 0;
			break;
		default:
			why = "lost";
		}
		assert_int_equal(pass(&x, f, why), SCOPE_TRIES);
		assert_int_equal(scope_verdict(x.scope), 3);
		for (int c = 0; c < SCOPE_CHECKS; c++)
			assert_int_equal(status(&x, c), CHECK_UNPROVEN);
		close_scene(&x);
	}

	/* The second try has seen all. */
	open_scene(&x);
	x.counts.dropped = 1;
	scope_begin_try(x.scope);
	assert_true(scope_end_try(x.scope, &x.counts, NULL));
	x.counts.dropped = 0;
	scope_begin_try(x.scope);
	assert_false(scope_end_try(x.scope, &x.counts, NULL));
	assert_int_equal(scope_verdict(x.scope), 0);
	close_scene(&x);
}

/* A proven violation is one whatever was not seen. */
static void bad_and_incomplete(void **state)
{
	struct scope_found f = open_table(0x7000);
	const struct scope_found *all[SCOPE_TRIES] = { &f, &f, &f };
	struct scene x;

	(void)state;
	open_scene(&x);
	x.counts.unreadable = 3;
	pass(&x, all, NULL);
	assert_int_equal(scope_verdict(x.scope), 1);
	assert_int_equal(status(&x, SCOPE_CHECK_TABLE_KEYED), CHECK_FAILED);
	assert_int_equal(status(&x, SCOPE_CHECK_COMPLETE), CHECK_UNPROVEN);
	close_scene(&x);
}

/* More offenders than are followed up: none is missing from the number. */
static void very_many(void **state)
{
	u64 n = SCOPE_SUSPECTS_MAX + 100;
	struct scene x;

	(void)state;
	open_scene(&x);
	for (int i = 0; i < SCOPE_TRIES; i++) {
		scope_begin_try(x.scope);
		for (u64 k = 0; k < n; k++) {
			struct scope_found f = open_table((n - k) * SIM_PAGE);

			scope_found(x.scope, &f);
		}
		scope_end_try(x.scope, &x.counts, NULL);
	}
	assert_int_equal(x.scope->checks[SCOPE_CHECK_TABLE_KEYED].bad, n);
	assert_int_equal(x.scope->n, SCOPE_SUSPECTS_MAX);
	close_scene(&x);
}

static void nonsense_layout(void **state)
{
	struct walk_layout l = layout();
	struct scene x;

	(void)state;
	open_scene(&x);
	l.levels = 9;
	assert_false(scope_begin(x.scope, &l));
	close_scene(&x);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(scope_check_name(SCOPE_CHECK_COMPLETE),
			    "all.complete");
	assert_string_equal(scope_check_name(SCOPE_CHECK_CLASSIFIED),
			    "all.classified");
	assert_string_equal(scope_check_name(SCOPE_CHECK_TABLE_KEYED),
			    "all.table-keyed");
	assert_string_equal(scope_check_name(SCOPE_CHECK_STATIC_IMAGE),
			    "all.static-image");
	assert_string_equal(scope_check_name(SCOPE_CHECK_STRAY_KEY),
			    "all.stray-key");
	assert_string_equal(scope_check_name(SCOPE_CHECK_FREE_KEY),
			    "all.free-key");
	assert_string_equal(PROBE_CHECK_NAME, "probe.faults");
}

/* --- watch --- */

static void watch_changes(void **state)
{
	struct scope_found f = open_table(0x7000);
	const struct scope_found *all[SCOPE_TRIES] = { &f, &f, &f };
	const struct scope_found *none[SCOPE_TRIES] = { NULL };
	struct walk_layout l = layout();
	struct watch w = { 0 };
	struct scene x;

	(void)state;
	open_scene(&x);
	pass(&x, none, NULL);
	watch_pass(&w, x.scope);
	assert_false(watch_changed(&w));

	scope_begin(x.scope, &l);
	pass(&x, all, NULL);
	watch_pass(&w, x.scope);
	assert_true(w.verdict_changed);
	assert_false(w.counts_changed);
	assert_int_equal(w.nnew, 1);
	assert_int_equal(w.now.v[w.new[0]].off.addr, 0x7000);
	assert_int_equal(w.ngone, 0);

	/* The same again: nothing to be said. */
	scope_begin(x.scope, &l);
	pass(&x, all, NULL);
	watch_pass(&w, x.scope);
	assert_false(watch_changed(&w));

	/* Another one in its place, and a table more. */
	f.addr = 0x8000;
	x.counts.tables[SCOPE_REGULAR][0]++;
	scope_begin(x.scope, &l);
	pass(&x, all, NULL);
	watch_pass(&w, x.scope);
	assert_int_equal(w.nnew, 1);
	assert_int_equal(w.ngone, 1);
	assert_int_equal(w.before.v[w.gone[0]].off.addr, 0x7000);
	assert_true(w.counts_changed);
	assert_false(w.verdict_changed);

	assert_int_equal(w.passes, 4);
	assert_int_equal(w.failed, 3);
	assert_int_equal(watch_worst(&w), 1);
	close_scene(&x);
}

static void watch_is_as_bad_as_the_worst(void **state)
{
	struct watch w = { .passes = 3, .good = 3 };

	(void)state;
	assert_int_equal(watch_worst(&w), 0);
	w.unproven = 1;
	assert_int_equal(watch_worst(&w), 3);
	w.failed = 1;
	assert_int_equal(watch_worst(&w), 1);
}

/* --- probe --- */

static void probes(void **state)
{
	struct probe p;

	(void)state;
	probe_judge(&p, "class=linear addr=0xffff000001 error=-14\n"
			"class=static-image addr=0xffff800001 error=-14\n");
	assert_int_equal(p.n, 2);
	assert_int_equal(p.check.status, CHECK_OK);
	assert_string_equal(p.v[1].class, "static-image");

	probe_judge(&p, "class=linear addr=0xffff000001 error=0\n"
			"class=user addr=0xffff800001 error=-14");
	assert_int_equal(p.check.status, CHECK_FAILED);
	assert_int_equal(p.check.off[0].va, 0xffff000001);
	probe_judge(&p, "class=linear addr=0xffff000001 error=-22\n");
	assert_int_equal(p.check.status, CHECK_FAILED);
}

/* What is not understood, or is missing, is no proof of anything. */
static void probes_unproven(void **state)
{
	static const char * const texts[] = {
		"", "\n", "nonsense\n", "class=linear addr=0x1\n",
		"class=linear addr=0x1 error=-14\nand more\n",
	};
	struct probe p;
	char many[2048] = "";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		probe_judge(&p, texts[i]);
		assert_int_equal(p.check.status, CHECK_UNPROVEN);
	}
	for (int i = 0; i <= PROBES_MAX; i++)
		strcat(many, "class=linear addr=0x1 error=-14\n");
	probe_judge(&p, many);
	assert_int_equal(p.check.status, CHECK_UNPROVEN);
	assert_int_equal(p.n, PROBES_MAX);
}

TESTING(T(good), T(classes), T(three_tries), T(tries_in_a_row), T(passes_are_apart),
	T(static_image), T(early_or_odd), T(strays), T(free_page),
	T(collect_first), T(incomplete), T(bad_and_incomplete), T(very_many),
	T(nonsense_layout), T(names), T(watch_changes),
	T(watch_is_as_bad_as_the_worst), T(probes), T(probes_unproven));

int main(void)
{
	return RUN("scope", NULL, NULL);
}
