/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How kpkeys=pie stands in for POE: keyed memory has a permission index of its
 * own, and PIR_EL1 says whether that can be written.
 *
 * A part of asm/kpkeys.h, which alone includes it.
 */
#ifndef __ASM_KPKEYS_PIE_H
#define __ASM_KPKEYS_PIE_H

#include <linux/build_bug.h>

static inline bool kpkeys_backend_is_pie(void)
{
	return kpkeys_backend == KPKEYS_BACKEND_PIE;
}

/* The same, patched in: for code that runs often, or from noinstr. */
static __always_inline bool system_uses_kpkeys_pie(void)
{
	return alternative_has_cap_unlikely(ARM64_KPKEYS_PIE);
}

/* In PIR_EL1: what makes the entry of keyed pages PIE_RW and not PIE_R. */
#define PIR_EL1_KEYED_WRITE	BIT_ULL(PIR_EL1_KEYED_WRITE_SHIFT)

static __always_inline u64 kpkeys_pie_read(void)
{
	return read_sysreg_s(SYS_PIR_EL1);
}

/*
 * The TLB may hold what PIR_EL1 allowed when an entry was made, so that taking
 * a right away needs an invalidation of this CPU's. Both are one step: a
 * thread that migrated between them would leave writable entries behind on
 * the CPU that it came from. What is left to the caller is an ISB, as after a
 * write of POR_EL1; an exception before it is one too.
 */
static __always_inline void kpkeys_pie_write_nosync(u64 pir)
{
	const unsigned int shift = 4 * pte_pi_index(_PAGE_KERNEL_KEYED);
	u64 daif;

	/* entry.S needs the bit as a number. */
	BUILD_BUG_ON((PIE_R ^ PIE_RW) << shift != PIR_EL1_KEYED_WRITE);

	if (pir & PIR_EL1_KEYED_WRITE) {
		write_sysreg_s(pir, SYS_PIR_EL1);
		return;
	}

	daif = read_sysreg(daif);
	asm volatile("msr	daifset, #0xf" : : : "memory");
	write_sysreg_s(pir, SYS_PIR_EL1);
	isb();
	asm volatile("tlbi	vmalle1" : : : "memory");
	dsb(nsh);
	write_sysreg(daif, daif);
}

/* What a value of the register becomes in a context. */
static __always_inline u64 kpkeys_pie_in(u64 pir, const unsigned int ctx)
{
	return ctx == KPKEYS_CTX_PGTABLES ? pir | PIR_EL1_KEYED_WRITE :
					    pir & ~PIR_EL1_KEYED_WRITE;
}

#endif /* __ASM_KPKEYS_PIE_H */
