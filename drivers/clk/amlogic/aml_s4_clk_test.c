// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's clock controllers: walks all of the table
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Coming and going is tested in aml_s4_clk_life_test.c: these are many clocks.
 *
 * Rates are compared with those of an evaluator of its own, which knows nothing of the
 * clock framework: it goes through the table with the registers' values.
 */

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/prandom.h>

#include <bench/bench.h>
#include <models/aml_s4_clk_model.h>

#include "aml_s4_clk_table.h"

#define PERIPH_NODE	"/soc/clock-controller@fe000000"
#define PLL_NODE	"/soc/clock-controller@fe008000"

#define XTAL		24000000
#define NUM_PERIPH	236
#define NUM_PLL		32
#define NUM_REFS	(NUM_PLL + NUM_PERIPH)
#define PERIPH_SIZE	0x204
#define PLL_SIZE	0x1c4

struct s4_test {
	struct device *periph_dev;
	struct device *pll_dev;
	struct bench_block *periph;
	struct bench_block *pll;
	unsigned long writes;
	u32 before[2][PERIPH_SIZE / 4];
};

static const struct s4_desc *desc_of(u16 ref)
{
	return S4_IS_PLL(ref) ? &s4_pll_clks[S4_ID(ref)] : &s4_periph_clks[S4_ID(ref)];
}

static struct bench_block *block_of(struct s4_test *s4, u16 ref)
{
	return S4_IS_PLL(ref) ? s4->pll : s4->periph;
}

/* Every clock there is, in turn. */
static u16 ref_at(unsigned int i)
{
	return i < NUM_PLL ? S4_PLL(i) : S4_PERIPH(i - NUM_PLL);
}

static struct clk *get_clk(struct s4_test *s4, u16 ref)
{
	struct of_phandle_args spec = {
		.np = block_of(s4, ref)->np,
		.args_count = 1,
		.args = { S4_ID(ref) },
	};

	return of_clk_get_from_provider(&spec);
}

static void bind_both(struct kunit *test, struct s4_test *s4)
{
	if (!s4->pll_dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(s4->pll_dev), 0);
	if (!s4->periph_dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(s4->periph_dev), 0);
}

static void unbind_both(struct s4_test *s4)
{
	bench_unbind(s4->periph_dev);
	bench_unbind(s4->pll_dev);
}

/* Each test begins with registers as after a reset. */
static int s4_test_init(struct kunit *test)
{
	struct s4_test *s4 = kunit_kzalloc(test, sizeof(*s4), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s4);
	bench_start(test);
	s4->periph_dev = bench_device(test, PERIPH_NODE);
	s4->pll_dev = bench_device(test, PLL_NODE);
	s4->periph = bench_block(test, PERIPH_NODE, 0);
	s4->pll = bench_block(test, PLL_NODE, 0);
	unbind_both(s4);
	bench_reset_block(s4->periph);
	bench_reset_block(s4->pll);
	s4->writes = s4->pll->writes + s4->periph->writes;
	bind_both(test, s4);
	test->priv = s4;

	return 0;
}

/* The registers that the table knows, to compare them later. */
static void remember(struct s4_test *s4)
{
	unsigned int i;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		ref = ref_at(i);
		if (desc_of(ref)->name && desc_of(ref)->kind != S4_KIND_FACTOR)
			s4->before[S4_IS_PLL(ref)][desc_of(ref)->reg / 4] =
				bench_reg(block_of(s4, ref), desc_of(ref)->reg);
	}
}

/* Only these bits of one register have changed, to this. */
static void expect_change(struct kunit *test, u16 changed, u32 mask, u32 value)
{
	struct s4_test *s4 = test->priv;
	unsigned int i;
	u32 want;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		const struct s4_desc *desc = desc_of(ref_at(i));

		ref = ref_at(i);
		if (!desc->name || desc->kind == S4_KIND_FACTOR)
			continue;

		want = s4->before[S4_IS_PLL(ref)][desc->reg / 4];
		if (S4_IS_PLL(ref) == S4_IS_PLL(changed) && desc->reg == desc_of(changed)->reg)
			want = (want & ~mask) | value;

		KUNIT_EXPECT_EQ_MSG(test, bench_reg(block_of(s4, ref), desc->reg), want,
				    "register 0x%03x, by %s", desc->reg, desc_of(changed)->name);
	}
}

