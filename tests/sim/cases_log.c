// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the log hold all that happened, and say how much it does not hold?
 */
#include <string.h>

#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <linux/tracepoint.h>
#include <sim/machine.h>

#include "../../kernel/mm/kpkeys.h"
#include "boot.h"
#include "cases.h"
#include "check.h"
#include "statics.h"
#include "verdict.h"

#define MIB(n)	((u64)(n) << 20)
#define BASE	MIB(1536)
#define PAGES(n) ((u64)(n) * PAGE_SIZE)

static void allocs(unsigned int n)
{
	while (n--)
		boot_link(boot_alloc(PGTABLE_LEVEL_PTE, NUMA_NO_NODE));
}

/* A boot with some pages; @after of them when paging is up. */
static void boot_with(unsigned int before, unsigned int after)
{
	boot_memory(BASE, PAGES(16384), 0);
	boot_paging_begin();
	allocs(before);
	boot_paging_end();
	allocs(after);
	boot_release();
	boot_finalize();
	boot_handover();
}

static int verdict_of(void (*run)(void))
{
	verdict_begin();
	boot.judged = true;
	run();
	return verdict_end();
}

static void whole_boot(void)
{
	boot_with(100, 20);
}

static void good_is_good(void)
{
	CHECK_EQ(verdict_of(whole_boot), 0);
	CHECK_EQ(boot.lost, 0);
	CHECK_EQ(sim.freed % PAGE_SIZE, 0);
	CHECK_EQ(kpkeys_log.size, PAGE_ALIGN(kpkeys_log.used));
}

/* --- memory for it ----------------------------------------------------------------- */

static void is_wanted(char *arg, bool wanted, unsigned int warned)
{
	boot_reset();
	CHECK(!sim_param_kpkeys_log_param(arg));
	CHECK_EQ(sim.warned, warned);
	boot_with(3, 3);
	CHECK_EQ(boot.logging, wanted);
	CHECK_EQ(kpkeys_log.lost, 0);
	CHECK_EQ(kpkeys_log.size != 0, wanted);
	CHECK_EQ(boot.events != 0, wanted);
}

static void parameter(void)
{
	is_wanted("on", true, 0);
	is_wanted("0", false, 0);
	is_wanted("off", false, 0);
	is_wanted("1", true, 0);
	is_wanted("maybe", true, 1);
	is_wanted(NULL, true, 1);
}

static void boot_without_memory(void)
{
	kpkeys_test.log_pages = 100000;
	boot_with(100, 20);
}

/* Without a log a page costs no more than with one. */
static void short_way_without_log(void)
{
	CHECK(!sim_param_kpkeys_log_param("off"));
	boot_memory(BASE, PAGES(1024), 0);
	boot_paging_begin();
	allocs(3);
	CHECK_EQ(ppa_run.quick, PPA_RUN_PAGES - 4);
	boot_paging_end();
	CHECK_EQ(kpkeys_log.n[KPKEYS_LOG_UNUSED], 0);
}

/* Counted and told; ranges and keys are as ever. */
static void no_memory(void)
{
	CHECK_EQ(verdict_of(boot_without_memory), 3);
	CHECK_EQ(kpkeys_log.state, KPKEYS_LOG_FAILED);
	CHECK_EQ(boot.records, 0);
	CHECK_EQ(boot.lost, boot.nrec);
	CHECK_EQ(boot.ref.n, 1);
	CHECK(sim_keyed(boot.page[0]) && sim_keyed(boot.page[119]));
	/* No memory for the log; records were lost. */
	CHECK_EQ(sim.warned, 2);
}

static void no_pages_wanted(void)
{
	kpkeys_test.log_pages = 0;
	boot_with(5, 5);
	CHECK_EQ(kpkeys_log.state, KPKEYS_LOG_FAILED);
}

/* The window fails at its third page: what came before is whole. */
static void boot_half_logged(void)
{
	sim.remaps_left = 2;
	boot_with(1500, 20);
}

