/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does every page table of the system carry the key, and no other page?
 *
 * A source walks and hands in what it finds; this judges. Pure C, no I/O. A
 * pass has several tries: what looks wrong in the first one counts only if
 * others, a jiffy apart or more, find it in the same place. What is seen once
 * may be a table that is just being made or freed.
 */
#ifndef PPA_SCOPE_H
#define PPA_SCOPE_H

#include <stddef.h>

#include "model.h"
#include "scope_bpf.h"

#define SCOPE_TRIES 3

/*
 * The same for a page that has the key and is in no table. While a table is
 * made it is such a page, until it gets its type, and the page that was freed
 * last is made a table again first of all: under a storm in an emulator one
 * was met so in three tries of 23 of 1500 passes.
 */
#define SCOPE_STRAY_TRIES 8

/* A jiffy at HZ=100, the longest there is. */
#define SCOPE_JIFFY_US 10000

/* Offenders of a pass that are followed up; more are only counted. */
#define SCOPE_SUSPECTS_MAX 4096

/* The names are never changed: scripts and reports use them. */
enum scope_check {
	SCOPE_CHECK_COMPLETE,
	SCOPE_CHECK_CLASSIFIED,
	SCOPE_CHECK_TABLE_KEYED,
	SCOPE_CHECK_STATIC_IMAGE,
	SCOPE_CHECK_STRAY_KEY,
	SCOPE_CHECK_FREE_KEY,
	SCOPE_CHECKS,
};

/* Something that looks wrong. */
struct suspect {
	struct scope_found f;
	enum scope_check check;
	u32 tries;		/* found in so many of them */
};

struct scope {
	const struct model *model;
	struct walk_layout layout;
	bool begun;
	bool collect;		/* collect first, check later: no tries */
	u32 try;		/* number of the current one, from 1 */
	struct suspect *v;	/* sorted after the first try */
	size_t n;
	u64 more[SCOPE_CHECKS];	/* that did not fit */

	/* results of the pass */
	struct scope_counts counts;	/* of its last try */
	u64 odd[SCOPE_LEVELS];	/* early ones that are not: no range */
	u64 unlinked_early;	/* pages with a key, in no table */
	u64 tries;		/* made */
	u64 vanished[SCOPE_CHECKS];	/* suspects that were not found again */
	struct check checks[SCOPE_CHECKS];
};

const char *scope_check_name(enum scope_check id);
const char *scope_class_name(u32 class);

/* Where a table was reached from, "the kernel" or "process 12". */
const char *scope_root_name(char buf[32], const struct scope_found *f);

/* Judge with the ranges of @m, which is finished. NULL if memory is out. */
struct scope *scope_new(const struct model *m);
void scope_free(struct scope *s);

/*
 * A pass begins; @l says how to read the tables. False if it is nonsense: the
 * walk must not be made then.
 */
bool scope_begin(struct scope *s, const struct walk_layout *l);
void scope_begin_try(struct scope *s);
void scope_found(struct scope *s, const struct scope_found *f);

/*
 * All has been walked; @c is what was counted, @why is NULL or says why not
 * everything was seen. True if another try has to be made, scope_pause() later.
 */
bool scope_end_try(struct scope *s, const struct scope_counts *c,
		   const char *why);

/* Microseconds until the next try: a jiffy, and twice as long each time. */
unsigned int scope_pause(const struct scope *s);

/* The pass could not be made. */
void scope_not_made(struct scope *s, const char *why);

/* 1 if a check failed, else 3 if one is unproven or was not made, else 0 */
int scope_verdict(const struct scope *s);

/* Tables of a class, of all levels, those that are odd put right. */
u64 scope_tables(const struct scope *s, u32 class);
u64 scope_keyed(const struct scope *s, u32 class);

#endif /* PPA_SCOPE_H */
