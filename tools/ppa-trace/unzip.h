/* SPDX-License-Identifier: GPL-2.0-only */
/* How is compressed input unpacked, where the libraries for it are built in? */
#ifndef PPA_UNZIP_H
#define PPA_UNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "types.h"

/* What a file begins with is compared with this many bytes at most. */
#define UNZIP_MAGIC 4

enum unzip_kind {
	UNZIP_PLAIN,		/* not compressed, or by something else */
	UNZIP_GZIP,
	UNZIP_ZSTD,
};

struct unzip;

/* By what is a file compressed that begins with these bytes? */
enum unzip_kind unzip_kind(const void *head, size_t len);

bool unzip_built_in(enum unzip_kind kind);

/* "gzip", what it takes to build that in, and the command that unpacks it. */
const char *unzip_name(enum unzip_kind kind);
const char *unzip_library(enum unzip_kind kind);
const char *unzip_command(enum unzip_kind kind);

/* NULL if memory is out. @kind is built in. */
struct unzip *unzip_new(enum unzip_kind kind);
void unzip_free(struct unzip *u);

/*
 * Unpack from *@in, of which there are *@in_len bytes, to *@out; all four are
 * moved on. False if the input is damaged: what was put out until then is good.
 */
bool unzip_some(struct unzip *u, const u8 **in, size_t *in_len, u8 **out,
		size_t *out_len);

/* Would the input be whole if it ended here? */
bool unzip_whole(const struct unzip *u);

#endif /* PPA_UNZIP_H */
