// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does every page table of the system carry the key, while tables come and go?
 *
 * Each table is judged the moment it is reached: it is copied, the descriptor
 * of its own page is read, and then the chain of entries that led to it once
 * more. If that has changed, what was read may be of another page, and does not
 * count. If it has not, the table was linked when its key was read: a table of
 * a process is freed after an RCU grace period and has its key until then,
 * and a program that is not sleepable is one RCU section.
 *
 * A map of bits remembers the pages that are tables. With it the leaves of the
 * linear map are scanned for keys of pages that are none.
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "kernel_bpf.h"
#include "scope_bpf.h"

char LICENSE[] SEC("license") = "GPL";

enum pageflags {
	PG_reserved = 0,	/* the value comes from the kernel's BTF */
};

/*
 * Functions that are not static are verified once, and not again wherever
 * they are called: else the verifier takes many seconds.
 */
#define GLOBAL __noinline
#define NONNULL __arg_nonnull

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, SCOPE_RING_BYTES);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scope_state);
} states SEC(".maps");

/* A bit for each page of memory; the tool sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} reached SEC(".maps");

/* A copy of the table of each depth, and one for the scan. */
#define SCAN_COPY 7
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCAN_COPY + 1);
	__type(key, u32);
	__type(value, struct scope_copy);
} copies SEC(".maps");

static __always_inline struct scope_state *get_state(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&states, &zero);
}

/* As in ppa.bpf.c: once, at the end of an iterator over the tool's own tasks. */
static __always_inline struct scope_state *run_now(struct bpf_iter__task *ctx)
{
	return ctx->task ? NULL : get_state();
}

static __always_inline bool read_word(u64 from, u64 *to)
{
	return !bpf_probe_read_kernel(to, sizeof(*to), (void *)from);
}

static __always_inline bool is_table(u64 desc)
{
	return (desc & (DESC_VALID | DESC_TABLE)) == (DESC_VALID | DESC_TABLE);
}

/* log2 of what an entry of a table maps; @level is 0 for the last one. */
static __always_inline u32 level_shift(const struct walk_layout *l, u32 level)
{
	return (l->page_shift + level * (l->page_shift - 3)) & 63;
}

static __always_inline u32 table_entries(const struct walk_layout *l)
{
	return 1U << ((l->page_shift - 3) & 31);
}

/*
 * Where a table can be read. Not all of the image is in the linear map, and what
 * the kernel has freed of it is nowhere else.
 */
static __always_inline u64 table_address(const struct walk_layout *l, u64 addr)
{
	u64 image = addr + l->image_voffset, word;

	if (l->image_voffset && in_image(l, addr) && read_word(image, &word))
		return image;
	return linear_address(l, addr);
}

/* --- the map of bits --- */

static __always_inline u64 *reached_word(struct scope_state *s, u64 addr,
					 u64 *bit)
{
	u64 n = (addr >> (s->layout.page_shift & 63)) - s->first_page;
	u32 word = n / 64;

	*bit = 1ULL << (n & 63);
	return n < s->pages ? bpf_map_lookup_elem(&reached, &word) : NULL;
}

/* --- what maps a page, and what its struct page says --- */

/*
 * Look up the descriptor that maps @va in the kernel's half, the depth at which
 * it stands, and what is wrong with it: TABLE_* flags.
 */
GLOBAL int look_up(struct scope_state *s NONNULL, u64 va,
		   struct walk_page *p NONNULL)
{
	const struct walk_layout *l = &s->layout;
	u64 table = (u64)&swapper_pg_dir, index;
	u32 last = l->levels - 1, shift, d = 0;

