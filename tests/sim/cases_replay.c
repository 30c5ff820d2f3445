// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a replay send all that was asked for, and no more, whatever is in the log?
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/bitfield.h>
#include <linux/kpkeys.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>
#include <linux/tracepoint.h>
#include <sim/machine.h>

#include "../../kernel/mm/kpkeys.h"
#include "boot.h"
#include "cases.h"
#include "check.h"

#define MIB(n)	((u64)(n) << 20)
#define BASE	MIB(1536)
#define PAGES(n) ((u64)(n) * PAGE_SIZE)

/* Records between two looks at the scheduler. */
#define BATCH	1024

static void boot_with(unsigned int pages)
{
	boot_memory(BASE, PAGES(16384), 0);
	boot_paging_begin();
	while (pages--)
		boot_link(boot_alloc(pages % 5, NUMA_NO_NODE));
	boot_finish();
}

static void scattered_boot(unsigned int pages)
{
	kpkeys_test.scatter = true;
	boot_with(pages);
}

static void all_windows(void)
{
	u64 first, count;

	scattered_boot(40);
	for (first = 0; first <= boot.nrec + 1; first++) {
		for (count = 0; count <= boot.nrec - first + 1 ||
		     count < 2; count++)
			boot_replay(first, count);
	}
	boot_replay(~0ULL, ~0ULL);
	boot_replay(5, ~0ULL);
}

/* The only page that memblock has. */
static void one_page(unsigned int nr)
{
	boot_memory(BASE + MIB(128) + nr * PAGE_SIZE, PAGE_SIZE, 0);
	boot_link(boot_alloc_any());
}

/* A boot of which each page can be told where to lie. */
static void begin_chosen(long ranges)
{
	boot_reset();
	kpkeys_test.ranges = ranges;
	kpkeys_test.log_pages = 4;
	kpkeys_test.run = 1;
	boot_memory(BASE, PAGES(4), 0);
	boot_paging_begin();
}

/* Ranges that come, join and go in any order. */
static void any_order(void)
{
	struct choice c = { };
	unsigned int nr[48], i, j, k, tmp;

	for (i = 0; i < 200; i++) {
		begin_chosen(-1);
		for (j = 0; j < ARRAY_SIZE(nr); j++) {
			k = pick(&c, j + 1);
			nr[j] = nr[k];
			nr[k] = j;
		}
		for (j = 0; j < ARRAY_SIZE(nr) - i % 8; j++)
			one_page(nr[j]);
		boot_finish();
		boot_replay(0, ~0ULL);
		tmp = pick(&c, boot.nrec);
		boot_replay(tmp, 5);
	}
}

/* More ranges come than the table has entries, but not at a time. */
static void more_than_fit(void)
{
	static const u8 nr[] = { 0, 2, 1, 10, 20, 22 };
	unsigned int i;

	begin_chosen(2);
	for (i = 0; i < ARRAY_SIZE(nr); i++)
		one_page(nr[i]);
	CHECK_EQ(boot.overflows, 2);
	boot_finish();
	boot_replay(0, ~0ULL);
}

/* Each kind of event alone, and no frame. */
static void each_event_alone(void)
{
	unsigned int i;

	kpkeys_test.ranges = 1;
	scattered_boot(60);
	for (i = 0; i < 64; i++) {
		u64 events = boot.events;

		sim.listening = i;
		boot_replay(0, ~0ULL);
		CHECK_EQ(boot.events != events, (i & 31) != 0);
	}
}

/* At boot nothing is sent where nobody listens; one listener is enough. */
static void at_boot(void)
{
	unsigned int i;

	for (i = 0; i < 6; i++) {
		boot_reset();
		sim.listening = 1U << i;
		kpkeys_test.ranges = 1;
		scattered_boot(60);
		CHECK_EQ(boot.frames, i == SIM_kpkeys_ppa_replay);
		CHECK(boot.events || i == SIM_kpkeys_ppa_replay);
	}
	boot_reset();
	sim.listening = 0;
	boot_with(3 * BATCH);
	CHECK_EQ(boot.events, 0);
	CHECK_EQ(sim.scheds, 0);
}

