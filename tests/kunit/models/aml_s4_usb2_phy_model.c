// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic Meson S4's USB 2.0 PHY, and of the secure block with its trim value
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Registers keep what they are told, and the order of writes is kept too. The PLL locks when
 * it is enabled out of reset at 480 MHz. The thresholds of register 0x0c are what was there
 * when 0x34 was last written with "update" set, as the vendor's driver says.
 *
 * Values after a reset are made up, but for 0x10: they tell whether other bits are left.
 *
 * Source: the vendor's driver, the names from Linux's driver for the G12A.
 */

#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/module.h>

#include <bench/bench.h>
#include <models/aml_s4_usb2_phy_model.h>

#define THRESHOLD	0x0c
#define DIGITAL		0x34
#define DIGITAL_UPDATE	BIT(15)
#define PLL0		0x40
#define PLL0_LOCKS	0xc0000000U
#define PLL0_RUNS	0x10000414
#define PLL0_STATE	0x30007dff

static const struct bench_reg phy_regs[] = {
	{ .name = "R3", .offset = THRESHOLD, .reset = 0x00000034, .writable = ~0 },
	{ .name = "R4", .offset = 0x10, .reset = 0x08000fff, .writable = ~0 },
	{ .name = "R13", .offset = DIGITAL, .reset = 0x00070000, .writable = ~0 },
	{ .name = "R14", .offset = 0x38, .reset = 0x5550e004, .writable = ~0 },
	{ .name = "R16", .offset = PLL0, .reset = 0x20000414, .writable = ~PLL0_LOCKS },
	{ .name = "R17", .offset = 0x44, .writable = ~0 },
	{ .name = "R18", .offset = 0x48, .writable = ~0 },
	{ .name = "R20", .offset = 0x50, .writable = ~0 },
	{ .name = "R21", .offset = 0x54, .reset = 0x00000816, .writable = ~0 },
};

struct phy_model {
	struct aml_s4_usb2_phy_write writes[AML_S4_USB2_PHY_WRITES];
	unsigned int num;
	u32 thresholds;
};

static void phy_model_reset(struct bench_block *block)
{
	struct phy_model *model = bench_priv(block);

	model->num = 0;
	model->thresholds = 0;
}

static void phy_model_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	struct phy_model *model = bench_priv(block);
	struct aml_s4_usb2_phy_write *write = &model->writes[model->num];

	if (model->num == AML_S4_USB2_PHY_WRITES) {
		bench_violation(block, BENCH_MODEL, "more writes than a start of the PHY takes");
		return;
	}

	model->num++;
	write->offset = offset;
	write->value = value;
	write->at = ktime_get();

	if (offset == PLL0)
		bench_set_reg(block, PLL0, (value & ~PLL0_LOCKS) |
			      ((value & PLL0_STATE) == PLL0_RUNS ? PLL0_LOCKS : 0));
	if (offset == DIGITAL && value & DIGITAL_UPDATE)
		model->thresholds = bench_reg(block, THRESHOLD);
}

/**
 * aml_s4_usb2_phy_writes() - all writes since the PHY's reset
 * @block: the PHY
 * @writes: room for AML_S4_USB2_PHY_WRITES of them
 *
 * Return: how many.
 */
unsigned int aml_s4_usb2_phy_writes(struct bench_block *block,
				    struct aml_s4_usb2_phy_write *writes)
{
	struct phy_model *model = bench_priv(block);
	unsigned long flags;
	unsigned int num;

	bench_lock(block, flags);
	num = model->num;
	memcpy(writes, model->writes, num * sizeof(*writes));
	bench_unlock(block, flags);

	return num;
}
EXPORT_SYMBOL_GPL(aml_s4_usb2_phy_writes);

/**
 * aml_s4_usb2_phy_thresholds() - those that the PHY works with
 * @block: the PHY
 */
u32 aml_s4_usb2_phy_thresholds(struct bench_block *block)
{
	struct phy_model *model = bench_priv(block);

	return READ_ONCE(model->thresholds);
}
EXPORT_SYMBOL_GPL(aml_s4_usb2_phy_thresholds);

static const struct bench_model phy_model = {
	.name = "s4-usb2-phy",
	.compatibles = (const char *const []){ "amlogic,s4-usb2-phy", NULL },
	.regs = phy_regs,
	.nr_regs = ARRAY_SIZE(phy_regs),
	.priv_size = sizeof(struct phy_model),
	.reset = phy_model_reset,
	.write = phy_model_write,
};

static const struct bench_reg secure_regs[] = {
	{ .name = "USB_PHY_TRIM", .offset = 0x110, .flags = BENCH_REG_RO },
};

static const struct bench_model secure_model = {
	.name = "s4-ao-secure",
	.compatibles = (const char *const []){ "amlogic,s4-ao-secure", NULL },
	.clocks = (const char *const []){ NULL },
	.regs = secure_regs,
	.nr_regs = ARRAY_SIZE(secure_regs),
};

static int __init aml_s4_usb2_phy_model_init(void)
{
	return bench_register_model(&phy_model, THIS_MODULE) ?:
	       bench_register_model(&secure_model, THIS_MODULE);
}
module_init(aml_s4_usb2_phy_model_init);

MODULE_DESCRIPTION("Model of the Meson S4's USB 2.0 PHY");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
