// SPDX-License-Identifier: GPL-2.0-only
/* How does any text become part of a file of another language? */
#include <stdbool.h>
#include <string.h>

#include "escape.h"
#include "types.h"

/* U+FFFD, for what cannot be written. */
#define REPLACEMENT "\xef\xbf\xbd"

/* The character at @p, which is terminated, and its bytes; 0 if it is none. */
static unsigned int decode(const unsigned char *p, u32 *c)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int n = *p < 0x80 ? 1 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;

	*c = n == 1 ? *p : *p & (0x7f >> n);
	if (n > 1 && (*p < 0xc0 || *p >= 0xf8))
		return 0;
	for (unsigned int i = 1; i < n; i++) {
		/* The end of the text is none of these. */
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return n;
}

/* What stands for @c, NULL if it stands for itself. */
static const char *stands_for(enum escape how, u32 c, char buf[16])
{
	bool control = c < 0x20 || c == 0x7f;

	switch (how) {
	case ESCAPE_JSON:
		if (c == '"' || c == '\\')
			snprintf(buf, 16, "\\%c", c);
		else if (control)
			snprintf(buf, 16, "\\u%04x", c);
		else
			return NULL;
		return buf;
	case ESCAPE_LABEL:
		return c == '"' ? "\\\"" : c == '\\' ? "\\\\" :
		       c == '\n' ? "\\n" : NULL;
	default:
		if (!strchr("&<>\"'\t\n\r", c) || !c)
			return NULL;
		snprintf(buf, 16, "&#%u;", c);
		return buf;
	}
}

static bool in_xml(u32 c)
{
	return c >= 0x20 ? c != 0xfffe && c != 0xffff : c == '\t' ||
	       c == '\n' || c == '\r';
}

void escape(FILE *out, enum escape how, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		u32 c;
		unsigned int n = decode(p, &c);
		const char *other;
		char buf[16];

		if (!n || (how == ESCAPE_XML && !in_xml(c))) {
			fputs(REPLACEMENT, out);
			p += n ? n : 1;
			continue;
		}
		other = c < 0x80 ? stands_for(how, c, buf) : NULL;
		if (other)
			fputs(other, out);
		else
			fwrite(p, 1, n, out);
		p += n;
	}
}
