// SPDX-License-Identifier: GPL-2.0-only
/* How do events go from a source to an output without being kept? */
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "progress.h"
#include "stream.h"

struct stream {
	struct filter *filter;
	struct view_events view;
};

static int take(void *ctx, const struct event *e)
{
	struct stream *s = ctx;

	if (progress_event())
		progress_show();
	return filter_wants(s->filter, e) && view_event(&s->view, e) ?
	       EXIT_CANNOT : 0;
}

/* What did not come through. */
static int judge(const struct source_report *r, const char *name)
{
	struct diag d = { 0 };

	if (!r->broken && !r->lost && !r->overwritten && !r->cut)
		return EXIT_GOOD;
	diag_set(&d, EXIT_UNPROVEN,
		 "%s: not all events are here: %llu could not be read, %llu were lost%s%s",
		 name, r->broken, r->lost,
		 r->overwritten ? ", older ones were overwritten" : "",
		 r->cut ? ", the input ends in the middle of one" : "");
	diag_advise(&d, "\"ppa-trace verify --events-only\" says what that leaves unproven");
	command_warn(&d);
	return EXIT_UNPROVEN;
}

int stream_events(struct session *s, struct filter *f,
		  const struct outfile *o, enum events_format format,
		  struct diag *d)
{
	struct source_report report = { 0 };
	struct diag why = { 0 };
	struct stream *t = malloc(sizeof(*t));
	int err;

	if (!t)
		return command_no_memory(d);
	t->filter = f;
	view_events_begin(&t->view, o->f, format);
	t->view.every = isatty(fileno(o->f));
	/* On a terminal the events themselves show how far it is. */
	if (!t->view.every)
		progress_reading(s->source->name);
	err = s->source->ops->events(s->source, take, t, &report, &why);
	progress_end();
	if (view_events_end(&t->view)) {
		err = outfile_error(o, d);
	} else if (err) {
		*d = why;
	} else {
		if (why.what[0])
			command_warn(&why);
		err = judge(&report, s->source->name);
	}
	free(t);
	return err;
}
