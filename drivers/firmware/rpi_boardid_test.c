// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of rpi_boardid on a model of the firmware
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <bench/bench.h>
#include <bench/user.h>
#include <models/rpi_firmware_model.h>

#define SYSTEM			"/proc/device-tree/system"
#define REVISION		SYSTEM "/linux,revision"
#define SERIAL			SYSTEM "/linux,serial"

struct rpi_boardid_test {
	struct device *dev;
};

static int rpi_boardid_test_init(struct kunit *test)
{
	struct rpi_boardid_test *priv = kunit_kzalloc(test, sizeof(*priv), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, priv);
	test->priv = priv;
	rpi_firmware_model_reset();
	bench_start(test);
	priv->dev = bus_find_device_by_name(&platform_bus_type, NULL, "rpi_boardid");
	KUNIT_ASSERT_NOT_NULL(test, priv->dev);

	return 0;
}

static void rpi_boardid_test_exit(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;

	if (!priv || !priv->dev)
		return;
	rpi_firmware_model_reset();
	bench_unbind(priv->dev);
	put_device(priv->dev);
}

/* Reads a file whole; returns its size or an error number. */
static ssize_t contents(const char *path, u8 *data, size_t size)
{
	struct file *file = bench_user_open(path, O_RDONLY, -1);
	loff_t pos = 0;
	ssize_t count;

	if (IS_ERR(file))
		return PTR_ERR(file);

	count = kernel_read(file, data, size, &pos);
	bench_user_close(file);

	return count;
}

static void expect_file(struct kunit *test, const char *path, const char *wanted, size_t size)
{
	u8 data[16] = { 0 };

	KUNIT_EXPECT_EQ_MSG(test, contents(path, data, sizeof(data)), size, "%s", path);
	KUNIT_EXPECT_MEMEQ_MSG(test, data, wanted, size, "%s", path);
}

static void expect_no_file(struct kunit *test, const char *path)
{
	u8 data[16];

	KUNIT_EXPECT_EQ_MSG(test, contents(path, data, sizeof(data)), -ENOENT, "%s", path);
}

static void rebind(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;

	bench_unbind(priv->dev);
	expect_no_file(test, REVISION);
	expect_no_file(test, SERIAL);
	KUNIT_ASSERT_EQ(test, bench_bind(priv->dev), 0);
}

/* Big-endian, the more significant word of the serial number first. */
static void rpi_boardid_test_both(struct kunit *test)
{
	rebind(test);
	expect_file(test, REVISION, "\x00\xa0\x20\x82", 4);
	expect_file(test, SERIAL, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
}

static void rpi_boardid_test_parts(struct kunit *test)
{
	struct file *file;
	u8 data[8];
	loff_t pos;

	rebind(test);
	file = bench_user_open(SERIAL, O_RDONLY, -1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	pos = 6;
	KUNIT_EXPECT_EQ(test, kernel_read(file, data, sizeof(data), &pos), 2);
	KUNIT_EXPECT_EQ(test, data[0], 0xcd);
	pos = 8;
	KUNIT_EXPECT_EQ(test, kernel_read(file, data, sizeof(data), &pos), 0);
	pos = 1000;
	KUNIT_EXPECT_EQ(test, kernel_read(file, data, sizeof(data), &pos), 0);
	KUNIT_EXPECT_EQ(test, file_inode(file)->i_mode & 0777, 0444);
	bench_user_close(file);
}

/* No number: the other one is shown. */
static void rpi_boardid_test_none(struct kunit *test)
{
	static const u64 none[] = { 0, ~0ULL };
	int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		rpi_firmware_model_reset();
		rpi_firmware_model.serial = none[i];
		rebind(test);
		expect_file(test, REVISION, "\x00\xa0\x20\x82", 4);
		expect_no_file(test, SERIAL);

		rpi_firmware_model_reset();
		rpi_firmware_model.revision = none[i];
		rebind(test);
		expect_no_file(test, REVISION);
		expect_file(test, SERIAL, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	}
}

/* Half of a number that is none is a number. */
static void rpi_boardid_test_half(struct kunit *test)
{
	rpi_firmware_model.serial = 0x00000000ffffffff;
	rebind(test);
	expect_file(test, SERIAL, "\x00\x00\x00\x00\xff\xff\xff\xff", 8);
	rpi_firmware_model.serial = 0xffffffff00000000;
	rebind(test);
	expect_file(test, SERIAL, "\xff\xff\xff\xff\x00\x00\x00\x00", 8);
	rpi_firmware_model.serial = 0xfffffffffffffffe;
	rebind(test);
	expect_file(test, SERIAL, "\xff\xff\xff\xff\xff\xff\xff\xfe", 8);
}

static void rpi_boardid_test_silent(struct kunit *test)
{
	rpi_firmware_model.silent = true;
	rebind(test);
	expect_no_file(test, REVISION);
	expect_no_file(test, SERIAL);

	rpi_firmware_model.silent = false;
	rpi_firmware_model.error = -ETIMEDOUT;
	rebind(test);
	expect_no_file(test, REVISION);
	expect_no_file(test, SERIAL);
}

static void rpi_boardid_test_deferred(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;

	bench_unbind(priv->dev);
	rpi_firmware_model.absent = true;
	/* What device_driver_attach() makes of -EPROBE_DEFER. */
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), -EAGAIN);
	rpi_firmware_model.absent = false;
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.users, 1);
	bench_unbind(priv->dev);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.users, 0);
}

