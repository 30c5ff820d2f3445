/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How is a recording written, in binary or as JSON lines?
 *
 * Everything goes to a stdio stream as it comes; nothing is kept but the block
 * that is being filled.
 */
#ifndef PPA_RECORDER_H
#define PPA_RECORDER_H

#include <stdio.h>

#include "rec.h"
#include "rec_meta.h"

enum recorder_form {
	RECORDER_BINARY,
	RECORDER_JSON_LINES,
};

struct recorder;

/* NULL if memory is out. */
struct recorder *recorder_new(FILE *f, enum recorder_form form);
void recorder_free(struct recorder *r);

/*
 * In this order: the head, with @h NULL if nothing is known of the machine; the
 * events; the end. 0, -ENOMEM, or -EIO with errno set.
 */
int recorder_head(struct recorder *r, const struct host *h);
int recorder_event(struct recorder *r, const struct event *e);
int recorder_end(struct recorder *r, const struct rec_end *e);

/* Bytes written so far. */
u64 recorder_bytes(const struct recorder *r);

#endif /* PPA_RECORDER_H */
