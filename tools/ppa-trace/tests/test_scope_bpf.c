// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the BPF program that walks all page tables hold back what it read of a
 * table that went away meanwhile, and nothing else?
 *
 * The program itself, compiled for this machine, walks tables that are made up
 * here. A hook changes them at the worst moment: when the descriptor is read
 * that says whether a table has its key.
 */
#include "scope.h"
#include "test.h"

struct kpkeys_layout kpkeys_layout;
struct mm_struct efi_mm;

/* The kernel image: four root tables, which are read-only data. */
static u64 image[4][512] __attr(aligned(4096));
#define swapper_pg_dir image[0]
#define tramp_pg_dir image[1]
#define idmap_pg_dir image[2]
#define reserved_pg_dir image[3]

/* Whether the kernel has these is a question for the linker of BPF. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Waddress"
#include "scope.bpf.c"
#pragma GCC diagnostic pop

#define BASE 0x40000000ULL
#define MEMORY(n) (BASE + (n) * SIM_PAGE)
#define LINEAR 0xffff000000000000ULL
#define VMEMMAP (0xfffffdffbf000000ULL)
#define IMAGE 0x48000000ULL
#define LINK (DESC_VALID | DESC_TABLE)

/*
 * Memory. The first three tables map all of it; those of a process; pages that
 * are no tables.
 */
enum {
	PUD, PMD, PTE,
	USER_PGD, USER_PUD, USER_PMD, USER_PTE, USER_PTE2,
	PAGE_A, PAGE_B,
	NPAGES = 16,
};

struct kpkeys_layout kpkeys_layout = {
	.page_offset = LINEAR,
	.page_end = 0xffff800000000000ULL,
	.memstart = BASE,
	.vmemmap_base = VMEMMAP,
	.image_start = IMAGE,
	.image_end = IMAGE + sizeof(image),
	.static_start = IMAGE + sizeof(image),
	.static_end = IMAGE + sizeof(image),
	.pte_addr_low = 0x0000fffffffff000ULL,
	.pgd_size = sizeof(image[0]),
	.page_shift = 12,
	.pgdir_shift = 39,
	.levels = 4,
	.va_bits = 48,
	.backend = KPKEYS_BACKEND_PIE,
};

static u64 memory[NPAGES][512];
static u32 types[NPAGES];	/* of the struct pages */
static int hidden;		/* this page cannot be read; -1: all can */
static void (*hook)(void);	/* called when hook_at is read, */
static const void *hook_at;
static int hook_times;		/* so often */
static bool restless;		/* called for both last tables of the process */
static struct scope_state the_state;
static struct scope_copy the_copies[8];
static u64 bits[1];
static struct mm_struct the_mm, other_mm;
static struct task_struct the_task, the_thread;
static struct scope *judging;
static struct model *model;
static struct sim sim;
static u64 reports;

void *bpf_map_lookup_elem(void *map, const void *key)
{
	u32 i = *(const u32 *)key;

	if (map == &states)
		return &the_state;
	if (map == &copies)
		return &the_copies[i];
	return i < ARRAY_SIZE(bits) ? &bits[i] : NULL;
}

unsigned long long bpf_get_current_pid_tgid(void)
{
	return 0;
}

void *bpf_ringbuf_reserve(void *r, unsigned long long size,
			  unsigned long long flags)
{
	(void)r;
	(void)size;
	(void)flags;
	return NULL;
}

void bpf_ringbuf_submit(void *data, unsigned long long flags)
{
	(void)data;
	(void)flags;
}

long bpf_ringbuf_output(void *r, void *data, unsigned long long size,
			unsigned long long flags)
{
	(void)r;
	(void)flags;
	assert_int_equal(size, sizeof(struct scope_found));
	reports++;
	scope_found(judging, data);
	return 0;
}

static long read_struct_page(void *to, unsigned int size, u64 at)
{
	u64 n = (at - VMEMMAP) / 64 - (BASE >> 12);

	/* The flags come first; of all fields only the type is 4 bytes long. */
	if (size == 4)
		memcpy(to, &types[n < NPAGES ? n : 0], size);
	else if (n < 3)
		*(u64 *)to = 1ULL << SIM_PG_reserved;
	return 0;
}

static bool within(u64 at, const void *object, size_t size)
{
	return at - (u64)object < size;
}

