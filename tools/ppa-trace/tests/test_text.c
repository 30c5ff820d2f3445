// SPDX-License-Identifier: GPL-2.0-only
/* Is ftrace text read as it is meant, and does broken text do no harm? */
#include <unistd.h>

#include "test.h"
#include "source.h"

#define HEAD "   sh-61  [000] .....  12.345678: "
#define ALLOC "kpkeys_ppa_alloc: "
#define GOOD \
	"seq=5 ticks=100 ns=1600 addr=0x80001000 start=0x80001000 " \
	"size=8192 replay=3 level=pmd join=prepend"

/* The rest of a frame event, in pieces that fit a line. */
#define FRAME_2 "overflows=6 finalizes=7 phases=8 lost=9 backwards=10 log_bytes=11 freq=12 "
#define FRAME_3 "ticks=13 boottime=14 page_offset=0xfff0000000000000 " FRAME_4
#define FRAME_4 "memstart=0xfffffffffffff000 ram=15 replay=4294967295 frame=end " FRAME_5
#define FRAME_5 "page_shift=16 va_bits=52 levels=3 capacity=1024 backend=poe"

struct got {
	struct event e[64];
	size_t n;
	struct source_report report;
	struct diag d;
	int status;
};

static int keep(void *ctx, const struct event *e)
{
	struct got *g = ctx;

	if (g->n < ARRAY_SIZE(g->e))
		g->e[g->n] = *e;
	g->n++;
	return 0;
}

/* Read @len bytes from a file. */
static struct got read_bytes(const char *text, size_t len)
{
	char path[] = "/tmp/ppa-trace-test-XXXXXX";
	struct got g = { 0 };
	struct source *s;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	s = source_open_file(path, &g.d);
	assert_non_null(s);
	assert_null(s->ops->walk);
	assert_null(s->ops->host);
	g.status = s->ops->events(s, keep, &g, &g.report, &g.d);
	s->ops->close(s);
	unlink(path);
	return g;
}

static struct got read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void expect_broken(const char *line, const char *why)
{
	char text[8192];
	struct got g;

	/* A good line around it shows that reading goes on. */
	snprintf(text, sizeof(text), HEAD ALLOC GOOD "\n%s\n" HEAD ALLOC GOOD
		 "\n", line);
	g = read_text(text);
	if (g.report.broken != 1 || g.n != 2 || !strstr(g.d.what, why))
		fail_msg("\"%s\": %llu broken, %zu events, \"%s\"", line,
			 g.report.broken, g.n, g.d.what);
	assert_int_equal(g.status, 0);
	assert_non_null(strstr(g.d.what, "line 2"));
}

