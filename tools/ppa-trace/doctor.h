/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can this machine do for ppa-trace, and if it cannot, why not?
 *
 * doctor_facts.c asks the machine; doctor.c says what follows, and does no I/O.
 */
#ifndef PPA_DOCTOR_H
#define PPA_DOCTOR_H

#include <stdbool.h>

#include "diag.h"
#include "types.h"

/* Options of the kernel that matter. */
enum doctor_option {
	OPTION_HARDENED,
	OPTION_PPA_TRACE,
	OPTION_PIE,
	OPTION_BPF_SYSCALL,
	OPTION_BPF_EVENTS,
	OPTION_BTF,
	OPTION_KALLSYMS_ALL,
	OPTION_TRACING,
	OPTION_COUNT
};

extern const char * const doctor_options[OPTION_COUNT];

/* What can be known, or not. */
enum doctor_known {
	KNOWN_NOT,
	KNOWN_NO,
	KNOWN_YES,
};

/* All 0 is a machine of which nothing is known. Sizes are -1 if they are not. */
struct doctor_facts {
	char machine[65];		/* uname -m */
	bool live_built_in;
	u64 capabilities;		/* CapEff */
	enum doctor_known config[OPTION_COUNT];
	bool sysfs;			/* is it mounted? */
	bool kpkeys;			/* /sys/kernel/kpkeys is there */
	char backend[16];		/* empty if it cannot be read */
	char log_state[16];		/* the same */
	s64 log_bytes;
	enum doctor_known cpu_poe;
	enum doctor_known tracefs;	/* is it mounted? */
	enum doctor_known events;	/* has it the events? */
	s64 buffer_kib;			/* of one cpu */
	bool btf;			/* /sys/kernel/btf/vmlinux */
	bool bpf;			/* /sys/fs/bpf */
	char lockdown[24];		/* empty: there is none */
	enum doctor_known symbols;	/* does kallsyms show where walks begin? */
	s64 memory_available;		/* bytes */
	enum doctor_known loads;	/* do the BPF programs? */
	struct diag load_error;
};

/* The directory that /proc and /sys are in, "" in earnest. */
extern const char *doctor_root;

/* Ask the machine. Loading the BPF programs is tried if nothing forbids it. */
void doctor_ask(struct doctor_facts *f);

enum doctor_status {
	DOCTOR_OK,
	DOCTOR_NO,
	DOCTOR_UNKNOWN,
};

/* The names of the points never change. */
enum doctor_point {
	POINT_TOOL,
	POINT_KERNEL,
	POINT_KEYS,
	POINT_LOG,
	POINT_EVENTS,
	POINT_BUFFER,
	POINT_BPF,
	POINT_BTF,
	POINT_RIGHTS,
	POINT_LOCKDOWN,
	POINT_SYMBOLS,
	POINT_LOAD,
	POINT_MEMORY,
	POINT_COUNT
};

struct doctor_finding {
	enum doctor_status status;
	char what[160];
	char fix[320];		/* empty if there is nothing to do */
};

struct doctor {
	struct doctor_finding v[POINT_COUNT];
};

void doctor_judge(const struct doctor_facts *f, struct doctor *d);

const char *doctor_point_name(enum doctor_point point);
const char *doctor_status_name(enum doctor_status status);

/* Can verify not do without it? */
bool doctor_needed(enum doctor_point point);

/* Points that verify needs, and that are not known to be there. */
int doctor_missing(const struct doctor *d);

#endif /* PPA_DOCTOR_H */
