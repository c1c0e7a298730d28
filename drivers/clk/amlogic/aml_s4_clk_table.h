/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clocks of the Amlogic Meson S4: names, registers, parents, by the bindings' numbers
 *
 * Copyright (C) 2026 The outboard authors
 *
 * This file has all numbers about the clocks. A row begins with the clock's number in
 * the binding "amlogic,s4-pll-clkc" or "amlogic,s4-peripherals-clkc"; the numbers of the
 * vendor's "amlogic,s4-clkc" are mapped to those at the end. The names are those that Linux
 * 7.2 shows in debugfs. CLKID_SPICC1 (196) is in the binding but not in the chip.
 *
 * Source: Linux 7.2's drivers for the S4 and its bindings, for registers, bits and parents,
 * but for one parent less of the PWMs; the vendor's binding header for its numbers.
 *
 * The driver and its tests include it.
 */
#ifndef AML_S4_CLK_TABLE_H
#define AML_S4_CLK_TABLE_H

#include <linux/bits.h>
#include <linux/clk-provider.h>
#include <linux/types.h>

/* A clock, as a parent or as what a number stands for. */
#define S4_PERIPH(id)	(id)
#define S4_PLL(id)	(BIT(12) | (id))
#define S4_XTAL		BIT(13)
#define S4_NONE		(BIT(13) | BIT(12))

#define S4_IS_PLL(ref)	(((ref) & S4_NONE) == BIT(12))
#define S4_ID(ref)	((ref) & ~S4_NONE)

#define S4_FCLK_DIV2	S4_PLL(3)
#define S4_FCLK_DIV3	S4_PLL(5)
#define S4_FCLK_DIV4	S4_PLL(7)
#define S4_FCLK_DIV5	S4_PLL(9)
#define S4_FCLK_DIV7	S4_PLL(11)
#define S4_FCLK_DIV2P5	S4_PLL(13)
#define S4_GP0_PLL	S4_PLL(15)
#define S4_HIFI_PLL	S4_PLL(17)
#define S4_HDMI_PLL	S4_PLL(20)
#define S4_MPLL0	S4_PLL(25)
#define S4_MPLL1	S4_PLL(27)
#define S4_MPLL2	S4_PLL(29)
#define S4_MPLL3	S4_PLL(31)
#define S4_RTC_CLK	S4_PERIPH(4)
#define S4_SYS_CLK	S4_PERIPH(11)
#define S4_VID_PLL	S4_PERIPH(30)

/*
 * Written by the boot ROM alone. A write to one of these registers stops the machine:
 * nothing but the read-only kinds below may name them.
 */
#define S4_PLL_FIXED_FIRST	0x040
#define S4_PLL_FIXED_LAST	0x05c
#define S4_PERIPH_FIXED		0x040

/**
 * enum s4_kind - how a clock works
 * @S4_KIND_NONE: a number without a clock
 * @S4_KIND_GATE: on with one bit
 * @S4_KIND_GATE_RO: the same, read only
 * @S4_KIND_DIV: divides by a field's value
 * @S4_KIND_DIV_RO: the same, read only
 * @S4_KIND_MUX: one of several parents
 * @S4_KIND_MUX_RO: the same, read only
 * @S4_KIND_FACTOR: divides by a constant
 * @S4_KIND_DCO: the oscillator of a PLL
 * @S4_KIND_DCO_RO: the same, read only
 * @S4_KIND_MPLL: fractional divider of the fixed PLL
 * @S4_KIND_DUALDIV: divides by one number and another in turn
 * @S4_KIND_VIDDIV: divides by a rotating bit pattern; read only
 */
enum s4_kind {
	S4_KIND_NONE,
	S4_KIND_GATE,
	S4_KIND_GATE_RO,
	S4_KIND_DIV,
	S4_KIND_DIV_RO,
	S4_KIND_MUX,
	S4_KIND_MUX_RO,
	S4_KIND_FACTOR,
	S4_KIND_DCO,
	S4_KIND_DCO_RO,
	S4_KIND_MPLL,
	S4_KIND_DUALDIV,
	S4_KIND_VIDDIV,
};

#define S4_MAX_PARENTS	13

/**
 * struct s4_parents - what a mux chooses from
 * @num: how many
 * @clk: the clocks
 * @value: the field's value for each, if it is not the index
 */
struct s4_parents {
	u8 num;
	u16 clk[S4_MAX_PARENTS];
	const u8 *value;
};

/**
 * struct s4_dco - what differs between the PLLs
 * @frac_max: denominator of the fraction, or 0 for a PLL without one
 * @setup: values for the analogue part, registers CTRL1 to CTRL6
 * @has_setup: whether there are any
 */
struct s4_dco {
	u32 frac_max;
	bool has_setup;
	u32 setup[6];
};

/**
 * struct s4_desc - one clock
 * @name: its name
 * @parents: of a mux
 * @dco: of a PLL
 * @parent: of all others
 * @flags: of the clock framework
 * @reg: offset of its register, or of the first of several
 * @kind: enum s4_kind
 * @shift: of the field, or the bit
 * @width: of the field
 * @hw_flags: CLK_DIVIDER_* or CLK_MUX_*
 * @mult: multiplier of a constant factor
 * @div: divisor of a constant factor
 */
struct s4_desc {
	const char *name;
	const struct s4_parents *parents;
	const struct s4_dco *dco;
	u16 parent;
	u16 flags;
	u16 reg;
	u8 kind;
	u8 shift;
	u8 width;
	u8 hw_flags;
	u8 mult;
	u8 div;
};

/* A change of the rate is passed on to the parent. */
#define S4_UP	CLK_SET_RATE_PARENT

#define S4_FIELD(_id, _name, _kind, _reg, _shift, _width, _parent, _flags, _hw)		\
	[_id] = {									\
		.name = _name, .kind = _kind, .reg = _reg, .shift = _shift,		\
		.width = _width, .parent = _parent, .flags = _flags, .hw_flags = _hw,	\
	}

#define S4_GATE(_id, _name, _reg, _bit, _parent, _flags)				\
	S4_FIELD(_id, _name, S4_KIND_GATE, _reg, _bit, 1, _parent, _flags, 0)
#define S4_GATE_RO(_id, _name, _reg, _bit, _parent, _flags)				\
	S4_FIELD(_id, _name, S4_KIND_GATE_RO, _reg, _bit, 1, _parent, _flags, 0)

/* Bus clock of a block: keeps the boot loader's setting until a consumer enables it. */
#define S4_BUS_GATE(_id, _name, _reg, _bit)						\
	S4_GATE(_id, _name, _reg, _bit, S4_SYS_CLK, CLK_IGNORE_UNUSED)

#define S4_DIV(_id, _name, _reg, _shift, _width, _parent, _flags)			\
	S4_FIELD(_id, _name, S4_KIND_DIV, _reg, _shift, _width, _parent, _flags, 0)
