// SPDX-License-Identifier: GPL-2.0-only
/* How are records kept so that a hostile input cannot take all memory? */
#include <stdlib.h>
#include <string.h>

#include "records.h"

/*
 * A log is dense: even where a trace buffer lost events, it lost stretches of
 * them. Scattered numbers would take a chunk for each event, and text of some
 * MB all memory. So many chunks are had for nothing, enough for the log of
 * 512 GiB with any holes; with more of them this share must be in use.
 */
#define FREE_CHUNKS 64
#define DENSE_RECORDS (RECORDS_CHUNK / 4)

void records_free(struct records *r)
{
	for (size_t i = 0; i < r->dir_size; i++)
		free(r->dir[i]);
	free(r->dir);
	memset(r, 0, sizeof(*r));
}

struct records_iter records_from(const struct records *r, u64 seq)
{
	while (seq < r->end) {
		const struct record *rec = records_place(r, seq);
		u64 chunk_end = (seq | (RECORDS_CHUNK - 1)) + 1;

		if (rec && rec->seen)
			return (struct records_iter){
				rec, seq, r, rec + (chunk_end - seq)
			};
		seq = rec ? seq + 1 : chunk_end;
	}
	return (struct records_iter){ NULL, r->end, r, NULL };
}

enum records_make records_grow(struct records *r, u64 seq)
{
	u64 i = seq >> RECORDS_CHUNK_SHIFT;

	if (i >= r->dir_size) {
		size_t n = 2 * i + 64;
		struct record **dir;

		dir = realloc(r->dir, n * sizeof(*dir));
		if (!dir)
			return RECORDS_NOMEM;
		memset(dir + r->dir_size, 0,
		       (n - r->dir_size) * sizeof(*dir));
		r->dir = dir;
		r->dir_size = n;
	}
	if (r->chunks >= FREE_CHUNKS && r->used < r->chunks * DENSE_RECORDS)
		return RECORDS_SPARSE;
	r->dir[i] = calloc(RECORDS_CHUNK, sizeof(*r->dir[i]));
	if (!r->dir[i])
		return RECORDS_NOMEM;
	r->chunks++;
	return RECORDS_OK;
}

size_t records_bytes(const struct records *r)
{
	return r->dir_size * sizeof(*r->dir) +
	       r->chunks * RECORDS_CHUNK * sizeof(struct record);
}