static void all_fields(void **state)
{
	static const char text[] =
HEAD ALLOC GOOD "\n"
HEAD
"kpkeys_ppa_merge: seq=5 ticks=100 ns=1600 start=0x80001000 size=8192 replay=3 join=bridge\n"
HEAD
"kpkeys_ppa_overflow: seq=6 ticks=101 ns=1601 addr=0xffffffffff000 replay=3 level=unknown capacity=4\n"
HEAD
"kpkeys_ppa_finalize: seq=7 ticks=102 ns=1602 start=0x80001000 size=8192 duration=77 replay=3 pkey=1 error=-22\n"
HEAD
"kpkeys_ppa_phase: seq=8 ticks=103 ns=1603 count=9 missed=10 replay=3 phase=handover\n"
HEAD
"kpkeys_ppa_replay: first=1 count=2 records=3 allocs=4 merges=5 " FRAME_2 FRAME_3 "\n";
	struct got g = read_text(text);
	const struct event *e = g.e;
	const struct event_frame *f = &g.e[5].frame;

	(void)state;
	assert_int_equal(g.status, 0);
	assert_int_equal(g.n, 6);
	assert_int_equal(g.report.events, 6);
	assert_int_equal(g.report.broken, 0);

	assert_int_equal(e->kind, EVENT_ALLOC);
	assert_int_equal(e->seq, 5);
	assert_int_equal(e->ticks, 100);
	assert_int_equal(e->ns, 1600);
	assert_int_equal(e->replay, 3);
	assert_int_equal(e->alloc.addr, 0x80001000);
	assert_int_equal(e->alloc.start, 0x80001000);
	assert_int_equal(e->alloc.size, 8192);
	assert_int_equal(e->alloc.level, KPKEYS_PPA_LEVEL_PMD);
	assert_int_equal(e->alloc.join, KPKEYS_PPA_JOIN_PREPEND);
	e++;
	assert_int_equal(e->kind, EVENT_MERGE);
	assert_int_equal(e->merge.start, 0x80001000);
	assert_int_equal(e->merge.size, 8192);
	assert_int_equal(e->merge.join, KPKEYS_PPA_JOIN_BRIDGE);
	e++;
	assert_int_equal(e->kind, EVENT_OVERFLOW);
	assert_int_equal(e->overflow.addr, 0xffffffffff000);
	assert_int_equal(e->overflow.level, KPKEYS_PPA_LEVEL_UNKNOWN);
	assert_int_equal(e->overflow.capacity, 4);
	e++;
	assert_int_equal(e->kind, EVENT_FINALIZE);
	assert_int_equal(e->finalize.start, 0x80001000);
	assert_int_equal(e->finalize.size, 8192);
	assert_int_equal(e->finalize.duration, 77);
	assert_int_equal(e->finalize.pkey, 1);
	assert_int_equal(e->finalize.error, -22);
	e++;
	assert_int_equal(e->kind, EVENT_PHASE);
	assert_int_equal(e->phase.count, 9);
	assert_int_equal(e->phase.missed, 10);
	assert_int_equal(e->phase.phase, KPKEYS_PPA_PHASE_HANDOVER);
	e++;
	assert_int_equal(e->kind, EVENT_REPLAY);
	assert_int_equal(e->replay, 0xffffffff);
	assert_int_equal(f->first, 1);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->records, 3);
	assert_int_equal(f->allocs, 4);
	assert_int_equal(f->merges, 5);
	assert_int_equal(f->overflows, 6);
	assert_int_equal(f->finalizes, 7);
	assert_int_equal(f->phases, 8);
	assert_int_equal(f->lost, 9);
	assert_int_equal(f->backwards, 10);
	assert_int_equal(f->log_bytes, 11);
	assert_int_equal(f->freq, 12);
	assert_int_equal(f->ticks, 13);
	assert_int_equal(f->boottime, 14);
	assert_int_equal(f->page_offset, 0xfff0000000000000);
	assert_int_equal(f->memstart, 0xfffffffffffff000);
	assert_int_equal(f->ram, 15);
	assert_int_equal(f->frame, KPKEYS_PPA_FRAME_END);
	assert_int_equal(f->page_shift, 16);
	assert_int_equal(f->va_bits, 52);
	assert_int_equal(f->levels, 3);
	assert_int_equal(f->capacity, 1024);
	assert_int_equal(f->backend, KPKEYS_BACKEND_POE);
	/* COMMON fields of a replay event are those of no record. */
	assert_int_equal(g.e[5].seq, 0);
	assert_int_equal(g.e[5].ticks, 0);
}

/* Whatever stands in front of the name. */
static void prefixes(void **state)
{
	static const char * const heads[] = {
		HEAD,
		"           <...>-61      [001] d..1.     0.345678: ",
		"ppa-trace     61 [000]    12.345678: kpkeys:",
		"      ppa-trace-61    [000] .....    12.345678: ",
		"CPU:0 [LOST 0 EVENTS] ",
		" ",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		char text[1024];
		struct got g;

		snprintf(text, sizeof(text), "%s" ALLOC "      " GOOD "\r\n",
			 heads[i]);
		g = read_text(text);
		assert_int_equal(g.n, 1);
		assert_int_equal(g.report.broken, 0);
		assert_int_equal(g.e[0].alloc.addr, 0x80001000);
	}
}

/* In any order, with fields of a newer kernel, and values without a name. */
static void tolerant(void **state)
{
	static const char text[] =
HEAD ALLOC
"join=new level=pte replay=1 size=4096 start=0x1000 addr=0x1000 ns=1 ticks=1 seq=1\n"
HEAD ALLOC GOOD " node=3 colour=blue\n"
HEAD ALLOC
"seq=5 ticks=100 ns=1600 addr=0x80001000 start=0x80001000 size=8192 replay=3 level=0x5 join=0x9\n";
	struct got g = read_text(text);

	(void)state;
	assert_int_equal(g.report.broken, 0);
	assert_int_equal(g.n, 3);
	assert_int_equal(g.e[0].seq, 1);
	assert_int_equal(g.e[0].alloc.size, 4096);
	assert_int_equal(g.e[2].alloc.level, 5);
	assert_int_equal(g.e[2].alloc.join, 9);
}

