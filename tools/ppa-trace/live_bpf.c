// SPDX-License-Identifier: GPL-2.0-only
/* How are BPF programs attached and run, and what is said if they are not? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel.h"
#include "live_bpf.h"

/*
 * libbpf's first complaint, for the message. With PPA_TRACE_DEBUG in the
 * environment all that it says goes to standard error, the verifier's log
 * included.
 */
static char last_words[256];

static int keep_words(enum libbpf_print_level level, const char *fmt,
		      va_list ap)
{
	va_list copy;

	if (getenv("PPA_TRACE_DEBUG")) {
		va_copy(copy, ap);
		vfprintf(stderr, fmt, copy);
		va_end(copy);
	}
	if (level == LIBBPF_WARN && !last_words[0]) {
		vsnprintf(last_words, sizeof(last_words), fmt, ap);
		last_words[strcspn(last_words, "\n")] = '\0';
	}
	return 0;
}

void live_keep_words(void)
{
	last_words[0] = '\0';
	libbpf_set_print(keep_words);
}

int live_load_error(int err, struct diag *d)
{
	if (err == EPERM && kernel_locked_down()) {
		diag_set(d, EXIT_CANNOT, "lockdown forbids the use of BPF");
		diag_advise(d, "boot with lockdown=integrity or without it");
	} else if (err == EPERM) {
		diag_set(d, EXIT_CANNOT, "the kernel does not allow the use of BPF");
		diag_advise(d,
			    "run it as root; in a container CAP_BPF, CAP_PERFMON and the bpf() system call are needed");
	} else {
		diag_set(d, EXIT_CANNOT, "the BPF program cannot be loaded: %s%s%s",
			 strerror(err), last_words[0] ? "; " : "", last_words);
		diag_advise(d, "take the ppa-trace from the source tree of this kernel");
	}
	return EXIT_CANNOT;
}

int live_run_error(int err, const char *what, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot %s: %s", what, strerror(err));
	diag_advise(d, "the kernel log may say more; see dmesg");
	return EXIT_CANNOT;
}

int live_no_symbols(struct diag *d)
{
	diag_set(d, EXIT_CANNOT,
		 "/proc/kallsyms does not show kpkeys_layout and swapper_pg_dir");
	diag_advise(d,
		    "build the kernel with CONFIG_KALLSYMS_ALL=y, and as root: sysctl kernel.kptr_restrict=1");
	return EXIT_CANNOT;
}

struct bpf_link *live_attach(struct bpf_program *prog, bool own)
{
	union bpf_iter_link_info info = { .task = { .tid = getpid() } };
	struct bpf_iter_attach_opts opts;

	/* libbpf looks at the padding, too. */
	memset(&opts, 0, sizeof(opts));
	opts.sz = sizeof(opts);
	opts.link_info = &info;
	opts.link_info_len = sizeof(info);
	return bpf_program__attach_iter(prog, own ? &opts : NULL);
}

int live_run(struct bpf_link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link)), err = 0;
	char none[16];
	ssize_t n;

	if (fd < 0)
		return errno;
	/* EAGAIN: a million tasks, and none has said anything. */
	do {
		n = read(fd, none, sizeof(none));
	} while (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)));
	if (n < 0)
		err = errno;
	close(fd);
	return err;
}
