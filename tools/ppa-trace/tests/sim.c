// SPDX-License-Identifier: GPL-2.0-only
/* How does the test's own allocator work? */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static struct sim_record *log_record(struct sim *s, u32 kind)
{
	struct sim_record *r;

	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->v = realloc(s->v, s->cap * sizeof(*s->v));
		if (!s->v)
			abort();
	}
	r = &s->v[s->n];
	memset(r, 0, sizeof(*r));
	s->ticks += 3;
	r->e.kind = kind;
	r->e.seq = s->n++;
	r->e.ticks = s->ticks;
	r->e.ns = s->ticks * 16;
	return r;
}

struct sim_record *sim_phase(struct sim *s, u32 phase, u64 count, u64 missed)
{
	struct sim_record *r = log_record(s, EVENT_PHASE);

	r->e.phase.phase = phase;
	r->e.phase.count = count;
	r->e.phase.missed = missed;
	return r;
}

void sim_open(struct sim *s, u32 capacity)
{
	memset(s, 0, sizeof(*s));
	s->ticks = 1000;
	s->header.freq = 62500000;
	s->header.boottime = 123456789;
	s->header.page_offset = 0xffff000000000000ULL;
	s->header.memstart = 0x40000000;
	s->header.ram = 1ULL << 30;
	s->header.page_shift = 12;
	s->header.va_bits = 48;
	s->header.levels = 4;
	s->header.capacity = capacity;
	s->header.backend = KPKEYS_BACKEND_PIE;
	sim_phase(s, KPKEYS_PPA_PHASE_SETUP, 0, 0);
	sim_phase(s, KPKEYS_PPA_PHASE_PAGING_BEGIN, 0, 0);
}

static void overflow(struct sim *s, u64 addr, u32 level)
{
	struct sim_record *r = log_record(s, EVENT_OVERFLOW);

	r->e.overflow.addr = addr;
	r->e.overflow.level = level;
	r->e.overflow.capacity = s->header.capacity;
}

void sim_alloc(struct sim *s, u64 addr, u32 level)
{
	struct sim_range *below = NULL, *above = NULL, *in;
	struct sim_record *r;
	u32 join;

	if (s->pages % 64 == 0)
		sim_phase(s, KPKEYS_PPA_PHASE_ALLOC_ENTRY, s->pages, 0);
	s->pages++;

	for (u32 i = 0; i < s->nranges; i++) {
		if (s->ranges[i].end == addr)
			below = &s->ranges[i];
		if (s->ranges[i].start == addr + SIM_PAGE)
			above = &s->ranges[i];
	}
	if (!below && !above && s->nranges == s->header.capacity) {
		overflow(s, addr, level);
		return;
	}
	if (below && above) {
		join = KPKEYS_PPA_JOIN_BRIDGE;
		below->end = above->end;
		*above = s->ranges[--s->nranges];
		/* The last one may have moved. */
		if (below == &s->ranges[s->nranges])
			below = above;
		in = below;
	} else if (below) {
		join = KPKEYS_PPA_JOIN_APPEND;
		below->end += SIM_PAGE;
		in = below;
	} else if (above) {
		join = KPKEYS_PPA_JOIN_PREPEND;
		above->start -= SIM_PAGE;
		in = above;
	} else {
		join = KPKEYS_PPA_JOIN_NEW;
		in = &s->ranges[s->nranges++];
		in->start = addr;
		in->end = addr + SIM_PAGE;
	}

	r = log_record(s, EVENT_ALLOC);
	r->e.alloc.addr = addr;
	r->e.alloc.start = in->start;
	r->e.alloc.size = in->end - in->start;
	r->e.alloc.level = level;
	r->e.alloc.join = join;
	if (join == KPKEYS_PPA_JOIN_NEW)
		return;
	r->has_merge = true;
	r->merge = r->e;
	r->merge.kind = EVENT_MERGE;
	r->merge.merge = (struct event_merge){
		.start = in->start,
		.size = in->end - in->start,
		.join = join,
	};
}

struct sim_record *sim_finalize(struct sim *s, u64 start, u64 size, u32 pkey,
				s32 error)
{
	struct sim_record *r = log_record(s, EVENT_FINALIZE);

	r->e.finalize.start = start;
	r->e.finalize.size = size;
	r->e.finalize.duration = 800;
	r->e.finalize.pkey = pkey;
	r->e.finalize.error = error;
	return r;
}

