/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: a panic ends the boot, which a test may expect.
 */
#ifndef _SIM_LINUX_PANIC_H
#define _SIM_LINUX_PANIC_H

void panic(const char *format, ...) __attribute__((noreturn));

#endif /* _SIM_LINUX_PANIC_H */