/*
 * The evaluator
 */

static u64 rate_of(struct s4_test *s4, u16 ref);

static u32 field_of(struct s4_test *s4, u16 ref)
{
	const struct s4_desc *desc = desc_of(ref);

	return (bench_reg(block_of(s4, ref), desc->reg) >> desc->shift) & (BIT(desc->width) - 1);
}

static u64 mux_rate(struct s4_test *s4, u16 ref)
{
	const struct s4_parents *parents = desc_of(ref)->parents;
	u32 value = field_of(s4, ref);
	unsigned int i;

	for (i = 0; i < parents->num; i++) {
		if (value == (parents->value ? parents->value[i] : i))
			return rate_of(s4, parents->clk[i]);
	}

	return 0;
}

static u64 dco_rate(struct s4_test *s4, u16 ref)
{
	const struct s4_desc *desc = desc_of(ref);
	u32 ctrl0 = bench_reg(s4->pll, desc->reg);
	u32 m = ctrl0 & 0xff, n = (ctrl0 >> 10) & 0x1f;
	u64 rate = (u64)XTAL * m;
	u32 denominator = 0;

	if (desc->reg == 0x40)
		denominator = 1 << 17;
	else if (desc->reg == 0x100)
		denominator = 100000;
	if (denominator)
		rate += DIV_ROUND_UP_ULL((u64)XTAL * (bench_reg(s4->pll, desc->reg + 4) & 0x1ffff),
					 denominator);

	return n ? DIV_ROUND_UP_ULL(rate, n) : 0;
}

static u64 mpll_rate(struct s4_test *s4, u16 ref, u64 parent)
{
	u32 value = bench_reg(s4->pll, desc_of(ref)->reg);
	u32 n2 = (value >> 20) & 0x1ff, sdm = value & BIT(30) ? value & 0x3fff : 0;

	return n2 < 4 ? 0 : DIV_ROUND_UP_ULL(parent * 16384, n2 * 16384 + sdm);
}

static u64 dualdiv_rate(struct s4_test *s4, u16 ref, u64 parent)
{
	u32 n = bench_reg(s4->periph, desc_of(ref)->reg);
	u32 m = bench_reg(s4->periph, desc_of(ref)->reg + 4);
	u32 n1 = (n & 0xfff) + 1, n2 = ((n >> 12) & 0xfff) + 1;
	u32 m1 = (m & 0xfff) + 1, m2 = ((m >> 12) & 0xfff) + 1;

	if (!(n & BIT(28)))
		return DIV_ROUND_CLOSEST_ULL(parent, n1);

	return DIV_ROUND_CLOSEST_ULL(parent * (m1 + m2), n1 * m1 + n2 * m2);
}

/* The patterns that the vendor uses, as a fraction in quarters. */
static const struct {
	u32 value;
	u32 quarters;
} viddiv_patterns[] = {
	{ 0x00aaa, 8 }, { 0x25294, 10 }, { 0x00db6, 12 }, { 0x136cc, 14 }, { 0x26666, 15 },
	{ 0x00ccc, 16 }, { 0x2739c, 20 }, { 0x00e38, 24 }, { 0x30000, 25 }, { 0x13c78, 28 },
	{ 0x278f0, 30 }, { 0x00fc0, 48 }, { 0x13f80, 56 }, { 0x27f80, 60 },
};

static u64 viddiv_rate(struct s4_test *s4, u16 ref, u64 parent)
{
	u32 value = bench_reg(s4->periph, desc_of(ref)->reg) & 0x37fff;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(viddiv_patterns); i++) {
		if (viddiv_patterns[i].value == value)
			return div_u64(parent * 4, viddiv_patterns[i].quarters);
	}

	return 0;
}

