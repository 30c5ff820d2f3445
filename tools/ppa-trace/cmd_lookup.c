// SPDX-License-Identifier: GPL-2.0-only
/* What does lookup do? */
#include <stdio.h>
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

static int look_up(const struct arguments *a, struct diag *d)
{
	struct lookup f;
	struct session s;
	int err;

	if (!a->n) {
		diag_set(d, EXIT_CANNOT, "lookup needs an address");
		diag_advise(d, "ppa-trace lookup ADDR [FILE]");
		return EXIT_CANNOT;
	}
	if (!lookup_parse(&f, a->arg[0]))
		return no_address(a->arg[0], d);
	err = session_read(&s, a->n > 1 ? a->arg[1] : NULL,
			   SESSION_OWN_WALK, d);
	if (err)
		goto out;
	find(&s, a->arg[0], &f);
	lookup_events(&f, s.model);
	err = lookup_status(&f);
	if (!a->json)
		view_lookup(stdout, &f, s.model);
	else if (view_lookup_json(stdout, &f, s.model))
		err = command_no_output(d);
out:
	session_end(&s);
	return err;
}

const struct command command_lookup = {
	.name = "lookup",
	.args = "[--json] ADDR [FILE]",
	.what = "say what is at an address: which page table, what it maps, its key",
	.help =
"ADDR is physical or a virtual address of the kernel, in hexadecimal. Is it a\n"
"page table, of which class and level, with which key; what does it map; and, if\n"
"the event log knows, who made it and when. This is what one asks when looking\n"
"at a fault. A FILE knows only what the events say, and a recording which pages\n"
"its walk named. Exit status 1 if it is a page table without the key that it must\n"
"have, 3 if it could not be told.\n",
	.json = true,
	.max_args = 2,
	.run = look_up,
};
