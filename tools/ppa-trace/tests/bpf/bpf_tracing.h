/* SPDX-License-Identifier: GPL-2.0-only */
/* All that the test needs stands in one file. */
#include "bpf_helpers.h"
