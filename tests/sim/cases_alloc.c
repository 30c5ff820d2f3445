// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does each path of the allocator do what it should?
 */
#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <sim/machine.h>

#include "../../kernel/mm/kpkeys.h"
#include "boot.h"
#include "cases.h"
#include "check.h"
#include "statics.h"

#define MIB(n)	((u64)(n) << 20)
#define BASE	MIB(1536)
#define PAGES(n) ((u64)(n) * PAGE_SIZE)

/* What the boots of QEMU look like. */
static void one_range_downwards(void)
{
	phys_addr_t page, last = 0;
	unsigned int i;

	boot_memory(BASE, MIB(1024), 0);
	boot_paging_begin();
	CHECK_EQ(kpkeys_log.phys + kpkeys_log.size, BASE + MIB(1024));
	for (i = 0; i < 514; i++) {
		page = boot_alloc(PGTABLE_LEVEL_PTE, NUMA_NO_NODE);
		CHECK_EQ(page, last ? last - PAGE_SIZE :
				      kpkeys_log.phys - PAGE_SIZE);
		last = page;
		boot_link(page);
	}
	CHECK_EQ(boot.ref.n, 1);
	boot_finish();
	CHECK_EQ(sim.nr_keyings, 1);
	CHECK_EQ(sim.errors + sim.warned, 0);
	CHECK(sim_keyed(last) && !sim_keyed(last - PAGE_SIZE));
}

static void one_range_upwards(void)
{
	unsigned int i;

	kpkeys_test.bottomup = true;
	boot_memory(BASE, MIB(1024), 0);
	boot_paging_begin();
	CHECK_EQ(kpkeys_log.phys, BASE);
	for (i = 0; i < 300; i++)
		CHECK_EQ(boot_alloc_any(),
			 BASE + kpkeys_log.size + PAGES(i));
	CHECK_EQ(boot.ref.n, 1);
	CHECK_EQ(boot.rec[boot.nrec - 1].join, KPKEYS_PPA_JOIN_APPEND);
	boot_finish();
}

/* A run that is being used up keeps its direction. */
static void direction_changes(void)
{
	phys_addr_t page;

	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	page = boot_alloc_any();
	memblock_set_bottom_up(true);
	CHECK_EQ(boot_alloc_any(), page - PAGE_SIZE);
	boot_finish();
}

/* Of four pages the first two change places: all ways to join are taken. */
static void scattered(void)
{
	static const u8 joins[] = {
		KPKEYS_PPA_JOIN_NEW, KPKEYS_PPA_JOIN_APPEND,
		KPKEYS_PPA_JOIN_PREPEND, KPKEYS_PPA_JOIN_PREPEND,
		KPKEYS_PPA_JOIN_NEW, KPKEYS_PPA_JOIN_BRIDGE,
	};
	unsigned int i, at = 2;

	kpkeys_test.scatter = true;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	for (i = 0; i < sizeof(joins); i++) {
		boot_alloc_any();
		while (boot.rec[at].kind == 4)
			at++;
		CHECK_EQ(boot.rec[at].join, joins[i]);
		at++;
	}
	for (; i < 61; i++)
		boot_alloc_any();
	/* One page is in hand, and goes back to memblock. */
	boot_finish();
}

static void nothing_in_hand(void)
{
	kpkeys_test.scatter = true;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	boot_alloc_any();
	boot_alloc_any();
	boot_finish();
	CHECK_EQ(boot.npages, 2);
}

/* --- runs --------------------------------------------------------------------- */

static u64 run_pages(void)
{
	return (ppa_run.end - ppa_run.start) / PAGE_SIZE;
}

static void runs_are_64_pages(void)
{
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	boot_alloc_any();
	CHECK_EQ(run_pages(), 63);
	while (run_pages())
		boot_alloc_any();
	CHECK_EQ(boot.npages, 64);
	boot_alloc_any();
	CHECK_EQ(run_pages(), 63);
	boot_finish();
}

/* 64 is too much, 32 fits; then 16 and so on to the last page. */
static void runs_get_shorter(void)
{
	unsigned int i;

	kpkeys_test.log_pages = 8;
	boot_memory(BASE, PAGES(8 + 63), 0);
	boot_paging_begin();
	for (i = 0; i < 63; i++) {
		CHECK(boot_alloc_any());
		if (i == 0)
			CHECK_EQ(run_pages(), 31);
		if (i == 32)
			CHECK_EQ(run_pages(), 15);
		if (i == 62)
			CHECK_EQ(run_pages(), 0);
	}
	CHECK(!boot_alloc_any());
	CHECK(!boot_alloc(0, 0));
	boot_finish();
}

