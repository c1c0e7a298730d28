// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic Meson S4's clock controllers
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The peripherals' registers only keep what they are told; the system clock's is fatal to
 * write, as are the fixed PLL's. The other PLLs lock 60 us after they are enabled and out of
 * reset, and object to being changed while they run.
 *
 * Source: the same Linux drivers that the driver's table was made from, so that it is no
 * proof of the hardware; but the masks of writable bits are a list of their own.
 */

#include <linux/bitfield.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>

#include <bench/bench.h>
#include <models/aml_s4_clk_model.h>

/* fclk_div3 / 4 by way of the first half: 166 MHz */
#define SYS_CLK_RESET	(2 << 10 | 3 << 0 | BIT(13))

static const struct bench_reg periph_regs[] = {
	{ .name = "RTC_BY_OSCIN_CTRL0", .offset = 0x008, .writable = 0xd0ffffff },
	{ .name = "RTC_BY_OSCIN_CTRL1", .offset = 0x00c, .writable = 0x01ffffff },
	{ .name = "RTC_CTRL", .offset = 0x010, .writable = 0x00000003 },
	{ .name = "SYS_CLK_CTRL0", .offset = 0x040, .reset = SYS_CLK_RESET,
	  .flags = BENCH_REG_FATAL },
	{ .name = "SYS_CLK_EN0_REG0", .offset = 0x044,
	  .writable = 0xff016053, .reset = 0xff016053 },
	{ .name = "SYS_CLK_EN0_REG1", .offset = 0x048,
	  .writable = 0xc4318be9, .reset = 0xc4318be9 },
	{ .name = "SYS_CLK_EN0_REG2", .offset = 0x04c,
	  .writable = 0x5a0c0d37, .reset = 0x5a0c0d37 },
	{ .name = "SYS_CLK_EN0_REG3", .offset = 0x050,
	  .writable = 0x00000f80, .reset = 0x00000f80 },
	{ .name = "CECA_CTRL0", .offset = 0x088, .writable = 0xd0ffffff },
	{ .name = "CECA_CTRL1", .offset = 0x08c, .writable = 0x81ffffff },
	{ .name = "CECB_CTRL0", .offset = 0x090, .writable = 0xd0ffffff },
	{ .name = "CECB_CTRL1", .offset = 0x094, .writable = 0x81ffffff },
	{ .name = "SC_CLK_CTRL", .offset = 0x098, .writable = 0x000007ff },
	{ .name = "CLK12_24_CTRL", .offset = 0x0a8, .writable = 0x00000c00 },
	{ .name = "VID_CLK_CTRL", .offset = 0x0c0, .writable = 0x000f001f },
	{ .name = "VID_CLK_CTRL2", .offset = 0x0c4, .writable = 0x0000003d },
	{ .name = "VID_CLK_DIV", .offset = 0x0c8, .writable = 0xf0f100ff },
	{ .name = "VIID_CLK_DIV", .offset = 0x0cc, .writable = 0xf001f0ff },
	{ .name = "VIID_CLK_CTRL", .offset = 0x0d0, .writable = 0x000f001f },
	{ .name = "HDMI_CLK_CTRL", .offset = 0x0e0, .writable = 0x000f077f },
	{ .name = "VID_PLL_CLK_DIV", .offset = 0x0e4, .writable = 0x000c0000, .reset = 0xaaa },
	{ .name = "VPU_CLK_CTRL", .offset = 0x0e8, .writable = 0x8f7f0f7f },
	{ .name = "VPU_CLKB_CTRL", .offset = 0x0ec, .writable = 0x013f01ff },
	{ .name = "VPU_CLKC_CTRL", .offset = 0x0f0, .writable = 0x8f7f0f7f },
	{ .name = "VDIN_MEAS_CLK_CTRL", .offset = 0x0f8, .writable = 0x00000f7f },
	{ .name = "VAPBCLK_CTRL", .offset = 0x0fc, .writable = 0xcf7f0f7f },
	{ .name = "HDCP22_CTRL", .offset = 0x100, .writable = 0x077f077f },
	{ .name = "CDAC_CLK_CTRL", .offset = 0x108, .writable = 0x0013ffff },
	{ .name = "VDEC_CLK_CTRL", .offset = 0x140, .writable = 0x00000f7f },
	{ .name = "VDEC2_CLK_CTRL", .offset = 0x144, .writable = 0x00000f7f },
	{ .name = "VDEC3_CLK_CTRL", .offset = 0x148, .writable = 0x00008f7f },
	{ .name = "VDEC4_CLK_CTRL", .offset = 0x14c, .writable = 0x00008f7f },
	{ .name = "TS_CLK_CTRL", .offset = 0x158, .writable = 0x000001ff },
	{ .name = "MALI_CLK_CTRL", .offset = 0x15c, .writable = 0x8f7f0f7f },
	{ .name = "NAND_CLK_CTRL", .offset = 0x168, .writable = 0x00000eff },
	{ .name = "SD_EMMC_CLK_CTRL", .offset = 0x16c, .writable = 0x0eff0eff },
	{ .name = "SPICC_CLK_CTRL", .offset = 0x174, .writable = 0x000003ff },
	{ .name = "GEN_CLK_CTRL", .offset = 0x178, .writable = 0x0001ffff },
	{ .name = "SAR_CLK_CTRL", .offset = 0x17c, .writable = 0x000007ff },
	{ .name = "PWM_CLK_AB_CTRL", .offset = 0x180, .writable = 0x07ff07ff },
	{ .name = "PWM_CLK_CD_CTRL", .offset = 0x184, .writable = 0x07ff07ff },
	{ .name = "PWM_CLK_EF_CTRL", .offset = 0x188, .writable = 0x07ff07ff },
	{ .name = "PWM_CLK_GH_CTRL", .offset = 0x18c, .writable = 0x07ff07ff },
	{ .name = "PWM_CLK_IJ_CTRL", .offset = 0x190, .writable = 0x07ff07ff },
	{ .name = "DEMOD_CLK_CTRL", .offset = 0x200, .writable = 0x0f7f077f },
};

