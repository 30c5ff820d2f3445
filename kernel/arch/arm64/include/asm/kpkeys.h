/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How arm64 stores and enforces kernel protection keys.
 *
 * A key is the POIndex of a descriptor, bits 62:60. Under the pie backend a
 * keyed page has besides permission index 6, see asm/pgtable-prot.h.
 */
#ifndef __ASM_KPKEYS_H
#define __ASM_KPKEYS_H

#include <linux/bitfield.h>
#include <linux/types.h>
#include <uapi/linux/kpkeys.h>

#include <asm/memory.h>
#include <asm/pgtable-hwdef.h>
#include <asm/pgtable-types.h>
#include <asm/sysreg.h>

/* Set once by kpkeys_init_backend(); all else asks this and nothing else. */
extern enum kpkeys_backend kpkeys_backend;

static inline bool arch_kpkeys_enabled(void)
{
	return kpkeys_backend != KPKEYS_BACKEND_OFF;
}

static inline bool kpkeys_backend_is_pie(void)
{
	return IS_ENABLED(CONFIG_ARM64_KPKEYS_PIE) &&
	       kpkeys_backend == KPKEYS_BACKEND_PIE;
}

/**
 * kpkeys_pte_pkey - the key that a leaf entry of the last level carries
 * @pte: the entry
 */
static inline int kpkeys_pte_pkey(pte_t pte)
{
	return FIELD_GET(PTE_PO_IDX_MASK, pte_val(pte));
}

/*
 * The architected counter, from the first instruction on. Without the ISB and
 * the errata workarounds of the clocksource, which are not up yet: a time may
 * be off by some instructions, and a step back is counted by the log.
 */
static __always_inline u64 kpkeys_counter(void)
{
	return read_sysreg(cntvct_el0);
}

u64 kpkeys_counter_freq(void);

/* The lowest address that the kernel's tables can map on this machine. */
static inline unsigned long kpkeys_kernel_start(void)
{
	return _PAGE_OFFSET(vabits_actual);
}

void kpkeys_init_backend(void);
void kpkeys_init_layout(void);

#endif /* __ASM_KPKEYS_H */
