// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does ppa-trace make of the events that a replay sent?
 *
 * In a file of its own: the headers of the tool and those of the kernel define
 * the same types.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "verdict.h"

static struct model *model;

void verdict_begin(void)
{
	model_free(model);
	model = model_new();
	if (!model)
		abort();
}

int verdict_add(const struct sim_event *from)
{
	struct event e = {
		.kind = from->kind, .replay = from->replay, .seq = from->seq,
		.ticks = from->ticks, .ns = from->ns,
	};

	switch (from->kind) {
	case EVENT_ALLOC:
		e.alloc = (struct event_alloc) {
			.addr = from->addr, .start = from->start,
			.size = from->size, .level = from->level,
			.join = from->join,
		};
		break;
	case EVENT_MERGE:
		e.merge = (struct event_merge) {
			.start = from->start, .size = from->size,
			.join = from->join,
		};
		break;
	case EVENT_OVERFLOW:
		e.overflow = (struct event_overflow) {
			.addr = from->addr, .level = from->level,
			.capacity = from->capacity,
		};
		break;
	case EVENT_FINALIZE:
		e.finalize = (struct event_finalize) {
			.start = from->start, .size = from->size,
			.duration = from->duration, .pkey = from->pkey,
			.error = from->error,
		};
		break;
	case EVENT_PHASE:
		e.phase = (struct event_phase) {
			.count = from->count, .missed = from->missed,
			.phase = from->phase,
		};
		break;
	case EVENT_REPLAY:
		memcpy(&e.frame, from->frame64,
		       offsetof(struct event_frame, frame));
		memcpy(&e.frame.frame, from->frame32,
		       6 * sizeof(e.frame.frame));
		break;
	}
	return model_add(model, &e);
}

int verdict_end(void)
{
	struct source_report source = { };

	if (model_finish(model, &source))
		abort();
	return model_verdict(model, true);
}
