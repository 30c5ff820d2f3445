/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How is the model shown?
 *
 * Each view prints a finished model. @h and @w are NULL where the source has
 * no machine or no page tables.
 */
#ifndef PPA_VIEW_H
#define PPA_VIEW_H

#include <stdio.h>

#include "boot.h"
#include "diag.h"
#include "doctor.h"
#include "diff.h"
#include "host.h"
#include "lookup.h"
#include "model.h"
#include "probe.h"
#include "scope.h"
#include "walk.h"
#include "watch.h"

/* Version of the JSON: raised when something in it changes its meaning. */
#define JSON_SCHEMA 1

struct report;

/* What verify was asked for besides; NULL what it was not. */
struct verify_more {
	const struct scope *scope;
	const struct watch *watch;
	const struct probe *probe;
};

/* Exit status of all checks that were made. */
int verify_verdict(const struct model *m, bool events_only,
		   const struct verify_more *more);

void view_summary(FILE *out, const struct model *m, const struct host *h);
void view_verify(FILE *out, const struct model *m, bool events_only,
		 const struct verify_more *more);
/* Tables by class and level, and what came of each write that was tried. */
void view_scope(FILE *out, const struct scope *s);
void view_probe(FILE *out, const struct probe *p);
/* What has changed since the last pass, @seconds after the first one. */
void view_watch(FILE *out, const struct watch *w, double seconds);
void view_watch_end(FILE *out, const struct watch *w);
void view_doctor(FILE *out, const struct doctor *d);
void view_lookup(FILE *out, const struct lookup *f, const struct model *m);
/* @utf8: blocks may be drawn, else plain ASCII. */
void view_boot(FILE *out, const struct boot_report *b, const struct model *m,
	       bool utf8);
/* @names are those of A and B. */
void view_diff(FILE *out, const struct diff *d, const char * const names[2]);
void view_offender(FILE *out, const struct offender *o);

/* 0, or -1 if memory is out or @out cannot be written. */
int view_summary_json(FILE *out, const struct model *m, const struct host *h,
		      const struct walk *w);
int view_verify_json(FILE *out, const struct model *m, const struct host *h,
		     const struct walk *w, bool events_only,
		     const struct verify_more *more);
int view_lookup_json(FILE *out, const struct lookup *f, const struct model *m);
int view_doctor_json(FILE *out, const struct doctor *d);
/* The page of report. */
void view_report(FILE *out, const struct report *r);
/* Of the events alone, whatever else the source knows: "host" is null. */
int view_boot_json(FILE *out, const struct boot_report *b,
		   const struct model *m);
int view_diff_json(FILE *out, const struct diff *d);
/* What record says of the file that it has written, in one line. */
int view_recorded_json(FILE *out, const char *file, u64 events, u64 tables,
		       u64 bytes);
/* Instead of all: why there is nothing to show. @line: in one line. */
int view_error_json(FILE *out, const struct diag *d, bool line);

/* Colour verdicts, whatever they are printed to. Off until it is set. */
void view_set_colour(bool on);

/* @word, padded to @width, in the colour of @verdict; EXIT_CANNOT has none. */
void view_word(FILE *out, enum ppa_exit verdict, int width, const char *word);

/* @bytes in the largest unit that fits, one digit after the point. */
const char *view_bytes(char buf[16], u64 bytes);

/* @ns in the unit that keeps it short, rounded. */
const char *view_duration(char buf[24], u64 ns);

/* Print @text, broken at blanks so that no line passes column 80. */
void view_wrapped(FILE *out, int indent, int column, const char *text);

#endif /* PPA_VIEW_H */
