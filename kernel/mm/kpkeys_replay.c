// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event log of the early page-table allocator: how it is read and replayed.
 *
 * The records become events of the real tracepoints, in order and with their
 * original times: once at boot, when tracing has been set up, and whenever
 * root writes to /sys/kernel/kpkeys/replay.
 *
 * The ranges in the events are rebuilt from what the allocator says that it
 * did. The code that decided it is not asked again: it would agree with itself.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/bitfield.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kpkeys.h>
#include <linux/kstrtox.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include "kpkeys.h"
#include "kpkeys_trace.h"

#define CREATE_TRACE_POINTS
#include <trace/events/kpkeys.h>

/* Records between two looks at the scheduler and at signals. */
#define RECORDS_A_BATCH	1024

/* What holds for all replays of this boot. */
static struct kpkeys_ppa_replay_args totals __ro_after_init;

/* Each range began with a record of its own: there are no more at a time. */
static u32 max_ranges __ro_after_init;

/* Serialises replays, and replays with dropping the log. */
static DEFINE_MUTEX(replay_lock);
static u32 replay_id;

struct replay_range {
	u64 start;
	u64 end;
};

/**
 * struct replay - where a replay is in the log, and what it has seen so far
 * @pos: next word to read, counted from the start of the log
 * @seq: number of the next record
 * @pages: pages handed out up to here
 * @pfn: what the next PFN delta is relative to
 * @ticks: what the next ticks delta is relative to
 * @id: id of this replay
 * @freq: counter frequency, Hz
 * @nr_ranges: ranges in use
 * @last: the range that was touched last
 * @ranges: the ranges up to here, in no order
 */
struct replay {
	size_t pos;
	u64 seq;
	u64 pages;
	u64 pfn;
	u64 ticks;
	u32 id;
	u64 freq;
	unsigned int nr_ranges;
	unsigned int last;
	struct replay_range *ranges;
};

static u64 ticks_to_ns(const struct replay *r, u64 ticks)
{
	return r->freq ? mul_u64_u64_div_u64(ticks, NSEC_PER_SEC, r->freq) : 0;
}

/* The range with an edge at @edge, or NULL: a log that contradicts itself. */
static struct replay_range *range_ending(struct replay *r, u64 edge)
{
	unsigned int i;

	if (r->last < r->nr_ranges && r->ranges[r->last].end == edge)
		return &r->ranges[r->last];
	for (i = 0; i < r->nr_ranges; i++) {
		if (r->ranges[i].end == edge)
			return &r->ranges[i];
	}
	return NULL;
}

static struct replay_range *range_starting(struct replay *r, u64 edge)
{
	unsigned int i;

	if (r->last < r->nr_ranges && r->ranges[r->last].start == edge)
		return &r->ranges[r->last];
	for (i = 0; i < r->nr_ranges; i++) {
		if (r->ranges[i].start == edge)
			return &r->ranges[i];
	}
	return NULL;
}

/* Do to the ranges what the record says was done to them. */
static struct replay_range *join(struct replay *r, enum kpkeys_ppa_join how,
				 u64 addr)
{
	struct replay_range *range = NULL, *behind;

	switch (how) {
	case KPKEYS_PPA_JOIN_NEW:
		if (r->nr_ranges == max_ranges)
			return NULL;
		range = &r->ranges[r->nr_ranges++];
		range->start = addr;
		range->end = addr + PAGE_SIZE;
		break;
	case KPKEYS_PPA_JOIN_APPEND:
		range = range_ending(r, addr);
		if (range)
			range->end += PAGE_SIZE;
		break;
	case KPKEYS_PPA_JOIN_PREPEND:
		range = range_starting(r, addr + PAGE_SIZE);
		if (range)
			range->start -= PAGE_SIZE;
		break;
	default: /* KPKEYS_PPA_JOIN_BRIDGE */
		range = range_ending(r, addr);
		behind = range_starting(r, addr + PAGE_SIZE);
		if (!range || !behind)
			return NULL;
		range->end = behind->end;
		/* The last one moves to the free place: it may be the result. */
		r->nr_ranges--;
		*behind = r->ranges[r->nr_ranges];
		if (range == &r->ranges[r->nr_ranges])
			range = behind;
		break;
	}
	if (range)
		r->last = range - r->ranges;
	return range;
}

