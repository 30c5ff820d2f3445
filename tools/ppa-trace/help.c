// SPDX-License-Identifier: GPL-2.0-only
/* How are the tables of commands and options printed for people? */
#include <string.h>

#include "event.h"
#include "help.h"
#include "options.h"
#include "source.h"
#include "unzip.h"
#include "view.h"

#ifndef PPA_VERSION
#error "the Makefile says which version this is"
#endif

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
		n += snprintf(left + n, sizeof(left) - n, "=%s", o->value);
	/* What is too wide for its column has a line of its own. */
	if (n > HELP_COLUMN - 3)
		fprintf(out, "  %s\n%*s", left, HELP_COLUMN, "");
	else
		fprintf(out, "  %-*s ", HELP_COLUMN - 3, left);
	for (const char *c = o->what; *c; c++) {
		fputc(*c, out);
		if (*c == '\n')
			fprintf(out, "%*s", HELP_COLUMN, "");
	}
	fputc('\n', out);
}

void help_overview(FILE *out)
{
	fputs("Usage: ppa-trace COMMAND [OPTIONS] [FILE]\n"
	      "       ppa-trace help [COMMAND]\n"
	      "\n"
	      "What did the allocator of early page tables do, and is every table protected?\n"
	      "Without FILE the running kernel is asked, with it a recording or ftrace text\n"
	      "(- is standard input).\n"
	      "\n"
	      "Commands, which can be shortened as long as it is clear which one is meant:\n",
	      out);
	for (size_t i = 0; i < ncommands; i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->what);
	fputs("\nOptions of all of them:\n", out);
	for (const struct option *o = common_options; o->name; o++)
		option_help(out, o);
	fputs("\n"
	      "Instead of a command:\n"
	      "  --fields           list the events and fields that this ppa-trace knows\n"
	      "  --version          version, and what is built in\n"
	      "\n"
	      "Exit status: 0 good, 1 a check failed, 2 could not run, 3 the evidence is\n"
	      "incomplete.\n", out);
}

void help_command(FILE *out, const struct command *c)
{
	fprintf(out, "Usage: ppa-trace %s %s\n\n%c%s.\n\n%s", c->name, c->args,
		c->what[0] - 'a' + 'A', c->what + 1, c->help);
	fputs("\nOptions:\n", out);
	for (const struct option *o = c->options; o && o->name; o++)
		option_help(out, o);
	for (const struct option *o = common_options; o->name; o++) {
		if (c->json || o->to != &common.json)
			option_help(out, o);
	}
}

void help_version(FILE *out)
{
	fprintf(out, "ppa-trace %s\n", PPA_VERSION);
	fprintf(out, "sources: ftrace text, recordings, JSON lines%s\n",
		source_live_built_in() ? ", running kernel (BPF)" :
		"; not the running kernel: built without clang, bpftool or libbpf");
	fprintf(out, "compressed by: %s%s%s\n",
		unzip_built_in(UNZIP_GZIP) ? "gzip" : "",
		unzip_built_in(UNZIP_GZIP) && unzip_built_in(UNZIP_ZSTD) ?
		", " : "",
		unzip_built_in(UNZIP_ZSTD) ? "zstd" :
		unzip_built_in(UNZIP_GZIP) ? "" : "nothing");
	fprintf(out, "JSON schema: %d\n", JSON_SCHEMA);
}

void help_fields(FILE *out)
{
	for (int k = 0; k < EVENT_KINDS; k++) {
		const struct event_desc *e = &event_descs[k];

		for (unsigned int i = 0; i < e->nfields; i++) {
			enum field_type type = e->fields[i].type;

			fprintf(out, "%s %s %u %s\n", e->name,
				e->fields[i].name, event_field_size(type),
				type == FIELD_S32 ? "signed" : "unsigned");
		}
	}
}