/* Half of an odd number of pages is still whole pages. */
static void runs_of_odd_sizes(void)
{
	kpkeys_test.run = 7;
	kpkeys_test.log_pages = 8;
	boot_memory(BASE, PAGES(8 + 5), 0);
	boot_paging_begin();
	boot_alloc_any();
	CHECK_EQ(run_pages(), 2);
	while (boot_alloc_any())
		;
	CHECK_EQ(boot.npages, 5);
	boot_finish();
}

static void no_memory_and_then_some(void)
{
	kpkeys_test.log_pages = 4;
	boot_memory(BASE, PAGES(8), 0);
	boot_paging_begin();
	while (boot_alloc_any())
		;
	CHECK_EQ(boot.npages, 4);
	boot_memory(BASE + MIB(128), PAGES(200), 0);
	CHECK_EQ(boot_alloc_any(), BASE + MIB(128) + PAGES(199));
	/* What failed is no allocation, and changes no numbers. */
	while (boot.npages < 200)
		boot_alloc_any();
	boot_finish();
}

/* All pages of a run but its last one touch a single range. */
static void last_of_a_run_bridges(void)
{
	unsigned int i;

	kpkeys_test.log_pages = 4;
	boot_memory(BASE, PAGES(4 + 4), 0);
	boot_paging_begin();
	for (i = 0; i < 4; i++)
		CHECK_EQ(boot_alloc_any(), BASE + PAGES(3 - i));
	memblock_set_bottom_up(true);
	boot_memory(BASE - PAGES(64), PAGES(64), 0);
	for (i = 0; i < 64; i++)
		CHECK_EQ(boot_alloc_any(), BASE - PAGES(64 - i));
	CHECK_EQ(boot.rec[boot.nrec - 1].join, KPKEYS_PPA_JOIN_BRIDGE);
	CHECK_EQ(boot.ref.n, 1);
	boot_finish();
}

static void below_a_limit(void)
{
	boot_memory(BASE, MIB(2048), 0);
	memblock_set_current_limit(BASE + MIB(4));
	boot_paging_begin();
	CHECK(boot_alloc_any() < BASE + MIB(4));
	boot_finish();
}

#ifdef CONFIG_NUMA
static void on_the_node_asked_for(void)
{
	unsigned int i;

	boot_memory(BASE, MIB(16), 0);
	boot_memory(BASE + MIB(16), MIB(16), 1);
	boot_paging_begin();
	for (i = 0; i < 300; i++)
		CHECK_EQ(early_pfn_to_nid(PHYS_PFN(boot_alloc(0, i / 3 % 2))),
			 i / 3 % 2);
	/* Whatever is in hand will do; the run is on node 1. */
	CHECK_EQ(early_pfn_to_nid(PHYS_PFN(boot_alloc_any())), 1);
	boot_finish();
}

static void another_node_where_it_has_none(void)
{
	boot_memory(BASE, MIB(16), 0);
	boot_memory(BASE + MIB(16), PAGES(10), 1);
	boot_reserve(BASE + MIB(16), PAGES(7));
	kpkeys_test.log_pages = 0;
	boot_paging_begin();
	CHECK_EQ(boot_alloc(0, 1), BASE + MIB(16) + PAGES(9));
	/* Two of three: a run of 64 on the other node would be longer. */
	CHECK_EQ(run_pages(), 1);
	CHECK_EQ(boot_alloc(0, 1), BASE + MIB(16) + PAGES(8));
	CHECK_EQ(boot_alloc(0, 1), BASE + MIB(16) + PAGES(7));
	CHECK_EQ(early_pfn_to_nid(PHYS_PFN(boot_alloc(0, 1))), 0);
	CHECK_EQ(run_pages(), 63);
	boot_finish();
}
#endif

/* --- the table ------------------------------------------------------------------ */

/*
 * Memory with @n holes of one page each between what others have, of the kind
 * that memblock joins the pages with.
 */
static void comb(u64 base, unsigned int n)
{
	unsigned int i;

	boot_memory(base, PAGES(2 * n + 1), 0);
	for (i = 0; i <= n; i++)
		memblock_reserve_kern(base + PAGES(2 * i), PAGE_SIZE);
	boot.foreign += PAGES(n + 1);
}

/*
 * Pages that fill gaps between what others have reserved are ranges, and no
 * regions of memblock's: there can be more of them than it holds regions.
 */
