// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel protection keys on arm64: which backend enforces them, and how a page
 * of the linear map gets its key.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/bug.h>
#include <linux/cpufeature.h>
#include <linux/init.h>
#include <linux/kpkeys.h>
#include <linux/kpkeys_test.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <linux/panic.h>
#include <linux/pgtable.h>
#include <linux/string.h>

#include <clocksource/arm_arch_timer.h>

#include <asm/arch_timer.h>
#include <asm/memory.h>
#include <asm/sections.h>
#include <asm/tlbflush.h>

enum kpkeys_backend kpkeys_backend __ro_after_init;

struct kpkeys_layout kpkeys_layout __ro_after_init;

/* Page tables in the image that are not read-only: .pgtbl and init_pg_dir */
#define STATIC_PGTABLES_START	__bss_stop
#define STATIC_PGTABLES_END	__pi_init_pg_end

enum kpkeys_request {
	KPKEYS_REQUEST_DEFAULT,
	KPKEYS_REQUEST_OFF,
	KPKEYS_REQUEST_POE,
	KPKEYS_REQUEST_PIE,
};

static enum kpkeys_request kpkeys_request __initdata;

/* Called for each kpkeys= on the command line, so that the last one wins. */
static int __init kpkeys_param(char *arg)
{
	if (arg && !strcmp(arg, "poe")) {
		kpkeys_request = KPKEYS_REQUEST_POE;
	} else if (arg && !strcmp(arg, "pie")) {
		kpkeys_request = KPKEYS_REQUEST_PIE;
	} else {
		kpkeys_request = KPKEYS_REQUEST_OFF;
		if (!arg || strcmp(arg, "off"))
			pr_warn("kpkeys=%s is none of poe, pie, off: taken as off\n",
				arg ?: "");
	}
	return 0;
}
early_param("kpkeys", kpkeys_param);

static bool __init cpu_has_s1poe(void)
{
	return cpuid_feature_extract_unsigned_field(read_cpuid(ID_AA64MMFR3_EL1),
						    ID_AA64MMFR3_EL1_S1POE_SHIFT);
}

static bool __init cpu_has_s1pie(void)
{
	return cpuid_feature_extract_unsigned_field(read_cpuid(ID_AA64MMFR3_EL1),
						    ID_AA64MMFR3_EL1_S1PIE_SHIFT);
}

static bool __init poe_usable(void)
{
	return IS_ENABLED(CONFIG_ARM64_POE) && cpu_has_s1poe();
}

static const char * __init pie_obstacle(void)
{
	if (!IS_ENABLED(CONFIG_ARM64_KPKEYS_PIE))
		return "the kernel was built without CONFIG_ARM64_KPKEYS_PIE";
	if (!cpu_has_s1pie())
		return "this cpu has no FEAT_S1PIE";
	if (cpu_has_s1poe())
		return "this cpu has FEAT_S1POE, use kpkeys=poe";
	return NULL;
}

/**
 * kpkeys_init_backend - choose what enforces the keys, once for this boot
 *
 * Runs on the boot cpu after the early parameters were parsed and before the
 * first page table is made. It reads the raw ID register, as __cpu_setup does:
 * the sanitised one is made later.
 */
void __init kpkeys_init_backend(void)
{
	const char *obstacle;

	/* Nothing else uses the keys yet: without it they would only cost. */
	if (!IS_ENABLED(CONFIG_KPKEYS_HARDENED_PGTABLES))
		return;

	kpkeys_ppa_setup();
	switch (kpkeys_request) {
	case KPKEYS_REQUEST_OFF:
		return;
	case KPKEYS_REQUEST_PIE:
		obstacle = pie_obstacle();
		if (obstacle) {
			pr_warn("kpkeys=pie cannot be used: %s\n", obstacle);
			return;
		}
		kpkeys_backend = KPKEYS_BACKEND_PIE;
		pr_warn("pie backend: for testing only, it says nothing about hardware\n");
		add_taint(TAINT_TEST, LOCKDEP_STILL_OK);
		return;
	case KPKEYS_REQUEST_POE:
		if (!poe_usable()) {
			pr_warn("kpkeys=poe cannot be used: no FEAT_S1POE, or no CONFIG_ARM64_POE\n");
			return;
		}
		break;
	case KPKEYS_REQUEST_DEFAULT:
		if (!poe_usable())
			return;
		break;
	}
	kpkeys_backend = KPKEYS_BACKEND_POE;
}

