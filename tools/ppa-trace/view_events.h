/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How is one event after the other printed, as fast as it can be read?
 *
 * Each event is one line (one row, one JSON object). Nothing is kept but the
 * buffer of the output, so that it does not matter how many there are.
 */
#ifndef PPA_VIEW_EVENTS_H
#define PPA_VIEW_EVENTS_H

#include <stdbool.h>
#include <stdio.h>

#include "event.h"

enum events_format {
	EVENTS_TEXT,		/* as the kernel's text, number and time first */
	EVENTS_CSV,		/* RFC 4180, all columns of all kinds */
	EVENTS_JSON,		/* JSON lines */
};

#define EVENTS_STEPS 32		/* of the kind with most fields, and the end */
#define EVENTS_BEFORE 48	/* bytes before a value, at most */
#define EVENTS_BUFFER (64 * 1024)

/* What stands before a value, and which value it is. */
struct events_step {
	char before[EVENTS_BEFORE];
	unsigned int len;
	unsigned int how;	/* private to view_events.c */
	size_t offset;		/* in struct event */
	const struct event_name *names;
};

struct view_events {
	FILE *out;
	bool every;		/* somebody watches: keep nothing back */
	bool failed;		/* errno was set when it did */
	int error;		/* the errno of that */
	struct events_step steps[EVENT_KINDS][EVENTS_STEPS];
	size_t len;		/* bytes in buf */
	char buf[EVENTS_BUFFER];
};

/* Print the header, if the format has one. */
void view_events_begin(struct view_events *v, FILE *out,
		       enum events_format format);

/* 0, or -1 if the output cannot be written: view_events_end() has the errno. */
int view_event(struct view_events *v, const struct event *e);

/* Write what is left. 0, or -1 with errno set. */
int view_events_end(struct view_events *v);

#endif /* PPA_VIEW_EVENTS_H */
