// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts another kernel from this one. For tests/vm-kexec.t, since busybox has
 * no kexec.
 *
 * usage: kexec KERNEL INITRD COMMAND-LINE
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REBOOT_CMD_KEXEC 0x45584543

static int open_or_say(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		perror(path);
	return fd;
}

int main(int argc, char **argv)
{
	int kernel, initrd;

	if (argc != 4) {
		fprintf(stderr, "usage: kexec KERNEL INITRD COMMAND-LINE\n");
		return 2;
	}
	kernel = open_or_say(argv[1]);
	initrd = open_or_say(argv[2]);
	if (kernel < 0 || initrd < 0)
		return 1;
	if (syscall(SYS_kexec_file_load, kernel, initrd,
		    (unsigned long)strlen(argv[3]) + 1, argv[3], 0UL)) {
		perror("kexec_file_load");
		return 1;
	}
	reboot(REBOOT_CMD_KEXEC);
	perror("reboot");
	return 1;
}
