/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: nothing is atomic in one thread, whatever the processor.
 */
#ifndef _SIM_LINUX_ATOMIC_H
#define _SIM_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

void atomic_long_set(atomic_long_t *v, long i);

#endif /* _SIM_LINUX_ATOMIC_H */
