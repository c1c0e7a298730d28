// SPDX-License-Identifier: GPL-2.0-only
/* 6.11: platform_driver::remove returns nothing. */
#include <linux/platform_device.h>

void outboard_probe_remove(struct platform_device *pdev);

struct platform_driver outboard_probe_driver = {
	.remove = outboard_probe_remove,
};
