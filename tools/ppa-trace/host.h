/* SPDX-License-Identifier: GPL-2.0-only */
/* What does the tool tell about the machine that it runs on? */
#ifndef PPA_HOST_H
#define PPA_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "types.h"

#define HOST_MEMORY_MAX 256	/* entries of /proc/iomem that are kept */

struct host_memory {
	u64 start;		/* physical, bytes */
	u64 size;
};

struct host {
	u64 asked;		/* when, in seconds since 1970 */
	char release[65];	/* uname -r */
	char machine[65];
	char build_id[65];	/* of the kernel, in hexadecimal */
	char boot_id[40];	/* another one at each boot */
	u64 capabilities;	/* CapEff of the process that asked */
	struct host_memory memory[HOST_MEMORY_MAX];
	size_t nmemory;		/* all there are, kept or not */
	u64 memory_low;		/* physical address of the first byte of all */
	u64 memory_high;	/* and behind the last one */
	bool memory_known;	/* false: /proc/iomem hides the addresses */
};

/* Ask the running kernel. What cannot be had stays empty. */
void host_read(struct host *h);

/* Put the build id that stands among the ELF notes in @data into @h. */
void host_build_id(struct host *h, const void *data, size_t len);

/* Name of capability @bit if it matters to this tool, else NULL. */
const char *host_capability(unsigned int bit);

#endif /* PPA_HOST_H */
