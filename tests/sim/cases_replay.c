// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a replay send all that was asked for, and no more, whatever is in the log?
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

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

static void boot_with(unsigned int pages)
{
	boot_memory(BASE, MIB(64), 0);
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
	boot_with(3);
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
	CHECK(ret == want, "\"%s\" says %zd, not %ld", text, ret, want);
}

static void what_can_be_written(void)
{
	boot_with(3);
	says("", 0);
	says("\n", 1);
	says("all", 3);
	says(" all \n", 6);
	says("0 100", 5);
	says("0   7\n", 6);
	says("all 1", -EINVAL);
	says("1", -EINVAL);
	says("x 1", -EINVAL);
	says("1 x", -EINVAL);
	says("1 2 3", -EINVAL);
	says("-1 2", -EINVAL);
	says("1 18446744073709551616", -EINVAL);
	says("0 00000000000000000000000000000000000000000000000000000000000001",
	     -EINVAL);
}

/* More BASE records are in none of these logs; they are looked at as well. */
#define BASES 64

static void interrupted(void)
{
	long at, batches;

	/* The log of the smaller variant does not hold them all. */
	boot_with(5000);
	sim.scheds = 0;
	says("all", 3);
	batches = sim.scheds;
	CHECK(batches > 0 && batches >= boot.count / 1024 &&
	      batches <= (boot.count + BASES) / 1024);
	for (at = 0; at < batches; at++) {
		u64 sent;

		sim.signal_at = at;
		says("all", -EINTR);
		sent = boot.count;
		CHECK(sent > (at + 1) * 1024 - BASES && sent <= (at + 1) * 1024);
		sim.signal_at = -1;
		boot_replay(sent, 10);
		boot_replay(0, ~0ULL);
	}
	sim.lock_fails = true;
	says("all", -EINTR);
	CHECK_EQ(sim_store("log_drop", "1"), -EINTR);
}

static void no_memory_for_ranges(void)
{
	boot_memory(BASE, MIB(64), 0);
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
	boot_memory(BASE, MIB(64), 0);
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
	boot_with(100);
	text_is("log_state", "kept\n");
	text_is("log_bytes", "4096\n");
	CHECK_EQ(sim_store("log_drop", "0"), -EINVAL);
	CHECK_EQ(sim_store("log_drop", "1\n"), 2);
	text_is("log_state", "dropped\n");
	text_is("log_bytes", "0\n");
	CHECK_EQ(sim_store("replay", "all"), -ENODATA);
	/* Once more frees nothing. */
	CHECK_EQ(sim_store("log_drop", "1\n"), 2);
	CHECK_EQ(sim.freed, boot.log_at_start -
		 (boot.log_at_start - sim.freed));
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
	boot_memory(BASE, MIB(64), 0);
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

static void word_is_broken(size_t at, u64 word, long want)
{
	u64 *words = (u64 *)kpkeys_log.words, good = words[at];
	u64 id = boot.last_id;

	words[at] = word;
	replay_of_anything(want);
	CHECK(boot.last_id > id);
	words[at] = good;
	boot.in_frame = false;
	sim.listening = ~0U;
	/* What was wrong leaves nothing behind. */
	boot_replay(0, ~0ULL);
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
	word_is_broken(first, 0, -EIO);
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
}

const struct sim_case replay_cases[] = {
	{ "all windows of a log", all_windows },
	{ "each kind of event alone", each_event_alone },
	{ "the replay at boot", at_boot },
	{ "what can be written to the file", what_can_be_written },
	{ "a signal", interrupted },
	{ "no memory for the ranges", no_memory_for_ranges },
	{ "no folder in sysfs", no_folder_in_sysfs },
	{ "the log is dropped", drop },
	{ "the states of the log", states },
	{ "a counter without frequency", counter_without_frequency },
	{ "a record that is left out", a_record_left_out },
	{ "a log that makes no sense", broken_words },
	{ "... with one range", broken_words_of_one_range },
	{ }
};
