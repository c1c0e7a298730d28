// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's clock controllers: every clock there is
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Coming and going is tested in aml_s4_clk_life_test.c: these are many clocks.
 *
 * The driver's table is not used here: what a clock has to be stands in aml_s4_clk_facts.h.
 * Rates are compared with those of an evaluator that knows nothing of the clock framework:
 * it goes through the facts with the registers' values.
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
#include <linux/string.h>

#include <dt-bindings/clock/amlogic,s4-peripherals-clkc.h>
#include <dt-bindings/clock/amlogic,s4-pll-clkc.h>

#include <bench/bench.h>
#include <models/aml_s4_clk_facts.h>
#include <models/aml_s4_clk_model.h>

#define PERIPH_NODE	"/soc/clock-controller@fe000000"
#define PLL_NODE	"/soc/clock-controller@fe008000"

#define XTAL_RATE	24000000
#define NUM_PLL		32
#define NUM_PERIPH	236
#define NUM_CLKS	(NUM_PLL + NUM_PERIPH)
#define PLL_SIZE	0x1c4
#define REGS		(0x204 / 4)

/* Numbers of clocks here: those of both bindings, one behind the other. */
#define PLL(id)		(id)
#define PERIPH(id)	(NUM_PLL + (id))
#define XTAL		NUM_CLKS

#define GP0_PLL_DCO	PLL(14)
#define GP0_PLL		PLL(15)
#define HIFI_PLL_DCO	PLL(16)
#define HIFI_PLL	PLL(17)
#define HDMI_PLL_DCO	PLL(18)
#define HDMI_PLL	PLL(20)
#define MPLL0_DIV	PLL(24)
#define MPLL2		PLL(29)
#define MPLL3_DIV	PLL(30)

#define VID_PLL_DIV	PERIPH(28)

/* In the binding, but not in the chip. */
#define SPICC1		PERIPH(196)

#define MAX_PARENTS	13

/**
 * struct s4_node - a fact, and its parents found
 * @fact: NULL where there is no clock
 * @num: of parents
 * @parent: numbers of clocks
 * @value: of the field, for each
 */
struct s4_node {
	const struct s4_fact *fact;
	unsigned int num;
	u16 parent[MAX_PARENTS];
	u8 value[MAX_PARENTS];
};

static struct s4_node nodes[NUM_CLKS];

struct s4_test {
	struct device *periph_dev;
	struct device *pll_dev;
	struct bench_block *periph;
	struct bench_block *pll;
	unsigned long writes;
	u32 before[2][REGS];
};

/* How often registers were written when all was as after a reset, and is since then. */
static unsigned long fresh;

static int find_clk(const char *name, size_t length)
{
	unsigned int i;

	if (length == 4 && !strncmp(name, "xtal", 4))
		return XTAL;

	for (i = 0; i < NUM_CLKS; i++) {
		const char *other = nodes[i].fact ? nodes[i].fact->name : "";

		if (strlen(other) == length && !strncmp(name, other, length))
			return i;
	}

	return -ENOENT;
}

static bool is_pwm_mux(const struct s4_fact *fact)
{
	return fact->kind == S4_FACT_MUX && fact->reg >= 0x180 && fact->reg <= 0x190;
}

/* "name name …" or "value:name value:name …" */
static int find_parents(struct s4_node *node)
{
	const char *at = node->fact->parents;
	unsigned int value = 0;

	while (*at) {
		size_t length;
		int parent;

		if (*at >= '0' && *at <= '9' && strcspn(at, ":") < strcspn(at, " ")) {
			for (value = 0; *at != ':'; at++)
				value = value * 10 + *at - '0';
			at++;
		}
		length = strcspn(at, " ");
		parent = find_clk(at, length);
		if (parent < 0 || node->num == MAX_PARENTS)
			return -ENOENT;

		/* Our driver never gives a PWM the picture's clock. */
		if (!is_pwm_mux(node->fact) || strncmp(at, "vid_pll", length)) {
			node->parent[node->num] = parent;
			node->value[node->num] = value;
			node->num++;
		}
		value++;
		at += length;
		at += strspn(at, " ");
	}

	return 0;
}

static int find_nodes(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(s4_pll_facts); i++)
		nodes[PLL(s4_pll_facts[i].id)].fact = &s4_pll_facts[i];
	for (i = 0; i < ARRAY_SIZE(s4_periph_facts); i++)
		nodes[PERIPH(s4_periph_facts[i].id)].fact = &s4_periph_facts[i];

	for (i = 0; i < NUM_CLKS; i++) {
		ret = nodes[i].fact ? find_parents(&nodes[i]) : 0;
		if (ret) {
			pr_err("fact %u: no such parent\n", i);
			return ret;
		}
	}

	return 0;
}

