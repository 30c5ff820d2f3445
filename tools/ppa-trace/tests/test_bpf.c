// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the BPF program report what it finds in page tables, and what it could
 * not find?
 *
 * The program itself, compiled for this machine, walks tables that are made up
 * here. In a guest no memory of the kernel can be made unreadable.
 */
#include "test.h"

struct kpkeys_layout kpkeys_layout;
static u64 swapper_pg_dir[512];

/* Whether the kernel has these two is a question for the linker of BPF. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Waddress"
#include "ppa.bpf.c"
#pragma GCC diagnostic pop

#define BASE 0x40000000ULL
#define MEMORY(n) (BASE + (n) * SIM_PAGE)
#define LINEAR 0xffff000000000000ULL

/* Memory: its first three pages are the tables that map all of it. */
enum { PUD, PMD, PTE, NPAGES = 8 };

struct kpkeys_layout kpkeys_layout = {
	.page_offset = LINEAR,
	.page_end = 0xffff800000000000ULL,
	.memstart = BASE,
	.vmemmap_base = 0xfffffdffbf000000ULL,
	.image_start = 0x48000000,
	.image_end = 0x4a000000,
	.pte_addr_low = 0x0000fffffffff000ULL,
	.pgd_size = sizeof(swapper_pg_dir),
	.page_shift = 12,
	.pgdir_shift = 39,
	.levels = 4,
	.va_bits = 48,
	.backend = KPKEYS_BACKEND_PIE,
};

static u64 memory[NPAGES][512];
static int hidden;		/* this page cannot be read; -1: all can */
static struct ppa_state the_state;
static struct walk *judge;
static union {
	struct walk_table table;
	struct walk_page page;
} found;

void *bpf_map_lookup_elem(void *map, const void *key)
{
	(void)map;
	(void)key;
	return &the_state;
}

unsigned long long bpf_get_current_pid_tgid(void)
{
	return 0;
}

void *bpf_ringbuf_reserve(void *r, unsigned long long size,
			  unsigned long long flags)
{
	(void)r;
	(void)flags;
	assert_true(size <= sizeof(found));
	return &found;
}

/* Only the second job reports pages, and the first is over by then. */
void bpf_ringbuf_submit(void *data, unsigned long long flags)
{
	(void)flags;
	if (the_state.finished)
		walk_page(judge, data);
	else
		walk_table(judge, data);
}

long bpf_probe_read_kernel(void *to, unsigned int size, const void *from)
{
	u64 at = (u64)from;

	memset(to, 0, size);
	if (at - (u64)swapper_pg_dir < sizeof(swapper_pg_dir)) {
		memcpy(to, from, size);
		return 0;
	}
	if (at >= kpkeys_layout.vmemmap_base) {
		memset(to, 0xff, size);	/* of no type */
		return 0;
	}
	at -= LINEAR;
	if (at >= sizeof(memory) || (int)(at / SIM_PAGE) == hidden)
		return -14;
	memcpy(to, (char *)memory + at, size);
	return 0;
}

struct boot {
	struct sim s;
	struct model *m;
};

/* All three tables are early ones, in one range. */
static void open_boot(struct boot *b)
{
	static const struct source_report clean;

	hidden = -1;
	memset(&the_state, 0, sizeof(the_state));
	memset(memory, 0, sizeof(memory));
	swapper_pg_dir[0] = MEMORY(PUD) | DESC_VALID | DESC_TABLE;
	memory[PUD][0] = MEMORY(PMD) | DESC_VALID | DESC_TABLE;
	memory[PMD][0] = MEMORY(PTE) | DESC_VALID | DESC_TABLE;
	for (int i = 0; i < NPAGES; i++)
		memory[PTE][i] = MEMORY(i) | SIM_KEYED;

	sim_open(&b->s, 1024);
	for (int i = 0; i < 3; i++)
		sim_alloc(&b->s, MEMORY(i), 2 - i);
	sim_boot(&b->s);
	b->m = model_new();
	sim_replay(&b->s, 1, 0, ~0ULL, test_take, b->m);
	assert_int_equal(model_finish(b->m, &clean), 0);
	judge = walk_new(b->m);
	assert_non_null(judge);
}

