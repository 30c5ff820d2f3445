// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is the running kernel read?
 *
 * The BPF program passes on the events of the replays that this process asks
 * for. A replay is over when the write to sysfs returns, and only then is the
 * ring buffer emptied: so it is asked for in windows that fit. What did not
 * fit all the same is counted by the program, and the window is tried again
 * at half its size.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel.h"
#include "kernel_btf.h"
#include "live_bpf.h"
#include "ppa_bpf.h"
#include "ppa.skel.h"
#include "source.h"
#include "source_scope.h"

#define WINDOW_MIN 16

/* More runs of a walk than any machine needs: of 65536 entries each. */
#define RUNS_MAX 2000000

enum mode {
	MODE_EVENTS,
	MODE_TABLES,
	MODE_PAGES,
};

struct live {
	struct source source;
	struct ppa_bpf *skel;
	struct ring_buffer *ring;
	struct ppa_state state;	/* as it was last read */
	enum mode mode;
	bool has_log;
	struct diag no_log;	/* why not */
	bool has_walk;
	struct diag no_walk;
	struct live_scope *scope;	/* NULL: not needed, or not possible */
	struct diag no_scope;	/* why not */
	struct host host;	/* as it looked with all privileges */
	/* while events are read */
	event_fn fn;
	void *ctx;
	struct source_report *report;
	struct event_frame end;	/* of the last window */
	bool ended;
	/* while tables are walked */
	struct walk *w;
	u64 odd;		/* records of a size that none has */
};

bool source_live_built_in(void)
{
	return true;
}

/* What the program counts, and where it is; 0 or an errno. */
static int get_state(struct live *l)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(bpf_map__fd(l->skel->maps.states), &zero,
				   &l->state) ? errno : 0;
}

static int put_state(struct live *l)
{
	u32 zero = 0;

	return bpf_map_update_elem(bpf_map__fd(l->skel->maps.states), &zero,
				   &l->state, BPF_ANY) ? errno : 0;
}

static int on_record(void *ctx, void *data, size_t size)
{
	struct live *l = ctx;
	const struct event *e = data;

	switch (l->mode) {
	case MODE_TABLES:
		if (size != sizeof(struct walk_table))
			break;
		walk_table(l->w, data);
		return 0;
	case MODE_PAGES:
		if (size != sizeof(struct walk_page))
			break;
		walk_page(l->w, data);
		return 0;
	case MODE_EVENTS:
		if (size < EVENT_HEAD || e->kind >= EVENT_KINDS ||
		    size != event_descs[e->kind].size)
			break;
		if (e->kind == EVENT_REPLAY &&
		    e->frame.frame == KPKEYS_PPA_FRAME_END) {
			l->end = e->frame;
			l->ended = true;
		}
		l->report->events++;
		return l->fn(l->ctx, e);
	}
	l->odd++;
	return 0;
}

/*
 * Ask for one window and deliver it. 0 with *@fits false if it has to be asked
 * for again in smaller ones.
 */
static int read_window(struct live *l, u64 first, u64 count, bool *fits,
		       struct diag *d)
{
	u64 dropped = l->state.dropped;
	int err, got;

	l->ended = false;
	err = kernel_replay(false, first, count, d);
	/* What came until the error is evidence as well. */
	got = ring_buffer__consume(l->ring);
	if (got < 0)
		return got;
	if (get_state(l)) {
		diag_set(d, EXIT_CANNOT, "cannot read the BPF map: %s",
			 strerror(errno));
		return EXIT_CANNOT;
	}
	*fits = l->state.dropped == dropped;
	return err;
}

static int no_end(struct diag *d)
{
	diag_set(d, 0,
		 "the kernel replayed its log, but no end event came: the evidence is incomplete");
	diag_advise(d, "report this: kernel and tool do not fit");
	return 0;
}

/* Records to ask for at first; another number is of use in tests only. */
static u64 first_window(void)
{
	const char *text = getenv("PPA_TRACE_WINDOW");
	u64 n = text ? strtoull(text, NULL, 0) : 0;

	return n ? n : PPA_WINDOW;
}

static int live_events(struct source *s, event_fn fn, void *ctx,
		       struct source_report *report, struct diag *d)
{
	struct live *l = (struct live *)s;
	u64 first = 0, records = 1, window = first_window();