/* A good line in which only @value of @field is wrong. */
static void expect_bad_value(const char *field, const char *value,
			     const char *why)
{
	static const char * const good[] = {
		HEAD ALLOC GOOD,
		HEAD
		"kpkeys_ppa_finalize: seq=7 ticks=102 ns=1602 start=0x1 size=8192 duration=77 replay=3 pkey=1 error=-22",
		HEAD
		"kpkeys_ppa_phase: seq=8 ticks=103 ns=1603 count=9 missed=10 replay=3 phase=setup",
	};
	char name[32], line[512], message[64];

	snprintf(name, sizeof(name), " %s=", field);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		const char *at = strstr(good[i], name), *rest;

		if (!at)
			continue;
		at += strlen(name);
		rest = at + strcspn(at, " ");
		snprintf(line, sizeof(line), "%.*s%s%s", (int)(at - good[i]),
			 good[i], value, rest);
		snprintf(message, sizeof(message), "%s: %s", field, why);
		expect_broken(line, message);
		return;
	}
	fail_msg("no field %s", field);
}

static void broken_lines(void **state)
{
	(void)state;
	expect_broken(HEAD ALLOC "seq=5 ticks=1", "is missing");
	expect_broken(HEAD ALLOC, "is missing");
	expect_broken(HEAD ALLOC GOOD " seq=6", "twice");
	expect_broken(HEAD ALLOC GOOD " and more", "no name=value");
	expect_bad_value("phase", "lunch", "not a value");
	expect_bad_value("seq", "", "not a number");
	expect_bad_value("seq", "1x", "not a number");
	expect_bad_value("seq", "-1", "not a number");
	expect_bad_value("seq", "18446744073709551616", "not a number");
	expect_bad_value("addr", "0x11111111111111111", "not a number");
	expect_bad_value("addr", "0x", "not a number");
	expect_bad_value("addr", "0x1g", "not a number");
	expect_bad_value("replay", "4294967296", "does not fit");
	expect_bad_value("level", "pm", "not a value");
	expect_bad_value("level", "0x100000000", "does not fit");
	expect_bad_value("join", "newer", "not a value");
	expect_bad_value("pkey", "-1", "not a number");
	expect_bad_value("error", "-2147483648", "does not fit");
	expect_bad_value("error", "--2", "not a number");
	expect_bad_value("error", "-", "not a number");
}

/* Lines that only mention an event are none. */
static void no_event_lines(void **state)
{
	static const char text[] =
HEAD ALLOC GOOD "\n"
"# kpkeys_ppa_alloc is an event\n"
"\n"
"   sh-61 [000] ..... 1.0: sched_switch: prev_comm=kpkeys_ppa_alloc: x\n"
"   sh-61 [000] ..... 1.0: my_kpkeys_ppa_alloc: seq=5\n"
"   sh-61 [000] ..... 1.0: kpkeys_ppa_allocs: seq=5\n"
"kpkeys_ppa_\n";
	struct got g = read_text(text);

	(void)state;
	assert_int_equal(g.status, 0);
	assert_int_equal(g.n, 1);
	assert_int_equal(g.report.broken, 0);
}

static void cut_at_each_byte(void **state)
{
	static const char text[] = HEAD ALLOC GOOD "\n" HEAD ALLOC GOOD "\n";
	size_t line = (sizeof(text) - 1) / 2;
	size_t name = line + strlen(HEAD);

	(void)state;
	for (size_t len = line; len < sizeof(text) - 1; len++) {
		struct got g = read_bytes(text, len);

		assert_int_equal(g.status, 0);
		/* The second line is never used, and its loss is told. */
		assert_int_equal(g.n, 1);
		if (len >= name + strlen("kpkeys_ppa_"))
			assert_true(g.report.cut && g.report.broken == 1);
	}
}

