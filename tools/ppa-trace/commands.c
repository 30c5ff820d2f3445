// SPDX-License-Identifier: GPL-2.0-only
/* Which commands are there, and what do all of them say alike? */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "types.h"

const struct command * const commands[] = {
	&command_summary,
	&command_verify,
	&command_boot,
	&command_diff,
	&command_report,
	&command_lookup,
	&command_events,
	&command_export,
	&command_record,
	&command_replay,
	&command_doctor,
};

const size_t ncommands = ARRAY_SIZE(commands);

static bool stdout_taken;

void command_takes_stdout(void)
{
	stdout_taken = true;
}

bool command_stdout_taken(void)
{
	return stdout_taken;
}

int command_no_output(struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot write the output: %s",
		 strerror(errno));
	diag_advise(d, "is there room where it goes?");
	return EXIT_CANNOT;
}

int command_no_memory(struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "out of memory");
	diag_advise(d, "1 TiB of RAM with 4 KiB pages takes 64 MiB here");
	return EXIT_CANNOT;
}

int command_misuse(struct diag *d, const char *what, const char *advice)
{
	diag_set(d, EXIT_CANNOT, "%s", what);
	diag_advise(d, "%s", advice);
	return EXIT_CANNOT;
}