static u64 rate_of(struct s4_test *s4, u16 ref)
{
	const struct s4_desc *desc;
	u64 parent;

	if (ref == S4_XTAL)
		return XTAL;

	desc = desc_of(ref);
	if (desc->parents)
		return mux_rate(s4, ref);
	if (desc->dco)
		return dco_rate(s4, ref);

	parent = rate_of(s4, desc->parent);
	switch (desc->kind) {
	case S4_KIND_GATE:
	case S4_KIND_GATE_RO:
		return parent;
	case S4_KIND_DIV:
	case S4_KIND_DIV_RO:
		if (desc->hw_flags & CLK_DIVIDER_POWER_OF_TWO)
			return DIV_ROUND_UP_ULL(parent, 1ULL << field_of(s4, ref));
		return DIV_ROUND_UP_ULL(parent, field_of(s4, ref) + 1);
	case S4_KIND_FACTOR:
		return div_u64(parent * desc->mult, desc->div);
	case S4_KIND_MPLL:
		return mpll_rate(s4, ref, parent);
	case S4_KIND_DUALDIV:
		return dualdiv_rate(s4, ref, parent);
	case S4_KIND_VIDDIV:
		return viddiv_rate(s4, ref, parent);
	default:
		return 0;
	}
}

static void expect_rates(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i;
	struct clk *clk;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		ref = ref_at(i);
		if (!desc_of(ref)->name)
			continue;

		clk = get_clk(s4, ref);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		KUNIT_EXPECT_EQ_MSG(test, (u64)clk_get_rate(clk), rate_of(s4, ref), "%s",
				    desc_of(ref)->name);
		clk_put(clk);
	}
}

/*
 * The table
 */

static bool is_read_only(const struct s4_desc *desc)
{
	return desc->kind == S4_KIND_GATE_RO || desc->kind == S4_KIND_DIV_RO ||
	       desc->kind == S4_KIND_MUX_RO || desc->kind == S4_KIND_DCO_RO ||
	       desc->kind == S4_KIND_VIDDIV || desc->kind == S4_KIND_FACTOR;
}

static bool is_fixed(u16 ref)
{
	u16 reg = desc_of(ref)->reg;

	return S4_IS_PLL(ref) ? reg >= 0x40 && reg <= 0x5c : reg == 0x40;
}

static void s4_test_table(struct kunit *test)
{
	unsigned int i, k, other;
	u16 ref;

	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(s4_pll_clks), (size_t)NUM_PLL);
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(s4_periph_clks), (size_t)NUM_PERIPH);

	for (i = 0; i < NUM_REFS; i++) {
		const struct s4_desc *desc = desc_of(ref_at(i));

		ref = ref_at(i);
		if (ref == S4_PERIPH(196)) {
			KUNIT_EXPECT_NULL(test, desc->name);
			continue;
		}

		KUNIT_ASSERT_NOT_NULL_MSG(test, desc->name, "clock %u", i);
		if (is_fixed(ref))
			KUNIT_EXPECT_TRUE_MSG(test, is_read_only(desc), "%s", desc->name);
		if (desc->kind != S4_KIND_FACTOR && !desc->dco)
			KUNIT_EXPECT_LE(test, desc->shift + desc->width, 32);

		for (k = 0; desc->parents && k < desc->parents->num; k++)
			KUNIT_EXPECT_LT(test, desc->parents->value ? desc->parents->value[k] : k,
					1U << desc->width);

		for (other = 0; other < i; other++) {
			if (desc_of(ref_at(other))->name)
				KUNIT_EXPECT_STRNEQ(test, desc->name,
						    desc_of(ref_at(other))->name);
		}
	}
}

/* Probing changes nothing, and finds what the boot loader has left. */
static void s4_test_probe(struct kunit *test)
{
	struct s4_test *s4 = test->priv;

	KUNIT_EXPECT_EQ(test, s4->pll->writes + s4->periph->writes, s4->writes);
	expect_rates(test);
}

static void s4_test_names(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i, k;
	struct clk *clk;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		const struct s4_desc *desc = desc_of(ref_at(i));
		struct clk_hw *hw, *parent;
		u16 want;

		ref = ref_at(i);
		clk = get_clk(s4, ref);
		if (!desc->name) {
			KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(clk), -ENOENT);
			continue;
		}

		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(clk), "%s", desc->name);
		hw = __clk_get_hw(clk);
		KUNIT_EXPECT_STREQ(test, clk_hw_get_name(hw), desc->name);
		KUNIT_EXPECT_EQ(test, clk_hw_get_num_parents(hw),
				desc->parents ? desc->parents->num : 1U);
		for (k = 0; k < clk_hw_get_num_parents(hw); k++) {
			want = desc->parents ? desc->parents->clk[k] : desc->parent;
			parent = clk_hw_get_parent_by_index(hw, k);
			KUNIT_ASSERT_NOT_NULL_MSG(test, parent, "%s: parent %u", desc->name, k);
			KUNIT_EXPECT_STREQ(test, clk_hw_get_name(parent),
					   want == S4_XTAL ? "xtal" : desc_of(want)->name);
		}
		clk_put(clk);
	}
}

