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
	/* Called with each event in front of the model; NULL: nobody wants it */
	event_fn also;
	void *also_ctx;
};

/* Are the page tables walked, where the source has some? */
enum session_walk {
	SESSION_NO_WALK,
	SESSION_WALK,
	SESSION_WALK_ANYHOW,	/* even if there is no event log to be read */
	SESSION_WALK_ALL,	/* the same, and scope() will be called */
	SESSION_OWN_WALK,	/* only by a source that cannot find() */
};

/*
 * Open @file, or the running kernel if that is NULL, and nothing more: for who
 * takes the events one by one from s->source. 0, or an exit status with @d
 * filled in. session_end() is called in any case.
 *
 * From then on the process has no privileges but those that the command said
 * to privileges_need().
 */
int session_open(struct session *s, const char *file, struct diag *d);

/*
 * Read all events from @file, or from the running kernel if that is NULL, and
 * make the checks. 0, or an exit status with @d filled in.
 */
int session_read(struct session *s, const char *file, enum session_walk walk,
		 struct diag *d);

/* The same of a source that session_open() has opened. */
int session_fill(struct session *s, enum session_walk walk, struct diag *d);

void session_end(struct session *s);

#endif /* PPA_SESSION_H */
