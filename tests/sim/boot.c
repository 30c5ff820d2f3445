// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a boot go through the allocator, and is it right after each step?
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/tracepoint.h>
#include <sim/machine.h>
#include <trace/events/kpkeys.h>

#include "../../kernel/mm/kpkeys.h"
#include "boot.h"
#include "check.h"
#include "statics.h"
#include "verdict.h"

struct boot boot;

/* Room for one more than @n in an array. */
static void *grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap * 2 + 64;
	return realloc(v, *cap * size);
}

void boot_reset(void)
{
	struct reference none = { };

	free(boot.ref.range);
	free(boot.rec);
	free(boot.page);
	free(boot.link);
	boot = (struct boot) { .ref = none };
	sim_reset();
}

static void record(struct boot_record r)
{
	if (!boot.logging)
		return;
	boot.rec = grow(boot.rec, boot.nrec, &boot.rec_cap,
			sizeof(*boot.rec));
	boot.rec[boot.nrec++] = r;
}

static void record_phase(unsigned int phase, u64 ticks, u64 count, u64 missed)
{
	record((struct boot_record) {
		.kind = SIM_kpkeys_ppa_phase, .level = phase, .ticks = ticks,
		.start = count, .size = missed,
	});
}

/* --- memory ------------------------------------------------------------------ */

void boot_memory(u64 base, u64 size, int nid)
{
	CHECK(!memblock_add_node(base, size, nid, MEMBLOCK_NONE));
}

bool boot_reserve(u64 base, u64 size)
{
	if (memblock_overlaps_region(&memblock.reserved, base, size))
		return false;
	CHECK(!memblock_reserve(base, size));
	boot.foreign += size;
	return true;
}

/* Is all of it reserved, and is it memory? */
static bool covered(struct memblock_type *type, u64 start, u64 end)
{
	unsigned long i;

	for (i = 0; i < type->cnt && start < end; i++) {
		u64 base = type->regions[i].base;

		if (start >= base && start - base < type->regions[i].size)
			start = base + type->regions[i].size;
	}
	return start >= end;
}

/* Can memblock give a page of @nid? */
static bool page_is_free(int nid)
{
	phys_addr_t start, end, limit = memblock_get_current_limit();
	u64 i;

	for_each_free_mem_range(i, nid, MEMBLOCK_NONE, &start, &end, NULL) {
		start = PAGE_ALIGN(start < PAGE_SIZE ? PAGE_SIZE : start);
		if (end > limit)
			end = limit;
		if (start < end && end - start >= PAGE_SIZE)
			return true;
	}
	return false;
}

/* --- invariants ---------------------------------------------------------------- */

static void check_ranges(void)
{
	unsigned int i;
	u64 bytes = 0;

	CHECK_EQ(ppa_nr_ranges, boot.ref.n);
	CHECK_EQ(kpkeys_ppa_nr_ranges(), ppa_nr_ranges);
	CHECK_EQ(kpkeys_ppa_nr_overflows(), boot.overflows);
	CHECK(ppa_nr_ranges <= kpkeys_ppa_capacity());
	for (i = 0; i < ppa_nr_ranges; i++) {
		const struct ref_range *r = &ppa_ranges[i];

		CHECK_EQ(r->start, boot.ref.range[i].start);
		CHECK_EQ(r->end, boot.ref.range[i].end);
		CHECK(r->start < r->end && !(r->start % PAGE_SIZE) &&
		      !(r->end % PAGE_SIZE), "range %u", i);
		CHECK(!i || ppa_ranges[i - 1].end < r->start,
		      "ranges %u and %u touch or are out of order", i - 1, i);
		CHECK(covered(&memblock.reserved, r->start, r->end),
		      "range %u is not reserved", i);
		CHECK(covered(&memblock.memory, r->start, r->end),
		      "range %u is not memory", i);
		bytes += r->end - r->start;
	}
	CHECK_EQ(bytes, (boot.tracked - boot.overflows) * PAGE_SIZE);
}

/* What is reserved is what others have, and the log, and pages, and a run. */
static void check_reserved(void)
{
	u64 rest = ppa_run.end - ppa_run.start;

	CHECK_EQ(memblock_reserved_size(),
		 boot.foreign + kpkeys_log.size + boot.npages * PAGE_SIZE +
		 rest + (ppa_held_page ? PAGE_SIZE : 0));
}

