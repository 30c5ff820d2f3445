// SPDX-License-Identifier: GPL-2.0-only
/* What follows from the facts, for which command, and what can be done? */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

/* One record of the log, and what the model keeps of it. */
#define LOG_RECORD_BYTES 8
#define MODEL_RECORD_BYTES 56
/* Ring buffers and copies of tables. */
#define MODEL_BYTES (8 << 20)
/* What two events of a record take of a trace buffer, generously. */
#define TRACE_RECORD_BYTES 256

#define CAP_DAC_OVERRIDE 1
#define CAP_SYS_ADMIN 21
#define CAP_SYSLOG 34
#define CAP_PERFMON 38
#define CAP_BPF 39

const char * const doctor_options[OPTION_COUNT] = {
	[OPTION_HARDENED] = "CONFIG_KPKEYS_HARDENED_PGTABLES",
	[OPTION_PPA_TRACE] = "CONFIG_KPKEYS_PPA_TRACE",
	[OPTION_PIE] = "CONFIG_ARM64_KPKEYS_PIE",
	[OPTION_BPF_SYSCALL] = "CONFIG_BPF_SYSCALL",
	[OPTION_BPF_EVENTS] = "CONFIG_BPF_EVENTS",
	[OPTION_BTF] = "CONFIG_DEBUG_INFO_BTF",
	[OPTION_KALLSYMS_ALL] = "CONFIG_KALLSYMS_ALL",
	[OPTION_TRACING] = "CONFIG_TRACING",
};

static void __printf(3, 4) found(struct doctor_finding *p,
				 enum doctor_status status, const char *fmt,
				 ...)
{
	va_list ap;

	p->status = status;
	p->fix[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(p->what, sizeof(p->what), fmt, ap);
	va_end(ap);
}

static void __printf(2, 3) fix(struct doctor_finding *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->fix, sizeof(p->fix), fmt, ap);
	va_end(ap);
}

/* The option is what is missing; if it is there all the same, @otherwise. */
static void fix_option(struct doctor_finding *p, const struct doctor_facts *f,
		       enum doctor_option option, const char *otherwise)
{
	if (f->config[option] == KNOWN_YES)
		fix(p, "%s", otherwise);
	else
		fix(p, "boot a kernel with %s=y", doctor_options[option]);
}

static bool capable(const struct doctor_facts *f, unsigned int cap)
{
	return f->capabilities & BIT_ULL(cap);
}

static void judge_tool(const struct doctor_facts *f,
		       struct doctor_finding *p)
{
	if (f->live_built_in) {
		found(p, DOCTOR_OK, "reads the running kernel");
		return;
	}
	found(p, DOCTOR_NO, "was built without reading the running kernel");
	fix(p, "build it where clang, bpftool and libbpf are; a file can be read with this one");
}

static void judge_kernel(const struct doctor_facts *f,
			 struct doctor_finding *p)
{
	if (f->kpkeys) {
		found(p, DOCTOR_OK, "has hardened page tables (%s)", f->machine);
	} else if (!f->sysfs) {
		found(p, DOCTOR_UNKNOWN, "/sys is not mounted");
		fix(p, "as root: mount -t sysfs none /sys");
	} else if (strcmp(f->machine, "aarch64")) {
		found(p, DOCTOR_NO, "no hardened page tables: this machine is %s",
		      f->machine);
		fix(p, "they are for arm64; a file that was made there can be read here");
	} else {
		found(p, DOCTOR_NO,
		      "no hardened page tables: no /sys/kernel/kpkeys");
		fix_option(p, f, OPTION_HARDENED,
			   "see what \"dmesg | grep kpkeys\" says");
	}
}

