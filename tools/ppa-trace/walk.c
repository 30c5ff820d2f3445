// SPDX-License-Identifier: GPL-2.0-only
/* How is what a walk of the page tables found judged? */
#include <stdlib.h>
#include <string.h>

#include "walk.h"

struct walk *walk_new(struct model *m)
{
	struct walk *w = calloc(1, sizeof(*w));
	u64 page = model_page_size(m), bits = 0;

	if (!w)
		return NULL;
	w->model = m;
	w->first_bit = calloc(m->nranges + 1, sizeof(*w->first_bit));
	if (!w->first_bit)
		goto fail;
	for (size_t i = 0; i < m->nranges; i++) {
		w->first_bit[i] = bits;
		bits += m->ranges[i].size / page;
	}
	/* An event may claim any size; a table of ranges holds no such thing. */
	if (bits > RECORDS_MAX)
		goto fail;
	w->referenced = calloc(bits / 64 + 1, sizeof(*w->referenced));
	if (!w->referenced)
		goto fail;
	return w;
fail:
	walk_free(w);
	return NULL;
}

void walk_free(struct walk *w)
{
	if (!w)
		return;
	free(w->referenced);
	free(w->first_bit);
	free(w);
}

static struct check *check(struct walk *w, enum check_id id)
{
	return &w->model->checks[id];
}

bool walk_begin(struct walk *w, const struct walk_layout *l)
{
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
		memset(check(w, i), 0, sizeof(struct check));
	w->layout = *l;
	w->begun = true;
	return walk_layout_sane(l);
}

bool walk_layout_sane(const struct walk_layout *l)
{
	return (l->page_shift == 12 || l->page_shift == 14 ||
		l->page_shift == 16) &&
	       l->levels >= 2 && l->levels <= DEPTH_MAX &&
	       l->va_bits >= 25 && l->va_bits <= 60 &&
	       l->pgdir_shift == entry_shift(l, 0) &&
	       l->pgd_size >= 8 && l->pgd_size <= 1u << 16 &&
	       l->page_offset < l->page_end && l->page_struct &&
	       l->pte_addr_low && l->image_start < l->image_end;
}

u32 walk_level(const struct walk_layout *l, u32 depth)
{
	return depth ? l->levels - 1 - depth : KPKEYS_PPA_LEVEL_PGD;
}

/* Does [@va, @last] have an address in common with [@start, @end)? */
static bool overlaps(u64 va, u64 last, u64 start, u64 end)
{
	return start < end && va < end && last >= start;
}

/* Is the table one of the linear map or of vmemmap? */
static bool judged_part(const struct walk *w, const struct walk_table *t)
{
	const struct walk_layout *l = &w->layout;
	u64 last = t->va + (1ULL << (entry_shift(l, t->depth) +
				     l->page_shift - 3)) - 1;
	u64 pages = (l->page_end - l->page_offset) >> l->page_shift;
	s64 first_pfn = (s64)l->memstart >> l->page_shift;
	u64 vmemmap = l->vmemmap + (u64)first_pfn * l->page_struct;

	return overlaps(t->va, last, l->page_offset, l->page_end) ||
	       overlaps(t->va, last, vmemmap, vmemmap + pages * l->page_struct);
}

static enum walk_place place(const struct walk *w, const struct walk_table *t)
{
	const struct walk_layout *l = &w->layout;

	/* Also in the image: what the kernel has freed of it. */
	if (!(t->flags & TABLE_NO_TYPE) &&
	    t->page_type >> 24 == l->pgty_table)
		return PLACE_REGULAR;
	if (t->addr >= l->image_start && t->addr < l->image_end)
		return PLACE_IMAGE;
	return judged_part(w, t) ? PLACE_EARLY : PLACE_ELSEWHERE;
}

static struct offender table_offender(const struct walk *w,
				      const struct walk_table *t, size_t range)
{
	struct offender off = {
		.has = OFF_ADDR | OFF_LEVEL | OFF_VA,
		.addr = t->addr,
		.va = t->va,
		.level = walk_level(&w->layout, t->depth),
	};

	if (range < w->model->nranges) {
		off.has |= OFF_RANGE;
		off.start = w->model->ranges[range].start;
		off.size = w->model->ranges[range].size;
	}
	return off;
}

