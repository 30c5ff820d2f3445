// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which boots does nobody think of? Random ones, or those of a fuzzer.
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

u64 pick(struct choice *c, u64 n)
{
	u64 v = 0;
	int i;

	if (n < 2)
		return 0;
	if (!c->data) {
		c->state += 0x9e3779b97f4a7c15ULL;
		v = (c->state ^ c->state >> 30) * 0xbf58476d1ce4e5b9ULL;
		v = (v ^ v >> 27) * 0x94d049bb133111ebULL;
		return (v ^ v >> 31) % n;
	}
	for (i = 0; i < 8 && n > 1ULL << 8 * i && c->left; i++) {
		v = v << 8 | *c->data++;
		c->left--;
	}
	return v % n;
}

/* Small numbers and large ones alike: below 2 to the power of @bits. */
static u64 pick_size(struct choice *c, unsigned int bits)
{
	return pick(c, 1ULL << pick(c, bits + 1));
}

static bool chance(struct choice *c, unsigned int one_in)
{
	return pick(c, one_in) == one_in - 1;
}

/* --- a counter that runs, jumps and goes back -------------------------------- */

static struct choice clock_choice;
static unsigned int clock_kind;

static u64 random_step(void)
{
	switch (clock_kind ? pick(&clock_choice, 64) : 1) {
	case 0:
		return (1ULL << KPKEYS_LOG_DTICKS_BITS) - 2 +
		       pick(&clock_choice, 4);
	case 2:
		/* Back, but never behind zero. */
		return clock_kind > 1 && sim.last_ticks > 100 ? -50ULL : 0;
	}
	return 1 + pick(&clock_choice, 300);
}

/* --- the machine ---------------------------------------------------------------- */

static unsigned int address_bits(void)
{
	if (sizeof(phys_addr_t) == 4)
		return 32;
	return sim.levels == 3 ? 38 : 46;	/* 64 TiB */
}

#ifdef CONFIG_NUMA
#define NODES 4
#else
#define NODES 1
#endif

static void random_memory(struct choice *c)
{
	u64 end = 1ULL << address_bits(), at = pick_size(c, 20) * PAGE_SIZE;
	unsigned int banks = chance(c, 8) ? 1 + pick(c, 100) : 1 + pick(c, 6);
	unsigned int bits = address_bits() - PAGE_SHIFT - (banks > 6 ? 8 : 1);
	unsigned int i;

	for (i = 0; i < banks && at < end; i++) {
		u64 pages = 1 + pick_size(c, bits);

		if (pages > (end - at) / PAGE_SIZE)
			pages = (end - at) / PAGE_SIZE;
		if (pages)
			boot_memory(at, pages * PAGE_SIZE, pick(c, NODES));
		at += (pages + pick_size(c, bits)) * PAGE_SIZE;
	}
}

/* Somewhere in memory. */
static u64 random_page(struct choice *c)
{
	struct memblock_region *r;

	r = &memblock.memory.regions[pick(c, memblock.memory.cnt)];
	return r->base + pick(c, r->size / PAGE_SIZE) * PAGE_SIZE;
}

/* Its array cannot grow, and the boot is over when it is full. */
static bool reserved_is_nearly_full(void)
{
	return memblock.reserved.cnt > memblock.reserved.max - 8;
}

static void reserve_somewhere(struct choice *c)
{
	u64 base = random_page(c), size = (1 + pick_size(c, 6)) * PAGE_SIZE;

	if (reserved_is_nearly_full())
		return;
	/* Around the last page, where the next ones would be. */
	if (boot.npages && chance(c, 2)) {
		base = boot.page[boot.npages - 1] & PAGE_MASK;
		base += (pick(c, 9) - 4) * PAGE_SIZE;
		size = (1 + pick(c, 3)) * PAGE_SIZE;
	}
	if (chance(c, 8)) {
		base += pick(c, PAGE_SIZE);
		size = 1 + pick(c, 3 * PAGE_SIZE);
	}
	if (base + size > base && base + size <= 1ULL << address_bits())
		boot_reserve(base, size);
}

