/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a text what it was when somebody last looked at it?
 *
 * With UPDATE_GOLDEN=1 in the environment the files are written anew: read the
 * difference before it is committed.
 */
#ifndef PPA_TESTS_GOLDEN_H
#define PPA_TESTS_GOLDEN_H

#include "test.h"

static inline void compare(const char *name, const char *got, size_t len)
{
	char path[512], *want = NULL;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", GOLDEN_DIR, name);
	if (getenv("UPDATE_GOLDEN")) {
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(got, 1, len, f), len);
		fclose(f);
		return;
	}
	f = fopen(path, "r");
	if (!f)
		fail_msg("cannot open %s", path);
	want = calloc(1, len + 2);
	n = fread(want, 1, len + 1, f);
	fclose(f);
	if (n != len || memcmp(want, got, len)) {
		print_message("# --- got for %s:\n", name);
		for (const char *p = got; *p; p += strcspn(p, "\n") + 1)
			print_message("# %.*s\n", (int)strcspn(p, "\n"), p);
		free(want);
		fail_msg("differs from %s; UPDATE_GOLDEN=1 writes it anew",
			 path);
	}
	free(want);
}

/* No line is wider than a terminal, none ends in blanks. */
static inline void narrow(const char *name, const char *text)
{
	int column = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '\n' && column && p[-1] == ' ')
			fail_msg("%s: a line ends in a blank", name);
		/* All bytes of a character but its first are 10xxxxxx. */
		column = *p == '\n' ? 0 : column + ((*p & 0xc0) != 0x80);
		if (column > 80)
			fail_msg("%s: more than 80 columns: %.80s", name,
				 p - 80);
	}
}

#endif /* PPA_TESTS_GOLDEN_H */
