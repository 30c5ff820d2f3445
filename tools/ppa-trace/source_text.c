// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are events read from the text that ftrace prints?
 *
 * It takes what stands in /sys/kernel/tracing/trace and trace_pipe, and what
 * trace-cmd report and perf script print: the beginning of the line differs,
 * from the name of the event on all are the same. The fields may stand in any
 * order; those that are not known are skipped, those that are missing make
 * the line broken.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

#define BUFFER (64 * 1024)
#define LINE_MAX_BYTES 4096	/* the longest event has 600 */

static const char prefix[] = "kpkeys_ppa_";

/*
 * A field of which the name has at most seven bytes: those of "name=", so that
 * it is known by one comparison, and where its value goes.
 */
struct quick_field {
	u64 bytes;
	u64 mask;
	size_t len;		/* of "name="; 0: its name is too long */
	size_t offset;		/* in struct event */
	const struct event_name *names;
	enum field_type type;
};

#define QUICK_FIELDS 32		/* of the kind with most fields */

struct text {
	struct source source;
	struct input *in;
	char buf[BUFFER];
	size_t len;		/* bytes in buf */
	size_t pos;		/* of which these were used */
	u64 line;		/* number of the line, from 1 */
	struct source_report *report;
	u64 first_broken;	/* its line, and what is wrong with it */
	char broken[160];
	struct event event;	/* the one that is being read */
	struct quick_field quick[EVENT_KINDS][QUICK_FIELDS];
};

/* A piece of a line. It is not terminated and may hold any byte. */
struct piece {
	const char *p;
	size_t len;
};

static bool piece_is(struct piece a, const char *s)
{
	return a.len == strlen(s) && !memcmp(a.p, s, a.len);
}

static void broken(struct text *t, const char *event, const char *field,
		   const char *why)
{
	if (t->report->broken++)
		return;
	t->first_broken = t->line;
	snprintf(t->broken, sizeof(t->broken), "%s: %s%s%s", event, field,
		 *field ? ": " : "", why);
}

/* Read a whole number, decimal or with 0x. False if it is none or too big. */
static bool number(struct piece v, u64 *res)
{
	u64 n = 0;
	size_t i;

	if (v.len > 2 && v.p[0] == '0' && (v.p[1] == 'x' || v.p[1] == 'X')) {
		if (v.len > 18)
			return false;
		for (i = 2; i < v.len; i++) {
			char c = v.p[i];

			n <<= 4;
			if (c >= '0' && c <= '9')
				n |= c - '0';
			else if (c >= 'a' && c <= 'f')
				n |= c - 'a' + 10;
			else if (c >= 'A' && c <= 'F')
				n |= c - 'A' + 10;
			else
				return false;
		}
		*res = n;
		return true;
	}
	if (!v.len)
		return false;
	for (i = 0; i < v.len; i++) {
		u32 digit = (unsigned char)v.p[i] - '0';

		if (digit > 9 || n > (~0ULL - digit) / 10)
			return false;
		n = 10 * n + digit;
	}
	*res = n;
	return true;
}

static const char *set_32(void *to, u64 n, u64 max)
{
	u32 v = n;

	if (n > max)
		return "does not fit into 32 bits";
	memcpy(to, &v, sizeof(v));
	return NULL;
}

static const char *set_signed(void *to, struct piece v)
{
	bool minus = v.len && v.p[0] == '-';
	s32 value;
	u64 n;

	if (minus) {
		v.p++;
		v.len--;
	}
	if (!number(v, &n))
		return "not a number";
	if (n > 0x7fffffff)
		return "does not fit into 32 bits";
	value = minus ? -(s32)n : (s32)n;
	memcpy(to, &value, sizeof(value));
	return NULL;
}

static const char *set_enum(void *to, const struct event_name *names,
			    struct piece v)
{
	u64 n;

	for (; names->name; names++) {
		if (piece_is(v, names->name))
			return set_32(to, names->value, ~0U);
	}
	/* The kernel prints values that it has no name for in hexadecimal. */
	if (!number(v, &n))
		return "not a value of this field";
	return set_32(to, n, ~0U);
}

/* Put the text @v into field @f of @e. NULL, or what is wrong with it. */
static const char *set_field(struct event *e, const struct event_field *f,
			     struct piece v)
{
	void *to = (char *)e + f->offset;
	u64 n;

