// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a recording that is damaged never taken for a whole one, and one that
 * others have written for what it is?
 */
#include <errno.h>

#include "recording.h"

#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* It may be good only if nothing is missing. */
static void cut_anywhere(void **state)
{
	struct sim s;
	struct list l = good_list(&s);

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct rec_end end = { 0 };
		struct bytes b = write_list(&l, form, NULL, &end);
		size_t step = form == RECORDER_BINARY ? 1 : 11;

		assert_int_equal(verdict_of(b.p, b.len), 0);
		for (size_t len = 0; len < b.len; len += step) {
			int is = verdict_of(b.p, len);

			if (is != EXIT_UNPROVEN && (is != EXIT_CANNOT || len >= 100))
				fail_msg("%zu of %zu bytes: %d", len, b.len,
					 is);
		}
		/* The end of JSON is there without the end of its line. */
		assert_int_equal(verdict_of(b.p, b.len - 1),
				 form == RECORDER_BINARY ? EXIT_UNPROVEN : 0);
		free(b.p);
	}
	free(l.v);
	sim_free(&s);
}

/* Number the blocks of a binary recording anew, and make the checksums right. */
static void seal(struct bytes *b)
{
	u32 number = 0;

	for (size_t i = sizeof(struct rec_file_head); i < b->len;) {
		struct rec_block_head h;

		memcpy(&h, b->p + i, sizeof(h));
		h.number = number++;
		h.crc = crc32c(crc32c(0, &h, REC_CHECKED),
			       b->p + i + sizeof(h), h.size);
		memcpy(b->p + i, &h, sizeof(h));
		i += sizeof(h) + h.size;
	}
}

/* The checksum of a block of events is right, and in it is what cannot be. */
static void bad_word(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end);
	struct rec_block_head h;
	size_t at = sizeof(struct rec_file_head);
	char says[128];
	struct reading r;

	(void)state;
	memcpy(&h, b.p + at, sizeof(h));
	at += sizeof(h) + h.size;
	memcpy(&h, b.p + at, sizeof(h));
	assert_int_equal(h.type, REC_EVENTS);
	memset(b.p + at + sizeof(h) + 50 * sizeof(u64), 0, sizeof(u64));
	seal(&b);

	begin_reading(&r, b.p, b.len);
	assert_int_equal(r.status, 0);
	assert_true(r.report.cut);
	assert_in_range(r.report.events, 1, l.n - 1);
	assert_int_equal(r.events.n, r.report.events);
	snprintf(says, sizeof(says),
		 "byte %zu and %llu events of the block there, %llu events in all: then word 50 of that block is no event",
		 at, r.report.events, r.report.events);
	if (!strstr(r.d.what, says))
		fail_msg("%s, not %s", r.d.what, says);
	end_reading(&r);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

/* Unpack a copy of these words, behind which nothing may be read. */
static int unpack(const u64 *v, size_t n, size_t *at)
{
	u64 *copy = malloc(n * sizeof(*v));
	struct rec_codec c = { 0 };
	struct list l = { 0 };
	int err;

	memcpy(copy, v, n * sizeof(*v));
	err = rec_unpack(&c, copy, n, at, append, &l);
	assert_int_equal(c.events, l.n);
	rec_codec_free(&c);
	free(copy);
	free(l.v);
	return err;
}

/* An item ends behind its block, or has fields that no event has. */
static void bad_items(void **state)
{
	struct rec_codec c = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	u64 *v = calloc(l.n * REC_ITEM_WORDS, sizeof(*v));
	size_t n = 0, at;

	(void)state;
	for (size_t i = 0; i < l.n; i++) {
		size_t first = n;

		assert_int_equal(rec_pack(&c, &l.v[i], v, &n), 0);
		assert_int_equal(unpack(v, n, &at), 0);
		for (size_t cut = first + 1; cut < n; cut++) {
			assert_int_equal(unpack(v, cut, &at), -EBADMSG);
			assert_int_equal(at, first);
		}
	}
	/* The first one is the begin of a replay. */
	v[0] |= BIT_ULL(63);
	assert_int_equal(unpack(v, n, &at), -EBADMSG);
	assert_int_equal(at, 0);
	rec_codec_free(&c);
	free(v);
	free(l.v);
	sim_free(&s);
}

static void every_byte_counts(void **state)
{
	static const u8 by[] = { 0x01, 0x80, 0xff };
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end);

	(void)state;
	for (size_t i = 0; i < b.len; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(by); k++) {
			int is;

			b.p[i] ^= by[k];
			is = verdict_of(b.p, b.len);
			b.p[i] ^= by[k];
			/* Only the first 16 may make it another file. */
			if (is != EXIT_UNPROVEN &&
			    (is != EXIT_CANNOT || i >= 16))
				fail_msg("byte %zu of %zu changed: %d", i,
					 b.len, is);
		}
	}
	print_message("# %zu bytes, each changed in 3 ways\n", b.len);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