/* Keys are off: who would have to say what to have them? */
static void keys_off(const struct doctor_facts *f, struct doctor_finding *p)
{
	if (f->cpu_poe == KNOWN_YES) {
		found(p, DOCTOR_NO, "off, although the cpu has FEAT_S1POE");
		fix(p, "boot without kpkeys=off");
		return;
	}
	found(p, DOCTOR_NO, "off%s", f->cpu_poe == KNOWN_NO ?
	      ": the cpu has no FEAT_S1POE" : "");
	if (f->config[OPTION_PIE] == KNOWN_NO)
		fix(p,
		    "boot on a cpu with FEAT_S1POE; for a trial on one with FEAT_S1PIE build with CONFIG_ARM64_KPKEYS_PIE=y and boot with kpkeys=pie");
	else
		fix(p,
		    "boot on a cpu with FEAT_S1POE, without kpkeys=off; for a trial on one with FEAT_S1PIE: kpkeys=pie");
}

static void judge_keys(const struct doctor_facts *f,
		       struct doctor_finding *p)
{
	if (!f->kpkeys) {
		found(p, DOCTOR_UNKNOWN, "the kernel does not say");
		if (f->cpu_poe == KNOWN_YES)
			fix(p, "the cpu has FEAT_S1POE: only the kernel is missing");
	} else if (!strcmp(f->backend, "poe")) {
		found(p, DOCTOR_OK, "poe: enforced by FEAT_S1POE");
	} else if (!strcmp(f->backend, "pie")) {
		found(p, DOCTOR_OK, "pie: the emulation for tests, on FEAT_S1PIE");
	} else if (!strcmp(f->backend, "off")) {
		keys_off(f, p);
	} else {
		found(p, DOCTOR_UNKNOWN, "backend \"%s\"", f->backend);
		fix(p, "take the ppa-trace from the source tree of this kernel");
	}
}

static void judge_log(const struct doctor_facts *f,
		      struct doctor_finding *p)
{
	const char *s = f->log_state;

	if (!f->kpkeys) {
		found(p, DOCTOR_UNKNOWN, "the kernel does not say");
	} else if (!*s) {
		found(p, DOCTOR_NO, "none: no /sys/kernel/kpkeys/log_state");
		fix_option(p, f, OPTION_PPA_TRACE, "run it as root");
	} else if (!strcmp(s, "kept") && f->log_bytes >= 0) {
		found(p, DOCTOR_OK, "kept, %lld bytes", f->log_bytes);
	} else if (!strcmp(s, "kept")) {
		found(p, DOCTOR_OK, "kept");
	} else if (!strcmp(s, "off")) {
		found(p, DOCTOR_NO, "off");
		fix(p, "%s", strcmp(f->backend, "off") ?
		    "boot without kpkeys.ppa_log=off" :
		    "it comes with the keys, unless booted with kpkeys.ppa_log=off");
	} else if (!strcmp(s, "dropped")) {
		found(p, DOCTOR_NO, "dropped: its memory was given back");
		fix(p, "boot again, and do not write to /sys/kernel/kpkeys/log_drop");
	} else if (!strcmp(s, "failed")) {
		found(p, DOCTOR_NO, "there was no memory for it at boot");
		fix(p, "\"dmesg | grep kpkeys\" says how much it asked for");
	} else {
		found(p, DOCTOR_UNKNOWN, "state \"%s\"", s);
		fix(p, "take the ppa-trace from the source tree of this kernel");
	}
}

static void judge_events(const struct doctor_facts *f,
			 struct doctor_finding *p)
{
	if (f->events == KNOWN_YES) {
		found(p, DOCTOR_OK, "ftrace, perf and trace-cmd see them");
	} else if (f->tracefs == KNOWN_NOT) {
		found(p, DOCTOR_UNKNOWN, "tracefs cannot be read");
		fix(p, "run it as root");
	} else if (f->tracefs == KNOWN_NO) {
		found(p, DOCTOR_NO, "tracefs is not mounted");
		fix_option(p, f, OPTION_TRACING,
			   "as root: mount -t tracefs none /sys/kernel/tracing");
		if (f->config[OPTION_TRACING] == KNOWN_NOT)
			fix(p,
			    "as root: mount -t tracefs none /sys/kernel/tracing; if there is none, boot a kernel with CONFIG_TRACING=y");
	} else if (!strcmp(f->backend, "off")) {
		found(p, DOCTOR_NO, "none: no key is in use");
		fix(p, "they come with the keys");
	} else {
		found(p, DOCTOR_NO, "tracefs has no events/kpkeys");
		fix_option(p, f, OPTION_PPA_TRACE,
			   "the kernel has them: is another tracefs mounted?");
	}
}

