/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, but with memory that is not this process's, and pages of any
 * size.
 */
#ifndef _SIM_LINUX_MM_H
#define _SIM_LINUX_MM_H

#define early_pfn_to_nid tools_early_pfn_to_nid
#include_next <linux/mm.h>
#undef early_pfn_to_nid
#undef phys_to_virt
#undef virt_to_phys
#undef __va
#undef __pa
#undef __pa_symbol
#ifdef SIM_PAGE_SHIFT
#undef PAGE_SHIFT
#define PAGE_SHIFT	SIM_PAGE_SHIFT
#endif

#include <linux/types.h>

int early_pfn_to_nid(unsigned long pfn);
void *sim_va(phys_addr_t phys);
phys_addr_t sim_pa(unsigned long addr);
phys_addr_t sim_pa_symbol(const char *symbol);

#define __va(x)		sim_va(x)
#define __pa(x)		sim_pa((unsigned long)(x))
#define __pa_symbol(x)	sim_pa_symbol((const char *)(x))
#define phys_to_virt(x)	sim_va(x)
#define virt_to_phys(x)	sim_pa((unsigned long)(x))

#endif /* _SIM_LINUX_MM_H */
