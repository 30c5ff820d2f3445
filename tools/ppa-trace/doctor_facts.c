// SPDX-License-Identifier: GPL-2.0-only
/* How is the machine asked what it can do? */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor.h"
#include "host.h"
#include "input.h"
#include "source.h"

const char *doctor_root = "";

/* Longest line of a text that is looked at; what is behind it is not. */
#define LINE_MAX_BYTES 1024

static const char *in_root(char path[512], const char *name)
{
	snprintf(path, 512, "%s%s", doctor_root, name);
	return path;
}

static bool is_there(const char *name)
{
	char path[512];

	return !access(in_root(path, name), F_OK);
}

/* The first line of a file into @buf, which is empty if it cannot be read. */
static void read_line(const char *name, char *buf, size_t size)
{
	char path[512];
	FILE *f = fopen(in_root(path, name), "re");

	if (!f || !fgets(buf, size, f))
		buf[0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (f)
		fclose(f);
}

/* A file with a number, or -1. */
static s64 read_number(const char *name)
{
	char line[64];

	read_line(name, line, sizeof(line));
	return *line >= '0' && *line <= '9' ? strtoll(line, NULL, 10) : -1;
}

typedef bool (*line_fn)(void *ctx, const char *line);

/* Each line of a file until @fn has seen enough. False if it cannot be read. */
static bool each_line(const char *name, line_fn fn, void *ctx)
{
	char path[512], line[LINE_MAX_BYTES];
	FILE *f = fopen(in_root(path, name), "re");

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f) && fn(ctx, line))
		;
	fclose(f);
	return true;
}

/* --- the configuration of the kernel --- */

/* NAME=y sets what is known; "is not set" is what was assumed. */
static bool config_line(void *ctx, const char *line)
{
	struct doctor_facts *f = ctx;

	for (int i = 0; i < OPTION_COUNT; i++) {
		size_t len = strlen(doctor_options[i]);

		if (!strncmp(line, doctor_options[i], len) &&
		    !strncmp(line + len, "=y", 2))
			f->config[i] = KNOWN_YES;
	}
	return true;
}

static void assume_config(struct doctor_facts *f, enum doctor_known what)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		f->config[i] = what;
}

/* Lines of bytes that come in pieces. */
static void input_lines(struct input *in, line_fn fn, void *ctx)
{
	char buf[2 * LINE_MAX_BYTES + 1];
	size_t have = 0;
	ssize_t n;

	while ((n = input_read(in, buf + have, LINE_MAX_BYTES)) > 0) {
		char *at = buf, *end;

		have += n;
		buf[have] = '\0';
		while ((end = strchr(at, '\n'))) {
			*end = '\0';
			fn(ctx, at);
			at = end + 1;
		}
		have = strlen(at);
		/* A line that never ends is none. */
		if (have > LINE_MAX_BYTES)
			have = 0;
		memmove(buf, at, have);
	}
}

static void read_config(struct doctor_facts *f, const char *release)
{
	char path[512], name[128];
	struct diag why;
	struct input *in;

	assume_config(f, KNOWN_NO);
	in = input_open(in_root(path, "/proc/config.gz"), &why);
	if (in) {
		input_lines(in, config_line, f);
		input_close(in);
		return;
	}
	snprintf(name, sizeof(name), "/boot/config-%s", release);
	if (!each_line(name, config_line, f))
		assume_config(f, KNOWN_NOT);
}

/* --- what the kernel shows of itself --- */

static void read_kpkeys(struct doctor_facts *f)
{
	f->sysfs = is_there("/sys/kernel");
	f->kpkeys = is_there("/sys/kernel/kpkeys");
	read_line("/sys/kernel/kpkeys/backend", f->backend, sizeof(f->backend));
	read_line("/sys/kernel/kpkeys/log_state", f->log_state,
		  sizeof(f->log_state));
	f->log_bytes = read_number("/sys/kernel/kpkeys/log_bytes");
}

static bool cpu_line(void *ctx, const char *line)
{
	struct doctor_facts *f = ctx;

	if (strncmp(line, "Features", 8))
		return true;
	f->cpu_poe = strstr(line, " poe ") || strstr(line, " poe\n") ?
		KNOWN_YES : KNOWN_NO;
	return false;
}

