// SPDX-License-Identifier: GPL-2.0-only
/*
 * PPA, the pkeys physmem allocator: page-table pages from memblock, their
 * ranges, and the key that all of them get in one go.
 *
 * Tables that are made before the buddy allocator is up cannot get their key
 * at birth, because the linear map that holds the keys is being built out of
 * them. The ranges are remembered here until kpkeys_ppa_finalize().
 *
 * A boot makes one table for every PMD_SIZE of memory, and memblock hands out
 * neighbours, so that all of them usually form a single range. The table is
 * kept sorted and the last range is tried first.
 *
 * Without keys there is nothing to remember, but one call of memblock for many
 * pages is faster than one for each, all the same.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/kasan.h>
#include <linux/kconfig.h>
#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/printk.h>

#include <asm/sections.h>

#include "kpkeys.h"

/*
 * What separates two ranges is mostly a hole or a region that memblock knows,
 * and its arrays cannot grow before paging_init() is done: where they end, so
 * does the boot. Regions that touch are one to memblock, though, so that the
 * page of another between two of ours takes an entry here and none there.
 */
#define PPA_MAX_RANGES	MAX(INIT_MEMBLOCK_RESERVED_REGIONS, INIT_MEMBLOCK_MEMORY_REGIONS)

/* What the events say of a level is enum pgtable_level. */
static_assert((int)KPKEYS_PPA_LEVEL_PTE == (int)PGTABLE_LEVEL_PTE);
static_assert((int)KPKEYS_PPA_LEVEL_PMD == (int)PGTABLE_LEVEL_PMD);
static_assert((int)KPKEYS_PPA_LEVEL_PUD == (int)PGTABLE_LEVEL_PUD);
static_assert((int)KPKEYS_PPA_LEVEL_P4D == (int)PGTABLE_LEVEL_P4D);
static_assert((int)KPKEYS_PPA_LEVEL_PGD == (int)PGTABLE_LEVEL_PGD);

struct ppa_range {
	phys_addr_t start;
	phys_addr_t end;
};

/* Sorted by address; ranges never touch each other. */
static struct ppa_range ranges[PPA_MAX_RANGES] __initdata;
static unsigned int nr_ranges __initdata;
static unsigned int last_range __initdata;

/*
 * The rest of what memblock gave last.
 * @range: the range that ends where it begins or begins where it ends, if the
 *	page before was taken from it
 * @quick: how many pages more need only be added to @range and logged, before one
 *	is sampled, the log's page is full, or the last one is taken
 * @granted: what @quick was at first; those that were taken since are not counted
 *	anywhere else until settle()
 */
static struct ppa_run {
	phys_addr_t start;
	phys_addr_t end;
	struct ppa_range *range;
	unsigned long quick;
	unsigned long granted;
	bool upwards;
} run __initdata;

/* Used with the scatter knob only. */
static phys_addr_t held_page __initdata;

static unsigned long nr_pages __initdata;
static unsigned long next_sample __initdata;
static unsigned long nr_overflows __initdata;

/* Set when memblock is about to hand over to the buddy allocator. */
static bool closed __ro_after_init;

unsigned int __init kpkeys_ppa_nr_ranges(void)
{
	return nr_ranges;
}

unsigned int __init kpkeys_ppa_capacity(void)
{
	return min_t(long, kpkeys_test_or(kpkeys_test.ranges, PPA_MAX_RANGES),
		     PPA_MAX_RANGES);
}

unsigned long __init kpkeys_ppa_nr_overflows(void)
{
	return nr_overflows;
}

static void __init give_back_run(void)
{
	if (run.end > run.start)
		memblock_phys_free(run.start, run.end - run.start);
	run.start = 0;
	run.end = 0;
}

/*
 * A run takes an entry of memblock's array for each gap that it fits in, and leaves the
 * rest of the gap. The array cannot grow while the linear map is made: before it is full,
 * single pages use up such rests, which takes none.
 */
static unsigned long __init run_pages(void)
{
	if (memblock.reserved.cnt > memblock.reserved.max / 8 * 7)
		return 1;
	return kpkeys_test_or(kpkeys_test.run, PPA_RUN_PAGES);
}

static bool __init take_run_from(int nid, bool exact_nid)
{
	phys_addr_t size = PAGE_SIZE * run_pages();

	for (; size >= PAGE_SIZE; size = ALIGN_DOWN(size / 2, PAGE_SIZE)) {
		run.start = memblock_alloc_range_nid(size, PAGE_SIZE, 0,
						     MEMBLOCK_ALLOC_NOLEAKTRACE,
						     nid, exact_nid);
		if (run.start) {
			run.end = run.start + size;
			run.upwards = memblock_bottom_up();
			return true;
		}
	}
	return false;
}

