// SPDX-License-Identifier: GPL-2.0-only
/* What does replay do? */
#include <errno.h>
#include <stdlib.h>

#include "command.h"
#include "kernel.h"

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

static int ask_for_replay(const struct arguments *a, struct diag *d)
{
	u64 first = 0, count = 0;

	if (a->n == 1) {
		diag_set(d, EXIT_CANNOT, "FIRST needs a COUNT");
		diag_advise(d, "ppa-trace replay [FIRST COUNT]");
		return EXIT_CANNOT;
	}
	if (a->n == 2 &&
	    (parse_number(a->arg[0], "FIRST", &first, d) ||
	     parse_number(a->arg[1], "COUNT", &count, d)))
		return EXIT_CANNOT;
	if (kernel_check(d) || kernel_check_log(d))
		return EXIT_CANNOT;
	return kernel_replay(!a->n, first, count, d);
}

const struct command command_replay = {
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
	.run = ask_for_replay,
};
