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

#include "outfile.h"

/* What a signal has to take away; empty if there is nothing. */
static char unfinished[PATH_MAX];

static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
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
	/* A limit on the size of files is to be an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
}

static void release_signals(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &old_action[i], NULL);
	signal(SIGXFSZ, SIG_DFL);
	unfinished[0] = '\0';
}

static int write_error(const struct outfile *o, int err, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot write %s: %s", o->name, strerror(err));
	if (err == ENOSPC || err == EDQUOT || err == EFBIG)
		diag_advise(d, "make room, or name another file: -o FILE");
	else
		diag_advise(d, "name another file: -o FILE");
	return EXIT_CANNOT;
}

int outfile_error(const struct outfile *o, struct diag *d)
{
	return write_error(o, errno, d);
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

/* What is at @path decides how it is written. -1 with errno set. */
static int open_path(struct outfile *o, const char *path, mode_t mode)
{
	char *real = realpath(path, NULL);
	struct stat st;

	/* A link stays one: what it leads to is replaced. */
	snprintf(o->path, sizeof(o->path), "%s", real ? real : path);
	free(real);
	if (stat(path, &st) || S_ISREG(st.st_mode))
		return make_temporary(o, mode);
	return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

int outfile_open(struct outfile *o, const char *path, const char *what,
		 mode_t mode, struct diag *d)
{
	bool is_stdout = !strcmp(path, "-");
	int fd;

	memset(o, 0, sizeof(*o));
	snprintf(o->name, sizeof(o->name), "%s",
		 is_stdout ? "standard output" : path);
	if (strlen(path) >= sizeof(o->path))
		return write_error(o, ENAMETOOLONG, d);
	fd = is_stdout ? dup(STDOUT_FILENO) : open_path(o, path, mode);
	if (fd < 0) {
		write_error(o, errno, d);
		outfile_abort(o);
		return EXIT_CANNOT;
	}
	o->f = fdopen(fd, "we");
	if (!o->f) {
		close(fd);
		outfile_abort(o);
		return diag_set(d, EXIT_CANNOT, "out of memory");
	}
	if (isatty(fd)) {
		outfile_abort(o);
		diag_set(d, EXIT_CANNOT, "%s is not for a terminal", what);
		diag_advise(d, "name a file: -o FILE; or send it through a pipe");
		return EXIT_CANNOT;
	}
	return 0;
}

int outfile_commit(struct outfile *o, struct diag *d)
{
	int err = 0;

	if (fflush(o->f) || ferror(o->f) ||
	    (o->temporary && fsync(fileno(o->f))))
		err = errno;
	if (fclose(o->f) && !err)
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
	if (o->f)
		fclose(o->f);
	o->f = NULL;
	if (!o->temporary)
		return;
	unlink(unfinished);
	release_signals();
	o->temporary = false;
}
