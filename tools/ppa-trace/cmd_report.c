// SPDX-License-Identifier: GPL-2.0-only
/* What does report do? */
#include <stdio.h>
#include <string.h>

#include "boot.h"
#include "command.h"
#include "outfile.h"
#include "report.h"
#include "session.h"
#include "view.h"

static struct {
	const char *output;
	bool events_only;
} options;

static int show(const struct session *s, const char *name, FILE *out,
		int *verdict, struct diag *d)
{
	struct report_input in = {
		.name = name,
		.m = s->model,
		.host = s->host,
		.walk = s->walk,
		.events_only = options.events_only,
	};
	struct boot_report boot;
	struct report r;
	int err;

	if (boot_analyse(s->model, &boot))
		return command_no_memory(d);
	in.boot = &boot;
	err = report_make(&r, &in);
	if (!err) {
		*verdict = r.verdict;
		view_report(out, &r);
		report_free(&r);
	}
	boot_report_free(&boot);
	return err ? command_no_memory(d) : 0;
}

static int write_page(const char *file, struct outfile *o, int *verdict,
		      struct diag *d)
{
	struct session s;
	int err = session_read(&s, file, options.events_only ?
			       SESSION_NO_WALK : SESSION_WALK_ANYHOW, d);

	if (!err)
		err = show(&s, !file ? "the running kernel" :
			   !strcmp(file, "-") ? "standard input" : file,
			   o->f, verdict, d);
	session_end(&s);
	return err;
}

static int report_command(const struct arguments *a, struct diag *d)
{
	const char *file = a->n ? a->arg[0] : NULL;
	int err, verdict = EXIT_CANNOT;
	struct outfile o;

	if (!options.output || !options.output[0])
		return command_misuse(d, "report does not know where the page goes",
				      "ppa-trace report -o FILE.html [FILE]; -o - is standard output");
	if (outfile_open(&o, options.output, "a page", outfile_readers(file),
			 d))
		return EXIT_CANNOT;
	err = write_page(file, &o, &verdict, d);
	if (err)
		outfile_abort(&o);
	else
		err = outfile_commit(&o, d);
	return err ? err : verdict;
}

static const struct option report_options[] = {
	{ "output", 'o', OPTION_TEXT, &options.output, "FILE",
	  "the page; - is standard output" },
	{ "events-only", 0, OPTION_FLAG, &options.events_only, NULL,
	  "do not ask for page tables" },
	{ NULL }
};

const struct command command_report = {
	.name = "report",
	.args = "-o FILE.html [--events-only] [FILE]",
	.what = "write a page for the browser: verdict, pictures and tables",
	.help =
"One page of HTML that needs no network and no other file: the verdict, a map\n"
"of physical memory with the ranges in it, when the pages were handed out, what\n"
"lay between them, and all tables. It is written as a whole or not at all. Exit\n"
"status as that of verify.\n",
	.options = report_options,
	.max_args = 1,
	.files = true,
	.run = report_command,
};
