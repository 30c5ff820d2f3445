// SPDX-License-Identifier: GPL-2.0-only
/* How do source and model come together? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "privileges.h"
#include "progress.h"
#include "session.h"

/* Apart, so that the usual case needs no stack. */
static __attr(__noinline__) int take_and_show(void *ctx, const struct event *e)
{
	struct session *s = ctx;

	progress_show();
	return model_take(s->model, e);
}

static int take(void *ctx, const struct event *e)
{
	struct session *s = ctx;

	return progress_event() ? take_and_show(s, e) : model_take(s->model, e);
}

static int take_also(void *ctx, const struct event *e)
{
	struct session *s = ctx;
	int err = s->also(s->also_ctx, e);

	return err ? err : take(ctx, e);
}

static int read_events(struct session *s, enum session_walk walk,
		       struct diag *d)
{
	struct source_report report;
	struct diag why = { 0 };
	int err;

	s->model = model_new();
	if (!s->model)
		return command_no_memory(d);
	s->source->pages = !s->also;
	progress_reading(s->source->name);
	err = s->source->ops->events(s->source, s->also ? take_also : take, s,
				   &report, &why);
	progress_end();
	if (err == -ENOMEM)
		return command_no_memory(d);
	if (err && (walk < SESSION_WALK_ANYHOW || !s->source->ops->walk)) {
		*d = why;
		return err;
	}
	if (why.what[0])
		command_warn(&why);
	if (model_finish(s->model, &report))
		return command_no_memory(d);
	for (int i = 0; err && i < CHECK_FIRST_WALK; i++)
		check_not_made(&s->model->checks[i], "%s", why.what);
	return 0;
}

/* Nanoseconds, from any point in time. */
static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int walk_tables(struct session *s, struct diag *d)
{
	struct diag why = { 0 };
	u64 begin = now();
	int err;

	s->walk = walk_new(s->model);
	if (!s->walk)
		return command_no_memory(d);
	progress_doing("walking the page tables");
	err = s->source->ops->walk(s->source, s->walk, &why);
	progress_end();
	/* A recording knows how long it took then. */
	if (!s->walk->ns)
		s->walk->ns = now() - begin;
	if (err) {
		for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
			check_not_made(&s->model->checks[i], "%s", why.what);
		command_warn(&why);
	}
	return 0;
}

/* Whoever is not root can write to sysfs by such a capability alone. */
static enum privileges live_needs(void)
{
	return geteuid() ? PRIVILEGES_FILES : PRIVILEGES_NONE;
}

/*
 * Nothing of what a file holds is looked at with more than the right to open
 * it, and the running kernel is read with none once the programs are in it.
 */
static int open_source(struct session *s, const char *file, bool scope,
		       struct diag *d)
{
	memset(s, 0, sizeof(*s));
	if (file && privileges_drop(PRIVILEGES_FILES, d))
		return EXIT_CANNOT;
	s->source = file ? source_open_file(file, d) : source_live_open(d);
	if (!s->source)
		return EXIT_CANNOT;
	if (scope && s->source->ops->prepare_scope)
		s->source->ops->prepare_scope(s->source);
	return privileges_drop(file ? PRIVILEGES_NONE : live_needs(), d);
}

int session_open(struct session *s, const char *file, struct diag *d)
{
	return open_source(s, file, false, d);
}

int session_read(struct session *s, const char *file, enum session_walk walk,
		 struct diag *d)
{
	bool scope = walk == SESSION_WALK_ALL || walk == SESSION_OWN_WALK;
	int err = open_source(s, file, scope, d);

	return err ? err : session_fill(s, walk, d);
}

int session_fill(struct session *s, enum session_walk walk, struct diag *d)
{
	int err = read_events(s, walk, d);

	if (err)
		return err;
	if (s->source->ops->host) {
		s->host = calloc(1, sizeof(*s->host));
		if (!s->host)
			return command_no_memory(d);
		s->source->ops->host(s->source, s->host);
	}
	if (walk == SESSION_NO_WALK || !s->source->ops->walk ||
	    (walk == SESSION_OWN_WALK && s->source->ops->find))
		return 0;
	return walk_tables(s, d);
}

void session_end(struct session *s)
{
	if (s->source)
		s->source->ops->close(s->source);
	walk_free(s->walk);
	model_free(s->model);
	free(s->host);
}