static void s4_test_no_such_clock(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	static const u32 numbers[] = { NUM_PERIPH, 0x1000, 0x2000, 0x3000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct of_phandle_args spec = {
			.np = s4->periph->np, .args_count = 1, .args = { numbers[i] },
		};

		KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(of_clk_get_from_provider(&spec)), -ENOENT);
		spec.np = s4->pll->np;
		KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(of_clk_get_from_provider(&spec)), -ENOENT);
	}
}

/* Values of all kinds in all registers: the rates are as they say. */
static void s4_test_rates(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct rnd_state random;
	unsigned int round, i;
	u16 ref;

	prandom_seed_state(&random, 20261121);
	for (round = 0; round < 3; round++) {
		unbind_both(s4);
		for (i = 0; i < NUM_REFS; i++) {
			const struct s4_desc *desc = desc_of(ref_at(i));
			u32 value = prandom_u32_state(&random);

			ref = ref_at(i);
			if (!desc->name || desc->kind == S4_KIND_FACTOR)
				continue;

			/* A DCO of more than 2^31 Hz times 31 is far from any hardware. */
			if (desc->dco)
				value |= 1 << 10;
			bench_set_reg(block_of(s4, ref), desc->reg, value);
			if (desc->dco || desc->kind == S4_KIND_DUALDIV)
				bench_set_reg(block_of(s4, ref), desc->reg + 4,
					      prandom_u32_state(&random));
		}
		bench_set_reg(s4->periph, 0xe4,
			      viddiv_patterns[round % ARRAY_SIZE(viddiv_patterns)].value |
			      (round & 1 ? BIT(18) : 0));
		bind_both(test, s4);
		expect_rates(test);
	}
}

/* No N, no M, no pattern: no rate, and nothing worse. */
static void s4_test_no_rates(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;
	unsigned int i;

	unbind_both(s4);
	for (i = 0; i < PLL_SIZE; i += 4) {
		if (i != 0x60 && (i < 0x60 || i >= 0x80))
			bench_set_reg(s4->pll, i, 0);
	}
	bench_set_reg(s4->periph, 0xe4, 0);
	bind_both(test, s4);
	expect_rates(test);

	clk = get_clk(s4, S4_GP0_PLL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), -EINVAL);
	clk_put(clk);
}

/*
 * Gates, dividers, muxes: each one changes its own bits and no others.
 */

static void s4_test_gates(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk, *parent;
	unsigned int i, num = 0;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		const struct s4_desc *desc = desc_of(ref_at(i));

		ref = ref_at(i);
		if (desc->kind != S4_KIND_GATE)
			continue;

		/* Off, whatever it was. */
		bench_set_reg(block_of(s4, ref), desc->reg,
			      bench_reg(block_of(s4, ref), desc->reg) & ~BIT(desc->shift));
		clk = get_clk(s4, ref);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		parent = clk_get_parent(clk);
		KUNIT_ASSERT_EQ_MSG(test, clk_prepare_enable(parent), 0, "%s", desc->name);
		remember(s4);
		KUNIT_ASSERT_EQ(test, clk_prepare_enable(clk), 0);
		expect_change(test, ref, BIT(desc->shift), BIT(desc->shift));
		KUNIT_EXPECT_TRUE(test, __clk_is_enabled(clk));
		clk_disable_unprepare(clk);
		expect_change(test, ref, 0, 0);
		clk_disable_unprepare(parent);
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 120U);
}

