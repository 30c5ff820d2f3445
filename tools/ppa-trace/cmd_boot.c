// SPDX-License-Identifier: GPL-2.0-only
/* What does boot do? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "session.h"
#include "view.h"

/*
 * Does the terminal know blocks? The environment says; setlocale() would say
 * no in a static program without locales.
 */
static bool utf8(void)
{
	static const char * const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "utf-8") ||
			       strcasestr(value, "utf8");
	}
	return false;
}

/* Good, but something that this command is there to say cannot be said? */
static bool unknown(const struct boot_report *b)
{
	return !b->frequency || !b->boot.known || !b->map.known ||
	       !b->finalize.known ||
	       (b->pages && !b->own.first_known && !b->own.samples);
}

static int show(const struct session *s, bool json, struct diag *d)
{
	int status = model_verdict(s->model, true);
	struct boot_report b;

	if (boot_analyse(s->model, &b))
		return command_misuse(d, "out of memory",
				      "it takes 8 bytes an allocation beside the events");
	if (!status && unknown(&b))
		status = EXIT_UNPROVEN;
	if (!json)
		view_boot(stdout, &b, s->model, utf8());
	else if (view_boot_json(stdout, &b, s->model))
		status = command_no_output(d);
	boot_report_free(&b);
	return status;
}

static int boot(const struct arguments *a, struct diag *d)
{
	struct session s;
	int err = session_read(&s, a->n ? a->arg[0] : NULL, SESSION_NO_WALK, d);

	if (!err)
		err = show(&s, a->json, d);
	session_end(&s);
	return err;
}

const struct command command_boot = {
	.name = "boot",
	.args = "[--json] [FILE]",
	.what = "show where the time went while early page tables were made",
	.help =
"When the linear map was built and how long it took, pages over time, the time\n"
"from one page to the next, the cost of each kind of step, finalize, and how much\n"
"of it the allocator itself took. All of it comes from the events: output and\n"
"JSON are the same from any source. Exit status 1 if the events contradict each\n"
"other, 3 if some are missing; what cannot be said is then named.\n",
	.json = true,
	.max_args = 1,
	.run = boot,
};
