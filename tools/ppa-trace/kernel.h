/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the feature there, is there a log, and how is a replay asked for? */
#ifndef PPA_KERNEL_H
#define PPA_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"
#include "types.h"

/* The directory of the feature in sysfs; tests put another one here. */
extern const char *kernel_sysfs;

/* Is the feature built in and on? 0, or EXIT_CANNOT with @d filled in. */
int kernel_check(struct diag *d);

/* Is there a log to replay? As above; kernel_check() comes first. */
int kernel_check_log(struct diag *d);

/*
 * Ask for a replay of @count records from number @first on, or of all if @all.
 * It is over when this returns. 0, EXIT_CANNOT, or EXIT_UNPROVEN if a signal
 * ended it early; @d is filled in.
 */
int kernel_replay(bool all, u64 first, u64 count, struct diag *d);

/*
 * Have the kernel try to write to page tables; @buf gets what came of it. 0, or
 * an errno: ENOENT if the kernel does not do such things.
 */
int kernel_probe(char *buf, size_t size);

/* Does lockdown forbid that BPF reads kernel memory? */
bool kernel_locked_down(void);

#endif /* PPA_KERNEL_H */
