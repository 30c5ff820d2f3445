/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which of the kernel's types do all BPF programs read, and how is
 * kpkeys_layout read?
 *
 * The types have the fields that are read and no others; CO-RE finds them in
 * the kernel's BTF.
 */
#ifndef PPA_KERNEL_BPF_H
#define PPA_KERNEL_BPF_H

#include "pgtable.h"

#define __core __attribute__((preserve_access_index))

struct kpkeys_layout {
	u64 page_offset;
	u64 page_end;
	u64 memstart;
	u64 vmemmap_base;
	u64 image_start;
	u64 image_end;
	u64 image_voffset;
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
} __core;

struct bpf_iter_meta;

struct mm_struct {
	void *pgd;
} __core;

struct task_struct {
	struct mm_struct *mm;
	struct task_struct *group_leader;
	int tgid;
} __core;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __core;

struct page {
	unsigned int page_type;
} __core;

enum pagetype {
	PGTY_buddy = 0,		/* the values come from the kernel's BTF */
	PGTY_table = 1,
};

/* Weak: a kernel without KALLSYMS_ALL must get a message, not a load error. */
#ifdef __bpf__
extern const void kpkeys_layout __ksym __weak;
extern const void swapper_pg_dir __ksym __weak;
extern const void tramp_pg_dir __ksym __weak;
extern const void idmap_pg_dir __ksym __weak;
extern const void reserved_pg_dir __ksym __weak;
extern const void efi_mm __ksym __weak;
#endif

static __always_inline void read_layout(struct walk_layout *to)
{
	const struct kpkeys_layout *from = (void *)&kpkeys_layout;

	to->page_offset = BPF_CORE_READ(from, page_offset);
	to->page_end = BPF_CORE_READ(from, page_end);
	to->memstart = BPF_CORE_READ(from, memstart);
	to->vmemmap = BPF_CORE_READ(from, vmemmap_base);
	to->image_start = BPF_CORE_READ(from, image_start);
	to->image_end = BPF_CORE_READ(from, image_end);
	/* An older kernel does not say where the tables in its image are. */
	if (bpf_core_field_exists(from->static_end)) {
		to->image_voffset = BPF_CORE_READ(from, image_voffset);
		to->static_start = BPF_CORE_READ(from, static_start);
		to->static_end = BPF_CORE_READ(from, static_end);
	}
	to->pte_addr_low = BPF_CORE_READ(from, pte_addr_low);
	to->pte_addr_high = BPF_CORE_READ(from, pte_addr_high);
	to->pte_addr_high_shift = BPF_CORE_READ(from, pte_addr_high_shift);
	to->pgd_size = BPF_CORE_READ(from, pgd_size);
	to->page_shift = BPF_CORE_READ(from, page_shift);
	to->pgdir_shift = BPF_CORE_READ(from, pgdir_shift);
	to->levels = BPF_CORE_READ(from, levels);
	to->va_bits = BPF_CORE_READ(from, va_bits);
	to->backend = BPF_CORE_READ(from, backend);
	to->page_struct = bpf_core_type_size(struct page);
	to->pgty_table = bpf_core_enum_value(enum pagetype, PGTY_table);
	to->pgty_buddy = bpf_core_enum_value(enum pagetype, PGTY_buddy);
}

#endif /* PPA_KERNEL_BPF_H */
