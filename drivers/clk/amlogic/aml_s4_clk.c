// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clock controllers of the Amlogic Meson S4 (S905Y4, S805X2), in Linux since 6.7
 *
 * Copyright (C) 2026 The outboard authors
 *
 * One controller has the PLLs, the other has the muxes, dividers and gates of the
 * peripherals. The vendor's device tree has one node for both. aml_s4_clk_table.h lists the
 * clocks. This file registers them, and implements the kinds that only Amlogic has: PLL,
 * fractional divider (MPLL), dual divider and pattern divider.
 *
 * The fixed PLL and the system clock belong to the secure firmware: a write to one of their
 * registers stops the machine. The driver only reads them.
 *
 * Probing writes no register: the console, the CPU's regulator and the display may depend on
 * the boot loader's clocks. A clock changes when a consumer asks for that.
 *
 * Locking: the controller's spinlock protects read-modify-write of the registers that clocks
 * share; the framework's clk_gate_ops and the like take it as well. The framework's prepare
 * lock serializes the callbacks that change a PLL.
 */

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/clk-provider.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "aml_s4_clk_table.h"

#define S4_DCO_LOCK_POLL_US	20
#define S4_DCO_LOCK_TIMEOUT_US	(100 * USEC_PER_MSEC)

/**
 * struct s4_aml_clk - a clock of a kind that only Amlogic has
 * @hw: the clock framework's part
 * @desc: its row of the table
 * @base: the controller's registers
 * @lock: the controller's lock
 */
struct s4_aml_clk {
	struct clk_hw hw;
	const struct s4_desc *desc;
	void __iomem *base;
	spinlock_t *lock; /* s4_clkc.lock */
};

/**
 * union s4_clk - a clock of any kind
 * @hw: the clock framework's part, the first member of all the others
 * @gate: gate
 * @div: divider
 * @mux: mux
 * @factor: constant factor
 * @aml: any other kind
 */
union s4_clk {
	struct clk_hw hw;
	struct clk_gate gate;
	struct clk_divider div;
	struct clk_mux mux;
	struct clk_fixed_factor factor;
	struct s4_aml_clk aml;
};

/**
 * struct s4_bank - one controller, as part of a device
 * @desc: its table
 * @base: its registers
 * @clks: its clocks, by number
 * @num: number of entries of @desc and @clks; 0 if the device lacks this controller
 */
struct s4_bank {
	const struct s4_desc *desc;
	void __iomem *base;
	union s4_clk *clks;
	unsigned int num;
};

/**
 * struct s4_clkc - a device: one controller, or both with the vendor's node
 * @dev: the device
 * @lock: protects read-modify-write of the registers
 * @pll: the PLLs' controller
 * @periph: the peripherals' controller
 */
struct s4_clkc {
	struct device *dev;
	spinlock_t lock; /* read-modify-write of registers */
	struct s4_bank pll;
	struct s4_bank periph;
};

/**
 * struct s4_binding - what differs between the bindings
 * @pll: index in "reg" of the PLLs' registers, or -1
 * @periph: index in "reg" of the peripherals' registers, or -1
 * @get: returns the clock of a consumer's specifier
 */
struct s4_binding {
	int pll;
	int periph;
	struct clk_hw *(*get)(struct of_phandle_args *spec, void *data);
};

static struct s4_aml_clk *to_s4_aml_clk(struct clk_hw *hw)
{
	return container_of(hw, struct s4_aml_clk, hw);
}

static u32 s4_read(const struct s4_aml_clk *clk, unsigned int index)
{
	return readl(clk->base + clk->desc->reg + 4 * index);
}

static void s4_write(const struct s4_aml_clk *clk, unsigned int index, u32 value)
{
	writel(value, clk->base + clk->desc->reg + 4 * index);
}

