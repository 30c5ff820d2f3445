/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which events exist? Included last, before events are made.
 */
#ifndef _MM_KPKEYS_TRACE_H
#define _MM_KPKEYS_TRACE_H

#include <linux/errno.h>
#include <linux/kpkeys.h>
#include <linux/trace_events.h>

/*
 * Without keys none of our events can happen, and to check their formats and make
 * their files would be a good part of what the feature costs such a boot. What says
 * -ENOSYS is left out of tracefs, as are system calls that have no number.
 */
static inline int kpkeys_event_init(struct trace_event_call *call)
{
	if (!arch_kpkeys_enabled())
		return -ENOSYS;
	return trace_event_raw_init(call);
}

/* By this name the macros that make events ask for it. */
#define trace_event_raw_init kpkeys_event_init

#endif /* _MM_KPKEYS_TRACE_H */