static bool is_pll(unsigned int i)
{
	return i < NUM_PLL;
}

static u32 mask_of(const struct s4_fact *fact)
{
	return ((1U << fact->width) - 1) << fact->bit;
}

/* A clock of which a register is written. */
static bool is_written(unsigned int i, enum s4_fact_kind kind)
{
	const struct s4_fact *fact = nodes[i].fact;

	return fact && fact->kind == kind && !(fact->flags & S4_FACT_FIXED);
}

static struct bench_block *block_of(struct s4_test *s4, unsigned int i)
{
	return is_pll(i) ? s4->pll : s4->periph;
}

static u32 reg_of(struct s4_test *s4, unsigned int i)
{
	return bench_reg(block_of(s4, i), nodes[i].fact->reg);
}

static struct clk *get_clk(struct s4_test *s4, unsigned int i)
{
	struct of_phandle_args spec = {
		.np = block_of(s4, i)->np,
		.args_count = 1,
		.args = { is_pll(i) ? i : i - NUM_PLL },
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
	fresh = 0;
	bench_unbind(s4->periph_dev);
	bench_unbind(s4->pll_dev);
}

static unsigned long writes_of(struct s4_test *s4)
{
	return s4->pll->writes + s4->periph->writes;
}

/*
 * Each test begins with registers as after a reset. To bind all these clocks is most of what
 * a test takes: it is left out if the one before has changed nothing.
 */
static int s4_test_init(struct kunit *test)
{
	struct s4_test *s4 = kunit_kzalloc(test, sizeof(*s4), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s4);
	bench_start(test);
	s4->periph_dev = bench_device(test, PERIPH_NODE);
	s4->pll_dev = bench_device(test, PLL_NODE);
	s4->periph = bench_block(test, PERIPH_NODE, 0);
	s4->pll = bench_block(test, PLL_NODE, 0);
	test->priv = s4;
	if (fresh && fresh == writes_of(s4) + 1)
		return 0;

	unbind_both(s4);
	bench_reset_block(s4->periph);
	bench_reset_block(s4->pll);
	s4->writes = writes_of(s4);
	bind_both(test, s4);
	fresh = writes_of(s4) + 1;

	return 0;
}

static bool has_reg(unsigned int i)
{
	return nodes[i].fact && nodes[i].fact->kind != S4_FACT_FACTOR;
}

/* The registers of all clocks, to compare them later. */
static void remember(struct s4_test *s4)
{
	unsigned int i;

	for (i = 0; i < NUM_CLKS; i++) {
		if (has_reg(i))
			s4->before[is_pll(i)][nodes[i].fact->reg / 4] = reg_of(s4, i);
	}
}

/* Only these bits of one register have changed, to this. */
static void expect_change(struct kunit *test, unsigned int changed, u32 mask, u32 value)
{
	const struct s4_fact *fact = nodes[changed].fact;
	struct s4_test *s4 = test->priv;
	unsigned int i;
	u32 want;

	for (i = 0; i < NUM_CLKS; i++) {
		if (!has_reg(i))
			continue;

		want = s4->before[is_pll(i)][nodes[i].fact->reg / 4];
		if (is_pll(i) == is_pll(changed) && nodes[i].fact->reg == fact->reg)
			want = (want & ~mask) | value;

		if (reg_of(s4, i) != want)
			KUNIT_FAIL(test, "register 0x%03x, by %s: 0x%08x, not 0x%08x",
				   nodes[i].fact->reg, fact->name, reg_of(s4, i), want);
	}
}

/*
 * The evaluator
 */

static u64 rate_of(struct s4_test *s4, unsigned int i);

static u32 field_of(struct s4_test *s4, unsigned int i)
{
	const struct s4_fact *fact = nodes[i].fact;

	return (reg_of(s4, i) & mask_of(fact)) >> fact->bit;
}

static u64 mux_rate(struct s4_test *s4, unsigned int i)
{
	u32 value = field_of(s4, i);
	unsigned int k;

	for (k = 0; k < nodes[i].num; k++) {
		if (value == nodes[i].value[k])
			return rate_of(s4, nodes[i].parent[k]);
	}

	return 0;
}

static u64 dco_rate(struct s4_test *s4, unsigned int i)
{
	u32 reg = nodes[i].fact->reg;
	u32 ctrl0 = bench_reg(s4->pll, reg);
	u32 m = ctrl0 & 0xff, n = (ctrl0 >> 10) & 0x1f;
	u64 rate = (u64)XTAL_RATE * m;
	u32 denominator = 0;

	/* The fixed PLL's fraction is binary, the HIFI PLL's decimal. */
	if (reg == 0x40)
		denominator = 1 << 17;
	else if (reg == 0x100)
		denominator = 100000;
	if (denominator)
		rate += DIV_ROUND_UP_ULL((u64)XTAL_RATE * (bench_reg(s4->pll, reg + 4) & 0x1ffff),
					 denominator);

	return n ? DIV_ROUND_UP_ULL(rate, n) : 0;
}

static u64 mpll_rate(struct s4_test *s4, unsigned int i, u64 parent)
{
	u32 value = reg_of(s4, i);
	u32 n2 = (value >> 20) & 0x1ff, sdm = value & BIT(30) ? value & 0x3fff : 0;

	return n2 < 4 ? 0 : DIV_ROUND_UP_ULL(parent * 16384, n2 * 16384 + sdm);
}

static u64 dualdiv_rate(struct s4_test *s4, unsigned int i, u64 parent)
{
	u32 n = reg_of(s4, i);
	u32 m = bench_reg(s4->periph, nodes[i].fact->reg + 4);
	u32 n1 = (n & 0xfff) + 1, n2 = ((n >> 12) & 0xfff) + 1;
	u32 m1 = (m & 0xfff) + 1, m2 = ((m >> 12) & 0xfff) + 1;

	if (!(n & BIT(28)))
		return DIV_ROUND_CLOSEST_ULL(parent, n1);

	return DIV_ROUND_CLOSEST_ULL(parent * (m1 + m2), n1 * m1 + n2 * m2);
}

/* The patterns that the vendor uses, and what they divide by, in quarters. */
static const struct {
	u32 value;
	u32 quarters;
} viddiv_patterns[] = {
	{ 0x00aaa, 8 }, { 0x25294, 10 }, { 0x00db6, 12 }, { 0x136cc, 14 }, { 0x26666, 15 },
	{ 0x00ccc, 16 }, { 0x2739c, 20 }, { 0x00e38, 24 }, { 0x30000, 25 }, { 0x13c78, 28 },
	{ 0x278f0, 30 }, { 0x00fc0, 48 }, { 0x13f80, 56 }, { 0x27f80, 60 },
};

static u64 viddiv_rate(struct s4_test *s4, unsigned int i, u64 parent)
{
	u32 value = reg_of(s4, i) & 0x37fff;
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(viddiv_patterns); k++) {
		if (viddiv_patterns[k].value == value)
			return div_u64(parent * 4, viddiv_patterns[k].quarters);
	}

