// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic Meson S4's pins, of their registers and of their interrupt controller
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A pin has the level that it drives, or that of what it is wired to, or that of its pull.
 * Driving against the wire is a violation, as is a function that the pin does not have. Each
 * of the interrupt controller's channels looks at a pin: it is high or low as the pin is, or
 * gives a pulse at its edges.
 *
 * Source: what is where is by pin, from Linux 6.12's and the vendor's boot loader's tables,
 * in the numbers of the binding's header. The driver's own table is not used here.
 */

#include <linux/bitops.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/spinlock.h>

#include <dt-bindings/gpio/meson-s4-gpio.h>

#include <bench/bench.h>
#include <models/aml_s4_pinctrl_model.h>

#define NONE		NULL
#define FUNCTIONS	8

/* From function 1 on. */
static const char *const signals[AML_S4_PINS][FUNCTIONS - 1] = {
	[GPIOB_0] = { "emmc_nand_d0" },
	[GPIOB_1] = { "emmc_nand_d1" },
	[GPIOB_2] = { "emmc_nand_d2" },
	[GPIOB_3] = { "emmc_nand_d3", NONE, "spif_hold" },
	[GPIOB_4] = { "emmc_nand_d4", NONE, "spif_mo" },
	[GPIOB_5] = { "emmc_nand_d5", NONE, "spif_mi" },
	[GPIOB_6] = { "emmc_nand_d6", NONE, "spif_clk" },
	[GPIOB_7] = { "emmc_nand_d7", NONE, "spif_wp" },
	[GPIOB_8] = { "emmc_clk", "nand_wen_clk" },
	[GPIOB_9] = { "emmc_rst", "nand_ale" },
	[GPIOB_10] = { "emmc_cmd", "nand_ren_wr" },
	[GPIOB_11] = { "emmc_nand_ds", "nand_cle" },
	[GPIOB_12] = { NONE, "nand_ce0" },
	[GPIOB_13] = { NONE, NONE, "spif_cs" },
	[GPIOC_0] = { "sdcard_d0_c", "jtag_2_tdo", "pdm_din1_c", "tdm_d2_c" },
	[GPIOC_1] = { "sdcard_d1_c", "jtag_2_tdi", "pdm_din0_c", "tdm_d3_c" },
	[GPIOC_2] = { "sdcard_d2_c", "uart_b_rx_c", "i2c4_sda_c", "tdm_fs1_c" },
	[GPIOC_3] = { "sdcard_d3_c", "uart_b_tx_c", "i2c4_scl_c", "tdm_sclk1_c" },
	[GPIOC_4] = { "sdcard_clk_c", "jtag_2_clk", "pdm_dclk_c", "mclk_1_c" },
	[GPIOC_5] = { "sdcard_cmd_c", "jtag_2_tms", "iso7816_clk_c", "tdm_d4_c" },
	[GPIOC_6] = { "sdcard_cd", "i2c1_sda_c", "iso7816_data_c", "tdm_d5_c" },
	[GPIOC_7] = { NONE, "i2c1_scl_c" },
	[GPIOE_0] = { "i2c0_sda", "uart_b_tx_e", "pwm_h" },
	[GPIOE_1] = { "i2c0_scl", "uart_b_rx_e", "pwm_j" },
	[GPIOD_0] = { "uart_b_tx_d" },
	[GPIOD_1] = { "uart_b_rx_d" },
	[GPIOD_2] = { "uart_b_cts_d", "i2c4_sda_d", "uart_c_tx", "clk_32k_in", "mic_mute_en" },
	[GPIOD_3] = { "uart_b_rts_d", "i2c4_scl_d", "uart_c_rx", NONE, "mic_mute_key" },
	[GPIOD_4] = { "remote_out", "mclk_1_d", "pwm_b_d", "pwm_b_hiz" },
	[GPIOD_5] = { "remote_in" },
	[GPIOD_6] = { "jtag_1_clk", "tdm_sclk1_d", "pwm_a_d", "pwm_a_hiz",
		      "i2c1_sda_d", "tsin_b_clk_c" },
	[GPIOD_7] = { "jtag_1_tms", "tdm_fs1_d", "pwm_c_d", "pwm_c_hiz", "i2c1_scl_d",
		      "tsin_b_sop_c" },
	[GPIOD_8] = { "jtag_1_tdi", "tdm_d4_d", "pwm_d_d", "pdm_dclk_d", NONE, "tsin_b_valid_c" },
	[GPIOD_9] = { "jtag_1_tdo", "tdm_d3_d", "pwm_i_d", "pdm_din0_d", NONE, "tsin_b_d0_c" },
	[GPIOD_10] = { "clk12_24", "tdm_d2_d", NONE, "pdm_din1_d", "i2c2_sda_d", "gen_clk_d" },
	[GPIOD_11] = { "pwm_g_hiz", "pwm_g_d", NONE, NONE, "i2c2_scl_d" },
	[GPIOH_0] = { "hdmitx_sda", "i2c2_sda_h0" },
	[GPIOH_1] = { "hdmitx_sck", "i2c2_scl_h1" },
	[GPIOH_2] = { "hdmitx_hpd_in" },
	[GPIOH_3] = { "ao_cec_a", "ao_cec_b" },
	[GPIOH_4] = { "spdif_out_h", "uart_d_tx_h", NONE, "mclk_1_h", "spi_a_miso_h",
		      "tsin_b1_clk" },
	[GPIOH_5] = { "spdif_in", "uart_d_rx_h", NONE, "tdm_sclk1_h", "spi_a_mosi_h",
		      "tsin_b1_sop" },
	[GPIOH_6] = { "i2c1_sda_h", "uart_d_cts_h", "pwm_d_h", "tdm_fs1_h",
		      "spi_a_clk_h", "tsin_b1_valid" },
	[GPIOH_7] = { "i2c1_scl_h", "uart_d_rts_h", "pwm_i_h", "tdm_d2_h",
		      "spi_a_ss0_h", "tsin_b1_d0" },
	[GPIOH_8] = { "i2c2_sda_h8", "iso7816_clk_h", "pdm_dclk_h", "tdm_d3_h" },
	[GPIOH_9] = { "i2c2_scl_h9", "iso7816_data_h", "pdm_din0_h", "tdm_d4_h" },
	[GPIOH_10] = { "eth_link_led", "uart_e_tx_h", "pdm_din1_h" },
	[GPIOH_11] = { "eth_act_led", "uart_e_rx_h", NONE, NONE, NONE, "gen_clk_h" },
	[GPIOX_0] = { "sdio_d0" },
	[GPIOX_1] = { "sdio_d1" },
	[GPIOX_2] = { "sdio_d2" },
	[GPIOX_3] = { "sdio_d3" },
	[GPIOX_4] = { "sdio_clk" },
	[GPIOX_5] = { "sdio_cmd" },
	[GPIOX_6] = { "pwm_a_x" },
	[GPIOX_7] = { "pwm_f_x" },
	[GPIOX_8] = { "tdm_d1", "pdm_din0_x", "spi_a_mosi_x", "pwm_c_x" },
	[GPIOX_9] = { "tdm_d0", "pdm_din1_x", "spi_a_miso_x" },
	[GPIOX_10] = { "tdm_fs0", NONE, "spi_a_ss0_x", "i2c_slave_scl", "i2c3_sda_x" },
	[GPIOX_11] = { "tdm_sclk0", "pdm_dclk_x", "spi_a_clk_x", "i2c_slave_sda", "i2c3_scl_x" },
	[GPIOX_12] = { "uart_a_tx" },
	[GPIOX_13] = { "uart_a_rx" },
	[GPIOX_14] = { "uart_a_cts" },
	[GPIOX_15] = { "uart_a_rts" },
	[GPIOX_16] = { "pwm_e_x" },
	[GPIOX_17] = { "i2c1_sda_x" },
	[GPIOX_18] = { "i2c1_scl_x" },
	[GPIOX_19] = { "pwm_b_x" },
	[GPIOZ_0] = { "tdm_fs2", "tsin_a_clk", "sdcard_d0_z", "spi_a_miso_z",
		      "uart_d_tx_z", "s2_demod_gpio7" },
	[GPIOZ_1] = { "tdm_sclk2", "tsin_a_sop", "sdcard_d1_z", "spi_a_mosi_z",
		      "uart_d_rx_z", "s2_demod_gpio6" },
	[GPIOZ_2] = { "tdm_d4_z", "tsin_a_valid", "sdcard_d2_z", "spi_a_clk_z",
		      "uart_d_cts_z", "s2_demod_gpio5" },
	[GPIOZ_3] = { "tdm_d5_z", "tsin_a_din0", "sdcard_d3_z", "spi_a_ss0_z",
		      "uart_d_rts_z", "s2_demod_gpio4" },
	[GPIOZ_4] = { "tdm_d6", NONE, "sdcard_clk_z", "spi_a_ss1_z", "pwm_g_z", "s2_demod_gpio3" },
	[GPIOZ_5] = { "tdm_d7", NONE, "sdcard_cmd_z", "spi_a_ss2_z", "pwm_f_z", "s2_demod_gpio2" },
	[GPIOZ_6] = { "mclk_2", "dtv_a_if_agc_z6", NONE, NONE, "pwm_e_z" },
	[GPIOZ_7] = { NONE, "dtv_b_if_agc", NONE, NONE, "tsin_b_clk_z", "diseqc_out" },
	[GPIOZ_8] = { NONE, "i2c3_sda_z", "uart_e_tx_z8", NONE, NONE, "s2_demod_gpio1" },
	[GPIOZ_9] = { "spdif_out_z", "i2c3_scl_z", "uart_e_rx_z9", NONE, NONE, NONE, "gen_clk_z9" },
	[GPIOZ_10] = { "dtv_a_if_agc_z10", "dtv_a_rf_agc", "pdm_din1_z", NONE, "tsin_b_sop_z" },
	[GPIOZ_11] = { "uart_e_tx_z11", "dtv_b_rf_agc", "pdm_din0_z", "i2c4_scl_z",
		      "tsin_b_valid_z" },
	[GPIOZ_12] = { "uart_e_rx_z12", NONE, "pdm_dclk_z", "i2c4_sda_z",
		      "tsin_b_d0_z", "s2_demod_gpio0", "gen_clk_z12" },
};

