// SPDX-License-Identifier: GPL-2.0-only
/* Where did the time of a boot go, in words first and then in numbers? */
#include <stdarg.h>
#include <stdlib.h>

#include "view.h"

#define BAR 34			/* columns of the longest bar */
#define CHART 6			/* lines of the chart */
#define FINALIZES 10		/* ranges that are listed */

/* A paragraph that grows. */
struct words {
	char text[1024];
	size_t n;
};

static void __printf(2, 3) say(struct words *w, const char *fmt, ...)
{
	size_t room = sizeof(w->text) - w->n;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->text + w->n, room, fmt, ap);
	va_end(ap);
	w->n += n < (int)room ? n : (int)room - 1;
}

static void paragraph(FILE *out, const struct words *w)
{
	if (w->n)
		view_wrapped(out, 0, 0, w->text);
}

static const char *percent(char buf[16], u32 per_mille)
{
	snprintf(buf, 16, "%u.%u %%", per_mille / 10, per_mille % 10);
	return buf;
}

static const char *duration_ps(char buf[24], u64 ps)
{
	if (ps >= 100000 || !(ps % 1000))
		return view_duration(buf, ps / 1000 + (ps % 1000 >= 500));
	snprintf(buf, 24, "%llu.%llu ns", ps / 1000, ps % 1000 / 100);
	return buf;
}

static const char *seconds(char buf[32], u64 ns)
{
	snprintf(buf, 32, "%llu.%06llu s", ns / 1000000000,
		 ns % 1000000000 / 1000);
	return buf;
}

/* --- what one would ask --------------------------------------------------- */

static void tell_clock(FILE *out, const struct boot_report *b,
		       const struct model *m)
{
	if (m->have_header && !b->frequency)
		view_wrapped(out, 0, 0,
			     "No time is known: the counter of that boot had no rate. What is said of times below means nothing.");
}

static void tell_map(FILE *out, const struct boot_report *b)
{
	const struct boot_time *setup = &b->phase[KPKEYS_PPA_PHASE_SETUP];
	struct words w = { .n = 0 };
	char t[24], s[16];

	if (!b->map.known) {
		say(&w,
		    "How long it took to build the linear map cannot be said: the events lack its begin or its end.");
		paragraph(out, &w);
		return;
	}
	say(&w, "Building the linear map took %s",
	    view_duration(t, b->map.ns));
	if (b->boot.known)
		say(&w, ", %s of the %s from the first kpkeys code to hand-over",
		    percent(s, b->map_share), view_duration(t, b->boot.ns));
	say(&w, ". It began %s after the counter started",
	    view_duration(t, b->map.begin_ns));
	if (setup->known && setup->ns <= b->map.begin_ns)
		say(&w, " and %s after that code",
		    view_duration(t, b->map.begin_ns - setup->ns));
	say(&w, ", and took %llu page%s for tables.", b->map_pages,
	    plural(b->map_pages));
	paragraph(out, &w);
}

static void tell_own(FILE *out, const struct boot_report *b)
{
	const struct boot_own *o = &b->own;
	u64 ns = b->map.known ? o->map_ns : o->ns;
	u64 error = b->map.known ? o->map_error_ns : o->error_ns;
	struct words w = { .n = 0 };
	char t[24], e[24], s[16];

	if (!o->known) {
		say(&w, "How much of it the allocator itself took cannot be said: %s",
		    o->first_known ? "only the first allocation was timed." :
				     "no allocation was timed.");
		paragraph(out, &w);
		return;
	}
	say(&w, "The allocator itself took");
	if (b->map.known)
		say(&w, " %s of that:", percent(s, o->map_share));
	say(&w, " %s", view_duration(t, ns));
	if (o->error_known)
		say(&w, " +- %s", view_duration(e, error));
	if (o->samples)
		say(&w, ", estimated from %llu sample%s%s", o->samples,
		    plural(o->samples),
		    o->error_known ? "" : ", with an unknown error");
	say(&w, ".");
	paragraph(out, &w);
}

static void tell_gaps(FILE *out, const struct boot_gaps *g)
{
	const struct boot_gap *longest = &g->slowest[0];
	struct words w = { .n = 0 };
	char t[24], m[24];

	if (!g->n)
		say(&w,
		    "How long it took from one page to the next cannot be said: no two are known that follow each other.");
	else
		say(&w,
		    "From one page to the next it took %s in the median and %s at most: before record %llu, %s table at 0x%llx.",
		    view_duration(t, g->p50), view_duration(m, g->max),
		    longest->seq, event_name(level_names, longest->level),
		    longest->addr);
	paragraph(out, &w);
}

