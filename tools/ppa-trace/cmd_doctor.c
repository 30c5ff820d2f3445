// SPDX-License-Identifier: GPL-2.0-only
/* What does doctor do? */
#include <stdio.h>

#include "command.h"
#include "view.h"

static int examine(const struct arguments *a, struct diag *d)
{
	struct doctor_facts facts;
	struct doctor doctor;

	doctor_ask(&facts);
	doctor_judge(&facts, &doctor);
	if (!a->json)
		view_doctor(stdout, &doctor);
	else if (view_doctor_json(stdout, &doctor))
		return command_no_output(d);
	return doctor_missing(&doctor) ? EXIT_CANNOT : EXIT_GOOD;
}

const struct command command_doctor = {
	.name = "doctor",
	.args = "[--json]",
	.what = "say what this machine can do, why not, and how to mend it",
	.help =
"Kernel, keys, event log, tracing, BPF, rights: one line each, and below what is\n"
"not there what to do about it. Nothing is changed; as root the BPF programs are\n"
"loaded for a trial. Exit status 0 if all that verify needs is there, 2 if not.\n",
	.json = true,
	.run = examine,
};