/* Judge the descriptor that maps the page of a table or of a range. */
static void judge_leaf(struct walk *w, enum check_id id, struct offender *off,
		       u64 leaf, u32 flags)
{
	if (flags & (TABLE_UNMAPPED | TABLE_ELSEWHERE)) {
		check_bad(check(w, CHECK_WALK_LINEAR), off,
			  flags & TABLE_UNMAPPED ?
			  "not mapped in the linear map" :
			  "its linear address maps another page");
		if (flags & TABLE_UNMAPPED)
			return;
	}
	if ((leaf & wanted_mask(&w->layout)) == wanted_bits(&w->layout))
		return;
	off->has |= OFF_KEY;
	off->key = desc_key(leaf);
	if (off->key != KPKEYS_PKEY_PGTABLES)
		check_bad(check(w, id), off, "wants %d",
			  KPKEYS_PKEY_PGTABLES);
	else
		check_bad(check(w, id), off,
			  "wants permission index 6: descriptor 0x%llx", leaf);
	off->has &= ~OFF_KEY;
}

static void mark_referenced(struct walk *w, u64 addr, size_t range)
{
	u64 bit = w->first_bit[range] +
		  (addr - w->model->ranges[range].start) /
		  model_page_size(w->model);

	if (w->referenced[bit / 64] & 1ULL << bit % 64)
		w->shared++;
	w->referenced[bit / 64] |= 1ULL << bit % 64;
}

void walk_table(struct walk *w, const struct walk_table *t)
{
	const struct walk_layout *l = &w->layout;
	struct offender off;
	enum walk_place p;
	size_t range;
	u32 level;

	if (!t->depth || t->depth >= l->levels)
		return;
	if (t->flags & TABLE_UNREADABLE) {
		w->unreadable += judged_part(w, t);
		return;
	}
	p = place(w, t);
	range = model_range_of(w->model, t->addr);
	level = walk_level(l, t->depth);
	w->tables[p][level]++;
	if (!(t->flags & (TABLE_UNMAPPED | TABLE_NO_LEAF)) &&
	    (t->leaf & wanted_mask(l)) == wanted_bits(l))
		w->keyed[p]++;
	/* Whatever it maps, a table in a range makes its page referenced. */
	if (range < w->model->nranges)
		mark_referenced(w, t->addr, range);

	if (p != PLACE_EARLY)
		return;
	if (t->flags & (TABLE_NO_TYPE | TABLE_NO_LEAF))
		w->unreadable++;
	off = table_offender(w, t, range);
	if (!(t->flags & TABLE_NO_LEAF))
		judge_leaf(w, CHECK_WALK_TABLE_KEYED, &off, t->leaf, t->flags);
	if (range < w->model->nranges)
		return;
	if (!(t->flags & TABLE_NO_LEAF) &&
	    desc_key(t->leaf) == KPKEYS_PKEY_PGTABLES) {
		off.has |= OFF_KEY;
		off.key = KPKEYS_PKEY_PGTABLES;
	}
	if (w->model->complete)
		check_bad(check(w, CHECK_WALK_TABLE_IN_RANGE), &off,
			  "in no range");
	else
		check_unproven(check(w, CHECK_WALK_TABLE_IN_RANGE),
			       "table 0x%llx is in no known range, but records are missing",
			       t->addr);
}

void walk_page(struct walk *w, const struct walk_page *p)
{
	size_t range = model_range_of(w->model, p->addr);
	struct offender off = {
		.has = OFF_ADDR | OFF_LEVEL,
		.addr = p->addr,
		.level = walk_level(&w->layout, p->depth),
	};

	if (p->flags & TABLE_NO_LEAF) {
		w->unreadable++;
		w->pages_unread++;
		return;
	}
	if (range < w->model->nranges) {
		off.has |= OFF_RANGE;
		off.start = w->model->ranges[range].start;
		off.size = w->model->ranges[range].size;
	}
	if (p->flags & TABLE_UNMAPPED)
		check_bad(check(w, CHECK_WALK_RANGE_KEYED), &off,
			  "not mapped in the linear map");
	judge_leaf(w, CHECK_WALK_RANGE_KEYED, &off, p->leaf, p->flags);
}

/* Pages of ranges that no table refers to. */
static void list_unreferenced(struct walk *w)
{
	const struct model *m = w->model;
	u64 page = model_page_size(m);

	for (size_t i = 0; i < m->nranges; i++) {
		struct offender off = {
			.has = OFF_ADDR | OFF_RANGE,
			.start = m->ranges[i].start,
			.size = m->ranges[i].size,
		};

		for (u64 n = 0; n < m->ranges[i].size / page; n++) {
			u64 bit = w->first_bit[i] + n;

			if (w->referenced[bit / 64] & 1ULL << bit % 64)
				continue;
			w->unreferenced++;
			off.addr = m->ranges[i].start + n * page;
			check_note(check(w, CHECK_WALK_UNREFERENCED), &off);
		}
	}
}

