// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_uart beside mainline's meson_uart, on the same model
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What each of them takes is told; that ours takes as much less as is promised, asserted.
 * Instructions cannot be counted here: tests/bench/uart.py does it on a machine that can.
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/tty.h>

#include <bench/bench.h>
#include <bench/tty.h>
#include <models/aml_uart_model.h>

#define MANY		4096
/* How long aml_uart lets characters wait: as often its timer interrupts in a stream. */
#define TICK_US		800

enum whose { THEIRS, OURS, BOTH };

static const char * const drivers[BOTH] = { "meson_uart", "aml_uart" };
static const char * const nodes[BOTH] = { "/soc/serial@fe078000", "/soc/serial@fe07a000" };
static const char * const names[BOTH] = { "/dev/ttyAML0", "/dev/ttyAML1" };

struct port {
	struct bench_block *block;
	struct aml_uart_model *model;
	struct file *file;
	u8 data[MANY];
	u8 got[MANY + 1];
};

static void port_close(void *context)
{
	struct port *port = context;

	bench_tty_close(port->file);
}

static struct port *port_open(struct kunit *test, enum whose whose, unsigned int baud,
			      tcflag_t cflag)
{
	struct device *dev = bench_device(test, nodes[whose]);
	struct port *port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);
	unsigned int i, rate;

	KUNIT_ASSERT_NOT_NULL(test, port);
	KUNIT_ASSERT_NOT_NULL(test, dev->driver);
	KUNIT_ASSERT_STREQ(test, dev->driver->name, drivers[whose]);
	for (i = 0; i < MANY; i++)
		port->data[i] = i * 7 + i / 251 + 1;
	port->block = bench_block(test, nodes[whose], 0);
	port->model = bench_priv(port->block);
	aml_uart_model_forget(port->block);
	port->file = bench_tty_open(names[whose]);
	KUNIT_ASSERT_FALSE(test, IS_ERR(port->file));
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, port_close, port), 0);

	bench_tty_set(port->file, baud, CS8 | cflag, 0);
	rate = aml_uart_model_rate(port->block);
	/* Theirs has one divider on 6.1, and is half a percent off at 115200. */
	KUNIT_EXPECT_LE(test, max(rate, baud) - min(rate, baud),
			baud / (whose == OURS ? 500 : 100));

	return port;
}

/* Reads until nothing came for 20 ms. */
static size_t port_read(struct port *port)
{
	unsigned int quiet = 0;
	size_t have = 0;

	while (have < sizeof(port->got) && quiet < 20) {
		ssize_t ret = bench_tty_read(port->file, port->got + have,
					     sizeof(port->got) - have);

		if (ret > 0) {
			have += ret;
			quiet = 0;
			continue;
		}
		usleep_range(1000, 1010);
		quiet += aml_uart_model_idle(port->block);
	}

	return have;
}

/* Characters lost of a stream, with the interrupt that late. */
static unsigned int losses(struct kunit *test, enum whose whose, unsigned int baud,
			   tcflag_t cflag, u64 late_ns)
{
	struct port *port = port_open(test, whose, baud, cflag);

	port->model->obeys_rts = cflag & CRTSCTS;
	bench_irq_latency(late_ns);
	aml_uart_model_feed(port->block, port->data, MANY);
	port_read(port);
	bench_irq_latency(0);
	kunit_release_action(test, port_close, port);
	kunit_info(test, "%s, %u baud%s, interrupts %llu us late: %u of %u lost\n",
		   drivers[whose], baud, cflag & CRTSCTS ? " with RTS and CTS" : "",
		   div_u64(late_ns, NSEC_PER_USEC), port->model->lost, MANY);

	return port->model->lost;
}

static void aml_uart_compare_test_receive(struct kunit *test)
{
	unsigned long irqs[BOTH], accesses[BOTH], ticks = 0;
	enum whose whose;

	for (whose = THEIRS; whose < BOTH; whose++) {
		struct port *port = port_open(test, whose, 2000000, 0);

		irqs[whose] = bench_irq_count(port->block, 0);
		accesses[whose] = port->block->reads + port->block->writes;
		aml_uart_model_feed(port->block, port->data, MANY);
		KUNIT_EXPECT_EQ(test, port_read(port), MANY);
		KUNIT_EXPECT_MEMEQ(test, port->got, port->data, MANY);
		irqs[whose] = bench_irq_count(port->block, 0) - irqs[whose];
		accesses[whose] = port->block->reads + port->block->writes - accesses[whose];
		if (whose == OURS)
			ticks = MANY * 10 / 2 / TICK_US + 2;
		kunit_info(test, "%s, received at 2 Mbaud: %lu interrupts and at most %lu of a timer a KiB, %lu register accesses\n",
			   drivers[whose], irqs[whose] * 1024 / MANY, ticks * 1024 / MANY,
			   accesses[whose] * 1024 / MANY);
	}
	KUNIT_EXPECT_LE(test, (irqs[OURS] + ticks) * 8, irqs[THEIRS]);
	KUNIT_EXPECT_LE(test, accesses[OURS] * 2, accesses[THEIRS]);
}

