/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a write to a page table fault?
 *
 * A kernel that was built for tests tries one write to a table of each class
 * when its file "probe" is read.
 */
#ifndef PPA_PROBE_H
#define PPA_PROBE_H

#include "checks.h"
#include "diag.h"

#define PROBES_MAX 16

struct probe_write {
	char class[24];
	u64 addr;		/* virtual: what was written to */
	s32 error;		/* -EFAULT is as it must be */
};

struct probe {
	struct probe_write v[PROBES_MAX];
	int n;
	struct check check;
};

/* The name is never changed. */
#define PROBE_CHECK_NAME "probe.faults"

#define PROBE_FAULT (-14)	/* -EFAULT, as the kernel numbers it */

/* Judge what the kernel said: @text is a line for each write. */
void probe_judge(struct probe *p, const char *text);

/* Have the kernel try. 0, or 2 with @d filled in. */
int probe_run(struct probe *p, struct diag *d);

#endif /* PPA_PROBE_H */