	return 0;
}

static u64 rate_of(struct s4_test *s4, unsigned int i)
{
	const struct s4_fact *fact;
	u64 parent;

	if (i == XTAL)
		return XTAL_RATE;

	fact = nodes[i].fact;
	if (fact->kind == S4_FACT_MUX)
		return mux_rate(s4, i);
	if (fact->kind == S4_FACT_PLL)
		return dco_rate(s4, i);

	parent = rate_of(s4, nodes[i].parent[0]);
	switch (fact->kind) {
	case S4_FACT_GATE:
		return parent;
	case S4_FACT_DIV:
		return DIV_ROUND_UP_ULL(parent, field_of(s4, i) + 1);
	case S4_FACT_POW2:
		return DIV_ROUND_UP_ULL(parent, 1ULL << field_of(s4, i));
	case S4_FACT_FACTOR:
		return div_u64(parent * fact->bit, fact->width);
	case S4_FACT_MPLL:
		return mpll_rate(s4, i, parent);
	case S4_FACT_DUALDIV:
		return dualdiv_rate(s4, i, parent);
	case S4_FACT_VIDDIV:
		return viddiv_rate(s4, i, parent);
	default:
		return 0;
	}
}

static void expect_rates(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i;
	struct clk *clk;

	for (i = 0; i < NUM_CLKS; i++) {
		if (!nodes[i].fact)
			continue;

		clk = get_clk(s4, i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		KUNIT_EXPECT_EQ_MSG(test, (u64)clk_get_rate(clk), rate_of(s4, i), "%s",
				    nodes[i].fact->name);
		clk_put(clk);
	}
}

/*
 * What there is
 */

/* The facts are sane: no two clocks share a bit, and every number but one has a clock. */
static void s4_test_facts(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i;

	for (i = 0; i < NUM_CLKS; i++) {
		const struct s4_fact *fact = nodes[i].fact;
		u32 *used;

		KUNIT_EXPECT_EQ_MSG(test, !fact, i == SPICC1, "clock %u", i);
		if (!has_reg(i) || !fact->width)
			continue;

		used = &s4->before[is_pll(i)][fact->reg / 4];
		KUNIT_EXPECT_EQ_MSG(test, *used & mask_of(fact), 0U, "%s", fact->name);
		*used |= mask_of(fact);
	}

	KUNIT_EXPECT_STREQ(test, nodes[PLL(CLKID_FCLK_DIV2)].fact->name, "fclk_div2");
	KUNIT_EXPECT_STREQ(test, nodes[PLL(CLKID_MPLL2)].fact->name, "mpll2");
	KUNIT_EXPECT_STREQ(test, nodes[PERIPH(CLKID_SYS)].fact->name, "sys_clk");
	KUNIT_EXPECT_STREQ(test, nodes[PERIPH(CLKID_SD_EMMC_B)].fact->name, "sd_emmc_b_clk0");
	KUNIT_EXPECT_STREQ(test, nodes[PERIPH(CLKID_UART_B)].fact->name, "s4_uart_b");
	KUNIT_EXPECT_STREQ(test, nodes[PERIPH(CLKID_ETH)].fact->name, "s4_eth");
	KUNIT_EXPECT_STREQ(test, nodes[PERIPH(CLKID_PWM_J)].fact->name, "pwm_j");
}

/* Probing changes nothing, and finds what the boot loader has left. */
static void s4_test_probe(struct kunit *test)
{
	struct s4_test *s4 = test->priv;

	KUNIT_EXPECT_EQ(test, writes_of(s4), s4->writes);
	expect_rates(test);
}

/* Those that the framework adds, and what it does with ours. */
#define OUR_FLAGS	(CLK_SET_RATE_PARENT | CLK_SET_RATE_GATE | CLK_IGNORE_UNUSED |	\
			 CLK_SET_RATE_NO_REPARENT | CLK_IS_CRITICAL | CLK_SET_PARENT_GATE |	\
			 CLK_GET_RATE_NOCACHE | CLK_OPS_PARENT_ENABLE)