static void says(const char *text, long want)
{
	ssize_t ret;

	boot.first = 0;
	boot.count = ~0ULL;
	if (want == (long)strlen(text))
		sscanf(text, "0 %llu", (unsigned long long *)&boot.count);
	ret = sim_store("replay", text);
	CHECK(ret == want, "\"%s\" returns %zd, not %ld", text, ret, want);
}

static void what_can_be_written(void)
{
	boot_with(3);
	says("", 0);
	says("\n", 1);
	says("all", 3);
	says(" all\t\n", 6);
	says("0 100", 5);
	says("0   7\n", 6);
	says("all 1", -EINVAL);
	says("1", -EINVAL);
	says("x 1", -EINVAL);
	says("1 x", -EINVAL);
	says("0x1 1", -EINVAL);
	says("1 0x1", -EINVAL);
	says("1 2 3", -EINVAL);
	says("-1 2", -EINVAL);
	says("1 18446744073709551616", -EINVAL);
	says("0 00000000000000000000000000000000000000000000000000000000000001",
	     -EINVAL);
}

/* A replay that does not come to its window, which its end must say. */
static void ends_early(u64 first, u64 count, long want)
{
	char text[64];
	unsigned int listening = sim.listening;
	u64 frames = boot.frames;

	sim.listening = 1 << SIM_kpkeys_ppa_replay;
	boot.first = first;
	boot.count = count;
	snprintf(text, sizeof(text), "%llu %llu", (unsigned long long)first,
		 (unsigned long long)count);
	CHECK_EQ(sim_store("replay", text), want);
	CHECK_EQ(boot.frames, frames + 1);
	CHECK_EQ(boot.count, 0);
	sim.listening = listening;
}

/* A window that follows another one is not looked for from the start. */
static void goes_on(void)
{
	u64 at;

	kpkeys_test.log_pages = 16;
	boot_with(4 * BATCH);
	sim.scheds = 0;
	boot_replay(2 * BATCH, 10);
	CHECK_EQ(sim.scheds, 2);
	for (at = 2 * BATCH + 10; at < 3 * BATCH - 10; at += 10) {
		sim.scheds = 0;
		boot_replay(at, 10);
		CHECK_EQ(sim.scheds, 0);
	}
}

/* More BASE records are in none of these logs; they are looked at as well. */
#define BASES 64

static void interrupted(void)
{
	long at, batches;

	/* More than the smaller variant takes for the log. */
	kpkeys_test.log_pages = 16;
	boot_with(5000);
	sim.scheds = 0;
	says("all", 3);
	batches = sim.scheds;
	CHECK(batches > 0 && batches >= boot.count / BATCH &&
	      batches <= (boot.count + BASES) / BATCH);
	for (at = 0; at < batches; at++) {
		u64 sent;

		sim.signal_at = at;
		says("all", -EINTR);
		sent = boot.count;
		CHECK(sent > (at + 1) * BATCH - BASES && sent <= (at + 1) * BATCH);
		sim.signal_at = -1;
		boot_replay(sent, 10);
		boot_replay(0, ~0ULL);
		/* On the way to a window: nothing of it was sent. */
		sim.signal_at = at;
		ends_early(4900, 50, -EINTR);
		sim.signal_at = -1;
	}
	sim.lock_fails = true;
	says("all", -EINTR);
	CHECK_EQ(sim_store("log_drop", "1"), -EINTR);
}

static void no_memory_for_ranges(void)
{
	boot_memory(BASE, PAGES(16384), 0);
	boot_paging_begin();
	boot_alloc_any();
	boot_paging_end();
	boot_release();
	boot_finalize();
	sim.no_memory = true;
	kpkeys_replay_init((void *)&boot);
	/* The replay, and the files. */
	CHECK_EQ(sim.errors, 2);
	CHECK_EQ(boot.events, 0);
}

static void no_folder_in_sysfs(void)
{
	boot_memory(BASE, PAGES(16384), 0);
	boot_paging_begin();
	boot_paging_end();
	boot_release();
	boot_finalize();
	sim.listening = 0;
	kpkeys_replay_init(NULL);
	CHECK_EQ(sim.errors, 0);
}

static void text_is(const char *name, const char *want)
{
	char text[100];

	sim_show(name, text);
	CHECK(!strcmp(text, want), "%s is %s", name, text);
}

