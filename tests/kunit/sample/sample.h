/* SPDX-License-Identifier: GPL-2.0-only */
/* The sample driver's only service */
#ifndef OUTBOARD_BENCH_SAMPLE_H
#define OUTBOARD_BENCH_SAMPLE_H

#include <linux/types.h>

struct device;

int sample_invert(struct device *dev, u32 in, u32 *out);

#endif
