/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, and what the replay allocates with.
 */
#ifndef _SIM_LINUX_SLAB_H
#define _SIM_LINUX_SLAB_H

#include_next <linux/slab.h>

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp);
void kvfree(void *p);

#endif /* _SIM_LINUX_SLAB_H */
