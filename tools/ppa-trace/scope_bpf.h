/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do the BPF program that walks all page tables and the tool that loads it
 * agree on?
 */
#ifndef PPA_SCOPE_BPF_H
#define PPA_SCOPE_BPF_H

#include "pgtable.h"

/* Bytes of the ring buffer: nobody reads it while a program runs. */
#define SCOPE_RING_BYTES (2 << 20)

/* Steps of one run over the kernel's tables; each yields 72 bytes at most. */
#define SCOPE_STEPS 16384

/*
 * Steps of the one run over the tables of a process, which is one RCU section: a
 * user decides how many tables there are. So many are 4 GiB of tables of 4 KiB,
 * and 4 thousand million instructions. A table with 512 entries that are used is
 * 513 steps.
 */
#define SCOPE_USER_STEPS (1024 * 1024)

/* How often a table is read anew because it changed meanwhile. */
#define SCOPE_RETRIES 3

/* Entries of the largest table: 64 KiB pages. */
#define SCOPE_ENTRIES 8192

#define SCOPE_LEVELS 8		/* enum kpkeys_ppa_level, with room */

/* What a table is, which decides where it must carry the key. */
enum scope_class {
	SCOPE_EARLY,		/* from before the buddy allocator */
	SCOPE_STATIC,		/* in the kernel image: linear map and image */
	SCOPE_REGULAR,		/* has the type of a page table */
	SCOPE_READ_ONLY,	/* in the read-only part of the image: none */
	SCOPE_ODD,		/* none of these */
	SCOPE_CLASSES,
};

/* Where the walk began: a symbol of the kernel, or a process. */
enum scope_root {
	SCOPE_ROOT_INIT,
	SCOPE_ROOT_EFI,
	SCOPE_ROOT_TRAMP,
	SCOPE_ROOT_IDMAP,
	SCOPE_ROOT_RESERVED,
	SCOPE_ROOTS,
	SCOPE_ROOT_USER = SCOPE_ROOTS,
};

enum scope_kind {
	SCOPE_TABLE,		/* to be judged: early, or something is wrong */
	SCOPE_TARGET,		/* the table that was looked for */
	SCOPE_STRAY,		/* a page with a key that no walk has reached */
	SCOPE_FREE,		/* a free page with a key */
	SCOPE_LATE,		/* collect-first: a table that has no key now */
};

/* Flags of struct scope_found, behind TABLE_*. */
#define SCOPE_NO_KEY		0x20	/* not as it must be in the linear map */
#define SCOPE_IMAGE_NO_KEY	0x40	/* nor in the image */
#define SCOPE_RESERVED		0x80	/* its struct page is reserved */

struct scope_found {
	u64 addr;		/* physical */
	u64 va;			/* a table: first address that it maps */
	u64 leaf;		/* its page's descriptor in the linear map */
	u64 image_leaf;		/* and in the image, if it is static */
	u64 mm;			/* the process' mm_struct; 0: the kernel */
	u32 page_type;
	u32 pid;		/* of the process, as the first namespace has it */
	u8 kind;		/* enum scope_kind */
	u8 class;		/* enum scope_class */
	u8 level;		/* enum kpkeys_ppa_level */
	u8 root;		/* enum scope_root */
	u32 flags;
};

/* Where the walk is in the table of one depth. */
struct scope_level {
	u64 table;		/* virtual address that it is read at */
	u64 addr;		/* physical */
	u64 va;			/* first address that it maps */
	u64 at;			/* the entry that links it; 0: a symbol does */
	u64 desc;		/* what stood there */
	u32 index;
	u32 end;
};

/* What a pass has counted. */
struct scope_counts {
	u64 tables[SCOPE_CLASSES][SCOPE_LEVELS];
	u64 keyed[SCOPE_CLASSES][SCOPE_LEVELS];
	u64 unlinked;		/* have key and type of a table, in no table */
	u64 early_unlinked;	/* have the key and are reserved */
	u64 processes;
	u64 leaves;		/* of the linear map */
	u64 retries;		/* tables that changed and were read anew */
	u64 gone;		/* went away while they were read */
	/* any of these, and the pass has not seen everything */
	u64 dropped;		/* changed too often */
	u64 unreadable;
	u64 outside;		/* of the memory that there is a map of */
	u64 cut;		/* processes with more tables than can be read */
};

/* The one element of the map "states". */
struct scope_state {
	/* set by the tool */
	u64 first_page;		/* page number of the first bit of the map */
	u64 pages;		/* bits in it */
	u64 target;		/* a table to look for; ~0: none */
	u64 scan_at;		/* where the scan is, physical, */
	u64 scan_end;		/* and where it ends */
	u32 collect;		/* collect first, check later: wrong by design */
	/* set by the programs */
	u32 have_symbols;
	u64 missed;		/* what did not fit into the ring buffer */
	u64 task;		/* whose tables are walked; 0: the kernel's */
	u64 mm;
	u64 cached_table;	/* last-level table that was used last, */
	u64 cached_va;		/* and what it maps; 0: none yet */
	struct walk_layout layout;
	struct scope_level levels[8];
	struct scope_counts counts;
	u32 depth;
	u32 top;		/* level of the root, counted from the last one */
	u32 root;		/* enum scope_root */
	u32 next_root;
	u32 pid;
	u32 idle;		/* the tables of this root are done */
	u32 finished;		/* those of all of the kernel's roots are */
	/* for lookup */
	u32 page_type;
	u64 look_va;		/* an address of the kernel's half, */
	u64 look_page;		/* and the page, physical; ~0: what it maps */
	struct walk_page at_va;	/* what maps the address */
	struct walk_page at_linear;	/* and the page in the linear map */
};

/* A copy of a table. */
struct scope_copy {
	u64 entry[SCOPE_ENTRIES];
};

/* Is the descriptor that of a protected page table? */
static inline bool desc_protected(const struct walk_layout *l, u64 desc)
{
	return (desc & wanted_mask(l)) == wanted_bits(l);
}

static inline bool in_image(const struct walk_layout *l, u64 addr)
{
	return addr >= l->image_start && addr < l->image_end;
}

static inline bool in_static_area(const struct walk_layout *l, u64 addr)
{
	return addr >= l->static_start && addr < l->static_end;
}

/* Early ones that are in no range are made odd by the tool. */
static inline enum scope_class scope_class(const struct walk_layout *l,
					   u64 addr, u32 page_type)
{
	if (in_static_area(l, addr))
		return SCOPE_STATIC;
	/* Also in the image: what the kernel has freed of it. */
	if (page_type >> 24 == l->pgty_table)
		return SCOPE_REGULAR;
	return in_image(l, addr) ? SCOPE_READ_ONLY : SCOPE_EARLY;
}

#endif /* PPA_SCOPE_BPF_H */