static void s4_update(const struct s4_aml_clk *clk, unsigned int index, u32 mask, u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(clk->lock, flags);
	s4_write(clk, index, (s4_read(clk, index) & ~mask) | value);
	spin_unlock_irqrestore(clk->lock, flags);
}

/*
 * PLL: crystal * (M + FRAC / frac_max) / N. The power-of-two dividers behind it are separate
 * clocks, in the same register.
 */

/**
 * struct s4_dco_setting - a PLL's rate
 * @m: multiplier
 * @n: divisor
 * @frac: numerator of the fraction
 */
struct s4_dco_setting {
	u32 m;
	u32 n;
	u32 frac;
};

static unsigned long s4_dco_rate(const struct s4_dco *dco, unsigned long parent_rate,
				 const struct s4_dco_setting *set)
{
	u64 rate = (u64)parent_rate * set->m;

	if (dco->frac_max)
		rate += DIV_ROUND_UP_ULL((u64)parent_rate * set->frac, dco->frac_max);

	/* Some boot loaders leave N at 0: the rate is unknown. */
	return set->n ? DIV_ROUND_UP_ULL(rate, set->n) : 0;
}

static void s4_dco_get(const struct s4_aml_clk *clk, struct s4_dco_setting *set)
{
	u32 ctrl0 = s4_read(clk, 0);

	set->m = FIELD_GET(S4_DCO_M, ctrl0);
	set->n = FIELD_GET(S4_DCO_N, ctrl0);
	set->frac = clk->desc->dco->frac_max ? FIELD_GET(S4_DCO_FRAC, s4_read(clk, 1)) : 0;
}

/* The nearest rate, or without a fraction the next lower one. */
static void s4_dco_find(const struct s4_dco *dco, unsigned long rate,
			unsigned long parent_rate, struct s4_dco_setting *set)
{
	unsigned long rest;

	set->n = 1;
	set->frac = 0;

	if (rate <= parent_rate * S4_DCO_M_MIN) {
		set->m = S4_DCO_M_MIN;
		return;
	}

	if (rate >= parent_rate * S4_DCO_M_MAX) {
		set->m = S4_DCO_M_MAX;
		return;
	}

	set->m = rate / parent_rate;
	if (!dco->frac_max)
		return;

	/* A fraction of 1 is the rate of the next M, which set_rate() then gets. */
	rest = rate % parent_rate;
	set->frac = DIV_ROUND_CLOSEST_ULL((u64)rest * dco->frac_max, parent_rate);
}

static unsigned long s4_dco_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	struct s4_dco_setting set;

	s4_dco_get(clk, &set);

	return s4_dco_rate(clk->desc->dco, parent_rate, &set);
}

static int s4_dco_determine_rate(struct clk_hw *hw, struct clk_rate_request *req)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	struct s4_dco_setting set;

	s4_dco_find(clk->desc->dco, req->rate, req->best_parent_rate, &set);
	req->rate = s4_dco_rate(clk->desc->dco, req->best_parent_rate, &set);

	return 0;
}

static int s4_dco_is_prepared(struct clk_hw *hw)
{
	u32 ctrl0 = s4_read(to_s4_aml_clk(hw), 0);

	return (ctrl0 & (S4_DCO_ENABLE | S4_DCO_RESET | S4_DCO_LOCK)) ==
	       (S4_DCO_ENABLE | S4_DCO_LOCK);
}

static void s4_dco_stop(const struct s4_aml_clk *clk)
{
	s4_update(clk, 0, S4_DCO_RESET, S4_DCO_RESET);
	s4_update(clk, 0, S4_DCO_ENABLE, 0);
}

static int s4_dco_start(const struct s4_aml_clk *clk)
{
	u32 ctrl0;
	int ret;

	s4_update(clk, 0, S4_DCO_RESET, S4_DCO_RESET);
	s4_update(clk, 0, S4_DCO_ENABLE, S4_DCO_ENABLE);
	s4_update(clk, 0, S4_DCO_RESET, 0);

	ret = readl_poll_timeout(clk->base + clk->desc->reg, ctrl0, ctrl0 & S4_DCO_LOCK,
				 S4_DCO_LOCK_POLL_US, S4_DCO_LOCK_TIMEOUT_US);
	if (ret)
		s4_dco_stop(clk);

	return ret;
}