static void expect_divider(struct kunit *test, u16 ref, struct clk *clk, struct clk *parent,
			   u32 field)
{
	const struct s4_desc *desc = desc_of(ref);
	u32 mask = (BIT(desc->width) - 1) << desc->shift;
	u32 divisor = desc->hw_flags & CLK_DIVIDER_POWER_OF_TWO ? BIT(field) : field + 1;
	unsigned long rate = DIV_ROUND_UP_ULL((u64)clk_get_rate(parent), divisor);

	remember(test->priv);
	KUNIT_EXPECT_EQ_MSG(test, clk_set_rate(clk, rate), 0, "%s", desc->name);
	KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), rate, "%s", desc->name);
	expect_change(test, ref, mask, field << desc->shift);
}

static void s4_test_dividers(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk, *parent;
	unsigned int i, k, num = 0;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		const struct s4_desc *desc = desc_of(ref_at(i));
		u32 fields[] = { BIT(desc->width) - 1, 1, 2, 0 };

		ref = ref_at(i);
		if (desc->kind != S4_KIND_DIV)
			continue;

		clk = get_clk(s4, ref);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		parent = clk_get_parent(clk);
		/* Changes below this one are not wanted. */
		KUNIT_ASSERT_EQ(test, clk_rate_exclusive_get(parent), 0);
		KUNIT_EXPECT_NE_MSG(test, clk_get_rate(parent), 0UL, "%s", desc->name);
		for (k = 0; k < ARRAY_SIZE(fields); k++)
			expect_divider(test, ref, clk, parent, fields[k]);
		clk_rate_exclusive_put(parent);
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 45U);
}

static void s4_test_muxes(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i, k, num = 0;
	struct clk *clk, *parent;
	u32 mask, value;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		const struct s4_desc *desc = desc_of(ref_at(i));

		ref = ref_at(i);
		if (desc->kind != S4_KIND_MUX)
			continue;

		clk = get_clk(s4, ref);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		mask = (BIT(desc->width) - 1) << desc->shift;
		/* The first comes last. */
		for (k = desc->parents->num; k--;) {
			struct clk_hw *hw = clk_hw_get_parent_by_index(__clk_get_hw(clk), k);

			value = desc->parents->value ? desc->parents->value[k] : k;
			parent = clk_hw_get_clk(hw, "test");
			KUNIT_ASSERT_FALSE(test, IS_ERR(parent));
			remember(s4);
			KUNIT_EXPECT_EQ_MSG(test, clk_set_parent(clk, parent), 0, "%s: %u",
					    desc->name, k);
			expect_change(test, ref, mask, value << desc->shift);
			KUNIT_EXPECT_EQ(test, (u64)clk_get_rate(clk), rate_of(s4, ref));
			clk_put(parent);
		}
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 58U);
}

/* What must not be written is not, whatever is asked of it. */
static void s4_test_fixed(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned long writes[2] = { s4->pll->writes, s4->periph->writes };
	struct clk *clk, *parent;
	unsigned int i;
	u16 ref;

	for (i = 0; i < NUM_REFS; i++) {
		ref = ref_at(i);
		if (!desc_of(ref)->name || !is_fixed(ref))
			continue;

		clk = get_clk(s4, ref);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
		clk_set_rate(clk, 100000000);
		clk_set_rate(clk, clk_get_rate(clk) / 2);
		parent = clk_get_parent(clk);
		clk_set_parent(clk, parent);
		clk_disable_unprepare(clk);
		clk_put(clk);
	}
	KUNIT_EXPECT_EQ(test, s4->pll->writes, writes[0]);
	KUNIT_EXPECT_EQ(test, s4->periph->writes, writes[1]);
}

/*
 * PLLs
 */

struct pll_case {
	u16 ref;
	unsigned long asked;
	unsigned long got;
};

