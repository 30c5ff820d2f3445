// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a walk of the page tables judged right, and can each of its checks fail?
 *
 * The tables are made up here; that the BPF program finds the real ones is for
 * the tests in a guest.
 */
#include "test.h"

#define NPAGES 60
#define REGULAR_TYPE 0xf2000000u

struct boot {
	struct sim s;
	struct model *m;
	struct walk *w;
};

static void open_boot(struct boot *b)
{
	static const struct source_report clean;

	sim_open(&b->s, 1024);
	for (int i = 0; i < NPAGES; i++)
		sim_alloc(&b->s, PAGE(i < 30 ? i : i + 100), 0);
	sim_boot(&b->s);
	b->m = model_new();
	sim_replay(&b->s, 1, 0, ~0ULL, test_take, b->m);
	assert_int_equal(model_finish(b->m, &clean), 0);
	b->w = test_walk(b->m);
}

static u64 nth(int i)
{
	return PAGE(i < 30 ? i : i + 100);
}

/* The last-level table of the i-th 2 MiB of the linear map. */
static struct walk_table table(int i)
{
	return sim_table(nth(i), i);
}

static void feed(struct boot *b, int from)
{
	for (int i = from; i < NPAGES; i++) {
		struct walk_table t = table(i);

		walk_table(b->w, &t);
	}
}

static void finish(struct boot *b)
{
	walk_end(b->w, 5000, NPAGES, NULL);
}

static void end(struct boot *b)
{
	walk_free(b->w);
	model_free(b->m);
	sim_free(&b->s);
}

/* Of the checks of the walk exactly these have failed. */
static void expect(struct boot *b, const int *bad)
{
	test_dump(b->m);
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++) {
		enum check_status status = b->m->checks[i].status;
		bool want = false, is = status == CHECK_FAILED;

		for (const int *x = bad; *x != CHECK_COUNT; x++)
			want |= *x == i;
		if (is != want || status > CHECK_FAILED)
			fail_msg("%s is %s", check_name(i),
				 check_status_name(b->m->checks[i].status));
	}
	assert_int_equal(model_verdict(b->m, false), *bad == CHECK_COUNT ? 0 : 1);
}

/* Nothing of the walk failed, and none of it is proven. */
static void assert_unproven_walk(struct boot *b)
{
	test_dump(b->m);
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
		assert_int_equal(b->m->checks[i].status, CHECK_UNPROVEN);
	assert_int_equal(model_verdict(b->m, false), 3);
}

#define expect_failed(b, ...) \
	expect(b, (const int[]){ __VA_ARGS__, CHECK_COUNT })
#define expect_good(b) expect(b, (const int[]){ CHECK_COUNT })

static void good(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	finish(&b);
	expect_good(&b);
	assert_int_equal(b.w->tables[PLACE_EARLY][KPKEYS_PPA_LEVEL_PTE], NPAGES);
	assert_int_equal(b.w->keyed[PLACE_EARLY], NPAGES);
	assert_int_equal(b.w->pages_keyed, NPAGES);
	assert_int_equal(b.w->unreferenced, 0);
	assert_int_equal(b.m->checks[CHECK_WALK_UNREFERENCED].status, CHECK_OK);
	end(&b);
}

static void not_fed(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	finish(&b);
	assert_int_equal(model_verdict(b.m, false), 3);
	assert_int_equal(b.m->checks[CHECK_WALK_COMPLETE].status,
			 CHECK_UNPROVEN);
	end(&b);
}

static void page_without_key(void **state)
{
	struct walk_page p = { .addr = PAGE(17), .leaf = PAGE(17) | 3,
			       .depth = 3 };
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	walk_page(b.w, &p);
	finish(&b);
	expect_failed(&b, CHECK_WALK_RANGE_KEYED);
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].off[0].addr,
			 PAGE(17));
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].off[0].key, 0);
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].off[0].start,
			 PAGE(0));
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].off[0].size,
			 30 * SIM_PAGE);
	assert_int_equal(b.w->pages_keyed, NPAGES - 1);
	end(&b);
}

/* The key alone is not enough under pie: each bit of the index counts. */
static void wrong_permission_index(void **state)
{
	static const u64 bits[] = { DESC_UXN, DESC_PXN, DESC_WRITE, DESC_USER };
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		struct walk_page p = { .addr = nth(i), .depth = 3,
				       .leaf = (SIM_KEYED | nth(i)) ^ bits[i] };

		walk_page(b.w, &p);
	}
	finish(&b);
	expect_failed(&b, CHECK_WALK_RANGE_KEYED);
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].bad, 4);
	end(&b);
}