static void tell_finalize(FILE *out, const struct boot_report *b)
{
	struct words w = { .n = 0 };
	char t[24], r[24], p[24], s[16];

	if (!b->finalize.known) {
		say(&w,
		    "How long it took to set the keys cannot be said: the events lack the begin or the end of finalize.");
		paragraph(out, &w);
		return;
	}
	say(&w, "Setting the keys took %s", view_duration(t, b->finalize.ns));
	if (b->boot.known)
		say(&w, ", %s of the time to hand-over",
		    percent(s, b->finalize_share));
	say(&w, ": %s for %zu range%s", view_duration(r, b->finalize_ns),
	    b->nfinalizes, plural(b->nfinalizes));
	if (b->finalize_pages)
		say(&w, " (%s a page)", duration_ps(p, b->finalize_page_ps));
	say(&w, ", the rest to look for tables that are in none.");
	paragraph(out, &w);
}

/* --- the tables ----------------------------------------------------------- */

static void phases(FILE *out, const struct boot_report *b)
{
	const struct boot_time *last = NULL;
	char at[32], t[24], s[16];

	fprintf(out, "\n%-16s %15s %14s %16s\n", "Phase", "counter",
		"since the last", "of the time");
	for (u32 i = 0; i < BOOT_PHASES; i++) {
		const struct boot_time *p = &b->phase[i];
		const char *name = event_name(phase_names, i);

		if (!p->known) {
			fprintf(out, "%-16s %15s\n", name, "not recorded");
			continue;
		}
		fprintf(out, "%-16s %15s", name, seconds(at, p->ns));
		if (last && p->ns >= last->ns) {
			fprintf(out, " %14s",
				view_duration(t, p->ns - last->ns));
			if (b->boot.known)
				fprintf(out, " %16s",
					percent(s, boot_share(p->ns - last->ns,
							      b->boot.ns)));
		}
		fputc('\n', out);
		last = p;
	}
}

/* One column of the chart in one of its lines, 0 being the lowest. */
static const char *block(u64 pages, u64 most, int line, bool utf8)
{
	static const char * const blocks[] = {
		" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█",
	};
	static const char * const plain[] = {
		" ", ".", ".", ".", ":", ":", ":", "#", "#",
	};
	/* In eighths of a line; what is there at all is seen. */
	u64 height = most ? pages * CHART * 8 / most : 0;

	if (pages && !height)
		height = 1;
	height = height > line * 8ULL ? height - line * 8ULL : 0;
	return (utf8 ? blocks : plain)[height < 8 ? height : 8];
}

/* No blanks are left at its end. */
static void chart_line(FILE *out, const struct boot_report *b, u64 most,
		       int line, bool utf8)
{
	int blanks = 0;

	for (int i = 0; i < BOOT_SLICES; i++) {
		const char *c = block(b->slices[i], most, line, utf8);

		if (*c == ' ') {
			blanks++;
			continue;
		}
		fprintf(out, "%*s%s", blanks, "", c);
		blanks = 0;
	}
	fputc('\n', out);
}

static void chart(FILE *out, const struct boot_report *b, bool utf8)
{
	char from[32], to[32], each[24];
	u64 most = 0;

	for (int i = 0; i < BOOT_SLICES; i++) {
		if (b->slices[i] > most)
			most = b->slices[i];
	}
	if (!most)
		return;
	view_duration(each, b->slices_in.ns / BOOT_SLICES);
	fprintf(out, "\nPages in each %s of %s", each,
		b->map.known ? "the building of the linear map" :
			       "what is known");
	if (b->later_pages)
		fprintf(out, "; %llu came later", b->later_pages);
	fputc('\n', out);
	for (int line = CHART - 1; line >= 0; line--) {
		if (line == CHART - 1)
			fprintf(out, "%8llu ", most);
		else
			fprintf(out, "%8s ", line ? "" : "0");
		fputs(utf8 ? "┤" : "|", out);
		chart_line(out, b, most, line, utf8);
	}
	seconds(from, b->slices_in.begin_ns);
	seconds(to, b->slices_in.begin_ns + b->slices_in.ns);
	fprintf(out, "%10s%-32s%32s\n", "", from, to);
}

