/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: KASAN shadow, where sim.shadow_* put it.
 */
#ifndef _SIM_LINUX_KASAN_H
#define _SIM_LINUX_KASAN_H

#include <linux/pgtable.h>

#endif /* _SIM_LINUX_KASAN_H */