/* Under poe the permission index is the kernel's own business. */
static void poe_needs_no_index(void **state)
{
	struct walk_layout l = sim_layout;
	struct walk_page p = { .addr = PAGE(3), .depth = 3,
			       .leaf = 1ULL << 60 | PAGE(3) | 3 };
	struct boot b;

	(void)state;
	open_boot(&b);
	l.backend = KPKEYS_BACKEND_POE;
	b.m->header.backend = KPKEYS_BACKEND_POE;
	assert_true(walk_begin(b.w, &l));
	for (int i = 0; i < NPAGES; i++) {
		struct walk_table t = table(i);

		t.leaf = 1ULL << 60 | t.addr | 3;
		walk_table(b.w, &t);
	}
	finish(&b);
	expect_good(&b);
	p.leaf = 2ULL << 60 | PAGE(3) | 3;
	walk_page(b.w, &p);
	expect_failed(&b, CHECK_WALK_RANGE_KEYED);
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].off[0].key, 2);
	end(&b);
}

static void page_not_mapped(void **state)
{
	struct walk_page p = { .addr = PAGE(17), .flags = TABLE_UNMAPPED };
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	walk_page(b.w, &p);
	finish(&b);
	expect_failed(&b, CHECK_WALK_RANGE_KEYED, CHECK_WALK_LINEAR);
	end(&b);
}

static void page_elsewhere(void **state)
{
	struct walk_page p = { .addr = PAGE(17), .leaf = SIM_KEYED | PAGE(18),
			       .depth = 3, .flags = TABLE_ELSEWHERE };
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	walk_page(b.w, &p);
	finish(&b);
	expect_failed(&b, CHECK_WALK_LINEAR);
	end(&b);
}

static void table_without_key(void **state)
{
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	t.leaf = (t.leaf & ~DESC_KEY) | 5ULL << 60;
	walk_table(b.w, &t);
	feed(&b, 1);
	finish(&b);
	expect_failed(&b, CHECK_WALK_TABLE_KEYED);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_KEYED].off[0].key, 5);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_KEYED].off[0].va, t.va);
	assert_int_equal(b.w->keyed[PLACE_EARLY], NPAGES - 1);
	end(&b);
}

/* Not tracked, but keyed by the walk of finalize: fails, and says keyed. */
static void table_in_no_range(void **state)
{
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	t.addr = PAGE(70);
	t.leaf = SIM_KEYED | PAGE(70);
	t.depth = 2;
	walk_table(b.w, &t);
	finish(&b);
	expect_failed(&b, CHECK_WALK_TABLE_IN_RANGE);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].off[0].addr,
			 PAGE(70));
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].off[0].level,
			 KPKEYS_PPA_LEVEL_PMD);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].off[0].key, 1);
	end(&b);
}

/* With records missing it may be in a range that nobody told us of. */
static void in_no_range_but_incomplete(void **state)
{
	static const struct source_report clean;
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	walk_free(b.w);
	model_free(b.m);
	b.s.v[40].drop = true;
	b.s.v[40].drop_merge = true;
	b.m = model_new();
	sim_replay(&b.s, 1, 0, ~0ULL, test_take, b.m);
	assert_int_equal(model_finish(b.m, &clean), 0);
	b.w = test_walk(b.m);
	feed(&b, 0);
	t.addr = PAGE(70);
	t.leaf = SIM_KEYED | PAGE(70);
	walk_table(b.w, &t);
	walk_end(b.w, 5000, NPAGES, NULL);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].status,
			 CHECK_UNPROVEN);
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].status,
			 CHECK_UNPROVEN);
	assert_int_equal(model_verdict(b.m, false), 3);
	end(&b);
}

/* Tables that are not judged, wherever they are. */
static void not_judged(void **state)
{
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	t.leaf = PAGE(70) | 3;
	t.addr = PAGE(70);
	t.page_type = REGULAR_TYPE;	/* made by the buddy allocator */
	walk_table(b.w, &t);
	t.addr = 0x48001000;		/* where the image was, freed */
	walk_table(b.w, &t);
	t.page_type = ~0u;	/* of none */
	walk_table(b.w, &t);		/* in the image */
	t.addr = PAGE(71);
	t.va = 0xffff800080000000ULL;	/* vmalloc */
	walk_table(b.w, &t);
	finish(&b);
	expect_good(&b);
	assert_int_equal(b.w->tables[PLACE_REGULAR][0], 2);
	assert_int_equal(b.w->tables[PLACE_IMAGE][0], 1);
	assert_int_equal(b.w->tables[PLACE_ELSEWHERE][0], 1);
	assert_int_equal(b.w->keyed[PLACE_REGULAR], 0);
	end(&b);
}