static void losses(void **state)
{
	struct got g = read_text("CPU:0 [LOST 12 EVENTS]\n"
				 "CPU:1 [7 EVENTS DROPPED]\n"
				 HEAD ALLOC GOOD "\n");

	(void)state;
	assert_int_equal(g.report.lost, 19);
	g = read_text("# entries-in-buffer/entries-written: 5/9   #P:2\n"
		      HEAD ALLOC GOOD "\n");
	assert_true(g.report.overwritten);
	g = read_text("# entries-in-buffer/entries-written: 9/9   #P:2\n"
		      HEAD ALLOC GOOD "\n");
	assert_false(g.report.overwritten);
	g = read_text("# entries-in-buffer/entries-written: 9\n"
		      "# entries-in-buffer/entries-written:\n"
		      "# entries-in-buffer/entries-written: /\n"
		      HEAD ALLOC GOOD "\n");
	assert_false(g.report.overwritten);
}

static void nothing_in_it(void **state)
{
	struct got g = read_text("");

	(void)state;
	assert_int_equal(g.status, EXIT_CANNOT);
	assert_non_null(strstr(g.d.what, "no kpkeys event"));
	assert_true(g.d.advice[0]);
	g = read_text("some text\nand more\n");
	assert_int_equal(g.status, EXIT_CANNOT);
	assert_non_null(strstr(g.d.what, "2 lines"));
	g = read_text(HEAD ALLOC "seq=5\n");
	assert_int_equal(g.status, EXIT_UNPROVEN);
	assert_non_null(strstr(g.d.what, "line 1"));
}

