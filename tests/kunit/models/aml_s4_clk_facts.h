/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Linux 7.2's own drivers make of the Amlogic Meson S4's clocks
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Read out of the structures of those drivers, compiled, and so known without our driver's
 * table, which the suites compare with this. Parents are by name; where a mux has not just
 * the next value for the next parent, with its value. A factor has multiplier and divisor in
 * place of bit and width.
 */
#ifndef OUTBOARD_BENCH_AML_S4_CLK_FACTS_H
#define OUTBOARD_BENCH_AML_S4_CLK_FACTS_H

#include <linux/bits.h>
#include <linux/clk-provider.h>
#include <linux/types.h>

/* Besides the framework's flags: never written; nearest rate, not the next lower one. */
#define S4_FACT_FIXED	BIT(30)
#define S4_FACT_CLOSEST	BIT(31)

enum s4_fact_kind {
	S4_FACT_GATE = 1,
	S4_FACT_DIV,
	S4_FACT_POW2,
	S4_FACT_MUX,
	S4_FACT_FACTOR,
	S4_FACT_PLL,
	S4_FACT_MPLL,
	S4_FACT_DUALDIV,
	S4_FACT_VIDDIV,
};

/**
 * struct s4_fact - a clock
 * @id: its number in mainline's binding
 * @kind: enum s4_fact_kind
 * @reg: offset of its register
 * @bit: lowest bit of its field
 * @width: of its field
 * @flags: of the framework, and S4_FACT_*
 * @name: its name
 * @parents: names of what it may be made of
 */
struct s4_fact {
	u16 id;
	u8 kind;
	u16 reg;
	u8 bit;
	u8 width;
	u32 flags;
	const char *name;
	const char *parents;
};

#define UP		CLK_SET_RATE_PARENT
#define GATE_FIRST	CLK_SET_RATE_GATE
#define KEEP		CLK_IGNORE_UNUSED
#define STAY		CLK_SET_RATE_NO_REPARENT
#define FIXED		S4_FACT_FIXED
#define CLOSEST		S4_FACT_CLOSEST

#define FACT(_id, _name, _kind, _reg, _bit, _width, _flags, _parents)		\
	{									\
		.id = _id, .name = _name, .kind = S4_FACT_##_kind, .reg = _reg,	\
		.bit = _bit, .width = _width, .flags = _flags,			\
		.parents = _parents,						\
	}

#define CTS_PARENTS	"0:vclk_div1 1:vclk_div2 2:vclk_div4 3:vclk_div6 4:vclk_div12 8:vclk2_div1 "
#define CTS2_PARENTS	"9:vclk2_div2 10:vclk2_div4 11:vclk2_div6 12:vclk2_div12"
#define GEN_PARENTS	"0:xtal 4:vid_pll 5:gp0_pll 7:hifi_pll 19:fclk_div2 21:fclk_div3 22:fclk_div4 "
#define GEN2_PARENTS	"23:fclk_div5 24:fclk_div7 25:mpll0 26:mpll1 27:mpll2 28:mpll3"

