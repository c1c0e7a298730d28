// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's PWMs, with the clocks of aml_s4_clk
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What a wave is like is worked out from the registers as the vendor describes them: each
 * part lasts a cycle longer than its count, but not while the channel is constant.
 */

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/prandom.h>
#include <linux/pwm.h>

#include <bench/bench.h>

#define NODE		"/soc/pwm@fe058000"
#define VENDOR_NODE	"/soc/pwm@fe05a000"
#define CLK_NODE	"/soc/clock-controller@fe000000"

#define FCLK_DIV3	666666656UL

struct pwm_test {
	struct device *dev;
	struct device *vendor_dev;
	struct bench_block *block;
	struct bench_block *vendor;
	struct bench_block *clocks;
	struct pwm_device *a;
	struct pwm_device *b;
	unsigned long writes;
};

/**
 * struct wave - what comes out of a pin
 * @running: at all
 * @high: cycles of the clock
 * @low: cycles of the clock
 */
struct wave {
	bool running;
	u32 high;
	u32 low;
};

static void pwm_test_exit(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;

	if (!IS_ERR_OR_NULL(ctx->a))
		pwm_put(ctx->a);
	if (!IS_ERR_OR_NULL(ctx->b))
		pwm_put(ctx->b);
}

static struct pwm_device *get_pwm(struct kunit *test, const char *name)
{
	return pwm_get(bench_device(test, "/users"), name);
}

static int pwm_test_init(struct kunit *test)
{
	struct pwm_test *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	bench_start(test);
	ctx->dev = bench_device(test, NODE);
	ctx->vendor_dev = bench_device(test, VENDOR_NODE);
	ctx->block = bench_block(test, NODE, 0);
	ctx->vendor = bench_block(test, VENDOR_NODE, 0);
	ctx->clocks = bench_block(test, CLK_NODE, 0);
	bench_unbind(ctx->dev);
	bench_unbind(ctx->vendor_dev);
	bench_reset_block(ctx->block);
	bench_reset_block(ctx->vendor);
	ctx->writes = ctx->block->writes;
	KUNIT_ASSERT_EQ(test, bench_bind(ctx->dev), 0);
	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor_dev), 0);
	KUNIT_EXPECT_EQ(test, ctx->block->writes, ctx->writes);

	ctx->a = get_pwm(test, "a");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->a));
	ctx->b = get_pwm(test, "b");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->b));

	return 0;
}

static struct wave wave_of(struct bench_block *block, unsigned int channel)
{
	u32 counts = bench_reg(block, 4 * channel), misc = bench_reg(block, 8);
	struct wave wave = { misc & BIT(channel), counts >> 16, counts & 0xffff };

	if (!(misc & BIT(28 + channel))) {
		wave.high++;
		wave.low++;
	}
	if (misc & BIT(26 + channel))
		swap(wave.high, wave.low);

	return wave;
}

static unsigned long rate_of(struct kunit *test, unsigned int channel)
{
	struct clk *clk = of_clk_get(bench_device(test, NODE)->of_node, channel);
	unsigned long rate = clk_get_rate(clk);

	clk_put(clk);

	return rate;
}

static int apply(struct pwm_device *pwm, u64 period, u64 duty, enum pwm_polarity polarity)
{
	struct pwm_state state = {
		.period = period, .duty_cycle = duty, .polarity = polarity, .enabled = true,
	};

	return pwm_apply_might_sleep(pwm, &state);
}

struct pwm_case {
	u64 period;
	u64 duty;
	unsigned long rate;
	u32 high;
	u32 low;
};

static const struct pwm_case pwm_cases[] = {
	{ 30518, 15259, FCLK_DIV3, 10172, 10173 },		/* Wi-Fi: 32.768 kHz */
	{ 1500, 750, FCLK_DIV3, 499, 500 },			/* the CPU's voltage */
	{ 1500, 0, FCLK_DIV3, 0, 999 },
	{ 1500, 1500, FCLK_DIV3, 999, 0 },
	{ 1500, 1, FCLK_DIV3, 0, 999 },				/* less than a cycle */
	{ 1500, 2, FCLK_DIV3, 1, 998 },				/* the shortest pulse */
	{ 1500, 1499, FCLK_DIV3, 999, 0 },			/* the last cycle is not whole */
	{ 3, 1, FCLK_DIV3, 0, 1 },				/* one cycle */
	{ 4, 2, FCLK_DIV3, 1, 1 },				/* two */
	{ 1000000, 250000, 62499999, 15624, 46875 },		/* a kilohertz */
	{ 20000000, 1500000, 3267974, 4901, 60458 },		/* a servo */
	{ 698000000, 349000000, 93750, 32718, 32719 },		/* the longest: 24 MHz / 256 */
};

