/* SPDX-License-Identifier: GPL-2.0-only */
/* Which commands are there, what do they take, and what is said about each? */
#ifndef PPA_COMMAND_H
#define PPA_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

enum option_kind {
	OPTION_FLAG,		/* @to is a bool */
	OPTION_NUMBER,		/* unsigned int, from 1 to 1000000000 */
	OPTION_TEXT,		/* const char * */
};

/* --name, --name=VALUE or --name VALUE; -letter, -letter VALUE. */
struct option {
	const char *name;	/* without the dashes */
	char letter;		/* 0: none */
	enum option_kind kind;
	void *to;		/* where the value goes */
	const char *value;	/* what it is, for the help; NULL of a flag */
	const char *what;	/* one line for the help, without a full stop */
};

/* What is left of the command line. */
struct arguments {
	bool json;
	const char *arg[2];	/* FILE, ADDR and FILE, or FIRST and COUNT */
	int n;
};

struct command {
	const char *name;
	const char *args;	/* as in the usage line */
	const char *what;	/* one line */
	const char *help;	/* the rest of "help COMMAND" */
	bool json;		/* takes --json */
	bool lines;		/* and prints JSON lines then, not a document */
	const struct option *options;	/* ends with name NULL; NULL if none */
	int max_args;
	bool files;		/* opens or makes one when its source is open */
	/* An exit status; 2 comes with @d filled in. */
	int (*run)(const struct arguments *a, struct diag *d);
};

/* One in each file cmd_NAME.c; commands.c has them in the order of the help. */
extern const struct command command_doctor;
extern const struct command command_boot;
extern const struct command command_diff;
extern const struct command command_events;
extern const struct command command_export;
extern const struct command command_lookup;
extern const struct command command_record;
extern const struct command command_replay;
extern const struct command command_report;
extern const struct command command_summary;
extern const struct command command_verify;

extern const struct command * const commands[];
extern const size_t ncommands;

/* Print what came up that does not end the command. */
void command_warn(const struct diag *d);

/* From here on standard output takes data: what is wrong does not go there. */
void command_takes_stdout(void);
bool command_stdout_taken(void);

/* The output could not be written, errno says why: EXIT_CANNOT. */
int command_no_output(struct diag *d);

/* EXIT_CANNOT, and how much is needed at most. */
int command_no_memory(struct diag *d);

/* Options or arguments that do not go together: EXIT_CANNOT. */
int command_misuse(struct diag *d, const char *what, const char *advice);

#endif /* PPA_COMMAND_H */