#define S4_DIV_CLOSEST(_id, _name, _reg, _shift, _width, _parent, _flags)		\
	S4_FIELD(_id, _name, S4_KIND_DIV, _reg, _shift, _width, _parent, _flags,	\
		 CLK_DIVIDER_ROUND_CLOSEST)
#define S4_DIV_RO(_id, _name, _reg, _shift, _width, _parent, _flags)			\
	S4_FIELD(_id, _name, S4_KIND_DIV_RO, _reg, _shift, _width, _parent, _flags, 0)
#define S4_DIV_POW2(_id, _name, _reg, _shift, _width, _parent, _flags)			\
	S4_FIELD(_id, _name, S4_KIND_DIV, _reg, _shift, _width, _parent, _flags,	\
		 CLK_DIVIDER_POWER_OF_TWO)
#define S4_DIV_POW2_RO(_id, _name, _reg, _shift, _width, _parent, _flags)		\
	S4_FIELD(_id, _name, S4_KIND_DIV_RO, _reg, _shift, _width, _parent, _flags,	\
		 CLK_DIVIDER_POWER_OF_TWO)
#define S4_DIV_POW2_CLOSEST(_id, _name, _reg, _shift, _width, _parent, _flags)		\
	S4_FIELD(_id, _name, S4_KIND_DIV, _reg, _shift, _width, _parent, _flags,	\
		 CLK_DIVIDER_POWER_OF_TWO | CLK_DIVIDER_ROUND_CLOSEST)

#define S4_MUX_FIELD(_id, _name, _kind, _reg, _shift, _width, _parents, _flags, _hw)	\
	[_id] = {									\
		.name = _name, .kind = _kind, .reg = _reg, .shift = _shift,		\
		.width = _width, .parents = _parents, .flags = _flags, .hw_flags = _hw,	\
	}
#define S4_MUX(_id, _name, _reg, _shift, _width, _parents, _flags)			\
	S4_MUX_FIELD(_id, _name, S4_KIND_MUX, _reg, _shift, _width, _parents, _flags, 0)
#define S4_MUX_RO(_id, _name, _reg, _shift, _width, _parents, _flags)			\
	S4_MUX_FIELD(_id, _name, S4_KIND_MUX_RO, _reg, _shift, _width, _parents, _flags, 0)
#define S4_MUX_CLOSEST(_id, _name, _reg, _shift, _width, _parents, _flags)		\
	S4_MUX_FIELD(_id, _name, S4_KIND_MUX, _reg, _shift, _width, _parents, _flags,	\
		     CLK_MUX_ROUND_CLOSEST)

#define S4_FACTOR(_id, _name, _mult, _div, _parent, _flags)				\
	[_id] = {									\
		.name = _name, .kind = S4_KIND_FACTOR, .mult = _mult, .div = _div,	\
		.parent = _parent, .flags = _flags,					\
	}

#define S4_DCO_KIND(_id, _name, _kind, _reg, _dco)					\
	[_id] = {									\
		.name = _name, .kind = _kind, .reg = _reg, .dco = _dco,			\
		.parent = S4_XTAL,							\
	}
#define S4_DCO(_id, _name, _reg, _dco)							\
	S4_DCO_KIND(_id, _name, S4_KIND_DCO, _reg, _dco)
#define S4_DCO_RO(_id, _name, _reg, _dco)						\
	S4_DCO_KIND(_id, _name, S4_KIND_DCO_RO, _reg, _dco)

#define S4_MPLL(_id, _name, _reg, _parent)						\
	S4_FIELD(_id, _name, S4_KIND_MPLL, _reg, 0, 32, _parent, 0, 0)
#define S4_DUALDIV(_id, _name, _reg, _parent)						\
	S4_FIELD(_id, _name, S4_KIND_DUALDIV, _reg, 0, 32, _parent, 0, 0)
#define S4_VIDDIV(_id, _name, _reg, _parent, _flags)					\
	S4_FIELD(_id, _name, S4_KIND_VIDDIV, _reg, 0, 18, _parent, _flags, 0)

/* Fields of a PLL's CTRL0; the fraction is in CTRL1. */
#define S4_DCO_LOCK		BIT(31)
#define S4_DCO_RESET		BIT(29)
#define S4_DCO_ENABLE		BIT(28)
#define S4_DCO_N		GENMASK(14, 10)
#define S4_DCO_M		GENMASK(7, 0)
#define S4_DCO_FRAC		GENMASK(16, 0)
/* Limits of the oscillator, in multiples of the crystal. */
#define S4_DCO_M_MIN		125
#define S4_DCO_M_MAX		250

/* An MPLL's registers: its own, the analogue part behind it, and one for all four. */
#define S4_MPLL_GATE		BIT(31)
#define S4_MPLL_SDM_ENABLE	BIT(30)
#define S4_MPLL_SPREAD		BIT(29)
#define S4_MPLL_N2		GENMASK(28, 20)
#define S4_MPLL_SDM		GENMASK(13, 0)
#define S4_MPLL_SDM_MAX		16384
#define S4_MPLL_N2_MIN		4
#define S4_MPLL_N2_MAX		511
#define S4_MPLL_SETUP		0x40000033
#define S4_MPLL_COMMON		0x180
#define S4_MPLL_COMMON_SETUP	0x00000543

/* Two registers: the divisors, and the cycles for which each is used; all minus one. */
#define S4_DUALDIV_DUAL		BIT(28)
#define S4_DUALDIV_SECOND	GENMASK(23, 12)
#define S4_DUALDIV_FIRST	GENMASK(11, 0)
/* 32768 Hz from 24 MHz on average: divided by 733 for 8 cycles, then by 732 for 11. */
#define S4_DUALDIV_N1		733
#define S4_DUALDIV_M1		8
#define S4_DUALDIV_N2		732
#define S4_DUALDIV_M2		11

#define S4_VIDDIV_LENGTH	GENMASK(17, 16)
#define S4_VIDDIV_PATTERN	GENMASK(14, 0)

static const struct s4_dco s4_fixed_dco = {
	.frac_max = BIT(17),
};

static const struct s4_dco s4_gp0_dco = {
	.has_setup = true,
	.setup = { 0x00000000, 0x00000000, 0x48681c00, 0x88770290, 0x39272000, 0x56540000 },
};

static const struct s4_dco s4_hifi_dco = {
	.frac_max = 100000,
	.has_setup = true,
	.setup = { 0x00000000, 0x00000000, 0x6a285c00, 0x65771290, 0x39272000, 0x56540000 },
};

static const struct s4_dco s4_hdmi_dco = {};

static const struct s4_parents s4_mpll_50m_parents = {
	.num = 2,
	.clk = { S4_XTAL, S4_PLL(21) },
};