long bpf_probe_read_kernel(void *to, unsigned int size, const void *from)
{
	u64 at = (u64)from;

	memset(to, 0, size);
	if (at >= VMEMMAP)
		return read_struct_page(to, size, at);
	if (within(at, image, sizeof(image)) ||
	    within(at, &the_mm, sizeof(the_mm)) ||
	    within(at, &efi_mm, sizeof(efi_mm))) {
		memcpy(to, from, size);
		return 0;
	}
	at -= LINEAR;
	if (at >= sizeof(memory) || (int)(at / SIM_PAGE) == hidden)
		return -14;
	memcpy(to, (char *)memory + at, size);
	from = (char *)memory + at;
	if (hook_times && (from == hook_at ||
			   (restless && (from == &memory[PTE][USER_PTE] ||
					 from == &memory[PTE][USER_PTE2])))) {
		hook_times--;
		hook();
	}
	return 0;
}

static void open_boot(void)
{
	hidden = -1;
	hook_times = 0;
	reports = 0;
	memset(&the_state, 0, sizeof(the_state));
	memset(memory, 0, sizeof(memory));
	memset(types, 0xff, sizeof(types));
	kpkeys_layout.image_voffset = (u64)image - IMAGE;
	swapper_pg_dir[0] = MEMORY(PUD) | LINK;
	memory[PUD][0] = MEMORY(PMD) | LINK;
	memory[PMD][0] = MEMORY(PTE) | LINK;
	for (int i = 0; i < NPAGES; i++)
		memory[PTE][i] = MEMORY(i) | LINK;
	for (int i = PUD; i <= USER_PTE2; i++)
		memory[PTE][i] = MEMORY(i) | SIM_KEYED;
	for (int i = USER_PGD; i <= USER_PTE2; i++)
		types[i] = 0xf2000000;
	memory[USER_PGD][0] = MEMORY(USER_PUD) | LINK;
	memory[USER_PUD][0] = MEMORY(USER_PMD) | LINK;
	memory[USER_PMD][0] = MEMORY(USER_PTE) | LINK;
	memory[USER_PMD][9] = MEMORY(USER_PTE2) | LINK;
	/* A huge page, which is no table. */
	memory[USER_PMD][10] = MEMORY(PAGE_A) | DESC_VALID;

	the_mm.pgd = (void *)(LINEAR + USER_PGD * SIM_PAGE);
	the_task.mm = &the_mm;
	the_task.group_leader = &the_task;
	the_task.tgid = 17;

	sim_open(&sim, 1024);
	for (int i = 0; i < 3; i++)
		sim_alloc(&sim, MEMORY(i), 2 - i);
	sim_boot(&sim);
	model = test_model(&sim);
	judging = scope_new(model);
	assert_non_null(judging);
}

/* One try, as source_scope.c makes it. */
static void one_try(bool collect)
{
	struct bpf_iter__task end = { 0 }, task = { .task = &the_task };

	memset(&the_state, 0, sizeof(the_state));
	memset(bits, 0, sizeof(bits));
	the_state.first_page = BASE >> 12;
	the_state.pages = NPAGES;
	the_state.target = ~0ULL;
	the_state.scan_at = BASE;
	the_state.scan_end = MEMORY(NPAGES);
	the_state.collect = collect;
	prepare(&end);
	if (!judging->begun)
		assert_true(scope_begin(judging, &the_state.layout));
	scope_begin_try(judging);
	while (!the_state.finished)
		kernel_tables(&end);
	user_tables(&task);
	user_tables(&end);
	if (collect && hook_times)
		hook();
	while (the_state.scan_at < the_state.scan_end)
		scan(&end);
	/* The image is no part of the memory that this test has. */
	assert_int_equal(the_state.counts.outside, 4);
	the_state.counts.outside = 0;
}

static int verdict(void)
{
	do {
		one_try(judging->collect);
	} while (scope_end_try(judging, &the_state.counts, NULL));
	return scope_verdict(judging);
}

static void end(void)
{
	scope_free(judging);
	test_end(model, &sim);
}

static u64 regular(void)
{
	return scope_tables(judging, SCOPE_REGULAR);
}

