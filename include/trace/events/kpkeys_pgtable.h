/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page-table pages that come and go once the page allocator is up.
 *
 * A system of its own: whoever asks for the events of the boot, kpkeys:*, must
 * not have them pushed out of the ring buffer by these.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kpkeys_pgtable

#if !defined(_TRACE_KPKEYS_PGTABLE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KPKEYS_PGTABLE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

DECLARE_EVENT_CLASS(kpkeys_pgtable,

	TP_PROTO(u64 addr, unsigned int order, int pkey, int error),

	TP_ARGS(addr, order, pkey, error),

	TP_STRUCT__entry(
		__field(u64, addr)
		__field(u32, order)
		__field(s32, pkey)
		__field(s32, error)
	),

	TP_fast_assign(
		__entry->addr = addr;
		__entry->order = order;
		__entry->pkey = pkey;
		__entry->error = error;
	),

	TP_printk("addr=0x%llx order=%u pkey=%d error=%d",
		__entry->addr, __entry->order, __entry->pkey, __entry->error)
);

/**
 * kpkeys_pgtable_alloc - pages for a table were allocated and keyed
 * @addr: physical address of the first page
 * @order: log2 of how many pages
 * @pkey: the key that they were to get
 * @error: 0, or a negated errno and the table was not handed out
 */
DEFINE_EVENT(kpkeys_pgtable, kpkeys_pgtable_alloc,

	TP_PROTO(u64 addr, unsigned int order, int pkey, int error),

	TP_ARGS(addr, order, pkey, error)
);

/**
 * kpkeys_pgtable_free - the pages of a table lost their key to be freed
 * @addr: physical address of the first page
 * @order: log2 of how many pages
 * @pkey: the key that they were to get
 * @error: 0, or a negated errno and the pages are not given back
 */
DEFINE_EVENT(kpkeys_pgtable, kpkeys_pgtable_free,

	TP_PROTO(u64 addr, unsigned int order, int pkey, int error),

	TP_ARGS(addr, order, pkey, error)
);

#endif /* _TRACE_KPKEYS_PGTABLE_H */

#include <trace/define_trace.h>
