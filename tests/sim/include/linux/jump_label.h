/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: static keys are variables.
 */
#ifndef _SIM_LINUX_JUMP_LABEL_H
#define _SIM_LINUX_JUMP_LABEL_H

#include <linux/types.h>

struct static_key_false {
	bool on;
};

#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name
#define static_branch_unlikely(key)	((key)->on)

#endif /* _SIM_LINUX_JUMP_LABEL_H */
