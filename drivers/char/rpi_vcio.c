// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/vcio and /dev/vcio_gencmd: property calls to the Raspberry Pi's firmware
 *
 * Copyright (C) 2026 The outboard authors
 *
 * vcgencmd and others hand a buffer of property tags to the VideoCore firmware
 * by one ioctl. Some tags give their user the whole machine: firmware memory,
 * code that runs on the VideoCore, one-time-programmable fuses. So there are
 * two nodes: /dev/vcio takes any tag and is for CAP_SYS_RAWIO alone, and not
 * for anybody on a kernel that is locked down; /dev/vcio_gencmd takes just the
 * tag of vcgencmd's text commands and may be given to a group.
 */

#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/security.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <outboard/rpi_child.h>
#include <soc/bcm2835/raspberrypi-firmware.h>

/* The pointer in the number has the size that it has for the caller. */
#define VCIO_IOC_PROPERTY		_IOWR(100, 0, char *)
#define VCIO_IOC_PROPERTY_COMPAT	_IOWR(100, 0, compat_uptr_t)

#define VCIO_REQUEST_SUCCESS		0x80000000
#define VCIO_TAG_END			0
#define VCIO_TAG_GET_GENCMD_RESULT	0x00030080

/*
 * Words of a message: its size in bytes, a request or response code, then the
 * tags, each with words for its number, for the size of its value in bytes and
 * for a code; a zero ends them.
 */
#define VCIO_HEADER_WORDS		2
#define VCIO_TAG_WORDS			3
#define VCIO_MIN_SIZE			((VCIO_HEADER_WORDS + 1) * sizeof(u32))

/* vcgencmd's message has 4,124 bytes. */
#define VCIO_GENCMD_MAX_SIZE		SZ_8K

/*
 * The firmware driver copies a message to a buffer from the pool of atomic DMA
 * allocations, which has 128 KiB on a board with 1 GiB, and which the kernel
 * warns about when it runs dry. No tag needs more than a few KiB.
 */
#define VCIO_RAW_MAX_SIZE		SZ_64K

/**
 * struct vcio_node - one of the two device nodes
 * @misc: the character device
 * @max_size: largest message in bytes, header and end tag included
 * @raw: any tag is allowed, and the opener must be privileged
 *
 * The two are static: a file may be open when the device goes, if its node
 * came by an overlay, but not when the module does.
 */
struct vcio_node {
	struct miscdevice misc;
	u32 max_size;
	bool raw;
};

/*
 * Where messages go to, or NULL. The mutex protects it and is held while a
 * message is under way: one of them at a time, or a process with many threads
 * could exhaust the pool that their buffers are from.
 */
static struct rpi_firmware *vcio_firmware;
static DEFINE_MUTEX(vcio_mutex);

/**
 * vcio_check_gencmd() - see that a message holds nothing but vcgencmd's tag
 * @tags: the words behind the header
 * @count: number of them
 *
 * The walk has to be the firmware's own: a length that could be read in two
 * ways, or that leaves the message, is refused.
 *
 * Return: number of words up to and with the end tag, -EPERM for another tag,
 * -EINVAL for a message that is malformed.
 */
static int vcio_check_gencmd(const u32 *tags, u32 count)
{
	u32 at = 0;

	while (at < count) {
		u32 room = count - at;
		u32 size;

		if (tags[at] == VCIO_TAG_END)
			return at + 1;

		if (tags[at] != VCIO_TAG_GET_GENCMD_RESULT)
			return -EPERM;

		if (room < VCIO_TAG_WORDS)
			return -EINVAL;

		size = tags[at + 1];
		if (size % sizeof(u32) || size / sizeof(u32) > room - VCIO_TAG_WORDS)
			return -EINVAL;

		at += VCIO_TAG_WORDS + size / sizeof(u32);
	}

	return -EINVAL;
}

static int vcio_property(struct vcio_node *node, u32 __user *user)
{
	u32 *message;
	int count;
	u32 size;
	int ret;

	if (get_user(size, user))
		return -EFAULT;

	if (size < VCIO_MIN_SIZE || size % sizeof(u32))
		return -EINVAL;

	if (size > node->max_size)
		return -E2BIG;

	message = vmemdup_user(user, size);
	if (IS_ERR(message))
		return PTR_ERR(message);

	count = size / sizeof(u32) - VCIO_HEADER_WORDS;
	if (!node->raw) {
		count = vcio_check_gencmd(message + VCIO_HEADER_WORDS, count);
		if (count < 0) {
			ret = count;
			goto out;
		}
	}

	ret = mutex_lock_interruptible(&vcio_mutex);
	if (ret)
		goto out;

	/* The firmware driver supplies the end tag itself. */
	if (vcio_firmware)
		ret = rpi_firmware_property_list(vcio_firmware, message + VCIO_HEADER_WORDS,
						 (count - 1) * sizeof(u32));
	else
		ret = -ENODEV;
	mutex_unlock(&vcio_mutex);
	if (ret)
		goto out;

	message[1] = VCIO_REQUEST_SUCCESS;
	if (copy_to_user(user, message, size))
		ret = -EFAULT;

out:
	kvfree(message);

	return ret;
}

