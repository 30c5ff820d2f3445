// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a suite work that knows nothing of this implementation, but the names
 * that the upstream proposal has, from <linux/pgtable.h>?
 *
 * One entry for each kind of table: what is written is what was read, so that
 * a write that goes through does no harm.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pgtable.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

static void expect_protected(struct kunit *test, void *entry)
{
	unsigned long val = READ_ONCE(*(unsigned long *)entry);

	KUNIT_EXPECT_EQ(test, -EFAULT,
			copy_to_kernel_nofault(entry, &val, sizeof(val)));
}

/* The entries on the way to @addr, from the level below the root down to a leaf. */
static void expect_all_protected(struct kunit *test, pgd_t *pgd,
				 unsigned long addr)
{
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud;
	pmd_t *pmd;

	KUNIT_ASSERT_FALSE(test, p4d_none(p4dp_get(p4d)));
	pud = pud_offset(p4d, addr);
	KUNIT_ASSERT_FALSE(test, pud_none(pudp_get(pud)));
	/* A folded level would be the root, which is no page table by itself. */
	if (!mm_pud_folded(&init_mm))
		expect_protected(test, pud);
	if (pud_leaf(pudp_get(pud)))
		return;
	pmd = pmd_offset(pud, addr);
	KUNIT_ASSERT_FALSE(test, pmd_none(pmdp_get(pmd)));
	if (!mm_pmd_folded(&init_mm))
		expect_protected(test, pmd);
	if (pmd_leaf(pmdp_get(pmd)))
		return;
	expect_protected(test, pte_offset_kernel(pmd, addr));
}

static void names_linear_map(struct kunit *test)
{
	void *memory = kunit_kzalloc(test, 8, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	expect_all_protected(test, pgd_offset_k((unsigned long)memory),
			     (unsigned long)memory);
}

static void names_kernel_image(struct kunit *test)
{
	unsigned long addr = (unsigned long)&init_mm;

	expect_all_protected(test, pgd_offset_k(addr), addr);
}

static void names_vmalloc(struct kunit *test)
{
	void *memory = vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	expect_all_protected(test, pgd_offset_k((unsigned long)memory),
			     (unsigned long)memory);
	vfree(memory);
}

static void names_vmemmap(struct kunit *test)
{
	void *memory = kunit_kzalloc(test, 8, GFP_KERNEL);
	unsigned long addr;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	addr = (unsigned long)virt_to_page(memory);
	expect_all_protected(test, pgd_offset_k(addr), addr);
}

static void names_user(struct kunit *test)
{
	unsigned long addr;

	KUNIT_ASSERT_EQ(test, 0, kunit_attach_mm());
	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	KUNIT_ASSERT_FALSE(test, !addr || IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, put_user(1, (int __user *)addr));
	expect_all_protected(test, pgd_offset(current->mm, addr), addr);
}

/* Both names mean the same, and the feature is on where keys are. */
static void names_agree(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, kpkeys_enabled());
	KUNIT_EXPECT_TRUE(test, kpkeys_hardened_pgtables_enabled());
}

static int names_init(struct kunit *test)
{
	if (!kpkeys_supported())
		kunit_skip(test, "kpkeys are not supported");
	return 0;
}

static struct kunit_case names_cases[] = {
	KUNIT_CASE(names_agree),
	KUNIT_CASE(names_linear_map),
	KUNIT_CASE(names_kernel_image),
	KUNIT_CASE(names_vmalloc),
	KUNIT_CASE(names_vmemmap),
	KUNIT_CASE(names_user),
	{}
};

static struct kunit_suite names_suite = {
	.name = "kpkeys_names",
	.init = names_init,
	.test_cases = names_cases,
};

kunit_test_suite(names_suite);
