/* SPDX-License-Identifier: GPL-2.0-only */
/* How do the options of a command line get where they belong? */
#ifndef PPA_OPTIONS_H
#define PPA_OPTIONS_H

#include "command.h"

/* What every command takes. */
struct common {
	bool json;		/* only if the command has it */
	bool debug;
	bool help;
	const char *color;	/* NULL: auto */
};

extern struct common common;

/* Its table; --json comes first. */
extern const struct option common_options[];

/*
 * Take the option at @argv: how many words it is, or -1 with @d filled in. @c is
 * NULL in front of the command.
 */
int option_take(const struct command *c, int argc, char **argv,
		struct diag *d);

#endif /* PPA_OPTIONS_H */
