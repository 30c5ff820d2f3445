// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardened page tables: the switch, and what sysfs tells of it.
 *
 * See Documentation/mm/kpkeys.rst.
 */
#define pr_fmt(fmt) "kpkeys: " fmt

#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kpkeys.h>
#include <linux/printk.h>
#include <linux/sysfs.h>

#include "kpkeys.h"

/**
 * kpkeys_hardened_pgtables_init - from here on page tables carry their key
 *
 * Called once from mem_init(), when no more tables come from memblock.
 */
void __init kpkeys_hardened_pgtables_init(void)
{
	if (!kpkeys_hardened_pgtables_early_enabled())
		return;

	kpkeys_ppa_finalize();
	kpkeys_key_static_pgtables();
}

static ssize_t backend_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	switch (kpkeys_backend) {
	case KPKEYS_BACKEND_POE:
		return sysfs_emit(buf, "poe\n");
	case KPKEYS_BACKEND_PIE:
		return sysfs_emit(buf, "pie\n");
	case KPKEYS_BACKEND_OFF:
		break;
	}
	return sysfs_emit(buf, "off\n");
}

static struct kobj_attribute backend_attr = __ATTR_RO(backend);

/*
 * postcore: core_initcall_sync has switched on the events that the command
 * line and bootconfig ask for, so a replay from here reaches them all.
 */
static int __init kpkeys_sysfs_init(void)
{
	struct kobject *kobj = kobject_create_and_add("kpkeys", kernel_kobj);

	if (!kobj || sysfs_create_file(kobj, &backend_attr.attr))
		pr_err("/sys/kernel/kpkeys is not complete: out of memory\n");

	/* The replay at boot needs no files. */
	kpkeys_replay_init(kobj);
	kpkeys_test_sysfs_init(kobj);
	return 0;
}
postcore_initcall(kpkeys_sysfs_init);
