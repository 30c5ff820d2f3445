/* SPDX-License-Identifier: GPL-2.0-only */
/* How do events go from a source to an output without being kept? */
#ifndef PPA_STREAM_H
#define PPA_STREAM_H

#include <stdio.h>

#include "filter.h"
#include "outfile.h"
#include "session.h"
#include "view_events.h"

/*
 * Print all events of @s that @f wants into @o. An exit status: 3 if the source
 * lost some, which is told on stderr; where @d says why, there are none, or not
 * all that could be read.
 */
int stream_events(struct session *s, struct filter *f,
		  const struct outfile *o, enum events_format format,
		  struct diag *d);

#endif /* PPA_STREAM_H */