void sim_boot(struct sim *s)
{
	u64 overflows = 0;

	sim_phase(s, KPKEYS_PPA_PHASE_PAGING_END, 0, 0);
	sim_phase(s, KPKEYS_PPA_PHASE_FINALIZE_BEGIN, s->nranges, 0);
	for (u32 i = 0; i < s->nranges; i++)
		sim_finalize(s, s->ranges[i].start,
			     s->ranges[i].end - s->ranges[i].start,
			     KPKEYS_PKEY_PGTABLES, 0);
	for (size_t i = 0; i < s->n; i++)
		overflows += s->v[i].e.kind == EVENT_OVERFLOW;
	sim_phase(s, KPKEYS_PPA_PHASE_FINALIZE_END, s->pages, overflows);
	sim_phase(s, KPKEYS_PPA_PHASE_HANDOVER, s->nranges, overflows);
	sim_close(s);
}

void sim_close(struct sim *s)
{
	struct event_frame *h = &s->header;

	h->records = s->n;
	h->allocs = 0;
	h->merges = 0;
	h->overflows = 0;
	h->finalizes = 0;
	h->phases = 0;
	for (size_t i = 0; i < s->n; i++) {
		h->allocs += s->v[i].e.kind == EVENT_ALLOC;
		h->merges += s->v[i].has_merge;
		h->overflows += s->v[i].e.kind == EVENT_OVERFLOW;
		h->finalizes += s->v[i].e.kind == EVENT_FINALIZE;
		h->phases += s->v[i].e.kind == EVENT_PHASE;
	}
	h->log_bytes = 8 * s->n;
	h->ticks = s->ticks;
}

struct sim_record *sim_find(struct sim *s, u32 kind, u64 addr)
{
	for (size_t i = 0; i < s->n; i++) {
		struct event *e = &s->v[i].e;

		if (e->kind != kind)
			continue;
		if ((kind == EVENT_ALLOC && e->alloc.addr == addr) ||
		    (kind == EVENT_OVERFLOW && e->overflow.addr == addr) ||
		    (kind == EVENT_FINALIZE && e->finalize.start == addr) ||
		    (kind == EVENT_PHASE && e->phase.phase == addr))
			return &s->v[i];
	}
	return NULL;
}

void sim_open_good(struct sim *s)
{
	sim_open(s, SIM_RANGES);
	for (int i = 0; i < 40; i++)
		sim_alloc(s, PAGE(140 - i), 0);
	for (int i = 0; i < 40; i++)
		sim_alloc(s, PAGE(i), 1);
	sim_alloc(s, PAGE(41), 1);
	sim_alloc(s, PAGE(40), 1);
}

void sim_good(struct sim *s)
{
	sim_open_good(s);
	sim_boot(s);
}

const struct walk_layout sim_layout = {
	.page_offset = 0xffff000000000000ULL,
	.page_end = 0xffff800000000000ULL,
	.memstart = 0x40000000,
	.vmemmap = 0xfffffdffbf000000ULL,
	.image_start = 0x48000000,
	.image_end = 0x4a000000,
	.pte_addr_low = 0x0000fffffffff000ULL,
	.pgd_size = 4096,
	.page_shift = 12,
	.pgdir_shift = 39,
	.levels = 4,
	.va_bits = 48,
	.backend = KPKEYS_BACKEND_PIE,
	.page_struct = 64,
	.pgty_table = 0xf2,
};

struct walk_table sim_table(u64 addr, u64 n)
{
	struct walk_table t = {
		.addr = addr,
		.va = sim_layout.page_offset + (n << 21),
		.leaf = SIM_KEYED | addr,
		.page_type = ~0u,
		.depth = 3,
	};

	return t;
}

static int send(const struct event *from, u32 id, sim_fn fn, void *ctx)
{
	struct event e = *from;

	e.replay = id;
	return fn(ctx, &e);
}

int sim_replay(const struct sim *s, u32 id, u64 first, u64 count, sim_fn fn,
	       void *ctx)
{
	struct event e = { .kind = EVENT_REPLAY, .frame = s->header };
	int err = 0;

	if (first > s->n)
		first = s->n;
	if (count > s->n - first)
		count = s->n - first;
	e.frame.first = first;
	e.frame.count = count;
	e.frame.frame = KPKEYS_PPA_FRAME_BEGIN;
	if (!s->no_begin)
		err = send(&e, id, fn, ctx);
	for (u64 i = first; i < first + count && !err; i++) {
		const struct sim_record *r = &s->v[i];

		if (!r->drop)
			err = send(&r->e, id, fn, ctx);
		if (r->has_merge && !r->drop_merge && !err)
			err = send(&r->merge, id, fn, ctx);
	}
	e.frame.frame = KPKEYS_PPA_FRAME_END;
	if (!s->no_end && !err)
		err = send(&e, id, fn, ctx);
	return err;
}

void sim_free(struct sim *s)
{
	free(s->v);
	memset(s, 0, sizeof(*s));
}