/* The PLL must be stopped. */
static void s4_dco_configure(const struct s4_aml_clk *clk, const struct s4_dco_setting *set)
{
	const struct s4_dco *dco = clk->desc->dco;
	unsigned int i;

	s4_update(clk, 0, S4_DCO_M | S4_DCO_N,
		  FIELD_PREP(S4_DCO_M, set->m) | FIELD_PREP(S4_DCO_N, set->n));

	for (i = 0; dco->has_setup && i < ARRAY_SIZE(dco->setup); i++)
		s4_write(clk, 1 + i, dco->setup[i]);

	if (dco->frac_max)
		s4_update(clk, 1, S4_DCO_FRAC, FIELD_PREP(S4_DCO_FRAC, set->frac));
}

/*
 * Set up the analogue part when the PLL starts, not in probe(): a PLL that the boot loader
 * has started keeps its setting and its rate.
 */
static int s4_dco_prepare(struct clk_hw *hw)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	struct s4_dco_setting set;

	if (s4_dco_is_prepared(hw))
		return 0;

	s4_dco_get(clk, &set);
	if (!set.n || !set.m)
		return -EINVAL;

	s4_dco_stop(clk);
	s4_dco_configure(clk, &set);

	return s4_dco_start(clk);
}

static void s4_dco_unprepare(struct clk_hw *hw)
{
	s4_dco_stop(to_s4_aml_clk(hw));
}

static int s4_dco_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	struct s4_dco_setting old, set;
	bool running;
	int ret;

	s4_dco_find(clk->desc->dco, rate, parent_rate, &set);
	s4_dco_get(clk, &old);
	running = s4_read(clk, 0) & S4_DCO_ENABLE;

	s4_dco_stop(clk);
	s4_dco_configure(clk, &set);
	if (!running)
		return 0;

	ret = s4_dco_start(clk);
	if (ret && old.n && old.m) {
		/* The clock has users: try the old rate once. */
		s4_dco_configure(clk, &old);
		if (s4_dco_start(clk))
			pr_err("%s: failed to lock at the new rate and at the old one\n",
			       clk_hw_get_name(hw));
	}

	return ret;
}

static const struct clk_ops s4_dco_ops = {
	.prepare = s4_dco_prepare,
	.unprepare = s4_dco_unprepare,
	.is_prepared = s4_dco_is_prepared,
	.recalc_rate = s4_dco_recalc_rate,
	.determine_rate = s4_dco_determine_rate,
	.set_rate = s4_dco_set_rate,
};

static const struct clk_ops s4_dco_ro_ops = {
	.is_prepared = s4_dco_is_prepared,
	.recalc_rate = s4_dco_recalc_rate,
};

/* MPLL: divides by N2 + SDM / 16384. */

static unsigned long s4_mpll_rate(unsigned long parent_rate, u32 n2, u32 sdm)
{
	if (n2 < S4_MPLL_N2_MIN)
		return 0;

	return DIV_ROUND_UP_ULL((u64)parent_rate * S4_MPLL_SDM_MAX, n2 * S4_MPLL_SDM_MAX + sdm);
}

static void s4_mpll_find(unsigned long rate, unsigned long parent_rate, u32 *n2, u32 *sdm)
{
	u64 divisor;

	/* In 1/16384, rounded up: the rate is never above the requested one. */
	divisor = rate ? DIV64_U64_ROUND_UP((u64)parent_rate * S4_MPLL_SDM_MAX, (u64)rate) :
			 U64_MAX;
	divisor = clamp_t(u64, divisor, S4_MPLL_N2_MIN * S4_MPLL_SDM_MAX,
			  S4_MPLL_N2_MAX * S4_MPLL_SDM_MAX + S4_MPLL_SDM_MAX - 1);

	*n2 = (u32)divisor / S4_MPLL_SDM_MAX;
	*sdm = (u32)divisor % S4_MPLL_SDM_MAX;
}

