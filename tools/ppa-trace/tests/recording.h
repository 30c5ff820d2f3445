/* SPDX-License-Identifier: GPL-2.0-only */
/* How do the tests make recordings, and what do they find in one? */
#ifndef PPA_TESTS_RECORDING_H
#define PPA_TESTS_RECORDING_H

#include "recorder.h"
#include "source.h"
#include "test.h"

/* A file in memory. */
struct bytes {
	char *p;
	size_t len;
};

/* Events one after another. */
struct list {
	struct event *v;
	size_t n;
	size_t cap;
};

/* What a reader makes of a file. */
struct reading {
	int status;
	struct source_report report;
	struct diag d;
	struct list events;
	bool has_walk;
	bool has_host;
	struct host host;
	struct source *source;
};

/* A machine of which everything is known. */
extern const struct host machine;

/* A number below @n, the same ones again after begin_any() with the same @seed. */
void begin_any(u32 seed);
u32 any(u32 n);

/* Add @e to the list @ctx. */
int append(void *ctx, const struct event *e);
/* One whole replay of sim_good(). */
struct list good_list(struct sim *s);

/* A recording of @l; end->report.events is filled in. */
struct bytes write_list(const struct list *l, enum recorder_form form,
			const struct host *h, struct rec_end *end);

struct source *open_bytes(const char *p, size_t len, struct diag *d);
/* Read all of it; end_reading() follows in any case. */
void begin_reading(struct reading *r, const char *p, size_t len);
void end_reading(struct reading *r);

struct model *model_of(const struct list *l,
		       const struct source_report *report);
/* The exit status of verify --events-only. */
int verdict_of(const char *p, size_t len);

#endif /* PPA_TESTS_RECORDING_H */
