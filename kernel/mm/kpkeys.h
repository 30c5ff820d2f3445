/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of kpkeys in mm/ know of each other: the allocator, the event
 * log, the replay and the test knobs.
 */
#ifndef _MM_KPKEYS_H
#define _MM_KPKEYS_H

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/kpkeys.h>
#include <linux/limits.h>
#include <linux/types.h>

struct kobject;

/* Pages that are asked from memblock at once. */
#define PPA_RUN_PAGES		64

unsigned int kpkeys_ppa_nr_ranges(void);
unsigned int kpkeys_ppa_capacity(void);
unsigned long kpkeys_ppa_nr_overflows(void);
void kpkeys_ppa_finalize(void);

/*
 * The event log: 64-bit words in one block of whole pages.
 *
 * The upper four bits of a record's first word say what it is. An allocation
 * or an overflow is one word, relative to the record before:
 *
 *	63:60 tag	59:57 level	56:36 signed PFN delta	35:0 ticks delta
 *
 * Where a delta does not fit, and as the first record of each page, stands a
 * BASE record with the absolute values; the deltas after it are zero or
 * relative to it. A zero word means that the rest of its page is unused; no
 * record crosses into the next page. All but BASE records are numbered, from 0
 * and without a gap, by their place in the log.
 */
enum kpkeys_log_tag {
	KPKEYS_LOG_UNUSED = 0,
	KPKEYS_LOG_NEW,		/* as enum kpkeys_ppa_join, plus one */
	KPKEYS_LOG_APPEND,
	KPKEYS_LOG_PREPEND,
	KPKEYS_LOG_BRIDGE,
	KPKEYS_LOG_OVERFLOW,
	KPKEYS_LOG_ENTRY,	/* ticks delta only */
	KPKEYS_LOG_BASE,	/* PFN in the lower bits; ticks */
	KPKEYS_LOG_PHASE,	/* phase in the lower bits; ticks, count, missed */
	KPKEYS_LOG_FINALIZE,	/* see below; ticks, first PFN, pages */
	KPKEYS_LOG_TAGS,
};

#define KPKEYS_LOG_TAG		GENMASK_ULL(63, 60)
#define KPKEYS_LOG_LEVEL	GENMASK_ULL(59, 57)
#define KPKEYS_LOG_LEVEL_SHIFT	__bf_shf(KPKEYS_LOG_LEVEL)
#define KPKEYS_LOG_DPFN		GENMASK_ULL(56, 36)
#define KPKEYS_LOG_DPFN_BITS	21
#define KPKEYS_LOG_DTICKS	GENMASK_ULL(35, 0)
#define KPKEYS_LOG_DTICKS_BITS	36
#define KPKEYS_LOG_VALUE	GENMASK_ULL(59, 0)
#define KPKEYS_LOG_FIN_PKEY	GENMASK_ULL(59, 52)
#define KPKEYS_LOG_FIN_ERRNO	GENMASK_ULL(51, 36)	/* negated errno */
#define KPKEYS_LOG_FIN_TICKS	GENMASK_ULL(35, 0)	/* saturates */

#define KPKEYS_LOG_BASE_WORDS	2
#define KPKEYS_LOG_LONG_WORDS	4	/* of a PHASE or FINALIZE record */

/* An allocation in this many is stamped on entry as well. */
#define KPKEYS_LOG_SAMPLE	64

enum kpkeys_log_state {
	KPKEYS_LOG_OFF,		/* not wanted, or nothing to log */
	KPKEYS_LOG_KEPT,
	KPKEYS_LOG_FAILED,	/* no memory for it */
	KPKEYS_LOG_DROPPED,
};

/**
 * struct kpkeys_log - what is known of the log besides its words
 * @next: where the next word goes, while it is written. At the end of a page,
 *	and NULL while there is none, it is a multiple of PAGE_SIZE
 * @ticks: what the next delta of ticks is relative to
 * @step: while steps are made, each record but for its level and its ticks; 0
 *	until the first of them, and where nothing is recorded
 * @pfn: what the next delta of a PFN is relative to, without steps that were made
 * @words: its first word, in the linear map
 * @phys: physical address of the same
 * @size: bytes that belong to it
 * @used: bytes of these that are written
 * @n: how many records of each kind were written, without steps that were made
 * @lost: how many records did not fit
 * @backwards: how many were written when the counter had gone back
 * @state: whether it can be read
 */
struct kpkeys_log {
	u64 *next;
	u64 ticks;
	u64 step;
	u64 pfn;
	const u64 *words;
	phys_addr_t phys;
	size_t size;
	size_t used;
	u64 n[KPKEYS_LOG_TAGS];
	u64 lost;
	u64 backwards;
	enum kpkeys_log_state state;
};

#ifdef CONFIG_KPKEYS_PPA_TRACE

extern struct kpkeys_log kpkeys_log;

void kpkeys_log_start(void);
void kpkeys_log_move(void);
void kpkeys_log_trim(void);
void kpkeys_log_entry(void);
void kpkeys_log_page(enum kpkeys_log_tag tag, unsigned int level,
		     phys_addr_t addr);
unsigned long kpkeys_log_begin_steps(enum kpkeys_log_tag tag);
void kpkeys_log_end_steps(unsigned long n);
void kpkeys_log_finalize(phys_addr_t start, phys_addr_t size, int pkey,
			 int error, u64 begin, u64 end);
void kpkeys_log_phase(enum kpkeys_ppa_phase phase, u64 ticks, u64 count,
		      u64 missed);
void kpkeys_log_close(void);
void kpkeys_replay_init(struct kobject *parent);

#else

