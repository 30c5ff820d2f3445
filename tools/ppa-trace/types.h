/* SPDX-License-Identifier: GPL-2.0-only */
/* Which integer types do all parts of the tool use, the BPF program included? */
#ifndef PPA_TYPES_H
#define PPA_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;	/* printed with %llu on every machine */
typedef long long s64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (1U << (n))
#define BIT_ULL(n) (1ULL << (n))
#define __attr(what) __attribute__((what))
#define __printf(a, b) __attr(__format__(__printf__, a, b))

#endif /* PPA_TYPES_H */
