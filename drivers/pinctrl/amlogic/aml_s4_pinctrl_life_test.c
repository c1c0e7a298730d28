// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's pin controller: coming and going
 *
 * Copyright (C) 2026 The outboard authors
 *
 * By itself, as the framework has much to do for 82 pins each time.
 */

#include <linux/device.h>
#include <linux/module.h>

#include <bench/bench.h>
#include <models/aml_s4_pinctrl_model.h>

#define NODE		"/soc/pinctrl@fe004000"
#define BANK_NODE	NODE "/bank@fe004000"

static int life_test_init(struct kunit *test)
{
	bench_start(test);

	return 0;
}

/* A thousand times, with the pins as they were. */
static void life_test_cycle(struct kunit *test)
{
	struct bench_block *mux = bench_block(test, BANK_NODE, 0);
	struct bench_block *gpio = bench_block(test, BANK_NODE, 1);
	struct device *dev = bench_device(test, NODE);
	unsigned long writes = mux->writes + gpio->writes;
	unsigned long changes = 0;
	unsigned int pin;

	for (pin = 0; pin < AML_S4_PINS; pin++)
		changes += aml_s4_pin_changes(pin);
	bench_cycle(test, dev, 1000);
	bench_unbind(dev);
	KUNIT_EXPECT_EQ(test, atomic_read(&mux->mappings), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&gpio->mappings), 0);
	KUNIT_EXPECT_EQ(test, mux->writes + gpio->writes, writes);
	for (pin = 0; pin < AML_S4_PINS; pin++)
		changes -= aml_s4_pin_changes(pin);
	KUNIT_EXPECT_EQ(test, changes, 0);
}

static void life_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_pinctrl");
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(life_test_no_unbind),
	KUNIT_CASE(life_test_cycle),
	{ }
};

static struct kunit_suite life_suite = {
	.name = "aml_s4_pinctrl_life",
	.init = life_test_init,
	.test_cases = life_cases,
};

kunit_test_suite(life_suite);

MODULE_SOFTDEP("pre: aml_s4_pinctrl_model aml_s4_pinctrl");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's pin controller: coming and going");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
