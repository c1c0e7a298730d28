// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's pin controller: walks each function, group and pin
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What a pin is to be comes from the model, which goes by pins, and from the list of
 * functions below, and is not what the driver goes by. Whatever is done to a pin, the others
 * are compared with what they were.
 *
 * The framework tells no other module what a driver knows: that is read from debugfs.
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/gpio/machine.h>
#include <linux/hrtimer.h>
#include <linux/ioport.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pinctrl/consumer.h>
#include <linux/pinctrl/machine.h>
#include <linux/pinctrl/pinconf-generic.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uio.h>

#include <dt-bindings/gpio/meson-s4-gpio.h>

#include <bench/bench.h>
#include <models/aml_s4_pinctrl_model.h>

#define NODE		"/soc/pinctrl@fe004000"
#define BANK_NODE	NODE "/bank@fe004000"
#define LABEL		"periphs-banks"
#define DEBUGFS		"/sys/kernel/debug/pinctrl/"
#define USER		"outboard-bench-user"
#define TEXT_SIZE	SZ_64K

static const struct s4_bank {
	const char *name;
	unsigned int first;
	unsigned int num;
} banks[] = {
	{ "GPIOB", GPIOB_0, 14 }, { "GPIOC", GPIOC_0, 8 }, { "GPIOE", GPIOE_0, 2 },
	{ "GPIOD", GPIOD_0, 12 }, { "GPIOH", GPIOH_0, 12 }, { "GPIOX", GPIOX_0, 20 },
	{ "GPIOZ", GPIOZ_0, 13 },
};

/*
 * Linux 6.12's lists of the functions' groups, with "gen_clk_d" and "pwm_a_x", which are
 * groups there and in no function.
 */