/* A bank's registers, in bytes from the start of its part of the node. */
struct bank {
	const char *name;
	unsigned int first;
	unsigned int last;
	u32 mux;
	u32 gpio;
};

static const struct bank banks[] = {
	{ "GPIOZ", GPIOZ_0, GPIOZ_12, 0x18, 0x000 },
	{ "GPIOX", GPIOX_0, GPIOX_19, 0x0c, 0x040 },
	{ "GPIOH", GPIOH_0, GPIOH_11, 0x2c, 0x080 },
	{ "GPIOD", GPIOD_0, GPIOD_11, 0x40, 0x0c0 },
	{ "GPIOE", GPIOE_0, GPIOE_1, 0x48, 0x100 },
	{ "GPIOC", GPIOC_0, GPIOC_7, 0x24, 0x140 },
	{ "GPIOB", GPIOB_0, GPIOB_13, 0x00, 0x180 },
	{ "GPIO_TEST_N", GPIO_TEST_N, GPIO_TEST_N, 0x3c, 0x200 },
};

#define REG_I		0x00
#define REG_O		0x04
#define REG_OEN		0x08
#define REG_PULL_EN	0x0c
#define REG_PULL_UP	0x10
#define REG_DS		0x1c

static const struct bench_reg mux_regs[] = {
	{ .name = "PIN_MUX_REG0", .offset = 0x00, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REG1", .offset = 0x04, .writable = 0x00ffffff },
	{ .name = "PIN_MUX_REG3", .offset = 0x0c, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REG4", .offset = 0x10, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REG5", .offset = 0x14, .writable = 0x0000ffff },
	{ .name = "PIN_MUX_REG6", .offset = 0x18, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REG7", .offset = 0x1c, .writable = 0x000fffff },
	{ .name = "PIN_MUX_REG9", .offset = 0x24, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REGB", .offset = 0x2c, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REGC", .offset = 0x30, .writable = 0x0000ffff },
	{ .name = "PIN_MUX_REGF", .offset = 0x3c, .writable = 0x0000000f },
	{ .name = "PIN_MUX_REGG", .offset = 0x40, .writable = 0xffffffff },
	{ .name = "PIN_MUX_REGH", .offset = 0x44, .writable = 0x0000ffff },
	{ .name = "PIN_MUX_REGI", .offset = 0x48, .writable = 0x000000ff },
};

static const struct bench_reg gpio_regs[] = {
	{ .name = "GPIOZ_I", .offset = 0x000, .flags = BENCH_REG_RO },
	{ .name = "GPIOZ_O", .offset = 0x004, .writable = 0x01fff },
	{ .name = "GPIOZ_OEN", .offset = 0x008, .writable = 0x01fff, .reset = 0x01fff },
	{ .name = "GPIOZ_PULL_EN", .offset = 0x00c, .writable = 0x01fff },
	{ .name = "GPIOZ_PULL_UP", .offset = 0x010, .writable = 0x01fff },
	{ .name = "GPIOZ_DS", .offset = 0x01c, .writable = 0x03ffffff },
	{ .name = "GPIOX_I", .offset = 0x040, .flags = BENCH_REG_RO },
	{ .name = "GPIOX_O", .offset = 0x044, .writable = 0xfffff },
	{ .name = "GPIOX_OEN", .offset = 0x048, .writable = 0xfffff, .reset = 0xfffff },
	{ .name = "GPIOX_PULL_EN", .offset = 0x04c, .writable = 0xfffff },
	{ .name = "GPIOX_PULL_UP", .offset = 0x050, .writable = 0xfffff },
	{ .name = "GPIOX_DS", .offset = 0x05c, .writable = 0xffffffff },
	{ .name = "GPIOX_DS_EXT", .offset = 0x060, .writable = 0x000000ff },
	{ .name = "GPIOH_I", .offset = 0x080, .flags = BENCH_REG_RO },
	{ .name = "GPIOH_O", .offset = 0x084, .writable = 0x00fff },
	{ .name = "GPIOH_OEN", .offset = 0x088, .writable = 0x00fff, .reset = 0x00fff },
	{ .name = "GPIOH_PULL_EN", .offset = 0x08c, .writable = 0x00fff },
	{ .name = "GPIOH_PULL_UP", .offset = 0x090, .writable = 0x00fff },
	{ .name = "GPIOH_DS", .offset = 0x09c, .writable = 0x00ffffff },
	{ .name = "GPIOD_I", .offset = 0x0c0, .flags = BENCH_REG_RO },
	{ .name = "GPIOD_O", .offset = 0x0c4, .writable = 0x00fff },
	{ .name = "GPIOD_OEN", .offset = 0x0c8, .writable = 0x00fff, .reset = 0x00fff },
	{ .name = "GPIOD_PULL_EN", .offset = 0x0cc, .writable = 0x00fff },
	{ .name = "GPIOD_PULL_UP", .offset = 0x0d0, .writable = 0x00fff },
	{ .name = "GPIOD_DS", .offset = 0x0dc, .writable = 0x00ffffff },
	{ .name = "GPIOE_I", .offset = 0x100, .flags = BENCH_REG_RO },
	{ .name = "GPIOE_O", .offset = 0x104, .writable = 0x00003 },
	{ .name = "GPIOE_OEN", .offset = 0x108, .writable = 0x00003, .reset = 0x00003 },
	{ .name = "GPIOE_PULL_EN", .offset = 0x10c, .writable = 0x00003 },
	{ .name = "GPIOE_PULL_UP", .offset = 0x110, .writable = 0x00003 },
	{ .name = "GPIOE_DS", .offset = 0x11c, .writable = 0x0000000f },
	{ .name = "GPIOC_I", .offset = 0x140, .flags = BENCH_REG_RO },
	{ .name = "GPIOC_O", .offset = 0x144, .writable = 0x000ff },
	{ .name = "GPIOC_OEN", .offset = 0x148, .writable = 0x000ff, .reset = 0x000ff },
	{ .name = "GPIOC_PULL_EN", .offset = 0x14c, .writable = 0x000ff },
	{ .name = "GPIOC_PULL_UP", .offset = 0x150, .writable = 0x000ff },
	{ .name = "GPIOC_DS", .offset = 0x15c, .writable = 0x0000ffff },
	{ .name = "GPIOB_I", .offset = 0x180, .flags = BENCH_REG_RO },
	{ .name = "GPIOB_O", .offset = 0x184, .writable = 0x03fff },
	{ .name = "GPIOB_OEN", .offset = 0x188, .writable = 0x03fff, .reset = 0x03fff },
	{ .name = "GPIOB_PULL_EN", .offset = 0x18c, .writable = 0x03fff },
	{ .name = "GPIOB_PULL_UP", .offset = 0x190, .writable = 0x03fff },
	{ .name = "GPIOB_DS", .offset = 0x19c, .writable = 0x0fffffff },
	{ .name = "TESTN_I", .offset = 0x200, .flags = BENCH_REG_RO },
	{ .name = "TESTN_O", .offset = 0x204, .writable = 0x00001 },
	{ .name = "TESTN_OEN", .offset = 0x208, .writable = 0x00001, .reset = 0x00001 },
	{ .name = "TESTN_PULL_EN", .offset = 0x20c, .writable = 0x00001 },
	{ .name = "TESTN_PULL_UP", .offset = 0x210, .writable = 0x00001 },
	{ .name = "TESTN_DS", .offset = 0x21c, .writable = 0x00000003 },
};

#define CTRL		0x00
#define CTRL_ENABLE	BIT(31)
#define SELECT		0x04
#define BOTH		0x1c

static const struct bench_reg intc_regs[] = {
	{ .name = "GPIO_IRQ_CTRL0", .offset = CTRL, .writable = 0x80ffffff },
	{ .name = "GPIO_IRQ_CTRL1", .offset = SELECT, .writable = 0x00ff00ff, .count = 6 },
	{ .name = "GPIO_IRQ_CTRL7", .offset = BOTH, .writable = 0x00000fff },
};

/*
 * All of it under the lock, which is taken inside of a block's. Other blocks' registers are
 * looked at without theirs: there is one CPU.
 */
static DEFINE_RAW_SPINLOCK(lock);
static struct bench_block *mux_block;
static struct bench_block *gpio_block;
static struct bench_block *intc_block;
static int wires[AML_S4_PINS];
static bool levels[AML_S4_PINS];
static unsigned long changes[AML_S4_PINS];
static u32 lines[AML_S4_CHANNELS];

static const struct bank *bank_of(unsigned int pin)
{
	unsigned int i;

	for (i = 0; pin < banks[i].first || pin > banks[i].last; i++)
		;

	return &banks[i];
}

static u32 mux_of(unsigned int pin)
{
	const struct bank *bank = bank_of(pin);
	unsigned int n = pin - bank->first;

	return (bench_reg(mux_block, bank->mux + n / 8 * 4) >> n % 8 * 4) & 0xf;
}

static bool bit_of(unsigned int pin, u32 reg)
{
	const struct bank *bank = bank_of(pin);

	return bench_reg(gpio_block, bank->gpio + reg) & BIT(pin - bank->first);
}

/* A channel's line to the GIC: 32 are other interrupts. */
static void drive_line(unsigned int channel, bool up)
{
	bench_line(32 + lines[channel], up);
}

static unsigned int pin_of(unsigned int channel)
{
	return (bench_reg(intc_block, SELECT + channel / 2 * 4) >> channel % 2 * 16) & 0xff;
}

/* A channel's pin has changed, or has not and the channel's registers have. */
static void update_channel(unsigned int channel, bool changed)
{
	u32 ctrl = bench_reg(intc_block, CTRL);
	unsigned int pin = pin_of(channel);
	bool in, pulse = false;

	if (!(ctrl & CTRL_ENABLE) || pin >= AML_S4_PINS) {
		drive_line(channel, false);
		return;
	}

	in = levels[pin] != !!(ctrl & BIT(channel));
	if (bench_reg(intc_block, BOTH) & BIT(channel)) {
		pulse = changed;
	} else if (ctrl & BIT(12 + channel)) {
		pulse = changed && in;
	} else {
		drive_line(channel, in);
		return;
	}

	if (pulse)
		drive_line(channel, true);
	drive_line(channel, false);
}

static void update_pin(unsigned int pin)
{
	bool drives = !bit_of(pin, REG_OEN) && !mux_of(pin);
	bool level = levels[pin];
	unsigned int channel;

	if (drives)
		level = bit_of(pin, REG_O);
	else if (wires[pin] != AML_S4_FLOATS)
		level = wires[pin];
	else if (bit_of(pin, REG_PULL_EN))
		level = bit_of(pin, REG_PULL_UP);

	if (drives && wires[pin] != AML_S4_FLOATS && level != wires[pin])
		bench_violation(gpio_block, BENCH_MODEL, "%s, pin %u drives against its wire",
				bank_of(pin)->name, pin - bank_of(pin)->first);

	if (level == levels[pin])
		return;

	levels[pin] = level;
	changes[pin]++;
	for (channel = 0; intc_block && channel < AML_S4_CHANNELS; channel++) {
		if (pin_of(channel) == pin)
			update_channel(channel, true);
	}
}

static void update_pins(void)
{
	unsigned long flags;
	unsigned int pin;

	raw_spin_lock_irqsave(&lock, flags);
	for (pin = 0; mux_block && gpio_block && pin < AML_S4_PINS; pin++)
		update_pin(pin);
	raw_spin_unlock_irqrestore(&lock, flags);
}

static void pins_reset(struct bench_block *block)
{
	update_pins();
}

static void mux_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	unsigned int pin;

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		if (mux_of(pin) && !aml_s4_pin_signal(pin, mux_of(pin)))
			bench_violation(block, BENCH_MODEL, "%s, pin %u has no function %u",
					bank_of(pin)->name, pin - bank_of(pin)->first, mux_of(pin));
	}
	update_pins();
}