static unsigned long s4_mpll_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	u32 value = s4_read(to_s4_aml_clk(hw), 0);
	u32 sdm = value & S4_MPLL_SDM_ENABLE ? FIELD_GET(S4_MPLL_SDM, value) : 0;

	return s4_mpll_rate(parent_rate, FIELD_GET(S4_MPLL_N2, value), sdm);
}

static int s4_mpll_determine_rate(struct clk_hw *hw, struct clk_rate_request *req)
{
	u32 n2, sdm;

	s4_mpll_find(req->rate, req->best_parent_rate, &n2, &sdm);
	req->rate = s4_mpll_rate(req->best_parent_rate, n2, sdm);

	return 0;
}

static int s4_mpll_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	u32 n2, sdm;

	s4_mpll_find(rate, parent_rate, &n2, &sdm);

	/* Set up the analogue parts once: other MPLLs may be using the common one. */
	if (readl(clk->base + S4_MPLL_COMMON) != S4_MPLL_COMMON_SETUP)
		writel(S4_MPLL_COMMON_SETUP, clk->base + S4_MPLL_COMMON);
	if (s4_read(clk, 1) != S4_MPLL_SETUP)
		s4_write(clk, 1, S4_MPLL_SETUP);

	s4_update(clk, 0, S4_MPLL_SDM_ENABLE | S4_MPLL_SPREAD | S4_MPLL_N2 | S4_MPLL_SDM,
		  S4_MPLL_SDM_ENABLE | FIELD_PREP(S4_MPLL_N2, n2) |
		  FIELD_PREP(S4_MPLL_SDM, sdm));

	return 0;
}

static const struct clk_ops s4_mpll_ops = {
	.recalc_rate = s4_mpll_recalc_rate,
	.determine_rate = s4_mpll_determine_rate,
	.set_rate = s4_mpll_set_rate,
};

/* Dual divider: M1 cycles divided by N1, then M2 cycles divided by N2. */

static unsigned long s4_dualdiv_rate(unsigned long parent_rate, u32 n1, u32 m1, u32 n2, u32 m2)
{
	return DIV_ROUND_CLOSEST_ULL((u64)parent_rate * (m1 + m2), n1 * m1 + n2 * m2);
}

static unsigned long s4_dualdiv_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	u32 n = s4_read(clk, 0);
	u32 m = s4_read(clk, 1);

	if (!(n & S4_DUALDIV_DUAL))
		return DIV_ROUND_CLOSEST(parent_rate, FIELD_GET(S4_DUALDIV_FIRST, n) + 1);

	return s4_dualdiv_rate(parent_rate,
			       FIELD_GET(S4_DUALDIV_FIRST, n) + 1,
			       FIELD_GET(S4_DUALDIV_FIRST, m) + 1,
			       FIELD_GET(S4_DUALDIV_SECOND, n) + 1,
			       FIELD_GET(S4_DUALDIV_SECOND, m) + 1);
}

static int s4_dualdiv_determine_rate(struct clk_hw *hw, struct clk_rate_request *req)
{
	req->rate = s4_dualdiv_rate(req->best_parent_rate, S4_DUALDIV_N1, S4_DUALDIV_M1,
				    S4_DUALDIV_N2, S4_DUALDIV_M2);

	return 0;
}