static void aml_uart_compare_test_send(struct kunit *test)
{
	unsigned long irqs[BOTH], accesses[BOTH];
	enum whose whose;

	for (whose = THEIRS; whose < BOTH; whose++) {
		struct port *port = port_open(test, whose, 2000000, 0);
		size_t done = 0;

		irqs[whose] = bench_irq_count(port->block, 0);
		accesses[whose] = port->block->reads + port->block->writes;
		while (done < MANY) {
			ssize_t ret = bench_tty_write(port->file, port->data + done, MANY - done);

			done += max_t(ssize_t, ret, 0);
			usleep_range(1000, 1010);
		}
		while (!aml_uart_model_idle(port->block))
			usleep_range(1000, 1010);
		KUNIT_EXPECT_EQ(test, port->model->nr_sent, MANY);
		KUNIT_EXPECT_MEMEQ(test, port->model->sent, port->data, MANY);
		irqs[whose] = bench_irq_count(port->block, 0) - irqs[whose];
		accesses[whose] = port->block->reads + port->block->writes - accesses[whose];
		kunit_info(test, "%s, sent at 2 Mbaud: %lu interrupts a KiB, %lu register accesses\n",
			   drivers[whose], irqs[whose] * 1024 / MANY,
			   accesses[whose] * 1024 / MANY);
	}
	KUNIT_EXPECT_LE(test, irqs[OURS] * 5, irqs[THEIRS] * 3);
	KUNIT_EXPECT_LE(test, accesses[OURS] * 3, accesses[THEIRS] * 2);
}

/* One that is typed, before a burst and behind one. */
static void aml_uart_compare_test_typed(struct kunit *test)
{
	enum whose whose;

	for (whose = THEIRS; whose < BOTH; whose++) {
		struct port *port = port_open(test, whose, 115200, 0);
		unsigned int i;

		for (i = 0; i < 10; i++) {
			aml_uart_model_feed(port->block, "x", 1);
			usleep_range(30000, 30010);
		}
		kunit_info(test, "%s, a typed character is fetched after %llu ns\n",
			   drivers[whose], port->model->longest_ns);
		if (whose == OURS)
			KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
		aml_uart_model_feed(port->block, port->data, 300);
		usleep_range(50000, 50010);
		kunit_info(test, "%s, one of a stream after %llu ns at most\n", drivers[whose],
			   port->model->longest_ns);
		if (whose == OURS)
			KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
		KUNIT_EXPECT_EQ(test, port_read(port), 310);
	}
}

/* A millisecond's worth is 400 characters at 4 Mbaud: more than the FIFO has, but for RTS. */
static void aml_uart_compare_test_late(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, losses(test, OURS, 4000000, CRTSCTS, NSEC_PER_MSEC), 0);
	losses(test, THEIRS, 4000000, CRTSCTS, NSEC_PER_MSEC);
	KUNIT_EXPECT_GT(test, losses(test, OURS, 4000000, 0, NSEC_PER_MSEC), 0);
	losses(test, THEIRS, 4000000, 0, NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, losses(test, OURS, 4000000, 0, 100 * NSEC_PER_USEC), 0);
	losses(test, THEIRS, 4000000, 0, 100 * NSEC_PER_USEC);
}

static struct kunit_case aml_uart_compare_cases[] = {
	KUNIT_CASE(aml_uart_compare_test_receive),
	KUNIT_CASE(aml_uart_compare_test_send),
	KUNIT_CASE(aml_uart_compare_test_typed),
	KUNIT_CASE(aml_uart_compare_test_late),
	{ }
};

static int aml_uart_compare_init(struct kunit *test)
{
	bench_start(test);

	return 0;
}

static struct kunit_suite aml_uart_compare_suite = {
	.name = "aml_uart_compare",
	.init = aml_uart_compare_init,
	.test_cases = aml_uart_compare_cases,
};

kunit_test_suite(aml_uart_compare_suite);

MODULE_SOFTDEP("pre: mainline_meson_uart aml_uart");
MODULE_DESCRIPTION("aml_uart beside mainline's meson_uart");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
