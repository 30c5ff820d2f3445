// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is one event after the other printed, as fast as it can be read?
 *
 * A line of any format is values with something before each of them. What that
 * is depends on kind and format alone, so it is put together once; an event
 * then is a few copies and numbers, without a look at the format.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "view_events.h"

enum how {
	HOW_END,		/* no value: the end of the line */
	HOW_HEAD,		/* number and time, in columns */
	HOW_NO_HEAD,		/* the same of an event that has neither */
	HOW_U64,
	HOW_X64,
	HOW_U32,
	HOW_S32,
	HOW_NAME,
	HOW_QUOTED,		/* a name in quotation marks */
};

#define COLUMNS_MAX 64		/* there are 37 */
#define LINE_ROOM 4096		/* more than the longest line */

/* Of number and seconds, at most 8; NO_HEAD is as wide. */
#define SEQ_WIDTH 8
#define SECONDS_WIDTH 5
#define NO_HEAD "       -               -"

/* --- what stands before each value ------------------------------------------ */

static struct events_step *put_before(struct events_step *s, const char *text)
{
	size_t len = strlen(text);

	if (len > EVENTS_BEFORE - s->len)
		len = EVENTS_BEFORE - s->len;
	memcpy(s->before + s->len, text, len);
	s->len += len;
	return s;
}

static void put_value(struct events_step *s, const struct event_field *f)
{
	static const enum how how[] = {
		[FIELD_U64] = HOW_U64,
		[FIELD_X64] = HOW_X64,
		[FIELD_U32] = HOW_U32,
		[FIELD_S32] = HOW_S32,
		[FIELD_ENUM] = HOW_NAME,
	};

	s->how = how[f->type];
	s->offset = f->offset;
	s->names = f->names;
}

/* As the kernel prints it, so that all that reads its text reads this. */
static void text_steps(struct events_step *s, u32 kind)
{
	const struct event_desc *d = &event_descs[kind];

	s->how = kind == EVENT_REPLAY ? HOW_NO_HEAD : HOW_HEAD;
	s++;
	put_before(s, ": ");
	put_before(s, d->name);
	put_before(s, ":");
	for (unsigned int i = 0; i < d->nfields; i++, s++) {
		put_before(s, " ");
		put_before(s, d->fields[i].name);
		put_before(s, "=");
		put_value(s, &d->fields[i]);
	}
	put_before(s, "\n");
}

/*
 * Virtual addresses and what is taken as an offset from them do not fit what
 * most JSON readers take; all of these are in the frames.
 */
static void json_steps(struct events_step *s, u32 kind)
{
	const struct event_desc *d = &event_descs[kind];
	bool virtual = kind == EVENT_REPLAY;
	const char *open = "";

	put_before(s, "{\"event\":\"");
	put_before(s, event_short_name(kind));
	put_before(s, "\"");
	for (unsigned int i = 0; i < d->nfields; i++, s++) {
		const struct event_field *f = &d->fields[i];

		put_before(s, open);
		put_before(s, ",\"");
		put_before(s, f->name);
		put_before(s, "\":");
		put_value(s, f);
		open = "";
		if (f->type == FIELD_X64 && virtual) {
			put_before(s, "\"");
			open = "\"";
		} else if (f->type == FIELD_X64) {
			s->how = HOW_U64;
		} else if (f->type == FIELD_ENUM) {
			s->how = HOW_QUOTED;
		}
	}
	put_before(s, open);
	put_before(s, "}\n");
}

struct columns {
	const char *name[COLUMNS_MAX];
	unsigned int n;
};

/* Each name once, in the order in which the kinds bring them. */
static void find_columns(struct columns *c)
{
	c->n = 0;
	for (int k = 0; k < EVENT_KINDS; k++) {
		const struct event_desc *d = &event_descs[k];

		for (unsigned int i = 0; i < d->nfields; i++) {
			unsigned int at = 0;

			while (at < c->n &&
			       strcmp(c->name[at], d->fields[i].name))
				at++;
			if (at == c->n && c->n < COLUMNS_MAX)
				c->name[c->n++] = d->fields[i].name;
		}
	}
}

