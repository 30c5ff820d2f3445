/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can the simulation see of the kernel's static variables?
 *
 * The Makefile gives these of the allocator and its log a name for all.
 */
#ifndef _SIM_STATICS_H
#define _SIM_STATICS_H

#include <linux/types.h>

#include "reference.h"

extern struct ref_range ppa_ranges[];
extern unsigned int ppa_nr_ranges;
/* The first members of the run. */
extern struct {
	phys_addr_t start;
	phys_addr_t end;
	const void *range;
	unsigned long quick;
} ppa_run;
extern phys_addr_t ppa_held_page;
extern int (*const sim_param_kpkeys_log_param)(char *arg);

/* All variables of the kernel files and of memblock lie between these (gather). */
extern u8 __start_simdata[], __stop_simdata[];

#endif /* _SIM_STATICS_H */
