// SPDX-License-Identifier: GPL-2.0-only
/* How is the kernel asked to write to its page tables, and what is expected? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "probe.h"

static void judge_one(struct check *c, const struct probe_write *w)
{
	struct offender off = { .va = w->addr };

	if (!w->error)
		check_bad(c, &off, "class %s, at 0x%llx: the write went through",
			  w->class, w->addr);
	else if (w->error != PROBE_FAULT)
		check_bad(c, &off, "class %s, at 0x%llx: error %d, and no fault",
			  w->class, w->addr, w->error);
}

void probe_judge(struct probe *p, const char *text)
{
	memset(p, 0, sizeof(*p));
	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		struct probe_write *w = &p->v[p->n];

		if (p->n == PROBES_MAX ||
		    sscanf(at, "class=%23s addr=%llx error=%d", w->class,
			   &w->addr, &w->error) != 3) {
			check_unproven(&p->check,
				       "the kernel's answer is not understood: \"%.*s\"",
				       (int)strcspn(at, "\n"), at);
			continue;
		}
		p->n++;
		judge_one(&p->check, w);
	}
	check_looked(&p->check, "%d write%s to page tables, all of which must fault",
		     p->n, plural(p->n));
	if (!p->n)
		check_unproven(&p->check, "the kernel tried none");
}

int probe_run(struct probe *p, struct diag *d)
{
	char text[4096];
	int err = kernel_probe(text, sizeof(text));

	if (err == ENOENT) {
		diag_set(d, EXIT_CANNOT,
			 "this kernel does not try writes to page tables: %s/probe is not there",
			 kernel_sysfs);
		diag_advise(d, "build it with CONFIG_KPKEYS_PPA_TEST=y, for tests only");
		return EXIT_CANNOT;
	}
	if (err) {
		diag_set(d, EXIT_CANNOT, "cannot read %s/probe: %s",
			 kernel_sysfs, strerror(err));
		diag_advise(d, "run it as root");
		return EXIT_CANNOT;
	}
	probe_judge(p, text);
	return 0;
}