static void drop(void)
{
	char text[20];
	u64 freed;

	boot_with(100);
	freed = sim.freed;
	text_is("log_state", "kept\n");
	snprintf(text, sizeof(text), "%lu\n", PAGE_SIZE);
	text_is("log_bytes", text);
	CHECK_EQ(sim_store("log_drop", "0"), -EINVAL);
	CHECK_EQ(sim_store("log_drop", "1\n"), 2);
	CHECK_EQ(sim.freed - freed, PAGE_SIZE);
	CHECK_EQ(sim.arrays, 0);
	text_is("log_state", "dropped\n");
	text_is("log_bytes", "0\n");
	CHECK_EQ(sim_store("replay", "all"), -ENODATA);
	/* Once more frees nothing. */
	CHECK_EQ(sim_store("log_drop", "1\n"), 2);
	CHECK_EQ(sim.freed - freed, PAGE_SIZE);
}

static void states(void)
{
	sim_reset();
	boot_reset();
	kpkeys_test.log_pages = 0;
	boot_with(3);
	text_is("log_state", "failed\n");
	boot_replay(0, ~0ULL);
	CHECK_EQ(boot.records, 0);

	boot_reset();
	sim.enabled = false;
	boot_memory(BASE, PAGES(16384), 0);
	kpkeys_replay_init((void *)&boot);
	text_is("log_state", "off\n");
	CHECK_EQ(sim_store("replay", "all"), -ENODEV);
}

static void counter_without_frequency(void)
{
	sim.freq = 0;
	boot_with(20);
	boot_replay(3, 4);
}

static void a_record_left_out(void)
{
	kpkeys_test.drop_event = 7;
	scattered_boot(20);
	boot_replay(0, ~0ULL);
	boot_replay(7, 1);
}

/* --- a log that makes no sense -------------------------------------------------- */

/* Nothing is known of what comes then, but that it ends. */
static void replay_of_anything(long want)
{
	ssize_t ret;

	sim.listening = 1 << SIM_kpkeys_ppa_replay;
	boot.first = 0;
	boot.count = ~0ULL;
	boot.in_frame = false;
	/* The begin of the records must not be believed to be known. */
	ret = sim_store("replay", "all");
	CHECK(want == 1 ? ret == 3 || ret == -EIO : ret == want,
	      "it says %zd", ret);
}

/* Returns how many records were sent, as the end says. */
static u64 word_is_broken(size_t at, u64 word, long want)
{
	u64 *words = (u64 *)kpkeys_log.words, good = words[at];
	u64 id = boot.last_id, sent;

	words[at] = word;
	replay_of_anything(want);
	CHECK(boot.last_id > id);
	sent = boot.count;
	if (want == -EIO)
		ends_early(20, 1, want);
	words[at] = good;
	boot.in_frame = false;
	sim.listening = ~0U;
	/* What was wrong leaves nothing behind, wherever it goes on. */
	boot_replay(20, ~0ULL);
	boot_replay(0, ~0ULL);
	return sent;
}

#define TAGGED(tag) FIELD_PREP(KPKEYS_LOG_TAG, (u64)(tag))

static void broken_words(void)
{
	/* BASE, SETUP, PAGING_BEGIN, ENTRY, then the pages. */
	const size_t first = 2 + 4 + 4 + 1;
	unsigned int tag;

	scattered_boot(20);
	CHECK_EQ(FIELD_GET(KPKEYS_LOG_TAG, kpkeys_log.words[0]), KPKEYS_LOG_BASE);
	CHECK_EQ(FIELD_GET(KPKEYS_LOG_TAG, kpkeys_log.words[first]),
		 KPKEYS_LOG_NEW);
	for (tag = KPKEYS_LOG_TAGS; tag < 16; tag++)
		word_is_broken(first, TAGGED(tag), -EIO);
	/* Ranges that are not there. */
	word_is_broken(first, TAGGED(KPKEYS_LOG_APPEND), -EIO);
	word_is_broken(first, TAGGED(KPKEYS_LOG_PREPEND), -EIO);
	word_is_broken(first, TAGGED(KPKEYS_LOG_BRIDGE), -EIO);
	/* The rest of the page is said to be unused: records are missing. */
	CHECK_EQ(word_is_broken(first, 0, -EIO), 3);
	CHECK_EQ(word_is_broken(0, 0, -EIO), 0);
	/* There may be other ranges: whatever it says, it ends. */
	word_is_broken(first + 1, TAGGED(KPKEYS_LOG_NEW), 1);
	word_is_broken(first + 2, TAGGED(KPKEYS_LOG_NEW) | 5, 1);
}

