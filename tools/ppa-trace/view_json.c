// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the model look as JSON?
 *
 * Two objects: "boot" is made from the replayed events alone, and so is equal
 * byte for byte whatever source they came from; "host" is all else, null where
 * the source does not have it. verify adds "checks" and "verdict". Numbers are
 * integers: bytes, ns, counts. Physical addresses are integers as well;
 * virtual ones, which do not fit what most JSON readers take, are strings in
 * hexadecimal.
 */
#include "view_json.h"

static json_t *kernel(const struct event_frame *f)
{
	json_t *o = json_object();

	set(o, "backend", json_string(event_name(backend_names, f->backend)));
	set(o, "page_size", number(1ULL << f->page_shift));
	set(o, "va_bits", number(f->va_bits));
	set(o, "levels", number(f->levels));
	set(o, "page_offset", hex(f->page_offset));
	set(o, "memstart", hex(f->memstart));
	set(o, "ram", number(f->ram));
	return o;
}

static json_t *event_clock(const struct event_frame *f)
{
	json_t *o = json_object();

	set(o, "frequency", number(f->freq));
	set(o, "handover_ticks", number(f->ticks));
	set(o, "handover_boottime_ns", number(f->boottime));
	return o;
}

static json_t *event_log(const struct model *m)
{
	const struct event_frame *f = &m->header;
	json_t *o = json_object();

	set(o, "records", number(f->records));
	set(o, "bytes", number(f->log_bytes));
	set(o, "lost", number(f->lost));
	set(o, "backwards", number(f->backwards));
	set(o, "allocs", number(f->allocs));
	set(o, "merges", number(f->merges));
	set(o, "overflows", number(f->overflows));
	set(o, "finalizes", number(f->finalizes));
	set(o, "phases", number(f->phases));
	return o;
}

static json_t *allocations(const struct model *m)
{
	json_t *o = json_object(), *levels = json_object();
	u64 pages = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];

	for (const struct event_name *n = level_names; n->name; n++)
		set(levels, n->name, number(m->level_pages[n->value]));
	set(o, "pages", number(pages));
	set(o, "bytes", number(pages * model_page_size(m)));
	set(o, "tracked", number(m->seen[EVENT_ALLOC]));
	set(o, "untracked", number(m->seen[EVENT_OVERFLOW]));
	set(o, "first_ns", number(m->alloc_first_ns));
	set(o, "last_ns", number(m->alloc_last_ns));
	set(o, "levels", levels);
	return o;
}

static json_t *range(const struct model_range *r)
{
	json_t *o = json_object();

	set(o, "start", number(r->start));
	set(o, "size", number(r->size));
	set(o, "pages", number(r->pages));
	set(o, "first_ns", number(r->first_ns));
	set(o, "finalized", number(r->finalized));
	set(o, "pkey", r->finalized ? number(r->pkey) : json_null());
	set(o, "error", r->finalized ? json_integer(r->error) : json_null());
	set(o, "finalize_ns", r->finalized ? number(r->duration) :
					     json_null());
	return o;
}

static json_t *ranges(const struct model *m)
{
	json_t *o = json_object(), *joins = json_object();
	json_t *table = json_array();

	for (const struct event_name *n = join_names; n->name; n++)
		set(joins, n->name, number(m->joins[n->value]));
	for (size_t i = 0; i < m->nranges; i++)
		json_array_append_new(table, range(&m->ranges[i]));
	set(o, "count", number(m->nranges));
	set(o, "capacity", number(m->header.capacity));
	set(o, "bytes", number(m->range_bytes));
	set(o, "largest", number(m->largest));
	set(o, "joins", joins);
	set(o, "table", table);
	return o;
}

static json_t *finalize(const struct model *m)
{
	const struct model_phase *begin, *end;
	json_t *o = json_object();
	bool both;

	begin = &m->phase[KPKEYS_PPA_PHASE_FINALIZE_BEGIN];
	end = &m->phase[KPKEYS_PPA_PHASE_FINALIZE_END];
	both = begin->times && end->times && end->ns >= begin->ns;
	set(o, "ranges", number(m->nfinalizes));
	set(o, "errors", number(m->finalize_errors));
	set(o, "ranges_ns", number(m->finalize_ns));
	set(o, "ns", both ? number(end->ns - begin->ns) : json_null());
	set(o, "tables", end->times ? number(end->count) : json_null());
	set(o, "missed", end->times ? number(end->missed) : json_null());
	return o;
}

