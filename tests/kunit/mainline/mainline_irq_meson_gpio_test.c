// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of mainline's irq-meson-gpio, on the S4's controller: what patches/linux mends
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irqdomain.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_irq.h>

#include <dt-bindings/gpio/meson-s4-gpio.h>

#include <bench/bench.h>
#include <models/aml_s4_pinctrl_model.h>

static irqreturn_t pressed(int irq, void *count)
{
	(*(unsigned int *)count)++;

	return IRQ_HANDLED;
}

/* What gpio-keys does with a key that wakes. */
static void irq_meson_gpio_test_wakes(struct kunit *test)
{
	struct device_node *np = of_find_node_by_path("/soc/key");
	unsigned int count = 0;
	int irq, ret;

	bench_start(test);
	irq = of_irq_get(np, 0);
	of_node_put(np);
	KUNIT_ASSERT_GT(test, irq, 0);
	KUNIT_ASSERT_EQ(test, request_irq(irq, pressed, 0, "key", &count), 0);

	aml_s4_pin_wire(GPIOD_2, 1);
	msleep(20);
	aml_s4_pin_wire(GPIOD_2, 0);
	msleep(20);
	KUNIT_EXPECT_GE(test, count, 1);

	ret = enable_irq_wake(irq);
	KUNIT_EXPECT_EQ(test, ret, 0);
	if (!ret)
		disable_irq_wake(irq);
	free_irq(irq, &count);
	irq_dispose_mapping(irq);
	aml_s4_pin_wire(GPIOD_2, AML_S4_FLOATS);
}

static struct kunit_case irq_meson_gpio_test_cases[] = {
	KUNIT_CASE(irq_meson_gpio_test_wakes),
	{}
};

static struct kunit_suite irq_meson_gpio_test_suite = {
	.name = "mainline_irq_meson_gpio",
	.test_cases = irq_meson_gpio_test_cases,
};

kunit_test_suite(irq_meson_gpio_test_suite);

MODULE_SOFTDEP("pre: mainline_irq_meson_gpio");
MODULE_DESCRIPTION("Tests of mainline's irq-meson-gpio");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