/* 24 MHz * 166.667, halved */
#define FIX_CTRL0	(BIT(31) | BIT(28) | 1 << 16 | 1 << 10 | 166)
/* all of fclk_div* run; the fraction */
#define FIX_CTRL1	(0x3f << 20 | 87381)
/* mpll_50m is of the PLL */
#define FIX_CTRL3	BIT(5)

#define DCO_LOCK	BIT(31)
#define DCO_RESET	BIT(29)
#define DCO_ENABLE	BIT(28)
/* not enabled, in reset, 150 times the crystal */
#define DCO_OFF		(DCO_RESET | 1 << 10 | 150)
#define DCO_BITS	(DCO_RESET | DCO_ENABLE | 0x7cff)

#define GP0		0x080
#define HIFI		0x100
#define HDMI		0x1c0
#define LOCK_NS		60000

static const struct bench_reg pll_regs[] = {
	{ .name = "FIXPLL_CTRL0", .offset = 0x040, .reset = FIX_CTRL0, .flags = BENCH_REG_FATAL },
	{ .name = "FIXPLL_CTRL1", .offset = 0x044, .reset = FIX_CTRL1, .flags = BENCH_REG_FATAL },
	{ .name = "FIXPLL_CTRL2", .offset = 0x048, .flags = BENCH_REG_FATAL },
	{ .name = "FIXPLL_CTRL3", .offset = 0x04c, .reset = FIX_CTRL3, .flags = BENCH_REG_FATAL },
	{ .name = "FIXPLL_CTRL4", .offset = 0x050, .flags = BENCH_REG_FATAL, .count = 4 },
	{ .name = "GP0PLL_CTRL0", .offset = GP0, .reset = DCO_OFF, .writable = DCO_BITS | 7 << 16 },
	{ .name = "GP0PLL_CTRL1", .offset = GP0 + 4, .writable = ~0, .count = 6 },
	{ .name = "HIFIPLL_CTRL0", .offset = HIFI, .reset = DCO_OFF,
	  .writable = DCO_BITS | 3 << 16 },
	{ .name = "HIFIPLL_CTRL1", .offset = HIFI + 4, .writable = ~0, .count = 6 },
	{ .name = "MPLL_CTRL0", .offset = 0x180, .writable = ~0 },
	{ .name = "MPLL_CTRL1", .offset = 0x184, .reset = 8 << 20, .writable = 0xfff03fff },
	{ .name = "MPLL_CTRL2", .offset = 0x188, .writable = ~0 },
	{ .name = "MPLL_CTRL3", .offset = 0x18c, .reset = 8 << 20, .writable = 0xfff03fff },
	{ .name = "MPLL_CTRL4", .offset = 0x190, .writable = ~0 },
	{ .name = "MPLL_CTRL5", .offset = 0x194, .reset = 8 << 20, .writable = 0xfff03fff },
	{ .name = "MPLL_CTRL6", .offset = 0x198, .writable = ~0 },
	{ .name = "MPLL_CTRL7", .offset = 0x19c, .reset = 8 << 20, .writable = 0xfff03fff },
	{ .name = "MPLL_CTRL8", .offset = 0x1a0, .writable = ~0 },
	{ .name = "HDMIPLL_CTRL0", .offset = HDMI, .reset = DCO_OFF,
	  .writable = DCO_BITS | 0x3f << 16 },
};

