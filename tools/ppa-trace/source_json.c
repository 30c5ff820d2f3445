// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are JSON lines read?
 *
 * The first line is the head of the recording, the last one its end, and each
 * line between them is an event.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rec.h"
#include "rec_source.h"

/* A line is not longer than a block of a recording. */
#define BUFFER (REC_SIZE_MAX + 1)

struct lines {
	struct rec_source rec;
	u64 line;		/* number of the line, from 1 */
	u64 broken;
	u64 first_broken;	/* its line, and what is wrong with it */
	char why[120];
	size_t len;		/* bytes in buf */
	char buf[BUFFER];
};

static void broken(struct lines *l, const char *event, const char *field,
		   const char *why)
{
	if (l->broken++)
		return;
	l->first_broken = l->line;
	snprintf(l->why, sizeof(l->why), "%s%s%s%s%s", event,
		 *event ? ": " : "", field, *field ? ": " : "", why);
}

/* A value of an event as it is written, of 64 bits. False if it is none. */
static bool get_value(const json_t *v, const struct event_field *f, u64 *res)
{
	const char *text = json_string_value(v);
	const struct event_name *n = f->names;
	char *end;

	if (json_is_integer(v)) {
		*res = (u64)json_integer_value(v);
		return f->type == FIELD_S32 || json_integer_value(v) >= 0;
	}
	for (; text && n && n->name; n++) {
		if (strcmp(n->name, text))
			continue;
		*res = n->value;
		return true;
	}
	if (!text || strncmp(text, "0x", 2) || strlen(text) > 18 ||
	    strspn(text + 2, "0123456789abcdefABCDEF") != strlen(text + 2))
		return false;
	*res = strtoull(text, &end, 16);
	return !*end && end > text + 2;
}

/* NULL, or what is wrong with the value. */
static const char *set_field(struct event *e, const struct event_field *f,
			     const json_t *value)
{
	char *to = (char *)e + f->offset;
	u32 half;
	u64 v;

	if (!value)
		return "is missing";
	if (!get_value(value, f, &v))
		return "not a value of this field";
	if (event_field_size(f->type) == sizeof(v)) {
		memcpy(to, &v, sizeof(v));
		return NULL;
	}
	half = v;
	if (f->type == FIELD_S32 ? (s64)v != (s32)half : v != half)
		return "does not fit into 32 bits";
	memcpy(to, &half, sizeof(half));
	return NULL;
}

static int take_event(struct lines *l, const json_t *o, const char *name)
{
	struct event e = { 0 };

	while (e.kind < EVENT_KINDS && strcmp(event_short_name(e.kind), name))
		e.kind++;
	if (e.kind == EVENT_KINDS) {
		broken(l, "", "event", "of no kind that is known");
		return 0;
	}
	for (unsigned int i = 0; i < event_descs[e.kind].nfields; i++) {
		const struct event_field *f = &event_descs[e.kind].fields[i];
		const char *why = set_field(&e, f,
					    json_object_get(o, f->name));

		if (why) {
			broken(l, event_short_name(e.kind), f->name, why);
			return 0;
		}
	}
	l->rec.events++;
	return l->rec.fn(l->rec.ctx, &e);
}

/* The first line, or nothing that follows means anything. */
static int take_head(struct lines *l, const json_t *o, struct diag *d)
{
	const json_t *version = json_object_get(o, "version");

	switch (rec_source_head(&l->rec, o)) {
	case REC_READ:
		return 0;
	case REC_NEWER:
		return rec_source_newer(&l->rec, json_integer_value(version),
					d);
	default:
		diag_set(d, EXIT_CANNOT, "%s is JSON, but not a recording",
			 l->rec.source.name);
		diag_advise(d, "one is made by: ppa-trace record -o FILE.json");
		return EXIT_CANNOT;
	}
}

static bool blank(const char *line, size_t len)
{
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t' ||
		       line[len - 1] == '\r'))
		len--;
	return !len;
}

