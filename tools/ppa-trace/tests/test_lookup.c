// SPDX-License-Identifier: GPL-2.0-only
/* Is what is at an address found out, and said in the right words? */
#include "lookup.h"
#include "test.h"
#include "view.h"

#define LOW 0x40000000ULL
#define HIGH 0x100000000ULL
#define LINEAR(addr) ((addr) - LOW + 0xffff000000000000ULL)

static struct walk_layout layout(void)
{
	struct walk_layout l = sim_layout;

	l.image_voffset = 0xffff800000000000ULL;
	l.static_start = 0x49000000;
	l.static_end = 0x49100000;
	l.pgty_buddy = 0xf0;
	return l;
}

static void parse(void **state)
{
	static const char * const wrong[] = {
		"", "0x", "zz", "-1", "+1", " 1", "1 ", "0x0x1", "1g",
		"11112222333344445", "10000000000000", "0x1 2",
	};
	struct lookup f;

	(void)state;
	assert_true(lookup_parse(&f, "0x80001000"));
	assert_int_equal(f.asked, 0x80001000);
	assert_int_equal(f.where, LOOKUP_PHYSICAL);
	assert_true(lookup_parse(&f, "80001000"));
	assert_int_equal(f.asked, 0x80001000);
	assert_true(lookup_parse(&f, "FFFF000012345678"));
	assert_int_equal(f.where, LOOKUP_UNKNOWN);
	/* The tag in the first byte is no part of the address. */
	assert_true(lookup_parse(&f, "f4ff000012345678"));
	assert_int_equal(f.asked, 0xffff000012345678ULL);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (lookup_parse(&f, wrong[i]))
			fail_msg("\"%s\" is taken", wrong[i]);
	}
}

static void where(void **state)
{
	static const struct {
		const char *text;
		enum lookup_where where;
		u64 page;
	} cases[] = {
		{ "80001234", LOOKUP_PHYSICAL, 0x80001000 },
		{ "1000", LOOKUP_PHYSICAL, LOOKUP_NO_PAGE },
		{ "100000000", LOOKUP_PHYSICAL, LOOKUP_NO_PAGE },
		{ "ffff000040001234", LOOKUP_LINEAR, 0x80001000 },
		{ "ffff7fff00000000", LOOKUP_LINEAR, LOOKUP_NO_PAGE },
		{ "ffff800049000010", LOOKUP_IMAGE, 0x49000000 },
		{ "ffff800080000000", LOOKUP_KERNEL, LOOKUP_NO_PAGE },
		{ "fffffdffc0000000", LOOKUP_VMEMMAP, LOOKUP_NO_PAGE },
	};
	struct walk_layout l = layout();
	struct lookup f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(lookup_parse(&f, cases[i].text));
		lookup_layout(&f, &l, LOW, HIGH);
		if (f.where != cases[i].where || f.page != cases[i].page)
			fail_msg("%s: %d, page 0x%llx", cases[i].text, f.where,
				 f.page);
	}
}

/* ADDR is looked up; the program says that its page has this leaf and type. */
static struct lookup look(const char *text, u64 leaf, u32 type)
{
	struct walk_layout l = layout();
	struct scope_state s = { .page_type = type };
	struct lookup f;

	assert_true(lookup_parse(&f, text));
	lookup_layout(&f, &l, LOW, HIGH);
	s.look_page = f.page;
	s.at_linear.leaf = leaf | DESC_VALID | DESC_TABLE;
	lookup_page(&f, &s);
	return f;
}

static void check(struct lookup *f, enum lookup_kind kind, int status)
{
	struct scope_counts none = { 0 };

	lookup_end(f, &none, NULL);
	assert_int_equal(lookup_kind(f), kind);
	assert_int_equal(lookup_status(f), status);
}