static void broken_words_of_one_range(void)
{
	const size_t first = 2 + 4 + 4 + 1;

	boot_with(20);
	/* One more range than there were. */
	word_is_broken(first + 1, TAGGED(KPKEYS_LOG_NEW), -EIO);
	/* Behind the range, and nothing is behind that. */
	word_is_broken(first + 1, TAGGED(KPKEYS_LOG_BRIDGE) |
		       FIELD_PREP(KPKEYS_LOG_DPFN, 1ULL), -EIO);
	/* Before it, and nothing is before that. */
	word_is_broken(first + 1, TAGGED(KPKEYS_LOG_BRIDGE) |
		       KPKEYS_LOG_DPFN, -EIO);
}

/*
 * The last @left words of the log claim to be a record of @tag, which is longer
 * than that; those before them, in place of two records of four words, are one
 * or none. What is behind the log cannot be read.
 */
static void end_claims_more(unsigned int tag, unsigned int left)
{
	const size_t size = kpkeys_log.used;
	const u64 *good = kpkeys_log.words;
	u8 *map = mmap(NULL, PAGE_ALIGN(size) + PAGE_SIZE,
		       PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u64 *words = (u64 *)(map + PAGE_ALIGN(size) - size);
	u64 *end = words + size / sizeof(u64), *at = end - 8;

	CHECK(map != MAP_FAILED);
	CHECK(!mprotect(end, PAGE_SIZE, PROT_NONE));
	memcpy(words, good, size);
	for (; at + KPKEYS_LOG_BASE_WORDS <= end - left; at += KPKEYS_LOG_BASE_WORDS)
		*at = TAGGED(KPKEYS_LOG_BASE);
	if (at < end - left)
		*at = TAGGED(KPKEYS_LOG_ENTRY);
	end[-(int)left] = TAGGED(tag);

	kpkeys_log.words = words;
	replay_of_anything(-EIO);
	CHECK_EQ(boot.count, boot.nrec - 2 + left % 2);
	kpkeys_log.words = good;
	munmap(map, PAGE_ALIGN(size) + PAGE_SIZE);
}

static void claims_behind_the_end(void)
{
	unsigned int left;

	boot_with(100);
	/* Its last records, of four words each. */
	CHECK_EQ(boot.rec[boot.nrec - 2].level, KPKEYS_PPA_PHASE_FINALIZE_END);
	CHECK_EQ(boot.rec[boot.nrec - 1].level, KPKEYS_PPA_PHASE_HANDOVER);
	end_claims_more(KPKEYS_LOG_BASE, 1);
	for (left = 1; left < KPKEYS_LOG_LONG_WORDS; left++) {
		end_claims_more(KPKEYS_LOG_PHASE, left);
		end_claims_more(KPKEYS_LOG_FINALIZE, left);
	}
	sim.listening = ~0U;
	boot.in_frame = false;
	boot_replay(0, ~0ULL);
}

const struct sim_case replay_cases[] = {
	{ "all windows of a log", all_windows },
	{ "pages in any order", any_order },
	{ "more ranges than fit, one after the other", more_than_fit },
	{ "each kind of event alone", each_event_alone },
	{ "the replay at boot", at_boot },
	{ "what can be written to the file", what_can_be_written },
	{ "a window goes on where the one before ended", goes_on },
	{ "a signal", interrupted },
	{ "no memory for the ranges", no_memory_for_ranges },
	{ "no folder in sysfs", no_folder_in_sysfs },
	{ "the log is dropped", drop },
	{ "the states of the log", states },
	{ "a counter without frequency", counter_without_frequency },
	{ "a record that is left out", a_record_left_out },
	{ "a log that makes no sense", broken_words },
	{ "... with one range", broken_words_of_one_range },
	{ "... that claims to go on behind its end", claims_behind_the_end },
	{ }
};
