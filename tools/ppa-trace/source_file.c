// SPDX-License-Identifier: GPL-2.0-only
/* Which reader is the right one for a file? */
#include <string.h>

#include "rec.h"
#include "source.h"

struct source *source_open_file(const char *path, struct diag *d)
{
	struct input *in = input_open(path, d);
	const char *head;
	size_t len;

	if (!in)
		return NULL;
	len = input_peek(in, &head);
	if (len >= strlen(REC_MAGIC) &&
	    !memcmp(head, REC_MAGIC, strlen(REC_MAGIC)))
		return source_rec_open(in, d);
	if (len && head[0] == '{')
		return source_json_open(in, d);
	return source_text_open(in, d);
}
