// SPDX-License-Identifier: GPL-2.0-only
/* Is the state of the feature told as the kernel's files say it? */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "kernel.h"

static char dir[64];

static void put(const char *name, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!text) {
		unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int prepare(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/ppa-trace-sysfs-XXXXXX");
	assert_non_null(mkdtemp(dir));
	kernel_sysfs = dir;
	return 0;
}

static int clear(void **state)
{
	(void)state;
	put("backend", NULL);
	put("log_state", NULL);
	put("replay", NULL);
	return rmdir(dir);
}

static void expect(int status, const char *what, const char *advice)
{
	struct diag d = { 0 };
	int err = kernel_check(&d);

	if (!err)
		err = kernel_check_log(&d);
	assert_int_equal(err, status);
	if (!status)
		return;
	if (!strstr(d.what, what) || !strstr(d.advice, advice))
		fail_msg("\"%s\", \"%s\"", d.what, d.advice);
}

static void states(void **state)
{
	(void)state;
	put("backend", "pie\n");
	put("log_state", "kept\n");
	expect(0, "", "");
	put("backend", "poe\n");
	expect(0, "", "");
	put("backend", "off\n");
	expect(EXIT_CANNOT, "are off", "kpkeys=pie");
	put("backend", "pie\n");
	put("log_state", "off\n");
	expect(EXIT_CANNOT, "kpkeys.ppa_log=off", "boot without");
	put("log_state", "dropped\n");
	expect(EXIT_CANNOT, "dropped", "boot again");
	put("log_state", "failed\n");
	expect(EXIT_CANNOT, "no memory", "dmesg");
	put("log_state", "on fire\n");
	expect(EXIT_CANNOT, "\"on fire\"", "source tree");
	put("log_state", NULL);
	expect(EXIT_CANNOT, "no event log", "CONFIG_KPKEYS_PPA_TRACE");
	put("backend", NULL);
	expect(EXIT_CANNOT, "backend", "source tree");
}

static void absent(void **state)
{
	(void)state;
	kernel_sysfs = "/nonexistent/kpkeys";
	expect(EXIT_CANNOT, "no hardened page tables",
	       "CONFIG_KPKEYS_HARDENED_PGTABLES=y, or name a recording");
	kernel_sysfs = dir;
}

static void expect_written(bool all, u64 first, u64 count, const char *want)
{
	char path[128], buf[64];
	struct diag d = { 0 };
	ssize_t n;
	int fd;

	put("replay", "");
	assert_int_equal(kernel_replay(all, first, count, &d), 0);
	snprintf(path, sizeof(path), "%s/replay", dir);
	fd = open(path, O_RDONLY);
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	assert_true(n >= 0);
	buf[n] = '\0';
	assert_string_equal(buf, want);
}

static void replay(void **state)
{
	struct diag d = { 0 };

	(void)state;
	expect_written(true, 0, 0, "all\n");
	expect_written(false, 0, 5, "0 5\n");
	expect_written(false, 1ULL << 40, ~0ULL,
		       "1099511627776 18446744073709551615\n");
	put("replay", NULL);
	put("backend", "off\n");
	assert_int_equal(kernel_replay(true, 0, 0, &d), EXIT_CANNOT);
	assert_non_null(strstr(d.what, "are off"));
	put("backend", "pie\n");
	put("log_state", "dropped\n");
	assert_int_equal(kernel_replay(true, 0, 0, &d), EXIT_CANNOT);
	assert_non_null(strstr(d.what, "dropped"));
	put("log_state", "kept\n");
	assert_int_equal(kernel_replay(true, 0, 0, &d), EXIT_CANNOT);
	assert_non_null(strstr(d.what, "No such file"));
}

TESTING(T(states), T(absent), T(replay));

int main(void)
{
	return RUN("kernel", prepare, clear);
}
