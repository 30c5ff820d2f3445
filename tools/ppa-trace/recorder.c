// SPDX-License-Identifier: GPL-2.0-only
/* How is a recording written, in binary or as JSON lines? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recorder.h"

/* Bytes of events in a block: what is lost at most where a file is damaged. */
#define BLOCK_WORDS 4096

/* JSON knows no larger integer. */
#define INTEGER_MAX (~0ULL >> 1)

struct recorder {
	FILE *f;
	enum recorder_form form;
	u64 bytes;
	u32 blocks;
	struct rec_codec codec;
	u64 words[BLOCK_WORDS];
	size_t n;
};

struct recorder *recorder_new(FILE *f, enum recorder_form form)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->f = f;
	r->form = form;
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	rec_codec_free(&r->codec);
	free(r);
}

u64 recorder_bytes(const struct recorder *r)
{
	return r->bytes;
}

static int put(struct recorder *r, const void *data, size_t size)
{
	r->bytes += size;
	return fwrite(data, 1, size, r->f) == size ? 0 : -EIO;
}

static int put_block(struct recorder *r, u32 type, const void *data,
		     size_t size)
{
	struct rec_block_head head = {
		.type = type,
		.size = size,
		.number = r->blocks++,
	};
	int err;

	head.crc = crc32c(crc32c(0, &head, REC_CHECKED), data, size);
	err = put(r, &head, sizeof(head));
	return err ? err : put(r, data, size);
}

/* A line of JSON, which is freed: a block of its own, or a line. */
static int put_line(struct recorder *r, u32 type, char *line)
{
	int err;

	if (!line)
		return -ENOMEM;
	if (r->form == RECORDER_BINARY) {
		err = put_block(r, type, line, strlen(line));
	} else {
		err = put(r, line, strlen(line));
		if (!err)
			err = put(r, "\n", 1);
	}
	free(line);
	return err;
}

int recorder_head(struct recorder *r, const struct host *h)
{
	struct rec_file_head head = {
		.magic = REC_MAGIC,
		.order = REC_ORDER,
		.version = REC_VERSION,
	};
	int err = 0;

	if (r->form == RECORDER_BINARY)
		err = put(r, &head, sizeof(head));
	return err ? err : put_line(r, REC_HEAD, rec_head_line(h));
}

static int put_events(struct recorder *r)
{
	size_t n = r->n;

	r->n = 0;
	return n ? put_block(r, REC_EVENTS, r->words, n * sizeof(u64)) : 0;
}

static int binary_event(struct recorder *r, const struct event *e)
{
	if (r->n + REC_ITEM_WORDS > BLOCK_WORDS) {
		int err = put_events(r);

		if (err)
			return err;
	}
	return rec_pack(&r->codec, e, r->words, &r->n);
}

static const char *name_or_null(const struct event_name *names, u32 value)
{
	for (; names->name; names++) {
		if (names->value == value)
			return names->name;
	}
	return NULL;
}

/* A value in the form that man/ppa-trace-recording.5.rst has for its type. */
static int print_value(char *to, size_t size, const struct event *e,
		       const struct event_field *f)
{
	const char *from = (const char *)e + f->offset, *name = NULL;
	u32 half;
	u64 v;

	if (event_field_size(f->type) == sizeof(v)) {
		memcpy(&v, from, sizeof(v));
	} else {
		memcpy(&half, from, sizeof(half));
		v = half;
	}
	if (f->type == FIELD_S32)
		return snprintf(to, size, "%d", (s32)v);
	if (f->type == FIELD_ENUM)
		name = name_or_null(f->names, v);
	if (name)
		return snprintf(to, size, "\"%s\"", name);
	if (v > INTEGER_MAX)
		return snprintf(to, size, "\"0x%llx\"", v);
	return snprintf(to, size, "%llu", v);
}

static int json_event(struct recorder *r, const struct event *e)
{
	const struct event_desc *d = &event_descs[e->kind];
	/* Names of 11 letters and values of 20 at most, in 23 fields. */
	char line[1024];
	size_t n = snprintf(line, sizeof(line), "{\"event\":\"%s\"",
			    event_short_name(e->kind));

	for (unsigned int i = 0; i < d->nfields; i++) {
		n += snprintf(line + n, sizeof(line) - n, ",\"%s\":",
			      d->fields[i].name);
		n += print_value(line + n, sizeof(line) - n, e, &d->fields[i]);
	}
	n += snprintf(line + n, sizeof(line) - n, "}\n");
	return put(r, line, n);
}

int recorder_event(struct recorder *r, const struct event *e)
{
	return r->form == RECORDER_BINARY ? binary_event(r, e) :
					    json_event(r, e);
}

int recorder_end(struct recorder *r, const struct rec_end *e)
{
	int err = put_events(r);

	return err ? err : put_line(r, REC_END, rec_end_line(e));
}