static u32 gpio_read(struct bench_block *block, u32 offset, u32 stored)
{
	unsigned int i, pin;
	u32 value = 0;

	for (i = 0; i < ARRAY_SIZE(banks); i++) {
		if (banks[i].gpio + REG_I != offset)
			continue;
		for (pin = banks[i].first; pin <= banks[i].last; pin++)
			value |= levels[pin] << (pin - banks[i].first);
		return value;
	}

	return stored;
}

static void gpio_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	update_pins();
}

static void update_channels(void)
{
	unsigned long flags;
	unsigned int channel;

	raw_spin_lock_irqsave(&lock, flags);
	for (channel = 0; intc_block && channel < AML_S4_CHANNELS; channel++)
		update_channel(channel, false);
	raw_spin_unlock_irqrestore(&lock, flags);
}

static void intc_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	unsigned int channel;

	for (channel = 0; channel < AML_S4_CHANNELS; channel++) {
		if (pin_of(channel) >= AML_S4_PINS)
			bench_violation(block, BENCH_MODEL, "channel %u looks at pin %u", channel,
					pin_of(channel));
	}
	update_channels();
}

static void intc_reset(struct bench_block *block)
{
	update_channels();
}

/**
 * aml_s4_pin_signal() - what a pin is in a function
 * @pin: its number
 * @mux: the function's
 *
 * Return: the signal's name, NULL for GPIO and what is not there.
 */
