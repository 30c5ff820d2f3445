// SPDX-License-Identifier: GPL-2.0-only
/* What does lookup do? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "session.h"
#include "view.h"

static int no_address(const char *text, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "\"%s\" is no address of the kernel", text);
	diag_advise(d,
		    "ppa-trace lookup ADDR: physical, or virtual in the kernel's half, in hexadecimal with or without 0x");
	return EXIT_CANNOT;
}

/*
 * Without the page tables the events may still know. That a key is missing
 * counts if it is so three times, a jiffy apart: the table may just be freed.
 */
static void find(struct session *s, const char *text, struct lookup *f)
{
	struct diag why = { 0 };

	if (!s->source->ops->find)
		return;
	for (int i = 0; i < SCOPE_TRIES; i++) {
		lookup_parse(f, text);
		if (s->source->ops->find(s->source, f, &why)) {
			command_warn(&why);
			return;
		}
		if (!lookup_bad(f))
			return;
		usleep(SCOPE_JIFFY_US);
	}
}

int command_lookup(const struct options *o, struct diag *d)
{
	struct lookup f;
	struct session s;
	int err;

	if (!o->nargs) {
		diag_set(d, EXIT_CANNOT, "lookup needs an address");
		diag_advise(d, "ppa-trace lookup ADDR [FILE]");
		return EXIT_CANNOT;
	}
	if (!lookup_parse(&f, o->arg[0]))
		return no_address(o->arg[0], d);
	err = session_read(&s, o->nargs > 1 ? o->arg[1] : NULL,
			   SESSION_OWN_WALK, d);
	if (err)
		goto out;
	find(&s, o->arg[0], &f);
	lookup_events(&f, s.model);
	err = lookup_status(&f);
	if (!o->json) {
		view_lookup(stdout, &f, s.model);
	} else if (view_lookup_json(stdout, &f, s.model)) {
		diag_set(d, EXIT_CANNOT, "cannot write the output: %s",
			 strerror(errno));
		diag_advise(d, "is there room where it goes?");
		err = EXIT_CANNOT;
	}
out:
	session_end(&s);
	return err;
}
