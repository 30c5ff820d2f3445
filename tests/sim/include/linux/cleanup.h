/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: no scopes here.
 */
#ifndef _SIM_LINUX_CLEANUP_H
#define _SIM_LINUX_CLEANUP_H

#define DEFINE_LOCK_GUARD_0(name, lock, unlock, ...)	\
	struct sim_guard_##name { __VA_ARGS__; };

#endif /* _SIM_LINUX_CLEANUP_H */