/* Those of vmemmap are. */
static void vmemmap_is_judged(void **state)
{
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	t.addr = PAGE(70);
	t.leaf = SIM_KEYED | PAGE(70);
	t.va = sim_layout.vmemmap + (sim_layout.memstart >> 12) * 64;
	walk_table(b.w, &t);
	/* The last table of it, and the first one behind it. */
	t.addr = PAGE(71);
	t.va += (1ULL << 47 >> 12) * 64 - (1 << 21);
	walk_table(b.w, &t);
	t.addr = PAGE(72);
	t.va += 1 << 21;
	walk_table(b.w, &t);
	finish(&b);
	expect_failed(&b, CHECK_WALK_TABLE_IN_RANGE);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].bad, 2);
	end(&b);
}

static void unreferenced(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 20);
	finish(&b);
	expect_good(&b);
	assert_int_equal(b.m->checks[CHECK_WALK_UNREFERENCED].status,
			 CHECK_NOTE);
	assert_int_equal(b.w->unreferenced, 20);
	assert_int_equal(b.m->checks[CHECK_WALK_UNREFERENCED].bad, 20);
	assert_int_equal(b.m->checks[CHECK_WALK_UNREFERENCED].off[15].addr,
			 PAGE(15));
	end(&b);
}

static void unreadable(void **state)
{
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	t.flags = TABLE_UNREADABLE;
	walk_table(b.w, &t);
	finish(&b);
	assert_int_equal(b.w->tables[PLACE_EARLY][KPKEYS_PPA_LEVEL_PTE],
			 NPAGES);
	assert_int_equal(b.m->checks[CHECK_WALK_COMPLETE].status,
			 CHECK_UNPROVEN);
	assert_int_equal(model_verdict(b.m, false), 3);
	end(&b);

	/* Of a table that is not judged it does not matter. */
	open_boot(&b);
	feed(&b, 0);
	t.va = 0xffff800080000000ULL;
	walk_table(b.w, &t);
	finish(&b);
	expect_good(&b);
	end(&b);
}

/* What maps a table or a page was not read: it is unproven, not bad. */
static void leaf_unreadable(void **state)
{
	struct walk_page p = { .addr = nth(7), .flags = TABLE_NO_LEAF };
	struct walk_table t;
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 1);
	/* Whatever the descriptor holds, nobody has read it. */
	t = table(0);
	t.flags = TABLE_NO_LEAF;
	walk_table(b.w, &t);
	finish(&b);
	assert_unproven_walk(&b);
	assert_int_equal(b.w->unreadable, 1);
	assert_int_equal(b.w->tables[PLACE_EARLY][KPKEYS_PPA_LEVEL_PTE],
			 NPAGES);
	assert_int_equal(b.w->keyed[PLACE_EARLY], NPAGES - 1);
	assert_int_equal(b.w->unreferenced, 0);
	end(&b);

	open_boot(&b);
	feed(&b, 0);
	walk_page(b.w, &p);
	finish(&b);
	assert_unproven_walk(&b);
	assert_int_equal(b.w->unreadable, 1);
	assert_int_equal(b.w->pages_keyed, NPAGES - 1);
	end(&b);

	/* That it lies in no range is proven all the same. */
	open_boot(&b);
	feed(&b, 0);
	t.addr = PAGE(70);
	walk_table(b.w, &t);
	finish(&b);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].status,
			 CHECK_FAILED);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_IN_RANGE].off[0].has &
			 OFF_KEY, 0);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_KEYED].status,
			 CHECK_UNPROVEN);
	end(&b);

	/* Of a table that is not judged it does not matter. */
	open_boot(&b);
	feed(&b, 0);
	t.page_type = REGULAR_TYPE;
	walk_table(b.w, &t);
	finish(&b);
	expect_good(&b);
	end(&b);
}

static void no_struct_page(void **state)
{
	struct walk_table t = table(0);
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 1);
	t.flags = TABLE_NO_TYPE;
	walk_table(b.w, &t);
	finish(&b);
	assert_int_equal(b.m->checks[CHECK_WALK_COMPLETE].status,
			 CHECK_UNPROVEN);
	assert_int_equal(model_verdict(b.m, false), 3);
	end(&b);
}

static void not_complete(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	feed(&b, 0);
	walk_end(b.w, 5000, NPAGES, "the buffer is too small");
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
		assert_int_equal(b.m->checks[i].status, CHECK_UNPROVEN);
	end(&b);

	open_boot(&b);
	feed(&b, 0);
	walk_end(b.w, 5000, NPAGES - 1, NULL);
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].status,
			 CHECK_UNPROVEN);
	end(&b);
}

