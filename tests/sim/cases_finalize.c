// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does every table get its key, and is it said where one does not?
 */
#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <sim/machine.h>

#include "../../kernel/mm/kpkeys.h"
#include "boot.h"
#include "cases.h"
#include "check.h"

#define MIB(n)	((u64)(n) << 20)
#define BASE	MIB(1536)
#define LINEAR(n) (sim_page_offset() + ((unsigned long)(n) << PMD_SHIFT))

/* @pages of them in one range, all of them linked. */
static void begin(unsigned int pages)
{
	boot_memory(BASE, MIB(64), 0);
	boot_paging_begin();
	while (pages--)
		boot_link(boot_alloc_any());
}

static const struct boot_record *last_finalize(void)
{
	size_t i = boot.nrec;

	while (i-- > 0) {
		if (boot.rec[i].kind == 3)
			return &boot.rec[i];
	}
	return NULL;
}

static void range_fails_and_walk_helps(void)
{
	begin(10);
	sim.keying_fails = boot.page[5];
	boot_finish();
	/* The range, those from the fifth down, each by itself, one in vain. */
	CHECK(!sim_keyed(boot.page[5]));
	CHECK(sim_keyed(boot.page[4]) && sim_keyed(boot.page[0]));
	CHECK_EQ(sim.nr_keyings, 1 + 6);
	CHECK_EQ(sim.errors, 2);
	CHECK_EQ(sim.warned, 1);
	CHECK_EQ(last_finalize()->addr, boot.page[5]);
	CHECK_EQ(-last_finalize()->error, 22);
}

/* Two tables cannot be keyed: one message, one record. */
static void one_message_for_all(void)
{
	begin(10);
	kpkeys_test.skip_range = 0;
	sim.keying_lies = true;
	boot_finish();
	CHECK_EQ(sim.nr_keyings, 10);
	CHECK_EQ(sim.errors, 1);
	CHECK_EQ(-last_finalize()->error, 14);
	CHECK_EQ(last_finalize()->addr, boot.page[0]);
}

static void linear_map_lacks_the_table(void)
{
	begin(3);
	sim.blind = (unsigned long)__va(boot.page[0]);
	boot_finish();
	CHECK_EQ(sim.errors, 1);
	CHECK_EQ(-last_finalize()->error, 14);
}

static void skipped_range(void)
{
	begin(5);
	kpkeys_test.skip_range = 0;
	boot_finish();
	CHECK_EQ(sim.nr_keyings, 5);
	CHECK(sim_keyed(boot.page[4]));
	CHECK_EQ(sim.errors, 0);
	CHECK_EQ(sim.warned, 1);
}

static void no_walk(void)
{
	begin(5);
	kpkeys_test.skip_range = 0;
	kpkeys_test.nowalk = true;
	boot_finish();
	CHECK_EQ(sim.nr_keyings, 0);
	CHECK(!sim_keyed(boot.page[0]));
}

/* A page that no table refers to still carries the key, by its range. */
static void unlinked_page(void)
{
	boot_memory(BASE, MIB(64), 0);
	boot_paging_begin();
	boot_alloc_any();
	boot_finish();
	CHECK(sim_keyed(boot.page[0]));
}

/* --- what the walk goes through ------------------------------------------------ */

static void tables_in_image(void)
{
	begin(1);
	sim_link(LINEAR(100), sim.image_start);
	sim_link(LINEAR(101), sim.image_end - PAGE_SIZE);
	boot_finish();
	CHECK(!sim_keyed(sim.image_start));
	CHECK(!sim_keyed(sim.image_end - PAGE_SIZE));
	CHECK_EQ(sim.nr_keyings, 1);
}

/* Right before the image and right behind it is no image. */
static void tables_around_image(void)
{
	begin(1);
	sim_link(LINEAR(100), sim.image_start - PAGE_SIZE);
	sim_link(LINEAR(101), sim.image_end);
	kpkeys_ppa_finalize();
	CHECK(sim_keyed(sim.image_start - PAGE_SIZE));
	CHECK(sim_keyed(sim.image_end));
}

static void blocks_are_no_tables(void)
{
	begin(1);
	sim_link_block(1, LINEAR(100));
	sim_link_block(2, LINEAR(SIM_ENTRIES * 3));
	boot_finish();
	CHECK_EQ(sim.nr_keyings, 1);
}

/* The last table that there can be: the walk must end behind it. */
static void last_entry_of_all(void)
{
	begin(1);
	sim_link(-(1UL << PMD_SHIFT), BASE);
	kpkeys_ppa_finalize();
	CHECK(sim_keyed(BASE));
}