	switch (f->type) {
	case FIELD_ENUM:
		return set_enum(to, f->names, v);
	case FIELD_S32:
		return set_signed(to, v);
	case FIELD_U32:
		if (!number(v, &n))
			return "not a number";
		return set_32(to, n, ~0U);
	default:
		if (!number(v, &n))
			return "not a number of 64 bits";
		memcpy(to, &n, sizeof(n));
		return NULL;
	}
}

/* Index of the field with this name; fields mostly come in their order. */
static unsigned int find_field(const struct event_desc *d, struct piece name,
			       unsigned int next)
{
	unsigned int i;

	if (next < d->nfields && piece_is(name, d->fields[next].name))
		return next;
	for (i = 0; i < d->nfields; i++) {
		if (piece_is(name, d->fields[i].name))
			break;
	}
	return i;
}

static void quick_prepare(struct text *t)
{
	for (int k = 0; k < EVENT_KINDS; k++) {
		const struct event_desc *d = &event_descs[k];

		for (unsigned int i = 0; i < d->nfields; i++) {
			const struct event_field *f = &d->fields[i];
			struct quick_field *q = &t->quick[k][i];
			size_t len = strlen(f->name);
			char bytes[sizeof(q->bytes)] = { 0 };

			q->offset = f->offset;
			q->type = f->type;
			q->names = f->names;
			if (len >= sizeof(bytes))
				continue;
			memcpy(bytes, f->name, len);
			bytes[len] = '=';
			memcpy(&q->bytes, bytes, sizeof(bytes));
			q->len = len + 1;
			memset(&q->mask, 0xff, q->len);
		}
	}
}

/*
 * These four read the value at @p and return where it ends, or NULL if it is
 * not of the usual form. They look at no more than QUICK_AHEAD bytes, and stop
 * at what is behind the line, since that is neither digit nor letter.
 */
#define QUICK_AHEAD 32

static const char *quick_enum(const char *p, const struct event_name *names,
			      u64 *res)
{
	for (; names->name; names++) {
		const char *n = names->name, *at = p;

		while (*n && *at == *n) {
			at++;
			n++;
		}
		if (*n || (*at >= 'a' && *at <= 'z') || *at == '_')
			continue;
		*res = names->value;
		return at;
	}
	return NULL;
}

/*
 * At most 18 digits, so that it fits for sure. The first eight are taken at
 * once: in @w one byte is one digit, the first the lowest. Neighbours are put
 * together to numbers of two, four and eight digits.
 */
static const char *quick_decimal(const char *p, u64 *res)
{
	const char *last = p + 18;
	unsigned int have;
	u64 w, other;

	memcpy(&w, p, sizeof(w));
	w = le64toh(w) ^ 0x3030303030303030;
	/* The lowest byte above 9; what is behind it does not matter. */
	other = (w | (w + 0x7676767676767676)) & 0x8080808080808080;
	have = other ? __builtin_ctzll(other) / 8 : 8;
	if (!have)
		return NULL;
	w <<= 64 - 8 * have;
	w = 10 * w + (w >> 8);
	w = (w & 0xff000000ff) * (100 + (1000000ULL << 32)) +
	    (w >> 16 & 0xff000000ff) * (1 + (10000ULL << 32));
	w >>= 32;
	for (p += have; p < last && (unsigned char)(*p - '0') <= 9; p++)
		w = 10 * w + (*p - '0');
	*res = w;
	return p;
}

/*
 * By a table, since which digits are letters is anybody's guess, that of the
 * processor included.
 */
