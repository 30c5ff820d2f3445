// SPDX-License-Identifier: GPL-2.0-only
/* How is compressed input unpacked, where the libraries for it are built in? */
#include <stdlib.h>
#include <string.h>

#include "unzip.h"

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* No more memory than this, whatever the file says: "zstd --long" needs it. */
#define ZSTD_WINDOW_LOG 27

struct unzip {
	enum unzip_kind kind;
	bool inside;		/* of a member (gzip) or frame (zstd) */
#ifdef HAVE_ZLIB
	z_stream gzip;
#endif
#ifdef HAVE_ZSTD
	struct ZSTD_DCtx_s *zstd;
#endif
};

static const struct {
	const char *magic;
	size_t len;
	const char *name;
	const char *library;
	const char *command;
	bool built_in;
} kinds[] = {
	[UNZIP_GZIP] = {
		"\x1f\x8b", 2, "gzip", "zlib (zlib1g-dev)", "zcat",
#ifdef HAVE_ZLIB
		true,
#endif
	},
	[UNZIP_ZSTD] = {
		"\x28\xb5\x2f\xfd", 4, "zstd", "libzstd (libzstd-dev)",
		"zstdcat",
#ifdef HAVE_ZSTD
		true,
#endif
	},
};

enum unzip_kind unzip_kind(const void *head, size_t len)
{
	for (size_t k = UNZIP_GZIP; k < ARRAY_SIZE(kinds); k++) {
		if (len >= kinds[k].len &&
		    !memcmp(head, kinds[k].magic, kinds[k].len))
			return k;
	}
	return UNZIP_PLAIN;
}

bool unzip_built_in(enum unzip_kind kind)
{
	return kinds[kind].built_in;
}

const char *unzip_name(enum unzip_kind kind)
{
	return kinds[kind].name;
}

const char *unzip_library(enum unzip_kind kind)
{
	return kinds[kind].library;
}

const char *unzip_command(enum unzip_kind kind)
{
	return kinds[kind].command;
}

#ifdef HAVE_ZLIB
static bool gzip_new(struct unzip *u)
{
	/* 15: the largest window; 16: with the head of gzip. */
	return inflateInit2(&u->gzip, 15 + 16) == Z_OK;
}

static bool gzip_some(struct unzip *u, const u8 **in, size_t *in_len, u8 **out,
		      size_t *out_len)
{
	z_stream *z = &u->gzip;
	int err;

	if (!u->inside && inflateReset(z) != Z_OK)
		return false;
	z->next_in = (u8 *)*in;
	z->avail_in = *in_len;
	z->next_out = *out;
	z->avail_out = *out_len;
	err = inflate(z, Z_NO_FLUSH);
	*in = z->next_in;
	*in_len = z->avail_in;
	*out = z->next_out;
	*out_len = z->avail_out;
	u->inside = err != Z_STREAM_END;
	return err == Z_OK || err == Z_STREAM_END || err == Z_BUF_ERROR;
}
#endif

#ifdef HAVE_ZSTD
static bool zstd_new(struct unzip *u)
{
	u->zstd = ZSTD_createDCtx();
	return u->zstd &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd,
						    ZSTD_d_windowLogMax,
						    ZSTD_WINDOW_LOG));
}

static bool zstd_some(struct unzip *u, const u8 **in, size_t *in_len, u8 **out,
		      size_t *out_len)
{
	ZSTD_inBuffer from = { *in, *in_len, 0 };
	ZSTD_outBuffer to = { *out, *out_len, 0 };
	size_t more = ZSTD_decompressStream(u->zstd, &to, &from);

	*in += from.pos;
	*in_len -= from.pos;
	*out += to.pos;
	*out_len -= to.pos;
	u->inside = more;
	return !ZSTD_isError(more);
}
#endif

struct unzip *unzip_new(enum unzip_kind kind)
{
	struct unzip *u = calloc(1, sizeof(*u));
	bool fine = false;

	if (!u)
		return NULL;
	u->kind = kind;
#ifdef HAVE_ZLIB
	if (kind == UNZIP_GZIP)
		fine = gzip_new(u);
#endif
#ifdef HAVE_ZSTD
	if (kind == UNZIP_ZSTD)
		fine = zstd_new(u);
#endif
	if (fine)
		return u;
	unzip_free(u);
	return NULL;
}

void unzip_free(struct unzip *u)
{
	if (!u)
		return;
#ifdef HAVE_ZLIB
	if (u->kind == UNZIP_GZIP)
		inflateEnd(&u->gzip);
#endif
#ifdef HAVE_ZSTD
	if (u->kind == UNZIP_ZSTD)
		ZSTD_freeDCtx(u->zstd);
#endif
	free(u);
}

bool unzip_some(struct unzip *u, const u8 **in, size_t *in_len, u8 **out,
		size_t *out_len)
{
#ifdef HAVE_ZLIB
	if (u->kind == UNZIP_GZIP)
		return gzip_some(u, in, in_len, out, out_len);
#endif
#ifdef HAVE_ZSTD
	if (u->kind == UNZIP_ZSTD)
		return zstd_some(u, in, in_len, out, out_len);
#endif
	(void)u;
	(void)in;
	(void)in_len;
	(void)out;
	(void)out_len;
	return false;
}

bool unzip_whole(const struct unzip *u)
{
	return !u->inside;
}
