// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of mainline's meson_uart: what patches/linux mends
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/console.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/serial.h>
#include <linux/serial_core.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include <bench/bench.h>
#include <bench/tty.h>
#include <models/aml_uart_model.h>

#define NODE_A		"/soc/serial@fe078000"	/* ttyAML0 */
#define NODE_B		"/soc/serial@fe07a000"	/* ttyS1 */
#define NODE_C		"/soc/serial@fe07c000"	/* ttyAML2, the console */

#define CONTROL		0x08
#define CONTROL_INTS	(BIT(27) | BIT(28))

/* Longer than any wait should be, shorter than the bench lets a register be polled. */
#define FROZEN_MS	15
#define WAIT_MS		12

#define ALLOCATIONS_MAX	2000

/* How long interrupts were off: a timer of 1 ms that does not fire. */
struct watch {
	struct hrtimer timer;
	ktime_t last;
	s64 longest_ms;
};

struct port {
	struct device *dev;
	struct bench_block *block;
	struct aml_uart_model *model;
	struct file *file;
	struct tty_struct *tty;
	struct watch watch;
};

static void port_close(void *context)
{
	struct port *port = context;

	if (!port->file)
		return;

	bench_tty_close(port->file);
	port->file = NULL;
}

static struct port *port_open(struct kunit *test, const char *node, const char *name)
{
	struct port *port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, port);
	port->dev = bench_device(test, node);
	port->block = bench_block(test, node, 0);
	port->model = bench_priv(port->block);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	aml_uart_model_forget(port->block);

	port->file = bench_tty_open(name);
	KUNIT_ASSERT_FALSE(test, IS_ERR(port->file));
	port->tty = bench_tty(port->file);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, port_close, port), 0);
	bench_tty_set(port->file, 115200, CS8, 0);

	return port;
}

static size_t port_read(struct port *port, void *data, size_t room)
{
	ssize_t ret;

	msleep(20);
	ret = bench_tty_read(port->file, data, room);

	return max(ret, 0);
}

static void unbind_all(struct kunit *test)
{
	bench_unbind(bench_device(test, NODE_A));
	bench_unbind(bench_device(test, NODE_B));
	bench_unbind(bench_device(test, NODE_C));
}

static int meson_uart_test_init(struct kunit *test)
{
	bench_start(test);
	unbind_all(test);

	return 0;
}

static void meson_uart_test_works(struct kunit *test)
{
	struct port *port = port_open(test, NODE_A, "/dev/ttyAML0");
	u8 got[16] = {};

	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "hello", 5), 5);
	tty_wait_until_sent(port->tty, HZ);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 5);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "hello", 5);

	aml_uart_model_feed(port->block, "world", 5);
	KUNIT_EXPECT_EQ(test, port_read(port, got, sizeof(got)), 5);
	KUNIT_EXPECT_STREQ(test, (char *)got, "world");
}

static void meson_uart_test_counts_parity(struct kunit *test)
{
	struct port *port = port_open(test, NODE_A, "/dev/ttyAML0");
	struct serial_icounter_struct icount;
	u8 got[4];

	bench_tty_set(port->file, 115200, CS8 | PARENB, INPCK);
	aml_uart_model_feed_bad(port->block, 'p', AML_UART_MODEL_PARITY);
	port_read(port, got, sizeof(got));
	aml_uart_model_feed_bad(port->block, 'f', AML_UART_MODEL_FRAME);
	port_read(port, got, sizeof(got));

	icount = bench_tty_icount(test, port->file);
	KUNIT_EXPECT_EQ(test, icount.parity, 1);
	KUNIT_EXPECT_EQ(test, icount.frame, 1);
}

/* More than the FIFO holds arrives before the interrupt is served. */
static void meson_uart_test_counts_overrun(struct kunit *test)
{
	struct port *port = port_open(test, NODE_A, "/dev/ttyAML0");
	u8 *got = kunit_kzalloc(test, 256, GFP_KERNEL);
	struct serial_icounter_struct icount;

	KUNIT_ASSERT_NOT_NULL(test, got);
	bench_irq_latency(10 * NSEC_PER_MSEC);
	aml_uart_model_feed(port->block, got, 80);
	port_read(port, got, 256);
	bench_irq_latency(0);
	KUNIT_ASSERT_GT(test, port->model->lost, 0);

	icount = bench_tty_icount(test, port->file);
	KUNIT_EXPECT_EQ(test, icount.overrun, 1);
}

static void watch_note(struct watch *watch)
{
	ktime_t now = ktime_get();

	watch->longest_ms = max(watch->longest_ms, ktime_ms_delta(now, watch->last));
	watch->last = now;
}

static enum hrtimer_restart watch_fires(struct hrtimer *timer)
{
	watch_note(container_of(timer, struct watch, timer));
	hrtimer_forward_now(timer, ms_to_ktime(1));

	return HRTIMER_RESTART;
}

static void watch_start(struct watch *watch)
{
	watch->longest_ms = 0;
	watch->last = ktime_get();
	hrtimer_setup(&watch->timer, watch_fires, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	hrtimer_start(&watch->timer, ms_to_ktime(1), HRTIMER_MODE_REL_HARD);
}

static s64 watch_stop(struct watch *watch)
{
	hrtimer_cancel(&watch->timer);
	watch_note(watch);

	return watch->longest_ms;
}

/* Another rate is set while the other end does not let us send. */
static void meson_uart_test_change_speed(struct kunit *test)
{
	struct port *port = port_open(test, NODE_A, "/dev/ttyAML0");

	aml_uart_model_freeze(port->block, FROZEN_MS * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "held up", 7), 7);
	watch_start(&port->watch);
	bench_tty_set(port->file, 9600, CS8, 0);
	KUNIT_EXPECT_LT(test, watch_stop(&port->watch), WAIT_MS);
	KUNIT_EXPECT_EQ(test, aml_uart_model_rate(port->block), 9600);
	aml_uart_model_set_frozen(port->block, false);
}