static const struct s4_fact s4_pll_facts[] = {
	FACT(0, "fixed_pll_dco", PLL, 0x040, 0, 0, FIXED, "xtal"),
	FACT(1, "fixed_pll", POW2, 0x040, 16, 2, FIXED, "fixed_pll_dco"),
	FACT(2, "fclk_div2_div", FACTOR, 0, 1, 2, 0, "fixed_pll"),
	FACT(3, "fclk_div2", GATE, 0x044, 24, 1, FIXED, "fclk_div2_div"),
	FACT(4, "fclk_div3_div", FACTOR, 0, 1, 3, 0, "fixed_pll"),
	FACT(5, "fclk_div3", GATE, 0x044, 20, 1, FIXED, "fclk_div3_div"),
	FACT(6, "fclk_div4_div", FACTOR, 0, 1, 4, 0, "fixed_pll"),
	FACT(7, "fclk_div4", GATE, 0x044, 21, 1, FIXED, "fclk_div4_div"),
	FACT(8, "fclk_div5_div", FACTOR, 0, 1, 5, 0, "fixed_pll"),
	FACT(9, "fclk_div5", GATE, 0x044, 22, 1, FIXED, "fclk_div5_div"),
	FACT(10, "fclk_div7_div", FACTOR, 0, 1, 7, 0, "fixed_pll"),
	FACT(11, "fclk_div7", GATE, 0x044, 23, 1, FIXED, "fclk_div7_div"),
	FACT(12, "fclk_div2p5_div", FACTOR, 0, 2, 5, 0, "fixed_pll"),
	FACT(13, "fclk_div2p5", GATE, 0x044, 25, 1, FIXED, "fclk_div2p5_div"),
	FACT(14, "gp0_pll_dco", PLL, 0x080, 0, 0, 0, "xtal"),
	FACT(15, "gp0_pll", POW2, 0x080, 16, 3, UP | CLOSEST, "gp0_pll_dco"),
	FACT(16, "hifi_pll_dco", PLL, 0x100, 0, 0, 0, "xtal"),
	FACT(17, "hifi_pll", POW2, 0x100, 16, 2, UP | CLOSEST, "hifi_pll_dco"),
	FACT(18, "hdmi_pll_dco", PLL, 0x1c0, 0, 0, 0, "xtal"),
	FACT(19, "hdmi_pll_od", POW2, 0x1c0, 16, 4, UP, "hdmi_pll_dco"),
	FACT(20, "hdmi_pll", POW2, 0x1c0, 20, 2, UP, "hdmi_pll_od"),
	FACT(21, "mpll_50m_div", FACTOR, 0, 1, 80, 0, "fixed_pll_dco"),
	FACT(22, "mpll_50m", MUX, 0x04c, 5, 1, FIXED, "xtal mpll_50m_div"),
	FACT(23, "mpll_prediv", FACTOR, 0, 1, 2, 0, "fixed_pll_dco"),
	FACT(24, "mpll0_div", MPLL, 0x184, 0, 0, 0, "mpll_prediv"),
	FACT(25, "mpll0", GATE, 0x184, 31, 1, UP, "mpll0_div"),
	FACT(26, "mpll1_div", MPLL, 0x18c, 0, 0, 0, "mpll_prediv"),
	FACT(27, "mpll1", GATE, 0x18c, 31, 1, UP, "mpll1_div"),
	FACT(28, "mpll2_div", MPLL, 0x194, 0, 0, 0, "mpll_prediv"),
	FACT(29, "mpll2", GATE, 0x194, 31, 1, UP, "mpll2_div"),
	FACT(30, "mpll3_div", MPLL, 0x19c, 0, 0, 0, "mpll_prediv"),
	FACT(31, "mpll3", GATE, 0x19c, 31, 1, UP, "mpll3_div"),
};

