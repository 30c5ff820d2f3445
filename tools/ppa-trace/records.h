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

struct record_chunk;

struct records {
	struct record_chunk **dir;
	size_t dir_size;
	size_t chunks;
	u64 end;		/* highest number seen, plus 1 */
	u64 used;		/* records of which something was seen */
};

void records_free(struct records *r);

/* The record with this number, or NULL if nothing was seen of it. */
const struct record *records_get(const struct records *r, u64 seq);

/*
 * The first number from @seq on of which something was seen, or r->end. What
 * lies between two distant records takes no time.
 */
u64 records_next(const struct records *r, u64 seq);

enum records_make {
	RECORDS_OK,
	RECORDS_NOMEM,
	RECORDS_SPARSE,		/* the numbers lie too far apart to be a log */
};

/* Find record @seq, which is below RECORDS_MAX, or make it. */
enum records_make records_make(struct records *r, u64 seq,
			       struct record **res);

/* Bytes of memory in use. */
size_t records_bytes(const struct records *r);

#endif /* PPA_RECORDS_H */
