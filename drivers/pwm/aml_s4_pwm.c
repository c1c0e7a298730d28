// SPDX-License-Identifier: GPL-2.0-only
/*
 * PWM controllers of the Amlogic Meson S4 (S905Y4, S805X2), in Linux since 6.11
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Each block has two channels. A channel counts cycles of its own clock, from the peripheral
 * clock controller, with one 16-bit count for the high part of a period and one for the low
 * part. Each part lasts one cycle longer than its count, except while the channel's "constant"
 * bit is set, as it must be for a duty cycle of 0 % or 100 %.
 *
 * The driver selects the fastest clock for which the cycles of a period fit into a count. A
 * new duty cycle of the same period takes one register write, so that a CPU's regulator sees
 * either the old or the new one.
 *
 * The vendor's device tree refers to the clock's mux and leaves the divider and the gate to
 * the driver. aml_s4_clk returns the gate for that number, so that both trees work alike.
 *
 * Limitations:
 * - Disabling a channel takes effect at once, not at the end of the period.
 * - A disabled channel's pin is low, or high if inverted.
 * - The third and fourth channel, which alternate with the first two, are not supported.
 */

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/clk.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>
#include <linux/spinlock.h>
#include <linux/time.h>

#define S4_PWM_CHANNELS		2

/* One register per channel: both counts. */
#define S4_PWM_COUNTS(channel)	(4 * (channel))
#define S4_PWM_HIGH		GENMASK(31, 16)
#define S4_PWM_LOW		GENMASK(15, 0)

/* One register for both channels. */
#define S4_PWM_MISC		0x08
#define S4_PWM_CONSTANT(channel) BIT(28 + (channel))
#define S4_PWM_INVERT(channel)	BIT(26 + (channel))
#define S4_PWM_ENABLE(channel)	BIT(channel)

/**
 * struct s4_pwm - one PWM block
 * @base: its registers
 * @clk: the channels' clocks; enabled while the channel is requested
 * @lock: protects read-modify-write of S4_PWM_MISC, which both channels share
 */
struct s4_pwm {
	void __iomem *base;
	struct clk *clk[S4_PWM_CHANNELS];
	spinlock_t lock; /* read-modify-write of S4_PWM_MISC */
};

static int s4_pwm_request(struct pwm_chip *chip, struct pwm_device *pwm)
{
	struct s4_pwm *s4 = pwmchip_get_drvdata(chip);

	return clk_prepare_enable(s4->clk[pwm->hwpwm]);
}

static void s4_pwm_free(struct pwm_chip *chip, struct pwm_device *pwm)
{
	struct s4_pwm *s4 = pwmchip_get_drvdata(chip);

	clk_disable_unprepare(s4->clk[pwm->hwpwm]);
}

static void s4_pwm_misc(struct s4_pwm *s4, u32 mask, u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&s4->lock, flags);
	writel((readl(s4->base + S4_PWM_MISC) & ~mask) | value, s4->base + S4_PWM_MISC);
	spin_unlock_irqrestore(&s4->lock, flags);
}

static int s4_pwm_apply(struct pwm_chip *chip, struct pwm_device *pwm,
			const struct pwm_state *state)
{
	struct s4_pwm *s4 = pwmchip_get_drvdata(chip);
	unsigned int channel = pwm->hwpwm;
	struct clk *clk = s4->clk[channel];
	u32 misc = 0, high, low;
	u64 period, rate;
	long rounded;
	int ret;

	if (state->polarity == PWM_POLARITY_INVERSED)
		misc |= S4_PWM_INVERT(channel);

	if (!state->enabled) {
		s4_pwm_misc(s4, S4_PWM_ENABLE(channel) | S4_PWM_INVERT(channel), misc);
		return 0;
	}

	/* The fastest clock for which the cycles of a period fit into a count. */
	rate = div64_u64((u64)U16_MAX * NSEC_PER_SEC, state->period);
	rounded = clk_round_rate(clk, min_t(u64, rate, LONG_MAX));
	if (rounded < 0)
		return rounded;

	period = mul_u64_u32_div(state->period, rounded, NSEC_PER_SEC);
	if (!period || period > U16_MAX)
		return -EINVAL;

	high = mul_u64_u32_div(state->duty_cycle, rounded, NSEC_PER_SEC);
	low = period - high;
	if (high && low) {
		high--;
		low--;
	} else {
		misc |= S4_PWM_CONSTANT(channel);
	}

	if (clk_get_rate(clk) != rounded) {
		ret = clk_set_rate(clk, rounded);
		if (ret)
			return ret;
	}

	writel(FIELD_PREP(S4_PWM_HIGH, high) | FIELD_PREP(S4_PWM_LOW, low),
	       s4->base + S4_PWM_COUNTS(channel));
	s4_pwm_misc(s4,
		    S4_PWM_ENABLE(channel) | S4_PWM_INVERT(channel) | S4_PWM_CONSTANT(channel),
		    misc | S4_PWM_ENABLE(channel));

	return 0;
}

