// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's USB 2.0 PHY
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What has to be written, and in which order, are the words that the vendor's tree has in
 * its node's pll-setting-* and those of its driver: they are not made of the driver's fields.
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/phy/phy.h>

#include <bench/bench.h>
#include <models/aml_s4_usb2_phy_model.h>

#define NODE		"/soc/phy@fe03c000"
#define SECURE_NODE	"/soc/ao-secure@fe010220"
#define TRIM		0x110

#define CLK		0
#define RESET		0

struct phy_test {
	struct device *dev;
	struct bench_block *block;
	struct bench_block *secure;
	struct phy *phy;
	bool running;
};

static void phy_test_bind(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->dev), 0);
	ctx->phy = phy_get(bench_device(test, "/users"), "usb2-phy0");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->phy));
}

static int phy_test_start(struct phy_test *ctx)
{
	int ret = phy_init(ctx->phy);

	ctx->running |= !ret;

	return ret;
}

static int phy_test_stop(struct phy_test *ctx)
{
	int ret = phy_exit(ctx->phy);

	ctx->running &= !!ret;

	return ret;
}

static void phy_test_leave(struct phy_test *ctx)
{
	if (ctx->running)
		phy_test_stop(ctx);
	if (!IS_ERR_OR_NULL(ctx->phy))
		phy_put(NULL, ctx->phy);
	ctx->phy = NULL;
	bench_unbind(ctx->dev);
}

static int phy_test_init(struct kunit *test)
{
	struct phy_test *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	bench_start(test);
	ctx->dev = bench_device(test, NODE);
	ctx->block = bench_block(test, NODE, 0);
	ctx->secure = bench_block(test, SECURE_NODE, 0);
	bench_unbind(ctx->dev);
	bench_reset_block(ctx->block);
	bench_reset_block(ctx->secure);
	/* As the boot loader leaves it when it has not used USB. */
	bench_reset_set(RESET, true);
	phy_test_bind(test);

	return 0;
}

static void phy_test_exit(struct kunit *test)
{
	phy_test_leave(test->priv);
}

/* Nothing is touched before somebody wants the PHY. */
static void phy_test_probe(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	KUNIT_EXPECT_TRUE(test, bench_reset_asserted(RESET));
	KUNIT_EXPECT_EQ(test, bench_clk_prepared(CLK), 0U);
	KUNIT_EXPECT_EQ(test, ctx->block->reads + ctx->block->writes, 0UL);
	KUNIT_EXPECT_EQ(test, phy_get_bus_width(ctx->phy), 8);
}

static const struct {
	u32 offset;
	u32 value;
} start[] = {
	{ 0x10, 0x0800007f },	/* seven resistors, pll-setting-5; the rest as it is */
	{ 0x54, 0x00000812 },	/* ACA off */
	{ 0x40, 0x39400414 },	/* 0x30000000 | pll-setting-1 */
	{ 0x44, 0x927e0000 },	/* pll-setting-2 */
	{ 0x48, 0xac5f69e5 },	/* pll-setting-3 */
	{ 0x40, 0x19400414 },	/* 0x10000000 | pll-setting-1 */
	{ 0x0c, 0x0000003f },
	{ 0x50, 0x0000be18 },	/* pll-setting-4 */
	{ 0x54, 0x0000002a },
	{ 0x38, 0x5950e004 },	/* dis-thred-enhance = <2>; the rest as it is */
	{ 0x34, 0x00078000 },	/* pll-setting-6 */
};

static void expect_start(struct kunit *test)
{
	struct aml_s4_usb2_phy_write *writes =
		kunit_kcalloc(test, AML_S4_USB2_PHY_WRITES, sizeof(*writes), GFP_KERNEL);
	struct phy_test *ctx = test->priv;
	unsigned int i, num;

	KUNIT_ASSERT_NOT_NULL(test, writes);
	num = aml_s4_usb2_phy_writes(ctx->block, writes);
	KUNIT_EXPECT_EQ(test, num, ARRAY_SIZE(start));
	for (i = 0; i < min_t(unsigned int, num, ARRAY_SIZE(start)); i++) {
		KUNIT_EXPECT_EQ_MSG(test, writes[i].offset, start[i].offset, "write %u", i);
		KUNIT_EXPECT_EQ_MSG(test, writes[i].value, start[i].value, "write %u, of 0x%02x", i,
				    start[i].offset);
	}

	/* The PLL stays in reset for 100 us, not for ever. */
	KUNIT_EXPECT_GE(test, ktime_us_delta(writes[5].at, writes[4].at), 100);
	KUNIT_EXPECT_LE(test, ktime_us_delta(writes[5].at, writes[4].at), 1000);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 0x40), 0xd9400414U);
	KUNIT_EXPECT_EQ(test, aml_s4_usb2_phy_thresholds(ctx->block), 0x3fU);
}

