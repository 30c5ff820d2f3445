// SPDX-License-Identifier: GPL-2.0-only
/* Does any ftrace text do harm? */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	/* The others are looked for by those who know them better. */
	if (size && (data[0] == '{' || data[0] >= 0x80 || data[0] == 0x1f))
		return -1;
	fuzz_file(data, size);
	return 0;
}
