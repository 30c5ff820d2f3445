// SPDX-License-Identifier: GPL-2.0-only
/* How is the command line read? */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "event.h"
#include "source.h"
#include "unzip.h"
#include "view.h"

#ifndef PPA_VERSION
#error "the Makefile says which version this is"
#endif

static void print_diag(const struct diag *d)
{
	fprintf(stderr, "ppa-trace: %s\n", d->what);
	if (d->advice[0])
		fprintf(stderr, "ppa-trace: what to do: %s\n", d->advice);
}

void command_warn(const struct diag *d)
{
	print_diag(d);
}

static void usage(FILE *out)
{
	fputs("Usage: ppa-trace COMMAND [OPTIONS] [FILE]\n"
	      "       ppa-trace help [COMMAND]\n"
	      "\n"
	      "What did the allocator of early page tables do, and is every table protected?\n"
	      "Without FILE the running kernel is asked, with it a recording or ftrace text\n"
	      "(- is standard input).\n"
	      "\n"
	      "Commands:\n", out);
	for (size_t i = 0; i < ncommands; i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->what);
	fputs("\n"
	      "Options of all of them:\n"
	      "  --json         print JSON (not replay)\n"
	      "  --help         what \"help COMMAND\" says, with the options of the command\n"
	      "\n"
	      "Instead of a command:\n"
	      "  --fields       list the events and fields that this ppa-trace knows\n"
	      "  --version      version, and what is built in\n"
	      "\n"
	      "Exit status: 0 good, 1 a check failed, 2 could not run, 3 the evidence is\n"
	      "incomplete.\n", out);
}

/* Column in which the help says what an option does. */
#define HELP_COLUMN 21

static void option_help(FILE *out, const struct option *o)
{
	char left[64];
	int n;

	if (o->letter)
		n = snprintf(left, sizeof(left), "-%c, --%s", o->letter,
			     o->name);
	else
		n = snprintf(left, sizeof(left), "--%s", o->name);
	if (o->value)
		snprintf(left + n, sizeof(left) - n, "=%s", o->value);
	fprintf(out, "  %-*s", HELP_COLUMN - 3, left);
	for (const char *c = o->what; *c; c++) {
		if (c == o->what)
			fputc(' ', out);
		fputc(*c, out);
		if (*c == '\n')
			fprintf(out, "%*s", HELP_COLUMN, "");
	}
	fputc('\n', out);
}

static void command_help(FILE *out, const struct command *c)
{
	fprintf(out, "Usage: ppa-trace %s %s\n\n%c%s.\n\n%s", c->name, c->args,
		c->what[0] - 'a' + 'A', c->what + 1, c->help);
	if (!c->options)
		return;
	fputs("\nOptions:\n", out);
	for (const struct option *o = c->options; o->name; o++)
		option_help(out, o);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ncommands; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

static int unknown_command(const char *name, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "there is no command \"%s\"", name);
	diag_advise(d, "\"ppa-trace help\" lists the commands");
	return EXIT_CANNOT;
}

static int help(const char *name, struct diag *d)
{
	const struct command *c;

	if (!name) {
		usage(stdout);
		return 0;
	}
	c = find_command(name);
	if (!c)
		return unknown_command(name, d);
	command_help(stdout, c);
	return 0;
}

static void version(void)
{
	printf("ppa-trace %s\n", PPA_VERSION);
	printf("sources: ftrace text, recordings, JSON lines%s%s%s\n",
	       unzip_built_in(UNZIP_GZIP) ? ", gzip" : "",
	       unzip_built_in(UNZIP_ZSTD) ? ", zstd" : "",
	       source_live_built_in() ? ", running kernel (BPF)" :
	       "; not the running kernel: built without clang, bpftool or libbpf");
	printf("JSON schema: %d\n", JSON_SCHEMA);
}

static void fields(void)
{
	for (int k = 0; k < EVENT_KINDS; k++) {
		const struct event_desc *e = &event_descs[k];

		for (unsigned int i = 0; i < e->nfields; i++) {
			enum field_type type = e->fields[i].type;

			printf("%s %s %u %s\n", e->name, e->fields[i].name,
			       event_field_size(type),
			       type == FIELD_S32 ? "signed" : "unsigned");
		}
	}
}

static int no_option(const char *option, const char *command, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "%s does not take the option \"%s\"", command,
		 option);
	diag_advise(d, "see \"ppa-trace help\"");
	return EXIT_CANNOT;
}