static bool send_page(struct replay *r, enum kpkeys_log_tag tag, u32 level,
		      bool send)
{
	enum kpkeys_ppa_join how = tag - KPKEYS_LOG_NEW;
	u64 addr = PFN_PHYS(r->pfn);
	struct replay_range *range;
	u64 ns;

	r->pages++;
	range = join(r, how, addr);
	if (!range)
		return false;
	if (!send || !(trace_kpkeys_ppa_alloc_enabled() ||
		       trace_kpkeys_ppa_merge_enabled()))
		return true;

	ns = ticks_to_ns(r, r->ticks);
	if (trace_kpkeys_ppa_alloc_enabled()) {
		trace_call__kpkeys_ppa_alloc(&(struct kpkeys_ppa_alloc_args) {
			.seq = r->seq, .ticks = r->ticks, .ns = ns,
			.addr = addr, .start = range->start,
			.size = range->end - range->start,
			.replay = r->id, .level = level, .join = how,
		});
	}
	if (how != KPKEYS_PPA_JOIN_NEW && trace_kpkeys_ppa_merge_enabled()) {
		trace_call__kpkeys_ppa_merge(&(struct kpkeys_ppa_merge_args) {
			.seq = r->seq, .ticks = r->ticks, .ns = ns,
			.start = range->start,
			.size = range->end - range->start,
			.replay = r->id, .join = how,
		});
	}
	return true;
}

static void send_overflow(struct replay *r, u32 level, bool send)
{
	r->pages++;
	if (!send || !trace_kpkeys_ppa_overflow_enabled())
		return;

	trace_call__kpkeys_ppa_overflow(&(struct kpkeys_ppa_overflow_args) {
		.seq = r->seq, .ticks = r->ticks,
		.ns = ticks_to_ns(r, r->ticks), .addr = PFN_PHYS(r->pfn),
		.replay = r->id, .level = level, .capacity = totals.capacity,
	});
}

static void send_phase(struct replay *r, enum kpkeys_ppa_phase phase, u64 count,
		       u64 missed, bool send)
{
	if (!send || !trace_kpkeys_ppa_phase_enabled())
		return;

	trace_call__kpkeys_ppa_phase(&(struct kpkeys_ppa_phase_args) {
		.seq = r->seq, .ticks = r->ticks,
		.ns = ticks_to_ns(r, r->ticks), .count = count,
		.missed = missed, .replay = r->id, .phase = phase,
	});
}

static void send_finalize(struct replay *r, const u64 *word, bool send)
{
	if (!send || !trace_kpkeys_ppa_finalize_enabled())
		return;

	trace_call__kpkeys_ppa_finalize(&(struct kpkeys_ppa_finalize_args) {
		.seq = r->seq, .ticks = r->ticks,
		.ns = ticks_to_ns(r, r->ticks), .start = PFN_PHYS(word[2]),
		.size = PFN_PHYS(word[3]),
		.duration = ticks_to_ns(r, FIELD_GET(KPKEYS_LOG_FIN_TICKS, word[0])),
		.replay = r->id, .pkey = FIELD_GET(KPKEYS_LOG_FIN_PKEY, word[0]),
		.error = -(s32)FIELD_GET(KPKEYS_LOG_FIN_ERRNO, word[0]),
	});
}