	p->leaf = 0;
	p->depth = 0;
	p->flags = 0;
	if (va >> level_shift(l, 1) == s->cached_va) {
		table = s->cached_table;
		d = last;
	}
	for (int i = 0; i < DEPTH_MAX; i++, d++) {
		if (d > last)
			break;
		shift = level_shift(l, last - d);
		index = va >> shift;
		index &= d ? table_entries(l) - 1 : l->pgd_size / 8 - 1;
		p->depth = d;
		if (!read_word(table + 8 * index, &p->leaf)) {
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
		table = table_address(l, desc_addr(l, p->leaf));
		if (d + 1 == last && va >= l->page_offset && va < l->page_end) {
			s->cached_table = table;
			s->cached_va = va >> shift;
		}
	}
	return 0;
}

static __always_inline u64 struct_page(const struct walk_layout *l, u64 addr)
{
	return l->vmemmap + (addr >> (l->page_shift & 63)) * l->page_struct;
}

static __always_inline bool read_type(const struct walk_layout *l, u64 addr,
				      u32 *type)
{
	struct page *page = (void *)struct_page(l, addr);

	return !bpf_core_read(type, sizeof(*type), &page->page_type);
}

static __always_inline bool is_reserved(u64 flags)
{
	u64 bit = bpf_core_enum_value(enum pageflags, PG_reserved);

	return flags >> (bit & 63) & 1;
}

/* All that is to be known of the page of a table, but for whether it is one. */
static __always_inline void look_at_page(struct scope_state *s, u64 addr,
					 struct scope_found *f)
{
	const struct walk_layout *l = &s->layout;
	struct walk_page p;
	u64 flags = 0;

	look_up(s, linear_address(l, addr), &p);
	f->leaf = p.leaf;
	f->flags |= p.flags;
	if (!p.flags && p.depth + 1 == l->levels &&
	    desc_addr(l, p.leaf) != addr)
		f->flags |= TABLE_ELSEWHERE;
	/* The flags are the first word of a struct page, whatever their type. */
	if (!read_type(l, addr, &f->page_type) ||
	    !read_word(struct_page(l, addr), &flags))
		f->flags |= TABLE_NO_TYPE;
	if (is_reserved(flags))
		f->flags |= SCOPE_RESERVED;
	f->class = scope_class(l, addr, f->flags & TABLE_NO_TYPE ?
			       ~0U : f->page_type);
	if (f->class == SCOPE_READ_ONLY)
		return;

