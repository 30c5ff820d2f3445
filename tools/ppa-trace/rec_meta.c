// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a recording say besides the events, as JSON?
 *
 * Machine, walk and checks have the form in which summary and verify print
 * them. What is missing or of another type stays empty.
 */
#include <stdlib.h>
#include <string.h>

#include "rec.h"
#include "rec_meta.h"
#include "view_json.h"

static char *line_of(json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);

	json_decref(o);
	return line;
}

char *rec_head_line(const struct host *h)
{
	json_t *o = json_object();

	set(o, "format", json_string(REC_FORMAT));
	set(o, "version", number(REC_VERSION));
	set(o, "tool", json_string("ppa-trace " PPA_VERSION));
	set(o, "recorded", h ? number(h->asked) : json_null());
	set(o, "host", h ? view_json_host(h) : json_null());
	return line_of(o);
}

char *rec_end_line(const struct rec_end *e)
{
	json_t *o = json_object(), *source = json_object();
	json_t *checks = json_array();

	set(source, "events", number(e->report.events));
	set(source, "broken", number(e->report.broken));
	set(source, "lost", number(e->report.lost));
	set(source, "overwritten", json_boolean(e->report.overwritten));
	set(source, "cut", json_boolean(e->report.cut));
	set(o, "end", source);
	for (int i = 0; e->have_walk && i < REC_WALK_CHECKS; i++)
		json_array_append_new(checks,
				      view_json_check(check_name(CHECK_FIRST_WALK + i),
						      &e->checks[i]));
	set(o, "walk", e->have_walk ? view_json_walk(&e->walk) : json_null());
	set(o, "walk_ns", e->have_walk ? number(e->walk.ns) : json_null());
	set(o, "checks", checks);
	return line_of(o);
}

static u64 get_number(const json_t *o, const char *key)
{
	return (u64)json_integer_value(json_object_get(o, key));
}

static bool get_bool(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

/*
 * Into the @size bytes of @to, as many as fit. It will be printed: nothing in it
 * may steer a terminal.
 */
static void get_text(const json_t *o, const char *key, char *to, size_t size)
{
	const char *text = json_string_value(json_object_get(o, key));

	snprintf(to, size, "%s", text ? text : "");
	for (; *to; to++) {
		if (*to < ' ' || *to > '~')
			*to = '?';
	}
}

static void read_memory(const json_t *list, struct host *h)
{
	size_t n = json_array_size(list);

	h->memory_known = json_is_array(list);
	h->nmemory = n;
	for (size_t i = 0; i < n && i < HOST_MEMORY_MAX; i++) {
		const json_t *o = json_array_get(list, i);
		struct host_memory *m = &h->memory[i];

		m->start = get_number(o, "start");
		m->size = get_number(o, "size");
		if (!i || m->start < h->memory_low)
			h->memory_low = m->start;
		if (m->start + m->size > h->memory_high)
			h->memory_high = m->start + m->size;
	}
}

static void read_capabilities(const json_t *list, struct host *h)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *is = json_string_value(json_array_get(list, i));

		for (unsigned int bit = 0; is && bit < 64; bit++) {
			const char *name = host_capability(bit);

			if (name && !strcmp(name, is))
				h->capabilities |= 1ULL << bit;
		}
	}
}

enum rec_read rec_head_read(const json_t *o, struct rec_head *h)
{
	const char *format = json_string_value(json_object_get(o, "format"));
	const json_t *version = json_object_get(o, "version");
	const json_t *host = json_object_get(o, "host");

	memset(h, 0, sizeof(*h));
	if (!format || strcmp(format, REC_FORMAT) || !json_is_integer(version))
		return REC_NO_HEAD;
	if (json_integer_value(version) < 1)
		return REC_NO_HEAD;
	if (json_integer_value(version) > REC_VERSION)
		return REC_NEWER;
	h->have_host = json_is_object(host);
	if (!h->have_host)
		return REC_READ;
	get_text(host, "release", h->host.release, sizeof(h->host.release));
	get_text(host, "machine", h->host.machine, sizeof(h->host.machine));
	get_text(host, "build_id", h->host.build_id, sizeof(h->host.build_id));
	get_text(host, "boot_id", h->host.boot_id, sizeof(h->host.boot_id));
	h->host.asked = get_number(o, "recorded");
	read_memory(json_object_get(host, "memory"), &h->host);
	read_capabilities(json_object_get(host, "capabilities"), &h->host);
	return REC_READ;
}

static void read_levels(const json_t *o, u64 counts[LEVELS])
{
	for (const struct event_name *n = level_names; n->name; n++)
		counts[n->value] = get_number(o, n->name);
}