/* Random changes of JSON lines do no harm. */
static void spoilt_lines(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_JSON_LINES, NULL, &end);
	char *copy = malloc(b.len);

	(void)state;
	begin_any(5);
	for (int round = 0; round < 300; round++) {
		memcpy(copy, b.p, b.len);
		for (u32 n = 1 + any(4); n; n--)
			copy[any(b.len)] = any(3) ? "0123456789\n\"{}[]:,-"[any(19)] :
						    (int)any(256);
		assert_in_range(verdict_of(copy, b.len), 0, 3);
	}
	free(copy);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

/* All is there, but the end speaks of one event more or less. */
static void end_miscounts(void **state)
{
	struct sim s;
	struct list l = good_list(&s);

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct rec_end end = { 0 };
		int form = i / 2;
		struct bytes b = write_list(&l, form, NULL, &end);
		char is[40], says[40];
		struct reading r;
		char *at;

		snprintf(is, sizeof(is), "\"events\":%zu", l.n);
		snprintf(says, sizeof(says), "\"events\":%zu",
			 i % 2 ? l.n + 1 : l.n - 1);
		assert_int_equal(strlen(is), strlen(says));
		at = memmem(b.p, b.len, is, strlen(is));
		assert_non_null(at);
		memcpy(at, says, strlen(says));
		if (form == RECORDER_BINARY)
			seal(&b);
		begin_reading(&r, b.p, b.len);
		assert_true(r.report.cut);
		assert_non_null(strstr(r.d.what, "its end counts"));
		end_reading(&r);
		assert_int_equal(verdict_of(b.p, b.len), EXIT_UNPROVEN);
		free(b.p);
	}
	free(l.v);
	sim_free(&s);
}

/* Put a block of @type in front of the block that begins at @at. */
static struct bytes insert_block(const struct bytes *b, size_t at, u32 type)
{
	struct rec_block_head head = { .type = type, .size = 8 };
	struct bytes c = { malloc(b->len + 24), b->len + 24 };

	memcpy(c.p, b->p, at);
	memset(c.p + at + sizeof(head), 0, 8);
	memcpy(c.p + at, &head, sizeof(head));
	memcpy(c.p + at + 24, b->p + at, b->len - at);
	seal(&c);
	return c;
}

static void refused(const struct bytes *b)
{
	struct reading r;

	begin_reading(&r, b->p, b->len);
	assert_int_equal(r.status, EXIT_CANNOT);
	assert_non_null(strstr(r.d.what, "version 2"));
	assert_int_equal(r.events.n, 0);
	end_reading(&r);
}

