// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of mainline's pinctrl-meson, on the pins of the S4: what patches/linux mends
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/device.h>
#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/gpio/machine.h>
#include <linux/module.h>
#include <linux/pinctrl/pinconf-generic.h>

#include <dt-bindings/gpio/meson-s4-gpio.h>

#include <bench/bench.h>
#include <models/aml_s4_pinctrl_model.h>

#define NODE	"/soc/pinctrl@fe004000"

static int is_chip_of(struct gpio_chip *chip, const void *dev)
{
	return chip->parent == dev;
}

static struct gpio_chip *find_chip(struct kunit *test)
{
	struct device *dev = bench_device(test, NODE);
	struct gpio_device *gpios;
	struct gpio_chip *chip;

	KUNIT_ASSERT_NOT_NULL(test, dev->driver);
	gpios = gpio_device_find(dev, is_chip_of);
	KUNIT_ASSERT_NOT_NULL(test, gpios);
	chip = gpio_device_get_chip(gpios);
	gpio_device_put(gpios);

	return chip;
}

static int pinctrl_meson_test_init(struct kunit *test)
{
	bench_start(test);

	return 0;
}

/* A pin that is pulled one way becomes an output with just that level. */
static void becomes_output(struct kunit *test, int level)
{
	struct gpio_chip *chip = find_chip(test);
	struct gpio_desc *line;
	unsigned long changes;

	line = gpiochip_request_own_desc(chip, GPIOD_2, "test", GPIO_ACTIVE_HIGH, GPIOD_ASIS);
	KUNIT_ASSERT_FALSE(test, IS_ERR(line));
	KUNIT_EXPECT_EQ(test, gpiod_direction_output(line, !level), 0);
	KUNIT_EXPECT_EQ(test, gpiod_direction_input(line), 0);
	KUNIT_EXPECT_EQ(test, gpiod_set_config(line, pinconf_to_config_packed
			(level ? PIN_CONFIG_BIAS_PULL_UP : PIN_CONFIG_BIAS_PULL_DOWN, 1)), 0);
	KUNIT_EXPECT_EQ(test, aml_s4_pin_level(GPIOD_2), level);

	changes = aml_s4_pin_changes(GPIOD_2);
	KUNIT_EXPECT_EQ(test, gpiod_direction_output(line, level), 0);
	KUNIT_EXPECT_EQ(test, aml_s4_pin_level(GPIOD_2), level);
	KUNIT_EXPECT_EQ(test, aml_s4_pin_changes(GPIOD_2) - changes, 0);
	gpiochip_free_own_desc(line);
}

static void pinctrl_meson_test_output_high(struct kunit *test)
{
	becomes_output(test, 1);
}

static void pinctrl_meson_test_output_low(struct kunit *test)
{
	becomes_output(test, 0);
}

/* Last: without the patches the lines of a driver that is gone stay. */
static void pinctrl_meson_test_unbind(struct kunit *test)
{
	struct device *dev = bench_device(test, NODE);
	struct gpio_device *gpios;

	bench_unbind(dev);
	gpios = gpio_device_find(dev, is_chip_of);
	KUNIT_EXPECT_NULL(test, gpios);
	if (gpios)
		gpio_device_put(gpios);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), 0);
}

static struct kunit_case pinctrl_meson_test_cases[] = {
	KUNIT_CASE(pinctrl_meson_test_output_high),
	KUNIT_CASE(pinctrl_meson_test_output_low),
	KUNIT_CASE(pinctrl_meson_test_unbind),
	{}
};

static struct kunit_suite pinctrl_meson_test_suite = {
	.name = "mainline_pinctrl_meson",
	.init = pinctrl_meson_test_init,
	.test_cases = pinctrl_meson_test_cases,
};

kunit_test_suite(pinctrl_meson_test_suite);

MODULE_SOFTDEP("pre: mainline_pinctrl_meson");
MODULE_DESCRIPTION("Tests of mainline's pinctrl-meson");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