static long vcio_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct miscdevice *misc = file->private_data;

	if (cmd != VCIO_IOC_PROPERTY)
		return -ENOTTY;

	return vcio_property(container_of(misc, struct vcio_node, misc),
			     (u32 __user *)arg);
}

#ifdef CONFIG_COMPAT
static long vcio_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct miscdevice *misc = file->private_data;

	if (cmd != VCIO_IOC_PROPERTY_COMPAT)
		return -ENOTTY;

	return vcio_property(container_of(misc, struct vcio_node, misc),
			     compat_ptr(arg));
}
#endif

static int vcio_open(struct inode *inode, struct file *file)
{
	struct miscdevice *misc = file->private_data;
	int ret;

	if (container_of(misc, struct vcio_node, misc)->raw) {
		if (!capable(CAP_SYS_RAWIO))
			return -EPERM;

		ret = security_locked_down(LOCKDOWN_DEV_MEM);
		if (ret)
			return ret;
	}

	return nonseekable_open(inode, file);
}

static const struct file_operations vcio_fops = {
	.owner = THIS_MODULE,
	.open = vcio_open,
	.unlocked_ioctl = vcio_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = vcio_compat_ioctl,
#endif
};

static struct vcio_node vcio_raw = {
	.misc = {
		.name = "vcio",
		.fops = &vcio_fops,
		.mode = 0600,
	},
	.max_size = VCIO_RAW_MAX_SIZE,
	.raw = true,
};

static struct vcio_node vcio_gencmd = {
	.misc = {
		.name = "vcio_gencmd",
		.fops = &vcio_fops,
		.mode = 0600,
	},
	.max_size = VCIO_GENCMD_MAX_SIZE,
};

static int vcio_register(struct vcio_node *node, struct device *parent)
{
	int ret;

	node->misc.minor = MISC_DYNAMIC_MINOR;
	node->misc.parent = parent;
	ret = misc_register(&node->misc);

	return ret ? dev_err_probe(parent, ret, "failed to register /dev/%s\n", node->misc.name) : 0;
}

static void vcio_set_firmware(struct rpi_firmware *firmware)
{
	mutex_lock(&vcio_mutex);
	vcio_firmware = firmware;
	mutex_unlock(&vcio_mutex);
}

/* The firmware itself: loads the module, and is where the messages go. */
static const struct of_device_id rpi_vcio_parents[] = {
	{ .compatible = "raspberrypi,bcm2835-firmware" },
	{ }
};
MODULE_DEVICE_TABLE(of, rpi_vcio_parents);

static int rpi_vcio_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct rpi_firmware *firmware;
	int ret;

	/* The firmware driver takes the parent's driver data for its own. */
	if (!of_match_node(rpi_vcio_parents, dev->parent->of_node))
		return dev_err_probe(dev, -EINVAL, "not below the firmware's node\n");

	firmware = devm_rpi_firmware_get(dev, dev->parent->of_node);
	if (!firmware)
		return -EPROBE_DEFER;

	if (vcio_firmware)
		return dev_err_probe(dev, -EBUSY, "there is a node for the firmware already\n");

	vcio_set_firmware(firmware);
	ret = vcio_register(&vcio_raw, dev);
	if (ret)
		goto err_firmware;

	ret = vcio_register(&vcio_gencmd, dev);
	if (ret)
		goto err_raw;

	return 0;

err_raw:
	misc_deregister(&vcio_raw.misc);
err_firmware:
	vcio_set_firmware(NULL);

	return ret;
}

static void rpi_vcio_remove(struct platform_device *pdev)
{
	misc_deregister(&vcio_gencmd.misc);
	misc_deregister(&vcio_raw.misc);
	vcio_set_firmware(NULL);
}

/* The node of the vendor's device trees, on a kernel without the vendor's driver. */
static const struct of_device_id rpi_vcio_of_match[] = {
	{ .compatible = "raspberrypi,vcio" },
	{ }
};
MODULE_DEVICE_TABLE(of, rpi_vcio_of_match);

static struct platform_driver rpi_vcio_driver = {
	.probe = rpi_vcio_probe,
	.remove = rpi_vcio_remove,
	.driver = {
		.name = "rpi_vcio",
		.of_match_table = rpi_vcio_of_match,
		/* The device lives as long as the module, which open files hold. */
		.suppress_bind_attrs = true,
	},
};

static struct rpi_child rpi_vcio_child = {
	.driver = &rpi_vcio_driver,
	.parents = rpi_vcio_parents,
};
module_rpi_child(rpi_vcio_child);

MODULE_DESCRIPTION("/dev/vcio: property calls to the Raspberry Pi's firmware");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
