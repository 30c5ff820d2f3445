/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, but early parameters are kept to be called.
 */
#ifndef _SIM_LINUX_INIT_H
#define _SIM_LINUX_INIT_H

#include_next <linux/init.h>

#define __ref
/*
 * Whole and by its name: the invariants are about it. Not by __used, which is
 * something else in user space.
 */
#undef __initdata
#define __initdata __attribute__((used))
#define __ro_after_init

#undef early_param
#define early_param(name, fn)	int (*const sim_param_##fn)(char *) = fn

#endif /* _SIM_LINUX_INIT_H */
