// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the sample driver, which shows how suites are written
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>

#include <bench/bench.h>
#include <models/sample_model.h>

#include "sample.h"

#define NODE	"/soc/sample@10000000"

struct sample_ctx {
	struct device *dev;
	struct bench_block *block;
};

static int sample_test_init(struct kunit *test)
{
	struct sample_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	bench_start(test);
	ctx->dev = bench_device(test, NODE);
	ctx->block = bench_block(test, NODE, 0);
	if (!ctx->dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(ctx->dev), 0);
	test->priv = ctx;

	return 0;
}

static void sample_test_inverts(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;
	unsigned long before = bench_irq_count(ctx->block, 0);
	u32 in = 0x12345678, out = 0;
	ktime_t start = ktime_get();

	KUNIT_EXPECT_EQ(test, sample_invert(ctx->dev, in, &out), 0);
	KUNIT_EXPECT_EQ(test, out, ~in);
	KUNIT_EXPECT_EQ(test, bench_irq_count(ctx->block, 0), before + 1);
	/* 50 us of the device's, and some accesses and the interrupt. */
	KUNIT_EXPECT_LE(test, ktime_us_delta(ktime_get(), start), 60);
}

static void sample_test_times_out(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;
	ktime_t start = ktime_get();
	u32 out;

	sample_stick(ctx->block, true);
	KUNIT_EXPECT_EQ(test, sample_invert(ctx->dev, 1, &out), -ETIMEDOUT);
	sample_stick(ctx->block, false);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 100);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start), 120);
}

static void sample_test_is_late(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;
	ktime_t start = ktime_get();
	u32 out;

	bench_irq_latency(NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, sample_invert(ctx->dev, 0, &out), 0);
	bench_irq_latency(0);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), 1050);
}

static void sample_test_other_device(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;

	bench_unbind(ctx->dev);
	bench_reset_set(0, false);
	bench_set_reg(ctx->block, 0, 0);
	/* Its reset line goes up before anything else happens to it. */
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->dev), -ENODEV);
	KUNIT_EXPECT_TRUE(test, bench_reset_asserted(0));
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->dev), 0);
}

static const char * const sample_needs[] = { "reg", "interrupts", "clocks", "resets" };

static void sample_test_lacks(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;
	const char *const *need = test->param_value;

	bench_unbind(ctx->dev);
	bench_without(test, ctx->dev->of_node, *need);
	KUNIT_EXPECT_LT(test, bench_bind(ctx->dev), 0);
}

static void sample_need_name(const char *const *need, char *name)
{
	strscpy(name, *need, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sample_need, sample_needs, sample_need_name);

static void sample_test_supplies_fail(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;

	bench_unbind(ctx->dev);
	bench_clk_fail(0, -EIO);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->dev), -EIO);
	bench_reset_fail(0, -EIO);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->dev), -EIO);
	bench_power_fail(0, -EIO);
	KUNIT_EXPECT_LT(test, bench_bind(ctx->dev), 0);
	KUNIT_EXPECT_EQ(test, bench_clk_prepared(0), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->dev), 0);
}

static void sample_test_each_allocation(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, ctx->dev), 3);
}

static void sample_test_cycle(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;

	bench_cycle(test, ctx->dev, 100);
}

static void sample_test_suspend(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;
	u32 out;

	bench_suspend(test);
	bench_resume(test);
	KUNIT_EXPECT_EQ(test, sample_invert(ctx->dev, 0, &out), 0);
	KUNIT_EXPECT_EQ(test, out, ~0U);
}

/* What the bench itself promises, as far as a correct driver does not show it. */
static void sample_test_violations(struct kunit *test)
{
	struct sample_ctx *ctx = test->priv;
	void __iomem *regs = ioremap(ctx->block->base, ctx->block->size);

	KUNIT_ASSERT_TRUE(test, regs);
	bench_expect(test, BENCH_WIDTH, 2);
	KUNIT_EXPECT_EQ(test, readb(regs), 0xff);
	writew(1, regs + 4);
	bench_expect(test, BENCH_OUTSIDE, 1);
	KUNIT_EXPECT_EQ(test, readl(regs + 0x1c), ~0U);
	bench_expect(test, BENCH_UNCLOCKED, 1);
	bench_gate(ctx->block, BENCH_CLOCK, false);
	readl(regs);
	bench_gate(ctx->block, BENCH_CLOCK, true);
	KUNIT_EXPECT_EQ(test, readl(regs), 0x53414d50);
	iounmap(regs);
}

static void sample_test_report(struct kunit *test)
{
	bench_expect_report(test, "a warning on purpose");
	WARN(1, "a warning on purpose\n");
}

static struct kunit_case sample_cases[] = {
	KUNIT_CASE(sample_test_inverts),
	KUNIT_CASE(sample_test_times_out),
	KUNIT_CASE(sample_test_is_late),
	KUNIT_CASE(sample_test_other_device),
	KUNIT_CASE_PARAM(sample_test_lacks, sample_need_gen_params),
	KUNIT_CASE(sample_test_supplies_fail),
	KUNIT_CASE(sample_test_each_allocation),
	KUNIT_CASE(sample_test_cycle),
	KUNIT_CASE(sample_test_suspend),
	KUNIT_CASE(sample_test_violations),
	KUNIT_CASE(sample_test_report),
	{ }
};

static struct kunit_suite sample_suite = {
	.name = "sample",
	.init = sample_test_init,
	.test_cases = sample_cases,
};

kunit_test_suite(sample_suite);

MODULE_SOFTDEP("pre: sample");
MODULE_DESCRIPTION("KUnit suite of the sample driver");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
