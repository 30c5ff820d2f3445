/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What did each record of the kernel's log say?
 *
 * A record is found by its number, so that it does not matter in which order,
 * in which windows and how often the events arrived. One takes 56 bytes.
 */
#ifndef PPA_RECORDS_H
#define PPA_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

/* 128 Mi records are a machine of 256 TiB with 4 KiB pages. */
#define RECORDS_MAX BIT_ULL(27)

struct record {
	u64 ticks;
	u64 ns;
	union {
		u64 addr;		/* alloc, overflow */
		u64 duration;		/* finalize */
		u64 count;		/* phase */
	};
	union {
		u64 start;		/* alloc, merge, finalize */
		u64 missed;		/* phase */
	};
	u64 size;			/* alloc, merge, finalize */
	u32 replay;			/* tag of the replay that brought it */
	union {
		u32 value;		/* overflow: capacity; finalize: pkey */
		u32 merge_replay;	/* alloc, merge: tag for the merge */
	};
	s32 error;			/* finalize */
	u8 seen;			/* bit for each enum event_kind */
	u8 level;			/* alloc, overflow; phase: enum phase */
	u8 join;			/* alloc, merge */
};

#define RECORDS_CHUNK_SHIFT 12
#define RECORDS_CHUNK BIT_ULL(RECORDS_CHUNK_SHIFT)

struct records {
	struct record **dir;	/* of chunks; NULL where nothing was seen */
	size_t dir_size;
	size_t chunks;
	u64 end;		/* highest number seen, plus 1 */
	u64 used;		/* records of which something was seen */
};

void records_free(struct records *r);

/* Where record @seq is or would be; NULL if there is nothing near it. */
static inline struct record *records_place(const struct records *r, u64 seq)
{
	u64 i = seq >> RECORDS_CHUNK_SHIFT;

	if (i >= r->dir_size || !r->dir[i])
		return NULL;
	return &r->dir[i][seq & (RECORDS_CHUNK - 1)];
}

/* The record with this number, or NULL if nothing was seen of it. */
static inline const struct record *records_get(const struct records *r, u64 seq)
{
	const struct record *rec = records_place(r, seq);

	return rec && rec->seen ? rec : NULL;
}

/*
 * To go through the records in order; what lies between two distant ones takes
 * no time:
 *
 *	for (i = records_from(r, 0); i.rec; records_next(&i))
 */
struct records_iter {
	const struct record *rec;	/* NULL behind the last one */
	u64 seq;			/* its number; then r->end */
	/* private */
	const struct records *records;
	const struct record *chunk_end;
};

/* The first record from @seq on. */
struct records_iter records_from(const struct records *r, u64 seq);

static inline void records_next(struct records_iter *i)
{
	i->seq++;
	i->rec++;
	if (i->rec == i->chunk_end || !i->rec->seen)
		*i = records_from(i->records, i->seq);
}

enum records_make {
	RECORDS_OK,
	RECORDS_NOMEM,
	RECORDS_SPARSE,		/* the numbers lie too far apart to be a log */
};

/*
 * Record @seq, of which nothing was seen, for the caller to fill in. NULL if
 * that is not so, or there is no room yet: records_make() tells.
 */
static inline struct record *records_new(struct records *r, u64 seq)
{
	struct record *rec = records_place(r, seq);

	if (!rec || rec->seen)
		return NULL;
	r->used++;
	if (seq >= r->end)
		r->end = seq + 1;
	return rec;
}

/* Make room for record @seq, where there is none. */
enum records_make records_grow(struct records *r, u64 seq);

/* Find record @seq, which is below RECORDS_MAX, or make it. */
static inline enum records_make records_make(struct records *r, u64 seq,
					     struct record **res)
{
	*res = records_place(r, seq);
	if (!*res) {
		enum records_make err = records_grow(r, seq);

		if (err)
			return err;
		*res = records_place(r, seq);
	}
	if (!(*res)->seen)
		r->used++;
	if (seq >= r->end)
		r->end = seq + 1;
	return RECORDS_OK;
}

/* Bytes of memory in use. */
size_t records_bytes(const struct records *r);

#endif /* PPA_RECORDS_H */