static void good(void **state)
{
	(void)state;
	open_boot();
	assert_int_equal(verdict(), 0);
	assert_int_equal(judging->tries, 1);
	assert_int_equal(regular(), 5);
	assert_int_equal(scope_keyed(judging, SCOPE_REGULAR), 5);
	assert_int_equal(scope_tables(judging, SCOPE_READ_ONLY), 4);
	assert_int_equal(scope_keyed(judging, SCOPE_READ_ONLY), 0);
	assert_int_equal(judging->counts.processes, 1);
	assert_int_equal(judging->counts.tables[SCOPE_REGULAR][KPKEYS_PPA_LEVEL_PGD], 1);
	assert_int_equal(judging->counts.tables[SCOPE_REGULAR][KPKEYS_PPA_LEVEL_PTE], 2);
	end();
}

static void no_key(void **state)
{
	(void)state;
	for (int i = USER_PGD; i <= USER_PTE2; i++) {
		open_boot();
		memory[PTE][i] &= ~DESC_KEY;
		assert_int_equal(verdict(), 1);
		assert_int_equal(judging->checks[SCOPE_CHECK_TABLE_KEYED].bad, 1);
		assert_int_equal(judging->checks[SCOPE_CHECK_TABLE_KEYED].off[0].addr,
				 MEMORY(i));
		end();
	}
	/* The key, without what makes it hold. */
	open_boot();
	memory[PTE][USER_PTE] |= DESC_UXN;
	assert_int_equal(verdict(), 1);
	end();
}

/* --- a table goes away while it is judged --- */

/* As munmap() does it: it is unlinked, and some time later has no key. */
static void free_last_table(void)
{
	memory[USER_PMD][0] = 0;
	memory[PTE][USER_PTE] &= ~DESC_KEY;
	types[USER_PTE] = ~0u;
}

static void freed_while_judged(void **state)
{
	(void)state;
	open_boot();
	memory[PTE][USER_PTE] &= ~DESC_KEY;
	hook = free_last_table;
	hook_at = &memory[PTE][USER_PTE];
	hook_times = 1;
	assert_int_equal(verdict(), 0);
	assert_int_equal(judging->tries, 1);
	assert_int_equal(judging->counts.gone, 1);
	assert_int_equal(reports, 3);	/* the early ones */
	assert_int_equal(regular(), 4);
	end();
}

/* Another table comes in its place: that one is judged. */
static void replace_last_table(void)
{
	memory[USER_PMD][0] = MEMORY(USER_PTE2) | LINK;
	memory[USER_PMD][9] = 0;
}

static void replaced_while_judged(void **state)
{
	(void)state;
	open_boot();
	memory[PTE][USER_PTE] &= ~DESC_KEY;
	types[USER_PTE] = ~0u;
	hook = replace_last_table;
	hook_at = &memory[PTE][USER_PTE];
	hook_times = 1;
	assert_int_equal(verdict(), 0);
	assert_int_equal(judging->counts.retries, 1);
	end();
}

/* A table above it goes away, with all that is below. */
static void free_upper_table(void)
{
	memory[USER_PUD][0] = 0;
	memory[PTE][USER_PMD] &= ~DESC_KEY;
	memory[PTE][USER_PTE] &= ~DESC_KEY;
	memory[PTE][USER_PTE2] &= ~DESC_KEY;
	for (int i = USER_PMD; i <= USER_PTE2; i++)
		types[i] = ~0u;
}

static void upper_freed_while_judged(void **state)
{
	(void)state;
	open_boot();
	hook = free_upper_table;
	hook_at = &memory[PTE][USER_PTE];
	hook_times = 1;
	assert_int_equal(verdict(), 0);
	assert_int_equal(judging->tries, 1);
	assert_int_equal(judging->counts.gone, 1);
	assert_int_equal(reports, 3);
	end();
}

static void end_process(void)
{
	the_task.mm = &other_mm;
	for (int i = USER_PGD; i <= USER_PTE2; i++) {
		memory[PTE][i] &= ~DESC_KEY;
		types[i] = ~0u;
	}
}

static void process_ends(void **state)
{
	(void)state;
	for (int i = USER_PGD; i <= USER_PTE2; i++) {
		open_boot();
		hook = end_process;
		hook_at = &memory[PTE][i];
		hook_times = 1;
		one_try(false);
		assert_int_equal(reports, 3);
		assert_true(the_state.counts.gone > 0);
		end();
	}
}

static void flip(void)
{
	memory[USER_PMD][0] ^= MEMORY(USER_PTE) ^ MEMORY(USER_PTE2);
}

