// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/gpiomem: the Raspberry Pi's GPIO registers for unprivileged processes
 *
 * Copyright (C) 2026 The outboard authors
 *
 * RPi.GPIO, WiringPi and others map the registers of the GPIO controller
 * through /dev/gpiomem, which only the vendor's kernel has. The controller's
 * own platform device belongs to pinctrl-bcm2835, so this driver binds to the
 * node that the vendor's device trees have for the purpose or, where there is
 * none, to a platform device that it adds below the controller's.
 *
 * What a process gets is one page, 4 KiB from the start of the controller's
 * registers: pin functions, levels, event detection and pulls. There is no
 * DMA behind them, but they can turn off the pins of an SD card or of a
 * console: give the device node to people who may do that.
 */

#include <linux/bitops.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <outboard/rpi_child.h>

/**
 * struct rpi_gpiomem - the one /dev/gpiomem of a machine
 * @dev: class device; its release frees the structure
 * @cdev: character device; holds a reference to @dev while a file is open
 * @base: physical address of the GPIO controller's registers
 */
struct rpi_gpiomem {
	struct device dev;
	struct cdev cdev;
	phys_addr_t base;
};

/*
 * The vendor's class name: distributions' udev rules match it as
 * SUBSYSTEM=="bcm2835-gpiomem" or "*gpiomem*".
 */
static struct class rpi_gpiomem_class = {
	.name = "bcm2835-gpiomem",
};

/* Bit 0: a device has the class and the name, which there can be only one of. */
static unsigned long rpi_gpiomem_bound;

static int rpi_gpiomem_open(struct inode *inode, struct file *file)
{
	file->private_data = container_of(inode->i_cdev, struct rpi_gpiomem, cdev);

	return nonseekable_open(inode, file);
}

static int rpi_gpiomem_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct rpi_gpiomem *gpiomem = file->private_data;

	/*
	 * A private mapping would go on in RAM after its first write. VM_SHARED
	 * says less: it is off for a file that is open for reading only.
	 */
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;

	if (vma->vm_flags & VM_EXEC)
		return -EPERM;

	if (vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;

	/* Nor later, by mprotect(). */
	vm_flags_clear(vma, VM_MAYEXEC);

	/*
	 * The offset does not count: WiringPi asks for every block at its
	 * offset in the peripherals' window, and gives up if one is refused.
	 */
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);

	return io_remap_pfn_range(vma, vma->vm_start, PHYS_PFN(gpiomem->base),
				  PAGE_SIZE, vma->vm_page_prot);
}

static const struct file_operations rpi_gpiomem_fops = {
	.owner = THIS_MODULE,
	.open = rpi_gpiomem_open,
	.mmap = rpi_gpiomem_mmap,
};

static void rpi_gpiomem_release(struct device *dev)
{
	kfree(container_of(dev, struct rpi_gpiomem, dev));
}

static int rpi_gpiomem_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct rpi_gpiomem *gpiomem;
	struct device_node *np;
	struct resource res;
	int ret;

	/* Behind the controller, in the same 64 KiB, are an SD host and I2S. */
	if (PAGE_SIZE != SZ_4K)
		return dev_err_probe(dev, -EOPNOTSUPP,
				     "failed to register: a page of this kernel spans other devices, use one with 4 KiB pages\n");

	np = dev->of_node ?: dev->parent->of_node;
	ret = of_address_to_resource(np, 0, &res);
	if (ret)
		return dev_err_probe(dev, ret, "failed to get the registers of %pOF\n", np);

	if (!PAGE_ALIGNED(res.start))
		return dev_err_probe(dev, -EINVAL,
				     "failed to use the registers of %pOF: %pR begins inside a page\n",
				     np, &res);

	if (test_and_set_bit(0, &rpi_gpiomem_bound))
		return dev_err_probe(dev, -EBUSY,
				     "failed to register: another device has /dev/gpiomem\n");

	gpiomem = kzalloc(sizeof(*gpiomem), GFP_KERNEL);
	if (!gpiomem) {
		ret = -ENOMEM;
		goto err_bound;
	}

	gpiomem->base = res.start;
	gpiomem->dev.class = &rpi_gpiomem_class;
	gpiomem->dev.parent = dev;
	gpiomem->dev.release = rpi_gpiomem_release;
	device_initialize(&gpiomem->dev);

	ret = dev_set_name(&gpiomem->dev, "gpiomem");
	if (ret)
		goto err_put;

	ret = alloc_chrdev_region(&gpiomem->dev.devt, 0, 1, "gpiomem");
	if (ret)
		goto err_put;

	ret = class_register(&rpi_gpiomem_class);
	if (ret)
		goto err_chrdev;

	cdev_init(&gpiomem->cdev, &rpi_gpiomem_fops);
	gpiomem->cdev.owner = THIS_MODULE;

	ret = cdev_device_add(&gpiomem->cdev, &gpiomem->dev);
	if (ret)
		goto err_class;

	platform_set_drvdata(pdev, gpiomem);

	return 0;

err_class:
	class_unregister(&rpi_gpiomem_class);
err_chrdev:
	unregister_chrdev_region(gpiomem->dev.devt, 1);
err_put:
	put_device(&gpiomem->dev);
err_bound:
	clear_bit(0, &rpi_gpiomem_bound);

	return ret;
}

static void rpi_gpiomem_remove(struct platform_device *pdev)
{
	struct rpi_gpiomem *gpiomem = platform_get_drvdata(pdev);

	cdev_device_del(&gpiomem->cdev, &gpiomem->dev);
	class_unregister(&rpi_gpiomem_class);
	unregister_chrdev_region(gpiomem->dev.devt, 1);
	put_device(&gpiomem->dev);
	clear_bit(0, &rpi_gpiomem_bound);
}

/* The node of the vendor's device trees, on a kernel without the vendor's driver. */
static const struct of_device_id rpi_gpiomem_of_match[] = {
	{ .compatible = "brcm,bcm2835-gpiomem" },
	{ }
};
MODULE_DEVICE_TABLE(of, rpi_gpiomem_of_match);

static struct platform_driver rpi_gpiomem_driver = {
	.probe = rpi_gpiomem_probe,
	.remove = rpi_gpiomem_remove,
	.driver = {
		.name = "rpi_gpiomem",
		.of_match_table = rpi_gpiomem_of_match,
		/* The device lives as long as the module, which open files hold. */
		.suppress_bind_attrs = true,
	},
};

/* The controller itself: loads the module, and says where the registers are. */
static const struct of_device_id rpi_gpiomem_parents[] = {
	{ .compatible = "brcm,bcm2711-gpio" },
	{ .compatible = "brcm,bcm2835-gpio" },
	{ }
};
MODULE_DEVICE_TABLE(of, rpi_gpiomem_parents);

static struct rpi_child rpi_gpiomem_child = {
	.driver = &rpi_gpiomem_driver,
	.parents = rpi_gpiomem_parents,
};
module_rpi_child(rpi_gpiomem_child);

MODULE_DESCRIPTION("/dev/gpiomem: GPIO registers of a Raspberry Pi for user space");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
