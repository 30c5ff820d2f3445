// SPDX-License-Identifier: GPL-2.0-only
/* How is a message of what went wrong put together? */
#include <stdarg.h>
#include <stdio.h>

#include "diag.h"

int diag_set(struct diag *d, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->what, sizeof(d->what), fmt, ap);
	va_end(ap);
	d->advice[0] = '\0';
	return status;
}

void diag_advise(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->advice, sizeof(d->advice), fmt, ap);
	va_end(ap);
}
