/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTBOARD_BENCH_AML_S4_RESET_MODEL_H
#define OUTBOARD_BENCH_AML_S4_RESET_MODEL_H

struct bench_block;

unsigned int aml_s4_reset_pulses(struct bench_block *block, unsigned int line);

#endif
