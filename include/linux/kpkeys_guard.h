/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contexts of kernel protection keys, and the guard for writing page tables.
 *
 * Apart from linux/kpkeys.h because asm/pgtable.h needs it for its setters.
 */
#ifndef _LINUX_KPKEYS_GUARD_H
#define _LINUX_KPKEYS_GUARD_H

#include <linux/build_bug.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <uapi/linux/kpkeys.h>

/*
 * Contexts: what the running code may do with the keys. Every context may
 * read and write what has KPKEYS_PKEY_DEFAULT, and read page tables.
 */
#define KPKEYS_CTX_DEFAULT	0
#define KPKEYS_CTX_PGTABLES	1	/* may write page tables */

#ifdef CONFIG_ARCH_HAS_KPKEYS
#include <asm/kpkeys.h>
#else
static inline bool arch_kpkeys_enabled(void)
{
	return false;
}

static __always_inline bool arch_kpkeys_patched_in(void)
{
	return false;
}

static __always_inline bool arch_kpkeys_enter(const unsigned int ctx)
{
	return false;
}

static __always_inline void arch_kpkeys_set(const unsigned int ctx)
{
}
#endif

/**
 * kpkeys_enter_context - change what the code that follows may write
 * @ctx: KPKEYS_CTX_*, a constant
 *
 * Only where kpkeys are enabled. Contexts nest. They belong to the thread: an
 * exception from the kernel runs in KPKEYS_CTX_DEFAULT and goes back, and a
 * thread that is switched out takes its context with it.
 *
 * Inline and with a constant, so that there is no function whose call alone
 * opens the page tables.
 *
 * Return: whether this was another context than @ctx, which
 * kpkeys_leave_context() has to know. The register itself decides that, since
 * nothing else is reset on exception entry.
 */
static __always_inline bool kpkeys_enter_context(const unsigned int ctx)
{
	BUILD_BUG_ON(!__builtin_constant_p(ctx));
	return arch_kpkeys_enter(ctx);
}

/**
 * kpkeys_leave_context - go back to where kpkeys_enter_context() came from
 * @ctx: the same constant
 * @changed: what it returned
 *
 * There are two contexts, so that the one before needs no remembering.
 */
static __always_inline void kpkeys_leave_context(const unsigned int ctx,
						 bool changed)
{
	BUILD_BUG_ON(!__builtin_constant_p(ctx));
	if (changed)
		arch_kpkeys_set(ctx == KPKEYS_CTX_PGTABLES ?
				KPKEYS_CTX_DEFAULT : KPKEYS_CTX_PGTABLES);
}

#ifdef CONFIG_KPKEYS_HARDENED_PGTABLES

/**
 * kpkeys_hardened_pgtables_enabled - do page tables carry their key?
 *
 * One instruction that the architecture patches, before any page table gets its
 * key and once for this boot. Not a static key: there are hundreds of guards,
 * and a boot without keys would sort all their jump labels.
 */
static __always_inline bool kpkeys_hardened_pgtables_enabled(void)
{
	return arch_kpkeys_patched_in();
}

#else

static __always_inline bool kpkeys_hardened_pgtables_enabled(void)
{
	return false;
}

#endif

/*
 * kpkeys_enter_context() and kpkeys_leave_context() for page tables, which the
 * architecture writes as one statement each: there are guards in the loops of
 * fork and munmap. Where page tables have no key, each is one instruction, and
 * what goes from one to the other costs nothing, not even to be set.
 */
static __always_inline unsigned long kpkeys_pgtables_enter(void)
{
#ifdef CONFIG_KPKEYS_HARDENED_PGTABLES
	return arch_kpkeys_open_pgtables();
#else
	return 0;
#endif
}

static __always_inline void kpkeys_pgtables_leave(unsigned long changed)
{
#ifdef CONFIG_KPKEYS_HARDENED_PGTABLES
	arch_kpkeys_close_pgtables(changed);
#endif
}

/* guard(kpkeys_hardened_pgtables)(): page tables can be written in its scope. */
DEFINE_LOCK_GUARD_0(kpkeys_hardened_pgtables,
		    _T->changed = kpkeys_pgtables_enter(),
		    kpkeys_pgtables_leave(_T->changed),
		    unsigned long changed)

#endif /* _LINUX_KPKEYS_GUARD_H */