static const struct s4_parents s4_rtc_32k_by_oscin_parents = {
	.num = 2,
	.clk = { S4_PERIPH(1), S4_PERIPH(0) },
};

static const struct s4_parents s4_rtc_clk_parents = {
	.num = 2,
	.clk = { S4_PERIPH(3), S4_PERIPH(1) },
};

static const struct s4_parents s4_sys_parents = {
	.num = 7,
	.clk = {
		S4_XTAL, S4_FCLK_DIV2, S4_FCLK_DIV3, S4_FCLK_DIV4, S4_FCLK_DIV5, S4_FCLK_DIV7,
		S4_RTC_CLK,
	},
	.value = (const u8[]){ 0, 1, 2, 3, 4, 6, 7 },
};

static const struct s4_parents s4_sys_clk_parents = {
	.num = 2,
	.clk = { S4_PERIPH(10), S4_PERIPH(7) },
};

static const struct s4_parents s4_ceca_32k_pre_parents = {
	.num = 2,
	.clk = { S4_PERIPH(13), S4_PERIPH(12) },
};

static const struct s4_parents s4_ceca_32k_parents = {
	.num = 2,
	.clk = { S4_PERIPH(14), S4_RTC_CLK },
};

static const struct s4_parents s4_cecb_32k_pre_parents = {
	.num = 2,
	.clk = { S4_PERIPH(18), S4_PERIPH(17) },
};

static const struct s4_parents s4_cecb_32k_parents = {
	.num = 2,
	.clk = { S4_PERIPH(19), S4_RTC_CLK },
};

static const struct s4_parents s4_sc_clk_parents = {
	.num = 4,
	.clk = { S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5, S4_XTAL },
};

static const struct s4_parents s4_12_24m_parents = {
	.num = 2,
	.clk = { S4_PERIPH(25), S4_PERIPH(26) },
};

static const struct s4_parents s4_vid_pll_parents = {
	.num = 2,
	.clk = { S4_PERIPH(28), S4_HDMI_PLL },
};

static const struct s4_parents s4_vclk_parents = {
	.num = 8,
	.clk = {
		S4_VID_PLL, S4_GP0_PLL, S4_HIFI_PLL, S4_MPLL1, S4_FCLK_DIV3, S4_FCLK_DIV4,
		S4_FCLK_DIV5, S4_FCLK_DIV7,
	},
};

static const struct s4_parents s4_cts_parents = {
	.num = 10,
	.clk = {
		S4_PERIPH(39), S4_PERIPH(49), S4_PERIPH(50), S4_PERIPH(51), S4_PERIPH(52),
		S4_PERIPH(44), S4_PERIPH(53), S4_PERIPH(54), S4_PERIPH(55), S4_PERIPH(56),
	},
	.value = (const u8[]){ 0, 1, 2, 3, 4, 8, 9, 10, 11, 12 },
};

static const struct s4_parents s4_hdmi_parents = {
	.num = 4,
	.clk = { S4_XTAL, S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5 },
};

static const struct s4_parents s4_mali_n_parents = {
	.num = 8,
	.clk = {
		S4_XTAL, S4_GP0_PLL, S4_HIFI_PLL, S4_FCLK_DIV2P5, S4_FCLK_DIV3, S4_FCLK_DIV4,
		S4_FCLK_DIV5, S4_FCLK_DIV7,
	},
};

static const struct s4_parents s4_mali_parents = {
	.num = 2,
	.clk = { S4_PERIPH(72), S4_PERIPH(75) },
};

static const struct s4_parents s4_dec_pn_parents = {
	.num = 8,
	.clk = {
		S4_FCLK_DIV2P5, S4_FCLK_DIV3, S4_FCLK_DIV4, S4_FCLK_DIV5, S4_FCLK_DIV7,
		S4_HIFI_PLL, S4_GP0_PLL, S4_XTAL,
	},
};

static const struct s4_parents s4_vdec_parents = {
	.num = 2,
	.clk = { S4_PERIPH(79), S4_PERIPH(82) },
};

static const struct s4_parents s4_hevcf_parents = {
	.num = 2,
	.clk = { S4_PERIPH(86), S4_PERIPH(89) },
};

static const struct s4_parents s4_vpu_n_parents = {
	.num = 8,
	.clk = {
		S4_FCLK_DIV3, S4_FCLK_DIV4, S4_FCLK_DIV5, S4_FCLK_DIV7, S4_MPLL1, S4_VID_PLL,
		S4_HIFI_PLL, S4_GP0_PLL,
	},
};

static const struct s4_parents s4_vpu_parents = {
	.num = 2,
	.clk = { S4_PERIPH(93), S4_PERIPH(96) },
};

static const struct s4_parents s4_vpu_clkb_tmp_parents = {
	.num = 4,
	.clk = { S4_PERIPH(97), S4_FCLK_DIV4, S4_FCLK_DIV5, S4_FCLK_DIV7 },
};

static const struct s4_parents s4_vpu_clkc_pn_parents = {
	.num = 8,
	.clk = {
		S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5, S4_FCLK_DIV7, S4_MPLL1, S4_VID_PLL,
		S4_MPLL2, S4_GP0_PLL,
	},
};

static const struct s4_parents s4_vpu_clkc_parents = {
	.num = 2,
	.clk = { S4_PERIPH(105), S4_PERIPH(108) },
};

static const struct s4_parents s4_vapb_n_parents = {
	.num = 8,
	.clk = {
		S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5, S4_FCLK_DIV7, S4_MPLL1, S4_VID_PLL,
		S4_MPLL2, S4_FCLK_DIV2P5,
	},
};

static const struct s4_parents s4_vapb_parents = {
	.num = 2,
	.clk = { S4_PERIPH(112), S4_PERIPH(115) },
};

static const struct s4_parents s4_vdin_meas_parents = {
	.num = 5,
	.clk = { S4_XTAL, S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5, S4_VID_PLL },
};

static const struct s4_parents s4_sd_emmc_parents = {
	.num = 8,
	.clk = {
		S4_XTAL, S4_FCLK_DIV2, S4_FCLK_DIV3, S4_HIFI_PLL, S4_FCLK_DIV2P5, S4_MPLL2,
		S4_MPLL3, S4_GP0_PLL,
	},
};

static const struct s4_parents s4_spicc0_parents = {
	.num = 7,
	.clk = {
		S4_XTAL, S4_SYS_CLK, S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV2, S4_FCLK_DIV5,
		S4_FCLK_DIV7,
	},
};

/*
 * Value 1 is vid_pll, which is left out: its rate is the picture's, and changes with it. It
 * would be taken whenever it happened to fit best.
 */
static const struct s4_parents s4_pwm_parents = {
	.num = 3,
	.clk = { S4_XTAL, S4_FCLK_DIV4, S4_FCLK_DIV3 },
	.value = (const u8[]){ 0, 2, 3 },
};

