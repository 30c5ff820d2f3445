// SPDX-License-Identifier: GPL-2.0-only
/* Which events does somebody want to see? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"

#define PAGE_UNTOLD 4096

/* Physical addresses of arm64 have 52 bits, or 56 one day. */
#define ADDR_MAX ((1ULL << 56) - 1)

void filter_all(struct filter *f)
{
	memset(f, 0, sizeof(*f));
	f->to = ~0ULL;
	f->end = ~0ULL;
	f->page = PAGE_UNTOLD;
}

bool filter_kinds(struct filter *f, const char *text)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		u32 k;

		for (k = 0; k < EVENT_KINDS; k++) {
			const char *name = event_short_name(k);

			if (strlen(name) == len && !memcmp(name, text, len))
				break;
		}
		if (k == EVENT_KINDS)
			return false;
		f->kinds |= BIT(k);
		if (!text[len])
			return true;
		text += len + 1;
	}
}

/* A whole number that ends at *@end. */
static bool number(const char *text, int base, const char **end, u64 *res)
{
	char *stop;

	/* strtoull() takes blanks and signs as well. */
	if (!strchr(base == 16 ? "0123456789abcdefABCDEF" : "0123456789",
		    *text) || !*text)
		return false;
	errno = 0;
	*res = strtoull(text, &stop, base);
	*end = stop;
	return !errno;
}

static bool whole_number(const char *text, u64 *res)
{
	const char *end;

	return number(text, 10, &end, res) && !*end;
}

bool filter_from(struct filter *f, const char *text)
{
	f->by_time = true;
	return whole_number(text, &f->from);
}

bool filter_to(struct filter *f, const char *text)
{
	f->by_time = true;
	return whole_number(text, &f->to);
}

bool filter_addr(struct filter *f, const char *text)
{
	const char *end;

	f->by_addr = true;
	if (!number(text, 16, &end, &f->start) || f->start > ADDR_MAX)
		return false;
	f->end = f->start;
	if (!*end)
		return true;
	if (*end != '-' || !number(end + 1, 16, &end, &f->end) || *end)
		return false;
	return f->end <= ADDR_MAX + 1 && f->end-- > f->start;
}

/* Does [@start, @start + @size) touch what is asked for? */
static bool touches(const struct filter *f, u64 start, u64 size)
{
	u64 last = start + size - 1;

	if (last < start)
		last = size ? ~0ULL : start;
	return start <= f->end && last >= f->start;
}

static bool wanted_addr(const struct filter *f, const struct event *e)
{
	switch (e->kind) {
	case EVENT_ALLOC:
		return touches(f, e->alloc.addr, f->page);
	case EVENT_OVERFLOW:
		return touches(f, e->overflow.addr, f->page);
	case EVENT_MERGE:
		return touches(f, e->merge.start, e->merge.size);
	case EVENT_FINALIZE:
		return touches(f, e->finalize.start, e->finalize.size);
	default:
		return false;
	}
}

bool filter_wants(struct filter *f, const struct event *e)
{
	if (e->kind == EVENT_REPLAY && e->frame.page_shift < 32)
		f->page = 1ULL << e->frame.page_shift;
	if (f->kinds && !(f->kinds & BIT(e->kind)))
		return false;
	if (f->by_time && (e->kind == EVENT_REPLAY || e->ns < f->from ||
			   e->ns > f->to))
		return false;
	return !f->by_addr || wanted_addr(f, e);
}
