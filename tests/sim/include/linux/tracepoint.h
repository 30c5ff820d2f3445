/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: a trace event is a structure that is filled and handed over.
 */
#ifndef _SIM_LINUX_TRACEPOINT_H
#define _SIM_LINUX_TRACEPOINT_H

#include <linux/types.h>

/* Bit of each event in sim.listening, in the order of the tool. */
enum {
	SIM_kpkeys_ppa_alloc,
	SIM_kpkeys_ppa_merge,
	SIM_kpkeys_ppa_overflow,
	SIM_kpkeys_ppa_finalize,
	SIM_kpkeys_ppa_phase,
	SIM_kpkeys_ppa_replay,
};

bool sim_listens(unsigned int event);

#define TP_PROTO(args...)		args
#define TP_ARGS(args...)		args
#define TP_STRUCT__entry(args...)	args
#define TP_fast_assign(args...)		args
#define TP_printk(args...)		args
#define __field(type, item)		type item;

#define TRACE_EVENT(name, proto, args, fields, assign, print)		\
	struct trace_event_raw_##name {					\
		fields							\
	};								\
									\
	void sim_got_##name(const struct trace_event_raw_##name *entry);	\
									\
	static inline bool trace_##name##_enabled(void)			\
	{								\
		return sim_listens(SIM_##name);				\
	}								\
									\
	static inline void trace_call__##name(proto)			\
	{								\
		struct trace_event_raw_##name entry;			\
		struct trace_event_raw_##name *__entry = &entry;	\
									\
		assign							\
		sim_got_##name(&entry);					\
	}

#endif /* _SIM_LINUX_TRACEPOINT_H */