const char *aml_s4_pin_signal(unsigned int pin, unsigned int mux)
{
	return mux && mux < FUNCTIONS ? signals[pin][mux - 1] : NULL;
}
EXPORT_SYMBOL_GPL(aml_s4_pin_signal);

/**
 * aml_s4_pin() - what the registers make of a pin
 * @pin: its number
 *
 * Return: that.
 */
struct aml_s4_pin aml_s4_pin(unsigned int pin)
{
	const struct bank *bank = bank_of(pin);
	unsigned int n = pin - bank->first;
	u32 strengths = bench_reg(gpio_block, bank->gpio + REG_DS + n / 16 * 4);

	return (struct aml_s4_pin){
		.name = bank->name,
		.mux = mux_of(pin),
		.signal = aml_s4_pin_signal(pin, mux_of(pin)),
		.output = !bit_of(pin, REG_OEN),
		.out = bit_of(pin, REG_O),
		.pull = bit_of(pin, REG_PULL_EN) ? bit_of(pin, REG_PULL_UP) : AML_S4_FLOATS,
		.strength = (strengths >> n % 16 * 2) & 3,
	};
}
EXPORT_SYMBOL_GPL(aml_s4_pin);

/**
 * aml_s4_pin_wire() - connect a pin to something outside
 * @pin: its number
 * @level: the level there, or AML_S4_FLOATS
 */
