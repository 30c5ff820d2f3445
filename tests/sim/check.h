/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test of the simulation say that something is wrong?
 *
 * CHECK() ends the case that runs, with the place, the values and the seed.
 */
#ifndef _SIM_CHECK_H
#define _SIM_CHECK_H

#include <setjmp.h>
#include <linux/compiler.h>

void __noreturn sim_fail(const char *file, int line, const char *what,
			 const char *format, ...) __printf(4, 5);

#define CHECK(cond, ...)					\
	do {							\
		if (!(cond))					\
			sim_fail(__FILE__, __LINE__, #cond, "" __VA_ARGS__); \
	} while (0)

/* Two unsigned numbers are the same. */
#define CHECK_EQ(got, want)					\
	do {							\
		unsigned long long got_ = (got), want_ = (want); \
		if (got_ != want_)				\
			sim_fail(__FILE__, __LINE__,		\
				 #got, "is %llu (0x%llx), not %llu (0x%llx)", \
				 got_, got_, want_, want_);	\
	} while (0)

/* Where the case goes on when a panic() that it expects has come. */
extern jmp_buf sim_panicked;

#endif /* _SIM_CHECK_H */
