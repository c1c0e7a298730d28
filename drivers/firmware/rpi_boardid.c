// SPDX-License-Identifier: GPL-2.0-only
/*
 * Board revision and serial number of a Raspberry Pi in /proc/device-tree
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Programs learn which Raspberry Pi they run on from /proc/device-tree/system:
 * linux,revision (u32) and linux,serial (u64). The boot firmware adds them to
 * the tree that it passes on. A boot loader that takes the kernel's own tree
 * instead loses them, and RPi.GPIO, gpiozero and others then refuse to work.
 * This driver asks the firmware for the numbers and shows them in that place.
 *
 * What it adds are files in the tree's view in sysfs and not properties of the
 * live tree: all readers are in user space, of_add_property() is not exported
 * by all kernels, and a property can never be freed, whereas a file goes when
 * the module does. What the firmware itself has put there stays as it is.
 */

#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <outboard/rpi_child.h>
#include <soc/bcm2835/raspberrypi-firmware.h>

/**
 * struct boardid_fact - a number of the firmware's and the file it becomes
 * @name: name of the file
 * @tag: firmware property tag that reads it
 * @words: 32-bit words that it has
 */
struct boardid_fact {
	const char *name;
	u32 tag;
	unsigned int words;
};

#define BOARDID_MAX_WORDS	2

/* The revision last: it is what readers look for first. */
static const struct boardid_fact boardid_facts[] = {
	{ "linux,serial", RPI_FIRMWARE_GET_BOARD_SERIAL, 2 },
	{ "linux,revision", RPI_FIRMWARE_GET_BOARD_REVISION, 1 },
};

/**
 * struct boardid_file - a file that is shown
 * @attr: its attribute; private points to @value, or is NULL if it is not shown
 * @value: the number, most significant word first and big-endian
 */
struct boardid_file {
	struct bin_attribute attr;
	__be32 value[BOARDID_MAX_WORDS];
};

/**
 * struct boardid - what one firmware has told
 * @np: the tree's node /system, or NULL
 * @dir: directory of the files: that of @np, or one that was made for them
 * @files: the files, in the order of boardid_facts
 */
struct boardid {
	struct device_node *np;
	struct kobject *dir;
	struct boardid_file files[ARRAY_SIZE(boardid_facts)];
};

/**
 * boardid_ask() - read one number from the firmware
 * @firmware: the firmware
 * @fact: what to read
 * @value: where to put it
 *
 * A tag that the firmware does not know leaves the buffer as it was and may
 * be reported as a success. The buffer is therefore sent full of ones, and
 * neither those nor zero are taken for a number.
 *
 * Return: 0, -ENODATA if the firmware has no such number, or its error.
 */
static int boardid_ask(struct rpi_firmware *firmware, const struct boardid_fact *fact,
		       __be32 *value)
{
	size_t size = fact->words * sizeof(u32);
	__le32 words[BOARDID_MAX_WORDS];
	unsigned int i;
	int ret;

	memset(words, 0xff, sizeof(words));
	ret = rpi_firmware_property(firmware, fact->tag, words, size);
	if (ret)
		return ret;

	if (!memchr_inv(words, 0, size) || !memchr_inv(words, 0xff, size))
		return -ENODATA;

	for (i = 0; i < fact->words; i++)
		value[i] = cpu_to_be32(le32_to_cpu(words[fact->words - 1 - i]));

	return 0;
}

static int boardid_show(struct boardid *boardid, struct boardid_file *file,
			const struct boardid_fact *fact)
{
	struct bin_attribute *attr = &file->attr;
	int ret;

	sysfs_bin_attr_init(attr);
	attr->attr.name = fact->name;
	attr->attr.mode = 0444;
	attr->size = fact->words * sizeof(u32);
	attr->private = file->value;
	attr->read = sysfs_bin_attr_simple_read;

	ret = sysfs_create_bin_file(boardid->dir, attr);
	if (ret)
		attr->private = NULL;

	return ret;
}

/* Firmware that lacks a number is no reason to keep back the other one. */
static void boardid_show_all(struct boardid *boardid, struct device *dev,
			     struct rpi_firmware *firmware)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(boardid_facts); i++) {
		const struct boardid_fact *fact = &boardid_facts[i];
		struct boardid_file *file = &boardid->files[i];

		if (of_find_property(boardid->np, fact->name, NULL)) {
			dev_dbg(dev, "%s is in the tree already\n", fact->name);
			continue;
		}

		ret = boardid_ask(firmware, fact, file->value);
		if (ret) {
			dev_info(dev, "failed to get %s from the firmware (%pe)\n",
				 fact->name, ERR_PTR(ret));
			continue;
		}

		ret = boardid_show(boardid, file, fact);
		if (ret)
			dev_err(dev, "failed to create %s (%pe)\n", fact->name, ERR_PTR(ret));
	}
}

static const struct of_device_id rpi_boardid_parents[] = {
	{ .compatible = "raspberrypi,bcm2835-firmware" },
	{ }
};
MODULE_DEVICE_TABLE(of, rpi_boardid_parents);

static int rpi_boardid_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct rpi_firmware *firmware;
	struct boardid *boardid;

	firmware = devm_rpi_firmware_get(dev, dev->parent->of_node);
	if (!firmware)
		return -EPROBE_DEFER;

	boardid = devm_kzalloc(dev, sizeof(*boardid), GFP_KERNEL);
	if (!boardid)
		return -ENOMEM;

	boardid->np = of_find_node_by_path("/system");
	if (boardid->np)
		boardid->dir = of_node_kobj(boardid->np);
	else
		boardid->dir = kobject_create_and_add("system", of_node_kobj(of_root));
	if (!boardid->dir)
		return -ENOMEM;

	boardid_show_all(boardid, dev, firmware);
	platform_set_drvdata(pdev, boardid);

	return 0;
}

static void rpi_boardid_remove(struct platform_device *pdev)
{
	struct boardid *boardid = platform_get_drvdata(pdev);
	int i;

	/* A node that an overlay brought takes its directory along when it goes. */
	for (i = 0; boardid->dir->state_in_sysfs && i < ARRAY_SIZE(boardid_facts); i++) {
		if (boardid->files[i].attr.private)
			sysfs_remove_bin_file(boardid->dir, &boardid->files[i].attr);
	}

	if (boardid->np)
		of_node_put(boardid->np);
	else
		kobject_put(boardid->dir);
}

static struct platform_driver rpi_boardid_driver = {
	.probe = rpi_boardid_probe,
	.remove = rpi_boardid_remove,
	.driver = {
		.name = "rpi_boardid",
		.suppress_bind_attrs = true,
	},
};

static struct rpi_child rpi_boardid_child = {
	.driver = &rpi_boardid_driver,
	.parents = rpi_boardid_parents,
};
module_rpi_child(rpi_boardid_child);

MODULE_DESCRIPTION("Board revision and serial number of a Raspberry Pi in /proc/device-tree");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
