// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of rpi_gpiomem
 *
 * Copyright (C) 2026 The outboard authors
 *
 * User Mode Linux can map its own memory and nothing else: a page of that stands for the
 * registers. tests/boot maps those of QEMU's machine.
 */

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <bench/bench.h>
#include <bench/user.h>

#define NODE			"/dev/gpiomem"
#define RW			(PROT_READ | PROT_WRITE)

struct rpi_gpiomem_test {
	struct device *dev;
	struct device_node *np;
	struct page *page;
};

/* The controller's registers, from here to the end of the test. */
static void set_registers(struct kunit *test, struct device_node *np, u64 start, u64 size)
{
	__be32 reg[] = {
		cpu_to_be32(start >> 32), cpu_to_be32(start), cpu_to_be32(size >> 32),
		cpu_to_be32(size),
	};

	bench_with(test, np, "reg", reg, sizeof(reg));
}

static int rpi_gpiomem_test_init(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = kunit_kzalloc(test, sizeof(*priv), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, priv);
	test->priv = priv;
	bench_start(test);
	priv->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, priv->page);
	priv->dev = bus_find_device_by_name(&platform_bus_type, NULL, "rpi_gpiomem");
	KUNIT_ASSERT_NOT_NULL(test, priv->dev);
	KUNIT_ASSERT_PTR_EQ(test, priv->dev->parent->of_node,
			    of_find_node_by_path("/soc/gpio@7e200000"));
	priv->np = priv->dev->parent->of_node;

	bench_unbind(priv->dev);
	set_registers(test, priv->np, page_to_phys(priv->page), 0xb4);
	KUNIT_ASSERT_EQ(test, bench_bind(priv->dev), 0);

	return 0;
}

static void rpi_gpiomem_test_exit(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = test->priv;

	if (!priv || !priv->dev)
		return;
	bench_unbind(priv->dev);
	of_node_put(priv->np);
	put_device(priv->dev);
	__free_page(priv->page);
}

static struct file *open_node(struct kunit *test, int flags)
{
	struct file *file = bench_user_open(NODE, flags, -1);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%pe", file);

	return file;
}

/* Writes a word through a mapping; 0, or what is wrong. */
static long write_through(struct file *file, unsigned long offset, u32 value, u32 *read)
{
	struct mm_struct *mm = bench_user_begin();
	unsigned long area = vm_mmap(file, 0, PAGE_SIZE, RW, MAP_SHARED, offset);
	long ret = IS_ERR_VALUE(area) ? area : 0;

	if (!ret) {
		ret = get_user(*read, (u32 __user *)(area + PAGE_SIZE - 4)) ?:
		      put_user(value, (u32 __user *)(area + PAGE_SIZE - 4));
		vm_munmap(area, PAGE_SIZE);
	}
	bench_user_end(mm);

	return ret;
}

/* Every offset is the page of the registers. */
static void rpi_gpiomem_test_page(struct kunit *test)
{
	static const unsigned long offsets[] = {
		0, 0x1000, 0x200000, 0x20c000, 0x3f200000, 0x7e200000, 0xfffff000,
		0x7ffffffffffff000,
	};
	struct rpi_gpiomem_test *priv = test->priv;
	u32 *word = page_address(priv->page) + PAGE_SIZE - 4;
	struct file *file = open_node(test, O_RDWR);
	u32 read = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		*word = 1000 + i;
		KUNIT_EXPECT_EQ_MSG(test, write_through(file, offsets[i], 2000 + i, &read), 0,
				    "offset %lx", offsets[i]);
		KUNIT_EXPECT_EQ(test, read, 1000 + i);
		KUNIT_EXPECT_EQ(test, *word, 2000 + i);
	}
	bench_user_close(file);
}

