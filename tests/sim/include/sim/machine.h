/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the allocator run on? A machine with a counter, page tables, keys
 * and faults, under the kernel's own memblock.
 */
#ifndef _SIM_MACHINE_H
#define _SIM_MACHINE_H

#include <linux/types.h>
#include <sys/types.h>

#define SIM_PAGE_OFFSET	sim_page_offset()

/* A call of set_memory_pkey(). */
struct sim_keying {
	phys_addr_t start;
	u64 pages;
	int error;
	u64 begin;		/* what the counter said last before it */
	u64 end;		/* and next after it */
};

/**
 * struct sim - the machine: what a test sets, and what it can look at
 * @enabled: there is a backend
 * @levels: of the page tables, 2 to 5
 * @freq: of the counter, Hz
 * @step: what the next reading of the counter adds; NULL: 40
 * @shadow_start: first address of KASAN's shadow, and
 * @shadow_end: the first behind it
 * @zero_pmd: physical address of the table that empty shadow is mapped by, and
 * @zero_pud: of the one above
 * @image_start: physical address of the kernel image, and
 * @image_end: of what lies behind it
 * @remaps_left: so many early_memremap() will work; -1: all
 * @blind: this leaf table (any address of it) is not mapped itself; 0: none
 * @keying_fails: set_memory_pkey() of this page, in a range or not, fails
 * @keying_lies: set_memory_pkey() of single pages does nothing and says 0
 * @no_memory: kvmalloc_array() and sysfs_create_files() fail
 * @lock_fails: mutex_lock_interruptible() is interrupted
 * @signal_at: signal_pending() from this call on; -1: never
 * @listening: bit mask of events that somebody listens to
 * @expect_panic: a panic is what the test wants to see
 * @last_ticks: what the counter said last
 * @read: all that it ever said
 * @reads: how often that was
 * @warnings: WARN_ONCE() that were true
 * @errors: pr_err()
 * @warned: pr_warn()
 * @scheds: cond_resched()
 * @windows: early_memremap() not yet undone
 * @keyings: the calls of set_memory_pkey()
 * @nr_keyings: how many
 * @arrays: kvmalloc_array() not yet undone
 * @freed: bytes that free_reserved_area() was given
 */
struct sim {
	bool enabled;
	unsigned int levels;
	u64 freq;
	u64 (*step)(void);
	u64 shadow_start;
	u64 shadow_end;
	u64 zero_pmd;
	u64 zero_pud;
	u64 image_start;
	u64 image_end;
	long remaps_left;
	unsigned long blind;
	phys_addr_t keying_fails;
	bool keying_lies;
	bool no_memory;
	bool lock_fails;
	long signal_at;
	unsigned int listening;
	bool expect_panic;

	u64 last_ticks;
	u64 *read;
	size_t reads;
	unsigned int warnings;
	unsigned int errors;
	unsigned int warned;
	unsigned int scheds;
	unsigned int windows;
	struct sim_keying *keyings;
	size_t nr_keyings;
	unsigned int arrays;
	u64 freed;
};

extern struct sim sim;

/* A new machine: nothing in memblock, the kernel's variables as at boot. */
void sim_reset(void);

u64 sim_counter(void);
unsigned long sim_page_offset(void);

/* Tables: the root, and the one at the physical address in an entry. */
u64 *sim_root(void);
u64 *sim_table_at(u64 entry);

/*
 * Put an entry for a table of the last level at @phys into the tables, where it
 * maps linear address @addr. Tables on the way that are missing lie in the image.
 */
void sim_link(unsigned long addr, phys_addr_t phys);

/* The same for a table of @level, 1 to levels - 1; 1 is what sim_link() does. */
void sim_link_level(unsigned int level, unsigned long addr, phys_addr_t phys);

/* An entry that maps memory itself, at level 1 or 2. */
void sim_link_block(unsigned int level, unsigned long addr);

bool sim_keyed(phys_addr_t phys);

/* From here on memory of the log that is not the log's any more is no memory. */
void sim_protect_log(void);

void sim_free_reserved_area(void *start, void *end);

/* Call the file @name of /sys/kernel/kpkeys; what it returned. */
ssize_t sim_store(const char *name, const char *text);
ssize_t sim_show(const char *name, char *buf);

#endif /* _SIM_MACHINE_H */