/* A buffer that was never used is a page, and expands when it is. */
static s64 read_buffer_size(void)
{
	char line[64], *expanded;

	read_line("/sys/kernel/tracing/buffer_size_kb", line, sizeof(line));
	expanded = strstr(line, "expanded: ");
	if (expanded)
		return strtoll(expanded + strlen("expanded: "), NULL, 10);
	return *line >= '0' && *line <= '9' ? strtoll(line, NULL, 10) : -1;
}

/* Who may not look into tracefs cannot tell whether it is mounted. */
static void read_tracefs(struct doctor_facts *f)
{
	char path[512];

	f->buffer_kib = read_buffer_size();
	if (is_there("/sys/kernel/tracing/events")) {
		f->tracefs = KNOWN_YES;
		f->events = is_there("/sys/kernel/tracing/events/kpkeys") ?
			KNOWN_YES : KNOWN_NO;
		return;
	}
	if (access(in_root(path, "/sys/kernel/tracing"), X_OK) &&
	    errno == EACCES)
		f->tracefs = KNOWN_NOT;
	else
		f->tracefs = KNOWN_NO;
}

static void read_lockdown(struct doctor_facts *f)
{
	char line[128], *begin;

	read_line("/sys/kernel/security/lockdown", line, sizeof(line));
	begin = strchr(line, '[');
	if (!begin)
		return;
	begin[strcspn(begin, "]")] = '\0';
	if (strcmp(begin + 1, "none"))
		snprintf(f->lockdown, sizeof(f->lockdown), "%.*s",
			 (int)sizeof(f->lockdown) - 1, begin + 1);
}

struct symbols {
	int found;
	bool hidden;
};

static bool symbol_line(void *ctx, const char *line)
{
	struct symbols *s = ctx;
	unsigned long long addr;
	char type, name[64];

	if (sscanf(line, "%llx %c %63s", &addr, &type, name) != 3 ||
	    (strcmp(name, "kpkeys_layout") && strcmp(name, "swapper_pg_dir")))
		return true;
	s->hidden |= !addr;
	return ++s->found < 2;
}

static void read_symbols(struct doctor_facts *f)
{
	struct symbols s = { 0 };

	each_line("/proc/kallsyms", symbol_line, &s);
	if (s.found < 2)
		f->symbols = KNOWN_NO;
	else
		f->symbols = s.hidden ? KNOWN_NOT : KNOWN_YES;
}

static bool memory_line(void *ctx, const char *line)
{
	struct doctor_facts *f = ctx;
	long long kib;

	if (sscanf(line, "MemAvailable: %lld", &kib) != 1)
		return true;
	f->memory_available = kib << 10;
	return false;
}

static void try_to_load(struct doctor_facts *f)
{
	struct doctor d;
	struct source *s;

	doctor_judge(f, &d);
	for (int i = 0; i < POINT_LOAD; i++) {
		/* Without a log or under lockdown, part of them can. */
		if (i != POINT_LOG && i != POINT_LOCKDOWN &&
		    i != POINT_SYMBOLS && doctor_needed(i) &&
		    d.v[i].status != DOCTOR_OK)
			return;
	}
	s = source_live_open(&f->load_error);
	f->loads = s ? KNOWN_YES : KNOWN_NO;
	if (s)
		s->ops->close(s);
}

void doctor_ask(struct doctor_facts *f)
{
	struct host h;

	memset(f, 0, sizeof(*f));
	host_read(&h);
	snprintf(f->machine, sizeof(f->machine), "%s", h.machine);
	f->capabilities = h.capabilities;
	f->live_built_in = source_live_built_in();
	read_config(f, h.release);
	read_kpkeys(f);
	each_line("/proc/cpuinfo", cpu_line, f);
	read_tracefs(f);
	f->btf = is_there("/sys/kernel/btf/vmlinux");
	f->bpf = is_there("/sys/fs/bpf");
	read_lockdown(f);
	read_symbols(f);
	f->memory_available = -1;
	each_line("/proc/meminfo", memory_line, f);
	try_to_load(f);
}