	memset(report, 0, sizeof(*report));
	if (!l->has_log) {
		*d = l->no_log;
		return EXIT_CANNOT;
	}
	l->mode = MODE_EVENTS;
	l->fn = fn;
	l->ctx = ctx;
	l->report = report;
	while (first < records) {
		bool fits = true;
		int err = read_window(l, first, window, &fits, d);

		/* The model tells what is missing. */
		if (err == EXIT_UNPROVEN)
			return 0;
		if (err)
			return err;
		if (!fits && window > WINDOW_MIN) {
			window /= 2;
			if (getenv("PPA_TRACE_DEBUG"))
				fprintf(stderr,
					"ppa-trace: a replay window does not fit, down to %llu records\n",
					window);
			continue;
		}
		if (!l->ended)
			return no_end(d);
		if (!fits)
			report->lost++;
		records = l->end.records;
		if (!l->end.count)
			break;
		first += l->end.count;
	}
	report->broken += l->odd;
	return 0;
}

/* Run until *@done says so; the ring buffer is emptied after each run. */
static int run_through(struct live *l, struct bpf_link *link,
		       bool (*done)(const struct live *l), const char **why)
{
	for (int i = 0; i < RUNS_MAX; i++) {
		int err = live_run(link);

		if (err)
			return err;
		err = ring_buffer__consume(l->ring);
		if (err < 0)
			return -err;
		err = get_state(l);
		if (err)
			return err;
		if (done(l))
			return 0;
	}
	*why = "it does not come to an end";
	return 0;
}

static bool tables_done(const struct live *l)
{
	return l->state.finished;
}

static bool pages_done(const struct live *l)
{
	return l->state.pages_at >= l->state.pages_end;
}

static int look_at_ranges(struct live *l, const char **why)
{
	const struct model *m = l->w->model;

	l->mode = MODE_PAGES;
	for (size_t i = 0; i < m->nranges; i++) {
		int err;

		l->state.pages_at = m->ranges[i].start;
		l->state.pages_end = m->ranges[i].start +
					  m->ranges[i].size;
		err = put_state(l);
		if (!err)
			err = run_through(l, l->skel->links.look, pages_done,
					  why);
		if (err)
			return err;
	}
	return 0;
}

static int live_walk(struct source *s, struct walk *w, struct diag *d)
{
	struct live *l = (struct live *)s;
	const char *why = NULL;
	u64 dropped, odd;
	int err;

	if (!l->has_walk) {
		*d = l->no_walk;
		return EXIT_CANNOT;
	}
	l->w = w;
	dropped = l->state.dropped;
	odd = l->odd;
	err = live_run(l->skel->links.prepare);
	if (!err)
		err = get_state(l);
	if (err)
		return live_run_error(err, "prepare the walk of the page tables", d);
	if (!l->state.have_symbols)
		return live_no_symbols(d);
	if (!walk_begin(w, &l->state.layout)) {
		diag_set(d, EXIT_CANNOT,
			 "what kpkeys_layout says of the page tables makes no sense");
		diag_advise(d, "take the ppa-trace from the source tree of this kernel");
		return EXIT_CANNOT;
	}
	l->mode = MODE_TABLES;
	err = run_through(l, l->skel->links.walk, tables_done, &why);
	if (!err && !why)
		err = look_at_ranges(l, &why);
	if (err)
		return live_run_error(err, "walk the page tables", d);
	if (l->state.dropped != dropped || l->odd != odd)
		why = "not all that it found could be passed on";
	walk_end(w, l->state.entries, l->state.pages_done, why);
	return 0;
}

/* Its programs are loaded for those who need them. */
static void live_prepare_scope(struct source *s)
{
	struct live *l = (struct live *)s;

	if (l->has_walk)
		l->scope = live_scope_open(&l->no_scope);
	else
		l->no_scope = l->no_walk;
}

static int live_scope(struct source *s, struct scope *scope, struct diag *d)
{
	struct live *l = (struct live *)s;

	if (l->scope)
		return live_scope_pass(l->scope, scope, d);
	*d = l->no_scope;
	return EXIT_CANNOT;
}

static int live_find(struct source *s, struct lookup *f, struct diag *d)
{
	struct live *l = (struct live *)s;

	if (l->scope)
		return live_scope_find(l->scope, f, d);
	*d = l->no_scope;
	return EXIT_CANNOT;
}

static void live_host(struct source *s, struct host *h)
{
	struct live *l = (struct live *)s;

	*h = l->host;
}

static void live_close(struct source *s)
{
	struct live *l = (struct live *)s;

	live_scope_close(l->scope);
	ring_buffer__free(l->ring);
	ppa_bpf__destroy(l->skel);
	free(l);
}