static void more_ranges_than_regions(unsigned int ranges)
{
	u64 base = BASE + MIB(128);
	unsigned int i;

	sim_reset();
	kpkeys_test.log_pages = 16;
	boot_memory(BASE, PAGES(16), 0);
	boot_paging_begin();
	while (ranges) {
		unsigned int n = ranges < 100 ? ranges : 100;

		comb(base, n);
		for (i = 0; i < n; i++)
			CHECK(boot_alloc_any());
		base += PAGES(1024);
		ranges -= n;
	}
}

static void table_filled_exactly(void)
{
	more_ranges_than_regions(kpkeys_ppa_capacity());
	CHECK_EQ(boot.ref.n, kpkeys_ppa_capacity());
	CHECK_EQ(boot.overflows, 0);
	boot_finish();
	CHECK_EQ(sim.warned, 0);
}

static void table_filled_by_one_more(void)
{
	more_ranges_than_regions(kpkeys_ppa_capacity() + 1);
	CHECK_EQ(boot.overflows, 1);
	boot_link(boot.page[boot.npages - 1]);
	CHECK_EQ(boot.rec[boot.nrec - 1].join, REF_OVERFLOW);
	boot_finish();
	CHECK(sim_keyed(boot.page[boot.npages - 1]));
	/* The table is full; a table was in no range. */
	CHECK_EQ(sim.warned, 2);
}

static void table_filled_by_1000_more(void)
{
	unsigned int i, capacity = kpkeys_ppa_capacity();

	more_ranges_than_regions(capacity + 1000);
	CHECK_EQ(boot.overflows, 1000);
	for (i = 0; i < boot.npages; i++)
		boot_link(boot.page[i]);
	boot_finish();
	for (i = 0; i < boot.npages; i++)
		CHECK(sim_keyed(boot.page[i]));
	/* Never a message a page. */
	CHECK_EQ(sim.warned, 2);
	CHECK_EQ(sim.errors, 0);
}

/* A full table still takes pages that touch a range. */
static void full_table_grows_ranges(void)
{
	unsigned int i;

	kpkeys_test.ranges = 2;
	kpkeys_test.run = 1;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	boot_alloc_any();
	boot_reserve(boot.page[0] - PAGE_SIZE, PAGE_SIZE);
	boot_alloc_any();
	CHECK_EQ(boot.ref.n, 2);
	boot_reserve(boot.page[1] - PAGES(2), PAGE_SIZE);
	for (i = 0; i < 3; i++)
		boot_alloc_any();
	CHECK_EQ(boot.ref.n, 2);
	CHECK_EQ(boot.overflows, 2);
	/* The hole between the two is free again, and bridged. */
	memblock_phys_free(boot.page[0] - PAGE_SIZE, PAGE_SIZE);
	boot.foreign -= PAGE_SIZE;
	boot_alloc_any();
	CHECK_EQ(boot.ref.n, 1);
	boot_finish();
}

/* No ranges at all: every page is counted, and keyed by the walk. */
static void no_table(void)
{
	unsigned int i;

	kpkeys_test.ranges = 0;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	for (i = 0; i < 5; i++)
		boot_link(boot_alloc_any());
	boot_finish();
	CHECK_EQ(boot.overflows, 5);
	CHECK_EQ(sim.nr_keyings, 5);
}

static void capacity_is_bounded(void)
{
	unsigned int most = kpkeys_ppa_capacity();

	CHECK_EQ(most, INIT_MEMBLOCK_MEMORY_REGIONS > INIT_MEMBLOCK_RESERVED_REGIONS ?
		       INIT_MEMBLOCK_MEMORY_REGIONS :
		       INIT_MEMBLOCK_RESERVED_REGIONS);
	kpkeys_test.ranges = most + 1;
	CHECK_EQ(kpkeys_ppa_capacity(), most);
	kpkeys_test.ranges = 3;
	CHECK_EQ(kpkeys_ppa_capacity(), 3);
}

/* Stock memblock panics when its own array is full: so it does here. */
static void memblock_array_full(void)
{
	unsigned int i;

	boot_memory(BASE, MIB(1024), 0);
	kpkeys_test.log_pages = 0;
	boot_paging_begin();
	sim.expect_panic = true;
	if (!setjmp(sim_panicked)) {
		for (i = 0; i < 2 * INIT_MEMBLOCK_RESERVED_REGIONS; i++)
			boot_reserve(BASE + PAGES(3 * i), PAGE_SIZE);
		CHECK(false, "no panic");
	}
}

