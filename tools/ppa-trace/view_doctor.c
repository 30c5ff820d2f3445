// SPDX-License-Identifier: GPL-2.0-only
/* How is what a machine can do printed, for people and as JSON? */
#include "view_json.h"

#define STATUS_WIDTH 9
#define NAME_WIDTH 14
#define INDENT (STATUS_WIDTH + NAME_WIDTH)

static void show_point(FILE *out, enum doctor_point i,
		       const struct doctor_finding *p)
{
	static const enum ppa_exit tones[] = {
		[DOCTOR_OK] = EXIT_GOOD,
		[DOCTOR_NO] = EXIT_BAD,
		[DOCTOR_UNKNOWN] = EXIT_UNPROVEN,
	};

	view_word(out, tones[p->status], STATUS_WIDTH,
		  doctor_status_name(p->status));
	fprintf(out, "%-*s", NAME_WIDTH, doctor_point_name(i));
	view_wrapped(out, INDENT, INDENT, p->what);
	if (!p->fix[0])
		return;
	fprintf(out, "%*s-> ", INDENT, "");
	view_wrapped(out, INDENT + 3, INDENT + 3, p->fix);
}

void view_doctor(FILE *out, const struct doctor *d)
{
	int missing = doctor_missing(d);

	for (int i = 0; i < POINT_COUNT; i++)
		show_point(out, i, &d->v[i]);
	fputs("\ndoctor: ", out);
	if (missing) {
		view_word(out, EXIT_BAD, 0, "NOT READY");
		fprintf(out, ": %d of what verify needs %s missing or not known\n",
			missing, missing == 1 ? "is" : "are");
	} else {
		view_word(out, EXIT_GOOD, 0, "ready");
		fputs(": all that verify needs is there\n", out);
	}
}

int view_doctor_json(FILE *out, const struct doctor *d)
{
	json_t *o = json_object(), *points = json_array();

	for (int i = 0; i < POINT_COUNT; i++) {
		const struct doctor_finding *p = &d->v[i];
		json_t *point = json_object();

		set(point, "id", json_string(doctor_point_name(i)));
		set(point, "status",
		    json_string(doctor_status_name(p->status)));
		set(point, "needed", json_boolean(doctor_needed(i)));
		set(point, "what", json_string(p->what));
		set(point, "fix", p->fix[0] ? json_string(p->fix) :
		    json_null());
		json_array_append_new(points, point);
	}
	set(o, "ready", json_boolean(!doctor_missing(d)));
	set(o, "points", points);
	return view_json_alone(out, "doctor", o);
}
