/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How arm64 stores and enforces kernel protection keys.
 *
 * A key is the POIndex of a descriptor, bits 62:60. What the running code may
 * do with it is in a register: POR_EL1, or one that stands in for it where
 * there is no POE, see asm/kpkeys_pie.h.
 */
#ifndef __ASM_KPKEYS_H
#define __ASM_KPKEYS_H

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/linux/kpkeys.h>

#include <asm/alternative-macros.h>
#include <asm/barrier.h>
#include <asm/cpucaps.h>
#include <asm/memory.h>
#include <asm/pgtable-hwdef.h>
#include <asm/pgtable-prot.h>
#include <asm/pgtable-types.h>
#include <asm/por.h>
#include <asm/sysreg.h>

/* Behind the last of the page tables in the image, see vmlinux.lds.S */
extern char __pi_init_pg_end[];

/* Set once by kpkeys_init_backend(); all else asks this or the capabilities. */
extern enum kpkeys_backend kpkeys_backend;

static inline bool arch_kpkeys_enabled(void)
{
	return kpkeys_backend != KPKEYS_BACKEND_OFF;
}

/* The same, patched in: for code that runs often, or from noinstr. */
static __always_inline bool arch_kpkeys_patched_in(void)
{
	return alternative_has_cap_unlikely(ARM64_KPKEYS);
}

#ifdef CONFIG_ARM64_KPKEYS_PIE
#include <asm/kpkeys_pie.h>
#else
static inline bool kpkeys_backend_is_pie(void)
{
	return false;
}

static __always_inline bool system_uses_kpkeys_pie(void)
{
	return false;
}

static __always_inline u64 kpkeys_pie_read(void)
{
	return 0;
}

static __always_inline void kpkeys_pie_write_nosync(u64 pir)
{
}

static __always_inline u64 kpkeys_pie_in(u64 pir, const unsigned int ctx)
{
	return pir;
}

#define KPKEYS_PIE_OPEN
#define KPKEYS_PIE_CLOSE
#endif

static __always_inline u64 kpkeys_por(const unsigned int ctx)
{
	return ctx == KPKEYS_CTX_PGTABLES ? POR_EL1_PGTABLES : POR_EL1_INIT;
}

/**
 * kpkeys_read_reg - the register that says what the running code may do
 */
static __always_inline u64 kpkeys_read_reg(void)
{
	return system_uses_kpkeys_pie() ? kpkeys_pie_read() :
					  read_sysreg_s(SYS_POR_EL1);
}

/**
 * kpkeys_write_reg - put back what kpkeys_read_reg() returned
 * @reg: the value; takes effect before this returns
 */
static __always_inline void kpkeys_write_reg(u64 reg)
{
	if (system_uses_kpkeys_pie())
		kpkeys_pie_write_nosync(reg);
	else
		write_sysreg_s(reg, SYS_POR_EL1);
	isb();
}

/**
 * kpkeys_default_reg - what the register holds in KPKEYS_CTX_DEFAULT
 */
static __always_inline u64 kpkeys_default_reg(void)
{
	return system_uses_kpkeys_pie() ?
	       kpkeys_pie_in(kpkeys_pie_read(), KPKEYS_CTX_DEFAULT) : POR_EL1_INIT;
}

/**
 * arch_kpkeys_set - go into a context
 * @ctx: KPKEYS_CTX_*, a constant
 */
static __always_inline void arch_kpkeys_set(const unsigned int ctx)
{
	if (system_uses_kpkeys_pie())
		kpkeys_pie_write_nosync(kpkeys_pie_in(kpkeys_pie_read(), ctx));
	else
		write_sysreg_s(kpkeys_por(ctx), SYS_POR_EL1);
	isb();
}

/**
 * arch_kpkeys_enter_nosync - go into a context if it is not this one
 * @ctx: KPKEYS_CTX_*, a constant
 *
 * Return: whether it was another one; then the caller owes an ISB.
 */
static __always_inline bool arch_kpkeys_enter_nosync(const unsigned int ctx)
{
	if (system_uses_kpkeys_pie()) {
		u64 pir = kpkeys_pie_read();

		if (pir == kpkeys_pie_in(pir, ctx))
			return false;
		kpkeys_pie_write_nosync(kpkeys_pie_in(pir, ctx));
		return true;
	}

	if (read_sysreg_s(SYS_POR_EL1) == kpkeys_por(ctx))
		return false;
	write_sysreg_s(kpkeys_por(ctx), SYS_POR_EL1);
	return true;
}

/**
 * arch_kpkeys_enter - the same, in effect when this returns
 * @ctx: KPKEYS_CTX_*, a constant
 */