static void phy_test_start_up(struct kunit *test)
{
	struct phy_test *ctx = test->priv;
	ktime_t before = ktime_get();

	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	KUNIT_EXPECT_FALSE(test, bench_reset_asserted(RESET));
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(CLK), 1U);
	expect_start(test);
	/* A millisecond of reset, and some for the PLL. */
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), before), 1100);
	KUNIT_EXPECT_LE(test, ktime_us_delta(ktime_get(), before), 20000);

	/* In reset again, without its clock; and once more from there. */
	KUNIT_EXPECT_EQ(test, phy_test_stop(ctx), 0);
	KUNIT_EXPECT_TRUE(test, bench_reset_asserted(RESET));
	KUNIT_EXPECT_EQ(test, bench_clk_prepared(CLK), 0U);
	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	expect_start(test);
}

/* The block has been through its reset, and has settled, before the first access. */
static void phy_test_reset_time(struct kunit *test)
{
	struct aml_s4_usb2_phy_write *writes =
		kunit_kcalloc(test, AML_S4_USB2_PHY_WRITES, sizeof(*writes), GFP_KERNEL);
	struct phy_test *ctx = test->priv;
	ktime_t before;

	KUNIT_ASSERT_NOT_NULL(test, writes);
	/* What the boot loader has left in the registers is gone. */
	bench_reset_set(RESET, false);
	bench_set_reg(ctx->block, 0x10, 0xffffffff);
	bench_set_reg(ctx->block, 0x38, 0xffffffff);
	bench_set_reg(ctx->block, 0x54, 0xffffffff);
	before = ktime_get();
	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	expect_start(test);
	aml_s4_usb2_phy_writes(ctx->block, writes);
	KUNIT_EXPECT_GE(test, ktime_us_delta(writes[0].at, before), 1000);
}

/* Two users, one start. */
static void phy_test_twice(struct kunit *test)
{
	struct phy_test *ctx = test->priv;
	unsigned long writes;

	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	writes = ctx->block->writes;
	KUNIT_EXPECT_EQ(test, phy_init(ctx->phy), 0);
	KUNIT_EXPECT_EQ(test, phy_exit(ctx->phy), 0);
	KUNIT_EXPECT_EQ(test, ctx->block->writes, writes);
	KUNIT_EXPECT_FALSE(test, bench_reset_asserted(RESET));
}

static void expect_trim(struct kunit *test, u32 fuse, unsigned int resistors)
{
	struct phy_test *ctx = test->priv;
	u32 want = 0x08000000;
	unsigned int i;

	for (i = 0; i < resistors; i++)
		want |= 1U << i;

	phy_test_leave(ctx);
	bench_set_reg(ctx->secure, TRIM, fuse);
	phy_test_bind(test);
	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	KUNIT_EXPECT_EQ_MSG(test, bench_reg(ctx->block, 0x10), want, "fuse 0x%08x", fuse);
}

static void phy_test_trim(struct kunit *test)
{
	unsigned int value;

	for (value = 0; value < 16; value++) {
		expect_trim(test, 0x1000 | value << 8, min(value, 12U));
		/* The rest of the register is somebody else's. */
		expect_trim(test, 0xffffd0ff | value << 8, min(value, 12U));
		/* Not trimmed: what the vendor's tree has. */
		expect_trim(test, value << 8, 7);
		expect_trim(test, 0xffffe0ff | value << 8, 7);
	}
}

static void phy_test_no_secure_block(struct kunit *test)
{
	struct device_node *np = of_find_node_by_path(SECURE_NODE);

	bench_without(test, np, "compatible");
	of_node_put(np);
	expect_trim(test, 0x1300, 7);
}

/* After a failure nothing is on, and the next start works. */
static void expect_off(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, bench_clk_prepared(CLK), 0U);
	KUNIT_EXPECT_TRUE(test, bench_reset_asserted(RESET));
}