static void allocation_fails_half_way(void)
{
	unsigned int i;

	CHECK_EQ(verdict_of(boot_half_logged), 3);
	CHECK_EQ(kpkeys_log.state, KPKEYS_LOG_KEPT);
	CHECK(boot.records > 900 && boot.records < 1024);
	CHECK_EQ(boot.lost, boot.nrec - boot.records);
	CHECK_EQ(boot.ref.n, 1);
	for (i = 0; i < boot.npages; i++)
		CHECK(sim_keyed(boot.page[i]));
	CHECK_EQ(kpkeys_log.used, PAGES(2));
	figure("log that fails half-way: %llu records, %llu lost, verify says 3",
	       (unsigned long long)boot.records, (unsigned long long)boot.lost);
}

static void first_page_fails(void)
{
	sim.remaps_left = 0;
	boot_with(5, 5);
	CHECK_EQ(boot.records, 0);
	CHECK_EQ(kpkeys_log.used, 0);
	CHECK_EQ(kpkeys_log.size, 0);
}

static void boot_too_small(void)
{
	kpkeys_test.log_pages = 2;
	boot_with(1000, 500);
}

static void log_is_full(void)
{
	CHECK_EQ(verdict_of(boot_too_small), 3);
	CHECK(boot.lost > 400);
	CHECK_EQ(kpkeys_log.used, PAGES(2));
}

/* Each number of pages in turn, so that the end is at every place of a page. */
static void ends_everywhere(void)
{
	unsigned int i;

	for (i = 480; i < 530; i++) {
		boot_reset();
		boot_with(i, 0);
		CHECK_EQ(boot.lost, 0);
		boot_reset();
		boot_with(0, i);
		CHECK_EQ(boot.lost, 0);
		boot_reset();
		boot_with(i / 2, i - i / 2);
		CHECK_EQ(boot.lost, 0);
		/* The record between them takes room on which pages counted. */
		boot_reset();
		kpkeys_test.log_pages = 1;
		boot_with(i, 40);
		CHECK(kpkeys_log.used <= kpkeys_log.size);
		/* Full in the middle of a record, of each kind. */
		boot_reset();
		kpkeys_test.log_pages = 1;
		boot_with(i, 0);
		CHECK(boot.lost || kpkeys_log.used <= PAGE_SIZE);
	}
}

/* How many records fit into one page: its BASE first, then each as it is long. */
static u64 fit_into_a_page(void)
{
	unsigned int words = KPKEYS_LOG_BASE_WORDS;
	size_t i;

	for (i = 0; i < boot.nrec; i++) {
		bool is_long = boot.rec[i].kind >= SIM_kpkeys_ppa_finalize &&
			       boot.rec[i].level != KPKEYS_PPA_PHASE_ALLOC_ENTRY;

		words += is_long ? KPKEYS_LOG_LONG_WORDS : 1;
		if (words > PAGE_SIZE / sizeof(u64))
			break;
	}
	return i;
}

static void page_is_used_up(void)
{
	bool lost_one = false;
	unsigned int i;

	for (i = 470; i < 510; i++) {
		boot_reset();
		kpkeys_test.log_pages = 1;
		boot_with(i, 0);
		CHECK_EQ(boot.records, fit_into_a_page());
		/* One is enough to be told. */
		CHECK_EQ(sim.warned, boot.lost > 0);
		lost_one |= boot.lost == 1;
	}
	CHECK(lost_one);
	/* One BASE record begins the next page, and no other. */
	boot_reset();
	boot_with(1000, 0);
	CHECK_EQ(kpkeys_log.words[512] >> 60, KPKEYS_LOG_BASE);
	CHECK(kpkeys_log.words[514] >> 60 != KPKEYS_LOG_BASE);
}

static void trimmed(void)
{
	boot_memory(BASE, PAGES(16384), 0);
	boot_paging_begin();
	allocs(10);
	boot_paging_end();
	boot_release();
	/* The page that is being written, and one for what is to come. */
	CHECK_EQ(kpkeys_log.size, PAGES(2));
}

