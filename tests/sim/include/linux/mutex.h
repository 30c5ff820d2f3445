/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, and mutexes that know who holds them.
 */
#ifndef _SIM_LINUX_MUTEX_H
#define _SIM_LINUX_MUTEX_H

#include_next <linux/mutex.h>
#include <linux/types.h>

void mutex_lock(int *lock);
int mutex_lock_interruptible(int *lock);
void mutex_unlock(int *lock);

#endif /* _SIM_LINUX_MUTEX_H */