/**
 * kpkeys_init_layout - write down how this kernel lays out its page tables
 *
 * Runs when the place of the linear map is known.
 */
void __init kpkeys_init_layout(void)
{
	/* A level is folded at run time where the cpu has fewer address bits. */
	const u32 levels = ARM64_HW_PGTABLE_LEVELS(vabits_actual);
	const u32 pgdir_shift = ARM64_HW_PGTABLE_LEVEL_SHIFT(4 - (int)levels);
	const u32 entries = levels == CONFIG_PGTABLE_LEVELS ?
			    PTRS_PER_PGD : 1 << (vabits_actual - pgdir_shift);

	kpkeys_layout = (struct kpkeys_layout) {
		.page_offset	= PAGE_OFFSET,
		.page_end	= PAGE_END,
		.memstart	= memstart_addr,
		.vmemmap_base	= (unsigned long)vmemmap,
		.image_start	= __pa_symbol(_text),
		.image_end	= __pa_symbol(_end),
		.image_voffset	= kimage_voffset,
		.static_start	= __pa_symbol(STATIC_PGTABLES_START),
		.static_end	= __pa_symbol(STATIC_PGTABLES_END),
		.pte_addr_low	= PTE_ADDR_LOW,
#ifdef CONFIG_ARM64_PA_BITS_52
		/* Without LPA2 these bits are the shareability. */
		.pte_addr_high	= !IS_ENABLED(CONFIG_ARM64_LPA2) ||
				  lpa2_is_enabled() ? PTE_ADDR_HIGH : 0,
		.pte_addr_high_shift = PTE_ADDR_HIGH_SHIFT,
#endif
		.pgd_size	= entries * sizeof(pgd_t),
		.page_shift	= PAGE_SHIFT,
		.pgdir_shift	= pgdir_shift,
		.levels		= levels,
		.va_bits	= vabits_actual,
		.backend	= kpkeys_backend,
	};
}

/**
 * kpkeys_counter_freq - Hz of the counter that kpkeys_counter() reads
 *
 * The rate that the kernel trusts, which need not be CNTFRQ_EL0.
 */
u64 kpkeys_counter_freq(void)
{
	return arch_timer_get_rate() ?: arch_timer_get_cntfrq();
}

/* What an entry must be like to carry a key, and what makes the key. */
struct set_pkey {
	pteval_t asked;		/* of these bits */
	pteval_t wanted;	/* exactly these */
	pteval_t clear;
	pteval_t set;
};

/*
 * Ordinary kernel memory that is mapped by itself; also where it has a key by
 * kpkeys=pie, which takes a bit of its permission index.
 */
static struct set_pkey prepare_set_pkey(int pkey)
{
	const pteval_t index = PTE_UXN | PTE_PXN | PTE_WRITE | PTE_USER;
	struct set_pkey how = {
		.asked = PTE_VALID | PTE_CONT | index,
		.clear = PTE_PO_IDX_MASK,
		.set = pte_val(kpkeys_pte_mkpkey(__pte(0), pkey)),
	};

	if (kpkeys_backend_is_pie()) {
		how.asked &= ~PTE_UXN;
		how.clear |= PTE_UXN;
	}
	how.wanted = (PTE_VALID | (_PAGE_KERNEL & index)) & how.asked;
	return how;
}

static int set_pkey_pud_entry(pud_t *pud, unsigned long addr,
			      unsigned long next, struct mm_walk *walk)
{
	return pud_leaf(pudp_get(pud)) ? -EINVAL : 0;
}

static int set_pkey_pmd_entry(pmd_t *pmd, unsigned long addr,
			      unsigned long next, struct mm_walk *walk)
{
	return pmd_leaf(pmdp_get(pmd)) ? -EINVAL : 0;
}