static json_t *phases(const struct model *m)
{
	json_t *o = json_object();

	for (u32 i = 0; i <= KPKEYS_PPA_PHASE_HANDOVER; i++) {
		const struct model_phase *ph = &m->phase[i];

		set(o, event_name(phase_names, i),
		    ph->times ? number(ph->ns) : json_null());
	}
	return o;
}

static json_t *boot(const struct model *m)
{
	json_t *o = json_object();

	if (!m->have_header) {
		json_decref(o);
		return json_null();
	}
	set(o, "complete", json_boolean(m->complete));
	set(o, "kernel", kernel(&m->header));
	set(o, "clock", event_clock(&m->header));
	set(o, "log", event_log(m));
	set(o, "allocations", allocations(m));
	set(o, "ranges", ranges(m));
	set(o, "finalize", finalize(m));
	set(o, "phases_ns", phases(m));
	return o;
}

json_t *view_json_levels(const u64 counts[LEVELS])
{
	json_t *o = json_object();

	for (u32 l = KPKEYS_PPA_LEVEL_PTE; l <= KPKEYS_PPA_LEVEL_PGD; l++)
		set(o, event_name(level_names, l), number(counts[l]));
	return o;
}

const char * const view_json_places[PLACES] = {
	[PLACE_EARLY] = "early",
	[PLACE_REGULAR] = "regular",
	[PLACE_IMAGE] = "image",
	[PLACE_ELSEWHERE] = "early_elsewhere",
};

json_t *view_json_walk(const struct walk *w)
{
	json_t *o, *tables, *keyed;

	if (!w || !w->begun)
		return json_null();
	o = json_object();
	tables = json_object();
	keyed = json_object();
	for (int p = 0; p < PLACES; p++) {
		set(tables, view_json_places[p], view_json_levels(w->tables[p]));
		set(keyed, view_json_places[p], number(w->keyed[p]));
	}
	set(o, "complete", json_boolean(w->done));
	set(o, "entries", number(w->entries));
	set(o, "tables", tables);
	set(o, "tables_keyed", keyed);
	set(o, "range_pages", number(w->pages));
	set(o, "range_pages_keyed", number(w->pages_keyed));
	set(o, "range_pages_unreferenced", number(w->unreferenced));
	return o;
}

