// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are the events and the page tables of the running kernel read?
 *
 * Three jobs: pass on the events that a replay of this process sends; walk the
 * tables from swapper_pg_dir and report each one; look up the descriptor of
 * each page of a range. The walks take a bounded number of steps a run and
 * keep where they are in a map, so that the tool can empty the ring buffer in
 * between.
 *
 * The arguments of the events are declared here with the fields that are read
 * and no others; CO-RE finds them in the kernel's BTF.
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "event.h"
#include "kernel_bpf.h"
#include "ppa_bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* --- the arguments of the events --- */

struct kpkeys_ppa_alloc_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 addr;
	u64 start;
	u64 size;
	u32 replay;
	u32 level;
	u32 join;
} __core;

struct kpkeys_ppa_merge_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 start;
	u64 size;
	u32 replay;
	u32 join;
} __core;

struct kpkeys_ppa_overflow_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 addr;
	u32 replay;
	u32 level;
	u32 capacity;
} __core;

struct kpkeys_ppa_finalize_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 start;
	u64 size;
	u64 duration;
	u32 replay;
	u32 pkey;
	s32 error;
} __core;

struct kpkeys_ppa_phase_args {
	u64 seq;
	u64 ticks;
	u64 ns;
	u64 count;
	u64 missed;
	u32 replay;
	u32 phase;
} __core;

struct kpkeys_ppa_replay_args {
	u64 first;
	u64 count;
	u64 records;
	u64 allocs;
	u64 merges;
	u64 overflows;
	u64 finalizes;
	u64 phases;
	u64 lost;
	u64 backwards;
	u64 log_bytes;
	u64 freq;
	u64 ticks;
	u64 boottime;
	u64 page_offset;
	u64 memstart;
	u64 ram;
	u32 replay;
	u32 frame;
	u32 page_shift;
	u32 va_bits;
	u32 levels;
	u32 capacity;
	u32 backend;
} __core;

/* --- what the tool reads and sets --- */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, PPA_RING_BYTES);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ppa_state);
} states SEC(".maps");

/* Never NULL, but the verifier wants to see the question. */
static __always_inline struct ppa_state *get_state(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&states, &zero);
}

/* --- events --- */

/* The state if this replay was asked for by the tool, else NULL. */
static __always_inline struct ppa_state *mine(void)
{
	struct ppa_state *s = get_state();

	if (!s || bpf_get_current_pid_tgid() >> 32 != s->own_tgid)
		return NULL;
	return s;
}

static __always_inline void drop(struct ppa_state *s)
{
	__sync_fetch_and_add(&s->dropped, 1);
}

/* Room for an event of @size bytes, or NULL if it is not ours or there is none */
#define RESERVE(size)							\
({									\
	struct ppa_state *__s = mine();					\
	struct event *__e = NULL;					\
									\
	if (__s) {							\
		__e = bpf_ringbuf_reserve(&ring, size, 0);		\
		if (!__e)						\
			drop(__s);					\
	}								\
	__e;								\
})

static __always_inline void head(struct event *e, u32 kind, u32 replay,
				 u64 seq, u64 ticks, u64 ns)
{
	e->kind = kind;
	e->replay = replay;
	e->seq = seq;
	e->ticks = ticks;
	e->ns = ns;
}

