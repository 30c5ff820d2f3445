// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults on purpose: does a check notice when the kernel gets it wrong?
 *
 * kpkeys.test= takes a list such as untracked=5,nowalk; struct kpkeys_test
 * says what each does.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/kpkeys.h>
#include <linux/kpkeys_test.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <asm/tlbflush.h>

#include "kpkeys.h"

struct kpkeys_test kpkeys_test __ro_after_init = {
	.untracked	= -1,
	.skip_range	= -1,
	.wrong_key	= -1,
	.clear_key	= -1,
	.unkeyed	= -1,
	.drop_event	= -1,
	.ranges		= -1,
	.run		= -1,
	.log_pages	= -1,
	.damage		= -1,
};

struct number_knob {
	const char *name;
	long *value;
};

static const struct number_knob numbers[] __initconst = {
	{ "untracked",	&kpkeys_test.untracked },
	{ "skip_range",	&kpkeys_test.skip_range },
	{ "wrong_key",	&kpkeys_test.wrong_key },
	{ "clear_key",	&kpkeys_test.clear_key },
	{ "unkeyed",	&kpkeys_test.unkeyed },
	{ "drop_event",	&kpkeys_test.drop_event },
	{ "ranges",	&kpkeys_test.ranges },
	{ "run",	&kpkeys_test.run },
	{ "log_pages",	&kpkeys_test.log_pages },
	{ "damage",	&kpkeys_test.damage },
};

struct switch_knob {
	const char *name;
	bool *value;
};

static const struct switch_knob switches[] __initconst = {
	{ "noop",	&kpkeys_test.noop },
	{ "noguard",	&kpkeys_test.noguard },
	{ "stray",	&kpkeys_test.stray },
	{ "nowalk",	&kpkeys_test.nowalk },
	{ "scatter",	&kpkeys_test.scatter },
	{ "bottomup",	&kpkeys_test.bottomup },
	{ "nocounter",	&kpkeys_test.nocounter },
};

static bool __init set_knob(const char *name, const char *value)
{
	int i;

	for (i = 0; !value && i < ARRAY_SIZE(switches); i++) {
		if (!strcmp(name, switches[i].name)) {
			*switches[i].value = true;
			return true;
		}
	}
	for (i = 0; value && i < ARRAY_SIZE(numbers); i++) {
		if (!strcmp(name, numbers[i].name))
			return !kstrtol(value, 0, numbers[i].value) &&
			       *numbers[i].value >= 0;
	}
	return false;
}

/* A knob that is not understood stops the boot: no test may pass without it. */
static int __init kpkeys_test_param(char *arg)
{
	char *name, *value;

	while ((name = strsep(&arg, ","))) {
		value = strchr(name, '=');
		if (value)
			*value++ = '\0';
		if (!set_knob(name, value))
			panic("kpkeys.test: no such knob, or not a number: %s\n",
			      name);
		pr_warn("test knob %s is set to %s\n", name, value ?: "on");
	}
	return 0;
}
early_param("kpkeys.test", kpkeys_test_param);

/* Asked by set_memory_pkey(): say that all went well, and do nothing. */
bool kpkeys_test_noop(void)
{
	return kpkeys_test.noop;
}

/* Asked by set_memory_pkey(): write as code without a guard would. */
bool kpkeys_test_noguard(void)
{
	return kpkeys_test.noguard;
}

/**
 * kpkeys_test_leave_unkeyed - is this the regular table that gets no key?
 * @addr: physical address of the table
 */
bool kpkeys_test_leave_unkeyed(phys_addr_t addr)
{
	static atomic_long_t nr_tables = ATOMIC_LONG_INIT(-1);

	if (kpkeys_test.unkeyed < 0 ||
	    atomic_long_inc_return(&nr_tables) != kpkeys_test.unkeyed)
		return false;

	pr_warn("test knob unkeyed: page at 0x%llx\n", (u64)addr);
	return true;
}

static int __init make_stray_page(void)
{
	struct page *page;

	if (!kpkeys_test.stray)
		return 0;

	page = alloc_page(GFP_KERNEL);
	if (!page || set_memory_pkey((unsigned long)page_address(page), 1,
				     KPKEYS_PKEY_PGTABLES))
		panic("kpkeys.test: no stray page\n");
	pr_warn("test knob stray: page at 0x%llx\n", (u64)page_to_phys(page));
	return 0;
}
late_initcall(make_stray_page);

static phys_addr_t wrong_addr __initdata;
static phys_addr_t clear_addr __initdata;

/**
 * kpkeys_test_note_page - remember the pages whose key will be changed
 * @addr: physical address of a page that was handed out
 * @number: its number, from 0
 */
void __init kpkeys_test_note_page(phys_addr_t addr, unsigned long number)
{
	if (kpkeys_test_hit(kpkeys_test.wrong_key, number))
		wrong_addr = addr;
	if (kpkeys_test_hit(kpkeys_test.clear_key, number))
		clear_addr = addr;
	if (kpkeys_test_hit(kpkeys_test.untracked, number))
		pr_warn("test knob untracked: page at 0x%llx\n", (u64)addr);
}

