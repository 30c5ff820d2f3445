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
#include "progress.h"
#include "session.h"
#include "view.h"

/* What the command line asks for. */
struct verify_options {
	bool json;
	bool events_only;
	bool scope_all;
	bool collect_first;
	bool probe;
	unsigned int watch;	/* seconds; 0: not asked for */
	unsigned int passes;	/* 0: not asked for */
	const char *scope;
	const char *file;	/* NULL: the running kernel */
};

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
	int err;

	if (first)
		progress_doing("walking all page tables");
	err = s->source->ops->scope(s->source, scope, &why);
	progress_end();
	if (!err)
		return;
	scope_not_made(scope, why.what);
	if (first)
		command_warn(&why);
}

/* Another pass every o->watch seconds, of which only the changes are shown. */
static void watch_on(struct session *s, const struct verify_options *o,
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

static bool many_passes(const struct verify_options *o)
{
	return o->watch || o->passes > 1;
}

/* The first pass is shown as a whole; the others are in @w. */
static void walk_all(struct session *s, const struct verify_options *o,
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
static int status(const struct session *s, const struct verify_options *o,
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

static int check_options(struct verify_options *o, struct diag *d)
{
	o->scope_all = o->scope && !strcmp(o->scope, "all");
	if (o->scope_all && o->file)
		return command_misuse(d, "--scope=all and a FILE: it holds no page tables",
				      "leave out one of the two");
	if (o->scope_all && o->events_only)
		return command_misuse(d, "--scope=all and --events-only exclude each other",
				      "leave out one of the two");
	if (o->probe && o->file)
		return command_misuse(d, "--probe and a FILE: no kernel can try writes in it",
				      "leave out one of the two");
	if ((o->watch || o->passes || o->collect_first) && !o->scope_all)
		return command_misuse(d,
				      "--watch, --passes and --collect-first are about all page tables",
				      "add --scope=all");
	return 0;
}

static int verify(struct session *s, const struct verify_options *o,
		  struct verify_more *more, struct diag *d)
{
	struct scope *scope = NULL;
	struct watch *w = NULL;
	int err;

	if (o->scope_all) {
		scope = scope_new(s->model);
		w = calloc(1, sizeof(*w));
		if (!scope || !w) {
			err = command_no_memory(d);
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
		err = command_no_output(d);
out:
	free(w);
	scope_free(scope);
	return err;
}

static struct verify_options options;

static int verify_command(const struct arguments *a, struct diag *d)
{
	const struct verify_options *o = &options;
	struct verify_more more = { 0 };
	struct session s;
	struct probe probe;
	int err;

	options.json = a->json;
	options.file = a->n ? a->arg[0] : NULL;
	err = check_options(&options, d);
	if (err)
		return err;
	if (many_passes(o))
		catch_signals();
	err = session_read(&s, o->file, o->events_only ? SESSION_NO_WALK :
			   o->scope_all ? SESSION_WALK_ALL :
			   SESSION_WALK_ANYHOW, d);
	if (!err && o->probe) {
		more.probe = &probe;
		err = probe_run(&probe, d);
	}
	if (!err)
		err = verify(&s, o, &more, d);
	session_end(&s);
	return err;
}

static const struct option verify_option_list[] = {
	{ "events-only", 0, OPTION_FLAG, &options.events_only, NULL,
	  "do not ask for page tables" },
	{ "scope", 0, OPTION_TEXT, &options.scope, "early|all",
	  "early, the default, or all: also walk every page table of\n"
	  "the system, kernel and all processes: each must carry the\n"
	  "key, and no other page" },
	{ "watch", 0, OPTION_NUMBER, &options.watch, "SEC",
	  "and again every SEC seconds until interrupted; only what\n"
	  "has changed is printed" },
	{ "passes", 0, OPTION_NUMBER, &options.passes, "N",
	  "N times in all" },
	{ "collect-first", 0, OPTION_FLAG, &options.collect_first, NULL,
	  "collect the tables, check them later: wrong by design, to\n"
	  "show the false alarms that come of it" },
	{ "probe", 0, OPTION_FLAG, &options.probe, NULL,
	  "have a kernel that was built for tests try one write to a\n"
	  "page table of each class: all must fault" },
	{ NULL }
};

const struct command command_verify = {
	.name = "verify",
	.args = "[--json] [--events-only | --scope=all] [FILE]",
	.what = "check the events, and the real page tables against them",
	.help =
"(a) The events against each other; (b) every page of every range must carry\n"
"the key in the page tables of the running kernel; (c) every early table that\n"
"is reachable there must lie in a range and carry the key. A recording holds what\n"
"the walk found when it was made. ftrace text, and a recording of that, holds no\n"
"page tables: (b) and (c) are then NOT CHECKED and the exit status is 3, unless\n"
"--events-only says that (a) is enough.\n",
	.json = true,
	.options = verify_option_list,
	.max_args = 1,
	.run = verify_command,
};
