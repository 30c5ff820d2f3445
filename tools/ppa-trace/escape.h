/* SPDX-License-Identifier: GPL-2.0-only */
/* How does any text become part of a file of another language? */
#ifndef PPA_ESCAPE_H
#define PPA_ESCAPE_H

#include <stdio.h>

enum escape {
	ESCAPE_JSON,		/* between quotation marks */
	ESCAPE_XML,		/* in an element or an attribute */
	ESCAPE_LABEL,		/* value of a label, text format of Prometheus */
};

/*
 * Write @text so that a reader of that language gets it back. What is no UTF-8,
 * or no character in XML, becomes U+FFFD.
 */
void escape(FILE *out, enum escape how, const char *text);

#endif /* PPA_ESCAPE_H */
