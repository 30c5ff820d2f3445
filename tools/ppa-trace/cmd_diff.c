// SPDX-License-Identifier: GPL-2.0-only
/* What does diff do? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "session.h"
#include "view.h"

#define PERCENT_MAX 1000000

static const char *tolerance_text;

/* One of the two boots, as it was read. */
struct side {
	struct session session;
	struct boot_report report;
	bool begun;
};

/* "5", "0.5", with or without "%": per mille into @res. */
static int parse_tolerance(const char *text, long *res, struct diag *d)
{
	char *end;
	unsigned long n;

	*res = -1;
	if (!text)
		return 0;
	n = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && n <= PERCENT_MAX) {
		n *= 10;
		if (end[0] == '.' && end[1] >= '0' && end[1] <= '9') {
			n += end[1] - '0';
			end += 2;
		}
		end += *end == '%';
		if (!*end) {
			*res = n;
			return 0;
		}
	}
	diag_set(d, EXIT_CANNOT,
		 "--tolerance needs per cent, from 0 to %d, not \"%s\"",
		 PERCENT_MAX, text);
	diag_advise(d, "one digit may follow the point: --tolerance=2.5");
	return EXIT_CANNOT;
}

static int no_memory(struct diag *d)
{
	return command_misuse(d, "out of memory",
			      "two boots of 1 TiB with 4 KiB pages take 128 MiB");
}

static int side_read(struct side *s, const char *file, struct diag *d)
{
	int err;

	s->begun = true;
	err = session_read(&s->session, file, SESSION_NO_WALK, d);
	if (err)
		return err;
	return boot_analyse(s->session.model, &s->report) ? no_memory(d) : 0;
}

static void side_end(struct side *s)
{
	if (!s->begun)
		return;
	boot_report_free(&s->report);
	session_end(&s->session);
}

static int compare(const struct side *a, const struct side *b, long tolerance,
		   const struct arguments *args, struct diag *d)
{
	struct diff_boot x = { a->session.model, &a->report };
	struct diff_boot y = { b->session.model, &b->report };
	struct diff diff;
	int status;

	if (diff_boots(&diff, &x, &y, tolerance))
		return no_memory(d);
	status = diff_verdict(&diff);
	if (!args->json)
		view_diff(stdout, &diff, args->arg);
	else if (view_diff_json(stdout, &diff))
		status = command_no_output(d);
	diff_free(&diff);
	return status;
}

static int run_diff(const struct arguments *args, struct diag *d)
{
	struct side a = { .begun = false }, b = { .begun = false };
	long tolerance;
	int err = parse_tolerance(tolerance_text, &tolerance, d);

	if (err)
		return err;
	if (args->n != 2)
		return command_misuse(d, "diff needs two files, A and B",
				      "ppa-trace diff [--json] [--tolerance=PERCENT] A B");
	if (!strcmp(args->arg[0], "-") && !strcmp(args->arg[1], "-"))
		return command_misuse(d, "A and B cannot both be standard input",
				      "name a file for one of the two");
	err = side_read(&a, args->arg[0], d);
	if (!err)
		err = side_read(&b, args->arg[1], d);
	if (!err)
		err = compare(&a, &b, tolerance, args, d);
	side_end(&a);
	side_end(&b);
	return err;
}

static const struct option diff_option_list[] = {
	{ "tolerance", 0, OPTION_TEXT, &tolerance_text, "PERCENT",
	  "numbers may differ by that much of those of A; times then\n"
	  "count as well, and where a range lies does not" },
	{ NULL }
};

const struct command command_diff = {
	.name = "diff",
	.args = "[--json] [--tolerance=PERCENT] A B",
	.what = "compare two boots: ranges, counts and times",
	.help =
"The first line is the verdict; then comes a line for each thing that is not the\n"
"same, in an order that never changes: memory and kernel, pages by level and how\n"
"they joined, ranges that moved, grew, shrank, appeared or vanished, and times\n"
"with their ratio, which count only with --tolerance. Exit status 0 if the boots\n"
"are equal, 1 if they differ, 3 if missing events could change that.\n",
	.json = true,
	.options = diff_option_list,
	.max_args = 2,
	.files = true,
	.run = run_diff,
};