/* In gaps of 127 pages runs leave 63, which are taken before the array is full. */
static void rests_of_gaps(void)
{
	unsigned int i;

	boot_memory(BASE, PAGES(128 * 128), 0);
	boot_paging_begin();
	for (i = 0; i < 80; i++)
		boot_reserve(BASE + PAGES(128 * (128 - i) - 1), PAGE_SIZE);
	for (i = 0; i < 40 * 127; i++)
		boot_alloc_any();
	CHECK_EQ(memblock.reserved.max, INIT_MEMBLOCK_RESERVED_REGIONS);
	CHECK(boot.ref.n <= 41, "%u ranges", boot.ref.n);
	boot_finish();
}

/* --- switched off, and over ------------------------------------------------------- */

static void keys_are_off(void)
{
	sim.enabled = false;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	CHECK_EQ(memblock_reserved_size(), 0);
	boot_paging_end();
	boot_release();
	CHECK_EQ(memblock_reserved_size(), 0);
	kpkeys_replay_init(NULL);
	CHECK_EQ(sim.errors + sim.warned + boot.events, 0);
}

/* Nothing is remembered, and memblock is asked as rarely as with keys. */
static void pages_without_keys(void)
{
	phys_addr_t first;
	unsigned int i;

	sim.enabled = false;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	sim.reads = 0;
	first = kpkeys_physmem_pgtable_alloc();
	CHECK_EQ(first, BASE + MIB(16) - PAGE_SIZE);
	for (i = 1; i < 65; i++) {
		CHECK_EQ(memblock_reserved_size(), PAGES(64));
		CHECK_EQ(kpkeys_physmem_pgtable_alloc_level(i % 5, NUMA_NO_NODE),
			 first - PAGES(i));
	}
	CHECK_EQ(memblock_reserved_size(), PAGES(128));
	/* That for a node comes from the same run, which then goes on. */
	for (; i < 128; i++)
		CHECK_EQ(kpkeys_physmem_pgtable_alloc_level(0, i == 100 ? 0 : NUMA_NO_NODE),
			 first - PAGES(i));
	CHECK_EQ(memblock_reserved_size(), PAGES(128));
	CHECK_EQ(kpkeys_physmem_pgtable_alloc(), first - PAGES(128));
	CHECK_EQ(memblock_reserved_size(), PAGES(192));
	CHECK_EQ(ppa_nr_ranges, 0);
	CHECK_EQ(kpkeys_log.state, KPKEYS_LOG_OFF);
	CHECK_EQ(sim.reads, 0);
	boot_paging_end();
	boot_release();
	CHECK_EQ(memblock_reserved_size(), PAGES(129));
	CHECK_EQ(sim.errors + sim.warned + boot.events, 0);
}

static void untracked_on_purpose(void)
{
	unsigned int i;

	kpkeys_test.untracked = 2;
	boot_memory(BASE, MIB(16), 0);
	boot_paging_begin();
	for (i = 0; i < 5; i++)
		boot_link(boot_alloc_any());
	CHECK_EQ(boot.tracked, 4);
	CHECK_EQ(boot.ref.n, 2);
	boot_finish();
	CHECK(sim_keyed(boot.page[2]));
	CHECK_EQ(sim.warned, 1);
}

const struct sim_case alloc_cases[] = {
	{ "a default boot is one range, downwards", one_range_downwards },
	{ "bottom-up it is one range, upwards", one_range_upwards },
	{ "a run keeps its direction", direction_changes },
	{ "scattered pages join in all ways", scattered },
	{ "no page in hand is given back twice", nothing_in_hand },
	{ "runs are 64 pages", runs_are_64_pages },
	{ "runs get shorter where memory does", runs_get_shorter },
	{ "runs of odd sizes are whole pages", runs_of_odd_sizes },
	{ "memblock has no page, and later has some", no_memory_and_then_some },
	{ "the last page of a run fills a gap", last_of_a_run_bridges },
	{ "pages come from below memblock's limit", below_a_limit },
#ifdef CONFIG_NUMA
	{ "pages come from the node asked for", on_the_node_asked_for },
	{ "... and from another where it has none", another_node_where_it_has_none },
#endif
	{ "the table is filled exactly", table_filled_exactly },
	{ "... by one more", table_filled_by_one_more },
	{ "... by a thousand more", table_filled_by_1000_more },
	{ "a full table still joins ranges", full_table_grows_ranges },
	{ "a table without entries", no_table },
	{ "the capacity is the larger of memblock's two", capacity_is_bounded },
	{ "memblock's own array is full", memblock_array_full },
	{ "... and is not before memory is, for what runs leave", rests_of_gaps },
	{ "keys are off", keys_are_off },
	{ "... and early tables come in runs all the same", pages_without_keys },
	{ "a page that is kept out", untracked_on_purpose },
	{ }
};