static int take_line(struct lines *l, const char *line, size_t len,
		     struct diag *d)
{
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *event = json_string_value(json_object_get(o, "event"));
	int err = 0;

	if (!l->rec.have_head)
		err = take_head(l, o, d);
	else if (l->rec.have_end)
		broken(l, "", "", "there is more behind the end");
	else if (event)
		err = take_event(l, o, event);
	else if (!json_object_get(o, "end"))
		broken(l, "", "", "neither an event nor the end");
	else
		rec_source_end(&l->rec, o);
	json_decref(o);
	return err;
}

/* All lines that are whole in the buffer; what is left moves to its front. */
static int take_lines(struct lines *l, struct diag *d)
{
	char *at = l->buf, *end = l->buf + l->len, *nl;
	int err = 0;

	while (!err && (nl = memchr(at, '\n', end - at))) {
		l->line++;
		if (!blank(at, nl - at))
			err = take_line(l, at, nl - at, d);
		at = nl + 1;
	}
	l->len = end - at;
	memmove(l->buf, at, l->len);
	return err;
}

/* A text editor may have taken away the line end behind the end, and only that. */
static void take_rest(struct lines *l)
{
	json_t *o;

	if (!l->rec.have_head || l->rec.have_end)
		return;
	o = json_loadb(l->buf, l->len, JSON_REJECT_DUPLICATES, NULL);
	if (o && rec_source_end(&l->rec, o))
		l->len = 0;
	json_decref(o);
}

/* Why it is not whole, or NULL. */
static const char *incomplete(const struct lines *l)
{
	if (l->len == sizeof(l->buf))
		return "comes a line that is longer than any";
	if (input_damage(l->rec.in) || l->len || !l->rec.have_end)
		return "it is cut off";
	if (l->rec.end.report.events != l->rec.events && !l->broken)
		return "its end counts more or fewer events";
	return NULL;
}

static int json_events(struct source *s, event_fn fn, void *ctx,
		       struct source_report *report, struct diag *d)
{
	struct lines *l = (struct lines *)s;
	const char *why;
	char where[32];
	ssize_t n;
	int err;

	memset(report, 0, sizeof(*report));
	l->rec.fn = fn;
	l->rec.ctx = ctx;
	while ((n = input_read_full(l->rec.in, l->buf + l->len,
				    sizeof(l->buf) - l->len)) > 0) {
		l->len += n;
		err = take_lines(l, d);
		if (err)
			return err;
		if (l->len == sizeof(l->buf))
			break;
	}
	if (n < 0)
		return input_error(l->rec.in, d);
	if (blank(l->buf, l->len))
		l->len = 0;
	else if (l->len < sizeof(l->buf) && !input_damage(l->rec.in))
		take_rest(l);
	if (!l->rec.have_head)
		return take_head(l, NULL, d);
	snprintf(where, sizeof(where), "line %llu", l->line);
	why = incomplete(l);
	err = rec_source_finish(&l->rec, where, why, report, d);
	report->broken += l->broken;
	if (!l->broken || why)
		return err;
	err = report->events ? 0 : EXIT_UNPROVEN;
	diag_set(d, err, "%s: %llu broken, the first in line %llu: %s",
		 s->name, l->broken, l->first_broken, l->why);
	diag_advise(d, "was it edited? Take it again from where it was made");
	return err;
}

static void json_close(struct source *s)
{
	rec_source_close((struct rec_source *)s);
	free(s);
}

struct source *source_json_open(struct input *in, struct diag *d)
{
	static const struct source_ops ops = {
		.events = json_events,
		.close = json_close,
	};
	struct lines *l = calloc(1, sizeof(*l));

	if (!l) {
		input_close(in);
		diag_set(d, EXIT_CANNOT, "out of memory");
		return NULL;
	}
	rec_source_init(&l->rec, in, &ops);
	return &l->rec.source;
}