static const struct s4_function {
	const char *name;
	const char *groups[27];
} functions[] = {
	{ "i2c0", { "i2c0_sda", "i2c0_scl" } },
	{ "i2c1", { "i2c1_sda_c", "i2c1_scl_c", "i2c1_sda_d", "i2c1_scl_d", "i2c1_sda_h",
	  "i2c1_scl_h", "i2c1_sda_x", "i2c1_scl_x" } },
	{ "i2c2", { "i2c2_sda_d", "i2c2_scl_d", "i2c2_sda_h8", "i2c2_scl_h9", "i2c2_sda_h0",
	  "i2c2_scl_h1" } },
	{ "i2c3", { "i2c3_sda_x", "i2c3_scl_x", "i2c3_sda_z", "i2c3_scl_z" } },
	{ "i2c4", { "i2c4_sda_c", "i2c4_scl_c", "i2c4_sda_d", "i2c4_scl_d", "i2c4_scl_z",
	  "i2c4_sda_z" } },
	{ "uart_a", { "uart_a_tx", "uart_a_rx", "uart_a_cts", "uart_a_rts" } },
	{ "uart_b", { "uart_b_tx_e", "uart_b_rx_e", "uart_b_rx_c", "uart_b_tx_c",
	  "uart_b_tx_d", "uart_b_rx_d", "uart_b_cts_d", "uart_b_rts_d" } },
	{ "uart_c", { "uart_c_tx", "uart_c_rx" } },
	{ "uart_d", { "uart_d_tx_h", "uart_d_rx_h", "uart_d_cts_h", "uart_d_rts_h",
	  "uart_d_tx_z", "uart_d_rx_z", "uart_d_cts_z", "uart_d_rts_z" } },
	{ "uart_e", { "uart_e_tx_h", "uart_e_rx_h", "uart_e_tx_z11", "uart_e_rx_z12",
	  "uart_e_tx_z8", "uart_e_rx_z9" } },
	{ "emmc", { "emmc_nand_d0", "emmc_nand_d1", "emmc_nand_d2", "emmc_nand_d3",
	  "emmc_nand_d4", "emmc_nand_d5", "emmc_nand_d6", "emmc_nand_d7", "emmc_clk",
	  "emmc_rst", "emmc_cmd", "emmc_nand_ds" } },
	{ "nand", { "emmc_nand_d0", "emmc_nand_d1", "emmc_nand_d2", "emmc_nand_d3",
	  "emmc_nand_d4", "emmc_nand_d5", "emmc_nand_d6", "emmc_nand_d7", "nand_wen_clk",
	  "nand_ale", "nand_ren_wr", "nand_cle", "nand_ce0" } },
	{ "spif", { "spif_hold", "spif_mo", "spif_mi", "spif_clk", "spif_wp", "spif_cs" } },
	{ "sdcard", { "sdcard_d0_c", "sdcard_d1_c", "sdcard_d2_c", "sdcard_d3_c",
	  "sdcard_clk_c", "sdcard_cmd_c", "sdcard_cd", "sdcard_d0_z", "sdcard_d1_z",
	  "sdcard_d2_z", "sdcard_d3_z", "sdcard_clk_z", "sdcard_cmd_z" } },
	{ "jtag_1", { "jtag_1_clk", "jtag_1_tms", "jtag_1_tdi", "jtag_1_tdo" } },
	{ "jtag_2", { "jtag_2_tdo", "jtag_2_tdi", "jtag_2_clk", "jtag_2_tms" } },
	{ "pdm", { "pdm_din1_c", "pdm_din0_c", "pdm_dclk_c", "pdm_dclk_d", "pdm_din0_d",
	  "pdm_din1_d", "pdm_dclk_h", "pdm_din0_h", "pdm_din1_h", "pdm_din0_x", "pdm_din1_x",
	  "pdm_dclk_x", "pdm_din1_z", "pdm_din0_z", "pdm_dclk_z" } },
	{ "iso7816", { "iso7816_clk_c", "iso7816_data_c", "iso7816_clk_h", "iso7816_data_h" } },
	{ "tdm", { "tdm_d2_c", "tdm_d3_c", "tdm_fs1_c", "tdm_d4_c", "tdm_d5_c",
	  "tdm_sclk1_c", "tdm_fs1_d", "tdm_d4_d", "tdm_d3_d", "tdm_d2_d", "tdm_sclk1_d",
	  "tdm_sclk1_h", "tdm_fs1_h", "tdm_d2_h", "tdm_d3_h", "tdm_d4_h", "tdm_d1", "tdm_d0",
	  "tdm_fs0", "tdm_sclk0", "tdm_fs2", "tdm_sclk2", "tdm_d4_z", "tdm_d5_z", "tdm_d6",
	  "tdm_d7" } },
	{ "mclk_1", { "mclk_1_c", "mclk_1_d", "mclk_1_h", "mclk_2" } },
	{ "mclk_2", { "mclk_2" } },
	{ "remote_out", { "remote_out" } },
	{ "remote_in", { "remote_in" } },
	{ "clk12_24", { "clk12_24" } },
	{ "clk_32k_in", { "clk_32k_in" } },
	{ "pwm_a_hiz", { "pwm_a_hiz" } },
	{ "pwm_b_hiz", { "pwm_b_hiz" } },
	{ "pwm_c_hiz", { "pwm_c_hiz" } },
	{ "pwm_g_hiz", { "pwm_g_hiz" } },
	{ "pwm_a", { "pwm_a_d", "pwm_a_x" } },
	{ "pwm_b", { "pwm_b_d", "pwm_b_x" } },
	{ "pwm_c", { "pwm_c_d", "pwm_c_x" } },
	{ "pwm_d", { "pwm_d_d", "pwm_d_h" } },
	{ "pwm_e", { "pwm_e_x", "pwm_e_z" } },
	{ "pwm_f", { "pwm_f_x", "pwm_f_z" } },
	{ "pwm_g", { "pwm_g_d", "pwm_g_z" } },
	{ "pwm_h", { "pwm_h" } },
	{ "pwm_i", { "pwm_i_d", "pwm_i_h" } },
	{ "pwm_j", { "pwm_j" } },
	{ "mic_mute", { "mic_mute_en", "mic_mute_key" } },
	{ "hdmitx", { "hdmitx_sda", "hdmitx_sck", "hdmitx_hpd_in" } },
	{ "ao_cec_a", { "ao_cec_a" } },
	{ "ao_cec_b", { "ao_cec_b" } },
	{ "spdif_out", { "spdif_out_h", "spdif_out_z" } },
	{ "spdif_in", { "spdif_in" } },
	{ "eth", { "eth_link_led", "eth_act_led" } },
	{ "spi_a", { "spi_a_miso_h", "spi_a_mosi_h", "spi_a_clk_h", "spi_a_ss0_h",
	  "spi_a_mosi_x", "spi_a_miso_x", "spi_a_ss0_x", "spi_a_clk_x", "spi_a_miso_z",
	  "spi_a_mosi_z", "spi_a_clk_z", "spi_a_ss0_z", "spi_a_ss1_z", "spi_a_ss2_z" } },
	{ "gen_clk", { "gen_clk_d", "gen_clk_h", "gen_clk_z9", "gen_clk_z12" } },
	{ "sdio", { "sdio_d0", "sdio_d1", "sdio_d2", "sdio_d3", "sdio_clk", "sdio_cmd" } },
	{ "i2c_slave", { "i2c_slave_scl", "i2c_slave_sda" } },
	{ "dtv", { "dtv_a_if_agc_z10", "dtv_a_if_agc_z6", "dtv_b_if_agc", "dtv_a_rf_agc",
	  "dtv_b_rf_agc" } },
	{ "tsin_a", { "tsin_a_clk", "tsin_a_sop", "tsin_a_valid", "tsin_a_din0" } },
	{ "tsin_b", { "tsin_b_clk_c", "tsin_b_sop_c", "tsin_b_valid_c", "tsin_b_d0_c",
	  "tsin_b_clk_z", "tsin_b_sop_z", "tsin_b_valid_z", "tsin_b_d0_z" } },
	{ "tsin_b1", { "tsin_b1_clk", "tsin_b1_sop", "tsin_b1_valid", "tsin_b1_d0" } },
	{ "diseqc_out", { "diseqc_out" } },
	{ "s2_demod", { "s2_demod_gpio7", "s2_demod_gpio6", "s2_demod_gpio5",
	  "s2_demod_gpio4", "s2_demod_gpio3", "s2_demod_gpio2", "s2_demod_gpio1",
	  "s2_demod_gpio0" } },
};

struct pins_test {
	struct device *dev;
	struct device *user;
	struct bench_block *mux;
	struct bench_block *gpio;
	struct gpio_device *gdev;
	struct gpio_chip *chip;
	struct aml_s4_pin before[AML_S4_PINS];
	char text[TEXT_SIZE];
};

static const char *pin_name(unsigned int pin, char *name, size_t size)
{
	unsigned int i;

	strscpy(name, "GPIO_TEST_N", size);
	for (i = 0; i < ARRAY_SIZE(banks); i++) {
		if (pin >= banks[i].first && pin < banks[i].first + banks[i].num)
			snprintf(name, size, "%s_%u", banks[i].name, pin - banks[i].first);
	}

	return name;
}

static void remember(struct pins_test *pins)
{
	unsigned int pin;

	for (pin = 0; pin < AML_S4_PINS; pin++)
		pins->before[pin] = aml_s4_pin(pin);
}

static bool same(const struct aml_s4_pin *a, const struct aml_s4_pin *b)
{
	return a->mux == b->mux && a->output == b->output && a->out == b->out &&
	       a->pull == b->pull && a->strength == b->strength;
}

