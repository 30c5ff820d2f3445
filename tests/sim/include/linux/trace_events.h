/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: no event is registered.
 */
#ifndef _SIM_LINUX_TRACE_EVENTS_H
#define _SIM_LINUX_TRACE_EVENTS_H

struct trace_event_call;

int trace_event_raw_init(struct trace_event_call *call);

#endif /* _SIM_LINUX_TRACE_EVENTS_H */
