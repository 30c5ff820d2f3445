// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is physical memory drawn?
 *
 * Places across are in per cent, so that the picture fits every width and its
 * text keeps its size; report.js moves them when somebody zooms, by the
 * addresses that stand beside them in data-a and data-b.
 */
#include "view_report.h"

/* Ordinates of a map, px. */
#define MARK_Y 2		/* offenders, */
#define LABEL_Y 30		/* numbers of the ranges, */
#define BAND_Y 38		/* memory, */
#define BAND_HEIGHT 50
#define RANGE_Y 42		/* and the ranges in it */
#define RANGE_HEIGHT 42
#define AXIS_Y 88
#define TICK_Y 110

#define LABEL_ROOM (REPORT_WIDTH / 24)	/* between two labels at least */
#define MARK_ROOM (REPORT_WIDTH / 64)	/* and two offenders */

static const struct {
	const char *name;
	char class;
} states[REPORT_STATES] = {
	[REPORT_KEYED] = { "keyed", 'k' },
	[REPORT_UNKNOWN] = { "not known", 'q' },
	[REPORT_UNTRACKED] = { "in no range", 'n' },
	[REPORT_UNKEYED] = { "not keyed", 'u' },
};

const char *report_state_name(enum report_state state)
{
	return states[state].name;
}

char report_state_class(enum report_state state)
{
	return states[state].class;
}

static void ends(FILE *out, u64 start, u64 end)
{
	fprintf(out, " data-a=\"%llu\" data-b=\"%llu\"", start, end);
}

static void place(FILE *out, const struct report_scale *s, u64 start, u64 end)
{
	u32 x, width;

	report_place(s, start, end, &x, &width);
	report_percent(out, "x", x);
	report_percent(out, "width", width);
}

static void memory(FILE *out, const struct report *r,
		   const struct report_scale *s)
{
	fputs("<g class=\"mem\">", out);
	for (size_t i = 0; i < r->nmemory; i++) {
		u64 start = r->memory[i].start, end = start + r->memory[i].size;

		fputs("<rect height=\"100%\"", out);
		place(out, s, start, end);
		ends(out, start, end);
		fputs("/>", out);
	}
	fputs("</g>\n", out);
}

static void bar_title(FILE *out, const struct report_bar *b)
{
	struct html_number n;
	char size[16];

	fputs("<title>", out);
	if (b->n == 1)
		fprintf(out, "Range %zu: ", b->first + 1);
	else if (b->n)
		fprintf(out, "%zu ranges from %zu on: ", b->n, b->first + 1);
	fprintf(out, "0x%llx to 0x%llx, %s, %s page%s, %s</title>", b->start,
		b->end, view_bytes(size, b->end - b->start),
		html_count(&n, b->pages), plural(b->pages),
		report_state_name(b->state));
}

/* The bars [@first, @first + @n) at @y; with @full what a pointer asks for. */
static void bars(FILE *out, const struct report_scale *s,
		 const struct report_bar *v, size_t n, bool full)
{
	fputs("<g class=\"rng\" aria-hidden=\"true\">", out);
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "<rect class=\"%c\" height=\"100%%\"",
			report_state_class(v[i].state));
		place(out, s, v[i].start, v[i].end);
		if (!full) {
			fputs("/>", out);
			continue;
		}
		ends(out, v[i].start, v[i].end);
		fprintf(out, " data-r=\"%zu\">", v[i].n ? v[i].first + 1 : 0);
		bar_title(out, &v[i]);
		fputs("</rect>\n", out);
	}
	fputs("</g>\n", out);
}

/* Where labels are already, so that none covers another. */
struct places {
	u32 x[REPORT_WIDTH / LABEL_ROOM + 1];
	size_t n;
};

static bool room_for(struct places *p, u32 x)
{
	if (p->n == ARRAY_SIZE(p->x))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		if (x < p->x[i] + LABEL_ROOM && p->x[i] < x + LABEL_ROOM)
			return false;
	}
	p->x[p->n++] = x;
	return true;
}

