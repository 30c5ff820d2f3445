/* SPDX-License-Identifier: GPL-2.0-only */
/* What do the commands that read a source have in common? */
#ifndef PPA_SESSION_H
#define PPA_SESSION_H

#include "source.h"

struct session {
	struct source *source;
	struct model *model;
	struct walk *walk;	/* NULL if the source has none */
	struct host *host;	/* NULL if the source has none */
};

/*
 * Read all events from @file, or from the running kernel if that is NULL, and
 * make the checks. With @walk_anyhow a running kernel without an event log is
 * walked all the same. 0, or an exit status with @d filled in.
 */
int session_read(struct session *s, const char *file, bool walk_anyhow,
		 struct diag *d);
void session_end(struct session *s);

#endif /* PPA_SESSION_H */
