// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there an order of allocations that breaks an invariant? libFuzzer looks.
 */
#include <stdio.h>
#include <stdlib.h>

#include "boot.h"
#include "cases.h"
#include "check.h"
#include "verdict.h"

void sim_fail(const char *file, int line, const char *what,
	      const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: %s: ", file, line, what);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nafter %zu pages, %zu records\n", boot.npages,
		boot.nrec);
	abort();
}

/* Nobody judges here. */
int verdict_add(const struct sim_event *from)
{
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct choice c = { .data = data, .left = size };

	random_boot(&c);
	return 0;
}