static void label(FILE *out, const struct report_bar *b, u32 x)
{
	fputs("<text", out);
	report_percent(out, "x", x);
	fprintf(out, " y=\"%d\" class=\"%c\">%s%zu</text>\n", LABEL_Y,
		report_state_class(b->state),
		b->state == REPORT_KEYED ? "" : "\xe2\x9c\x95", b->first + 1);
}

/* Numbers above the bars as far as there is room; the bad ones come first. */
static void labels(FILE *out, const struct report_scale *s,
		   const struct report_bar *v, size_t n)
{
	struct places p = { .n = 0 };

	fputs("<g class=\"lab\" aria-hidden=\"true\">", out);
	for (int good = 0; good < 2; good++) {
		for (size_t i = 0; i < n; i++) {
			u32 x = report_at(s, v[i].start / 2 + v[i].end / 2);
			bool is_good = v[i].state == REPORT_KEYED;

			if (v[i].n && good == is_good &&
			    v[i].end > s->from && v[i].start < s->to &&
			    room_for(&p, x))
				label(out, &v[i], x);
		}
	}
	fputs("</g>\n", out);
}

static void show_marks(FILE *out, const struct report *r,
		       const struct report_scale *s)
{
	u32 room = 0;

	fputs("<g class=\"marks\">", out);
	for (size_t i = 0; i < r->nmarks; i++) {
		const struct report_mark *mark = &r->mark[i];
		u32 x = report_at(s, mark->addr);
		bool off = mark->addr < s->from || mark->addr >= s->to ||
			   x < room;

		/* Side by side they share one. */
		if (!off)
			room = x + MARK_ROOM;
		fprintf(out, "<svg class=\"mark%s\"", off ? " off" : "");
		report_percent(out, "x", x);
		fprintf(out, " y=\"%d\"", MARK_Y);
		ends(out, mark->addr, mark->addr);
		fprintf(out, "><a href=\"#o-%d-%d\" aria-label=\"offender at 0x%llx, %s\">",
			mark->check, mark->offender, mark->addr,
			check_name(mark->check));
		fprintf(out, "<title>offender: 0x%llx, %s</title>", mark->addr,
			check_name(mark->check));
		fputs("<path d=\"M-7 0H7L0 14Z\"/></a></svg>\n", out);
	}
	fputs("</g>\n", out);
}

static void show_axis(FILE *out, const struct report *r,
		      const struct report_scale *s)
{
	u64 ticks[REPORT_TICKS];
	size_t n = report_ticks(s, 4, model_page_size(r->in.m), ticks);

	fputs("<g class=\"axis\" aria-hidden=\"true\">", out);
	for (size_t i = 0; i < n; i++) {
		u32 x = report_at(s, ticks[i]);

		fputs("<line", out);
		report_percent(out, "x1", x);
		report_percent(out, "x2", x);
		fprintf(out, " y1=\"%d\" y2=\"%d\"/><text", AXIS_Y, AXIS_Y + 6);
		report_percent(out, "x", x);
		fprintf(out, " y=\"%d\" class=\"%s%s\">0x%llx</text>\n", TICK_Y,
			n > 2 && i % 2 ? "even " : "",
			x < REPORT_WIDTH / 8 ? "l" :
			x > REPORT_WIDTH * 7 / 8 ? "r" : "m", ticks[i]);
	}
	fputs("</g>\n", out);
}