/* All pins are as @before has them, which is theirs from here on. */
static void expect_pins(struct kunit *test, const char *what)
{
	struct pins_test *pins = test->priv;
	struct aml_s4_pin now;
	unsigned int pin;
	char name[16];

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		now = aml_s4_pin(pin);
		KUNIT_EXPECT_TRUE_MSG(test, same(&now, &pins->before[pin]),
				      "%s: %s is mux %u, output %d, level %d, pull %d, strength %u",
				      what, pin_name(pin, name, sizeof(name)), now.mux, now.output,
				      now.out, now.pull, now.strength);
		pins->before[pin] = now;
	}
}

/* What the framework says in one of its files. */
static const char *read_text(struct kunit *test, const char *file)
{
	struct pins_test *pins = test->priv;
	size_t used = 0;
	struct file *filp;
	char path[128];
	ssize_t got;

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", dev_name(pins->dev), file);
	filp = filp_open(path, O_RDONLY, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(filp), "%s", path);

	do {
		struct kvec vec = { pins->text + used, TEXT_SIZE - 1 - used };
		struct iov_iter iter;
		struct kiocb iocb;

		iov_iter_kvec(&iter, ITER_DEST, &vec, 1, vec.iov_len);
		init_sync_kiocb(&iocb, filp);
		iocb.ki_pos = used;
		got = seq_read_iter(&iocb, &iter);
		used += max_t(ssize_t, got, 0);
	} while (got > 0);

	pins->text[used] = '\0';
	filp_close(filp, NULL);
	KUNIT_ASSERT_GT(test, used, 0);
	KUNIT_ASSERT_LT(test, used, TEXT_SIZE - 1);

	return pins->text;
}

static void get_chip(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	pins->gdev = gpio_device_find_by_label(LABEL);
	KUNIT_ASSERT_NOT_NULL(test, pins->gdev);
	pins->chip = gpio_device_get_chip(pins->gdev);
}

/* The framework takes settings from others than the tree for devices that are not in it. */
static void unregister_device(void *pdev)
{
	platform_device_unregister(pdev);
}

static struct device *bare_device(struct kunit *test)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple(USER, PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, unregister_device, pdev), 0);

	return &pdev->dev;
}

static int pins_test_init(struct kunit *test)
{
	struct pins_test *pins = kunit_kzalloc(test, sizeof(*pins), GFP_KERNEL);
	unsigned int pin;

	KUNIT_ASSERT_NOT_NULL(test, pins);
	test->priv = pins;
	bench_start(test);
	pins->dev = bench_device(test, NODE);
	pins->user = bare_device(test);
	pins->mux = bench_block(test, BANK_NODE, 0);
	pins->gpio = bench_block(test, BANK_NODE, 1);
	bench_unbind(pins->dev);
	for (pin = 0; pin < AML_S4_PINS; pin++)
		aml_s4_pin_wire(pin, AML_S4_FLOATS);
	bench_reset_block(pins->mux);
	bench_reset_block(pins->gpio);
	KUNIT_ASSERT_EQ(test, bench_bind(pins->dev), 0);
	remember(pins);

	return 0;
}

static void pins_test_exit(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	if (pins && pins->gdev)
		gpio_device_put(pins->gdev);
}

/* Select one setting for the user, and give it up again: what is set stays. */
static int apply(struct pins_test *pins, struct pinctrl_map map)
{
	struct pinctrl_state *state;
	struct pinctrl *handle;
	int ret;

	map.dev_name = dev_name(pins->user);
	map.name = PINCTRL_STATE_DEFAULT;
	map.ctrl_dev_name = dev_name(pins->dev);
	ret = pinctrl_register_mappings(&map, 1);
	if (ret)
		return ret;

	handle = pinctrl_get(pins->user);
	if (IS_ERR(handle)) {
		ret = PTR_ERR(handle);
	} else {
		state = pinctrl_lookup_state(handle, PINCTRL_STATE_DEFAULT);
		ret = IS_ERR(state) ? PTR_ERR(state) : pinctrl_select_state(handle, state);
		pinctrl_put(handle);
	}
	pinctrl_unregister_mappings(&map);

	return ret;
}

static int apply_mux(struct pins_test *pins, const char *function, const char *group)
{
	return apply(pins, (struct pinctrl_map){
		.type = PIN_MAP_TYPE_MUX_GROUP,
		.data.mux = { .function = function, .group = group },
	});
}

static int apply_config(struct pins_test *pins, enum pinctrl_map_type type, const char *name,
			enum pin_config_param param, u32 arg)
{
	unsigned long config = pinconf_to_config_packed(param, arg);

	return apply(pins, (struct pinctrl_map){
		.type = type,
		.data.configs = { .group_or_pin = name, .configs = &config, .num_configs = 1 },
	});
}

static void pins_test_probe_writes_nothing(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	unsigned int references;
	unsigned long writes;

	bench_unbind(pins->dev);
	writes = pins->mux->writes + pins->gpio->writes;
	references = kref_read(&pins->mux->np->kobj.kref);
	KUNIT_ASSERT_EQ(test, bench_bind(pins->dev), 0);
	bench_unbind(pins->dev);
	KUNIT_EXPECT_EQ(test, pins->mux->writes + pins->gpio->writes, writes);
	KUNIT_EXPECT_EQ(test, kref_read(&pins->mux->np->kobj.kref), references);
}

/* Each pin has the number of the binding, and the name that trees call it by. */
static void pins_test_pins(struct kunit *test)
{
	const char *text = read_text(test, "pins");
	char name[16], line[40];
	unsigned int pin;

	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "registered pins: 82\n"));
	for (pin = 0; pin < AML_S4_PINS; pin++) {
		snprintf(line, sizeof(line), "\npin %u (%s) ", pin,
			 pin_name(pin, name, sizeof(name)));
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text, line), "%s", line);
	}
}