/* A replay is sent by one cpu, and so goes into the buffer of one. */
static void judge_buffer(const struct doctor_facts *f,
			 struct doctor_finding *p)
{
	s64 need;

	if (f->buffer_kib < 0 || f->log_bytes < 0) {
		found(p, DOCTOR_UNKNOWN, "size of %s not known",
		      f->log_bytes < 0 ? "the log" : "the trace buffer");
		return;
	}
	need = (f->log_bytes / LOG_RECORD_BYTES * TRACE_RECORD_BYTES + 1023) /
		1024;
	if (f->buffer_kib >= need) {
		found(p, DOCTOR_OK, "%lld KiB a cpu: a replay fits",
		      f->buffer_kib);
		return;
	}
	found(p, DOCTOR_NO, "%lld KiB a cpu: a whole replay may not fit ftrace",
	      f->buffer_kib);
	fix(p,
	    "as root: echo %lld > /sys/kernel/tracing/buffer_size_kb; or boot with trace_buf_size=%lldk",
	    need, need);
}

static void judge_bpf(const struct doctor_facts *f,
		      struct doctor_finding *p)
{
	if (!f->bpf) {
		found(p, DOCTOR_NO, "no system call: no /sys/fs/bpf");
		fix_option(p, f, OPTION_BPF_SYSCALL,
			   "as root: mount -t sysfs none /sys");
	} else if (f->config[OPTION_BPF_EVENTS] == KNOWN_NO) {
		found(p, DOCTOR_NO, "its programs cannot be attached to events");
		fix_option(p, f, OPTION_BPF_EVENTS, "");
	} else {
		found(p, DOCTOR_OK, "the kernel has it");
	}
}

static void judge_btf(const struct doctor_facts *f,
		      struct doctor_finding *p)
{
	if (f->btf) {
		found(p, DOCTOR_OK, "/sys/kernel/btf/vmlinux");
		return;
	}
	found(p, DOCTOR_NO, "no /sys/kernel/btf/vmlinux");
	fix_option(p, f, OPTION_BTF, "see what \"dmesg | grep BTF\" says");
}

static void judge_rights(const struct doctor_facts *f,
			 struct doctor_finding *p)
{
	char missing[64] = "";

	if (!capable(f, CAP_SYS_ADMIN)) {
		if (!capable(f, CAP_BPF))
			strcat(missing, ", cap_bpf");
		if (!capable(f, CAP_PERFMON))
			strcat(missing, ", cap_perfmon");
		if (!capable(f, CAP_SYSLOG))
			strcat(missing, ", cap_syslog");
	}
	if (!capable(f, CAP_DAC_OVERRIDE))
		strcat(missing, ", cap_dac_override");
	if (!*missing) {
		found(p, DOCTOR_OK, "all that is needed");
		return;
	}
	found(p, DOCTOR_NO, "missing: %s", missing + 2);
	fix(p, "run it as root");
}

static void judge_lockdown(const struct doctor_facts *f,
			   struct doctor_finding *p)
{
	if (!strcmp(f->lockdown, "confidentiality")) {
		found(p, DOCTOR_NO,
		      "confidentiality: BPF may not read kernel memory");
		fix(p, "boot with lockdown=integrity; \"verify --events-only\" works all the same");
		return;
	}
	found(p, DOCTOR_OK, "%s", *f->lockdown ? f->lockdown : "none");
}

