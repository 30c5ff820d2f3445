// SPDX-License-Identifier: GPL-2.0-only
/* What does each command do? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "kernel.h"
#include "session.h"
#include "view.h"

const struct command commands[] = {
	{
		.name = "summary",
		.args = "[--json] [FILE]",
		.what = "show what the early page-table allocator did",
		.help =
"Pages by table level, ranges and how they came to be, finalize, the event log,\n"
"and the range table. Exit status 1 if the events contradict each other, 3 if\n"
"some are missing.\n",
		.json = true,
		.max_args = 1,
		.run = command_summary,
	},
	{
		.name = "verify",
		.args = "[--json] [--events-only | --scope=all] [FILE]",
		.what = "check the events, and the real page tables against them",
		.help =
"(a) The events against each other; (b) every page of every range must carry\n"
"the key in the page tables of the running kernel; (c) every early table that\n"
"is reachable there must lie in a range and carry the key. A FILE holds no page\n"
"tables: (b) and (c) are then NOT CHECKED and the exit status is 3, unless\n"
"--events-only says that (a) is enough.\n"
"\n"
"  --scope=all      also walk every page table of the system, kernel and all\n"
"                   processes: each must carry the key, and no other page\n"
"  --watch SEC      and again every SEC seconds until interrupted; only what\n"
"                   has changed is printed\n"
"  --passes N       N times in all\n"
"  --collect-first  collect the tables, check them later: wrong by design, to\n"
"                   show the false alarms that come of it\n"
"  --probe          have a kernel that was built for tests try one write to a\n"
"                   page table of each class: all must fault\n",
		.json = true,
		.verify = true,
		.max_args = 1,
		.run = command_verify,
	},
	{
		.name = "lookup",
		.args = "[--json] ADDR [FILE]",
		.what = "say what is at an address: which page table, what it maps, its key",
		.help =
"ADDR is physical or a virtual address of the kernel, in hexadecimal. Is it a\n"
"page table, of which class and level, with which key; what does it map; and, if\n"
"the event log knows, who made it and when. This is what one asks when looking\n"
"at a fault. A FILE knows only what the events say. Exit status 1 if it is a\n"
"page table without the key that it must have, 3 if it could not be told.\n",
		.json = true,
		.max_args = 2,
		.run = command_lookup,
	},
	{
		.name = "replay",
		.args = "[FIRST COUNT]",
		.what = "have the kernel send all events again, for ftrace, perf, trace-cmd",
		.help =
"Sends the COUNT records from number FIRST on, or all of them. Returns when all\n"
"are sent. Who wants to see them must be listening before:\n"
"\n"
"  echo 1 > /sys/kernel/tracing/events/kpkeys/enable\n"
"  ppa-trace replay\n"
"  ppa-trace verify --events-only /sys/kernel/tracing/trace\n"
"\n"
"  trace-cmd record -e kpkeys ppa-trace replay\n"
"  perf record -a -e 'kpkeys:*' ppa-trace replay\n"
"\n"
"Large machines need large buffers: two events and some 200 bytes a page table.\n",
		.max_args = 2,
		.run = command_replay,
	},
};

const size_t ncommands = ARRAY_SIZE(commands);

static const char *file_of(const struct options *o)
{
	return o->nargs ? o->arg[0] : NULL;
}

static int no_output(struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot write the output: %s",
		 strerror(errno));
	diag_advise(d, "is there room where it goes?");
	return EXIT_CANNOT;
}

int command_summary(const struct options *o, struct diag *d)
{
	struct session s;
	int err = session_read(&s, file_of(o),
			       o->json ? SESSION_WALK : SESSION_NO_WALK, d);

	if (!err) {
		err = model_verdict(s.model, true);
		if (!o->json)
			view_summary(stdout, s.model, s.host);
		else if (view_summary_json(stdout, s.model, s.host, s.walk))
			err = no_output(d);
	}
	session_end(&s);
	return err;
}

static int parse_number(const char *text, const char *name, u64 *res,
			struct diag *d)
{
	char *end;

	errno = 0;
	*res = strtoull(text, &end, 0);
	if (errno || *end || *text < '0' || *text > '9') {
		diag_set(d, EXIT_CANNOT, "%s is no number: \"%s\"", name, text);
		diag_advise(d, "ppa-trace replay [FIRST COUNT], in record numbers from 0");
		return EXIT_CANNOT;
	}
	return 0;
}

int command_replay(const struct options *o, struct diag *d)
{
	u64 first = 0, count = 0;

	if (o->nargs == 1) {
		diag_set(d, EXIT_CANNOT, "FIRST needs a COUNT");
		diag_advise(d, "ppa-trace replay [FIRST COUNT]");
		return EXIT_CANNOT;
	}
	if (o->nargs == 2 &&
	    (parse_number(o->arg[0], "FIRST", &first, d) ||
	     parse_number(o->arg[1], "COUNT", &count, d)))
		return EXIT_CANNOT;
	if (kernel_check(d) || kernel_check_log(d))
		return EXIT_CANNOT;
	return kernel_replay(!o->nargs, first, count, d);
}
