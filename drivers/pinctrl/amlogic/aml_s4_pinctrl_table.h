/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pins of the Amlogic Meson S4: names, banks, functions, groups
 *
 * Copyright (C) 2026 The outboard authors
 *
 * This file has all numbers about the pins. A group is one pin in one function; device trees
 * name both. In addition each pin is a group with the pin's name, in the function
 * "gpio_periphs".
 *
 * Source: Linux 7.2's driver and binding for the S4. Two rows differ from it: "gen_clk_d"
 * and "pwm_a_x" are in no function there, so that they cannot be selected.
 */
#ifndef AML_S4_PINCTRL_TABLE_H
#define AML_S4_PINCTRL_TABLE_H

#include <linux/pinctrl/pinctrl.h>
#include <linux/types.h>

/* A pin's number in the binding, by its name. */
#define S4_B(n)		(0 + (n))
#define S4_C(n)		(14 + (n))
#define S4_E(n)		(22 + (n))
#define S4_D(n)		(24 + (n))
#define S4_H(n)		(36 + (n))
#define S4_X(n)		(48 + (n))
#define S4_Z(n)		(68 + (n))
#define S4_TEST_N	81
#define S4_PINS		82

#define S4_PIN(bank, n)	PINCTRL_PIN(S4_##bank(n), "GPIO" #bank "_" #n)

static const struct pinctrl_pin_desc s4_pins[] = {
	S4_PIN(B, 0), S4_PIN(B, 1), S4_PIN(B, 2), S4_PIN(B, 3), S4_PIN(B, 4), S4_PIN(B, 5),
	S4_PIN(B, 6), S4_PIN(B, 7), S4_PIN(B, 8), S4_PIN(B, 9), S4_PIN(B, 10), S4_PIN(B, 11),
	S4_PIN(B, 12), S4_PIN(B, 13),
	S4_PIN(C, 0), S4_PIN(C, 1), S4_PIN(C, 2), S4_PIN(C, 3), S4_PIN(C, 4), S4_PIN(C, 5),
	S4_PIN(C, 6), S4_PIN(C, 7),
	S4_PIN(E, 0), S4_PIN(E, 1),
	S4_PIN(D, 0), S4_PIN(D, 1), S4_PIN(D, 2), S4_PIN(D, 3), S4_PIN(D, 4), S4_PIN(D, 5),
	S4_PIN(D, 6), S4_PIN(D, 7), S4_PIN(D, 8), S4_PIN(D, 9), S4_PIN(D, 10), S4_PIN(D, 11),
	S4_PIN(H, 0), S4_PIN(H, 1), S4_PIN(H, 2), S4_PIN(H, 3), S4_PIN(H, 4), S4_PIN(H, 5),
	S4_PIN(H, 6), S4_PIN(H, 7), S4_PIN(H, 8), S4_PIN(H, 9), S4_PIN(H, 10), S4_PIN(H, 11),
	S4_PIN(X, 0), S4_PIN(X, 1), S4_PIN(X, 2), S4_PIN(X, 3), S4_PIN(X, 4), S4_PIN(X, 5),
	S4_PIN(X, 6), S4_PIN(X, 7), S4_PIN(X, 8), S4_PIN(X, 9), S4_PIN(X, 10), S4_PIN(X, 11),
	S4_PIN(X, 12), S4_PIN(X, 13), S4_PIN(X, 14), S4_PIN(X, 15), S4_PIN(X, 16), S4_PIN(X, 17),
	S4_PIN(X, 18), S4_PIN(X, 19),
	S4_PIN(Z, 0), S4_PIN(Z, 1), S4_PIN(Z, 2), S4_PIN(Z, 3), S4_PIN(Z, 4), S4_PIN(Z, 5),
	S4_PIN(Z, 6), S4_PIN(Z, 7), S4_PIN(Z, 8), S4_PIN(Z, 9), S4_PIN(Z, 10), S4_PIN(Z, 11),
	S4_PIN(Z, 12),
	PINCTRL_PIN(S4_TEST_N, "GPIO_TEST_N"),
};