static void s4_test_each_clock(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk_hw *hw, *parent;
	unsigned int i, k;
	struct clk *clk;

	for (i = 0; i < NUM_CLKS; i++) {
		const struct s4_fact *fact = nodes[i].fact;

		clk = get_clk(s4, i);
		if (!fact) {
			KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(clk), -ENOENT);
			continue;
		}

		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(clk), "%s", fact->name);
		hw = __clk_get_hw(clk);
		KUNIT_EXPECT_STREQ(test, clk_hw_get_name(hw), fact->name);
		KUNIT_EXPECT_EQ_MSG(test, clk_hw_get_flags(hw) & OUR_FLAGS,
				    (unsigned long)fact->flags & OUR_FLAGS, "%s", fact->name);
		KUNIT_EXPECT_EQ_MSG(test, clk_hw_get_num_parents(hw), nodes[i].num, "%s",
				    fact->name);
		for (k = 0; k < min(clk_hw_get_num_parents(hw), nodes[i].num); k++) {
			parent = clk_hw_get_parent_by_index(hw, k);
			KUNIT_ASSERT_NOT_NULL_MSG(test, parent, "%s: parent %u", fact->name, k);
			KUNIT_EXPECT_STREQ(test, clk_hw_get_name(parent),
					   nodes[i].parent[k] == XTAL ? "xtal" :
					   nodes[nodes[i].parent[k]].fact->name);
		}
		clk_put(clk);
	}
}

static void s4_test_no_such_clock(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	static const u32 numbers[] = { NUM_PERIPH, 0x1000, 0x1003, 0x2000, 0x3000, 0xffffffff };
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

	prandom_seed_state(&random, 20261121);
	for (round = 0; round < 3; round++) {
		unbind_both(s4);
		for (i = 0; i < NUM_CLKS; i++) {
			const struct s4_fact *fact = nodes[i].fact;
			u32 value = prandom_u32_state(&random);

			if (!has_reg(i))
				continue;

			/* Half of the PLLs would have no rate at all, but for this. */
			if (fact->kind == S4_FACT_PLL)
				value |= 1 << 10;
			bench_set_reg(block_of(s4, i), fact->reg, value);
			if (fact->kind == S4_FACT_PLL || fact->kind == S4_FACT_DUALDIV)
				bench_set_reg(block_of(s4, i), fact->reg + 4,
					      prandom_u32_state(&random));
		}
		bench_set_reg(s4->periph, 0xe4, viddiv_patterns[round].value |
			      (round & 1 ? BIT(18) : 0));
		bind_both(test, s4);
		expect_rates(test);
	}
}

/* Each pattern is looked at when the parent's rate changes. */
static void s4_test_patterns(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *hdmi = get_clk(s4, HDMI_PLL), *vid = get_clk(s4, VID_PLL_DIV);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(viddiv_patterns); i++) {
		bench_set_reg(s4->periph, 0xe4, viddiv_patterns[i].value);
		KUNIT_EXPECT_EQ(test, clk_set_rate(hdmi, i & 1 ? 3000000000 : 4800000000), 0);
		KUNIT_EXPECT_NE(test, clk_get_rate(vid), 0UL);
		KUNIT_EXPECT_EQ_MSG(test, (u64)clk_get_rate(vid), rate_of(s4, VID_PLL_DIV),
				    "pattern 0x%05x", viddiv_patterns[i].value);
	}
	clk_put(vid);
	clk_put(hdmi);
}

