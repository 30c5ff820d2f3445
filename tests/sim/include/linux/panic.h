/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: a panic ends the boot, which a test may expect.
 */
#ifndef _SIM_LINUX_PANIC_H
#define _SIM_LINUX_PANIC_H

#include <linux/compiler.h>

void __noreturn panic(const char *format, ...);

#endif /* _SIM_LINUX_PANIC_H */
