// SPDX-License-Identifier: GPL-2.0-only
/* What is the CRC-32C (Castagnoli, RFC 3720) of some bytes? */
#include <string.h>

#include "rec.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#define CRC_TARGET "sse4.2"
#define crc_u64(crc, v) ((u32)_mm_crc32_u64(crc, v))
#define crc_u8(crc, v) _mm_crc32_u8(crc, v)
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#include <arm_acle.h>
#include <sys/auxv.h>
#define CRC_TARGET "+crc"
#define crc_u64(crc, v) __crc32cd(crc, v)
#define crc_u8(crc, v) __crc32cb(crc, v)
#endif

#define POLYNOMIAL 0x82f63b78u	/* its bits in reverse */

/* table[k][b]: byte b, with k zero bytes behind it. */
static u32 table[8][256];

static void make_table(void)
{
	for (u32 b = 0; b < 256; b++) {
		u32 crc = b;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[0][b] = crc;
	}
	for (int k = 1; k < 8; k++) {
		for (u32 b = 0; b < 256; b++)
			table[k][b] = table[k - 1][b] >> 8 ^
				      table[0][table[k - 1][b] & 0xff];
	}
}

u32 crc32c_by_table(u32 crc, const void *data, size_t len)
{
	const u8 *p = data;

	if (!table[0][1])
		make_table();
	crc = ~crc;
	/* Eight bytes at a time: a recording is checked as fast as it is read. */
	for (; len >= 8; len -= 8, p += 8) {
		crc ^= p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
		crc = table[7][crc & 0xff] ^ table[6][crc >> 8 & 0xff] ^
		      table[5][crc >> 16 & 0xff] ^ table[4][crc >> 24] ^
		      table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^
		      table[0][p[7]];
	}
	while (len--)
		crc = crc >> 8 ^ table[0][(crc ^ *p++) & 0xff];
	return ~crc;
}

#ifdef CRC_TARGET
/* Does the processor know the polynomial? */
static bool processor_can(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("sse4.2");
#else
	return getauxval(AT_HWCAP) & HWCAP_CRC32;
#endif
}

__attribute__((target(CRC_TARGET)))
static u32 by_processor(u32 crc, const u8 *p, size_t len)
{
	u64 v;

	crc = ~crc;
	for (; len >= sizeof(v); len -= sizeof(v), p += sizeof(v)) {
		memcpy(&v, p, sizeof(v));
		crc = crc_u64(crc, v);
	}
	while (len--)
		crc = crc_u8(crc, *p++);
	return ~crc;
}
#endif

u32 crc32c(u32 crc, const void *data, size_t len)
{
#ifdef CRC_TARGET
	if (processor_can())
		return by_processor(crc, data, len);
#endif
	return crc32c_by_table(crc, data, len);
}