static bool has_word(const char *words, const char *end, const char *word)
{
	const char *found = words;
	size_t length = strlen(word);

	while ((found = strstr(found, word)) && found < end) {
		if (found[-1] == ' ' && found[length] == ' ')
			return true;
		found += length;
	}

	return false;
}

static void expect_functions(struct kunit *test, const char *text, const char *name,
			     const char *const *groups, unsigned int max)
{
	const char *start, *end, *c;
	unsigned int i, words = 0;
	char line[48];

	snprintf(line, sizeof(line), ": %s, groups = [ ", name);
	start = strstr(text, line);
	KUNIT_ASSERT_NOT_NULL_MSG(test, start, "function %s", name);
	start += strlen(line);
	end = strchr(start, ']');
	KUNIT_ASSERT_NOT_NULL(test, end);

	for (c = start; c < end; c++)
		words += *c == ' ';
	for (i = 0; i < max && groups[i]; i++)
		KUNIT_EXPECT_TRUE_MSG(test, has_word(start, end, groups[i]), "%s in %s",
				      groups[i], name);
	KUNIT_EXPECT_EQ_MSG(test, words, i, "groups in %s", name);
}

/* Each function has its groups and no other. */
static void pins_test_functions(struct kunit *test)
{
	const char *text = read_text(test, "pinmux-functions");
	static const char *gpios[AML_S4_PINS];
	static char names[AML_S4_PINS][16];
	unsigned int i, lines = 0;
	const char *c;

	for (i = 0; i < AML_S4_PINS; i++)
		gpios[i] = pin_name(i, names[i], sizeof(names[i]));

	expect_functions(test, text, "gpio_periphs", gpios, AML_S4_PINS);
	for (i = 0; i < ARRAY_SIZE(functions); i++)
		expect_functions(test, text, functions[i].name, functions[i].groups,
				 ARRAY_SIZE(functions[i].groups));
	for (c = text; *c; c++)
		lines += *c == '\n';
	KUNIT_EXPECT_EQ(test, lines, ARRAY_SIZE(functions) + 1);
}

/* Selects a signal, and expects it on its pin and nothing else anywhere. */
static void expect_signal(struct kunit *test, const char *function, const char *signal)
{
	struct pins_test *pins = test->priv;
	unsigned int pin, mux, found = 0;

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		for (mux = 1; mux < 16; mux++) {
			if (aml_s4_pin_signal(pin, mux) &&
			    !strcmp(aml_s4_pin_signal(pin, mux), signal)) {
				pins->before[pin].mux = mux;
				found++;
			}
		}
	}
	KUNIT_ASSERT_EQ_MSG(test, found, 1, "%s", signal);
	KUNIT_EXPECT_EQ_MSG(test, apply_mux(pins, function, signal), 0, "%s in %s", signal,
			    function);
	expect_pins(test, signal);
}

static void pins_test_groups(struct kunit *test)
{
	unsigned int f, g, pin, mux, signals = 0, selected = 0;

	for (f = 0; f < ARRAY_SIZE(functions); f++) {
		for (g = 0; g < ARRAY_SIZE(functions[f].groups) && functions[f].groups[g]; g++) {
			expect_signal(test, functions[f].name, functions[f].groups[g]);
			selected++;
		}
	}

	/* Eight of eMMC's are NAND's as well, and mclk_2 is in two. */
	for (pin = 0; pin < AML_S4_PINS; pin++) {
		for (mux = 1; mux < 16; mux++)
			signals += !!aml_s4_pin_signal(pin, mux);
	}
	KUNIT_EXPECT_EQ(test, signals, 241);
	KUNIT_EXPECT_EQ(test, selected, signals + 9);
}

static const char *function_of(const char *signal)
{
	unsigned int f, g;

	for (f = 0; f < ARRAY_SIZE(functions); f++) {
		for (g = 0; g < ARRAY_SIZE(functions[f].groups) && functions[f].groups[g]; g++) {
			if (!strcmp(functions[f].groups[g], signal))
				return functions[f].name;
		}
	}

	return NULL;
}

/* Each pin as a GPIO by its own group, whatever it was. */
static void pins_test_gpio_groups(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	const char *signal;
	unsigned int pin, mux;
	char name[16];

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		for (mux = 7; mux && !aml_s4_pin_signal(pin, mux); mux--)
			;
		signal = aml_s4_pin_signal(pin, mux);
		if (signal)
			expect_signal(test, function_of(signal), signal);
		pins->before[pin].mux = 0;
		KUNIT_EXPECT_EQ(test, apply_mux(pins, "gpio_periphs",
						pin_name(pin, name, sizeof(name))), 0);
		expect_pins(test, name);
	}
}

static void pins_test_wrong_mux(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	KUNIT_EXPECT_LT(test, apply_mux(pins, "i2c1", "i2c2_sda_d"), 0);
	KUNIT_EXPECT_LT(test, apply_mux(pins, "i2c9", "i2c2_sda_d"), 0);
	KUNIT_EXPECT_LT(test, apply_mux(pins, "i2c2", "i2c2_sda_h2"), 0);
	KUNIT_EXPECT_LT(test, apply_mux(pins, "gpio_periphs", "i2c2_sda_d"), 0);
	KUNIT_EXPECT_LT(test, apply_mux(pins, "i2c0", "GPIOE_0"), 0);
	expect_pins(test, "wrong mux");
}

struct config {
	enum pin_config_param param;
	u32 arg;
	int pull;
	int strength;
	int output;
	int out;
};

#define SAME	(-2)

