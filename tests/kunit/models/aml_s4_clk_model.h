/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTBOARD_BENCH_AML_S4_CLK_MODEL_H
#define OUTBOARD_BENCH_AML_S4_CLK_MODEL_H

#include <linux/types.h>

struct bench_block;

void aml_s4_clk_no_lock(struct bench_block *block, u32 ctrl0, unsigned int times);

#endif