static void rpi_gpiomem_test_mmap(struct kunit *test)
{
	static const struct {
		int open;
		unsigned long size;
		unsigned long prot;
		unsigned long flags;
		long wanted;
	} cases[] = {
		{ O_RDWR, PAGE_SIZE, RW, MAP_SHARED, 0 },
		{ O_RDWR, PAGE_SIZE, PROT_READ, MAP_SHARED, 0 },
		{ O_RDWR, PAGE_SIZE, PROT_NONE, MAP_SHARED, 0 },
		{ O_RDWR, 1, RW, MAP_SHARED, 0 },
		{ O_RDONLY, PAGE_SIZE, PROT_READ, MAP_SHARED, 0 },
		{ O_RDONLY, PAGE_SIZE, RW, MAP_SHARED, -EACCES },
		{ O_WRONLY, PAGE_SIZE, PROT_WRITE, MAP_SHARED, -EACCES },
		{ O_RDWR, PAGE_SIZE + 1, RW, MAP_SHARED, -EINVAL },
		{ O_RDWR, 2 * PAGE_SIZE, RW, MAP_SHARED, -EINVAL },
		{ O_RDWR, SZ_64K, RW, MAP_SHARED, -EINVAL },
		{ O_RDWR, SZ_16M, RW, MAP_SHARED, -EINVAL },
		{ O_RDWR, PAGE_SIZE, RW, MAP_PRIVATE, -EINVAL },
		{ O_RDWR, PAGE_SIZE, PROT_READ, MAP_PRIVATE, -EINVAL },
		{ O_RDONLY, PAGE_SIZE, PROT_READ, MAP_PRIVATE, -EINVAL },
		{ O_RDWR, PAGE_SIZE, RW | PROT_EXEC, MAP_SHARED, -EPERM },
		{ O_RDONLY, PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, -EPERM },
		{ O_RDWR, PAGE_SIZE, PROT_EXEC, MAP_SHARED, -EPERM },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct file *file = open_node(test, cases[i].open);

		KUNIT_EXPECT_EQ_MSG(test, bench_user_mmap(file, cases[i].size, cases[i].prot,
							  cases[i].flags, 0),
				    (unsigned long)cases[i].wanted, "case %d", i);
		bench_user_close(file);
	}
}

/* The mapping's properties, which mprotect(), mremap() and a core dump go by. */
static void rpi_gpiomem_test_vma(struct kunit *test)
{
	struct file *file = open_node(test, O_RDWR);
	struct mm_struct *mm = bench_user_begin();
	unsigned long area = vm_mmap(file, 0, PAGE_SIZE, RW, MAP_SHARED, 0);
	unsigned long flags = 0;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = IS_ERR_VALUE(area) ? NULL : find_vma(mm, area);
	if (vma)
		flags = vma->vm_flags;
	mmap_read_unlock(mm);
	if (!IS_ERR_VALUE(area))
		vm_munmap(area, PAGE_SIZE);
	bench_user_end(mm);
	bench_user_close(file);

	KUNIT_EXPECT_EQ(test, flags & (VM_MAYEXEC | VM_EXEC), 0);
	KUNIT_EXPECT_EQ(test, flags & (VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP),
			VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
}

static void rpi_gpiomem_test_other_calls(struct kunit *test)
{
	struct file *file = open_node(test, O_RDWR);
	loff_t pos = 0;
	u32 word = 0;

	KUNIT_EXPECT_NULL(test, file->f_op->unlocked_ioctl);
	KUNIT_EXPECT_EQ(test, kernel_read(file, &word, 4, &pos), -EINVAL);
	KUNIT_EXPECT_EQ(test, kernel_write(file, &word, 4, &pos), -EINVAL);
	KUNIT_EXPECT_EQ(test, vfs_llseek(file, 4, SEEK_SET), -ESPIPE);
	bench_user_close(file);
}

static void rpi_gpiomem_test_reg(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = test->priv;

	bench_unbind(priv->dev);
	set_registers(test, priv->np, page_to_phys(priv->page) + 4, 0xb4);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), -EINVAL);
	bench_without(test, priv->np, "reg");
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), -EINVAL);
	set_registers(test, priv->np, page_to_phys(priv->page), SZ_4K);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
}

static void rpi_gpiomem_test_no_memory(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = test->priv;
	struct file *file;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, priv->dev), 3);
	bench_cycle(test, priv->dev, 20);
	file = open_node(test, O_RDWR);
	KUNIT_EXPECT_EQ(test, bench_user_mmap(file, PAGE_SIZE, RW, MAP_SHARED, 0), 0);
	bench_user_close(file);
}

static void rpi_gpiomem_test_unregister(void *pdev)
{
	platform_device_unregister(pdev);
}

/* A device for one more node; the vendor's node if @path is that. */
static struct device *another(struct kunit *test, struct device *parent, const char *path, int id)
{
	struct platform_device_info info = { .parent = parent, .name = "rpi_gpiomem", .id = id };
	struct device_node *np = path ? of_find_node_by_path(path) : NULL;
	struct platform_device *pdev;