/* No N, no M, no pattern: no rate, and nothing worse. */
static void s4_test_no_rates(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;
	unsigned int i;

	unbind_both(s4);
	for (i = 0; i < NUM_PLL; i++) {
		if (has_reg(i))
			bench_set_reg(s4->pll, nodes[i].fact->reg, 0);
	}
	bench_set_reg(s4->periph, 0xe4, 0);
	bind_both(test, s4);
	expect_rates(test);

	clk = get_clk(s4, GP0_PLL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), -EINVAL);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80), 0U);
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

	for (i = 0; i < NUM_CLKS; i++) {
		const struct s4_fact *fact = nodes[i].fact;

		if (!is_written(i, S4_FACT_GATE))
			continue;

		/* Off, whatever it was. */
		bench_set_reg(block_of(s4, i), fact->reg, reg_of(s4, i) & ~BIT(fact->bit));
		clk = get_clk(s4, i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		parent = clk_get_parent(clk);
		KUNIT_ASSERT_EQ_MSG(test, clk_prepare_enable(parent), 0, "%s", fact->name);
		remember(s4);
		KUNIT_EXPECT_FALSE(test, __clk_is_enabled(clk));
		KUNIT_ASSERT_EQ(test, clk_prepare_enable(clk), 0);
		expect_change(test, i, BIT(fact->bit), BIT(fact->bit));
		KUNIT_EXPECT_TRUE(test, __clk_is_enabled(clk));
		clk_disable_unprepare(clk);
		expect_change(test, i, 0, 0);
		clk_disable_unprepare(parent);
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 120U);
}

static u64 divided(const struct s4_fact *fact, u64 rate, u32 field)
{
	return DIV_ROUND_UP_ULL(rate, fact->kind == S4_FACT_POW2 ? 1ULL << field : field + 1);
}

/* Fields of many bits have more values than there are rates: the rate has to be right. */
static void expect_divider(struct kunit *test, unsigned int i, struct clk *clk,
			   unsigned long parent_rate, u32 field)
{
	const struct s4_fact *fact = nodes[i].fact;
	unsigned long rate = divided(fact, parent_rate, field);
	struct s4_test *s4 = test->priv;
	u32 got;

	remember(s4);
	KUNIT_EXPECT_EQ_MSG(test, clk_set_rate(clk, rate), 0, "%s", fact->name);
	KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), rate, "%s", fact->name);
	got = field_of(s4, i);
	KUNIT_EXPECT_EQ_MSG(test, divided(fact, parent_rate, got), (u64)rate, "%s: %u", fact->name,
			    field);
	if (field < 2048)
		KUNIT_EXPECT_EQ_MSG(test, got, field, "%s", fact->name);
	expect_change(test, i, mask_of(fact), got << fact->bit);
}

/* Between a half and the next lower rate, nearer to the half. */
static void expect_rounding(struct kunit *test, unsigned int i, struct clk *clk,
			    unsigned long parent_rate)
{
	const struct s4_fact *fact = nodes[i].fact;
	unsigned long half = divided(fact, parent_rate, 1), lower = divided(fact, parent_rate, 2);
	unsigned long ask = half - (half - lower) / 4;
	long want = fact->flags & S4_FACT_CLOSEST ? half : lower;

	/* One bit has no lower one. */
	if (fact->width > 1)
		KUNIT_EXPECT_EQ_MSG(test, clk_round_rate(clk, ask), want, "%s", fact->name);
}