static const struct s4_parents s4_saradc_parents = {
	.num = 2,
	.clk = { S4_XTAL, S4_SYS_CLK },
};

static const struct s4_parents s4_gen_clk_parents = {
	.num = 13,
	.clk = {
		S4_XTAL, S4_VID_PLL, S4_GP0_PLL, S4_HIFI_PLL, S4_FCLK_DIV2, S4_FCLK_DIV3,
		S4_FCLK_DIV4, S4_FCLK_DIV5, S4_FCLK_DIV7, S4_MPLL0, S4_MPLL1, S4_MPLL2, S4_MPLL3,
	},
	.value = (const u8[]){ 0, 4, 5, 7, 19, 21, 22, 23, 24, 25, 26, 27, 28 },
};

static const struct s4_parents s4_hdcp22_esmclk_parents = {
	.num = 4,
	.clk = { S4_FCLK_DIV7, S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5 },
};

static const struct s4_parents s4_cdac_parents = {
	.num = 2,
	.clk = { S4_XTAL, S4_FCLK_DIV5 },
};

static const struct s4_parents s4_demod_core_parents = {
	.num = 3,
	.clk = { S4_XTAL, S4_FCLK_DIV7, S4_FCLK_DIV4 },
};

static const struct s4_parents s4_adc_extclk_in_parents = {
	.num = 8,
	.clk = {
		S4_XTAL, S4_FCLK_DIV4, S4_FCLK_DIV3, S4_FCLK_DIV5, S4_FCLK_DIV7, S4_MPLL2,
		S4_GP0_PLL, S4_HIFI_PLL,
	},
};

static const struct s4_desc s4_pll_clks[] = {
	S4_DCO_RO(0, "fixed_pll_dco", 0x040, &s4_fixed_dco),
	S4_DIV_POW2_RO(1, "fixed_pll", 0x040, 16, 2, S4_PLL(0), 0),
	S4_FACTOR(2, "fclk_div2_div", 1, 2, S4_PLL(1), 0),
	S4_GATE_RO(3, "fclk_div2", 0x044, 24, S4_PLL(2), 0),
	S4_FACTOR(4, "fclk_div3_div", 1, 3, S4_PLL(1), 0),
	S4_GATE_RO(5, "fclk_div3", 0x044, 20, S4_PLL(4), 0),
	S4_FACTOR(6, "fclk_div4_div", 1, 4, S4_PLL(1), 0),
	S4_GATE_RO(7, "fclk_div4", 0x044, 21, S4_PLL(6), 0),
	S4_FACTOR(8, "fclk_div5_div", 1, 5, S4_PLL(1), 0),
	S4_GATE_RO(9, "fclk_div5", 0x044, 22, S4_PLL(8), 0),
	S4_FACTOR(10, "fclk_div7_div", 1, 7, S4_PLL(1), 0),
	S4_GATE_RO(11, "fclk_div7", 0x044, 23, S4_PLL(10), 0),
	S4_FACTOR(12, "fclk_div2p5_div", 2, 5, S4_PLL(1), 0),
	S4_GATE_RO(13, "fclk_div2p5", 0x044, 25, S4_PLL(12), 0),
	S4_DCO(14, "gp0_pll_dco", 0x080, &s4_gp0_dco),
	S4_DIV_POW2_CLOSEST(15, "gp0_pll", 0x080, 16, 3, S4_PLL(14), S4_UP),
	S4_DCO(16, "hifi_pll_dco", 0x100, &s4_hifi_dco),
	S4_DIV_POW2_CLOSEST(17, "hifi_pll", 0x100, 16, 2, S4_PLL(16), S4_UP),
	S4_DCO(18, "hdmi_pll_dco", 0x1c0, &s4_hdmi_dco),
	S4_DIV_POW2(19, "hdmi_pll_od", 0x1c0, 16, 4, S4_PLL(18), S4_UP),
	S4_DIV_POW2(20, "hdmi_pll", 0x1c0, 20, 2, S4_PLL(19), S4_UP),
	S4_FACTOR(21, "mpll_50m_div", 1, 80, S4_PLL(0), 0),
	S4_MUX_RO(22, "mpll_50m", 0x04c, 5, 1, &s4_mpll_50m_parents, 0),
	S4_FACTOR(23, "mpll_prediv", 1, 2, S4_PLL(0), 0),
	S4_MPLL(24, "mpll0_div", 0x184, S4_PLL(23)),
	S4_GATE(25, "mpll0", 0x184, 31, S4_PLL(24), S4_UP),
	S4_MPLL(26, "mpll1_div", 0x18c, S4_PLL(23)),
	S4_GATE(27, "mpll1", 0x18c, 31, S4_PLL(26), S4_UP),
	S4_MPLL(28, "mpll2_div", 0x194, S4_PLL(23)),
	S4_GATE(29, "mpll2", 0x194, 31, S4_PLL(28), S4_UP),
	S4_MPLL(30, "mpll3_div", 0x19c, S4_PLL(23)),
	S4_GATE(31, "mpll3", 0x19c, 31, S4_PLL(30), S4_UP),
};

