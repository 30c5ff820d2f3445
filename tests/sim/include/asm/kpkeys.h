/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: the backend is the simulated machine.
 */
#ifndef _SIM_ASM_KPKEYS_H
#define _SIM_ASM_KPKEYS_H

#include <sim/machine.h>

/* Unused here: the rest of arm64 is not in the simulation. */
extern enum kpkeys_backend kpkeys_backend;

static inline bool arch_kpkeys_enabled(void)
{
	return sim.enabled;
}

static inline bool arch_kpkeys_patched_in(void)
{
	return arch_kpkeys_enabled();
}

static inline bool arch_kpkeys_enter(const unsigned int ctx)
{
	return false;
}

static inline void arch_kpkeys_set(const unsigned int ctx) { }

static inline unsigned long arch_kpkeys_open_pgtables(void)
{
	return 0;
}

static inline void arch_kpkeys_close_pgtables(unsigned long changed) { }

static inline u64 kpkeys_counter(void)
{
	return sim_counter();
}

static inline u64 kpkeys_counter_freq(void)
{
	return sim.freq;
}

static inline unsigned long kpkeys_kernel_start(void)
{
	return SIM_PAGE_OFFSET;
}

#endif /* _SIM_ASM_KPKEYS_H */
