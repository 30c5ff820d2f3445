// SPDX-License-Identifier: GPL-2.0-only
/*
 * In what do two boots differ, a line each?
 *
 * The verdict comes first. Then the differences, and what would be one but is
 * within the tolerance or not judged; what is equal is in the JSON only.
 */
#include "view_json.h"

static const char *verdict(const struct diff *d)
{
	static const char * const verdicts[] = {
		[EXIT_GOOD] = "equal",
		[EXIT_BAD] = "different",
		[EXIT_UNPROVEN] = "unproven",
	};

	return verdicts[diff_verdict(d)];
}

static void first_line(FILE *out, const struct diff *d)
{
	char within[48] = "";

	if (d->tolerance >= 0)
		snprintf(within, sizeof(within), ", tolerance %ld.%ld %%",
			 d->tolerance / 10, d->tolerance % 10);
	fprintf(out, "diff: %s: %llu difference%s%s\n", verdict(d),
		d->differences, plural(d->differences), within);
}

static void tell_missing(FILE *out, const struct diff *d)
{
	const char *which = "A and B";

	if (!d->unproven_a && !d->unproven_b)
		return;
	if (!d->unproven_b)
		which = "A";
	else if (!d->unproven_a)
		which = "B";
	fprintf(out, "incomplete: events are missing from %s; \"ppa-trace verify\" says which\n",
		which);
}

static const char *mark(bool differs, bool judged)
{
	if (differs)
		return "DIFFERS";
	return judged ? "within" : "shown";
}

static const char *value(char buf[32], const struct diff_item *i,
			 const struct diff_value *v)
{
	if (!v->known)
		return "not known";
	if (i->unit == DIFF_BACKEND)
		return event_name(backend_names, v->value);
	if (i->unit == DIFF_NS)
		return view_duration(buf, v->value);
	if (i->unit == DIFF_PS)
		snprintf(buf, 32, "%llu.%03llu ns", v->value / 1000,
			 v->value % 1000);
	else if (i->unit == DIFF_PER_MILLE)
		snprintf(buf, 32, "%llu.%llu %%", v->value / 10,
			 v->value % 10);
	else
		snprintf(buf, 32, "%llu", v->value);
	return buf;
}

static bool has_ratio(const struct diff_item *i)
{
	return i->a.known && i->b.known && i->a.value &&
	       i->unit != DIFF_BACKEND;
}

static void show_item(FILE *out, const struct diff_item *i)
{
	const char *how = mark(i->differs, i->judged);
	char a[32], b[32], ratio[24] = "";
	u32 share;

	if (i->a.known == i->b.known && i->a.value == i->b.value)
		return;
	if (has_ratio(i)) {
		share = boot_share(i->b.value, i->a.value);
		snprintf(ratio, sizeof(ratio), " %u.%03ux", share / 1000,
			 share % 1000);
	}
	if (i->judged && i->a.known != i->b.known)
		how = "unknown";
	fprintf(out, "%-8s %-19s %20s %20s%s\n", how, i->name,
		value(a, i, &i->a), value(b, i, &i->b), ratio);
}

static const char *change(char buf[24], u32 bits)
{
	static const struct {
		u32 bit;
		const char *name;
	} names[] = {
		{ DIFF_MOVED, "moved" }, { DIFF_GREW, "grew" },
		{ DIFF_SHRANK, "shrank" }, { DIFF_APPEARED, "appeared" },
		{ DIFF_VANISHED, "vanished" },
	};
	int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (bits & names[i].bit)
			n += snprintf(buf + n, 24 - n, "%s%s", n ? "+" : "",
				      names[i].name);
	}
	return buf;
}

/* The size is exact: a range is whole pages. */
static const char *place(char buf[48], const struct model_range *r)
{
	if (!r)
		return "-";
	snprintf(buf, 48, "0x%llx+%lluK", r->start, r->size / 1024);
	return buf;
}

static void show_range(FILE *out, const struct diff *d, const struct diff_range *r)
{
	char what[24], a[48], b[48];

	if (!r->change)
		return;
	fprintf(out, "%-8s range %-13s %23s %23s\n",
		mark(r->differs, d->tolerance < 0 || r->change != DIFF_MOVED),
		change(what, r->change), place(a, r->a), place(b, r->b));
}

void view_diff(FILE *out, const struct diff *d, const char * const names[2])
{
	size_t i;

	first_line(out, d);
	fprintf(out, "A: %s\nB: %s\n", names[0], names[1]);
	tell_missing(out, d);
	for (i = 0; i < d->nitems && d->item[i].kind != DIFF_TIME; i++)
		show_item(out, &d->item[i]);
	for (size_t r = 0; r < d->nranges; r++)
		show_range(out, d, &d->ranges[r]);
	for (; i < d->nitems; i++)
		show_item(out, &d->item[i]);
}

/* --- JSON --------------------------------------------------------------------- */

static json_t *json_value(const struct diff_item *i, const struct diff_value *v)
{
	if (!v->known)
		return json_null();
	if (i->unit == DIFF_BACKEND)
		return json_string(event_name(backend_names, v->value));
	return number(v->value);
}

static json_t *json_item(const struct diff_item *i)
{
	static const char * const units[] = {
		[DIFF_NUMBER] = "count",
		[DIFF_BYTES] = "bytes",
		[DIFF_HZ] = "Hz",
		[DIFF_NS] = "ns",
		[DIFF_PS] = "ps",
		[DIFF_PER_MILLE] = "per mille",
		[DIFF_BACKEND] = "name",
	};
	json_t *o = json_object();

	set(o, "name", json_string(i->name));
	set(o, "unit", json_string(units[i->unit]));
	set(o, "a", json_value(i, &i->a));
	set(o, "b", json_value(i, &i->b));
	set(o, "a_error", i->a.error ? number(i->a.error) : json_null());
	set(o, "b_error", i->b.error ? number(i->b.error) : json_null());
	set(o, "ratio_per_mille", has_ratio(i) ?
	    number(boot_share(i->b.value, i->a.value)) : json_null());
	set(o, "judged", json_boolean(i->judged));
	set(o, "differs", json_boolean(i->differs));
	return o;
}

static json_t *json_place(const struct model_range *r)
{
	json_t *o;

	if (!r)
		return json_null();
	o = json_object();
	set(o, "start", number(r->start));
	set(o, "size", number(r->size));
	return o;
}

static json_t *json_range(const struct diff_range *r)
{
	char what[24];
	json_t *o = json_object();

	set(o, "change", r->change ? json_string(change(what, r->change)) :
				     json_null());
	set(o, "a", json_place(r->a));
	set(o, "b", json_place(r->b));
	set(o, "differs", json_boolean(r->differs));
	return o;
}

int view_diff_json(FILE *out, const struct diff *d)
{
	json_t *root = view_json_document(NULL, NULL, NULL, NULL);
	json_t *o = json_object(), *items = json_array();
	json_t *ranges = json_array();

	for (size_t i = 0; i < d->nitems; i++)
		json_array_append_new(items, json_item(&d->item[i]));
	for (size_t i = 0; i < d->nranges; i++)
		json_array_append_new(ranges, json_range(&d->ranges[i]));
	set(o, "verdict", json_string(verdict(d)));
	set(o, "differences", number(d->differences));
	set(o, "tolerance_per_mille", d->tolerance < 0 ? json_null() :
	    number(d->tolerance));
	set(o, "a_complete", json_boolean(!d->unproven_a));
	set(o, "b_complete", json_boolean(!d->unproven_b));
	set(o, "items", items);
	set(o, "ranges", ranges);
	set(root, "diff", o);
	return view_json_dump(out, root);
}
