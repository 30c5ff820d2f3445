// SPDX-License-Identifier: GPL-2.0-only
/* How is it found out what is at an address? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lookup.h"

/* Addresses of the kernel's half have this bit, whatever their tag is. */
#define KERNEL_HALF BIT_ULL(55)
#define TAG (0xffULL << 56)
#define PHYSICAL_BITS 52

static u64 page_of(u64 addr, u32 shift)
{
	return addr & -(1ULL << (shift & 63));
}

bool lookup_parse(struct lookup *f, const char *text)
{
	const char *digits = text;
	char *end;

	memset(f, 0, sizeof(*f));
	f->page = LOOKUP_NO_PAGE;
	if (!strncmp(text, "0x", 2) || !strncmp(text, "0X", 2))
		digits += 2;
	/* strtoull() would take signs and blanks, and another 0x. */
	if (!*digits || strspn(digits, "0123456789abcdefABCDEF") != strlen(digits))
		return false;
	errno = 0;
	f->asked = strtoull(digits, &end, 16);
	if (errno || *end)
		return false;
	if (f->asked & KERNEL_HALF)
		f->asked |= TAG;
	else if (f->asked >> PHYSICAL_BITS)
		return false;
	f->where = f->asked & KERNEL_HALF ? LOOKUP_UNKNOWN : LOOKUP_PHYSICAL;
	return true;
}

static bool in_vmemmap(const struct lookup *f)
{
	const struct walk_layout *l = &f->layout;
	u64 start = l->vmemmap + (f->low >> l->page_shift) * l->page_struct;
	u64 end = l->vmemmap + (f->high >> l->page_shift) * l->page_struct;

	return f->asked >= start && f->asked < end;
}

void lookup_layout(struct lookup *f, const struct walk_layout *l, u64 low,
		   u64 high)
{
	u64 addr = LOOKUP_NO_PAGE, image = f->asked - l->image_voffset;

	f->layout = *l;
	f->low = low;
	f->high = high;
	f->walked = true;
	f->va = f->asked;
	if (f->where == LOOKUP_PHYSICAL) {
		addr = f->asked;
		f->va = linear_address(l, addr);
	} else if (f->asked >= l->page_offset && f->asked < l->page_end) {
		f->where = LOOKUP_LINEAR;
		addr = f->asked - l->page_offset + l->memstart;
	} else if (l->image_voffset && in_image(l, image)) {
		f->where = LOOKUP_IMAGE;
		addr = image;
	} else {
		f->where = in_vmemmap(f) ? LOOKUP_VMEMMAP : LOOKUP_KERNEL;
	}
	if (addr != LOOKUP_NO_PAGE && addr >= low && addr < high)
		f->page = page_of(addr, l->page_shift);
}

void lookup_page(struct lookup *f, const struct scope_state *s)
{
	f->at_va = s->at_va;
	/* The program has nothing to say of a page that it does not know. */
	if (f->page == LOOKUP_NO_PAGE &&
	    (f->where < LOOKUP_VMEMMAP || s->look_page == LOOKUP_NO_PAGE))
		return;
	f->page = s->look_page;
	f->at_linear = s->at_linear;
	f->page_type = s->page_type;
}

void lookup_found(struct lookup *f, const struct scope_found *t)
{
	if (t->kind != SCOPE_TARGET)
		return;
	if (f->nplaces < LOOKUP_PLACES)
		f->place[f->nplaces] = *t;
	f->nplaces++;
}

void lookup_end(struct lookup *f, const struct scope_counts *c,
		const char *why)
{
	if (!why && (c->dropped || c->unreadable || c->cut))
		why = "not all tables could be read";
	if (why)
		snprintf(f->why, sizeof(f->why), "%s", why);
}

/* The physical address, as far as the begin event of a replay tells it. */
static u64 page_from_header(const struct lookup *f, const struct model *m)
{
	const struct event_frame *h = &m->header;
	u64 size = 1ULL << ((h->va_bits - 1) & 63);

	if (f->where == LOOKUP_PHYSICAL)
		return page_of(f->asked, h->page_shift);
	if (f->asked < h->page_offset || f->asked - h->page_offset >= size)
		return LOOKUP_NO_PAGE;
	return page_of(f->asked - h->page_offset + h->memstart, h->page_shift);
}

void lookup_events(struct lookup *f, const struct model *m)
{
	struct records_iter i;
	u64 n = 0;

	f->have_events = m->have_header;
	f->range = m->nranges;
	if (!m->have_header)
		return;
	if (!f->walked)
		f->page = page_from_header(f, m);
	if (f->page == LOOKUP_NO_PAGE)
		return;
	f->range = model_range_of(m, f->page);
	if (!f->walked)
		f->walk = walk_says(m, f->page, model_page_size(m), &f->off);
	for (i = records_from(&m->records, 0); i.rec && !f->logged;
	     records_next(&i)) {
		const struct record *r = i.rec;

		if (!(r->seen & (BIT(EVENT_ALLOC) | BIT(EVENT_OVERFLOW))) ||
		    !model_counts(m, r))
			continue;
		n++;
		if (r->addr != f->page)
			continue;
		f->logged = true;
		f->record = i.seq;
		f->allocation = n;
		f->ns = r->ns;
		f->level = r->level;
	}
}

static bool is_table_type(const struct lookup *f)
{
	return !(f->at_linear.flags & TABLE_NO_TYPE) &&
	       f->page_type >> 24 == f->layout.pgty_table;
}

enum lookup_kind lookup_kind(const struct lookup *f)
{
	if (!f->walked)
		return f->logged || f->off ? LOOKUP_UNLINKED :
					     LOOKUP_CANNOT_TELL;
	if (f->page == LOOKUP_NO_PAGE)
		return f->at_va.flags & TABLE_NO_LEAF ? LOOKUP_CANNOT_TELL :
							LOOKUP_NOTHING;
	if (f->nplaces)
		return LOOKUP_TABLE;
	if (in_static_area(&f->layout, f->page))
		return LOOKUP_STATIC;
	if (is_table_type(f) || f->logged)
		return LOOKUP_UNLINKED;
	if (f->why[0] || f->at_linear.flags & (TABLE_NO_LEAF | TABLE_NO_TYPE))
		return LOOKUP_CANNOT_TELL;
	return LOOKUP_PAGE;
}

bool lookup_bad(const struct lookup *f)
{
	if (!f->walked)
		return f->walk == WALK_SAYS_BAD;
	switch (lookup_kind(f)) {
	case LOOKUP_TABLE:
		return f->place[0].flags & (SCOPE_NO_KEY | SCOPE_IMAGE_NO_KEY);
	case LOOKUP_UNLINKED:
	case LOOKUP_STATIC:
		return !(f->at_linear.flags & (TABLE_NO_LEAF | TABLE_UNMAPPED)) &&
		       !desc_protected(&f->layout, f->at_linear.leaf);
	default:
		return false;
	}
}

int lookup_status(const struct lookup *f)
{
	if (lookup_bad(f))
		return EXIT_BAD;
	return lookup_kind(f) == LOOKUP_CANNOT_TELL ||
	       f->walk == WALK_SAYS_PERHAPS ? EXIT_UNPROVEN : EXIT_GOOD;
}

const char *lookup_page_type(const struct lookup *f)
{
	if (f->at_linear.flags & TABLE_NO_TYPE)
		return "its struct page cannot be read";
	if (is_table_type(f))
		return "page table";
	if (f->page_type >> 24 == f->layout.pgty_buddy)
		return "free";
	return f->at_linear.flags & SCOPE_RESERVED ? "reserved at boot" :
						     "in use, no page table";
}
