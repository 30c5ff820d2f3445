// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event log of the early page-table allocator: how it is written.
 *
 * The log is one block of memblock memory, taken before the first table, so
 * that it does not cut the allocator's range in two. There is no linear map
 * yet: until there is one, the page being written is seen through a window of
 * early_memremap().
 *
 * The format is described in kpkeys.h, its reader is kpkeys_replay.c.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/bitfield.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kpkeys.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "kpkeys.h"

#define PAGE_WORDS	(PAGE_SIZE / sizeof(u64))

struct kpkeys_log kpkeys_log;

static size_t page_nr __initdata;
static bool through_window __initdata;
static bool full __initdata = true;

/* False where no log is wanted: then nothing is counted either. */
static bool recording __initdata;

static u64 setup_ticks __initdata;
static bool log_wanted __initdata = true;

static int __init kpkeys_log_param(char *arg)
{
	bool on;

	if (!arg || kstrtobool(arg, &on)) {
		pr_warn("kpkeys.ppa_log=%s is neither on nor off: taken as on\n",
			arg ?: "");
		on = true;
	}
	log_wanted = on;
	return 0;
}
early_param("kpkeys.ppa_log", kpkeys_log_param);

/**
 * kpkeys_ppa_setup - remember when kpkeys code ran for the first time
 */
void __init kpkeys_ppa_setup(void)
{
	setup_ticks = kpkeys_counter();
}

static u64 __init tables_touched(phys_addr_t start, phys_addr_t end,
				 unsigned int shift)
{
	return ((end - 1) >> shift) - (start >> shift) + 1;
}

/*
 * How many page tables this boot will make, at most: for the linear map one
 * for each PMD_SIZE, PUD_SIZE and so on that a piece of memory touches, and
 * the same for the array of struct page. Twice the upper levels: physical and
 * virtual addresses may differ by less than what their entries map.
 */
static u64 __init count_tables(void)
{
	phys_addr_t start, end;
	u64 i, tables = 0;

	for_each_mem_range(i, &start, &end) {
		phys_addr_t map = PHYS_PFN(start) * sizeof(struct page);
		phys_addr_t map_end = (PHYS_PFN(end - 1) + 1) * sizeof(struct page);

		tables += tables_touched(start, end, PMD_SHIFT);
		tables += 2 * tables_touched(start, end, PUD_SHIFT);
		tables += 2 * tables_touched(start, end, P4D_SHIFT);
		tables += 2 * tables_touched(start, end, PGDIR_SHIFT);
		tables += tables_touched(map, map_end, PMD_SHIFT);
		tables += 2 * tables_touched(map, map_end, PUD_SHIFT);
		tables += 2 * tables_touched(map, map_end, P4D_SHIFT);
		tables += 2 * tables_touched(map, map_end, PGDIR_SHIFT);
	}
	return tables;
}

static size_t __init log_size(void)
{
	u64 tables = count_tables();
	u64 words, pages;

	words = tables + tables / KPKEYS_LOG_SAMPLE + 1;
	/* A range of its own costs its finalize record and a BASE record. */
	words += kpkeys_ppa_capacity() *
		 (KPKEYS_LOG_LONG_WORDS + KPKEYS_LOG_BASE_WORDS);
	/* A page begins with a BASE record and may end with unused words. */
	pages = DIV_ROUND_UP_ULL(words, PAGE_WORDS - KPKEYS_LOG_BASE_WORDS -
				 KPKEYS_LOG_LONG_WORDS) + 1;

	return PAGE_SIZE * kpkeys_test_or(kpkeys_test.log_pages, pages);
}

/* How many more words the page that is written has room for; 0 without one. */
static unsigned long __init room(void)
{
	return (-(unsigned long)kpkeys_log.next & ~PAGE_MASK) / sizeof(u64);
}

/* The page that is being written. */
static u64 *__init this_page(void)
{
	return kpkeys_log.next - (PAGE_WORDS - room());
}

