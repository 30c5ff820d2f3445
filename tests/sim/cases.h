/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the simulation try?
 */
#ifndef _SIM_CASES_H
#define _SIM_CASES_H

#include <stdarg.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct sim_case {
	const char *name;
	void (*run)(void);
};

/* Each list ends with a case without a name. */
extern const struct sim_case alloc_cases[];
extern const struct sim_case log_cases[];
extern const struct sim_case finalize_cases[];
extern const struct sim_case replay_cases[];
extern const struct sim_case size_cases[];

/* Where decisions come from: a generator, or bytes of a fuzzer. */
struct choice {
	const u8 *data;		/* NULL: the generator */
	size_t left;
	u64 state;
};

/* A number below @n; 0 where the bytes are used up. */
u64 pick(struct choice *c, u64 n);

/* A boot of a random machine with random faults, checked after each step. */
void random_boot(struct choice *c);

/* A number that the test prints, as a comment. */
void figure(const char *format, ...) __printf(1, 2);

#endif /* _SIM_CASES_H */