/* One window of memory with all that is in it. */
static void window(FILE *out, const struct report *r,
		   const struct report_cluster *c, const char *id)
{
	const struct report_bar *v = r->bars;
	size_t n = r->nbars;

	fprintf(out, "<svg class=\"view\"%s%s%s", id ? " id=\"" : "",
		id ? id : "", id ? "\"" : "");
	ends(out, c->scale.from, c->scale.to);
	fprintf(out, " data-page=\"%llu\" role=\"group\" aria-label=\"Map of physical memory\">\n",
		model_page_size(r->in.m));
	/* What is elsewhere can be moved to in the large map only. */
	if (!id) {
		v += c->first;
		n = c->n;
	}
	fprintf(out, "<svg y=\"%d\" height=\"%d\">", BAND_Y, BAND_HEIGHT);
	memory(out, r, &c->scale);
	fprintf(out, "</svg>\n<svg y=\"%d\" height=\"%d\">", RANGE_Y,
		RANGE_HEIGHT);
	bars(out, &c->scale, v, n, id);
	fputs("</svg>\n", out);
	labels(out, &c->scale, v, n);
	show_marks(out, r, &c->scale);
	show_axis(out, r, &c->scale);
	fputs("</svg>\n", out);
}

/* All of memory, and which part of it the large map shows. */
static void overview(FILE *out, const struct report *r,
		     const struct report_scale *shown)
{
	char size[16];
	u32 x, width;

	report_place(&r->all, shown->from, shown->to, &x, &width);
	fprintf(out, "<p class=\"ends\"><span>0x%llx</span><span>%s</span>\n"
		"<span>0x%llx</span></p>\n",
		r->all.from, view_bytes(size, r->all.to - r->all.from),
		r->all.to);
	fputs("<svg id=\"over\" class=\"over\"", out);
	ends(out, r->all.from, r->all.to);
	fputs(" role=\"img\" aria-label=\"All of memory\">\n<svg y=\"8\" height=\"24\">",
	      out);
	memory(out, r, &r->all);
	fputs("</svg>\n<svg y=\"11\" height=\"18\">", out);
	bars(out, &r->all, r->overview, r->noverview, false);
	fputs("</svg>\n", out);
	fputs("<rect id=\"lens\" class=\"lens\" y=\"3\" height=\"34\" rx=\"3\"", out);
	report_percent(out, "x", x);
	report_percent(out, "width", width);
	fputs("/>\n</svg>\n<svg class=\"rays\" aria-hidden=\"true\"><line id=\"ray-a\"",
	      out);
	report_percent(out, "x1", x);
	fputs(" y1=\"0\" x2=\"0%\" y2=\"16\"/><line id=\"ray-b\"", out);
	report_percent(out, "x1", x + width);
	fputs(" y1=\"0\" x2=\"100%\" y2=\"16\"/></svg>\n", out);
}

/* The walk names its first offenders only. */
static const char *unknown_because(const struct report *r)
{
	return walk_says(r->in.m, 0, 0, NULL) == WALK_SAYS_PERHAPS ?
	       " (dotted: the walk found more than it names)" :
	       " (dotted: events are missing)";
}

static void show_legend(FILE *out, const struct report *r)
{
	bool used[REPORT_STATES] = { false };

	for (size_t i = 0; i < r->nbars; i++)
		used[r->bars[i].state] = true;
	/* These two are explained in any case: the difference matters. */
	used[REPORT_KEYED] = true;
	used[REPORT_UNKEYED] = true;
	fputs("<ul class=\"legend\">\n", out);
	for (int i = 0; i < REPORT_STATES; i++) {
		if (!used[i])
			continue;
		fprintf(out, "<li><svg class=\"swatch\"\n"
			"aria-hidden=\"true\"><rect class=\"%c\" x=\"1\"\n"
			"y=\"1\" width=\"26\"\n"
			"height=\"14\"/></svg>%s%s</li>\n",
			states[i].class, states[i].name,
			i == REPORT_UNKEYED ? " (hatched, \xe2\x9c\x95)" :
			i == REPORT_UNKNOWN ? unknown_because(r) :
			i == REPORT_UNTRACKED ? " (crossed: the table was full)" :
			" (plain)");
	}
	fputs("<li><svg class=\"swatch mem\" aria-hidden=\"true\"><rect\n"
	      "x=\"1\" y=\"1\" width=\"26\"\n"
	      "height=\"14\"/></svg>memory</li>\n", out);
	if (r->nmarks)
		fputs("<li><svg class=\"swatch\" aria-hidden=\"true\"><path\n"
		      "class=\"tri\" d=\"M7 1H21L14 15Z\"/></svg>offender of\n"
		      "a check</li>\n", out);
	fputs("</ul>\n", out);
}

