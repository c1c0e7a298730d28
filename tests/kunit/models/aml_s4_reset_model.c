// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic Meson S4's reset controller
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Six registers whose ones are pulses, which cannot be read back, and six levels, all high
 * after a reset. What else the vendor's driver knows behind them (masks of the watchdog's
 * reset) is not there, so that touching it fails.
 *
 * Source: the vendor's driver and its tree, which has the levels 0x40 behind the pulses.
 */

#include <linux/bitops.h>
#include <linux/module.h>

#include <bench/bench.h>
#include <models/aml_s4_reset_model.h>

#define LINES	192
#define LEVEL	0x40

struct s4_reset_model {
	unsigned int pulses[LINES];
};

static const struct bench_reg regs[] = {
	{ .name = "RESET", .offset = 0x00, .writable = ~0, .flags = BENCH_REG_WO, .count = 6 },
	{ .name = "RESET_LEVEL", .offset = LEVEL, .reset = ~0, .writable = ~0, .count = 6 },
};

static void s4_reset_model_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	struct s4_reset_model *model = bench_priv(block);
	unsigned long pulses = value;
	unsigned int bit;

	if (offset >= LEVEL)
		return;

	for_each_set_bit(bit, &pulses, 32)
		model->pulses[offset / 4 * 32 + bit]++;
	bench_set_reg(block, offset, 0);
}

/**
 * aml_s4_reset_pulses() - how many pulses a line has had since the last time
 * @block: the controller
 * @line: its number
 */
unsigned int aml_s4_reset_pulses(struct bench_block *block, unsigned int line)
{
	struct s4_reset_model *model = bench_priv(block);
	unsigned long flags;
	unsigned int pulses;

	bench_lock(block, flags);
	pulses = model->pulses[line];
	model->pulses[line] = 0;
	bench_unlock(block, flags);

	return pulses;
}
EXPORT_SYMBOL_GPL(aml_s4_reset_pulses);

static const struct bench_model aml_s4_reset_model = {
	.name = "s4-reset",
	.compatibles = (const char *const []){ "amlogic,meson-s4-reset",
					       "amlogic,meson-sc2-reset", NULL },
	.regs = regs,
	.nr_regs = ARRAY_SIZE(regs),
	.priv_size = sizeof(struct s4_reset_model),
	.write = s4_reset_model_write,
};
module_bench_model(aml_s4_reset_model);

MODULE_DESCRIPTION("Model of the Meson S4's reset controller");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