/**
 * struct s4_bank - pins that share registers
 * @first: number of the first pin
 * @num: number of pins
 * @mux: first of the registers that select functions, 4 bits per pin
 * @gpio: first of the others: enum s4_reg is added to it
 *
 * Registers are counted in words, from the start of the "mux" and "gpio" parts of the node.
 */
struct s4_bank {
	u8 first;
	u8 num;
	u8 mux;
	u8 gpio;
};

static const struct s4_bank s4_banks[] = {
	{ S4_B(0), 14, 0x00, 0x60 },
	{ S4_C(0), 8, 0x09, 0x50 },
	{ S4_E(0), 2, 0x12, 0x40 },
	{ S4_D(0), 12, 0x10, 0x30 },
	{ S4_H(0), 12, 0x0b, 0x20 },
	{ S4_X(0), 20, 0x03, 0x10 },
	{ S4_Z(0), 13, 0x06, 0x00 },
	{ S4_TEST_N, 1, 0x0f, 0x80 },
};

/**
 * enum s4_reg - a bank's registers; one bit per pin, two for the drive strength
 * @S4_REG_IN: level of the pin
 * @S4_REG_OUT: level to drive
 * @S4_REG_INPUT: input, not output
 * @S4_REG_PULL: pull enabled
 * @S4_REG_PULL_UP: pull up, not down
 * @S4_REG_STRENGTH: drive strength; continues in the next word after 16 pins
 */
enum s4_reg {
	S4_REG_IN = 0,
	S4_REG_OUT = 1,
	S4_REG_INPUT = 2,
	S4_REG_PULL = 3,
	S4_REG_PULL_UP = 4,
	S4_REG_STRENGTH = 7,
};

/* Drive strength of each value of the field, in microamperes. */
static const u16 s4_strengths[] = { 500, 2500, 3000, 4000 };

/* The first is what a pin is without a function. */
enum s4_function_id {
	S4_F_GPIO_PERIPHS, S4_F_I2C0, S4_F_I2C1, S4_F_I2C2, S4_F_I2C3, S4_F_I2C4, S4_F_UART_A,
	S4_F_UART_B, S4_F_UART_C, S4_F_UART_D, S4_F_UART_E, S4_F_EMMC, S4_F_NAND, S4_F_SPIF,
	S4_F_SDCARD, S4_F_JTAG_1, S4_F_JTAG_2, S4_F_PDM, S4_F_ISO7816, S4_F_TDM, S4_F_MCLK_1,
	S4_F_MCLK_2, S4_F_REMOTE_OUT, S4_F_REMOTE_IN, S4_F_CLK12_24, S4_F_CLK_32K_IN,
	S4_F_PWM_A_HIZ, S4_F_PWM_B_HIZ, S4_F_PWM_C_HIZ, S4_F_PWM_G_HIZ, S4_F_PWM_A, S4_F_PWM_B,
	S4_F_PWM_C, S4_F_PWM_D, S4_F_PWM_E, S4_F_PWM_F, S4_F_PWM_G, S4_F_PWM_H, S4_F_PWM_I,
	S4_F_PWM_J, S4_F_MIC_MUTE, S4_F_HDMITX, S4_F_AO_CEC_A, S4_F_AO_CEC_B, S4_F_SPDIF_OUT,
	S4_F_SPDIF_IN, S4_F_ETH, S4_F_SPI_A, S4_F_GEN_CLK, S4_F_SDIO, S4_F_I2C_SLAVE, S4_F_DTV,
	S4_F_TSIN_A, S4_F_TSIN_B, S4_F_TSIN_B1, S4_F_DISEQC_OUT, S4_F_S2_DEMOD,
	S4_FUNCTIONS
};