void boot_check(void)
{
	check_ranges();
	check_reserved();
}

/* --- the steps of a boot --------------------------------------------------------- */

void boot_paging_begin(void)
{
	ref_init(&boot.ref, kpkeys_ppa_capacity());
	kpkeys_ppa_setup();
	kpkeys_ppa_paging_begin();
	boot.logging = kpkeys_log.state != KPKEYS_LOG_OFF;
	boot.log_at_start = kpkeys_log.size;
	CHECK_EQ(sim.reads, sim.enabled ? 2 : 1);
	record_phase(KPKEYS_PPA_PHASE_SETUP, sim.read[0], 0, 0);
	if (sim.enabled)
		record_phase(KPKEYS_PPA_PHASE_PAGING_BEGIN, sim.read[1], 0, 0);
	boot_check();
}

/* Allocation @number was stamped on entry, or not. */
static void check_sample(size_t number, bool stamped)
{
	size_t block = number / KPKEYS_LOG_SAMPLE;

	if (stamped) {
		CHECK(boot.entry_block <= block + 1, "block %zu", block);
		boot.entry_block = block + 1;
		CHECK_EQ(number % KPKEYS_LOG_SAMPLE, block % KPKEYS_LOG_SAMPLE);
	} else if (number % KPKEYS_LOG_SAMPLE == KPKEYS_LOG_SAMPLE - 1) {
		CHECK(boot.entry_block == block + 1,
		      "none of block %zu is stamped", block);
	}
}

static void check_page(phys_addr_t page)
{
	size_t i;

	CHECK(!(page % PAGE_SIZE));
	CHECK(covered(&memblock.reserved, page, page + PAGE_SIZE));
	CHECK(covered(&memblock.memory, page, page + PAGE_SIZE));
	if (boot.sparse)
		return;
	for (i = 0; i < boot.npages; i++)
		CHECK(boot.page[i] != page, "page %zu again", i);
}

static void note_page(phys_addr_t page, unsigned int level, u64 ticks)
{
	struct ref_range range;
	size_t number = boot.npages;
	int join;

	check_page(page);
	boot.page = grow(boot.page, boot.npages, &boot.page_cap,
			 sizeof(*boot.page));
	boot.page[boot.npages++] = page;
	if (kpkeys_test_hit(kpkeys_test.untracked, number))
		return;

	boot.tracked++;
	join = ref_add(&boot.ref, page, &range);
	boot.overflows += join == REF_OVERFLOW;
	record((struct boot_record) {
		.kind = join == REF_OVERFLOW ? SIM_kpkeys_ppa_overflow :
					       SIM_kpkeys_ppa_alloc,
		.level = level, .join = join, .ticks = ticks, .addr = page,
		.start = range.start, .size = range.end - range.start,
	});
}

static void check_node(phys_addr_t page, int nid, bool could)
{
	if (nid == NUMA_NO_NODE || kpkeys_test.scatter || !could)
		return;
	CHECK_EQ(early_pfn_to_nid(PHYS_PFN(page)), nid);
}

static phys_addr_t alloc(unsigned int level, int nid, bool any)
{
	size_t reads = sim.reads, number = boot.npages;
	bool could = nid != NUMA_NO_NODE && page_is_free(nid);
	bool tracked = !kpkeys_test_hit(kpkeys_test.untracked, number);
	bool quick = ppa_run.quick && nid == NUMA_NO_NODE;
	u64 before = kpkeys_log.ticks;
	bool stamped;
	phys_addr_t page;

	page = any ? kpkeys_physmem_pgtable_alloc() :
		     kpkeys_physmem_pgtable_alloc_level(level, nid);
	reads = sim.reads - reads;
	/* After a long pause the short way ends where the counter has been read. */
	if (boot.logging && quick &&
	    (sim.read[sim.reads - reads] - before) >> KPKEYS_LOG_DTICKS_BITS)
		reads--;
	stamped = boot.logging && reads == 1 + (page && tracked);
	if (boot.logging) {
		CHECK_EQ(reads, stamped + (page && tracked));
		if (stamped)
			record_phase(KPKEYS_PPA_PHASE_ALLOC_ENTRY,
				     sim.read[sim.reads - reads],
				     boot.tracked, 0);
		if (page)
			check_sample(number, stamped);
	} else {
		CHECK_EQ(reads, 0);
	}
	if (!page) {
		CHECK(!page_is_free(NUMA_NO_NODE), "there are free pages");
		return 0;
	}
	check_node(page, nid, could);
	note_page(page, level, boot.logging && tracked ?
		  sim.read[sim.reads - 1] : 0);
	if (!boot.sparse || boot.npages % 4096 == 0)
		boot_check();
	return page;
}