static bool __init next_page(void)
{
	phys_addr_t phys = kpkeys_log.phys + page_nr * PAGE_SIZE;

	if (kpkeys_log.next) {
		memset(kpkeys_log.next, 0, room() * sizeof(u64));
		if (through_window)
			early_memunmap(this_page(), PAGE_SIZE);
	}
	kpkeys_log.next = NULL;

	if ((page_nr + 1) * PAGE_SIZE > kpkeys_log.size)
		return false;

	kpkeys_log.next = through_window ? early_memremap(phys, PAGE_SIZE) : __va(phys);
	if (!kpkeys_log.next)
		return false;
	page_nr++;
	return true;
}

static void __init put_base(u64 pfn, u64 ticks)
{
	*kpkeys_log.next++ = FIELD_PREP(KPKEYS_LOG_TAG, KPKEYS_LOG_BASE) |
			     FIELD_PREP(KPKEYS_LOG_VALUE, pfn);
	*kpkeys_log.next++ = ticks;
	if (ticks < kpkeys_log.ticks)
		kpkeys_log.backwards++;
	kpkeys_log.pfn = pfn;
	kpkeys_log.ticks = ticks;
}

/*
 * Make room for @words in one page; a new one begins with a BASE record of
 * @pfn and @ticks. From the first record that finds no room on all are counted
 * only, so that what is in the log has no hole.
 */
static bool __init make_room(unsigned int words, u64 pfn, u64 ticks)
{
	if (room() >= words)
		return true;

	if (!full) {
		if (next_page()) {
			put_base(pfn, ticks);
			return true;
		}
		full = true;
	}
	kpkeys_log.lost++;
	return false;
}

/*
 * Make sure that a one-word record can be written whose deltas fit. Returns
 * false if it cannot be written at all.
 */
static bool __init rebase(u64 pfn, u64 ticks)
{
	if (!make_room(KPKEYS_LOG_BASE_WORDS + 1, pfn, ticks))
		return false;

	if (kpkeys_log.pfn != pfn || kpkeys_log.ticks != ticks)
		put_base(pfn, ticks);
	return true;
}

/*
 * Do both deltas fit? One comparison tells: a PFN has less than 40 bits, so
 * that nothing is lost by the shift.
 */
static bool __init fit(u64 dpfn, u64 dticks)
{
	dpfn += BIT_ULL(KPKEYS_LOG_DPFN_BITS - 1);
	dpfn <<= KPKEYS_LOG_DTICKS_BITS - KPKEYS_LOG_DPFN_BITS;
	return (dpfn | dticks) < BIT_ULL(KPKEYS_LOG_DTICKS_BITS);
}

/* A record of one word but for the level and the ticks. */
static u64 __init word(enum kpkeys_log_tag tag, u64 dpfn)
{
	return FIELD_PREP(KPKEYS_LOG_TAG, tag) |
	       (dpfn << KPKEYS_LOG_DTICKS_BITS & KPKEYS_LOG_DPFN);
}

static void __init put_record(enum kpkeys_log_tag tag, unsigned int level,
			      u64 pfn, u64 ticks)
{
	if (!(room() && fit(pfn - kpkeys_log.pfn, ticks - kpkeys_log.ticks)) &&
	    !rebase(pfn, ticks))
		return;

	*kpkeys_log.next++ = word(tag, pfn - kpkeys_log.pfn) |
			     FIELD_PREP(KPKEYS_LOG_LEVEL, level) |
			     (ticks - kpkeys_log.ticks);
	kpkeys_log.pfn = pfn;
	kpkeys_log.ticks = ticks;
	kpkeys_log.n[tag]++;
}

/**
 * kpkeys_log_entry - an allocation that is sampled begins
 *
 * The time between this record and the next is what the allocator took.
 */
