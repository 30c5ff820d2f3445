/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does someone who waits see that the work goes on?
 *
 * One line on standard error that is written over and is gone in the end; only
 * on a terminal, and not before a second has passed.
 */
#ifndef PPA_PROGRESS_H
#define PPA_PROGRESS_H

#include <stdbool.h>

#include "types.h"

/* So many events go by unseen: asking for the time costs more than an event. */
#define PROGRESS_EVERY 16384

extern u64 progress_events;

/* Begin to count events, which come from @name. */
void progress_reading(const char *name);

/* What is done next takes long on a large machine; it is told at once. */
void progress_doing(const char *what);

/* Take the line away. */
void progress_end(void);

void progress_show(void);

/* Count an event. True if it is time for progress_show(). */
static inline bool progress_event(void)
{
	return !(++progress_events % PROGRESS_EVERY);
}

#endif /* PPA_PROGRESS_H */
