/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices below a Raspberry Pi's GPIO controller or firmware
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What these drivers serve has no node in mainline's device trees, and its
 * parent already has a driver, so that nothing would ever bind. Where the
 * vendor's trees have a node, the driver core does the work. Where they do
 * not, the driver's module adds a platform device below the parent's.
 */
#ifndef OUTBOARD_RPI_CHILD_H
#define OUTBOARD_RPI_CHILD_H

#include <linux/err.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>

/**
 * struct rpi_child - a driver with the device that its module may add for it
 * @driver: the driver; its of_match_table, if any, lists the vendor's nodes.
 *	It should have suppress_bind_attrs, for open files hold the module and
 *	not the device.
 * @parents: nodes below which a device is added unless the vendor's is there
 * @pdev: the added device or NULL; private
 */
struct rpi_child {
	struct platform_driver *driver;
	const struct of_device_id *parents;
	struct platform_device *pdev;
};

/**
 * rpi_child_register() - register a driver and add the device that it lacks
 * @child: what to register
 *
 * On a machine with neither the vendor's node nor a parent, the driver is
 * registered and that is all.
 *
 * Not inline: 5.10 cannot turn on a debug message in a module's init section.
 *
 * Return: 0, or a negative error number with everything undone.
 */
static noinline int rpi_child_register(struct rpi_child *child)
{
	const char *name = child->driver->driver.name;
	struct platform_device *parent;
	struct device_node *np;
	int ret;

	ret = platform_driver_register(child->driver);
	if (ret)
		return ret;

	for_each_matching_node(np, child->driver->driver.of_match_table) {
		if (of_device_is_available(np)) {
			pr_debug("%s: left to the driver of %pOF\n", name, np);
			of_node_put(np);
			return 0;
		}
	}

	np = of_find_matching_node(NULL, child->parents);
	parent = np ? of_find_device_by_node(np) : NULL;
	of_node_put(np);
	if (!parent) {
		pr_debug("%s: not a Raspberry Pi that it knows: nothing to do\n", name);
		return 0;
	}

	child->pdev = platform_device_register_data(&parent->dev, name,
						    PLATFORM_DEVID_NONE, NULL, 0);
	put_device(&parent->dev);
	if (IS_ERR(child->pdev)) {
		platform_driver_unregister(child->driver);
		return PTR_ERR(child->pdev);
	}

	return 0;
}

/**
 * rpi_child_unregister() - undo rpi_child_register()
 * @child: what was registered
 */
static inline void rpi_child_unregister(struct rpi_child *child)
{
	platform_device_unregister(child->pdev);
	platform_driver_unregister(child->driver);
}

/**
 * module_rpi_child() - a module that does nothing but register a child
 * @__child: a struct rpi_child
 */
#define module_rpi_child(__child) \
	module_driver(__child, rpi_child_register, rpi_child_unregister)

#endif