	/* What the linear map does not have, nobody can write there. */
	if ((f->class != SCOPE_STATIC || !(p.flags & TABLE_UNMAPPED)) &&
	    (p.flags || f->flags & TABLE_ELSEWHERE ||
	     !desc_protected(l, p.leaf)))
		f->flags |= SCOPE_NO_KEY;
	if (f->class != SCOPE_STATIC)
		return;
	look_up(s, addr + l->image_voffset, &p);
	f->image_leaf = p.leaf;
	if (p.flags || !desc_protected(l, p.leaf))
		f->flags |= SCOPE_IMAGE_NO_KEY;
}

/* --- the walk --- */

static __always_inline void report(struct scope_state *s,
				   struct scope_found *f)
{
	if (bpf_ringbuf_output(&ring, f, sizeof(*f), BPF_RB_NO_WAKEUP))
		s->missed++;
}

/*
 * Does all that led to the table of depth @d still say so? Only address and
 * type are compared: the cpu itself sets the access flag.
 */
GLOBAL int same_chain(struct scope_state *s NONNULL, u32 d)
{
	const struct walk_layout *l = &s->layout;
	u64 mask = l->pte_addr_low | l->pte_addr_high | DESC_VALID | DESC_TABLE;
	u64 now = 0;

	for (u32 i = 0; i < 8; i++) {
		if (i > d)
			break;
		if (!s->levels[i].at)
			continue;
		if (!read_word(s->levels[i].at, &now))
			return 0;
		/* The root is linked by a pointer. */
		if ((now ^ s->levels[i].desc) & (i ? mask : ~0ULL))
			return 0;
	}
	if (s->task) {
		struct task_struct *task = (void *)s->task;

		if ((u64)BPF_CORE_READ(task, mm) != s->mm)
			return 0;
	}
	return 1;
}

/* The verifier wants to see the bound of @bytes in the register that is used. */
static __always_inline bool copy_from(struct scope_copy *to, u64 from, u64 bytes)
{
	barrier_var(bytes);
	if (!to || bytes > sizeof(*to))
		return false;
	return !bpf_probe_read_kernel(to, bytes, (void *)from);
}

static __always_inline bool copy_table(struct scope_state *s, u32 d)
{
	/* Of a root only the part that is in use. */
	u64 bytes = 8 * (u64)(d ? table_entries(&s->layout) : s->levels[0].end);

	return copy_from(bpf_map_lookup_elem(&copies, &d),
			 s->levels[d & 7].table, bytes);
}

enum judged {
	JUDGED,			/* go on into it */
	JUDGED_BEFORE,
	JUDGED_CHANGED,		/* what was read does not count */
};

static __always_inline void count_table(struct scope_state *s,
					const struct scope_found *f)
{
	u32 class = f->class & 7, level = f->level & 7;
	bool keyed = !(f->flags & (SCOPE_NO_KEY | SCOPE_IMAGE_NO_KEY));

	if (class >= SCOPE_CLASSES)
		return;
	if (class == SCOPE_READ_ONLY)
		keyed = desc_protected(&s->layout, f->leaf);
	s->counts.tables[class][level]++;
	s->counts.keyed[class][level] += keyed;
}

/*
 * The table of depth @d has been reached. One of the kernel that was reached
 * before is left out: KASAN links the same few all over the place. One of a
 * process is judged again, for its page may have become another table since.
 */
GLOBAL int judge(struct scope_state *s NONNULL, u32 d)
{
	struct scope_level *c = &s->levels[d & 7];
	struct scope_found f = { 0 };
	u64 bit, *word = reached_word(s, c->addr, &bit);
	bool again = word && *word & bit;

	if (again && !s->task)
		return JUDGED_BEFORE;
	f.addr = c->addr;
	f.va = c->va;
	f.mm = s->mm;
	f.pid = s->pid;
	f.root = s->root;
	f.level = d ? (s->top - d) & 7 : KPKEYS_PPA_LEVEL_PGD;
	if ((d < s->top || !d) && !copy_table(s, d))
		f.flags = TABLE_UNREADABLE;
	look_at_page(s, c->addr, &f);
	if (!same_chain(s, d))
		return JUDGED_CHANGED;

	if (!word)
		s->counts.outside++;
	else
		*word |= bit;
	if (f.flags & (TABLE_UNREADABLE | TABLE_NO_LEAF))
		s->counts.unreadable++;
	if (!again)
		count_table(s, &f);
	if (s->target == c->addr) {
		f.kind = SCOPE_TARGET;
		report(s, &f);
	} else if (s->target == ~0ULL && !s->collect &&
		   (f.class == SCOPE_EARLY || f.flags & ~SCOPE_RESERVED) &&
		   f.class != SCOPE_READ_ONLY) {
		report(s, &f);
	}
	return f.flags & TABLE_UNREADABLE ? JUDGED_BEFORE : JUDGED;
}

/* Entry @index of the table of depth @d says @desc, which is a table. */
GLOBAL int descend(struct scope_state *s NONNULL, u32 d, u32 index, u64 desc)
{
	struct scope_level *l = &s->levels[d & 7], *c = &s->levels[(d + 1) & 7];

	c->at = l->table + 8 * (u64)index;
	c->va = l->va + ((u64)index << level_shift(&s->layout, s->top - d));
	for (int i = 0; i < SCOPE_RETRIES; i++) {
		int judged;

		c->desc = desc;
		c->addr = desc_addr(&s->layout, desc);
		c->table = table_address(&s->layout, c->addr);
		judged = judge(s, d + 1);
		if (judged == JUDGED && d + 1 < s->top) {
			c->index = 0;
			c->end = table_entries(&s->layout);
			s->depth = (d + 1) & 7;
		}
		if (judged != JUDGED_CHANGED)
			return 0;
		if (!same_chain(s, d)) {
			/* This table is gone, with all that is below it. */
			s->counts.gone++;
			l->index = l->end;
			return 0;
		}
		if (!read_word(c->at, &desc) || !is_table(desc)) {
			s->counts.gone++;
			return 0;
		}
		s->counts.retries++;
	}
	s->counts.dropped++;
	return 0;
}

/* On to the next entry that leads to a table, and there. */
GLOBAL int step(struct scope_state *s NONNULL)
{
	u32 d = s->depth & 7, copy_key = d;
	struct scope_copy *copy = bpf_map_lookup_elem(&copies, &copy_key);
	struct scope_level *l = &s->levels[d];
	int i, first = l->index, end = l->end;
	u64 desc = 0;
	u32 index = 0;

	if (!copy)
		return 0;
	bpf_for(i, first, end) {
		index = i;
		barrier_var(index);
		index &= SCOPE_ENTRIES - 1;
		desc = copy->entry[index];
		if (is_table(desc))
			break;
		desc = 0;
	}
	if (desc) {
		l->index = index + 1;
		return descend(s, d, index, desc);
	}
	if (!d)
		s->idle = 1;
	else
		s->depth = d - 1;
	return 0;
}

/* Which entries does this root have, and what does the first of them map? */
static __always_inline void set_extent(struct scope_state *s,
				       struct scope_level *l)
{
	u32 used = 1U << ((s->layout.va_bits - s->layout.pgdir_shift) & 31);
	u32 all = s->layout.pgd_size / 8;

