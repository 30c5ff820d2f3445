// SPDX-License-Identifier: GPL-2.0-only
/* What does report do? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot.h"
#include "command.h"
#include "report.h"
#include "session.h"
#include "view.h"

static struct {
	const char *output;
	bool events_only;
} options;

struct page {
	char *text;
	size_t len;
};

static int no_memory(struct diag *d)
{
	return command_misuse(d, "out of memory",
			      "1 TiB of RAM with 4 KiB pages takes 64 MiB here");
}

static int make_page(const struct session *s, const char *name,
		     struct page *page, int *verdict, struct diag *d)
{
	struct report_input in = {
		.name = name,
		.m = s->model,
		.host = s->host,
		.walk = s->walk,
		.events_only = options.events_only,
	};
	struct boot_report boot;
	struct report r;
	FILE *out;
	int err;

	if (boot_analyse(s->model, &boot))
		return no_memory(d);
	in.boot = &boot;
	out = open_memstream(&page->text, &page->len);
	err = !out || report_make(&r, &in);
	if (!err) {
		*verdict = r.verdict;
		err = view_report(out, &r);
		report_free(&r);
	}
	if (out && fclose(out))
		err = -1;
	boot_report_free(&boot);
	return err ? no_memory(d) : 0;
}

static int file_trouble(const char *what, const char *path, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot %s %s: %s", what, path,
		 strerror(errno));
	diag_advise(d, "is there room, and may you write there?");
	return EXIT_CANNOT;
}

static int write_to(FILE *f, const struct page *page)
{
	int err = fwrite(page->text, 1, page->len, f) != page->len ||
		  fflush(f);

	return err ? -1 : 0;
}

/* A device or a pipe takes it as it comes: to replace one would be rude. */
static int write_into(const char *path, const struct page *page,
		      struct diag *d)
{
	FILE *f = fopen(path, "we");
	int err;

	if (!f)
		return file_trouble("open", path, d);
	err = write_to(f, page);
	if (fclose(f) || err)
		return file_trouble("write", path, d);
	return 0;
}

/* As fopen() would make a file, which mkstemp() does not. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int write_temporary(char *tmp, const char *path,
			   const struct page *page, struct diag *d)
{
	int fd = mkstemp(tmp);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int err;

	if (!f) {
		file_trouble("make a file beside", path, d);
		if (fd >= 0)
			close(fd);
		return EXIT_CANNOT;
	}
	err = write_to(f, page) || fchmod(fd, usual_mode());
	if (fclose(f) || err)
		return file_trouble("write", path, d);
	if (rename(tmp, path))
		return file_trouble("replace", path, d);
	return 0;
}

/* The whole page or what was there before, whatever happens meanwhile. */
static int replace(const char *path, const struct page *page, struct diag *d)
{
	sigset_t all, before;
	char *tmp;
	int err;

	if (asprintf(&tmp, "%s.XXXXXX", path) < 0)
		return no_memory(d);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	err = write_temporary(tmp, path, page, d);
	if (err)
		unlink(tmp);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(tmp);
	return err;
}

static int write_page(const char *path, const struct page *page,
		      struct diag *d)
{
	struct stat st;
	char *real;
	int err;

	if (!strcmp(path, "-"))
		return write_to(stdout, page) ? command_no_output(d) : 0;
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return write_into(path, page, d);
	/* What a symbolic link names is replaced, not the link. */
	real = realpath(path, NULL);
	err = replace(real ? real : path, page, d);
	free(real);
	return err;
}

static int report_command(const struct arguments *a, struct diag *d)
{
	const char *file = a->n ? a->arg[0] : NULL;
	struct page page = { NULL, 0 };
	int err, verdict = EXIT_CANNOT;
	struct session s;

	if (!options.output || !options.output[0])
		return command_misuse(d, "report does not know where the page goes",
				      "ppa-trace report -o FILE.html [FILE]; -o - is standard output");
	err = session_read(&s, file, options.events_only ?
			   SESSION_NO_WALK : SESSION_WALK_ANYHOW, d);
	if (!err)
		err = make_page(&s, !file ? "the running kernel" :
				!strcmp(file, "-") ? "standard input" : file,
				&page, &verdict, d);
	if (!err)
		err = write_page(options.output, &page, d);
	free(page.text);
	session_end(&s);
	return err ? err : verdict;
}

static const struct option report_options[] = {
	{ "output", 'o', OPTION_TEXT, &options.output, "FILE",
	  "the page; - is standard output" },
	{ "events-only", 0, OPTION_FLAG, &options.events_only, NULL,
	  "do not ask for page tables" },
	{ NULL }
};

const struct command command_report = {
	.name = "report",
	.args = "-o FILE.html [--events-only] [FILE]",
	.what = "write a page for the browser: verdict, pictures and tables",
	.help =
"One page of HTML that needs no network and no other file: the verdict, a map\n"
"of physical memory with the ranges in it, when the pages were handed out, what\n"
"lay between them, and all tables. It is written as a whole or not at all. Exit\n"
"status as that of verify.\n",
	.options = report_options,
	.max_args = 1,
	.run = report_command,
};
