// SPDX-License-Identifier: GPL-2.0-only
/* What does summary do? */
#include <stdio.h>

#include "command.h"
#include "session.h"
#include "view.h"

static int summary(const struct arguments *a, struct diag *d)
{
	struct session s;
	int err = session_read(&s, a->n ? a->arg[0] : NULL,
			       a->json ? SESSION_WALK : SESSION_NO_WALK, d);

	if (!err) {
		err = model_verdict(s.model, true);
		if (!a->json)
			view_summary(stdout, s.model, s.host);
		else if (view_summary_json(stdout, s.model, s.host, s.walk))
			err = command_no_output(d);
	}
	session_end(&s);
	return err;
}

const struct command command_summary = {
	.name = "summary",
	.args = "[--json] [FILE]",
	.what = "show what the early page-table allocator did",
	.help =
"Pages by table level, ranges and how they came to be, finalize, the event log,\n"
"and the range table. Exit status 1 if the events contradict each other, 3 if\n"
"some are missing.\n",
	.json = true,
	.max_args = 1,
	.run = summary,
};
