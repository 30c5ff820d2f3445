// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is nothing lost, however large the machine?
 */
#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <sim/machine.h>

#include "../../kernel/mm/kpkeys.h"
#include "boot.h"
#include "cases.h"
#include "check.h"
#include "verdict.h"

#ifdef CONFIG_PHYS_ADDR_T_64BIT
#define GIB(n)	((u64)(n) << 30)
#define BASE	GIB(4)

/* A clock that is not even, so that no two pages are alike. */
static u64 uneven_step(void)
{
	return 20 + sim.reads * 2654435761U % 997;
}

/* The tables of a linear map of all memory, as the kernel makes them. */
static void make_tables(u64 size)
{
	u64 end = BASE + size, at;

	for (at = BASE; at < end; at += 1UL << PMD_SHIFT) {
		if (!(at & (GIB(512) - 1)) || at == BASE)
			boot_alloc(PGTABLE_LEVEL_PUD, NUMA_NO_NODE);
		if (!(at & (GIB(1) - 1)))
			boot_alloc(PGTABLE_LEVEL_PMD, NUMA_NO_NODE);
		boot_link(boot_alloc(PGTABLE_LEVEL_PTE, NUMA_NO_NODE));
	}
}

static void by_windows(u64 count)
{
	u64 first, events = boot.events;

	for (first = 0; first < boot.nrec; first += count)
		boot_replay(first, count);
	figure("windows of %llu records: %llu events",
	       (unsigned long long)count,
	       (unsigned long long)(boot.events - events));
}

static void lossless_at_1_tib(void)
{
	u64 events;

	boot.sparse = true;
	sim.step = uneven_step;
	boot_memory(BASE, GIB(1024), 0);
	boot_paging_begin();
	make_tables(GIB(1024));
	verdict_begin();
	boot.judged = true;
	boot_finish();
	CHECK_EQ(boot.lost, 0);
	CHECK_EQ(verdict_end(), 0);
	boot.judged = false;

	events = boot.events;
	boot_replay(0, ~0ULL);
	CHECK_EQ(boot.events - events, 2 * boot.npages - 1 +
		 boot.nrec - boot.npages);
	figure("1 TiB: %zu pages, %zu records, %llu events, all equal; verify says 0",
	       boot.npages, boot.nrec, (unsigned long long)(boot.events - events));
	by_windows(100000);
	by_windows(4096);
	figure("1 TiB: log of %zu bytes, %zu.%03zu a page; %llu KiB taken at the start",
	       kpkeys_log.used, kpkeys_log.used / boot.npages,
	       kpkeys_log.used * 1000 / boot.npages % 1000,
	       (unsigned long long)boot.log_at_start >> 10);
	CHECK(kpkeys_log.used < 9 * boot.npages);
}

/* 64 TiB: memory for the log of 33 million tables, and a stretch of it. */
static void machine_of_64_tib(void)
{
	unsigned int i;

	boot.sparse = true;
	sim.step = uneven_step;
	boot_memory(BASE, GIB(65536), 0);
	boot_paging_begin();
	for (i = 0; i < 20000; i++)
		boot_alloc(PGTABLE_LEVEL_PTE, NUMA_NO_NODE);
	boot_check();
	boot_finish();
	CHECK_EQ(boot.ref.n, 1);
	CHECK_EQ(boot.lost, 0);
	figure("64 TiB: %llu KiB for the log at the start, %zu KiB kept",
	       (unsigned long long)boot.log_at_start >> 10,
	       kpkeys_log.size >> 10);
}

#endif

const struct sim_case size_cases[] = {
#ifdef CONFIG_PHYS_ADDR_T_64BIT
	{ "1 TiB: log, replay and windows are equal, event for event", lossless_at_1_tib },
	{ "64 TiB", machine_of_64_tib },
#endif
	{ }
};