static void other_kernel(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	b.m->header.memstart += 1;
	feed(&b, 0);
	finish(&b);
	expect_failed(&b, CHECK_WALK_COMPLETE);
	end(&b);
}

static void no_events(void **state)
{
	static const struct source_report clean;
	struct walk_table t = table(0);
	struct model *m = model_new();
	struct walk *w;

	(void)state;
	assert_int_equal(model_finish(m, &clean), 0);
	w = test_walk(m);
	walk_table(w, &t);
	walk_end(w, 5000, 0, NULL);
	assert_int_equal(m->checks[CHECK_WALK_COMPLETE].status, CHECK_OK);
	assert_int_equal(m->checks[CHECK_WALK_TABLE_KEYED].status, CHECK_OK);
	assert_int_equal(m->checks[CHECK_WALK_RANGE_KEYED].status,
			 CHECK_NOT_CHECKED);
	assert_int_equal(model_verdict(m, false), 3);
	t.leaf = 0;
	walk_table(w, &t);
	assert_int_equal(m->checks[CHECK_WALK_TABLE_KEYED].status,
			 CHECK_FAILED);
	assert_int_equal(model_verdict(m, false), 1);
	walk_free(w);
	model_free(m);
}

/* Layouts that the walk must not be made with. */
static void nonsense(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	for (int i = 0; i < 10; i++) {
		struct walk_layout l = sim_layout;

		switch (i) {
		case 0:
			l.page_shift = 13;
			break;
		case 1:
			l.levels = 6;
			break;
		case 2:
			l.levels = 1;
			break;
		case 3:
			l.va_bits = 64;
			break;
		case 4:
			l.pgd_size = 1 << 20;
			break;
		case 5:
			l.page_end = l.page_offset;
			break;
		case 6:
			l.page_struct = 0;
			break;
		case 7:
			l.pte_addr_low = 0;
			break;
		case 8:
			l.image_end = l.image_start;
			break;
		default:
			l.pgdir_shift = 30;
			break;
		}
		assert_false(walk_begin(b.w, &l));
	}
	end(&b);
}

/* Other page sizes, levels and address sizes read by the same rules. */
static void layouts(void **state)
{
	struct walk_layout l = sim_layout;

	(void)state;
	assert_int_equal(entry_shift(&l, 0), 39);
	assert_int_equal(entry_shift(&l, 3), 12);
	assert_int_equal(walk_level(&l, 0), KPKEYS_PPA_LEVEL_PGD);
	assert_int_equal(walk_level(&l, 1), KPKEYS_PPA_LEVEL_PUD);
	assert_int_equal(walk_level(&l, 3), KPKEYS_PPA_LEVEL_PTE);
	l.levels = 5;
	assert_int_equal(entry_shift(&l, 0), 48);
	assert_int_equal(walk_level(&l, 1), KPKEYS_PPA_LEVEL_P4D);
	l.levels = 3;
	l.page_shift = 16;
	assert_int_equal(entry_shift(&l, 0), 42);
	assert_int_equal(walk_level(&l, 1), KPKEYS_PPA_LEVEL_PMD);
	assert_int_equal(walk_level(&l, 2), KPKEYS_PPA_LEVEL_PTE);
	/* 64 KiB pages, 52 bits: bits 51:48 stand in bits 15:12. */
	l.pte_addr_low = 0x0000ffffffff0000ULL;
	l.pte_addr_high = 0xf000;
	l.pte_addr_high_shift = 36;
	assert_int_equal(desc_addr(&l, 0x68000000abcdf003ULL | 7ULL << 16),
			 0x000f0000abcf0000ULL);
	/* 4 KiB pages, 52 bits: bits 51:50 stand in bits 9:8. */
	l.pte_addr_low = 0x0003fffffffff000ULL;
	l.pte_addr_high = 0x300;
	l.pte_addr_high_shift = 42;
	assert_int_equal(desc_addr(&l, 0x1003000000001303ULL),
			 0x000f000000001000ULL);
}

TESTING(T(good), T(not_fed), T(page_without_key), T(wrong_permission_index),
	T(poe_needs_no_index), T(page_not_mapped), T(page_elsewhere),
	T(table_without_key), T(table_in_no_range),
	T(in_no_range_but_incomplete), T(not_judged), T(vmemmap_is_judged),
	T(unreferenced), T(unreadable), T(leaf_unreadable), T(no_struct_page),
	T(not_complete), T(other_kernel), T(no_events), T(nonsense), T(layouts));

int main(void)
{
	return RUN("walk", NULL, NULL);
}
