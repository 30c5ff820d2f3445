// SPDX-License-Identifier: GPL-2.0-only
/*
 * What would ftrace print for a boot that the test makes up?
 *
 * Usage: gen [NAME=VALUE]...
 *   pages=N       pages that are handed out (514)
 *   gap=N         leave one page out after each N (0: never)
 *   up=1          upwards, not downwards
 *   capacity=N    ranges that the table holds (1024)
 *   tool=NAME     ftrace, trace-cmd, perf (ftrace)
 *   replays=N     replay it N times (1)
 *   window=N      in windows of N records (0: whole)
 *   drop=N        leave out the N-th event, from 1 on (0: none)
 *   skip=N        leave out the first N events (0: none)
 *   pkey=N        key of the first range (1)
 *   error=N       error of the first range (0)
 *   missed=N      tables that finalize's walk missed (0)
 *   backend=N     enum kpkeys_backend (2)
 *   ram=N         bytes of memory (1 GiB)
 *   top=N         where the pages end, if they go downwards (4 GiB)
 *   slow=N        before each N-th page the clock goes on (0: never)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static const struct {
	const char *name;
	u64 value;
} defaults[] = {
	{ "pages", 514 }, { "gap", 0 }, { "up", 0 }, { "capacity", 1024 },
	{ "replays", 1 }, { "window", 0 }, { "drop", 0 }, { "skip", 0 },
	{ "pkey", 1 }, { "error", 0 }, { "missed", 0 }, { "backend", 2 },
	{ "ram", 1 << 30 }, { "top", 1ULL << 32 }, { "slow", 0 },
};

static char **args;
static const char *tool = "ftrace";

static u64 arg(const char *name)
{
	size_t len = strlen(name);

	for (char **a = args; *a; a++) {
		if (!strncmp(*a, name, len) && (*a)[len] == '=')
			return strtoull(*a + len + 1, NULL, 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		if (!strcmp(defaults[i].name, name))
			return defaults[i].value;
	}
	abort();
}

static u64 sent;

static void prefix(const char *name)
{
	u64 us = 12345678 + sent;

	if (!strcmp(tool, "perf"))
		printf("ppa-trace     61 [000] %llu.%06llu: kpkeys:%s: ",
		       us / 1000000, us % 1000000, name);
	else if (!strcmp(tool, "trace-cmd"))
		printf("       ppa-trace-61    [000] ..... %llu.%06llu: %s: %*s",
		       us / 1000000, us % 1000000, name,
		       (int)(21 - strlen(name)), "");
	else
		printf("       ppa-trace-61      [000] .....  %llu.%06llu: %s: ",
		       us / 1000000, us % 1000000, name);
}

/* The texts are those of TP_printk in include/trace/events/kpkeys.h. */
static int print(void *ctx, const struct event *e)
{
	const struct event_frame *f = &e->frame;

	(void)ctx;
	sent++;
	if (sent == arg("drop") || sent <= arg("skip"))
		return 0;
	prefix(event_descs[e->kind].name);
	switch (e->kind) {
	case EVENT_ALLOC:
		fprintf(stdout,
			"seq=%llu ticks=%llu ns=%llu addr=0x%llx start=0x%llx size=%llu replay=%u level=%s join=%s\n",
		       e->seq, e->ticks, e->ns, e->alloc.addr, e->alloc.start,
		       e->alloc.size, e->replay,
		       event_name(level_names, e->alloc.level),
		       event_name(join_names, e->alloc.join));
		break;
	case EVENT_MERGE:
		fprintf(stdout,
			"seq=%llu ticks=%llu ns=%llu start=0x%llx size=%llu replay=%u join=%s\n",
		       e->seq, e->ticks, e->ns, e->merge.start, e->merge.size,
		       e->replay, event_name(join_names, e->merge.join));
		break;
	case EVENT_OVERFLOW:
		fprintf(stdout,
			"seq=%llu ticks=%llu ns=%llu addr=0x%llx replay=%u level=%s capacity=%u\n",
		       e->seq, e->ticks, e->ns, e->overflow.addr, e->replay,
		       event_name(level_names, e->overflow.level),
		       e->overflow.capacity);
		break;
	case EVENT_FINALIZE:
		fprintf(stdout,
			"seq=%llu ticks=%llu ns=%llu start=0x%llx size=%llu duration=%llu replay=%u pkey=%u error=%d\n",
		       e->seq, e->ticks, e->ns, e->finalize.start,
		       e->finalize.size, e->finalize.duration, e->replay,
		       e->finalize.pkey, e->finalize.error);
		break;
	case EVENT_PHASE:
		fprintf(stdout,
			"seq=%llu ticks=%llu ns=%llu count=%llu missed=%llu replay=%u phase=%s\n",
		       e->seq, e->ticks, e->ns, e->phase.count,
		       e->phase.missed, e->replay,
		       event_name(phase_names, e->phase.phase));
		break;
	default:
		fprintf(stdout,
			"first=%llu count=%llu records=%llu allocs=%llu merges=%llu overflows=%llu finalizes=%llu phases=%llu lost=%llu backwards=%llu log_bytes=%llu freq=%llu ticks=%llu boottime=%llu page_offset=0x%llx memstart=0x%llx ram=%llu replay=%u frame=%s page_shift=%u va_bits=%u levels=%u capacity=%u backend=%s\n",
		       f->first, f->count, f->records, f->allocs, f->merges,
		       f->overflows, f->finalizes, f->phases, f->lost,
		       f->backwards, f->log_bytes, f->freq, f->ticks,
		       f->boottime, f->page_offset, f->memstart, f->ram,
		       e->replay, event_name(frame_names, f->frame),
		       f->page_shift, f->va_bits, f->levels, f->capacity,
		       event_name(backend_names, f->backend));
		break;
	}
	return 0;
}