/* A table of each level that is there, unkeyed until the walk; and one in it. */
static void each_level(unsigned int levels)
{
	unsigned long addr;
	unsigned int level;
	size_t i;

	boot_reset();
	sim.levels = levels;
	kpkeys_layout.page_offset = sim_page_offset();
	boot_memory(BASE, MIB(64), 0);
	boot_paging_begin();
	addr = LINEAR(0) + (1UL << SIM_SHIFT(levels - 1));
	for (level = levels - 1; level >= 1; level--)
		sim_link_level(level, addr, BASE + level * PAGE_SIZE);
	/* The second of its table, and of the table above. */
	sim_link(addr + (1UL << SIM_SHIFT(1)), BASE + MIB(1));
	if (levels > 2)
		sim_link(addr + (1UL << SIM_SHIFT(2)) + (3UL << SIM_SHIFT(1)), BASE + MIB(2));
	kpkeys_ppa_finalize();
	for (level = 1; level < levels; level++)
		CHECK(sim_keyed(BASE + level * PAGE_SIZE), "level %u of %u",
		      level, levels);
	CHECK(sim_keyed(BASE + MIB(1)));
	CHECK_EQ(sim_keyed(BASE + MIB(2)), levels > 2);
	CHECK_EQ(sim.nr_keyings, levels + (levels > 2));
	for (i = 0; i < sim.nr_keyings; i++)
		CHECK(!sim.keyings[i].error);
}

static void all_levels(void)
{
	unsigned int levels;

	for (levels = 2; levels <= SIM_LEVELS_MAX; levels++)
		each_level(levels);
}

#ifdef CONFIG_KASAN_GENERIC
static void shadow_is_not_missed(void)
{
	begin(2);
	sim.shadow_start = LINEAR(1000);
	sim.shadow_end = LINEAR(1002);
	sim_link(LINEAR(999), BASE);
	sim_link(LINEAR(1000), BASE + PAGE_SIZE);
	sim_link(LINEAR(1001), BASE + 2 * PAGE_SIZE);
	sim_link(LINEAR(1002), BASE + 3 * PAGE_SIZE);
	boot_paging_end();
	boot_release();
	kpkeys_ppa_finalize();
	CHECK(sim_keyed(BASE + PAGE_SIZE));
	CHECK(sim_keyed(BASE + 2 * PAGE_SIZE));
	CHECK_EQ(sim.nr_keyings, 1 + 4);
	/* Two were missed, those before and behind the shadow. */
	CHECK_EQ(sim.warned, 1);
	kpkeys_log_close();
	CHECK_EQ(kpkeys_log.words[kpkeys_log.used / 8 - 5], 2);
}

/* What all empty shadow is mapped by is not gone into, at either level. */
static void zero_shadow(unsigned int levels)
{
	unsigned long far = 1UL << SIM_SHIFT(levels - 1);
	u64 zero = BASE + MIB(1);

	boot_reset();
	sim.levels = levels;
	boot_memory(BASE, MIB(64), 0);
	boot_paging_begin();
	sim.zero_pmd = zero;
	sim.zero_pud = zero + PAGE_SIZE;
	sim_link_level(2, LINEAR(0) + far, zero);
	sim_link_level(1, LINEAR(0) + far, BASE);
	if (levels > 3) {
		sim_link_level(3, LINEAR(0) + 2 * far, sim.zero_pud);
		sim_link_level(2, LINEAR(0) + 2 * far, BASE + MIB(4));
		sim_link_level(1, LINEAR(0) + 2 * far, BASE + PAGE_SIZE);
	}
	kpkeys_ppa_finalize();
	CHECK_EQ(sim.nr_keyings, 0);
}

static void zero_shadow_is_left_out(void)
{
	unsigned int levels;

	for (levels = 3; levels <= SIM_LEVELS_MAX; levels++)
		zero_shadow(levels);
}
#endif

const struct sim_case finalize_cases[] = {
	{ "a range fails: its pages are tried one by one", range_fails_and_walk_helps },
	{ "one message for all tables that fail", one_message_for_all },
	{ "a table that the linear map does not show", linear_map_lacks_the_table },
	{ "a range that is left out", skipped_range },
	{ "no walk", no_walk },
	{ "a page that is not linked", unlinked_page },
	{ "tables in the image are static", tables_in_image },
	{ "... those around it are not", tables_around_image },
	{ "blocks are no tables", blocks_are_no_tables },
	{ "the walk ends behind the last entry", last_entry_of_all },
	{ "each level, however many there are", all_levels },
#ifdef CONFIG_KASAN_GENERIC
	{ "KASAN's tables are keyed and not missed", shadow_is_not_missed },
	{ "empty shadow is left out", zero_shadow_is_left_out },
#endif
	{ }
};
