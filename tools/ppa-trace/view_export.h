/* SPDX-License-Identifier: GPL-2.0-only */
/* How do other programs get to know a boot? */
#ifndef PPA_VIEW_EXPORT_H
#define PPA_VIEW_EXPORT_H

#include <stdio.h>

#include "boot.h"
#include "host.h"
#include "model.h"
#include "walk.h"

/* What is exported; @host and @walk are NULL where the source has none. */
struct export {
	const struct model *model;
	const struct boot_report *boot;
	const struct host *host;
	const struct walk *walk;
	bool events_only;	/* the walk does not count */
	const char *version;	/* of ppa-trace */
};

/*
 * At most so many points of the counter, and instants of each sort, so that a
 * viewer opens the file whatever is in it.
 */
#define PERFETTO_POINTS 10000
#define PERFETTO_INSTANTS 1000

/* Trace event format in JSON, for Perfetto. 0, or -ENOMEM. */
int view_perfetto(FILE *out, const struct export *x);

/* Text format 0.0.4 of Prometheus, without time stamps. */
void view_prometheus(FILE *out, const struct export *x);

/* The checks as test cases of JUnit. 0, or -ENOMEM. */
int view_junit(FILE *out, const struct export *x);

#endif /* PPA_VIEW_EXPORT_H */