static void s4_test_dividers(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk, *parent;
	unsigned int i, k, num = 0;

	for (i = 0; i < NUM_CLKS; i++) {
		const struct s4_fact *fact = nodes[i].fact;
		unsigned long parent_rate;

		if (!is_written(i, S4_FACT_DIV) && !is_written(i, S4_FACT_POW2))
			continue;

		clk = get_clk(s4, i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		parent = clk_get_parent(clk);
		/* Changes below this one are not wanted. */
		KUNIT_ASSERT_EQ(test, clk_rate_exclusive_get(parent), 0);
		parent_rate = clk_get_rate(parent);
		KUNIT_EXPECT_NE_MSG(test, parent_rate, 0UL, "%s", fact->name);

		expect_divider(test, i, clk, parent_rate, (1U << fact->width) - 1);
		if (fact->kind == S4_FACT_DIV) {
			for (k = 0; k < fact->width; k++)
				expect_divider(test, i, clk, parent_rate, BIT(k));
		}
		expect_divider(test, i, clk, parent_rate, 1);
		expect_divider(test, i, clk, parent_rate, 0);
		expect_rounding(test, i, clk, parent_rate);
		clk_rate_exclusive_put(parent);
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 45U);
}

/*
 * Asked for a rate near the upper one of two parents' neighbouring rates, a mux takes the
 * upper one if it is for the nearest rate, and the lower one if not.
 */
static void expect_choice(struct kunit *test, unsigned int i, struct clk *clk)
{
	const struct s4_fact *fact = nodes[i].fact;
	struct s4_test *s4 = test->priv;
	u64 upper, lower, rate, ask;
	unsigned int k, j;

	for (k = 0; k < nodes[i].num; k++) {
		upper = rate_of(s4, nodes[i].parent[k]);
		lower = 0;
		for (j = 0; j < nodes[i].num; j++) {
			rate = rate_of(s4, nodes[i].parent[j]);
			if (rate < upper && rate > lower)
				lower = rate;
		}
		if (!lower || upper - lower < 8)
			continue;

		ask = upper - (upper - lower) / 4;
		KUNIT_EXPECT_EQ_MSG(test, (u64)clk_round_rate(clk, ask),
				    fact->flags & S4_FACT_CLOSEST ? upper : lower, "%s: %llu",
				    fact->name, ask);
	}
}

/* These would ask a parent that can change its rate. */
static bool asks_parents(const struct s4_fact *fact)
{
	return fact->flags & CLK_SET_RATE_PARENT && !(fact->flags & S4_FACT_CLOSEST);
}

static void s4_test_muxes(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i, k, num = 0;
	struct clk *clk, *parent;

	/* Those that can only be at 32768 Hz are. */
	for (i = 0; i < NUM_CLKS; i++) {
		if (!is_written(i, S4_FACT_DUALDIV))
			continue;
		clk = get_clk(s4, i);
		KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 32768), 0);
		clk_put(clk);
	}

	for (i = 0; i < NUM_CLKS; i++) {
		const struct s4_fact *fact = nodes[i].fact;

		if (!is_written(i, S4_FACT_MUX))
			continue;

		clk = get_clk(s4, i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		KUNIT_ASSERT_EQ_MSG(test, clk_hw_get_num_parents(__clk_get_hw(clk)), nodes[i].num,
				    "%s", fact->name);
		/* The first comes last. */
		for (k = nodes[i].num; k--;) {
			struct clk_hw *hw = clk_hw_get_parent_by_index(__clk_get_hw(clk), k);

			parent = clk_hw_get_clk(hw, "test");
			KUNIT_ASSERT_FALSE(test, IS_ERR(parent));
			remember(s4);
			KUNIT_EXPECT_EQ_MSG(test, clk_set_parent(clk, parent), 0, "%s: %u",
					    fact->name, k);
			expect_change(test, i, mask_of(fact), nodes[i].value[k] << fact->bit);
			KUNIT_EXPECT_EQ(test, (u64)clk_get_rate(clk), rate_of(s4, i));
			clk_put(parent);
		}
		if (!(fact->flags & CLK_SET_RATE_NO_REPARENT) && !asks_parents(fact))
			expect_choice(test, i, clk);
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 58U);
}

static const struct {
	bool pll;
	u32 reg;
} fixed_regs[] = {
	{ true, 0x40 }, { true, 0x44 }, { true, 0x4c }, { false, 0x40 },
};

/* What must not be written is not, whatever is asked of it: its registers are fatal. */
static void s4_test_fixed(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i, num = 0;
	struct clk *clk;

	remember(s4);
	for (i = 0; i < NUM_CLKS; i++) {
		unsigned long rate;

		if (!nodes[i].fact || !(nodes[i].fact->flags & S4_FACT_FIXED))
			continue;

		clk = get_clk(s4, i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		rate = clk_get_rate(clk);
		KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
		clk_disable_unprepare(clk);
		/* vid_pll_div would pass it on. */
		if (!(nodes[i].fact->flags & CLK_SET_RATE_PARENT)) {
			clk_set_rate(clk, rate / 2);
			KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), rate, "%s",
					    nodes[i].fact->name);
		}
		clk_put(clk);
		num++;
	}
	KUNIT_EXPECT_EQ(test, num, 17U);
	for (i = 0; i < ARRAY_SIZE(fixed_regs); i++)
		KUNIT_EXPECT_EQ(test, bench_reg(fixed_regs[i].pll ? s4->pll : s4->periph,
						fixed_regs[i].reg),
				s4->before[fixed_regs[i].pll][fixed_regs[i].reg / 4]);
}