static void newer_versions(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b = write_list(&l, RECORDER_BINARY, NULL, &end), c;
	struct rec_block_head *head = (void *)(b.p + 16);

	(void)state;
	/* A block more: one that can be skipped, and one that cannot. */
	c = insert_block(&b, 16 + sizeof(*head) + head->size, REC_OPTIONAL);
	assert_int_equal(verdict_of(c.p, c.len), 0);
	free(c.p);
	c = insert_block(&b, 16 + sizeof(*head) + head->size, 4);
	assert_int_equal(verdict_of(c.p, c.len), EXIT_UNPROVEN);
	free(c.p);
	/* It begins with its head, and there is one only. */
	c = insert_block(&b, 16, REC_OPTIONAL);
	assert_int_equal(verdict_of(c.p, c.len), EXIT_UNPROVEN);
	free(c.p);
	c = insert_block(&b, b.len, REC_OPTIONAL);
	assert_int_equal(verdict_of(c.p, c.len), EXIT_UNPROVEN);
	free(c.p);

	((struct rec_file_head *)b.p)->version = 2;
	refused(&b);
	((struct rec_file_head *)b.p)->version = 1;
	/* The same in the head block. */
	((char *)memmem(b.p, b.len, "\"version\":1", 11))[10] = '2';
	seal(&b);
	refused(&b);
	free(b.p);

	b = write_list(&l, RECORDER_JSON_LINES, NULL, &end);
	strstr(b.p, "\"version\":1")[10] = '2';
	refused(&b);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

#define PHASE(seq, ticks, rest)						\
	"{\"event\":\"phase\",\"seq\":" seq ",\"ticks\":" ticks		\
	",\"ns\":3,\"count\":4,\"missed\":5," rest "}"
#define REST "\"replay\":6"

/* A line that a newer writer has more fields in, and one that lacks some. */
static void lines_of_others(void **state)
{
	static const char head[] =
		"{\"format\":\"ppa-trace-recording\",\"version\":1,\"host\":null}\n";
	static const char end[] =
		"{\"end\":{\"events\":1},\"walk\":null,\"checks\":[]}\n";
	static const struct {
		const char *line;
		const char *why;
	} lines[] = {
		{ PHASE("1", "2", REST ",\"phase\":\"handover\",\"more\":{}"),
		  NULL },
		{ PHASE("1", "\"0x2\"", REST ",\"phase\":5"), NULL },
		{ PHASE("1", "2", REST), "phase: phase: is missing" },
		{ PHASE("-1", "2", REST ",\"phase\":5"),
		  "phase: seq: not a value" },
		{ PHASE("1", "2", "\"replay\":4294967296,\"phase\":5"),
		  "phase: replay: does not fit" },
		{ PHASE("1", "\"0x\"", REST ",\"phase\":5"),
		  "phase: ticks: not a value" },
		{ PHASE("1", "\"2\"", REST ",\"phase\":5"),
		  "phase: ticks: not a value" },
		{ PHASE("1,\"seq\":1", "2", REST ",\"phase\":5"),
		  "neither an event nor the end" },
		{ "{\"event\":\"dance\"}", "event: of no kind" },
		{ "[]", "neither an event nor the end" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char text[1024];
		struct reading r;

		snprintf(text, sizeof(text), "%s%s\n%s", head, lines[i].line,
			 end);
		begin_reading(&r, text, strlen(text));
		assert_int_equal(r.report.broken, lines[i].why ? 1 : 0);
		if (!lines[i].why) {
			assert_int_equal(r.events.n, 1);
			assert_int_equal(r.events.v->ticks, 2);
			assert_int_equal(r.events.v->phase.phase,
					 KPKEYS_PPA_PHASE_HANDOVER);
		} else if (!strstr(r.d.what, lines[i].why) ||
			   !strstr(r.d.what, "line 2")) {
			fail_msg("\"%s\": %s", lines[i].line, r.d.what);
		}
		end_reading(&r);
	}
}

/* What an editor leaves behind is no damage; anything else is. */
static void line_ends(void **state)
{
	static const char head[] =
		"{\"format\":\"ppa-trace-recording\",\"version\":1}";
	static const char event[] = PHASE("1", "2", REST ",\"phase\":5");
	static const char end[] = "{\"end\":{\"events\":1}}";
	static const struct {
		const char *nl;
		const char *last;
		bool good;
	} cases[] = {
		{ "\n", "\n", true }, { "\n", "", true },
		{ "\n", "\n\n", true }, { "\n", "\n \t\n\n", true },
		{ "\n", "\n ", true }, { "\r\n", "\r\n", true },
		{ "\n\n", "\n", true }, { "\n", "\n{", false },
		{ "\n", "\n{}\n", false }, { "\n", "}", false },
		{ "\n", ",", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct reading r;
		char text[1024];

		snprintf(text, sizeof(text), "%s%s%s%s%s%s", head, cases[i].nl,
			 event, cases[i].nl, end, cases[i].last);
		begin_reading(&r, text, strlen(text));
		assert_int_equal(r.events.n, 1);
		if (cases[i].good != (!r.report.cut && !r.report.broken))
			fail_msg("case %zu: %s", i, r.d.what);
		end_reading(&r);
	}
}

static void other_json(void **state)
{
	static const char * const texts[] = {
		"{}\n", "{ \"schema\": 1 }\n", "{\n", "{",
		"{\"format\":\"ppa-trace-recording\"}\n",
		"{\"format\":1,\"version\":1}\n",
		"{\"format\":\"ppa-trace-recording\",\"version\":0}\n",
		"{\"format\":\"ppa-trace-recording\",\"version\":-3}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct reading r;

		begin_reading(&r, texts[i], strlen(texts[i]));
		assert_int_equal(r.status, EXIT_CANNOT);
		assert_non_null(strstr(r.d.what, "not a recording"));
		end_reading(&r);
	}
}

/* What a file says is printed: it may not steer the terminal. */
static void no_escapes(void **state)
{
	struct host h = machine;
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);
	struct bytes b;
	struct reading r;

	(void)state;
	snprintf(h.release, sizeof(h.release), "7\033[31m\n!");
	b = write_list(&l, RECORDER_BINARY, &h, &end);
	begin_reading(&r, b.p, b.len);
	assert_string_equal(r.host.release, "7?[31m?!");
	end_reading(&r);
	free(b.p);
	free(l.v);
	sim_free(&s);
}

#ifdef HAVE_ZSTD
/* In two frames: what zstd makes of files that were put together. */
static void zstd(void **state)
{
	struct rec_end end = { 0 };
	struct sim s;
	struct list l = good_list(&s);

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct bytes b = write_list(&l, form, NULL, &end);
		size_t room = ZSTD_compressBound(b.len), half = b.len / 2, n;
		char *p = malloc(2 * room + 4);

		n = ZSTD_compress(p, room, b.p, half, 3);
		assert_int_equal(verdict_of(p, n), EXIT_UNPROVEN);
		n += ZSTD_compress(p + n, room, b.p + half, b.len - half, 3);
		assert_int_equal(verdict_of(p, n), 0);
		assert_int_equal(verdict_of(p, n - 1), EXIT_UNPROVEN);
		memcpy(p + n, "junk", 4);
		assert_int_equal(verdict_of(p, n + 4), EXIT_UNPROVEN);
		free(p);
		free(b.p);
	}
	free(l.v);
	sim_free(&s);
}

#define T_ZSTD T(zstd),
#else
#define T_ZSTD
#endif

TESTING(T(cut_anywhere), T(bad_word), T(bad_items), T(every_byte_counts),
	T(spoilt_lines), T(end_miscounts), T(newer_versions),
	T(lines_of_others), T(line_ends), T(other_json), T_ZSTD T(no_escapes));

int main(void)
{
	return RUN("rec_damaged", NULL, NULL);
}
