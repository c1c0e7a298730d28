// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test only: stands for the drivers of the vendor's kernel
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Binds to the vendor's nodes for gpiomem and vcio and owns /dev/gpiomem and
 * /dev/vcio, whose only content says whose they are.
 */

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/uaccess.h>

static ssize_t fake_read(struct file *file, char __user *user, size_t size, loff_t *at)
{
	static const char text[] = "vendor";

	return simple_read_from_buffer(user, size, at, text, sizeof(text) - 1);
}

static const struct file_operations fake_fops = {
	.owner = THIS_MODULE,
	.read = fake_read,
};

static struct miscdevice fake_gpiomem = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "gpiomem",
	.fops = &fake_fops,
};

static struct miscdevice fake_vcio = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vcio",
	.fops = &fake_fops,
};

static int fake_gpiomem_probe(struct platform_device *pdev)
{
	return misc_register(&fake_gpiomem);
}

static int fake_vcio_probe(struct platform_device *pdev)
{
	return misc_register(&fake_vcio);
}

static const struct of_device_id fake_gpiomem_match[] = {
	{ .compatible = "brcm,bcm2835-gpiomem" },
	{ }
};

static const struct of_device_id fake_vcio_match[] = {
	{ .compatible = "raspberrypi,vcio" },
	{ }
};

/* Never unbound, and so without a remove function: its type is not the same everywhere. */
static struct platform_driver fake_gpiomem_driver = {
	.probe = fake_gpiomem_probe,
	.driver = {
		.name = "gpiomem-bcm2835",
		.of_match_table = fake_gpiomem_match,
		.suppress_bind_attrs = true,
	},
};

static struct platform_driver fake_vcio_driver = {
	.probe = fake_vcio_probe,
	.driver = {
		.name = "vcio",
		.of_match_table = fake_vcio_match,
		.suppress_bind_attrs = true,
	},
};

/* No exit function: the vendor's drivers are built in. */
static int __init fake_init(void)
{
	int ret;

	ret = platform_driver_register(&fake_gpiomem_driver);
	if (!ret)
		ret = platform_driver_register(&fake_vcio_driver);

	return ret;
}
module_init(fake_init);

MODULE_DESCRIPTION("Test only: stands for the vendor's drivers");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