static void csv_steps(struct events_step *s, u32 kind, const struct columns *c)
{
	const struct event_desc *d = &event_descs[kind];

	put_before(s, event_short_name(kind));
	for (unsigned int at = 0; at < c->n; at++) {
		put_before(s, ",");
		for (unsigned int i = 0; i < d->nfields; i++) {
			if (!strcmp(d->fields[i].name, c->name[at]))
				put_value(s++, &d->fields[i]);
		}
	}
	put_before(s, "\r\n");
}

/* --- values ------------------------------------------------------------------- */

/*
 * The eight digits of @n, below 100000000: one in a byte, the first the lowest.
 * It is parted into numbers of four, two and one digits, all at once.
 */
static u64 eight_digits(u64 n)
{
	u64 high = n / 10000, tens;

	n = high | (n - 10000 * high) << 32;
	high = (n * 10486) >> 20 & 0x7f0000007f;	/* n / 100 */
	n = high | (n - 100 * high) << 16;
	tens = (n * 103) >> 10 & 0xf000f000f000f;	/* n / 10 */
	return tens | (n - 10 * tens) << 8;
}

static char *put_eight(char *p, u64 n)
{
	n = htole64(eight_digits(n) + 0x3030303030303030);
	memcpy(p, &n, sizeof(n));
	return p + sizeof(n);
}

#define E8 100000000ULL

/* May write up to seven bytes more. */
static char *put_decimal(char *p, u64 n)
{
	unsigned int zeros;

	if (n >= E8) {
		p = put_decimal(p, n / E8);
		return put_eight(p, n % E8);
	}
	n = eight_digits(n);
	zeros = n ? __builtin_ctzll(n) / 8 : 7;
	n = htole64((n + 0x3030303030303030) >> (8 * zeros));
	memcpy(p, &n, sizeof(n));
	return p + sizeof(n) - zeros;
}

/* The eight hexadecimal digits of @n, one in a byte, the first the lowest. */
static u64 eight_hex(u32 value)
{
	u64 n = value, letters;

	n = (n << 32 | n >> 16) & 0xffff0000ffff;
	n = (n << 16 | n >> 8) & 0xff00ff00ff00ff;
	n = (n << 8 | n >> 4) & 0xf0f0f0f0f0f0f0f;
	letters = (n + 0x606060606060606) >> 4 & 0x101010101010101;
	return n + 0x3030303030303030 + letters * ('a' - '9' - 1);
}

/* Writes 18 bytes, of which what it returns are good. */
static char *put_hex(char *p, u64 n)
{
	int shift = n ? __builtin_clzll(n) / 4 * 4 : 60;
	u64 high, low;

	p[0] = '0';
	p[1] = 'x';
	n <<= shift;
	high = htole64(eight_hex(n >> 32));
	low = htole64(eight_hex(n));
	memcpy(p + 2, &high, sizeof(high));
	memcpy(p + 10, &low, sizeof(low));
	return p + 18 - shift / 4;
}

/* At the right of @width columns, or wider. */
static char *put_column(char *p, u64 n, unsigned int width)
{
	char buf[32];
	unsigned int len = put_decimal(buf, n) - buf;

	memset(p, ' ', 8);
	if (len < width)
		p += width - len;
	memcpy(p, buf, 24);
	return p + len;
}

static char *put_head(char *p, const struct event *e)
{
	u64 seconds = e->ns / 1000000000, rest = e->ns % 1000000000;

	p = put_column(p, e->seq, SEQ_WIDTH);
	*p++ = ' ';
	p = put_column(p, seconds, SECONDS_WIDTH);
	*p++ = '.';
	*p++ = '0' + rest / E8;
	return put_eight(p, rest % E8);
}