SEC("tp_btf/kpkeys_ppa_alloc")
int BPF_PROG(on_alloc, const struct kpkeys_ppa_alloc_args *a)
{
	struct event *e = RESERVE(EVENT_SIZE(alloc));

	if (!e)
		return 0;
	head(e, EVENT_ALLOC, a->replay, a->seq, a->ticks, a->ns);
	e->alloc.addr = a->addr;
	e->alloc.start = a->start;
	e->alloc.size = a->size;
	e->alloc.level = a->level;
	e->alloc.join = a->join;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/kpkeys_ppa_merge")
int BPF_PROG(on_merge, const struct kpkeys_ppa_merge_args *a)
{
	struct event *e = RESERVE(EVENT_SIZE(merge));

	if (!e)
		return 0;
	head(e, EVENT_MERGE, a->replay, a->seq, a->ticks, a->ns);
	e->merge.start = a->start;
	e->merge.size = a->size;
	e->merge.join = a->join;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/kpkeys_ppa_overflow")
int BPF_PROG(on_overflow, const struct kpkeys_ppa_overflow_args *a)
{
	struct event *e = RESERVE(EVENT_SIZE(overflow));

	if (!e)
		return 0;
	head(e, EVENT_OVERFLOW, a->replay, a->seq, a->ticks, a->ns);
	e->overflow.addr = a->addr;
	e->overflow.level = a->level;
	e->overflow.capacity = a->capacity;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/kpkeys_ppa_finalize")
int BPF_PROG(on_finalize, const struct kpkeys_ppa_finalize_args *a)
{
	struct event *e = RESERVE(EVENT_SIZE(finalize));

	if (!e)
		return 0;
	head(e, EVENT_FINALIZE, a->replay, a->seq, a->ticks, a->ns);
	e->finalize.start = a->start;
	e->finalize.size = a->size;
	e->finalize.duration = a->duration;
	e->finalize.pkey = a->pkey;
	e->finalize.error = a->error;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/kpkeys_ppa_phase")
int BPF_PROG(on_phase, const struct kpkeys_ppa_phase_args *a)
{
	struct event *e = RESERVE(EVENT_SIZE(phase));

	if (!e)
		return 0;
	head(e, EVENT_PHASE, a->replay, a->seq, a->ticks, a->ns);
	e->phase.count = a->count;
	e->phase.missed = a->missed;
	e->phase.phase = a->phase;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/kpkeys_ppa_replay")
int BPF_PROG(on_replay, const struct kpkeys_ppa_replay_args *a)
{
	struct event *e = RESERVE(EVENT_SIZE(frame));

	if (!e)
		return 0;
	head(e, EVENT_REPLAY, a->replay, 0, 0, 0);
	e->frame.first = a->first;
	e->frame.count = a->count;
	e->frame.records = a->records;
	e->frame.allocs = a->allocs;
	e->frame.merges = a->merges;
	e->frame.overflows = a->overflows;
	e->frame.finalizes = a->finalizes;
	e->frame.phases = a->phases;
	e->frame.lost = a->lost;
	e->frame.backwards = a->backwards;
	e->frame.log_bytes = a->log_bytes;
	e->frame.freq = a->freq;
	e->frame.ticks = a->ticks;
	e->frame.boottime = a->boottime;
	e->frame.page_offset = a->page_offset;
	e->frame.memstart = a->memstart;
	e->frame.ram = a->ram;
	e->frame.frame = a->frame;
	e->frame.page_shift = a->page_shift;
	e->frame.va_bits = a->va_bits;
	e->frame.levels = a->levels;
	e->frame.capacity = a->capacity;
	e->frame.backend = a->backend;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

/* --- page tables --- */

/*
 * The state if it is time to run, else NULL. These programs are called by
 * reading from an iterator over the tool's own tasks: once for each, and once
 * more at the end, which is the time. A kernel without sockets cannot run
 * programs of type "syscall", but it has iterators.
 */
static __always_inline struct ppa_state *run_now(struct bpf_iter__task *ctx)
{
	return ctx->task ? NULL : get_state();
}

/* Whose events count: pid namespaces would hide the number from the tool. */
SEC("iter.s/task")
int whoami(struct bpf_iter__task *ctx)
{
	struct ppa_state *s = run_now(ctx);

	if (s)
		s->own_tgid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}

/* Read kpkeys_layout and put the walk at its beginning. */
SEC("iter.s/task")
int prepare(struct bpf_iter__task *ctx)
{
	struct ppa_state *s = run_now(ctx);
	struct walk_layout *to;
	struct ppa_level *l;
	u32 root, used;

	if (!s)
		return 0;
	to = &s->layout;
	l = &s->levels[0];
	s->have_symbols = &kpkeys_layout ? !!&swapper_pg_dir : 0;
	if (!s->have_symbols)
		return 0;
	read_layout(to);

	/*
	 * With fewer bits in use than the table was made for, the kernel's half
	 * is the end of the root.
	 */
	root = to->pgd_size / 8;
	used = 1U << ((to->va_bits - to->pgdir_shift) & 31);
	if (used > root)
		used = root;
	l->table = (u64)&swapper_pg_dir;
	l->addr = 0;
	l->index = root - used;
	l->end = root;
	l->va = -((u64)root << (to->pgdir_shift & 63));
	l->last = 0;
	s->depth = 0;
	s->finished = 0;
	s->entries = 0;
	return 0;
}

static __always_inline bool read_entry(u64 table, u64 index, u64 *desc)
{
	return !bpf_probe_read_kernel(desc, sizeof(*desc),
				      (void *)(table + 8 * index));
}

/*
 * Look up the descriptor that maps page @addr in the linear map, the depth at
 * which it stands, and what is wrong with it: TABLE_* flags.
 */
static __noinline u32 look_up(struct ppa_state *s, u64 addr,
			      struct walk_page *p)
{
	const struct walk_layout *l = &s->layout;
	u64 va = linear_address(l, addr), table, index, span;
	u32 last = l->levels - 1, d = 0, shift = 0;

	p->addr = addr;
	p->leaf = 0;
	p->depth = 0;
	p->flags = 0;
	table = (u64)&swapper_pg_dir;
	if (va >> entry_shift(l, last - 1) == s->cached_va) {
		table = s->cached_table;
		d = last;
	}
	for (int i = 0; i < DEPTH_MAX; i++, d++) {
		if (d > last)
			break;
		shift = entry_shift(l, d);
		index = va >> shift;
		if (d)
			index &= (1U << ((l->page_shift - 3) & 31)) - 1;
		else
			index &= l->pgd_size / 8 - 1;
		p->depth = d;
		if (!read_entry(table, index, &p->leaf)) {
			p->flags = TABLE_NO_LEAF;
			return 0;
		}
		if (!(p->leaf & DESC_VALID)) {
			p->flags = TABLE_UNMAPPED;
			return 0;
		}
		/* A block, or the page itself. */
		if (!(p->leaf & DESC_TABLE) || d == last)
			break;
		table = linear_address(l, desc_addr(l, p->leaf));
		if (d + 1 == last) {
			s->cached_table = table;
			s->cached_va = va >> shift;
		}
	}
	span = (1ULL << shift) - 1;
	if ((desc_addr(l, p->leaf) & ~span) != (addr & ~span))
		p->flags = TABLE_ELSEWHERE;
	return 0;
}

static __always_inline void report_table(struct ppa_state *s, u64 addr, u64 va,
					 u32 d)
{
	u64 pfn = addr >> (s->layout.page_shift & 63);
	struct page *page = (void *)(s->layout.vmemmap + pfn * s->layout.page_struct);
	struct walk_table *t;
	struct walk_page p;
	u32 type = 0;

	look_up(s, addr, &p);
	if (bpf_core_read(&type, sizeof(type), &page->page_type))
		p.flags |= TABLE_NO_TYPE;
	t = bpf_ringbuf_reserve(&ring, sizeof(*t), 0);
	if (!t) {
		drop(s);
		return;
	}
	t->addr = addr;
	t->va = va;
	t->leaf = p.leaf;
	t->page_type = type;
	t->depth = d;
	t->flags = p.flags;
	t->pad[0] = 0;
	t->pad[1] = 0;
	bpf_ringbuf_submit(t, BPF_RB_NO_WAKEUP);
}

static __always_inline void report_unreadable(struct ppa_state *s,
					      const struct ppa_level *l, u32 d)
{
	struct walk_table *t = bpf_ringbuf_reserve(&ring, sizeof(*t), 0);

	if (!t) {
		drop(s);
		return;
	}
	t->addr = l->addr;
	t->va = l->va;
	t->leaf = 0;
	t->page_type = 0;
	t->depth = d;
	t->flags = TABLE_UNREADABLE;
	t->pad[0] = 0;
	t->pad[1] = 0;
	bpf_ringbuf_submit(t, BPF_RB_NO_WAKEUP);
}

/* Read the next entry. Last-level tables are reported but not read. */
static __noinline int step(struct ppa_state *s)
{
	u32 d = s->depth & 7, child = (d + 1) & 7, index;
	struct ppa_level *l = &s->levels[d], *c = &s->levels[child];
	u64 desc = 0, addr, va;

	if (l->index >= l->end) {
		if (!d)
			s->finished = 1;
		else
			s->depth = d - 1;
		return 0;
	}
	index = l->index++;
	s->entries++;
	if (!read_entry(l->table, index, &desc)) {
		l->index = l->end;
		report_unreadable(s, l, d);
		return 0;
	}
	if ((desc & (DESC_VALID | DESC_TABLE)) != (DESC_VALID | DESC_TABLE))
		return 0;
	addr = desc_addr(&s->layout, desc);
	/* KASAN's zero shadow links the same few tables all over the place. */
	if (addr == l->last)
		return 0;
	l->last = addr;
	va = l->va + ((u64)index << entry_shift(&s->layout, d));
	report_table(s, addr, va, child);
	if (child + 1 >= s->layout.levels)
		return 0;
	c->table = linear_address(&s->layout, addr);
	c->addr = addr;
	c->va = va;
	c->last = 0;
	c->index = 0;
	c->end = 1U << ((s->layout.page_shift - 3) & 31);
	s->depth = child;
	return 0;
}

SEC("iter.s/task")
int walk(struct bpf_iter__task *ctx)
{
	struct ppa_state *s = run_now(ctx);
	int i;

	if (!s)
		return 0;
	bpf_for(i, 0, PPA_STEPS) {
		if (s->finished)
			break;
		step(s);
	}
	return 0;
}

SEC("iter.s/task")
int look(struct bpf_iter__task *ctx)
{
	struct ppa_state *s = run_now(ctx);
	u64 page, mask, bits;
	int i;

	if (!s)
		return 0;
	page = 1ULL << (s->layout.page_shift & 63);
	mask = wanted_mask(&s->layout);
	bits = wanted_bits(&s->layout);
	bpf_for(i, 0, PPA_STEPS) {
		struct walk_page p, *found;

		if (s->pages_at >= s->pages_end)
			break;
		look_up(s, s->pages_at, &p);
		s->pages_at += page;
		s->pages_done++;
		if (!p.flags && (p.leaf & mask) == bits)
			continue;
		found = bpf_ringbuf_reserve(&ring, sizeof(*found), 0);
		if (!found) {
			drop(s);
			continue;
		}
		*found = p;
		bpf_ringbuf_submit(found, BPF_RB_NO_WAKEUP);
	}
	return 0;
}
