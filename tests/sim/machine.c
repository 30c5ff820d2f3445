// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the allocator run on? See sim/machine.h.
 *
 * The variables of the kernel files and of memblock lie in a section of their
 * own (gather), so that a new machine is a copy of what they were at the start.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <asm/sections.h>
#include <sim/replay.h>

#include "../../kernel/mm/kpkeys.h"
#include "check.h"
#include "statics.h"

struct sim sim;
struct kpkeys_layout kpkeys_layout;
struct kpkeys_test kpkeys_test;
char sim_text[1], sim_text_end[1];
jmp_buf sim_panicked;
bool movable_node_enabled;

/* --- the kernel's variables ------------------------------------------------ */

static u8 *pristine;

/* Byte by byte: what lies between the variables is not to be looked at. */
__attribute__((no_sanitize("address")))
static void copy_bytes(u8 *to, const u8 *from, size_t n)
{
	while (n--) {
		*to++ = *from++;
		/* The compiler must not make a memcpy() of it, which is looked at. */
		barrier();
	}
}

static void reset_variables(void)
{
	size_t n = __stop_simdata - __start_simdata;

	if (!pristine) {
		pristine = malloc(n);
		copy_bytes(pristine, __start_simdata, n);
	}
	copy_bytes(__start_simdata, pristine, n);
}

/* --- memory that can be looked at: the log, and the window on it ----------- */

static void *arena_map;
static size_t arena_map_size;
/* What of it is used: it begins with a page of the simulated size. */
static u8 *arena;
static size_t arena_size;
static phys_addr_t arena_phys;
static u8 *window;
static phys_addr_t window_phys;

static void drop_arena(void)
{
	if (arena)
		munmap(arena_map, arena_map_size);
	arena = NULL;
	free(window);
	window = NULL;
}

/* What firmware left there is not zero. */
#define GARBAGE 0xa5