static void judge_symbols(const struct doctor_facts *f,
			  struct doctor_finding *p)
{
	if (f->symbols == KNOWN_YES) {
		found(p, DOCTOR_OK, "kallsyms shows where the tables begin");
	} else if (f->symbols == KNOWN_NOT) {
		found(p, DOCTOR_UNKNOWN, "kallsyms hides the addresses");
		fix(p, "as root: sysctl kernel.kptr_restrict=1");
	} else {
		found(p, DOCTOR_NO,
		      "kallsyms lacks kpkeys_layout or swapper_pg_dir");
		if (f->kpkeys)
			fix_option(p, f, OPTION_KALLSYMS_ALL,
				   "take the ppa-trace from the source tree of this kernel");
		else
			fix(p, "boot a kernel with hardened page tables and CONFIG_KALLSYMS_ALL=y");
	}
}

static void judge_load(const struct doctor_facts *f,
		       struct doctor_finding *p)
{
	if (f->loads == KNOWN_YES) {
		found(p, DOCTOR_OK, "the BPF programs load and run");
	} else if (f->loads == KNOWN_NO) {
		found(p, DOCTOR_NO, "%.*s", (int)sizeof(p->what) - 1,
		      f->load_error.what);
		fix(p, "%.*s", (int)sizeof(p->fix) - 1, f->load_error.advice);
	} else {
		found(p, DOCTOR_UNKNOWN, "not tried: what is needed is missing");
	}
}

static void judge_memory(const struct doctor_facts *f,
			 struct doctor_finding *p)
{
	s64 records = f->log_bytes < 0 ? 0 : f->log_bytes / LOG_RECORD_BYTES;
	s64 need = records * MODEL_RECORD_BYTES + MODEL_BYTES;

	if (f->memory_available < 0) {
		found(p, DOCTOR_UNKNOWN, "/proc/meminfo does not say");
		fix(p, "as root: mount -t proc none /proc");
	} else if (f->memory_available < need) {
		found(p, DOCTOR_NO, "%lld MiB are free, %lld MiB are needed",
		      f->memory_available >> 20, need >> 20);
		fix(p, "end what takes it");
	} else {
		found(p, DOCTOR_OK, "%lld MiB are free, %lld MiB are needed",
		      f->memory_available >> 20, need >> 20);
	}
}

static const struct {
	const char *name;
	void (*judge)(const struct doctor_facts *f, struct doctor_finding *p);
	bool needed;
} points[POINT_COUNT] = {
	[POINT_TOOL] = { "tool", judge_tool, true },
	[POINT_KERNEL] = { "kernel", judge_kernel, true },
	[POINT_KEYS] = { "keys", judge_keys, true },
	[POINT_LOG] = { "log", judge_log, true },
	[POINT_EVENTS] = { "events", judge_events, false },
	[POINT_BUFFER] = { "trace-buffer", judge_buffer, false },
	[POINT_BPF] = { "bpf", judge_bpf, true },
	[POINT_BTF] = { "btf", judge_btf, true },
	[POINT_RIGHTS] = { "rights", judge_rights, true },
	[POINT_LOCKDOWN] = { "lockdown", judge_lockdown, true },
	[POINT_SYMBOLS] = { "symbols", judge_symbols, true },
	[POINT_LOAD] = { "load", judge_load, true },
	[POINT_MEMORY] = { "memory", judge_memory, true },
};

void doctor_judge(const struct doctor_facts *f, struct doctor *d)
{
	memset(d, 0, sizeof(*d));
	for (int i = 0; i < POINT_COUNT; i++)
		points[i].judge(f, &d->v[i]);
}

const char *doctor_point_name(enum doctor_point point)
{
	return points[point].name;
}

bool doctor_needed(enum doctor_point point)
{
	return points[point].needed;
}

const char *doctor_status_name(enum doctor_status status)
{
	static const char * const names[] = {
		[DOCTOR_OK] = "ok",
		[DOCTOR_NO] = "no",
		[DOCTOR_UNKNOWN] = "unknown",
	};

	return names[status];
}

int doctor_missing(const struct doctor *d)
{
	int n = 0;

	for (int i = 0; i < POINT_COUNT; i++)
		n += points[i].needed && d->v[i].status != DOCTOR_OK;
	return n;
}
