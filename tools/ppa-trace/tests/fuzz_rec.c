// SPDX-License-Identifier: GPL-2.0-only
/* Does any binary recording do harm, even one whose checksums are right? */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "rec.h"

/* Blocks that are whole get the number and the checksum that they need. */
static void repair(u8 *p, size_t size)
{
	size_t at = sizeof(struct rec_file_head);
	struct rec_block_head h;
	u32 number = 0, order, bytes;
	bool swap;

	memcpy(p, REC_MAGIC, sizeof(((struct rec_file_head *)0)->magic));
	memcpy(&order, p + offsetof(struct rec_file_head, order),
	       sizeof(order));
	swap = order == __builtin_bswap32(REC_ORDER);
	while (size - at >= sizeof(h)) {
		memcpy(&h, p + at, sizeof(h));
		bytes = swap ? __builtin_bswap32(h.size) : h.size;
		if (bytes > size - at - sizeof(h))
			return;
		h.number = swap ? __builtin_bswap32(number) : number;
		h.crc = crc32c(crc32c(0, &h, REC_CHECKED), p + at + sizeof(h),
			       bytes);
		if (swap)
			h.crc = __builtin_bswap32(h.crc);
		memcpy(p + at, &h, sizeof(h));
		at += sizeof(h) + bytes;
		number++;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *copy;

	if (size < sizeof(struct rec_file_head))
		return -1;
	copy = malloc(size);
	memcpy(copy, data, size);
	repair(copy, size);
	fuzz_file(copy, size);
	free(copy);
	return 0;
}
