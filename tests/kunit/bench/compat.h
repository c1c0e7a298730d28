/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The register bench: what suites and the bench use and the oldest of its kernels, 6.1, lacks
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Drivers have include/compat; nothing of this is for them.
 */
#ifndef BENCH_COMPAT_H
#define BENCH_COMPAT_H

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/console.h>
#include <linux/device.h>
#include <linux/gpio/driver.h>
#include <linux/list.h>
#include <linux/of_address.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>
#include <linux/string.h>

#if BENCH_LINUX < 602
static inline void console_list_lock(void)
{
	console_lock();
}

static inline void console_list_unlock(void)
{
	console_unlock();
}

static inline bool console_is_registered(const struct console *console)
{
	struct console *each;
	bool found = false;

	console_lock();
	for_each_console(each)
		found |= each == console;
	console_unlock();

	return found;
}
#endif

#if BENCH_LINUX < 603
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	KUNIT_EXPECT_EQ_MSG(test, memcmp(left, right, size), 0, #left " and " #right " differ")
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	KUNIT_EXPECT_EQ_MSG(test, memcmp(left, right, size), 0, fmt, ##__VA_ARGS__)

static inline size_t list_count_nodes(struct list_head *head)
{
	struct list_head *each;
	size_t count = 0;

	list_for_each(each, head)
		count++;

	return count;
}
#endif

#if BENCH_LINUX < 604
static inline int of_address_count(struct device_node *np)
{
	int count = 0;

	while (of_get_address(np, count, NULL, NULL))
		count++;

	return count;
}
#endif

#if BENCH_LINUX < 605
int kunit_add_action(struct kunit *test, void (*action)(void *context), void *context);
int kunit_add_action_or_reset(struct kunit *test, void (*action)(void *context), void *context);
void kunit_release_action(struct kunit *test, void (*action)(void *context), void *context);
#endif

#if BENCH_LINUX < 606
#define BENCH_SYSRQ_KEY	int
#define KUNIT_CASE_SLOW	KUNIT_CASE
#else
#define BENCH_SYSRQ_KEY	u8
#endif

#if BENCH_LINUX < 607
static inline int bench_gpio_has_label(struct gpio_chip *chip, void *label)
{
	return !strcmp(chip->label, label);
}

/* The chip goes by its device's name. */
static inline struct gpio_device *gpio_device_find_by_label(const char *label)
{
	return (struct gpio_device *)gpiochip_find((void *)label, bench_gpio_has_label);
}

static inline struct gpio_chip *gpio_device_get_chip(struct gpio_device *gdev)
{
	return (struct gpio_chip *)gdev;
}

static inline void gpio_device_put(struct gpio_device *gdev)
{
}
#endif

#if BENCH_LINUX < 608
static inline int pwm_apply_might_sleep(struct pwm_device *pwm, const struct pwm_state *state)
{
	return pwm_apply_state(pwm, state);
}
#endif

#if BENCH_LINUX < 612
static inline int device_set_driver_override(struct device *dev, const char *name)
{
	return driver_set_override(dev, &to_platform_device(dev)->driver_override, name,
				   strlen(name));
}
#endif

#endif
