/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, and the early window.
 */
#ifndef _SIM_LINUX_IO_H
#define _SIM_LINUX_IO_H

#include_next <linux/io.h>
#include <linux/types.h>

void *early_memremap(phys_addr_t phys, unsigned long size);
void early_memunmap(void *addr, unsigned long size);

#endif /* _SIM_LINUX_IO_H */
