// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's reset controller: each line there is
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/reset.h>

#include <dt-bindings/reset/amlogic,meson-s4-reset.h>

#include <bench/bench.h>
#include <models/aml_s4_reset_model.h>

#define NODE		"/soc/reset-controller@fe002000"
#define VENDOR_NODE	"/soc/reset-controller@fd002000"

#define LINES		192
#define REGS		6
#define LEVELS		0x40

struct reset_test {
	struct device *dev;
	struct device *vendor_dev;
	struct device_node *users;
	struct bench_block *block;
	struct reset_control *control;
};

static int reset_test_init(struct kunit *test)
{
	struct reset_test *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	unsigned int line;

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	bench_start(test);
	ctx->dev = bench_device(test, NODE);
	ctx->vendor_dev = bench_device(test, VENDOR_NODE);
	ctx->block = bench_block(test, NODE, 0);
	ctx->users = of_find_node_by_path("/users");
	KUNIT_ASSERT_NOT_NULL(test, ctx->users);
	bench_unbind(ctx->dev);
	bench_unbind(ctx->vendor_dev);
	bench_reset_block(ctx->block);
	for (line = 0; line < LINES; line++)
		aml_s4_reset_pulses(ctx->block, line);
	KUNIT_ASSERT_EQ(test, bench_bind(ctx->dev), 0);

	return 0;
}

static void reset_test_exit(struct kunit *test)
{
	struct reset_test *ctx = test->priv;

	if (!IS_ERR_OR_NULL(ctx->control))
		reset_control_put(ctx->control);
	of_node_put(ctx->users);
}

/* The control of a line; the one before is given back. */
static struct reset_control *reset_test_line(struct kunit *test, unsigned int line)
{
	struct reset_test *ctx = test->priv;

	if (!IS_ERR_OR_NULL(ctx->control))
		reset_control_put(ctx->control);
	ctx->control = of_reset_control_get_exclusive_by_index(ctx->users, line);

	return ctx->control;
}

/* All levels are high but that of one line, or all. */
static void expect_low(struct kunit *test, int low)
{
	struct reset_test *ctx = test->priv;
	int reg, first = 0;

	for (reg = 0; reg < REGS; reg++, first += 32) {
		u32 want = ~0;

		if (low >= first && low < first + 32)
			want ^= 1U << (low - first);
		KUNIT_EXPECT_EQ_MSG(test, bench_reg(ctx->block, LEVELS + 4 * reg), want,
				    "level register %d, line %d", reg, low);
	}
}

static void expect_pulses(struct kunit *test, int pulsed)
{
	struct reset_test *ctx = test->priv;
	int line;

	for (line = 0; line < LINES; line++)
		KUNIT_EXPECT_EQ_MSG(test, aml_s4_reset_pulses(ctx->block, line),
				    line == pulsed ? 1U : 0U, "line %d", line);
}

/* What runs goes on running. */
static void reset_test_probe(struct kunit *test)
{
	struct reset_test *ctx = test->priv;
	unsigned long reads = ctx->block->reads, writes = ctx->block->writes;

	bench_unbind(ctx->dev);
	KUNIT_EXPECT_EQ(test, bench_bind(ctx->dev), 0);
	KUNIT_EXPECT_EQ(test, ctx->block->reads, reads);
	KUNIT_EXPECT_EQ(test, ctx->block->writes, writes);
}

static void reset_test_each_line(struct kunit *test)
{
	struct reset_control *control;
	int line;

	for (line = 0; line < LINES; line++) {
		control = reset_test_line(test, line);
		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(control), "line %d", line);

		KUNIT_EXPECT_EQ(test, reset_control_status(control), 0);
		KUNIT_EXPECT_EQ(test, reset_control_assert(control), 0);
		expect_low(test, line);
		KUNIT_EXPECT_EQ(test, reset_control_status(control), 1);
		expect_pulses(test, -1);

		KUNIT_EXPECT_EQ(test, reset_control_reset(control), 0);
		expect_low(test, line);
		expect_pulses(test, line);

		KUNIT_EXPECT_EQ(test, reset_control_deassert(control), 0);
		expect_low(test, -1);
		KUNIT_EXPECT_EQ(test, reset_control_status(control), 0);
		expect_pulses(test, -1);
	}
}

/* A line's register and bit as the vendor's tree and drivers have them. */
static const struct {
	unsigned int line;
	u32 reg;
	u32 bits;
} places[] = {
	{ RESET_USBCTRL, 0x40, 0x00000010 },
	{ RESET_USBPHY20, 0x40, 0x00000100 },
	{ RESET_USBPHY21, 0x40, 0x00000200 },
	{ RESET_MALI_APB, 0x44, 0x00000002 },
	{ RESET_ETH, 0x44, 0x00010000 },
	{ RESET_SARADC, 0x48, 0x00040000 },
	{ RESET_PWM_AB, 0x50, 0x00000010 },
	{ RESET_UART_B, 0x50, 0x00000800 },
	{ RESET_I2C_M_B, 0x50, 0x00040000 },
	{ RESET_SD_EMMC_A, 0x50, 0x01000000 },
	{ RESET_SD_EMMC_B, 0x50, 0x02000000 },
	{ RESET_NAND_EMMC, 0x50, 0x04000000 },
	{ RESET_BRG_NIC_ALL, 0x54, 0x80000000 },
};

