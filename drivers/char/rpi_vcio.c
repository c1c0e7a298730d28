// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/vcio and /dev/vcio_gencmd: property calls to the Raspberry Pi's firmware
 *
 * Copyright (C) 2026 The outboard authors
 *
 * vcgencmd and others hand a buffer of property tags to the VideoCore firmware
 * by one ioctl. Some tags give their user the whole machine: firmware memory,
 * code that runs on the VideoCore, one-time-programmable fuses. So there are
 * two nodes. /dev/vcio takes any tag; opening it needs CAP_SYS_RAWIO and a
 * kernel that is not locked down. /dev/vcio_gencmd takes the tag of vcgencmd's
 * text commands and may be given to a group, which can then send the commands
 * that only read. Others write to registers of the power chip, to memory or to
 * the display: they need what /dev/vcio needs.
 */

#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/cred.h>
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
#include <linux/string.h>
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

/*
 * vcgencmd's message has one tag, with room for the command's error number and
 * for a text of 1 KiB or, since 2026, 4 KiB. The tag says that its value has
 * the size of the text alone.
 */
#define VCIO_GENCMD_WORDS		(VCIO_HEADER_WORDS + VCIO_TAG_WORDS + 2)
#define VCIO_GENCMD_MIN_SIZE		(VCIO_GENCMD_WORDS * sizeof(u32) + SZ_1K)
#define VCIO_GENCMD_MAX_SIZE		(VCIO_GENCMD_WORDS * sizeof(u32) + SZ_4K)

/*
 * The firmware driver copies a message to a buffer from the pool of atomic DMA
 * allocations, which has 128 KiB on a board with 1 GiB, and which the kernel
 * warns about when it runs dry. No tag needs more than a few KiB.
 */
#define VCIO_RAW_MAX_SIZE		SZ_64K

/**
 * struct vcio_node - one of the two device nodes
 * @misc: the character device
 * @min_size: smallest message in bytes, header and end tag included
 * @max_size: largest message in bytes
 * @raw: any tag is allowed, and the opener must be privileged
 *
 * The two are static: a file may be open when the device goes, if its node
 * came by an overlay, but not when the module does.
 */
struct vcio_node {
	struct miscdevice misc;
	u32 min_size;
	u32 max_size;
	bool raw;
};

/**
 * struct vcio_command - a text command that does not need a privilege
 * @words: its words
 * @arguments: more words may follow
 */
struct vcio_command {
	const char *words;
	bool arguments;
};

/*
 * What only reads, as far as the vendor's documents say, and tells no secret.
 * Where an argument makes a command write, it needs the privilege.
 */
static const struct vcio_command vcio_commands[] = {
	{ "bootloader_version" },
	{ "codec_enabled", true },
	{ "commands" },
	{ "dispmanx_list" },
	{ "display_power" },
	{ "display_power -1", true },
	{ "get_camera" },
	{ "get_config", true },
	{ "get_lcd_info", true },
	{ "get_mem", true },
	{ "get_rsts" },
	{ "get_throttled" },
	{ "hdmi_timings" },
	{ "measure_clock", true },
	{ "measure_temp", true },
	{ "measure_volts", true },
	{ "mem_oom" },
	{ "mem_reloc_stats" },
	{ "pmic_read_adc", true },
	{ "read_ring_osc" },
	{ "vcos log status" },
	{ "vcos version" },
	{ "version" },
};

/* What the words of such a command are made of: no quotes, no separators. */
#define VCIO_WORD_CHARACTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:"

/*
 * Where messages go to, or NULL. The mutex protects it and is held while a
 * message is under way: one of them at a time, or a process with many threads
 * could exhaust the pool that their buffers are from.
 */
static struct rpi_firmware *vcio_firmware;
static DEFINE_MUTEX(vcio_mutex);

static struct vcio_node *vcio_node(struct file *file)
{
	return container_of(file->private_data, struct vcio_node, misc);
}

/* The opener's privilege counts: the file may be another process's by now. */
static int vcio_privileged(struct file *file)
{
	if (!file_ns_capable(file, &init_user_ns, CAP_SYS_RAWIO))
		return -EPERM;

	return security_locked_down(LOCKDOWN_DEV_MEM);
}

/*
 * The firmware's own parser is not public: a text that it could understand in
 * another way than word for word is not harmless.
 */
static bool vcio_command_is_harmless(const char *text)
{
	int i;

	text += strspn(text, " ");
	if (text[strspn(text, VCIO_WORD_CHARACTERS " ")])
		return false;

	for (i = 0; i < ARRAY_SIZE(vcio_commands); i++) {
		size_t length = str_has_prefix(text, vcio_commands[i].words);
		const char *rest = text + length;

		if (!length || (*rest && *rest != ' '))
			continue;

		if (vcio_commands[i].arguments || !rest[strspn(rest, " ")])
			return true;
	}

	return false;
}