phys_addr_t boot_alloc(unsigned int level, int nid)
{
	return alloc(level, nid, false);
}

phys_addr_t boot_alloc_any(void)
{
	return alloc(KPKEYS_PPA_LEVEL_UNKNOWN, NUMA_NO_NODE, true);
}

void boot_link(phys_addr_t page)
{
	unsigned long addr = sim_page_offset() +
			     ((unsigned long)boot.nlinks << PMD_SHIFT);

	boot.link = grow(boot.link, boot.nlinks, &boot.link_cap,
			 sizeof(*boot.link));
	boot.link[boot.nlinks++] = (struct boot_link) { page, addr };
	sim_link(addr, page);
}

void boot_paging_end(void)
{
	size_t reads = sim.reads;

	kpkeys_ppa_paging_end();
	CHECK(!sim.windows, "the window is still open");
	CHECK_EQ(sim.reads - reads, sim.enabled);
	if (sim.enabled)
		record_phase(KPKEYS_PPA_PHASE_PAGING_END, sim.last_ticks, 0, 0);
}

void boot_release(void)
{
	unsigned int warnings = sim.warnings;

	kpkeys_ppa_release();
	sim_protect_log();
	if (sim.enabled) {
		/* What was held back is memblock's again. */
		ppa_held_page = 0;
		boot_check();
		CHECK_EQ(ppa_run.end, ppa_run.start);
	}
	CHECK(!kpkeys_physmem_pgtable_alloc_level(0, NUMA_NO_NODE));
	CHECK(!kpkeys_physmem_pgtable_alloc());
	CHECK_EQ(sim.warnings, warnings + 2);
}

static bool linked_in_shadow(const struct boot_link *l)
{
	return l->addr >= sim.shadow_start && l->addr < sim.shadow_end;
}

/* Does the linear map not show this page? */
static bool out_of_sight(phys_addr_t page)
{
	return sim.blind && ((unsigned long)__va(page) & PMD_MASK) ==
			    (sim.blind & PMD_MASK);
}

/* Did the ranges alone bring the key to this page? */
static bool keyed_by_ranges(phys_addr_t page, size_t range_calls)
{
	size_t i;

	for (i = 0; i < range_calls; i++) {
		const struct sim_keying *k = &sim.keyings[i];

		if (page < k->start || page - k->start >= k->pages * PAGE_SIZE)
			continue;
		if (k->error)
			return page < sim.keying_fails;
		return !(sim.keying_lies && k->pages == 1);
	}
	return false;
}

static void record_finalize(const struct sim_keying *k, int error)
{
	record((struct boot_record) {
		.kind = SIM_kpkeys_ppa_finalize, .ticks = k->begin,
		.addr = k->start, .size = k->pages * PAGE_SIZE,
		.duration = k->end - k->begin, .error = error,
	});
}

