/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTBOARD_BENCH_SAMPLE_MODEL_H
#define OUTBOARD_BENCH_SAMPLE_MODEL_H

#include <linux/types.h>

struct bench_block;

void sample_stick(struct bench_block *block, bool stuck);

#endif