/* A value without a name is printed in hexadecimal, as the kernel does. */
static char *put_name(char *p, const struct event_name *names, u32 value)
{
	for (; names->name; names++) {
		if (names->value == value) {
			const char *from = names->name;

			while (*from)
				*p++ = *from++;
			return p;
		}
	}
	return put_hex(p, value);
}

static char *put_signed(char *p, s32 value)
{
	if (value >= 0)
		return put_decimal(p, value);
	*p++ = '-';
	return put_decimal(p, -(s64)value);
}

/* Value @s of @e. May write up to 32 bytes, whatever it returns. */
static char *put_step(char *p, const struct events_step *s,
		      const struct event *e)
{
	const char *from = (const char *)e + s->offset;
	u64 wide;
	u32 value;

	if (s->how == HOW_U64 || s->how == HOW_X64) {
		memcpy(&wide, from, sizeof(wide));
		return s->how == HOW_U64 ? put_decimal(p, wide) :
					   put_hex(p, wide);
	}
	if (s->how == HOW_HEAD)
		return put_head(p, e);
	if (s->how == HOW_NO_HEAD) {
		memcpy(p, NO_HEAD, sizeof(NO_HEAD) - 1);
		return p + sizeof(NO_HEAD) - 1;
	}
	memcpy(&value, from, sizeof(value));
	if (s->how == HOW_U32)
		return put_decimal(p, value);
	if (s->how == HOW_S32)
		return put_signed(p, value);
	if (s->how == HOW_QUOTED)
		*p++ = '"';
	p = put_name(p, s->names, value);
	if (s->how == HOW_QUOTED)
		*p++ = '"';
	return p;
}

/* --- the output --------------------------------------------------------------- */

static int flush(struct view_events *v)
{
	if (!v->failed && fwrite(v->buf, 1, v->len, v->out) != v->len) {
		v->failed = true;
		v->error = errno;
	}
	v->len = 0;
	return v->failed ? -1 : 0;
}

static void put_text(struct view_events *v, const char *text)
{
	size_t len = strlen(text);

	memcpy(v->buf + v->len, text, len);
	v->len += len;
}

static void csv_header(struct view_events *v, const struct columns *c)
{
	put_text(v, "event");
	for (unsigned int i = 0; i < c->n; i++) {
		put_text(v, ",");
		put_text(v, c->name[i]);
	}
	put_text(v, "\r\n");
}

void view_events_begin(struct view_events *v, FILE *out,
		       enum events_format format)
{
	struct columns c;

	memset(v, 0, sizeof(*v));
	v->out = out;
	find_columns(&c);
	for (u32 k = 0; k < EVENT_KINDS; k++) {
		if (format == EVENTS_TEXT)
			text_steps(v->steps[k], k);
		else if (format == EVENTS_JSON)
			json_steps(v->steps[k], k);
		else
			csv_steps(v->steps[k], k, &c);
	}
	if (format == EVENTS_CSV)
		csv_header(v, &c);
}

int view_event(struct view_events *v, const struct event *e)
{
	const struct events_step *s = v->steps[e->kind];
	char *p = v->buf + v->len;

	for (;; s++) {
		/* As with numbers: a fixed size is one copy, not a call. */
		memcpy(p, s->before, 16);
		if (s->len > 16)
			memcpy(p + 16, s->before + 16, EVENTS_BEFORE - 16);
		p += s->len;
		if (s->how == HOW_END)
			break;
		p = put_step(p, s, e);
	}
	v->len = p - v->buf;
	if (v->every || v->len > sizeof(v->buf) - LINE_ROOM)
		return flush(v);
	return 0;
}

int view_events_end(struct view_events *v)
{
	if (!flush(v) && !fflush(v->out))
		return 0;
	if (v->failed)
		errno = v->error;
	return -1;
}
