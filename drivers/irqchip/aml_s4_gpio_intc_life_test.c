// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's GPIO interrupt controller: the module unloads while there is no
 * controller
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The node's parent has no driver, so that no probe succeeds.
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include <bench/bench.h>

static int life_test_init(struct kunit *test)
{
	bench_start(test);

	return 0;
}

static void life_test_fails(struct kunit *test)
{
	struct device *dev = bench_device(test, "/soc/interrupt-controller@fe004080");
	struct device_driver *driver = driver_find("aml_s4_gpio_intc", &platform_bus_type);

	KUNIT_ASSERT_NOT_NULL(test, driver);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), -EAGAIN);
	KUNIT_EXPECT_EQ(test, module_refcount(driver->owner), 0);
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(life_test_fails),
	{ }
};

static struct kunit_suite life_suite = {
	.name = "aml_s4_gpio_intc_life",
	.init = life_test_init,
	.test_cases = life_cases,
};

kunit_test_suite(life_suite);

MODULE_SOFTDEP("pre: aml_s4_pinctrl_model aml_s4_gpio_intc");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's GPIO interrupt controller: unloading");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