	s->top = s->layout.levels - 1;
	l->va = 0;
	l->index = 0;
	l->end = used < all ? used : all;
	if (s->root == SCOPE_ROOT_IDMAP) {
		/* Made for 48 bits, whatever the others have. */
		s->top = 44 / (s->layout.page_shift - 3) - 1;
		l->end = 1U << ((48 - level_shift(&s->layout, s->top)) & 31);
	} else if (s->root == SCOPE_ROOT_INIT || s->root == SCOPE_ROOT_TRAMP) {
		/* The kernel's half is the end of the root. */
		l->va = -((u64)all << (s->layout.pgdir_shift & 63));
		l->index = all - l->end;
		l->end = all;
	}
}

/*
 * Begin at the root that is read at @table. The word at @at points to it; 0 if
 * it is a symbol.
 */
GLOBAL int begin(struct scope_state *s NONNULL, u64 table, u64 at)
{
	struct scope_level *l = &s->levels[0];

	s->depth = 0;
	s->idle = 1;
	l->at = at;
	l->desc = table;
	/* A pointer to the kernel's half may carry a tag in its first byte. */
	if (table & BIT_ULL(55))
		table |= 0xffULL << 56;
	l->table = table;
	set_extent(s, l);
	if (table >= s->layout.page_offset && table < s->layout.page_end)
		l->addr = table - s->layout.page_offset + s->layout.memstart;
	else
		l->addr = table - s->layout.image_voffset;
	switch (judge(s, 0)) {
	case JUDGED:
		s->idle = 0;
		break;
	case JUDGED_CHANGED:
		s->counts.gone++;
		break;
	}
	return 0;
}

GLOBAL int next_root(struct scope_state *s NONNULL)
{
	struct mm_struct *mm;
	u64 pgd = 0;

	s->root = s->next_root++;
	switch (s->root) {
	case SCOPE_ROOT_INIT:
		return begin(s, (u64)&swapper_pg_dir, 0);
	case SCOPE_ROOT_EFI:
		mm = (void *)&efi_mm;
		if (!mm || bpf_core_read(&pgd, sizeof(pgd), &mm->pgd) || !pgd)
			return 0;
		return begin(s, pgd, (u64)&mm->pgd);
	case SCOPE_ROOT_TRAMP:
		return &tramp_pg_dir ? begin(s, (u64)&tramp_pg_dir, 0) : 0;
	case SCOPE_ROOT_IDMAP:
		return &idmap_pg_dir ? begin(s, (u64)&idmap_pg_dir, 0) : 0;
	case SCOPE_ROOT_RESERVED:
		return &reserved_pg_dir ? begin(s, (u64)&reserved_pg_dir, 0) : 0;
	default:
		s->finished = 1;
		return 0;
	}
}

/* Begin a pass. What was reached in the last one has been forgotten. */
SEC("iter/task")
int prepare(struct bpf_iter__task *ctx)
{
	struct scope_state *s = run_now(ctx);

	if (!s)
		return 0;
	s->have_symbols = &kpkeys_layout ? !!&swapper_pg_dir : 0;
	if (!s->have_symbols)
		return 0;
	read_layout(&s->layout);
	s->next_root = SCOPE_ROOT_INIT;
	s->idle = 1;
	s->finished = 0;
	return 0;
}

/* The tables of the kernel, a part of them in each run. */
SEC("iter/task")
int kernel_tables(struct bpf_iter__task *ctx)
{
	struct scope_state *s = run_now(ctx);
	int i;

	if (!s)
		return 0;
	s->task = 0;
	s->mm = 0;
	s->pid = 0;
	bpf_for(i, 0, SCOPE_STEPS) {
		if (s->finished)
			break;
		if (s->idle)
			next_root(s);
		else
			step(s);
	}
	return 0;
}

/*
 * The tables of each process, all of one in one run. Threads share them: they
 * are read for the first thread, or for any that has outlived it.
 */
SEC("iter/task")
int user_tables(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *leader;
	struct scope_state *s = get_state();
	struct mm_struct *mm;
	u64 pgd = 0;
	int i;

	if (!task || !s)
		return 0;
	mm = BPF_CORE_READ(task, mm);
	leader = BPF_CORE_READ(task, group_leader);
	if (!mm || (leader != task && BPF_CORE_READ(leader, mm)))
		return 0;
	if (bpf_core_read(&pgd, sizeof(pgd), &mm->pgd) || !pgd)
		return 0;
	s->task = (u64)task;
	s->mm = (u64)mm;
	s->pid = BPF_CORE_READ(task, tgid);
	s->root = SCOPE_ROOT_USER;
	s->counts.processes++;
	begin(s, pgd, (u64)&mm->pgd);
	bpf_for(i, 0, SCOPE_USER_STEPS) {
		if (s->idle)
			break;
		step(s);
	}
	s->counts.cut += !s->idle;
	return 0;
}

/* --- the scan of the linear map --- */

/*
 * A page with a key that no walk has reached. That is right for a table that
 * waits: deposited for a huge page, or on its way to or from its place. A free
 * page is looked at twice, so that none that is just being made a table
 * counts.
 */
GLOBAL int judge_keyed(struct scope_state *s NONNULL, u64 addr, u64 at)
{
	const struct walk_layout *l = &s->layout;
	struct scope_found f = { .addr = addr, .kind = SCOPE_STRAY };
	u32 type = ~0U, free = 0;
	u64 flags = 0, now = 0;

	for (int i = 0; i < 2; i++) {
		if (!read_word(at, &now) || !(now & DESC_VALID) ||
		    !(now & DESC_KEY))
			return 0;
		if (!read_type(l, addr, &type))
			f.flags |= TABLE_NO_TYPE;
		free += type >> 24 == l->pgty_buddy;
	}
	if (!(f.flags & TABLE_NO_TYPE) && type >> 24 == l->pgty_table) {
		s->counts.unlinked++;
		return 0;
	}
	read_word(struct_page(l, addr), &flags);
	if (is_reserved(flags))
		f.flags |= SCOPE_RESERVED;
	if (!read_word(at, &now) || !(now & DESC_KEY))
		return 0;
	f.leaf = now;
	f.page_type = type;
	if (free == 2)
		f.kind = SCOPE_FREE;
	report(s, &f);
	return 0;
}

/* Must this page, which is a table, carry the key in the linear map? */
static __always_inline bool wants_key(const struct walk_layout *l, u64 addr)
{
	u32 type = ~0U;

	if (!in_image(l, addr))
		return true;
	read_type(l, addr, &type);
	return scope_class(l, addr, type) != SCOPE_READ_ONLY;
}

/* A leaf of the linear map that maps @addr and stands @at. */
GLOBAL int judge_leaf(struct scope_state *s NONNULL, u64 addr, u64 leaf,
		      u64 at)
{
	u64 bit, *word = reached_word(s, addr, &bit);
	bool table = word && *word & bit;

	if (s->collect && table && !desc_protected(&s->layout, leaf) &&
	    wants_key(&s->layout, addr)) {
		struct scope_found f = {
			.addr = addr, .leaf = leaf, .kind = SCOPE_LATE,
		};

		report(s, &f);
		return 0;
	}
	/* Not all of the static area need be tables, but it is all keyed. */
	if (s->collect || table || in_static_area(&s->layout, addr))
		return 0;
	return judge_keyed(s, addr, at);
}

static __always_inline void report_block(struct scope_state *s,
					 const struct walk_page *p)
{
	struct scope_found f = {
		.addr = desc_addr(&s->layout, p->leaf),
		.leaf = p->leaf,
		.page_type = ~0U,
		.kind = SCOPE_STRAY,
	};

	report(s, &f);
}

/* Scan what one last-level table of the linear map maps, from scan_at on. */
GLOBAL int scan_table(struct scope_state *s NONNULL)
{
	const struct walk_layout *l = &s->layout;
	u64 va = linear_address(l, s->scan_at), span, table;
	u32 copy_key = SCAN_COPY;
	int i, end = table_entries(l);
	struct scope_copy *copy = bpf_map_lookup_elem(&copies, &copy_key);
	struct walk_page p;

	span = 1ULL << level_shift(l, 1);
	s->scan_at += span - (va & (span - 1));
	look_up(s, va, &p);
	if (p.depth + 1 < l->levels) {
		/* Nothing, or a block: no such has a key. */
		if (p.flags & TABLE_NO_LEAF)
			s->counts.unreadable++;
		else if (!p.flags && p.leaf & DESC_KEY)
			report_block(s, &p);
		return 0;
	}
	table = s->cached_table;
	if (!copy || !copy_from(copy, table, (u64)end * 8)) {
		s->counts.unreadable++;
		return 0;
	}
	s->counts.leaves += table_entries(l);
	bpf_for(i, 0, end) {
		u32 index = i;
		u64 leaf;

		barrier_var(index);
		index &= SCOPE_ENTRIES - 1;
		leaf = copy->entry[index];
		if (leaf & DESC_VALID && (leaf & DESC_KEY || s->collect))
			judge_leaf(s, desc_addr(l, leaf), leaf, table + 8 * index);
	}
	return 0;
}

SEC("iter/task")
int scan(struct bpf_iter__task *ctx)
{
	struct scope_state *s = run_now(ctx);
	int i;

	if (!s)
		return 0;
	/* At most a record for each page of these. */
	bpf_for(i, 0, 32) {
		if (s->scan_at >= s->scan_end)
			break;
		scan_table(s);
	}
	return 0;
}

/* --- lookup --- */

/*
 * What maps look_va, and what the linear map and the struct page say of the
 * page: that one, or look_page where the tool knows it without.
 */
SEC("iter/task")
int look(struct bpf_iter__task *ctx)
{
	struct scope_state *s = run_now(ctx);
	const struct walk_layout *l;
	u64 page, span;

	if (!s)
		return 0;
	l = &s->layout;
	look_up(s, s->look_va, &s->at_va);
	page = s->look_page;
	if (page == ~0ULL) {
		if (s->at_va.flags)
			return 0;
		span = 1ULL << level_shift(l, l->levels - 1 - s->at_va.depth);
		page = desc_addr(l, s->at_va.leaf) & -span;
		page += s->look_va & (span - 1);
		page &= -(1ULL << (l->page_shift & 63));
	}
	s->look_page = page;
	s->cached_va = 0;
	look_up(s, linear_address(l, page), &s->at_linear);
	if (!read_type(l, page, &s->page_type) ||
	    !read_word(struct_page(l, page), &page))
		s->at_linear.flags |= TABLE_NO_TYPE;
	else if (is_reserved(page))
		s->at_linear.flags |= SCOPE_RESERVED;
	return 0;
}
