// SPDX-License-Identifier: GPL-2.0-only
/* How does a file come to be either whole or not at all? */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "outfile.h"

#define LINKS_MAX 40	/* that lead to each other, as for the kernel */

/* What a signal has to take away; empty if there is nothing. */
static char unfinished[PATH_MAX];

static const int signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU,
};

static struct sigaction old_action[ARRAY_SIZE(signals)];

/* Go as if there were no handler, but leave nothing behind. */
static void on_signal(int number)
{
	unlink(unfinished);
	signal(number, SIG_DFL);
	raise(number);
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], NULL, &old_action[i]);
		/* Who was started to ignore it goes on doing so: nohup. */
		if (old_action[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
	}
}

static void release_signals(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &old_action[i], NULL);
	unfinished[0] = '\0';
}

static int write_error(const struct outfile *o, int err, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot write %s: %s", o->name, strerror(err));
	if (o->shared)
		diag_advise(d, "is there room where it goes?");
	else if (err == ENOSPC || err == EDQUOT || err == EFBIG)
		diag_advise(d, "make room, or name another file: -o FILE");
	else
		diag_advise(d, "name another file: -o FILE");
	return EXIT_CANNOT;
}

int outfile_error(const struct outfile *o, struct diag *d)
{
	return write_error(o, errno, d);
}

enum outfile_readers outfile_readers(const char *source)
{
	return source ? OUTFILE_USUAL : OUTFILE_OWNER;
}

/* Somebody else's file says nothing of who may read what takes its place. */
static mode_t file_mode(const char *path, enum outfile_readers readers)
{
	struct stat st;
	mode_t mask;

	if (readers == OUTFILE_ALL)
		return 0644;
	if (!stat(path, &st) && st.st_uid == geteuid())
		return st.st_mode & 0777;
	if (readers == OUTFILE_OWNER)
		return 0600;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* A name in the same folder, and a file of that name. -1 with errno set. */
static int make_temporary(struct outfile *o, mode_t mode)
{
	sigset_t all, old;
	int fd;

	if (snprintf(unfinished, sizeof(unfinished), "%s.XXXXXX", o->path) >=
	    (int)sizeof(unfinished)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* No signal may come between the file and the handler. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	fd = mkostemp(unfinished, O_CLOEXEC);
	if (fd >= 0)
		catch_signals();
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (fd < 0)
		return -1;
	o->temporary = true;
	if (!fchmod(fd, mode))
		return fd;
	close(fd);
	return -1;
}

/*
 * o->path becomes what it leads to, if it is a symbolic link, which need not be
 * there. -1 with errno set.
 */
static int follow_links(struct outfile *o)
{
	char to[PATH_MAX];

	for (int i = 0; i < LINKS_MAX; i++) {
		ssize_t n = readlink(o->path, to, sizeof(to) - 1);
		char *slash = strrchr(o->path, '/');
		size_t folder = slash ? slash + 1 - o->path : 0;

		if (n < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -1;
		to[n] = '\0';
		if (to[0] == '/')
			folder = 0;
		if (folder + n >= sizeof(o->path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(o->path + folder, to, n + 1);
	}
	errno = ELOOP;
	return -1;
}

/* What is at @path decides how it is written. -1 with errno set. */
static int open_path(struct outfile *o, const char *path,
		     enum outfile_readers readers)
{
	struct stat st;

	/* A link stays one: what it leads to is replaced. */
	snprintf(o->path, sizeof(o->path), "%s", path);
	if (follow_links(o))
		return -1;
	/* But not one that the kernel does not follow: fs.protected_symlinks */
	if (stat(path, &st) && errno == EACCES)
		return -1;
	if (stat(path, &st) || S_ISREG(st.st_mode))
		return make_temporary(o, file_mode(o->path, readers));
	return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

int outfile_open(struct outfile *o, const char *path, const char *what,
		 enum outfile_readers readers, struct diag *d)
{
	bool is_stdout = !strcmp(path, "-");
	int fd;

	memset(o, 0, sizeof(*o));
	snprintf(o->name, sizeof(o->name), "%s",
		 is_stdout ? "standard output" : path);
	if (strlen(path) >= sizeof(o->path))
		return write_error(o, ENAMETOOLONG, d);
	fd = is_stdout ? dup(STDOUT_FILENO) : open_path(o, path, readers);
	if (fd < 0) {
		write_error(o, errno, d);
		outfile_abort(o);
		return EXIT_CANNOT;
	}
	o->f = fdopen(fd, "we");
	if (!o->f) {
		close(fd);
		outfile_abort(o);
		return command_no_memory(d);
	}
	if (isatty(fd)) {
		outfile_abort(o);
		diag_set(d, EXIT_CANNOT, "%s is not for a terminal", what);
		diag_advise(d, "name a file: -o FILE; or send it through a pipe");
		return EXIT_CANNOT;
	}
	return 0;
}

void outfile_stdout(struct outfile *o)
{
	memset(o, 0, sizeof(*o));
	snprintf(o->name, sizeof(o->name), "the output");
	o->f = stdout;
	o->shared = true;
}

int outfile_flush(FILE *f)
{
	errno = 0;
	if (!fflush(f) && !ferror(f))
		return 0;
	/* A stream forgets why a write failed: one byte more fails alike. */
	if (!errno && fputc('\n', f) != EOF)
		fflush(f);
	return errno ? errno : EIO;
}

int outfile_commit(struct outfile *o, struct diag *d)
{
	int err = outfile_flush(o->f);

	if (!err && o->temporary && fsync(fileno(o->f)))
		err = errno;
	if (!o->shared && fclose(o->f) && !err)
		err = errno;
	o->f = NULL;
	if (!err && o->temporary && rename(unfinished, o->path))
		err = errno;
	if (err) {
		outfile_abort(o);
		return write_error(o, err, d);
	}
	if (o->temporary)
		release_signals();
	return 0;
}

void outfile_abort(struct outfile *o)
{
	if (o->f && !o->shared)
		fclose(o->f);
	o->f = NULL;
	if (!o->temporary)
		return;
	unlink(unfinished);
	release_signals();
	o->temporary = false;
}
