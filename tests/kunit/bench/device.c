// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: binding drivers, and letting things go wrong meanwhile
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kmemleak.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/suspend.h>

#include <bench/internal.h>

/* Allocations of one probe: more of them are a loop. */
#define ALLOCATIONS_MAX		5000

static void bench_put_device(void *dev)
{
	put_device(dev);
}

/**
 * bench_device() - the platform device of a node
 * @test: the test, which is aborted if there is none
 * @path: of the node
 *
 * Return: the device, held until the test ends.
 */
struct device *bench_device(struct kunit *test, const char *path)
{
	struct device_node *np = of_find_node_by_path(path);
	struct platform_device *pdev = np ? of_find_device_by_node(np) : NULL;

	of_node_put(np);
	KUNIT_ASSERT_NOT_NULL_MSG(test, pdev, "%s: no node, or no device for it", path);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, bench_put_device, &pdev->dev), 0);

	return &pdev->dev;
}
EXPORT_SYMBOL_GPL(bench_device);

static void bench_driver_done(void *driver)
{
	platform_driver_unregister(driver);
}

/**
 * bench_register() - register a driver of the suite's own until the test ends
 * @test: the test, which is aborted if that fails
 * @driver: the driver
 */
void bench_register(struct kunit *test, struct platform_driver *driver)
{
	KUNIT_ASSERT_EQ(test, platform_driver_register(driver), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, bench_driver_done, driver), 0);
}
EXPORT_SYMBOL_GPL(bench_register);

/**
 * bench_unregister() - unregister a driver of the suite's own before the test ends
 * @test: the test
 * @driver: the driver, of bench_register()
 */
void bench_unregister(struct kunit *test, struct platform_driver *driver)
{
	kunit_release_action(test, bench_driver_done, driver);
}
EXPORT_SYMBOL_GPL(bench_unregister);

static int bench_matches(struct device_driver *driver, void *data)
{
	struct device *dev = ((void **)data)[0];
	struct device_driver **found = (struct device_driver **)data + 1;

	if (!platform_bus_type.match(dev, driver))
		return 0;
	*found = driver;

	return 1;
}

/**
 * bench_bind() - bind a device to the driver that is for it
 * @dev: the platform device
 *
 * Return: 0, -ENODEV without such a driver, or what probe() returned.
 */
int bench_bind(struct device *dev)
{
	void *data[2] = { dev };
	struct device_driver *driver;
	int ret;

	if (!bus_for_each_drv(&platform_bus_type, NULL, data, bench_matches))
		return -ENODEV;
	driver = data[1];

	ret = device_driver_attach(driver, dev);
	if (ret)
		rcu_barrier();

	return ret;
}
EXPORT_SYMBOL_GPL(bench_bind);

/**
 * bench_unbind() - unbind a device from its driver
 * @dev: the device
 *
 * What is freed by RCU is free at the end: in simulated time no grace period comes by itself
 * while a test binds and unbinds, and memory would run out.
 */
void bench_unbind(struct device *dev)
{
	if (!dev->driver)
		return;

	device_release_driver(dev);
	rcu_barrier();
}
EXPORT_SYMBOL_GPL(bench_unbind);

/**
 * bench_fail_nth() - let an allocation of this task fail
 * @n: which one from here; 0 is none
 */
void bench_fail_nth(unsigned int n)
{
	WRITE_ONCE(current->fail_nth, n);
}
EXPORT_SYMBOL_GPL(bench_fail_nth);

/**
 * bench_fail_done() - let no more allocation fail
 *
 * Return: whether the one that was asked for was reached.
 */
bool bench_fail_done(void)
{
	bool done = !READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);

	return done;
}
EXPORT_SYMBOL_GPL(bench_fail_done);