/* What each leaves, in turn, from after a reset. */
static const struct config configs[] = {
	{ PIN_CONFIG_BIAS_PULL_UP, 1, 1, SAME, SAME, SAME },
	{ PIN_CONFIG_BIAS_PULL_DOWN, 1, 0, SAME, SAME, SAME },
	{ PIN_CONFIG_BIAS_DISABLE, 0, AML_S4_FLOATS, SAME, SAME, SAME },
	{ PIN_CONFIG_BIAS_PULL_DOWN, 1, 0, SAME, SAME, SAME },
	{ PIN_CONFIG_BIAS_PULL_UP, 1, 1, SAME, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 4000, SAME, 3, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 500, SAME, 0, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 2500, SAME, 1, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 3000, SAME, 2, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 501, SAME, 1, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 3001, SAME, 3, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 0, SAME, 0, SAME, SAME },
	{ PIN_CONFIG_DRIVE_STRENGTH_UA, 66036, SAME, 3, SAME, SAME },
	{ PIN_CONFIG_OUTPUT_ENABLE, 1, SAME, SAME, true, SAME },
	{ PIN_CONFIG_OUTPUT_ENABLE, 0, SAME, SAME, false, SAME },
	{ PIN_CONFIG_LEVEL, 1, SAME, SAME, true, true },
	{ PIN_CONFIG_LEVEL, 0, SAME, SAME, true, false },
};

static void expect_config(struct kunit *test, enum pinctrl_map_type type, const char *name,
			  unsigned int pin, const struct config *config)
{
	struct pins_test *pins = test->priv;
	struct aml_s4_pin *want = &pins->before[pin];

	KUNIT_EXPECT_EQ_MSG(test, apply_config(pins, type, name, config->param, config->arg), 0,
			    "%s, config %u", name, config->param);
	if (config->pull != SAME)
		want->pull = config->pull;
	if (config->strength != SAME)
		want->strength = config->strength;
	if (config->output != SAME)
		want->output = config->output;
	if (config->out != SAME)
		want->out = config->out;
	expect_pins(test, name);
}

/* Each pin in each way that it can be configured. */
static void pins_test_configs(struct kunit *test)
{
	unsigned int pin, i;
	char name[16];

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		pin_name(pin, name, sizeof(name));
		for (i = 0; i < ARRAY_SIZE(configs); i++)
			expect_config(test, PIN_MAP_TYPE_CONFIGS_PIN, name, pin, &configs[i]);
	}
}

/* Each group's pin is configured by the group's name. */
static void pins_test_group_configs(struct kunit *test)
{
	unsigned int pin, mux;
	char name[16];

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		for (mux = 1; mux < 8; mux++) {
			if (aml_s4_pin_signal(pin, mux))
				expect_config(test, PIN_MAP_TYPE_CONFIGS_GROUP,
					      aml_s4_pin_signal(pin, mux), pin,
					      &configs[mux % 2]);
		}
		expect_config(test, PIN_MAP_TYPE_CONFIGS_GROUP,
			      pin_name(pin, name, sizeof(name)), pin, &configs[5]);
	}
}

static void pins_test_wrong_configs(struct kunit *test)
{
	static const enum pin_config_param wrong[] = {
		PIN_CONFIG_DRIVE_STRENGTH, PIN_CONFIG_SLEW_RATE, PIN_CONFIG_DRIVE_OPEN_DRAIN,
		PIN_CONFIG_BIAS_HIGH_IMPEDANCE, PIN_CONFIG_INPUT_DEBOUNCE,
	};
	struct pins_test *pins = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		KUNIT_EXPECT_EQ(test, apply_config(pins, PIN_MAP_TYPE_CONFIGS_PIN, "GPIOX_3",
						   wrong[i], 1), -ENOTSUPP);
		KUNIT_EXPECT_EQ(test, apply_config(pins, PIN_MAP_TYPE_CONFIGS_GROUP, "sdio_d3",
						   wrong[i], 1), -ENOTSUPP);
	}
	KUNIT_EXPECT_LT(test, apply_config(pins, PIN_MAP_TYPE_CONFIGS_PIN, "GPIOX_20",
					   PIN_CONFIG_BIAS_DISABLE, 0), 0);
	expect_pins(test, "wrong config");
}

static void expect_dump(struct kunit *test, const char *text, const char *head,
			const struct aml_s4_pin *want)
{
	static const unsigned int strengths[] = { 500, 2500, 3000, 4000 };
	const char *line = strstr(text, head);
	char strength[48], wanted[160], *end;

	KUNIT_ASSERT_NOT_NULL_MSG(test, line, "%s", head);
	line += strlen(head);
	snprintf(strength, sizeof(strength), "output drive strength (%u uA)",
		 strengths[want->strength]);
	snprintf(wanted, sizeof(wanted), "%s, %s%s%s",
		 want->pull < 0 ? "input bias disabled" :
		 want->pull ? "input bias pull up (60000 ohms)" :
			      "input bias pull down (60000 ohms)", strength,
		 want->output ? ", output enabled" : "",
		 !want->output ? "" : want->out ? ", pin output (1 level)" :
						  ", pin output (0 level)");
	end = strchrnul(line, '\n');
	KUNIT_EXPECT_TRUE_MSG(test, strlen(wanted) == end - line &&
			      !strncmp(line, wanted, end - line), "%s%.*s, not %s", head,
			      (int)(end - line), line, wanted);
}

