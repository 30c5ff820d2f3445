// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which events does the kernel send, with which fields, and how does it name
 * the values of its enums?
 *
 * This table is the tool's only knowledge of the events. The text source
 * parses by it, the live source checks the kernel's BTF against it, and a test
 * holds it against the format files of tracefs.
 */
#include "event.h"

const struct event_name level_names[] = {
	{ KPKEYS_PPA_LEVEL_PTE, "pte" },
	{ KPKEYS_PPA_LEVEL_PMD, "pmd" },
	{ KPKEYS_PPA_LEVEL_PUD, "pud" },
	{ KPKEYS_PPA_LEVEL_P4D, "p4d" },
	{ KPKEYS_PPA_LEVEL_PGD, "pgd" },
	{ KPKEYS_PPA_LEVEL_UNKNOWN, "unknown" },
	{ 0, NULL },
};

const struct event_name join_names[] = {
	{ KPKEYS_PPA_JOIN_NEW, "new" },
	{ KPKEYS_PPA_JOIN_APPEND, "append" },
	{ KPKEYS_PPA_JOIN_PREPEND, "prepend" },
	{ KPKEYS_PPA_JOIN_BRIDGE, "bridge" },
	{ 0, NULL },
};

const struct event_name phase_names[] = {
	{ KPKEYS_PPA_PHASE_SETUP, "setup" },
	{ KPKEYS_PPA_PHASE_PAGING_BEGIN, "paging_begin" },
	{ KPKEYS_PPA_PHASE_PAGING_END, "paging_end" },
	{ KPKEYS_PPA_PHASE_FINALIZE_BEGIN, "finalize_begin" },
	{ KPKEYS_PPA_PHASE_FINALIZE_END, "finalize_end" },
	{ KPKEYS_PPA_PHASE_HANDOVER, "handover" },
	{ KPKEYS_PPA_PHASE_ALLOC_ENTRY, "alloc_entry" },
	{ 0, NULL },
};

const struct event_name frame_names[] = {
	{ KPKEYS_PPA_FRAME_BEGIN, "begin" },
	{ KPKEYS_PPA_FRAME_END, "end" },
	{ 0, NULL },
};

const struct event_name backend_names[] = {
	{ KPKEYS_BACKEND_OFF, "off" },
	{ KPKEYS_BACKEND_POE, "poe" },
	{ KPKEYS_BACKEND_PIE, "pie" },
	{ 0, NULL },
};

#define COMMON(n, t) { #n, t, offsetof(struct event, n), NULL }
#define FIELD(v, n, t) { #n, t, offsetof(struct event, v.n), NULL }
#define NAMED(v, n) \
	{ #n, FIELD_ENUM, offsetof(struct event, v.n), n##_names }

static const struct event_field alloc_fields[] = {
	COMMON(seq, FIELD_U64),
	COMMON(ticks, FIELD_U64),
	COMMON(ns, FIELD_U64),
	FIELD(alloc, addr, FIELD_X64),
	FIELD(alloc, start, FIELD_X64),
	FIELD(alloc, size, FIELD_U64),
	COMMON(replay, FIELD_U32),
	NAMED(alloc, level),
	NAMED(alloc, join),
};

static const struct event_field merge_fields[] = {
	COMMON(seq, FIELD_U64),
	COMMON(ticks, FIELD_U64),
	COMMON(ns, FIELD_U64),
	FIELD(merge, start, FIELD_X64),
	FIELD(merge, size, FIELD_U64),
	COMMON(replay, FIELD_U32),
	NAMED(merge, join),
};

static const struct event_field overflow_fields[] = {
	COMMON(seq, FIELD_U64),
	COMMON(ticks, FIELD_U64),
	COMMON(ns, FIELD_U64),
	FIELD(overflow, addr, FIELD_X64),
	COMMON(replay, FIELD_U32),
	NAMED(overflow, level),
	FIELD(overflow, capacity, FIELD_U32),
};

static const struct event_field finalize_fields[] = {
	COMMON(seq, FIELD_U64),
	COMMON(ticks, FIELD_U64),
	COMMON(ns, FIELD_U64),
	FIELD(finalize, start, FIELD_X64),
	FIELD(finalize, size, FIELD_U64),
	FIELD(finalize, duration, FIELD_U64),
	COMMON(replay, FIELD_U32),
	FIELD(finalize, pkey, FIELD_U32),
	FIELD(finalize, error, FIELD_S32),
};

static const struct event_field phase_fields[] = {
	COMMON(seq, FIELD_U64),
	COMMON(ticks, FIELD_U64),
	COMMON(ns, FIELD_U64),
	FIELD(phase, count, FIELD_U64),
	FIELD(phase, missed, FIELD_U64),
	COMMON(replay, FIELD_U32),
	NAMED(phase, phase),
};

static const struct event_field frame_fields[] = {
	FIELD(frame, first, FIELD_U64),
	FIELD(frame, count, FIELD_U64),
	FIELD(frame, records, FIELD_U64),
	FIELD(frame, allocs, FIELD_U64),
	FIELD(frame, merges, FIELD_U64),
	FIELD(frame, overflows, FIELD_U64),
	FIELD(frame, finalizes, FIELD_U64),
	FIELD(frame, phases, FIELD_U64),
	FIELD(frame, lost, FIELD_U64),
	FIELD(frame, backwards, FIELD_U64),
	FIELD(frame, log_bytes, FIELD_U64),
	FIELD(frame, freq, FIELD_U64),
	FIELD(frame, ticks, FIELD_U64),
	FIELD(frame, boottime, FIELD_U64),
	FIELD(frame, page_offset, FIELD_X64),
	FIELD(frame, memstart, FIELD_X64),
	FIELD(frame, ram, FIELD_U64),
	COMMON(replay, FIELD_U32),
	NAMED(frame, frame),
	FIELD(frame, page_shift, FIELD_U32),
	FIELD(frame, va_bits, FIELD_U32),
	FIELD(frame, levels, FIELD_U32),
	FIELD(frame, capacity, FIELD_U32),
	NAMED(frame, backend),
};

#define PREFIX "kpkeys_ppa_"
#define DESC(n, f, m) \
	{ PREFIX n, f, sizeof(f) / sizeof((f)[0]), EVENT_SIZE(m) }

const struct event_desc event_descs[EVENT_KINDS] = {
	[EVENT_ALLOC] = DESC("alloc", alloc_fields, alloc),
	[EVENT_MERGE] = DESC("merge", merge_fields, merge),
	[EVENT_OVERFLOW] = DESC("overflow", overflow_fields, overflow),
	[EVENT_FINALIZE] = DESC("finalize", finalize_fields, finalize),
	[EVENT_PHASE] = DESC("phase", phase_fields, phase),
	[EVENT_REPLAY] = DESC("replay", frame_fields, frame),
};

const char *event_name(const struct event_name *names, u32 value)
{
	for (; names->name; names++) {
		if (names->value == value)
			return names->name;
	}
	return "?";
}

const char *event_short_name(u32 kind)
{
	return event_descs[kind].name + sizeof(PREFIX) - 1;
}

unsigned int event_field_size(enum field_type type)
{
	return type == FIELD_U64 || type == FIELD_X64 ? 8 : 4;
}
