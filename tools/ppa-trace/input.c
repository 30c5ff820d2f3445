// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are the bytes of a file had, compressed or not, from a disk or a pipe?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "unzip.h"

#define RAW (32 * 1024)

struct input {
	int fd;
	char name[256];
	int error;		/* errno of the read that failed */
	struct unzip *unzip;	/* NULL: not compressed */
	const char *damage;
	u8 raw[RAW];		/* as it stands in the file */
	const u8 *raw_at;	/* not used yet, */
	size_t raw_len;		/* and how many bytes that is */
	char head[INPUT_PEEK];	/* the first bytes */
	size_t head_len;
	size_t head_at;		/* of which so many were read */
};

static ssize_t read_retried(struct input *in, void *buf, size_t size)
{
	ssize_t n;

	do {
		n = read(in->fd, buf, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		in->error = errno;
	return n;
}

static ssize_t read_plain(struct input *in, void *buf, size_t size)
{
	size_t n = in->raw_len < size ? in->raw_len : size;

	if (!n)
		return read_retried(in, buf, size);
	memcpy(buf, in->raw_at, n);
	in->raw_at += n;
	in->raw_len -= n;
	return n;
}

static ssize_t read_unzipped(struct input *in, void *buf, size_t size)
{
	u8 *out = buf;
	size_t room = size;

	while (room == size && !in->damage) {
		if (!in->raw_len) {
			ssize_t n = read_retried(in, in->raw, sizeof(in->raw));

			if (n < 0)
				return -1;
			if (!n) {
				if (!unzip_whole(in->unzip))
					in->damage = "the compressed data is cut off";
				break;
			}
			in->raw_at = in->raw;
			in->raw_len = n;
		}
		if (!unzip_some(in->unzip, &in->raw_at, &in->raw_len, &out,
				&room))
			in->damage = "the compressed data is damaged";
	}
	return size - room;
}

static ssize_t read_body(struct input *in, void *buf, size_t size)
{
	return in->unzip ? read_unzipped(in, buf, size) :
			   read_plain(in, buf, size);
}

ssize_t input_read(struct input *in, void *buf, size_t size)
{
	size_t n = in->head_len - in->head_at;

	if (!n)
		return read_body(in, buf, size);
	if (n > size)
		n = size;
	memcpy(buf, in->head + in->head_at, n);
	in->head_at += n;
	return n;
}

static ssize_t full(struct input *in, void *buf, size_t size,
		    ssize_t (*some)(struct input *, void *, size_t))
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = some(in, (char *)buf + have, size - have);

		if (n < 0)
			return -1;
		if (!n)
			break;
		have += n;
	}
	return have;
}

ssize_t input_read_full(struct input *in, void *buf, size_t size)
{
	return full(in, buf, size, input_read);
}

int input_error(const struct input *in, struct diag *d)
{
	diag_set(d, EXIT_CANNOT, "cannot read %s: %s", in->name,
		 strerror(in->error));
	if (in->error == EISDIR)
		diag_advise(d, "name a recording or ftrace text, or - for standard input");
	else
		diag_advise(d, "nothing was judged; read it again from a good copy");
	return EXIT_CANNOT;
}

const char *input_damage(const struct input *in)
{
	return in->damage;
}

const char *input_name(const struct input *in)
{
	return in->name;
}

size_t input_peek(const struct input *in, const char **p)
{
	*p = in->head;
	return in->head_len;
}

/* The first bytes as they stand in the file tell whether it is compressed. */
static int begin(struct input *in, struct diag *d)
{
	enum unzip_kind kind;
	ssize_t n = full(in, in->raw, INPUT_PEEK, read_retried);

	if (n < 0)
		return input_error(in, d);
	in->raw_at = in->raw;
	in->raw_len = n;
	kind = unzip_kind(in->raw, n);
	if (kind != UNZIP_PLAIN && !unzip_built_in(kind)) {
		diag_set(d, EXIT_CANNOT,
			 "%s is compressed by %s, and this ppa-trace was built without %s",
			 in->name, unzip_name(kind), unzip_library(kind));
		diag_advise(d, "%s FILE | ppa-trace COMMAND -",
			    unzip_command(kind));
		return EXIT_CANNOT;
	}
	if (kind != UNZIP_PLAIN) {
		in->unzip = unzip_new(kind);
		if (!in->unzip)
			return diag_set(d, EXIT_CANNOT, "out of memory");
	}
	n = full(in, in->head, sizeof(in->head), read_body);
	if (n < 0)
		return input_error(in, d);
	in->head_len = n;
	return 0;
}

struct input *input_open(const char *path, struct diag *d)
{
	bool is_stdin = !strcmp(path, "-");
	struct input *in = calloc(1, sizeof(*in));

	if (!in) {
		diag_set(d, EXIT_CANNOT, "out of memory");
		return NULL;
	}
	snprintf(in->name, sizeof(in->name), "%s",
		 is_stdin ? "standard input" : path);
	in->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0) {
		diag_set(d, EXIT_CANNOT, "cannot open %s: %s", path,
			 strerror(errno));
		diag_advise(d,
			    "name a recording or ftrace text, - for standard input, or nothing for the running kernel");
		free(in);
		return NULL;
	}
	if (!begin(in, d))
		return in;
	input_close(in);
	return NULL;
}

void input_close(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	unzip_free(in->unzip);
	free(in);
}
