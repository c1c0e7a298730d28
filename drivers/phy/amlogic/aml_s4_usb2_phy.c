// SPDX-License-Identifier: GPL-2.0-only
/*
 * USB 2.0 PHYs of the Amlogic Meson S4 (S905Y4, S805X2), not in Linux up to 7.3
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The node is that of the G12A's PHY with the compatible "amlogic,s4-usb2-phy": registers, a
 * clock "xtal" and a reset line "phy". The USB controllers' glue driver, which stock kernels
 * have, selects the port's role and switches its power.
 *
 * The termination resistors are trimmed at the factory; a register of the
 * "amlogic,s4-ao-secure" block has the value. Without that node or without a valid value the
 * driver uses the default of the vendor's device tree.
 *
 * Sources: the vendor's device tree and driver for the values, the G12A's driver for the
 * names of the fields.
 */

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/clk.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mfd/syscon.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/phy/phy.h>
#include <linux/platform_device.h>
#include <linux/regmap.h>
#include <linux/reset.h>
#include <linux/slab.h>

#define S4_PHY_THRESHOLD	0x0c
#define S4_PHY_SQUELCH		GENMASK(1, 0)
#define S4_PHY_HSDIC		GENMASK(3, 2)
#define S4_PHY_DISCONNECT	GENMASK(7, 4)

/* Termination resistors: one bit for each that is switched on, from bit 0. */
#define S4_PHY_CALIBRATION	0x10
#define S4_PHY_CALIBRATION_CODE	GENMASK(11, 0)

#define S4_PHY_DIGITAL		0x34
#define S4_PHY_UPDATE_PMA	BIT(15)
#define S4_PHY_SYNC_COUNT	GENMASK(20, 16)

#define S4_PHY_ANALOGUE		0x38
#define S4_PHY_DISCONNECT_PLUS	GENMASK(27, 26)

/* 24 MHz * M / N = 480 MHz */
#define S4_PHY_PLL0		0x40
#define S4_PHY_PLL_M		GENMASK(8, 0)
#define S4_PHY_PLL_N		GENMASK(14, 10)
#define S4_PHY_PLL_LOAD		BIT(22)
#define S4_PHY_PLL_LOCK_LONG	GENMASK(25, 24)
#define S4_PHY_PLL_FAST_LOCK	BIT(27)
#define S4_PHY_PLL_ENABLE	BIT(28)
#define S4_PHY_PLL_RESET	BIT(29)

#define S4_PHY_PLL1		0x44
#define S4_PHY_PLL_LAMBDA1	GENMASK(19, 17)
#define S4_PHY_PLL_LAMBDA0	GENMASK(22, 20)
#define S4_PHY_PLL_FILTER2	GENMASK(27, 24)
#define S4_PHY_PLL_FILTER1	GENMASK(31, 28)

#define S4_PHY_PLL2		0x48
#define S4_PHY_PLL_LKW_SEL	GENMASK(1, 0)
#define S4_PHY_PLL_LK_W		GENMASK(5, 2)
#define S4_PHY_PLL_LK_S		GENMASK(11, 6)
#define S4_PHY_PLL_DCO_CLK_SEL	BIT(13)
#define S4_PHY_PLL_PFD_GAIN	GENMASK(15, 14)
#define S4_PHY_PLL_ROU		GENMASK(18, 16)
#define S4_PHY_PLL_DATA_SEL	GENMASK(21, 19)
#define S4_PHY_PLL_BIAS_ADJ	GENMASK(23, 22)
#define S4_PHY_PLL_ALPHA	GENMASK(28, 26)
#define S4_PHY_PLL_ADJ_LDO	GENMASK(30, 29)
#define S4_PHY_PLL_ACG_RANGE	BIT(31)

#define S4_PHY_TUNE		0x50
#define S4_PHY_VBUS_TRIM	GENMASK(3, 1)
#define S4_PHY_VBUS_DETECT	BIT(4)
#define S4_PHY_MONITOR		GENMASK(12, 9)
#define S4_PHY_EDGE		BIT(13)
#define S4_PHY_EDGE_TRIM	GENMASK(15, 14)

