// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of mainline's clk-pll of Amlogic's, on the S4's PLLs: what patches/linux mends
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/clk.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>

#include <bench/bench.h>
#include <models/aml_s4_clk_model.h>

#define NODE		"/soc/clock-controller@fe008000"
#define GP0_CTRL0	0x80
#define GP0_RATE	GENMASK(14, 0)

/* 24 MHz by 200, by 150 */
#define RATE_OLD	4800000000UL
#define RATE_NEW	3600000000UL

/* How long a PLL is waited for. */
#define LOCK_MS		100

static void put_clock(void *clk)
{
	clk_disable_unprepare(clk);
	clk_put(clk);
}

static struct clk *get_running(struct kunit *test)
{
	struct device_node *np = of_find_node_by_path("/soc/user");
	struct clk *clk;

	clk = of_clk_get(np, 0);
	of_node_put(np);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_ASSERT_EQ(test, clk_set_rate(clk, RATE_OLD), 0);
	KUNIT_ASSERT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, put_clock, clk), 0);
	KUNIT_ASSERT_EQ(test, clk_get_rate(clk), RATE_OLD);

	return clk;
}

static int clk_meson_pll_test_init(struct kunit *test)
{
	bench_start(test);

	return 0;
}

static void clk_meson_pll_test_sets_rate(struct kunit *test)
{
	struct clk *clk = get_running(test);

	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, RATE_NEW), 0);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), RATE_NEW);
	KUNIT_EXPECT_EQ(test, bench_reg(bench_block(test, NODE, 0), GP0_CTRL0) & 0xff, 150);
}

/* It does not lock at the new rate. */
static void clk_meson_pll_test_goes_back(struct kunit *test)
{
	struct bench_block *block = bench_block(test, NODE, 0);
	struct clk *clk = get_running(test);
	u32 before = bench_reg(block, GP0_CTRL0) & GP0_RATE;

	aml_s4_clk_no_lock(block, GP0_CTRL0, 1);
	clk_set_rate(clk, RATE_NEW);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), RATE_OLD);
	KUNIT_EXPECT_EQ(test, bench_reg(block, GP0_CTRL0) & GP0_RATE, before);
}

/* It does not lock at all. */
static void clk_meson_pll_test_gives_up(struct kunit *test)
{
	struct bench_block *block = bench_block(test, NODE, 0);
	struct clk *clk = get_running(test);
	ktime_t start = ktime_get();

	aml_s4_clk_no_lock(block, GP0_CTRL0, 5);
	clk_set_rate(clk, RATE_NEW);
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 5 * LOCK_MS / 2);
	aml_s4_clk_no_lock(block, GP0_CTRL0, 0);
}

static struct kunit_case clk_meson_pll_test_cases[] = {
	KUNIT_CASE(clk_meson_pll_test_sets_rate),
	KUNIT_CASE(clk_meson_pll_test_goes_back),
	KUNIT_CASE(clk_meson_pll_test_gives_up),
	{}
};

static struct kunit_suite clk_meson_pll_test_suite = {
	.name = "mainline_clk_meson_pll",
	.init = clk_meson_pll_test_init,
	.test_cases = clk_meson_pll_test_cases,
};

kunit_test_suite(clk_meson_pll_test_suite);

MODULE_SOFTDEP("pre: mainline_clk_meson_pll");
MODULE_DESCRIPTION("Tests of mainline's PLLs for Amlogic SoCs");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
