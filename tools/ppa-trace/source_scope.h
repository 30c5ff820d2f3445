/* SPDX-License-Identifier: GPL-2.0-only */
/* How are all page tables of the running kernel read? */
#ifndef PPA_SOURCE_SCOPE_H
#define PPA_SOURCE_SCOPE_H

#include "lookup.h"
#include "scope.h"

struct live_scope;

/* Load the programs. NULL with @d filled in; the exit status is then 2. */
struct live_scope *live_scope_open(struct diag *d);
void live_scope_close(struct live_scope *l);

/* One pass into @s, with all of its tries. 0, or 2 with @d filled in. */
int live_scope_pass(struct live_scope *l, struct scope *s, struct diag *d);

/* Find out what f->addr is. 0, or 2 with @d filled in. */
int live_scope_find(struct live_scope *l, struct lookup *f, struct diag *d);

#endif /* PPA_SOURCE_SCOPE_H */
