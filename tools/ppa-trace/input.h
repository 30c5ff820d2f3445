/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How are the bytes of a file had, compressed or not, from a disk or a pipe?
 */
#ifndef PPA_INPUT_H
#define PPA_INPUT_H

#include <stddef.h>
#include <sys/types.h>

#include "diag.h"

/* So many bytes can be looked at before anything is read. */
#define INPUT_PEEK 16

struct input;

/*
 * Open @path, "-" for standard input. NULL with @d filled in if that cannot be
 * done, also if it is a directory or compressed by what is not built in.
 */
struct input *input_open(const char *path, struct diag *d);
void input_close(struct input *in);

/* For messages. */
const char *input_name(const struct input *in);

/* The first bytes, without reading them: *@p, and how many there are. */
size_t input_peek(const struct input *in, const char **p);

/*
 * Read up to @size bytes, unpacked. 0 at the end, -1 if it cannot be read; then
 * input_error() says why.
 */
ssize_t input_read(struct input *in, void *buf, size_t size);

/* Read until @buf is full or the input ends. As input_read() otherwise. */
ssize_t input_read_full(struct input *in, void *buf, size_t size);

/* EXIT_CANNOT with @d filled in. */
int input_error(const struct input *in, struct diag *d);

/* After the end: why that is not the real one, or NULL. */
const char *input_damage(const struct input *in);

#endif /* PPA_INPUT_H */
