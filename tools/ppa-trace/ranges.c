// SPDX-License-Identifier: GPL-2.0-only
/* How are pages put together to runs? */
#include <stdlib.h>
#include <string.h>

#include "ranges.h"

void ranges_free(struct ranges *r)
{
	free(r->v);
	memset(r, 0, sizeof(*r));
}

/* Index of the first run whose end is at or behind @addr; r->n if none. */
static size_t lower_bound(const struct ranges *r, u64 addr)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->v[mid].end < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* As lower_bound(), but looks at the run touched last before it searches. */
static size_t first_near(struct ranges *r, u64 addr, u64 page)
{
	size_t i = r->last;

	if (i < r->n && r->v[i].end >= addr && r->v[i].start <= addr + page &&
	    (i == 0 || r->v[i - 1].end < addr))
		return i;
	return lower_bound(r, addr);
}

struct range *ranges_find(struct ranges *r, u64 addr)
{
	size_t i = lower_bound(r, addr);

	/* If it ends at @addr none does: no other one touches it. */
	if (i < r->n && r->v[i].start <= addr && addr < r->v[i].end)
		return &r->v[i];
	return NULL;
}

static enum ranges_add insert(struct ranges *r, size_t i,
			      const struct range *new)
{
	if (r->n == RANGES_MAX)
		return RANGES_FULL;
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 16;
		struct range *v = realloc(r->v, cap * sizeof(*v));

		if (!v)
			return RANGES_NOMEM;
		r->v = v;
		r->cap = cap;
	}
	memmove(&r->v[i + 1], &r->v[i], (r->n - i) * sizeof(*r->v));
	r->v[i] = *new;
	r->n++;
	if (r->n > r->most)
		r->most = r->n;
	r->last = i;
	return RANGES_NEW;
}

static void older(struct range *to, u64 seq, u64 ns)
{
	if (seq < to->first_seq) {
		to->first_seq = seq;
		to->first_ns = ns;
	}
}

/* Let run @i take in its right neighbour, whatever lies between them. */
static void join_right(struct ranges *r, size_t i)
{
	struct range *a = &r->v[i], *b = a + 1;

	if (b->end > a->end)
		a->end = b->end;
	a->pages += b->pages;
	older(a, b->first_seq, b->first_ns);
	memmove(b, b + 1, (r->n - i - 2) * sizeof(*b));
	r->n--;
}

enum ranges_add ranges_add_anywhere(struct ranges *r, u64 addr, u64 page,
				    u64 seq, u64 ns, const struct range **res)
{
	struct range new = { addr, addr + page, 1, seq, ns };
	size_t i = first_near(r, addr, page);
	enum ranges_add how;
	struct range *left;

	if (i == r->n || r->v[i].start > addr + page) {
		how = insert(r, i, &new);
		if (how == RANGES_NEW)
			*res = &r->v[i];
		return how;
	}

	r->last = i;
	left = &r->v[i];
	*res = left;
	if (left->end == addr) {
		struct range *right = i + 1 < r->n ? left + 1 : NULL;

		left->end += page;
		how = RANGES_APPEND;
		if (right && right->start == addr + page) {
			join_right(r, i);
			how = RANGES_BRIDGE;
		}
	} else if (left->start == addr + page) {
		left->start = addr;
		how = RANGES_PREPEND;
	} else {
		return RANGES_TWICE;
	}
	left->pages++;
	older(left, seq, ns);
	return how;
}

enum ranges_add ranges_absorb(struct ranges *r, u64 start, u64 end, u64 seq,
			      u64 ns)
{
	struct range new = { start, end, 0, seq, ns };
	size_t i = lower_bound(r, start);
	struct range *a;

	if (i == r->n || r->v[i].start > end)
		return insert(r, i, &new);
	a = &r->v[i];
	if (start < a->start)
		a->start = start;
	if (end > a->end)
		a->end = end;
	older(a, seq, ns);
	while (i + 1 < r->n && r->v[i + 1].start <= a->end)
		join_right(r, i);
	r->last = i;
	return RANGES_APPEND;
}

const struct range *ranges_touching(const struct ranges *r, u64 start,
				    u64 end)
{
	size_t i = lower_bound(r, start);

	return i < r->n && r->v[i].start <= end ? &r->v[i] : NULL;
}