static void kinds(void **state)
{
	struct scope_found t = {
		.addr = 0x80001000, .kind = SCOPE_TARGET,
		.class = SCOPE_REGULAR,
	};
	struct lookup f;

	(void)state;
	f = look("80001000", SIM_KEYED, 0xf2000000);
	lookup_found(&f, &t);
	check(&f, LOOKUP_TABLE, 0);

	t.flags = SCOPE_NO_KEY;
	f = look("80001000", 0, 0xf2000000);
	lookup_found(&f, &t);
	check(&f, LOOKUP_TABLE, 1);

	t.kind = SCOPE_TABLE;
	f = look("80001000", SIM_KEYED, 0xf2000000);
	lookup_found(&f, &t);
	check(&f, LOOKUP_UNLINKED, 0);
	f = look("80001000", 0, 0xf2000000);
	check(&f, LOOKUP_UNLINKED, 1);

	f = look("ffff800049000010", SIM_KEYED, ~0u);
	check(&f, LOOKUP_STATIC, 0);
	f = look("ffff800049000010", 0, ~0u);
	check(&f, LOOKUP_STATIC, 1);

	f = look("80001000", 0, ~0u);
	check(&f, LOOKUP_PAGE, 0);
	f = look("1000", 0, ~0u);
	check(&f, LOOKUP_NOTHING, 0);
}

static void cannot_tell(void **state)
{
	struct scope_counts c = { .dropped = 1 };
	struct lookup f = look("80001000", 0, ~0u);

	(void)state;
	lookup_end(&f, &c, NULL);
	assert_int_equal(lookup_status(&f), 3);
	f = look("80001000", 0, ~0u);
	lookup_end(&f, &(struct scope_counts){ 0 }, "cut short");
	assert_int_equal(lookup_status(&f), 3);
	/* That it is a table is known all the same. */
	f = look("80001000", SIM_KEYED, 0xf2000000);
	lookup_end(&f, &c, NULL);
	assert_int_equal(lookup_status(&f), 0);
}

/* Only the events are known. */
static void events(void **state)
{
	struct model *m;
	struct lookup f;
	struct sim s;

	(void)state;
	sim_good(&s);
	m = test_model(&s);

	assert_true(lookup_parse(&f, "80000123"));
	lookup_events(&f, m);
	assert_true(f.logged);
	assert_int_equal(f.allocation, 41);
	assert_int_equal(f.level, 1);
	assert_int_equal(f.range, 0);
	assert_int_equal(lookup_kind(&f), LOOKUP_UNLINKED);
	assert_int_equal(lookup_status(&f), 0);

	assert_true(lookup_parse(&f, "ffff00004008c000"));
	lookup_events(&f, m);
	assert_int_equal(f.allocation, 1);
	assert_int_equal(f.page, PAGE(140));

	/* What was not handed out, and what lies in no linear map. */
	assert_true(lookup_parse(&f, "80064000"));
	lookup_events(&f, m);
	assert_false(f.logged);
	assert_int_equal(lookup_status(&f), 3);
	assert_true(lookup_parse(&f, "ffff800080000000"));
	lookup_events(&f, m);
	assert_int_equal(lookup_status(&f), 3);
	test_end(m, &s);
}

static char *text(const struct lookup *f, const struct model *m, bool json)
{
	char *res = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&res, &len);

	if (json)
		assert_int_equal(view_lookup_json(out, f, m), 0);
	else
		view_lookup(out, f, m);
	fclose(out);
	return res;
}

static void assert_says(const struct lookup *f, const struct model *m,
			bool json, const char *what)
{
	char *said = text(f, m, json);

	if (!strstr(said, what))
		fail_msg("no \"%s\" in: %s", what, said);
	free(said);
}

/* Only a recording is left, whose walk objected to @n pages of a range. */
static void recorded_walk(u64 n, const char *addr, int status,
			  const char *word, const char *json_word)
{
	struct model *m;
	struct lookup f;
	struct walk *w;
	struct sim s;

	sim_good(&s);
	m = test_model(&s);
	w = test_walk(m);
	for (u64 i = 0; i < n; i++)
		walk_page(w, &(struct walk_page){
			.addr = PAGE(i), .leaf = PAGE(i) | 3, .depth = 3,
		});
	walk_end(w, 1000, 82, NULL);
	assert_true(lookup_parse(&f, addr));
	lookup_events(&f, m);
	assert_int_equal(lookup_status(&f), status);
	assert_says(&f, m, false, word);
	assert_says(&f, m, true, json_word);
	walk_free(w);
	test_end(m, &s);
}