static const struct s4_desc s4_periph_clks[] = {
	S4_GATE(0, "rtc_32k_by_oscin_clkin", 0x008, 31, S4_XTAL, 0),
	S4_DUALDIV(1, "rtc_32k_by_oscin_div", 0x008, S4_PERIPH(0)),
	S4_MUX_CLOSEST(2, "rtc_32k_by_oscin_sel", 0x00c, 24, 1, &s4_rtc_32k_by_oscin_parents,
		       S4_UP),
	S4_GATE(3, "rtc_32k_by_oscin", 0x008, 30, S4_PERIPH(2), S4_UP),
	S4_MUX_CLOSEST(4, "rtc_clk_sel", 0x010, 0, 2, &s4_rtc_clk_parents, S4_UP),
	S4_MUX_RO(5, "sysclk_b_sel", 0x040, 26, 3, &s4_sys_parents, 0),
	S4_DIV_RO(6, "sysclk_b_div", 0x040, 16, 10, S4_PERIPH(5), 0),
	S4_GATE_RO(7, "sysclk_b", 0x040, 29, S4_PERIPH(6), 0),
	S4_MUX_RO(8, "sysclk_a_sel", 0x040, 10, 3, &s4_sys_parents, 0),
	S4_DIV_RO(9, "sysclk_a_div", 0x040, 0, 10, S4_PERIPH(8), 0),
	S4_GATE_RO(10, "sysclk_a", 0x040, 13, S4_PERIPH(9), 0),
	S4_MUX_RO(11, "sys_clk", 0x040, 31, 1, &s4_sys_clk_parents, 0),
	S4_GATE(12, "ceca_32k_clkin", 0x088, 31, S4_XTAL, 0),
	S4_DUALDIV(13, "ceca_32k_div", 0x088, S4_PERIPH(12)),
	S4_MUX_CLOSEST(14, "ceca_32k_sel_pre", 0x08c, 24, 1, &s4_ceca_32k_pre_parents, S4_UP),
	S4_MUX_CLOSEST(15, "ceca_32k_sel", 0x08c, 31, 1, &s4_ceca_32k_parents, 0),
	S4_GATE(16, "ceca_32k_clkout", 0x088, 30, S4_PERIPH(15), S4_UP),
	S4_GATE(17, "cecb_32k_clkin", 0x090, 31, S4_XTAL, 0),
	S4_DUALDIV(18, "cecb_32k_div", 0x090, S4_PERIPH(17)),
	S4_MUX_CLOSEST(19, "cecb_32k_sel_pre", 0x094, 24, 1, &s4_cecb_32k_pre_parents, S4_UP),
	S4_MUX_CLOSEST(20, "cecb_32k_sel", 0x094, 31, 1, &s4_cecb_32k_parents, 0),
	S4_GATE(21, "cecb_32k_clkout", 0x090, 30, S4_PERIPH(20), S4_UP),
	S4_MUX(22, "sc_clk_sel", 0x098, 9, 2, &s4_sc_clk_parents, S4_UP),
	S4_DIV(23, "sc_clk_div", 0x098, 0, 8, S4_PERIPH(22), S4_UP),
	S4_GATE(24, "sc_clk", 0x098, 8, S4_PERIPH(23), S4_UP),
	S4_GATE(25, "12_24M", 0x0a8, 11, S4_XTAL, 0),
	S4_FACTOR(26, "12M_div", 1, 2, S4_PERIPH(25), S4_UP),
	S4_MUX(27, "12_24M_sel", 0x0a8, 10, 1, &s4_12_24m_parents, S4_UP),
	S4_VIDDIV(28, "vid_pll_div", 0x0e4, S4_HDMI_PLL, S4_UP),
	S4_MUX(29, "vid_pll_sel", 0x0e4, 18, 1, &s4_vid_pll_parents, S4_UP),
	S4_GATE(30, "vid_pll", 0x0e4, 19, S4_PERIPH(29), S4_UP),
	S4_MUX(31, "vclk_sel", 0x0c0, 16, 3, &s4_vclk_parents, 0),
	S4_MUX(32, "vclk2_sel", 0x0d0, 16, 3, &s4_vclk_parents, 0),
	S4_GATE(33, "vclk_input", 0x0c8, 16, S4_PERIPH(31), S4_UP),
	S4_GATE(34, "vclk2_input", 0x0cc, 16, S4_PERIPH(32), S4_UP),
	S4_DIV(35, "vclk_div", 0x0c8, 0, 8, S4_PERIPH(33), S4_UP),
	S4_DIV(36, "vclk2_div", 0x0cc, 0, 8, S4_PERIPH(34), S4_UP),
	S4_GATE(37, "vclk", 0x0c0, 19, S4_PERIPH(35), S4_UP),
	S4_GATE(38, "vclk2", 0x0d0, 19, S4_PERIPH(36), S4_UP),
	S4_GATE(39, "vclk_div1", 0x0c0, 0, S4_PERIPH(37), S4_UP),
	S4_GATE(40, "vclk_div2_en", 0x0c0, 1, S4_PERIPH(37), S4_UP),
	S4_GATE(41, "vclk_div4_en", 0x0c0, 2, S4_PERIPH(37), S4_UP),
	S4_GATE(42, "vclk_div6_en", 0x0c0, 3, S4_PERIPH(37), S4_UP),
	S4_GATE(43, "vclk_div12_en", 0x0c0, 4, S4_PERIPH(37), S4_UP),
	S4_GATE(44, "vclk2_div1", 0x0d0, 0, S4_PERIPH(38), S4_UP),
	S4_GATE(45, "vclk2_div2_en", 0x0d0, 1, S4_PERIPH(38), S4_UP),
	S4_GATE(46, "vclk2_div4_en", 0x0d0, 2, S4_PERIPH(38), S4_UP),
	S4_GATE(47, "vclk2_div6_en", 0x0d0, 3, S4_PERIPH(38), S4_UP),
	S4_GATE(48, "vclk2_div12_en", 0x0d0, 4, S4_PERIPH(38), S4_UP),
	S4_FACTOR(49, "vclk_div2", 1, 2, S4_PERIPH(40), S4_UP),
	S4_FACTOR(50, "vclk_div4", 1, 4, S4_PERIPH(41), S4_UP),
	S4_FACTOR(51, "vclk_div6", 1, 6, S4_PERIPH(42), S4_UP),
	S4_FACTOR(52, "vclk_div12", 1, 12, S4_PERIPH(43), S4_UP),
	S4_FACTOR(53, "vclk2_div2", 1, 2, S4_PERIPH(45), S4_UP),
	S4_FACTOR(54, "vclk2_div4", 1, 4, S4_PERIPH(46), S4_UP),
	S4_FACTOR(55, "vclk2_div6", 1, 6, S4_PERIPH(47), S4_UP),
	S4_FACTOR(56, "vclk2_div12", 1, 12, S4_PERIPH(48), S4_UP),
	S4_MUX(57, "cts_enci_sel", 0x0c8, 28, 4, &s4_cts_parents, 0),
	S4_MUX(58, "cts_encp_sel", 0x0c8, 20, 4, &s4_cts_parents, 0),
	S4_MUX(59, "cts_vdac_sel", 0x0cc, 28, 4, &s4_cts_parents, 0),
	S4_MUX(60, "hdmi_tx_sel", 0x0e0, 16, 4, &s4_cts_parents, 0),
	S4_GATE(61, "cts_enci", 0x0c4, 0, S4_PERIPH(57), S4_UP),
	S4_GATE(62, "cts_encp", 0x0c4, 2, S4_PERIPH(58), S4_UP),
	S4_GATE(63, "cts_vdac", 0x0c4, 4, S4_PERIPH(59), S4_UP),
	S4_GATE(64, "hdmi_tx", 0x0c4, 5, S4_PERIPH(60), S4_UP),
	S4_MUX_CLOSEST(65, "hdmi_sel", 0x0e0, 9, 2, &s4_hdmi_parents, S4_UP),
	S4_DIV(66, "hdmi_div", 0x0e0, 0, 7, S4_PERIPH(65), S4_UP),
	S4_GATE(67, "hdmi", 0x0e0, 8, S4_PERIPH(66), S4_UP),
	S4_DIV(68, "ts_clk_div", 0x158, 0, 8, S4_XTAL, S4_UP),
	S4_GATE(69, "ts_clk", 0x158, 8, S4_PERIPH(68), S4_UP),
	S4_MUX(70, "mali_0_sel", 0x15c, 9, 3, &s4_mali_n_parents, 0),
	S4_DIV(71, "mali_0_div", 0x15c, 0, 7, S4_PERIPH(70), S4_UP),
	S4_GATE(72, "mali_0", 0x15c, 8, S4_PERIPH(71), S4_UP | CLK_SET_RATE_GATE),
	S4_MUX(73, "mali_1_sel", 0x15c, 25, 3, &s4_mali_n_parents, 0),
	S4_DIV(74, "mali_1_div", 0x15c, 16, 7, S4_PERIPH(73), S4_UP),
	S4_GATE(75, "mali_1", 0x15c, 24, S4_PERIPH(74), S4_UP | CLK_SET_RATE_GATE),
	S4_MUX(76, "mali_sel", 0x15c, 31, 1, &s4_mali_parents, S4_UP),
	S4_MUX_CLOSEST(77, "vdec_p0_sel", 0x140, 9, 3, &s4_dec_pn_parents, 0),
	S4_DIV_CLOSEST(78, "vdec_p0_div", 0x140, 0, 7, S4_PERIPH(77), S4_UP),
	S4_GATE(79, "vdec_p0", 0x140, 8, S4_PERIPH(78), S4_UP),
	S4_MUX_CLOSEST(80, "vdec_p1_sel", 0x148, 9, 3, &s4_dec_pn_parents, 0),
	S4_DIV_CLOSEST(81, "vdec_p1_div", 0x148, 0, 7, S4_PERIPH(80), S4_UP),
	S4_GATE(82, "vdec_p1", 0x148, 8, S4_PERIPH(81), S4_UP),
	S4_MUX(83, "vdec_sel", 0x148, 15, 1, &s4_vdec_parents, S4_UP),
	S4_MUX_CLOSEST(84, "hevcf_p0_sel", 0x144, 9, 3, &s4_dec_pn_parents, 0),
	S4_DIV_CLOSEST(85, "hevcf_p0_div", 0x144, 0, 7, S4_PERIPH(84), S4_UP),
	S4_GATE(86, "hevcf_p0", 0x144, 8, S4_PERIPH(85), S4_UP),
	S4_MUX_CLOSEST(87, "hevcf_p1_sel", 0x14c, 9, 3, &s4_dec_pn_parents, 0),
	S4_DIV_CLOSEST(88, "hevcf_p1_div", 0x14c, 0, 7, S4_PERIPH(87), S4_UP),
	S4_GATE(89, "hevcf_p1", 0x14c, 8, S4_PERIPH(88), S4_UP),
	S4_MUX(90, "hevcf_sel", 0x14c, 15, 1, &s4_hevcf_parents, S4_UP),
	S4_MUX(91, "vpu_0_sel", 0x0e8, 9, 3, &s4_vpu_n_parents, 0),
	S4_DIV(92, "vpu_0_div", 0x0e8, 0, 7, S4_PERIPH(91), S4_UP),
	S4_GATE(93, "vpu_0", 0x0e8, 8, S4_PERIPH(92), S4_UP),
	S4_MUX(94, "vpu_1_sel", 0x0e8, 25, 3, &s4_vpu_n_parents, 0),
	S4_DIV(95, "vpu_1_div", 0x0e8, 16, 7, S4_PERIPH(94), S4_UP),
	S4_GATE(96, "vpu_1", 0x0e8, 24, S4_PERIPH(95), S4_UP),
	S4_MUX(97, "vpu", 0x0e8, 31, 1, &s4_vpu_parents, S4_UP),
	S4_MUX(98, "vpu_clkb_tmp_sel", 0x0ec, 20, 2, &s4_vpu_clkb_tmp_parents, S4_UP),
	S4_DIV(99, "vpu_clkb_tmp_div", 0x0ec, 16, 4, S4_PERIPH(98), S4_UP),
	S4_GATE(100, "vpu_clkb_tmp", 0x0ec, 24, S4_PERIPH(99), S4_UP),
	S4_DIV(101, "vpu_clkb_div", 0x0ec, 0, 8, S4_PERIPH(100), S4_UP),
	S4_GATE(102, "vpu_clkb", 0x0ec, 8, S4_PERIPH(101), S4_UP),
	S4_MUX(103, "vpu_clkc_p0_sel", 0x0f0, 9, 3, &s4_vpu_clkc_pn_parents, 0),
	S4_DIV(104, "vpu_clkc_p0_div", 0x0f0, 0, 7, S4_PERIPH(103), S4_UP),
	S4_GATE(105, "vpu_clkc_p0", 0x0f0, 8, S4_PERIPH(104), S4_UP),
	S4_MUX(106, "vpu_clkc_p1_sel", 0x0f0, 25, 3, &s4_vpu_clkc_pn_parents, 0),
	S4_DIV(107, "vpu_clkc_p1_div", 0x0f0, 16, 7, S4_PERIPH(106), S4_UP),
	S4_GATE(108, "vpu_clkc_p1", 0x0f0, 24, S4_PERIPH(107), S4_UP),
	S4_MUX(109, "vpu_clkc_sel", 0x0f0, 31, 1, &s4_vpu_clkc_parents, S4_UP),
	S4_MUX(110, "vapb_0_sel", 0x0fc, 9, 3, &s4_vapb_n_parents, 0),
	S4_DIV(111, "vapb_0_div", 0x0fc, 0, 7, S4_PERIPH(110), S4_UP),
	S4_GATE(112, "vapb_0", 0x0fc, 8, S4_PERIPH(111), S4_UP),
	S4_MUX(113, "vapb_1_sel", 0x0fc, 25, 3, &s4_vapb_n_parents, 0),
	S4_DIV(114, "vapb_1_div", 0x0fc, 16, 7, S4_PERIPH(113), S4_UP),
	S4_GATE(115, "vapb_1", 0x0fc, 24, S4_PERIPH(114), S4_UP),
	S4_MUX(116, "vapb_sel", 0x0fc, 31, 1, &s4_vapb_parents, S4_UP),
	S4_GATE(117, "ge2d", 0x0fc, 30, S4_PERIPH(116), S4_UP),
	S4_MUX(118, "vdin_meas_sel", 0x0f8, 9, 3, &s4_vdin_meas_parents, S4_UP),
	S4_DIV(119, "vdin_meas_div", 0x0f8, 0, 7, S4_PERIPH(118), S4_UP),
	S4_GATE(120, "vdin_meas", 0x0f8, 8, S4_PERIPH(119), S4_UP),
	S4_MUX(121, "sd_emmc_c_clk0_sel", 0x168, 9, 3, &s4_sd_emmc_parents, 0),
	S4_DIV(122, "sd_emmc_c_clk0_div", 0x168, 0, 7, S4_PERIPH(121), S4_UP),
	S4_GATE(123, "sd_emmc_c_clk0", 0x168, 7, S4_PERIPH(122), S4_UP),
	S4_MUX(124, "sd_emmc_a_clk0_sel", 0x16c, 9, 3, &s4_sd_emmc_parents, 0),
	S4_DIV(125, "sd_emmc_a_clk0_div", 0x16c, 0, 7, S4_PERIPH(124), S4_UP),
	S4_GATE(126, "sd_emmc_a_clk0", 0x16c, 7, S4_PERIPH(125), S4_UP),
	S4_MUX(127, "sd_emmc_b_clk0_sel", 0x16c, 25, 3, &s4_sd_emmc_parents, 0),
	S4_DIV(128, "sd_emmc_b_clk0_div", 0x16c, 16, 7, S4_PERIPH(127), S4_UP),
	S4_GATE(129, "sd_emmc_b_clk0", 0x16c, 23, S4_PERIPH(128), S4_UP),
	S4_MUX(130, "spicc0_sel", 0x174, 7, 3, &s4_spicc0_parents, S4_UP),
	S4_DIV(131, "spicc0_div", 0x174, 0, 6, S4_PERIPH(130), S4_UP),
	S4_GATE(132, "spicc0_en", 0x174, 6, S4_PERIPH(131), S4_UP),
	S4_MUX(133, "pwm_a_sel", 0x180, 9, 2, &s4_pwm_parents, 0),
	S4_DIV(134, "pwm_a_div", 0x180, 0, 8, S4_PERIPH(133), S4_UP),
	S4_GATE(135, "pwm_a", 0x180, 8, S4_PERIPH(134), S4_UP),
	S4_MUX(136, "pwm_b_sel", 0x180, 25, 2, &s4_pwm_parents, 0),
	S4_DIV(137, "pwm_b_div", 0x180, 16, 8, S4_PERIPH(136), S4_UP),
	S4_GATE(138, "pwm_b", 0x180, 24, S4_PERIPH(137), S4_UP),
	S4_MUX(139, "pwm_c_sel", 0x184, 9, 2, &s4_pwm_parents, 0),
	S4_DIV(140, "pwm_c_div", 0x184, 0, 8, S4_PERIPH(139), S4_UP),
	S4_GATE(141, "pwm_c", 0x184, 8, S4_PERIPH(140), S4_UP),
	S4_MUX(142, "pwm_d_sel", 0x184, 25, 2, &s4_pwm_parents, 0),
	S4_DIV(143, "pwm_d_div", 0x184, 16, 8, S4_PERIPH(142), S4_UP),
	S4_GATE(144, "pwm_d", 0x184, 24, S4_PERIPH(143), S4_UP),
	S4_MUX(145, "pwm_e_sel", 0x188, 9, 2, &s4_pwm_parents, 0),
	S4_DIV(146, "pwm_e_div", 0x188, 0, 8, S4_PERIPH(145), S4_UP),
	S4_GATE(147, "pwm_e", 0x188, 8, S4_PERIPH(146), S4_UP),
	S4_MUX(148, "pwm_f_sel", 0x188, 25, 2, &s4_pwm_parents, 0),
	S4_DIV(149, "pwm_f_div", 0x188, 16, 8, S4_PERIPH(148), S4_UP),
	S4_GATE(150, "pwm_f", 0x188, 24, S4_PERIPH(149), S4_UP),
	S4_MUX(151, "pwm_g_sel", 0x18c, 9, 2, &s4_pwm_parents, 0),
	S4_DIV(152, "pwm_g_div", 0x18c, 0, 8, S4_PERIPH(151), S4_UP),
	S4_GATE(153, "pwm_g", 0x18c, 8, S4_PERIPH(152), S4_UP),
	S4_MUX(154, "pwm_h_sel", 0x18c, 25, 2, &s4_pwm_parents, 0),
	S4_DIV(155, "pwm_h_div", 0x18c, 16, 8, S4_PERIPH(154), S4_UP),
	S4_GATE(156, "pwm_h", 0x18c, 24, S4_PERIPH(155), S4_UP),
	S4_MUX(157, "pwm_i_sel", 0x190, 9, 2, &s4_pwm_parents, 0),
	S4_DIV(158, "pwm_i_div", 0x190, 0, 8, S4_PERIPH(157), S4_UP),
	S4_GATE(159, "pwm_i", 0x190, 8, S4_PERIPH(158), S4_UP),
	S4_MUX(160, "pwm_j_sel", 0x190, 25, 2, &s4_pwm_parents, 0),
	S4_DIV(161, "pwm_j_div", 0x190, 16, 8, S4_PERIPH(160), S4_UP),
	S4_GATE(162, "pwm_j", 0x190, 24, S4_PERIPH(161), S4_UP),
	S4_MUX(163, "saradc_sel", 0x17c, 9, 2, &s4_saradc_parents, S4_UP),
	S4_DIV(164, "saradc_div", 0x17c, 0, 8, S4_PERIPH(163), S4_UP),
	S4_GATE(165, "saradc", 0x17c, 8, S4_PERIPH(164), S4_UP),
	S4_MUX(166, "gen_clk_sel", 0x178, 12, 5, &s4_gen_clk_parents, CLK_SET_RATE_NO_REPARENT),
	S4_DIV(167, "gen_clk_div", 0x178, 0, 11, S4_PERIPH(166), S4_UP),
	S4_GATE(168, "gen_clk", 0x178, 11, S4_PERIPH(167), S4_UP),
	S4_BUS_GATE(169, "s4_ddr", 0x044, 0),
	S4_BUS_GATE(170, "s4_dos", 0x044, 1),
	S4_BUS_GATE(171, "s4_ethphy", 0x044, 4),
	S4_BUS_GATE(172, "s4_mali", 0x044, 6),
	S4_BUS_GATE(173, "s4_aocpu", 0x044, 13),
	S4_BUS_GATE(174, "s4_aucpu", 0x044, 14),
	S4_BUS_GATE(175, "s4_cec", 0x044, 16),
	S4_BUS_GATE(176, "s4_sdemmca", 0x044, 24),
	S4_BUS_GATE(177, "s4_sdemmcb", 0x044, 25),
	S4_BUS_GATE(178, "s4_nand", 0x044, 26),
	S4_BUS_GATE(179, "s4_smartcard", 0x044, 27),
	S4_BUS_GATE(180, "s4_acodec", 0x044, 28),
	S4_BUS_GATE(181, "s4_spifc", 0x044, 29),
	S4_BUS_GATE(182, "s4_msr_clk", 0x044, 30),
	S4_BUS_GATE(183, "s4_ir_ctrl", 0x044, 31),
	S4_BUS_GATE(184, "s4_audio", 0x048, 0),
	S4_BUS_GATE(185, "s4_eth", 0x048, 3),
	S4_BUS_GATE(186, "s4_uart_a", 0x048, 5),
	S4_BUS_GATE(187, "s4_uart_b", 0x048, 6),
	S4_BUS_GATE(188, "s4_uart_c", 0x048, 7),
	S4_BUS_GATE(189, "s4_uart_d", 0x048, 8),
	S4_BUS_GATE(190, "s4_uart_e", 0x048, 9),
	S4_BUS_GATE(191, "s4_aififo", 0x048, 11),
	S4_BUS_GATE(192, "s4_ts_ddr", 0x048, 15),
	S4_BUS_GATE(193, "s4_ts_pll", 0x048, 16),
	S4_BUS_GATE(194, "s4_g2d", 0x048, 20),
	S4_BUS_GATE(195, "s4_spicc0", 0x048, 21),
	/* 196: none */
	S4_BUS_GATE(197, "s4_usb", 0x048, 26),
	S4_BUS_GATE(198, "s4_i2c_m_a", 0x048, 30),
	S4_BUS_GATE(199, "s4_i2c_m_b", 0x048, 31),
	S4_BUS_GATE(200, "s4_i2c_m_c", 0x04c, 0),
	S4_BUS_GATE(201, "s4_i2c_m_d", 0x04c, 1),
	S4_BUS_GATE(202, "s4_i2c_m_e", 0x04c, 2),
	S4_BUS_GATE(203, "s4_hdmitx_apb", 0x04c, 4),
	S4_BUS_GATE(204, "s4_i2c_s_a", 0x04c, 5),
	S4_BUS_GATE(205, "s4_usb1_to_ddr", 0x04c, 8),
	S4_BUS_GATE(206, "s4_hdcp22", 0x04c, 10),
	S4_BUS_GATE(207, "s4_mmc_apb", 0x04c, 11),
	S4_BUS_GATE(208, "s4_rsa", 0x04c, 18),
	S4_BUS_GATE(209, "s4_cpu_debug", 0x04c, 19),
	S4_BUS_GATE(210, "s4_vpu_intr", 0x04c, 25),
	S4_BUS_GATE(211, "s4_demod", 0x04c, 27),
	S4_BUS_GATE(212, "s4_sar_adc", 0x04c, 28),
	S4_BUS_GATE(213, "s4_gic", 0x04c, 30),
	S4_BUS_GATE(214, "s4_pwm_ab", 0x050, 7),
	S4_BUS_GATE(215, "s4_pwm_cd", 0x050, 8),
	S4_BUS_GATE(216, "s4_pwm_ef", 0x050, 9),
	S4_BUS_GATE(217, "s4_pwm_gh", 0x050, 10),
	S4_BUS_GATE(218, "s4_pwm_ij", 0x050, 11),
	S4_MUX(219, "hdcp22_esmclk_sel", 0x100, 9, 2, &s4_hdcp22_esmclk_parents, S4_UP),
	S4_DIV(220, "hdcp22_esmclk_div", 0x100, 0, 7, S4_PERIPH(219), S4_UP),
	S4_GATE(221, "hdcp22_esmclk", 0x100, 8, S4_PERIPH(220), S4_UP),
	S4_MUX(222, "hdcp22_skpclk_sel", 0x100, 25, 2, &s4_hdmi_parents, S4_UP),
	S4_DIV(223, "hdcp22_skpclk_div", 0x100, 16, 7, S4_PERIPH(222), S4_UP),
	S4_GATE(224, "hdcp22_skpclk", 0x100, 24, S4_PERIPH(223), S4_UP),
	S4_MUX(225, "cts_encl_sel", 0x0cc, 12, 4, &s4_cts_parents, 0),
	S4_GATE(226, "cts_encl", 0x0c4, 3, S4_PERIPH(225), S4_UP),
	S4_MUX(227, "cdac_sel", 0x108, 16, 2, &s4_cdac_parents, 0),
	S4_DIV(228, "cdac_div", 0x108, 0, 16, S4_PERIPH(227), S4_UP),
	S4_GATE(229, "cdac", 0x108, 20, S4_PERIPH(228), S4_UP),
	S4_MUX(230, "demod_core_sel", 0x200, 9, 2, &s4_demod_core_parents, 0),
	S4_DIV(231, "demod_core_div", 0x200, 0, 7, S4_PERIPH(230), S4_UP),
	S4_GATE(232, "demod_core", 0x200, 8, S4_PERIPH(231), S4_UP),
	S4_MUX(233, "adc_extclk_in_sel", 0x200, 25, 3, &s4_adc_extclk_in_parents, 0),
	S4_DIV(234, "adc_extclk_in_div", 0x200, 16, 7, S4_PERIPH(233), S4_UP),
	S4_GATE(235, "adc_extclk_in", 0x200, 24, S4_PERIPH(234), S4_UP),
};