static void reset_test_places(struct kunit *test)
{
	struct reset_test *ctx = test->priv;
	struct reset_control *control;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		control = reset_test_line(test, places[i].line);
		KUNIT_ASSERT_FALSE(test, IS_ERR(control));
		KUNIT_EXPECT_EQ(test, reset_control_assert(control), 0);
		KUNIT_EXPECT_EQ_MSG(test, bench_reg(ctx->block, places[i].reg), ~places[i].bits,
				    "line %u", places[i].line);
		KUNIT_EXPECT_EQ(test, reset_control_deassert(control), 0);
	}
}

/* What the boot loader holds in reset is said to be, and others' lines are left alone. */
static void reset_test_boot_state(struct kunit *test)
{
	struct reset_test *ctx = test->priv;
	struct reset_control *control;

	bench_set_reg(ctx->block, 0x50, 0x12345678);
	control = reset_test_line(test, RESET_SD_EMMC_A);
	KUNIT_ASSERT_FALSE(test, IS_ERR(control));
	KUNIT_EXPECT_EQ(test, reset_control_status(control), 1);
	KUNIT_EXPECT_EQ(test, reset_control_deassert(control), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 0x50), 0x13345678U);
	KUNIT_EXPECT_EQ(test, reset_control_assert(control), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(ctx->block, 0x50), 0x12345678U);

	control = reset_test_line(test, RESET_UART_A);
	KUNIT_ASSERT_FALSE(test, IS_ERR(control));
	KUNIT_EXPECT_EQ(test, reset_control_status(control), 0);
}

/* Lines may be changed where nobody may sleep. */
static void reset_test_atomic(struct kunit *test)
{
	struct reset_control *control = reset_test_line(test, RESET_ETH);
	unsigned long flags;

	KUNIT_ASSERT_FALSE(test, IS_ERR(control));
	local_irq_save(flags);
	reset_control_assert(control);
	reset_control_reset(control);
	reset_control_deassert(control);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_restore(flags);
	expect_pulses(test, RESET_ETH);
	expect_low(test, -1);
}

static void reset_test_no_such_line(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(reset_test_line(test, LINES)), -EINVAL);
}

/* The module stays while somebody has a line. */
static void reset_test_held(struct kunit *test)
{
	struct reset_test *ctx = test->priv;
	struct module *driver = ctx->dev->driver->owner;
	int users = module_refcount(driver);

	KUNIT_ASSERT_FALSE(test, IS_ERR(reset_test_line(test, 0)));
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users + 1);
	reset_control_put(ctx->control);
	ctx->control = NULL;
	KUNIT_EXPECT_EQ(test, module_refcount(driver), users);
}

static void reset_test_vendor(struct kunit *test)
{
	struct reset_test *ctx = test->priv;
	struct bench_block *block = bench_block(test, VENDOR_NODE, 0);
	struct device_node *user = of_find_node_by_path("/vendor-user");

	KUNIT_ASSERT_EQ(test, bench_bind(ctx->vendor_dev), 0);
	ctx->control = of_reset_control_get_exclusive_by_index(user, 0);
	of_node_put(user);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->control));
	KUNIT_EXPECT_EQ(test, reset_control_assert(ctx->control), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(block, 0x54), 0x7fffffffU);
	KUNIT_EXPECT_EQ(test, reset_control_deassert(ctx->control), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(block, 0x54), 0xffffffffU);
	expect_low(test, -1);
}

static void reset_test_lacks_reg(struct kunit *test)
{
	struct reset_test *ctx = test->priv;

	bench_without(test, ctx->vendor_dev->of_node, "reg");
	KUNIT_EXPECT_LT(test, bench_bind(ctx->vendor_dev), 0);
	KUNIT_EXPECT_NULL(test, ctx->vendor_dev->driver);
}

static void reset_test_each_allocation(struct kunit *test)
{
	struct reset_test *ctx = test->priv;

	KUNIT_EXPECT_GE(test, bench_probe_each_failing(test, ctx->vendor_dev), 3U);
}

static void reset_test_cycle(struct kunit *test)
{
	struct reset_test *ctx = test->priv;

	bench_cycle(test, ctx->vendor_dev, 1000);
}

static void reset_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_reset");
}

static struct kunit_case reset_test_cases[] = {
	KUNIT_CASE(reset_test_no_unbind),
	KUNIT_CASE(reset_test_probe),
	KUNIT_CASE(reset_test_each_line),
	KUNIT_CASE(reset_test_places),
	KUNIT_CASE(reset_test_boot_state),
	KUNIT_CASE(reset_test_atomic),
	KUNIT_CASE(reset_test_no_such_line),
	KUNIT_CASE(reset_test_held),
	KUNIT_CASE(reset_test_vendor),
	KUNIT_CASE(reset_test_lacks_reg),
	KUNIT_CASE(reset_test_each_allocation),
	KUNIT_CASE(reset_test_cycle),
	{ }
};

static struct kunit_suite reset_suite = {
	.name = "aml_s4_reset",
	.init = reset_test_init,
	.exit = reset_test_exit,
	.test_cases = reset_test_cases,
};

kunit_test_suite(reset_suite);

MODULE_SOFTDEP("pre: aml_s4_reset");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's reset controller");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
