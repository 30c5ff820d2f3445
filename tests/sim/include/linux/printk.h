/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: what the kernel says is kept, not printed.
 */
#ifndef _SIM_LINUX_PRINTK_H
#define _SIM_LINUX_PRINTK_H

#include <stdio.h>
#include <asm/bug.h>

/* Counts the message; its text stays unformatted (%pa is the kernel's own). */
void sim_print(const char *level, const char *format, ...);

#ifndef pr_fmt
#define pr_fmt(fmt)	fmt
#endif
#define printk(...)		sim_print("printk", __VA_ARGS__)
#define pr_err(fmt, ...)	sim_print("err", pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	sim_print("warn", pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	sim_print("info", pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...)	sim_print("cont", fmt, ##__VA_ARGS__)
#define pr_debug(fmt, ...)	sim_print("debug", fmt, ##__VA_ARGS__)

#endif /* _SIM_LINUX_PRINTK_H */