static __always_inline bool arch_kpkeys_enter(const unsigned int ctx)
{
	if (!arch_kpkeys_enter_nosync(ctx))
		return false;
	isb();
	return true;
}

/*
 * What guards do, hidden from the compiler: with a branch that it can see it
 * gives the registers of the loop around a guard to the code before it, and
 * fetches them anew behind each guard (27 instructions a guard in fork, where
 * this takes 9). The code is out of the way in a subsection of the same section,
 * behind its last function, to which tools will attribute it.
 *
 * ALTERNATIVE() puts the branch to 1 into subsection 1, which ends where this
 * one begins. A branch to its own end would not be relocated when it is patched
 * in: 1 must not come first. Only B reaches as far as it may be to 2.
 */
#define KPKEYS_POR_EL1	"S3_0_C10_C2_4"

/**
 * arch_kpkeys_open_pgtables - go into KPKEYS_CTX_PGTABLES, if keys are in use
 *
 * Return: not 0 if it was another context before. Undefined where keys are not
 * in use.
 */
static __always_inline unsigned long arch_kpkeys_open_pgtables(void)
{
	unsigned long changed, tmp;

	asm_inline volatile(ALTERNATIVE("nop", "b	1f", ARM64_KPKEYS)
	"2:	.subsection 2\n"
	"0:	b	2b\n"
	"1:\n"
	KPKEYS_PIE_OPEN
	"	mrs	%[changed], " KPKEYS_POR_EL1 "\n"
	"	mov	%[tmp], %[por]\n"
	"	sub	%[changed], %[changed], %[tmp]\n"
	"	cbz	%[changed], 0b\n"
	"	msr	" KPKEYS_POR_EL1 ", %[tmp]\n"
	"	isb\n"
	"	b	2b\n"
	"	.subsection 0\n"
	: [changed] "=&r" (changed), [tmp] "=&r" (tmp)
	: [por] "i" (POR_EL1_PGTABLES)
	: "memory");
	return changed;
}

/**
 * arch_kpkeys_close_pgtables - back to KPKEYS_CTX_DEFAULT
 * @changed: what arch_kpkeys_open_pgtables() returned
 */
static __always_inline void arch_kpkeys_close_pgtables(unsigned long changed)
{
	unsigned long tmp, daif;

	asm_inline volatile(ALTERNATIVE("nop", "b	1f", ARM64_KPKEYS)
	"2:	.subsection 2\n"
	"0:	b	2b\n"
	"1:	cbz	%[changed], 0b\n"
	KPKEYS_PIE_CLOSE
	"	mov	%[tmp], %[por]\n"
	"	msr	" KPKEYS_POR_EL1 ", %[tmp]\n"
	"	isb\n"
	"	b	2b\n"
	"	.subsection 0\n"
	: [tmp] "=&r" (tmp), [daif] "=&r" (daif)
	: [por] "i" (POR_EL1_INIT), [changed] "r" (changed)
	: "memory");
}

/**
 * kpkeys_pte_pkey - the key that a leaf entry of the last level carries
 * @pte: the entry
 */
static inline int kpkeys_pte_pkey(pte_t pte)
{
	return FIELD_GET(PTE_PO_IDX_MASK, pte_val(pte));
}

/**
 * kpkeys_pte_mkpkey - the same entry of ordinary kernel memory with a key
 * @pte: the entry
 * @pkey: KPKEYS_PKEY_DEFAULT or KPKEYS_PKEY_PGTABLES
 */
static inline pte_t kpkeys_pte_mkpkey(pte_t pte, int pkey)
{
	pteval_t val = pte_val(pte) & ~PTE_PO_IDX_MASK;

	val |= FIELD_PREP(PTE_PO_IDX_MASK, pkey);
	if (kpkeys_backend_is_pie()) {
		if (pkey == KPKEYS_PKEY_DEFAULT)
			val |= PTE_UXN;
		else
			val &= ~PTE_UXN;
	}
	return __pte(val);
}

/**
 * kpkeys_pte_strip - the same entry without a key
 * @pte: any entry of the kernel's tables
 */
static inline pte_t kpkeys_pte_strip(pte_t pte)
{
	if (!arch_kpkeys_enabled() || kpkeys_pte_pkey(pte) == KPKEYS_PKEY_DEFAULT)
		return pte;
	return kpkeys_pte_mkpkey(pte, KPKEYS_PKEY_DEFAULT);
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
void kpkeys_key_static_pgtables(void);
bool kpkeys_is_keyed(unsigned long addr);

#endif /* __ASM_KPKEYS_H */