/* Both muxes of the system clock can be anything: nothing but reading it is done. */
static void s4_test_fixed_parents(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	unsigned int i, k;

	for (i = 0; i < NUM_CLKS; i++) {
		const struct s4_fact *fact = nodes[i].fact;
		struct clk *clk;

		if (!fact || fact->kind != S4_FACT_MUX || !(fact->flags & S4_FACT_FIXED))
			continue;

		clk = get_clk(s4, i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		for (k = 0; k < nodes[i].num; k++) {
			struct clk_hw *hw = clk_hw_get_parent_by_index(__clk_get_hw(clk), k);
			struct clk *parent = clk_hw_get_clk(hw, "test");

			if (!clk_is_match(parent, clk_get_parent(clk)))
				KUNIT_EXPECT_LT_MSG(test, clk_set_parent(clk, parent), 0, "%s",
						    fact->name);
			clk_put(parent);
		}
		clk_put(clk);
	}
}

/*
 * PLLs
 */

struct pll_case {
	unsigned int i;
	unsigned long asked;
	unsigned long got;
};

static const struct pll_case pll_cases[] = {
	{ GP0_PLL_DCO, 3000000000, 3000000000 },		/* the slowest */
	{ GP0_PLL_DCO, 1, 3000000000 },
	{ GP0_PLL_DCO, 6000000000, 6000000000 },		/* the fastest */
	{ GP0_PLL_DCO, 9000000000, 6000000000 },
	{ GP0_PLL_DCO, 3023999999, 3000000000 },		/* down, not up */
	{ GP0_PLL_DCO, 3024000000, 3024000000 },
	{ GP0_PLL, 846000000, 846000000 },
	{ GP0_PLL, 24000000, 24000000 },
	{ HIFI_PLL_DCO, 3932160000, 3932160000 },		/* 163.84 times */
	{ HIFI_PLL_DCO, 5999999999, 6000000000 },		/* the fraction is a whole one */
	{ HIFI_PLL_DCO, 5999999000, 5999999040 },		/* to the nearest 240 Hz */
	{ HIFI_PLL, 491520000, 491520000 },
	{ HIFI_PLL, 451584000, 451584000 },
	{ HDMI_PLL_DCO, 5940000000, 5928000000 },
	{ HDMI_PLL, 3000000000, 3000000000 },
	{ MPLL0_DIV, 500000000, 499999993 },		/* as fast as can be */
	{ MPLL0_DIV, 600000000, 499999993 },
	{ MPLL0_DIV, 250000000, 249999997 },
	{ MPLL2, 245760000, 245758768 },
	{ MPLL3_DIV, 3906000, 3906251 },
	{ MPLL3_DIV, 1, 3906251 },			/* as slow as can be */
	{ MPLL3_DIV, 0, 3906251 },
};

static void expect_pll_rate(struct kunit *test, const struct pll_case *c)
{
	const char *name = nodes[c->i].fact->name;
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, c->i);

	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ_MSG(test, (unsigned long)clk_round_rate(clk, c->asked), c->got, "%s",
			    name);
	KUNIT_EXPECT_EQ_MSG(test, clk_set_rate(clk, c->asked), 0, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), c->got, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, (u64)clk_get_rate(clk), rate_of(s4, c->i), "%s", name);

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
	struct clk *gp0 = get_clk(s4, GP0_PLL), *hifi = get_clk(s4, HIFI_PLL);
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
	clk = get_clk(s4, HIFI_PLL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, s4->pll->writes, writes);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x10c), 0x12345678U);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

/* One that was enabled and has not locked is started anew, and set up. */
static void s4_test_pll_half_on(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;

	unbind_both(s4);
	bench_set_reg(s4->pll, 0x80, 0x10000000 | 1 << 10 | 141);
	bind_both(test, s4);

	clk = get_clk(s4, GP0_PLL);
	KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x80), 0x90000000U | 1 << 10 | 141);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x8c), gp0_setup[0]);
	clk_disable_unprepare(clk);
	clk_put(clk);
}

/* A fraction of a whole one is none. */
static void s4_test_pll_fraction(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, HIFI_PLL_DCO);

	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 4000000000), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x100) & 0x7cff, 1U << 10 | 166);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x104), 66667U);
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 5999999999), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x100) & 0x7cff, 1U << 10 | 250);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x104), 0U);
	clk_put(clk);
}

/* No lock: an error after 100 ms, not later; the PLL is off. */
static void s4_test_pll_no_lock(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, GP0_PLL);
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
	struct clk *clk = get_clk(s4, GP0_PLL_DCO);

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
	struct clk *clk = get_clk(s4, MPLL2);
	unsigned long writes;

	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x180), 0U);
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 200000000), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x180), 0x543U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x198), 0x40000033U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x194) & 0x60000000, 0x40000000U);
	KUNIT_EXPECT_EQ(test, bench_reg(s4->pll, 0x188), 0U);

	writes = s4->pll->writes;
	KUNIT_EXPECT_EQ(test, clk_set_rate(clk, 125000000), 0);
	KUNIT_EXPECT_EQ(test, s4->pll->writes, writes + 1);
	clk_put(clk);
}

