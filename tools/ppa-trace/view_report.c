// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is on the page of "report"?
 *
 * One page that needs nothing else: the verdict, what it rests on, the
 * pictures, the tables. Whatever comes from the input goes through html_text();
 * the policy in the head names style and script by their hashes, so that a
 * browser would run nothing else even if that failed.
 */
#include "report_page.h"
#include "view_report.h"

/* --- pieces -------------------------------------------------------------------- */

static const struct {
	const char *id;
	const char *path;
} icons[] = {
	[CHECK_OK] = { "ok", "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0z\n"
			     "M7 12.2 3.2 8.4l1.5-1.5L7 9.2l4.6-4.7 1.5 1.5z" },
	[CHECK_NOTE] = { "note", "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0z\n"
				 "m1 12.5H7V7h2zM9 5.5H7v-2h2z" },
	[CHECK_FAILED] = { "bad", "M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z\n"
				  "m-.2 3.1L3.1 4.5 6.6 8l-3.5 3.5 1.4 1.4L8 9.4\n"
				  "l3.5 3.5 1.4-1.4L9.4 8l3.5-3.5-1.4-1.4L8 6.6z" },
	[CHECK_UNPROVEN] = { "open", "M8 0 16 15.5H0zM7 13.5h2v-2H7zm0-3.2h2V5.5H7z" },
	[CHECK_NOT_CHECKED] = { "none", "M0 6.5h16v3H0z" },
};

static void define_icons(FILE *out)
{
	fputs("<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(icons); i++)
		fprintf(out, "<symbol id=\"i-%s\" viewBox=\"0 0 16 16\"><path\n"
			"d=\"%s\" fill-rule=\"evenodd\"/></symbol>\n",
			icons[i].id, icons[i].path);
	fputs("<pattern id=\"hatch\" width=\"8\" height=\"8\"\n"
	      "patternUnits=\"userSpaceOnUse\"><path class=\"ground\"\n"
	      "d=\"M0 0H8V8H0Z\"/><path class=\"ink\"\n"
	      "d=\"M-2 2 2-2M0 8 8 0M6 10 10 6\"/></pattern>\n"
	      "<pattern id=\"cross\" width=\"8\" height=\"8\"\n"
	      "patternUnits=\"userSpaceOnUse\"><path class=\"ground\"\n"
	      "d=\"M0 0H8V8H0Z\"/><path class=\"ink\"\n"
	      "d=\"M0 0 8 8M0 8 8 0\"/></pattern>\n"
	      "<pattern id=\"dots\" width=\"6\" height=\"6\"\n"
	      "patternUnits=\"userSpaceOnUse\"><path class=\"ground\"\n"
	      "d=\"M0 0H6V6H0Z\"/><circle class=\"dot\" cx=\"3\" cy=\"3\"\n"
	      "r=\"1.5\"/></pattern>\n"
	      "</defs></svg>\n", out);
}

static void icon(FILE *out, enum check_status status)
{
	fprintf(out, "<svg class=\"i %s\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>",
		icons[status].id, icons[status].id);
}

void report_percent(FILE *out, const char *attribute, u32 units)
{
	fprintf(out, " %s=\"%u.%03u%%\"", attribute, units / 1000, units % 1000);
}

void report_bar_cell(FILE *out, const char *kind, u32 x, u32 width)
{
	fputs("<td class=\"bar\">", out);
	if (width) {
		fprintf(out, "<svg aria-hidden=\"true\"><rect class=\"%s\" height=\"100%%\"",
			kind);
		report_percent(out, "x", x);
		report_percent(out, "width", width);
		fputs("/></svg>", out);
	}
	fputs("</td>", out);
}

static void fact(FILE *out, const char *name)
{
	fprintf(out, "<div><dt>%s</dt><dd>", name);
}

static void fact_end(FILE *out)
{
	fputs("</dd></div>\n", out);
}

static void offender(FILE *out, const struct offender *o)
{
	if (o->has & OFF_SEQ)
		fprintf(out, "record %llu ", o->seq);
	if (o->has & OFF_ADDR)
		fprintf(out, "page <span class=\"x\">0x%llx</span> ", o->addr);
	if (o->has & OFF_LEVEL)
		fprintf(out, "level %s ", event_name(level_names, o->level));
	if (o->has & OFF_VA)
		fprintf(out, "maps <span class=\"x\">0x%llx</span> ", o->va);
	if (o->has & OFF_RANGE)
		fprintf(out, "range <span class=\"x\">0x%llx<wbr/>-0x%llx</span> ",
			o->start, o->start + o->size);
	if (o->has & OFF_KEY)
		fprintf(out, "key %u ", o->key);
	if (o->note[0] && o->has)
		fputs("\xe2\x80\x93 ", out);
	html_text(out, o->note);
}

/* --- head and verdict ------------------------------------------------------------ */

static const struct {
	const char *word;
	const char *class;
	enum check_status icon;
} verdicts[] = {
	[EXIT_GOOD] = { "GOOD", "good", CHECK_OK },
	[EXIT_BAD] = { "FAILED", "failed", CHECK_FAILED },
	[EXIT_UNPROVEN] = { "UNPROVEN", "unproven", CHECK_UNPROVEN },
};

static void machine(FILE *out, const struct report *r)
{
	if (r->in.host)
		html_printf(out, "Linux %s (%s)", r->in.host->release,
			    r->in.host->machine);
	else
		fputs("an arm64 kernel", out);
}

static void show_head(FILE *out, const struct report *r)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n", out);
	fprintf(out, "<meta http-equiv=\"Content-Security-Policy\"\n"
		"content=\"default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\"/>\n",
		report_css_hash, report_js_hash);
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	      "<meta name=\"generator\" content=\"ppa-trace " PPA_VERSION "\"/>\n<title>", out);
	fprintf(out, "%s: early page tables of ", verdicts[r->verdict].word);
	machine(out, r);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n",
		report_css);
	define_icons(out);
}

