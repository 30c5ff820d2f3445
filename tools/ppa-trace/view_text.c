// SPDX-License-Identifier: GPL-2.0-only
/* How are sizes, durations, verdicts and long lines printed in all text views? */
#include <string.h>

#include "view.h"

#define COLUMNS 80

static bool colour;

void view_set_colour(bool on)
{
	colour = on;
}

void view_word(FILE *out, enum ppa_exit verdict, int width, const char *word)
{
	static const char * const codes[] = {
		[EXIT_GOOD] = "32",		/* green */
		[EXIT_BAD] = "1;31",		/* bold red */
		[EXIT_UNPROVEN] = "33",		/* yellow */
	};

	if (!colour || verdict == EXIT_CANNOT) {
		fprintf(out, "%-*s", width, word);
		return;
	}
	fprintf(out, "\033[%sm%s\033[0m", codes[verdict], word);
	if (width > (int)strlen(word))
		fprintf(out, "%*s", width - (int)strlen(word), "");
}

const char *view_bytes(char buf[16], u64 bytes)
{
	static const char * const units[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB",
	};
	unsigned int unit = 0;
	u64 whole = bytes, rest = 0;

	while (whole >= 1024) {
		rest = whole % 1024;
		whole /= 1024;
		unit++;
	}
	if (unit)
		snprintf(buf, 16, "%llu.%llu %s", whole, rest * 10 / 1024,
			 units[unit]);
	else
		snprintf(buf, 16, "%llu B", whole);
	return buf;
}

/* Rounded. */
static u64 in_units(u64 ns, u64 unit)
{
	return ns / unit + (ns % unit >= (unit + 1) / 2);
}

const char *view_duration(char buf[24], u64 ns)
{
	u64 us = in_units(ns, 100), ms = in_units(ns, 100000);
	u64 s = in_units(ns, 1000000);

	if (ns < 1000)
		snprintf(buf, 24, "%llu ns", ns);
	else if (us < 10000)
		snprintf(buf, 24, "%llu.%llu us", us / 10, us % 10);
	else if (ms < 10000)
		snprintf(buf, 24, "%llu.%llu ms", ms / 10, ms % 10);
	else
		snprintf(buf, 24, "%llu.%03llu s", s / 1000, s % 1000);
	return buf;
}

void view_wrapped(FILE *out, int indent, int column, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + (int)len > COLUMNS) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, len, out);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}