void boot_finalize(void)
{
	size_t reads = sim.reads, calls = 0, failed = 0, missed = 0, i;

	kpkeys_ppa_finalize();
	record_phase(KPKEYS_PPA_PHASE_FINALIZE_BEGIN, sim.read[reads],
		     boot.ref.n, 0);
	for (i = 0; i < boot.ref.n; i++) {
		const struct sim_keying *k;

		if (kpkeys_test_hit(kpkeys_test.skip_range, i))
			continue;
		CHECK(calls < sim.nr_keyings, "range %zu got no key", i);
		k = &sim.keyings[calls++];
		CHECK_EQ(k->start, boot.ref.range[i].start);
		CHECK_EQ(k->pages * PAGE_SIZE,
			 boot.ref.range[i].end - boot.ref.range[i].start);
		record_finalize(k, k->error);
	}
	for (i = 0; i < boot.nlinks && !kpkeys_test.nowalk; i++) {
		const struct boot_link *l = &boot.link[i];

		missed += (!keyed_by_ranges(l->phys, calls) ||
			   out_of_sight(l->phys)) && !linked_in_shadow(l);
		if (!sim_keyed(l->phys))
			failed++;
		else
			continue;
		CHECK(sim.keying_lies || sim.blind ||
		      l->phys == sim.keying_fails, "table %zu has no key", i);
	}
	for (i = calls; i < sim.nr_keyings; i++) {
		const struct sim_keying *k = &sim.keyings[i];

		CHECK_EQ(k->pages, 1);
		if (!k->error && sim_keyed(k->start) && !sim.blind)
			continue;
		record_finalize(k, k->error ?: -EFAULT);
		break;
	}
	CHECK(!failed || sim.errors, "nobody hears of it");
	record_phase(KPKEYS_PPA_PHASE_FINALIZE_END, sim.last_ticks,
		     kpkeys_test.nowalk ? 0 : boot.nlinks, missed);
	check_ranges();
}

void boot_handover(void)
{
	struct kobject *kobj = (void *)&boot;
	size_t reads = sim.reads;

	boot.first = 0;
	boot.count = ~0ULL;
	boot.seq = 0;
	/* The frame of this one comes while the call is under way. */
	boot.frames = 0;
	boot.records = 0;
	if (boot.logging)
		record_phase(KPKEYS_PPA_PHASE_HANDOVER, 0, boot.ref.n,
			     boot.overflows);
	/* When: only the replay itself shows; it is the first reading. */
	boot.last_id = 0;
	if (boot.logging)
		boot.rec[boot.nrec - 1].ticks = ~0ULL;
	kpkeys_replay_init(kobj);
	if (boot.logging)
		boot.rec[boot.nrec - 1].ticks = sim.read[reads];
	CHECK(kpkeys_log.used <= kpkeys_log.size);
}

void boot_finish(void)
{
	boot_paging_end();
	boot_release();
	boot_finalize();
	boot_handover();
}

/* --- what a replay sends ------------------------------------------------------------ */

static u64 ns_of(u64 ticks)
{
	return sim.freq ? (__uint128_t)ticks * 1000000000 / sim.freq : 0;
}

static bool listened(unsigned int kind)
{
	return sim.listening >> kind & 1;
}

/* Go over what nobody listens to. */
static void skip_unheard(void)
{
	while (boot.seq < boot.nrec) {
		const struct boot_record *r = &boot.rec[boot.seq];
		bool dropped = kpkeys_test_hit(kpkeys_test.drop_event, boot.seq);
		bool merge = r->kind == SIM_kpkeys_ppa_alloc && r->join;

		if (!boot.merge_next && listened(r->kind) && !dropped)
			return;
		if (merge && listened(SIM_kpkeys_ppa_merge) && !dropped) {
			boot.merge_next = true;
			return;
		}
		boot.merge_next = false;
		boot.seq++;
	}
}

/* The event that has come, for the tool's model. */
static struct sim_event event;

/* The record that the event that has come must be of. */
static const struct boot_record *take(unsigned int kind, u64 seq, u64 ticks,
				      u64 ns, u32 replay)
{
	const struct boot_record *r;

	event = (struct sim_event) {
		.kind = kind, .replay = replay, .seq = seq, .ticks = ticks,
		.ns = ns,
	};
	boot.events++;
	if (listened(SIM_kpkeys_ppa_replay)) {
		CHECK(boot.in_frame, "an event outside of a frame");
		CHECK_EQ(replay, boot.last_id);
	}
	skip_unheard();
	CHECK_EQ(seq, boot.seq);
	CHECK(seq >= boot.first && seq - boot.first < boot.count);
	r = &boot.rec[seq];
	CHECK_EQ(kind, boot.merge_next ? SIM_kpkeys_ppa_merge : r->kind);
	if (r->ticks != ~0ULL)
		CHECK_EQ(ticks, r->ticks);
	CHECK_EQ(ns, ns_of(ticks));
	if (boot.merge_next || r->kind != SIM_kpkeys_ppa_alloc || !r->join) {
		boot.merge_next = false;
		boot.seq++;
	} else {
		boot.merge_next = true;
		if (!listened(SIM_kpkeys_ppa_merge)) {
			boot.merge_next = false;
			boot.seq++;
		}
	}
	return r;
}