static const struct pll_case pll_cases[] = {
	{ S4_PLL(14), 3000000000, 3000000000 },		/* the slowest */
	{ S4_PLL(14), 1, 3000000000 },
	{ S4_PLL(14), 6000000000, 6000000000 },		/* the fastest */
	{ S4_PLL(14), 9000000000, 6000000000 },
	{ S4_PLL(14), 3023999999, 3000000000 },		/* down, not up */
	{ S4_PLL(14), 3024000000, 3024000000 },
	{ S4_GP0_PLL, 846000000, 846000000 },
	{ S4_GP0_PLL, 24000000, 24000000 },
	{ S4_PLL(16), 3932160000, 3932160000 },		/* 163.84 times */
	{ S4_PLL(16), 5999999999, 6000000000 },		/* the fraction is a whole one */
	{ S4_PLL(16), 5999999000, 5999999040 },		/* to the nearest 240 Hz */
	{ S4_HIFI_PLL, 491520000, 491520000 },
	{ S4_HIFI_PLL, 451584000, 451584000 },
	{ S4_PLL(18), 5940000000, 5928000000 },
	{ S4_HDMI_PLL, 3000000000, 3000000000 },
	{ S4_PLL(24), 500000000, 499999993 },		/* as fast as can be */
	{ S4_PLL(24), 600000000, 499999993 },
	{ S4_PLL(24), 250000000, 249999997 },
	{ S4_MPLL2, 245760000, 245758768 },
	{ S4_PLL(30), 3906000, 3906251 },
	{ S4_PLL(30), 1, 3906251 },			/* as slow as can be */
};

static void expect_pll_rate(struct kunit *test, const struct pll_case *c)
{
	const char *name = desc_of(c->ref)->name;
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, c->ref);

	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ_MSG(test, (unsigned long)clk_round_rate(clk, c->asked), c->got, "%s",
			    name);
	KUNIT_EXPECT_EQ_MSG(test, clk_set_rate(clk, c->asked), 0, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), c->got, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, (u64)clk_get_rate(clk), rate_of(s4, c->ref), "%s", name);

	/* Running, and once more while it runs. */
	KUNIT_EXPECT_EQ_MSG(test, clk_prepare_enable(clk), 0, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), c->got, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, clk_set_rate(clk, c->got / 2), 0, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, clk_set_rate(clk, c->asked), 0, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), c->got, "%s", name);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

static void s4_test_pll_rates(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pll_cases); i++)
		expect_pll_rate(test, &pll_cases[i]);
}

static const u32 hifi_setup[] = { 0x6a285c00, 0x65771290, 0x39272000, 0x56540000 };
static const u32 gp0_setup[] = { 0x48681c00, 0x88770290, 0x39272000, 0x56540000 };

static void s4_test_pll_starts(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *gp0 = get_clk(s4, S4_GP0_PLL), *hifi = get_clk(s4, S4_HIFI_PLL);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, clk_prepare_enable(gp0), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80) & 0xb0000000, 0x90000000U);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(hifi), 0);
	for (i = 0; i < ARRAY_SIZE(gp0_setup); i++) {
		KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x8c + 4 * i), gp0_setup[i]);
		KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x10c + 4 * i), hifi_setup[i]);
	}
	clk_disable_unprepare(gp0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80) & 0xb0000000, 0x20000000U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x100) & 0xb0000000, 0x90000000U);
	clk_disable_unprepare(hifi);
	clk_put(gp0);
	clk_put(hifi);
}

/* One that runs already goes on with the boot loader's setup. */
static void s4_test_pll_runs(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned long writes;
	struct clk *clk;

	unbind_both(s4);
	bench_set_reg(s4->pll, 0x100, 0x90000000 | 1 << 10 | 163);
	bench_set_reg(s4->pll, 0x10c, 0x12345678);
	bind_both(test, s4);

	writes = s4->pll->writes;
	clk = get_clk(s4, S4_HIFI_PLL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, s4->pll->writes, writes);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x10c), 0x12345678U);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

/* No lock: an error after 100 ms, not later; the PLL is off. */
static void s4_test_pll_no_lock(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, S4_GP0_PLL);
	ktime_t start = ktime_get();

	aml_s4_clk_no_lock(s4->pll, 0x80, 1);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 100);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start), 130);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80) & 0x30000000, 0x20000000U);

	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

/* No lock at a new rate: the old one is back. At neither: said, and off. */
static void s4_test_pll_falls_back(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, S4_PLL(14));

	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 3600000000), 0);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);

	aml_s4_clk_no_lock(s4->pll, 0x80, 1);
	clk_set_rate(clk, 4800000000);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 3600000000UL);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80) & 0xb0000000, 0x90000000U);

	aml_s4_clk_no_lock(s4->pll, 0x80, 2);
	clk_set_rate(clk, 4800000000);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 3600000000UL);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80) & 0xb0000000, 0x20000000U);

	clk_disable_unprepare(clk);
	clk_put(clk);
}

