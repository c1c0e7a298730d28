// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's clock controllers: coming and going, and the vendor's node
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The vendor's node has clocks of the same names as mainline's, so that only one of the two
 * trees is bound at a time.
 */

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include <dt-bindings/clock/amlogic,s4-pll-clkc.h>

#include <bench/bench.h>
#include <models/aml_s4_clk_vendor_facts.h>

#define PERIPH_NODE	"/soc/clock-controller@fe000000"
#define PLL_NODE	"/soc/clock-controller@fe008000"
#define VENDOR_NODE	"/soc/clock-controller@ee000000"
#define HALF_NODE	"/soc/clock-controller@ed000000"

#define NUM_VENDOR	357

struct life_test {
	struct device *periph;
	struct device *pll;
	struct device *vendor;
};

static int life_test_init(struct kunit *test)
{
	struct life_test *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	bench_start(test);
	ctx->periph = bench_device(test, PERIPH_NODE);
	ctx->pll = bench_device(test, PLL_NODE);
	ctx->vendor = bench_device(test, VENDOR_NODE);
	bench_unbind(ctx->periph);
	bench_unbind(ctx->pll);
	bench_unbind(ctx->vendor);
	test->priv = ctx;

	return 0;
}

static struct clk *get_vendor_clk(struct life_test *ctx, u32 number)
{
	struct of_phandle_args spec = {
		.np = ctx->vendor->of_node, .args_count = 1, .args = { number },
	};

	return of_clk_get_from_provider(&spec);
}

/* Each of the vendor's numbers, and all those between for which there is no clock. */
static void life_test_vendor_names(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	unsigned int number, next = 0;
	struct clk *clk;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	for (number = 0; number < NUM_VENDOR + 20; number++) {
		const struct s4_vendor_fact *fact = &s4_vendor_facts[next];

		clk = get_vendor_clk(ctx, number);
		if (next == ARRAY_SIZE(s4_vendor_facts) || fact->number != number) {
			KUNIT_EXPECT_EQ_MSG(test, PTR_ERR_OR_ZERO(clk), -ENOENT, "number %u",
					    number);
			continue;
		}

		next++;
		KUNIT_EXPECT_FALSE_MSG(test, IS_ERR(clk), "number %u", number);
		if (IS_ERR(clk))
			continue;

		KUNIT_EXPECT_STREQ(test, __clk_get_name(clk), fact->name);
		clk_put(clk);
	}
	KUNIT_EXPECT_EQ(test, next, ARRAY_SIZE(s4_vendor_facts));
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(get_vendor_clk(ctx, 0xffffffff)), -ENOENT);
}

/* One device has both halves: what the PLLs make reaches the peripherals. */
static void life_test_vendor_works(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	struct bench_block *periph = bench_block(test, VENDOR_NODE, 0);
	struct bench_block *pll = bench_block(test, VENDOR_NODE, 1);
	unsigned long writes = periph->writes + pll->writes;
	struct clk *clk;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	KUNIT_EXPECT_EQ(test, periph->writes + pll->writes, writes);
	clk = get_vendor_clk(ctx, 221);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 1000000000), 0);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 999999985UL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(periph, 0x16c) >> 16, 0x280U);
	clk_disable_unprepare(clk);
	clk_put(clk);

	/* The mux of a PWM is all three: mux, divider, gate. */
	clk = get_vendor_clk(ctx, 228);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 2400000), 0);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 2400000UL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(periph, 0x180), 0x109U);
	clk_disable_unprepare(clk);
	clk_put(clk);

	clk = get_vendor_clk(ctx, 17);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 846000000), 0);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(pll, 0x80) & 0xb0000000, 0x90000000U);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

