// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults on purpose: does a check notice when the kernel gets it wrong?
 *
 * kpkeys.test= takes a list such as untracked=5,nowalk; struct kpkeys_test
 * says what each does.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/bitfield.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kpkeys.h>
#include <linux/kpkeys_test.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <asm/tlbflush.h>

#include "kpkeys.h"

struct kpkeys_test kpkeys_test __ro_after_init = {
	.untracked	= -1,
	.skip_range	= -1,
	.wrong_key	= -1,
	.clear_key	= -1,
	.drop_event	= -1,
	.ranges		= -1,
	.run		= -1,
	.log_pages	= -1,
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
	{ "drop_event",	&kpkeys_test.drop_event },
	{ "ranges",	&kpkeys_test.ranges },
	{ "run",	&kpkeys_test.run },
	{ "log_pages",	&kpkeys_test.log_pages },
};

struct switch_knob {
	const char *name;
	bool *value;
};

static const struct switch_knob switches[] __initconst = {
	{ "noop",	&kpkeys_test.noop },
	{ "nowalk",	&kpkeys_test.nowalk },
	{ "scatter",	&kpkeys_test.scatter },
	{ "bottomup",	&kpkeys_test.bottomup },
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

/**
 * kpkeys_test_after_finalize - undo some of what finalize has just done
 */
void __init kpkeys_test_after_finalize(void)
{
	if (wrong_addr)
		poke_key("wrong_key", wrong_addr, 2);
	if (clear_addr)
		poke_key("clear_key", clear_addr, KPKEYS_PKEY_DEFAULT);
}
