// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do the checks of verify become results of tests?
 *
 * What could not be proven is skipped, with the reason: a test that did not
 * run must not look as if it had passed, nor as if it had failed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "view.h"
#include "view_export.h"

static void attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	escape(out, ESCAPE_XML, text);
	fputc('"', out);
}

static bool skipped(const struct check *c)
{
	return c->status == CHECK_UNPROVEN || c->status == CHECK_NOT_CHECKED;
}

/* The offenders as verify lists them. 0, or -ENOMEM. */
static int offenders(FILE *out, const struct check *c)
{
	u64 shown = c->bad < OFFENDERS_MAX ? c->bad : OFFENDERS_MAX;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return -ENOMEM;
	for (u64 i = 0; i < shown; i++)
		view_offender(f, &c->off[i]);
	if (c->bad > shown)
		fprintf(f, "and %llu more\n", c->bad - shown);
	if (fclose(f)) {
		free(text);
		return -ENOMEM;
	}
	escape(out, ESCAPE_XML, text);
	free(text);
	return 0;
}

static int failed(FILE *out, const struct check *c)
{
	char message[64];
	int err;

	snprintf(message, sizeof(message), "%llu offender%s", c->bad,
		 plural(c->bad));
	fputs("      <failure type=\"check\"", out);
	attribute(out, "message", message);
	fputc('>', out);
	err = offenders(out, c);
	fputs("</failure>\n", out);
	return err;
}

static int test_case(FILE *out, const char *suite, const char *name,
		     const struct check *c)
{
	int err = 0;

	fputs("    <testcase", out);
	attribute(out, "classname", suite);
	attribute(out, "name", name);
	fputs(" time=\"0\">\n", out);
	if (skipped(c)) {
		fputs("      <skipped", out);
		attribute(out, "message", c->why);
		fputs("/>\n", out);
	} else if (c->status == CHECK_FAILED) {
		err = failed(out, c);
	}
	fputs("      <system-out>", out);
	escape(out, ESCAPE_XML, c->what);
	/* Notes are neither good nor bad, but worth a look. */
	if (c->status == CHECK_NOTE && c->bad && !err) {
		fputc('\n', out);
		err = offenders(out, c);
	}
	fputs("</system-out>\n    </testcase>\n", out);
	return err;
}

static void counts(FILE *out, const struct check *checks, int first, int last)
{
	int failures = 0, skips = 0;

	for (int i = first; i < last; i++) {
		failures += checks[i].status == CHECK_FAILED;
		skips += skipped(&checks[i]);
	}
	fprintf(out,
		" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"0\">\n",
		last - first, failures, skips);
}

static int suite(FILE *out, const struct export *x, const char *name,
		 int first, int last)
{
	const struct check *checks = x->model->checks;
	int err = 0;

	fputs("  <testsuite", out);
	attribute(out, "name", name);
	if (x->host && x->host->release[0])
		attribute(out, "hostname", x->host->release);
	counts(out, checks, first, last);
	for (int i = first; i < last && !err; i++)
		err = test_case(out, name, check_name(i), &checks[i]);
	fputs("  </testsuite>\n", out);
	return err;
}

int view_junit(FILE *out, const struct export *x)
{
	int last = x->events_only ? CHECK_FIRST_WALK : CHECK_COUNT;
	int err;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ppa-trace verify\"",
	      out);
	counts(out, x->model->checks, 0, last);
	err = suite(out, x, "ppa-trace.events", 0, CHECK_FIRST_WALK);
	if (!err && !x->events_only)
		err = suite(out, x, "ppa-trace.walk", CHECK_FIRST_WALK, last);
	fputs("</testsuites>\n", out);
	return err;
}
