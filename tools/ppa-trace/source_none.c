// SPDX-License-Identifier: GPL-2.0-only
/* What does a ppa-trace say that was built without the live source? */
#include "kernel.h"
#include "source.h"

bool source_live_built_in(void)
{
	return false;
}

struct source *source_live_open(struct diag *d)
{
	/* A kernel without the feature is the better reason. */
	if (kernel_check(d))
		return NULL;
	diag_set(d, EXIT_CANNOT,
		 "this ppa-trace was built without reading the running kernel");
	diag_advise(d,
		    "build it where clang, bpftool and libbpf are; or as root: echo 1 > /sys/kernel/tracing/events/kpkeys/enable; ppa-trace replay; and name /sys/kernel/tracing/trace as FILE");
	return NULL;
}
