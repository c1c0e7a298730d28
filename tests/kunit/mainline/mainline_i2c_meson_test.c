// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of mainline's i2c-meson: what patches/linux mends
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/i2c.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/string.h>

#include <bench/bench.h>
#include <models/meson_i2c_model.h>

#define NODE	"/soc/i2c@fe066000"

struct bus {
	struct i2c_adapter *adapter;
	struct bench_block *block;
	struct meson_i2c_model *model;
};

static void put_adapter(void *adapter)
{
	i2c_put_adapter(adapter);
}

static struct bus get_bus(struct kunit *test)
{
	struct bus bus = { .block = bench_block(test, NODE, 0) };
	struct device_node *np = of_find_node_by_path(NODE);

	bus.model = bench_priv(bus.block);
	bus.adapter = of_get_i2c_adapter_by_node(np);
	of_node_put(np);
	KUNIT_ASSERT_NOT_NULL(test, bus.adapter);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, put_adapter, bus.adapter), 0);
	meson_i2c_model_forget(bus.block);

	return bus;
}

static int transfer(struct bus *bus, u16 flags, u8 *data, u16 count, bool atomic)
{
	/* Without the patches, an interrupt that comes later goes on with it. */
	static u8 bytes[MESON_I2C_MODEL_BYTES];
	static struct i2c_msg msg;
	unsigned long irqs;
	int ret;

	memcpy(bytes, data, count);
	msg = (struct i2c_msg){
		.addr = MESON_I2C_MODEL_ADDRESS, .flags = flags, .buf = bytes, .len = count,
	};
	if (!atomic) {
		ret = i2c_transfer(bus->adapter, &msg, 1);
	} else {
		/* As when the machine is switched off. */
		local_irq_save(irqs);
		ret = bus->adapter->algo->master_xfer_atomic(bus->adapter, &msg, 1);
		local_irq_restore(irqs);
	}
	memcpy(data, bytes, count);

	return ret;
}

static int i2c_meson_test_init(struct kunit *test)
{
	bench_start(test);

	return 0;
}

static void writes(struct kunit *test, unsigned int count, bool atomic)
{
	struct bus bus = get_bus(test);
	u8 data[20];
	unsigned int i;

	for (i = 0; i < count; i++)
		data[i] = 0x7a - i;
	KUNIT_EXPECT_EQ(test, transfer(&bus, 0, data, count, atomic), 1);
	KUNIT_EXPECT_EQ(test, bus.model->nr_written, count);
	KUNIT_EXPECT_MEMEQ(test, bus.model->written, data, count);
	KUNIT_EXPECT_EQ(test, bus.model->stops, 1);
	msleep(20);
}

static void reads(struct kunit *test, unsigned int count, bool atomic)
{
	struct bus bus = get_bus(test);
	u8 data[20] = {};
	unsigned int i;

	KUNIT_EXPECT_EQ(test, transfer(&bus, I2C_M_RD, data, count, atomic), 1);
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_EQ(test, data[i], 0x80 + i);
	KUNIT_EXPECT_EQ(test, bus.model->stops, 1);
	msleep(20);
}

static void i2c_meson_test_works(struct kunit *test)
{
	writes(test, 5, false);
	writes(test, 20, false);
	reads(test, 5, false);
	reads(test, 20, false);
	writes(test, 5, true);
	reads(test, 8, true);
}

/* The driver is compiled with signed characters here, as it may be before 6.2. */
static void i2c_meson_test_high_bytes(struct kunit *test)
{
	u8 data[8] = { 0x8a, 0x01, 0x80, 0xff, 0xc0, 0x00, 0x81, 0x7f };
	struct bus bus = get_bus(test);

	KUNIT_EXPECT_EQ(test, transfer(&bus, 0, data, sizeof(data), false), 1);
	KUNIT_EXPECT_EQ(test, bus.model->nr_written, sizeof(data));
	KUNIT_EXPECT_MEMEQ(test, bus.model->written, data, sizeof(data));
}

static void i2c_meson_test_long_atomic_write(struct kunit *test)
{
	writes(test, 20, true);
}

static void i2c_meson_test_long_atomic_read(struct kunit *test)
{
	reads(test, 20, true);
}

static struct kunit_case i2c_meson_test_cases[] = {
	KUNIT_CASE(i2c_meson_test_works),
	KUNIT_CASE(i2c_meson_test_high_bytes),
	KUNIT_CASE(i2c_meson_test_long_atomic_write),
	KUNIT_CASE(i2c_meson_test_long_atomic_read),
	{}
};

static struct kunit_suite i2c_meson_test_suite = {
	.name = "mainline_i2c_meson",
	.init = i2c_meson_test_init,
	.test_cases = i2c_meson_test_cases,
};

kunit_test_suite(i2c_meson_test_suite);

MODULE_SOFTDEP("pre: mainline_i2c_meson");
MODULE_DESCRIPTION("Tests of mainline's i2c-meson");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
