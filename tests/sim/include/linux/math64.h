/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, and what it lacks.
 */
#ifndef _SIM_LINUX_MATH64_H
#define _SIM_LINUX_MATH64_H

#include_next <linux/math64.h>

#define NSEC_PER_SEC	1000000000UL

static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 div)
{
	return (__uint128_t)a * mul / div;
}

#endif /* _SIM_LINUX_MATH64_H */