static int set_pkey_pte_entry(pte_t *ptep, unsigned long addr,
			      unsigned long next, struct mm_walk *walk)
{
	const struct set_pkey *how = walk->private;
	pteval_t val = pte_val(__ptep_get(ptep));

	if ((val & how->asked) != how->wanted)
		return -EINVAL;

	/* The invalidation at the end has the barriers for all of them. */
	__set_pte_nosync(ptep, __pte((val & ~how->clear) | how->set));
	return 0;
}

static int set_pkey_hole(unsigned long addr, unsigned long next, int depth,
			 struct mm_walk *walk)
{
	return -EINVAL;
}

static const struct mm_walk_ops set_pkey_ops = {
	.pud_entry	= set_pkey_pud_entry,
	.pmd_entry	= set_pkey_pmd_entry,
	.pte_entry	= set_pkey_pte_entry,
	.pte_hole	= set_pkey_hole,
};

/* Of any part of the kernel's tables that is mapped by pages. */
static int set_range_pkey(unsigned long addr, unsigned long size, int pkey)
{
	struct set_pkey how = prepare_set_pkey(pkey);
	bool changed = false;
	int ret;

	if (!kpkeys_test_noguard())
		changed = kpkeys_pgtables_enter();
	ret = walk_kernel_page_table_range_lockless(addr, addr + size,
						    &set_pkey_ops, NULL, &how);
	kpkeys_pgtables_leave(changed);
	flush_tlb_kernel_range(addr, addr + size);
	return ret;
}

int set_memory_pkey(unsigned long addr, int numpages, int pkey)
{
	unsigned long size = (unsigned long)numpages << PAGE_SHIFT;

	if (!kpkeys_enabled())
		return 0;

	addr = (unsigned long)__tag_reset((void *)addr);
	if (pkey != KPKEYS_PKEY_DEFAULT && pkey != KPKEYS_PKEY_PGTABLES)
		return -EINVAL;
	if (!PAGE_ALIGNED(addr) || numpages <= 0)
		return -EINVAL;
	if (!__is_lm_address(addr) || !__is_lm_address(addr + size - 1))
		return -EINVAL;

	if (kpkeys_test_noop())
		return 0;

	return set_range_pkey(addr, size, pkey);
}

/**
 * kpkeys_key_static_pgtables - set the key on the page tables in the image
 *
 * In both their mappings: the fixmap's tables are written through the image,
 * init_pg_dir through the linear map. Root directories and the tables of the
 * identity map are read-only data and need no key.
 */
void __init kpkeys_key_static_pgtables(void)
{
	unsigned long image = (unsigned long)STATIC_PGTABLES_START;
	unsigned long size = (unsigned long)STATIC_PGTABLES_END - image;
	int error;

	error = set_memory_pkey((unsigned long)lm_alias((void *)image), size >> PAGE_SHIFT,
				KPKEYS_PKEY_PGTABLES);
	if (!error)
		error = set_range_pkey(image, size, KPKEYS_PKEY_PGTABLES);
	WARN(error, "kpkeys: page tables in the kernel image cannot get their key (error %d)\n",
	     error);
	if (!rodata_enabled)
		pr_warn("rodata=off: the roots of the page tables in the image can be written\n");
}

/**
 * kpkeys_is_keyed - does this address lie in memory that only guards can write?
 * @addr: any virtual address
 *
 * For the message about a fault that was taken there.
 */
bool kpkeys_is_keyed(unsigned long addr)
{
	pgd_t *pgdp;
	p4d_t *p4dp;
	pud_t *pudp;
	pmd_t *pmdp;

	if (!kpkeys_enabled() || !is_ttbr1_addr(addr))
		return false;

	pgdp = pgd_offset_k(addr);
	if (pgd_none(pgdp_get(pgdp)))
		return false;
	p4dp = p4d_offset(pgdp, addr);
	if (p4d_none(p4dp_get(p4dp)))
		return false;
	pudp = pud_offset(p4dp, addr);
	if (pud_none(pudp_get(pudp)) || pud_leaf(pudp_get(pudp)))
		return false;
	pmdp = pmd_offset(pudp, addr);
	if (pmd_none(pmdp_get(pmdp)) || pmd_leaf(pmdp_get(pmdp)))
		return false;
	return kpkeys_pte_pkey(__ptep_get(pte_offset_kernel(pmdp, addr))) ==
	       KPKEYS_PKEY_PGTABLES;
}