static const char *quick_hex(const char *p, u64 *res)
{
	/* One more than the value; 0: no digit. */
	static const u8 digit[256] = {
		['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
		['a'] = 11, 12, 13, 14, 15, 16,
	};
	const char *last = p + 18;
	u64 n = 0;
	u8 value;

	if (p[0] != '0' || p[1] != 'x' || !digit[(u8)p[2]])
		return NULL;
	for (p += 2; p < last && (value = digit[(u8)*p]); p++)
		n = n << 4 | (value - 1);
	*res = n;
	return p;
}

static const char *quick_value(const char *p, const struct quick_field *q,
			       u64 *res)
{
	switch (q->type) {
	case FIELD_ENUM:
		return quick_enum(p, q->names, res);
	case FIELD_X64:
		return quick_hex(p, res);
	case FIELD_U64:
		return quick_decimal(p, res);
	default:
		p = quick_decimal(p, res);
		return p && *res <= 0x7fffffff ? p : NULL;
	}
}

/*
 * The fields from *@pp on as long as they are as the kernel prints them, in its
 * order. How many; *@pp is what takes a closer look.
 */
static unsigned int quick_fields(struct text *t, struct event *e,
				 const char **pp, const char *end)
{
	const struct quick_field *q = t->quick[e->kind];
	unsigned int n = event_descs[e->kind].nfields, i;
	const char *p = *pp, *stop;

	if (t->buf + sizeof(t->buf) - end < QUICK_AHEAD)
		return 0;
	for (i = 0; i < n && p < end; i++, q++) {
		char *to = (char *)e + q->offset;
		u64 w;
		u32 v;

		p += *p == ' ';
		memcpy(&w, p, sizeof(w));
		if (!q->len || (w & q->mask) != q->bytes)
			break;
		stop = quick_value(p + q->len, q, &w);
		if (!stop || (*stop != ' ' && stop != end))
			break;
		v = w;
		if (q->type <= FIELD_X64)
			memcpy(to, &w, sizeof(w));
		else
			memcpy(to, &v, sizeof(v));
		p = stop;
		*pp = p;
	}
	return i;
}

/* Any field at all, at @p. Where it ends, or NULL if the line is broken. */
static const char *parse_field(struct text *t, struct event *e, const char *p,
			       const char *end, unsigned int *next, u32 *have)
{
	const struct event_desc *d = &event_descs[e->kind];
	const char *stop = memchr(p, ' ', end - p), *sep, *why;
	struct piece name, value;
	unsigned int i;

	if (!stop)
		stop = end;
	sep = memchr(p, '=', stop - p);
	if (!sep) {
		broken(t, d->name, "", "text that is no name=value");
		return NULL;
	}
	name = (struct piece){ p, sep - p };
	value = (struct piece){ sep + 1, stop - sep - 1 };
	i = find_field(d, name, *next);
	if (i == d->nfields)
		return stop;	/* of a newer kernel */
	*next = i + 1;
	why = *have & 1U << i ? "stands there twice" :
	      set_field(e, &d->fields[i], value);
	if (why) {
		broken(t, d->name, d->fields[i].name, why);
		return NULL;
	}
	*have |= 1U << i;
	return stop;
}

/* Read "name=value name=value ..." into @e. False if the line is broken. */
static bool parse_fields(struct text *t, struct event *e, struct piece rest)
{
	const struct event_desc *d = &event_descs[e->kind];
	u32 have, all = (1U << d->nfields) - 1;
	const char *p = rest.p, *end = rest.p + rest.len;
	unsigned int next = quick_fields(t, e, &p, end);

	have = (1U << next) - 1;
	while (p < end) {
		if (*p == ' ')
			p++;
		else
			p = parse_field(t, e, p, end, &next, &have);
		if (!p)
			return false;
	}
	if (have != all) {
		unsigned int i = 0;

		while (have & 1U << i)
			i++;
		broken(t, d->name, d->fields[i].name, "is missing");
		return false;
	}
	return true;
}

/*
 * Find the event in a line: the name must stand alone before a colon, else it
 * is a comment, a command that names it, or the like. Returns its kind, or
 * EVENT_KINDS, and where the fields begin.
 */
static u32 find_event(struct piece line, struct piece *rest)
{
	const char *p = line.p, *end = line.p + line.len;

	/* In most lines the first such letter is it: memmem() is slower. */
	for (; (p = memchr(p, prefix[0], end - p)); p++) {
		bool alone = p > line.p && (p[-1] == ' ' || p[-1] == ':');
		const char *colon;

		if (end - p < (ptrdiff_t)sizeof(prefix) - 1 ||
		    memcmp(p, prefix, sizeof(prefix) - 1))
			continue;
		colon = memchr(p, ':', end - p);
		if (!colon)
			break;
		for (u32 k = 0; alone && k < EVENT_KINDS; k++) {
			struct piece name = { p, colon - p };

			if (!piece_is(name, event_descs[k].name))
				continue;
			*rest = (struct piece){ colon + 1, end - colon - 1 };
			return k;
		}
	}
	return EVENT_KINDS;
}

/* Number in front of @what in a line like "CPU:0 [LOST 12 EVENTS]". */
static u64 count_before(struct piece line, const char *what)
{
	const char *p = memmem(line.p, line.len, what, strlen(what));
	const char *from = p;
	u64 n;

	if (!p)
		return 0;
	while (from > line.p && from[-1] >= '0' && from[-1] <= '9')
		from--;
	return number((struct piece){ from, p - from }, &n) ? n : 1;
}

/*
 * What the tools say about lost events:
 * trace_pipe "CPU:0 [LOST 12 EVENTS]", trace-cmd "CPU:0 [12 EVENTS DROPPED]",
 * perf "LOST 12 events!", trace "# entries-in-buffer/entries-written: 5/9".
 */
static void parse_remark(struct text *t, struct piece line)
{
	static const char written[] = "entries-written:";
	struct source_report *r = t->report;
	const char *p = memmem(line.p, line.len, written, sizeof(written) - 1);
	const char *end = line.p + line.len, *slash, *stop;
	u64 in, all;

	r->lost += count_before(line, " EVENTS]") +
		   count_before(line, " EVENTS DROPPED]") +
		   count_before(line, " events!");
	if (!p)
		return;
	for (p += sizeof(written) - 1; p < end && *p == ' '; p++)
		;
	slash = memchr(p, '/', end - p);
	if (!slash)
		return;
	stop = memchr(slash, ' ', end - slash);
	if (!stop)
		stop = end;
	if (number((struct piece){ p, slash - p }, &in) &&
	    number((struct piece){ slash + 1, stop - slash - 1 }, &all) &&
	    in < all)
		r->overwritten = true;
}

static int parse_line(struct text *t, struct piece line, event_fn fn,
		      void *ctx)
{
	struct event *e = &t->event;
	struct piece rest;
	u32 kind;

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	kind = find_event(line, &rest);
	if (kind == EVENT_KINDS) {
		parse_remark(t, line);
		return 0;
	}
	memset(e, 0, event_descs[kind].size);
	e->kind = kind;
	if (!parse_fields(t, e, rest))
		return 0;
	t->report->events++;
	return fn(ctx, e);
}

/* The last line has no end: numbers in it may lack digits, so it is not used */
static void parse_cut(struct text *t, struct piece line)
{
	struct piece rest;

	if (find_event(line, &rest) != EVENT_KINDS ||
	    memmem(line.p, line.len, prefix, sizeof(prefix) - 1)) {
		t->report->cut = true;
		broken(t, "the last line", "", "is cut off");
	}
}

/* A line longer than any event: skip it, but do not do so in silence. */
static void parse_overlong(struct text *t, struct piece line)
{
	if (memmem(line.p, line.len, prefix, sizeof(prefix) - 1))
		broken(t, "a line", "", "is longer than any event");
}

static const struct {
	const char *bytes;
	size_t len;
	const char *what;
	const char *advice;
} magics[] = {
	{ "\x17\x08\x44tracing", 10, "a trace.dat file of trace-cmd",
	  "trace-cmd report FILE | ppa-trace COMMAND -" },
	{ "PERFILE2", 8, "a perf.data file",
	  "perf script -i FILE | ppa-trace COMMAND -" },
	{ "\xfd\x37zXZ", 5, "compressed by xz",
	  "xzcat FILE | ppa-trace COMMAND -" },
};

/* Is it a file of another kind? Then say which, and what to do with it. */
static int check_magic(struct text *t, struct diag *d)
{
	size_t head = t->len < 512 ? t->len : 512;

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		if (t->len < magics[i].len ||
		    memcmp(t->buf, magics[i].bytes, magics[i].len))
			continue;
		diag_set(d, EXIT_CANNOT, "%s is %s, not ftrace text",
			 t->source.name, magics[i].what);
		diag_advise(d, "turn it into text: %s", magics[i].advice);
		return EXIT_CANNOT;
	}
	if (!memchr(t->buf, '\0', head))
		return 0;
	diag_set(d, EXIT_CANNOT, "%s is not text", t->source.name);
	diag_advise(d,
		    "name a recording, or ftrace text as /sys/kernel/tracing/trace has it");
	return EXIT_CANNOT;
}