static void pwm_case_name(const struct pwm_case *c, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%llu of %llu ns", c->duty, c->period);
}

KUNIT_ARRAY_PARAM(pwm_case, pwm_cases, pwm_case_name);

static void pwm_test_wave(struct kunit *test)
{
	const struct pwm_case *c = test->param_value;
	struct pwm_test *ctx = test->priv;
	unsigned int channel;

	for (channel = 0; channel < 2; channel++) {
		struct pwm_device *pwm = channel ? ctx->b : ctx->a;
		struct wave wave;

		KUNIT_ASSERT_EQ(test, apply(pwm, c->period, c->duty, PWM_POLARITY_NORMAL), 0);
		wave = wave_of(ctx->block, channel);
		KUNIT_EXPECT_TRUE(test, wave.running);
		KUNIT_EXPECT_EQ(test, wave.high, c->high);
		KUNIT_EXPECT_EQ(test, wave.low, c->low);
		KUNIT_EXPECT_EQ(test, rate_of(test, channel), c->rate);

		KUNIT_ASSERT_EQ(test, apply(pwm, c->period, c->duty, PWM_POLARITY_INVERSED), 0);
		wave = wave_of(ctx->block, channel);
		KUNIT_EXPECT_EQ(test, wave.low, c->high);
		KUNIT_EXPECT_EQ(test, wave.high, c->low);
	}
}

/* Never longer than asked, and shorter by less than a cycle; the state read back is stable. */
static void pwm_test_sweep(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	struct rnd_state random;
	unsigned int i;

	prandom_seed_state(&random, 20261121);
	for (i = 0; i < 300; i++) {
		u64 period = 3 + (prandom_u32_state(&random) >> (4 + i % 24));
		u64 duty = prandom_u32_state(&random) % (period + 1);
		struct pwm_state state = {};
		struct wave wave;
		u64 cycles, on;
		u32 counts, misc;
		unsigned long rate;

		KUNIT_ASSERT_EQ(test, apply(ctx->a, period, duty, PWM_POLARITY_NORMAL), 0);
		rate = rate_of(test, 0);
		wave = wave_of(ctx->block, 0);
		cycles = mul_u64_u32_div(period, rate, NSEC_PER_SEC);
		on = mul_u64_u32_div(duty, rate, NSEC_PER_SEC);
		KUNIT_EXPECT_EQ_MSG(test, (u64)wave.high + wave.low, cycles, "%llu ns", period);
		KUNIT_EXPECT_EQ_MSG(test, (u64)wave.high, on, "%llu of %llu ns", duty, period);

		counts = bench_reg(ctx->block, 0);
		misc = bench_reg(ctx->block, 8);
		KUNIT_ASSERT_EQ(test, ctx->a->chip->ops->get_state(ctx->a->chip, ctx->a, &state),
				0);
		KUNIT_EXPECT_LE(test, state.period, period);
		KUNIT_EXPECT_LE(test, state.duty_cycle, duty);
		KUNIT_EXPECT_TRUE(test, state.enabled);
		KUNIT_ASSERT_EQ(test, pwm_apply_might_sleep(ctx->a, &state), 0);
		KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), misc);
		if (rate == rate_of(test, 0))
			KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 0), counts);
	}
}

/* A regulator's step: the counts change at once, and nothing else does. */
static void pwm_test_step(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	unsigned long writes, clk_writes;
	u32 misc;

	KUNIT_ASSERT_EQ(test, apply(ctx->b, 1500, 700, PWM_POLARITY_NORMAL), 0);
	writes = ctx->block->writes;
	clk_writes = ctx->clocks->writes;
	misc = bench_reg(ctx->block, 8);
	KUNIT_ASSERT_EQ(test, apply(ctx->b, 1500, 800, PWM_POLARITY_NORMAL), 0);
	KUNIT_EXPECT_EQ(test, ctx->block->writes, writes + 2);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), misc);
	KUNIT_EXPECT_EQ(test, ctx->clocks->writes, clk_writes);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 0), 0U);
}

