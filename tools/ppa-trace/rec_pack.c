// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is an event written in one word of 64 bits, or in a few?
 *
 * Writer and reader keep the same struct rec_codec. What it foresees is not
 * written: the number of the next record, the time in ns, which range a page
 * joined and that a merge event follows. What does not come as foreseen - lost
 * events, other replays, nonsense - is written field by field, so that every
 * sequence of events is read back as it was.
 */
#include <errno.h>
#include <string.h>

#include "rec.h"

/* Bits 3:0 of the first word of an item. */
enum item {
	ITEM_PAGE = 1,		/* alloc, and merge if PAGE_MERGE is set */
	ITEM_UNTRACKED = 2,	/* overflow */
	ITEM_PHASE = 3,
	ITEM_FINALIZE = 4,	/* three words follow: start, size, duration */
	ITEM_FIELDS = 15,	/* a word follows for each bit of the mask */
};

/* page, untracked page */
#define PAGE_LEVEL_SHIFT 4
#define PAGE_LEVEL_MAX 7
#define PAGE_MERGE BIT_ULL(7)
/* phase */
#define PHASE_SHIFT 4
#define PHASE_MAX 15
/* finalize */
#define PKEY_SHIFT 4
#define PKEY_MAX 255
#define ERROR_SHIFT 12
#define ERROR_BITS 20
/* fields */
#define KIND_SHIFT 4
#define MASK_SHIFT 8
/* All but the last: a number with a sign, and the ticks since the last record */
#define DELTA_SHIFT 8
#define DELTA_BITS 24
#define TICKS_SHIFT 32

/* 52 bits are all that a physical address has. */
#define ADDR_END BIT_ULL(52)

#define NS_PER_S 1000000000ULL

/* With more, the steps below would not fit 64 bits. */
#define FREQ_MAX BIT_ULL(34)

void rec_codec_free(struct rec_codec *c)
{
	ranges_free(&c->runs);
}

static inline u64 ticks_to_ns(const struct rec_codec *c, u64 ticks)
{
	if (c->ns_per_tick)
		return ticks * c->ns_per_tick;
	if (!c->freq)
		return 0;
	return ticks / c->freq * NS_PER_S + ticks % c->freq * NS_PER_S / c->freq;
}

static inline bool fits_signed(u64 v, int bits)
{
	return v + BIT_ULL(bits - 1) < BIT_ULL(bits);
}

/* The @bits bits of @word from @shift on, as a number with a sign. */
static inline u64 get_signed(u64 word, int shift, int bits)
{
	return (u64)((s64)(word << (64 - shift - bits)) >> (64 - bits));
}

/*
 * A page was handed out: RANGES_NEW to RANGES_BRIDGE and the run that it is in
 * now, if the pages told of so far leave no doubt, else something else.
 */
static inline enum ranges_add add_page(struct rec_codec *c, u64 addr,
				       const struct range **run)
{
	if (!c->page || addr & c->not_in_page)
		return RANGES_TWICE;
	return ranges_add(&c->runs, addr, c->page, 0, 0, run);
}

/* An alloc event was written field by field: take over its range. */
static int add_range(struct rec_codec *c, const struct event_alloc *a)
{
	if (!c->page || !a->size || a->start >= ADDR_END ||
	    a->size > ADDR_END - a->start ||
	    (a->start | a->size) & (c->page - 1))
		return 0;
	return ranges_absorb(&c->runs, a->start, a->start + a->size, 0, 0) ==
	       RANGES_NOMEM ? -ENOMEM : 0;
}

static void frame_seen(struct rec_codec *c, const struct event_frame *f)
{
	c->freq = f->freq < FREQ_MAX ? f->freq : 0;
	c->ns_per_tick = c->freq && !(NS_PER_S % c->freq) ?
			 NS_PER_S / c->freq : 0;
	c->page = f->page_shift >= 12 && f->page_shift <= 16 ?
		  1ULL << f->page_shift : 0;
	c->not_in_page = (c->page - 1) | ~(ADDR_END - 1);
	if (f->frame != KPKEYS_PPA_FRAME_BEGIN)
		return;
	c->seq = f->first;
	/* Allocations begin anew. */
	if (!f->first)
		c->runs.n = 0;
}

/* What is remembered of an event that was written field by field. */
static void event_seen(struct rec_codec *c, const struct event *e)
{
	c->last[e->kind] = *e;
	c->replay = e->replay;
	c->page_open = false;
	if (e->kind == EVENT_REPLAY) {
		frame_seen(c, &e->frame);
		return;
	}
	c->seq = e->seq + 1;
	c->ticks = e->ticks;
	if (e->kind == EVENT_ALLOC)
		c->addr = e->alloc.addr;
	else if (e->kind == EVENT_OVERFLOW)
		c->addr = e->overflow.addr;
}

