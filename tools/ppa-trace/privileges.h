/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may this process still do once its source is open?
 *
 * Capabilities are needed to load BPF programs, to see the addresses in
 * /proc/iomem and to open files of others; what is read after that needs none.
 */
#ifndef PPA_PRIVILEGES_H
#define PPA_PRIVILEGES_H

#include "diag.h"

enum privileges {
	PRIVILEGES_NONE,
	PRIVILEGES_FILES,	/* open, replace and remove files of others */
};

/* @which is all that this process needs until its end: drop no more of these. */
void privileges_need(enum privileges which);

/*
 * Give up all capabilities but @which and those that privileges_need() named,
 * and the right to get any by execve(). For good, and for this thread: there is
 * no other one. 0, or EXIT_CANNOT with @d filled in.
 */
int privileges_drop(enum privileges which, struct diag *d);

#endif /* PPA_PRIVILEGES_H */
