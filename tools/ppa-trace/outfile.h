/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a file come to be either whole or not at all?
 *
 * It is written under another name in the same folder and renamed at the end.
 * A signal that ends the program takes the unfinished file along. One file at
 * a time.
 */
#ifndef PPA_OUTFILE_H
#define PPA_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "diag.h"

struct outfile {
	FILE *f;
	char name[256];		/* for messages */
	char path[4096];	/* what it will be called */
	bool temporary;		/* false: a pipe or device, written to as it is */
	bool shared;		/* standard output itself, which stays open */
};

/* Who may read it? Of one's own file that is there the mode is kept. */
enum outfile_readers {
	OUTFILE_OWNER,		/* 0600 */
	OUTFILE_USUAL,		/* as any new file: the umask says */
	OUTFILE_ALL,		/* 0644, whatever was there */
};

/*
 * Those of what comes from @source: the kernel, which is NULL, shows physical
 * addresses to root only.
 */
enum outfile_readers outfile_readers(const char *source);

/*
 * Begin the file @path, "-" for standard output; @what is it, for messages. It
 * is made durable by outfile_commit(). EXIT_CANNOT with @d filled in if that is
 * not possible, or if it would go to a terminal.
 */
int outfile_open(struct outfile *o, const char *path, const char *what,
		 enum outfile_readers readers, struct diag *d);

/* Standard output as it is, a terminal or not. */
void outfile_stdout(struct outfile *o);

/* 0, or the errno because of which not all that was printed has arrived. */
int outfile_flush(FILE *f);

/* It is whole. 0, or EXIT_CANNOT with @d filled in: then there is none. */
int outfile_commit(struct outfile *o, struct diag *d);

/* It will never be. */
void outfile_abort(struct outfile *o);

/* A write to o->f has failed: EXIT_CANNOT with @d filled in. */
int outfile_error(const struct outfile *o, struct diag *d);

#endif /* PPA_OUTFILE_H */