static void sentence_open(FILE *out, const struct report *r)
{
	int unproven = r->status[CHECK_UNPROVEN];
	int unmade = r->status[CHECK_NOT_CHECKED];

	fprintf(out, "No check failed, but of %d ", r->checks);
	if (unproven)
		fprintf(out, "%d %s unproven", unproven,
			unproven == 1 ? "is" : "are");
	if (unproven && unmade)
		fputs(" and ", out);
	if (unmade)
		fprintf(out, "%d %s not made", unmade,
			unmade == 1 ? "was" : "were");
	fputs(": neither good nor bad can be said.", out);
}

static void sentence(FILE *out, const struct report *r)
{
	int open = r->status[CHECK_UNPROVEN] + r->status[CHECK_NOT_CHECKED];
	struct html_number n;

	switch (r->verdict) {
	case EXIT_BAD:
		fprintf(out, "%d of %d checks failed", r->status[CHECK_FAILED],
			r->checks);
		if (open)
			fprintf(out, ", and %d %s unproven or not made", open,
				open == 1 ? "is" : "are");
		fputs(".", out);
		break;
	case EXIT_UNPROVEN:
		sentence_open(out, r);
		break;
	default:
		fprintf(out, "All %d checks passed: each of %s early page\n"
			"tables lies in a range that carries the key, ",
			r->checks, html_count(&n, r->in.m->seen[EVENT_ALLOC]));
		fputs(r->in.events_only ?
		      "as the events say. The page tables themselves were not asked for." :
		      "as the events say and as the kernel's own page tables show.",
		      out);
		break;
	}
}

/* One picture for each check of a group, in their order. */
static void show_group(FILE *out, const struct report *r, const char *title,
		       int first, int end)
{
	int count[CHECK_NOT_CHECKED + 1] = { 0 };
	bool asked = first < r->checks;

	fprintf(out, "<div class=\"group\"><h3>%s</h3>\n<ul class=\"tiles\">",
		title);
	for (int i = first; i < end; i++) {
		enum check_status s = asked ? r->in.m->checks[i].status :
					      CHECK_NOT_CHECKED;

		count[s]++;
		fprintf(out, "<li><a href=\"#c-%d\" title=\"%s: %s\" aria-label=\"%s: %s\">",
			i, check_name(i), check_status_name(s), check_name(i),
			check_status_name(s));
		icon(out, s);
		fputs("</a></li>", out);
	}
	fputs("</ul>\n<p>", out);
	if (count[CHECK_FAILED])
		fprintf(out, "<strong>%d failed</strong>, ",
			count[CHECK_FAILED]);
	if (count[CHECK_UNPROVEN])
		fprintf(out, "%d unproven, ", count[CHECK_UNPROVEN]);
	if (count[CHECK_NOT_CHECKED])
		fprintf(out, "%d not checked, ", count[CHECK_NOT_CHECKED]);
	fprintf(out, "%d of %d passed</p>\n",
		count[CHECK_OK] + count[CHECK_NOTE], end - first);
	if (count[CHECK_NOT_CHECKED]) {
		fputs("<p class=\"why\">", out);
		html_text(out, asked ? r->in.m->checks[end - 1].why :
			  "Left out: --events-only.");
		fputs("</p>\n", out);
	}
	fputs("</div>\n", out);
}

