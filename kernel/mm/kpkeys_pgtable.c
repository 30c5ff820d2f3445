// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regular page tables: keyed from the moment they are allocated until they go
 * back to the page allocator.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/gfp.h>
#include <linux/kpkeys.h>
#include <linux/mm.h>

#include "kpkeys.h"
#include "kpkeys_trace.h"

#define CREATE_TRACE_POINTS
#include <trace/events/kpkeys_pgtable.h>

static int set_pages_pkey(struct page *page, unsigned int order, int pkey)
{
	return set_memory_pkey((unsigned long)page_address(page), 1 << order, pkey);
}

/**
 * kpkeys_pgtable_alloc - allocate pages for a page table, with its key
 * @gfp: as alloc_pages(); they are zeroed, where it says so, before they get
 *	the key
 * @order: log2 of how many pages
 *
 * For pagetable_alloc(). Only where page tables are hardened.
 *
 * Return: the first page, or NULL if there is no memory or it cannot get the
 * key.
 */
struct page *kpkeys_pgtable_alloc(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages_noprof(gfp, order);
	int error;

	if (!page)
		return NULL;

	if (kpkeys_test_leave_unkeyed(page_to_phys(page)))
		return page;

	error = set_pages_pkey(page, order, KPKEYS_PKEY_PGTABLES);
	trace_kpkeys_pgtable_alloc(page_to_phys(page), order,
				   KPKEYS_PKEY_PGTABLES, error);
	if (WARN_ONCE(error, "kpkeys: no key for a page table (error %d)\n", error)) {
		kpkeys_pgtable_free(page, order);
		return NULL;
	}
	return page;
}

/**
 * kpkeys_pgtable_free - give the pages of a page table back, without its key
 * @page: the first page
 * @order: log2 of how many pages
 *
 * Any context. What cannot lose its key is kept: whoever got such a page next
 * could not write it.
 */
void kpkeys_pgtable_free(struct page *page, unsigned int order)
{
	int error = set_pages_pkey(page, order, KPKEYS_PKEY_DEFAULT);

	trace_kpkeys_pgtable_free(page_to_phys(page), order,
				  KPKEYS_PKEY_DEFAULT, error);
	if (WARN_ONCE(error, "kpkeys: a page table keeps its key (error %d)\n", error))
		return;
	__free_pages(page, order);
}