static void life_test_lacks_reg(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	KUNIT_EXPECT_LT(test, bench_bind(bench_device(test, HALF_NODE)), 0);
	bench_without(test, ctx->pll->of_node, "reg");
	KUNIT_EXPECT_LT(test, bench_bind(ctx->pll), 0);
	bench_without(test, ctx->periph->of_node, "reg");
	KUNIT_EXPECT_LT(test, bench_bind(ctx->periph), 0);
	KUNIT_EXPECT_NULL(test, ctx->pll->driver);
	KUNIT_EXPECT_NULL(test, ctx->periph->driver);
}

/* Without the crystal there are clocks, at no rate. */
static void life_test_lacks_xtal(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	struct of_phandle_args spec = {
		.np = ctx->pll->of_node, .args_count = 1, .args = { CLKID_GP0_PLL },
	};
	struct clk *clk;

	bench_without(test, ctx->pll->of_node, "clock-names");
	KUNIT_ASSERT_EQ(test, bench_bind(ctx->pll), 0);
	clk = of_clk_get_from_provider(&spec);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 0UL);
	clk_set_rate(clk, 846000000);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 0UL);
	clk_put(clk);
}

/* A second tree of the same clocks is refused, and leaves nothing behind. */
static void life_test_twice(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->pll), -EEXIST);
	bench_unbind(ctx->vendor);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->pll), 0);
	bench_unbind(ctx->pll);
}

/* A clock that somebody has holds the module, and nobody can unbind it under them. */
static void life_test_held(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	struct module *driver;
	struct clk *clk;
	int users;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	driver = ctx->vendor->driver->owner;
	users = module_refcount(driver);
	clk = get_vendor_clk(ctx, 282);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users + 1);
	KUNIT_EXPECT_TRUE(test, ctx->vendor->driver->suppress_bind_attrs);
	clk_put(clk);
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users);
}

/* A device by the driver's name, which no binding describes. */
static void life_test_no_binding(struct kunit *test)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple("aml_s4_clk", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_EXPECT_PTR_EQ(test, pdev->dev.driver, NULL);
	platform_device_unregister(pdev);
}

static void life_test_each_allocation(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, ctx->pll), 64U);
}

/* Each of the first allocations, and of the many that follow one in a while. */
static void expect_failures(struct kunit *test, struct device *dev, unsigned int each,
			    unsigned int step)
{
	unsigned int n, failed = 0;
	bool reached = true;

	for (n = 1; reached; n += n < each ? 1 : step) {
		int ret;

		bench_fail_nth(n);
		ret = bench_bind(dev);
		reached = bench_fail_done();
		if (ret) {
			failed++;
			KUNIT_EXPECT_TRUE_MSG(test, reached, "probe fails by itself: %d", ret);
		}
		bench_unbind(dev);
	}
	KUNIT_EXPECT_GT(test, failed, each / 4);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), 0);
	bench_unbind(dev);
}

/* The system clock's muxes are among the first, and have a table. */
static void life_test_some_allocations(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	expect_failures(test, ctx->periph, 80, 97);
	expect_failures(test, ctx->vendor, 24, 397);
}

static void life_test_cycle(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	bench_cycle(test, ctx->pll, 1000);
	bench_cycle(test, ctx->periph, 20);
}

static void life_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_clk");
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(life_test_no_unbind),
	KUNIT_CASE(life_test_vendor_names),
	KUNIT_CASE(life_test_vendor_works),
	KUNIT_CASE(life_test_lacks_reg),
	KUNIT_CASE(life_test_lacks_xtal),
	KUNIT_CASE(life_test_twice),
	KUNIT_CASE(life_test_held),
	KUNIT_CASE(life_test_cycle),
	KUNIT_CASE(life_test_no_binding),
	KUNIT_CASE(life_test_each_allocation),
	KUNIT_CASE(life_test_some_allocations),
	{ }
};

static struct kunit_suite life_suite = {
	.name = "aml_s4_clk_life",
	.init = life_test_init,
	.test_cases = life_cases,
};

kunit_test_suite(life_suite);

MODULE_SOFTDEP("pre: aml_s4_clk_model aml_s4_clk");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's clock controllers: coming and going");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
