/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: linux/tracepoint.h has done all.
 */
#ifndef _SIM_TRACE_DEFINE_TRACE_H
#define _SIM_TRACE_DEFINE_TRACE_H

#endif /* _SIM_TRACE_DEFINE_TRACE_H */