/**
 * vcio_check_gencmd() - see that a message is vcgencmd's and allowed
 * @file: through which it came
 * @message: the message
 * @size: of the message in bytes, within the limits of the node
 *
 * vcgencmd sends what its stack has behind the text, the last word of the room
 * included, where the firmware would look for the next tag. All of that becomes
 * zero, so that the firmware has nothing of the caller's but the text.
 *
 * Return: 0, -EPERM for another tag or for a command that needs a privilege,
 * -EINVAL for a message that is malformed.
 */
static int vcio_check_gencmd(struct file *file, u32 *message, u32 size)
{
	u32 room = size - VCIO_GENCMD_WORDS * sizeof(u32);
	u32 *tag = message + VCIO_HEADER_WORDS;
	char *text = (char *)(tag + VCIO_TAG_WORDS + 1);
	size_t length, max;

	if (tag[0] != VCIO_TAG_GET_GENCMD_RESULT)
		return -EPERM;

	/* One tag, that is: a smaller value would leave room for a second. */
	if (tag[1] != room && tag[1] != room + sizeof(u32))
		return -EINVAL;

	if (message[size / sizeof(u32) - 1] != VCIO_TAG_END)
		return -EINVAL;

	/* The text ends inside the value: what is behind that is a tag. */
	max = tag[1] - sizeof(u32);
	length = strnlen(text, max);
	if (length == max)
		return -EINVAL;

	memset(text + length, 0, room - length);
	tag[2] = 0;
	tag[3] = 0;

	return vcio_command_is_harmless(text) ? 0 : vcio_privileged(file);
}

static int vcio_property(struct file *file, u32 __user *user)
{
	struct vcio_node *node = vcio_node(file);
	u32 *message;
	u32 size;
	int ret;

	if (get_user(size, user))
		return -EFAULT;

	if (size < node->min_size || size % sizeof(u32))
		return -EINVAL;

	if (size > node->max_size)
		return -E2BIG;

	message = vmemdup_user(user, size);
	if (IS_ERR(message))
		return PTR_ERR(message);

	if (!node->raw) {
		ret = vcio_check_gencmd(file, message, size);
		if (ret)
			goto out;
	}

	ret = mutex_lock_interruptible(&vcio_mutex);
	if (ret)
		goto out;

	/* The firmware driver supplies the header and the end tag itself. */
	if (vcio_firmware)
		ret = rpi_firmware_property_list(vcio_firmware, message + VCIO_HEADER_WORDS,
						 size - VCIO_MIN_SIZE);
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
	if (cmd != VCIO_IOC_PROPERTY)
		return -ENOTTY;

	return vcio_property(file, (u32 __user *)arg);
}

#ifdef CONFIG_COMPAT
static long vcio_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd != VCIO_IOC_PROPERTY_COMPAT)
		return -ENOTTY;

	return vcio_property(file, compat_ptr(arg));
}
#endif

static int vcio_open(struct inode *inode, struct file *file)
{
	int ret = vcio_node(file)->raw ? vcio_privileged(file) : 0;

	return ret ?: nonseekable_open(inode, file);
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
	.min_size = VCIO_MIN_SIZE,
	.max_size = VCIO_RAW_MAX_SIZE,
	.raw = true,
};

static struct vcio_node vcio_gencmd = {
	.misc = {
		.name = "vcio_gencmd",
		.fops = &vcio_fops,
		.mode = 0600,
	},
	.min_size = VCIO_GENCMD_MIN_SIZE,
	.max_size = VCIO_GENCMD_MAX_SIZE,
};

static int vcio_register(struct vcio_node *node, struct device *parent)
{
	int ret;

	node->misc.minor = MISC_DYNAMIC_MINOR;
	node->misc.parent = parent;
	ret = misc_register(&node->misc);
	if (ret)
		return dev_err_probe(parent, ret, "failed to register /dev/%s\n", node->misc.name);

	return 0;
}

/* Returns whether there was none before, or @firmware is NULL. */
static bool vcio_set_firmware(struct rpi_firmware *firmware)
{
	bool done;

	mutex_lock(&vcio_mutex);
	done = !firmware || !vcio_firmware;
	if (done)
		vcio_firmware = firmware;
	mutex_unlock(&vcio_mutex);

	return done;
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
		return dev_err_probe(dev, -EINVAL,
				     "failed to find the firmware: the parent is not its node\n");

	firmware = devm_rpi_firmware_get(dev, dev->parent->of_node);
	if (!firmware)
		return -EPROBE_DEFER;

	if (!vcio_set_firmware(firmware))
		return dev_err_probe(dev, -EBUSY,
				     "failed to register: another device has the nodes\n");

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
