/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: what the replay needs of the running kernel.
 */
#ifndef _SIM_SIM_REPLAY_H
#define _SIM_SIM_REPLAY_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <sys/types.h>

#define U64_MAX		(~0ULL)

struct attribute {
	const char *name;
};

struct kobject {
	int unused;
};

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr,
			char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t len);
};

#define __ATTR_WO(_name)	{ .attr = { #_name }, .store = _name##_store }
#define __ATTR_RO(_name)	{ .attr = { #_name }, .show = _name##_show }

int sysfs_create_files(struct kobject *kobj,
		       const struct attribute * const *attrs);
#define sysfs_emit(buf, ...)	sprintf(buf, __VA_ARGS__)

int kstrtou64(const char *s, unsigned int base, u64 *res);

#define current		NULL
bool signal_pending(void *task);
void cond_resched(void);
u64 ktime_get_boottime_ns(void);

#define local_irq_save(flags)		((void)((flags) = 0))
#define local_irq_restore(flags)	((void)(flags))

#endif /* _SIM_SIM_REPLAY_H */
