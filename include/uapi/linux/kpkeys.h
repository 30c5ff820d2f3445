/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Numbers that the kpkeys tracepoints and their readers share.
 *
 * This is all that kernel and user space have in common: the fields of the
 * events are described by BTF and by the tracefs format files.
 */
#ifndef _UAPI_LINUX_KPKEYS_H
#define _UAPI_LINUX_KPKEYS_H

/* Kernel protection keys; the values of bits 62:60 of an arm64 descriptor. */
#define KPKEYS_PKEY_DEFAULT	0
#define KPKEYS_PKEY_PGTABLES	1

/* What enforces the keys. */
enum kpkeys_backend {
	KPKEYS_BACKEND_OFF = 0,
	KPKEYS_BACKEND_POE = 1,		/* FEAT_S1POE, POR_EL1 */
	KPKEYS_BACKEND_PIE = 2,		/* FEAT_S1PIE, PIR_EL1: testing only */
};

/* Level of a page-table page; the first five are enum pgtable_level. */
enum kpkeys_ppa_level {
	KPKEYS_PPA_LEVEL_PTE = 0,
	KPKEYS_PPA_LEVEL_PMD = 1,
	KPKEYS_PPA_LEVEL_PUD = 2,
	KPKEYS_PPA_LEVEL_P4D = 3,
	KPKEYS_PPA_LEVEL_PGD = 4,
	KPKEYS_PPA_LEVEL_UNKNOWN = 7,
};

/* How a page came into the range table. */
enum kpkeys_ppa_join {
	KPKEYS_PPA_JOIN_NEW = 0,	/* touches no range: starts its own */
	KPKEYS_PPA_JOIN_APPEND = 1,	/* lies right behind the end of one */
	KPKEYS_PPA_JOIN_PREPEND = 2,	/* lies right before the start of one */
	KPKEYS_PPA_JOIN_BRIDGE = 3,	/* fills the gap: two become one */
};

/* Points in time; see kpkeys_ppa_phase for what @count and @missed hold. */
enum kpkeys_ppa_phase {
	KPKEYS_PPA_PHASE_SETUP = 0,		/* first kpkeys code in setup_arch() */
	KPKEYS_PPA_PHASE_PAGING_BEGIN = 1,
	KPKEYS_PPA_PHASE_PAGING_END = 2,
	KPKEYS_PPA_PHASE_FINALIZE_BEGIN = 3,
	KPKEYS_PPA_PHASE_FINALIZE_END = 4,
	KPKEYS_PPA_PHASE_HANDOVER = 5,		/* early log closed, replay possible */
	KPKEYS_PPA_PHASE_ALLOC_ENTRY = 6,	/* a sampled allocation was entered */
};

/* Which end of a replay an event marks. */
enum kpkeys_ppa_frame {
	KPKEYS_PPA_FRAME_BEGIN = 0,
	KPKEYS_PPA_FRAME_END = 1,
};

#endif /* _UAPI_LINUX_KPKEYS_H */
