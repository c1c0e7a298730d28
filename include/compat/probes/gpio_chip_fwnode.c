// SPDX-License-Identifier: GPL-2.0-only
/* 5.15: a GPIO chip has a firmware node, which became the only kind it has. */
#include <linux/gpio/driver.h>

const struct gpio_chip outboard_probe_gpio_chip = {
	.fwnode = NULL,
};
