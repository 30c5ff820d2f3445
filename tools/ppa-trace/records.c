// SPDX-License-Identifier: GPL-2.0-only
/* How are records kept so that a hostile input cannot take all memory? */
#include <stdlib.h>
#include <string.h>

#include "records.h"

#define CHUNK_SHIFT 12
#define CHUNK_RECORDS BIT_ULL(CHUNK_SHIFT)

struct record_chunk {
	struct record v[CHUNK_RECORDS];
};

/*
 * A log is dense: even where a trace buffer lost events, it lost stretches of
 * them. Scattered numbers would take a chunk for each event, and text of some
 * MB all memory. So many chunks are had for nothing, enough for the log of
 * 512 GiB with any holes; with more of them this share must be in use.
 */
#define FREE_CHUNKS 64
#define DENSE_RECORDS (CHUNK_RECORDS / 4)

void records_free(struct records *r)
{
	for (size_t i = 0; i < r->dir_size; i++)
		free(r->dir[i]);
	free(r->dir);
	memset(r, 0, sizeof(*r));
}

const struct record *records_get(const struct records *r, u64 seq)
{
	u64 i = seq >> CHUNK_SHIFT;
	const struct record *rec;

	if (i >= r->dir_size || !r->dir[i])
		return NULL;
	rec = &r->dir[i]->v[seq & (CHUNK_RECORDS - 1)];
	return rec->seen ? rec : NULL;
}

u64 records_next(const struct records *r, u64 seq)
{
	while (seq < r->end) {
		u64 i = seq >> CHUNK_SHIFT;

		if (r->dir[i] && r->dir[i]->v[seq & (CHUNK_RECORDS - 1)].seen)
			return seq;
		seq = r->dir[i] ? seq + 1 : (i + 1) << CHUNK_SHIFT;
	}
	return r->end;
}

static enum records_make grow(struct records *r, u64 i)
{
	if (i >= r->dir_size) {
		size_t n = 2 * i + 64;
		struct record_chunk **dir;

		dir = realloc(r->dir, n * sizeof(struct record_chunk *));
		if (!dir)
			return RECORDS_NOMEM;
		memset(dir + r->dir_size, 0,
		       (n - r->dir_size) * sizeof(struct record_chunk *));
		r->dir = dir;
		r->dir_size = n;
	}
	if (r->dir[i])
		return RECORDS_OK;
	if (r->chunks >= FREE_CHUNKS && r->used < r->chunks * DENSE_RECORDS)
		return RECORDS_SPARSE;
	r->dir[i] = calloc(1, sizeof(*r->dir[i]));
	if (!r->dir[i])
		return RECORDS_NOMEM;
	r->chunks++;
	return RECORDS_OK;
}

enum records_make records_make(struct records *r, u64 seq,
			       struct record **res)
{
	u64 i = seq >> CHUNK_SHIFT;

	if (i >= r->dir_size || !r->dir[i]) {
		enum records_make err = grow(r, i);

		if (err)
			return err;
	}
	*res = &r->dir[i]->v[seq & (CHUNK_RECORDS - 1)];
	if (!(*res)->seen)
		r->used++;
	if (seq >= r->end)
		r->end = seq + 1;
	return RECORDS_OK;
}

size_t records_bytes(const struct records *r)
{
	return r->dir_size * sizeof(struct record_chunk *) +
	       r->chunks * sizeof(struct record_chunk);
}
