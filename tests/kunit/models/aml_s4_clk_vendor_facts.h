/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vendor's numbers of the Amlogic Meson S4's clocks, and mainline's names of those clocks
 *
 * Copyright (C) 2026 The outboard authors
 *
 * From the names in the header of the vendor's binding. What is missing has no clock in
 * mainline. The numbers of the PWMs' muxes are those of their gates.
 */
#ifndef OUTBOARD_BENCH_AML_S4_CLK_VENDOR_FACTS_H
#define OUTBOARD_BENCH_AML_S4_CLK_VENDOR_FACTS_H

#include <linux/types.h>

struct s4_vendor_fact {
	u16 number;
	const char *name;
};

static const struct s4_vendor_fact s4_vendor_facts[] = {
	{ 0, "fixed_pll_dco" }, { 1, "fixed_pll" }, { 4, "fclk_div2_div" }, { 5, "fclk_div2" },
	{ 6, "fclk_div3_div" }, { 7, "fclk_div3" }, { 8, "fclk_div4_div" }, { 9, "fclk_div4" },
	{ 10, "fclk_div5_div" }, { 11, "fclk_div5" }, { 12, "fclk_div7_div" },
	{ 13, "fclk_div7" }, { 14, "fclk_div2p5_div" }, { 15, "fclk_div2p5" },
	{ 16, "gp0_pll_dco" }, { 17, "gp0_pll" }, { 40, "hifi_pll_dco" }, { 41, "hifi_pll" },
	{ 46, "hdmi_pll_dco" }, { 47, "hdmi_pll_od" }, { 48, "hdmi_pll" }, { 49, "mpll_50m_div" },
	{ 50, "mpll_50m" }, { 51, "mpll_prediv" }, { 52, "mpll0_div" }, { 53, "mpll0" },
	{ 54, "mpll1_div" }, { 55, "mpll1" }, { 56, "mpll2_div" }, { 57, "mpll2" },
	{ 58, "mpll3_div" }, { 59, "mpll3" }, { 60, "rtc_32k_by_oscin_clkin" },
	{ 61, "rtc_32k_by_oscin_div" }, { 62, "rtc_32k_by_oscin" },
	{ 63, "rtc_32k_by_oscin_sel" }, { 64, "rtc_clk_sel" }, { 65, "sysclk_b_sel" },
	{ 66, "sysclk_b_div" }, { 67, "sysclk_b" }, { 68, "sysclk_a_sel" },
	{ 69, "sysclk_a_div" }, { 70, "sysclk_a" }, { 71, "sys_clk" }, { 72, "ceca_32k_clkin" },
	{ 73, "ceca_32k_div" }, { 74, "ceca_32k_sel_pre" }, { 75, "ceca_32k_sel" },
	{ 76, "ceca_32k_clkout" }, { 77, "cecb_32k_clkin" }, { 78, "cecb_32k_div" },
	{ 79, "cecb_32k_sel_pre" }, { 80, "cecb_32k_sel" }, { 81, "cecb_32k_clkout" },
	{ 82, "sc_clk_sel" }, { 83, "sc_clk_div" }, { 84, "sc_clk" }, { 92, "12_24M" },
	{ 93, "12M_div" }, { 97, "vid_pll_div" }, { 98, "vid_pll_sel" }, { 99, "vid_pll" },
	{ 100, "vclk_sel" }, { 101, "vclk2_sel" }, { 102, "vclk_input" }, { 103, "vclk2_input" },
	{ 104, "vclk_div" }, { 105, "vclk2_div" }, { 106, "vclk" }, { 107, "vclk2" },
	{ 108, "vclk_div1" }, { 109, "vclk_div2_en" }, { 110, "vclk_div4_en" },
	{ 111, "vclk_div6_en" }, { 112, "vclk_div12_en" }, { 113, "vclk2_div1" },
	{ 114, "vclk2_div2_en" }, { 115, "vclk2_div4_en" }, { 116, "vclk2_div6_en" },
	{ 117, "vclk2_div12_en" }, { 118, "vclk_div2" }, { 119, "vclk_div4" },
	{ 120, "vclk_div6" }, { 121, "vclk_div12" }, { 122, "vclk2_div2" }, { 123, "vclk2_div4" },
	{ 124, "vclk2_div6" }, { 125, "vclk2_div12" }, { 126, "cts_enci_sel" },
	{ 127, "cts_encp_sel" }, { 128, "cts_vdac_sel" }, { 129, "hdmi_tx_sel" },
	{ 130, "cts_enci" }, { 131, "cts_encp" }, { 132, "cts_vdac" }, { 133, "hdmi_tx" },
	{ 134, "hdmi_sel" }, { 135, "hdmi_div" }, { 136, "hdmi" }, { 137, "ts_clk_div" },
	{ 138, "ts_clk" }, { 139, "mali_0_sel" }, { 140, "mali_0_div" }, { 141, "mali_0" },
	{ 142, "mali_1_sel" }, { 143, "mali_1_div" }, { 144, "mali_1" }, { 145, "mali_sel" },
	{ 146, "vdec_p0_sel" }, { 147, "vdec_p0_div" }, { 148, "vdec_p0" },
	{ 149, "vdec_p1_sel" }, { 150, "vdec_p1_div" }, { 151, "vdec_p1" }, { 152, "vdec_sel" },
	{ 167, "hevcf_p0_sel" }, { 168, "hevcf_p0_div" }, { 169, "hevcf_p0" },
	{ 170, "hevcf_p1_sel" }, { 171, "hevcf_p1_div" }, { 172, "hevcf_p1" },
	{ 173, "hevcf_sel" }, { 183, "vpu_0_sel" }, { 184, "vpu_0_div" }, { 185, "vpu_0" },
	{ 186, "vpu_1_sel" }, { 187, "vpu_1_div" }, { 188, "vpu_1" }, { 189, "vpu" },
	{ 190, "vpu_clkb_tmp_sel" }, { 191, "vpu_clkb_tmp_div" }, { 192, "vpu_clkb_tmp" },
	{ 193, "vpu_clkb_div" }, { 194, "vpu_clkb" }, { 195, "vpu_clkc_p0_sel" },
	{ 196, "vpu_clkc_p0_div" }, { 197, "vpu_clkc_p0" }, { 198, "vpu_clkc_p1_sel" },
	{ 199, "vpu_clkc_p1_div" }, { 200, "vpu_clkc_p1" }, { 201, "vpu_clkc_sel" },
	{ 202, "vapb_0_sel" }, { 203, "vapb_0_div" }, { 204, "vapb_0" }, { 205, "vapb_1_sel" },
	{ 206, "vapb_1_div" }, { 207, "vapb_1" }, { 208, "vapb_sel" }, { 209, "ge2d" },
	{ 210, "vdin_meas_sel" }, { 211, "vdin_meas_div" }, { 212, "vdin_meas" },
	{ 213, "sd_emmc_c_clk0_sel" }, { 214, "sd_emmc_c_clk0_div" }, { 215, "sd_emmc_c_clk0" },
	{ 216, "sd_emmc_a_clk0_sel" }, { 217, "sd_emmc_a_clk0_div" }, { 218, "sd_emmc_a_clk0" },
	{ 219, "sd_emmc_b_clk0_sel" }, { 220, "sd_emmc_b_clk0_div" }, { 221, "sd_emmc_b_clk0" },
	{ 222, "spicc0_sel" }, { 223, "spicc0_div" }, { 224, "spicc0_en" }, { 228, "pwm_a" },
	{ 229, "pwm_a_div" }, { 230, "pwm_a" }, { 231, "pwm_b" }, { 232, "pwm_b_div" },
	{ 233, "pwm_b" }, { 234, "pwm_c" }, { 235, "pwm_c_div" }, { 236, "pwm_c" },
	{ 237, "pwm_d" }, { 238, "pwm_d_div" }, { 239, "pwm_d" }, { 240, "pwm_e" },
	{ 241, "pwm_e_div" }, { 242, "pwm_e" }, { 243, "pwm_f" }, { 244, "pwm_f_div" },
	{ 245, "pwm_f" }, { 246, "pwm_g" }, { 247, "pwm_g_div" }, { 248, "pwm_g" },
	{ 249, "pwm_h" }, { 250, "pwm_h_div" }, { 251, "pwm_h" }, { 252, "pwm_i" },
	{ 253, "pwm_i_div" }, { 254, "pwm_i" }, { 255, "pwm_j" }, { 256, "pwm_j_div" },
	{ 257, "pwm_j" }, { 258, "saradc_sel" }, { 259, "saradc_div" }, { 260, "saradc" },
	{ 261, "gen_clk_sel" }, { 262, "gen_clk_div" }, { 263, "gen_clk" }, { 264, "s4_ddr" },
	{ 265, "s4_dos" }, { 266, "s4_ethphy" }, { 267, "s4_mali" }, { 268, "s4_aocpu" },
	{ 269, "s4_aucpu" }, { 270, "s4_cec" }, { 271, "s4_sdemmca" }, { 272, "s4_sdemmcb" },
	{ 273, "s4_nand" }, { 274, "s4_smartcard" }, { 275, "s4_acodec" }, { 276, "s4_spifc" },
	{ 277, "s4_msr_clk" }, { 278, "s4_ir_ctrl" }, { 279, "s4_audio" }, { 280, "s4_eth" },
	{ 281, "s4_uart_a" }, { 282, "s4_uart_b" }, { 283, "s4_uart_c" }, { 284, "s4_uart_d" },
	{ 285, "s4_uart_e" }, { 286, "s4_aififo" }, { 287, "s4_ts_ddr" }, { 288, "s4_ts_pll" },
	{ 289, "s4_g2d" }, { 290, "s4_spicc0" }, { 293, "s4_usb" }, { 295, "s4_i2c_m_a" },
	{ 296, "s4_i2c_m_b" }, { 297, "s4_i2c_m_c" }, { 298, "s4_i2c_m_d" },
	{ 299, "s4_i2c_m_e" }, { 301, "s4_hdmitx_apb" }, { 302, "s4_i2c_s_a" },
	{ 303, "s4_usb1_to_ddr" }, { 304, "s4_hdcp22" }, { 305, "s4_mmc_apb" }, { 306, "s4_rsa" },
	{ 307, "s4_cpu_debug" }, { 309, "s4_vpu_intr" }, { 310, "s4_sar_adc" }, { 311, "s4_gic" },
	{ 312, "s4_pwm_ab" }, { 313, "s4_pwm_cd" }, { 314, "s4_pwm_ef" }, { 315, "s4_pwm_gh" },
	{ 316, "s4_pwm_ij" }, { 317, "s4_demod" }, { 318, "hdcp22_esmclk_sel" },
	{ 319, "hdcp22_esmclk_div" }, { 320, "hdcp22_esmclk" }, { 321, "hdcp22_skpclk_sel" },
	{ 322, "hdcp22_skpclk_div" }, { 323, "hdcp22_skpclk" }, { 324, "demod_core_sel" },
	{ 325, "demod_core_div" }, { 326, "demod_core" }, { 327, "adc_extclk_in_sel" },
	{ 328, "adc_extclk_in_div" }, { 329, "adc_extclk_in" },
};

#endif