/* The event of this kind that would need no words. */
static struct event foreseen(const struct rec_codec *c, u32 kind)
{
	struct event e = c->last[kind];

	e.kind = kind;
	e.replay = c->replay;
	if (kind != EVENT_REPLAY) {
		e.seq = c->seq - (kind == EVENT_MERGE);
		e.ticks = c->ticks;
	}
	return e;
}

static u64 get_field(const struct event *e, const struct event_field *f)
{
	const char *from = (const char *)e + f->offset;
	u64 v;
	u32 half;

	if (event_field_size(f->type) == sizeof(v)) {
		memcpy(&v, from, sizeof(v));
		return v;
	}
	memcpy(&half, from, sizeof(half));
	return half;
}

/* False if @v does not fit. */
static bool put_field(struct event *e, const struct event_field *f, u64 v)
{
	char *to = (char *)e + f->offset;
	u32 half = v;

	if (event_field_size(f->type) == sizeof(v)) {
		memcpy(to, &v, sizeof(v));
		return true;
	}
	memcpy(to, &half, sizeof(half));
	return v == half;
}

static bool is_ns(const struct event_field *f)
{
	return f->offset == offsetof(struct event, ns);
}

static void pack_fields(struct rec_codec *c, const struct event *e, u64 *v,
			size_t *n)
{
	const struct event_desc *d = &event_descs[e->kind];
	struct event guess = foreseen(c, e->kind);
	size_t head = (*n)++;
	u64 mask = 0;

	if (e->kind != EVENT_REPLAY)
		guess.ns = ticks_to_ns(c, e->ticks);
	for (unsigned int i = 0; i < d->nfields; i++) {
		u64 is = get_field(e, &d->fields[i]);

		if (is == get_field(&guess, &d->fields[i]))
			continue;
		mask |= BIT_ULL(i);
		v[(*n)++] = is;
	}
	v[head] = ITEM_FIELDS | (u64)e->kind << KIND_SHIFT | mask << MASK_SHIFT;
	event_seen(c, e);
}

static int unpack_fields(struct rec_codec *c, const u64 *v, size_t n,
			 size_t *used, struct event *e)
{
	u32 kind = v[0] >> KIND_SHIFT & 15;
	u64 mask = v[0] >> MASK_SHIFT;
	const struct event_desc *d;
	size_t at = 1;

	if (kind >= EVENT_KINDS)
		return -EBADMSG;
	d = &event_descs[kind];
	if (mask >> d->nfields)
		return -EBADMSG;
	*e = foreseen(c, kind);
	for (unsigned int i = 0; i < d->nfields; i++) {
		const struct event_field *f = &d->fields[i];

		if (!(mask & BIT_ULL(i))) {
			/* The ticks come before it. */
			if (is_ns(f))
				e->ns = ticks_to_ns(c, e->ticks);
			continue;
		}
		if (at == n || !put_field(e, f, v[at++]))
			return -EBADMSG;
	}
	*used = at;
	return 0;
}

/* Does all that every item has in common come as foreseen? */
static bool on_time(const struct rec_codec *c, const struct event *e)
{
	return e->replay == c->replay && e->seq == c->seq &&
	       e->ticks - c->ticks <= ~0U && e->ns == ticks_to_ns(c, e->ticks);
}

static u64 word(const struct rec_codec *c, enum item item,
		const struct event *e)
{
	return item | (e->ticks - c->ticks) << TICKS_SHIFT;
}

/* The number with a sign; it fits. */
static u64 delta_bits(u64 delta)
{
	return (delta & (BIT_ULL(DELTA_BITS) - 1)) << DELTA_SHIFT;
}

/* How far is @addr from the last page, in pages? False if that does not fit. */
static bool page_delta(const struct rec_codec *c, u64 addr, u64 *delta)
{
	s64 bytes = (s64)(addr - c->addr);

	if (!c->page || (u64)bytes & (c->page - 1))
		return false;
	*delta = (u64)(bytes / (s64)c->page);
	return fits_signed(*delta, DELTA_BITS);
}

static bool pack_page(const struct rec_codec *c, const struct event *e,
		      enum ranges_add how, const struct range *run, u64 *v)
{
	const struct event_alloc *a = &e->alloc;
	u64 delta;