/* What source_bpf.c does. */
static int verdict(struct boot *b)
{
	struct bpf_iter__task end = { 0 };

	prepare(&end);
	assert_true(walk_begin(judge, &the_state.layout));
	while (!the_state.finished)
		walk(&end);
	the_state.pages_at = b->m->ranges[0].start;
	the_state.pages_end = the_state.pages_at + b->m->ranges[0].size;
	look(&end);
	walk_end(judge, the_state.entries, the_state.pages_done, NULL);
	test_dump(b->m);
	return model_verdict(b->m, false);
}

static void end(struct boot *b)
{
	walk_free(judge);
	model_free(b->m);
	sim_free(&b->s);
}

static void good(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	assert_int_equal(verdict(&b), 0);
	assert_int_equal(judge->keyed[PLACE_EARLY], 3);
	assert_int_equal(judge->pages_keyed, 3);
	assert_int_equal(the_state.entries, 3 * 512);
	end(&b);
}

/* What maps the tables and pages cannot be read: nothing is known of them. */
static void leaf_table_unreadable(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	hidden = PTE;
	assert_int_equal(verdict(&b), 3);
	assert_int_equal(b.m->checks[CHECK_WALK_COMPLETE].status,
			 CHECK_UNPROVEN);
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
		assert_int_equal(b.m->checks[i].bad, 0);
	assert_int_equal(judge->unreadable, 3 + 3);
	assert_int_equal(judge->keyed[PLACE_EARLY], 0);
	assert_int_equal(judge->pages_keyed, 0);
	end(&b);
}

/* A table whose own entries cannot be read, so that its page is not found. */
static void upper_table_unreadable(void **state)
{
	(void)state;
	for (int page = PUD; page < PTE; page++) {
		struct boot b;

		open_boot(&b);
		hidden = page;
		assert_int_equal(verdict(&b), 3);
		for (int i = CHECK_FIRST_WALK; i < CHECK_WALK_UNREFERENCED; i++)
			assert_int_equal(b.m->checks[i].bad, 0);
		end(&b);
	}
}

/* The same descriptor, read, and not valid: that is proven. */
static void leaf_not_valid(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	memory[PTE][PMD] = 0;
	assert_int_equal(verdict(&b), 1);
	assert_int_equal(b.m->checks[CHECK_WALK_LINEAR].off[0].addr, MEMORY(PMD));
	end(&b);
}

static void leaf_elsewhere(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	memory[PTE][PMD] = MEMORY(PUD) | SIM_KEYED;
	assert_int_equal(verdict(&b), 1);
	assert_int_equal(b.m->checks[CHECK_WALK_LINEAR].status, CHECK_FAILED);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_KEYED].status, CHECK_OK);
	end(&b);
}

static void leaf_without_key(void **state)
{
	struct boot b;

	(void)state;
	open_boot(&b);
	memory[PTE][PTE] &= ~DESC_KEY;
	assert_int_equal(verdict(&b), 1);
	assert_int_equal(b.m->checks[CHECK_WALK_TABLE_KEYED].off[0].addr,
			 MEMORY(PTE));
	assert_int_equal(b.m->checks[CHECK_WALK_RANGE_KEYED].off[0].addr,
			 MEMORY(PTE));
	assert_int_equal(judge->pages_keyed, 2);
	end(&b);
}

TESTING(T(good), T(leaf_table_unreadable), T(upper_table_unreadable),
	T(leaf_not_valid), T(leaf_elsewhere), T(leaf_without_key));

int main(void)
{
	return RUN("bpf", NULL, NULL);
}
