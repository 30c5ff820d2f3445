// SPDX-License-Identifier: GPL-2.0-only
/* Which reader is the right one for a file? */
#include "source.h"

struct source *source_open_file(const char *path, struct diag *d)
{
	struct input *in = input_open(path, d);

	return in ? source_text_open(in, d) : NULL;
}
