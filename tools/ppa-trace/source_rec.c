// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a binary recording read?
 *
 * Block by block, each of which has a checksum: a damaged or cut file is read up
 * to there. What the events are is for rec_pack.c to know.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rec.h"
#include "rec_source.h"

struct recording {
	struct rec_source rec;
	bool swap;		/* it was written with the other byte order */
	u64 offset;		/* of the next block, in bytes */
	u64 part;		/* events of that block that are good */
	u32 blocks;
	struct rec_codec codec;
	char why[160];		/* why it is not read any further */
	u64 payload[REC_SIZE_MAX / sizeof(u64)];
};

/* Nothing is read from here on: EXIT_UNPROVEN. */
static int __printf(2, 3) damaged(struct recording *r, const char *why, ...)
{
	va_list ap;

	va_start(ap, why);
	vsnprintf(r->why, sizeof(r->why), why, ap);
	va_end(ap);
	return EXIT_UNPROVEN;
}

static u32 fix32(const struct recording *r, u32 v)
{
	return r->swap ? __builtin_bswap32(v) : v;
}

static int take_events(struct recording *r, size_t size)
{
	size_t n = size / sizeof(u64), at;
	u64 before = r->codec.events;
	int err;

	if (size % sizeof(u64))
		return damaged(r, "a block of events has %zu bytes", size);
	if (r->swap) {
		for (size_t i = 0; i < n; i++)
			r->payload[i] = __builtin_bswap64(r->payload[i]);
	}
	err = rec_unpack(&r->codec, r->payload, n, &at, r->rec.fn, r->rec.ctx);
	r->rec.events = r->codec.events;
	if (err != -EBADMSG)
		return err;
	r->part = r->codec.events - before;
	return damaged(r, "word %zu of that block is no event", at);
}

static int take_head(struct recording *r, const json_t *o, struct diag *d)
{
	const json_t *version = json_object_get(o, "version");

	switch (rec_source_head(&r->rec, o)) {
	case REC_READ:
		return 0;
	case REC_NEWER:
		return rec_source_newer(&r->rec, json_integer_value(version),
					d);
	default:
		return damaged(r, "its head block makes no sense");
	}
}

static int take_json(struct recording *r, u32 type, size_t size,
		     struct diag *d)
{
	json_t *o = json_loadb((const char *)r->payload, size,
			       JSON_REJECT_DUPLICATES, NULL);
	int err = 0;

	if (type == REC_HEAD)
		err = take_head(r, o, d);
	else if (type == REC_END && !rec_source_end(&r->rec, o))
		err = damaged(r, "its end block makes no sense");
	else if (type == REC_END && r->rec.end.report.events != r->rec.events)
		err = damaged(r, "its end counts %llu events",
			      r->rec.end.report.events);
	json_decref(o);
	return err;
}

static int take_block(struct recording *r, const struct rec_block_head *b,
		      struct diag *d)
{
	bool head = b->type == REC_HEAD;

	if (head == r->rec.have_head)
		return damaged(r, "it does not begin with its only head");
	switch (b->type) {
	case REC_EVENTS:
		return take_events(r, b->size);
	case REC_HEAD:
	case REC_END:
		return take_json(r, b->type, b->size, d);
	}
	/* Of something newer that can do without being understood? */
	if (b->type < REC_OPTIONAL)
		return damaged(r, "a block is of unknown type %u", b->type);
	return 0;
}

/* One block, of which the head has been read. */
static int read_block(struct recording *r, const struct rec_block_head *raw,
		      struct diag *d)
{
	struct rec_block_head b = {
		.type = fix32(r, raw->type),
		.size = fix32(r, raw->size),
		.number = fix32(r, raw->number),
		.crc = fix32(r, raw->crc),
	};
	ssize_t n;
	int err;

	if (b.size > REC_SIZE_MAX || b.number != r->blocks)
		return damaged(r, "no block begins there");
	n = input_read_full(r->rec.in, r->payload, b.size);
	if (n < 0)
		return input_error(r->rec.in, d);
	if (n < (ssize_t)b.size)
		return damaged(r, "it is cut off");
	if (crc32c(crc32c(0, raw, REC_CHECKED), r->payload, b.size) != b.crc)
		return damaged(r, "the checksum of a block is wrong");
	err = take_block(r, &b, d);
	if (err)
		return err;
	r->blocks++;
	r->offset += sizeof(b) + b.size;
	return 0;
}

/* All blocks. EXIT_UNPROVEN with r->why filled in if it ends early. */
static int read_blocks(struct recording *r, struct diag *d)
{
	struct rec_block_head raw;
	ssize_t n;
	int err;

	while ((n = input_read_full(r->rec.in, &raw, sizeof(raw)))) {
		if (n < 0)
			return input_error(r->rec.in, d);
		if (r->rec.have_end)
			return damaged(r, "there is more behind its end");
		if (n < (ssize_t)sizeof(raw))
			break;
		err = read_block(r, &raw, d);
		if (err)
			return err;
	}
	if (!r->rec.have_end || input_damage(r->rec.in))
		return damaged(r, "it is cut off");
	return 0;
}

/* It is known to begin with the magic number. */
static int read_file_head(struct recording *r, struct diag *d)
{
	struct rec_file_head h;
	ssize_t n = input_read_full(r->rec.in, &h, sizeof(h));

	if (n < 0)
		return input_error(r->rec.in, d);
	if (n < (ssize_t)sizeof(h))
		return damaged(r, "it is cut off");
	r->swap = h.order == __builtin_bswap32(REC_ORDER);
	h.version = fix32(r, h.version);
	if ((!r->swap && h.order != REC_ORDER) || !h.version)
		return damaged(r, "its byte order and version are none");
	if (h.version > REC_VERSION)
		return rec_source_newer(&r->rec, h.version, d);
	r->offset = sizeof(h);
	return 0;
}

static int recording_events(struct source *s, event_fn fn, void *ctx,
			    struct source_report *report, struct diag *d)
{
	struct recording *r = (struct recording *)s;
	char where[80];
	int err;

	memset(report, 0, sizeof(*report));
	r->rec.fn = fn;
	r->rec.ctx = ctx;
	r->codec.pages = s->pages;
	err = read_file_head(r, d);
	if (!err)
		err = read_blocks(r, d);
	if (err && !r->why[0])
		return err;
	if (r->part)
		snprintf(where, sizeof(where),
			 "byte %llu and %llu events of the block there",
			 r->offset, r->part);
	else
		snprintf(where, sizeof(where), "byte %llu", r->offset);
	return rec_source_finish(&r->rec, where, err ? r->why : NULL, report,
				 d);
}

static void recording_close(struct source *s)
{
	struct recording *r = (struct recording *)s;

	rec_source_close(&r->rec);
	rec_codec_free(&r->codec);
	free(r);
}

struct source *source_rec_open(struct input *in, struct diag *d)
{
	static const struct source_ops ops = {
		.events = recording_events,
		.close = recording_close,
	};
	struct recording *r = calloc(1, sizeof(*r));

	if (!r) {
		input_close(in);
		diag_set(d, EXIT_CANNOT, "out of memory");
		return NULL;
	}
	rec_source_init(&r->rec, in, &ops);
	return &r->rec.source;
}
