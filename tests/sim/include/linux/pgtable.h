/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: page tables of two to five levels, chosen at run time.
 *
 * Tables of the upper levels are nodes of the machine (sim_table_at()); those of
 * the last level are made from the keys of its pages when they are asked for.
 * As a value an entry is the physical address, with bits 1:0 as on arm64.
 */
#ifndef _SIM_LINUX_PGTABLE_H
#define _SIM_LINUX_PGTABLE_H

#include <limits.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <sim/machine.h>

/* What real kernels have, for the size of the memory map. */
struct page {
	u64 words[8];
};

/* Memblock has one of its own, for when the page allocator is up. */
#define free_reserved_area(start, end, poison, name)	\
	sim_free_reserved_area(start, end)

enum pgtable_level {
	PGTABLE_LEVEL_PTE = 0,
	PGTABLE_LEVEL_PMD,
	PGTABLE_LEVEL_PUD,
	PGTABLE_LEVEL_P4D,
	PGTABLE_LEVEL_PGD,
};

#define CONFIG_PGTABLE_LEVELS	(sim.levels)

/* log2 of what an entry maps at this level, 0 for the last. */
#define SIM_INDEX_BITS	(PAGE_SHIFT - 3)
#define SIM_ENTRIES	BIT(SIM_INDEX_BITS)
#define SIM_SHIFT(level) (PAGE_SHIFT + SIM_INDEX_BITS * (level))

/* Shifts for more are too much for an address. */
#ifdef CONFIG_PHYS_ADDR_T_64BIT
#define SIM_LEVELS_MAX	(PAGE_SHIFT == 12 ? 5 : PAGE_SHIFT == 14 ? 4 : 3)
#else
#define SIM_LEVELS_MAX	3
#endif

#define PMD_SHIFT	SIM_SHIFT(1)
#define PUD_SHIFT	(sim.levels > 2 ? SIM_SHIFT(2) : PMD_SHIFT)
#define P4D_SHIFT	(sim.levels > 3 ? SIM_SHIFT(3) : PUD_SHIFT)
#define PGDIR_SHIFT	SIM_SHIFT(sim.levels - 1)
#define PMD_SIZE	BIT(PMD_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))
#define PTRS_PER_PMD	(sim.levels > 2 ? SIM_ENTRIES : 1)

typedef struct { u64 val; } pte_t;
typedef struct { u64 val; } pmd_t;
typedef struct { u64 val; } pud_t;
typedef struct { u64 val; } p4d_t;
typedef struct { u64 val; } pgd_t;

struct mm_struct;
#define init_mm	(*(struct mm_struct *)NULL)

static inline bool mm_pmd_folded(struct mm_struct *mm)
{
	return sim.levels < 3;
}

static inline bool mm_pud_folded(struct mm_struct *mm)
{
	return sim.levels < 4;
}

static inline bool mm_p4d_folded(struct mm_struct *mm)
{
	return sim.levels < 5;
}

static inline unsigned long sim_index(unsigned long addr, unsigned int shift)
{
	return addr >> shift & (SIM_ENTRIES - 1);
}

static inline unsigned long sim_addr_end(unsigned long addr, unsigned long end,
					 unsigned int shift)
{
	unsigned long next = ((addr >> shift) + 1) << shift;

	return next - 1 < end - 1 ? next : end;
}

#define pgd_addr_end(addr, end)	sim_addr_end(addr, end, PGDIR_SHIFT)
#define p4d_addr_end(addr, end)	sim_addr_end(addr, end, P4D_SHIFT)
#define pud_addr_end(addr, end)	sim_addr_end(addr, end, PUD_SHIFT)

#define pte_index(addr)		sim_index(addr, PAGE_SHIFT)
#define p4d_index(addr)		(sim.levels > 4 ? sim_index(addr, SIM_SHIFT(3)) : 0)

#define pgdp_get(p)	(*(p))
#define p4dp_get(p)	(*(p))
#define pudp_get(p)	(*(p))
#define pmdp_get(p)	(*(p))

/* Folded levels are never empty. */
#define pgd_none(e)	(sim.levels > 4 && !(e).val)
#define p4d_none(e)	(sim.levels > 3 && !(e).val)
#define pud_none(e)	(sim.levels > 2 && !(e).val)
#define pud_leaf(e)	(sim.levels > 2 && ((e).val & 3) == 1)
#define pmd_none(e)	(!(e).val)
#define pmd_bad(e)	(((e).val & 3) != 3)

static inline pgd_t *pgd_offset_k(unsigned long addr)
{
	return (pgd_t *)&sim_root()[sim_index(addr, PGDIR_SHIFT)];
}

static inline p4d_t *p4d_offset(pgd_t *pgd, unsigned long addr)
{
	if (sim.levels < 5)
		return (p4d_t *)pgd;
	return (p4d_t *)&sim_table_at(pgd->val)[sim_index(addr, SIM_SHIFT(3))];
}

static inline pud_t *pud_offset(p4d_t *p4d, unsigned long addr)
{
	if (sim.levels < 4)
		return (pud_t *)p4d;
	return (pud_t *)&sim_table_at(p4d->val)[sim_index(addr, SIM_SHIFT(2))];
}

static inline pmd_t *pmd_offset(pud_t *pud, unsigned long addr)
{
	if (sim.levels < 3)
		return (pmd_t *)pud;
	return (pmd_t *)&sim_table_at(pud->val)[sim_index(addr, SIM_SHIFT(1))];
}

/* Linear addresses: compared, and looked up as pages, never read. */
#define p4d_pgtable(e)		((pud_t *)sim_va((e).val & ~3ULL))
#define pud_pgtable(e)		((pmd_t *)sim_va((e).val & ~3ULL))
#define pmd_page_vaddr(e)	((unsigned long)sim_va((e).val & ~3ULL))

pte_t *virt_to_kpte(unsigned long addr);

static inline int kpkeys_pte_pkey(pte_t pte)
{
	return pte.val;
}

/* KASAN: its empty shadow, and where the rest of its shadow is. */
#define KASAN_SHADOW_START	(sim.shadow_start)
#define KASAN_SHADOW_END	(sim.shadow_end)
#define kasan_early_shadow_pmd	(sim.zero_pmd)
#define kasan_early_shadow_pud	(sim.zero_pud)
#define lm_alias(phys)		sim_va(phys)

#endif /* _SIM_LINUX_PGTABLE_H */
