// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls at random on rpi_gpiomem and rpi_vcio
 *
 * Copyright (C) 2026 The outboard authors
 *
 * tests/kunit/programs/rpi_fuzz.c makes them.
 */

#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/umh.h>

#include <bench/bench.h>
#include <models/rpi_firmware_model.h>

static unsigned long calls = 20000;
module_param(calls, ulong, 0444);
MODULE_PARM_DESC(calls, "how many calls to make");

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "which calls to make");

static void rpi_fuzz_test(struct kunit *test)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, "rpi_gpiomem");
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	char words[2][24];
	char *argv[4] = { "/rpi_fuzz", words[0], words[1] };
	char *envp[1] = { NULL };
	__be32 reg[4];

	bench_start(test);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	KUNIT_ASSERT_NOT_NULL(test, page);

	/* User Mode Linux maps its own memory only. */
	reg[0] = cpu_to_be32((u64)page_to_phys(page) >> 32);
	reg[1] = cpu_to_be32(page_to_phys(page));
	reg[2] = 0;
	reg[3] = cpu_to_be32(0xb4);
	bench_unbind(dev);
	bench_with(test, dev->parent->of_node, "reg", reg, sizeof(reg));
	KUNIT_ASSERT_EQ(test, bench_bind(dev), 0);

	snprintf(words[0], sizeof(words[0]), "%lu", seed);
	snprintf(words[1], sizeof(words[1]), "%lu", calls);
	KUNIT_EXPECT_EQ(test, call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC), 0);
	kunit_info(test, "%u messages reached the firmware", rpi_firmware_model.calls);
	KUNIT_EXPECT_GT(test, rpi_firmware_model.calls, calls / 100);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.most_busy, 1);

	bench_unbind(dev);
	put_device(dev);
	__free_page(page);
}

static struct kunit_case rpi_fuzz_test_cases[] = {
	KUNIT_CASE_SLOW(rpi_fuzz_test),
	{ }
};

static struct kunit_suite rpi_fuzz_test_suite = {
	.name = "rpi_fuzz",
	.test_cases = rpi_fuzz_test_cases,
};

kunit_test_suite(rpi_fuzz_test_suite);

MODULE_INFO(bench_program, "rpi_fuzz");
MODULE_SOFTDEP("pre: rpi_gpiomem rpi_vcio");
MODULE_DESCRIPTION("System calls at random on rpi_gpiomem and rpi_vcio");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