/* Fill the buffer behind what is left in it. 0 at the end, -1 on error. */
static ssize_t fill(struct text *t)
{
	ssize_t n;

	if (t->pos) {
		memmove(t->buf, t->buf + t->pos, t->len - t->pos);
		t->len -= t->pos;
		t->pos = 0;
	}
	n = input_read_full(t->in, t->buf + t->len, sizeof(t->buf) - t->len);
	if (n > 0)
		t->len += n;
	return n;
}

static int no_events(struct text *t, struct diag *d)
{
	if (t->report->broken) {
		diag_set(d, EXIT_UNPROVEN,
			 "no event in %s could be read; line %llu: %s",
			 t->source.name, t->first_broken, t->broken);
		diag_advise(d,
			    "was the text cut or edited? Take it again from /sys/kernel/tracing/trace");
		return EXIT_UNPROVEN;
	}
	diag_set(d, EXIT_CANNOT, "no kpkeys event in %s (%llu lines)",
		 t->source.name, t->line);
	diag_advise(d,
		    "as root: echo 1 > /sys/kernel/tracing/events/kpkeys/enable; ppa-trace replay; then read /sys/kernel/tracing/trace");
	return EXIT_CANNOT;
}

/* All lines that are whole in the buffer. */
static int parse_buffer(struct text *t, bool *skipping, event_fn fn, void *ctx)
{
	char *nl;
	int err;

	while ((nl = memchr(t->buf + t->pos, '\n', t->len - t->pos))) {
		struct piece line = { t->buf + t->pos,
				      nl - t->buf - t->pos };

		t->pos = nl - t->buf + 1;
		if (*skipping) {
			*skipping = false;
			continue;
		}
		t->line++;
		if (line.len > LINE_MAX_BYTES) {
			parse_overlong(t, line);
			continue;
		}
		err = parse_line(t, line, fn, ctx);
		if (err)
			return err;
	}
	return 0;
}

