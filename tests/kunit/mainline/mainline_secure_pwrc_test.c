// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of mainline's meson-secure-pwrc: what patches/linux mends
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/device.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include <dt-bindings/power/meson-s4-power.h>

#include <bench/bench.h>
#include <models/meson_sm_model.h>

static int powered_probe(struct platform_device *pdev)
{
	return 0;
}

static const struct of_device_id powered_match[] = {
	{ .compatible = "outboard,bench-powered" },
	{}
};

static struct platform_driver powered_driver = {
	.probe = powered_probe,
	.driver = {
		.name = "bench_powered",
		.of_match_table = powered_match,
		.suppress_bind_attrs = true,
	},
};

/*
 * The monitor says that Ethernet's domain is off, and it does not go on. That one cannot be
 * had then, and all others can.
 */
static void secure_pwrc_test_stays_off(struct kunit *test)
{
	struct device *audio = bench_device(test, "/soc/audio");
	struct device *ethernet = bench_device(test, "/soc/ethernet");

	bench_start(test);
	KUNIT_ASSERT_NOT_NULL(test, bench_device(test, "/soc/power-controller")->driver);
	KUNIT_ASSERT_FALSE(test, meson_sm_model_is_on(PWRC_S4_ETH_ID));
	KUNIT_ASSERT_EQ(test, platform_driver_register(&powered_driver), 0);

	KUNIT_EXPECT_NOT_NULL(test, audio->driver);
	KUNIT_EXPECT_TRUE(test, meson_sm_model_is_on(PWRC_S4_AUDIO_ID));
	KUNIT_EXPECT_NULL(test, ethernet->driver);
	KUNIT_EXPECT_NE(test, bench_bind(ethernet), 0);

	platform_driver_unregister(&powered_driver);
}

static struct kunit_case secure_pwrc_test_cases[] = {
	KUNIT_CASE(secure_pwrc_test_stays_off),
	{}
};

static struct kunit_suite secure_pwrc_test_suite = {
	.name = "mainline_secure_pwrc",
	.test_cases = secure_pwrc_test_cases,
};

kunit_test_suite(secure_pwrc_test_suite);

MODULE_SOFTDEP("pre: mainline_secure_pwrc");
MODULE_DESCRIPTION("Tests of mainline's meson-secure-pwrc");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