/* A subtree that changes whenever it is looked at is told of. */
static void never_still(void **state)
{
	(void)state;
	open_boot();
	memory[USER_PMD][9] = 0;
	hook = flip;
	hook_times = 1000;
	hook_at = NULL;
	restless = true;
	one_try(false);
	restless = false;
	assert_int_equal(the_state.counts.retries, SCOPE_RETRIES);
	assert_int_equal(the_state.counts.dropped, 1);
	end();
}

/* --- pages --- */

static void stray(void **state)
{
	(void)state;
	open_boot();
	memory[PTE][PAGE_B] |= DESC_KEY & 1ULL << 60;
	assert_int_equal(verdict(), 1);
	assert_int_equal(judging->tries, SCOPE_STRAY_TRIES);
	assert_int_equal(judging->checks[SCOPE_CHECK_STRAY_KEY].off[0].addr,
			 MEMORY(PAGE_B));
	end();

	/* Deposited for a huge page, or on its way. */
	open_boot();
	memory[PTE][PAGE_B] = MEMORY(PAGE_B) | SIM_KEYED;
	types[PAGE_B] = 0xf2000000;
	assert_int_equal(verdict(), 0);
	assert_int_equal(judging->counts.unlinked, 1);
	end();

	open_boot();
	memory[PTE][PAGE_B] = MEMORY(PAGE_B) | SIM_KEYED;
	types[PAGE_B] = 0xf0000000;
	assert_int_equal(verdict(), 1);
	assert_int_equal(judging->tries, 1);
	assert_int_equal(judging->checks[SCOPE_CHECK_FREE_KEY].off[0].addr,
			 MEMORY(PAGE_B));
	end();
}

/* The key is reset between the copy and the second look. */
static void reset_key(void)
{
	memory[PTE][PAGE_B] &= ~DESC_KEY;
	types[PAGE_B] = 0xf0000000;
}

static void freed_while_scanned(void **state)
{
	(void)state;
	open_boot();
	memory[PTE][PAGE_B] = MEMORY(PAGE_B) | SIM_KEYED;
	types[PAGE_B] = 0xf2000000;
	hook = reset_key;
	hook_at = &memory[PTE][PAGE_B];
	hook_times = 1;
	assert_int_equal(verdict(), 0);
	assert_int_equal(reports, 3);
	end();
}

/* --- the rest --- */

static void unreadable(void **state)
{
	(void)state;
	open_boot();
	hidden = USER_PMD;
	assert_int_equal(verdict(), 3);
	assert_int_equal(judging->checks[SCOPE_CHECK_COMPLETE].status,
			 CHECK_UNPROVEN);
	for (int i = 0; i < SCOPE_CHECKS; i++)
		assert_int_equal(judging->checks[i].bad, 0);
	end();
}

/* KASAN links the same table everywhere: each is visited once. */
static void once(void **state)
{
	(void)state;
	open_boot();
	for (int i = 1; i < 512; i++)
		memory[PMD][i] = MEMORY(PTE) | LINK;
	assert_int_equal(verdict(), 0);
	assert_int_equal(judging->counts.tables[SCOPE_EARLY][0], 1);
	end();
}

/* Threads share their tables: only the first one counts, while it has some. */
static void threads(void **state)
{
	struct bpf_iter__task thread = { .task = &the_thread };

	(void)state;
	open_boot();
	one_try(false);
	the_thread.mm = &the_mm;
	the_thread.group_leader = &the_task;
	user_tables(&thread);
	assert_int_equal(the_state.counts.processes, 1);
	the_task.mm = NULL;
	user_tables(&thread);
	assert_int_equal(the_state.counts.processes, 2);
	end();
}

/* Collecting first accuses a table that was freed in between. */
static void collect(void **state)
{
	(void)state;
	open_boot();
	judging->collect = true;
	hook = free_last_table;
	hook_at = NULL;
	hook_times = 1;
	assert_int_equal(verdict(), 1);
	assert_int_equal(judging->checks[SCOPE_CHECK_TABLE_KEYED].off[0].addr,
			 MEMORY(USER_PTE));
	end();
}

TESTING(T(good), T(no_key), T(freed_while_judged), T(replaced_while_judged),
	T(upper_freed_while_judged), T(process_ends), T(never_still), T(stray),
	T(freed_while_scanned), T(unreadable), T(once), T(threads), T(collect));

int main(void)
{
	return RUN("scope_bpf", NULL, NULL);
}