/* The replay's begin event and kpkeys_layout must describe one kernel. */
static void compare_layout(struct walk *w)
{
	const struct event_frame *f = &w->model->header;
	const struct walk_layout *l = &w->layout;
	struct check *c = check(w, CHECK_WALK_COMPLETE);
	struct offender off = { 0 };

	if (!w->model->have_header)
		return;
	if (f->page_shift != l->page_shift || f->levels != l->levels ||
	    f->va_bits != l->va_bits || f->page_offset != l->page_offset ||
	    f->memstart != l->memstart || f->backend != l->backend)
		check_bad(c, &off,
			  "the events and kpkeys_layout describe different kernels");
}

static void no_events(struct walk *w)
{
	static const enum check_id need_events[] = {
		CHECK_WALK_RANGE_KEYED, CHECK_WALK_TABLE_IN_RANGE,
		CHECK_WALK_UNREFERENCED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(need_events); i++)
		check_not_made(check(w, need_events[i]),
			       "without events the ranges are not known");
}

void walk_end(struct walk *w, u64 entries, u64 pages, const char *why)
{
	const struct model *m = w->model;
	u64 early = 0, all = 0, want = 0;

	for (int l = 0; l < LEVELS; l++) {
		early += w->tables[PLACE_EARLY][l];
		for (int p = 0; p < PLACES; p++)
			all += w->tables[p][l];
	}
	for (size_t i = 0; i < m->nranges; i++)
		want += m->ranges[i].size / model_page_size(m);
	w->entries = entries;
	w->pages = pages;
	w->pages_keyed = pages - w->pages_unread -
			 check(w, CHECK_WALK_RANGE_KEYED)->bad;
	w->done = !why;
	list_unreferenced(w);
	compare_layout(w);

	check_looked(check(w, CHECK_WALK_COMPLETE),
		     "%llu tables, %llu early, in %llu entries", all, early,
		     entries);
	check_looked(check(w, CHECK_WALK_LINEAR),
		     "%llu pages: mapped at their linear addresses",
		     pages + early);
	check_looked(check(w, CHECK_WALK_RANGE_KEYED),
		     "%llu page%s of %zu range%s", pages, plural(pages),
		     m->nranges, plural(m->nranges));
	check_looked(check(w, CHECK_WALK_TABLE_IN_RANGE),
		     "%llu early table%s of linear map and vmemmap",
		     early, plural(early));
	check_looked(check(w, CHECK_WALK_TABLE_KEYED), "%llu early table%s",
		     early, plural(early));
	check_looked(check(w, CHECK_WALK_UNREFERENCED),
		     "%llu page%s of ranges that no table refers to",
		     w->unreferenced, plural(w->unreferenced));

	if (!early && !why)
		why = "found no early table at all";
	if (w->unreadable && !why)
		why = "some entries could not be read";
	if (pages != want && !why)
		why = "not all pages of the ranges were looked at";
	if (!why && !m->complete && m->have_header)
		check_unproven(check(w, CHECK_WALK_RANGE_KEYED),
			       "records are missing: there may be more ranges");
	if (!m->have_header)
		no_events(w);
	if (!why)
		return;
	for (int i = CHECK_FIRST_WALK; i < CHECK_COUNT; i++)
		check_unproven(check(w, i), "the walk was not complete: %s",
			       why);
}

enum walk_says walk_says(const struct model *m, u64 start, u64 size,
			 const struct offender **off)
{
	static const enum check_id about[] = {
		CHECK_WALK_LINEAR, CHECK_WALK_RANGE_KEYED,
		CHECK_WALK_TABLE_KEYED,
	};
	enum walk_says says = WALK_SAYS_NOTHING;

	for (size_t i = 0; i < ARRAY_SIZE(about); i++) {
		const struct check *c = &m->checks[about[i]];
		u64 named = 0;

		if (c->status != CHECK_FAILED)
			continue;
		for (u64 k = 0; k < c->bad && k < OFFENDERS_MAX; k++) {
			const struct offender *o = &c->off[k];

			if (!(o->has & OFF_ADDR))
				continue;
			named++;
			if (o->addr < start || o->addr - start >= size)
				continue;
			if (off)
				*off = o;
			return WALK_SAYS_BAD;
		}
		if (c->bad > named)
			says = WALK_SAYS_PERHAPS;
	}
	return says;
}
