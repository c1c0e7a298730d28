/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What struct gpio_chip of newer and older kernels differ in
 *
 * Its members are the driver's to fill, so that no shadow can hide the difference: these two
 * are filled through what is here.
 */
#ifndef OUTBOARD_COMPAT_LINUX_GPIO_DRIVER_H
#define OUTBOARD_COMPAT_LINUX_GPIO_DRIVER_H

#include_next <linux/gpio/driver.h>
#include <generated/outboard-probed.h>

#include <linux/of.h>

/* Defines a function for gpio_chip::set, which could not fail before 6.17, from one that can. */
#ifdef OUTBOARD_HAVE_GPIO_SET_INT
#define DEFINE_GPIO_SET(name, function)							\
	static int (*const name)(struct gpio_chip *, unsigned int, int) = function
#else
#define DEFINE_GPIO_SET(name, function)							\
	static void name(struct gpio_chip *chip, unsigned int offset, int value)	\
	{										\
		function(chip, offset, value);						\
	}										\
	static_assert(true)
#endif

/* A node other than the parent device's. Before 5.15 there is no gpio_chip::fwnode. */
static inline void outboard_gpio_chip_set_node(struct gpio_chip *chip, struct device_node *np)
{
#ifdef OUTBOARD_HAVE_GPIO_CHIP_FWNODE
	chip->fwnode = of_fwnode_handle(np);
#else
	chip->of_node = np;
#endif
}

#endif