/* @n of @most as a bar of BAR columns at most. */
static void bar(FILE *out, u64 n, u64 most, bool utf8)
{
	static const char * const parts[] = {
		"", "▏", "▎", "▍", "▌", "▋", "▊", "▉",
	};
	u64 eighths = n * BAR * 8 / most;

	if (!n)
		return;
	fputc(' ', out);
	if (!eighths)
		eighths = 1;
	for (u64 i = 0; i < eighths / 8; i++)
		fputs(utf8 ? "█" : "#", out);
	if (utf8)
		fputs(parts[eighths % 8], out);
	else if (eighths < 8 || eighths % 8 >= 4)
		fputs(eighths < 8 ? "." : "#", out);
}

static void histogram(FILE *out, const struct boot_gaps *g, bool utf8)
{
	int first = BOOT_BUCKETS, last = -1;
	u64 most = 1;
	char t[24], s[16];

	for (int i = 0; i < BOOT_BUCKETS; i++) {
		if (!g->buckets[i])
			continue;
		if (first > i)
			first = i;
		last = i;
		if (g->buckets[i] > most)
			most = g->buckets[i];
	}
	fprintf(out, "%16s  %8s %7s\n", "from", "gaps", "share");
	for (int i = first; i <= last; i++) {
		fprintf(out, "%16s  %8llu %7s",
			view_duration(t, i ? BIT_ULL(i) : 0), g->buckets[i],
			percent(s, boot_share(g->buckets[i], g->n)));
		bar(out, g->buckets[i], most, utf8);
		fputc('\n', out);
	}
}

static void slowest(FILE *out, const struct boot_gaps *g)
{
	char t[24], at[32];

	fprintf(out, "\n%-12s %10s  %-8s %-18s %-10s %15s\n", "Longest gaps",
		"record", "level", "page (physical)", "joined by", "counter");
	for (size_t i = 0; i < g->nslowest; i++) {
		const struct boot_gap *gap = &g->slowest[i];

		fprintf(out, "%12s %10llu  %-8s 0x%-16llx %-10s %15s\n",
			view_duration(t, gap->ns), gap->seq,
			event_name(level_names, gap->level), gap->addr,
			boot_step_name(gap->step), seconds(at, gap->at_ns));
	}
}

static void gaps(FILE *out, const struct boot_report *b, bool utf8)
{
	const struct boot_gaps *g = &b->gaps;
	char p[4][24];

	fprintf(out, "\nTime from one page to the next: %llu gap%s", g->n,
		plural(g->n));
	if (g->across)
		fprintf(out, "; %llu with a phase in between left out",
			g->across);
	fputc('\n', out);
	if (!g->n)
		return;
	fprintf(out, "  p50 %s, p90 %s, p99 %s, longest %s\n",
		view_duration(p[0], g->p50), view_duration(p[1], g->p90),
		view_duration(p[2], g->p99), view_duration(p[3], g->max));
	histogram(out, g, utf8);
	slowest(out, g);
}

static void step(FILE *out, const char *name, const struct boot_step *s)
{
	char t[24];

	if (s->pages)
		fprintf(out, "%-20s %8llu %8llu %12s\n", name, s->pages,
			s->gaps, s->gaps ? duration_ps(t, s->mean_ps) : "-");
}

static void steps(FILE *out, const struct boot_report *b)
{
	const struct boot_step *alone = &b->step[KPKEYS_PPA_JOIN_NEW];
	const struct boot_step *untracked = &b->step[BOOT_UNTRACKED];

	if (!b->pages)
		return;
	fprintf(out, "\n%-20s %8s %8s %12s\n", "How pages came in", "pages",
		"gaps", "mean gap");
	step(out, "merged nothing: new", alone);
	step(out, "merged", &b->merged);
	for (u32 i = KPKEYS_PPA_JOIN_APPEND; i < BOOT_UNTRACKED; i++) {
		char name[24];

		snprintf(name, sizeof(name), "  %s", boot_step_name(i));
		step(out, name, &b->step[i]);
	}
	step(out, boot_step_name(BOOT_UNTRACKED), untracked);
}