static const struct source_ops live_ops = {
	.events = live_events,
	.walk = live_walk,
	.prepare_scope = live_prepare_scope,
	.scope = live_scope,
	.find = live_find,
	.host = live_host,
	.close = live_close,
};

/* A kernel that has the system call has this folder, whatever is in it. */
static int check_bpf(struct diag *d)
{
	if (!access("/sys/fs/bpf", F_OK))
		return 0;
	diag_set(d, EXIT_CANNOT, "this kernel has no BPF: there is no /sys/fs/bpf");
	diag_advise(d,
		    "build it with CONFIG_BPF_SYSCALL=y, or name a recording, or ftrace text: \"ppa-trace help replay\" says how to get it");
	return EXIT_CANNOT;
}

/* Name what is missing of the capabilities, if anything is. */
static int check_capabilities(const struct host *h, struct diag *d)
{
	static const unsigned int need[] = { 39, 38 };
	char missing[64] = "";

	/* CAP_SYS_ADMIN stands for both. */
	if (h->capabilities & BIT_ULL(21))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(need); i++) {
		if (h->capabilities & BIT_ULL(need[i]))
			continue;
		strcat(missing, *missing ? ", " : "");
		strcat(missing, host_capability(need[i]));
	}
	if (!*missing)
		return 0;
	diag_set(d, EXIT_CANNOT, "not allowed to use BPF: %s missing", missing);
	diag_advise(d, "run it as root");
	return EXIT_CANNOT;
}

static void choose_programs(struct live *l)
{
	struct bpf_program *events[] = {
		l->skel->progs.on_alloc, l->skel->progs.on_merge,
		l->skel->progs.on_overflow, l->skel->progs.on_finalize,
		l->skel->progs.on_phase, l->skel->progs.on_replay,
	};
	struct bpf_program *walk[] = {
		l->skel->progs.prepare, l->skel->progs.walk,
		l->skel->progs.look,
	};

	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		bpf_program__set_autoload(events[i], l->has_log);
	for (size_t i = 0; i < ARRAY_SIZE(walk); i++)
		bpf_program__set_autoload(walk[i], l->has_walk);
}

/* Attach all that was loaded. 0, or an errno. */
static int attach(struct live *l)
{
	struct {
		struct bpf_program *prog;
		struct bpf_link **link;
	} iters[] = {
		{ l->skel->progs.whoami, &l->skel->links.whoami },
		{ l->skel->progs.prepare, &l->skel->links.prepare },
		{ l->skel->progs.walk, &l->skel->links.walk },
		{ l->skel->progs.look, &l->skel->links.look },
	};

	for (size_t i = 0; i < ARRAY_SIZE(iters); i++) {
		if (!bpf_program__autoload(iters[i].prog))
			continue;
		*iters[i].link = live_attach(iters[i].prog, true);
		if (!*iters[i].link)
			return errno;
	}
	return -ppa_bpf__attach(l->skel);
}

static int load(struct live *l, struct diag *d)
{
	int err;

	l->skel = ppa_bpf__open();
	if (!l->skel)
		return live_load_error(errno, d);
	choose_programs(l);
	err = ppa_bpf__load(l->skel);
	if (err)
		return live_load_error(-err, d);
	l->ring = ring_buffer__new(bpf_map__fd(l->skel->maps.ring), on_record,
				   l, NULL);
	if (!l->ring)
		return live_load_error(errno, d);
	err = attach(l);
	if (!err)
		err = live_run(l->skel->links.whoami);
	return err ? live_load_error(err, d) : 0;
}

struct source *source_live_open(struct diag *d)
{
	struct live *l;

	if (kernel_check(d))
		return NULL;
	l = calloc(1, sizeof(*l));
	if (!l) {
		diag_set(d, EXIT_CANNOT, "out of memory");
		return NULL;
	}
	live_keep_words();
	l->source.ops = &live_ops;
	snprintf(l->source.name, sizeof(l->source.name), "the running kernel");
	l->has_log = !kernel_check_log(&l->no_log);
	l->has_walk = !kernel_locked_down();
	if (!l->has_walk) {
		diag_set(&l->no_walk, EXIT_CANNOT,
			 "lockdown=confidentiality forbids BPF to read kernel memory");
		diag_advise(&l->no_walk,
			    "boot with lockdown=integrity; the events are checked all the same");
	}
	host_read(&l->host);
	if (check_bpf(d) || check_capabilities(&l->host, d) ||
	    kernel_btf_check(l->has_log, d) || load(l, d)) {
		live_close(&l->source);
		return NULL;
	}
	return &l->source;
}