/* How many words a record has that begins with this tag. */
static unsigned int record_words(enum kpkeys_log_tag tag)
{
	switch (tag) {
	case KPKEYS_LOG_BASE:
		return KPKEYS_LOG_BASE_WORDS;
	case KPKEYS_LOG_PHASE:
	case KPKEYS_LOG_FINALIZE:
		return KPKEYS_LOG_LONG_WORDS;
	default:
		return 1;
	}
}

/*
 * Read one word or record at r->pos, send the events that it makes unless it
 * is only read to know the state behind it. Returns false where the log makes
 * no sense, which ends the replay: the end event then tells of fewer records.
 * @end is where the log ends, behind r->pos.
 */
static bool replay_one(struct replay *r, size_t end, bool send)
{
	const u64 *word = kpkeys_log.words + r->pos;
	enum kpkeys_log_tag tag = FIELD_GET(KPKEYS_LOG_TAG, *word);
	u32 level = FIELD_GET(KPKEYS_LOG_LEVEL, *word);

	/* Nothing behind the log is read, whatever was done to it. */
	if (record_words(tag) > end - r->pos)
		return false;

	/* A test knob: the number is used up, the record is not sent. */
	if (kpkeys_test_hit(kpkeys_test.drop_event, r->seq))
		send = false;

	switch (tag) {
	case KPKEYS_LOG_UNUSED:
		r->pos = round_up(r->pos + 1, PAGE_SIZE / sizeof(*word));
		return true;
	case KPKEYS_LOG_BASE:
		r->pfn = FIELD_GET(KPKEYS_LOG_VALUE, *word);
		r->ticks = word[1];
		r->pos += KPKEYS_LOG_BASE_WORDS;
		return true;
	case KPKEYS_LOG_NEW:
	case KPKEYS_LOG_APPEND:
	case KPKEYS_LOG_PREPEND:
	case KPKEYS_LOG_BRIDGE:
	case KPKEYS_LOG_OVERFLOW:
	case KPKEYS_LOG_ENTRY:
		r->pfn += sign_extend64(FIELD_GET(KPKEYS_LOG_DPFN, *word),
					KPKEYS_LOG_DPFN_BITS - 1);
		r->ticks += FIELD_GET(KPKEYS_LOG_DTICKS, *word);
		if (tag == KPKEYS_LOG_ENTRY)
			send_phase(r, KPKEYS_PPA_PHASE_ALLOC_ENTRY, r->pages, 0, send);
		else if (tag == KPKEYS_LOG_OVERFLOW)
			send_overflow(r, level, send);
		else if (!send_page(r, tag, level, send))
			return false;
		r->pos++;
		break;
	case KPKEYS_LOG_PHASE:
		r->ticks = word[1];
		send_phase(r, FIELD_GET(KPKEYS_LOG_VALUE, *word), word[2],
			   word[3], send);
		r->pos += KPKEYS_LOG_LONG_WORDS;
		break;
	case KPKEYS_LOG_FINALIZE:
		r->ticks = word[1];
		send_finalize(r, word, send);
		r->pos += KPKEYS_LOG_LONG_WORDS;
		break;
	default:
		return false;
	}
	r->seq++;
	return true;
}

static void send_frame(struct replay *r, enum kpkeys_ppa_frame frame, u64 first,
		       u64 count)
{
	struct kpkeys_ppa_replay_args args = totals;

	if (!trace_kpkeys_ppa_replay_enabled())
		return;

	args.frame = frame;
	args.replay = r->id;
	args.first = first;
	args.count = count;
	trace_call__kpkeys_ppa_replay(&args);
}

/* Where the last window ended: the next one usually begins there. */
static struct replay resume;

/*
 * Send records @first to @first + @count - 1. Begins where the last replay
 * ended if that is not behind @first: the ranges have to be rebuilt from all
 * that came before.
 */