/* Indices of those that took longest, of equal ones the first. */
static size_t longest(const struct boot_report *b, size_t top[FINALIZES])
{
	size_t n = 0, at;

	for (size_t i = 0; i < b->nfinalizes; i++) {
		u64 ns = b->finalizes[i].ns;

		if (n == FINALIZES && b->finalizes[top[n - 1]].ns >= ns)
			continue;
		n += n < FINALIZES;
		for (at = n - 1; at && b->finalizes[top[at - 1]].ns < ns; at--)
			top[at] = top[at - 1];
		top[at] = i;
	}
	return n;
}

static int by_index(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

static void finalize_line(FILE *out, const struct boot_finalize *f)
{
	char t[24], p[24], where[40], pages[24] = "-";

	snprintf(where, sizeof(where), "0x%012llx-0x%012llx", f->start,
		 f->start + f->size);
	if (f->pages)
		snprintf(pages, sizeof(pages), "%llu", f->pages);
	fprintf(out, "%-31s %8s %12s %12s", where, pages,
		view_duration(t, f->ns),
		f->pages ? duration_ps(p, f->page_ps) : "-");
	if (f->error)
		fprintf(out, "  error %d", f->error);
	fputc('\n', out);
}

static void finalize(FILE *out, const struct boot_report *b)
{
	size_t top[FINALIZES], n = longest(b, top);

	if (!n)
		return;
	fprintf(out, "\n%-31s %8s %12s %12s\n", "Finalize (physical)", "pages",
		"time", "a page");
	qsort(top, n, sizeof(*top), by_index);
	for (size_t i = 0; i < n; i++)
		finalize_line(out, &b->finalizes[top[i]]);
	if (b->nfinalizes > n)
		fprintf(out, "the %zu of %zu that took longest; --json has all\n",
			n, b->nfinalizes);
}

static void own(FILE *out, const struct boot_report *b)
{
	const struct boot_own *o = &b->own;
	struct words w = { .n = 0 };
	char t[24], e[24], lo[24], hi[24];

	say(&w, "The allocator itself, from entry to record:");
	if (o->first_known)
		say(&w, " %s for the first page%s",
		    view_duration(t, o->first_ns), o->samples ? "," : ".");
	if (o->samples)
		say(&w, " %s for each other", duration_ps(t, o->mean_ps));
	if (o->error_known)
		say(&w, " +- %s (twice the standard error)",
		    duration_ps(e, o->error_ps));
	if (o->samples)
		say(&w, ", the mean of %llu sample%s of %s to %s.", o->samples,
		    plural(o->samples), view_duration(lo, o->min_ns),
		    view_duration(hi, o->max_ns));
	if (!o->first_known && !o->samples)
		say(&w, " not timed.");
	if (b->resolution_ps)
		say(&w, " The counter ticks every %s (%llu Hz): no time is finer than that.",
		    duration_ps(t, b->resolution_ps), b->frequency);
	fputc('\n', out);
	paragraph(out, &w);
	fputs("The events do not tell a machine from an emulator: in QEMU, these are the times\n"
	      "of QEMU and say nothing about hardware.\n", out);
}

static void findings(FILE *out, const struct boot_report *b,
		     const struct model *m)
{
	const struct check *complete = &m->checks[CHECK_COMPLETE];
	const struct boot_gaps *g = &b->gaps;
	u64 failed = 0;

	for (int i = 0; i < CHECK_FIRST_WALK; i++)
		failed += m->checks[i].status == CHECK_FAILED;
	if (failed)
		fprintf(out,
			"\nFAILED: %llu check%s of the events; \"ppa-trace verify\" says which\n",
			failed, plural(failed));
	if (complete->status == CHECK_OK)
		return;
	fputs("\nINCOMPLETE: ", out);
	view_wrapped(out, 12, 12, complete->why);
	fputs("            All numbers above are of the records that are there.\n",
	      out);
	if (g->holes)
		fprintf(out,
			"            What was missed in %llu place%s between them is not known.\n",
			g->holes, plural(g->holes));
}

void view_boot(FILE *out, const struct boot_report *b, const struct model *m,
	       bool utf8)
{
	tell_clock(out, b, m);
	tell_map(out, b);
	tell_own(out, b);
	tell_gaps(out, &b->gaps);
	tell_finalize(out, b);
	phases(out, b);
	chart(out, b, utf8);
	gaps(out, b, utf8);
	steps(out, b);
	finalize(out, b);
	own(out, b);
	findings(out, b, m);
}