void __init kpkeys_log_entry(void)
{
	if (recording)
		put_record(KPKEYS_LOG_ENTRY, 0, kpkeys_log.pfn, kpkeys_log_ticks());
}

/**
 * kpkeys_log_page - a page was handed out
 * @tag: what became of it in the range table: new to overflow
 * @level: enum kpkeys_ppa_level
 * @addr: its physical address
 */
void __init kpkeys_log_page(enum kpkeys_log_tag tag, unsigned int level,
			    phys_addr_t addr)
{
	if (recording)
		put_record(tag, level, PHYS_PFN(addr), kpkeys_log_ticks());
}

static u64 __init step_of(enum kpkeys_log_tag tag)
{
	return tag == KPKEYS_LOG_APPEND ? 1 : -1ULL;
}

/**
 * kpkeys_log_begin_steps - pages follow that lie side by side, in one direction
 * @tag: KPKEYS_LOG_APPEND if upwards, KPKEYS_LOG_PREPEND if downwards; the page
 *	before them is the one that was logged last
 *
 * Nothing but kpkeys_log_step() may write to the log until
 * kpkeys_log_end_steps().
 *
 * Return: how many of them kpkeys_log_step() takes; none once the log is full,
 * any number where nothing is recorded.
 */
unsigned long __init kpkeys_log_begin_steps(enum kpkeys_log_tag tag)
{
	if (!recording)
		return ULONG_MAX;

	kpkeys_log.step = word(tag, step_of(tag));
	return room();
}

/**
 * kpkeys_log_end_steps - count what kpkeys_log_step() has written
 * @n: how many pages that was, since kpkeys_log_begin_steps()
 */
void __init kpkeys_log_end_steps(unsigned long n)
{
	enum kpkeys_log_tag tag = FIELD_GET(KPKEYS_LOG_TAG, kpkeys_log.step);

	if (!recording)
		return;

	kpkeys_log.n[tag] += n;
	kpkeys_log.pfn += n * step_of(tag);
}

static void __init put_long(enum kpkeys_log_tag tag, u64 value, u64 ticks,
			    u64 word2, u64 word3)
{
	if (!recording || !make_room(KPKEYS_LOG_LONG_WORDS, kpkeys_log.pfn, ticks))
		return;

	kpkeys_log.next[0] = FIELD_PREP(KPKEYS_LOG_TAG, tag) |
			     FIELD_PREP(KPKEYS_LOG_VALUE, value);
	kpkeys_log.next[1] = ticks;
	kpkeys_log.next[2] = word2;
	kpkeys_log.next[3] = word3;
	kpkeys_log.next += KPKEYS_LOG_LONG_WORDS;
	if (ticks < kpkeys_log.ticks)
		kpkeys_log.backwards++;
	kpkeys_log.ticks = ticks;
	kpkeys_log.n[tag]++;
}

/**
 * kpkeys_log_finalize - a range got its key, or not
 * @start: physical address of the range
 * @size: its bytes
 * @pkey: the key
 * @error: what set_memory_pkey() returned
 * @begin: ticks when it was called
 * @end: ticks when it returned
 */
void __init kpkeys_log_finalize(phys_addr_t start, phys_addr_t size, int pkey,
				int error, u64 begin, u64 end)
{
	u64 value = FIELD_PREP(KPKEYS_LOG_FIN_PKEY, pkey) |
		    FIELD_PREP(KPKEYS_LOG_FIN_ERRNO, -error) |
		    min(end - begin, KPKEYS_LOG_FIN_TICKS);

	put_long(KPKEYS_LOG_FINALIZE, value, begin, PHYS_PFN(start),
		 PHYS_PFN(size));
}

/**
 * kpkeys_log_phase - a point of the boot was reached
 * @phase: which
 * @ticks: when
 * @count: see the kpkeys_ppa_phase event
 * @missed: see there
 */
void __init kpkeys_log_phase(enum kpkeys_ppa_phase phase, u64 ticks, u64 count,
			     u64 missed)
{
	put_long(KPKEYS_LOG_PHASE, phase, ticks, count, missed);
}

