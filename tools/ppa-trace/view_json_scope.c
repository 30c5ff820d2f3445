// SPDX-License-Identifier: GPL-2.0-only
/* How do all page tables of the system, and one of them, look as JSON? */
#include "view_json.h"

static json_t *tables(const struct scope *s, u32 class)
{
	json_t *o = json_object();
	u64 v[LEVELS];

	for (int i = 0; i < SCOPE_LEVELS; i++) {
		v[i] = s->counts.tables[class][i];
		if (class == SCOPE_EARLY)
			v[i] -= s->odd[i];
		if (class == SCOPE_ODD)
			v[i] = s->odd[i];
	}
	set(o, "tables", number(scope_tables(s, class)));
	set(o, "keyed", number(scope_keyed(s, class)));
	set(o, "levels", view_json_levels(v));
	return o;
}

static json_t *passes(const struct watch *w)
{
	json_t *o = json_object();

	set(o, "made", number(w->passes));
	set(o, "good", number(w->good));
	set(o, "failed", number(w->failed));
	set(o, "unproven", number(w->unproven));
	return o;
}

static json_t *scope(const struct scope *s, const struct watch *w)
{
	const struct scope_counts *c = &s->counts;
	json_t *o, *classes;
	u64 vanished = 0;

	if (!s->begun)
		return json_null();
	o = json_object();
	classes = json_object();
	for (u32 i = 0; i < SCOPE_CLASSES; i++)
		set(classes, scope_class_name(i), tables(s, i));
	set(o, "classes", classes);
	set(o, "unlinked", number(c->unlinked));
	set(o, "unlinked_early", number(s->unlinked_early));
	set(o, "processes", number(c->processes));
	set(o, "leaves", number(c->leaves));
	set(o, "read_again", number(c->retries));
	set(o, "went_away", number(c->gone));
	set(o, "dropped", number(c->dropped));
	set(o, "unreadable", number(c->unreadable));
	set(o, "tries", number(s->tries));
	for (int i = 0; i < SCOPE_CHECKS; i++)
		vanished += s->vanished[i];
	set(o, "suspects_vanished", number(vanished));
	set(o, "passes", w ? passes(w) : json_null());
	return o;
}

static json_t *probe(const struct probe *p)
{
	json_t *a = json_array();

	for (int i = 0; i < p->n; i++) {
		json_t *o = json_object();

		set(o, "class", json_string(p->v[i].class));
		set(o, "addr", hex(p->v[i].addr));
		set(o, "error", json_integer(p->v[i].error));
		json_array_append_new(a, o);
	}
	return a;
}

void view_json_more(json_t *host, const struct verify_more *more)
{
	if (more->scope)
		set(host, "scope", scope(more->scope, more->watch));
	if (more->probe)
		set(host, "probe", probe(more->probe));
}

static json_t *place(const struct scope_found *p)
{
	json_t *o = json_object();

	set(o, "class", json_string(scope_class_name(p->class)));
	set(o, "level", json_string(event_name(level_names, p->level)));
	set(o, "maps", hex(p->va));
	set(o, "pid", p->root == SCOPE_ROOT_USER ? number(p->pid) :
						   json_null());
	return o;
}

static json_t *events(const struct lookup *f, const struct model *m)
{
	bool in = f->range < m->nranges;
	json_t *o;

	if (!f->have_events)
		return json_null();
	o = json_object();
	set(o, "allocation", f->logged ? number(f->allocation) : json_null());
	set(o, "record", f->logged ? number(f->record) : json_null());
	set(o, "ns", f->logged ? number(f->ns) : json_null());
	set(o, "level", f->logged ?
	    json_string(event_name(level_names, f->level)) : json_null());
	set(o, "range_start", in ? number(m->ranges[f->range].start) :
				   json_null());
	set(o, "range_size", in ? number(m->ranges[f->range].size) :
				  json_null());
	set(o, "finalized", in ? number(m->ranges[f->range].finalized) :
				 json_null());
	set(o, "pkey", in && m->ranges[f->range].finalized ?
	    number(m->ranges[f->range].pkey) : json_null());
	return o;
}

json_t *view_json_lookup(const struct lookup *f, const struct model *m)
{
	static const char * const where[] = {
		[LOOKUP_UNKNOWN] = "unknown",
		[LOOKUP_PHYSICAL] = "physical",
		[LOOKUP_LINEAR] = "linear",
		[LOOKUP_IMAGE] = "image",
		[LOOKUP_VMEMMAP] = "vmemmap",
		[LOOKUP_KERNEL] = "kernel",
	};
	static const char * const kinds[] = {
		[LOOKUP_CANNOT_TELL] = "unknown",
		[LOOKUP_NOTHING] = "nothing",
		[LOOKUP_TABLE] = "table",
		[LOOKUP_UNLINKED] = "table_unlinked",
		[LOOKUP_STATIC] = "table_area",
		[LOOKUP_PAGE] = "page",
	};
	bool page = f->page != LOOKUP_NO_PAGE;
	bool leaf = f->walked && page &&
		    !(f->at_linear.flags & (TABLE_NO_LEAF | TABLE_UNMAPPED));
	json_t *o = json_object(), *places = json_array();

	for (u64 i = 0; i < f->nplaces && i < LOOKUP_PLACES; i++)
		json_array_append_new(places, place(&f->place[i]));
	set(o, "asked", hex(f->asked));
	set(o, "where", json_string(where[f->where]));
	set(o, "page", page ? number(f->page) : json_null());
	set(o, "is", json_string(kinds[lookup_kind(f)]));
	set(o, "key", leaf ? number(desc_key(f->at_linear.leaf)) :
			     json_null());
	set(o, "lacks_key", f->walked || lookup_bad(f) ?
	    json_boolean(lookup_bad(f)) : json_null());
	set(o, "page_type", f->walked && page ?
	    json_string(lookup_page_type(f)) : json_null());
	set(o, "places", places);
	set(o, "events", events(f, m));
	return o;
}