static void failures(FILE *out, const struct report *r)
{
	if (!r->status[CHECK_FAILED] && !r->status[CHECK_UNPROVEN])
		return;
	fputs("<ul class=\"findings\">\n", out);
	for (int i = 0; i < r->checks; i++) {
		const struct check *c = &r->in.m->checks[i];

		if (c->status != CHECK_FAILED && c->status != CHECK_UNPROVEN)
			continue;
		fputs("<li>", out);
		icon(out, c->status);
		fprintf(out, "<span><a href=\"#c-%d\">%s</a>: ", i,
			check_name(i));
		if (c->status == CHECK_FAILED) {
			struct html_number n;

			fprintf(out, "%s offender%s%s: ",
				html_count(&n, c->bad), plural(c->bad),
				c->bad > 1 ? ", the first" : "");
			offender(out, &c->off[0]);
		} else {
			html_text(out, c->why);
		}
		fputs("</span></li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void show_verdict(FILE *out, const struct report *r)
{
	fputs("<header>\n<p class=\"source\">Early page tables of <strong>", out);
	machine(out, r);
	fputs("</strong>, from <span class=\"x\">", out);
	html_text(out, r->in.name);
	fprintf(out, "</span></p>\n<div class=\"verdict %s\">",
		verdicts[r->verdict].class);
	icon(out, verdicts[r->verdict].icon);
	fprintf(out, "<div><h1>%s</h1>\n<p>", verdicts[r->verdict].word);
	sentence(out, r);
	fputs("</p>\n", out);
	failures(out, r);
	fputs("</div></div>\n<div class=\"groups\">\n", out);
	show_group(out, r, "The events against each other", 0, CHECK_FIRST_WALK);
	show_group(out, r, "The kernel's real page tables", CHECK_FIRST_WALK,
		   CHECK_COUNT);
	fputs("</div>\n<nav aria-label=\"Parts of this page\"><a\n"
	      "href=\"#map\">Memory</a> <a href=\"#time\">Time</a> <a\n"
	      "href=\"#gaps\">Gaps</a> <a href=\"#ranges\">Ranges</a> <a\n"
	      "href=\"#checks\">Checks</a></nav>\n</header>\n",
	      out);
}

/* --- the boot in numbers ------------------------------------------------------------ */

static void header_facts(FILE *out, const struct model *m)
{
	const struct event_frame *f = &m->header;
	char size[16];

	if (!m->have_header) {
		fact(out, "Kernel");
		fputs("not known: the begin event is missing", out);
		fact_end(out);
		return;
	}
	fact(out, "Keys by");
	fputs(event_name(backend_names, f->backend), out);
	fact_end(out);
	fact(out, "Memory");
	fputs(view_bytes(size, f->ram), out);
	fact_end(out);
	fact(out, "Pages of");
	fprintf(out, "%llu KiB, %u levels, %u bits", model_page_size(m) / 1024,
		f->levels, f->va_bits);
	fact_end(out);
	fact(out, "Log");
	fprintf(out, "%s, %llu lost", view_bytes(size, f->log_bytes), f->lost);
	fact_end(out);
}

static void show_facts(FILE *out, const struct report *r)
{
	const struct boot_report *b = r->in.boot;
	const struct model *m = r->in.m;
	u64 pages = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];
	struct html_number n;
	char size[16];

	fputs("<section aria-labelledby=\"facts-h\">\n<h2 id=\"facts-h\">The\n"
	      "boot in numbers</h2>\n<dl class=\"facts\">\n", out);
	fact(out, "Early page tables");
	fprintf(out, "%s, %s", html_count(&n, pages),
		view_bytes(size, pages * model_page_size(m)));
	fact_end(out);
	fact(out, "Ranges");
	fprintf(out, "%s", html_count(&n, m->nranges));
	if (m->have_header)
		fprintf(out, " of %u possible", m->header.capacity);
	fact_end(out);
	if (b->map.known) {
		fact(out, "Linear map built in");
		fputs(html_ns(&n, b->map.ns), out);
		if (b->boot.known)
			fprintf(out, ", %u.%u %% of boot", b->map_share / 10,
				b->map_share % 10);
		fact_end(out);
	}
	if (b->finalize.known) {
		fact(out, "Finalize");
		fputs(html_ns(&n, b->finalize.ns), out);
		fprintf(out, ", %llu error%s", m->finalize_errors,
			plural(m->finalize_errors));
		fact_end(out);
	}
	if (b->own.samples) {
		fact(out, "The allocator's own part");
		fprintf(out, "%s a page, from %s sample%s",
			html_duration(&n, b->own.mean_ps),
			html_count(&(struct html_number){ "" },
				   b->own.samples), plural(b->own.samples));
		fact_end(out);
	}
	header_facts(out, m);
	fputs("</dl>\n</section>\n", out);
}

/* --- tables ------------------------------------------------------------------------- */

static void range_row(FILE *out, const struct report *r, size_t i)
{
	const struct model_range *range = &r->in.m->ranges[i];
	enum report_state state = report_range_state(r, i);
	struct html_number n;
	char size[16];

	fprintf(out, "<tr id=\"r%zu\"%s><th scope=\"row\"><a href=\"#map\"\n"
		"data-r=\"%zu\">%zu</a></th>",
		i + 1, state == REPORT_KEYED ? "" : " class=\"bad\"", i + 1,
		i + 1);
	fprintf(out, "<td class=\"x\">0x%012llx<wbr/>-0x%012llx</td>",
		range->start, range->start + range->size);
	fprintf(out, "<td class=\"n\">%s</td><td class=\"n\">%s</td><td>",
		view_bytes(size, range->size), html_count(&n, range->pages));
	icon(out, state == REPORT_KEYED ? CHECK_OK : state == REPORT_UNKNOWN ?
	     CHECK_UNPROVEN : CHECK_FAILED);
	fputs(report_state_name(state), out);
	if (range->finalized)
		fprintf(out, ", key %u", range->pkey);
	if (range->finalized && range->error)
		fprintf(out, ", error %d", range->error);
	fputs("</td>", out);
	if (range->finalized)
		fprintf(out, "<td class=\"n\">%s</td>",
			html_ns(&n, range->duration));
	else
		fputs("<td class=\"n\">never</td>", out);
	fprintf(out, "<td class=\"n\">%s</td></tr>\n",
		html_time(&n, range->first_ns));
}

static void show_ranges(FILE *out, const struct report *r)
{
	size_t n = r->in.m->nranges, good = report_good_rows(r), rows = 0;
	struct html_number a;

	fputs("<section id=\"ranges\" aria-labelledby=\"ranges-h\">\n<h2\n"
	      "id=\"ranges-h\">Ranges</h2>\n", out);
	if (!n) {
		fputs("<p>There is none.</p>\n</section>\n", out);
		return;
	}
	fprintf(out, "<details%s><summary>%s range%s</summary>\n",
		n <= 40 ? " open=\"open\"" : "", html_count(&a, n), plural(n));
	fputs("<table class=\"ranges\"><caption>Ranges of physical memory\n"
	      "that hold early page tables, by address</caption>\n"
	      "<thead><tr><th scope=\"col\">No.</th><th\n"
	      "scope=\"col\">addresses</th><th scope=\"col\"\n"
	      "class=\"n\">size</th><th scope=\"col\" class=\"n\">pages</th>\n"
	      "<th scope=\"col\">state</th><th scope=\"col\"\n"
	      "class=\"n\">finalize</th><th scope=\"col\" class=\"n\">first\n"
	      "page at</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < n && rows < REPORT_ROWS; i++) {
		if (!report_row(r, i, &good))
			continue;
		range_row(out, r, i);
		rows++;
	}
	fputs("</tbody></table>\n", out);
	if (rows < n)
		fprintf(out, "<p>%s more are not listed.</p>\n",
			html_count(&a, n - rows));
	fputs("</details>\n</section>\n", out);
}

/* Tables that the walk came by, by where they stand. */
static void walk_table_of(FILE *out, const struct walk *w)
{
	static const char * const places[PLACES] = {
		[PLACE_EARLY] = "early: judged",
		[PLACE_REGULAR] = "regular",
		[PLACE_IMAGE] = "in the kernel image",
		[PLACE_ELSEWHERE] = "early, neither linear map nor vmemmap",
	};
	struct html_number n;

	if (!w || !w->begun)
		return;
	fputs("<table class=\"walk\"><caption>Page tables that the walk of\n"
	      "the running kernel came by</caption>\n"
	      "<thead><tr><th scope=\"col\">Kind</th><th scope=\"col\"\n"
	      "class=\"n\">tables</th><th scope=\"col\" class=\"n\">with the\n"
	      "key</th></tr></thead>\n<tbody>\n",
	      out);
	for (int p = 0; p < PLACES; p++) {
		u64 tables = 0;

		for (int l = 0; l < LEVELS; l++)
			tables += w->tables[p][l];
		fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td>",
			places[p], html_count(&n, tables));
		fprintf(out, "<td class=\"n\">%s</td></tr>\n",
			html_count(&n, w->keyed[p]));
	}
	fputs("</tbody></table>\n", out);
}

static void show_offenders(FILE *out, const struct check *c, int id)
{
	u64 shown = c->bad < OFFENDERS_MAX ? c->bad : OFFENDERS_MAX;
	struct html_number n;

	if (!shown)
		return;
	fputs("<ol class=\"offenders\">\n", out);
	for (u64 i = 0; i < shown; i++) {
		fprintf(out, "<li id=\"o-%d-%llu\">", id, i);
		offender(out, &c->off[i]);
		fputs("</li>\n", out);
	}
	fputs("</ol>", out);
	if (c->bad > shown)
		fprintf(out, "<p>and %s more</p>",
			html_count(&n, c->bad - shown));
}

static void check_row(FILE *out, const struct report *r, int i)
{
	const struct check *c = &r->in.m->checks[i];
	bool asked = i < r->checks;
	enum check_status s = asked ? c->status : CHECK_NOT_CHECKED;

	fprintf(out, "<tr id=\"c-%d\" class=\"s-%s\"><td class=\"status\">", i,
		icons[s].id);
	icon(out, s);
	fprintf(out, "%s</td><th scope=\"row\">%s</th><td>",
		check_status_name(s), check_name(i));
	if (asked && c->what[0]) {
		fputs("<p>", out);
		html_text(out, c->what);
		fputs("</p>", out);
	}
	if (!asked || c->why[0]) {
		fputs("<p>", out);
		html_text(out, asked ? c->why : "left out: --events-only");
		fputs("</p>", out);
	}
	if (asked)
		show_offenders(out, c, i);
	fputs("</td></tr>\n", out);
}

static void show_checks(FILE *out, const struct report *r)
{
	fputs("<section id=\"checks\" aria-labelledby=\"checks-h\">\n<h2\n"
	      "id=\"checks-h\">Checks</h2>\n"
	      "<table class=\"checks\"><caption>What was checked, on how\n"
	      "much, and who the offenders are</caption>\n"
	      "<thead><tr><th scope=\"col\">Result</th><th\n"
	      "scope=\"col\">check</th><th scope=\"col\">looked\n"
	      "at</th></tr></thead>\n<tbody>\n",
	      out);
	for (int i = 0; i < CHECK_COUNT; i++)
		check_row(out, r, i);
	fputs("</tbody></table>\n", out);
	walk_table_of(out, r->in.walk);
	fputs("</section>\n", out);
}

void view_report(FILE *out, const struct report *r)
{
	show_head(out, r);
	show_verdict(out, r);
	fputs("<main>\n", out);
	show_facts(out, r);
	view_report_map(out, r);
	view_report_time(out, r);
	show_ranges(out, r);
	show_checks(out, r);
	fprintf(out, "</main>\n<footer><p>Made by ppa-trace %s. Times are\n"
		"those of the counter, which began before the kernel\n"
		"did.</p></footer>\n<script>%s</script>\n</body>\n</html>\n",
		PPA_VERSION, report_js);
}