static void read_walk(const json_t *o, struct walk *w)
{
	const json_t *tables = json_object_get(o, "tables");
	const json_t *keyed = json_object_get(o, "tables_keyed");

	w->begun = json_is_object(o);
	w->done = get_bool(o, "complete");
	w->entries = get_number(o, "entries");
	w->pages = get_number(o, "range_pages");
	w->pages_keyed = get_number(o, "range_pages_keyed");
	w->unreferenced = get_number(o, "range_pages_unreferenced");
	for (int p = 0; p < PLACES; p++) {
		const char *name = view_json_places[p];

		read_levels(json_object_get(tables, name), w->tables[p]);
		w->keyed[p] = get_number(keyed, name);
	}
}

static u32 level_of(const char *text)
{
	const struct event_name *n = level_names;

	while (n->name && strcmp(n->name, text))
		n++;
	/* One that has no name is shown as such again. */
	return n->name ? n->value : ~0U;
}

/* A number that is not there is no part of the offender. */
static u64 get_part(const json_t *o, const char *key, struct offender *off,
		    u32 flag)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v))
		off->has |= flag;
	return (u64)json_integer_value(v);
}

static void read_offender(const json_t *o, struct offender *off)
{
	const char *level = json_string_value(json_object_get(o, "level"));
	const char *maps = json_string_value(json_object_get(o, "maps"));

	off->seq = get_part(o, "record", off, OFF_SEQ);
	off->addr = get_part(o, "addr", off, OFF_ADDR);
	off->start = get_part(o, "range_start", off, OFF_RANGE);
	off->size = get_part(o, "range_size", off, OFF_RANGE);
	off->key = get_part(o, "key", off, OFF_KEY);
	if (level) {
		off->has |= OFF_LEVEL;
		off->level = level_of(level);
	}
	if (maps) {
		off->has |= OFF_VA;
		off->va = strtoull(maps, NULL, 16);
	}
	get_text(o, "note", off->note, sizeof(off->note));
}

/* False if it does not say how the check ended. */
static bool read_check(const json_t *o, struct check *c)
{
	const char *status = json_string_value(json_object_get(o, "status"));
	const json_t *list = json_object_get(o, "first_offenders");
	int s = 0;

	while (s < CHECK_STATUSES && status &&
	       strcmp(view_json_statuses[s], status))
		s++;
	if (!status || s == CHECK_STATUSES)
		return false;
	c->status = s;
	c->bad = get_number(o, "offenders");
	get_text(o, "looked_at", c->what, sizeof(c->what));
	get_text(o, "why", c->why, sizeof(c->why));
	for (size_t i = 0; i < json_array_size(list) && i < OFFENDERS_MAX; i++)
		read_offender(json_array_get(list, i), &c->off[i]);
	return true;
}

static void read_checks(const json_t *list, struct check *checks)
{
	for (int i = 0; i < REC_WALK_CHECKS; i++) {
		const char *id = check_name(CHECK_FIRST_WALK + i);
		bool found = false;

		for (size_t k = 0; k < json_array_size(list) && !found; k++) {
			const json_t *o = json_array_get(list, k);
			const char *is =
				json_string_value(json_object_get(o, "id"));

			if (is && !strcmp(is, id))
				found = read_check(o, &checks[i]);
		}
		if (!found)
			check_not_made(&checks[i], "it is not in the recording");
	}
}

bool rec_end_read(const json_t *o, struct rec_end *e)
{
	const json_t *source = json_object_get(o, "end");
	const json_t *checks = json_object_get(o, "checks");

	memset(e, 0, sizeof(*e));
	if (!json_is_object(source))
		return false;
	e->report.events = get_number(source, "events");
	e->report.broken = get_number(source, "broken");
	e->report.lost = get_number(source, "lost");
	e->report.overwritten = get_bool(source, "overwritten");
	e->report.cut = get_bool(source, "cut");
	e->have_walk = json_array_size(checks);
	if (!e->have_walk)
		return true;
	read_walk(json_object_get(o, "walk"), &e->walk);
	e->walk.ns = get_number(o, "walk_ns");
	read_checks(checks, e->checks);
	return true;
}

void rec_end_walk(const struct rec_end *e, struct walk *w)
{
	struct walk own = *w;

	*w = e->walk;
	w->model = own.model;
	w->referenced = own.referenced;
	w->first_bit = own.first_bit;
	memcpy(&w->model->checks[CHECK_FIRST_WALK], e->checks,
	       sizeof(e->checks));
}
