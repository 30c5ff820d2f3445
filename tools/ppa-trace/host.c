// SPDX-License-Identifier: GPL-2.0-only
/* How is the machine asked what it is? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

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

/* The head of an ELF note; name and contents follow, each filled up to 4. */
struct note {
	u32 name_size;
	u32 size;
	u32 type;
};

#define NOTE_BUILD_ID 3

void host_build_id(struct host *h, const void *data, size_t len)
{
	const u8 *p = data, *end = p + len;
	struct note n;

	while ((size_t)(end - p) >= sizeof(n)) {
		u64 name, size;

		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
		name = (n.name_size + 3ULL) & ~3ULL;
		size = (n.size + 3ULL) & ~3ULL;
		if (name + size > (u64)(end - p))
			return;
		if (n.type == NOTE_BUILD_ID && n.name_size == 4 &&
		    !memcmp(p, "GNU", 4) &&
		    n.size <= (sizeof(h->build_id) - 1) / 2) {
			for (u32 i = 0; i < n.size; i++)
				sprintf(h->build_id + 2 * i, "%02x",
					p[name + i]);
			return;
		}
		p += name + size;
	}
}

static void read_ids(struct host *h)
{
	FILE *f = fopen("/sys/kernel/notes", "re");
	char notes[4096];

	if (f) {
		host_build_id(h, notes, fread(notes, 1, sizeof(notes), f));
		fclose(f);
	}
	f = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!f)
		return;
	if (fgets(h->boot_id, sizeof(h->boot_id), f))
		h->boot_id[strcspn(h->boot_id, "\n")] = '\0';
	fclose(f);
}

void host_read(struct host *h)
{
	struct utsname u;

	memset(h, 0, sizeof(*h));
	h->asked = time(NULL);
	if (!uname(&u)) {
		snprintf(h->release, sizeof(h->release), "%s", u.release);
		snprintf(h->machine, sizeof(h->machine), "%s", u.machine);
	}
	read_ids(h);
	read_capabilities(h);
	read_memory(h);
}