static int text_events(struct source *s, event_fn fn, void *ctx,
		       struct source_report *report, struct diag *d)
{
	struct text *t = (struct text *)s;
	bool skipping = false, first = true;
	ssize_t n;
	int err;

	memset(report, 0, sizeof(*report));
	t->report = report;
	while ((n = fill(t)) > 0) {
		if (first && check_magic(t, d))
			return EXIT_CANNOT;
		first = false;
		err = parse_buffer(t, &skipping, fn, ctx);
		if (err)
			return err;
		if (t->len - t->pos == sizeof(t->buf)) {
			struct piece all = { t->buf, t->len };

			if (!skipping)
				t->line++;
			if (!skipping)
				parse_overlong(t, all);
			skipping = true;
			t->pos = t->len;
		}
	}
	if (n < 0)
		return input_error(t->in, d);
	if (input_damage(t->in)) {
		report->cut = true;
		broken(t, input_damage(t->in), "", "there is no more");
	} else if (t->len > t->pos && !skipping) {
		struct piece rest = { t->buf + t->pos, t->len - t->pos };

		t->line++;
		parse_cut(t, rest);
	}
	if (!report->events)
		return no_events(t, d);
	if (report->broken) {
		diag_set(d, 0, "%s: %llu broken, the first in line %llu: %s",
			 t->source.name, report->broken, t->first_broken,
			 t->broken);
	}
	return 0;
}

static void text_close(struct source *s)
{
	struct text *t = (struct text *)s;

	input_close(t->in);
	free(t);
}

static const struct source_ops text_ops = {
	.events = text_events,
	.close = text_close,
};

struct source *source_text_open(struct input *in, struct diag *d)
{
	struct text *t = calloc(1, sizeof(*t));

	if (!t) {
		input_close(in);
		diag_set(d, EXIT_CANNOT, "out of memory");
		return NULL;
	}
	t->source.ops = &text_ops;
	quick_prepare(t);
	snprintf(t->source.name, sizeof(t->source.name), "%s", input_name(in));
	t->in = in;
	return &t->source;
}
