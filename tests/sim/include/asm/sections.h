/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: where the kernel image lies.
 */
#ifndef _SIM_ASM_SECTIONS_H
#define _SIM_ASM_SECTIONS_H

#define _text	sim_text
#define _end	sim_text_end

extern char _text[], _end[];

#endif /* _SIM_ASM_SECTIONS_H */
