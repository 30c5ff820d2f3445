// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are privileges given up for good, all but those that are asked for, and before
 * a file is looked at?
 *
 * Each case is a process of its own, because there is no way back.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"
#include "command.h"
#include "privileges.h"
#include "session.h"

#define FILES (BIT_ULL(CAP_DAC_OVERRIDE) | BIT_ULL(CAP_DAC_READ_SEARCH) | \
	       BIT_ULL(CAP_FOWNER))

/* A value that no case returns by itself: there are no privileges to lose. */
#define NOTHING_TO_LOSE 77

struct sets {
	u64 effective;
	u64 permitted;
	u64 inheritable;
};

static struct sets get_sets(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct v[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, v))
		_exit(100);
	return (struct sets) {
		.effective = v[0].effective | (u64)v[1].effective << 32,
		.permitted = v[0].permitted | (u64)v[1].permitted << 32,
		.inheritable = v[0].inheritable | (u64)v[1].inheritable << 32,
	};
}

static bool has_exactly(u64 what)
{
	struct sets s = get_sets();

	return s.effective == what && s.permitted == what && !s.inheritable &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/* Root, or the root of a user namespace of its own. */
static void become_privileged(void)
{
	if ((get_sets().effective & FILES) != FILES)
		unshare(CLONE_NEWUSER);
	if ((get_sets().effective & FILES) != FILES)
		_exit(NOTHING_TO_LOSE);
}

/* What @fn returns in a process of its own that has privileges. */
static int in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		become_privileged();
		_exit(fn());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NOTHING_TO_LOSE)
		skip();
	return WEXITSTATUS(status);
}

static int drop_all(void)
{
	struct diag d;

	if (privileges_drop(PRIVILEGES_NONE, &d))
		return 1;
	return has_exactly(0) ? 0 : 2;
}

static void all(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_all), 0);
}

static int drop_but_files(void)
{
	struct diag d;

	if (privileges_drop(PRIVILEGES_FILES, &d) || !has_exactly(FILES))
		return 1;
	/* Less is always possible, more never. */
	if (privileges_drop(PRIVILEGES_NONE, &d) || !has_exactly(0))
		return 2;
	if (privileges_drop(PRIVILEGES_FILES, &d) || !has_exactly(0))
		return 3;
	return 0;
}

static void all_but_files(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_but_files), 0);
}

static int keep_what_is_needed(void)
{
	struct diag d;

	privileges_need(PRIVILEGES_FILES);
	if (privileges_drop(PRIVILEGES_NONE, &d))
		return 1;
	return has_exactly(FILES) ? 0 : 2;
}

static void needed(void **state)
{
	(void)state;
	assert_int_equal(in_child(keep_what_is_needed), 0);
}

/* Root gets all capabilities back with the next program, if it may. */
static int drop_and_execute(void)
{
	struct diag d;

	if (privileges_drop(PRIVILEGES_NONE, &d))
		return 101;
	execlp("grep", "grep", "-qE", "^Cap(Prm|Eff):\t0{16}$",
	       "/proc/self/status", NULL);
	return 102;
}

static void for_good(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_and_execute), 0);
}

/* Who may not give up privileges does not go on with them. */
static int drop_but_must_not(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_capset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };
	struct diag d = { 0 };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return NOTHING_TO_LOSE;
	if (privileges_drop(PRIVILEGES_NONE, &d) != EXIT_CANNOT)
		return 1;
	return strstr(d.what, "capset") && d.advice[0] ? 0 : 2;
}

static void refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(drop_but_must_not), 0);
}

/* What a session leaves, of which the file is a pipe that nobody writes to. */
static int open_session(void)
{
	struct session s;
	struct diag d;
	int fds[2];
	char path[32];

	if (pipe(fds))
		return 100;
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	if (session_open(&s, path, &d))
		return 1;
	return has_exactly(0) ? 0 : 2;
}

static void session(void **state)
{
	(void)state;
	assert_int_equal(in_child(open_session), 0);
}

/* The commands that need files later say so, and no other. */
static void commands_that_need_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ncommands; i++) {
		const struct command *c = commands[i];
		bool want = c == &command_record || c == &command_export ||
			c == &command_report || c == &command_diff;

		if (c->files != want)
			fail_msg("%s", c->name);
	}
}

int main(void)
{
	TESTING(T(all), T(all_but_files), T(needed), T(for_good), T(refused),
		T(session), T(commands_that_need_files));

	return RUN("privileges", NULL, NULL);
}