static void pwm_test_disable(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	struct pwm_state state = { .period = 1500, .duty_cycle = 700 };

	KUNIT_ASSERT_EQ(test, apply(ctx->a, 1500, 700, PWM_POLARITY_NORMAL), 0);
	KUNIT_ASSERT_EQ(test, apply(ctx->b, 1500, 700, PWM_POLARITY_INVERSED), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), 0x08000003U);
	KUNIT_EXPECT_EQ(test, pwm_apply_might_sleep(ctx->a, &state), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), 0x08000002U);

	/* The idle level is the inverted one. */
	state.polarity = PWM_POLARITY_INVERSED;
	KUNIT_EXPECT_EQ(test, pwm_apply_might_sleep(ctx->b, &state), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), 0x08000000U);
	state.polarity = PWM_POLARITY_NORMAL;
	KUNIT_EXPECT_EQ(test, pwm_apply_might_sleep(ctx->b, &state), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), 0U);
}

static void pwm_test_refuses(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;

	/* Not even one cycle; more than the slowest clock makes of it. */
	KUNIT_EXPECT_EQ(test, apply(ctx->a, 1, 0, PWM_POLARITY_NORMAL), -EINVAL);
	KUNIT_EXPECT_EQ(test, apply(ctx->a, 700000000, 1, PWM_POLARITY_NORMAL), -EINVAL);
	KUNIT_EXPECT_EQ(test, apply(ctx->a, U64_MAX, 1, PWM_POLARITY_NORMAL), -EINVAL);
	KUNIT_EXPECT_EQ(test, ctx->block->writes, ctx->writes);
}

/* The clock of a channel runs while somebody has it. */
static void pwm_test_clock(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, bench_reg(ctx->clocks, 0x180) & 0x01000100, 0x01000100U);
	pwm_put(ctx->a);
	ctx->a = NULL;
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->clocks, 0x180) & 0x01000100, 0x01000000U);
}

/* What the boot loader has left: said as it is. */
static void pwm_test_boot_state(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	struct pwm_state state;

	pwm_put(ctx->b);
	ctx->b = NULL;
	bench_set_reg(ctx->block, 4, 499 << 16 | 499);
	bench_set_reg(ctx->block, 8, BIT(1) | BIT(27));
	ctx->b = get_pwm(test, "b");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->b));
	pwm_get_state(ctx->b, &state);
	KUNIT_EXPECT_TRUE(test, state.enabled);
	KUNIT_EXPECT_EQ(test, (int)state.polarity, (int)PWM_POLARITY_INVERSED);
	KUNIT_EXPECT_EQ(test, state.period,
			DIV64_U64_ROUND_UP(1000ULL * NSEC_PER_SEC, (u64)rate_of(test, 1)));
	KUNIT_EXPECT_EQ(test, state.duty_cycle,
			DIV64_U64_ROUND_UP(500ULL * NSEC_PER_SEC, (u64)rate_of(test, 1)));
}

static void pwm_test_vendor(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	struct pwm_device *pwm;
	struct clk *clk;

	bench_clk_fail(2, -EIO);
	pwm = get_pwm(test, "vendor");
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(pwm), -EIO);

	bench_clk_set_rate(2, 0);
	pwm = get_pwm(test, "vendor");
	KUNIT_ASSERT_FALSE(test, IS_ERR(pwm));
	KUNIT_EXPECT_EQ(test, pwm_get_period(pwm), 0ULL);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(2), 1U);
	KUNIT_EXPECT_EQ(test, apply(pwm, 30518, 15259, PWM_POLARITY_INVERSED), 0);
	KUNIT_EXPECT_EQ(test, wave_of(ctx->vendor, 0).high + wave_of(ctx->vendor, 0).low, 65534U);

	/* A clock of one rate: 65535 cycles are as many as the counts hold. */
	clk = of_clk_get(ctx->vendor_dev->of_node, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_set_rate_range(clk, 24000000, 24000000), 0);
	KUNIT_EXPECT_EQ(test, apply(pwm, 2730625, 1000000, PWM_POLARITY_NORMAL), 0);
	KUNIT_EXPECT_EQ(test, wave_of(ctx->vendor, 0).high + wave_of(ctx->vendor, 0).low, 65535U);
	KUNIT_EXPECT_EQ(test, apply(pwm, 2730667, 1000000, PWM_POLARITY_NORMAL), -EINVAL);
	clk_put(clk);
	pwm_put(pwm);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(2), 0U);
}