static int s4_dualdiv_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	const struct s4_aml_clk *clk = to_s4_aml_clk(hw);
	u32 both = S4_DUALDIV_FIRST | S4_DUALDIV_SECOND;

	s4_update(clk, 0, S4_DUALDIV_DUAL | both,
		  S4_DUALDIV_DUAL | FIELD_PREP(S4_DUALDIV_FIRST, S4_DUALDIV_N1 - 1) |
		  FIELD_PREP(S4_DUALDIV_SECOND, S4_DUALDIV_N2 - 1));
	s4_update(clk, 1, both,
		  FIELD_PREP(S4_DUALDIV_FIRST, S4_DUALDIV_M1 - 1) |
		  FIELD_PREP(S4_DUALDIV_SECOND, S4_DUALDIV_M2 - 1));

	return 0;
}

static const struct clk_ops s4_dualdiv_ops = {
	.recalc_rate = s4_dualdiv_recalc_rate,
	.determine_rate = s4_dualdiv_determine_rate,
	.set_rate = s4_dualdiv_set_rate,
};

/*
 * Pattern divider: a shift register of 12, 14 or 15 bits rotates by one bit per cycle of the
 * parent; each run of ones is a cycle of the output. The fourth setting has a length of 25
 * and a fixed pattern of 4 runs.
 */
static unsigned long s4_viddiv_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	static const u8 lengths[] = { 12, 14, 15, 25 };
	u32 value = s4_read(to_s4_aml_clk(hw), 0);
	unsigned int length = lengths[FIELD_GET(S4_VIDDIV_LENGTH, value)];
	u32 pattern = FIELD_GET(S4_VIDDIV_PATTERN, value) & GENMASK(min(length, 15U) - 1, 0);
	unsigned int runs;

	if (length == 25)
		runs = 4;
	else
		runs = hweight32(pattern & ~((pattern << 1) | (pattern >> (length - 1))));

	return div_u64((u64)parent_rate * runs, length);
}

static const struct clk_ops s4_viddiv_ro_ops = {
	.recalc_rate = s4_viddiv_recalc_rate,
};

static const struct clk_ops s4_gate_ro_ops = {
	.is_enabled = clk_gate_is_enabled,
};

static u8 s4_mux_ro_get_parent(struct clk_hw *hw)
{
	return clk_mux_ops.get_parent(hw);
}

/*
 * Refuse each parent. The callback is needed because the framework does not orphan a mux
 * without it when the parent is unregistered, and later uses the parent's freed memory.
 */
static int s4_mux_ro_set_parent(struct clk_hw *hw, u8 index)
{
	return -EPERM;
}

static int s4_mux_ro_determine_rate(struct clk_hw *hw, struct clk_rate_request *req)
{
	req->rate = clk_hw_get_rate(hw);

	return 0;
}

static const struct clk_ops s4_mux_ro_ops = {
	.get_parent = s4_mux_ro_get_parent,
	.set_parent = s4_mux_ro_set_parent,
	.determine_rate = s4_mux_ro_determine_rate,
};

static const struct clk_ops *const s4_ops[] = {
	[S4_KIND_GATE] = &clk_gate_ops,
	[S4_KIND_GATE_RO] = &s4_gate_ro_ops,
	[S4_KIND_DIV] = &clk_divider_ops,
	[S4_KIND_DIV_RO] = &clk_divider_ro_ops,
	[S4_KIND_MUX] = &clk_mux_ops,
	[S4_KIND_MUX_RO] = &s4_mux_ro_ops,
	[S4_KIND_FACTOR] = &clk_fixed_factor_ops,
	[S4_KIND_DCO] = &s4_dco_ops,
	[S4_KIND_DCO_RO] = &s4_dco_ro_ops,
	[S4_KIND_MPLL] = &s4_mpll_ops,
	[S4_KIND_DUALDIV] = &s4_dualdiv_ops,
	[S4_KIND_VIDDIV] = &s4_viddiv_ro_ops,
};

static struct clk_hw *s4_bank_get(const struct s4_bank *bank, u32 id)
{
	if (id >= bank->num || !bank->desc[id].name)
		return ERR_PTR(-ENOENT);

