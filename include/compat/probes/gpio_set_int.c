// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: gpio_chip::set returns an error. */
#include <linux/gpio/driver.h>

int outboard_probe_gpio_set(struct gpio_chip *chip, unsigned int offset, int value);

const struct gpio_chip outboard_probe_gpio_chip = {
	.set = outboard_probe_gpio_set,
};