static void header(void)
{
	if (!strcmp(tool, "trace-cmd")) {
		puts("cpus=1");
		return;
	}
	if (strcmp(tool, "ftrace"))
		return;
	puts("# tracer: nop\n"
	     "#\n"
	     "# entries-in-buffer/entries-written: 1000/1000   #P:1\n"
	     "#\n"
	     "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
	     "#              | |         |   |||||     |         |");
}

int main(int argc, char **argv)
{
	u64 pages, gap, slow, up, top, at = 0, window, replays;
	struct sim_record *r;
	u32 id = 1;
	struct sim s;

	(void)argc;
	args = argv + 1;
	for (char **a = args; *a; a++) {
		if (!strncmp(*a, "tool=", 5))
			tool = *a + 5;
	}
	pages = arg("pages");
	gap = arg("gap");
	slow = arg("slow");
	up = arg("up");
	top = arg("top");
	sim_open(&s, arg("capacity"));
	s.header.backend = arg("backend");
	s.header.ram = arg("ram");
	for (u64 i = 0; i < pages; i++, at++) {
		if (gap && i && i % gap == 0)
			at++;
		if (slow && i && i % slow == 0)
			s.ticks += 100 * (i / slow);
		sim_alloc(&s, up ? 0x80000000 + at * SIM_PAGE :
			  top - (at + 1) * SIM_PAGE,
			  i % 513 == 0 ? KPKEYS_PPA_LEVEL_PMD :
					 KPKEYS_PPA_LEVEL_PTE);
	}
	sim_boot(&s);
	r = sim_find(&s, EVENT_FINALIZE, s.ranges[0].start);
	r->e.finalize.pkey = arg("pkey");
	r->e.finalize.error = -(s32)arg("error");
	r = sim_find(&s, EVENT_PHASE, KPKEYS_PPA_PHASE_FINALIZE_END);
	r->e.phase.missed += arg("missed");

	header();
	window = arg("window") ? arg("window") : s.n;
	replays = arg("replays");
	for (u64 n = 0; n < replays; n++) {
		for (u64 first = 0; first < s.n; first += window)
			sim_replay(&s, id++, first, window, print, NULL);
	}
	sim_free(&s);
	return 0;
}
