/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must every source of events offer?
 *
 * A source delivers events through one callback. What else it can do - walk
 * the page tables, describe the host - it offers by a function that may be
 * NULL.
 */
#ifndef PPA_SOURCE_H
#define PPA_SOURCE_H

#include "diag.h"
#include "host.h"
#include "input.h"
#include "lookup.h"
#include "model.h"
#include "scope.h"
#include "walk.h"

/* 0 to go on; anything else ends the reading and is handed through. */
typedef int (*event_fn)(void *ctx, const struct event *e);

struct source;

struct source_ops {
	/*
	 * Deliver all events. 0, an exit status with @d filled in, or what
	 * @fn returned. @report is filled in whatever happens.
	 */
	int (*events)(struct source *s, event_fn fn, void *ctx,
		      struct source_report *report, struct diag *d);

	/*
	 * Walk the page tables of the running kernel into @w, which knows the
	 * ranges. Status as above. NULL if the source cannot.
	 */
	int (*walk)(struct source *s, struct walk *w, struct diag *d);

	/*
	 * Called where scope() or find() will be, while the process may still
	 * do all that it was started with. What goes wrong is told by them.
	 * NULL if there is nothing to do.
	 */
	void (*prepare_scope)(struct source *s);

	/* The same for all page tables of the system: one pass into @s. */
	int (*scope)(struct source *s, struct scope *scope, struct diag *d);

	/* Find out what an address is. NULL if only the events are known. */
	int (*find)(struct source *s, struct lookup *f, struct diag *d);

	/* Describe the machine. NULL if the source does not know it. */
	void (*host)(struct source *s, struct host *h);

	void (*close)(struct source *s);
};

struct source {
	const struct source_ops *ops;	/* of a recording: see after events() */
	bool pages;		/* who reads it takes EVENT_PAGE as well */
	char name[256];		/* for messages */
};

/*
 * What the file @path holds, "-" for standard input: a recording, JSON lines or
 * ftrace text, each of them compressed or not. The first bytes tell. NULL with
 * @d filled in if it cannot be opened; the exit status is then 2.
 */
struct source *source_open_file(const char *path, struct diag *d);

/*
 * The readers that it chooses from. They close @in, also if they fail: then
 * they return NULL with @d filled in.
 */
struct source *source_rec_open(struct input *in, struct diag *d);
struct source *source_json_open(struct input *in, struct diag *d);
struct source *source_text_open(struct input *in, struct diag *d);

/*
 * The running kernel, through BPF. NULL with @d filled in if that is not
 * possible; the exit status is then 2. A kernel that has no event log is no
 * reason: events() then fails, but walk() works.
 */
struct source *source_live_open(struct diag *d);

/* Was live reading built in? */
bool source_live_built_in(void);

#endif /* PPA_SOURCE_H */