/* As many finalize records as ranges, in what is left after trimming. */
static void trimmed_to_what_finalize_needs(void)
{
	unsigned int i, n;

	for (n = 1; n < 60; n += 3) {
		boot_reset();
		boot_memory(BASE, PAGES(16384), 0);
		kpkeys_test.run = 1;
		boot_paging_begin();
		for (i = 0; i < 480 + n; i++) {
			boot_link(boot_alloc_any());
			if (i < n)
				boot_reserve(boot.page[i] - PAGE_SIZE, PAGE_SIZE);
		}
		sim.keying_fails = boot.page[0];
		boot_finish();
		CHECK_EQ(boot.lost, 0);
		CHECK(boot.ref.n > n / 2);
	}
}

/* The log is as large as it must be, and not much larger. */
static void size_fits(void)
{
	static const u64 sizes[] = { 128, 1024, 16384, 1 << 20, 64 << 20 };
	unsigned int i;

	if (sizeof(phys_addr_t) == 4)
		return;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u64 tables = sizes[i] / 2, most, least;

		boot_reset();
		boot_memory(BASE, MIB(sizes[i]), 0);
		boot_paging_begin();
		/* 8 bytes a table of map and memory map, 48 a range, some. */
		most = tables * 8 * 105 / 100 +
		       48 * kpkeys_ppa_capacity() * 105 / 100 + 4096 * 4;
		/* The memory map is a 64th; levels above count twice. */
		least = tables + tables / 64 + 2 * (sizes[i] / 1024);
		least += least / KPKEYS_LOG_SAMPLE + 6 * kpkeys_ppa_capacity();
		CHECK(kpkeys_log.size >= least * 8 * 512 / 506);
		CHECK(kpkeys_log.size <= most, "%zu bytes for %llu MiB",
		      kpkeys_log.size, (unsigned long long)sizes[i]);
	}
}

/* --- deltas that do not fit --------------------------------------------------------- */

static u64 steps[12];
static unsigned int next_step;

static u64 given_step(void)
{
	return next_step < ARRAY_SIZE(steps) ? steps[next_step++] : 10;
}

static void long_pauses(void)
{
	u64 most = BIT_ULL(KPKEYS_LOG_DTICKS_BITS);
	s64 d;

	for (d = -2; d <= 2; d++) {
		boot_reset();
		boot_memory(BASE, PAGES(4096), 0);
		boot_paging_begin();
		boot_alloc_any();
		/* The counter is read again where a pause turns out to be long. */
		memset(steps, 0, sizeof(steps));
		steps[0] = most + d;
		steps[2] = 5;
		steps[3] = 3 * most + d;
		steps[6] = -7ULL;
		steps[8] = -1ULL;
		steps[11] = 1;
		next_step = 0;
		sim.step = given_step;
		allocs(8);
		boot_finish();
		CHECK_EQ(boot.lost, 0);
		boot_replay(0, ~0ULL);
		CHECK_EQ(boot.backwards, 2);
	}
}

/* ... where a page of the log has room for little more. */
static void pause_at_each_place(void)
{
	unsigned int i;

	for (i = 480; i < 512; i++) {
		boot_reset();
		boot_memory(BASE, PAGES(4096), 0);
		boot_paging_begin();
		allocs(i);
		steps[0] = BIT_ULL(KPKEYS_LOG_DTICKS_BITS);
		next_step = 0;
		memset(steps + 1, 0, sizeof(steps) - sizeof(steps[0]));
		sim.step = given_step;
		allocs(3);
		sim.step = NULL;
		boot_finish();
		CHECK_EQ(boot.lost, 0);
	}
}

