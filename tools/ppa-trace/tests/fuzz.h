/* SPDX-License-Identifier: GPL-2.0-only */
/* What do all fuzz targets do with the file that they were given? */
#ifndef PPA_TESTS_FUZZ_H
#define PPA_TESTS_FUZZ_H

#include <stddef.h>

#include "types.h"

/*
 * Read @data as every command does, judge it and print all views. Aborts if
 * something cannot be: a status that is none, a message that says nothing, or a
 * recording of it that is read back as something else.
 */
void fuzz_file(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* PPA_TESTS_FUZZ_H */