static int replay_window(u64 first, u64 count)
{
	const size_t end = kpkeys_log.used / sizeof(u64);
	unsigned int batch = 0;
	struct replay *r = &resume;
	int ret = 0;

	first = min(first, totals.records);
	count = min(count, totals.records - first);
	if (!r->ranges) {
		r->ranges = kvmalloc_array(max_ranges + 1, sizeof(*r->ranges),
					   GFP_KERNEL);
		if (!r->ranges)
			return -ENOMEM;
	} else if (r->seq > first) {
		*r = (struct replay) { .ranges = r->ranges };
	}
	r->freq = totals.freq;
	r->id = ++replay_id;

	send_frame(r, KPKEYS_PPA_FRAME_BEGIN, first, count);
	while (r->pos < end && r->seq < first + count) {
		if (!replay_one(r, end, r->seq >= first))
			break;
		if (++batch % RECORDS_A_BATCH == 0) {
			cond_resched();
			if (signal_pending(current)) {
				ret = -EINTR;
				break;
			}
		}
	}
	if (!ret && r->seq < first + count)
		ret = -EIO;
	send_frame(r, KPKEYS_PPA_FRAME_END, first,
		   r->seq > first ? r->seq - first : 0);
	if (ret == -EIO)
		r->seq = U64_MAX;	/* makes no sense here: start again */
	return ret;
}

/* Where there was no memory for a log, the frame says how much is missing. */
static bool can_be_replayed(void)
{
	return kpkeys_log.state == KPKEYS_LOG_KEPT ||
	       kpkeys_log.state == KPKEYS_LOG_FAILED;
}

/*
 * "" or "all": every record. "FIRST COUNT": that many from number FIRST on.
 */
static int parse_window(const char *buf, u64 *first, u64 *count)
{
	char text[64], *rest, *word;

	if (strscpy(text, buf) < 0)
		return -EINVAL;

	rest = strim(text);
	if (!*rest || !strcmp(rest, "all")) {
		*first = 0;
		*count = U64_MAX;
		return 0;
	}
	word = strsep(&rest, " ");
	if (!rest || kstrtou64(word, 10, first) ||
	    kstrtou64(skip_spaces(rest), 10, count))
		return -EINVAL;
	return 0;
}

static ssize_t replay_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t len)
{
	u64 first, count;
	int ret;

	ret = parse_window(buf, &first, &count);
	if (ret)
		return ret;

	if (mutex_lock_interruptible(&replay_lock))
		return -EINTR;
	if (can_be_replayed())
		ret = replay_window(first, count);
	else
		ret = kpkeys_enabled() ? -ENODATA : -ENODEV;
	mutex_unlock(&replay_lock);

	return ret ?: len;
}

static ssize_t log_state_show(struct kobject *kobj, struct kobj_attribute *attr,
			      char *buf)
{
	static const char * const names[] = {
		[KPKEYS_LOG_OFF]	= "off",
		[KPKEYS_LOG_KEPT]	= "kept",
		[KPKEYS_LOG_FAILED]	= "failed",
		[KPKEYS_LOG_DROPPED]	= "dropped",
	};

	return sysfs_emit(buf, "%s\n", names[READ_ONCE(kpkeys_log.state)]);
}

static ssize_t log_bytes_show(struct kobject *kobj, struct kobj_attribute *attr,
			      char *buf)
{
	return sysfs_emit(buf, "%zu\n", READ_ONCE(kpkeys_log.size));
}

static ssize_t log_drop_store(struct kobject *kobj, struct kobj_attribute *attr,
			      const char *buf, size_t len)
{
	void *start;

	if (!sysfs_streq(buf, "1"))
		return -EINVAL;

	if (mutex_lock_interruptible(&replay_lock))
		return -EINTR;
	if (kpkeys_log.state == KPKEYS_LOG_KEPT) {
		start = __va(kpkeys_log.phys);
		free_reserved_area(start, start + kpkeys_log.size, -1,
				   "kpkeys event log");
		kpkeys_log.words = NULL;
		kpkeys_log.size = 0;
		kpkeys_log.used = 0;
		kpkeys_log.state = KPKEYS_LOG_DROPPED;
		kvfree(resume.ranges);
		resume = (struct replay) { };
	}
	mutex_unlock(&replay_lock);

	return len;
}

