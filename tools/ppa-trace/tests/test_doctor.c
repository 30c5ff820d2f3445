// SPDX-License-Identifier: GPL-2.0-only
/* Is what the machine says understood, and does the right advice follow? */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "view.h"

static void say(char *to, const char *what)
{
	memcpy(to, what, strlen(what) + 1);
}

/* A machine on which everything is as it should be. */
static struct doctor_facts well(void)
{
	struct doctor_facts f = {
		.machine = "aarch64",
		.live_built_in = true,
		.capabilities = 1ULL << 21 | 1ULL << 1,
		.sysfs = true,
		.kpkeys = true,
		.backend = "poe",
		.log_state = "kept",
		.log_bytes = 4400,
		.cpu_poe = KNOWN_YES,
		.tracefs = KNOWN_YES,
		.events = KNOWN_YES,
		.buffer_kib = 1408,
		.btf = true,
		.bpf = true,
		.symbols = KNOWN_YES,
		.memory_available = 1 << 30,
		.loads = KNOWN_YES,
	};

	for (int i = 0; i < OPTION_COUNT; i++)
		f.config[i] = KNOWN_YES;
	return f;
}

/* @point is @status, says @what, advises @fix; all the others are well. */
static void expect(const struct doctor_facts *f, enum doctor_point point,
		   enum doctor_status status, const char *what,
		   const char *fix)
{
	struct doctor d;
	const struct doctor_finding *p = &d.v[point];

	doctor_judge(f, &d);
	if (p->status != status || !strstr(p->what, what) ||
	    (fix ? !strstr(p->fix, fix) : p->fix[0]))
		fail_msg("%s: %s, \"%s\", \"%s\"", doctor_point_name(point),
			 doctor_status_name(p->status), p->what, p->fix);
	assert_int_equal(doctor_missing(&d),
			 doctor_needed(point) && status != DOCTOR_OK);
	for (int i = 0; i < POINT_COUNT; i++) {
		if (i != (int)point)
			assert_int_equal(d.v[i].status, DOCTOR_OK);
		/* What is not there comes with what to do. */
		if (d.v[i].status == DOCTOR_NO)
			assert_true(d.v[i].fix[0]);
	}
}

static void all_well(void **state)
{
	struct doctor_facts f = well();
	struct doctor d;

	(void)state;
	doctor_judge(&f, &d);
	assert_int_equal(doctor_missing(&d), 0);
	for (int i = 0; i < POINT_COUNT; i++) {
		assert_int_equal(d.v[i].status, DOCTOR_OK);
		assert_false(d.v[i].fix[0]);
		assert_true(d.v[i].what[0]);
	}
	say(f.backend, "pie");
	expect(&f, POINT_KEYS, DOCTOR_OK, "pie", NULL);
	f.log_bytes = -1;
	f.buffer_kib = -1;
	expect(&f, POINT_BUFFER, DOCTOR_UNKNOWN, "not known", NULL);
}

