// SPDX-License-Identifier: GPL-2.0-only
/* How do the tests make recordings, and what do they find in one? */
#include <sys/mman.h>
#include <unistd.h>

#include "recording.h"

const struct host machine = {
	.asked = 1700000000,
	.release = "7.3.4-test",
	.machine = "aarch64",
	.build_id = "0123456789abcdef0123456789abcdef01234567",
	.boot_id = "7b0d9c1e-53a4-4f0e-9f6e-2d1c0b5a4e3f",
	.capabilities = 1ULL << 21 | 1ULL << 38,
	.memory = { { 0x40000000, 1 << 30 }, { 0x880000000, 1 << 20 } },
	.nmemory = 2,
	.memory_low = 0x40000000,
	.memory_high = 0x880100000,
	.memory_known = true,
};

static u32 state;

void begin_any(u32 seed)
{
	state = seed;
}

u32 any(u32 n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

int append(void *ctx, const struct event *e)
{
	struct list *l = ctx;

	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = realloc(l->v, l->cap * sizeof(*l->v));
		assert_non_null(l->v);
	}
	l->v[l->n++] = *e;
	return 0;
}

struct bytes write_list(const struct list *l, enum recorder_form form,
			const struct host *h, struct rec_end *end)
{
	struct bytes b;
	FILE *f = open_memstream(&b.p, &b.len);
	struct recorder *r = recorder_new(f, form);

	assert_non_null(r);
	assert_int_equal(recorder_head(r, h), 0);
	for (size_t i = 0; i < l->n; i++)
		assert_int_equal(recorder_event(r, &l->v[i]), 0);
	end->report.events = l->n;
	assert_int_equal(recorder_end(r, end), 0);
	assert_false(fflush(f));
	assert_int_equal(recorder_bytes(r), b.len);
	recorder_free(r);
	fclose(f);
	return b;
}

struct source *open_bytes(const char *p, size_t len, struct diag *d)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct source *s;
	char path[32];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s = source_open_file(path, d);
	close(fd);
	return s;
}

void begin_reading(struct reading *r, const char *p, size_t len)
{
	memset(r, 0, sizeof(*r));
	r->source = open_bytes(p, len, &r->d);
	if (!r->source) {
		r->status = EXIT_CANNOT;
		return;
	}
	r->status = r->source->ops->events(r->source, append, &r->events,
					   &r->report, &r->d);
	r->has_walk = r->source->ops->walk;
	r->has_host = r->source->ops->host;
	if (r->has_host)
		r->source->ops->host(r->source, &r->host);
}

void end_reading(struct reading *r)
{
	if (r->source)
		r->source->ops->close(r->source);
	free(r->events.v);
}

struct model *model_of(const struct list *l,
		       const struct source_report *report)
{
	struct model *m = model_new();

	assert_non_null(m);
	for (size_t i = 0; i < l->n; i++)
		assert_int_equal(model_add(m, &l->v[i]), 0);
	assert_int_equal(model_finish(m, report), 0);
	return m;
}

int verdict_of(const char *p, size_t len)
{
	struct reading r;
	struct model *m;
	int res;

	begin_reading(&r, p, len);
	res = r.status;
	if (!res) {
		m = model_of(&r.events, &r.report);
		res = model_verdict(m, true);
		model_free(m);
	} else {
		assert_true(r.d.what[0]);
	}
	end_reading(&r);
	return res;
}

struct list good_list(struct sim *s)
{
	struct list l = { 0 };

	sim_good(s);
	sim_replay(s, 1, 0, ~0ULL, append, &l);
	return l;
}