static const char *const s4_functions[S4_FUNCTIONS] = {
	[S4_F_GPIO_PERIPHS] = "gpio_periphs",
	[S4_F_I2C0] = "i2c0",
	[S4_F_I2C1] = "i2c1",
	[S4_F_I2C2] = "i2c2",
	[S4_F_I2C3] = "i2c3",
	[S4_F_I2C4] = "i2c4",
	[S4_F_UART_A] = "uart_a",
	[S4_F_UART_B] = "uart_b",
	[S4_F_UART_C] = "uart_c",
	[S4_F_UART_D] = "uart_d",
	[S4_F_UART_E] = "uart_e",
	[S4_F_EMMC] = "emmc",
	[S4_F_NAND] = "nand",
	[S4_F_SPIF] = "spif",
	[S4_F_SDCARD] = "sdcard",
	[S4_F_JTAG_1] = "jtag_1",
	[S4_F_JTAG_2] = "jtag_2",
	[S4_F_PDM] = "pdm",
	[S4_F_ISO7816] = "iso7816",
	[S4_F_TDM] = "tdm",
	[S4_F_MCLK_1] = "mclk_1",
	[S4_F_MCLK_2] = "mclk_2",
	[S4_F_REMOTE_OUT] = "remote_out",
	[S4_F_REMOTE_IN] = "remote_in",
	[S4_F_CLK12_24] = "clk12_24",
	[S4_F_CLK_32K_IN] = "clk_32k_in",
	[S4_F_PWM_A_HIZ] = "pwm_a_hiz",
	[S4_F_PWM_B_HIZ] = "pwm_b_hiz",
	[S4_F_PWM_C_HIZ] = "pwm_c_hiz",
	[S4_F_PWM_G_HIZ] = "pwm_g_hiz",
	[S4_F_PWM_A] = "pwm_a",
	[S4_F_PWM_B] = "pwm_b",
	[S4_F_PWM_C] = "pwm_c",
	[S4_F_PWM_D] = "pwm_d",
	[S4_F_PWM_E] = "pwm_e",
	[S4_F_PWM_F] = "pwm_f",
	[S4_F_PWM_G] = "pwm_g",
	[S4_F_PWM_H] = "pwm_h",
	[S4_F_PWM_I] = "pwm_i",
	[S4_F_PWM_J] = "pwm_j",
	[S4_F_MIC_MUTE] = "mic_mute",
	[S4_F_HDMITX] = "hdmitx",
	[S4_F_AO_CEC_A] = "ao_cec_a",
	[S4_F_AO_CEC_B] = "ao_cec_b",
	[S4_F_SPDIF_OUT] = "spdif_out",
	[S4_F_SPDIF_IN] = "spdif_in",
	[S4_F_ETH] = "eth",
	[S4_F_SPI_A] = "spi_a",
	[S4_F_GEN_CLK] = "gen_clk",
	[S4_F_SDIO] = "sdio",
	[S4_F_I2C_SLAVE] = "i2c_slave",
	[S4_F_DTV] = "dtv",
	[S4_F_TSIN_A] = "tsin_a",
	[S4_F_TSIN_B] = "tsin_b",
	[S4_F_TSIN_B1] = "tsin_b1",
	[S4_F_DISEQC_OUT] = "diseqc_out",
	[S4_F_S2_DEMOD] = "s2_demod",
};

/**
 * struct s4_group - one pin in one function
 * @name: of the group
 * @pin: the pin
 * @value: chooses the function for it
 * @function: which that is
 * @function2: another that goes by the same signal, 0 if there is none
 */
struct s4_group {
	const char *name;
	unsigned int pin;
	u8 value;
	u8 function;
	u8 function2;
};

