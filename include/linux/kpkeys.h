/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Protection keys for the kernel's own mappings (kpkeys), and what they are
 * for: page tables that only page-table code can write.
 *
 * See Documentation/mm/kpkeys.rst.
 */
#ifndef _LINUX_KPKEYS_H
#define _LINUX_KPKEYS_H

#include <linux/kpkeys_guard.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <uapi/linux/kpkeys.h>

#ifndef CONFIG_ARCH_HAS_KPKEYS
static inline void kpkeys_init_backend(void) { }
static inline void kpkeys_init_layout(void) { }
static inline void kpkeys_key_static_pgtables(void) { }

static inline bool kpkeys_is_keyed(unsigned long addr)
{
	return false;
}

static inline pte_t kpkeys_pte_strip(pte_t pte)
{
	return pte;
}
#endif

/**
 * kpkeys_enabled - are kernel protection keys in use?
 *
 * Valid from kpkeys_init_backend() on, which is before the first page table is
 * made, and the same answer from then on.
 */
static inline bool kpkeys_enabled(void)
{
	return arch_kpkeys_enabled();
}

/**
 * kpkeys_supported - can this machine, as it was booted, use the keys?
 *
 * The same answer as kpkeys_enabled(): a backend is used where it is usable.
 */
static inline bool kpkeys_supported(void)
{
	return kpkeys_enabled();
}

#ifdef CONFIG_ARCH_HAS_KPKEYS
/**
 * set_memory_pkey - give pages of the linear map a protection key
 * @addr: page-aligned virtual address in the linear map
 * @numpages: how many pages from there
 * @pkey: KPKEYS_PKEY_DEFAULT or KPKEYS_PKEY_PGTABLES
 *
 * May be called from softirq: it neither splits a mapping nor sleeps. One TLB
 * invalidation covers the whole range. Does nothing, successfully, where
 * kpkeys are not enabled.
 *
 * Return: 0, or -EINVAL if @addr is not page aligned or any of the range not
 * in the linear map, if there is no such key, or if an entry on the way is a
 * block, contiguous, absent or not ordinary kernel memory. What comes before
 * such an entry has then been changed.
 */
int set_memory_pkey(unsigned long addr, int numpages, int pkey);
#else
static inline int set_memory_pkey(unsigned long addr, int numpages, int pkey)
{
	return 0;
}
#endif

#ifdef CONFIG_KPKEYS_HARDENED_PGTABLES

/**
 * kpkeys_hardened_pgtables_early_enabled - will page tables carry their key?
 *
 * For code that runs before kpkeys_hardened_pgtables_init().
 */
static inline bool kpkeys_hardened_pgtables_early_enabled(void)
{
	return kpkeys_enabled();
}

void kpkeys_hardened_pgtables_init(void);

phys_addr_t kpkeys_physmem_pgtable_alloc_level(enum pgtable_level level,
					       int nid);
phys_addr_t kpkeys_physmem_pgtable_alloc(void);

void kpkeys_ppa_paging_begin(void);
void kpkeys_ppa_paging_end(void);
void kpkeys_ppa_release(void);

struct page *kpkeys_pgtable_alloc(gfp_t gfp, unsigned int order);
void kpkeys_pgtable_free(struct page *page, unsigned int order);

#else /* !CONFIG_KPKEYS_HARDENED_PGTABLES */

static inline bool kpkeys_hardened_pgtables_early_enabled(void)
{
	return false;
}

static inline phys_addr_t
kpkeys_physmem_pgtable_alloc_level(enum pgtable_level level, int nid)
{
	return 0;
}

static inline phys_addr_t kpkeys_physmem_pgtable_alloc(void)
{
	return 0;
}

static inline struct page *kpkeys_pgtable_alloc(gfp_t gfp, unsigned int order)
{
	return NULL;
}

static inline void kpkeys_pgtable_free(struct page *page, unsigned int order) { }

static inline void kpkeys_hardened_pgtables_init(void) { }
static inline void kpkeys_ppa_paging_begin(void) { }
static inline void kpkeys_ppa_paging_end(void) { }
static inline void kpkeys_ppa_release(void) { }

#endif /* CONFIG_KPKEYS_HARDENED_PGTABLES */

#ifdef CONFIG_KPKEYS_PPA_TRACE
void kpkeys_ppa_setup(void);
#else
static inline void kpkeys_ppa_setup(void) { }
#endif

/**
 * struct kpkeys_layout - what a reader of the page tables must know
 * @page_offset: first virtual address of the linear map
 * @page_end: first virtual address behind the linear map
 * @memstart: physical address minus linear address, plus @page_offset; this
 *	may be negative and is then the two's complement
 * @vmemmap_base: virtual address of the struct page of physical address 0
 * @image_start: physical address of the first byte of the kernel image
 * @image_end: physical address behind its last byte
 * @image_voffset: virtual address of the image minus the physical one
 * @static_start: physical address of the first page table in the image that
 *	carries the key
 * @static_end: physical address behind the last of them
 * @pte_addr_low: bits of a descriptor that are the same bits of the address
 * @pte_addr_high: bits of a descriptor that hold the address bits from 48 on
 * @pte_addr_high_shift: how far @pte_addr_high is shifted left to its place
 * @pgd_size: bytes of a root table in use
 * @page_shift: log2 of the page size
 * @pgdir_shift: log2 of what an entry of the root table maps
 * @levels: levels of the page tables
 * @va_bits: bits of a virtual address in use on this machine
 * @backend: what enforces the keys, enum kpkeys_backend
 *
 * Filled once, before the first page table is made; read by ppa-trace through
 * the symbol kpkeys_layout, so that it needs to guess nothing.
 */
struct kpkeys_layout {
	u64 page_offset;
	u64 page_end;
	u64 memstart;
	u64 vmemmap_base;
	u64 image_start;
	u64 image_end;
	u64 image_voffset;
	u64 static_start;
	u64 static_end;
	u64 pte_addr_low;
	u64 pte_addr_high;
	u32 pte_addr_high_shift;
	u32 pgd_size;
	u32 page_shift;
	u32 pgdir_shift;
	u32 levels;
	u32 va_bits;
	u32 backend;
};

extern struct kpkeys_layout kpkeys_layout;

#endif /* _LINUX_KPKEYS_H */
