// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a fleet's monitoring want to know of a boot?
 *
 * The format is the text format 0.0.4 of Prometheus, as the textfile collector
 * of node_exporter takes it: no time stamps, and nothing of OpenMetrics. What is
 * not known is left out: a 0 would be a lie. Names and labels never change.
 */
#include "escape.h"
#include "view_export.h"

static void family(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void gauge(FILE *out, const char *name, const char *help, u64 value)
{
	family(out, name, help);
	fprintf(out, "%s %llu\n", name, value);
}

static void labelled(FILE *out, const char *name, const char *label,
		     const char *text, u64 value)
{
	fprintf(out, "%s{%s=\"", name, label);
	escape(out, ESCAPE_LABEL, text);
	fprintf(out, "\"} %llu\n", value);
}

static void seconds(FILE *out, const char *name, const char *help,
		    const struct boot_span *s)
{
	if (!s->known)
		return;
	family(out, name, help);
	fprintf(out, "%s %llu.%09llu\n", name, s->ns / 1000000000,
		s->ns % 1000000000);
}

static void info(FILE *out, const struct export *x)
{
	const struct model *m = x->model;

	family(out, "ppa_info", "What was looked at. Always 1.");
	fputs("ppa_info{backend=\"", out);
	escape(out, ESCAPE_LABEL, m->have_header ?
	       event_name(backend_names, m->header.backend) : "");
	fputs("\",machine=\"", out);
	escape(out, ESCAPE_LABEL, x->host ? x->host->machine : "");
	fputs("\",release=\"", out);
	escape(out, ESCAPE_LABEL, x->host ? x->host->release : "");
	fprintf(out, "\",version=\"%s\"} 1\n", x->version);
}

static void verdict(FILE *out, const struct export *x)
{
	static const struct {
		const char *name;
		int status;
	} verdicts[] = {
		{ "good", EXIT_GOOD }, { "failed", EXIT_BAD },
		{ "unproven", EXIT_UNPROVEN },
	};
	int status = model_verdict(x->model, x->events_only);

	gauge(out, "ppa_verify_exit_status",
	      "Exit status of verify: 0 good, 1 a check failed, 3 unproven.",
	      status);
	family(out, "ppa_verdict", "1 for the verdict of verify, 0 for others.");
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		labelled(out, "ppa_verdict", "verdict", verdicts[i].name,
			 verdicts[i].status == status);
}

/* Does the check know how many offenders there are, or that there are some? */
static bool counted(const struct check *c)
{
	return c->bad || (c->status != CHECK_NOT_CHECKED &&
			  c->status != CHECK_UNPROVEN);
}

static void checks(FILE *out, const struct export *x)
{
	static const u64 number[] = {
		[CHECK_OK] = 0,
		[CHECK_FAILED] = 1,
		[CHECK_NOTE] = 2,
		[CHECK_UNPROVEN] = 3,
		[CHECK_NOT_CHECKED] = 4,
	};
	int last = x->events_only ? CHECK_FIRST_WALK : CHECK_COUNT;

	family(out, "ppa_check_status",
	       "0 ok, 1 failed, 2 a note, 3 unproven, 4 not checked.");
	for (int i = 0; i < last; i++)
		labelled(out, "ppa_check_status", "check", check_name(i),
			 number[x->model->checks[i].status]);
	family(out, "ppa_check_offenders", "What the check found, in all.");
	for (int i = 0; i < last; i++) {
		if (counted(&x->model->checks[i]))
			labelled(out, "ppa_check_offenders", "check",
				 check_name(i), x->model->checks[i].bad);
	}
}

static void pages(FILE *out, const struct model *m)
{
	family(out, "ppa_pages", "Early page-table pages handed out.");
	for (const struct event_name *l = level_names; l->name; l++)
		labelled(out, "ppa_pages", "level", l->name,
			 m->level_pages[l->value]);
	gauge(out, "ppa_untracked_pages",
	      "Pages that the full range table had no room for.",
	      m->seen[EVENT_OVERFLOW]);
	gauge(out, "ppa_page_size_bytes", "Bytes of a page.",
	      model_page_size(m));
}

static void ranges(FILE *out, const struct model *m)
{
	gauge(out, "ppa_ranges", "Ranges in the table.", m->nranges);
	gauge(out, "ppa_range_capacity", "Ranges that the table holds.",
	      m->header.capacity);
	gauge(out, "ppa_range_bytes", "Bytes of all ranges.", m->range_bytes);
	gauge(out, "ppa_range_largest_bytes", "Bytes of the largest range.",
	      m->largest);
	family(out, "ppa_joins", "How pages came into the range table.");
	for (const struct event_name *j = join_names; j->name; j++)
		labelled(out, "ppa_joins", "join", j->name, m->joins[j->value]);
}

static void finalized(FILE *out, const struct model *m)
{
	const struct model_phase *end = &m->phase[KPKEYS_PPA_PHASE_FINALIZE_END];

	gauge(out, "ppa_finalized_ranges", "Ranges that finalize told of.",
	      m->nfinalizes);
	gauge(out, "ppa_finalize_errors", "Ranges that did not get the key.",
	      m->finalize_errors);
	if (end->times)
		gauge(out, "ppa_missed_tables",
		      "Tables outside of all ranges, found at finalize.",
		      end->missed);
}

static void event_log(FILE *out, const struct model *m)
{
	gauge(out, "ppa_complete", "1 if no event is missing, proven.",
	      m->complete);
	gauge(out, "ppa_log_records", "Records of the kernel's log.",
	      m->header.records);
	gauge(out, "ppa_log_bytes", "Bytes of the kernel's log.",
	      m->header.log_bytes);
	gauge(out, "ppa_log_lost_records", "Records that the log had no room for.",
	      m->header.lost);
	gauge(out, "ppa_missing_records", "Records of the log that did not come.",
	      m->missing);
}

static void tables(FILE *out, const struct walk *w)
{
	static const char * const places[PLACES] = {
		[PLACE_EARLY] = "early",
		[PLACE_REGULAR] = "regular",
		[PLACE_IMAGE] = "image",
		[PLACE_ELSEWHERE] = "early_elsewhere",
	};

	family(out, "ppa_tables", "Page tables of the kernel that the walk found.");
	for (int p = 0; p < PLACES; p++) {
		u64 sum = 0;

		for (int l = 0; l < LEVELS; l++)
			sum += w->tables[p][l];
		labelled(out, "ppa_tables", "place", places[p], sum);
	}
	family(out, "ppa_tables_keyed", "Those of them that carry the key.");
	for (int p = 0; p < PLACES; p++)
		labelled(out, "ppa_tables_keyed", "place", places[p],
			 w->keyed[p]);
}

void view_prometheus(FILE *out, const struct export *x)
{
	const struct model *m = x->model;
	const struct boot_report *b = x->boot;

	info(out, x);
	verdict(out, x);
	checks(out, x);
	if (m->have_header) {
		event_log(out, m);
		pages(out, m);
		ranges(out, m);
		finalized(out, m);
	}
	seconds(out, "ppa_boot_seconds",
		"From the start of setup_arch() to the end of the log.",
		&b->boot);
	seconds(out, "ppa_map_seconds", "Building the linear map.", &b->map);
	seconds(out, "ppa_finalize_seconds", "Setting the key on all ranges.",
		&b->finalize);
	if (x->walk && x->walk->begun)
		tables(out, x->walk);
}