static void other_files(void **state)
{
	struct got g = read_bytes("\x17\x08\x44tracing6\0\0\0\0\0\0\0", 18);

	(void)state;
	assert_int_equal(g.status, EXIT_CANNOT);
	assert_non_null(strstr(g.d.advice, "trace-cmd report"));
	g = read_bytes("PERFILE2\0\0\0\0\0\0\0\0\0\0", 18);
	assert_int_equal(g.status, EXIT_CANNOT);
	assert_non_null(strstr(g.d.advice, "perf script"));
	g = read_bytes("\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);
	assert_int_equal(g.status, EXIT_UNPROVEN);
	assert_non_null(strstr(g.d.what, "compressed data"));
	g = read_bytes("\177ELF\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);
	assert_int_equal(g.status, EXIT_CANNOT);
	assert_non_null(strstr(g.d.what, "not text"));
}

static void junk(void **state)
{
	size_t len = 1 << 20;
	char *buf = malloc(len);
	u32 x = 1;

	(void)state;
	for (int round = 0; round < 8; round++) {
		struct got g;

		/* What begins with zero bytes is refused as no text at all. */
		memset(buf, '\n', 512);
		for (size_t i = 512; i < len; i++) {
			x = x * 1664525 + 1013904223;
			buf[i] = "\0\n =:k0x"[x >> 29];
			if (round & 1)
				buf[i] = x >> 24;
		}
		/* Names of events amid the junk. */
		for (size_t i = 1000; i + 1000 < len; i += 997)
			memcpy(buf + i, " kpkeys_ppa_alloc: ", 19);
		g = read_bytes(buf, len);
		assert_int_equal(g.n, 0);
		assert_int_equal(g.status, EXIT_UNPROVEN);
	}
	free(buf);
}

/* Lines longer than the buffer, and good ones before and after. */
static void overlong(void **state)
{
	size_t len = 300000, head = strlen(HEAD ALLOC GOOD "\n");
	char *buf = malloc(len + 2 * head);
	struct got g;

	(void)state;
	memcpy(buf, HEAD ALLOC GOOD "\n", head);
	memset(buf + head, 'x', len);
	memcpy(buf + head + 100, " kpkeys_ppa_alloc: ", 19);
	buf[head + len - 1] = '\n';
	memcpy(buf + head + len, HEAD ALLOC GOOD "\n", head);
	g = read_bytes(buf, len + 2 * head);
	assert_int_equal(g.status, 0);
	assert_int_equal(g.n, 2);
	assert_int_equal(g.report.broken, 1);
	assert_non_null(strstr(g.d.what, "longer than any event"));
	free(buf);
}

/* A value of each type that is as the kernel prints it. */
static const char *usual(const struct event_field *f)
{
	switch (f->type) {
	case FIELD_X64:
		return "0x80001000";
	case FIELD_ENUM:
		return f->names->name;
	case FIELD_S32:
		return "0";
	default:
		return "12345";
	}
}

/* A line of kind @d in which field @odd is @value; @first is put in front. */
static void make_line(char *line, size_t size, const struct event_desc *d,
		      unsigned int odd, const char *value, const char *first)
{
	size_t n = snprintf(line, size, HEAD "%s:%s", d->name, first);

	for (unsigned int i = 0; i < d->nfields; i++)
		n += snprintf(line + n, size - n, " %s=%s", d->fields[i].name,
			      i == odd ? value : usual(&d->fields[i]));
	/* Room behind it, as for most lines. */
	snprintf(line + n, size - n, "\n%40s\n", "");
}

/* What is wrong, without the name of the file. */
static const char *wrong(const struct got *g)
{
	const char *line = strstr(g->d.what, "line ");

	return line ? line : g->d.what;
}

/*
 * The usual form of a line is read in a quick way, all others in another one:
 * a field that nobody knows, in front, makes it another one.
 */
static void quick_and_thorough_agree(void **state)
{
	static const char * const values[] = {
		"", "0", "00", "7", "-1", "-0", "+1", "1 ", " 1", "1a", "a",
		"0x", "0x0", "0x0000", "0xG", "0X1f", "0x1F", "0xdeadbeef",
		"0x1f ", "0xffffffffffffffff", "0x10000000000000000", "1\t2",
		"12345678", "123456789", "2147483647", "2147483648",
		"4294967295", "4294967296", "-2147483647", "-2147483648",
		"123456789012345678", "999999999999999999",
		"1000000000000000000", "18446744073709551615",
		"18446744073709551616", "000000000000000000000001",
		"99999999999999999999999", "pte", "pt", "pted", "pte_", "pte=",
		"pmd", "unknown", "append", "prepend", "new1", "poe", "0x7",
		"finalize_begin", "finalize", "1=2", "\x80", "1\r",
	};

	(void)state;
	for (int k = 0; k < EVENT_KINDS; k++) {
		const struct event_desc *d = &event_descs[k];

		for (size_t i = 0; i < d->nfields * ARRAY_SIZE(values); i++) {
			const char *v = values[i % ARRAY_SIZE(values)];
			unsigned int odd = i / ARRAY_SIZE(values);
			char line[1024];
			struct got a, b;

			make_line(line, sizeof(line), d, odd, v, "");
			a = read_text(line);
			make_line(line, sizeof(line), d, odd, v, " zz=1");
			b = read_text(line);
			if (a.n != b.n || a.report.broken != b.report.broken ||
			    strcmp(wrong(&a), wrong(&b)) ||
			    memcmp(&a.e, &b.e, d->size))
				fail_msg("%s: %s=\"%s\": \"%s\", \"%s\"", d->name,
					 d->fields[odd].name, v, a.d.what,
					 b.d.what);
		}
	}
}

static int stop(void *ctx, const struct event *e)
{
	(void)ctx;
	(void)e;
	return -12;
}

static void callback_ends_it(void **state)
{
	char path[] = "/tmp/ppa-trace-test-XXXXXX";
	static const char text[] = HEAD ALLOC GOOD "\n" HEAD ALLOC GOOD "\n";
	struct source_report report;
	struct source *s;
	struct diag d = { 0 };
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	s = source_open_file(path, &d);
	assert_int_equal(s->ops->events(s, stop, NULL, &report, &d), -12);
	assert_int_equal(report.events, 1);
	s->ops->close(s);
	unlink(path);
}

static void cannot_open(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_null(source_open_file("/nonexistent/trace", &d));
	assert_non_null(strstr(d.what, "/nonexistent/trace"));
	assert_true(d.advice[0]);
}

TESTING(T(all_fields), T(prefixes), T(tolerant), T(broken_lines),
	T(no_event_lines), T(cut_at_each_byte), T(losses), T(nothing_in_it),
	T(other_files), T(junk), T(overlong), T(quick_and_thorough_agree),
	T(callback_ends_it), T(cannot_open));

int main(void)
{
	return RUN("text", NULL, NULL);
}
