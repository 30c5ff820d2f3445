// SPDX-License-Identifier: GPL-2.0-only
/* How is time drawn: phases, pages over time, and what lies between pages? */
#include "view_report.h"

#define LANE_HEIGHT 96		/* px, of the level with most pages */
#define LANE_LOW 40		/* of the others */
#define LANE_GAP 8
#define AXIS_ROOM 34
#define GAP_MARKS 5		/* slowest gaps that the curve shows */
#define GAP_ROOM (REPORT_WIDTH / 24)

static void time_cell(FILE *out, u64 ns)
{
	struct html_number n;

	fprintf(out, "<td class=\"n\">%s</td>", html_time(&n, ns));
}

static void duration_cell(FILE *out, u64 ns)
{
	struct html_number n;

	fprintf(out, "<td class=\"n\">%s</td>", html_ns(&n, ns));
}

/* --- phases ------------------------------------------------------------------ */

static const struct {
	const char *name;
	u32 begin;
	u32 end;
	const char *kind;	/* class of its bar */
} stretches[] = {
	{ "before the linear map", KPKEYS_PPA_PHASE_SETUP,
	  KPKEYS_PPA_PHASE_PAGING_BEGIN, "o" },
	{ "linear map is built", KPKEYS_PPA_PHASE_PAGING_BEGIN,
	  KPKEYS_PPA_PHASE_PAGING_END, "k" },
	{ "until finalize", KPKEYS_PPA_PHASE_PAGING_END,
	  KPKEYS_PPA_PHASE_FINALIZE_BEGIN, "o" },
	{ "finalize sets the keys", KPKEYS_PPA_PHASE_FINALIZE_BEGIN,
	  KPKEYS_PPA_PHASE_FINALIZE_END, "k" },
	{ "until hand-over", KPKEYS_PPA_PHASE_FINALIZE_END,
	  KPKEYS_PPA_PHASE_HANDOVER, "o" },
};

/* From the first to the last phase that is known; false: fewer than two. */
static bool boot_scale(const struct boot_report *b, struct report_scale *s)
{
	s->from = ~0ULL;
	s->to = 0;
	for (int i = 0; i < BOOT_PHASES; i++) {
		if (!b->phase[i].known)
			continue;
		if (b->phase[i].ns < s->from)
			s->from = b->phase[i].ns;
		if (b->phase[i].ns > s->to)
			s->to = b->phase[i].ns;
	}
	return s->from < s->to;
}

static void stretch_row(FILE *out, const struct boot_report *b,
			const struct report_scale *s, size_t i)
{
	const struct boot_time *begin = &b->phase[stretches[i].begin];
	const struct boot_time *end = &b->phase[stretches[i].end];
	u64 whole = s->to - s->from;
	u32 x, width;

	fprintf(out, "<tr><th scope=\"row\">%s</th>", stretches[i].name);
	if (!begin->known || !end->known || end->ns < begin->ns) {
		fputs("<td class=\"n\">not known</td><td></td><td></td><td></td></tr>\n",
		      out);
		return;
	}
	time_cell(out, begin->ns);
	duration_cell(out, end->ns - begin->ns);
	fprintf(out, "<td class=\"n\">%u.%u %%</td>",
		boot_share(end->ns - begin->ns, whole) / 10,
		boot_share(end->ns - begin->ns, whole) % 10);
	report_place(s, begin->ns, end->ns, &x, &width);
	report_bar_cell(out, stretches[i].kind, x, width);
	fputs("</tr>\n", out);
}