/* The analogue part of the MPLLs is set up by the first that wants a rate, and once. */
static void s4_test_mpll(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, S4_MPLL2);
	unsigned long writes;

	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x180), 0U);
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 250000000), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x180), 0x543U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x198), 0x40000033U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x194) & 0x60000000, 0x40000000U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x188), 0U);

	writes = s4->pll->writes;
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 125000000), 0);
	KUNIT_EXPECT_EQ(test, s4->pll->writes, writes + 1);
	clk_put(clk);
}

/* 32768 Hz, and a divisor alone. */
static void s4_test_32k(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, S4_PERIPH(13));

	KUNIT_EXPECT_EQ(test, clk_round_rate(clk, 1), 32768L);
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 32768), 0);
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 32768UL);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->periph, 0x88) & 0x10ffffff, 0x102db2dcU);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->periph, 0x8c) & 0x00ffffff, 0x0000a007U);
	clk_put(clk);
}

/*
 * The users that matter: what they ask for, and what they get
 */

struct user_case {
	u16 ref;
	unsigned long asked;
	unsigned long got;
};

static const struct user_case user_cases[] = {
	{ S4_PERIPH(126), 24000000, 24000000 },		/* SDIO, SD, eMMC: identification */
	{ S4_PERIPH(129), 200000000, 200000000 },
	{ S4_PERIPH(123), 200000000, 200000000 },
	{ S4_PERIPH(135), 666666666, 666666656 },	/* PWM: the fastest */
	{ S4_PERIPH(162), 24000000, 24000000 },
	{ S4_PERIPH(165), 1200000, 1200000 },		/* SAR ADC */
	{ S4_PERIPH(132), 166666666, 166666665 },	/* SPI */
	{ S4_PERIPH(72), 850000000, 799999988 },	/* Mali */
};

static void s4_test_users(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(user_cases); i++) {
		const struct user_case *c = &user_cases[i];

		clk = get_clk(s4, c->ref);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		KUNIT_EXPECT_EQ(test, clk_set_rate(clk, c->asked), 0);
		KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), c->got, "%s", desc_of(c->ref)->name);
		KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
		clk_disable_unprepare(clk);
		clk_put(clk);
	}
}

/*
 * Coming and going
 */

/* Without inputs the peripherals' clocks are there, and wait. */
static void s4_test_orphans(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;

	unbind_both(s4);
	KUNIT_ASSERT_EQ(test, bench_bind(s4->periph_dev), 0);
	clk = get_clk(s4, S4_PERIPH(187));
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(clk), -EPROBE_DEFER);
	if (!IS_ERR(clk))
		clk_put(clk);
	KUNIT_ASSERT_EQ(test, bench_bind(s4->pll_dev), 0);
	expect_rates(test);
}

static struct kunit_case s4_cases[] = {
	KUNIT_CASE(s4_test_probe),
	KUNIT_CASE(s4_test_table),
	KUNIT_CASE(s4_test_names),
	KUNIT_CASE(s4_test_no_such_clock),
	KUNIT_CASE(s4_test_rates),
	KUNIT_CASE(s4_test_no_rates),
	KUNIT_CASE(s4_test_gates),
	KUNIT_CASE(s4_test_dividers),
	KUNIT_CASE(s4_test_muxes),
	KUNIT_CASE(s4_test_fixed),
	KUNIT_CASE(s4_test_pll_rates),
	KUNIT_CASE(s4_test_pll_starts),
	KUNIT_CASE(s4_test_pll_runs),
	KUNIT_CASE(s4_test_pll_no_lock),
	KUNIT_CASE(s4_test_pll_falls_back),
	KUNIT_CASE(s4_test_mpll),
	KUNIT_CASE(s4_test_32k),
	KUNIT_CASE(s4_test_users),
	KUNIT_CASE(s4_test_orphans),
	{ }
};

static struct kunit_suite s4_suite = {
	.name = "aml_s4_clk",
	.init = s4_test_init,
	.test_cases = s4_cases,
};

kunit_test_suite(s4_suite);

MODULE_SOFTDEP("pre: aml_s4_clk");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's clock controllers");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