/* What a driver had of the bench must be back. */
static void bench_check_held(struct kunit *test, struct device *dev, const char *after,
			     unsigned int n)
{
	struct bench_held held;

	bench_held(dev->of_node, &held);
	if (held.powers) {
		/* Power goes off from a work item. */
		msleep(20);
		bench_held(dev->of_node, &held);
	}

	KUNIT_EXPECT_EQ_MSG(test, held.mappings, 0, "mappings after %s %u", after, n);
	KUNIT_EXPECT_EQ_MSG(test, held.lines, 0, "interrupts after %s %u", after, n);
	KUNIT_EXPECT_EQ_MSG(test, held.clocks, 0, "clocks after %s %u", after, n);
	KUNIT_EXPECT_EQ_MSG(test, held.powers, 0, "power after %s %u", after, n);
}

/* What a bound device has: of the bench, and of resources that the driver core frees. */
struct bench_shape {
	struct bench_held held;
	size_t devres;
};

static void bench_shape(struct device *dev, struct bench_shape *shape)
{
	memset(shape, 0, sizeof(*shape));
	bench_held(dev->of_node, &shape->held);
	shape->devres = list_count_nodes(&dev->devres_head);
}

/**
 * bench_probe_each_failing() - let each allocation of a probe fail once
 * @test: the test
 * @dev: the device; unbound at the end, as after each failure
 *
 * What a failed probe took must be back, and the next one must work. A probe that succeeds in
 * spite of the failure must leave the device with all that it has otherwise.
 *
 * Return: how many failures made probe() fail.
 */
unsigned int bench_probe_each_failing(struct kunit *test, struct device *dev)
{
	struct bench_shape whole, shape;
	unsigned int n, failed = 0;
	bool reached;
	int ret;

	bench_unbind(dev);
	bench_check_held(test, dev, "unbinding", 0);
	KUNIT_ASSERT_EQ(test, bench_bind(dev), 0);
	bench_shape(dev, &whole);
	bench_unbind(dev);

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		bench_fail_nth(n);
		ret = bench_bind(dev);
		reached = bench_fail_done();

		if (!ret) {
			bench_shape(dev, &shape);
			KUNIT_EXPECT_MEMEQ_MSG(test, &shape, &whole, sizeof(shape),
					       "probe succeeds in part in spite of failed allocation %u",
					       n);
			bench_unbind(dev);
		} else {
			failed++;
			KUNIT_EXPECT_TRUE_MSG(test, reached, "probe fails by itself: %d", ret);
		}
		bench_check_held(test, dev, "failed allocation", n);
		if (!reached)
			break;
		if (!ret)
			continue;

		ret = bench_bind(dev);
		KUNIT_EXPECT_EQ_MSG(test, ret, 0, "probe after failed allocation %u", n);
		bench_unbind(dev);
		bench_check_held(test, dev, "probe past failed allocation", n);
	}

	KUNIT_EXPECT_LT(test, n, ALLOCATIONS_MAX);
	kunit_info(test, "%u allocations, %u of them make probe fail", n - 1, failed);

	return failed;
}
EXPORT_SYMBOL_GPL(bench_probe_each_failing);

/**
 * bench_cycle() - unbind and bind a device again and again
 * @test: the test
 * @dev: the device; bound at the end
 * @times: how often
 */
void bench_cycle(struct kunit *test, struct device *dev, unsigned int times)
{
	unsigned int n;

	bench_unbind(dev);
	bench_check_held(test, dev, "unbinding", 0);

	for (n = 1; n <= times; n++) {
		KUNIT_ASSERT_EQ_MSG(test, bench_bind(dev), 0, "probe %u", n);
		bench_unbind(dev);
		bench_check_held(test, dev, "unbinding", n);
	}

	KUNIT_EXPECT_EQ(test, bench_bind(dev), 0);
}
EXPORT_SYMBOL_GPL(bench_cycle);

static int bench_lookup(const char *driver, const char *attribute)
{
	struct path path;
	char name[128];
	int ret;

	snprintf(name, sizeof(name), "/sys/bus/platform/drivers/%s/%s", driver, attribute);
	ret = kern_path(name, 0, &path);
	if (!ret)
		path_put(&path);

	return ret;
}

/**
 * bench_expect_no_unbind() - expect that a driver cannot be bound and unbound through sysfs
 * @test: the test
 * @driver: name of a platform driver that is registered
 */