void aml_s4_pin_wire(unsigned int pin, int level)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	wires[pin] = level;
	update_pin(pin);
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(aml_s4_pin_wire);

/**
 * aml_s4_pin_level() - a pin's level
 * @pin: its number
 *
 * Return: the level; one that floats keeps the last.
 */
bool aml_s4_pin_level(unsigned int pin)
{
	return READ_ONCE(levels[pin]);
}
EXPORT_SYMBOL_GPL(aml_s4_pin_level);

/**
 * aml_s4_pin_changes() - how often a pin's level has changed
 * @pin: its number
 *
 * Return: the count since the start.
 */
unsigned long aml_s4_pin_changes(unsigned int pin)
{
	return READ_ONCE(changes[pin]);
}
EXPORT_SYMBOL_GPL(aml_s4_pin_changes);

static const struct bench_model mux_model = {
	.name = "s4-pinmux",
	.regs = mux_regs,
	.nr_regs = ARRAY_SIZE(mux_regs),
	.reset = pins_reset,
	.write = mux_write,
};

static const struct bench_model gpio_model = {
	.name = "s4-gpio",
	.regs = gpio_regs,
	.nr_regs = ARRAY_SIZE(gpio_regs),
	.reset = pins_reset,
	.read = gpio_read,
	.write = gpio_write,
};

