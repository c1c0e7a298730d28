// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic Meson S4's PWM block: it only keeps what it is told
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Both channels' clocks are for counting: registers answer without them.
 */

#include <linux/module.h>

#include <bench/bench.h>

static const struct bench_reg regs[] = {
	{ .name = "PWM_A", .offset = 0x00, .writable = ~0 },
	{ .name = "PWM_B", .offset = 0x04, .writable = ~0 },
	{ .name = "MISC", .offset = 0x08, .writable = 0x3c000003 },
	/* Delta-sigma, time-sharing, blinking: nobody uses them. */
	{ .name = "OTHERS", .offset = 0x0c, .flags = BENCH_REG_RO, .count = 6 },
};

static const struct bench_model aml_s4_pwm_model = {
	.name = "s4-pwm",
	.compatibles = (const char *const []){ "amlogic,meson-s4-pwm", "amlogic,meson-v2-pwm",
					       NULL },
	.clocks = (const char *const []){ NULL },
	.regs = regs,
	.nr_regs = ARRAY_SIZE(regs),
};
module_bench_model(aml_s4_pwm_model);

MODULE_DESCRIPTION("Model of the Meson S4's PWM block");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