/* How long a range took saturates. */
static void long_finalize(void)
{
	u64 most = BIT_ULL(KPKEYS_LOG_DTICKS_BITS);
	s64 d;

	for (d = -2; d <= 2; d++) {
		boot_reset();
		boot_memory(BASE, PAGES(4096), 0);
		boot_paging_begin();
		allocs(1);
		boot_paging_end();
		boot_release();
		steps[0] = 10;
		steps[1] = 10;
		steps[2] = most + d;
		steps[3] = 0;
		steps[4] = -100ULL;
		next_step = 0;
		sim.step = given_step;
		boot_finalize();
		boot_handover();
		boot_replay(0, ~0ULL);
		CHECK_EQ(boot.backwards, 1);
	}
}

static void far_pages(void)
{
	u64 most = PAGES(BIT_ULL(KPKEYS_LOG_DPFN_BITS - 1));
	s64 d;

	if (sizeof(phys_addr_t) == 4)
		return;
	for (d = -2; d <= 2; d++) {
		boot_reset();
		kpkeys_test.run = 1;
		kpkeys_test.log_pages = 8;
		boot_memory(BASE * 64, PAGES(8), 0);
		boot_paging_begin();
		/* One page here, then one that far above, then back below. */
		boot_memory(BASE, PAGES(1), 0);
		allocs(1);
		boot_memory(BASE + most + PAGES(d), PAGES(1), 0);
		allocs(1);
		boot_memory(BASE + PAGES(4), PAGES(1), 0);
		allocs(1);
		boot_memory(BASE + PAGES(4) + 2 * most + PAGES(d), PAGES(1), 0);
		allocs(1);
		boot_memory(BASE + PAGES(4) + most, PAGES(1), 0);
		allocs(1);
		boot_finish();
		CHECK_EQ(boot.lost, 0);
		CHECK_EQ(boot.ref.n, 5);
		boot_replay(0, ~0ULL);
	}
}

/* Setup may be noted by a counter that then goes back. */
static void backwards_at_once(void)
{
	steps[0] = 1000;
	steps[1] = -10ULL;
	next_step = 2;
	boot_memory(BASE, PAGES(4096), 0);
	next_step = 0;
	steps[2] = 0;
	sim.step = given_step;
	boot_paging_begin();
	sim.step = NULL;
	boot_finish();
	boot_replay(0, ~0ULL);
	CHECK_EQ(boot.backwards, 1);
}

static u64 no_step(void)
{
	return 0;
}

/* ... and one that stands still, so that nobody knows when anything was. */
static void no_counter(void)
{
	kpkeys_test.nocounter = true;
	sim.freq = 0;
	sim.last_ticks = 0;
	sim.step = no_step;
	boot_memory(BASE, PAGES(4096), 0);
	boot_paging_begin();
	allocs(600);
	boot_finish();
	CHECK_EQ(boot.lost, 0);
	boot_replay(0, ~0ULL);
	CHECK_EQ(boot.backwards, 0);
}

const struct sim_case log_cases[] = {
	{ "what a good boot logs, verify finds good", good_is_good },
	{ "kpkeys.ppa_log=", parameter },
	{ "without a log pages go the short way, too", short_way_without_log },
	{ "no memory for the log: all is counted, verify says 3", no_memory },
	{ "a log of no pages", no_pages_wanted },
	{ "memory fails at once", first_page_fails },
	{ "a log that ends at each place of a page", ends_everywhere },
	{ "a log with no more room than finalize needs", trimmed_to_what_finalize_needs },
	{ "what is not needed goes back to memblock", trimmed },
	{ "pauses that do not fit into a record", long_pauses },
	{ "... at each place of a page", pause_at_each_place },
	{ "a finalize that does not", long_finalize },
	{ "distances that do not", far_pages },
	{ "a counter that goes back at once", backwards_at_once },
	{ "a counter that stands still", no_counter },
#ifndef SIM_PAGE_SHIFT
	/* These have the numbers of pages of 4 KiB. */
	{ "memory fails half-way: counted, verify says 3, keys are there",
	  allocation_fails_half_way },
	{ "a log that is full: verify says 3", log_is_full },
	{ "each page of the log is used up", page_is_used_up },
	{ "the log is as large as it must be, up to 64 TiB", size_fits },
#endif
	{ }
};
