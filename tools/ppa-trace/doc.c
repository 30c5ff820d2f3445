// SPDX-License-Identifier: GPL-2.0-only
/* What do man pages and the completion of shells take from the tables? */
#include <ctype.h>
#include <string.h>

#include "help.h"
#include "options.h"

/* One character of text that is no markup. */
static void rst_char(FILE *out, char c)
{
	if (strchr("*`|_\\", c))
		fputc('\\', out);
	fputc(c, out);
}

/* A sentence of what stands in a table without capital and full stop. */
static void rst_sentence(FILE *out, const char *text)
{
	fputc(toupper((unsigned char)*text), out);
	for (const char *c = text + 1; *c; c++)
		rst_char(out, *c == '\n' ? ' ' : *c);
	fputs(".\n", out);
}

/* "name: what it is" on each line, more than one of them? */
static bool is_list(const char *text)
{
	int lines = 0;

	for (const char *at = text; *at; at += *at == '\n', lines++) {
		size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz-");

		if (!len || strncmp(at + len, ": ", 2))
			return false;
		at += strcspn(at, "\n");
	}
	return lines > 1;
}

static void rst_list(FILE *out, const char *text)
{
	for (const char *at = text; *at; at += *at == '\n') {
		fprintf(out, "%s| ", at == text ? "" : "    ");
		for (; *at && *at != '\n'; at++)
			rst_char(out, *at);
		fputc('\n', out);
	}
}

/*
 * A usage line, which may be broken into several: words in capitals stand for
 * something else.
 */
static void rst_usage(FILE *out, const char *args)
{
	while (*args) {
		size_t len = strspn(args, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (len) {
			fprintf(out, "\\ *%.*s*", (int)len, args);
			args += len;
			if (*args)
				fputs("\\ ", out);
		} else if (isspace((unsigned char)*args)) {
			fputc(' ', out);
			while (isspace((unsigned char)*args))
				args++;
		} else {
			rst_char(out, *args++);
		}
	}
}

static void rst_heading(FILE *out, const char *text)
{
	fprintf(out, "\n%s\n", text);
	for (size_t i = 0; i < strlen(text); i++)
		fputc('=', out);
	fputs("\n\n", out);
}

static void rst_line(FILE *out, size_t n, char c)
{
	while (n--)
		fputc(c, out);
	fputc('\n', out);
}

static void rst_title(FILE *out, const char *name, const char *what)
{
	rst_line(out, strlen(name), '=');
	fprintf(out, "%s\n", name);
	rst_line(out, strlen(name), '=');
	fputc('\n', out);
	/* Escaped characters make it longer than it is. */
	rst_line(out, 2 * strlen(what), '-');
	for (const char *c = what; *c; c++)
		rst_char(out, *c);
	fputc('\n', out);
	rst_line(out, 2 * strlen(what), '-');
	fputs("\n:Manual section: 8\n:Manual group: Linux kernel page tables\n",
	      out);
	fprintf(out, ":Version: ppa-trace %s\n", PPA_VERSION);
	rst_heading(out, "SYNOPSIS");
}

static void rst_head(FILE *out, const struct command *c)
{
	char name[64];

	if (!c) {
		rst_title(out, "ppa-trace",
			  "see what the early page-table allocator did, and check keys");
		fputs("| **ppa-trace** *COMMAND* [*OPTIONS*] [*FILE*]\n"
		      "| **ppa-trace** **help** [*COMMAND*]\n"
		      "| **ppa-trace** --fields \\| --version \\| --help\n", out);
		return;
	}
	snprintf(name, sizeof(name), "ppa-trace-%s", c->name);
	rst_title(out, name, c->what);
	fprintf(out, "**ppa-trace** **%s** ", c->name);
	rst_usage(out, c->args);
	fputc('\n', out);
}

static void rst_option(FILE *out, const struct option *o)
{
	if (o->letter)
		fprintf(out, "**-%c**, ", o->letter);
	fprintf(out, "**--%s**", o->name);
	if (o->value) {
		fputs("\\ =", out);
		rst_usage(out, o->value);
	}
	fputs("\n    ", out);
	if (is_list(o->what))
		rst_list(out, o->what);
	else
		rst_sentence(out, o->what);
}

static bool takes(const struct command *c, const struct option *o)
{
	return !c || c->json || o->to != &common.json;
}

static void rst_options(FILE *out, const struct command *c)
{
	if (!c) {
		rst_heading(out, "COMMANDS");
		fputs("They can be shortened as long as it is clear which one is meant.\n\n",
		      out);
	}
	for (size_t i = 0; !c && i < ncommands; i++) {
		fprintf(out, "**ppa-trace-%s**\\ (8)\n    ", commands[i]->name);
		rst_sentence(out, commands[i]->what);
	}
	rst_heading(out, "OPTIONS");
	for (const struct option *o = c ? c->options : NULL; o && o->name; o++)
		rst_option(out, o);
	for (const struct option *o = common_options; o->name; o++) {
		if (takes(c, o))
			rst_option(out, o);
	}
	if (!c)
		fputs("**--fields**\n"
		      "    List the events and fields that this **ppa-trace** knows, with size and\n"
		      "    sign, as the *format* files of tracefs have them.\n"
		      "**-V**, **--version**\n"
		      "    Version, and what is built in.\n", out);
	fputc('\n', out);
}

static void option_words(FILE *out, const struct option *o)
{
	if (o->letter)
		fprintf(out, "-%c%s%s\n", o->letter, o->value ? " " : "",
			o->value ? o->value : "");
	fprintf(out, "--%s%s%s\n", o->name, o->value ? "=" : "",
		o->value ? o->value : "");
}

/* Is the last of the arguments a file? Two of them are called A and B. */
static bool takes_file(const struct command *c)
{
	const char *last = c->args + strlen(c->args);

	while (last > c->args && !strchr("[\n ", last[-1]))
		last--;
	return c->max_args && (!strncmp(last, "FILE", 4) ||
			       !strncmp(last, "SOURCE", 6) || *last == 'B');
}

/*
 * All that can follow, a line each: commands, or options with what their
 * values are, and FILE if the command takes one.
 */
static void words(FILE *out, const struct command *c)
{
	for (size_t i = 0; !c && i < ncommands; i++)
		fprintf(out, "%s\n", commands[i]->name);
	for (const struct option *o = c ? c->options : NULL; o && o->name; o++)
		option_words(out, o);
	for (const struct option *o = common_options; o->name; o++) {
		if (takes(c, o))
			option_words(out, o);
	}
	if (!c)
		fputs("help\n--fields\n--version\n-V\n", out);
	else if (takes_file(c))
		fputs("FILE\n", out);
}

int help_parts(FILE *out, const char *part, const struct command *c,
	       struct diag *d)
{
	static const struct {
		const char *name;
		void (*print)(FILE *out, const struct command *c);
	} parts[] = {
		{ "--words", words },
		{ "--rst-head", rst_head },
		{ "--rst-options", rst_options },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(parts[i].name, part))
			continue;
		parts[i].print(out, c);
		return 0;
	}
	diag_set(d, EXIT_CANNOT, "help does not take the option \"%s\"", part);
	diag_advise(d, "ppa-trace help [COMMAND]");
	return EXIT_CANNOT;
}