/**
 * kpkeys_log_start - take memory for the log, before the first table
 *
 * Without memory the boot goes on, and what could not be logged is counted.
 */
void __init kpkeys_log_start(void)
{
	if (!log_wanted)
		return;

	recording = true;
	kpkeys_log.size = log_size();
	kpkeys_log.phys = kpkeys_log.size ?
		memblock_phys_alloc_range(kpkeys_log.size, PAGE_SIZE, 0,
					  MEMBLOCK_ALLOC_NOLEAKTRACE) : 0;
	if (!kpkeys_log.phys) {
		pr_warn("no memory for the event log of early page tables (%zu KiB)\n",
			kpkeys_log.size >> 10);
		kpkeys_log.size = 0;
		kpkeys_log.state = KPKEYS_LOG_FAILED;
	} else {
		kpkeys_log.state = KPKEYS_LOG_KEPT;
		through_window = true;
		full = false;
	}
	setup_ticks = kpkeys_test_ticks(setup_ticks);
	kpkeys_log.ticks = setup_ticks;
	kpkeys_log_phase(KPKEYS_PPA_PHASE_SETUP, setup_ticks, 0, 0);
}

/**
 * kpkeys_log_move - from now on write through the linear map
 */
void __init kpkeys_log_move(void)
{
	if (kpkeys_log.state != KPKEYS_LOG_KEPT)
		return;

	kpkeys_log.words = __va(kpkeys_log.phys);
	through_window = false;
	if (kpkeys_log.next) {
		u64 *window = this_page();
		u64 *page = __va(kpkeys_log.phys + (page_nr - 1) * PAGE_SIZE);

		kpkeys_log.next = page + (kpkeys_log.next - window);
		early_memunmap(window, PAGE_SIZE);
	}
}

/**
 * kpkeys_log_trim - return the pages that will not be needed to memblock
 *
 * What comes after this is a finalize record a range, one for a table that the
 * walk cannot key, and three phases.
 */
void __init kpkeys_log_trim(void)
{
	size_t words = (kpkeys_ppa_nr_ranges() + 4) * KPKEYS_LOG_LONG_WORDS;
	size_t pages = page_nr + DIV_ROUND_UP(words, PAGE_WORDS -
					      KPKEYS_LOG_BASE_WORDS -
					      KPKEYS_LOG_LONG_WORDS);
	size_t size = pages * PAGE_SIZE;

	if (kpkeys_log.state != KPKEYS_LOG_KEPT || size >= kpkeys_log.size)
		return;

	memblock_phys_free(kpkeys_log.phys + size, kpkeys_log.size - size);
	kpkeys_log.size = size;
}

/* Memblock cannot free any more: the page allocator has the memory. */
static void __init give_back_rest(void)
{
	size_t size = PAGE_ALIGN(kpkeys_log.used);
	void *start = (void *)kpkeys_log.words;

	if (size == kpkeys_log.size)
		return;

	free_reserved_area(start + size, start + kpkeys_log.size, -1, NULL);
	kpkeys_log.size = size;
}

/**
 * kpkeys_log_close - write the last record; nothing is logged after it
 */
void __init kpkeys_log_close(void)
{
	if (!kpkeys_hardened_pgtables_early_enabled())
		return;

	kpkeys_log_phase(KPKEYS_PPA_PHASE_HANDOVER, kpkeys_log_ticks(),
			 kpkeys_ppa_nr_ranges(), kpkeys_ppa_nr_overflows());
	if (kpkeys_log.state != KPKEYS_LOG_KEPT)
		return;

	/* No next word: the last page is full. */
	kpkeys_log.used = kpkeys_log.next ?
		(void *)kpkeys_log.next - (void *)kpkeys_log.words :
		page_nr * PAGE_SIZE;
	give_back_rest();
}
