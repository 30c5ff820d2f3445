// SPDX-License-Identifier: GPL-2.0-only
/* Where do warnings go in programs without main.c? */
#include <stdio.h>

#include "command.h"

void command_warn(const struct diag *d)
{
	fprintf(stderr, "# %s\n", d->what);
}