/* Past set_memory_pkey(), which would refuse such a key. */
static void __init poke_key(const char *knob, phys_addr_t addr, int pkey)
{
	unsigned long virt = (unsigned long)__va(addr);
	pte_t *ptep = virt_to_kpte(virt);
	pteval_t val = pte_val(__ptep_get(ptep)) & ~PTE_PO_IDX_MASK;

	if (pkey == KPKEYS_PKEY_DEFAULT)
		val |= PTE_UXN;
	pr_warn("test knob %s: page at 0x%llx gets key %d\n", knob, (u64)addr, pkey);
	__set_pte(ptep, __pte(val | FIELD_PREP(PTE_PO_IDX_MASK, pkey)));
	flush_tlb_kernel_range(virt, virt + PAGE_SIZE);
}

/* Write back what is there, as an attacker's write would. */
static int try_write(void *entry)
{
	u64 val = READ_ONCE(*(u64 *)entry);

	return copy_to_kernel_nofault(entry, &val, sizeof(val));
}

/**
 * kpkeys_test_after_finalize - undo some of what finalize has just done
 *
 * And try to write to a table of the linear map, in the one thread for which
 * nobody has set a register: it has what __cpu_setup left.
 */
void __init kpkeys_test_after_finalize(void)
{
	pr_info("test: write by the first thread: error %d\n",
		try_write(virt_to_kpte((unsigned long)lm_alias(_text))));
	if (wrong_addr)
		poke_key("wrong_key", wrong_addr, 2);
	if (clear_addr)
		poke_key("clear_key", clear_addr, KPKEYS_PKEY_DEFAULT);
}

#ifdef CONFIG_KPKEYS_PPA_TRACE
/* As something that writes where it must not. False where the log has no such word. */
static bool damage_log(unsigned long number)
{
	u64 *words = (u64 *)kpkeys_log.words;

	if (number >= kpkeys_log.used / sizeof(*words))
		return false;
	words[number] = ~words[number];
	return true;
}

/**
 * kpkeys_test_before_replay - spoil the log that has just been closed
 */
void __init kpkeys_test_before_replay(void)
{
	if (kpkeys_test.damage >= 0 && !damage_log(kpkeys_test.damage))
		panic("kpkeys.test: the log has no word %ld\n", kpkeys_test.damage);
}
#else
static bool damage_log(unsigned long number)
{
	return false;
}
#endif

/* The same word a second time mends it. Nothing may drop the log meanwhile. */
static ssize_t damage_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	unsigned long number;

	if (kstrtoul(buf, 10, &number) || !damage_log(number))
		return -EINVAL;
	return count;
}

static struct kobj_attribute damage_attr = __ATTR_WO(damage);

static ssize_t probe_one(char *buf, ssize_t at, const char *class, void *entry)
{
	return at + sysfs_emit_at(buf, at, "class=%s addr=0x%lx error=%d\n",
				  class, (unsigned long)entry, try_write(entry));
}

static ssize_t probe_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	void *area = vmalloc(PAGE_SIZE);
	ssize_t at = 0;

	if (!area)
		return -ENOMEM;

	at = probe_one(buf, at, "linear", virt_to_kpte((unsigned long)buf));
	at = probe_one(buf, at, "vmemmap", pmd_off_k((unsigned long)virt_to_page(buf)));
	at = probe_one(buf, at, "static", __va(kpkeys_layout.static_start));
	at = probe_one(buf, at, "static-image",
		       (void *)(kpkeys_layout.static_start +
				kpkeys_layout.image_voffset));
	at = probe_one(buf, at, "vmalloc", virt_to_kpte((unsigned long)area));
	if (current->mm)
		at = probe_one(buf, at, "user", current->mm->pgd);
	vfree(area);
	return at;
}

static struct kobj_attribute probe_attr = __ATTR(probe, 0400, probe_show, NULL);

/* For the thread that writes, until it ends: every page-table write by itself. */
static ssize_t pause_lazy_mmu_store(struct kobject *kobj,
				    struct kobj_attribute *attr,
				    const char *buf, size_t count)
{
	lazy_mmu_mode_pause();
	return count;
}

static struct kobj_attribute pause_lazy_mmu_attr = __ATTR_WO(pause_lazy_mmu);

static const struct attribute *const test_attrs[] = {
	&probe_attr.attr,
	&pause_lazy_mmu_attr.attr,
	&damage_attr.attr,
	NULL,
};

/**
 * kpkeys_test_sysfs_init - files to try writes to page tables and to
 *	the log, and to measure them
 * @parent: /sys/kernel/kpkeys
 */
void __init kpkeys_test_sysfs_init(struct kobject *parent)
{
	if (!parent || sysfs_create_files(parent, test_attrs))
		pr_err("the test files of /sys/kernel/kpkeys are not there: out of memory\n");
}
