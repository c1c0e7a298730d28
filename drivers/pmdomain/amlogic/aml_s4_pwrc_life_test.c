// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's power domains: the module unloads while there is no provider
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The tree is the bench's, which has no node for the driver.
 */

#include <linux/device.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include <bench/bench.h>

static void life_test_unused(struct kunit *test)
{
	struct device_driver *driver = driver_find("aml_s4_pwrc", &platform_bus_type);

	KUNIT_ASSERT_NOT_NULL(test, driver);
	KUNIT_EXPECT_EQ(test, module_refcount(driver->owner), 0);
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(life_test_unused),
	{ }
};

static struct kunit_suite life_suite = {
	.name = "aml_s4_pwrc_life",
	.test_cases = life_cases,
};

kunit_test_suite(life_suite);

MODULE_SOFTDEP("pre: aml_s4_pwrc_model aml_s4_pwrc");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's power domains: unloading");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
