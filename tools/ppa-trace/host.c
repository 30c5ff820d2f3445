// SPDX-License-Identifier: GPL-2.0-only
/* How is the machine asked what it is? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "host.h"

/* Numbers of include/uapi/linux/capability.h that reading live needs. */
static const struct {
	unsigned int bit;
	const char *name;
} caps[] = {
	{ 21, "cap_sys_admin" },
	{ 34, "cap_syslog" },
	{ 38, "cap_perfmon" },
	{ 39, "cap_bpf" },
};

const char *host_capability(unsigned int bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++) {
		if (caps[i].bit == bit)
			return caps[i].name;
	}
	return NULL;
}

static void read_capabilities(struct host *h)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "CapEff:", 7))
			h->capabilities = strtoull(line + 7, NULL, 16);
	}
	fclose(f);
}

static void read_memory(struct host *h)
{
	FILE *f = fopen("/proc/iomem", "re");
	char line[256];

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		unsigned long long start, last;

		/* Entries of the first level are not indented. */
		if (line[0] == ' ' || !strstr(line, " : System RAM") ||
		    sscanf(line, "%llx-%llx", &start, &last) != 2 ||
		    last < start)
			continue;
		/* Without CAP_SYS_ADMIN all addresses read as 0. */
		if (last)
			h->memory_known = true;
		if (h->nmemory < HOST_MEMORY_MAX) {
			h->memory[h->nmemory].start = start;
			h->memory[h->nmemory].size = last - start + 1;
		}
		if (!h->nmemory || start < h->memory_low)
			h->memory_low = start;
		if (last >= h->memory_high)
			h->memory_high = last + 1;
		h->nmemory++;
	}
	fclose(f);
}

void host_read(struct host *h)
{
	struct utsname u;

	memset(h, 0, sizeof(*h));
	if (!uname(&u)) {
		snprintf(h->release, sizeof(h->release), "%s", u.release);
		snprintf(h->machine, sizeof(h->machine), "%s", u.machine);
	}
	read_capabilities(h);
	read_memory(h);
}