/* What is in the FIFO is sent at the old rate, and what is behind it at the new one. */
static void meson_uart_test_change_speed_waits(struct kunit *test)
{
	struct port *port = port_open(test, NODE_A, "/dev/ttyAML0");
	char text[200];

	memset(text, 'x', sizeof(text));
	bench_tty_set(port->file, 9600, CS8, 0);
	aml_uart_model_forget(port->block);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, text, 38), 38);
	watch_start(&port->watch);
	bench_tty_set(port->file, 115200, CS8, 0);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 38);
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);

	bench_tty_set(port->file, 9600, CS8, 0);
	aml_uart_model_forget(port->block);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, text, sizeof(text)), sizeof(text));
	bench_tty_set(port->file, 115200, CS8, 0);
	tty_wait_until_sent(port->tty, HZ);
	KUNIT_EXPECT_LT(test, watch_stop(&port->watch), WAIT_MS);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, sizeof(text));
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);
}

static struct console *find_console(struct kunit *test)
{
	struct console *console, *found = NULL;

	console_list_lock();
	for_each_console(console) {
		if (!strcmp(console->name, "ttyAML"))
			found = console;
	}
	console_list_unlock();
	KUNIT_ASSERT_NOT_NULL(test, found);

	return found;
}

static void meson_uart_test_console(struct kunit *test)
{
	struct bench_block *block = bench_block(test, NODE_C, 0);
	struct aml_uart_model *model = bench_priv(block);
	struct console *console;
	char text[80];
	ktime_t start;

	memset(text, 'x', sizeof(text));
	KUNIT_ASSERT_EQ(test, bench_bind(bench_device(test, NODE_C)), 0);
	console = find_console(test);
	msleep(500);

	aml_uart_model_forget(block);
	aml_uart_model_freeze(block, FROZEN_MS * NSEC_PER_MSEC);
	start = ktime_get();
	console->write(console, text, sizeof(text));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), WAIT_MS);

	/* It goes on when the line does. */
	aml_uart_model_set_frozen(block, false);
	msleep(20);
	model->nr_sent = 0;
	console->write(console, text, sizeof(text));
	msleep(20);
	KUNIT_EXPECT_EQ(test, model->nr_sent, sizeof(text));
}

static bool has_tty(const char *name)
{
	dev_t number;

	return !tty_dev_name_to_number(name, &number);
}

/*
 * A driver's tty is gone when the module may be. On the way a port whose registers are not
 * mapped is not taken for one that is there: the kernel warns if what it lacks is released.
 */
static void meson_uart_test_failed_probe(struct kunit *test)
{
	struct device *dev = bench_device(test, NODE_A);
	unsigned int n, left = 0;
	bool reached;
	int ret;

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		bench_fail_nth(n);
		ret = bench_bind(dev);
		reached = bench_fail_done();
		if (ret)
			left += has_tty("ttyAML0");
		bench_unbind(dev);
		if (!reached)
			break;
	}
	KUNIT_EXPECT_EQ(test, left, 0);
}

static void meson_uart_test_both_names(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, bench_bind(bench_device(test, NODE_A)), 0);
	KUNIT_ASSERT_EQ(test, bench_bind(bench_device(test, NODE_B)), 0);
	KUNIT_EXPECT_TRUE(test, has_tty("ttyAML0"));
	KUNIT_EXPECT_TRUE(test, has_tty("ttyS1"));
	unbind_all(test);
	KUNIT_EXPECT_FALSE(test, has_tty("ttyAML0"));
	KUNIT_EXPECT_FALSE(test, has_tty("ttyS1"));

	/* Whichever goes first. */
	KUNIT_ASSERT_EQ(test, bench_bind(bench_device(test, NODE_A)), 0);
	KUNIT_ASSERT_EQ(test, bench_bind(bench_device(test, NODE_B)), 0);
	bench_unbind(bench_device(test, NODE_B));
	KUNIT_EXPECT_TRUE(test, has_tty("ttyAML0"));
	KUNIT_EXPECT_FALSE(test, has_tty("ttyS1"));
	unbind_all(test);
	KUNIT_EXPECT_FALSE(test, has_tty("ttyAML0"));
}

static struct kunit_case meson_uart_test_cases[] = {
	KUNIT_CASE(meson_uart_test_works),
	KUNIT_CASE(meson_uart_test_counts_parity),
	KUNIT_CASE(meson_uart_test_counts_overrun),
	KUNIT_CASE(meson_uart_test_change_speed),
	KUNIT_CASE(meson_uart_test_change_speed_waits),
	KUNIT_CASE(meson_uart_test_console),
	KUNIT_CASE(meson_uart_test_failed_probe),
	KUNIT_CASE(meson_uart_test_both_names),
	{}
};

static struct kunit_suite meson_uart_test_suite = {
	.name = "mainline_meson_uart",
	.init = meson_uart_test_init,
	.test_cases = meson_uart_test_cases,
};

kunit_test_suite(meson_uart_test_suite);

MODULE_SOFTDEP("pre: mainline_meson_uart");
MODULE_DESCRIPTION("Tests of mainline's meson_uart");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