/* Each channel of the chip: its counts, and its clock in the clock controller. */
static const struct {
	const char *name;
	const char *node;
	unsigned int channel;
	u32 clk_reg;
	unsigned int clk_shift;
} channels[] = {
	{ "a", NODE, 0, 0x180, 0 },
	{ "b", NODE, 1, 0x180, 16 },
	{ "c", "/soc/pwm@fd05a000", 0, 0x184, 0 },
	{ "d", "/soc/pwm@fd05a000", 1, 0x184, 16 },
	{ "e", "/soc/pwm@fe05c000", 0, 0x188, 0 },
	{ "f", "/soc/pwm@fe05c000", 1, 0x188, 16 },
	{ "g", "/soc/pwm@fe05e000", 0, 0x18c, 0 },
	{ "h", "/soc/pwm@fe05e000", 1, 0x18c, 16 },
	{ "i", "/soc/pwm@fe060000", 0, 0x190, 0 },
	{ "j", "/soc/pwm@fe060000", 1, 0x190, 16 },
};

/*
 * Of each parent, by the periods that fit it best: the register's mux in bits 9 and 10, the
 * divisor less one in the bits below 8, the gate in bit 8.
 */
static const struct {
	u64 period;
	u32 clk;
} parents[] = {
	{ 1500, 0x700 },		/* 666 MHz: as fast as can be */
	{ 131000, 0x500 },		/* 666 MHz are too many cycles, 500 MHz are not */
	{ 698000000, 0x1ff },		/* 24 MHz / 256: as slow as can be */
};

static void pwm_test_channels(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	unsigned int i, k;

	pwm_put(ctx->a);
	pwm_put(ctx->b);
	ctx->a = NULL;
	ctx->b = NULL;
	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		struct bench_block *block = bench_block(test, channels[i].node, 0);
		struct device *dev = bench_device(test, channels[i].node);
		unsigned int channel = channels[i].channel;
		struct pwm_device *pwm;

		if (!dev->driver)
			KUNIT_ASSERT_EQ(test, bench_bind(dev), 0);
		bench_reset_block(block);
		pwm = get_pwm(test, channels[i].name);
		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(pwm), "%s", channels[i].name);
		for (k = 0; k < ARRAY_SIZE(parents); k++) {
			u32 others = bench_reg(ctx->clocks, channels[i].clk_reg) &
				     ~(0xffff << channels[i].clk_shift);

			KUNIT_EXPECT_EQ(test, apply(pwm, parents[k].period, parents[k].period / 3,
						    PWM_POLARITY_NORMAL), 0);
			KUNIT_EXPECT_EQ_MSG(test, bench_reg(ctx->clocks, channels[i].clk_reg),
					    others | parents[k].clk << channels[i].clk_shift,
					    "%s: %llu ns", channels[i].name, parents[k].period);
			KUNIT_EXPECT_NE(test, bench_reg(block, 4 * channel), 0U);
			KUNIT_EXPECT_EQ(test, bench_reg(block, 4 * !channel), 0U);
			KUNIT_EXPECT_EQ(test, bench_reg(block, 8), BIT(channel));
		}
		pwm_put(pwm);
		KUNIT_EXPECT_EQ(test, bench_reg(ctx->clocks, channels[i].clk_reg) >>
				channels[i].clk_shift & 0x100, 0U);
	}
}

static void pwm_test_no_such_channel(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(get_pwm(test, "third")), -EINVAL);
}

/* A clock that may not be changed while it runs, and does not fit. */
static void pwm_test_stubborn_clock(struct kunit *test)
{
	struct device *dev = bench_device(test, "/soc/pwm@fd05c000");
	struct bench_block *block = bench_block(test, "/soc/pwm@fd05c000", 0);
	struct pwm_device *pwm;
	unsigned long writes;

	if (!dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(dev), 0);
	pwm = get_pwm(test, "stubborn");
	KUNIT_ASSERT_FALSE(test, IS_ERR(pwm));
	writes = block->writes;
	KUNIT_EXPECT_EQ(test, apply(pwm, 20000000, 1500000, PWM_POLARITY_NORMAL), -EINVAL);
	KUNIT_EXPECT_EQ(test, block->writes, writes);
	KUNIT_EXPECT_EQ(test, apply(pwm, 1500, 750, PWM_POLARITY_NORMAL), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(block, 0), 17U << 16 | 17);
	pwm_put(pwm);
}

static int pwm_test_veto(struct notifier_block *nb, unsigned long event, void *data)
{
	return event == PRE_RATE_CHANGE ? NOTIFY_BAD : NOTIFY_OK;
}