static void random_faults(struct choice *c)
{
	if (chance(c, 4))
		kpkeys_test.ranges = 1 + pick(c, 8);
	if (chance(c, 4))
		kpkeys_test.run = 1 + pick(c, 100);
	if (chance(c, 4))
		kpkeys_test.log_pages = pick(c, 5);
	if (chance(c, 8))
		kpkeys_test.untracked = pick(c, 100);
	if (chance(c, 8))
		kpkeys_test.skip_range = pick(c, 4);
	if (chance(c, 8))
		kpkeys_test.drop_event = pick(c, 200);
	kpkeys_test.scatter = chance(c, 4);
	kpkeys_test.nowalk = chance(c, 8);
	kpkeys_test.bottomup = chance(c, 4);
	if (chance(c, 8))
		sim.remaps_left = pick(c, 4);
	if (chance(c, 8))
		sim.freq = pick(c, 1000000000);
	if (chance(c, 8))
		sim.listening = pick(c, 64);
	if (chance(c, 16))
		sim_param_kpkeys_log_param("off");
	clock_kind = pick(c, 3);
	sim.step = random_step;
}

static void random_machine(struct choice *c)
{
	unsigned int i, n;

	sim.levels = 3 + pick(c, SIM_LEVELS_MAX - 2);
	clock_choice = (struct choice) { .state = pick(c, 1ULL << 32) };
	random_memory(c);
	if (!memblock.memory.cnt || !memblock.memory.total_size)
		boot_memory(1 << 20, 16 << 20, 0);
	boot_reserve(sim.image_start, sim.image_end - sim.image_start);
	n = pick_size(c, 6);
	for (i = 0; i < n; i++)
		reserve_somewhere(c);
	if (chance(c, 4))
		memblock_set_current_limit(random_page(c));
	else if (chance(c, 4))
		memblock_set_current_limit(0xffffffff);
	random_faults(c);
}

/* --- the boot ------------------------------------------------------------------- */

static void random_alloc(struct choice *c)
{
	int nid = chance(c, 3) ? (int)pick(c, NODES) : NUMA_NO_NODE;
	phys_addr_t page;

	page = chance(c, 8) ? boot_alloc_any() : boot_alloc(pick(c, 5), nid);
	if (page && chance(c, 2))
		boot_link(page);
}

static void random_step_of_boot(struct choice *c)
{
	unsigned int i, n;

	switch (pick(c, 16)) {
	case 0:
		reserve_somewhere(c);
		break;
	case 1:
		memblock_set_bottom_up(chance(c, 2));
		break;
	case 2:
		n = pick_size(c, 8);
		for (i = 0; i < n; i++)
			random_alloc(c);
		break;
	default:
		random_alloc(c);
	}
}

static void random_windows(struct choice *c)
{
	unsigned int i, n = pick(c, 6);

	for (i = 0; i < n; i++)
		boot_replay(pick(c, boot.nrec + 2), chance(c, 4) ? ~0ULL :
			    pick_size(c, 10));
}

static void boot_at_random(struct choice *c)
{
	unsigned int i, n = pick_size(c, 7), after = pick(c, n + 1);

	random_machine(c);
	boot_paging_begin();
	for (i = 0; i < n; i++) {
		if (i == after)
			boot_paging_end();
		random_step_of_boot(c);
	}
	if (i <= after)
		boot_paging_end();
	boot_check();
	boot_release();
	if (boot.npages && chance(c, 8))
		sim.keying_fails = boot.page[pick(c, boot.npages)];
	sim.keying_lies = chance(c, 16);
	boot_finalize();
	boot_handover();
	if (boot.logging)
		random_windows(c);
}

void random_boot(struct choice *c)
{
	boot_reset();
	sim.expect_panic = true;
	if (setjmp(sim_panicked)) {
		CHECK(memblock.reserved.cnt >= memblock.reserved.max - 1,
		      "a panic with %lu regions", memblock.reserved.cnt);
		return;
	}
	boot_at_random(c);
}
