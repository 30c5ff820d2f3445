/* SPDX-License-Identifier: GPL-2.0-only */
/* What do all that load BPF programs have in common? */
#ifndef PPA_LIVE_BPF_H
#define PPA_LIVE_BPF_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "diag.h"

/* Keep libbpf's first complaint for live_load_error(). */
void live_keep_words(void);

/* Fill @d with why a program was not loaded: @err is an errno. Returns 2. */
int live_load_error(int err, struct diag *d);

/* Fill @d with what could not be done with a loaded program. Returns 2. */
int live_run_error(int err, const char *what, struct diag *d);

/* Fill @d: kallsyms does not show what the walks begin at. Returns 2. */
int live_no_symbols(struct diag *d);

/*
 * Attach an iterator: over the tasks of this process if @own, else over all
 * tasks. NULL with errno.
 */
struct bpf_link *live_attach(struct bpf_program *prog, bool own);

/* Let an iterator run. 0, or an errno. */
int live_run(struct bpf_link *link);

#endif /* PPA_LIVE_BPF_H */