static void judge(void)
{
	if (boot.judged)
		CHECK(!verdict_add(&event));
}

void sim_got_kpkeys_ppa_alloc(const struct trace_event_raw_kpkeys_ppa_alloc *e)
{
	const struct boot_record *r = take(SIM_kpkeys_ppa_alloc, e->seq,
					   e->ticks, e->ns, e->replay);

	CHECK_EQ(e->addr, r->addr);
	CHECK_EQ(e->start, r->start);
	CHECK_EQ(e->size, r->size);
	CHECK_EQ(e->level, r->level);
	CHECK_EQ(e->join, r->join);
	event.addr = e->addr;
	event.start = e->start;
	event.size = e->size;
	event.level = e->level;
	event.join = e->join;
	judge();
}

void sim_got_kpkeys_ppa_merge(const struct trace_event_raw_kpkeys_ppa_merge *e)
{
	const struct boot_record *r = take(SIM_kpkeys_ppa_merge, e->seq,
					   e->ticks, e->ns, e->replay);

	CHECK_EQ(e->start, r->start);
	CHECK_EQ(e->size, r->size);
	CHECK_EQ(e->join, r->join);
	event.start = e->start;
	event.size = e->size;
	event.join = e->join;
	judge();
}

void sim_got_kpkeys_ppa_overflow(const struct trace_event_raw_kpkeys_ppa_overflow *e)
{
	const struct boot_record *r = take(SIM_kpkeys_ppa_overflow, e->seq,
					   e->ticks, e->ns, e->replay);

	CHECK_EQ(e->addr, r->addr);
	CHECK_EQ(e->level, r->level);
	CHECK_EQ(e->capacity, boot.ref.capacity);
	event.addr = e->addr;
	event.level = e->level;
	event.capacity = e->capacity;
	judge();
}

void sim_got_kpkeys_ppa_finalize(const struct trace_event_raw_kpkeys_ppa_finalize *e)
{
	const struct boot_record *r = take(SIM_kpkeys_ppa_finalize, e->seq,
					   e->ticks, e->ns, e->replay);
	u64 most = KPKEYS_LOG_FIN_TICKS;

	CHECK_EQ(e->start, r->addr);
	CHECK_EQ(e->size, r->size);
	CHECK_EQ(e->duration, ns_of(r->duration < most ? r->duration : most));
	CHECK_EQ(e->pkey, KPKEYS_PKEY_PGTABLES);
	CHECK_EQ(-e->error, -r->error);
	event.start = e->start;
	event.size = e->size;
	event.duration = e->duration;
	event.pkey = e->pkey;
	event.error = e->error;
	judge();
}

void sim_got_kpkeys_ppa_phase(const struct trace_event_raw_kpkeys_ppa_phase *e)
{
	const struct boot_record *r = take(SIM_kpkeys_ppa_phase, e->seq,
					   e->ticks, e->ns, e->replay);

	CHECK_EQ(e->phase, r->level);
	CHECK_EQ(e->count, r->start);
	CHECK_EQ(e->missed, r->size);
	event.count = e->count;
	event.missed = e->missed;
	event.phase = e->phase;
	judge();
}

/* What all records together make; the frames say how many of them are lost. */
static void check_totals(const struct trace_event_raw_kpkeys_ppa_replay *e)
{
	u64 n[SIM_kpkeys_ppa_replay] = { }, backwards = 0, last, i;

	for (i = 0; i < e->records; i++) {
		const struct boot_record *r = &boot.rec[i];

		n[r->kind]++;
		n[SIM_kpkeys_ppa_merge] += r->kind == SIM_kpkeys_ppa_alloc &&
					   r->join;
		if (i && r->ticks != ~0ULL)
			backwards += r->ticks < last;
		last = r->ticks;
	}
	CHECK_EQ(e->allocs, n[SIM_kpkeys_ppa_alloc]);
	CHECK_EQ(e->merges, n[SIM_kpkeys_ppa_merge]);
	CHECK_EQ(e->overflows, n[SIM_kpkeys_ppa_overflow]);
	CHECK_EQ(e->finalizes, n[SIM_kpkeys_ppa_finalize]);
	CHECK_EQ(e->phases, n[SIM_kpkeys_ppa_phase]);
	if (!e->lost && boot.rec[boot.nrec - 1].ticks != ~0ULL)
		CHECK_EQ(e->backwards, backwards);
}

