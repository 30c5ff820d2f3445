/* SPDX-License-Identifier: GPL-2.0-only */
/* What do the readers of both kinds of recording have in common? */
#ifndef PPA_REC_SOURCE_H
#define PPA_REC_SOURCE_H

#include "rec_meta.h"
#include "source.h"

struct rec_source {
	struct source source;
	struct source_ops ops;	/* what it offers as far as it has been read */
	struct input *in;
	bool have_head;
	bool have_end;
	struct rec_head head;
	struct rec_end end;
	/* while events are handed out */
	event_fn fn;
	void *ctx;
	u64 events;		/* handed out */
};

/* The close of @ops calls rec_source_close() and frees the rest. */
void rec_source_init(struct rec_source *s, struct input *in,
		     const struct source_ops *ops);
void rec_source_close(struct rec_source *s);

/* Take the head or the end; either says whether it is one. */
enum rec_read rec_source_head(struct rec_source *s, const json_t *o);
bool rec_source_end(struct rec_source *s, const json_t *o);

/* It was written by something newer: EXIT_CANNOT. */
int rec_source_newer(const struct rec_source *s, u64 version, struct diag *d);

/*
 * All has been read that could be. @why it is not read to the end, up to
 * @where, or NULL; then @where does not matter. Fills in @report, and @d if
 * there is something to say. An exit status.
 */
int rec_source_finish(struct rec_source *s, const char *where,
		      const char *why, struct source_report *report,
		      struct diag *d);

#endif /* PPA_REC_SOURCE_H */