static void need_arena(void)
{
	if (arena || !kpkeys_log.size || !kpkeys_log.phys)
		return;
	arena_size = kpkeys_log.size;
	arena_phys = kpkeys_log.phys;
	arena_map_size = arena_size + PAGE_SIZE;
	arena_map = mmap(NULL, arena_map_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(arena_map != MAP_FAILED, "no %zu bytes", arena_map_size);
	arena = (u8 *)PAGE_ALIGN((unsigned long)arena_map);
	if (arena_size <= 1 << 20)
		memset(arena, GARBAGE, arena_size);
}

static bool in_arena(phys_addr_t phys)
{
	return arena && phys >= arena_phys && phys - arena_phys < arena_size;
}

void *early_memremap(phys_addr_t phys, unsigned long size)
{
	need_arena();
	if (!sim.remaps_left)
		return NULL;
	if (sim.remaps_left > 0)
		sim.remaps_left--;
	CHECK_EQ(size, PAGE_SIZE);
	CHECK(in_arena(phys) && in_arena(phys + size - 1),
	      "window on page %lu, which is not the log's", PHYS_PFN(phys));
	CHECK(!sim.windows, "a second window");
	CHECK(memblock_is_region_reserved(phys, size), "the log is not reserved");
	sim.windows++;
	window = aligned_alloc(size, size);
	CHECK(window, "no %lu bytes", size);
	window_phys = phys;
	memset(window, GARBAGE, size);
	return window;
}

void early_memunmap(void *addr, unsigned long size)
{
	CHECK(addr == window && size == PAGE_SIZE, "not the window's");
	memcpy(arena + (window_phys - arena_phys), window, size);
	free(window);
	window = NULL;
	sim.windows--;
}

void sim_protect_log(void)
{
	if (arena && kpkeys_log.size < arena_size)
		mprotect(arena + kpkeys_log.size, arena_size - kpkeys_log.size,
			 PROT_NONE);
}

void sim_free_reserved_area(void *start, void *end)
{
	CHECK((u8 *)start >= arena && (u8 *)end <= arena + arena_size &&
	      start < end, "not the log's");
	CHECK(IS_ALIGNED((unsigned long)start | (unsigned long)end, PAGE_SIZE), "not whole pages");
	mprotect(start, end - start, PROT_NONE);
	sim.freed += end - start;
}

unsigned long sim_page_offset(void)
{
	unsigned int bits = SIM_SHIFT(sim.levels);

	return -(1UL << (bits < 52 ? bits : 52));
}

void *sim_va(phys_addr_t phys)
{
	need_arena();
	if (in_arena(phys))
		return arena + (phys - arena_phys);
	return (void *)(sim_page_offset() + (unsigned long)phys);
}

/*
 * Tables below a root of five levels: the walk takes the pointer with which it
 * reads them for their linear address, so they lie together in one leaf block.
 */
static u8 *pool;
static u64 pool_phys[SIM_ENTRIES];
static size_t pool_used;

#define POOL_SIZE BIT(PMD_SHIFT)

static bool in_pool(unsigned long addr)
{
	return pool && addr - (unsigned long)pool < POOL_SIZE;
}

static u64 *pool_add(u64 phys)
{
	if (!pool)
		pool = aligned_alloc(POOL_SIZE, POOL_SIZE);
	CHECK(pool_used < ARRAY_SIZE(pool_phys));
	pool_phys[pool_used] = phys;
	return memset(pool + PAGE_SIZE * pool_used++, 0, PAGE_SIZE);
}

phys_addr_t sim_pa(unsigned long addr)
{
	if (in_pool(addr))
		return pool_phys[sim_index(addr, PAGE_SHIFT)];
	if (arena && addr >= (unsigned long)arena &&
	    addr - (unsigned long)arena < arena_size)
		return arena_phys + (addr - (unsigned long)arena);
	return addr - sim_page_offset();
}

phys_addr_t sim_pa_symbol(const char *symbol)
{
	return symbol == sim_text ? sim.image_start : sim.image_end;
}

int early_pfn_to_nid(unsigned long pfn)
{
	phys_addr_t addr = PFN_PHYS(pfn);
	struct memblock_region *r;

	for_each_mem_region(r) {
		if (addr >= r->base && addr - r->base < r->size)
			return memblock_get_region_node(r);
	}
	return NUMA_NO_NODE;
}

/* --- keys: one bit a page, in blocks of what a leaf table maps -------------- */

struct keys {
	u64 block;		/* physical address >> PMD_SHIFT, plus one */
	u64 bits[SIM_ENTRIES / 64];
};

static struct keys *keys;
static size_t keys_cap, keys_used;

static pte_t leaf[SIM_ENTRIES];
static u64 leaf_block;

static struct keys *keys_slot(struct keys *v, size_t cap, u64 block)
{
	size_t i = block * 0x9e3779b97f4a7c15ULL >> 20 & (cap - 1);

	while (v[i].block && v[i].block != block + 1)
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static struct keys *keys_of(phys_addr_t phys, bool make)
{
	struct keys *k, *bigger;
	u64 block = phys >> PMD_SHIFT;
	size_t i;

	if (make && keys_used * 2 >= keys_cap) {
		size_t cap = keys_cap ? keys_cap * 2 : 64;

		bigger = calloc(cap, sizeof(*bigger));
		for (i = 0; i < keys_cap; i++) {
			if (keys[i].block)
				*keys_slot(bigger, cap, keys[i].block - 1) = keys[i];
		}
		free(keys);
		keys = bigger;
		keys_cap = cap;
	}
	if (!keys_cap)
		return NULL;
	k = keys_slot(keys, keys_cap, block);
	if (!k->block) {
		if (!make)
			return NULL;
		k->block = block + 1;
		keys_used++;
	}
	return k;
}

bool sim_keyed(phys_addr_t phys)
{
	struct keys *k = keys_of(phys, false);
	unsigned int i = sim_index(phys, PAGE_SHIFT);

	return k && k->bits[i / 64] >> i % 64 & 1;
}

#define LEAF_OF_POOL (~0ULL)

static void fill_pool_leaf(void)
{
	size_t i;

	for (i = 0; i < pool_used; i++)
		leaf[i].val = sim_keyed(pool_phys[i]);
}

static void set_key(phys_addr_t phys)
{
	struct keys *k = keys_of(phys, true);
	unsigned int i = sim_index(phys, PAGE_SHIFT);

	k->bits[i / 64] |= 1ULL << i % 64;
	if (leaf_block == k->block)
		leaf[i].val = KPKEYS_PKEY_PGTABLES;
	if (leaf_block == LEAF_OF_POOL)
		fill_pool_leaf();
}

pte_t *virt_to_kpte(unsigned long addr)
{
	phys_addr_t phys;
	unsigned int i;

	if (sim.blind && (sim.blind & PMD_MASK) == (addr & PMD_MASK))
		return NULL;
	if (in_pool(addr)) {
		leaf_block = LEAF_OF_POOL;
		fill_pool_leaf();
		return leaf;
	}
	phys = sim_pa(addr & PMD_MASK);
	leaf_block = ((u64)phys >> PMD_SHIFT) + 1;
	for (i = 0; i < SIM_ENTRIES; i++)
		leaf[i].val = sim_keyed(phys + i * PAGE_SIZE);
	return leaf;
}

/* The end of a call is what the counter says next. */
static bool end_wanted;

int set_memory_pkey(unsigned long addr, int numpages, int pkey)
{
	struct sim_keying *call;
	int i;

	CHECK(IS_ALIGNED(addr, PAGE_SIZE) && numpages > 0, "%d pages at 0x%lx", numpages,
	      addr);
	CHECK_EQ(pkey, KPKEYS_PKEY_PGTABLES);
	sim.keyings = realloc(sim.keyings,
			      (sim.nr_keyings + 1) * sizeof(*sim.keyings));
	call = &sim.keyings[sim.nr_keyings++];
	*call = (struct sim_keying) {
		.start = sim_pa(addr), .pages = numpages,
		.begin = sim.last_ticks,
	};
	end_wanted = true;
	for (i = 0; i < numpages; i++) {
		phys_addr_t phys = call->start + (u64)i * PAGE_SIZE;

		if (sim.keying_fails && phys == sim.keying_fails)
			return call->error = -EINVAL;
		if (!(sim.keying_lies && numpages == 1))
			set_key(phys);
	}
	return 0;
}

/* --- tables ------------------------------------------------------------------ */

struct node {
	u64 phys;
	u64 *entry;
	struct node *next;
};

static u64 root[SIM_ENTRIES];
static struct node *nodes[1024];
static u64 next_static;

static void drop_tables(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		while (nodes[i]) {
			struct node *n = nodes[i];

			nodes[i] = n->next;
			if (!in_pool((unsigned long)n->entry))
				free(n->entry);
			free(n);
		}
	}
	memset(root, 0, sizeof(root));
	pool_used = 0;
}

u64 *sim_root(void)
{
	return root;
}

static struct node **bucket(u64 phys)
{
	return &nodes[phys / PAGE_SIZE % ARRAY_SIZE(nodes)];
}

u64 *sim_table_at(u64 entry)
{
	struct node *n;

	for (n = *bucket(entry & ~3ULL); n; n = n->next) {
		if (n->phys == (entry & ~3ULL))
			return n->entry;
	}
	sim_fail(__FILE__, __LINE__, "walk", "there is no table at 0x%llx",
		 (unsigned long long)entry);
}

/* @level: of the entries in it */
static void add_node(unsigned int level, u64 phys)
{
	struct node *n = calloc(1, sizeof(*n));

	n->phys = phys;
	n->entry = level == 3 ? pool_add(phys) : calloc(SIM_ENTRIES, sizeof(u64));
	n->next = *bucket(phys);
	*bucket(phys) = n;
}

/* The entry at @level (1: pmd) for @addr. */
static u64 *entry_at(unsigned int level, unsigned long addr)
{
	unsigned int at = sim.levels - 1;
	u64 *e = &root[sim_index(addr, PGDIR_SHIFT)];

	while (at > level) {
		if (!*e) {
			*e = next_static | 3;
			add_node(at - 1, next_static);
			next_static += PAGE_SIZE;
		}
		at--;
		e = &sim_table_at(*e)[sim_index(addr, SIM_SHIFT(at))];
	}
	return e;
}

void sim_link_level(unsigned int level, unsigned long addr, phys_addr_t phys)
{
	u64 *e = entry_at(level, addr);

	CHECK(!*e, "there is a table already");
	*e = phys | 3;
	if (level > 1)
		add_node(level - 1, phys);
}

void sim_link(unsigned long addr, phys_addr_t phys)
{
	sim_link_level(1, addr, phys);
}

void sim_link_block(unsigned int level, unsigned long addr)
{
	*entry_at(level, addr) = (addr & 0xffffffff000) | 1;
}

/* --- counter, messages, the rest of the kernel ------------------------------- */

u64 sim_counter(void)
{
	static size_t cap;

	sim.last_ticks += sim.step ? sim.step() : 40;
	if (!sim.read || sim.reads == cap) {
		cap = sim.read ? cap * 2 : 4096;
		sim.read = realloc(sim.read, cap * sizeof(*sim.read));
	}
	sim.read[sim.reads++] = sim.last_ticks;
	if (end_wanted) {
		end_wanted = false;
		sim.keyings[sim.nr_keyings - 1].end = sim.last_ticks;
	}
	return sim.last_ticks;
}

void sim_print(const char *level, const char *format, ...)
{
	if (!strcmp(level, "err"))
		sim.errors++;
	if (!strcmp(level, "warn"))
		sim.warned++;
}

int sim_warn(void)
{
	sim.warnings++;
	return 1;
}

void panic(const char *format, ...)
{
	if (sim.expect_panic)
		longjmp(sim_panicked, 1);
	sim_fail(__FILE__, __LINE__, "panic", "%s", format);
}

void mutex_lock(int *lock)
{
	CHECK(!*lock, "held already");
	*lock = 1;
}

int mutex_lock_interruptible(int *lock)
{
	if (sim.lock_fails)
		return -EINTR;
	mutex_lock(lock);
	return 0;
}

void mutex_unlock(int *lock)
{
	CHECK(*lock, "not held");
	*lock = 0;
}

/* Memblock would call these if the page allocator were up. */
void *kmalloc(size_t size, gfp_t gfp)
{
	return malloc(size);
}

void kfree(void *p)
{
	free(p);
}

/* There is one such array at a time, which the next machine has no use for. */
static void *array;

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	CHECK(!array, "the array before was not freed");
	if (!sim.no_memory)
		array = malloc(n * size);
	sim.arrays += !!array;
	return array;
}

