/* SPDX-License-Identifier: GPL-2.0-only */
/* What does the tool say about itself? */
#ifndef PPA_HELP_H
#define PPA_HELP_H

#include <stdio.h>

#include "command.h"

void help_overview(FILE *out);
void help_command(FILE *out, const struct command *c);
/* Version, and what is built in. */
void help_version(FILE *out);
/* The events and fields that are known, as tracefs has them. */
void help_fields(FILE *out);

/*
 * For whoever makes man pages and completions of the same tables. @c is NULL
 * for ppa-trace itself.
 */
int help_parts(FILE *out, const char *part, const struct command *c,
	       struct diag *d);

#endif /* PPA_HELP_H */