static void check_header(const struct trace_event_raw_kpkeys_ppa_replay *e)
{
	CHECK_EQ(e->records + e->lost, boot.nrec);
	CHECK_EQ(e->freq, sim.freq);
	/* Nobody reads the counter after it was paired with the boot clock. */
	CHECK_EQ(e->ticks, sim.last_ticks);
	CHECK_EQ(e->boottime, 123456789);
	CHECK_EQ(e->page_shift, PAGE_SHIFT);
	CHECK_EQ(e->page_offset, kpkeys_layout.page_offset);
	CHECK_EQ(e->memstart, kpkeys_layout.memstart);
	CHECK_EQ(e->va_bits, kpkeys_layout.va_bits);
	CHECK_EQ(e->levels, kpkeys_layout.levels);
	CHECK_EQ(e->backend, kpkeys_layout.backend);
	CHECK_EQ(e->ram, memblock_phys_mem_size());
	CHECK_EQ(e->capacity, boot.ref.capacity);
	CHECK_EQ(e->log_bytes, kpkeys_log.used);
}

void sim_got_kpkeys_ppa_replay(const struct trace_event_raw_kpkeys_ppa_replay *e)
{
	check_header(e);
	check_totals(e);
	boot.records = e->records;
	boot.lost = e->lost;
	boot.backwards = e->backwards;
	boot.log_bytes = e->log_bytes;
	if (e->frame == KPKEYS_PPA_FRAME_BEGIN) {
		u64 first = boot.first < e->records ? boot.first : e->records;
		u64 left = e->records - first;

		CHECK(!boot.in_frame, "a frame in a frame");
		CHECK(e->replay > boot.last_id, "the id is not new");
		CHECK_EQ(e->first, first);
		CHECK_EQ(e->count, boot.count < left ? boot.count : left);
		boot.in_frame = true;
		boot.last_id = e->replay;
		boot.first = first;
		boot.count = e->count;
		boot.seq = first;
		boot.merge_next = false;
	} else {
		CHECK_EQ(e->frame, KPKEYS_PPA_FRAME_END);
		CHECK(boot.in_frame, "the end of no frame");
		CHECK_EQ(e->replay, boot.last_id);
		CHECK_EQ(e->first, boot.first);
		if (sim.listening == ~0U && kpkeys_test.drop_event < 0)
			CHECK_EQ(boot.seq, boot.first + e->count);
		CHECK(!boot.merge_next, "a merge event is missing");
		skip_unheard();
		CHECK(boot.seq >= boot.first + e->count, "records are missing");
		boot.count = e->count;
		boot.in_frame = false;
		boot.frames++;
	}
	event = (struct sim_event) {
		.kind = SIM_kpkeys_ppa_replay, .replay = e->replay,
		.frame64 = &e->first, .frame32 = &e->frame,
	};
	judge();
}

/* Where no frame says so, this is what will be sent. */
static void expect_window(u64 first, u64 count)
{
	u64 records = boot.nrec - kpkeys_log.lost;

	boot.first = first;
	boot.count = count;
	if (listened(SIM_kpkeys_ppa_replay))
		return;
	boot.seq = first < records ? first : records;
	boot.merge_next = false;
}

void boot_replay(u64 first, u64 count)
{
	char text[64];
	u64 frames = boot.frames;
	ssize_t ret;

	expect_window(first, count);
	snprintf(text, sizeof(text), "%llu %llu\n", (unsigned long long)first,
		 (unsigned long long)count);
	ret = sim_store("replay", text);
	CHECK(ret == (ssize_t)strlen(text), "the write said %zd", ret);
	if (listened(SIM_kpkeys_ppa_replay))
		CHECK_EQ(boot.frames, frames + 1);
}