static void caption(FILE *out, const struct report *r)
{
	char size[16];
	u64 bytes = 0;

	for (size_t i = 0; i < r->nmemory; i++)
		bytes += r->memory[i].size;
	fputs("<figcaption>", out);
	switch (r->memory_from) {
	case REPORT_MEMORY_HOST:
		fprintf(out, "Memory is what the machine says: %s in %zu block%s. ",
			view_bytes(size, bytes), r->nmemory,
			plural(r->nmemory));
		break;
	case REPORT_MEMORY_EVENTS:
		fprintf(out, "Memory is what the events say: %s from 0x%llx\n"
			"on. Where it has holes they do not say. ",
			view_bytes(size, bytes), r->memory[0].start);
		break;
	default:
		fputs("The events do not say where memory is. ", out);
		break;
	}
	fputs("What would be too narrow to be seen is drawn wider than it is. ",
	      out);
	if (r->merged)
		fprintf(out, "There are more than %d ranges: neighbours are\n"
			"drawn as one, in the state of the worst. ",
			REPORT_BARS);
	fputs("Numbers are those of the <a href=\"#ranges\">table of ranges</a>.</figcaption>\n",
	      out);
}

static void close_ups(FILE *out, const struct report *r)
{
	if (r->nclusters < 2)
		return;
	fputs("<h3>Close-ups of the other places</h3>\n", out);
	for (size_t i = 0; i < r->nclusters; i++) {
		const struct report_cluster *c = &r->cluster[i];
		struct html_number n;
		char size[16];

		if (i == r->shown)
			continue;
		fprintf(out, "<figure class=\"close\"><figcaption>%s from\n"
			"0x%llx on: %s page%s in %zu range%s</figcaption>\n",
			view_bytes(size, c->scale.to - c->scale.from),
			c->scale.from, html_count(&n, c->pages),
			plural(c->pages), c->n, plural(c->n));
		window(out, r, c, NULL);
		fputs("</figure>\n", out);
	}
}

void view_report_map(FILE *out, const struct report *r)
{
	struct report_cluster none = { .scale = r->all, .n = r->nbars };
	const struct report_cluster *c = r->nclusters ?
		&r->cluster[r->shown] : &none;
	char size[16];

	fputs("<section id=\"map\" aria-labelledby=\"map-h\">\n<h2\n"
	      "id=\"map-h\">Where the page tables lie in physical\n"
	      "memory</h2>\n", out);
	if (!r->all.to) {
		fputs("<p>There is nothing to draw: no range, and no memory\n"
		      "is known.</p>\n</section>\n", out);
		return;
	}
	fputs("<figure>\n", out);
	overview(out, r, &c->scale);
	fputs("<div id=\"stage\">\n", out);
	window(out, r, c, "view");
	fputs("</div>\n", out);
	fprintf(out, "<p class=\"readout\" id=\"readout\"\n"
		"aria-live=\"polite\">Shown: %s from 0x%llx to 0x%llx.</p>\n",
		view_bytes(size, c->scale.to - c->scale.from), c->scale.from,
		c->scale.to);
	fputs("<div id=\"controls\" class=\"controls\" hidden=\"hidden\"></div>\n", out);
	fputs("<p id=\"hint\" class=\"hint\" hidden=\"hidden\">Click the map,\n"
	      "or go to it with Tab: then the keys work, and the wheel zooms.\n"
	      "Drag moves. A number in the table of ranges shows its range\n"
	      "here.</p>\n", out);
	show_legend(out, r);
	caption(out, r);
	fputs("</figure>\n", out);
	close_ups(out, r);
	fputs("</section>\n", out);
}
