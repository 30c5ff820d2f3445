/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, but a warning is kept, and counted each time.
 */
#ifndef _SIM_ASM_BUG_H
#define _SIM_ASM_BUG_H

#include_next <asm/bug.h>

int sim_warn(void);

#undef WARN_ONCE
#define WARN_ONCE(condition, format...)	((condition) && sim_warn())

#endif /* _SIM_ASM_BUG_H */
