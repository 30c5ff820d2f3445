// SPDX-License-Identifier: GPL-2.0-only
/* Which command is meant, and how does it end? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "help.h"
#include "options.h"
#include "outfile.h"
#include "privileges.h"
#include "progress.h"
#include "view.h"

/* The command that was asked for, once it is known. */
static const struct command *current;

static void print_diag(const struct diag *d)
{
	progress_end();
	fprintf(stderr, "ppa-trace: %s\n", d->what);
	if (d->advice[0])
		fprintf(stderr, "ppa-trace: what to do: %s\n", d->advice);
}

void command_warn(const struct diag *d)
{
	print_diag(d);
}

/* @name may be any of those that begin with it, which are @n. */
static void not_clear(const char *name, size_t n, struct diag *d)
{
	char list[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < ncommands; i++) {
		const char *c = commands[i]->name;

		if (strncmp(c, name, strlen(name)) || len >= sizeof(list))
			continue;
		n--;
		len += snprintf(list + len, sizeof(list) - len, "%s%s", c,
				n > 1 ? ", " : n ? " or " : "");
	}
	diag_set(d, EXIT_CANNOT, "\"%s\" may be %s", name, list);
	diag_advise(d, "write more of it");
}

/* The command @name or, if that is clear, one that begins so; or NULL. */
static const struct command *find_command(const char *name, struct diag *d)
{
	const struct command *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ncommands; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
		if (!*name || strncmp(commands[i]->name, name, strlen(name)))
			continue;
		found = commands[i];
		n++;
	}
	if (n == 1)
		return found;
	if (n) {
		not_clear(name, n, d);
		return NULL;
	}
	diag_set(d, EXIT_CANNOT, "there is no command \"%s\"", name);
	diag_advise(d, "\"ppa-trace help\" lists the commands");
	return NULL;
}

/* help, help COMMAND; and help --PART [COMMAND], which is not for people. */
static int help(int argc, char **argv, struct diag *d)
{
	const char *part = argc && argv[0][0] == '-' ? argv[0] : NULL;
	const struct command *c = NULL;

	argc -= !!part;
	argv += !!part;
	if (argc) {
		c = find_command(argv[0], d);
		if (!c)
			return EXIT_CANNOT;
	}
	if (part)
		return help_parts(stdout, part, c, d);
	if (c)
		help_command(stdout, c);
	else
		help_overview(stdout);
	return 0;
}

static int too_many(const struct command *c, const char *at, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "%s: too many arguments, at \"%s\"", c->name,
		 at);
	diag_advise(d, "ppa-trace %s %s", c->name, c->args);
	return EXIT_CANNOT;
}

/* May verdicts be coloured? */
static bool colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (common.color && strcmp(common.color, "auto"))
		return !strcmp(common.color, "always");
	return (!no || !*no) && term && strcmp(term, "dumb") &&
		isatty(STDOUT_FILENO);
}

static int run(const struct command *c, int argc, char **argv, struct diag *d)
{
	struct arguments args = { 0 };
	bool options = true;
	int words;

	for (int i = 0; i < argc; i += words) {
		const char *a = argv[i];

		words = 1;
		if (!options || a[0] != '-' || !a[1]) {
			if (args.n == c->max_args)
				return too_many(c, a, d);
			args.arg[args.n++] = a;
			continue;
		}
		if (!strcmp(a, "--")) {
			options = false;
			continue;
		}
		words = option_take(c, argc - i, argv + i, d);
		if (words < 0)
			return EXIT_CANNOT;
		if (common.help) {
			help_command(stdout, c);
			return 0;
		}
	}
	if (common.debug)
		setenv("PPA_TRACE_DEBUG", "1", 1);
	view_set_colour(colour());
	args.json = common.json;
	privileges_need(c->files ? PRIVILEGES_FILES : PRIVILEGES_NONE);
	return c->run(&args, d);
}

/* What stands there instead of a command: true if it is one of these. */
static bool instead(const char *a)
{
	if (!strcmp(a, "--version") || !strcmp(a, "-V"))
		help_version(stdout);
	else if (!strcmp(a, "--fields"))
		help_fields(stdout);
	else
		return false;
	return true;
}

static int no_command(struct diag *d)
{
	if (common.json) {
		diag_set(d, EXIT_CANNOT, "no command was given");
		diag_advise(d, "\"ppa-trace help\" lists the commands");
	} else {
		help_overview(stderr);
	}
	return EXIT_CANNOT;
}

static int dispatch(int argc, char **argv, struct diag *d)
{
	const struct command *c;
	int i = 1, words;

	/* The options of all commands are taken in front of it, too. */
	for (; i < argc && argv[i][0] == '-'; i += words) {
		if (instead(argv[i]))
			return 0;
		words = option_take(NULL, argc - i, argv + i, d);
		if (words < 0)
			return EXIT_CANNOT;
		if (common.help)
			return help(0, NULL, d);
	}
	if (i == argc)
		return no_command(d);
	if (!strcmp(argv[i], "help"))
		return help(argc - i - 1, argv + i + 1, d);
	c = find_command(argv[i], d);
	if (!c)
		return EXIT_CANNOT;
	current = c;
	if (common.json && !c->json) {
		diag_set(d, EXIT_CANNOT, "%s does not take the option \"--json\"",
			 c->name);
		diag_advise(d, "see \"ppa-trace help %s\"", c->name);
		return EXIT_CANNOT;
	}
	return run(c, argc - i - 1, argv + i + 1, d);
}

/* Whatever is wrong with the other words, --json among them counts. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--json"))
			return true;
	}
	return false;
}

/* Has all that was printed so far arrived? If not, errno says why. */
static bool stdout_works(void)
{
	errno = outfile_flush(stdout);
	return !errno;
}

/*
 * With @json the reason is an object on standard output, and words beside it. If
 * it cannot go there, it takes the place of the words.
 */
static void tell(const struct diag *d, bool json)
{
	bool line = current && current->lines;

	if (json && !command_stdout_taken() && !ferror(stdout)) {
		view_error_json(stdout, d, line);
		json = !stdout_works();
	}
	if (json)
		view_error_json(stderr, d, true);
	else
		print_diag(d);
}

int main(int argc, char **argv)
{
	struct diag d = { 0 };
	int status;

	/* Whoever reads the output and has seen enough hears nothing more. */
	signal(SIGPIPE, SIG_DFL);
	/* A limit on the size of files is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	status = dispatch(argc, argv, &d);
	progress_end();
	if (!stdout_works()) {
		if (status != EXIT_CANNOT || !d.what[0])
			command_no_output(&d);
		status = EXIT_CANNOT;
	}
	if (d.what[0])
		tell(&d, status >= EXIT_CANNOT && wants_json(argc, argv));
	return ferror(stdout) ? EXIT_CANNOT : status;
}
