// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does set_memory_pkey() do what it says, and refuse what it must?
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/kpkeys.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>

#include <asm/sections.h>

#define ORDER	2
#define PAGES	BIT(ORDER)

static unsigned long pages;

static pte_t entry(int page)
{
	return ptep_get(virt_to_kpte(pages + page * PAGE_SIZE));
}

static int key(int page)
{
	return kpkeys_pte_pkey(entry(page));
}

static void sets_and_clears(struct kunit *test)
{
	pte_t before[PAGES];
	int i;

	for (i = 0; i < (int)PAGES; i++)
		before[i] = entry(i);

	/* The two in the middle */
	KUNIT_ASSERT_EQ(test, 0, set_memory_pkey(pages + PAGE_SIZE, 2,
						 KPKEYS_PKEY_PGTABLES));
	KUNIT_EXPECT_EQ(test, key(1), KPKEYS_PKEY_PGTABLES);
	KUNIT_EXPECT_EQ(test, key(2), KPKEYS_PKEY_PGTABLES);

	/* Nothing beside them */
	KUNIT_EXPECT_EQ(test, pte_val(entry(0)), pte_val(before[0]));
	KUNIT_EXPECT_EQ(test, pte_val(entry(3)), pte_val(before[3]));

	/* The same again */
	KUNIT_EXPECT_EQ(test, 0, set_memory_pkey(pages + PAGE_SIZE, 2,
						 KPKEYS_PKEY_PGTABLES));
	KUNIT_EXPECT_EQ(test, key(2), KPKEYS_PKEY_PGTABLES);

	/* And back to what it was */
	KUNIT_ASSERT_EQ(test, 0, set_memory_pkey(pages + PAGE_SIZE, 2,
						 KPKEYS_PKEY_DEFAULT));
	for (i = 0; i < (int)PAGES; i++)
		KUNIT_EXPECT_EQ(test, pte_val(entry(i)), pte_val(before[i]));
}

static void still_readable(struct kunit *test)
{
	unsigned long *word = (unsigned long *)(pages + PAGE_SIZE);

	WRITE_ONCE(*word, 0x5ca1ab1e);
	KUNIT_ASSERT_EQ(test, 0, set_memory_pkey(pages + PAGE_SIZE, 1,
						 KPKEYS_PKEY_PGTABLES));
	KUNIT_EXPECT_EQ(test, READ_ONCE(*word), 0x5ca1ab1eUL);
	KUNIT_EXPECT_EQ(test, 0, set_memory_pkey(pages + PAGE_SIZE, 1,
						 KPKEYS_PKEY_DEFAULT));
}

static void refuses_keys(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(pages, 1, -1));
	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(pages, 1, 2));
	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(pages, 1, 8));
	KUNIT_EXPECT_EQ(test, key(0), KPKEYS_PKEY_DEFAULT);
}

static void refuses_ranges(struct kunit *test)
{
	const int pkey = KPKEYS_PKEY_PGTABLES;
	void *area = vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, area);

	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(pages + 8, 1, pkey));
	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(pages, 0, pkey));
	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(pages, -1, pkey));

	/* Outside of the linear map */
	KUNIT_EXPECT_EQ(test, -EINVAL, set_memory_pkey(0, 1, pkey));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			set_memory_pkey((unsigned long)area, 1, pkey));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			set_memory_pkey((unsigned long)_data & PAGE_MASK, 1, pkey));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			set_memory_pkey(kpkeys_layout.page_end - PAGE_SIZE, 2, pkey));

	/* In it, where no memory is */
	KUNIT_EXPECT_EQ(test, -EINVAL,
			set_memory_pkey(kpkeys_layout.page_end - PAGE_SIZE, 1, pkey));

	vfree(area);
}

static struct completion softirq_done;
static int softirq_ret;

static void softirq_fn(struct tasklet_struct *unused)
{
	softirq_ret = set_memory_pkey(pages, 1, KPKEYS_PKEY_PGTABLES);
	complete(&softirq_done);
}

static void works_in_softirq(struct kunit *test)
{
	static DECLARE_TASKLET(tasklet, softirq_fn);

	init_completion(&softirq_done);
	tasklet_schedule(&tasklet);
	wait_for_completion(&softirq_done);
	tasklet_kill(&tasklet);

	KUNIT_EXPECT_EQ(test, softirq_ret, 0);
	KUNIT_EXPECT_EQ(test, key(0), KPKEYS_PKEY_PGTABLES);
	KUNIT_EXPECT_EQ(test, 0, set_memory_pkey(pages, 1, KPKEYS_PKEY_DEFAULT));
}

static int kpkeys_test_init(struct kunit *test)
{
	if (!kpkeys_enabled())
		kunit_skip(test, "kernel protection keys are off");

	pages = __get_free_pages(GFP_KERNEL, ORDER);
	return pages ? 0 : -ENOMEM;
}

static void kpkeys_test_exit(struct kunit *test)
{
	if (!kpkeys_enabled() || !pages)
		return;

	KUNIT_EXPECT_EQ(test, 0, set_memory_pkey(pages, PAGES, KPKEYS_PKEY_DEFAULT));
	free_pages(pages, ORDER);
	pages = 0;
}

static struct kunit_case kpkeys_test_cases[] = {
	KUNIT_CASE(sets_and_clears),
	KUNIT_CASE(still_readable),
	KUNIT_CASE(refuses_keys),
	KUNIT_CASE(refuses_ranges),
	KUNIT_CASE(works_in_softirq),
	{}
};

static struct kunit_suite kpkeys_test_suite = {
	.name = "kpkeys",
	.init = kpkeys_test_init,
	.exit = kpkeys_test_exit,
	.test_cases = kpkeys_test_cases,
};

kunit_test_suite(kpkeys_test_suite);