/* What the driver reads back, for pins and for groups. */
static void pins_test_dump(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	unsigned int pin, mux;
	char name[16], head[48];
	const char *text;

	for (pin = 0; pin < AML_S4_PINS; pin++) {
		pin_name(pin, name, sizeof(name));
		expect_config(test, PIN_MAP_TYPE_CONFIGS_PIN, name, pin, &configs[pin % 3]);
		expect_config(test, PIN_MAP_TYPE_CONFIGS_PIN, name, pin, &configs[5 + pin % 4]);
		if (pin % 5 < 3)
			expect_config(test, PIN_MAP_TYPE_CONFIGS_PIN, name, pin,
				      &configs[14 + pin % 5]);
	}

	text = read_text(test, "pinconf-pins");
	for (pin = 0; pin < AML_S4_PINS; pin++) {
		snprintf(head, sizeof(head), "\npin %u (%s): ", pin,
			 pin_name(pin, name, sizeof(name)));
		expect_dump(test, text, head, &pins->before[pin]);
	}

	text = read_text(test, "pinconf-groups");
	for (pin = 0; pin < AML_S4_PINS; pin++) {
		snprintf(head, sizeof(head), " (%s): ", pin_name(pin, name, sizeof(name)));
		expect_dump(test, text, head, &pins->before[pin]);
		for (mux = 1; mux < 8; mux++) {
			snprintf(head, sizeof(head), " (%s): ",
				 aml_s4_pin_signal(pin, mux) ?: name);
			expect_dump(test, text, head, &pins->before[pin]);
		}
	}
	expect_pins(test, "dump");
}

/* Each line as a GPIO: direction, levels both ways, and no level that was not asked for. */
static void pins_test_gpios(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	struct gpio_desc *desc;
	unsigned long changes;
	unsigned int pin, level;
	char name[16];

	get_chip(test);
	KUNIT_EXPECT_EQ(test, pins->chip->ngpio, AML_S4_PINS);
	for (pin = 0; pin < AML_S4_PINS; pin++) {
		struct aml_s4_pin *want = &pins->before[pin];

		pin_name(pin, name, sizeof(name));
		desc = gpiochip_request_own_desc(pins->chip, pin, "test", GPIO_LOOKUP_FLAGS_DEFAULT,
						 GPIOD_ASIS);
		KUNIT_ASSERT_FALSE(test, IS_ERR(desc));
		KUNIT_EXPECT_EQ(test, gpiod_get_direction(desc), 1);
		expect_pins(test, "request");

		for (level = 0; level < 4; level++) {
			aml_s4_pin_wire(pin, level % 2);
			KUNIT_EXPECT_EQ_MSG(test, gpiod_get_value(desc), level % 2, "%s", name);
		}

		/* From high to driving high, and from low to driving low. */
		for (level = 2; level; level--) {
			aml_s4_pin_wire(pin, level - 1);
			changes = aml_s4_pin_changes(pin);
			KUNIT_EXPECT_EQ(test, gpiod_direction_output(desc, level - 1), 0);
			aml_s4_pin_wire(pin, AML_S4_FLOATS);
			want->output = true;
			want->out = level - 1;
			expect_pins(test, "direction_output");
			KUNIT_EXPECT_EQ(test, gpiod_get_direction(desc), 0);
			KUNIT_EXPECT_EQ(test, gpiod_get_value(desc), level - 1);
			KUNIT_EXPECT_EQ_MSG(test, aml_s4_pin_changes(pin), changes, "%s", name);

			KUNIT_EXPECT_EQ(test, gpiod_direction_input(desc), 0);
			want->output = false;
			expect_pins(test, "direction_input");
			KUNIT_EXPECT_EQ(test, gpiod_get_direction(desc), 1);
		}

		KUNIT_EXPECT_EQ(test, gpiod_direction_output(desc, 1), 0);
		changes = aml_s4_pin_changes(pin);
		for (level = 0; level < 5; level++) {
			gpiod_set_value(desc, level % 2);
			KUNIT_EXPECT_EQ(test, aml_s4_pin_level(pin), level % 2);
		}
		KUNIT_EXPECT_EQ(test, aml_s4_pin_changes(pin), changes + 5);
		want->output = true;
		want->out = false;
		expect_pins(test, "set");
		gpiochip_free_own_desc(desc);
		expect_pins(test, "free");
	}
}

/* A GPIO is a pin: it gets the mux, and the configuration of pins. */
static void pins_test_gpio_pin(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	struct aml_s4_pin *want = &pins->before[GPIOZ_12];
	struct gpio_desc *desc;
	unsigned long config;

	get_chip(test);
	expect_signal(test, "uart_e", "uart_e_rx_z12");
	desc = gpiochip_request_own_desc(pins->chip, GPIOZ_12, "test", GPIO_PULL_UP, GPIOD_IN);
	KUNIT_ASSERT_FALSE(test, IS_ERR(desc));
	want->mux = 0;
	want->pull = 1;
	expect_pins(test, "pulled up");
	KUNIT_EXPECT_EQ(test, gpiod_get_value(desc), 1);

	config = pinconf_to_config_packed(PIN_CONFIG_BIAS_PULL_DOWN, 1);
	KUNIT_EXPECT_EQ(test, gpiod_set_config(desc, config), 0);
	want->pull = 0;
	expect_pins(test, "pulled down");
	KUNIT_EXPECT_EQ(test, gpiod_get_value(desc), 0);
	KUNIT_EXPECT_EQ(test, gpiod_set_debounce(desc, 10), -ENOTSUPP);
	KUNIT_EXPECT_LT(test, gpiod_to_irq(desc), 0);
	expect_pins(test, "no debouncing");
	gpiochip_free_own_desc(desc);

	/* Open drain in software: it lets go of the line for high. */
	desc = gpiochip_request_own_desc(pins->chip, GPIOZ_12, "test", GPIO_OPEN_DRAIN,
					 GPIOD_OUT_HIGH);
	KUNIT_ASSERT_FALSE(test, IS_ERR(desc));
	aml_s4_pin_wire(GPIOZ_12, 0);
	KUNIT_EXPECT_FALSE(test, aml_s4_pin(GPIOZ_12).output);
	KUNIT_EXPECT_EQ(test, gpiod_get_value(desc), 0);
	aml_s4_pin_wire(GPIOZ_12, AML_S4_FLOATS);
	gpiod_set_value(desc, 0);
	KUNIT_EXPECT_TRUE(test, aml_s4_pin(GPIOZ_12).output);
	KUNIT_EXPECT_FALSE(test, aml_s4_pin_level(GPIOZ_12));
	gpiochip_free_own_desc(desc);
}