#define S4_PHY_OTG		0x54
#define S4_PHY_CAL_ACK		BIT(1)
#define S4_PHY_ACA		BIT(2)
#define S4_PHY_TX_STRENGTH_PD	BIT(3)
#define S4_PHY_ACA_TRIM		GENMASK(5, 4)

/* In the secure always-on block: the trim value and its valid bit. */
#define S4_TRIM			0x110
#define S4_TRIM_VALID		BIT(12)
#define S4_TRIM_VALUE		GENMASK(11, 8)
#define S4_TRIM_MAX		12
#define S4_TRIM_DEFAULT		7

#define S4_PHY_RESET_US		1000
#define S4_PHY_PLL_RESET_US	100

/**
 * struct s4_phy - one PHY
 * @base: its registers
 * @clk: the crystal
 * @reset: its reset line
 * @trim: number of termination resistors to switch on
 */
struct s4_phy {
	void __iomem *base;
	struct clk *clk;
	struct reset_control *reset;
	unsigned int trim;
};

static void s4_phy_start_pll(struct s4_phy *s4)
{
	u32 pll0 = FIELD_PREP(S4_PHY_PLL_M, 20) | FIELD_PREP(S4_PHY_PLL_N, 1) |
		   S4_PHY_PLL_LOAD | FIELD_PREP(S4_PHY_PLL_LOCK_LONG, 1) |
		   S4_PHY_PLL_FAST_LOCK | S4_PHY_PLL_ENABLE;

	writel(pll0 | S4_PHY_PLL_RESET, s4->base + S4_PHY_PLL0);

	writel(FIELD_PREP(S4_PHY_PLL_LAMBDA1, 7) | FIELD_PREP(S4_PHY_PLL_LAMBDA0, 7) |
	       FIELD_PREP(S4_PHY_PLL_FILTER2, 2) | FIELD_PREP(S4_PHY_PLL_FILTER1, 9),
	       s4->base + S4_PHY_PLL1);

	writel(FIELD_PREP(S4_PHY_PLL_LKW_SEL, 1) | FIELD_PREP(S4_PHY_PLL_LK_W, 9) |
	       FIELD_PREP(S4_PHY_PLL_LK_S, 0x27) | S4_PHY_PLL_DCO_CLK_SEL |
	       FIELD_PREP(S4_PHY_PLL_PFD_GAIN, 1) | FIELD_PREP(S4_PHY_PLL_ROU, 7) |
	       FIELD_PREP(S4_PHY_PLL_DATA_SEL, 3) | FIELD_PREP(S4_PHY_PLL_BIAS_ADJ, 1) |
	       FIELD_PREP(S4_PHY_PLL_ALPHA, 3) | FIELD_PREP(S4_PHY_PLL_ADJ_LDO, 1) |
	       S4_PHY_PLL_ACG_RANGE, s4->base + S4_PHY_PLL2);

	usleep_range(S4_PHY_PLL_RESET_US, 2 * S4_PHY_PLL_RESET_US);

	writel(pll0, s4->base + S4_PHY_PLL0);
}

static void s4_phy_set_up(struct s4_phy *s4)
{
	u32 value;

	value = readl(s4->base + S4_PHY_CALIBRATION) & ~S4_PHY_CALIBRATION_CODE;
	writel(value | (BIT(s4->trim) - 1), s4->base + S4_PHY_CALIBRATION);

	value = readl(s4->base + S4_PHY_OTG);
	writel(value & ~S4_PHY_ACA, s4->base + S4_PHY_OTG);

	s4_phy_start_pll(s4);

	/* Takes effect with the write of S4_PHY_UPDATE_PMA below. */
	writel(FIELD_PREP(S4_PHY_SQUELCH, 3) | FIELD_PREP(S4_PHY_HSDIC, 3) |
	       FIELD_PREP(S4_PHY_DISCONNECT, 3), s4->base + S4_PHY_THRESHOLD);

	writel(FIELD_PREP(S4_PHY_VBUS_TRIM, 4) | S4_PHY_VBUS_DETECT |
	       FIELD_PREP(S4_PHY_MONITOR, 15) | S4_PHY_EDGE |
	       FIELD_PREP(S4_PHY_EDGE_TRIM, 2), s4->base + S4_PHY_TUNE);

	writel(S4_PHY_CAL_ACK | S4_PHY_TX_STRENGTH_PD | FIELD_PREP(S4_PHY_ACA_TRIM, 2),
	       s4->base + S4_PHY_OTG);

	value = readl(s4->base + S4_PHY_ANALOGUE) & ~S4_PHY_DISCONNECT_PLUS;
	writel(value | FIELD_PREP(S4_PHY_DISCONNECT_PLUS, 2), s4->base + S4_PHY_ANALOGUE);

	writel(S4_PHY_UPDATE_PMA | FIELD_PREP(S4_PHY_SYNC_COUNT, 7), s4->base + S4_PHY_DIGITAL);
}