/* Set one fact of a machine that is well, and look at one point. */
#define WHEN(set, point, status, what, fix)				\
	do {								\
		struct doctor_facts f = well();				\
									\
		set;							\
		expect(&f, POINT_##point, DOCTOR_##status, what, fix);	\
	} while (0)

static void keys_and_log(void **state)
{
	(void)state;
	WHEN(f.live_built_in = false, TOOL, NO, "without", "libbpf");
	WHEN(say(f.backend, "off"), KEYS, NO, "although", "kpkeys=off");
	WHEN(say(f.backend, "off"); f.cpu_poe = KNOWN_NO, KEYS, NO,
	     "no FEAT_S1POE", "kpkeys=pie");
	WHEN(say(f.backend, "off"); f.cpu_poe = KNOWN_NO;
	     f.config[OPTION_PIE] = KNOWN_NO, KEYS, NO,
	     "no FEAT_S1POE", "CONFIG_ARM64_KPKEYS_PIE=y");
	WHEN(say(f.backend, "off"); f.cpu_poe = KNOWN_NOT, KEYS, NO,
	     "off", "kpkeys=pie");
	WHEN(say(f.backend, "mte"), KEYS, UNKNOWN, "\"mte\"", "source tree");
	WHEN(say(f.log_state, "off"), LOG, NO, "off", "kpkeys.ppa_log=off");
	WHEN(say(f.log_state, "dropped"), LOG, NO, "dropped", "boot again");
	WHEN(say(f.log_state, "failed"), LOG, NO, "no memory", "dmesg");
	WHEN(say(f.log_state, "lost"), LOG, UNKNOWN, "\"lost\"", "source");
	WHEN(f.log_state[0] = 0, LOG, NO, "none", "as root");
	WHEN(f.log_state[0] = 0; f.config[OPTION_PPA_TRACE] = KNOWN_NO, LOG,
	     NO, "none", "CONFIG_KPKEYS_PPA_TRACE=y");
}

static void no_events_without_keys(void **state)
{
	struct doctor_facts f = well();
	struct doctor d;

	(void)state;
	say(f.backend, "off");
	f.events = KNOWN_NO;
	doctor_judge(&f, &d);
	assert_int_equal(d.v[POINT_EVENTS].status, DOCTOR_NO);
	assert_string_equal(d.v[POINT_EVENTS].what, "none: no key is in use");
	assert_string_equal(d.v[POINT_EVENTS].fix, "they come with the keys");
}

static void ftrace(void **state)
{
	(void)state;
	WHEN(f.events = KNOWN_NO, EVENTS, NO, "no events/kpkeys", "another");
	WHEN(f.events = KNOWN_NO; f.config[OPTION_PPA_TRACE] = KNOWN_NOT,
	     EVENTS, NO, "no events/kpkeys", "CONFIG_KPKEYS_PPA_TRACE=y");
	WHEN(f.events = f.tracefs = KNOWN_NO, EVENTS, NO, "not mounted",
	     "mount -t tracefs");
	WHEN(f.events = f.tracefs = KNOWN_NO;
	     f.config[OPTION_TRACING] = KNOWN_NOT, EVENTS, NO, "not mounted",
	     "CONFIG_TRACING=y");
	WHEN(f.events = f.tracefs = KNOWN_NO;
	     f.config[OPTION_TRACING] = KNOWN_NO, EVENTS, NO, "not mounted",
	     "boot a kernel with CONFIG_TRACING=y");
	WHEN(f.events = f.tracefs = KNOWN_NOT, EVENTS, UNKNOWN, "cannot be",
	     "as root");
	/* 64 GiB: 32770 pages, of which each takes two records. */
	WHEN(f.log_bytes = 262160, BUFFER, NO, "1408 KiB",
	     "echo 8193 > /sys/kernel/tracing/buffer_size_kb");
	WHEN(f.log_bytes = 1408 * 32, BUFFER, OK, "fits", NULL);
	WHEN(f.log_bytes = 1408 * 32 + 8, BUFFER, NO, "not fit", "1409k");
}

static void bpf(void **state)
{
	(void)state;
	WHEN(f.bpf = false; f.config[OPTION_BPF_SYSCALL] = KNOWN_NO, BPF, NO,
	     "no system call", "CONFIG_BPF_SYSCALL=y");
	WHEN(f.bpf = false, BPF, NO, "no system call", "mount -t sysfs");
	WHEN(f.config[OPTION_BPF_EVENTS] = KNOWN_NO, BPF, NO, "attached",
	     "CONFIG_BPF_EVENTS=y");
	WHEN(f.btf = false, BTF, NO, "no /sys/kernel/btf", "dmesg");
	WHEN(f.btf = false; f.config[OPTION_BTF] = KNOWN_NOT, BTF, NO,
	     "no /sys/kernel/btf", "CONFIG_DEBUG_INFO_BTF=y");
	WHEN(f.capabilities = 0, RIGHTS, NO,
	     "cap_bpf, cap_perfmon, cap_syslog, cap_dac_override", "as root");
	WHEN(f.capabilities &= ~2ULL, RIGHTS, NO,
	     "missing: cap_dac_override", "as root");
	WHEN(f.capabilities = 1ULL << 38 | 1ULL << 34 | 2, RIGHTS, NO,
	     "missing: cap_bpf", "as root");
	WHEN(f.capabilities = 1ULL << 39 | 1ULL << 38 | 1ULL << 34 | 2, RIGHTS,
	     OK, "all", NULL);
	WHEN(say(f.lockdown, "integrity"), LOCKDOWN, OK, "integrity", NULL);
	WHEN(say(f.lockdown, "confidentiality"), LOCKDOWN, NO,
	     "may not read", "lockdown=integrity");
	WHEN(f.symbols = KNOWN_NOT, SYMBOLS, UNKNOWN, "hides", "kptr_restrict");
	WHEN(f.symbols = KNOWN_NO; f.config[OPTION_KALLSYMS_ALL] = KNOWN_NO,
	     SYMBOLS, NO, "lacks", "CONFIG_KALLSYMS_ALL=y");
	WHEN(f.loads = KNOWN_NO; diag_set(&f.load_error, 2, "no field x");
	     diag_advise(&f.load_error, "take another"), LOAD, NO,
	     "no field x", "take another");
	WHEN(f.loads = KNOWN_NOT, LOAD, UNKNOWN, "not tried", NULL);
	WHEN(f.memory_available = 1 << 20, MEMORY, NO, "1 MiB are free",
	     "end what");
	WHEN(f.memory_available = -1, MEMORY, UNKNOWN, "meminfo", "mount");
}

/* No feature at all: more than one point at once. */
static void other_machines(void **state)
{
	struct doctor_facts f = well();
	struct doctor d;

	(void)state;
	f.kpkeys = false;
	f.backend[0] = '\0';
	f.log_state[0] = '\0';
	f.config[OPTION_HARDENED] = KNOWN_NO;
	doctor_judge(&f, &d);
	assert_int_equal(d.v[POINT_KERNEL].status, DOCTOR_NO);
	assert_non_null(strstr(d.v[POINT_KERNEL].fix,
			       "CONFIG_KPKEYS_HARDENED_PGTABLES=y"));
	assert_int_equal(d.v[POINT_KEYS].status, DOCTOR_UNKNOWN);
	assert_int_equal(d.v[POINT_LOG].status, DOCTOR_UNKNOWN);
	say(f.machine, "x86_64");
	doctor_judge(&f, &d);
	assert_non_null(strstr(d.v[POINT_KERNEL].what, "x86_64"));
	f.sysfs = false;
	doctor_judge(&f, &d);
	assert_non_null(strstr(d.v[POINT_KERNEL].fix, "mount -t sysfs"));
	/* Of which nothing is known at all. */
	memset(&f, 0, sizeof(f));
	doctor_judge(&f, &d);
	assert_true(doctor_missing(&d) > 5);
}

/* --- facts --- */

static char root[64];

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (mkdir(path, 0700))
			assert_int_equal(errno, EEXIST);
		*at = '/';
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void command(const char *what)
{
	char line[256];

	snprintf(line, sizeof(line), "cd %s && %s", root, what);
	assert_int_equal(system(line), 0);
}

static int prepare(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/ppa-trace-doctor-XXXXXX");
	assert_non_null(mkdtemp(root));
	doctor_root = root;
	return 0;
}

static int clear(void **state)
{
	(void)state;
	command("rm -rf proc sys && rmdir $PWD");
	doctor_root = "";
	return 0;
}

static void nothing_there(void **state)
{
	struct doctor_facts f;

	(void)state;
	doctor_ask(&f);
	assert_false(f.sysfs);
	assert_false(f.kpkeys);
	assert_false(f.btf);
	assert_false(f.bpf);
	assert_int_equal(f.config[OPTION_BTF], KNOWN_NOT);
	assert_int_equal(f.tracefs, KNOWN_NO);
	assert_int_equal(f.log_bytes, -1);
	assert_int_equal(f.buffer_kib, -1);
	assert_int_equal(f.memory_available, -1);
	assert_int_equal(f.cpu_poe, KNOWN_NOT);
	assert_int_equal(f.symbols, KNOWN_NO);
	assert_int_equal(f.loads, KNOWN_NOT);
}

static void all_there(void **state)
{
	struct doctor_facts f;

	(void)state;
	put("/proc/config.gz", "# a comment\nCONFIG_KPKEYS_PPA_TRACE=y\n"
	    "# CONFIG_ARM64_KPKEYS_PIE is not set\nCONFIG_BPF_SYSCALL_X=y\n"
	    "CONFIG_TRACING=m\nCONFIG_DEBUG_INFO_BTF=y\n");
	command("gzip -c proc/config.gz >c && mv c proc/config.gz");
	put("/proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd s1poe poe\n");
	put("/proc/meminfo", "MemTotal: 5 kB\nMemAvailable:    2048 kB\n");
	put("/proc/kallsyms", "ffff800080010000 T _text\n"
	    "ffff800080ab0000 R kpkeys_layout\nffff800080ac0000 D swapper_pg_dir\n");
	put("/sys/kernel/kpkeys/backend", "pie\n");
	put("/sys/kernel/kpkeys/log_state", "kept\n");
	put("/sys/kernel/kpkeys/log_bytes", "4400\n");
	put("/sys/kernel/tracing/buffer_size_kb", "7 (expanded: 1408)\n");
	put("/sys/kernel/tracing/events/kpkeys/enable", "0\n");
	put("/sys/kernel/btf/vmlinux", "x");
	put("/sys/fs/bpf/x", "x");
	put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	doctor_ask(&f);
	assert_int_equal(f.config[OPTION_PPA_TRACE], KNOWN_YES);
	assert_int_equal(f.config[OPTION_BTF], KNOWN_YES);
	assert_int_equal(f.config[OPTION_PIE], KNOWN_NO);
	assert_int_equal(f.config[OPTION_BPF_SYSCALL], KNOWN_NO);
	assert_int_equal(f.config[OPTION_TRACING], KNOWN_NO);
	assert_true(f.sysfs);
	assert_true(f.kpkeys);
	assert_string_equal(f.backend, "pie");
	assert_string_equal(f.log_state, "kept");
	assert_int_equal(f.log_bytes, 4400);
	assert_int_equal(f.cpu_poe, KNOWN_YES);
	assert_int_equal(f.tracefs, KNOWN_YES);
	assert_int_equal(f.events, KNOWN_YES);
	assert_int_equal(f.buffer_kib, 1408);
	assert_true(f.btf);
	assert_true(f.bpf);
	assert_string_equal(f.lockdown, "integrity");
	assert_int_equal(f.symbols, KNOWN_YES);
	assert_int_equal(f.memory_available, 2 << 20);

	put("/proc/cpuinfo", "Features\t: fp poetry\n");
	put("/proc/kallsyms", "0000000000000000 R kpkeys_layout\n"
	    "0000000000000000 D swapper_pg_dir\n");
	put("/sys/kernel/tracing/buffer_size_kb", "1500\n");
	put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	put("/sys/kernel/kpkeys/log_bytes", "what?\n");
	doctor_ask(&f);
	assert_int_equal(f.cpu_poe, KNOWN_NO);
	assert_int_equal(f.symbols, KNOWN_NOT);
	assert_int_equal(f.buffer_kib, 1500);
	assert_string_equal(f.lockdown, "");
	assert_int_equal(f.log_bytes, -1);
}

/* Lines of any length, and a file that is cut off. */
static void odd_config(void **state)
{
	struct doctor_facts f;

	(void)state;
	put("/proc/config.gz", "CONFIG_KPKEYS_PPA_TRACE=y\n");
	command("{ head -c 100000 /dev/zero | tr '\\0' x; echo; } >>proc/config.gz");
	command("echo CONFIG_DEBUG_INFO_BTF=y >>proc/config.gz");
	command("gzip -c proc/config.gz >c && mv c proc/config.gz");
	doctor_ask(&f);
	assert_int_equal(f.config[OPTION_PPA_TRACE], KNOWN_YES);
	assert_int_equal(f.config[OPTION_BTF], KNOWN_YES);
	command("truncate -s 40 proc/config.gz");
	doctor_ask(&f);
	put("/proc/config.gz", "");
	doctor_ask(&f);
	assert_int_equal(f.config[OPTION_BTF], KNOWN_NO);
}

int main(void)
{
	TESTING(T(all_well), T(keys_and_log), T(ftrace),
		T(no_events_without_keys), T(bpf),
		T(other_machines),
		cmocka_unit_test_setup_teardown(nothing_there, prepare, clear),
		cmocka_unit_test_setup_teardown(all_there, prepare, clear),
		cmocka_unit_test_setup_teardown(odd_config, prepare, clear));

	return RUN("doctor", NULL, NULL);
}
