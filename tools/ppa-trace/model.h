/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What did the allocator do, and do its events agree with each other?
 *
 * The model takes events from any source and does no I/O. After
 * model_finish() everything in struct model may be read by a view.
 */
#ifndef PPA_MODEL_H
#define PPA_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "checks.h"
#include "event.h"
#include "ranges.h"
#include "records.h"

#define LEVELS 8		/* enum kpkeys_ppa_level, with room */
#define JOINS 4			/* enum kpkeys_ppa_join */
#define PHASES 7		/* enum kpkeys_ppa_phase */

/* What a source knows about its input besides the events. */
struct source_report {
	u64 events;		/* delivered */
	u64 broken;		/* events that could not be read */
	u64 lost;		/* events that the buffer says it lost */
	bool overwritten;	/* a buffer overran: older events are gone */
	bool cut;		/* the input ends in the middle of an event */
};

/* A range as the model sees it, and what finalize said about it. */
struct model_range {
	u64 start;
	u64 size;
	u64 pages;
	u64 first_ns;		/* when its oldest page was handed out */
	u64 finalized;		/* finalize events for exactly this range */
	u64 duration;		/* ns, of the first of them */
	u32 pkey;
	s32 error;
};

struct model_phase {
	u64 times;		/* how often it was recorded */
	u64 seq;		/* of the first record: */
	u64 ticks;
	u64 ns;
	u64 count;
	u64 missed;
};

/* A stretch of record numbers that a whole frame brought. */
struct model_stretch {
	u64 first;
	u64 end;
};

struct model_finalize {
	u64 seq;
	u64 start;
	u64 size;
	u64 duration;
	u32 pkey;
	s32 error;
	bool used;		/* matches a range */
};

struct model {
	/* what the frames say */
	bool have_header;
	bool header_from_end;	/* the begin event is missing */
	struct event_frame header;
	u64 frames;		/* begun and ended */
	u64 frames_unended;
	u64 frames_unbegun;
	u64 frames_interrupted;	/* ended early by a signal */
	u64 frames_foreign;	/* of another boot */
	u64 foreign;		/* events in those */
	u64 strays;		/* events outside of any frame */
	u64 strays_differ;	/* of no whole frame, and contradict another */
	u64 insane;		/* events with impossible values */
	u64 sparse;		/* events whose number is out of all proportion */
	u64 repeats;		/* events that were seen before */
	struct source_report source;

	/* what the records say; each counted once */
	bool complete;		/* nothing is missing, proven */
	u64 missing;		/* records that were not seen */
	u64 seen[EVENT_KINDS];
	u64 level_pages[LEVELS];
	u64 joins[JOINS];
	u64 merges[JOINS];
	u64 alloc_first_ns;
	u64 alloc_last_ns;
	struct model_phase phase[PHASES];

	struct model_range *ranges;
	size_t nranges;
	struct model_finalize *finalizes;	/* ascending by start */
	size_t nfinalizes;
	u64 largest;		/* bytes of the largest range */
	u64 range_bytes;
	u64 finalize_errors;
	u64 finalize_ns;	/* sum over the ranges */

	struct check checks[CHECK_COUNT];

	/* private to the model */
	struct records records;
	u64 lacking;		/* records for which model_lacks_event() */
	struct ranges tracked;
	struct ranges untracked;
	struct model_stretch *stretches;
	size_t nstretches;
	bool open;		/* inside a frame */
	bool skipping;		/* inside a frame of another boot */
	u32 open_id;
	u64 stray_runs;		/* stretches of events outside of frames */
	u64 stray_seq;		/* the last of them: number, */
	u32 stray_id;		/* and replay */
	bool in_strays;
	bool mixed;		/* what is of no whole frame may be of two boots */
	/* of the open frame */
	u64 last_seq;
	u32 last_kinds;		/* BIT() of each event with that number */
	bool doubted;		/* there is something in the next two: */
	struct check doubts[CHECK_FIRST_WALK];	/* fail if it is whole */
	u64 contradictions;	/* stray events if it is not */
	u32 *whole;		/* numbers of the whole frames, ascending */
	size_t nwhole;
	u32 epoch;		/* number of the open frame, from 1 */
	struct event_frame begin;
	int error;		/* -ENOMEM */
};

struct model *model_new(void);
void model_free(struct model *m);

/* Take one event. 0, or -ENOMEM, after which the model is of no use. */
int model_add(struct model *m, const struct event *e);

/* The same for an EVENT_PAGE, which is faster than its two events. */
int model_add_page(struct model *m, const struct event *e);

/* Whichever of the two @e is. */
static inline int model_take(struct model *m, const struct event *e)
{
	return e->kind == EVENT_PAGE ? model_add_page(m, e) : model_add(m, e);
}

/*
 * No more events: put the ranges together and make the checks of the events.
 * Those of the walk are "not checked" until model_walk_*() make them.
 */
int model_finish(struct model *m, const struct source_report *source);

/* Bytes of memory in use. */
size_t model_bytes(const struct model *m);

/*
 * Exit status of all checks, or of those of the events alone: 1 if one failed,
 * else 3 if one could not be proven or was not made, else 0.
 */
int model_verdict(const struct model *m, bool events_only);

/* Index of the range that holds physical address @addr, or nranges. */
size_t model_range_of(const struct model *m, u64 addr);

/* Bytes of a page; 4096 if no frame said. */
u64 model_page_size(const struct model *m);

/* Is the pkey that the ranges must have on, and nothing wrong with it? */
bool model_range_good(const struct model_range *r);

/* for the files of the model only */

/* Is @tag that of a whole frame? */
bool model_from_whole(const struct model *m, u32 tag);

/* Did a whole frame bring some of record @r? */
bool model_record_framed(const struct model *m, const struct record *r);

/* Can @r be judged: is all that is judged of one boot? */
static inline bool model_counts(const struct model *m, const struct record *r)
{
	return !m->mixed || model_record_framed(m, r);
}

/* Does @r lack the merge event or the alloc event that it must have? */
bool model_lacks_event(const struct record *r);

/* Record @seq, or NULL if there is none that can be judged. */
const struct record *model_record(const struct model *m, u64 seq);

void model_complete(struct model *m);
int model_analyse(struct model *m);
void model_finalizes(struct model *m);
void model_phases(struct model *m);

#endif /* PPA_MODEL_H */
