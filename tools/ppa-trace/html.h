/* SPDX-License-Identifier: GPL-2.0-only */
/* How does text from anywhere get into a page, and only as text? */
#ifndef PPA_HTML_H
#define PPA_HTML_H

#include <stdio.h>

#include "types.h"

/*
 * Write @text so that it is text in an element and in an attribute between
 * double quotes. What is no UTF-8, and what would control the terminal or turn
 * the direction of writing, becomes U+FFFD.
 */
void html_text(FILE *out, const char *text);

/* The same for what @fmt makes, up to 1023 bytes of it. */
void html_printf(FILE *out, const char *fmt, ...) __printf(2, 3);

/* Numbers as people read them, in the buffer that is given. */
struct html_number {
	char s[64];
};

/* 525,000 */
const char *html_count(struct html_number *b, u64 n);
/* A duration of @ps picoseconds, three digits in the unit that fits. */
const char *html_duration(struct html_number *b, u64 ps);
/* The same of ns */
static inline const char *html_ns(struct html_number *b, u64 ns)
{
	return html_duration(b, ns > ~0ULL / 1000 ? ~0ULL : ns * 1000);
}

/* ns as a point in time: ms with three digits behind the point */
const char *html_time(struct html_number *b, u64 ns);

#endif /* PPA_HTML_H */