static void phy_test_supplies_fail(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	bench_clk_fail(CLK, -EIO);
	KUNIT_EXPECT_EQ(test, phy_test_start(ctx), -EIO);
	expect_off(test);

	bench_reset_fail(RESET, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, phy_test_start(ctx), -ETIMEDOUT);
	expect_off(test);

	bench_reset_fail_after(RESET, 1, -ENXIO);
	KUNIT_EXPECT_EQ(test, phy_test_start(ctx), -ENXIO);
	expect_off(test);

	KUNIT_EXPECT_EQ(test, ctx->block->writes, 0UL);
	KUNIT_EXPECT_EQ(test, phy_test_start(ctx), 0);
	expect_start(test);
}

/* A stop that fails leaves it running, for another one. */
static void phy_test_stop_fails(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	bench_reset_fail(RESET, -EIO);
	KUNIT_EXPECT_EQ(test, phy_test_stop(ctx), -EIO);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(CLK), 1U);
	KUNIT_EXPECT_EQ(test, phy_test_stop(ctx), 0);
	expect_off(test);
}

/* Through suspend it stays as it is: its user stops and starts it. */
static void phy_test_suspend(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, phy_test_start(ctx), 0);
	bench_suspend(test);
	bench_resume(test);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(CLK), 1U);
	KUNIT_EXPECT_EQ(test, phy_test_stop(ctx), 0);
	bench_suspend(test);
	bench_reset_block(ctx->block);
	bench_resume(test);
	KUNIT_EXPECT_EQ(test, phy_test_start(ctx), 0);
	expect_start(test);
}

static void phy_test_held(struct kunit *test)
{
	struct phy_test *ctx = test->priv;
	struct module *driver = ctx->dev->driver->owner;
	int users = module_refcount(driver);

	phy_put(NULL, ctx->phy);
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users - 1);
	ctx->phy = phy_get(bench_device(test, "/users"), "usb2-phy0");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->phy));
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users);
}

static const char *const phy_needs[] = { "reg", "clocks", "clock-names", "resets", "reset-names" };

static void phy_need_name(const char *const *need, char *name)
{
	strscpy(name, *need, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(phy_need, phy_needs, phy_need_name);

static void phy_test_lacks(struct kunit *test)
{
	const char *const *need = test->param_value;
	struct phy_test *ctx = test->priv;

	phy_test_leave(ctx);
	bench_without(test, ctx->dev->of_node, *need);
	KUNIT_EXPECT_LT(test, bench_bind(ctx->dev), 0);
	KUNIT_EXPECT_NULL(test, ctx->dev->driver);
}

static void phy_test_each_allocation(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	phy_test_leave(ctx);
	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, ctx->dev), 8U);
}

static void phy_test_cycle(struct kunit *test)
{
	struct phy_test *ctx = test->priv;

	phy_test_leave(ctx);
	bench_cycle(test, ctx->dev, 1000);
}

static void phy_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_usb2_phy");
}

static struct kunit_case phy_test_cases[] = {
	KUNIT_CASE(phy_test_no_unbind),
	/* The first: it counts accesses since the boot. */
	KUNIT_CASE(phy_test_probe),
	KUNIT_CASE(phy_test_supplies_fail),
	KUNIT_CASE(phy_test_start_up),
	KUNIT_CASE(phy_test_reset_time),
	KUNIT_CASE(phy_test_twice),
	KUNIT_CASE(phy_test_trim),
	KUNIT_CASE(phy_test_no_secure_block),
	KUNIT_CASE(phy_test_stop_fails),
	KUNIT_CASE(phy_test_suspend),
	KUNIT_CASE(phy_test_held),
	KUNIT_CASE_PARAM(phy_test_lacks, phy_need_gen_params),
	KUNIT_CASE(phy_test_each_allocation),
	KUNIT_CASE(phy_test_cycle),
	{ }
};

static struct kunit_suite phy_suite = {
	.name = "aml_s4_usb2_phy",
	.init = phy_test_init,
	.exit = phy_test_exit,
	.test_cases = phy_test_cases,
};

kunit_test_suite(phy_suite);

MODULE_SOFTDEP("pre: aml_s4_usb2_phy");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's USB 2.0 PHY");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
