// SPDX-License-Identifier: GPL-2.0-only
/* What does export do? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "outfile.h"
#include "session.h"
#include "stream.h"
#include "view_export.h"

static struct {
	const char *format;
	const char *output;	/* NULL: standard output */
	bool events_only;
} options;

/* Everything that is made of the finished model. */
struct view {
	const char *format;
	bool checks;		/* those of the walk are part of it */
	int (*show)(FILE *out, const struct export *x);
};

static int prometheus(FILE *out, const struct export *x)
{
	view_prometheus(out, x);
	return 0;
}

static const struct view views[] = {
	{ "perfetto", false, view_perfetto },
	{ "prometheus", true, prometheus },
	{ "junit", true, view_junit },
};

static const struct view *find_view(const char *format)
{
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		if (!strcmp(views[i].format, format))
			return &views[i];
	}
	return NULL;
}

static int show(const struct session *s, const struct view *v, FILE *out,
		struct diag *d)
{
	struct boot_report boot;
	struct export x = {
		.model = s->model,
		.boot = &boot,
		.host = s->host,
		.walk = s->walk,
		.events_only = options.events_only || !v->checks,
		.version = PPA_VERSION,
	};
	int err = boot_analyse(s->model, &boot);

	if (!err)
		err = v->show(out, &x);
	boot_report_free(&boot);
	return err ? command_no_memory(d) : model_verdict(s->model, x.events_only);
}

static int export_view(const struct view *v, const char *file, FILE *out,
		       struct diag *d)
{
	bool walk = v->checks && !options.events_only;
	struct session s;
	int err = session_read(&s, file, walk ? SESSION_WALK_ANYHOW :
			       SESSION_NO_WALK, d);

	if (!err)
		err = show(&s, v, out, d);
	session_end(&s);
	return err;
}

static int export_csv(const char *file, const struct outfile *o,
		      struct diag *d)
{
	struct filter f;
	struct session s;
	int err = session_open(&s, file, d);

	filter_all(&f);
	if (!err)
		err = stream_events(&s, &f, o, EVENTS_CSV, d);
	session_end(&s);
	return err;
}

/* What is incomplete or shows a failed check is written as well. */
static int write_to(const char *file, const struct view *v, struct outfile *o,
		    struct diag *d)
{
	int status = v ? export_view(v, file, o->f, d) :
			 export_csv(file, o, d);

	/* Only what cannot be shown at all is told here. */
	if (d->what[0])
		outfile_abort(o);
	else if (outfile_commit(o, d))
		status = EXIT_CANNOT;
	return status;
}

static int run_export(const struct arguments *a, struct diag *d)
{
	const char *file = a->n ? a->arg[0] : NULL;
	const struct view *v;
	struct outfile o;
	int err = 0;

	if (!options.format)
		return command_misuse(d, "export needs a format",
				      "--format=perfetto, csv, prometheus or junit");
	/* None is csv, which is not made of a model. */
	v = find_view(options.format);
	/* Whoever collects metrics or results is rarely root. */
	if (options.output)
		err = outfile_open(&o, options.output, "an export",
				   v && v->checks ? OUTFILE_ALL :
						    outfile_readers(file), d);
	else
		outfile_stdout(&o);
	return err ? err : write_to(file, v, &o, d);
}

static const struct option option_list[] = {
	{ "format", 0, OPTION_TEXT, &options.format, "perfetto|csv|prometheus|junit",
	  "perfetto: a time line, for ui.perfetto.dev\n"
	  "csv: the events, as \"events --csv\" prints them\n"
	  "prometheus: metrics, for node_exporter's textfile collector\n"
	  "junit: the checks of verify as results of tests" },
	{ "output", 'o', OPTION_TEXT, &options.output, "OUT",
	  "write the file OUT, which is whole or not there at all" },
	{ "events-only", 0, OPTION_FLAG, &options.events_only, NULL,
	  "prometheus, junit: do not ask for page tables" },
	{ NULL }
};

const struct command command_export = {
	.name = "export",
	.args = "--format=FORMAT [-o OUT] [--events-only] [FILE]",
	.what = "write a boot for other programs: time line, metrics, results",
	.help =
"The output is written whatever the checks say; the exit status is that of\n"
"verify for prometheus and junit, that of summary for perfetto, and that of\n"
"events for csv. If there is nothing to be shown, as with exit status 2, what was\n"
"there stays.\n",
	.options = option_list,
	.max_args = 1,
	.files = true,
	.run = run_export,
};
