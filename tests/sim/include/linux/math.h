/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, and what it lacks.
 */
#ifndef _SIM_LINUX_MATH_H
#define _SIM_LINUX_MATH_H

#include_next <linux/math.h>

#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP((unsigned long long)(n), d)
#define MAX(a, b)		((a) > (b) ? (a) : (b))

#endif /* _SIM_LINUX_MATH_H */
