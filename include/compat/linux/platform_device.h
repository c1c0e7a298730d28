/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct platform_driver as of Linux 6.11, where remove() returns nothing
 *
 * Before, it returned an int that the driver core ignored. Drivers see a
 * structure of the new shape, which has one of the kernel's own inside.
 */
#ifndef OUTBOARD_COMPAT_LINUX_PLATFORM_DEVICE_H
#define OUTBOARD_COMPAT_LINUX_PLATFORM_DEVICE_H

#include_next <linux/platform_device.h>
#include <generated/outboard-probed.h>

#ifndef OUTBOARD_HAVE_PLATFORM_REMOVE_VOID

struct outboard_platform_driver {
	int (*probe)(struct platform_device *pdev);
	void (*remove)(struct platform_device *pdev);
	void (*shutdown)(struct platform_device *pdev);
	int (*suspend)(struct platform_device *pdev, pm_message_t state);
	int (*resume)(struct platform_device *pdev);
	struct device_driver driver;
	const struct platform_device_id *id_table;
	bool prevent_deferred_probe;
	struct platform_driver kernel_driver;
};

static inline int outboard_platform_remove(struct platform_device *pdev)
{
	struct platform_driver *kernel_driver = to_platform_driver(pdev->dev.driver);
	struct outboard_platform_driver *drv =
		container_of(kernel_driver, struct outboard_platform_driver, kernel_driver);

	drv->remove(pdev);

	return 0;
}

static inline int outboard_platform_driver_register(struct outboard_platform_driver *drv,
						    struct module *owner)
{
	drv->kernel_driver = (struct platform_driver) {
		.probe = drv->probe,
		.remove = drv->remove ? outboard_platform_remove : NULL,
		.shutdown = drv->shutdown,
		.suspend = drv->suspend,
		.resume = drv->resume,
		.driver = drv->driver,
		.id_table = drv->id_table,
		.prevent_deferred_probe = drv->prevent_deferred_probe,
	};

	return __platform_driver_register(&drv->kernel_driver, owner);
}

static inline void outboard_platform_driver_unregister(struct outboard_platform_driver *drv)
{
	platform_driver_unregister(&drv->kernel_driver);
}

#undef platform_driver_register
#define platform_driver_register(drv) \
	outboard_platform_driver_register(drv, THIS_MODULE)
#define platform_driver_unregister	outboard_platform_driver_unregister
#define platform_driver			outboard_platform_driver

#endif /* !OUTBOARD_HAVE_PLATFORM_REMOVE_VOID */

#endif
