/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What should the range table hold? The same by the plainest means: a list that
 * is gone through from its start.
 */
#ifndef _SIM_REFERENCE_H
#define _SIM_REFERENCE_H

#include <linux/types.h>

struct ref_range {
	phys_addr_t start;
	phys_addr_t end;
};

struct reference {
	struct ref_range *range;	/* ascending */
	unsigned int n;
	unsigned int cap;
	unsigned int capacity;		/* of the table */
};

/* How a page came in: enum kpkeys_ppa_join, or this. */
#define REF_OVERFLOW 4

void ref_init(struct reference *ref, unsigned int capacity);

/*
 * Put @addr in; returns how. @range is what it is in now, nothing if it is in
 * none.
 */
int ref_add(struct reference *ref, phys_addr_t addr, struct ref_range *range);

/* The range that @addr is in, or NULL. */
const struct ref_range *ref_find(const struct reference *ref, phys_addr_t addr);

#endif /* _SIM_REFERENCE_H */
