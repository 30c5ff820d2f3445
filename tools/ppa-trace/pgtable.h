/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How is an arm64 descriptor read?
 *
 * Shared by the BPF program, which walks, and the tool, which judges. Bits as
 * in the Arm ARM, "VMSAv8-64 translation table format descriptors".
 */
#ifndef PPA_PGTABLE_H
#define PPA_PGTABLE_H

#include <stdbool.h>

#include "types.h"
#include "../../include/uapi/linux/kpkeys.h"

#define DESC_VALID	BIT_ULL(0)
#define DESC_TABLE	BIT_ULL(1)	/* in a last-level table: a page */
#define DESC_USER	BIT_ULL(6)	/* permission index bit 0 */
#define DESC_WRITE	BIT_ULL(51)	/* permission index bit 1 */
#define DESC_PXN	BIT_ULL(53)	/* permission index bit 2 */
#define DESC_UXN	BIT_ULL(54)	/* permission index bit 3 */
#define DESC_KEY_SHIFT	60
#define DESC_KEY	(7ULL << DESC_KEY_SHIFT)
#define DESC_PI		(DESC_USER | DESC_WRITE | DESC_PXN | DESC_UXN)

#define DEPTH_MAX 5

/* What the kernel says in its symbol kpkeys_layout; see there. */
struct walk_layout {
	u64 page_offset;
	u64 page_end;
	u64 memstart;
	u64 vmemmap;
	u64 image_start;
	u64 image_end;
	u64 image_voffset;	/* this and the next two: 0 if it does not say */
	u64 static_start;
	u64 static_end;
	u64 pte_addr_low;
	u64 pte_addr_high;
	u32 pte_addr_high_shift;
	u32 pgd_size;
	u32 page_shift;
	u32 pgdir_shift;
	u32 levels;
	u32 va_bits;
	u32 backend;
	u32 page_struct;	/* bytes of struct page, from BTF */
	u32 pgty_table;		/* type of a page-table page, from BTF */
	u32 pgty_buddy;		/* type of a free page */
};

/* Flags of struct walk_table and struct walk_page. */
#define TABLE_UNREADABLE	0x01	/* told before; an entry could not be read */
#define TABLE_NO_TYPE		0x02	/* its struct page could not be read */
#define TABLE_UNMAPPED		0x04	/* not in the linear map */
#define TABLE_ELSEWHERE		0x08	/* its linear address maps another page */
#define TABLE_NO_LEAF		0x10	/* what maps it there could not be read */

/* A table that the walk reached. */
struct walk_table {
	u64 addr;		/* physical */
	u64 va;			/* first address that it maps */
	u64 leaf;		/* descriptor of its own page in the linear map */
	u32 page_type;		/* of its struct page */
	u8 depth;		/* 0 is the root */
	u8 flags;
	u8 pad[2];
};

/* A page of a range that does not have what it must have. */
struct walk_page {
	u64 addr;		/* physical */
	u64 leaf;		/* its descriptor in the linear map */
	u32 depth;		/* of the table that holds the descriptor */
	u32 flags;		/* TABLE_*, 0 if only the key is wrong */
};

/* Physical address in a descriptor. */
static inline u64 desc_addr(const struct walk_layout *l, u64 desc)
{
	return (desc & l->pte_addr_low) |
	       (desc & l->pte_addr_high) << (l->pte_addr_high_shift & 63);
}

static inline u32 desc_key(u64 desc)
{
	return (desc & DESC_KEY) >> DESC_KEY_SHIFT;
}

/* Address of a page in the linear map. */
static inline u64 linear_address(const struct walk_layout *l, u64 addr)
{
	return addr - l->memstart + l->page_offset;
}

/* log2 of what an entry of a table at @depth maps. */
static inline u32 entry_shift(const struct walk_layout *l, u32 depth)
{
	return (l->page_shift + (l->levels - 1 - depth) * (l->page_shift - 3)) &
	       63;
}

/*
 * The bits that make a page a protected page table, and what they must be.
 * Under "pie" the permission index must be 6 as well: UXN 0, PXN 1, write 1,
 * user 0; without it nothing would enforce the key.
 */
static inline u64 wanted_mask(const struct walk_layout *l)
{
	return l->backend == KPKEYS_BACKEND_PIE ? DESC_KEY | DESC_PI : DESC_KEY;
}

static inline u64 wanted_bits(const struct walk_layout *l)
{
	u64 key = (u64)KPKEYS_PKEY_PGTABLES << DESC_KEY_SHIFT;

	return l->backend == KPKEYS_BACKEND_PIE ?
	       key | DESC_PXN | DESC_WRITE : key;
}

#endif /* PPA_PGTABLE_H */
