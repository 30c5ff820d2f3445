/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Protection keys for the kernel's own mappings (kpkeys), and what they are
 * for: page tables that only page-table code can write.
 *
 * See Documentation/mm/kpkeys.rst.
 */
#ifndef _LINUX_KPKEYS_H
#define _LINUX_KPKEYS_H

#include <linux/types.h>
#include <uapi/linux/kpkeys.h>

struct page;
enum pgtable_level;

/*
 * Contexts: what the running code may do with the keys. Every context may
 * read and write what has KPKEYS_PKEY_DEFAULT.
 */
#define KPKEYS_CTX_DEFAULT	0
#define KPKEYS_CTX_PGTABLES	1	/* may write page tables */

/**
 * struct kpkeys_layout - what a reader of the page tables must know
 * @page_offset: first virtual address of the linear map
 * @page_end: first virtual address behind the linear map
 * @memstart: physical address minus linear address, plus @page_offset; this
 *	may be negative and is then the two's complement
 * @vmemmap: virtual address of the struct page of physical address 0
 * @image_start: physical address of the first byte of the kernel image
 * @image_end: physical address behind its last byte
 * @pte_addr_low: bits of a descriptor that are the same bits of the address
 * @pte_addr_high: bits of a descriptor that hold the address bits from 48 on
 * @pte_addr_high_shift: how far @pte_addr_high is shifted left to its place
 * @pgd_size: bytes of a root table in use
 * @page_shift: log2 of the page size
 * @pgdir_shift: log2 of what an entry of the root table maps
 * @levels: levels of the page tables
 * @va_bits: bits of a virtual address in use on this machine
 * @backend: what enforces the keys, enum kpkeys_backend
 *
 * Filled once, before the first page table is made; read by ppa-trace through
 * the symbol kpkeys_layout, so that it needs to guess nothing.
 */
struct kpkeys_layout {
	u64 page_offset;
	u64 page_end;
	u64 memstart;
	u64 vmemmap;
	u64 image_start;
	u64 image_end;
	u64 pte_addr_low;
	u64 pte_addr_high;
	u32 pte_addr_high_shift;
	u32 pgd_size;
	u32 page_shift;
	u32 pgdir_shift;
	u32 levels;
	u32 va_bits;
	u32 backend;
};

/*
 * The arguments of the tracepoints. Times are those of the recorded moment:
 * @ticks of the architected counter, @ns the same in ns since that counter was
 * zero. @seq numbers the records of the log without a gap; the alloc and the
 * merge event of one page carry the same number.
 */

struct kpkeys_ppa_alloc_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 addr;	/* physical address of the page */
	u64 start;	/* the range that it is in now, bytes */
	u64 size;
	u32 replay;
	u32 level;	/* enum kpkeys_ppa_level */
	u32 join;	/* enum kpkeys_ppa_join */
};

struct kpkeys_ppa_merge_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 start;	/* the range after the merge, bytes */
	u64 size;
	u32 replay;
	u32 join;	/* enum kpkeys_ppa_join, never new */
};

struct kpkeys_ppa_overflow_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 addr;	/* physical address of the page that is in no range */
	u32 replay;
	u32 level;	/* enum kpkeys_ppa_level */
	u32 capacity;	/* ranges that the table holds */
};

struct kpkeys_ppa_finalize_args {
	u64 seq;
	u64 ticks;	/* when it began */
	u64 ns;
	u64 start;	/* bytes */
	u64 size;
	u64 duration;	/* ns */
	u32 replay;
	u32 pkey;
	s32 error;	/* 0 or negative errno */
};

struct kpkeys_ppa_phase_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 count;
	u64 missed;
	u32 replay;
	u32 phase;	/* enum kpkeys_ppa_phase */
};

struct kpkeys_ppa_replay_args {
	u64 first;	/* number of the first record in this frame */
	u64 count;	/* records in this frame */
	u64 records;	/* records in the whole log, by kind of event: */
	u64 allocs;
	u64 merges;
	u64 overflows;
	u64 finalizes;
	u64 phases;
	u64 lost;	/* records that did not fit into the log */
	u64 backwards;	/* records whose counter was lower than the last one's */
	u64 log_bytes;	/* bytes of the log in use */
	u64 freq;	/* counter frequency, Hz */
	u64 ticks;	/* counter at hand-over, */
	u64 boottime;	/* and CLOCK_BOOTTIME at the same moment, ns */
	u64 page_offset;
	u64 memstart;
	u64 ram;	/* bytes of memory that memblock knew */
	u32 replay;
	u32 frame;	/* enum kpkeys_ppa_frame */
	u32 page_shift;
	u32 va_bits;
	u32 levels;
	u32 capacity;	/* ranges that the table holds */
	u32 backend;	/* enum kpkeys_backend */
};

#endif /* _LINUX_KPKEYS_H */