void kvfree(void *p)
{
	CHECK(p == array);
	sim.arrays -= !!p;
	free(p);
	array = NULL;
}

bool signal_pending(void *task)
{
	if (sim.signal_at < 0)
		return false;
	return sim.signal_at-- == 0;
}

void cond_resched(void)
{
	sim.scheds++;
	CHECK(sim.scheds < 20000, "it does not end");
}

u64 ktime_get_boottime_ns(void)
{
	return 123456789;
}

bool sim_listens(unsigned int event)
{
	return sim.listening >> event & 1;
}

long sim_strscpy(char *to, const char *from, size_t size)
{
	size_t n = strnlen(from, size);

	if (n == size)
		return -E2BIG;
	memcpy(to, from, n + 1);
	return n;
}

bool sysfs_streq(const char *a, const char *b)
{
	size_t n = strlen(b);

	return !strncmp(a, b, n) && (!a[n] || !strcmp(a + n, "\n"));
}

int kstrtobool(const char *s, bool *res)
{
	*res = *s == '1' || *s == 'y' || !strcmp(s, "on");
	return *res || *s == '0' || *s == 'n' || !strcmp(s, "off") ? 0 : -EINVAL;
}

int kstrtou64(const char *s, unsigned int base, u64 *res)
{
	char *end;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	errno = 0;
	*res = strtoull(s, &end, base);
	if (*end == '\n')
		end++;
	return errno || *end ? -EINVAL : 0;
}

