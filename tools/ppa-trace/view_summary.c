// SPDX-License-Identifier: GPL-2.0-only
/* What did the allocator do, on one screen? */
#include "view.h"

static void head(FILE *out, const char *title)
{
	fprintf(out, "%-13s", title);
}

static void show_time(FILE *out, u64 ns)
{
	fprintf(out, "%llu.%06llu s", ns / 1000000000,
		ns % 1000000000 / 1000);
}

/* A duration, in the unit that keeps it short. */
static void show_duration(FILE *out, u64 ns)
{
	if (ns < 10000)
		fprintf(out, "%llu ns", ns);
	else if (ns < 10000000)
		fprintf(out, "%llu us", ns / 1000);
	else
		fprintf(out, "%llu ms", ns / 1000000);
}

static void kernel(FILE *out, const struct model *m, const struct host *h)
{
	const struct event_frame *f = &m->header;
	char b[16];

	head(out, "Kernel");
	if (h)
		fprintf(out, "%s (%s)", h->release, h->machine);
	else
		fputs("not in the events", out);
	if (!m->have_header) {
		fputs("; its begin event is missing, so are page size and memory\n",
		      out);
		return;
	}
	fprintf(out, ", keys by %s\n", event_name(backend_names, f->backend));
	head(out, "Pages");
	fprintf(out, "%llu KiB, %u levels, %u-bit addresses\n",
		model_page_size(m) / 1024, f->levels, f->va_bits);
	head(out, "Memory");
	fprintf(out, "%s (%llu bytes)\n", view_bytes(b, f->ram), f->ram);
}

static void allocations(FILE *out, const struct model *m)
{
	u64 pages = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];
	u64 size = model_page_size(m);
	char b[16];

	fputc('\n', out);
	head(out, "Allocations");
	fprintf(out, "%llu page%s, %s", pages, plural(pages),
		view_bytes(b, pages * size));
	if (m->seen[EVENT_ALLOC]) {
		fputs(", at ", out);
		show_time(out, m->alloc_first_ns);
		fputs(" to ", out);
		show_time(out, m->alloc_last_ns);
	}
	fputc('\n', out);
	for (u32 l = 0; l < LEVELS; l++) {
		u64 n = m->level_pages[l];

		if (n)
			fprintf(out, "  %-10s %8llu page%-2s %10s\n",
				event_name(level_names, l), n, plural(n),
				view_bytes(b, n * size));
	}
	if (m->seen[EVENT_OVERFLOW])
		fprintf(out, "  %-10s %8llu page%s, in no range: the table was full\n",
			"untracked", m->seen[EVENT_OVERFLOW],
			plural(m->seen[EVENT_OVERFLOW]));
}

static void ranges(FILE *out, const struct model *m)
{
	char b[16];

	fputc('\n', out);
	head(out, "Ranges");
	fprintf(out, "%zu", m->nranges);
	if (m->have_header)
		fprintf(out, " of %u possible", m->header.capacity);
	fprintf(out, ", largest %s\n", view_bytes(b, m->largest));
	head(out, "");
	fprintf(out, "merges: %llu append, %llu prepend, %llu bridge\n",
		m->merges[KPKEYS_PPA_JOIN_APPEND],
		m->merges[KPKEYS_PPA_JOIN_PREPEND],
		m->merges[KPKEYS_PPA_JOIN_BRIDGE]);
}

static void finalize(FILE *out, const struct model *m)
{
	const struct model_phase *begin, *end;
	u64 n = m->seen[EVENT_FINALIZE], bytes = 0;
	char b[16];

	begin = &m->phase[KPKEYS_PPA_PHASE_FINALIZE_BEGIN];
	end = &m->phase[KPKEYS_PPA_PHASE_FINALIZE_END];
	for (size_t i = 0; i < m->nfinalizes; i++)
		bytes += m->finalizes[i].size;
	head(out, "Finalize");
	fprintf(out, "%llu range%s, %s, %llu error%s", n, plural(n),
		view_bytes(b, bytes), m->finalize_errors,
		plural(m->finalize_errors));
	if (begin->times && end->times && end->ns >= begin->ns) {
		fputs(", ", out);
		show_duration(out, end->ns - begin->ns);
	}
	fputc('\n', out);
	if (!end->times)
		return;
	head(out, "");
	fprintf(out, "own walk: %llu table%s, %llu of them without a key until then\n",
		end->count, plural(end->count), end->missed);
}

static void event_log(FILE *out, const struct model *m)
{
	const struct event_frame *f = &m->header;
	u64 events = 0;
	char b[16];

	for (int k = 0; k < EVENT_REPLAY; k++)
		events += m->seen[k];
	head(out, "Log");
	fprintf(out, "%llu event%s of ", events, plural(events));
	if (m->have_header)
		fprintf(out, "%llu record%s, %s, %llu lost\n", f->records,
			plural(f->records), view_bytes(b, f->log_bytes),
			f->lost);
	else
		fputs("an unknown number of records\n", out);
}

static void table(FILE *out, const struct model *m)
{
	char b[16];

	if (!m->nranges)
		return;
	fprintf(out, "\n%-29s %10s %8s %4s  %s\n", "Range (physical)", "size",
		"pages", "key", "first allocated");
	for (size_t i = 0; i < m->nranges; i++) {
		const struct model_range *r = &m->ranges[i];
		char where[40], key[16] = "none";

		snprintf(where, sizeof(where), "0x%012llx-0x%012llx", r->start,
			 r->start + r->size);
		if (r->finalized)
			snprintf(key, sizeof(key), "%u", r->pkey);
		fprintf(out, "%-29s %10s %8llu %4s  ", where,
			view_bytes(b, r->size), r->pages, key);
		show_time(out, r->first_ns);
		if (r->finalized && r->error)
			fprintf(out, "  error %d", r->error);
		fputc('\n', out);
	}
}

static void findings(FILE *out, const struct model *m)
{
	const struct check *complete = &m->checks[CHECK_COMPLETE];
	int failed = 0;

	for (int i = 0; i < CHECK_FIRST_WALK; i++)
		failed += m->checks[i].status == CHECK_FAILED;
	if (failed) {
		fputc('\n', out);
		view_word(out, EXIT_BAD, 0, "FAILED");
		fprintf(out, ": %d check%s of the events; \"ppa-trace verify\" says which\n",
			failed, plural(failed));
	}
	if (complete->status != CHECK_OK) {
		fputc('\n', out);
		view_word(out, EXIT_UNPROVEN, 0, "INCOMPLETE");
		fputs(": ", out);
		view_wrapped(out, 12, 12, complete->why);
	}
}

void view_summary(FILE *out, const struct model *m, const struct host *h)
{
	kernel(out, m, h);
	allocations(out, m);
	ranges(out, m);
	finalize(out, m);
	event_log(out, m);
	table(out, m);
	findings(out, m);
}