/* A mux that is not to be changed has the rate that it has. */
static void s4_test_fixed_muxes(struct kunit *test)
{
	static const unsigned int ids[] = { PERIPH(5), PERIPH(8), PERIPH(11) };
	struct s4_test *s4 = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct clk *clk = get_clk(s4, ids[i]);

		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		remember(s4);
		KUNIT_EXPECT_EQ(test, clk_round_rate(clk, 1), (long)clk_get_rate(clk));
		expect_change(test, ids[i], 0, 0);
		clk_put(clk);
	}
}

/* 32768 Hz, and a divisor alone. */
static void s4_test_32k(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk = get_clk(s4, PERIPH(13));

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
	unsigned int i;
	unsigned long asked;
	unsigned long got;
};

static const struct user_case user_cases[] = {
	{ PERIPH(126), 24000000, 24000000 },		/* SDIO, SD, eMMC: identification */
	{ PERIPH(129), 200000000, 200000000 },
	{ PERIPH(123), 200000000, 200000000 },
	{ PERIPH(135), 666666666, 666666656 },	/* PWM: the fastest */
	{ PERIPH(162), 24000000, 24000000 },
	{ PERIPH(165), 1200000, 1200000 },		/* SAR ADC */
	{ PERIPH(132), 166666666, 166666665 },	/* SPI */
	{ PERIPH(72), 850000000, 799999988 },	/* Mali */
};

static void s4_test_users(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(user_cases); i++) {
		const struct user_case *c = &user_cases[i];

		clk = get_clk(s4, c->i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
		KUNIT_EXPECT_EQ(test, clk_set_rate(clk, c->asked), 0);
		KUNIT_EXPECT_EQ_MSG(test, clk_get_rate(clk), c->got, "%s", nodes[c->i].fact->name);
		KUNIT_EXPECT_EQ(test, clk_prepare_enable(clk), 0);
		clk_disable_unprepare(clk);
		clk_put(clk);
	}
}

/* Without inputs the peripherals' clocks are there, at no rate; they get it with the PLLs. */
static void s4_test_orphans(struct kunit *test)
{
	struct s4_test *s4 = test->priv;
	struct clk *clk;

	unbind_both(s4);
	KUNIT_ASSERT_EQ(test, bench_bind(s4->periph_dev), 0);
	clk = get_clk(s4, PERIPH(187));
	KUNIT_ASSERT_FALSE(test, IS_ERR(clk));
	KUNIT_EXPECT_EQ(test, clk_get_rate(clk), 0UL);
	clk_put(clk);
	KUNIT_ASSERT_EQ(test, bench_bind(s4->pll_dev), 0);
	expect_rates(test);
}

static struct kunit_case s4_cases[] = {
	/* The first binds, the next ones look. */
	KUNIT_CASE(s4_test_probe),
	KUNIT_CASE(s4_test_facts),
	KUNIT_CASE(s4_test_each_clock),
	KUNIT_CASE(s4_test_no_such_clock),
	KUNIT_CASE(s4_test_rates),
	KUNIT_CASE(s4_test_patterns),
	KUNIT_CASE(s4_test_no_rates),
	KUNIT_CASE(s4_test_gates),
	KUNIT_CASE(s4_test_dividers),
	KUNIT_CASE(s4_test_muxes),
	KUNIT_CASE(s4_test_fixed),
	KUNIT_CASE(s4_test_fixed_parents),
	KUNIT_CASE(s4_test_pll_rates),
	KUNIT_CASE(s4_test_pll_starts),
	KUNIT_CASE(s4_test_pll_runs),
	KUNIT_CASE(s4_test_pll_half_on),
	KUNIT_CASE(s4_test_pll_fraction),
	KUNIT_CASE(s4_test_pll_no_lock),
	KUNIT_CASE(s4_test_pll_falls_back),
	KUNIT_CASE(s4_test_mpll),
	KUNIT_CASE(s4_test_fixed_muxes),
	KUNIT_CASE(s4_test_32k),
	KUNIT_CASE(s4_test_users),
	KUNIT_CASE(s4_test_orphans),
	{ }
};

static int s4_suite_init(struct kunit_suite *suite)
{
	return find_nodes();
}

static struct kunit_suite s4_suite = {
	.name = "aml_s4_clk",
	.suite_init = s4_suite_init,
	.init = s4_test_init,
	.test_cases = s4_cases,
};

kunit_test_suite(s4_suite);

MODULE_SOFTDEP("pre: aml_s4_clk");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's clock controllers");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
