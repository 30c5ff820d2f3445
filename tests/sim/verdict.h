/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How do events get from the kernel's side to the tool's model?
 *
 * Both know this header, so it uses no type that either defines.
 */
#ifndef _SIM_VERDICT_H
#define _SIM_VERDICT_H

struct sim_event {
	unsigned int kind;	/* as enum event_kind of the tool */
	unsigned int replay;
	unsigned long long seq, ticks, ns;
	unsigned long long addr, start, size, duration, count, missed;
	unsigned int level, join, capacity, pkey, phase;
	int error;
	const void *frame64;	/* u64 fields of a frame, from first on */
	const void *frame32;	/* u32 fields, from frame on */
};

void verdict_begin(void);
/* 0, or a negative errno. */
int verdict_add(const struct sim_event *from);
/* What verify --events-only would exit with. */
int verdict_end(void);

#endif /* _SIM_VERDICT_H */