static struct kobj_attribute replay_attr = __ATTR_WO(replay);
static struct kobj_attribute log_state_attr = __ATTR_RO(log_state);
static struct kobj_attribute log_bytes_attr = __ATTR_RO(log_bytes);
static struct kobj_attribute log_drop_attr = __ATTR_WO(log_drop);

static const struct attribute * const replay_attrs[] = {
	&replay_attr.attr,
	&log_state_attr.attr,
	&log_bytes_attr.attr,
	&log_drop_attr.attr,
	NULL,
};

/* The counter and the boot clock at one moment tie the two together. */
static void __init pair_clocks(void)
{
	unsigned long flags;

	local_irq_save(flags);
	totals.ticks = kpkeys_log_ticks();
	totals.boottime = ktime_get_boottime_ns();
	local_irq_restore(flags);
}

static void __init fill_totals(void)
{
	const u64 *n = kpkeys_log.n;
	unsigned int tag;

	for (tag = KPKEYS_LOG_UNUSED; tag < KPKEYS_LOG_TAGS; tag++)
		totals.records += n[tag];
	totals.merges = n[KPKEYS_LOG_APPEND] + n[KPKEYS_LOG_PREPEND] +
			n[KPKEYS_LOG_BRIDGE];
	totals.allocs = n[KPKEYS_LOG_NEW] + totals.merges;
	totals.overflows = n[KPKEYS_LOG_OVERFLOW];
	totals.finalizes = n[KPKEYS_LOG_FINALIZE];
	totals.phases = n[KPKEYS_LOG_PHASE] + n[KPKEYS_LOG_ENTRY];
	totals.lost = kpkeys_log.lost;
	totals.backwards = kpkeys_log.backwards;
	totals.log_bytes = kpkeys_log.used;
	totals.freq = kpkeys_test_ticks(kpkeys_counter_freq());
	totals.page_offset = kpkeys_layout.page_offset;
	totals.memstart = kpkeys_layout.memstart;
	totals.ram = memblock_phys_mem_size();
	totals.page_shift = PAGE_SHIFT;
	totals.va_bits = kpkeys_layout.va_bits;
	totals.levels = kpkeys_layout.levels;
	totals.capacity = kpkeys_ppa_capacity();
	max_ranges = n[KPKEYS_LOG_NEW];
	totals.backend = kpkeys_layout.backend;
}

static bool __init anyone_listens(void)
{
	return trace_kpkeys_ppa_alloc_enabled() ||
	       trace_kpkeys_ppa_merge_enabled() ||
	       trace_kpkeys_ppa_overflow_enabled() ||
	       trace_kpkeys_ppa_finalize_enabled() ||
	       trace_kpkeys_ppa_phase_enabled() ||
	       trace_kpkeys_ppa_replay_enabled();
}

/**
 * kpkeys_replay_init - close the log and replay it for those that listen
 * @parent: the directory in sysfs, or NULL if it could not be made
 */
void __init kpkeys_replay_init(struct kobject *parent)
{
	kpkeys_log_close();
	pair_clocks();
	fill_totals();
	kpkeys_test_before_replay();

	if (kpkeys_log.lost)
		pr_warn("event log: no room for %llu of %llu records\n",
			kpkeys_log.lost, kpkeys_log.lost + totals.records);
	if (can_be_replayed() && anyone_listens()) {
		mutex_lock(&replay_lock);
		if (replay_window(0, U64_MAX))
			pr_err("replay of the event log at boot is incomplete\n");
		mutex_unlock(&replay_lock);
	}
	if (parent && sysfs_create_files(parent, replay_attrs))
		pr_err("replay cannot be asked for in sysfs: out of memory\n");
}