	if (how > RANGES_BRIDGE || a->join != (u32)how ||
	    a->start != run->start || a->size != run->end - run->start ||
	    a->level > PAGE_LEVEL_MAX || !on_time(c, e) ||
	    !page_delta(c, a->addr, &delta))
		return false;
	*v = word(c, ITEM_PAGE, e) | (u64)a->level << PAGE_LEVEL_SHIFT |
	     delta_bits(delta);
	return true;
}

static bool pack_untracked(const struct rec_codec *c, const struct event *e,
			   u64 *v)
{
	const struct event_overflow *o = &e->overflow;
	u64 delta;

	if (o->capacity != c->last[EVENT_OVERFLOW].overflow.capacity ||
	    o->level > PAGE_LEVEL_MAX || !on_time(c, e) ||
	    !page_delta(c, o->addr, &delta))
		return false;
	*v = word(c, ITEM_UNTRACKED, e) | (u64)o->level << PAGE_LEVEL_SHIFT |
	     delta_bits(delta);
	return true;
}

static bool pack_phase(const struct rec_codec *c, const struct event *e, u64 *v)
{
	const struct event_phase *p = &e->phase;
	u64 delta = p->count - c->last[EVENT_PHASE].phase.count;

	if (p->missed || p->phase > PHASE_MAX ||
	    !fits_signed(delta, DELTA_BITS) || !on_time(c, e))
		return false;
	*v = word(c, ITEM_PHASE, e) | (u64)p->phase << PHASE_SHIFT |
	     delta_bits(delta);
	return true;
}

static bool pack_finalize(const struct rec_codec *c, const struct event *e,
			  u64 *v)
{
	const struct event_finalize *f = &e->finalize;
	u64 error = (u64)(s64)f->error;

	if (f->pkey > PKEY_MAX || !fits_signed(error, ERROR_BITS) ||
	    !on_time(c, e))
		return false;
	v[0] = word(c, ITEM_FINALIZE, e) | (u64)f->pkey << PKEY_SHIFT |
	       (error & (BIT_ULL(ERROR_BITS) - 1)) << ERROR_SHIFT;
	v[1] = f->start;
	v[2] = f->size;
	v[3] = f->duration;
	return true;
}

/* Is it the merge event of the page that was packed last? */
static bool is_its_merge(const struct rec_codec *c, const struct event *e)
{
	const struct event *a = &c->last[EVENT_ALLOC];

	return c->page_open && e->kind == EVENT_MERGE && e->seq == a->seq &&
	       e->ticks == a->ticks && e->ns == a->ns &&
	       e->replay == a->replay && e->merge.start == a->alloc.start &&
	       e->merge.size == a->alloc.size && e->merge.join == a->alloc.join;
}

static int pack_alloc(struct rec_codec *c, const struct event *e, u64 *v,
		      size_t *n)
{
	const struct range *run = NULL;
	enum ranges_add how = add_page(c, e->alloc.addr, &run);

	if (how == RANGES_NOMEM)
		return -ENOMEM;
	if (pack_page(c, e, how, run, v + *n)) {
		++*n;
		event_seen(c, e);
		c->page_open = true;
		return 0;
	}
	pack_fields(c, e, v, n);
	return add_range(c, &e->alloc);
}

int rec_pack(struct rec_codec *c, const struct event *e, u64 *v, size_t *n)
{
	size_t words = 0;

	switch (e->kind) {
	case EVENT_ALLOC:
		return pack_alloc(c, e, v, n);
	case EVENT_MERGE:
		if (!*n || !is_its_merge(c, e))
			break;
		v[*n - 1] |= PAGE_MERGE;
		event_seen(c, e);
		return 0;
	case EVENT_OVERFLOW:
		words = pack_untracked(c, e, v + *n);
		break;
	case EVENT_PHASE:
		words = pack_phase(c, e, v + *n);
		break;
	case EVENT_FINALIZE:
		words = pack_finalize(c, e, v + *n) ? 4 : 0;
		break;
	}
	if (!words) {
		pack_fields(c, e, v, n);
		return 0;
	}
	*n += words;
	event_seen(c, e);
	return 0;
}

/* The event that comes next, with all that a short item says of its record. */
static inline struct event *next_event(struct rec_codec *c, u32 kind, u64 word)
{
	struct event *e = &c->last[kind];

	c->ticks += word >> TICKS_SHIFT;
	e->kind = kind;
	e->replay = c->replay;
	e->seq = c->seq++;
	e->ticks = c->ticks;
	e->ns = ticks_to_ns(c, c->ticks);
	return e;
}

