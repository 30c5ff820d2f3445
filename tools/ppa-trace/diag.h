/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a part that may not print tell what went wrong and what to do?
 *
 * It fills a struct diag and returns an exit status; the command prints it, as
 * text or as JSON.
 */
#ifndef PPA_DIAG_H
#define PPA_DIAG_H

#include "types.h"

/* Exit statuses of all commands. */
enum ppa_exit {
	EXIT_GOOD = 0,
	EXIT_BAD = 1,		/* a check failed */
	EXIT_CANNOT = 2,	/* usage, feature off or absent, could not run */
	EXIT_UNPROVEN = 3,	/* the evidence is incomplete */
};

struct diag {
	char what[512];		/* what is wrong, and where */
	char advice[512];	/* what to do next */
};

/* Fill @d and return @status, so that "return diag_set(...)" reads well. */
int diag_set(struct diag *d, int status, const char *fmt, ...) __printf(3, 4);

/* Add what to do about it. */
void diag_advise(struct diag *d, const char *fmt, ...) __printf(2, 3);

#endif /* PPA_DIAG_H */
