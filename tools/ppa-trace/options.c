// SPDX-License-Identifier: GPL-2.0-only
/* Which option is this word, and is its value one that it takes? */
#include <stdlib.h>
#include <string.h>

#include "options.h"

struct common common;

const struct option common_options[] = {
	{ "json", 0, OPTION_FLAG, &common.json, NULL,
	  "print JSON, errors as well" },
	{ "color", 0, OPTION_TEXT, &common.color, "auto|always|never",
	  "colour of verdicts; auto: on a terminal, unless NO_COLOR\n"
	  "is set" },
	{ "debug", 0, OPTION_FLAG, &common.debug, NULL,
	  "all that libbpf says, the log of the BPF verifier included,\n"
	  "on standard error" },
	{ "help", 'h', OPTION_FLAG, &common.help, NULL,
	  "what \"help COMMAND\" says" },
	{ NULL }
};

static int see_help(const struct command *c, struct diag *d)
{
	if (c)
		diag_advise(d, "see \"ppa-trace help %s\"", c->name);
	else
		diag_advise(d, "see \"ppa-trace help\"");
	return EXIT_CANNOT;
}

static int no_option(const struct command *c, const char *option,
		     struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "%s does not take the option \"%s\"",
		 c ? c->name : "ppa-trace", option);
	return see_help(c, d);
}

/* Is @value one of @choices, a|b|c? Without a bar, anything is. */
static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	if (!strchr(choices, '|'))
		return true;
	for (const char *c = choices; *c; c += strcspn(c, "|"), c += *c == '|') {
		if (strcspn(c, "|") == len && !strncmp(c, value, len))
			return true;
	}
	return false;
}

static int set_number(const struct command *c, const struct option *o,
		      const char *value, struct diag *d)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end || !n || n > 1000000000) {
		diag_set(d, EXIT_CANNOT,
			 "--%s needs a number from 1 to 1000000000, not \"%s\"",
			 o->name, value);
		return see_help(c, d);
	}
	*(unsigned int *)o->to = n;
	return 0;
}

/* Value @value of option @o, which may be missing. */
static int set_option(const struct command *c, const struct option *o,
		      const char *value, struct diag *d)
{
	if (!value) {
		diag_set(d, EXIT_CANNOT, "--%s needs a value: --%s=%s", o->name,
			 o->name, o->value);
		return see_help(c, d);
	}
	if (o->kind == OPTION_NUMBER)
		return set_number(c, o, value, d);
	if (!is_choice(o->value, value)) {
		diag_set(d, EXIT_CANNOT, "--%s needs one of %s, not \"%s\"",
			 o->name, o->value, value);
		return see_help(c, d);
	}
	*(const char **)o->to = value;
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

static const struct option *find_option(const struct option *list,
					const char *a, const char **value)
{
	for (const struct option *o = list; o && o->name; o++) {
		if (is_option(a, o, value))
			return o;
	}
	return NULL;
}

int option_take(const struct command *c, int argc, char **argv,
		struct diag *d)
{
	const struct option *o = NULL;
	const char *value;
	int words = 1;

	if (c)
		o = find_option(c->options, argv[0], &value);
	if (!o)
		o = find_option(common_options, argv[0], &value);
	if (!o || (o->to == &common.json && c && !c->json)) {
		no_option(c, argv[0], d);
		return -1;
	}
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
