// SPDX-License-Identifier: GPL-2.0-only
/* What do all fuzz targets do with the file that they were given? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"
#include "fuzz.h"
#include "recorder.h"
#include "source.h"
#include "view.h"

/* The commands warn through this; nobody looks at it here. */
void command_warn(const struct diag *d)
{
	(void)d;
}

static void must(bool what)
{
	if (!what)
		abort();
}

/* What was read, and the same again by the writer of recordings. */
struct taken {
	struct model *m;
	struct rec_codec writer;
	struct rec_codec reader;
	const struct event *want;
	size_t got;
};

static bool same(const struct event *a, const struct event *b)
{
	const struct event_desc *d = &event_descs[a->kind];

	if (a->kind != b->kind)
		return false;
	for (unsigned int i = 0; i < d->nfields; i++) {
		if (memcmp((const char *)a + d->fields[i].offset,
			   (const char *)b + d->fields[i].offset,
			   event_field_size(d->fields[i].type)))
			return false;
	}
	return true;
}

static int read_back(void *ctx, const struct event *e)
{
	struct taken *t = ctx;

	must(!t->got++ && same(t->want, e));
	return 0;
}

static int take(void *ctx, const struct event *e)
{
	struct taken *t = ctx;
	u64 words[REC_ITEM_WORDS];
	size_t n = 0, at;

	t->want = e;
	t->got = 0;
	must(!rec_pack(&t->writer, e, words, &n));
	must(!rec_unpack(&t->reader, words, n, &at, read_back, t));
	must(t->got == 1 && at == n);
	return model_add(t->m, e);
}

static void look(struct source *s, struct model *m)
{
	static const struct verify_more none;
	static FILE *out;
	struct walk *w = NULL;
	struct diag d = { 0 };
	struct host h;

	if (!out)
		out = fopen("/dev/null", "w");
	must(out);
	if (s->ops->host)
		s->ops->host(s, &h);
	if (s->ops->walk)
		w = walk_new(m);
	if (w)
		must(!s->ops->walk(s, w, &d));
	view_summary(out, m, s->ops->host ? &h : NULL);
	view_verify(out, m, false, &none);
	must(!view_verify_json(out, m, s->ops->host ? &h : NULL, w, false,
			       &none));
	must(model_verdict(m, false) <= EXIT_UNPROVEN);
	walk_free(w);
}

static int take_page(void *m, const struct event *e)
{
	return model_take(m, e);
}

/* Without what is between the fields. */
static bool same_check(const struct check *a, const struct check *b)
{
	if (a->status != b->status || a->bad != b->bad ||
	    strcmp(a->what, b->what) || strcmp(a->why, b->why))
		return false;
	for (u64 i = 0; i < a->bad && i < OFFENDERS_MAX; i++) {
		const struct offender *x = &a->off[i], *y = &b->off[i];

		if (x->has != y->has || x->seq != y->seq || x->addr != y->addr ||
		    x->start != y->start || x->size != y->size ||
		    strcmp(x->note, y->note))
			return false;
	}
	return true;
}

/* Read again by pages, it says the same as @m. */
static void same_by_pages(const char *path, const struct model *m)
{
	struct model *n = model_new();
	struct source_report report;
	struct diag d = { 0 };
	struct source *s = source_open_file(path, &d);

	must(s && n);
	s->pages = true;
	must(!s->ops->events(s, take_page, n, &report, &d));
	must(!model_finish(n, &report));
	must(report.events == m->source.events);
	for (int i = 0; i < CHECK_COUNT; i++)
		must(same_check(&n->checks[i], &m->checks[i]));
	s->ops->close(s);
	model_free(n);
}

void fuzz_file(const u8 *data, size_t size)
{
	static int fd = -1;
	struct taken t = { .m = model_new() };
	struct source_report report;
	struct diag d = { 0 };
	struct source *s;
	char path[32];
	int err;

	if (fd < 0)
		fd = memfd_create("input", 0);
	must(fd >= 0 && !ftruncate(fd, 0) &&
	     pwrite(fd, data, size, 0) == (ssize_t)size && t.m);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s = source_open_file(path, &d);
	must(s || d.what[0]);
	if (s) {
		err = s->ops->events(s, take, &t, &report, &d);
		must(err == 0 || err == EXIT_CANNOT || err == EXIT_UNPROVEN);
		must(!err || d.what[0]);
		if (!err && !model_finish(t.m, &report)) {
			same_by_pages(path, t.m);
			look(s, t.m);
		}
		s->ops->close(s);
	}
	rec_codec_free(&t.writer);
	rec_codec_free(&t.reader);
	model_free(t.m);
}
