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
#include <sys/types.h>

#include "diag.h"

struct outfile {
	FILE *f;
	char name[256];		/* for messages */
	char path[4096];	/* what it will be called */
	bool temporary;		/* false: a pipe or device, written to as it is */
};

/*
 * Begin the file @path, "-" for standard output; @what is it, for messages. It
 * gets @mode, and is made durable by outfile_commit(). EXIT_CANNOT with @d
 * filled in if that is not possible, or if it would go to a terminal.
 */
int outfile_open(struct outfile *o, const char *path, const char *what,
		 mode_t mode, struct diag *d);

/* It is whole. 0, or EXIT_CANNOT with @d filled in: then there is none. */
int outfile_commit(struct outfile *o, struct diag *d);

/* It will never be. */
void outfile_abort(struct outfile *o);

/* A write to o->f has failed: EXIT_CANNOT with @d filled in. */
int outfile_error(const struct outfile *o, struct diag *d);

#endif /* PPA_OUTFILE_H */