static void recorded(void **state)
{
	static const char bad[] = "\"lacks_key\": true";
	static const char null[] = "\"lacks_key\": null";

	(void)state;
	recorded_walk(1, "80000123", 1, "by the events, WITHOUT the key", bad);
	recorded_walk(1, "80000123", 1, "Walk then    key 0: wants 1\n", bad);
	recorded_walk(1, "80001000", 0, "early page table, by the events\n",
		      null);
	recorded_walk(16, "80010000", 0, "by the events\n", null);
	/* Another one has no key, and it is not said which. */
	recorded_walk(17, "80010000", 3, "more pages without the key", null);
	recorded_walk(17, "8000f000", 1, "WITHOUT", bad);
}

/* A range without its finalize event. */
static void not_finalized(void **state)
{
	struct model *m;
	struct lookup f;
	struct sim s;

	(void)state;
	sim_good(&s);
	sim_find(&s, EVENT_FINALIZE, PAGE(101))->drop = true;
	m = test_model(&s);
	assert_true(lookup_parse(&f, "80065000"));
	lookup_events(&f, m);
	assert_says(&f, m, false, ", not finalized,\n             as far as the events tell\n");
	assert_says(&f, m, true, "\"finalized\": 0");
	assert_says(&f, m, true, "\"pkey\": null");
	assert_true(lookup_parse(&f, "80000000"));
	lookup_events(&f, m);
	assert_says(&f, m, true, "\"finalized\": 1");
	assert_says(&f, m, true, "\"pkey\": 1");
	test_end(m, &s);
}

static void words(void **state)
{
	struct scope_found t = {
		.addr = PAGE(3), .kind = SCOPE_TARGET, .class = SCOPE_EARLY,
		.va = 0xffff000040000000ULL, .root = SCOPE_ROOT_INIT,
	};
	struct lookup f = look("80003000", SIM_KEYED, ~0u);
	struct model *m;
	struct sim s;

	(void)state;
	sim_good(&s);
	m = test_model(&s);
	lookup_found(&f, &t);
	lookup_events(&f, m);
	assert_says(&f, m, false, "0x80003000, physical address\n");
	assert_says(&f, m, false, "early, level pte, of the kernel\n");
	assert_says(&f, m, false, "maps 0xffff000040000000-0xffff0000401fffff\n");
	assert_says(&f, m, false, "allocation 44 of the PPA (record ");
	assert_says(&f, m, false, "range 0x80000000-0x8002a000, finalized with key 1\n");
	assert_says(&f, m, false, "\nlookup: a page table, protected by its key\n");
	assert_says(&f, m, true, "\"is\": \"table\"");
	assert_says(&f, m, true, "\"allocation\": 44");
	assert_says(&f, m, true, "\"key\": 1");

	f.place[0].flags = SCOPE_NO_KEY;
	assert_says(&f, m, false, "WITHOUT the key");
	assert_says(&f, m, true, "\"lacks_key\": true");
	f.place[0].class = SCOPE_READ_ONLY;
	f.place[0].flags = 0;
	assert_says(&f, m, false, "read-only data: needs no key\n");

	for (int i = 0; i < LOOKUP_PLACES; i++)
		lookup_found(&f, &t);
	assert_says(&f, m, false, "and 1 more places\n");

	f = look("80123000", SIM_KEYED, ~0u);
	lookup_events(&f, m);
	assert_says(&f, m, false, "the PPA did not hand it out\n");
	assert_says(&f, m, false, "lookup: no page table, but it has a key");
	f = look("fffffdffc0000040", 0, ~0u);
	assert_says(&f, m, false, "nothing: no memory there");
	assert_says(&f, m, false, "Event log    not known\n");
	test_end(m, &s);
}

TESTING(T(parse), T(where), T(kinds), T(cannot_tell), T(events), T(words),
	T(recorded), T(not_finalized));

int main(void)
{
	return RUN("lookup", NULL, NULL);
}
