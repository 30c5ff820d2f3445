/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's own, and what it lacks.
 */
#ifndef _SIM_LINUX_STRING_H
#define _SIM_LINUX_STRING_H

#include_next <linux/string.h>

#undef strscpy
#define strscpy(to, from)	sim_strscpy(to, from, sizeof(to))

long sim_strscpy(char *to, const char *from, size_t size);
int kstrtobool(const char *s, bool *res);
bool sysfs_streq(const char *a, const char *b);

#endif /* _SIM_LINUX_STRING_H */
