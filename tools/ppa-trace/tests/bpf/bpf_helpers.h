/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does ppa.bpf.c need to be compiled into a test?
 *
 * These stand in for the headers of libbpf: what the kernel does for a BPF
 * program is done by the functions at the end, which the test has. CO-RE is
 * nothing here, the kernel's types are those of ppa.bpf.c.
 */
#ifndef PPA_TESTS_BPF_HELPERS_H
#define PPA_TESTS_BPF_HELPERS_H

#include <linux/bpf.h>

#include "types.h"

#undef __noinline
#define __noinline __attr(noinline)
#undef __always_inline
#define __always_inline inline

#define preserve_access_index	/* an attribute that only BPF has */

#define SEC(name)
#define __uint(name, value) int (*(name))[value]
#define __type(name, value) int (*(name))[sizeof(value)]

#define BPF_PROG(name, ...) name(__VA_ARGS__)
#define BPF_CORE_READ(from, ...) ((from)->__VA_ARGS__)
#define bpf_core_read bpf_probe_read_kernel
#define bpf_core_type_size(...) 64
#define bpf_core_field_exists(...) 1
#define bpf_core_enum_value(type, value) SIM_##value
#define SIM_PGTY_table 0xf2
#define SIM_PGTY_buddy 0xf0
#define SIM_PG_reserved 12

#define barrier_var(var) ({ asm volatile("" : "+r"(var)); })
#define __arg_nonnull

#define bpf_for(i, start, end)						\
	for (int *__i = &(i), __end = (*__i = (start), (end)); *__i < __end; ++*__i)

void *bpf_map_lookup_elem(void *map, const void *key);
unsigned long long bpf_get_current_pid_tgid(void);
void *bpf_ringbuf_reserve(void *ring, unsigned long long size,
			  unsigned long long flags);
void bpf_ringbuf_submit(void *data, unsigned long long flags);
long bpf_ringbuf_output(void *ring, void *data, unsigned long long size,
			unsigned long long flags);
long bpf_probe_read_kernel(void *to, unsigned int size, const void *from);

#endif /* PPA_TESTS_BPF_HELPERS_H */
