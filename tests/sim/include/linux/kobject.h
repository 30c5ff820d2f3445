/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: what the replay calls is in sim/replay.h.
 */
#ifndef _SIM_LINUX_KOBJECT_H
#define _SIM_LINUX_KOBJECT_H

#include <sim/replay.h>

#endif /* _SIM_LINUX_KOBJECT_H */