/* A new rate that somebody else objects to: said, and the wave is as it was. */
static void pwm_test_veto_of_rate(struct kunit *test)
{
	struct notifier_block veto = { .notifier_call = pwm_test_veto };
	struct pwm_test *ctx = test->priv;
	struct clk *clk = of_clk_get(ctx->dev->of_node, 0);
	unsigned long writes;

	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_ASSERT_EQ(test, apply(ctx->a, 1500, 750, PWM_POLARITY_NORMAL), 0);
	writes = ctx->block->writes;
	KUNIT_ASSERT_EQ(test, clk_notifier_register(clk, &veto), 0);
	KUNIT_EXPECT_EQ(test, apply(ctx->a, 20000000, 1500000, PWM_POLARITY_NORMAL), -EBUSY);
	KUNIT_EXPECT_EQ(test, ctx->block->writes, writes);
	clk_notifier_unregister(clk, &veto);
	KUNIT_EXPECT_EQ(test, apply(ctx->a, 20000000, 1500000, PWM_POLARITY_NORMAL), 0);
	clk_put(clk);
}

/* The module stays while somebody has a channel. */
static void pwm_test_held(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	struct module *driver = ctx->dev->driver->owner;
	int users = module_refcount(driver);

	pwm_put(ctx->a);
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users - 1);
	ctx->a = get_pwm(test, "a");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->a));
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users);
}

/* Through suspend a regulator's wave goes on, if the chip does. */
static void pwm_test_suspend(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;
	u32 counts;

	KUNIT_ASSERT_EQ(test, apply(ctx->b, 1500, 700, PWM_POLARITY_NORMAL), 0);
	counts = bench_reg(ctx->block, 4);
	bench_suspend(test);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 4), counts);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 8), BIT(1));
	bench_resume(test);
	KUNIT_ASSERT_EQ(test, apply(ctx->b, 1500, 800, PWM_POLARITY_NORMAL), 0);
	KUNIT_EXPECT_NE(test, bench_reg(ctx->block, 4), counts);
}

static const char *const pwm_needs[] = { "reg", "clocks" };

static void pwm_need_name(const char *const *need, char *name)
{
	strscpy(name, *need, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pwm_need, pwm_needs, pwm_need_name);

static void pwm_test_lacks(struct kunit *test)
{
	const char *const *need = test->param_value;
	struct pwm_test *ctx = test->priv;

	bench_unbind(ctx->vendor_dev);
	bench_without(test, ctx->vendor_dev->of_node, *need);
	KUNIT_EXPECT_LT(test, bench_bind(ctx->vendor_dev), 0);
}

static void pwm_test_each_allocation(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;

	bench_unbind(ctx->vendor_dev);
	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, ctx->vendor_dev), 5U);
}

static void pwm_test_cycle(struct kunit *test)
{
	struct pwm_test *ctx = test->priv;

	bench_unbind(ctx->vendor_dev);
	bench_cycle(test, ctx->vendor_dev, 1000);
}

static void pwm_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_pwm");
}

static struct kunit_case pwm_test_cases[] = {
	KUNIT_CASE(pwm_test_no_unbind),
	KUNIT_CASE_PARAM(pwm_test_wave, pwm_case_gen_params),
	KUNIT_CASE(pwm_test_sweep),
	KUNIT_CASE(pwm_test_step),
	KUNIT_CASE(pwm_test_disable),
	KUNIT_CASE(pwm_test_refuses),
	KUNIT_CASE(pwm_test_clock),
	KUNIT_CASE(pwm_test_boot_state),
	KUNIT_CASE(pwm_test_vendor),
	KUNIT_CASE(pwm_test_channels),
	KUNIT_CASE(pwm_test_no_such_channel),
	KUNIT_CASE(pwm_test_stubborn_clock),
	KUNIT_CASE(pwm_test_veto_of_rate),
	KUNIT_CASE(pwm_test_held),
	KUNIT_CASE(pwm_test_suspend),
	KUNIT_CASE_PARAM(pwm_test_lacks, pwm_need_gen_params),
	KUNIT_CASE(pwm_test_each_allocation),
	KUNIT_CASE(pwm_test_cycle),
	{ }
};

static struct kunit_suite pwm_suite = {
	.name = "aml_s4_pwm",
	.init = pwm_test_init,
	.exit = pwm_test_exit,
	.test_cases = pwm_test_cases,
};

kunit_test_suite(pwm_suite);

MODULE_SOFTDEP("pre: aml_s4_clk_model aml_s4_pwm_model aml_s4_clk aml_s4_pwm");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's PWMs");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
