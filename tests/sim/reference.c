// SPDX-License-Identifier: GPL-2.0-only
/*
 * What should the range table hold? See reference.h.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/mm.h>
#include <uapi/linux/kpkeys.h>

#include "reference.h"

void ref_init(struct reference *ref, unsigned int capacity)
{
	free(ref->range);
	*ref = (struct reference) { .capacity = capacity };
}

static void insert(struct reference *ref, unsigned int at, phys_addr_t addr)
{
	if (ref->n == ref->cap) {
		ref->cap = ref->cap * 2 + 16;
		ref->range = realloc(ref->range, ref->cap * sizeof(*ref->range));
	}
	memmove(ref->range + at + 1, ref->range + at,
		(ref->n - at) * sizeof(*ref->range));
	ref->range[at] = (struct ref_range) { addr, addr + PAGE_SIZE };
	ref->n++;
}

int ref_add(struct reference *ref, phys_addr_t addr, struct ref_range *range)
{
	struct ref_range *below = NULL, *above = NULL, *r;
	unsigned int before = 0, i;

	for (i = 0; i < ref->n; i++) {
		r = &ref->range[i];
		if (r->end == addr)
			below = r;
		if (r->start == addr + PAGE_SIZE)
			above = r;
		if (r->start < addr)
			before++;
	}
	if (below && above) {
		below->end = above->end;
		*range = *below;
		memmove(above, above + 1,
			(ref->range + ref->n - above - 1) * sizeof(*above));
		ref->n--;
		return KPKEYS_PPA_JOIN_BRIDGE;
	}
	if (below) {
		below->end = addr + PAGE_SIZE;
		*range = *below;
		return KPKEYS_PPA_JOIN_APPEND;
	}
	if (above) {
		above->start = addr;
		*range = *above;
		return KPKEYS_PPA_JOIN_PREPEND;
	}
	*range = (struct ref_range) { };
	if (ref->n >= ref->capacity)
		return REF_OVERFLOW;
	insert(ref, before, addr);
	*range = ref->range[before];
	return KPKEYS_PPA_JOIN_NEW;
}

const struct ref_range *ref_find(const struct reference *ref, phys_addr_t addr)
{
	unsigned int i;

	for (i = 0; i < ref->n; i++) {
		if (addr >= ref->range[i].start && addr < ref->range[i].end)
			return &ref->range[i];
	}
	return NULL;
}
