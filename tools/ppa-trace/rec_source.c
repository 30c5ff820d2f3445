// SPDX-License-Identifier: GPL-2.0-only
/* What do the readers of both kinds of recording have in common? */
#include <stdio.h>
#include <string.h>

#include "rec.h"
#include "rec_source.h"

void rec_source_init(struct rec_source *s, struct input *in,
		     const struct source_ops *ops)
{
	s->ops = *ops;
	s->source.ops = &s->ops;
	s->in = in;
	snprintf(s->source.name, sizeof(s->source.name), "%s", input_name(in));
}

void rec_source_close(struct rec_source *s)
{
	input_close(s->in);
}

static void get_host(struct source *s, struct host *h)
{
	*h = ((struct rec_source *)s)->head.host;
}

static int get_walk(struct source *s, struct walk *w, struct diag *d)
{
	(void)d;
	rec_end_walk(&((struct rec_source *)s)->end, w);
	return 0;
}

enum rec_read rec_source_head(struct rec_source *s, const json_t *o)
{
	enum rec_read is = rec_head_read(o, &s->head);

	s->have_head = is == REC_READ;
	if (s->have_head && s->head.have_host)
		s->ops.host = get_host;
	return is;
}

bool rec_source_end(struct rec_source *s, const json_t *o)
{
	s->have_end = rec_end_read(o, &s->end);
	if (s->have_end && s->end.have_walk)
		s->ops.walk = get_walk;
	return s->have_end;
}

int rec_source_newer(const struct rec_source *s, u64 version, struct diag *d)
{
	diag_set(d, EXIT_CANNOT,
		 "%s is a recording of version %llu; this ppa-trace knows version %d",
		 s->source.name, version, REC_VERSION);
	diag_advise(d, "read it with the ppa-trace that made it, or a newer one");
	return EXIT_CANNOT;
}

/* Only a part of it is good. */
static int ends_early(struct rec_source *s, const char *where,
		      const char *why, struct source_report *report,
		      struct diag *d)
{
	const char *damage = input_damage(s->in);

	report->cut = true;
	diag_set(d, report->events ? 0 : EXIT_UNPROVEN,
		 "%s is good up to %s%s, %llu events in all: then %s",
		 s->source.name, where, damage ? " unpacked" : "",
		 report->events, damage ? damage : why);
	diag_advise(d, "copy it again from where it was made, or record again");
	return report->events ? 0 : EXIT_UNPROVEN;
}

int rec_source_finish(struct rec_source *s, const char *where,
		      const char *why, struct source_report *report,
		      struct diag *d)
{
	if (s->have_end)
		*report = s->end.report;
	report->events = s->events;
	if (why)
		return ends_early(s, where, why, report, d);
	if (report->broken || report->lost)
		diag_set(d, 0,
			 "%s: of what it was made from, %llu events were broken and %llu lost",
			 s->source.name, report->broken, report->lost);
	if (report->events)
		return 0;
	diag_set(d, EXIT_CANNOT, "no kpkeys event in %s", s->source.name);
	diag_advise(d, "record again: ppa-trace record");
	return EXIT_CANNOT;
}
