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

#include <bench/bench.h>

#define PERIPH_NODE	"/soc/clock-controller@fe000000"
#define PLL_NODE	"/soc/clock-controller@fe008000"
#define VENDOR_NODE	"/soc/clock-controller@ee000000"

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

/* The vendor's numbers, and what they are in mainline. */
static const struct {
	u32 number;
	const char *name;
} vendor_names[] = {
	{ 0, "fixed_pll_dco" }, { 5, "fclk_div2" }, { 17, "gp0_pll" }, { 41, "hifi_pll" },
	{ 48, "hdmi_pll" }, { 50, "mpll_50m" }, { 57, "mpll2" }, { 59, "mpll3" },
	{ 62, "rtc_32k_by_oscin" }, { 63, "rtc_32k_by_oscin_sel" }, { 64, "rtc_clk_sel" },
	{ 71, "sys_clk" }, { 76, "ceca_32k_clkout" }, { 92, "12_24M" }, { 97, "vid_pll_div" },
	{ 141, "mali_0" }, { 145, "mali_sel" }, { 152, "vdec_sel" }, { 173, "hevcf_sel" },
	{ 189, "vpu" }, { 209, "ge2d" }, { 215, "sd_emmc_c_clk0" }, { 218, "sd_emmc_a_clk0" },
	{ 221, "sd_emmc_b_clk0" }, { 224, "spicc0_en" },
	/* The mux is the gate, for the PWMs; divider and gate are themselves. */
	{ 228, "pwm_a" }, { 229, "pwm_a_div" }, { 230, "pwm_a" }, { 231, "pwm_b" },
	{ 255, "pwm_j" }, { 257, "pwm_j" },
	{ 260, "saradc" }, { 263, "gen_clk" }, { 264, "s4_ddr" }, { 266, "s4_ethphy" },
	{ 267, "s4_mali" }, { 271, "s4_sdemmca" }, { 272, "s4_sdemmcb" }, { 273, "s4_nand" },
	{ 280, "s4_eth" }, { 281, "s4_uart_a" }, { 282, "s4_uart_b" }, { 290, "s4_spicc0" },
	{ 293, "s4_usb" }, { 295, "s4_i2c_m_a" }, { 299, "s4_i2c_m_e" }, { 301, "s4_hdmitx_apb" },
	{ 307, "s4_cpu_debug" }, { 309, "s4_vpu_intr" }, { 310, "s4_sar_adc" },
	{ 316, "s4_pwm_ij" }, { 317, "s4_demod" }, { 320, "hdcp22_esmclk" },
	{ 323, "hdcp22_skpclk" }, { 326, "demod_core" }, { 329, "adc_extclk_in" },
};

static struct clk *get_vendor_clk(struct life_test *ctx, u32 number)
{
	struct of_phandle_args spec = {
		.np = ctx->vendor->of_node, .args_count = 1, .args = { number },
	};

	return of_clk_get_from_provider(&spec);
}

static void life_test_vendor_names(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	unsigned int i, found = 0;
	struct clk *clk;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	for (i = 0; i < ARRAY_SIZE(vendor_names); i++) {
		clk = get_vendor_clk(ctx, vendor_names[i].number);
		KUNIT_EXPECT_FALSE_MSG(test, IS_ERR(clk), "number %u", vendor_names[i].number);
		if (IS_ERR(clk))
			continue;

		KUNIT_EXPECT_STREQ(test, __clk_get_name(clk), vendor_names[i].name);
		clk_put(clk);
	}

	for (i = 0; i < NUM_VENDOR + 20; i++) {
		clk = get_vendor_clk(ctx, i);
		if (!IS_ERR(clk)) {
			found++;
			clk_put(clk);
		} else {
			KUNIT_EXPECT_EQ(test, PTR_ERR(clk), -ENOENT);
		}
	}
	KUNIT_EXPECT_EQ(test, found, 261U);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(get_vendor_clk(ctx, 0xffffffff)), -ENOENT);
}

/* One device has both halves: what the PLLs make reaches the peripherals. */
static void life_test_vendor_works(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	struct bench_block *periph = bench_block(test, VENDOR_NODE, 0);
	struct clk *clk;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	clk = get_vendor_clk(ctx, 221);
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 1000000000), 0);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 999999985UL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(periph, 0x16c) >> 16, 0x280U);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

static void life_test_lacks_reg(struct kunit *test)
{
	struct life_test *ctx = test->priv;
	static const __be32 first[] = {
		cpu_to_be32(0), cpu_to_be32(0xee000000), cpu_to_be32(0), cpu_to_be32(0x49c),
	};

	bench_without(test, ctx->pll->of_node, "clock-names");
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->pll), 0);
	bench_unbind(ctx->pll);
	bench_with(test, ctx->vendor->of_node, "reg", first, sizeof(first));
	KUNIT_EXPECT_LE(test, bench_bind(ctx->vendor), 0);
	bench_unbind(ctx->vendor);
}

/* A second tree of the same clocks is refused, and leaves nothing behind. */
static void life_test_twice(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->pll), -EEXIST);
	bench_unbind(ctx->vendor);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->pll), 0);
}

static void life_test_each_allocation(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, ctx->pll), 64U);
}

static void life_test_cycle(struct kunit *test)
{
	struct life_test *ctx = test->priv;

	bench_cycle(test, ctx->pll, 200);
	bench_cycle(test, ctx->periph, 10);
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(life_test_vendor_names),
	KUNIT_CASE(life_test_vendor_works),
	KUNIT_CASE(life_test_lacks_reg),
	KUNIT_CASE(life_test_twice),
	KUNIT_CASE(life_test_cycle),
	KUNIT_CASE(life_test_each_allocation),
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