static void show_phases(FILE *out, const struct boot_report *b)
{
	struct report_scale s;

	if (!boot_scale(b, &s)) {
		fputs("<p>The events have fewer than two phases of boot, so\n"
		      "there is no time to draw.</p>\n",
		      out);
		return;
	}
	fputs("<table class=\"phases\"><caption>Phases of boot, from the\n"
	      "first code of kpkeys to the hand-over of the log</caption>\n"
	      "<thead><tr><th scope=\"col\">Phase</th><th scope=\"col\"\n"
	      "class=\"n\">begins at</th><th scope=\"col\"\n"
	      "class=\"n\">takes</th><th scope=\"col\" class=\"n\">share</th>\n"
	      "<th scope=\"col\">when</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(stretches); i++)
		stretch_row(out, b, &s, i);
	fputs("</tbody></table>\n", out);
}

/* --- pages over time ------------------------------------------------------------ */

static u64 level_total(const struct report *r, u32 level)
{
	return r->curve[level][REPORT_BINS - 1];
}

static void curve(FILE *out, const u64 *v, u64 total)
{
	struct report_scale s = { 0, total };

	fputs("<path class=\"area\" d=\"M0 1000", out);
	for (u32 i = 0; i < REPORT_BINS; i++)
		fprintf(out, "L%u %u", (i + 1) * 10,
			1000 - report_at(&s, v[i]) / (REPORT_WIDTH / 1000));
	fprintf(out, "L%u 1000Z\"/>", REPORT_BINS * 10);
}

static u32 show_lane(FILE *out, const struct report *r, u32 level, u32 y,
		     u32 height)
{
	u64 total = level_total(r, level);
	struct html_number n;

	fprintf(out, "<svg y=\"%u\" width=\"100%%\" height=\"%u\"\n"
		"viewBox=\"0 0 %u 1000\" preserveAspectRatio=\"none\">",
		y, height, REPORT_BINS * 10);
	curve(out, r->curve[level], total);
	fprintf(out, "</svg>\n<line class=\"base\" x1=\"0%%\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>",
		y + height, y + height);
	fprintf(out, "<text class=\"lane\" x=\"6\" y=\"%u\">%s: %s page%s</text>\n",
		y + 14, event_name(level_names, level), html_count(&n, total),
		plural(total));
	return y + height + LANE_GAP;
}

/* Where the slowest gaps were, with their rank, as far as there is room. */
static void gap_marks(FILE *out, const struct report *r, u32 bottom)
{
	const struct boot_gaps *g = &r->in.boot->gaps;
	u32 at[GAP_MARKS];
	size_t n = 0;

	for (size_t i = 0; i < g->nslowest && n < GAP_MARKS; i++) {
		const struct boot_gap *gap = &g->slowest[i];
		u64 begin = gap->at_ns > gap->ns ? gap->at_ns - gap->ns : 0;
		bool room = true;
		u32 x, width;

		report_place(&r->time, begin, gap->at_ns, &x, &width);
		for (size_t k = 0; k < n; k++)
			room &= x > at[k] + GAP_ROOM || at[k] > x + GAP_ROOM;
		if (!width || !room)
			continue;
		at[n++] = x;
		fputs("<rect class=\"gap\" y=\"0\"", out);
		report_percent(out, "x", x);
		report_percent(out, "width", width);
		fprintf(out, " height=\"%u\"/><a href=\"#gap-%zu\"\n"
			"aria-label=\"slowest gap %zu\"><text class=\"gap m\"",
			bottom, i + 1, i + 1);
		report_percent(out, "x", x + width / 2);
		fprintf(out, " y=\"%u\">\xe2\x96\xb2%zu</text></a>\n",
			bottom + 12, i + 1);
	}
}

static void time_axis(FILE *out, const struct report_scale *s, u32 y)
{
	u64 ticks[REPORT_TICKS];
	size_t n = report_ticks(s, 4, 0, ticks);

	for (size_t i = 0; i < n; i++) {
		u32 x = report_at(s, ticks[i]);
		struct html_number t;

		fputs("<line class=\"tick\"", out);
		report_percent(out, "x1", x);
		report_percent(out, "x2", x);
		fprintf(out, " y1=\"0\" y2=\"%u\"/><text class=\"tick %s%s\"", y,
			n > 2 && i % 2 ? "even " : "",
			x < REPORT_WIDTH / 8 ? "l" :
			x > REPORT_WIDTH * 7 / 8 ? "r" : "m");
		report_percent(out, "x", x);
		fprintf(out, " y=\"%u\">%s</text>\n", y + 28,
			html_time(&t, ticks[i]));
	}
}

static void show_chart(FILE *out, const struct report *r)
{
	u32 most = 0, lanes = 0, y = 0, height;
	struct html_number a, b;

	if (!r->time.to) {
		fputs("<p>The events have no page that was handed out.</p>\n", out);
		return;
	}
	for (u32 l = 0; l < LEVELS; l++) {
		lanes += level_total(r, l) > 0;
		if (level_total(r, l) > level_total(r, most))
			most = l;
	}
	height = LANE_HEIGHT + (lanes - 1) * LANE_LOW + lanes * LANE_GAP;
	fprintf(out, "<figure><svg class=\"chart\" height=\"%u\"\n"
		"role=\"group\"\n"
		"aria-label=\"Pages handed out over time, by level; the numbers are in the table of levels\">\n",
		height + AXIS_ROOM);
	time_axis(out, &r->time, height);
	gap_marks(out, r, height);
	for (u32 l = 0; l < LEVELS; l++) {
		if (level_total(r, l))
			y = show_lane(out, r, l, y, l == most ? LANE_HEIGHT :
							   LANE_LOW);
	}
	fprintf(out, "</svg>\n<figcaption>Pages handed out so far, a lane a\n"
		"level, each as high as its own total, from %s to %s after\n"
		"the counter's start. Flat is where no page was handed out; ",
		html_time(&a, r->time.from), html_time(&b, r->time.to));
	fprintf(out, "\xe2\x96\xb2 marks the longest of these, by their rank\n"
		"in the <a href=\"#gaps\">table of\n"
		"gaps</a>.</figcaption></figure>\n");
}

static void show_levels(FILE *out, const struct report *r)
{
	u64 page = model_page_size(r->in.m), all = 0;
	struct report_scale s = { 0, 0 };
	struct html_number n;
	char size[16];

	for (u32 l = 0; l < LEVELS; l++)
		all += level_total(r, l);
	if (!all)
		return;
	s.to = all;
	fputs("<table class=\"levels\"><caption>Pages by level of the page table</caption>\n"
	      "<thead><tr><th scope=\"col\">Level</th><th scope=\"col\"\n"
	      "class=\"n\">pages</th><th scope=\"col\" class=\"n\">size</th>\n"
	      "<th scope=\"col\">share</th></tr></thead>\n<tbody>\n",
	      out);
	for (u32 l = 0; l < LEVELS; l++) {
		u64 pages = level_total(r, l);
		u32 x, width;

		if (!pages)
			continue;
		report_place(&s, 0, pages, &x, &width);
		fprintf(out, "<tr><th scope=\"row\">%s</th><td\n"
			"class=\"n\">%s</td><td class=\"n\">%s</td>",
			event_name(level_names, l), html_count(&n, pages),
			view_bytes(size, pages * page));
		report_bar_cell(out, "k", x, width);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}

/* --- what lies between two pages --------------------------------------------------- */

static void bucket_row(FILE *out, const struct boot_gaps *g, u32 i, u64 most)
{
	struct report_scale s = { 0, most };
	struct html_number a, b, n;
	u32 x = 0, width = 0;

	fprintf(out, "<tr><th scope=\"row\" class=\"n\">%s",
		html_ns(&a, i ? BIT_ULL(i) : 0));
	if (i + 1 < BOOT_BUCKETS)
		fprintf(out, " to %s", html_ns(&b, BIT_ULL(i + 1)));
	else
		fputs(" and more", out);
	fprintf(out, "</th><td class=\"n\">%s</td>",
		html_count(&n, g->buckets[i]));
	if (g->buckets[i])
		report_place(&s, 0, g->buckets[i], &x, &width);
	report_bar_cell(out, "k", x, width);
	fputs("</tr>\n", out);
}

static void show_histogram(FILE *out, const struct boot_gaps *g)
{
	u32 first = BOOT_BUCKETS, last = 0;
	u64 most = 0;

	for (u32 i = 0; i < BOOT_BUCKETS; i++) {
		if (!g->buckets[i])
			continue;
		if (first == BOOT_BUCKETS)
			first = i;
		last = i;
		if (g->buckets[i] > most)
			most = g->buckets[i];
	}
	fputs("<table class=\"histogram\"><caption>How often the time between\n"
	      "two pages was that long; each row is twice the one\n"
	      "above</caption>\n"
	      "<thead><tr><th scope=\"col\" class=\"n\">Between two\n"
	      "pages</th><th scope=\"col\" class=\"n\">times</th><th\n"
	      "scope=\"col\">how often</th></tr></thead>\n<tbody>\n",
	      out);
	for (u32 i = first; i <= last; i++)
		bucket_row(out, g, i, most);
	fputs("</tbody></table>\n", out);
}

static void show_slowest(FILE *out, const struct boot_gaps *g)
{
	fputs("<table class=\"slowest\"><caption>The longest of them, and the\n"
	      "page that ended each</caption>\n"
	      "<thead><tr><th scope=\"col\">Rank</th><th scope=\"col\"\n"
	      "class=\"n\">took</th><th scope=\"col\" class=\"n\">ended\n"
	      "at</th><th scope=\"col\">page</th><th scope=\"col\">level</th>\n"
	      "<th scope=\"col\">joined by</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < g->nslowest; i++) {
		const struct boot_gap *gap = &g->slowest[i];

		fprintf(out, "<tr id=\"gap-%zu\"><th scope=\"row\">\xe2\x96\xb2%zu</th>",
			i + 1, i + 1);
		duration_cell(out, gap->ns);
		time_cell(out, gap->at_ns);
		fprintf(out, "<td class=\"x\">0x%llx</td><td>%s</td><td>%s</td></tr>\n",
			gap->addr, event_name(level_names, gap->level),
			boot_step_name(gap->step));
	}
	fputs("</tbody></table>\n", out);
}

static void percentile(FILE *out, const char *name, u64 ns)
{
	struct html_number n;

	fprintf(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", name,
		html_ns(&n, ns));
}

static void show_gaps(FILE *out, const struct boot_gaps *g)
{
	struct html_number n;

	fputs("<section id=\"gaps\" aria-labelledby=\"gaps-h\">\n<h2\n"
	      "id=\"gaps-h\">What lies between two pages</h2>\n", out);
	if (!g->n) {
		fputs("<p>There are no two pages in a row, so there is no\n"
		      "time between them.</p>\n</section>\n", out);
		return;
	}
	fputs("<dl class=\"facts\">\n", out);
	fprintf(out, "<div><dt>gaps in all</dt><dd>%s</dd></div>\n",
		html_count(&n, g->n));
	percentile(out, "half take at most", g->p50);
	percentile(out, "90 % take at most", g->p90);
	percentile(out, "99 % take at most", g->p99);
	percentile(out, "the longest", g->max);
	fputs("</dl>\n", out);
	show_histogram(out, g);
	show_slowest(out, g);
	fputs("</section>\n", out);
}

void view_report_time(FILE *out, const struct report *r)
{
	fputs("<section id=\"time\" aria-labelledby=\"time-h\">\n<h2\n"
	      "id=\"time-h\">When it happened</h2>\n", out);
	show_phases(out, r->in.boot);
	show_chart(out, r);
	show_levels(out, r);
	fputs("</section>\n", out);
	show_gaps(out, &r->in.boot->gaps);
}