	return &bank->clks[id].hw;
}

static struct clk_hw *s4_get(struct s4_clkc *clkc, unsigned int ref)
{
	return s4_bank_get(S4_IS_PLL(ref) ? &clkc->pll : &clkc->periph, S4_ID(ref));
}

/*
 * A parent is a clock of this device, or an input of its node. The inputs have the names of
 * the PLL controller's clocks.
 */
static void s4_parent(struct s4_clkc *clkc, unsigned int ref, struct clk_parent_data *parent)
{
	struct clk_hw *hw = s4_get(clkc, ref);

	if (ref == S4_XTAL)
		parent->fw_name = "xtal";
	else if (IS_ERR(hw))
		parent->fw_name = s4_pll_clks[S4_ID(ref)].name;
	else
		parent->hw = hw;
}

/* clk_mux.table is an array of u32, and not const in all kernels. */
static int s4_mux_values(struct s4_clkc *clkc, const struct s4_parents *parents,
			 struct clk_mux *mux)
{
	unsigned int i;
	u32 *table;

	if (!parents->value)
		return 0;

	table = devm_kcalloc(clkc->dev, parents->num, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;

	for (i = 0; i < parents->num; i++)
		table[i] = parents->value[i];

	mux->table = table;

	return 0;
}

static int s4_register(struct s4_clkc *clkc, struct s4_bank *bank, unsigned int id)
{
	const struct s4_desc *desc = &bank->desc[id];
	struct clk_parent_data parents[S4_MAX_PARENTS] = {};
	union s4_clk *clk = &bank->clks[id];
	void __iomem *reg = bank->base + desc->reg;
	struct clk_init_data init = {
		.name = desc->name,
		.ops = s4_ops[desc->kind],
		.flags = desc->flags,
		.parent_data = parents,
		.num_parents = 1,
	};
	unsigned int i;
	int ret;

	switch (desc->kind) {
	case S4_KIND_GATE:
	case S4_KIND_GATE_RO:
		clk->gate.reg = reg;
		clk->gate.bit_idx = desc->shift;
		clk->gate.lock = &clkc->lock;
		break;
	case S4_KIND_DIV:
	case S4_KIND_DIV_RO:
		clk->div.reg = reg;
		clk->div.shift = desc->shift;
		clk->div.width = desc->width;
		clk->div.flags = desc->hw_flags;
		clk->div.lock = &clkc->lock;
		break;
	case S4_KIND_MUX:
	case S4_KIND_MUX_RO:
		clk->mux.reg = reg;
		clk->mux.shift = desc->shift;
		clk->mux.mask = BIT(desc->width) - 1;
		clk->mux.flags = desc->hw_flags;
		clk->mux.lock = &clkc->lock;
		ret = s4_mux_values(clkc, desc->parents, &clk->mux);
		if (ret)
			return ret;
		break;
	case S4_KIND_FACTOR:
		clk->factor.mult = desc->mult;
		clk->factor.div = desc->div;
		break;
	default:
		clk->aml.desc = desc;
		clk->aml.base = bank->base;
		clk->aml.lock = &clkc->lock;
		break;
	}

	if (desc->parents) {
		init.num_parents = desc->parents->num;
		for (i = 0; i < desc->parents->num; i++)
			s4_parent(clkc, desc->parents->clk[i], &parents[i]);
	} else {
		s4_parent(clkc, desc->parent, &parents[0]);
	}

	clk->hw.init = &init;

	return devm_clk_hw_register(clkc->dev, &clk->hw);
}

static struct clk_hw *s4_pll_get(struct of_phandle_args *spec, void *data)
{
	struct s4_clkc *clkc = data;

	return s4_bank_get(&clkc->pll, spec->args[0]);
}

static struct clk_hw *s4_periph_get(struct of_phandle_args *spec, void *data)
{
	struct s4_clkc *clkc = data;

