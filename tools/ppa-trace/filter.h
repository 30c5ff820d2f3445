/* SPDX-License-Identifier: GPL-2.0-only */
/* Which events does somebody want to see? */
#ifndef PPA_FILTER_H
#define PPA_FILTER_H

#include <stdbool.h>

#include "event.h"

struct filter {
	u32 kinds;		/* BIT() of each enum event_kind; 0: all */
	bool by_time;
	u64 from;		/* ns since the counter's start */
	u64 to;			/* the last ns that is wanted */
	bool by_addr;
	u64 start;		/* physical, bytes */
	u64 end;		/* the last byte that is wanted */
	u64 page;		/* bytes of a page; as the frames say */
};

/* Everything is wanted. */
void filter_all(struct filter *f);

/*
 * Only what the text says: "alloc,merge"; a number of ns; "ADDR" or "ADDR-END"
 * in hexadecimal with or without 0x, where END is the first byte that is not
 * wanted, as ranges are shown. False if it is not of that form.
 */
bool filter_kinds(struct filter *f, const char *text);
bool filter_from(struct filter *f, const char *text);
bool filter_to(struct filter *f, const char *text);
bool filter_addr(struct filter *f, const char *text);

/*
 * Is @e wanted? Where an address is asked for, that is a page or else the
 * range of the event that touches it. Replay events have neither time nor
 * address: they are not wanted where one of those is asked for.
 */
bool filter_wants(struct filter *f, const struct event *e);

#endif /* PPA_FILTER_H */
