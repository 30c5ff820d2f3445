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
#include <linux/stringify.h>

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
 * write of POR_EL1; an exception before it is one too. KPKEYS_PIE_CLOSE does the
 * same for guards.
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

/*
 * What guards do instead of what they do with POR_EL1. They hand in registers,
 * and go on at 2, to which 0 jumps as well.
 */
#define KPKEYS_PIR_EL1	"S3_0_C10_C2_3"
#define KPKEYS_PIR_BIT	__stringify(PIR_EL1_KEYED_WRITE_SHIFT)

#define KPKEYS_PIE_OPEN							\
	ALTERNATIVE("b	3f", "nop", ARM64_KPKEYS_PIE)			\
	"	mrs	%[tmp], " KPKEYS_PIR_EL1 "\n"			\
	"	mov	%[changed], #0\n"				\
	"	tbnz	%[tmp], #" KPKEYS_PIR_BIT ", 0b\n"		\
	"	orr	%[tmp], %[tmp], #(1 << " KPKEYS_PIR_BIT ")\n"	\
	"	msr	" KPKEYS_PIR_EL1 ", %[tmp]\n"			\
	"	isb\n"							\
	"	mov	%[changed], #1\n"				\
	"	b	2b\n"						\
	"3:\n"

/* In one step: see kpkeys_pie_write_nosync(), which does the same. */
#define KPKEYS_PIE_CLOSE						\
	ALTERNATIVE("b	3f", "nop", ARM64_KPKEYS_PIE)			\
	"	mrs	%[tmp], " KPKEYS_PIR_EL1 "\n"			\
	"	bic	%[tmp], %[tmp], #(1 << " KPKEYS_PIR_BIT ")\n"	\
	"	mrs	%[daif], daif\n"				\
	"	msr	daifset, #0xf\n"				\
	"	msr	" KPKEYS_PIR_EL1 ", %[tmp]\n"			\
	"	isb\n"							\
	"	tlbi	vmalle1\n"					\
	"	dsb	nsh\n"						\
	"	isb\n"							\
	"	msr	daif, %[daif]\n"				\
	"	b	2b\n"						\
	"3:\n"

#endif /* __ASM_KPKEYS_PIE_H */