	return s4_bank_get(&clkc->periph, spec->args[0]);
}

static struct clk_hw *s4_vendor_get(struct of_phandle_args *spec, void *data)
{
	const struct s4_vendor_run *run;
	u32 id = spec->args[0];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(s4_vendor_runs); i++) {
		run = &s4_vendor_runs[i];
		if (id < run->first || id - run->first >= run->num)
			continue;

		id -= run->first;
		if (run->mux_is_gate && id % 3 == 0)
			id += 2;

		return s4_get(data, run->clk + id);
	}

	return ERR_PTR(-ENOENT);
}

static int s4_bank_map(struct s4_clkc *clkc, struct s4_bank *bank, int index,
		       const struct s4_desc *desc, unsigned int num)
{
	if (index < 0)
		return 0;

	bank->base = devm_platform_ioremap_resource(to_platform_device(clkc->dev), index);
	if (IS_ERR(bank->base))
		return PTR_ERR(bank->base);

	bank->clks = devm_kcalloc(clkc->dev, num, sizeof(*bank->clks), GFP_KERNEL);
	if (!bank->clks)
		return -ENOMEM;

	bank->desc = desc;
	bank->num = num;

	return 0;
}

static int s4_bank_register(struct s4_clkc *clkc, struct s4_bank *bank)
{
	unsigned int id;
	int ret;

	for (id = 0; id < bank->num; id++) {
		if (!bank->desc[id].name)
			continue;

		ret = s4_register(clkc, bank, id);
		if (ret)
			return dev_err_probe(clkc->dev, ret, "failed to register clock %s\n",
					     bank->desc[id].name);
	}

	return 0;
}

static int s4_clk_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	const struct s4_binding *binding = device_get_match_data(dev);
	struct s4_clkc *clkc;
	int ret;

	if (!binding)
		return -ENODEV;

	clkc = devm_kzalloc(dev, sizeof(*clkc), GFP_KERNEL);
	if (!clkc)
		return -ENOMEM;

	clkc->dev = dev;
	spin_lock_init(&clkc->lock);

	ret = s4_bank_map(clkc, &clkc->pll, binding->pll, s4_pll_clks,
			  ARRAY_SIZE(s4_pll_clks));
	if (ret)
		return ret;

	ret = s4_bank_map(clkc, &clkc->periph, binding->periph, s4_periph_clks,
			  ARRAY_SIZE(s4_periph_clks));
	if (ret)
		return ret;

	ret = s4_bank_register(clkc, &clkc->pll);
	if (ret)
		return ret;

	ret = s4_bank_register(clkc, &clkc->periph);
	if (ret)
		return ret;

	return devm_of_clk_add_hw_provider(dev, binding->get, clkc);
}

static const struct s4_binding s4_pll_binding = {
	.pll = 0,
	.periph = -1,
	.get = s4_pll_get,
};

static const struct s4_binding s4_periph_binding = {
	.pll = -1,
	.periph = 0,
	.get = s4_periph_get,
};

/* The third entry of "reg" has the CPUs' clocks, which the firmware controls. */
static const struct s4_binding s4_vendor_binding = {
	.pll = 1,
	.periph = 0,
	.get = s4_vendor_get,
};

static const struct of_device_id s4_clk_of_match[] = {
	{ .compatible = "amlogic,s4-peripherals-clkc", .data = &s4_periph_binding },
	{ .compatible = "amlogic,s4-pll-clkc", .data = &s4_pll_binding },
	{ .compatible = "amlogic,s4-clkc", .data = &s4_vendor_binding },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_clk_of_match);

static struct platform_driver s4_clk_driver = {
	.probe = s4_clk_probe,
	.driver = {
		.name = "aml_s4_clk",
		.of_match_table = s4_clk_of_match,
		/* A clock in use goes on using parents that are gone. Modules are held. */
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(s4_clk_driver);

MODULE_DESCRIPTION("Clock controllers of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