static json_t *memory(const struct host *h)
{
	json_t *a;

	if (!h->memory_known || h->nmemory > HOST_MEMORY_MAX)
		return json_null();
	a = json_array();
	for (size_t i = 0; i < h->nmemory; i++) {
		json_t *o = json_object();

		set(o, "start", number(h->memory[i].start));
		set(o, "size", number(h->memory[i].size));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *known(const char *text)
{
	return *text ? json_string(text) : json_null();
}

json_t *view_json_host(const struct host *h)
{
	json_t *o = json_object(), *caps = json_array();

	for (unsigned int bit = 0; bit < 64; bit++) {
		const char *name = host_capability(bit);

		if (name && h->capabilities & 1ULL << bit)
			json_array_append_new(caps, json_string(name));
	}
	set(o, "release", json_string(h->release));
	set(o, "machine", json_string(h->machine));
	set(o, "build_id", known(h->build_id));
	set(o, "boot_id", known(h->boot_id));
	set(o, "memory", memory(h));
	set(o, "capabilities", caps);
	return o;
}

static json_t *host(const struct host *h, const struct walk *w,
		    const struct verify_more *more)
{
	json_t *o;

	if (!h)
		return json_null();
	o = view_json_host(h);
	set(o, "walk", view_json_walk(w));
	if (more)
		view_json_more(o, more);
	return o;
}

static json_t *offender(const struct offender *f)
{
	json_t *o = json_object();
	bool seq = f->has & OFF_SEQ, addr = f->has & OFF_ADDR;
	bool level = f->has & OFF_LEVEL, va = f->has & OFF_VA;
	bool in = f->has & OFF_RANGE, key = f->has & OFF_KEY;

	set(o, "record", seq ? number(f->seq) : json_null());
	set(o, "addr", addr ? number(f->addr) : json_null());
	set(o, "level", level ? json_string(event_name(level_names, f->level)) :
				json_null());
	set(o, "maps", va ? hex(f->va) : json_null());
	set(o, "range_start", in ? number(f->start) : json_null());
	set(o, "range_size", in ? number(f->size) : json_null());
	set(o, "key", key ? number(f->key) : json_null());
	set(o, "note", json_string(f->note));
	return o;
}

const char * const view_json_statuses[CHECK_STATUSES] = {
	[CHECK_OK] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_FAILED] = "failed",
	[CHECK_UNPROVEN] = "unproven",
	[CHECK_NOT_CHECKED] = "not_checked",
};

json_t *view_json_check(const char *id, const struct check *c)
{
	json_t *o = json_object(), *list = json_array();

	for (u64 i = 0; i < c->bad && i < OFFENDERS_MAX; i++)
		json_array_append_new(list, offender(&c->off[i]));
	set(o, "id", json_string(id));
	set(o, "status", json_string(view_json_statuses[c->status]));
	set(o, "looked_at", json_string(c->what));
	set(o, "why", c->why[0] ? json_string(c->why) : json_null());
	set(o, "offenders", number(c->bad));
	set(o, "first_offenders", list);
	return o;
}

static int dump(FILE *out, json_t *root, size_t flags)
{
	int err = json_dumpf(root, out, flags);

	json_decref(root);
	if (err)
		return -1;
	return fputc('\n', out) == '\n' ? 0 : -1;
}

int view_json_dump(FILE *out, json_t *root)
{
	return dump(out, root, JSON_INDENT(2));
}

json_t *view_json_document(const struct model *m, const struct host *h,
			   const struct walk *w, const struct verify_more *more)
{
	json_t *root = json_object();

	set(root, "schema", number(JSON_SCHEMA));
	set(root, "boot", m ? boot(m) : json_null());
	set(root, "host", host(h, w, more));
	return root;
}

int view_summary_json(FILE *out, const struct model *m, const struct host *h,
		      const struct walk *w)
{
	return view_json_dump(out, view_json_document(m, h, w, NULL));
}

int view_verify_json(FILE *out, const struct model *m, const struct host *h,
		     const struct walk *w, bool events_only,
		     const struct verify_more *more)
{
	static const char * const verdicts[] = {
		[EXIT_GOOD] = "good",
		[EXIT_BAD] = "failed",
		[EXIT_UNPROVEN] = "unproven",
	};
	int last = events_only ? CHECK_FIRST_WALK : CHECK_COUNT;
	json_t *root = view_json_document(m, h, w, more);
	json_t *checks = json_array();

	for (int i = 0; i < last; i++)
		json_array_append_new(checks, view_json_check(check_name(i),
							      &m->checks[i]));
	for (int i = 0; more->scope && i < SCOPE_CHECKS; i++)
		json_array_append_new(checks,
				      view_json_check(scope_check_name(i),
						      &more->scope->checks[i]));
	if (more->probe)
		json_array_append_new(checks,
				      view_json_check(PROBE_CHECK_NAME,
						      &more->probe->check));
	set(root, "checks", checks);
	set(root, "verdict",
	    json_string(verdicts[verify_verdict(m, events_only, more)]));
	return view_json_dump(out, root);
}

int view_json_alone(FILE *out, const char *key, json_t *value)
{
	json_t *root = view_json_document(NULL, NULL, NULL, NULL);

	set(root, key, value);
	return view_json_dump(out, root);
}

int view_lookup_json(FILE *out, const struct lookup *f, const struct model *m)
{
	return view_json_alone(out, "lookup", view_json_lookup(f, m));
}

/* A message may quote a file name, which need not be UTF-8. */
static json_t *message(const char *text)
{
	json_t *s = json_string(text);
	char plain[sizeof(((struct diag *)0)->what)];
	size_t i;

	if (s)
		return s;
	for (i = 0; text[i] && i < sizeof(plain) - 1; i++)
		plain[i] = text[i] & 0x80 ? '?' : text[i];
	plain[i] = '\0';
	return json_string(plain);
}

int view_recorded_json(FILE *out, const char *file, u64 events, u64 tables,
		       u64 bytes)
{
	json_t *root = view_json_document(NULL, NULL, NULL, NULL);
	json_t *recorded = json_object();

	set(recorded, "file", message(file));
	set(recorded, "events", number(events));
	set(recorded, "page_tables", number(tables));
	set(recorded, "bytes", number(bytes));
	set(root, "recorded", recorded);
	return dump(out, root, JSON_COMPACT);
}

int view_error_json(FILE *out, const struct diag *d, bool line)
{
	json_t *root = view_json_document(NULL, NULL, NULL, NULL);
	json_t *error = json_object();

	set(error, "what", message(d->what));
	set(error, "advice", message(d->advice));
	set(root, "error", error);
	return dump(out, root, line ? JSON_COMPACT : JSON_INDENT(2));
}