/* --- sysfs --------------------------------------------------------------------- */

static const struct attribute * const *files;

int sysfs_create_files(struct kobject *kobj,
		       const struct attribute * const *attrs)
{
	if (sim.no_memory)
		return -ENOMEM;
	files = attrs;
	return 0;
}

static struct kobj_attribute *file_named(const char *name)
{
	const struct attribute * const *f;

	for (f = files; f && *f; f++) {
		if (!strcmp((*f)->name, name))
			return (struct kobj_attribute *)*f;
	}
	sim_fail(__FILE__, __LINE__, "sysfs", "there is no file %s", name);
}

ssize_t sim_store(const char *name, const char *text)
{
	return file_named(name)->store(NULL, NULL, text, strlen(text));
}

ssize_t sim_show(const char *name, char *buf)
{
	return file_named(name)->show(NULL, NULL, buf);
}

/* --- a new machine ---------------------------------------------------------------- */

void sim_reset(void)
{
	reset_variables();
	drop_arena();
	drop_tables();
	free(keys);
	keys = NULL;
	keys_cap = 0;
	keys_used = 0;
	leaf_block = 0;
	end_wanted = false;
	files = NULL;
	kvfree(array);
	free(sim.keyings);
	free(sim.read);
	sim = (struct sim) {
		.enabled = true,
		.levels = SIM_LEVELS_MAX < 4 ? SIM_LEVELS_MAX : 4, .freq = 62500000,
		.remaps_left = -1, .signal_at = -1, .listening = ~0U,
		.image_start = 0x40200000, .image_end = 0x42200000,
		.last_ticks = 1000,
	};
	next_static = sim.image_start + PAGE_SIZE;
	kpkeys_test = (struct kpkeys_test) {
		.untracked = -1, .skip_range = -1, .wrong_key = -1,
		.clear_key = -1, .unkeyed = -1, .drop_event = -1, .ranges = -1,
		.run = -1, .log_pages = -1, .damage = -1,
	};
	kpkeys_layout = (struct kpkeys_layout) {
		.page_offset = sim_page_offset(), .memstart = 0x40000000,
		.levels = sim.levels, .va_bits = 48, .backend = KPKEYS_BACKEND_PIE,
	};
}

void kpkeys_test_note_page(phys_addr_t addr, unsigned long number)
{
}

void kpkeys_test_after_finalize(void)
{
}

void kpkeys_test_before_replay(void)
{
}