/* Rather a short run on the node that was asked for than a long one elsewhere. */
static bool __init take_run(int nid)
{
	give_back_run();
	if (nid != NUMA_NO_NODE && take_run_from(nid, true))
		return true;
	return take_run_from(NUMA_NO_NODE, false);
}

static bool __init run_serves(int nid)
{
	if (run.start == run.end)
		return false;
	return nid == NUMA_NO_NODE ||
	       early_pfn_to_nid(PHYS_PFN(run.start)) == nid;
}

/* In memblock's own direction, so that one run continues the one before. */
static phys_addr_t __init take_page(int nid)
{
	phys_addr_t addr;

	if (!run_serves(nid) && !take_run(nid))
		return 0;

	if (run.upwards) {
		addr = run.start;
		run.start += PAGE_SIZE;
	} else {
		run.end -= PAGE_SIZE;
		addr = run.end;
	}
	return addr;
}

/* The first range that begins behind @addr, or nr_ranges. */
static unsigned int __init range_behind(phys_addr_t addr)
{
	unsigned int low = 0, high = nr_ranges;

	/* Mostly the last one, or the one behind it. */
	if (nr_ranges && ranges[last_range].start > addr) {
		high = last_range;
		if (!high || ranges[high - 1].start < addr)
			return high;
	} else if (nr_ranges) {
		low = last_range + 1;
		if (low == nr_ranges || ranges[low].start > addr)
			return low;
	}

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (ranges[mid].start > addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static void __init remove_range(unsigned int i)
{
	nr_ranges--;
	memmove(&ranges[i], &ranges[i + 1], (nr_ranges - i) * sizeof(ranges[0]));
}

static void __init insert_range(unsigned int i, phys_addr_t addr)
{
	memmove(&ranges[i + 1], &ranges[i], (nr_ranges - i) * sizeof(ranges[0]));
	nr_ranges++;
	ranges[i].start = addr;
	ranges[i].end = addr + PAGE_SIZE;
}

/*
 * Put a page into the table: it joins whatever it touches. Only a page that
 * touches nothing needs a free entry.
 */
static enum kpkeys_log_tag __init track(phys_addr_t addr)
{
	unsigned int next = range_behind(addr);
	bool at_start = next < nr_ranges &&
			ranges[next].start == addr + PAGE_SIZE;
	bool at_end = next > 0 && ranges[next - 1].end == addr;

	if (at_start && at_end) {
		ranges[next - 1].end = ranges[next].end;
		remove_range(next);
		last_range = next - 1;
		return KPKEYS_LOG_BRIDGE;
	}
	if (at_start) {
		ranges[next].start = addr;
		last_range = next;
		return KPKEYS_LOG_PREPEND;
	}
	if (at_end) {
		ranges[next - 1].end += PAGE_SIZE;
		last_range = next - 1;
		return KPKEYS_LOG_APPEND;
	}
	if (nr_ranges == kpkeys_ppa_capacity())
		return KPKEYS_LOG_OVERFLOW;

	insert_range(next, addr);
	last_range = next;
	return KPKEYS_LOG_NEW;
}

/* With scatter set: pages that start ranges and, next, join two of them. */
static phys_addr_t __init take_scattered_page(int nid)
{
	phys_addr_t addr = held_page;

	held_page = 0;
	if (addr)
		return addr;

	addr = take_page(nid);
	if (addr && nr_pages % 4 == 0) {
		held_page = addr;
		addr = take_page(nid);
	}
	return addr;
}

/*
 * One allocation in a block of KPKEYS_LOG_SAMPLE is stamped on entry, at another
 * place in each block: the first of a run costs more than the others.
 */
static void __init sample(void)
{
	unsigned long block = next_sample / KPKEYS_LOG_SAMPLE + 1;

	kpkeys_log_entry();
	next_sample = block * KPKEYS_LOG_SAMPLE + block % KPKEYS_LOG_SAMPLE;
}

/*
 * Any page. The knobs that hand pages out in another order, or keep one out of
 * the table, leave no range to be continued.
 */
static phys_addr_t __init take_and_track(int nid, enum kpkeys_log_tag *tag)
{
	bool untracked = kpkeys_test_hit(kpkeys_test.untracked, nr_pages);
	phys_addr_t addr;

	run.range = NULL;
	addr = kpkeys_test.scatter ? take_scattered_page(nid) : take_page(nid);
	*tag = KPKEYS_LOG_UNUSED;
	if (!addr || untracked)
		return addr;

	*tag = track(addr);
	if (*tag == KPKEYS_LOG_OVERFLOW)
		nr_overflows++;
	else if (!kpkeys_test.scatter && kpkeys_test.untracked < 0)
		run.range = &ranges[last_range];
	return addr;
}

/*
 * Nearly all pages continue a run whose page before was tracked. Where the next
 * one is in the run too, such a page touches nothing but that range.
 */
static bool __init run_goes_on(void)
{
	return run.range && run.end - run.start > PAGE_SIZE;
}

static enum kpkeys_log_tag __init run_tag(void)
{
	return run.upwards ? KPKEYS_LOG_APPEND : KPKEYS_LOG_PREPEND;
}

static __always_inline phys_addr_t go_on(void)
{
	phys_addr_t addr;

	if (run.upwards) {
		addr = run.start;
		run.start += PAGE_SIZE;
		run.range->end = run.start;
	} else {
		run.end -= PAGE_SIZE;
		addr = run.end;
		run.range->start = addr;
	}
	return addr;
}

/* Count the pages that were taken quickly. Then something else may be logged. */
static void __init settle(void)
{
	unsigned long n = run.granted - run.quick;

	kpkeys_log_end_steps(n);
	nr_pages += n;
	run.granted = 0;
	run.quick = 0;
}

/* Nothing is remembered: the rest of the run can be handed out as it is. */
static phys_addr_t __init take_without_keys(int nid)
{
	static struct ppa_range ignored __initdata;
	phys_addr_t addr = take_page(nid);

	run.range = &ignored;
	run.quick = PHYS_PFN(run.end - run.start);
	run.granted = run.quick;
	return addr;
}

static noinline phys_addr_t __init alloc_slowly(unsigned int level, int nid)
{
	enum kpkeys_log_tag tag = run_tag();
	phys_addr_t addr;

	settle();
	if (!kpkeys_hardened_pgtables_early_enabled())
		return take_without_keys(nid);

	if (IS_ENABLED(CONFIG_KPKEYS_PPA_TRACE) && nr_pages == next_sample)
		sample();

	if (nid == NUMA_NO_NODE && run_goes_on())
		addr = go_on();
	else
		addr = take_and_track(nid, &tag);
	if (!addr)
		return 0;

	kpkeys_test_note_page(addr, nr_pages);
	nr_pages++;
	if (tag != KPKEYS_LOG_UNUSED)
		kpkeys_log_page(tag, level, addr);
	if (run_goes_on())
		run.quick = min3(PHYS_PFN(run.end - run.start) - 1,
				 next_sample - nr_pages,
				 kpkeys_log_begin_steps(run_tag()));
	run.granted = run.quick;
	return addr;
}

/**
 * kpkeys_physmem_pgtable_alloc_level - get memory for an early page-table page
 * @level: the level that the table will have
 * @nid: node that the page should come from, or NUMA_NO_NODE
 *
 * The page is not zeroed. It gets its key, if there are keys, in
 * kpkeys_hardened_pgtables_init(); it is never freed.
 *
 * Return: physical address of one page, or 0 if memblock has none left, or,
 * with a warning, if memblock has been released to the buddy allocator.
 */
phys_addr_t __ref kpkeys_physmem_pgtable_alloc_level(enum pgtable_level level,
						     int nid)
{
	unsigned long quick;
	phys_addr_t addr;

	if (WARN_ONCE(closed, "kpkeys: page table asked from memblock after it was released\n"))
		return 0;

	/* Not closed: __init code is still there. */
	quick = run.quick;
	if (nid != NUMA_NO_NODE || !quick || !kpkeys_log_step(level))
		return alloc_slowly(level, nid);

	addr = go_on();
	kpkeys_test_note_page(addr, nr_pages + run.granted - quick);
	run.quick = quick - 1;
	return addr;
}

/**
 * kpkeys_physmem_pgtable_alloc - the same for any level and node
 *
 * Return: as kpkeys_physmem_pgtable_alloc_level().
 */
phys_addr_t kpkeys_physmem_pgtable_alloc(void)
{
	return kpkeys_physmem_pgtable_alloc_level((enum pgtable_level)KPKEYS_PPA_LEVEL_UNKNOWN,
						  NUMA_NO_NODE);
}

/**
 * kpkeys_ppa_paging_begin - called before the first table of the linear map
 */
void __init kpkeys_ppa_paging_begin(void)
{
	if (!kpkeys_hardened_pgtables_early_enabled())
		return;

	if (kpkeys_test.bottomup)
		memblock_set_bottom_up(true);
	kpkeys_log_start();
	kpkeys_log_phase(KPKEYS_PPA_PHASE_PAGING_BEGIN, kpkeys_log_ticks(), 0, 0);
}

/**
 * kpkeys_ppa_paging_end - called when the linear map can be used
 */
void __init kpkeys_ppa_paging_end(void)
{
	if (!kpkeys_hardened_pgtables_early_enabled())
		return;

	settle();
	kpkeys_log_move();
	kpkeys_log_phase(KPKEYS_PPA_PHASE_PAGING_END, kpkeys_log_ticks(), 0, 0);
}

/**
 * kpkeys_ppa_release - give back what was not needed
 *
 * Called at the last point before memblock_free_all(). What is returned to
 * memblock later is lost: it would be neither reserved nor free.
 */
void __init kpkeys_ppa_release(void)
{
	closed = true;
	settle();
	if (held_page)
		memblock_phys_free(held_page, PAGE_SIZE);
	give_back_run();
	kpkeys_log_trim();
}

/* What the walk over the tables found. */
static unsigned long walk_tables __initdata;
static unsigned long walk_missed __initdata;
static unsigned long walk_failed __initdata;

/* The table in which the entries of the linear map from @leaf_base on are. */
static unsigned long leaf_base __initdata = ULONG_MAX;
static pte_t *leaf_table __initdata;

static noinline void __init look_up_leaf(unsigned long addr)
{
	leaf_base = addr & PMD_MASK;
	leaf_table = virt_to_kpte(leaf_base);
}

/*
 * The key that a page has in the linear map, which is mapped by pages. Tables
 * are neighbours, so the table that holds their entries is looked up once.
 */
static __always_inline int page_pkey(unsigned long addr)
{
	if (unlikely((addr & PMD_MASK) != leaf_base))
		look_up_leaf(addr);
	return leaf_table ? kpkeys_pte_pkey(leaf_table[pte_index(addr)]) : -1;
}

/* Tables in the kernel image are static: they never were the PPA's. */
static bool __init in_image(phys_addr_t addr)
{
	return addr >= __pa_symbol(_text) && addr < __pa_symbol(_end);
}

/* KASAN makes the tables of its shadow by itself, and leaves their key to this. */
static bool __init maps_shadow(unsigned long mapped)
{
#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
	return mapped >= KASAN_SHADOW_START && mapped < KASAN_SHADOW_END;
#else
	return false;
#endif
}

static noinline void __init key_table(void *table, unsigned long mapped)
{
	unsigned long addr = (unsigned long)table;
	u64 begin;
	int error;

	if (in_image(__pa(addr)))
		return;

	walk_tables++;
	if (!maps_shadow(mapped))
		walk_missed++;
	begin = kpkeys_log_ticks();
	error = set_memory_pkey(addr, 1, KPKEYS_PKEY_PGTABLES);
	if (!error && page_pkey(addr) == KPKEYS_PKEY_PGTABLES)
		return;

	/* The first one stands for all: there may be as many as tables. */
	if (walk_failed++)
		return;
	kpkeys_log_finalize(__pa(addr), PAGE_SIZE, KPKEYS_PKEY_PGTABLES,
			    error ?: -EFAULT, begin, kpkeys_log_ticks());
	pr_err("page table at 0x%llx cannot get its key (error %d)\n",
	       (u64)__pa(addr), error);
}

/*
 * @mapped: what the first entry of the table that is looked at maps
 *
 * Those in the image get their key after this.
 */
static __always_inline void check_table(void *table, unsigned long mapped)
{
	if (likely(page_pkey((unsigned long)table) == KPKEYS_PKEY_PGTABLES))
		walk_tables++;
	else
		key_table(table, mapped);
}

/* KASAN links the same few tables, which are static, for all empty memory. */
static bool __init is_zero_shadow(void *table)
{
#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
	if (CONFIG_PGTABLE_LEVELS > 2 && table == lm_alias(kasan_early_shadow_pmd))
		return true;
	if (CONFIG_PGTABLE_LEVELS > 3 && table == lm_alias(kasan_early_shadow_pud))
		return true;
#endif
	return false;
}

/* @addr: what the first entry maps. Tables are walked as a whole. */
static void __init walk_pmds(pud_t *pud, unsigned long addr)
{
	pmd_t *pmd = pmd_offset(pud, addr);
	unsigned int i;

	for (i = 0; i < PTRS_PER_PMD; i++, addr += PMD_SIZE) {
		pmd_t val = pmdp_get(&pmd[i]);

		/* A leaf would be a bad table. */
		if (!pmd_none(val) && !pmd_bad(val))
			check_table((void *)pmd_page_vaddr(val), addr);
	}
}

static void __init walk_puds(p4d_t *p4d, unsigned long addr, unsigned long end)
{
	pud_t *pud = pud_offset(p4d, addr);
	unsigned long next;

	do {
		pud_t val = pudp_get(pud);

		next = pud_addr_end(addr, end);
		if (pud_none(val) || pud_leaf(val) ||
		    is_zero_shadow(pud_pgtable(val)))
			continue;
		if (!mm_pmd_folded(&init_mm))
			check_table(pud_pgtable(val), addr);
		walk_pmds(pud, addr);
	} while (pud++, addr = next, addr != end);
}

static void __init walk_p4ds(pgd_t *pgd, unsigned long addr, unsigned long end)
{
	p4d_t *p4d = p4d_offset(pgd, addr);
	unsigned long next;

	do {
		p4d_t val = p4dp_get(p4d);

		next = p4d_addr_end(addr, end);
		if (p4d_none(val) || is_zero_shadow(p4d_pgtable(val)))
			continue;
		if (!mm_pud_folded(&init_mm))
			check_table(p4d_pgtable(val), addr);
		walk_puds(p4d, addr, next);
	} while (p4d++, addr = next, addr != end);
}

/*
 * Look at every table below the kernel's root, and key those that the ranges
 * missed, pages that found the range table full for one; and the tables of
 * KASAN's shadow. Only leaves change under the walk.
 */
static void __init walk_tables_from(unsigned long addr)
{
	pgd_t *pgd = pgd_offset_k(addr);
	unsigned long next, end = ULONG_MAX & PAGE_MASK;

	do {
		pgd_t val = pgdp_get(pgd);

		next = pgd_addr_end(addr, end);
		if (pgd_none(val))
			continue;
		if (!mm_p4d_folded(&init_mm))
			check_table(p4d_offset(pgd, addr) - p4d_index(addr), addr);
		walk_p4ds(pgd, addr, next);
	} while (pgd++, addr = next, addr != end);
}

static void __init finalize_range(const struct ppa_range *range)
{
	phys_addr_t size = range->end - range->start;
	u64 begin = kpkeys_log_ticks();
	int error;

	error = set_memory_pkey((unsigned long)__va(range->start),
				size >> PAGE_SHIFT, KPKEYS_PKEY_PGTABLES);
	kpkeys_log_finalize(range->start, size, KPKEYS_PKEY_PGTABLES, error,
			    begin, kpkeys_log_ticks());
	if (error)
		pr_err("range [%pa, %pa) cannot get its key (error %d)\n",
		       &range->start, &range->end, error);
}

/**
 * kpkeys_ppa_finalize - set the key on every page that the PPA handed out
 *
 * Errors of a range are reported and logged; the walk that follows tries its
 * pages again one by one, with all others that the ranges do not know.
 */
void __init kpkeys_ppa_finalize(void)
{
	unsigned int i;

	kpkeys_log_phase(KPKEYS_PPA_PHASE_FINALIZE_BEGIN, kpkeys_log_ticks(),
			 nr_ranges, 0);
	for (i = 0; i < nr_ranges; i++) {
		if (!kpkeys_test_hit(kpkeys_test.skip_range, i))
			finalize_range(&ranges[i]);
	}
	if (!kpkeys_test.nowalk)
		walk_tables_from(kpkeys_kernel_start());
	kpkeys_log_phase(KPKEYS_PPA_PHASE_FINALIZE_END, kpkeys_log_ticks(),
			 walk_tables, walk_missed);

	if (nr_overflows)
		pr_warn("range table of %u is full: %lu pages are in no range\n",
			kpkeys_ppa_capacity(), nr_overflows);
	if (walk_missed)
		pr_warn("%lu page tables were in no keyed range, %lu could not be keyed\n",
			walk_missed, walk_failed);
	pr_info("%lu early page tables, %lu of them linked and keyed; %u ranges\n",
		nr_pages, walk_tables - walk_failed, nr_ranges);
	kpkeys_test_after_finalize();
}
