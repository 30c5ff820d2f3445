// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the guest do between boot and power-off?
 *
 * It runs one command, with the arguments byte for byte, and hands output,
 * errors, exit status and the files in /out to ci/vm over virtio-serial ports.
 * Nothing of that goes over the console, which belongs to the kernel.
 *
 * A write to a port returns before the host has the data, and power-off would
 * lose it. So each stream is closed with a marker that ci/vm made up for this
 * run, and the guest stays on until ci/vm, having seen all markers, sends a byte.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN_DIR "/run/kpkeys-vm/"

/* To the console, where ci/vm shows it: without a status the run has failed. */
static void complain(const char *what, const char *which)
{
	fprintf(stderr, "kpkeys-vm: %s %s: %s\n", what, which, strerror(errno));
}

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void mount_one(const char *type, const char *where)
{
	mkdir(where, 0755);
	/* Not every kernel has each of them; the command will notice. */
	if (mount(type, where, type, 0, NULL) && errno != ENODEV &&
	    errno != EBUSY && errno != ENOENT && errno != EPERM)
		complain("mounting", where);
}

/* The whole of a file of ci/vm's, with a NUL after it. */
static char *slurp(const char *path, size_t *size)
{
	size_t have = 0, room = 1 << 16;
	char *data = malloc(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0 || !data) {
		complain("reading", path);
		power_off();
	}
	while ((got = read(fd, data + have, room - have - 1)) > 0) {
		have += got;
		if (room - have < 2) {
			room *= 2;
			data = realloc(data, room);
			if (!data) {
				complain("reading", path);
				power_off();
			}
		}
	}
	close(fd);
	data[have] = '\0';
	if (size)
		*size = have;
	return data;
}

/* Ports are found by name: their numbers depend on what else is in the machine. */
static int open_port(const char *name)
{
	char path[PATH_MAX], has[64];
	struct dirent *entry;
	DIR *dir = opendir("/sys/class/virtio-ports");
	FILE *file;
	int fd = -1;

	while (dir && fd < 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name",
			 entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(has, sizeof(has), file)) {
			has[strcspn(has, "\n")] = '\0';
			if (!strcmp(has, name)) {
				snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
				fd = open(path, O_RDWR | O_CLOEXEC);
			}
		}
		fclose(file);
	}
	if (dir)
		closedir(dir);
	return fd;
}

/* The names come with control messages, a moment after the device. */
static int wait_for_port(const char *name)
{
	int fd, tries;

	for (tries = 0; tries < 5000; tries++) {
		fd = open_port(name);
		if (fd >= 0)
			return fd;
		usleep(1000);
	}
	errno = ENODEV;
	complain("opening the virtio-serial port", name);
	power_off();
	return -1;
}

static void send_all(int fd, const char *data, size_t size)
{
	ssize_t sent;

	while (size) {
		sent = write(fd, data, size);
		if (sent < 0) {
			if (errno == EINTR)
				continue;
			complain("writing to", "a virtio-serial port");
			power_off();
		}
		data += sent;
		size -= sent;
	}
}

/* Shell's way of telling how a process ended. */
static int status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int wait_for(pid_t pid)
{
	int status;
	pid_t ended;

	for (;;) {
		ended = wait(&status);
		if (ended == pid)
			return status_of(status);
		if (ended < 0 && errno != EINTR) {
			complain("waiting for", "the command");
			power_off();
		}
	}
}

static pid_t start(char **argv, int out, int err)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = fork();

	if (pid < 0) {
		complain("starting", argv[0]);
		power_off();
	}
	if (pid) {
		close(null);
		return pid;
	}
	setsid();
	dup2(null, 0);
	dup2(out, 1);
	dup2(err, 2);
	execvp(argv[0], argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* NUL after each argument, none lost: empty ones count. */
static char **split(char *data, size_t size)
{
	size_t count = 0, i;
	char **argv;

	for (i = 0; i < size; i++)
		count += !data[i];
	argv = calloc(count + 1, sizeof(*argv));
	if (!argv || !count) {
		complain("splitting", "the arguments");
		power_off();
	}
	for (i = 0; i < count; i++) {
		argv[i] = data;
		data += strlen(data) + 1;
	}
	return argv;
}

int main(void)
{
	static char *const tar[] = { "/bin/busybox", "tar", "-C", "/out", "-cf", "-", ".", NULL };
	static char *const install[] = { "/bin/busybox", "--install", "-s", "/bin", NULL };
	char *marker, *arguments, line[64], byte;
	int out, err, files, status, exit_status, tar_status = 0;
	size_t marker_size, size;
	char **argv;

	mount_one("devtmpfs", "/dev");
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	mount_one("tmpfs", "/tmp");
	mount_one("debugfs", "/sys/kernel/debug");
	mount_one("tracefs", "/sys/kernel/tracing");
	mount_one("securityfs", "/sys/kernel/security");
	mount_one("bpf", "/sys/fs/bpf");
	mkdir("/in", 0755);
	mkdir("/out", 0755);
	mkdir("/root", 0700);

	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
	setenv("HOME", "/root", 1);
	setenv("TERM", "dumb", 1);

	marker = slurp(RUN_DIR "marker", &marker_size);
	arguments = slurp(RUN_DIR "argv", &size);
	argv = split(arguments, size);

	wait_for(start((char **)install, 1, 2));
	status = wait_for_port("status");
	out = wait_for_port("out");
	err = wait_for_port("err");
	files = wait_for_port("files");

	exit_status = wait_for(start(argv, out, err));

	/* What it left running must not write behind the markers. */
	kill(-1, SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	if (!access(RUN_DIR "want-out", F_OK))
		tar_status = wait_for(start((char **)tar, files, err));
	send_all(out, marker, marker_size);
	send_all(err, marker, marker_size);
	send_all(files, marker, marker_size);
	size = snprintf(line, sizeof(line), "%d %d\n", exit_status, tar_status);
	send_all(status, line, size);
	send_all(status, marker, marker_size);
	if (read(status, &byte, 1) != 1)
		complain("reading from", "the status port");
	power_off();
	return 0;
}
