// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reset controller of the Amlogic Meson S4 (S905Y4, S805X2), in Linux since 5.17
 *
 * Copyright (C) 2026 The outboard authors
 *
 * 192 lines, numbered as in the binding: line n is bit n % 32 of register n / 32. A one
 * written to a pulse register resets a line once. A zero in a level register holds a line in
 * reset. The vendor's device tree names the block after the SC2, the first chip with it.
 */

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/reset-controller.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define S4_RESET_LINES		192
#define S4_RESET_PULSE(line)	(0x00 + 4 * ((line) / 32))
#define S4_RESET_LEVEL(line)	(0x40 + 4 * ((line) / 32))
#define S4_RESET_BIT(line)	BIT((line) % 32)

/**
 * struct s4_reset - the controller
 * @rcdev: the reset framework's part
 * @base: its registers
 * @lock: protects read-modify-write of the level registers
 */
struct s4_reset {
	struct reset_controller_dev rcdev;
	void __iomem *base;
	spinlock_t lock; /* read-modify-write of the level registers */
};

static struct s4_reset *to_s4_reset(struct reset_controller_dev *rcdev)
{
	return container_of(rcdev, struct s4_reset, rcdev);
}

static void s4_reset_level(struct s4_reset *s4, unsigned long line, bool running)
{
	unsigned long flags;
	u32 value;

	spin_lock_irqsave(&s4->lock, flags);
	value = readl(s4->base + S4_RESET_LEVEL(line));
	value = running ? value | S4_RESET_BIT(line) : value & ~S4_RESET_BIT(line);
	writel(value, s4->base + S4_RESET_LEVEL(line));
	spin_unlock_irqrestore(&s4->lock, flags);
}

static int s4_reset_pulse(struct reset_controller_dev *rcdev, unsigned long line)
{
	writel(S4_RESET_BIT(line), to_s4_reset(rcdev)->base + S4_RESET_PULSE(line));

	return 0;
}

static int s4_reset_assert(struct reset_controller_dev *rcdev, unsigned long line)
{
	s4_reset_level(to_s4_reset(rcdev), line, false);

	return 0;
}

static int s4_reset_deassert(struct reset_controller_dev *rcdev, unsigned long line)
{
	s4_reset_level(to_s4_reset(rcdev), line, true);

	return 0;
}

static int s4_reset_status(struct reset_controller_dev *rcdev, unsigned long line)
{
	u32 value = readl(to_s4_reset(rcdev)->base + S4_RESET_LEVEL(line));

	return !(value & S4_RESET_BIT(line));
}

static const struct reset_control_ops s4_reset_ops = {
	.reset = s4_reset_pulse,
	.assert = s4_reset_assert,
	.deassert = s4_reset_deassert,
	.status = s4_reset_status,
};

static int s4_reset_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct s4_reset *s4;

	s4 = devm_kzalloc(dev, sizeof(*s4), GFP_KERNEL);
	if (!s4)
		return -ENOMEM;

	spin_lock_init(&s4->lock);
	s4->base = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(s4->base))
		return PTR_ERR(s4->base);

	s4->rcdev.ops = &s4_reset_ops;
	s4->rcdev.owner = THIS_MODULE;
	s4->rcdev.nr_resets = S4_RESET_LINES;
	s4->rcdev.of_node = dev->of_node;

	return devm_reset_controller_register(dev, &s4->rcdev);
}

static const struct of_device_id s4_reset_of_match[] = {
	{ .compatible = "amlogic,meson-s4-reset" },
	{ .compatible = "amlogic,meson-sc2-reset" },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_reset_of_match);

static struct platform_driver s4_reset_driver = {
	.probe = s4_reset_probe,
	.driver = {
		.name = "aml_s4_reset",
		.of_match_table = s4_reset_of_match,
		/* A reset control has no reference to its controller, only to the module. */
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(s4_reset_driver);

MODULE_DESCRIPTION("Reset controller of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