static const struct bench_reg cpu_regs[] = {
	{ .name = "CPU_CLK", .offset = 0, .flags = BENCH_REG_FATAL, .count = 9 },
};

/**
 * struct dco - a PLL
 * @block: its controller
 * @timer: runs until it has locked
 * @due: when that is; 0 once it was
 * @ctrl0: its first register
 * @num_ctrl: registers behind that one
 * @no_lock: how many times it will not lock
 */
struct dco {
	struct bench_block *block;
	struct hrtimer timer;
	ktime_t due;
	u32 ctrl0;
	unsigned int num_ctrl;
	unsigned int no_lock;
};

struct pll {
	struct dco dco[3];
};

static void dco_settle(struct dco *dco)
{
	u32 value = bench_reg(dco->block, dco->ctrl0);

	if (!dco->due || ktime_before(ktime_get(), dco->due))
		return;

	dco->due = 0;
	if ((value & (DCO_ENABLE | DCO_RESET)) == DCO_ENABLE) {
		if (dco->no_lock)
			dco->no_lock--;
		else
			bench_set_reg(dco->block, dco->ctrl0, value | DCO_LOCK);
	}
}

static enum hrtimer_restart dco_locks(struct hrtimer *timer)
{
	struct dco *dco = container_of(timer, struct dco, timer);
	unsigned long flags;

	bench_lock(dco->block, flags);
	dco_settle(dco);
	bench_unlock(dco->block, flags);

	return HRTIMER_NORESTART;
}

static void dco_write(struct dco *dco, u32 offset, u32 value, u32 old)
{
	struct bench_block *block = dco->block;
	u32 ctrl0 = offset == dco->ctrl0 ? value : bench_reg(block, dco->ctrl0);
	u32 before = offset == dco->ctrl0 ? old : ctrl0;
	bool ran = (before & (DCO_ENABLE | DCO_RESET)) == DCO_ENABLE;
	bool runs = (ctrl0 & (DCO_ENABLE | DCO_RESET)) == DCO_ENABLE;

	if (ran && offset != dco->ctrl0 && value != old)
		bench_violation(block, BENCH_MODEL, "PLL set up while it runs");
	if (ran && offset == dco->ctrl0 && (value ^ old) & 0x7cff)
		bench_violation(block, BENCH_MODEL, "PLL's rate changed while it runs");
	if (offset != dco->ctrl0)
		return;

	if (!runs) {
		bench_set_reg(block, offset, value & ~DCO_LOCK);
	} else if (!ran) {
		bench_set_reg(block, offset, value & ~DCO_LOCK);
		dco->due = ktime_add_ns(ktime_get(), LOCK_NS);
		hrtimer_start(&dco->timer, dco->due, HRTIMER_MODE_ABS_HARD);
	} else {
		bench_set_reg(block, offset, (value & ~DCO_LOCK) | (old & DCO_LOCK));
	}
}