static inline void kpkeys_log_start(void) { }
static inline void kpkeys_log_move(void) { }
static inline void kpkeys_log_trim(void) { }
static inline void kpkeys_log_entry(void) { }
static inline void kpkeys_log_page(enum kpkeys_log_tag tag, unsigned int level,
				   phys_addr_t addr) { }
static inline void kpkeys_log_end_steps(unsigned long n) { }

static inline unsigned long kpkeys_log_begin_steps(enum kpkeys_log_tag tag)
{
	return ULONG_MAX;
}

static inline void kpkeys_log_finalize(phys_addr_t start, phys_addr_t size,
				       int pkey, int error, u64 begin,
				       u64 end) { }
static inline void kpkeys_log_phase(enum kpkeys_ppa_phase phase, u64 ticks,
				    u64 count, u64 missed) { }
static inline void kpkeys_replay_init(struct kobject *parent) { }

#endif

/**
 * struct kpkeys_test - faults to make on purpose, kpkeys.test=
 * @untracked: number of the page that is kept out of the table and the log
 * @skip_range: number of the range that finalize leaves out
 * @wrong_key: number of the page that gets key 2 after finalize
 * @clear_key: number of the page that loses its key after finalize
 * @unkeyed: number of the regular page table that does not get its key
 * @drop_event: number of the record that a replay leaves out
 * @ranges: size of the range table
 * @run: pages asked from memblock at once
 * @log_pages: pages that the log may take
 * @damage: number of the word of the log that is inverted once it is written
 * @noop: set_memory_pkey() does nothing and says that it did
 * @noguard: set_memory_pkey() writes page tables without a guard
 * @stray: a page that is no page table gets the key, once the kernel is up
 * @nowalk: finalize does not look for what the ranges missed
 * @scatter: of every four pages the first two are handed out the wrong way round
 * @bottomup: memblock allocates upwards
 * @nocounter: the counter stands still at 0, and nothing knows its rate
 *
 * Numbers count from 0; -1 is none.
 */
struct kpkeys_test {
	long untracked;
	long skip_range;
	long wrong_key;
	long clear_key;
	long unkeyed;
	long drop_event;
	long ranges;
	long run;
	long log_pages;
	long damage;
	bool noop;
	bool noguard;
	bool stray;
	bool nowalk;
	bool scatter;
	bool bottomup;
	bool nocounter;
};

#ifdef CONFIG_KPKEYS_PPA_TEST

extern struct kpkeys_test kpkeys_test;

bool kpkeys_test_leave_unkeyed(phys_addr_t addr);
void kpkeys_test_note_page(phys_addr_t addr, unsigned long number);
void kpkeys_test_sysfs_init(struct kobject *parent);
void kpkeys_test_after_finalize(void);
void kpkeys_test_before_replay(void);

#else

/* A constant, so that nothing is left of the knobs where they are asked. */
static const struct kpkeys_test kpkeys_test __maybe_unused = {
	.untracked = -1, .skip_range = -1, .wrong_key = -1, .clear_key = -1,
	.unkeyed = -1, .drop_event = -1, .ranges = -1, .run = -1,
	.log_pages = -1, .damage = -1,
};

static inline void kpkeys_test_note_page(phys_addr_t addr,
					 unsigned long number) { }
static inline void kpkeys_test_after_finalize(void) { }
static inline void kpkeys_test_before_replay(void) { }
static inline void kpkeys_test_sysfs_init(struct kobject *parent) { }

static inline bool kpkeys_test_leave_unkeyed(phys_addr_t addr)
{
	return false;
}

#endif

/* Is the knob set, and to this number? */
static inline bool kpkeys_test_hit(long knob, long number)
{
	return knob >= 0 && knob == number;
}

/* What to use instead of a constant. */
static inline long kpkeys_test_or(long knob, long constant)
{
	return knob >= 0 ? knob : constant;
}

/* What is read of the counter: its value, or its rate. */
static inline u64 kpkeys_test_ticks(u64 read)
{
	return kpkeys_test.nocounter ? 0 : read;
}

/* When something happens, for the log. */
static inline u64 kpkeys_log_ticks(void)
{
	if (!IS_ENABLED(CONFIG_KPKEYS_PPA_TRACE))
		return 0;
	return kpkeys_test_ticks(kpkeys_counter());
}

#ifdef CONFIG_KPKEYS_PPA_TRACE

/**
 * kpkeys_log_step - the page next to the one before is handed out
 * @level: enum kpkeys_ppa_level, which has three bits
 *
 * As kpkeys_log_page(), for as many pages as kpkeys_log_begin_steps() said. They
 * are counted by kpkeys_log_end_steps() only. Inline, and no more than one word
 * that differs in two fields, as this is what nearly every early page table pays
 * for the log.
 *
 * Return: false if nothing was written, because the pause before it is too long
 * for a word, or the counter went back. Then end the steps, and use kpkeys_log_page().
 */
static __always_inline bool kpkeys_log_step(unsigned int level)
{
	struct kpkeys_log *log = &kpkeys_log;
	u64 *word, step, ticks, dticks;

	/* Or the compiler makes the address anew for one field after the other. */
	OPTIMIZER_HIDE_VAR(log);
	step = log->step;
	if (!step)
		return true;
	ticks = kpkeys_log_ticks();
	dticks = ticks - log->ticks;
	if (unlikely(dticks >> KPKEYS_LOG_DTICKS_BITS))
		return false;
	word = log->next;
	*word++ = step | (u64)level << KPKEYS_LOG_LEVEL_SHIFT | dticks;
	log->next = word;
	log->ticks = ticks;
	return true;
}

#else

static inline bool kpkeys_log_step(unsigned int level)
{
	return true;
}

#endif

#endif /* _MM_KPKEYS_H */
