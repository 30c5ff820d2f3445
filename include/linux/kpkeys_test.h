/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test knobs that code outside of mm/ asks. A header of its own, so that the
 * option changes few objects.
 */
#ifndef _LINUX_KPKEYS_TEST_H
#define _LINUX_KPKEYS_TEST_H

#include <linux/types.h>

#ifdef CONFIG_KPKEYS_PPA_TEST
bool kpkeys_test_noop(void);
bool kpkeys_test_noguard(void);
#else
static inline bool kpkeys_test_noop(void)
{
	return false;
}

static inline bool kpkeys_test_noguard(void)
{
	return false;
}
#endif

#endif /* _LINUX_KPKEYS_TEST_H */