static int s4_pwm_get_state(struct pwm_chip *chip, struct pwm_device *pwm,
			    struct pwm_state *state)
{
	struct s4_pwm *s4 = pwmchip_get_drvdata(chip);
	unsigned long rate = clk_get_rate(s4->clk[pwm->hwpwm]);
	u32 counts = readl(s4->base + S4_PWM_COUNTS(pwm->hwpwm));
	u32 misc = readl(s4->base + S4_PWM_MISC);
	u32 high = FIELD_GET(S4_PWM_HIGH, counts);
	u32 low = FIELD_GET(S4_PWM_LOW, counts);

	if (!(misc & S4_PWM_CONSTANT(pwm->hwpwm))) {
		high++;
		low++;
	}

	state->enabled = misc & S4_PWM_ENABLE(pwm->hwpwm);
	state->polarity = misc & S4_PWM_INVERT(pwm->hwpwm) ? PWM_POLARITY_INVERSED :
							     PWM_POLARITY_NORMAL;

	/* Rounded up, as apply() rounds down: applying this state again changes nothing. */
	state->period = rate ? DIV64_U64_ROUND_UP((high + low) * (u64)NSEC_PER_SEC, rate) : 0;
	state->duty_cycle = rate ? DIV64_U64_ROUND_UP(high * (u64)NSEC_PER_SEC, rate) : 0;

	return 0;
}

static const struct pwm_ops s4_pwm_ops = {
	.request = s4_pwm_request,
	.free = s4_pwm_free,
	.apply = s4_pwm_apply,
	.get_state = s4_pwm_get_state,
};

static void s4_pwm_put_clk(void *clk)
{
	clk_put(clk);
}

static int s4_pwm_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct pwm_chip *chip;
	struct s4_pwm *s4;
	unsigned int i;
	int ret;

	chip = devm_pwmchip_alloc(dev, S4_PWM_CHANNELS, sizeof(*s4));
	if (IS_ERR(chip))
		return PTR_ERR(chip);

	chip->ops = &s4_pwm_ops;
	s4 = pwmchip_get_drvdata(chip);
	spin_lock_init(&s4->lock);

	s4->base = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(s4->base))
		return PTR_ERR(s4->base);

	/* The binding has no names for the clocks. */
	for (i = 0; i < S4_PWM_CHANNELS; i++) {
		s4->clk[i] = of_clk_get(dev->of_node, i);
		if (IS_ERR(s4->clk[i]))
			return dev_err_probe(dev, PTR_ERR(s4->clk[i]),
					     "failed to get the clock of channel %u\n", i);

		ret = devm_add_action_or_reset(dev, s4_pwm_put_clk, s4->clk[i]);
		if (ret)
			return ret;
	}

	ret = devm_pwmchip_add(dev, chip);
	if (ret)
		return dev_err_probe(dev, ret, "failed to register PWM chip\n");

	return 0;
}

static const struct of_device_id s4_pwm_of_match[] = {
	{ .compatible = "amlogic,meson-s4-pwm" },
	{ .compatible = "amlogic,meson-v2-pwm" },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_pwm_of_match);

static struct platform_driver s4_pwm_driver = {
	.probe = s4_pwm_probe,
	.driver = {
		.name = "aml_s4_pwm",
		.of_match_table = s4_pwm_of_match,
		/* Until 6.9 a consumer may go on using a PWM chip that is gone. */
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(s4_pwm_driver);

MODULE_DESCRIPTION("PWM controllers of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: aml_s4_clk");
