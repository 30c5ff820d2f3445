/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is a recording made of?
 *
 * The format is described in man/ppa-trace-recording.5.rst; what is changed
 * here is changed there, under a new version.
 */
#ifndef PPA_REC_H
#define PPA_REC_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "ranges.h"

#define REC_VERSION 1
#define REC_MAGIC "\x89PPA\r\n\x1a\n"
#define REC_ORDER 0x01020304u	/* as the writer has its bytes */
#define REC_SIZE_MAX (128 * 1024)	/* bytes of a block without its head */

struct rec_file_head {
	u8 magic[8];
	u32 order;
	u32 version;
};

enum rec_block_type {
	REC_HEAD = 1,
	REC_EVENTS = 2,
	REC_END = 3,
	REC_OPTIONAL = 128,	/* and above: who does not know it skips it */
};

struct rec_block_head {
	u32 type;
	u32 size;		/* of what follows, in bytes */
	u32 number;		/* of the block, from 0 */
	u32 crc;		/* CRC-32C of the 12 bytes above and what follows */
};

/* Bytes of a block that are checked and stand in front of the payload. */
#define REC_CHECKED offsetof(struct rec_block_head, crc)

/* CRC-32C of @len more bytes; @crc is 0, or that of what came before. */
u32 crc32c(u32 crc, const void *data, size_t len);

/* The same where the processor has no instruction for it. */
u32 crc32c_by_table(u32 crc, const void *data, size_t len);

/*
 * What writer and reader know alike at each event, and from which the next one
 * is told: the better it is foreseen, the less is written.
 */
struct rec_codec {
	u64 seq;		/* the next record */
	u64 ticks;		/* of the last record */
	u32 replay;		/* of the last event */
	bool page_open;		/* the merge event of the last page may follow */
	u64 addr;		/* of the last page */
	u64 page;		/* bytes of one; 0: no frame has told */
	u64 not_in_page;	/* bits that no address of a page has */
	u64 freq;		/* 0: unknown, or none that can be */
	u64 ns_per_tick;	/* 0: no whole number */
	u64 events;		/* handed out by rec_unpack() */
	bool pages;		/* who reads takes EVENT_PAGE as well */
	struct ranges runs;	/* pages and ranges that events told of */
	struct event last[EVENT_KINDS];
};

#define REC_ITEM_WORDS 25	/* the longest one: a head and 24 fields */

void rec_codec_free(struct rec_codec *c);

/*
 * Add event @e behind the *@n words of @v, in which there is room for
 * REC_ITEM_WORDS more. If @v was emptied since the last event, *@n is 0. 0, or
 * -ENOMEM.
 */
int rec_pack(struct rec_codec *c, const struct event *e, u64 *v, size_t *n);

typedef int (*rec_event_fn)(void *ctx, const struct event *e);

/*
 * Hand all events of the @n words in @v to @fn. 0, what @fn returned, or
 * -ENOMEM, or -EBADMSG if the word at *@at cannot be.
 */
int rec_unpack(struct rec_codec *c, const u64 *v, size_t n, size_t *at,
	       rec_event_fn fn, void *ctx);

#endif /* PPA_REC_H */
