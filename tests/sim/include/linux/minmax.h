/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tree has in kernel.h, and what it lacks.
 */
#ifndef _SIM_LINUX_MINMAX_H
#define _SIM_LINUX_MINMAX_H

#include <linux/kernel.h>

#define min3(a, b, c)	min(min(a, b), c)

#endif /* _SIM_LINUX_MINMAX_H */