static const struct bench_model intc_model = {
	.name = "s4-gpio-intc",
	.regs = intc_regs,
	.nr_regs = ARRAY_SIZE(intc_regs),
	.reset = intc_reset,
	.write = intc_write,
};

static struct bench_block *add(const struct bench_model *model, const char *path,
			       unsigned int index)
{
	struct device_node *np = of_find_node_by_path(path);
	struct bench_block *block = np ? bench_add_block(model, np, index) : ERR_PTR(-ENOENT);

	of_node_put(np);

	return block;
}

static int __init aml_s4_pinctrl_model_init(void)
{
	struct bench_block *mux, *gpio, *intc;
	struct device_node *np;
	unsigned int pin;

	for (pin = 0; pin < AML_S4_PINS; pin++)
		wires[pin] = AML_S4_FLOATS;

	mux = add(&mux_model, "/soc/pinctrl@fe004000/bank@fe004000", 0);
	gpio = add(&gpio_model, "/soc/pinctrl@fe004000/bank@fe004000", 1);
	intc = add(&intc_model, "/soc/interrupt-controller@fe004080", 0);
	if (IS_ERR(mux) || IS_ERR(gpio) || IS_ERR(intc))
		return -ENODEV;

	np = intc->np;
	if (of_property_read_u32_array(np, "amlogic,channel-interrupts", lines, AML_S4_CHANNELS))
		return -EINVAL;

	mux_block = mux;
	gpio_block = gpio;
	intc_block = intc;
	__module_get(THIS_MODULE);

	return 0;
}
module_init(aml_s4_pinctrl_model_init);

MODULE_DESCRIPTION("Model of the Meson S4's pins and their interrupt controller");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
