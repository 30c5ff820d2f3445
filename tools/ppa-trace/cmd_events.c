// SPDX-License-Identifier: GPL-2.0-only
/* What does events do? */
#include <stdbool.h>
#include <stdio.h>

#include "command.h"
#include "stream.h"

static struct {
	const char *kind;
	const char *from;
	const char *to;
	const char *addr;
	bool csv;
} options;

static int not_that(struct diag *d, const char *option, const char *value,
		    const char *advice)
{
	diag_set(d, EXIT_CANNOT, "--%s: \"%s\" is not of the form it needs",
		 option, value);
	diag_advise(d, "%s", advice);
	return EXIT_CANNOT;
}

static int make_filter(struct filter *f, struct diag *d)
{
	static const char ns[] =
		"a whole number of ns since the start of the counter, as in ns= of the events";

	filter_all(f);
	if (options.kind && !filter_kinds(f, options.kind))
		return not_that(d, "kind", options.kind,
				"names with commas between them: alloc, merge, overflow, finalize, phase, replay");
	if (options.from && !filter_from(f, options.from))
		return not_that(d, "from", options.from, ns);
	if (options.to && !filter_to(f, options.to))
		return not_that(d, "to", options.to, ns);
	if (options.addr && !filter_addr(f, options.addr))
		return not_that(d, "addr", options.addr,
				"a physical address in hexadecimal, or two as in 0x80000000-0x80200000; \"ppa-trace lookup\" turns a virtual one into it");
	return 0;
}

static int events(const struct arguments *a, struct diag *d)
{
	enum events_format format = EVENTS_TEXT;
	struct filter f;
	struct session s;
	struct outfile o;
	int err;

	if (options.csv && a->json)
		return command_misuse(d, "--csv and --json exclude each other",
				      "leave out one of the two");
	if (options.csv)
		format = EVENTS_CSV;
	else if (a->json)
		format = EVENTS_JSON;
	err = make_filter(&f, d);
	if (err)
		return err;
	err = session_open(&s, a->n ? a->arg[0] : NULL, d);
	outfile_stdout(&o);
	if (!err)
		err = stream_events(&s, &f, &o, format, d);
	session_end(&s);
	return err;
}

static const struct option option_list[] = {
	{ "kind", 0, OPTION_TEXT, &options.kind, "K[,K...]",
	  "only these: alloc, merge, overflow, finalize, phase, replay" },
	{ "from", 0, OPTION_TEXT, &options.from, "NS",
	  "only what happened then or later, in ns as in the events" },
	{ "to", 0, OPTION_TEXT, &options.to, "NS",
	  "only what happened then or earlier" },
	{ "addr", 0, OPTION_TEXT, &options.addr, "ADDR",
	  "only events whose page, or else range, holds this physical\n"
	  "address; or ADDR-END, any that touches these addresses" },
	{ "csv", 0, OPTION_FLAG, &options.csv, NULL,
	  "comma-separated values (RFC 4180), all columns of all kinds" },
	{ NULL }
};

const struct command command_events = {
	.name = "events",
	.args = "[--json | --csv] [--kind=K[,K...]] [--from=NS] [--to=NS]\n"
		"                        [--addr=ADDR[-END]] [FILE]",
	.what = "print the events, one a line",
	.help =
"In the order in which they come, as they come: nothing is sorted, and what was\n"
"replayed twice is there twice. Number and time stand in front; what follows is\n"
"the kernel's own text, so that every command takes the output as a FILE. With\n"
"--json each line is an object of its own (JSON lines), since one document would\n"
"have to wait for the last event. Exit status 3 if the source lost events.\n",
	.json = true,
	.lines = true,
	.options = option_list,
	.max_args = 1,
	.run = events,
};
