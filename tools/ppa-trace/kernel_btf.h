/* SPDX-License-Identifier: GPL-2.0-only */
/* Does the running kernel describe the events as the tool knows them? */
#ifndef PPA_KERNEL_BTF_H
#define PPA_KERNEL_BTF_H

#include <stdbool.h>

#include "diag.h"

/*
 * Compare the kernel's BTF with event.c. With @events the arguments of all
 * tracepoints must fit. 0, or EXIT_CANNOT with @d filled in.
 */
int kernel_btf_check(bool events, struct diag *d);

#endif /* PPA_KERNEL_BTF_H */
