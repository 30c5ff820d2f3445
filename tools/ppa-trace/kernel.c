// SPDX-License-Identifier: GPL-2.0-only
/* How does the kernel say what state the feature is in? */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

const char *kernel_sysfs = "/sys/kernel/kpkeys";

/* Read a sysfs file. 0, or an errno. */
static int read_file(const char *name, char *buf, size_t size)
{
	char path[256];
	ssize_t n;
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/%s", kernel_sysfs, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		err = errno;
	close(fd);
	if (err)
		return err;
	buf[n] = '\0';
	return 0;
}

/* The same, of one word. */
static int read_word(const char *name, char *buf, size_t size)
{
	int err = read_file(name, buf, size);

	if (!err)
		buf[strcspn(buf, "\n")] = '\0';
	return err;
}

int kernel_probe(char *buf, size_t size)
{
	return read_file("probe", buf, size);
}

int kernel_check(struct diag *d)
{
	char backend[32];
	int err;

	if (!strncmp(kernel_sysfs, "/sys/", 5) && access("/sys/kernel", F_OK)) {
		diag_set(d, EXIT_CANNOT, "/sys is not mounted");
		diag_advise(d, "as root: mount -t sysfs none /sys");
		return EXIT_CANNOT;
	}
	if (access(kernel_sysfs, F_OK)) {
		diag_set(d, EXIT_CANNOT,
			 "this kernel has no hardened page tables: %s is not there",
			 kernel_sysfs);
		diag_advise(d,
			    "boot a kernel with CONFIG_KPKEYS_HARDENED_PGTABLES=y, or name a recording or ftrace text from one");
		return EXIT_CANNOT;
	}
	err = read_word("backend", backend, sizeof(backend));
	if (err) {
		diag_set(d, EXIT_CANNOT, "cannot read %s/backend: %s",
			 kernel_sysfs, strerror(err));
		diag_advise(d,
			    "this ppa-trace does not fit the kernel: take the one from its source tree");
		return EXIT_CANNOT;
	}
	if (!strcmp(backend, "off")) {
		diag_set(d, EXIT_CANNOT,
			 "hardened page tables are off: no key is in use (kpkeys=off, or a cpu without FEAT_S1POE)");
		diag_advise(d,
			    "boot on a cpu with FEAT_S1POE without kpkeys=off; to try it on one with FEAT_S1PIE only, boot with kpkeys=pie");
		return EXIT_CANNOT;
	}
	return 0;
}

int kernel_check_log(struct diag *d)
{
	char state[32];
	int err = read_word("log_state", state, sizeof(state));

	if (err == ENOENT) {
		diag_set(d, EXIT_CANNOT,
			 "this kernel keeps no event log: %s/log_state is not there",
			 kernel_sysfs);
		diag_advise(d, "build it with CONFIG_KPKEYS_PPA_TRACE=y");
		return EXIT_CANNOT;
	}
	if (err) {
		diag_set(d, EXIT_CANNOT, "cannot read %s/log_state: %s",
			 kernel_sysfs, strerror(err));
		diag_advise(d, "run it as root");
		return EXIT_CANNOT;
	}
	if (!strcmp(state, "kept"))
		return 0;
	if (!strcmp(state, "off")) {
		diag_set(d, EXIT_CANNOT,
			 "the event log is off (kpkeys.ppa_log=off)");
		diag_advise(d, "boot without kpkeys.ppa_log=off");
	} else if (!strcmp(state, "dropped")) {
		diag_set(d, EXIT_CANNOT, "the event log has been dropped");
		diag_advise(d, "boot again, and do not write to %s/log_drop",
			    kernel_sysfs);
	} else if (!strcmp(state, "failed")) {
		diag_set(d, EXIT_CANNOT,
			 "the kernel found no memory for the event log at boot");
		diag_advise(d,
			    "the kernel log says how much it asked for; see \"dmesg | grep kpkeys\"");
	} else {
		diag_set(d, EXIT_CANNOT,
			 "the event log is in a state that this ppa-trace does not know: \"%s\"",
			 state);
		diag_advise(d, "take the ppa-trace from the source tree of this kernel");
	}
	return EXIT_CANNOT;
}

bool kernel_locked_down(void)
{
	char buf[128];
	ssize_t n;
	int fd = open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n < 0)
		return false;
	buf[n] = '\0';
	return strstr(buf, "[confidentiality]");
}

static int replay_error(int err, struct diag *d)
{
	int status = EXIT_CANNOT;
	struct diag log;

	switch (err) {
	case EACCES:
	case EPERM:
		diag_set(d, status, "not allowed to write %s/replay",
			 kernel_sysfs);
		diag_advise(d, "run it as root");
		break;
	case EINTR:
		status = EXIT_UNPROVEN;
		diag_set(d, status, "a signal ended the replay early");
		diag_advise(d, "ask again");
		break;
	case EIO:
		status = EXIT_UNPROVEN;
		diag_set(d, status,
			 "the kernel cannot read its own event log to the end: what it sent is judged");
		diag_advise(d, "report this, with the output of \"dmesg | grep kpkeys\"");
		break;
	case EINVAL:
		diag_set(d, status, "the kernel does not take these numbers");
		diag_advise(d, "FIRST and COUNT are numbers of records; the first record is 0");
		break;
	default:
		if (kernel_check(d) || kernel_check_log(&log)) {
			if (!kernel_check(d))
				*d = log;
			return EXIT_CANNOT;
		}
		diag_set(d, status, "cannot write %s/replay: %s", kernel_sysfs,
			 strerror(err));
		diag_advise(d, "the kernel log may say more; see \"dmesg | grep kpkeys\"");
		break;
	}
	return status;
}

int kernel_replay(bool all, u64 first, u64 count, struct diag *d)
{
	char path[256], buf[64];
	ssize_t n;
	int fd, err;

	snprintf(path, sizeof(path), "%s/replay", kernel_sysfs);
	if (all)
		snprintf(buf, sizeof(buf), "all\n");
	else
		snprintf(buf, sizeof(buf), "%llu %llu\n", first, count);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return replay_error(errno, d);
	n = write(fd, buf, strlen(buf));
	err = errno;
	close(fd);
	return n < 0 ? replay_error(err, d) : 0;
}
