// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are all page tables of the running kernel read?
 *
 * A try walks the kernel's tables, then those of each process, and then scans
 * the linear map. The ring buffer is emptied between the runs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "host.h"
#include "live_bpf.h"
#include "scope.skel.h"
#include "source_scope.h"

/* More than any machine needs: each run scans 64 MiB at least. */
#define RUNS_MAX 2000000

/* Bytes of the map of pages: enough for 8 TiB of 4 KiB pages. */
#define BITS_MAX (256ULL << 20)

/* The first pid namespace, as the kernel numbers it for ever. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

typedef void (*found_fn)(void *ctx, const struct scope_found *f);

struct live_scope {
	struct scope_bpf *skel;
	struct ring_buffer *ring;
	struct scope_state state;	/* as it was last read */
	u64 *bits;			/* the map of pages */
	size_t bits_size;
	u64 low;			/* physical memory */
	u64 high;
	bool all_processes;		/* are seen from here */
	found_fn fn;
	void *ctx;
	u64 odd;			/* records of another size */
};

static int get_state(struct live_scope *l)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(bpf_map__fd(l->skel->maps.states), &zero,
				   &l->state) ? errno : 0;
}

static int put_state(struct live_scope *l)
{
	u32 zero = 0;

	return bpf_map_update_elem(bpf_map__fd(l->skel->maps.states), &zero,
				   &l->state, BPF_ANY) ? errno : 0;
}

static int on_record(void *ctx, void *data, size_t size)
{
	struct live_scope *l = ctx;

	if (size != sizeof(struct scope_found))
		l->odd++;
	else
		l->fn(l->ctx, data);
	return 0;
}

/* Run a program, take what it found, and read its state. 0, or an errno. */
static int run(struct live_scope *l, struct bpf_link *link)
{
	int err = live_run(link);

	if (err)
		return err;
	err = ring_buffer__consume(l->ring);
	return err < 0 ? -err : get_state(l);
}

/* --- opening --- */

static int no_memory_map(struct diag *d)
{
	diag_set(d, EXIT_CANNOT,
		 "/proc/iomem does not show where the memory is");
	diag_advise(d, "run it as root, with CAP_SYS_ADMIN");
	return EXIT_CANNOT;
}

/* A bit for each page between the first and the last of memory. */
static int size_map(struct live_scope *l, struct diag *d)
{
	u64 page = sysconf(_SC_PAGESIZE);
	struct host h;

	host_read(&h);
	if (!h.memory_known || h.memory_low >= h.memory_high)
		return no_memory_map(d);
	l->low = h.memory_low & -page;
	l->high = h.memory_high;
	l->bits_size = ((h.memory_high - l->low) / page / 64 + 1) * 8;
	if (l->bits_size <= BITS_MAX)
		return 0;
	diag_set(d, EXIT_CANNOT,
		 "the memory of this machine reaches too far: a map of its pages would take %llu bytes",
		 (u64)l->bits_size);
	diag_advise(d, "report this; without --scope=all the early tables are checked");
	return EXIT_CANNOT;
}

static int map_bits(struct live_scope *l)
{
	l->bits = mmap(NULL, l->bits_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		       bpf_map__fd(l->skel->maps.reached), 0);
	if (l->bits != MAP_FAILED)
		return 0;
	l->bits = NULL;
	return errno;
}