struct race {
	struct hrtimer timer;
	struct gpio_desc *desc;
	unsigned int level;
	unsigned int runs;
	unsigned int lost;
};

static enum hrtimer_restart race_run(struct hrtimer *timer)
{
	struct race *race = container_of(timer, struct race, timer);

	race->lost += aml_s4_pin_level(GPIOX_7) != race->level;
	race->level = !race->level;
	gpiod_set_value(race->desc, race->level);
	race->runs++;
	hrtimer_forward_now(timer, ns_to_ktime(730));

	return HRTIMER_RESTART;
}

/* An interrupt handler sets one pin, others of the same register are changed meanwhile. */
static void pins_test_interrupted(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	struct gpio_desc *desc;
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, race);
	get_chip(test);
	desc = gpiochip_request_own_desc(pins->chip, GPIOX_6, "test", GPIO_LOOKUP_FLAGS_DEFAULT,
					 GPIOD_OUT_LOW);
	race->desc = gpiochip_request_own_desc(pins->chip, GPIOX_7, "race",
					       GPIO_LOOKUP_FLAGS_DEFAULT, GPIOD_OUT_LOW);
	KUNIT_ASSERT_FALSE(test, IS_ERR(desc));
	KUNIT_ASSERT_FALSE(test, IS_ERR(race->desc));
	hrtimer_init(&race->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	race->timer.function = race_run;
	hrtimer_start(&race->timer, ns_to_ktime(730), HRTIMER_MODE_REL_HARD);
	for (i = 1; i <= 2000; i++) {
		gpiod_set_value(desc, i % 2);
		race->lost += aml_s4_pin_level(GPIOX_6) != i % 2;
	}
	hrtimer_cancel(&race->timer);
	KUNIT_EXPECT_GT(test, race->runs, 100);
	KUNIT_EXPECT_EQ(test, race->lost, 0);
	gpiochip_free_own_desc(race->desc);
	gpiochip_free_own_desc(desc);
}

/* A device that a tree describes as boards do. */
static int user_probe(struct platform_device *pdev)
{
	struct gpio_desc *cd = devm_gpiod_get_optional(&pdev->dev, "cd", GPIOD_IN);

	platform_set_drvdata(pdev, cd);

	return PTR_ERR_OR_ZERO(cd);
}

static const struct of_device_id user_of_match[] = {
	{ .compatible = "outboard,bench-sdcard" },
	{ .compatible = "outboard,bench-typo" },
	{ }
};

static struct platform_driver user_driver = {
	.probe = user_probe,
	.driver = {
		.name = USER,
		.of_match_table = user_of_match,
		.suppress_bind_attrs = true,
	},
};

/* It may have been bound as its driver came. */
static void bind_user(struct kunit *test, struct device *dev)
{
	if (!dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(dev), 0);
}

static void pins_test_user(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	struct pinctrl_state *gate;
	struct device *user;
	struct pinctrl *handle;
	unsigned int pin;

	bench_register(test, &user_driver);
	user = bench_device(test, "/soc/user-0");
	bind_user(test, user);
	for (pin = GPIOC_0; pin <= GPIOC_5; pin++) {
		pins->before[pin].mux = 1;
		pins->before[pin].pull = 1;
		pins->before[pin].strength = 3;
	}
	pins->before[GPIOC_4].pull = AML_S4_FLOATS;
	pins->before[GPIOC_4].strength = 2;
	pins->before[GPIOC_6].pull = 1;
	expect_pins(test, "default");
	KUNIT_EXPECT_EQ(test, gpiod_get_value(dev_get_drvdata(user)), 0);
	aml_s4_pin_wire(GPIOC_6, 0);
	KUNIT_EXPECT_EQ(test, gpiod_get_value(dev_get_drvdata(user)), 1);

	handle = pinctrl_get(user);
	KUNIT_ASSERT_FALSE(test, IS_ERR(handle));
	gate = pinctrl_lookup_state(handle, "clk-gate");
	KUNIT_EXPECT_EQ(test, pinctrl_select_state(handle, gate), 0);
	pins->before[GPIOC_4].mux = 0;
	pins->before[GPIOC_4].pull = 0;
	pins->before[GPIOC_4].output = true;
	expect_pins(test, "clk-gate");
	KUNIT_EXPECT_EQ(test, pinctrl_select_default_state(user), 0);
	pins->before[GPIOC_4].mux = 1;
	pins->before[GPIOC_4].pull = AML_S4_FLOATS;
	expect_pins(test, "default again");
	pinctrl_put(handle);

	/* Nothing of it is lost over a suspend. */
	bench_suspend(test);
	bench_resume(test);
	expect_pins(test, "resume");

	/* A pin has one owner; another gets it when that one goes. */
	KUNIT_EXPECT_LT(test, apply_mux(pins, "tdm", "tdm_fs1_c"), 0);
	expect_pins(test, "conflict");
	bench_unbind(user);
	pins->before[GPIOC_2].mux = 4;
	KUNIT_EXPECT_EQ(test, apply_mux(pins, "tdm", "tdm_fs1_c"), 0);
	expect_pins(test, "no conflict");

	/* A state that cannot be is an error, and not half of it. */
	user = bench_device(test, "/soc/user-1");
	KUNIT_EXPECT_LT(test, bench_bind(user), 0);
	expect_pins(test, "typo");
}