static const struct s4_group s4_groups[] = {
	{ "i2c0_sda", S4_E(0), 1, S4_F_I2C0 },
	{ "i2c0_scl", S4_E(1), 1, S4_F_I2C0 },
	{ "uart_b_tx_e", S4_E(0), 2, S4_F_UART_B },
	{ "uart_b_rx_e", S4_E(1), 2, S4_F_UART_B },
	{ "pwm_h", S4_E(0), 3, S4_F_PWM_H },
	{ "pwm_j", S4_E(1), 3, S4_F_PWM_J },
	{ "emmc_nand_d0", S4_B(0), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d1", S4_B(1), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d2", S4_B(2), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d3", S4_B(3), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d4", S4_B(4), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d5", S4_B(5), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d6", S4_B(6), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_nand_d7", S4_B(7), 1, S4_F_EMMC, S4_F_NAND },
	{ "emmc_clk", S4_B(8), 1, S4_F_EMMC },
	{ "emmc_rst", S4_B(9), 1, S4_F_EMMC },
	{ "emmc_cmd", S4_B(10), 1, S4_F_EMMC },
	{ "emmc_nand_ds", S4_B(11), 1, S4_F_EMMC },
	{ "nand_wen_clk", S4_B(8), 2, S4_F_NAND },
	{ "nand_ale", S4_B(9), 2, S4_F_NAND },
	{ "nand_ren_wr", S4_B(10), 2, S4_F_NAND },
	{ "nand_cle", S4_B(11), 2, S4_F_NAND },
	{ "nand_ce0", S4_B(12), 2, S4_F_NAND },
	{ "spif_hold", S4_B(3), 3, S4_F_SPIF },
	{ "spif_mo", S4_B(4), 3, S4_F_SPIF },
	{ "spif_mi", S4_B(5), 3, S4_F_SPIF },
	{ "spif_clk", S4_B(6), 3, S4_F_SPIF },
	{ "spif_wp", S4_B(7), 3, S4_F_SPIF },
	{ "spif_cs", S4_B(13), 3, S4_F_SPIF },
	{ "sdcard_d0_c", S4_C(0), 1, S4_F_SDCARD },
	{ "sdcard_d1_c", S4_C(1), 1, S4_F_SDCARD },
	{ "sdcard_d2_c", S4_C(2), 1, S4_F_SDCARD },
	{ "sdcard_d3_c", S4_C(3), 1, S4_F_SDCARD },
	{ "sdcard_clk_c", S4_C(4), 1, S4_F_SDCARD },
	{ "sdcard_cmd_c", S4_C(5), 1, S4_F_SDCARD },
	{ "sdcard_cd", S4_C(6), 1, S4_F_SDCARD },
	{ "jtag_2_tdo", S4_C(0), 2, S4_F_JTAG_2 },
	{ "jtag_2_tdi", S4_C(1), 2, S4_F_JTAG_2 },
	{ "uart_b_rx_c", S4_C(2), 2, S4_F_UART_B },
	{ "uart_b_tx_c", S4_C(3), 2, S4_F_UART_B },
	{ "jtag_2_clk", S4_C(4), 2, S4_F_JTAG_2 },
	{ "jtag_2_tms", S4_C(5), 2, S4_F_JTAG_2 },
	{ "i2c1_sda_c", S4_C(6), 2, S4_F_I2C1 },
	{ "i2c1_scl_c", S4_C(7), 2, S4_F_I2C1 },
	{ "pdm_din1_c", S4_C(0), 3, S4_F_PDM },
	{ "pdm_din0_c", S4_C(1), 3, S4_F_PDM },
	{ "i2c4_sda_c", S4_C(2), 3, S4_F_I2C4 },
	{ "i2c4_scl_c", S4_C(3), 3, S4_F_I2C4 },
	{ "pdm_dclk_c", S4_C(4), 3, S4_F_PDM },
	{ "iso7816_clk_c", S4_C(5), 3, S4_F_ISO7816 },
	{ "iso7816_data_c", S4_C(6), 3, S4_F_ISO7816 },
	{ "tdm_d2_c", S4_C(0), 4, S4_F_TDM },
	{ "tdm_d3_c", S4_C(1), 4, S4_F_TDM },
	{ "tdm_fs1_c", S4_C(2), 4, S4_F_TDM },
	{ "tdm_sclk1_c", S4_C(3), 4, S4_F_TDM },
	{ "mclk_1_c", S4_C(4), 4, S4_F_MCLK_1 },
	{ "tdm_d4_c", S4_C(5), 4, S4_F_TDM },
	{ "tdm_d5_c", S4_C(6), 4, S4_F_TDM },
	{ "uart_b_tx_d", S4_D(0), 1, S4_F_UART_B },
	{ "uart_b_rx_d", S4_D(1), 1, S4_F_UART_B },
	{ "uart_b_cts_d", S4_D(2), 1, S4_F_UART_B },
	{ "uart_b_rts_d", S4_D(3), 1, S4_F_UART_B },
	{ "remote_out", S4_D(4), 1, S4_F_REMOTE_OUT },
	{ "remote_in", S4_D(5), 1, S4_F_REMOTE_IN },
	{ "jtag_1_clk", S4_D(6), 1, S4_F_JTAG_1 },
	{ "jtag_1_tms", S4_D(7), 1, S4_F_JTAG_1 },
	{ "jtag_1_tdi", S4_D(8), 1, S4_F_JTAG_1 },
	{ "jtag_1_tdo", S4_D(9), 1, S4_F_JTAG_1 },
	{ "clk12_24", S4_D(10), 1, S4_F_CLK12_24 },
	{ "pwm_g_hiz", S4_D(11), 1, S4_F_PWM_G_HIZ },
	{ "i2c4_sda_d", S4_D(2), 2, S4_F_I2C4 },
	{ "i2c4_scl_d", S4_D(3), 2, S4_F_I2C4 },
	{ "mclk_1_d", S4_D(4), 2, S4_F_MCLK_1 },
	{ "tdm_sclk1_d", S4_D(6), 2, S4_F_TDM },
	{ "tdm_fs1_d", S4_D(7), 2, S4_F_TDM },
	{ "tdm_d4_d", S4_D(8), 2, S4_F_TDM },
	{ "tdm_d3_d", S4_D(9), 2, S4_F_TDM },
	{ "tdm_d2_d", S4_D(10), 2, S4_F_TDM },
	{ "pwm_g_d", S4_D(11), 2, S4_F_PWM_G },
	{ "uart_c_tx", S4_D(2), 3, S4_F_UART_C },
	{ "uart_c_rx", S4_D(3), 3, S4_F_UART_C },
	{ "pwm_b_d", S4_D(4), 3, S4_F_PWM_B },
	{ "pwm_a_d", S4_D(6), 3, S4_F_PWM_A },
	{ "pwm_c_d", S4_D(7), 3, S4_F_PWM_C },
	{ "pwm_d_d", S4_D(8), 3, S4_F_PWM_D },
	{ "pwm_i_d", S4_D(9), 3, S4_F_PWM_I },
	{ "clk_32k_in", S4_D(2), 4, S4_F_CLK_32K_IN },
	{ "pwm_b_hiz", S4_D(4), 4, S4_F_PWM_B_HIZ },
	{ "pwm_a_hiz", S4_D(6), 4, S4_F_PWM_A_HIZ },
	{ "pwm_c_hiz", S4_D(7), 4, S4_F_PWM_C_HIZ },
	{ "pdm_dclk_d", S4_D(8), 4, S4_F_PDM },
	{ "pdm_din0_d", S4_D(9), 4, S4_F_PDM },
	{ "pdm_din1_d", S4_D(10), 4, S4_F_PDM },
	{ "mic_mute_en", S4_D(2), 5, S4_F_MIC_MUTE },
	{ "mic_mute_key", S4_D(3), 5, S4_F_MIC_MUTE },
	{ "i2c1_sda_d", S4_D(6), 5, S4_F_I2C1 },
	{ "i2c1_scl_d", S4_D(7), 5, S4_F_I2C1 },
	{ "i2c2_sda_d", S4_D(10), 5, S4_F_I2C2 },
	{ "i2c2_scl_d", S4_D(11), 5, S4_F_I2C2 },
	{ "gen_clk_d", S4_D(10), 6, S4_F_GEN_CLK },
	{ "tsin_b_clk_c", S4_D(6), 6, S4_F_TSIN_B },
	{ "tsin_b_sop_c", S4_D(7), 6, S4_F_TSIN_B },
	{ "tsin_b_valid_c", S4_D(8), 6, S4_F_TSIN_B },
	{ "tsin_b_d0_c", S4_D(9), 6, S4_F_TSIN_B },
	{ "hdmitx_sda", S4_H(0), 1, S4_F_HDMITX },
	{ "hdmitx_sck", S4_H(1), 1, S4_F_HDMITX },
	{ "hdmitx_hpd_in", S4_H(2), 1, S4_F_HDMITX },
	{ "ao_cec_a", S4_H(3), 1, S4_F_AO_CEC_A },
	{ "spdif_out_h", S4_H(4), 1, S4_F_SPDIF_OUT },
	{ "spdif_in", S4_H(5), 1, S4_F_SPDIF_IN },
	{ "i2c1_sda_h", S4_H(6), 1, S4_F_I2C1 },
	{ "i2c1_scl_h", S4_H(7), 1, S4_F_I2C1 },
	{ "i2c2_sda_h8", S4_H(8), 1, S4_F_I2C2 },
	{ "i2c2_scl_h9", S4_H(9), 1, S4_F_I2C2 },
	{ "eth_link_led", S4_H(10), 1, S4_F_ETH },
	{ "eth_act_led", S4_H(11), 1, S4_F_ETH },
	{ "i2c2_sda_h0", S4_H(0), 2, S4_F_I2C2 },
	{ "i2c2_scl_h1", S4_H(1), 2, S4_F_I2C2 },
	{ "ao_cec_b", S4_H(3), 2, S4_F_AO_CEC_B },
	{ "uart_d_tx_h", S4_H(4), 2, S4_F_UART_D },
	{ "uart_d_rx_h", S4_H(5), 2, S4_F_UART_D },
	{ "uart_d_cts_h", S4_H(6), 2, S4_F_UART_D },
	{ "uart_d_rts_h", S4_H(7), 2, S4_F_UART_D },
	{ "iso7816_clk_h", S4_H(8), 2, S4_F_ISO7816 },
	{ "iso7816_data_h", S4_H(9), 2, S4_F_ISO7816 },
	{ "uart_e_tx_h", S4_H(10), 2, S4_F_UART_E },
	{ "uart_e_rx_h", S4_H(11), 2, S4_F_UART_E },
	{ "pwm_d_h", S4_H(6), 3, S4_F_PWM_D },
	{ "pwm_i_h", S4_H(7), 3, S4_F_PWM_I },
	{ "pdm_dclk_h", S4_H(8), 3, S4_F_PDM },
	{ "pdm_din0_h", S4_H(9), 3, S4_F_PDM },
	{ "pdm_din1_h", S4_H(10), 3, S4_F_PDM },
	{ "mclk_1_h", S4_H(4), 4, S4_F_MCLK_1 },
	{ "tdm_sclk1_h", S4_H(5), 4, S4_F_TDM },
	{ "tdm_fs1_h", S4_H(6), 4, S4_F_TDM },
	{ "tdm_d2_h", S4_H(7), 4, S4_F_TDM },
	{ "tdm_d3_h", S4_H(8), 4, S4_F_TDM },
	{ "tdm_d4_h", S4_H(9), 4, S4_F_TDM },
	{ "spi_a_miso_h", S4_H(4), 5, S4_F_SPI_A },
	{ "spi_a_mosi_h", S4_H(5), 5, S4_F_SPI_A },
	{ "spi_a_clk_h", S4_H(6), 5, S4_F_SPI_A },
	{ "spi_a_ss0_h", S4_H(7), 5, S4_F_SPI_A },
	{ "gen_clk_h", S4_H(11), 6, S4_F_GEN_CLK },
	{ "tsin_b1_clk", S4_H(4), 6, S4_F_TSIN_B1 },
	{ "tsin_b1_sop", S4_H(5), 6, S4_F_TSIN_B1 },
	{ "tsin_b1_valid", S4_H(6), 6, S4_F_TSIN_B1 },
	{ "tsin_b1_d0", S4_H(7), 6, S4_F_TSIN_B1 },
	{ "sdio_d0", S4_X(0), 1, S4_F_SDIO },
	{ "sdio_d1", S4_X(1), 1, S4_F_SDIO },
	{ "sdio_d2", S4_X(2), 1, S4_F_SDIO },
	{ "sdio_d3", S4_X(3), 1, S4_F_SDIO },
	{ "sdio_clk", S4_X(4), 1, S4_F_SDIO },
	{ "sdio_cmd", S4_X(5), 1, S4_F_SDIO },
	{ "pwm_a_x", S4_X(6), 1, S4_F_PWM_A },
	{ "pwm_f_x", S4_X(7), 1, S4_F_PWM_F },
	{ "tdm_d1", S4_X(8), 1, S4_F_TDM },
	{ "tdm_d0", S4_X(9), 1, S4_F_TDM },
	{ "tdm_fs0", S4_X(10), 1, S4_F_TDM },
	{ "tdm_sclk0", S4_X(11), 1, S4_F_TDM },
	{ "uart_a_tx", S4_X(12), 1, S4_F_UART_A },
	{ "uart_a_rx", S4_X(13), 1, S4_F_UART_A },
	{ "uart_a_cts", S4_X(14), 1, S4_F_UART_A },
	{ "uart_a_rts", S4_X(15), 1, S4_F_UART_A },
	{ "pwm_e_x", S4_X(16), 1, S4_F_PWM_E },
	{ "i2c1_sda_x", S4_X(17), 1, S4_F_I2C1 },
	{ "i2c1_scl_x", S4_X(18), 1, S4_F_I2C1 },
	{ "pwm_b_x", S4_X(19), 1, S4_F_PWM_B },
	{ "pdm_din0_x", S4_X(8), 2, S4_F_PDM },
	{ "pdm_din1_x", S4_X(9), 2, S4_F_PDM },
	{ "pdm_dclk_x", S4_X(11), 2, S4_F_PDM },
	{ "spi_a_mosi_x", S4_X(8), 3, S4_F_SPI_A },
	{ "spi_a_miso_x", S4_X(9), 3, S4_F_SPI_A },
	{ "spi_a_ss0_x", S4_X(10), 3, S4_F_SPI_A },
	{ "spi_a_clk_x", S4_X(11), 3, S4_F_SPI_A },
	{ "pwm_c_x", S4_X(8), 4, S4_F_PWM_C },
	{ "i2c_slave_scl", S4_X(10), 4, S4_F_I2C_SLAVE },
	{ "i2c_slave_sda", S4_X(11), 4, S4_F_I2C_SLAVE },
	{ "i2c3_sda_x", S4_X(10), 5, S4_F_I2C3 },
	{ "i2c3_scl_x", S4_X(11), 5, S4_F_I2C3 },
	{ "tdm_fs2", S4_Z(0), 1, S4_F_TDM },
	{ "tdm_sclk2", S4_Z(1), 1, S4_F_TDM },
	{ "tdm_d4_z", S4_Z(2), 1, S4_F_TDM },
	{ "tdm_d5_z", S4_Z(3), 1, S4_F_TDM },
	{ "tdm_d6", S4_Z(4), 1, S4_F_TDM },
	{ "tdm_d7", S4_Z(5), 1, S4_F_TDM },
	{ "mclk_2", S4_Z(6), 1, S4_F_MCLK_2, S4_F_MCLK_1 },
	{ "spdif_out_z", S4_Z(9), 1, S4_F_SPDIF_OUT },
	{ "dtv_a_if_agc_z10", S4_Z(10), 1, S4_F_DTV },
	{ "uart_e_tx_z11", S4_Z(11), 1, S4_F_UART_E },
	{ "uart_e_rx_z12", S4_Z(12), 1, S4_F_UART_E },
	{ "tsin_a_clk", S4_Z(0), 2, S4_F_TSIN_A },
	{ "tsin_a_sop", S4_Z(1), 2, S4_F_TSIN_A },
	{ "tsin_a_valid", S4_Z(2), 2, S4_F_TSIN_A },
	{ "tsin_a_din0", S4_Z(3), 2, S4_F_TSIN_A },
	{ "dtv_a_if_agc_z6", S4_Z(6), 2, S4_F_DTV },
	{ "dtv_b_if_agc", S4_Z(7), 2, S4_F_DTV },
	{ "i2c3_sda_z", S4_Z(8), 2, S4_F_I2C3 },
	{ "i2c3_scl_z", S4_Z(9), 2, S4_F_I2C3 },
	{ "dtv_a_rf_agc", S4_Z(10), 2, S4_F_DTV },
	{ "dtv_b_rf_agc", S4_Z(11), 2, S4_F_DTV },
	{ "sdcard_d0_z", S4_Z(0), 3, S4_F_SDCARD },
	{ "sdcard_d1_z", S4_Z(1), 3, S4_F_SDCARD },
	{ "sdcard_d2_z", S4_Z(2), 3, S4_F_SDCARD },
	{ "sdcard_d3_z", S4_Z(3), 3, S4_F_SDCARD },
	{ "sdcard_clk_z", S4_Z(4), 3, S4_F_SDCARD },
	{ "sdcard_cmd_z", S4_Z(5), 3, S4_F_SDCARD },
	{ "uart_e_tx_z8", S4_Z(8), 3, S4_F_UART_E },
	{ "uart_e_rx_z9", S4_Z(9), 3, S4_F_UART_E },
	{ "pdm_din1_z", S4_Z(10), 3, S4_F_PDM },
	{ "pdm_din0_z", S4_Z(11), 3, S4_F_PDM },
	{ "pdm_dclk_z", S4_Z(12), 3, S4_F_PDM },
	{ "spi_a_miso_z", S4_Z(0), 4, S4_F_SPI_A },
	{ "spi_a_mosi_z", S4_Z(1), 4, S4_F_SPI_A },
	{ "spi_a_clk_z", S4_Z(2), 4, S4_F_SPI_A },
	{ "spi_a_ss0_z", S4_Z(3), 4, S4_F_SPI_A },
	{ "spi_a_ss1_z", S4_Z(4), 4, S4_F_SPI_A },
	{ "spi_a_ss2_z", S4_Z(5), 4, S4_F_SPI_A },
	{ "i2c4_scl_z", S4_Z(11), 4, S4_F_I2C4 },
	{ "i2c4_sda_z", S4_Z(12), 4, S4_F_I2C4 },
	{ "uart_d_tx_z", S4_Z(0), 5, S4_F_UART_D },
	{ "uart_d_rx_z", S4_Z(1), 5, S4_F_UART_D },
	{ "uart_d_cts_z", S4_Z(2), 5, S4_F_UART_D },
	{ "uart_d_rts_z", S4_Z(3), 5, S4_F_UART_D },
	{ "pwm_g_z", S4_Z(4), 5, S4_F_PWM_G },
	{ "pwm_f_z", S4_Z(5), 5, S4_F_PWM_F },
	{ "pwm_e_z", S4_Z(6), 5, S4_F_PWM_E },
	{ "tsin_b_clk_z", S4_Z(7), 5, S4_F_TSIN_B },
	{ "tsin_b_sop_z", S4_Z(10), 5, S4_F_TSIN_B },
	{ "tsin_b_valid_z", S4_Z(11), 5, S4_F_TSIN_B },
	{ "tsin_b_d0_z", S4_Z(12), 5, S4_F_TSIN_B },
	{ "s2_demod_gpio7", S4_Z(0), 6, S4_F_S2_DEMOD },
	{ "s2_demod_gpio6", S4_Z(1), 6, S4_F_S2_DEMOD },
	{ "s2_demod_gpio5", S4_Z(2), 6, S4_F_S2_DEMOD },
	{ "s2_demod_gpio4", S4_Z(3), 6, S4_F_S2_DEMOD },
	{ "s2_demod_gpio3", S4_Z(4), 6, S4_F_S2_DEMOD },
	{ "s2_demod_gpio2", S4_Z(5), 6, S4_F_S2_DEMOD },
	{ "diseqc_out", S4_Z(7), 6, S4_F_DISEQC_OUT },
	{ "s2_demod_gpio1", S4_Z(8), 6, S4_F_S2_DEMOD },
	{ "s2_demod_gpio0", S4_Z(12), 6, S4_F_S2_DEMOD },
	{ "gen_clk_z9", S4_Z(9), 7, S4_F_GEN_CLK },
	{ "gen_clk_z12", S4_Z(12), 7, S4_F_GEN_CLK },
};

#endif
