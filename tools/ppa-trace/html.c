// SPDX-License-Identifier: GPL-2.0-only
/* How is text escaped, and how do numbers look in a page? */
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "html.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Length of the UTF-8 sequence at @s and its value, or 0 if it is none. */
static size_t decode(const unsigned char *s, u32 *res)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s < 0x80 ? 1 : *s >= 0xf0 && *s < 0xf5 ? 4 :
		   *s >= 0xe0 && *s < 0xf0 ? 3 :
		   *s >= 0xc2 && *s < 0xe0 ? 2 : 0;
	u32 c = n == 1 ? *s : *s & (0xffU >> (n + 1));

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (!n || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*res = c;
	return n;
}

static bool unwanted(u32 c)
{
	return (c < 0x20 && c != '\n' && c != '\t') ||
	       (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe ||
	       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static const char *entity(u32 c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		u32 c = 0;
		size_t n = decode(s, &c);
		const char *e = entity(c);

		if (!n || unwanted(c))
			fputs(REPLACEMENT, out);
		else if (e)
			fputs(e, out);
		else
			fwrite(s, 1, n, out);
		s += n ? n : 1;
	}
}

void html_printf(FILE *out, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	html_text(out, text);
}

const char *html_count(struct html_number *b, u64 n)
{
	char plain[24];
	int len = snprintf(plain, sizeof(plain), "%llu", n);
	char *to = b->s;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = plain[i];
	}
	*to = '\0';
	return b->s;
}

const char *html_duration(struct html_number *b, u64 ps)
{
	static const char * const units[] = {
		"ps", "ns", "\xc2\xb5s", "ms", "s",
	};
	unsigned int unit = 0;
	u64 scale = 1;

	while (unit < ARRAY_SIZE(units) - 1 && ps / scale >= 1000) {
		scale *= 1000;
		unit++;
	}
	/* A number that is whole is shown as such. */
	if (ps % scale == 0 || ps / scale >= 100)
		snprintf(b->s, sizeof(b->s), "%llu %s", ps / scale,
			 units[unit]);
	else if (ps / scale >= 10)
		snprintf(b->s, sizeof(b->s), "%llu.%llu %s", ps / scale,
			 ps % scale / (scale / 10), units[unit]);
	else
		snprintf(b->s, sizeof(b->s), "%llu.%02llu %s", ps / scale,
			 ps % scale / (scale / 100), units[unit]);
	return b->s;
}

const char *html_time(struct html_number *b, u64 ns)
{
	snprintf(b->s, sizeof(b->s), "%llu.%03llu ms", ns / 1000000,
		 ns % 1000000 / 1000);
	return b->s;
}
