// SPDX-License-Identifier: GPL-2.0-only
/* How does the analysis of a boot look as JSON? */
#include "view_json.h"

static json_t *span(const struct boot_span *s)
{
	json_t *o;

	if (!s->known)
		return json_null();
	o = json_object();
	set(o, "begin_ns", number(s->begin_ns));
	set(o, "ns", number(s->ns));
	return o;
}

static json_t *linear_map(const struct boot_report *b)
{
	const struct boot_time *setup = &b->phase[KPKEYS_PPA_PHASE_SETUP];
	json_t *o = span(&b->map);
	bool after = setup->known && setup->ns <= b->map.begin_ns;

	if (!b->map.known)
		return o;
	set(o, "since_setup_ns", after ? number(b->map.begin_ns - setup->ns) :
					 json_null());
	set(o, "share_per_mille", b->boot.known ? number(b->map_share) :
						  json_null());
	return o;
}

static json_t *pages(const struct boot_report *b)
{
	json_t *o = json_object(), *slices = span(&b->slices_in);
	json_t *counts = json_array();

	for (int i = 0; i < BOOT_SLICES; i++)
		json_array_append_new(counts, number(b->slices[i]));
	if (b->slices_in.known)
		set(slices, "pages", counts);
	else
		json_decref(counts);
	set(o, "count", number(b->pages));
	set(o, "in_linear_map", number(b->map_pages));
	set(o, "later", number(b->later_pages));
	set(o, "slices", slices);
	return o;
}

static json_t *gap(const struct boot_gap *g)
{
	json_t *o = json_object();

	set(o, "ns", number(g->ns));
	set(o, "at_ns", number(g->at_ns));
	set(o, "record", number(g->seq));
	set(o, "addr", number(g->addr));
	set(o, "level", json_string(event_name(level_names, g->level)));
	set(o, "join", json_string(boot_step_name(g->step)));
	return o;
}

static json_t *gaps(const struct boot_gaps *g)
{
	json_t *o = json_object(), *buckets = json_array();
	json_t *slowest = json_array();

	for (int i = 0; i < BOOT_BUCKETS; i++)
		json_array_append_new(buckets, number(g->buckets[i]));
	for (size_t i = 0; i < g->nslowest; i++)
		json_array_append_new(slowest, gap(&g->slowest[i]));
	set(o, "count", number(g->n));
	set(o, "ns", number(g->ns));
	set(o, "p50_ns", g->n ? number(g->p50) : json_null());
	set(o, "p90_ns", g->n ? number(g->p90) : json_null());
	set(o, "p99_ns", g->n ? number(g->p99) : json_null());
	set(o, "max_ns", g->n ? number(g->max) : json_null());
	set(o, "power_of_two_ns", buckets);
	set(o, "slowest", slowest);
	set(o, "across_phases", number(g->across));
	set(o, "across_phases_ns", number(g->across_ns));
	set(o, "with_missing_records", number(g->holes));
	set(o, "backwards", number(g->backwards));
	return o;
}

static json_t *step(const struct boot_step *s)
{
	json_t *o = json_object();

	set(o, "pages", number(s->pages));
	set(o, "gaps", number(s->gaps));
	set(o, "gap_ns", number(s->gap_ns));
	set(o, "mean_ps", s->gaps ? number(s->mean_ps) : json_null());
	return o;
}

static json_t *steps(const struct boot_report *b)
{
	json_t *o = json_object();

	for (u32 i = 0; i < BOOT_STEPS; i++)
		set(o, boot_step_name(i), step(&b->step[i]));
	set(o, "merged", step(&b->merged));
	return o;
}

static json_t *finalized(const struct boot_finalize *f)
{
	json_t *o = json_object();

	set(o, "start", number(f->start));
	set(o, "size", number(f->size));
	set(o, "pages", number(f->pages));
	set(o, "ns", number(f->ns));
	set(o, "page_ps", f->pages ? number(f->page_ps) : json_null());
	set(o, "record", number(f->seq));
	set(o, "error", json_integer(f->error));
	return o;
}

static json_t *finalize(const struct boot_report *b)
{
	bool share = b->boot.known && b->finalize.known;
	json_t *o = json_object(), *ranges = json_array();

	for (size_t i = 0; i < b->nfinalizes; i++)
		json_array_append_new(ranges, finalized(&b->finalizes[i]));
	set(o, "span", span(&b->finalize));
	set(o, "share_per_mille", share ? number(b->finalize_share) :
					  json_null());
	set(o, "pages", number(b->finalize_pages));
	set(o, "ranges_ns", number(b->finalize_ns));
	set(o, "page_ps", b->finalize_pages ? number(b->finalize_page_ps) :
					      json_null());
	set(o, "ranges", ranges);
	return o;
}

/* A number and its error, if there is such a number, and such an error. */
static void estimate(json_t *o, const char *name, const char *error_name,
		     bool known, u64 value, bool error_known, u64 error)
{
	set(o, name, known ? number(value) : json_null());
	set(o, error_name, known && error_known ? number(error) : json_null());
}

static json_t *allocator(const struct boot_report *b)
{
	const struct boot_own *own = &b->own;
	bool map = own->known && b->map.known;
	json_t *o = json_object();

	set(o, "first_ns", own->first_known ? number(own->first_ns) :
					      json_null());
	set(o, "samples", number(own->samples));
	set(o, "min_ns", own->samples ? number(own->min_ns) : json_null());
	set(o, "max_ns", own->samples ? number(own->max_ns) : json_null());
	estimate(o, "mean_ps", "mean_error_ps", own->samples, own->mean_ps,
		 own->error_known, own->error_ps);
	estimate(o, "ns", "error_ns", own->known, own->ns, own->error_known,
		 own->error_ns);
	estimate(o, "linear_map_ns", "linear_map_error_ns", map, own->map_ns,
		 own->error_known, own->map_error_ns);
	estimate(o, "linear_map_share_per_mille",
		 "linear_map_share_error_per_mille", map, own->map_share,
		 own->error_known, own->map_error_share);
	return o;
}

static json_t *analysis(const struct boot_report *b)
{
	json_t *o = json_object();

	set(o, "resolution_ps", b->resolution_ps ? number(b->resolution_ps) :
						   json_null());
	set(o, "boot", span(&b->boot));
	set(o, "linear_map", linear_map(b));
	set(o, "pages", pages(b));
	set(o, "gaps", gaps(&b->gaps));
	set(o, "steps", steps(b));
	set(o, "finalize", finalize(b));
	set(o, "allocator", allocator(b));
	return o;
}

int view_boot_json(FILE *out, const struct boot_report *b,
		   const struct model *m)
{
	json_t *root = view_json_document(m, NULL, NULL, NULL);

	set(root, "analysis", analysis(b));
	return view_json_dump(out, root);
}