/* What the boot firmware has put there stays. */
static void rpi_boardid_test_there(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;
	struct device_node *np = of_find_node_by_path("/system");

	bench_unbind(priv->dev);
	bench_with(test, np, "linux,revision", "\x00\xab\xcd\xef", 4);
	of_node_put(np);
	KUNIT_ASSERT_EQ(test, bench_bind(priv->dev), 0);
	expect_file(test, REVISION, "\x00\xab\xcd\xef", 4);
	expect_file(test, SERIAL, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.calls, 1);

	bench_unbind(priv->dev);
	expect_file(test, REVISION, "\x00\xab\xcd\xef", 4);
	expect_no_file(test, SERIAL);
}

/* A file that is open when the driver goes. */
static void rpi_boardid_test_open_file(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;
	struct file *file;
	loff_t pos = 0;
	u8 data[8];

	rebind(test);
	file = bench_user_open(SERIAL, O_RDONLY, -1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	bench_unbind(priv->dev);
	KUNIT_EXPECT_EQ(test, kernel_read(file, data, sizeof(data), &pos), -ENODEV);
	bench_user_close(file);
}

/* An allocation that fails costs a file, or the probe, and nothing is left. */
static void rpi_boardid_test_no_memory(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, priv->dev), 1);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.users, 0);
	expect_no_file(test, REVISION);
	bench_cycle(test, priv->dev, 20);
	expect_file(test, REVISION, "\x00\xa0\x20\x82", 4);
}

/* Takes a node out of the tree until tree_with(). */
static void tree_without(struct kunit *test, struct of_changeset *change, const char *path)
{
	struct device_node *np = of_find_node_by_path(path);

	of_changeset_init(change);
	KUNIT_ASSERT_EQ(test, of_changeset_detach_node(change, np), 0);
	of_node_put(np);
	KUNIT_ASSERT_EQ(test, of_changeset_apply(change), 0);
}

static void tree_with(struct kunit *test, struct of_changeset *change)
{
	KUNIT_EXPECT_EQ(test, of_changeset_revert(change), 0);
	of_changeset_destroy(change);
}

/* A tree without the node: the module makes the directory, and takes it away. */
static void rpi_boardid_test_no_node(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;
	struct of_changeset change;
	struct file *file;

	bench_unbind(priv->dev);
	tree_without(test, &change, "/system");
	file = bench_user_open(SYSTEM, O_RDONLY, -1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(file), -ENOENT);

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, priv->dev), 1);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
	expect_file(test, REVISION, "\x00\xa0\x20\x82", 4);
	expect_file(test, SERIAL, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);

	bench_unbind(priv->dev);
	file = bench_user_open(SYSTEM, O_RDONLY, -1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(file), -ENOENT);

	tree_with(test, &change);
}

/* The node goes while its files are shown, as with an overlay that is removed. */
static void rpi_boardid_test_node_goes(struct kunit *test)
{
	struct rpi_boardid_test *priv = test->priv;
	struct of_changeset change;

	rebind(test);
	tree_without(test, &change, "/system");
	bench_unbind(priv->dev);
	tree_with(test, &change);

	rebind(test);
	expect_file(test, REVISION, "\x00\xa0\x20\x82", 4);
}

static struct kunit_case rpi_boardid_test_cases[] = {
	KUNIT_CASE(rpi_boardid_test_both),
	KUNIT_CASE(rpi_boardid_test_parts),
	KUNIT_CASE(rpi_boardid_test_none),
	KUNIT_CASE(rpi_boardid_test_half),
	KUNIT_CASE(rpi_boardid_test_silent),
	KUNIT_CASE(rpi_boardid_test_deferred),
	KUNIT_CASE(rpi_boardid_test_there),
	KUNIT_CASE(rpi_boardid_test_open_file),
	KUNIT_CASE(rpi_boardid_test_no_memory),
	KUNIT_CASE(rpi_boardid_test_no_node),
	KUNIT_CASE(rpi_boardid_test_node_goes),
	{ }
};

static struct kunit_suite rpi_boardid_test_suite = {
	.name = "rpi_boardid",
	.init = rpi_boardid_test_init,
	.exit = rpi_boardid_test_exit,
	.test_cases = rpi_boardid_test_cases,
};

kunit_test_suite(rpi_boardid_test_suite);

MODULE_SOFTDEP("pre: rpi_boardid");
MODULE_DESCRIPTION("Tests of rpi_boardid");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
