// SPDX-License-Identifier: GPL-2.0-only
/* Do any JSON lines do harm? */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!size || data[0] != '{')
		return -1;
	fuzz_file(data, size);
	return 0;
}