/* Who uses a pin goes before the controller does, whether a tree tells or not. */
static void pins_test_goes_with_users(struct kunit *test)
{
	struct pins_test *pins = test->priv;
	struct pinctrl_map map = {
		.dev_name = dev_name(pins->user),
		.name = PINCTRL_STATE_DEFAULT,
		.ctrl_dev_name = dev_name(pins->dev),
		.type = PIN_MAP_TYPE_MUX_GROUP,
		.data.mux = { .function = "i2c0", .group = "i2c0_sda" },
	};
	struct module *owner = pins->dev->driver->owner;
	int before = module_refcount(owner);
	struct device *user;

	KUNIT_ASSERT_EQ(test, pinctrl_register_mappings(&map, 1), 0);
	bench_register(test, &user_driver);
	user = bench_device(test, "/soc/user-0");
	bind_user(test, user);
	bind_user(test, pins->user);
	KUNIT_EXPECT_EQ(test, aml_s4_pin(GPIOE_0).mux, 1);
	KUNIT_EXPECT_GT(test, module_refcount(owner), before);

	bench_unbind(pins->dev);
	KUNIT_EXPECT_PTR_EQ(test, user->driver, NULL);
	KUNIT_EXPECT_PTR_EQ(test, pins->user->driver, NULL);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);
	KUNIT_EXPECT_EQ(test, bench_bind(pins->dev), 0);
	bench_unbind(pins->user);
	bench_unbind(user);
	pinctrl_unregister_mappings(&map);
}

/* Without what it needs it does not bind, and keeps nothing. */
static void expect_no_probe(struct kunit *test, int error)
{
	struct pins_test *pins = test->priv;

	bench_unbind(pins->dev);
	KUNIT_EXPECT_EQ(test, bench_bind(pins->dev), error);
	KUNIT_EXPECT_EQ(test, atomic_read(&pins->mux->mappings), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pins->gpio->mappings), 0);
	KUNIT_EXPECT_NULL(test, gpio_device_find_by_label(LABEL));
}

static void pins_test_lacks_names(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	bench_without(test, pins->mux->np, "reg-names");
	expect_no_probe(test, -EINVAL);
}

static void pins_test_lacks_mux(struct kunit *test)
{
	static const char names[] = "pull\0gpio";
	struct pins_test *pins = test->priv;

	bench_with(test, pins->mux->np, "reg-names", names, sizeof(names));
	expect_no_probe(test, -ENODATA);
}

static void pins_test_lacks_gpio(struct kunit *test)
{
	static const char names[] = "mux\0pull";
	struct pins_test *pins = test->priv;

	bench_with(test, pins->mux->np, "reg-names", names, sizeof(names));
	expect_no_probe(test, -ENODATA);
}

static void pins_test_lacks_reg(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	bench_without(test, pins->mux->np, "reg");
	expect_no_probe(test, -EINVAL);
}

static void pins_test_lacks_bank(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	bench_without(test, pins->mux->np, "gpio-controller");
	expect_no_probe(test, -EINVAL);
}

/* Another that could serve as well. */
static void pins_test_two_banks(struct kunit *test)
{
	static const char *const names[] = { "reg", "reg-names", "gpio-controller" };
	struct device_node *np = of_find_node_by_path(NODE "/sdcard-pins");
	struct pins_test *pins = test->priv;
	const struct property *bank;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, np);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		bank = of_find_property(pins->mux->np, names[i], NULL);
		KUNIT_ASSERT_NOT_NULL(test, bank);
		bench_with(test, np, names[i], bank->length ? bank->value : "", bank->length);
	}
	expect_no_probe(test, -EINVAL);
	of_node_put(np);
}

/* The registers are another's. */
static void pins_test_busy(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	bench_unbind(pins->dev);
	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(pins->gpio->base, 4, "another"));
	expect_no_probe(test, -EBUSY);
	release_mem_region(pins->gpio->base, 4);
	KUNIT_EXPECT_EQ(test, bench_bind(pins->dev), 0);
}

static void pins_test_each_allocation(struct kunit *test)
{
	struct pins_test *pins = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, pins->dev), 60);
	KUNIT_EXPECT_EQ(test, atomic_read(&pins->mux->mappings), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pins->gpio->mappings), 0);
}

static struct kunit_case pins_cases[] = {
	KUNIT_CASE(pins_test_probe_writes_nothing),
	KUNIT_CASE(pins_test_pins),
	KUNIT_CASE(pins_test_functions),
	KUNIT_CASE(pins_test_groups),
	KUNIT_CASE(pins_test_gpio_groups),
	KUNIT_CASE(pins_test_wrong_mux),
	KUNIT_CASE(pins_test_configs),
	KUNIT_CASE(pins_test_group_configs),
	KUNIT_CASE(pins_test_wrong_configs),
	KUNIT_CASE(pins_test_dump),
	KUNIT_CASE(pins_test_gpios),
	KUNIT_CASE(pins_test_gpio_pin),
	KUNIT_CASE(pins_test_interrupted),
	KUNIT_CASE(pins_test_user),
	KUNIT_CASE(pins_test_goes_with_users),
	KUNIT_CASE(pins_test_lacks_names),
	KUNIT_CASE(pins_test_lacks_mux),
	KUNIT_CASE(pins_test_lacks_gpio),
	KUNIT_CASE(pins_test_lacks_reg),
	KUNIT_CASE(pins_test_lacks_bank),
	KUNIT_CASE(pins_test_two_banks),
	KUNIT_CASE(pins_test_busy),
	KUNIT_CASE(pins_test_each_allocation),
	{ }
};

static struct kunit_suite pins_suite = {
	.name = "aml_s4_pinctrl",
	.init = pins_test_init,
	.exit = pins_test_exit,
	.test_cases = pins_cases,
};

kunit_test_suite(pins_suite);

MODULE_SOFTDEP("pre: aml_s4_pinctrl_model aml_s4_pinctrl");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's pin controller");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