/**
 * struct s4_vendor_run - clocks that the vendor's binding and ours number in the same order
 * @first: the vendor's number of the first
 * @num: how many
 * @clk: the first of them
 * @mux_is_gate: mux, divider, gate in turn, and the mux's number gets the gate
 */
struct s4_vendor_run {
	u16 first;
	u16 num;
	u16 clk;
	bool mux_is_gate;
};

/*
 * The vendor's numbers. What is missing has no clock here: CPU, cluster, PCIe, DSP and what
 * later chips have. Its PWM nodes name the mux and set divider and gate themselves, by a
 * register of this controller: they get the gate, whose rate reaches all three.
 */
static const struct s4_vendor_run s4_vendor_runs[] = {
	{ 0, 2, S4_PLL(0) },
	{ 4, 14, S4_PLL(2) },
	{ 40, 2, S4_PLL(16) },
	{ 46, 14, S4_PLL(18) },
	{ 60, 2, S4_PERIPH(0) },
	{ 62, 1, S4_PERIPH(3) },
	{ 63, 1, S4_PERIPH(2) },
	{ 64, 21, S4_PERIPH(4) },
	{ 92, 2, S4_PERIPH(25) },
	{ 97, 56, S4_PERIPH(28) },
	{ 167, 7, S4_PERIPH(84) },
	{ 183, 42, S4_PERIPH(91) },
	{ 228, 30, S4_PERIPH(133), .mux_is_gate = true },
	{ 258, 33, S4_PERIPH(163) },
	{ 293, 1, S4_PERIPH(197) },
	{ 295, 5, S4_PERIPH(198) },
	{ 301, 7, S4_PERIPH(203) },
	{ 309, 1, S4_PERIPH(210) },
	{ 310, 7, S4_PERIPH(212) },
	{ 317, 1, S4_PERIPH(211) },
	{ 318, 6, S4_PERIPH(219) },
	{ 324, 6, S4_PERIPH(230) },
};

#endif