/* Value @value of option @o, which may be missing. */
static int set_option(const struct command *c, const struct option *o,
		      const char *value, struct diag *d)
{
	unsigned long n;
	char *end;

	if (!value) {
		diag_set(d, EXIT_CANNOT, "--%s needs a value: --%s=%s", o->name,
			 o->name, o->value);
		diag_advise(d, "see \"ppa-trace help %s\"", c->name);
		return EXIT_CANNOT;
	}
	if (o->kind == OPTION_TEXT) {
		*(const char **)o->to = value;
		return 0;
	}
	n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || !n || n > 1000000000) {
		diag_set(d, EXIT_CANNOT,
			 "--%s needs a number from 1 to 1000000000, not \"%s\"",
			 o->name, value);
		diag_advise(d, "see \"ppa-trace help %s\"", c->name);
		return EXIT_CANNOT;
	}
	*(unsigned int *)o->to = n;
	return 0;
}

/* Is word @a option @o, and does its value stand in the same word? */
static bool is_option(const char *a, const struct option *o,
		      const char **value)
{
	size_t len = strlen(o->name);

	*value = NULL;
	if (a[1] == o->letter && o->letter && !a[2])
		return true;
	if (a[1] != '-' || strncmp(a + 2, o->name, len))
		return false;
	if (a[2 + len] == '=' && o->kind != OPTION_FLAG)
		*value = a + 2 + len + 1;
	return !a[2 + len] || *value;
}

/* The option at @argv: how many words it is, or -1 with @d filled in. */
static int take_option(const struct command *c, int argc, char **argv,
		       struct arguments *args, struct diag *d)
{
	const char *a = argv[0], *value;
	int words = 1;

	if (!strcmp(a, "--json") && c->json) {
		args->json = true;
		return 1;
	}
	for (const struct option *o = c->options; o && o->name; o++) {
		if (!is_option(a, o, &value))
			continue;
		if (o->kind == OPTION_FLAG) {
			*(bool *)o->to = true;
			return 1;
		}
		if (!value && argc > 1) {
			value = argv[1];
			words = 2;
		}
		return set_option(c, o, value, d) ? -1 : words;
	}
	no_option(a, c->name, d);
	return -1;
}

static int too_many(const struct command *c, const char *at, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "%s: too many arguments, at \"%s\"", c->name,
		 at);
	diag_advise(d, "ppa-trace %s %s", c->name, c->args);
	return EXIT_CANNOT;
}

static int run(const struct command *c, int argc, char **argv,
	       struct arguments *args, struct diag *d)
{
	bool options = true;
	int words;

	for (int i = 0; i < argc; i += words) {
		const char *a = argv[i];

		words = 1;
		if (!options || a[0] != '-' || !a[1]) {
			if (args->n == c->max_args)
				return too_many(c, a, d);
			args->arg[args->n++] = a;
			continue;
		}
		if (!strcmp(a, "--")) {
			options = false;
			continue;
		}
		if (!strcmp(a, "--help") || !strcmp(a, "-h"))
			return help(c->name, d);
		words = take_option(c, argc - i, argv + i, args, d);
		if (words < 0)
			return EXIT_CANNOT;
	}
	return c->run(args, d);
}

static int dispatch(int argc, char **argv, struct arguments *args,
		    struct diag *d)
{
	const char *first = argc > 1 ? argv[1] : NULL;
	const struct command *c;

	if (!first) {
		usage(stderr);
		return EXIT_CANNOT;
	}
	if (!strcmp(first, "--json") && argc > 2) {
		/* Accepted in front of the command, too. */
		argv[1] = argv[2];
		argv[2] = (char *)first;
		first = argv[1];
	}
	if (!strcmp(first, "help"))
		return help(argc > 2 ? argv[2] : NULL, d);
	if (!strcmp(first, "--help") || !strcmp(first, "-h"))
		return help(NULL, d);
	if (!strcmp(first, "--version") || !strcmp(first, "-V")) {
		version();
		return 0;
	}
	if (!strcmp(first, "--fields")) {
		fields();
		return 0;
	}
	if (first[0] == '-')
		return no_option(first, "ppa-trace", d);
	c = find_command(first);
	if (!c)
		return unknown_command(first, d);
	return run(c, argc - 2, argv + 2, args, d);
}

int main(int argc, char **argv)
{
	struct arguments args = { 0 };
	struct diag d = { 0 };
	int status = dispatch(argc, argv, &args, &d);

	if (d.what[0]) {
		if (args.json && status >= EXIT_CANNOT)
			view_error_json(stdout, &d);
		print_diag(&d);
	}
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "ppa-trace: cannot write the output: %s\n",
			strerror(errno));
		return EXIT_CANNOT;
	}
	return status;
}
