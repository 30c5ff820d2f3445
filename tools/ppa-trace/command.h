/* SPDX-License-Identifier: GPL-2.0-only */
/* Which commands are there, and what is said about each? */
#ifndef PPA_COMMAND_H
#define PPA_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

struct options {
	bool json;
	bool events_only;
	bool scope_all;
	bool collect_first;
	bool probe;
	unsigned int watch;	/* seconds; 0: not asked for */
	unsigned int passes;	/* 0: not asked for */
	const char *arg[2];	/* FILE, ADDR and FILE, or FIRST and COUNT */
	int nargs;
};

struct command {
	const char *name;
	const char *args;	/* as in the usage line */
	const char *what;	/* one line */
	const char *help;	/* the rest of "help COMMAND" */
	bool json;		/* takes --json, */
	bool verify;		/* all options of verify */
	int max_args;
	/* An exit status; 2 comes with @d filled in. */
	int (*run)(const struct options *o, struct diag *d);
};

extern const struct command commands[];
extern const size_t ncommands;

int command_summary(const struct options *o, struct diag *d);
int command_verify(const struct options *o, struct diag *d);
int command_lookup(const struct options *o, struct diag *d);
int command_replay(const struct options *o, struct diag *d);

/* Print what came up that does not end the command. */
void command_warn(const struct diag *d);

#endif /* PPA_COMMAND_H */
