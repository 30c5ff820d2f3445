/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is an event, once a source has read it?
 *
 * The structures have the fields of include/trace/events/kpkeys.h under the
 * same names. They are also what the BPF program puts into its ring buffer.
 */
#ifndef PPA_EVENT_H
#define PPA_EVENT_H

#include <stddef.h>

#include "types.h"
#include "../../include/uapi/linux/kpkeys.h"

enum event_kind {
	EVENT_ALLOC,
	EVENT_MERGE,
	EVENT_OVERFLOW,
	EVENT_FINALIZE,
	EVENT_PHASE,
	EVENT_REPLAY,
	EVENT_KINDS,
	/*
	 * An alloc event with the merge event of its page, which says nothing
	 * that it does not. Only a recording has it, and only for who asks.
	 */
	EVENT_PAGE = EVENT_KINDS,
};

struct event_alloc {
	u64 addr;		/* physical, bytes */
	u64 start;		/* the range that it is in now, bytes */
	u64 size;
	u32 level;		/* enum kpkeys_ppa_level */
	u32 join;		/* enum kpkeys_ppa_join */
};

struct event_merge {
	u64 start;
	u64 size;
	u32 join;
};

struct event_overflow {
	u64 addr;
	u32 level;
	u32 capacity;
};

struct event_finalize {
	u64 start;
	u64 size;
	u64 duration;		/* ns */
	u32 pkey;
	s32 error;		/* 0 or negative errno */
};

struct event_phase {
	u64 count;
	u64 missed;
	u32 phase;		/* enum kpkeys_ppa_phase */
};

struct event_frame {
	u64 first;
	u64 count;
	u64 records;
	u64 allocs;
	u64 merges;
	u64 overflows;
	u64 finalizes;
	u64 phases;
	u64 lost;
	u64 backwards;
	u64 log_bytes;
	u64 freq;
	u64 ticks;		/* counter at hand-over */
	u64 boottime;		/* ns, at the same moment */
	u64 page_offset;
	u64 memstart;
	u64 ram;
	u32 frame;		/* enum kpkeys_ppa_frame */
	u32 page_shift;
	u32 va_bits;
	u32 levels;
	u32 capacity;
	u32 backend;		/* enum kpkeys_backend */
};

struct event {
	u32 kind;		/* enum event_kind; EVENT_PAGE: alloc */
	u32 replay;
	u64 seq;		/* these three are 0 in a replay event */
	u64 ticks;
	u64 ns;
	union {
		struct event_alloc alloc;
		struct event_merge merge;
		struct event_overflow overflow;
		struct event_finalize finalize;
		struct event_phase phase;
		struct event_frame frame;
	};
};

/* Bytes of an event of one kind in the ring buffer. */
#define EVENT_HEAD __builtin_offsetof(struct event, alloc)
#define EVENT_SIZE(kind) (EVENT_HEAD + sizeof(struct event_##kind))

enum field_type {
	FIELD_U64,
	FIELD_X64,		/* as U64, printed in hexadecimal */
	FIELD_U32,
	FIELD_S32,
	FIELD_ENUM,		/* 32 bits, printed by name */
};

/* The value of an enum and how the kernel prints it. */
struct event_name {
	u32 value;
	const char *name;
};

struct event_field {
	const char *name;
	enum field_type type;
	size_t offset;		/* in struct event */
	const struct event_name *names;	/* FIELD_ENUM; ends with name NULL */
};

struct event_desc {
	const char *name;	/* as in tracefs */
	const struct event_field *fields;
	unsigned int nfields;
	size_t size;		/* EVENT_SIZE() of it */
};

/* Indexed by enum event_kind. */
extern const struct event_desc event_descs[EVENT_KINDS];

extern const struct event_name level_names[];
extern const struct event_name join_names[];
extern const struct event_name phase_names[];
extern const struct event_name frame_names[];
extern const struct event_name backend_names[];

/* Name of @value in @names, or "?" if it has none. */
const char *event_name(const struct event_name *names, u32 value);

/* The name of the events of a kind without what all of them begin with. */
const char *event_short_name(u32 kind);

static inline void event_merge_side(const struct event_alloc *page,
				    struct event_merge *merge)
{
	merge->start = page->start;
	merge->size = page->size;
	merge->join = page->join;
}

/* The merge event that an EVENT_PAGE stands for as well. */
static inline void event_merge_of(const struct event *page,
				  struct event *merge)
{
	merge->kind = EVENT_MERGE;
	merge->replay = page->replay;
	merge->seq = page->seq;
	merge->ticks = page->ticks;
	merge->ns = page->ns;
	event_merge_side(&page->alloc, &merge->merge);
}

/* Bytes that a field of @type takes in the kernel's event. */
unsigned int event_field_size(enum field_type type);

#endif /* PPA_EVENT_H */