/* Who waits for the lock without interrupts sees it too. */
static u32 pll_read(struct bench_block *block, u32 offset, u32 stored)
{
	struct pll *pll = bench_priv(block);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pll->dco); i++) {
		if (pll->dco[i].ctrl0 != offset)
			continue;
		dco_settle(&pll->dco[i]);
		return bench_reg(block, offset);
	}

	return stored;
}

static void pll_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	struct pll *pll = bench_priv(block);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pll->dco); i++) {
		struct dco *dco = &pll->dco[i];

		if (offset >= dco->ctrl0 && offset <= dco->ctrl0 + 4 * dco->num_ctrl)
			dco_write(dco, offset, value, old);
	}
}

static int pll_init(struct bench_block *block)
{
	static const u32 ctrl0[] = { GP0, HIFI, HDMI };
	struct pll *pll = bench_priv(block);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pll->dco); i++) {
		struct dco *dco = &pll->dco[i];

		dco->block = block;
		dco->ctrl0 = ctrl0[i];
		dco->num_ctrl = ctrl0[i] == HDMI ? 0 : 6;
		hrtimer_init(&dco->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
		dco->timer.function = dco_locks;
	}

	return 0;
}

/**
 * aml_s4_clk_no_lock() - let a PLL fail
 * @block: the PLLs' controller
 * @ctrl0: the PLL's first register
 * @times: how often it does not lock
 */
void aml_s4_clk_no_lock(struct bench_block *block, u32 ctrl0, unsigned int times)
{
	struct pll *pll = bench_priv(block);
	unsigned long flags;
	unsigned int i;

	bench_lock(block, flags);
	for (i = 0; i < ARRAY_SIZE(pll->dco); i++) {
		if (pll->dco[i].ctrl0 == ctrl0)
			pll->dco[i].no_lock = times;
	}
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_s4_clk_no_lock);

/* Their registers answer without any clock of the node's. */
static const char *const no_clocks[] = { NULL };

static const struct bench_model periph_model = {
	.name = "s4-periph-clk",
	.compatibles = (const char *const []){ "amlogic,s4-peripherals-clkc", NULL },
	.clocks = no_clocks,
	.regs = periph_regs,
	.nr_regs = ARRAY_SIZE(periph_regs),
};

static const struct bench_model pll_model = {
	.name = "s4-pll",
	.compatibles = (const char *const []){ "amlogic,s4-pll-clkc", NULL },
	.clocks = no_clocks,
	.regs = pll_regs,
	.nr_regs = ARRAY_SIZE(pll_regs),
	.priv_size = sizeof(struct pll),
	.init = pll_init,
	.read = pll_read,
	.write = pll_write,
};

static const struct bench_model cpu_model = {
	.name = "s4-cpu-clk",
	.compatibles = (const char *const []){ NULL },
	.clocks = no_clocks,
	.regs = cpu_regs,
	.nr_regs = ARRAY_SIZE(cpu_regs),
};

static int __init aml_s4_clk_model_init(void)
{
	struct device_node *np;
	int ret;

	ret = bench_register_model(&periph_model, THIS_MODULE);
	if (!ret)
		ret = bench_register_model(&pll_model, THIS_MODULE);
	if (ret)
		return ret;

	/* The vendor has one node for all. */
	for_each_compatible_node(np, NULL, "amlogic,s4-clkc") {
		bench_add_block(&periph_model, np, 0);
		bench_add_block(&pll_model, np, 1);
		bench_add_block(&cpu_model, np, 2);
	}

	return 0;
}
module_init(aml_s4_clk_model_init);

MODULE_DESCRIPTION("Model of the Meson S4's clock controllers");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
