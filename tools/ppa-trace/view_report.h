/* SPDX-License-Identifier: GPL-2.0-only */
/* What do the parts of the page of "report" have in common? */
#ifndef PPA_VIEW_REPORT_H
#define PPA_VIEW_REPORT_H

#include <stdio.h>

#include "html.h"
#include "report.h"
#include "view.h"

/* " x=..%" and " width=..%" of thousandths of a per cent. */
void report_percent(FILE *out, const char *attribute, u32 units);

/* A cell with a bar in it that begins at @x and is @width wide. */
void report_bar_cell(FILE *out, const char *kind, u32 x, u32 width);

/* In words: keyed, not keyed, ... */
const char *report_state_name(enum report_state state);
/* One letter: the class of what is drawn. */
char report_state_class(enum report_state state);

/* The sections of the page, each with its heading */
void view_report_map(FILE *out, const struct report *r);
void view_report_time(FILE *out, const struct report *r);

#endif /* PPA_VIEW_REPORT_H */
