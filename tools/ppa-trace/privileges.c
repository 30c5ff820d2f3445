// SPDX-License-Identifier: GPL-2.0-only
/* What may this process still do once its source is open? */
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "privileges.h"
#include "types.h"

/* The same for all of them, whoever the files belong to: see capabilities(7). */
#define FILE_CAPABILITIES \
	(BIT_ULL(CAP_DAC_OVERRIDE) | BIT_ULL(CAP_DAC_READ_SEARCH) | \
	 BIT_ULL(CAP_FOWNER))

static enum privileges needed;

void privileges_need(enum privileges which)
{
	needed = which;
}

static int refused(const char *what, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot give up privileges: %s: %s", what,
		 strerror(errno));
	diag_advise(d,
		    "whatever filters the system calls of this process has to allow that");
	return EXIT_CANNOT;
}

/* No more than @keep in any of the three sets. */
static int limit_capabilities(u64 keep, struct diag *d)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];
	bool changed = false;

	if (syscall(SYS_capget, &head, caps)) {
		bool filtered = errno == EPERM || errno == EACCES;

		/* Else a kernel that knows one user only, who may do all. */
		return filtered ? refused("capget", d) : 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++) {
		u32 mask = keep >> (32 * i);

		changed |= (caps[i].permitted & ~mask) || caps[i].inheritable;
		caps[i].effective &= mask;
		caps[i].permitted &= mask;
		caps[i].inheritable = 0;
	}
	if (changed && syscall(SYS_capset, &head, caps))
		return refused("capset", d);
	return 0;
}

int privileges_drop(enum privileges which, struct diag *d)
{
	bool files = which == PRIVILEGES_FILES || needed == PRIVILEGES_FILES;

	/* Else root would have all of them again in the next program. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return refused("no_new_privs", d);
	return limit_capabilities(files ? FILE_CAPABILITIES : 0, d);
}