static inline int unpack_page(struct rec_codec *c, u64 word, rec_event_fn fn,
			      void *ctx)
{
	const struct range *run;
	enum ranges_add how;
	struct event *e, *m;
	int err;

	c->addr += get_signed(word, DELTA_SHIFT, DELTA_BITS) * c->page;
	how = add_page(c, c->addr, &run);
	if (how > RANGES_BRIDGE)
		return how == RANGES_NOMEM ? -ENOMEM : -EBADMSG;
	e = next_event(c, EVENT_ALLOC, word);
	e->alloc.addr = c->addr;
	e->alloc.start = run->start;
	e->alloc.size = run->end - run->start;
	e->alloc.level = word >> PAGE_LEVEL_SHIFT & PAGE_LEVEL_MAX;
	e->alloc.join = how;
	if (!(word & PAGE_MERGE)) {
		c->events++;
		return fn(ctx, e);
	}
	m = &c->last[EVENT_MERGE];
	if (c->pages) {
		event_merge_side(&e->alloc, &m->merge);
		e->kind = EVENT_PAGE;
		c->events += 2;
		return fn(ctx, e);
	}
	event_merge_of(e, m);
	c->events += 2;
	err = fn(ctx, e);
	return err ? err : fn(ctx, m);
}

static int unpack_untracked(struct rec_codec *c, u64 word, rec_event_fn fn,
			    void *ctx)
{
	struct event *e = next_event(c, EVENT_OVERFLOW, word);

	if (!c->page)
		return -EBADMSG;
	c->addr += get_signed(word, DELTA_SHIFT, DELTA_BITS) * c->page;
	e->overflow.addr = c->addr;
	e->overflow.level = word >> PAGE_LEVEL_SHIFT & PAGE_LEVEL_MAX;
	return fn(ctx, e);
}

static int unpack_phase(struct rec_codec *c, u64 word, rec_event_fn fn,
			void *ctx)
{
	struct event *e = next_event(c, EVENT_PHASE, word);

	e->phase.count += get_signed(word, DELTA_SHIFT, DELTA_BITS);
	e->phase.missed = 0;
	e->phase.phase = word >> PHASE_SHIFT & PHASE_MAX;
	return fn(ctx, e);
}

static int unpack_finalize(struct rec_codec *c, const u64 *v, rec_event_fn fn,
			   void *ctx)
{
	struct event *e = next_event(c, EVENT_FINALIZE, v[0]);

	e->finalize.start = v[1];
	e->finalize.size = v[2];
	e->finalize.duration = v[3];
	e->finalize.pkey = v[0] >> PKEY_SHIFT & PKEY_MAX;
	e->finalize.error = (s32)get_signed(v[0], ERROR_SHIFT, ERROR_BITS);
	return fn(ctx, e);
}

static int unpack_any(struct rec_codec *c, const u64 *v, size_t n,
		      size_t *used, rec_event_fn fn, void *ctx)
{
	struct event e;
	const struct range *run;
	int err = unpack_fields(c, v, n, used, &e);

	if (err)
		return err;
	if (e.kind == EVENT_ALLOC &&
	    add_page(c, e.alloc.addr, &run) == RANGES_NOMEM)
		return -ENOMEM;
	event_seen(c, &e);
	if (e.kind == EVENT_ALLOC && add_range(c, &e.alloc))
		return -ENOMEM;
	return fn(ctx, &e);
}

int rec_unpack(struct rec_codec *c, const u64 *v, size_t n, size_t *at,
	       rec_event_fn fn, void *ctx)
{
	size_t used, i;
	int err = 0;

	for (i = 0; i < n && !err; i += used) {
		const u64 *w = v + i;

		used = 1;
		/* Nearly all of them are. */
		if ((*w & 15) == ITEM_PAGE) {
			err = unpack_page(c, *w, fn, ctx);
			continue;
		}
		switch (*w & 15) {
		case ITEM_UNTRACKED:
			err = unpack_untracked(c, *w, fn, ctx);
			break;
		case ITEM_PHASE:
			err = unpack_phase(c, *w, fn, ctx);
			break;
		case ITEM_FINALIZE:
			used = 4;
			err = n - i < used ? -EBADMSG :
			      unpack_finalize(c, w, fn, ctx);
			break;
		case ITEM_FIELDS:
			err = unpack_any(c, w, n - i, &used, fn, ctx);
			break;
		default:
			err = -EBADMSG;
		}
		c->events += !err;
	}
	*at = err ? i - used : i;
	return err;
}