static int attach(struct live_scope *l)
{
	struct {
		struct bpf_program *prog;
		struct bpf_link **link;
		bool own;
	} iters[] = {
		{ l->skel->progs.prepare, &l->skel->links.prepare, true },
		{ l->skel->progs.kernel_tables, &l->skel->links.kernel_tables, true },
		{ l->skel->progs.user_tables, &l->skel->links.user_tables, false },
		{ l->skel->progs.scan, &l->skel->links.scan, true },
		{ l->skel->progs.look, &l->skel->links.look, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(iters); i++) {
		*iters[i].link = live_attach(iters[i].prog, iters[i].own);
		if (!*iters[i].link)
			return errno;
	}
	return 0;
}

static int load(struct live_scope *l, struct diag *d)
{
	int err;

	live_keep_words();
	l->skel = scope_bpf__open();
	if (!l->skel)
		return live_load_error(errno, d);
	bpf_map__set_max_entries(l->skel->maps.reached, l->bits_size / 8);
	err = -scope_bpf__load(l->skel);
	if (err)
		return live_load_error(err, d);
	l->ring = ring_buffer__new(bpf_map__fd(l->skel->maps.ring), on_record,
				   l, NULL);
	if (!l->ring)
		return live_load_error(errno, d);
	err = map_bits(l);
	if (!err)
		err = attach(l);
	return err ? live_load_error(err, d) : 0;
}

/* A kernel without such namespaces has no file for them. */
static bool sees_all_processes(void)
{
	char name[64];
	ssize_t n = readlink("/proc/self/ns/pid", name, sizeof(name) - 1);

	if (n < 0)
		return errno == ENOENT;
	name[n] = '\0';
	return !strcmp(name, FIRST_PID_NAMESPACE);
}

struct live_scope *live_scope_open(struct diag *d)
{
	struct live_scope *l = calloc(1, sizeof(*l));

	if (!l) {
		diag_set(d, EXIT_CANNOT, "out of memory");
		return NULL;
	}
	l->all_processes = sees_all_processes();
	if (size_map(l, d) || load(l, d)) {
		live_scope_close(l);
		return NULL;
	}
	return l;
}

void live_scope_close(struct live_scope *l)
{
	if (!l)
		return;
	if (l->bits)
		munmap(l->bits, l->bits_size);
	ring_buffer__free(l->ring);
	scope_bpf__destroy(l->skel);
	free(l);
}

/* --- a pass --- */

/* Read the layout; the walks begin at their beginning. 0, or an exit status. */
static int start(struct live_scope *l, struct diag *d)
{
	u64 page = sysconf(_SC_PAGESIZE);
	int err;

	memset(l->bits, 0, l->bits_size);
	memset(&l->state, 0, sizeof(l->state));
	l->state.first_page = l->low / page;
	l->state.pages = l->bits_size * 8;
	l->state.target = ~0ULL;
	l->state.scan_at = l->low;
	l->state.scan_end = l->high;
	err = put_state(l);
	if (!err)
		err = run(l, l->skel->links.prepare);
	if (err)
		return live_run_error(err, "prepare the walk of all page tables", d);
	return l->state.have_symbols ? 0 : live_no_symbols(d);
}

static int walk_tables(struct live_scope *l, const char **why)
{
	int err = 0;

	for (int i = 0; !err && !l->state.finished; i++) {
		if (i == RUNS_MAX) {
			*why = "the walk of the kernel's tables does not come to an end";
			return 0;
		}
		err = run(l, l->skel->links.kernel_tables);
	}
	return err ?: run(l, l->skel->links.user_tables);
}

static int scan_pages(struct live_scope *l, const char **why)
{
	int err = 0;

	for (int i = 0; !err && l->state.scan_at < l->state.scan_end; i++) {
		if (i == RUNS_MAX) {
			*why = "the scan of the linear map does not come to an end";
			return 0;
		}
		err = run(l, l->skel->links.scan);
	}
	return err;
}

static void take_for_pass(void *ctx, const struct scope_found *f)
{
	scope_found(ctx, f);
}

static int one_try(struct live_scope *l, struct scope *s, const char **why)
{
	int err;

	l->state.collect = s->collect;
	l->odd = 0;
	err = put_state(l);
	if (!err)
		err = walk_tables(l, why);
	/* Later is the point of it. */
	if (s->collect)
		usleep(SCOPE_JIFFY_US);
	if (!err)
		err = scan_pages(l, why);
	if (l->state.missed || l->odd)
		*why = "not all that it found could be passed on";
	else if (!l->all_processes && !*why)
		*why = "only the processes of this pid namespace are seen";
	return err;
}

int live_scope_pass(struct live_scope *l, struct scope *s, struct diag *d)
{
	const char *why = NULL;
	int err = start(l, d);

	if (err)
		return err;
	if (!scope_begin(s, &l->state.layout)) {
		diag_set(d, EXIT_CANNOT,
			 "what kpkeys_layout says of the page tables makes no sense");
		diag_advise(d, "take the ppa-trace from the source tree of this kernel");
		return EXIT_CANNOT;
	}
	l->fn = take_for_pass;
	l->ctx = s;
	for (;;) {
		scope_begin_try(s);
		err = one_try(l, s, &why);
		if (err)
			return live_run_error(err, "walk all page tables", d);
		if (!scope_end_try(s, &l->state.counts, why))
			return 0;
		why = NULL;
		usleep(scope_pause(s));
		err = start(l, d);
		if (err)
			return err;
	}
}

/* --- lookup --- */

static void take_for_lookup(void *ctx, const struct scope_found *f)
{
	lookup_found(ctx, f);
}

int live_scope_find(struct live_scope *l, struct lookup *f, struct diag *d)
{
	const char *why = NULL;
	int err = start(l, d);

	if (err)
		return err;
	l->odd = 0;
	l->fn = take_for_lookup;
	l->ctx = f;
	lookup_layout(f, &l->state.layout, l->low, l->high);
	l->state.look_va = f->va;
	l->state.look_page = f->page;
	err = put_state(l);
	if (!err)
		err = run(l, l->skel->links.look);
	if (err)
		return live_run_error(err, "look the address up", d);
	lookup_page(f, &l->state);
	if (f->page == LOOKUP_NO_PAGE)
		return 0;
	l->state.target = f->page;
	err = put_state(l);
	if (!err)
		err = walk_tables(l, &why);
	if (err)
		return live_run_error(err, "walk all page tables", d);
	if (l->state.missed || l->odd || !l->all_processes)
		why = "not all tables were seen";
	lookup_end(f, &l->state.counts, why);
	return 0;
}