static const struct s4_fact s4_periph_facts[] = {
	FACT(0, "rtc_32k_by_oscin_clkin", GATE, 0x008, 31, 1, 0, "xtal"),
	FACT(1, "rtc_32k_by_oscin_div", DUALDIV, 0x008, 0, 0, 0, "rtc_32k_by_oscin_clkin"),
	FACT(2, "rtc_32k_by_oscin_sel", MUX, 0x00c, 24, 1, UP | CLOSEST,
	     "rtc_32k_by_oscin_div rtc_32k_by_oscin_clkin"),
	FACT(3, "rtc_32k_by_oscin", GATE, 0x008, 30, 1, UP, "rtc_32k_by_oscin_sel"),
	FACT(4, "rtc_clk_sel", MUX, 0x010, 0, 2, UP | CLOSEST,
	     "rtc_32k_by_oscin rtc_32k_by_oscin_div"),
	FACT(5, "sysclk_b_sel", MUX, 0x040, 26, 3, FIXED,
	     "0:xtal 1:fclk_div2 2:fclk_div3 3:fclk_div4 4:fclk_div5 6:fclk_div7 7:rtc_clk_sel"),
	FACT(6, "sysclk_b_div", DIV, 0x040, 16, 10, FIXED, "sysclk_b_sel"),
	FACT(7, "sysclk_b", GATE, 0x040, 29, 1, FIXED, "sysclk_b_div"),
	FACT(8, "sysclk_a_sel", MUX, 0x040, 10, 3, FIXED,
	     "0:xtal 1:fclk_div2 2:fclk_div3 3:fclk_div4 4:fclk_div5 6:fclk_div7 7:rtc_clk_sel"),
	FACT(9, "sysclk_a_div", DIV, 0x040, 0, 10, FIXED, "sysclk_a_sel"),
	FACT(10, "sysclk_a", GATE, 0x040, 13, 1, FIXED, "sysclk_a_div"),
	FACT(11, "sys_clk", MUX, 0x040, 31, 1, FIXED, "sysclk_a sysclk_b"),
	FACT(12, "ceca_32k_clkin", GATE, 0x088, 31, 1, 0, "xtal"),
	FACT(13, "ceca_32k_div", DUALDIV, 0x088, 0, 0, 0, "ceca_32k_clkin"),
	FACT(14, "ceca_32k_sel_pre", MUX, 0x08c, 24, 1, UP | CLOSEST,
	     "ceca_32k_div ceca_32k_clkin"),
	FACT(15, "ceca_32k_sel", MUX, 0x08c, 31, 1, CLOSEST, "ceca_32k_sel_pre rtc_clk_sel"),
	FACT(16, "ceca_32k_clkout", GATE, 0x088, 30, 1, UP, "ceca_32k_sel"),
	FACT(17, "cecb_32k_clkin", GATE, 0x090, 31, 1, 0, "xtal"),
	FACT(18, "cecb_32k_div", DUALDIV, 0x090, 0, 0, 0, "cecb_32k_clkin"),
	FACT(19, "cecb_32k_sel_pre", MUX, 0x094, 24, 1, UP | CLOSEST,
	     "cecb_32k_div cecb_32k_clkin"),
	FACT(20, "cecb_32k_sel", MUX, 0x094, 31, 1, CLOSEST, "cecb_32k_sel_pre rtc_clk_sel"),
	FACT(21, "cecb_32k_clkout", GATE, 0x090, 30, 1, UP, "cecb_32k_sel"),
	FACT(22, "sc_clk_sel", MUX, 0x098, 9, 2, UP, "fclk_div4 fclk_div3 fclk_div5 xtal"),
	FACT(23, "sc_clk_div", DIV, 0x098, 0, 8, UP, "sc_clk_sel"),
	FACT(24, "sc_clk", GATE, 0x098, 8, 1, UP, "sc_clk_div"),
	FACT(25, "12_24M", GATE, 0x0a8, 11, 1, 0, "xtal"),
	FACT(26, "12M_div", FACTOR, 0, 1, 2, UP, "12_24M"),
	FACT(27, "12_24M_sel", MUX, 0x0a8, 10, 1, UP, "12_24M 12M_div"),
	FACT(28, "vid_pll_div", VIDDIV, 0x0e4, 0, 0, UP | FIXED, "hdmi_pll"),
	FACT(29, "vid_pll_sel", MUX, 0x0e4, 18, 1, UP, "vid_pll_div hdmi_pll"),
	FACT(30, "vid_pll", GATE, 0x0e4, 19, 1, UP, "vid_pll_sel"),
	FACT(31, "vclk_sel", MUX, 0x0c0, 16, 3, 0,
	     "vid_pll gp0_pll hifi_pll mpll1 fclk_div3 fclk_div4 fclk_div5 fclk_div7"),
	FACT(32, "vclk2_sel", MUX, 0x0d0, 16, 3, 0,
	     "vid_pll gp0_pll hifi_pll mpll1 fclk_div3 fclk_div4 fclk_div5 fclk_div7"),
	FACT(33, "vclk_input", GATE, 0x0c8, 16, 1, UP, "vclk_sel"),
	FACT(34, "vclk2_input", GATE, 0x0cc, 16, 1, UP, "vclk2_sel"),
	FACT(35, "vclk_div", DIV, 0x0c8, 0, 8, UP, "vclk_input"),
	FACT(36, "vclk2_div", DIV, 0x0cc, 0, 8, UP, "vclk2_input"),
	FACT(37, "vclk", GATE, 0x0c0, 19, 1, UP, "vclk_div"),
	FACT(38, "vclk2", GATE, 0x0d0, 19, 1, UP, "vclk2_div"),
	FACT(39, "vclk_div1", GATE, 0x0c0, 0, 1, UP, "vclk"),
	FACT(40, "vclk_div2_en", GATE, 0x0c0, 1, 1, UP, "vclk"),
	FACT(41, "vclk_div4_en", GATE, 0x0c0, 2, 1, UP, "vclk"),
	FACT(42, "vclk_div6_en", GATE, 0x0c0, 3, 1, UP, "vclk"),
	FACT(43, "vclk_div12_en", GATE, 0x0c0, 4, 1, UP, "vclk"),
	FACT(44, "vclk2_div1", GATE, 0x0d0, 0, 1, UP, "vclk2"),
	FACT(45, "vclk2_div2_en", GATE, 0x0d0, 1, 1, UP, "vclk2"),
	FACT(46, "vclk2_div4_en", GATE, 0x0d0, 2, 1, UP, "vclk2"),
	FACT(47, "vclk2_div6_en", GATE, 0x0d0, 3, 1, UP, "vclk2"),
	FACT(48, "vclk2_div12_en", GATE, 0x0d0, 4, 1, UP, "vclk2"),
	FACT(49, "vclk_div2", FACTOR, 0, 1, 2, UP, "vclk_div2_en"),
	FACT(50, "vclk_div4", FACTOR, 0, 1, 4, UP, "vclk_div4_en"),
	FACT(51, "vclk_div6", FACTOR, 0, 1, 6, UP, "vclk_div6_en"),
	FACT(52, "vclk_div12", FACTOR, 0, 1, 12, UP, "vclk_div12_en"),
	FACT(53, "vclk2_div2", FACTOR, 0, 1, 2, UP, "vclk2_div2_en"),
	FACT(54, "vclk2_div4", FACTOR, 0, 1, 4, UP, "vclk2_div4_en"),
	FACT(55, "vclk2_div6", FACTOR, 0, 1, 6, UP, "vclk2_div6_en"),
	FACT(56, "vclk2_div12", FACTOR, 0, 1, 12, UP, "vclk2_div12_en"),
	FACT(57, "cts_enci_sel", MUX, 0x0c8, 28, 4, 0,
	     CTS_PARENTS CTS2_PARENTS),
	FACT(58, "cts_encp_sel", MUX, 0x0c8, 20, 4, 0,
	     CTS_PARENTS CTS2_PARENTS),
	FACT(59, "cts_vdac_sel", MUX, 0x0cc, 28, 4, 0,
	     CTS_PARENTS CTS2_PARENTS),
	FACT(60, "hdmi_tx_sel", MUX, 0x0e0, 16, 4, 0,
	     CTS_PARENTS CTS2_PARENTS),
	FACT(61, "cts_enci", GATE, 0x0c4, 0, 1, UP, "cts_enci_sel"),
	FACT(62, "cts_encp", GATE, 0x0c4, 2, 1, UP, "cts_encp_sel"),
	FACT(63, "cts_vdac", GATE, 0x0c4, 4, 1, UP, "cts_vdac_sel"),
	FACT(64, "hdmi_tx", GATE, 0x0c4, 5, 1, UP, "hdmi_tx_sel"),
	FACT(65, "hdmi_sel", MUX, 0x0e0, 9, 2, UP | CLOSEST, "xtal fclk_div4 fclk_div3 fclk_div5"),
	FACT(66, "hdmi_div", DIV, 0x0e0, 0, 7, UP, "hdmi_sel"),
	FACT(67, "hdmi", GATE, 0x0e0, 8, 1, UP, "hdmi_div"),
	FACT(68, "ts_clk_div", DIV, 0x158, 0, 8, UP, "xtal"),
	FACT(69, "ts_clk", GATE, 0x158, 8, 1, UP, "ts_clk_div"),
	FACT(70, "mali_0_sel", MUX, 0x15c, 9, 3, 0,
	     "xtal gp0_pll hifi_pll fclk_div2p5 fclk_div3 fclk_div4 fclk_div5 fclk_div7"),
	FACT(71, "mali_0_div", DIV, 0x15c, 0, 7, UP, "mali_0_sel"),
	FACT(72, "mali_0", GATE, 0x15c, 8, 1, UP | GATE_FIRST, "mali_0_div"),
	FACT(73, "mali_1_sel", MUX, 0x15c, 25, 3, 0,
	     "xtal gp0_pll hifi_pll fclk_div2p5 fclk_div3 fclk_div4 fclk_div5 fclk_div7"),
	FACT(74, "mali_1_div", DIV, 0x15c, 16, 7, UP, "mali_1_sel"),
	FACT(75, "mali_1", GATE, 0x15c, 24, 1, UP | GATE_FIRST, "mali_1_div"),
	FACT(76, "mali_sel", MUX, 0x15c, 31, 1, UP, "mali_0 mali_1"),
	FACT(77, "vdec_p0_sel", MUX, 0x140, 9, 3, CLOSEST,
	     "fclk_div2p5 fclk_div3 fclk_div4 fclk_div5 fclk_div7 hifi_pll gp0_pll xtal"),
	FACT(78, "vdec_p0_div", DIV, 0x140, 0, 7, UP | CLOSEST, "vdec_p0_sel"),
	FACT(79, "vdec_p0", GATE, 0x140, 8, 1, UP, "vdec_p0_div"),
	FACT(80, "vdec_p1_sel", MUX, 0x148, 9, 3, CLOSEST,
	     "fclk_div2p5 fclk_div3 fclk_div4 fclk_div5 fclk_div7 hifi_pll gp0_pll xtal"),
	FACT(81, "vdec_p1_div", DIV, 0x148, 0, 7, UP | CLOSEST, "vdec_p1_sel"),
	FACT(82, "vdec_p1", GATE, 0x148, 8, 1, UP, "vdec_p1_div"),
	FACT(83, "vdec_sel", MUX, 0x148, 15, 1, UP, "vdec_p0 vdec_p1"),
	FACT(84, "hevcf_p0_sel", MUX, 0x144, 9, 3, CLOSEST,
	     "fclk_div2p5 fclk_div3 fclk_div4 fclk_div5 fclk_div7 hifi_pll gp0_pll xtal"),
	FACT(85, "hevcf_p0_div", DIV, 0x144, 0, 7, UP | CLOSEST, "hevcf_p0_sel"),
	FACT(86, "hevcf_p0", GATE, 0x144, 8, 1, UP, "hevcf_p0_div"),
	FACT(87, "hevcf_p1_sel", MUX, 0x14c, 9, 3, CLOSEST,
	     "fclk_div2p5 fclk_div3 fclk_div4 fclk_div5 fclk_div7 hifi_pll gp0_pll xtal"),
	FACT(88, "hevcf_p1_div", DIV, 0x14c, 0, 7, UP | CLOSEST, "hevcf_p1_sel"),
	FACT(89, "hevcf_p1", GATE, 0x14c, 8, 1, UP, "hevcf_p1_div"),
	FACT(90, "hevcf_sel", MUX, 0x14c, 15, 1, UP, "hevcf_p0 hevcf_p1"),
	FACT(91, "vpu_0_sel", MUX, 0x0e8, 9, 3, 0,
	     "fclk_div3 fclk_div4 fclk_div5 fclk_div7 mpll1 vid_pll hifi_pll gp0_pll"),
	FACT(92, "vpu_0_div", DIV, 0x0e8, 0, 7, UP, "vpu_0_sel"),
	FACT(93, "vpu_0", GATE, 0x0e8, 8, 1, UP, "vpu_0_div"),
	FACT(94, "vpu_1_sel", MUX, 0x0e8, 25, 3, 0,
	     "fclk_div3 fclk_div4 fclk_div5 fclk_div7 mpll1 vid_pll hifi_pll gp0_pll"),
	FACT(95, "vpu_1_div", DIV, 0x0e8, 16, 7, UP, "vpu_1_sel"),
	FACT(96, "vpu_1", GATE, 0x0e8, 24, 1, UP, "vpu_1_div"),
	FACT(97, "vpu", MUX, 0x0e8, 31, 1, UP, "vpu_0 vpu_1"),
	FACT(98, "vpu_clkb_tmp_sel", MUX, 0x0ec, 20, 2, UP, "vpu fclk_div4 fclk_div5 fclk_div7"),
	FACT(99, "vpu_clkb_tmp_div", DIV, 0x0ec, 16, 4, UP, "vpu_clkb_tmp_sel"),
	FACT(100, "vpu_clkb_tmp", GATE, 0x0ec, 24, 1, UP, "vpu_clkb_tmp_div"),
	FACT(101, "vpu_clkb_div", DIV, 0x0ec, 0, 8, UP, "vpu_clkb_tmp"),
	FACT(102, "vpu_clkb", GATE, 0x0ec, 8, 1, UP, "vpu_clkb_div"),
	FACT(103, "vpu_clkc_p0_sel", MUX, 0x0f0, 9, 3, 0,
	     "fclk_div4 fclk_div3 fclk_div5 fclk_div7 mpll1 vid_pll mpll2 gp0_pll"),
	FACT(104, "vpu_clkc_p0_div", DIV, 0x0f0, 0, 7, UP, "vpu_clkc_p0_sel"),
	FACT(105, "vpu_clkc_p0", GATE, 0x0f0, 8, 1, UP, "vpu_clkc_p0_div"),
	FACT(106, "vpu_clkc_p1_sel", MUX, 0x0f0, 25, 3, 0,
	     "fclk_div4 fclk_div3 fclk_div5 fclk_div7 mpll1 vid_pll mpll2 gp0_pll"),
	FACT(107, "vpu_clkc_p1_div", DIV, 0x0f0, 16, 7, UP, "vpu_clkc_p1_sel"),
	FACT(108, "vpu_clkc_p1", GATE, 0x0f0, 24, 1, UP, "vpu_clkc_p1_div"),
	FACT(109, "vpu_clkc_sel", MUX, 0x0f0, 31, 1, UP, "vpu_clkc_p0 vpu_clkc_p1"),
	FACT(110, "vapb_0_sel", MUX, 0x0fc, 9, 3, 0,
	     "fclk_div4 fclk_div3 fclk_div5 fclk_div7 mpll1 vid_pll mpll2 fclk_div2p5"),
	FACT(111, "vapb_0_div", DIV, 0x0fc, 0, 7, UP, "vapb_0_sel"),
	FACT(112, "vapb_0", GATE, 0x0fc, 8, 1, UP, "vapb_0_div"),
	FACT(113, "vapb_1_sel", MUX, 0x0fc, 25, 3, 0,
	     "fclk_div4 fclk_div3 fclk_div5 fclk_div7 mpll1 vid_pll mpll2 fclk_div2p5"),
	FACT(114, "vapb_1_div", DIV, 0x0fc, 16, 7, UP, "vapb_1_sel"),
	FACT(115, "vapb_1", GATE, 0x0fc, 24, 1, UP, "vapb_1_div"),
	FACT(116, "vapb_sel", MUX, 0x0fc, 31, 1, UP, "vapb_0 vapb_1"),
	FACT(117, "ge2d", GATE, 0x0fc, 30, 1, UP, "vapb_sel"),
	FACT(118, "vdin_meas_sel", MUX, 0x0f8, 9, 3, UP,
	     "xtal fclk_div4 fclk_div3 fclk_div5 vid_pll"),
	FACT(119, "vdin_meas_div", DIV, 0x0f8, 0, 7, UP, "vdin_meas_sel"),
	FACT(120, "vdin_meas", GATE, 0x0f8, 8, 1, UP, "vdin_meas_div"),
	FACT(121, "sd_emmc_c_clk0_sel", MUX, 0x168, 9, 3, 0,
	     "xtal fclk_div2 fclk_div3 hifi_pll fclk_div2p5 mpll2 mpll3 gp0_pll"),
	FACT(122, "sd_emmc_c_clk0_div", DIV, 0x168, 0, 7, UP, "sd_emmc_c_clk0_sel"),
	FACT(123, "sd_emmc_c_clk0", GATE, 0x168, 7, 1, UP, "sd_emmc_c_clk0_div"),
	FACT(124, "sd_emmc_a_clk0_sel", MUX, 0x16c, 9, 3, 0,
	     "xtal fclk_div2 fclk_div3 hifi_pll fclk_div2p5 mpll2 mpll3 gp0_pll"),
	FACT(125, "sd_emmc_a_clk0_div", DIV, 0x16c, 0, 7, UP, "sd_emmc_a_clk0_sel"),
	FACT(126, "sd_emmc_a_clk0", GATE, 0x16c, 7, 1, UP, "sd_emmc_a_clk0_div"),
	FACT(127, "sd_emmc_b_clk0_sel", MUX, 0x16c, 25, 3, 0,
	     "xtal fclk_div2 fclk_div3 hifi_pll fclk_div2p5 mpll2 mpll3 gp0_pll"),
	FACT(128, "sd_emmc_b_clk0_div", DIV, 0x16c, 16, 7, UP, "sd_emmc_b_clk0_sel"),
	FACT(129, "sd_emmc_b_clk0", GATE, 0x16c, 23, 1, UP, "sd_emmc_b_clk0_div"),
	FACT(130, "spicc0_sel", MUX, 0x174, 7, 3, UP,
	     "xtal sys_clk fclk_div4 fclk_div3 fclk_div2 fclk_div5 fclk_div7"),
	FACT(131, "spicc0_div", DIV, 0x174, 0, 6, UP, "spicc0_sel"),
	FACT(132, "spicc0_en", GATE, 0x174, 6, 1, UP, "spicc0_div"),
	FACT(133, "pwm_a_sel", MUX, 0x180, 9, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(134, "pwm_a_div", DIV, 0x180, 0, 8, UP, "pwm_a_sel"),
	FACT(135, "pwm_a", GATE, 0x180, 8, 1, UP, "pwm_a_div"),
	FACT(136, "pwm_b_sel", MUX, 0x180, 25, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(137, "pwm_b_div", DIV, 0x180, 16, 8, UP, "pwm_b_sel"),
	FACT(138, "pwm_b", GATE, 0x180, 24, 1, UP, "pwm_b_div"),
	FACT(139, "pwm_c_sel", MUX, 0x184, 9, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(140, "pwm_c_div", DIV, 0x184, 0, 8, UP, "pwm_c_sel"),
	FACT(141, "pwm_c", GATE, 0x184, 8, 1, UP, "pwm_c_div"),
	FACT(142, "pwm_d_sel", MUX, 0x184, 25, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(143, "pwm_d_div", DIV, 0x184, 16, 8, UP, "pwm_d_sel"),
	FACT(144, "pwm_d", GATE, 0x184, 24, 1, UP, "pwm_d_div"),
	FACT(145, "pwm_e_sel", MUX, 0x188, 9, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(146, "pwm_e_div", DIV, 0x188, 0, 8, UP, "pwm_e_sel"),
	FACT(147, "pwm_e", GATE, 0x188, 8, 1, UP, "pwm_e_div"),
	FACT(148, "pwm_f_sel", MUX, 0x188, 25, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(149, "pwm_f_div", DIV, 0x188, 16, 8, UP, "pwm_f_sel"),
	FACT(150, "pwm_f", GATE, 0x188, 24, 1, UP, "pwm_f_div"),
	FACT(151, "pwm_g_sel", MUX, 0x18c, 9, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(152, "pwm_g_div", DIV, 0x18c, 0, 8, UP, "pwm_g_sel"),
	FACT(153, "pwm_g", GATE, 0x18c, 8, 1, UP, "pwm_g_div"),
	FACT(154, "pwm_h_sel", MUX, 0x18c, 25, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(155, "pwm_h_div", DIV, 0x18c, 16, 8, UP, "pwm_h_sel"),
	FACT(156, "pwm_h", GATE, 0x18c, 24, 1, UP, "pwm_h_div"),
	FACT(157, "pwm_i_sel", MUX, 0x190, 9, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(158, "pwm_i_div", DIV, 0x190, 0, 8, UP, "pwm_i_sel"),
	FACT(159, "pwm_i", GATE, 0x190, 8, 1, UP, "pwm_i_div"),
	FACT(160, "pwm_j_sel", MUX, 0x190, 25, 2, 0, "xtal vid_pll fclk_div4 fclk_div3"),
	FACT(161, "pwm_j_div", DIV, 0x190, 16, 8, UP, "pwm_j_sel"),
	FACT(162, "pwm_j", GATE, 0x190, 24, 1, UP, "pwm_j_div"),
	FACT(163, "saradc_sel", MUX, 0x17c, 9, 2, UP, "xtal sys_clk"),
	FACT(164, "saradc_div", DIV, 0x17c, 0, 8, UP, "saradc_sel"),
	FACT(165, "saradc", GATE, 0x17c, 8, 1, UP, "saradc_div"),
	FACT(166, "gen_clk_sel", MUX, 0x178, 12, 5, STAY,
	     GEN_PARENTS GEN2_PARENTS),
	FACT(167, "gen_clk_div", DIV, 0x178, 0, 11, UP, "gen_clk_sel"),
	FACT(168, "gen_clk", GATE, 0x178, 11, 1, UP, "gen_clk_div"),
	FACT(169, "s4_ddr", GATE, 0x044, 0, 1, KEEP, "sys_clk"),
	FACT(170, "s4_dos", GATE, 0x044, 1, 1, KEEP, "sys_clk"),
	FACT(171, "s4_ethphy", GATE, 0x044, 4, 1, KEEP, "sys_clk"),
	FACT(172, "s4_mali", GATE, 0x044, 6, 1, KEEP, "sys_clk"),
	FACT(173, "s4_aocpu", GATE, 0x044, 13, 1, KEEP, "sys_clk"),
	FACT(174, "s4_aucpu", GATE, 0x044, 14, 1, KEEP, "sys_clk"),
	FACT(175, "s4_cec", GATE, 0x044, 16, 1, KEEP, "sys_clk"),
	FACT(176, "s4_sdemmca", GATE, 0x044, 24, 1, KEEP, "sys_clk"),
	FACT(177, "s4_sdemmcb", GATE, 0x044, 25, 1, KEEP, "sys_clk"),
	FACT(178, "s4_nand", GATE, 0x044, 26, 1, KEEP, "sys_clk"),
	FACT(179, "s4_smartcard", GATE, 0x044, 27, 1, KEEP, "sys_clk"),
	FACT(180, "s4_acodec", GATE, 0x044, 28, 1, KEEP, "sys_clk"),
	FACT(181, "s4_spifc", GATE, 0x044, 29, 1, KEEP, "sys_clk"),
	FACT(182, "s4_msr_clk", GATE, 0x044, 30, 1, KEEP, "sys_clk"),
	FACT(183, "s4_ir_ctrl", GATE, 0x044, 31, 1, KEEP, "sys_clk"),
	FACT(184, "s4_audio", GATE, 0x048, 0, 1, KEEP, "sys_clk"),
	FACT(185, "s4_eth", GATE, 0x048, 3, 1, KEEP, "sys_clk"),
	FACT(186, "s4_uart_a", GATE, 0x048, 5, 1, KEEP, "sys_clk"),
	FACT(187, "s4_uart_b", GATE, 0x048, 6, 1, KEEP, "sys_clk"),
	FACT(188, "s4_uart_c", GATE, 0x048, 7, 1, KEEP, "sys_clk"),
	FACT(189, "s4_uart_d", GATE, 0x048, 8, 1, KEEP, "sys_clk"),
	FACT(190, "s4_uart_e", GATE, 0x048, 9, 1, KEEP, "sys_clk"),
	FACT(191, "s4_aififo", GATE, 0x048, 11, 1, KEEP, "sys_clk"),
	FACT(192, "s4_ts_ddr", GATE, 0x048, 15, 1, KEEP, "sys_clk"),
	FACT(193, "s4_ts_pll", GATE, 0x048, 16, 1, KEEP, "sys_clk"),
	FACT(194, "s4_g2d", GATE, 0x048, 20, 1, KEEP, "sys_clk"),
	FACT(195, "s4_spicc0", GATE, 0x048, 21, 1, KEEP, "sys_clk"),
	FACT(197, "s4_usb", GATE, 0x048, 26, 1, KEEP, "sys_clk"),
	FACT(198, "s4_i2c_m_a", GATE, 0x048, 30, 1, KEEP, "sys_clk"),
	FACT(199, "s4_i2c_m_b", GATE, 0x048, 31, 1, KEEP, "sys_clk"),
	FACT(200, "s4_i2c_m_c", GATE, 0x04c, 0, 1, KEEP, "sys_clk"),
	FACT(201, "s4_i2c_m_d", GATE, 0x04c, 1, 1, KEEP, "sys_clk"),
	FACT(202, "s4_i2c_m_e", GATE, 0x04c, 2, 1, KEEP, "sys_clk"),
	FACT(203, "s4_hdmitx_apb", GATE, 0x04c, 4, 1, KEEP, "sys_clk"),
	FACT(204, "s4_i2c_s_a", GATE, 0x04c, 5, 1, KEEP, "sys_clk"),
	FACT(205, "s4_usb1_to_ddr", GATE, 0x04c, 8, 1, KEEP, "sys_clk"),
	FACT(206, "s4_hdcp22", GATE, 0x04c, 10, 1, KEEP, "sys_clk"),
	FACT(207, "s4_mmc_apb", GATE, 0x04c, 11, 1, KEEP, "sys_clk"),
	FACT(208, "s4_rsa", GATE, 0x04c, 18, 1, KEEP, "sys_clk"),
	FACT(209, "s4_cpu_debug", GATE, 0x04c, 19, 1, KEEP, "sys_clk"),
	FACT(210, "s4_vpu_intr", GATE, 0x04c, 25, 1, KEEP, "sys_clk"),
	FACT(211, "s4_demod", GATE, 0x04c, 27, 1, KEEP, "sys_clk"),
	FACT(212, "s4_sar_adc", GATE, 0x04c, 28, 1, KEEP, "sys_clk"),
	FACT(213, "s4_gic", GATE, 0x04c, 30, 1, KEEP, "sys_clk"),
	FACT(214, "s4_pwm_ab", GATE, 0x050, 7, 1, KEEP, "sys_clk"),
	FACT(215, "s4_pwm_cd", GATE, 0x050, 8, 1, KEEP, "sys_clk"),
	FACT(216, "s4_pwm_ef", GATE, 0x050, 9, 1, KEEP, "sys_clk"),
	FACT(217, "s4_pwm_gh", GATE, 0x050, 10, 1, KEEP, "sys_clk"),
	FACT(218, "s4_pwm_ij", GATE, 0x050, 11, 1, KEEP, "sys_clk"),
	FACT(219, "hdcp22_esmclk_sel", MUX, 0x100, 9, 2, UP,
	     "fclk_div7 fclk_div4 fclk_div3 fclk_div5"),
	FACT(220, "hdcp22_esmclk_div", DIV, 0x100, 0, 7, UP, "hdcp22_esmclk_sel"),
	FACT(221, "hdcp22_esmclk", GATE, 0x100, 8, 1, UP, "hdcp22_esmclk_div"),
	FACT(222, "hdcp22_skpclk_sel", MUX, 0x100, 25, 2, UP, "xtal fclk_div4 fclk_div3 fclk_div5"),
	FACT(223, "hdcp22_skpclk_div", DIV, 0x100, 16, 7, UP, "hdcp22_skpclk_sel"),
	FACT(224, "hdcp22_skpclk", GATE, 0x100, 24, 1, UP, "hdcp22_skpclk_div"),
	FACT(225, "cts_encl_sel", MUX, 0x0cc, 12, 4, 0,
	     CTS_PARENTS CTS2_PARENTS),
	FACT(226, "cts_encl", GATE, 0x0c4, 3, 1, UP, "cts_encl_sel"),
	FACT(227, "cdac_sel", MUX, 0x108, 16, 2, 0, "xtal fclk_div5"),
	FACT(228, "cdac_div", DIV, 0x108, 0, 16, UP, "cdac_sel"),
	FACT(229, "cdac", GATE, 0x108, 20, 1, UP, "cdac_div"),
	FACT(230, "demod_core_sel", MUX, 0x200, 9, 2, 0, "xtal fclk_div7 fclk_div4"),
	FACT(231, "demod_core_div", DIV, 0x200, 0, 7, UP, "demod_core_sel"),
	FACT(232, "demod_core", GATE, 0x200, 8, 1, UP, "demod_core_div"),
	FACT(233, "adc_extclk_in_sel", MUX, 0x200, 25, 3, 0,
	     "xtal fclk_div4 fclk_div3 fclk_div5 fclk_div7 mpll2 gp0_pll hifi_pll"),
	FACT(234, "adc_extclk_in_div", DIV, 0x200, 16, 7, UP, "adc_extclk_in_sel"),
	FACT(235, "adc_extclk_in", GATE, 0x200, 24, 1, UP, "adc_extclk_in_div"),
};

#undef UP
#undef GATE_FIRST
#undef KEEP
#undef STAY
#undef FIXED
#undef CLOSEST
#undef FACT
#undef CTS_PARENTS
#undef CTS2_PARENTS
#undef GEN_PARENTS
#undef GEN2_PARENTS

#endif
