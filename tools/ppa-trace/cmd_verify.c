// SPDX-License-Identifier: GPL-2.0-only
/* What does verify do, once or again and again? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "session.h"
#include "view.h"

/* Set by the handler, at any moment. */
static int signalled;

static void on_signal(int number)
{
	(void)number;
	__atomic_store_n(&signalled, 1, __ATOMIC_RELAXED);
}

static bool interrupted(void)
{
	return __atomic_load_n(&signalled, __ATOMIC_RELAXED);
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) +
	       (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* One pass. What cannot be done is in the checks; the reason is told once. */
static void make_pass(struct session *s, struct scope *scope, bool first)
{
	struct diag why = { 0 };

	if (!s->source->ops->scope(s->source, scope, &why))
		return;
	scope_not_made(scope, why.what);
	if (first)
		command_warn(&why);
}

/* Another pass every o->watch seconds, of which only the changes are shown. */
static void watch_on(struct session *s, const struct options *o,
		     struct scope *scope, struct watch *w)
{
	struct timespec begin;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while (!interrupted() && (!o->passes || w->passes < o->passes)) {
		if (o->watch)
			sleep(o->watch);
		if (interrupted())
			break;
		make_pass(s, scope, false);
		watch_pass(w, scope);
		if (!o->json)
			view_watch(stdout, w, seconds_since(&begin));
	}
}

static bool many_passes(const struct options *o)
{
	return o->watch || o->passes > 1;
}

/* The first pass is shown as a whole; the others are in @w. */
static void walk_all(struct session *s, const struct options *o,
		     const struct verify_more *more, struct scope *scope,
		     struct watch *w)
{
	scope->collect = o->collect_first;
	make_pass(s, scope, true);
	watch_pass(w, scope);
	if (!o->json)
		view_verify(stdout, s->model, false, more);
	if (!many_passes(o))
		return;
	fflush(stdout);
	watch_on(s, o, scope, w);
	if (!o->json)
		view_watch_end(stdout, w);
}

/*
 * A number of passes that was asked for is as good as the worst of them; one
 * that was ended by a signal as the last.
 */
static int status(const struct session *s, const struct options *o,
		  const struct verify_more *more)
{
	struct verify_more rest = { .probe = more->probe };
	int verdict = verify_verdict(s->model, o->events_only, more);
	int worst = more->watch ? watch_worst(more->watch) : EXIT_GOOD;

	if (interrupted() || !worst || verdict == EXIT_BAD)
		return verdict;
	if (worst == EXIT_BAD)
		return worst;
	verdict = verify_verdict(s->model, o->events_only, &rest);
	return verdict == EXIT_BAD ? verdict : worst;
}

static int no_output(struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot write the output: %s",
		 strerror(errno));
	diag_advise(d, "is there room where it goes?");
	return EXIT_CANNOT;
}

static int misuse(struct diag *d, const char *what, const char *advice)
{
	diag_set(d, EXIT_CANNOT, "%s", what);
	diag_advise(d, "%s", advice);
	return EXIT_CANNOT;
}

static int check_options(const struct options *o, struct diag *d)
{
	if (o->scope_all && o->nargs)
		return misuse(d, "--scope=all and a FILE: it holds no page tables",
			      "leave out one of the two");
	if (o->scope_all && o->events_only)
		return misuse(d, "--scope=all and --events-only exclude each other",
			      "leave out one of the two");
	if (o->probe && o->nargs)
		return misuse(d, "--probe and a FILE: no kernel can try writes in it",
			      "leave out one of the two");
	if ((o->watch || o->passes || o->collect_first) && !o->scope_all)
		return misuse(d, "--watch, --passes and --collect-first are about all page tables",
			      "add --scope=all");
	return 0;
}

static int verify(struct session *s, const struct options *o,
		  struct verify_more *more, struct diag *d)
{
	struct scope *scope = NULL;
	struct watch *w = NULL;
	int err;

	if (o->scope_all) {
		scope = scope_new(s->model);
		w = calloc(1, sizeof(*w));
		if (!scope || !w) {
			err = misuse(d, "out of memory", "end what takes it");
			goto out;
		}
		more->scope = scope;
		more->watch = w;
		walk_all(s, o, more, scope, w);
	} else if (!o->json) {
		view_verify(stdout, s->model, o->events_only, more);
	}
	err = status(s, o, more);
	if (o->json && view_verify_json(stdout, s->model, s->host, s->walk,
					o->events_only, more))
		err = no_output(d);
out:
	free(w);
	scope_free(scope);
	return err;
}

int command_verify(const struct options *o, struct diag *d)
{
	struct verify_more more = { 0 };
	struct session s;
	struct probe probe;
	int err = check_options(o, d);

	if (err)
		return err;
	if (many_passes(o))
		catch_signals();
	err = session_read(&s, o->nargs ? o->arg[0] : NULL, o->events_only ?
			   SESSION_NO_WALK : SESSION_WALK_ANYHOW, d);
	if (!err && o->probe) {
		more.probe = &probe;
		err = probe_run(&probe, d);
	}
	if (!err)
		err = verify(&s, o, &more, d);
	session_end(&s);
	return err;
}