	info.fwnode = of_fwnode_handle(np);
	pdev = platform_device_register_full(&info);
	of_node_put(np);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, rpi_gpiomem_test_unregister, pdev),
			0);

	return &pdev->dev;
}

/* Two nodes for the registers: the second one is refused, and the first one stays. */
static void rpi_gpiomem_test_second(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = test->priv;
	struct device *dev = another(test, priv->dev->parent, NULL, 1);
	struct file *file;

	KUNIT_EXPECT_NULL(test, dev->driver);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), -EBUSY);
	file = open_node(test, O_RDWR);
	KUNIT_EXPECT_EQ(test, bench_user_mmap(file, PAGE_SIZE, RW, MAP_SHARED, 0), 0);
	bench_user_close(file);

	bench_unbind(priv->dev);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), -EBUSY);
	bench_unbind(dev);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
}

/* The vendor's node has registers of its own, and its parent need have none. */
static void rpi_gpiomem_test_vendor(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = test->priv;
	struct device_node *np = of_find_node_by_path("/soc/gpiomem@7e200000");
	u32 *word = page_address(priv->page) + PAGE_SIZE - 4;
	struct file *file;
	u32 read = 0;

	bench_unbind(priv->dev);
	bench_without(test, priv->np, "reg");
	set_registers(test, np, page_to_phys(priv->page), SZ_4K);
	of_node_put(np);
	*word = 5;
	KUNIT_ASSERT_NOT_NULL(test, another(test, NULL, "/soc/gpiomem@7e200000", 2)->driver);
	file = open_node(test, O_RDWR);
	KUNIT_EXPECT_EQ(test, write_through(file, 0, 6, &read), 0);
	KUNIT_EXPECT_EQ(test, read, 5);
	KUNIT_EXPECT_EQ(test, *word, 6);
	bench_user_close(file);
}

/* The device goes, as with an overlay that is removed, while a file is open and mapped. */
static void rpi_gpiomem_test_unbind(struct kunit *test)
{
	struct rpi_gpiomem_test *priv = test->priv;
	struct file *file = open_node(test, O_RDWR);
	struct mm_struct *mm = bench_user_begin();
	unsigned long area = vm_mmap(file, 0, PAGE_SIZE, RW, MAP_SHARED, 0);
	long written;

	bench_unbind(priv->dev);
	written = put_user(7, (u32 __user *)area);
	vm_munmap(area, PAGE_SIZE);
	bench_user_end(mm);
	KUNIT_EXPECT_EQ(test, written, 0);
	KUNIT_EXPECT_EQ(test, *(u32 *)page_address(priv->page), 7);
	KUNIT_EXPECT_EQ(test, bench_user_mmap(file, PAGE_SIZE, RW, MAP_SHARED, 0), 0);

	KUNIT_EXPECT_EQ(test, PTR_ERR(bench_user_open(NODE, O_RDWR, -1)), -ENOENT);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
	bench_user_close(file);
	file = open_node(test, O_RDWR);
	bench_user_close(file);
}

static struct kunit_case rpi_gpiomem_test_cases[] = {
	KUNIT_CASE(rpi_gpiomem_test_page),
	KUNIT_CASE(rpi_gpiomem_test_mmap),
	KUNIT_CASE(rpi_gpiomem_test_vma),
	KUNIT_CASE(rpi_gpiomem_test_other_calls),
	KUNIT_CASE(rpi_gpiomem_test_reg),
	KUNIT_CASE(rpi_gpiomem_test_no_memory),
	KUNIT_CASE(rpi_gpiomem_test_second),
	KUNIT_CASE(rpi_gpiomem_test_vendor),
	KUNIT_CASE(rpi_gpiomem_test_unbind),
	{ }
};

static struct kunit_suite rpi_gpiomem_test_suite = {
	.name = "rpi_gpiomem",
	.init = rpi_gpiomem_test_init,
	.exit = rpi_gpiomem_test_exit,
	.test_cases = rpi_gpiomem_test_cases,
};

kunit_test_suite(rpi_gpiomem_test_suite);

MODULE_SOFTDEP("pre: rpi_gpiomem");
MODULE_DESCRIPTION("Tests of rpi_gpiomem");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