void bench_expect_no_unbind(struct kunit *test, const char *driver)
{
	KUNIT_EXPECT_EQ(test, bench_lookup(driver, "uevent"), 0);
	KUNIT_EXPECT_EQ(test, bench_lookup(driver, "bind"), -ENOENT);
	KUNIT_EXPECT_EQ(test, bench_lookup(driver, "unbind"), -ENOENT);
}
EXPORT_SYMBOL_GPL(bench_expect_no_unbind);

/**
 * bench_suspend() - take all devices through suspend, as suspend-to-RAM does
 * @test: the test
 */
void bench_suspend(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, dpm_suspend_start(PMSG_SUSPEND), 0);
	KUNIT_ASSERT_EQ(test, dpm_suspend_end(PMSG_SUSPEND), 0);
}
EXPORT_SYMBOL_GPL(bench_suspend);

/**
 * bench_resume() - take all devices back from bench_suspend()
 * @test: the test
 */
void bench_resume(struct kunit *test)
{
	dpm_resume_start(PMSG_RESUME);
	dpm_resume_end(PMSG_RESUME);
}
EXPORT_SYMBOL_GPL(bench_resume);

/* A property that was taken away or put in another's place, and a device's "reg". */
struct change {
	struct device_node *np;
	struct property *old;
	struct property *new;
	struct platform_device *pdev;
	u32 num_resources;
};

static void bench_undo(void *context)
{
	struct change *change = context;

	if (change->new)
		of_remove_property(change->np, change->new);
	if (change->old)
		of_add_property(change->np, change->old);
	if (change->pdev) {
		change->pdev->num_resources = change->num_resources;
		put_device(&change->pdev->dev);
	}
	of_node_put(change->np);
}

static void bench_change(struct kunit *test, struct device_node *np, const char *name,
			 struct property *new)
{
	struct change *change = kunit_kzalloc(test, sizeof(*change), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, change);
	change->np = of_node_get(np);
	change->old = of_find_property(np, name, NULL);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, bench_undo, change), 0);

	if (change->old)
		KUNIT_ASSERT_EQ(test, of_remove_property(np, change->old), 0);
	if (new) {
		KUNIT_ASSERT_EQ(test, of_add_property(np, new), 0);
		change->new = new;
	} else if (!strcmp(name, "reg")) {
		change->pdev = of_find_device_by_node(np);
		if (change->pdev) {
			change->num_resources = change->pdev->num_resources;
			change->pdev->num_resources = 0;
		}
	}
}

/**
 * bench_without() - take a property from a node, to the end of the test
 * @test: the test
 * @np: the node
 * @property: its name; "reg" takes the device's resources, too
 */
void bench_without(struct kunit *test, struct device_node *np, const char *property)
{
	bench_change(test, np, property, NULL);
}
EXPORT_SYMBOL_GPL(bench_without);

/**
 * bench_with() - give a node a property, to the end of the test
 * @test: the test
 * @np: the node
 * @property: its name; one that is there is replaced
 * @value: its value, numbers in big-endian
 * @length: of the value
 */
void bench_with(struct kunit *test, struct device_node *np, const char *property,
		const void *value, int length)
{
	struct property *new = kzalloc(sizeof(*new), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, new);
	/*
	 * The tree keeps dead properties for ever: this one is not the test's to free. 6.1
	 * loses its list of them when one comes back.
	 */
	kmemleak_not_leak(new);
	new->name = kstrdup(property, GFP_KERNEL);
	new->value = kmemdup(value, max(length, 1), GFP_KERNEL);
	new->length = length;
	KUNIT_ASSERT_NOT_NULL(test, new->name);
	KUNIT_ASSERT_NOT_NULL(test, new->value);
	bench_change(test, np, property, new);
}
EXPORT_SYMBOL_GPL(bench_with);

static int __init bench_init(void)
{
	return bench_report_init() ?: bench_core_init() ?: bench_irq_init() ?: bench_supply_init();
}
module_init(bench_init);

MODULE_DESCRIPTION("Blocks of registers that exist in memory only");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