static int s4_phy_init(struct phy *phy)
{
	struct s4_phy *s4 = phy_get_drvdata(phy);
	int ret;

	ret = clk_prepare_enable(s4->clk);
	if (ret)
		return ret;

	ret = reset_control_deassert(s4->reset);
	if (ret)
		goto err_clk;

	ret = reset_control_reset(s4->reset);
	if (ret)
		goto err_reset;

	usleep_range(S4_PHY_RESET_US, 2 * S4_PHY_RESET_US);
	s4_phy_set_up(s4);

	return 0;

err_reset:
	reset_control_assert(s4->reset);
err_clk:
	clk_disable_unprepare(s4->clk);

	return ret;
}

/* A PHY in reset takes the least power. If the reset fails, the PHY keeps its clock. */
static int s4_phy_exit(struct phy *phy)
{
	struct s4_phy *s4 = phy_get_drvdata(phy);
	int ret;

	ret = reset_control_assert(s4->reset);
	if (!ret)
		clk_disable_unprepare(s4->clk);

	return ret;
}

static const struct phy_ops s4_phy_ops = {
	.init = s4_phy_init,
	.exit = s4_phy_exit,
	.owner = THIS_MODULE,
};

static unsigned int s4_phy_trim(void)
{
	struct regmap *map = syscon_regmap_lookup_by_compatible("amlogic,s4-ao-secure");
	unsigned int value;

	if (IS_ERR(map) || regmap_read(map, S4_TRIM, &value) || !(value & S4_TRIM_VALID))
		return S4_TRIM_DEFAULT;

	return min_t(unsigned int, FIELD_GET(S4_TRIM_VALUE, value), S4_TRIM_MAX);
}

static int s4_phy_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct phy_provider *provider;
	struct s4_phy *s4;
	struct phy *phy;

	s4 = devm_kzalloc(dev, sizeof(*s4), GFP_KERNEL);
	if (!s4)
		return -ENOMEM;

	s4->base = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(s4->base))
		return PTR_ERR(s4->base);

	s4->clk = devm_clk_get(dev, "xtal");
	if (IS_ERR(s4->clk))
		return dev_err_probe(dev, PTR_ERR(s4->clk), "failed to get clock \"xtal\"\n");

	s4->reset = devm_reset_control_get_exclusive(dev, "phy");
	if (IS_ERR(s4->reset))
		return dev_err_probe(dev, PTR_ERR(s4->reset), "failed to get reset line \"phy\"\n");

	s4->trim = s4_phy_trim();

	phy = devm_phy_create(dev, NULL, &s4_phy_ops);
	if (IS_ERR(phy))
		return dev_err_probe(dev, PTR_ERR(phy), "failed to create PHY\n");

	phy_set_bus_width(phy, 8);
	phy_set_drvdata(phy, s4);

	provider = devm_of_phy_provider_register(dev, of_phy_simple_xlate);

	return PTR_ERR_OR_ZERO(provider);
}

static const struct of_device_id s4_phy_of_match[] = {
	{ .compatible = "amlogic,s4-usb2-phy" },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_phy_of_match);

static struct platform_driver s4_phy_driver = {
	.probe = s4_phy_probe,
	.driver = {
		.name = "aml_s4_usb2_phy",
		.of_match_table = s4_phy_of_match,
		/* A consumer of a PHY has no reference to its device, only to the module. */
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(s4_phy_driver);

MODULE_DESCRIPTION("USB 2.0 PHYs of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: aml_s4_reset");
