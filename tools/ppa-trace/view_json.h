/* SPDX-License-Identifier: GPL-2.0-only */
/* What do all parts of the JSON views share? */
#ifndef PPA_VIEW_JSON_H
#define PPA_VIEW_JSON_H

#include <jansson.h>

#include "view.h"

static inline json_t *number(u64 n)
{
	return json_integer((json_int_t)n);
}

/* Virtual addresses do not fit what most JSON readers take. */
static inline json_t *hex(u64 n)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "0x%llx", n);
	return json_string(buf);
}

/* All of these take the new reference; a NULL one fails at the dump. */
static inline void set(json_t *to, const char *key, json_t *value)
{
	json_object_set_new(to, key, value);
}

/* "schema", "boot" and "host"; NULL what there is nothing of. */
json_t *view_json_document(const struct model *m, const struct host *h,
			   const struct walk *w,
			   const struct verify_more *more);

/* Print it and put it away. 0, or -1 if that fails. */
int view_json_dump(FILE *out, json_t *root);

/* An object with a number for each level. */
json_t *view_json_levels(const u64 counts[LEVELS]);

/* The object "host" without its walk, the walk, and one of the checks. */
json_t *view_json_host(const struct host *h);
json_t *view_json_walk(const struct walk *w);
json_t *view_json_check(const char *id, const struct check *c);

/* How JSON calls the places of tables, and the ways in which a check ends. */
extern const char * const view_json_places[PLACES];
extern const char * const view_json_statuses[CHECK_STATUSES];

/* Into "host", what verify was asked for besides. */
void view_json_more(json_t *host, const struct verify_more *more);

/* A document of which only @key has a value; takes the reference. */
int view_json_alone(FILE *out, const char *key, json_t *value);

/* The object "lookup". */
json_t *view_json_lookup(const struct lookup *f, const struct model *m);

#endif /* PPA_VIEW_JSON_H */
