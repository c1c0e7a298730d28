// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of aml_uart
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What user space sees of a port is seen here through its tty; what the other end
 * of the line sees, in the model.
 */

#include <linux/console.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_wakeup.h>
#include <linux/sched.h>
#include <linux/serial.h>
#include <linux/serial_core.h>
#include <linux/syscore_ops.h>
#include <linux/sysrq.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/wait.h>

#include <bench/bench.h>
#include <bench/tty.h>
#include <models/aml_uart_model.h>

#define NODE_A		"/soc/serial@fe078000"
#define NODE_B		"/soc/serial@fe07a000"
#define NODE_C		"/soc/serial@fe07c000"
#define NODE_D		"/soc/serial@fe07e000"
#define NODE_E		"/soc/serial@fe080000"
#define NODE_F		"/soc/serial@fe082000"

#define CONTROL		0x08
#define STATUS		0x0c
#define MISC		0x10
#define REG5		0x14

#define CONTROL_TX_EN		BIT(12)
#define CONTROL_RX_EN		BIT(13)
#define CONTROL_TWO_WIRE	BIT(15)
#define CONTROL_INV_TX		BIT(26)
#define CONTROL_RX_INT_EN	BIT(27)
#define CONTROL_TX_INT_EN	BIT(28)
#define CONTROL_FORMAT		GENMASK(21, 15)

#define XTAL_DIV2	(BIT(23) | BIT(24) | BIT(27))
#define XTAL_DIV1	(BIT(23) | BIT(24) | BIT(26))
#define XTAL_DIV3	(BIT(23) | BIT(24))
#define PCLK_DIV4	BIT(23)

/* The console's rate, of the tree's bootargs: what is logged is sent by waiting for it. */
#define CONSOLE_BAUD	4000000
#define CONSOLE_REG5	(XTAL_DIV2 | 2)
#define CONSOLE_OPTIONS	"4000000n8"

#define MANY		4096
#define SOME		1500
#define LINES		24

struct port {
	struct device *dev;
	struct bench_block *block;
	struct aml_uart_model *model;
	struct file *file;
	struct tty_struct *tty;
};

static void wait_ms(unsigned int ms)
{
	usleep_range(ms * USEC_PER_MSEC, ms * USEC_PER_MSEC + 10);
}

static void port_close(struct port *port)
{
	if (!port->file)
		return;

	bench_tty_close(port->file);
	port->file = NULL;
	port->tty = NULL;
}

static int port_open(struct port *port, const char *name)
{
	struct file *file = bench_tty_open(name);

	if (IS_ERR(file))
		return PTR_ERR(file);

	port->file = file;
	port->tty = bench_tty(file);

	return 0;
}

static void port_done(void *context)
{
	port_close(context);
}

static struct port *port_get(struct kunit *test, const char *node)
{
	struct port *port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, port);
	port->dev = bench_device(test, node);
	port->block = bench_block(test, node, 0);
	port->model = bench_priv(port->block);
	if (!port->dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	aml_uart_model_forget(port->block);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, port_done, port), 0);

	return port;
}

static struct port *port_at(struct kunit *test, const char *node, const char *name,
			    unsigned int baud)
{
	struct port *port = port_get(test, node);

	KUNIT_ASSERT_EQ(test, port_open(port, name), 0);
	bench_tty_set(port->file, baud, CS8, 0);

	return port;
}

/* Reads until nothing came for 20 ms, or there is no room. */
static size_t port_read_all(struct port *port, u8 *data, size_t room)
{
	unsigned int quiet = 0;
	size_t got = 0;

	while (got < room && quiet < 20) {
		ssize_t ret = bench_tty_read(port->file, data + got, room - got);

		if (ret > 0) {
			got += ret;
			quiet = 0;
			continue;
		}
		usleep_range(1000, 1010);
		quiet += aml_uart_model_idle(port->block);
	}

	return got;
}

static void port_wait_sent(struct port *port)
{
	tty_wait_until_sent(port->tty, 10 * HZ);
}

static u8 *pattern(struct kunit *test, size_t count)
{
	u8 *data = kunit_kmalloc(test, count, GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	for (i = 0; i < count; i++)
		data[i] = i * 7 + i / 251 + 1;

	return data;
}

static void *buffer(struct kunit *test, size_t count)
{
	void *data = kunit_kzalloc(test, count, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);

	return data;
}

static struct uart_port *port_core(struct port *port)
{
	struct uart_state *state = port->tty->driver_data;

	return state->uart_port;
}

/* All that is logged would be sent: the console is off, but for its own suite. */
static int aml_uart_test_init(struct kunit *test)
{
	bench_start(test);
	bench_unbind(bench_device(test, NODE_B));

	return 0;
}

static int aml_uart_console_test_init(struct kunit *test)
{
	struct device *dev = bench_device(test, NODE_B);

	bench_start(test);

	return dev->driver ? 0 : bench_bind(dev);
}

/* How a port is wired, and how its interrupt behaves: what is sent and received is the same. */
struct wiring {
	const char *what;
	const char *node;
	const char *name;
	enum aml_uart_model_irq irq;
	unsigned int fifo;
};

static const struct wiring wirings[] = {
	{ "events on an edge", NODE_A, "/dev/ttyAML1", AML_UART_MODEL_EVENTS, 64 },
	{ "level on an edge", NODE_A, "/dev/ttyAML1", AML_UART_MODEL_LEVEL, 64 },
	{ "level on a level", NODE_C, "/dev/ttyAML12", AML_UART_MODEL_LEVEL, 64 },
	{ "vendor's", NODE_D, "/dev/ttyAML2", AML_UART_MODEL_EVENTS, 64 },
	{ "FIFO of 128", NODE_E, "/dev/ttyAML13", AML_UART_MODEL_EVENTS, 128 },
	{ "FIFO of 128, level", NODE_E, "/dev/ttyAML13", AML_UART_MODEL_LEVEL, 128 },
};

static void wiring_name(const struct wiring *wiring, char *name)
{
	strscpy(name, wiring->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wiring, wirings, wiring_name);

static struct port *port_wired(struct kunit *test, unsigned int baud)
{
	const struct wiring *wiring = test->param_value;
	struct port *port = port_at(test, wiring->node, wiring->name, baud);

	aml_uart_model_set_irq(port->block, wiring->irq);

	return port;
}

/* Interrupts that the driver said were not its own. */
static unsigned int port_unhandled(struct port *port)
{
	return irq_data_to_desc(irq_get_irq_data(port_core(port)->irq))->irqs_unhandled;
}

static void aml_uart_test_sends(struct kunit *test)
{
	struct port *port = port_wired(test, 115200);
	unsigned int before = bench_tty_icount(test, port->file).tx;
	u8 *data = pattern(test, 200);

	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "hello", 5), 5);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 5);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "hello", 5);
	KUNIT_EXPECT_EQ(test, bench_tty_icount(test, port->file).tx - before, 5);
	/* Nothing is left to be sent: no interrupt for it. */
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_TX_INT_EN, 0);

	/* More than the FIFO holds, in one go: nothing but interrupts fetches the rest. */
	bench_tty_set(port->file, 2000000, CS8, 0);
	port->model->nr_sent = 0;
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 200), 200);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 200);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 200);
}

static void aml_uart_test_sends_much(struct kunit *test)
{
	const struct wiring *wiring = test->param_value;
	struct port *port = port_wired(test, 2000000);
	unsigned long irqs = bench_irq_count(port->block, 0);
	u8 *data = pattern(test, MANY);
	unsigned long accesses;
	size_t done = 0;

	accesses = port->block->reads + port->block->writes;
	while (done < MANY) {
		ssize_t ret = bench_tty_write(port->file, data + done, MANY - done);

		KUNIT_ASSERT_GE(test, ret, 0);
		done += ret;
		if (!ret)
			usleep_range(100, 110);
	}
	port_wait_sent(port);
	accesses = port->block->reads + port->block->writes - accesses;
	irqs = bench_irq_count(port->block, 0) - irqs;
	kunit_info(test, "%lu interrupts, %lu accesses for %u characters\n", irqs, accesses, MANY);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, MANY);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, MANY);
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);
	KUNIT_EXPECT_LE(test, port_unhandled(port), irqs / 8);
	/* One for three quarters of a FIFO, and some at the ends. */
	KUNIT_EXPECT_LE(test, irqs, MANY / (wiring->fifo * 3 / 4) + 8);
	/* Two readings of STATUS to each, besides the characters; and waiting. */
	KUNIT_EXPECT_LE(test, accesses, MANY * 9 / 8);
}

/* Fill the FIFO to its last place. The interrupt is enabled only for what does not fit. */
static void aml_uart_test_fills_fifo(struct kunit *test)
{
	const struct wiring *wiring = test->param_value;
	struct port *port = port_wired(test, 115200);
	unsigned int part = wiring->fifo / 2 - 2;
	u8 *data = pattern(test, 200);

	aml_uart_model_set_frozen(port->block, true);
	bench_tty_write(port->file, data, part);
	KUNIT_EXPECT_EQ(test, port->model->nr_tx, part);
	bench_tty_write(port->file, data + part, part);
	KUNIT_EXPECT_EQ(test, port->model->nr_tx, 2 * part);
	bench_tty_write(port->file, data + 2 * part, 4);
	KUNIT_EXPECT_EQ(test, port->model->nr_tx, wiring->fifo);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_TX_INT_EN, 0);
	bench_tty_write(port->file, data + wiring->fifo, 10);
	KUNIT_EXPECT_EQ(test, port->model->nr_tx, wiring->fifo);
	KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_TX_INT_EN, 0);
	aml_uart_model_set_frozen(port->block, false);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, wiring->fifo + 10);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, wiring->fifo + 10);
}

/* A writer that sleeps on a full buffer is woken when less than WAKEUP_CHARS are left. */
static void aml_uart_test_wakes_writer(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 2 * MANY);
	DEFINE_WAIT(wait);
	long left;

	aml_uart_model_set_frozen(port->block, true);
	KUNIT_EXPECT_LT(test, bench_tty_write(port->file, data, 2 * MANY), 2 * MANY);
	prepare_to_wait(&port->tty->write_wait, &wait, TASK_INTERRUPTIBLE);
	aml_uart_model_set_frozen(port->block, false);
	left = schedule_timeout(2 * HZ);
	finish_wait(&port->tty->write_wait, &wait);
	KUNIT_EXPECT_GT(test, left, 0);
	KUNIT_EXPECT_GT(test, tty_chars_in_buffer(port->tty), 0);
	KUNIT_EXPECT_LT(test, tty_chars_in_buffer(port->tty), WAKEUP_CHARS);
}

static void aml_uart_test_receives(struct kunit *test)
{
	struct port *port = port_wired(test, 115200);
	unsigned int before = bench_tty_icount(test, port->file).rx;
	u8 data[8] = {};

	aml_uart_model_feed(port->block, "world", 5);
	KUNIT_EXPECT_EQ(test, port_read_all(port, data, sizeof(data)), 5);
	KUNIT_EXPECT_STREQ(test, (char *)data, "world");
	KUNIT_EXPECT_EQ(test, bench_tty_icount(test, port->file).rx - before, 5);
}

static void aml_uart_test_receives_much(struct kunit *test)
{
	const struct wiring *wiring = test->param_value;
	struct port *port = port_wired(test, 2000000);
	unsigned long irqs = bench_irq_count(port->block, 0);
	u8 *data = pattern(test, MANY), *got = buffer(test, MANY + 1);
	unsigned long accesses = port->block->reads + port->block->writes;

	aml_uart_model_feed(port->block, data, MANY);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, MANY + 1), MANY);
	KUNIT_EXPECT_MEMEQ(test, got, data, MANY);
	irqs = bench_irq_count(port->block, 0) - irqs;
	accesses = port->block->reads + port->block->writes - accesses;
	kunit_info(test, "%lu interrupts, %lu accesses, longest in FIFO %llu us\n", irqs, accesses,
		   div_u64(port->model->longest_ns, NSEC_PER_USEC));
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);
	/* The timer of a burst may have fetched the characters already. */
	KUNIT_EXPECT_LE(test, port_unhandled(port), irqs / 8);
	/* An eighth of one for each character; really one for a quarter of the FIFO. */
	KUNIT_EXPECT_LE(test, irqs, MANY / 8);
	KUNIT_EXPECT_LE(test, irqs, MANY / (wiring->fifo / 4) + 4);
	KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
	KUNIT_EXPECT_LE(test, accesses, MANY * 5 / 4);
	/* The line is quiet again, and so is the watermark low. */
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
}

static void aml_uart_test_both_ways(struct kunit *test)
{
	struct port *port = port_wired(test, 921600);
	u8 *data = pattern(test, SOME), *got = buffer(test, SOME);
	size_t done = 0, have = 0;
	unsigned int i;

	aml_uart_model_feed(port->block, data, SOME);
	for (i = 0; i < 1000 && (done < SOME || have < SOME); i++) {
		ssize_t ret = bench_tty_write(port->file, data + done, SOME - done);

		done += max_t(ssize_t, ret, 0);
		ret = bench_tty_read(port->file, got + have, SOME - have);
		have += max_t(ssize_t, ret, 0);
		usleep_range(1000, 1010);
	}
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, have, SOME);
	KUNIT_EXPECT_MEMEQ(test, got, data, SOME);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, SOME);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, SOME);
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);
	KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
}

/* At each rate: nothing is lost, and nothing waits for longer than a millisecond. */
static const unsigned int stream_bauds[] = {
	300, 9600, 38400, 115200, 230400, 460800, 921600, 1000000, 1500000, 3000000, 4000000,
};

static void baud_name(const unsigned int *baud, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u", *baud);
}

KUNIT_ARRAY_PARAM(stream_baud, stream_bauds, baud_name);

static void aml_uart_test_stream(struct kunit *test)
{
	unsigned int baud = *(const unsigned int *)test->param_value;
	unsigned int count = min(baud / 30, 1500U);
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", baud);
	unsigned long irqs = bench_irq_count(port->block, 0);
	u8 *data = pattern(test, count), *got = buffer(test, count + 1);

	aml_uart_model_feed(port->block, data, count);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, count + 1), count);
	KUNIT_EXPECT_MEMEQ(test, got, data, count);
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);
	KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
	kunit_info(test, "%lu interrupts for %u characters, longest in FIFO %llu us\n",
		   bench_irq_count(port->block, 0) - irqs, count,
		   div_u64(port->model->longest_ns, NSEC_PER_USEC));
}

/* A typed character has its interrupt at once, before a burst, after, and in pairs. */
static void aml_uart_test_typing(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300), *got = buffer(test, 1000);
	unsigned int i;

	for (i = 0; i < 20; i++) {
		aml_uart_model_feed(port->block, "x", 1);
		wait_ms(50);
	}
	/* Nothing but the time to get there. */
	KUNIT_EXPECT_LE(test, port->model->longest_ns, 20 * NSEC_PER_USEC);

	aml_uart_model_feed(port->block, data, 300);
	wait_ms(50);
	KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
	port->model->longest_ns = 0;
	wait_ms(50);
	aml_uart_model_feed(port->block, "x", 1);
	wait_ms(50);
	KUNIT_EXPECT_LE(test, port->model->longest_ns, 20 * NSEC_PER_USEC);

	aml_uart_model_feed(port->block, "\033[A", 3);
	wait_ms(50);
	KUNIT_EXPECT_LE(test, port->model->longest_ns, NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, 1000), 324);
}

/* A single character begins no burst: the next one interrupts at once. */
static void aml_uart_test_single(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		aml_uart_model_feed(port->block, "x", 1);
		usleep_range(300, 310);
		KUNIT_EXPECT_EQ(test, port->model->nr_rx, 0);
		KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
		wait_ms(5);
	}
	aml_uart_model_feed(port->block, "xy", 2);
	usleep_range(300, 310);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 16);
}

struct burst {
	unsigned int baud;
	tcflag_t cflag;
	unsigned int watermark;
};

/* A character of no more than 200 us, which is a quarter of the timer's period. */
static const struct burst bursts[] = {
	{ 50000, CS8, 16 },
	{ 49000, CS8, 1 },
	{ 50000, CS7 | PARENB, 16 },
	{ 50000, CS7 | CSTOPB, 16 },
	{ 50000, CS8 | PARENB, 1 },
	{ 50000, CS8 | CSTOPB, 1 },
};

static void burst_name(const struct burst *burst, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u, cflag 0x%x", burst->baud, burst->cflag);
}

KUNIT_ARRAY_PARAM(burst, bursts, burst_name);

static void aml_uart_test_burst(struct kunit *test)
{
	const struct burst *burst = test->param_value;
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", burst->baud);
	u8 *data = pattern(test, 20);

	bench_tty_set(port->file, burst->baud, burst->cflag, 0);
	aml_uart_model_feed(port->block, data, 20);
	wait_ms(2);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, burst->watermark);
}

/* The interrupt comes late: what the FIFO holds by then is not lost. */
static void aml_uart_test_late_interrupt(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 2000000);
	u8 *data = pattern(test, MANY), *got = buffer(test, MANY + 1);

	/* 48 characters of 5 us each, after the watermark of 16. */
	bench_irq_latency(200 * NSEC_PER_USEC);
	aml_uart_model_feed(port->block, data, MANY);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, MANY + 1), MANY);
	bench_irq_latency(0);
	KUNIT_EXPECT_MEMEQ(test, got, data, MANY);
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);
}

/* At 4 Mbaud and a latency of a millisecond it is RTS that keeps what the FIFO cannot hold. */
static void aml_uart_test_rts_saves(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 4000000);
	u8 *data = pattern(test, MANY), *got = buffer(test, MANY + 1);

	bench_tty_set(port->file, 4000000, CS8 | CRTSCTS, 0);
	port->model->obeys_rts = true;
	bench_irq_latency(NSEC_PER_MSEC);
	aml_uart_model_feed(port->block, data, MANY);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, MANY + 1), MANY);
	bench_irq_latency(0);
	KUNIT_EXPECT_MEMEQ(test, got, data, MANY);
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);
}

struct rate {
	const char *node;
	const char *name;
	unsigned int baud;
	u32 reg5;
	/* How far off it is. */
	unsigned int permille;
	/* What the tty says it is, if not the rate itself. */
	unsigned int told;
};

static const struct rate rates[] = {
	{ NODE_A, "/dev/ttyAML1", 50, XTAL_DIV2 | 239999 },
	{ NODE_A, "/dev/ttyAML1", 300, XTAL_DIV2 | 39999 },
	{ NODE_A, "/dev/ttyAML1", 9600, XTAL_DIV2 | 1249 },
	{ NODE_A, "/dev/ttyAML1", 38400, XTAL_DIV2 | 312, 2 },
	/* Off by 100, which is just accurate: not XTAL_DIV1 | 478, which is off by 4. */
	{ NODE_A, "/dev/ttyAML1", 50100, XTAL_DIV2 | 239, 2 },
	{ NODE_A, "/dev/ttyAML1", 115200, XTAL_DIV2 | 103, 2 },
	{ NODE_A, "/dev/ttyAML1", 230400, XTAL_DIV2 | 51, 2 },
	{ NODE_A, "/dev/ttyAML1", 460800, XTAL_DIV2 | 25, 2 },
	{ NODE_A, "/dev/ttyAML1", 500000, XTAL_DIV2 | 23 },
	{ NODE_A, "/dev/ttyAML1", 921600, XTAL_DIV2 | 12, 2 },
	{ NODE_A, "/dev/ttyAML1", 1000000, XTAL_DIV2 | 11 },
	{ NODE_A, "/dev/ttyAML1", 1152000, PCLK_DIV4 | 35, 5 },
	{ NODE_A, "/dev/ttyAML1", 1500000, XTAL_DIV2 | 7 },
	{ NODE_A, "/dev/ttyAML1", 1600000, XTAL_DIV1 | 14 },
	{ NODE_A, "/dev/ttyAML1", 2000000, XTAL_DIV2 | 5 },
	{ NODE_A, "/dev/ttyAML1", 2500000, PCLK_DIV4 | 16, 20 },
	{ NODE_A, "/dev/ttyAML1", 3000000, XTAL_DIV2 | 3 },
	{ NODE_A, "/dev/ttyAML1", 3428571, XTAL_DIV1 | 6 },
	{ NODE_A, "/dev/ttyAML1", 3500000, PCLK_DIV4 | 11, 8 },
	{ NODE_A, "/dev/ttyAML1", 4000000, XTAL_DIV2 | 2 },
	{ NODE_C, "/dev/ttyAML12", 9600, XTAL_DIV3 | 832, 1 },
	{ NODE_C, "/dev/ttyAML12", 115200, PCLK_DIV4 | 361, 1 },
	{ NODE_C, "/dev/ttyAML12", 460800, PCLK_DIV4 | 89, 5 },
	{ NODE_C, "/dev/ttyAML12", 921600, PCLK_DIV4 | 44, 5 },
	{ NODE_C, "/dev/ttyAML12", 1500000, PCLK_DIV4 | 27, 8 },
	{ NODE_C, "/dev/ttyAML12", 2000000, XTAL_DIV3 | 3 },
	{ NODE_C, "/dev/ttyAML12", 3000000, PCLK_DIV4 | 13, 8 },
	{ NODE_C, "/dev/ttyAML12", 4000000, XTAL_DIV3 | 1 },
	{ NODE_D, "/dev/ttyAML2", 115200, XTAL_DIV2 | 103, 2 },
	{ NODE_D, "/dev/ttyAML2", 921600, XTAL_DIV2 | 12, 2 },
	{ NODE_D, "/dev/ttyAML2", 3000000, XTAL_DIV2 | 3 },
	{ NODE_D, "/dev/ttyAML2", 3500000, XTAL_DIV2 | 2, 143, 4000000 },
	{ NODE_E, "/dev/ttyAML13", 921600, XTAL_DIV2 | 12, 2 },
	{ NODE_E, "/dev/ttyAML13", 1500000, XTAL_DIV2 | 7 },
	{ NODE_E, "/dev/ttyAML13", 2666666, XTAL_DIV3 | 2 },
};

static void rate_name(const struct rate *rate, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%s: %u", rate->name, rate->baud);
}

KUNIT_ARRAY_PARAM(rate, rates, rate_name);

static void aml_uart_test_rate(struct kunit *test)
{
	const struct rate *rate = test->param_value;
	struct port *port = port_at(test, rate->node, rate->name, rate->baud);
	int off;

	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), rate->reg5);
	off = aml_uart_model_rate(port->block) - rate->baud;
	KUNIT_EXPECT_LE(test, abs(off), rate->baud / 1000 * rate->permille);
	KUNIT_EXPECT_EQ(test, tty_get_baud_rate(port->tty), rate->told ?: rate->baud);
}

/* What is beyond the hardware: the rate before it stays. */
static void aml_uart_test_rate_out_of_range(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);

	bench_tty_set(port->file, 6000000, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 103);
	KUNIT_EXPECT_EQ(test, tty_get_baud_rate(port->tty), 115200);
	bench_tty_set(port->file, 10, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 103);
	/* B0: hang up, which is not for the divider. */
	bench_tty_set(port->file, 0, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 1249);
}

struct format {
	tcflag_t cflag;
	u32 control;
	unsigned int bits;
	/* What the tty says is set, if something is not to be had. */
	tcflag_t gone;
};

static const struct format formats[] = {
	{ CS8, CONTROL_TWO_WIRE, 10 },
	{ CS7, CONTROL_TWO_WIRE | 1 << 20, 9 },
	{ CS6, CONTROL_TWO_WIRE | 2 << 20, 8 },
	{ CS5, CONTROL_TWO_WIRE | 3 << 20, 7 },
	{ CS8 | CSTOPB, CONTROL_TWO_WIRE | 1 << 16, 11 },
	{ CS8 | PARENB, CONTROL_TWO_WIRE | BIT(19), 11 },
	{ CS7 | PARENB | PARODD, CONTROL_TWO_WIRE | 1 << 20 | BIT(19) | BIT(18), 10 },
	{ CS8 | PARENB | CMSPAR, CONTROL_TWO_WIRE | BIT(19), 11, CMSPAR },
	{ CS8 | CRTSCTS, 0, 10 },
};

static void format_name(const struct format *format, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "cflag 0x%x", format->cflag);
}

KUNIT_ARRAY_PARAM(format, formats, format_name);

static void aml_uart_test_format(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 100000);
	tcflag_t mask = CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS;
	u8 got;

	bench_tty_set(port->file, 100000, format->cflag, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_FORMAT, format->control);
	KUNIT_EXPECT_EQ(test, aml_uart_model_char_ns(port->block), format->bits * 10000);
	KUNIT_EXPECT_EQ(test, port->tty->termios.c_cflag & mask,
			format->cflag & ~format->gone);

	bench_tty_write(port->file, "\x15", 1);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->sent[0], 0x15);
	aml_uart_model_feed(port->block, "\x0a", 1);
	KUNIT_EXPECT_EQ(test, port_read_all(port, &got, 1), 1);
	KUNIT_EXPECT_EQ(test, got, 0x0a);
}

/* A port without RTS and CTS does not pretend to have them; the vendor's trees do not say. */
static void aml_uart_test_no_rtscts(struct kunit *test)
{
	struct port *port = port_at(test, NODE_C, "/dev/ttyAML12", 115200);
	struct port *vendor = port_at(test, NODE_D, "/dev/ttyAML2", 115200);

	bench_tty_set(port->file, 115200, CS8 | CRTSCTS, 0);
	KUNIT_EXPECT_EQ(test, port->tty->termios.c_cflag & CRTSCTS, 0);
	KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_TWO_WIRE, 0);
	bench_tty_set(vendor->file, 115200, CS8 | CRTSCTS, 0);
	KUNIT_EXPECT_NE(test, vendor->tty->termios.c_cflag & CRTSCTS, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(vendor->block, CONTROL) & CONTROL_TWO_WIRE, 0);
}

/* Characters that are on the wire when the rate changes are let through first. */
static void aml_uart_test_change_while_sending(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);

	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	bench_tty_set(port->file, 921600, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 12);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 300);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 300);
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);
}

/* CTS is off: nothing moves, and nobody waits for ever. */
static void aml_uart_test_cts_blocks(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);
	ktime_t start;

	bench_tty_set(port->file, 115200, CS8 | CRTSCTS, 0);
	KUNIT_EXPECT_NE(test, port->tty->ops->tiocmget(port->tty) & TIOCM_CTS, 0);
	aml_uart_model_set_cts(port->block, false);
	KUNIT_EXPECT_EQ(test, port->tty->ops->tiocmget(port->tty) & TIOCM_CTS, 0);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	wait_ms(100);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 0);

	start = ktime_get();
	bench_tty_set(port->file, 921600, CS8 | CRTSCTS, 0);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start), 30);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 12);

	aml_uart_model_set_cts(port->block, true);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 300);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 300);
}

/* So does closing, within the core's own limit, and what was left is not sent later. */
static void aml_uart_test_close_while_blocked(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	struct serial_struct settings = {};

	bench_tty_set(port->file, 115200, CS8 | CRTSCTS, 0);
	KUNIT_ASSERT_EQ(test, port->tty->ops->get_serial(port->tty, &settings), 0);
	aml_uart_model_set_cts(port->block, false);
	bench_tty_write(port->file, "never", 5);
	port_close(port);
	aml_uart_model_set_cts(port->block, true);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	bench_tty_set(port->file, 115200, CS8, 0);
	bench_tty_write(port->file, "new", 3);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 3);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "new", 3);
}

/* Nor is an XOFF that was waiting: the other end would stop. */
static void aml_uart_test_close_with_xchar(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 64);

	aml_uart_model_set_frozen(port->block, true);
	bench_tty_write(port->file, data, 64);
	port->tty->ops->send_xchar(port->tty, STOP_CHAR(port->tty));
	port_close(port);
	aml_uart_model_set_frozen(port->block, false);
	wait_ms(20);
	port->model->nr_sent = 0;
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	bench_tty_set(port->file, 115200, CS8, 0);
	bench_tty_write(port->file, "new", 3);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 3);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "new", 3);
}

static void aml_uart_test_flush(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);

	bench_tty_set(port->file, 115200, CS8 | CRTSCTS, 0);
	aml_uart_model_set_cts(port->block, false);
	bench_tty_write(port->file, "dropped", 7);
	tty_driver_flush_buffer(port->tty);
	aml_uart_model_set_cts(port->block, true);
	bench_tty_write(port->file, "kept", 4);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 4);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "kept", 4);
}

/* Nobody reads: the tty throttles, RTS goes off, and nothing is lost. */
static void aml_uart_test_throttle(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 921600);
	u8 *data = pattern(test, 2 * MANY), *got = buffer(test, 2 * MANY + 1);

	bench_tty_set(port->file, 921600, CS8 | CRTSCTS, 0);
	port->model->obeys_rts = true;
	aml_uart_model_feed(port->block, data, 2 * MANY);
	wait_ms(500);
	KUNIT_EXPECT_FALSE(test, port->model->rts);
	KUNIT_EXPECT_FALSE(test, aml_uart_model_idle(port->block));
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_RX_INT_EN, 0);

	KUNIT_EXPECT_EQ(test, port_read_all(port, got, 2 * MANY + 1), 2 * MANY);
	KUNIT_EXPECT_MEMEQ(test, got, data, 2 * MANY);
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);
	KUNIT_EXPECT_TRUE(test, port->model->rts);
}

/* XON and XOFF go out ahead of what waits, even while sending is stopped. */
static void aml_uart_test_xchar(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);

	port->tty->ops->send_xchar(port->tty, STOP_CHAR(port->tty));
	wait_ms(10);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 1);
	KUNIT_EXPECT_EQ(test, port->model->sent[0], STOP_CHAR(port->tty));

	/* With the FIFO full, it is the next that fits. */
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	port->tty->ops->send_xchar(port->tty, START_CHAR(port->tty));
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 302);
	KUNIT_EXPECT_NOT_NULL(test, memchr(port->model->sent + 1, START_CHAR(port->tty), 100));
}

/* Stopped by the tty, as by ^S, and started. */
static void aml_uart_test_stop_start(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 1000);
	unsigned int sent;

	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 1000), 1000);
	wait_ms(20);
	stop_tty(port->tty);
	wait_ms(20);
	sent = port->model->nr_sent;
	KUNIT_EXPECT_LT(test, sent, 1000);
	wait_ms(50);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, sent);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "x", 1), 1);
	start_tty(port->tty);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 1001);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 1000);
}

static void aml_uart_test_sends_break(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);

	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, -1), 0);
	KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_INV_TX, 0);
	wait_ms(250);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, 0), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_INV_TX, 0);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->breaks, 1);
	KUNIT_EXPECT_GE(test, port->model->break_ns, 250 * (u64)NSEC_PER_MSEC);
	/* The break did not come in between the bits of a character. */
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 300);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 300);
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);
}

/* While a break is being sent, an XOFF would be inverted with it: it waits. */
static void aml_uart_test_xchar_in_break(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	unsigned long irqs;

	aml_uart_model_set_irq(port->block, AML_UART_MODEL_LEVEL);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, -1), 0);
	irqs = bench_irq_count(port->block, 0);
	port->tty->ops->send_xchar(port->tty, STOP_CHAR(port->tty));
	wait_ms(20);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 0);
	KUNIT_EXPECT_EQ(test, bench_irq_count(port->block, 0), irqs);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, 0), 0);
	wait_ms(5);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 1);
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);
}

/* An XOFF for which there is no room is not forgotten when the tty is stopped or flushed. */
static void aml_uart_test_xchar_kept(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);

	aml_uart_model_set_frozen(port->block, true);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	port->tty->ops->send_xchar(port->tty, 0xff);
	stop_tty(port->tty);
	aml_uart_model_set_frozen(port->block, false);
	wait_ms(50);
	KUNIT_ASSERT_EQ(test, port->model->nr_sent, 65);
	KUNIT_EXPECT_EQ(test, port->model->sent[64], 0xff);
	start_tty(port->tty);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 301);

	port->model->nr_sent = 0;
	aml_uart_model_set_frozen(port->block, true);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	port->tty->ops->send_xchar(port->tty, 0xff);
	tty_driver_flush_buffer(port->tty);
	aml_uart_model_set_frozen(port->block, false);
	wait_ms(5);
	KUNIT_ASSERT_EQ(test, port->model->nr_sent, 1);
	KUNIT_EXPECT_EQ(test, port->model->sent[0], 0xff);
}

struct error {
	const char *what;
	tcflag_t cflag;
	tcflag_t iflag;
	u8 c;
	u32 errors;
	const char *read;
	unsigned int nr_read;
	unsigned int parity;
	unsigned int frame;
	unsigned int brk;
};

#define PARITY	AML_UART_MODEL_PARITY
#define FRAME	AML_UART_MODEL_FRAME

/* An "a" before and a "b" behind, each fetched by itself; a marked character is "\377\0c". */
static const struct error errors[] = {
	{ "none", PARENB, INPCK | PARMRK, 'x', 0, "axb", 3 },
	{ "parity, unheeded", PARENB, 0, 'x', PARITY, "axb", 3, 1 },
	{ "parity, marked", PARENB, INPCK | PARMRK, 'x', PARITY, "a\377\0xb", 5, 1 },
	{ "parity, a zero", PARENB, INPCK, 'x', PARITY, "a\0b", 3, 1 },
	{ "parity, ignored", PARENB, INPCK | IGNPAR, 'x', PARITY, "ab", 2, 1 },
	{ "frame, unheeded", 0, 0, 'x', FRAME, "axb", 3, 0, 1 },
	{ "frame, marked", 0, INPCK | PARMRK, 'x', FRAME, "a\377\0xb", 5, 0, 1 },
	{ "frame, ignored", 0, INPCK | IGNPAR, 'x', FRAME, "ab", 2, 0, 1 },
	{ "frame and parity", PARENB, INPCK | PARMRK, 'x', FRAME | PARITY, "a\377\0xb", 5, 1, 1 },
	{ "break, a zero", 0, 0, 0, FRAME, "a\0b", 3, 0, 0, 1 },
	{ "break, marked", 0, PARMRK, 0, FRAME, "a\377\0\0b", 5, 0, 0, 1 },
	{ "break, ignored", 0, IGNBRK, 0, FRAME, "ab", 2, 0, 0, 1 },
	{ "break and parity, ignored", PARENB, IGNBRK | IGNPAR, 0, FRAME | PARITY, "ab", 2, 0, 0,
	  1 },
};

static void error_name(const struct error *error, char *name)
{
	strscpy(name, error->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(error, errors, error_name);

static void aml_uart_test_error(struct kunit *test)
{
	const struct error *error = test->param_value;
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	struct serial_icounter_struct before, after;
	u8 got[16] = {};

	bench_tty_set(port->file, 115200, CS8 | error->cflag, error->iflag);
	before = bench_tty_icount(test, port->file);
	aml_uart_model_feed(port->block, "a", 1);
	wait_ms(20);
	aml_uart_model_feed_bad(port->block, error->c, error->errors);
	wait_ms(20);
	aml_uart_model_feed(port->block, "b", 1);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), error->nr_read);
	KUNIT_EXPECT_MEMEQ(test, got, error->read, error->nr_read);

	after = bench_tty_icount(test, port->file);
	KUNIT_EXPECT_EQ(test, after.rx - before.rx, 3);
	KUNIT_EXPECT_EQ(test, after.parity - before.parity, error->parity);
	KUNIT_EXPECT_EQ(test, after.frame - before.frame, error->frame);
	KUNIT_EXPECT_EQ(test, after.brk - before.brk, error->brk);
	KUNIT_EXPECT_EQ(test, after.overrun, before.overrun);
	KUNIT_EXPECT_EQ(test, port->model->errors, 0);
}

/* In the midst of a burst it is one error, and every character is there. */
static void aml_uart_test_error_in_burst(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 921600);
	u8 *data = pattern(test, 1000), *got = buffer(test, 2000);
	struct serial_icounter_struct before, after;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		data[i] |= 1;
	bench_tty_set(port->file, 921600, CS8 | PARENB, 0);
	before = bench_tty_icount(test, port->file);
	aml_uart_model_feed(port->block, data, 500);
	aml_uart_model_feed_bad(port->block, data[500], PARITY);
	aml_uart_model_feed(port->block, data + 501, 249);
	aml_uart_model_feed_bad(port->block, 0, FRAME);
	aml_uart_model_feed(port->block, data + 751, 249);
	data[750] = 0;
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, 2000), 1000);
	KUNIT_EXPECT_MEMEQ(test, got, data, 1000);
	after = bench_tty_icount(test, port->file);
	KUNIT_EXPECT_EQ(test, after.parity - before.parity, 1);
	KUNIT_EXPECT_EQ(test, after.brk - before.brk, 1);
	KUNIT_EXPECT_EQ(test, after.frame, before.frame);
}

static void overrun(struct kunit *test, struct port *port, unsigned int rounds)
{
	u8 *data = pattern(test, 100), *got = buffer(test, 200);
	struct serial_icounter_struct before = bench_tty_icount(test, port->file), after;
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		bool marked = !i || !port->model->stuck;

		bench_irq_latency(50 * NSEC_PER_MSEC);
		aml_uart_model_feed(port->block, data, 100);
		wait_ms(100);
		bench_irq_latency(0);
		/* A raw tty reads the mark as a zero. */
		KUNIT_EXPECT_EQ(test, port_read_all(port, got, 200), 64 + marked);
		KUNIT_EXPECT_MEMEQ(test, got, data, 64);
		if (marked)
			KUNIT_EXPECT_EQ(test, got[64], 0);
		aml_uart_model_feed(port->block, "x", 1);
		KUNIT_EXPECT_EQ(test, port_read_all(port, got, 200), 1);
	}
	after = bench_tty_icount(test, port->file);
	KUNIT_EXPECT_EQ(test, after.overrun - before.overrun, port->model->stuck ? 1 : rounds);
	KUNIT_EXPECT_EQ(test, port->model->lost, rounds * 36);
	KUNIT_EXPECT_EQ(test, after.rx - before.rx, rounds * 65);
}

/* What did not fit into the FIFO is counted, once each time. */
static void aml_uart_test_overrun(struct kunit *test)
{
	overrun(test, port_at(test, NODE_A, "/dev/ttyAML1", 115200), 3);
}

/* If the chip's bit cannot be cleared, it is not counted again and again. */
static void aml_uart_test_overrun_stuck(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);

	port->model->stuck = AML_UART_MODEL_OVERFLOW;
	overrun(test, port, 3);
}

static void aml_uart_test_overrun_128(struct kunit *test)
{
	struct port *port = port_at(test, NODE_E, "/dev/ttyAML13", 115200);
	u8 *data = pattern(test, 200), *got = buffer(test, 300);

	bench_irq_latency(50 * NSEC_PER_MSEC);
	aml_uart_model_feed(port->block, data, 200);
	wait_ms(100);
	bench_irq_latency(0);
	KUNIT_EXPECT_GE(test, port_read_all(port, got, 300), 128);
	KUNIT_EXPECT_MEMEQ(test, got, data, 127);
	KUNIT_EXPECT_EQ(test, port->model->lost, 72);
	KUNIT_EXPECT_EQ(test, bench_tty_icount(test, port->file).overrun, 1);
}

/* An overrun is marked where errors are, and not where they are ignored. */
static void aml_uart_test_overrun_ignored(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 100), *got = buffer(test, 200);

	bench_tty_set(port->file, 115200, CS8, IGNBRK | IGNPAR);
	bench_irq_latency(50 * NSEC_PER_MSEC);
	aml_uart_model_feed(port->block, data, 100);
	wait_ms(100);
	bench_irq_latency(0);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, 200), 64);
}

/*
 * Nobody reads, and the tty's buffer ends: what is lost there is counted as that. On a port
 * whose tty has not had much before, for it keeps its buffers, and has no limit for those.
 */
static void aml_uart_test_buffer_full(struct kunit *test)
{
	struct port *port = port_at(test, NODE_D, "/dev/ttyAML2", 921600);
	struct serial_icounter_struct before = bench_tty_icount(test, port->file), after;
	u8 *data = pattern(test, 3 * MANY), *got = buffer(test, 3 * MANY);
	size_t have;

	KUNIT_ASSERT_EQ(test, tty_buffer_set_limit(port->tty->port, 1024), 0);
	aml_uart_model_feed(port->block, data, 3 * MANY);
	wait_ms(200);
	have = port_read_all(port, got, 3 * MANY);
	after = bench_tty_icount(test, port->file);
	KUNIT_EXPECT_EQ(test, tty_buffer_set_limit(port->tty->port, 65536), 0);
	KUNIT_EXPECT_MEMEQ(test, got, data, MANY - 1);
	KUNIT_EXPECT_EQ(test, after.rx - before.rx, 3 * MANY);
	KUNIT_EXPECT_GT(test, after.buf_overrun - before.buf_overrun, MANY);
	KUNIT_EXPECT_EQ(test, after.buf_overrun - before.buf_overrun + have, 3 * MANY);
	KUNIT_EXPECT_EQ(test, after.overrun, before.overrun);
}

static void aml_uart_test_no_cread(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	struct ktermios termios = port->tty->termios;
	unsigned int before = bench_tty_icount(test, port->file).rx;
	u8 got[8];

	termios.c_cflag &= ~CREAD;
	tty_set_termios(port->tty, &termios);
	aml_uart_model_feed(port->block, "unread", 6);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 0);
	KUNIT_EXPECT_EQ(test, bench_tty_icount(test, port->file).rx - before, 6);
}

/* Open, close: the interrupts and the clock of a closed port are off. */
static void aml_uart_test_open_close(struct kunit *test)
{
	struct port *port = port_get(test, NODE_A);
	unsigned int i;
	u8 got[4];

	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
		bench_tty_set(port->file, 115200, CS8, 0);
		KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 1);
		KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_RX_INT_EN, 0);
		aml_uart_model_feed(port->block, "ab", 2);
		KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 2);
		port_close(port);
		KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
		KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) &
				(CONTROL_RX_INT_EN | CONTROL_TX_INT_EN | CONTROL_RX_EN), 0);
	}
}

/* Opened in the midst of a stream, whenever: what comes next is heard. */
static void aml_uart_test_open_in_stream(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 4000000);
	u8 *data = pattern(test, 100), got[128];
	unsigned int i;

	port_close(port);
	for (i = 0; i < 40; i++) {
		/* As the boot loader may have left it. */
		bench_set_reg(port->block, CONTROL,
			      bench_reg(port->block, CONTROL) | CONTROL_RX_EN);
		aml_uart_model_feed(port->block, data, 100);
		ndelay(i * 100);
		KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
		wait_ms(1);
		bench_tty_set(port->file, 4000000, CS8, 0);
		bench_tty_read(port->file, got, sizeof(got));
		aml_uart_model_feed(port->block, "x", 1);
		wait_ms(1);
		KUNIT_EXPECT_EQ(test, bench_tty_read(port->file, got, sizeof(got)), 1);
		port_close(port);
		aml_uart_model_forget(port->block);
	}
}

/* Closed in the midst of a stream: the timer and the interrupt are over. */
static void aml_uart_test_close_in_burst(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 2000000);
	u8 *data = pattern(test, MANY);

	aml_uart_model_feed(port->block, data, MANY);
	wait_ms(5);
	port_close(port);
	wait_ms(50);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	bench_tty_set(port->file, 2000000, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
}

/* The rate changes in the midst of a stream, to one at which bursts are not worthwhile. */
static void aml_uart_test_slower_in_burst(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 2000000);
	u8 *data = pattern(test, MANY), *got = buffer(test, MANY + 1);

	aml_uart_model_feed(port->block, data, 500);
	usleep_range(1000, 1010);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 16);
	bench_tty_set(port->file, 9600, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, MANY + 1), 500);
	KUNIT_EXPECT_MEMEQ(test, got, data, 500);
}

static void aml_uart_test_names(struct kunit *test)
{
	static const char * const names[][2] = {
		{ NODE_A, "ttyAML1" }, { NODE_B, "ttyAML0" }, { NODE_C, "ttyAML12" },
		{ NODE_D, "ttyAML2" }, { NODE_E, "ttyAML13" },
	};
	char name[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct port *port = port_get(test, names[i][0]);

		snprintf(name, sizeof(name), "/dev/%s", names[i][1]);
		KUNIT_ASSERT_EQ(test, port_open(port, name), 0);
		KUNIT_EXPECT_STREQ(test, port->tty->name, names[i][1]);
		KUNIT_EXPECT_PTR_EQ(test, port_core(port)->dev, port->dev);
		port_close(port);
	}
}

/* Without an alias. */
static void aml_uart_test_lines(struct kunit *test)
{
	struct port *c = port_get(test, NODE_C), *e = port_get(test, NODE_E);

	/* The lowest that is free, from 12 on. */
	bench_unbind(c->dev);
	bench_unbind(e->dev);
	KUNIT_ASSERT_EQ(test, bench_bind(e->dev), 0);
	KUNIT_ASSERT_EQ(test, port_open(e, "/dev/ttyAML12"), 0);
	port_close(e);
	bench_unbind(e->dev);
	KUNIT_ASSERT_EQ(test, bench_bind(c->dev), 0);
	KUNIT_ASSERT_EQ(test, bench_bind(e->dev), 0);
}

static void not_overridden(void *context)
{
	struct device *dev = context;

	bench_unbind(dev);
	device_set_driver_override(dev, "");
}

/* A node of the mainline driver's, given to this one until the test ends. */
static struct device *override(struct kunit *test, const char *node)
{
	struct device *dev = bench_device(test, node);

	KUNIT_ASSERT_EQ(test, device_set_driver_override(dev, "aml_uart"), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, not_overridden, dev), 0);

	return dev;
}

/* Aliases that cannot be had. */
static void aml_uart_test_bad_alias(struct kunit *test)
{
	port_get(test, NODE_C);
	port_get(test, NODE_E);
	KUNIT_EXPECT_EQ(test, bench_bind(override(test, "/soc/serial@fe100000")), -EBUSY);
	KUNIT_EXPECT_EQ(test, bench_bind(override(test, "/soc/serial@fe101000")), -EINVAL);
}

static void aml_uart_test_no_line_left(struct kunit *test)
{
	struct device *last = override(test, NODE_F);
	char node[] = "/soc/serial@fe11?000";
	struct port port = {};
	char name[16];
	unsigned int i;

	port_get(test, NODE_C);
	port_get(test, NODE_E);
	for (i = 14; i < LINES; i++) {
		node[16] = '0' + i - 14;
		KUNIT_ASSERT_EQ(test, bench_bind(override(test, node)), 0);
		snprintf(name, sizeof(name), "/dev/ttyAML%u", i);
		KUNIT_ASSERT_EQ(test, port_open(&port, name), 0);
		port_close(&port);
	}
	KUNIT_EXPECT_EQ(test, bench_bind(last), -ENOSPC);
	bench_unbind(bench_device(test, "/soc/serial@fe113000"));
	KUNIT_EXPECT_EQ(test, bench_bind(last), 0);
	KUNIT_ASSERT_EQ(test, port_open(&port, "/dev/ttyAML17"), 0);
	port_close(&port);
}

static void aml_uart_test_settings(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	struct serial_struct settings = {}, changed;

	KUNIT_EXPECT_EQ(test, port->tty->ops->get_serial(port->tty, &settings), 0);
	KUNIT_EXPECT_EQ(test, settings.type, PORT_MESON);
	KUNIT_EXPECT_EQ(test, settings.line, 1);
	KUNIT_EXPECT_EQ(test, settings.xmit_fifo_size, 64);
	KUNIT_EXPECT_EQ(test, settings.baud_base, 24000000 / 16);
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &settings), 0);

	changed = settings;
	changed.type = PORT_16550A;
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &changed), -EINVAL);
	changed = settings;
	changed.irq++;
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &changed), -EINVAL);
	changed = settings;
	changed.io_type = UPIO_PORT;
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &changed), -EINVAL);
	changed = settings;
	changed.type = PORT_UNKNOWN;
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &changed), 0);
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &settings), 0);
}

/* A depth of the FIFO that it does not have: the serial core would let it through. */
static void aml_uart_test_fifo_size_stays(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 2000000);
	struct serial_struct settings = {};
	u8 *data = pattern(test, 2000);

	KUNIT_ASSERT_EQ(test, port->tty->ops->get_serial(port->tty, &settings), 0);
	settings.xmit_fifo_size = 4096;
	KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &settings), -EINVAL);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 2000), 2000);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 2000);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 2000);
}

/* As if the core had let it through. */
static void aml_uart_test_fifo_size_is_probes(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 2000000);
	u8 *data = pattern(test, 2000), *got = buffer(test, 2001);

	port_core(port)->fifosize = 4096;
	bench_tty_set(port->file, 4000000, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 2000), 2000);
	aml_uart_model_feed(port->block, data, 2000);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, 2001), 2000);
	port_wait_sent(port);
	port_core(port)->fifosize = 64;
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 2000);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 2000);
	KUNIT_EXPECT_MEMEQ(test, got, data, 2000);
}

struct setting {
	const char *name;
	size_t offset;
	size_t size;
	bool fixed;
	/* A value that is as good as the one that is set. */
	bool zero;
};

#define AT(field)	offsetof(struct serial_struct, field)
#define SIZE(field)	sizeof_field(struct serial_struct, field)

static const struct setting setting_fields[] = {
	{ "type", AT(type), SIZE(type), true, true },
	{ "line", AT(line), SIZE(line) },
	{ "port", AT(port), SIZE(port), true },
	{ "irq", AT(irq), SIZE(irq), true },
	{ "flags", AT(flags), SIZE(flags) },
	{ "xmit_fifo_size", AT(xmit_fifo_size), SIZE(xmit_fifo_size), true, true },
	{ "custom_divisor", AT(custom_divisor), SIZE(custom_divisor) },
	{ "baud_base", AT(baud_base), SIZE(baud_base), true },
	{ "close_delay", AT(close_delay), SIZE(close_delay) },
	{ "io_type", AT(io_type), SIZE(io_type), true },
	{ "hub6", AT(hub6), SIZE(hub6), true },
	{ "closing_wait", AT(closing_wait), SIZE(closing_wait) },
	{ "closing_wait2", AT(closing_wait2), SIZE(closing_wait2) },
	{ "iomem_base", AT(iomem_base), SIZE(iomem_base), true },
	{ "iomem_reg_shift", AT(iomem_reg_shift), SIZE(iomem_reg_shift), true },
	{ "port_high", AT(port_high), SIZE(port_high), true },
	{ "iomap_base", AT(iomap_base), SIZE(iomap_base) },
};

static void setting_name(const struct setting *setting, char *name)
{
	strscpy(name, setting->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(setting, setting_fields, setting_name);

/* TIOCSSERIAL, each field at its extremes: what the hardware is cannot be set. */
static void aml_uart_test_setting(struct kunit *test)
{
	static const u64 values[] = {
		0, 1, S8_MAX, U8_MAX, S16_MAX, U16_MAX, S32_MAX, 1ULL << 31, U32_MAX, U64_MAX,
	};
	const struct setting *setting = test->param_value;
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 921600);
	struct serial_struct settings = {}, changed, after;
	unsigned int i;
	u8 got[4];

	KUNIT_ASSERT_EQ(test, port->tty->ops->get_serial(port->tty, &settings), 0);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		int want = setting->fixed ? -EINVAL : 0;

		changed = settings;
		memcpy((u8 *)&changed + setting->offset, &values[i], setting->size);
		if (!memcmp(&changed, &settings, sizeof(settings)) ||
		    (setting->zero && !(values[i] << (64 - 8 * setting->size))))
			want = 0;
		KUNIT_EXPECT_EQ_MSG(test, port->tty->ops->set_serial(port->tty, &changed), want,
				    "0x%llx", values[i]);
		if (want) {
			memset(&after, 0, sizeof(after));
			port->tty->ops->get_serial(port->tty, &after);
			KUNIT_EXPECT_MEMEQ(test, &after, &settings, sizeof(after));
		}
		KUNIT_EXPECT_EQ(test, port->tty->ops->set_serial(port->tty, &settings), 0);

		/* A tty whose port had no type for a while is of use again when it is reopened. */
		port_close(port);
		KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
		bench_tty_set(port->file, 921600, CS8, 0);
		port->model->nr_sent = 0;
		KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "ab", 2), 2);
		port_wait_sent(port);
		KUNIT_EXPECT_EQ(test, port->model->nr_sent, 2);
		aml_uart_model_feed(port->block, "cd", 2);
		KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 2);
		KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 12);
	}
}

/* A clock that fails once is asked again when the port is opened; twice, and there is no port. */
static void aml_uart_test_clock_fails(struct kunit *test)
{
	struct port *port = port_get(test, NODE_A);

	bench_clk_fail(0, -EIO);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	bench_tty_set(port->file, 115200, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "ok", 2), 2);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 2);
	port_close(port);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);

	bench_clk_fail(0, -EIO);
	bench_clk_fail(8, -EIO);
	/* The serial core opens it for root all the same, to be repaired. */
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
	KUNIT_EXPECT_LT(test, bench_tty_write(port->file, "no", 2), 0);
	/* And lets this through: without the clock nothing may be touched. */
	bench_tty_set(port->file, 9600, CS7, 0);
	port->tty->ops->break_ctl(port->tty, -1);
	port->tty->ops->break_ctl(port->tty, 0);
	tty_driver_flush_buffer(port->tty);
	port_close(port);

	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	bench_tty_set(port->file, 115200, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, "ok", 2), 2);
	port_wait_sent(port);
	port_close(port);
}

static irqreturn_t never(int irq, void *data)
{
	return IRQ_NONE;
}

static void aml_uart_test_interrupt_taken(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	unsigned int irq = port_core(port)->irq;

	port_close(port);
	KUNIT_ASSERT_EQ(test, request_irq(irq, never, 0, "another's", port), 0);
	bench_expect_report(test, "genirq: Flags mismatch");
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	KUNIT_EXPECT_LT(test, bench_tty_write(port->file, "no", 2), 0);
	port_close(port);
	free_irq(irq, port);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	port_close(port);
}

static void aml_uart_test_unbind_while_open(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 2000000);
	u8 *data = pattern(test, MANY), c;

	aml_uart_model_feed(port->block, data, MANY);
	bench_tty_write(port->file, data, MANY);
	wait_ms(2);
	bench_unbind(port->dev);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
	KUNIT_EXPECT_LT(test, bench_tty_write(port->file, "x", 1), 0);
	KUNIT_EXPECT_LE(test, bench_tty_read(port->file, &c, 1), 0);
	wait_ms(20);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	/* The file is still that of the port that has gone. */
	KUNIT_EXPECT_LT(test, bench_tty_write(port->file, "x", 1), 0);
	port_close(port);
	aml_uart_model_forget(port->block);

	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
	bench_tty_set(port->file, 115200, CS8, 0);
	bench_tty_write(port->file, "again", 5);
	port_wait_sent(port);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "again", 5);
}

static const char * const needs[] = { "reg", "interrupts", "clocks" };

static void need_name(const char *const *need, char *name)
{
	strscpy(name, *need, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(need, needs, need_name);

static void aml_uart_test_lacks(struct kunit *test)
{
	const char *const *need = test->param_value;
	struct port *port = port_get(test, NODE_C);

	bench_unbind(port->dev);
	bench_without(test, port->dev->of_node, *need);
	KUNIT_EXPECT_LT(test, bench_bind(port->dev), 0);
}

static void aml_uart_test_bad_fifo_size(struct kunit *test)
{
	struct port *port = port_get(test, NODE_E);
	__be32 size = cpu_to_be32(96);

	bench_unbind(port->dev);
	bench_with(test, port->dev->of_node, "fifo-size", &size, sizeof(size));
	KUNIT_EXPECT_EQ(test, bench_bind(port->dev), -EINVAL);
}

/* The gate clock stands for itself only if it is not the crystal by another name. */
static void aml_uart_test_crystal_for_all(struct kunit *test)
{
	struct port *port = port_get(test, NODE_C);

	bench_unbind(port->dev);
	bench_clk_set_rate(2, 24000000);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML12"), 0);
	bench_tty_set(port->file, 921600, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV3 | 8);
	/* 8 MHz / 9 is off by 3.5 %, and that is what is told. */
	KUNIT_EXPECT_EQ(test, tty_get_baud_rate(port->tty), 888889);
	/* A quarter of the crystal's would hit it. */
	bench_tty_set(port->file, 1500000, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV3 | 4);
	port_close(port);
	bench_unbind(port->dev);
	bench_clk_set_rate(2, 166666667);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
}

static void aml_uart_test_probe_failing(struct kunit *test)
{
	struct port *port = port_get(test, NODE_A);

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, port->dev), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(port->dev), 0);
}

static void aml_uart_test_bind_often(struct kunit *test)
{
	struct port *port = port_get(test, NODE_A);

	bench_unbind(port->dev);
	bench_cycle(test, port->dev, 1000);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML1"), 0);
}

/* Not against the kernel's own driver: neither a node of its bindings... */
static void aml_uart_test_not_mainlines(struct kunit *test)
{
	struct device *dev = bench_device(test, NODE_F);

	KUNIT_EXPECT_PTR_EQ(test, dev->driver, NULL);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), -ENODEV);
}

static int mainline_probe(struct platform_device *pdev)
{
	return -EPROBE_DEFER;
}

static const struct of_device_id mainline_match[] = {
	{ .compatible = "amlogic,meson-uart" },
	{ }
};

static struct platform_driver mainline_driver = {
	.probe = mainline_probe,
	.driver = {
		.name = "meson_uart",
		.of_match_table = mainline_match,
	},
};

/* ...nor one of the vendor's, where that knows it and only waits for a clock. */
static void aml_uart_test_not_against_mainline(struct kunit *test)
{
	struct port *port = port_get(test, NODE_D);
	struct device_driver *ours = port->dev->driver;

	bench_unbind(port->dev);
	bench_register(test, &mainline_driver);
	KUNIT_EXPECT_EQ(test, device_driver_attach(ours, port->dev), -ENODEV);
	bench_unregister(test, &mainline_driver);
	KUNIT_EXPECT_EQ(test, device_driver_attach(ours, port->dev), 0);
}

/* But if it is given one, it takes it. */
static void aml_uart_test_override(struct kunit *test)
{
	struct device *dev = bench_device(test, NODE_F);
	struct port *port = buffer(test, sizeof(*port));

	/* The lines before are theirs. */
	port_get(test, NODE_C);
	port_get(test, NODE_E);
	port->dev = dev;
	port->block = bench_block(test, NODE_F, 0);
	port->model = bench_priv(port->block);
	aml_uart_model_forget(port->block);
	KUNIT_EXPECT_EQ(test, bench_bind(override(test, NODE_F)), 0);
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML14"), 0);
	bench_tty_set(port->file, 1600000, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV1 | 14);
	port_close(port);
}

static void aml_uart_test_suspend(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 921600);
	struct port *console = port_get(test, NODE_B);
	u8 got[16] = {};

	KUNIT_EXPECT_EQ(test, bench_reg(console->block, REG5), CONSOLE_REG5);
	bench_tty_write(port->file, "before", 6);
	bench_suspend(test);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(1), 0);
	/* The power goes, and with it what was in the registers. */
	bench_reset_block(port->block);
	bench_reset_block(console->block);
	bench_resume(test);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 12);
	KUNIT_EXPECT_EQ(test, bench_reg(console->block, REG5), CONSOLE_REG5);
	bench_tty_write(port->file, "after", 5);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 11);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "beforeafter", 11);
	aml_uart_model_feed(port->block, "ab", 2);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 2);
}

/* Characters that wait in a suspend are sent after it: the interrupt is enabled again. */
static void aml_uart_test_suspend_sending(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);

	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->suspend(port->dev), 0);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
	KUNIT_EXPECT_TRUE(test, aml_uart_model_idle(port->block));
	KUNIT_EXPECT_LT(test, port->model->nr_sent, 300 - 64);
	bench_reset_block(port->block);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->resume(port->dev), 0);
	/* Do not wait longer: the serial core itself calls start_tx() after half a second. */
	wait_ms(50);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 300);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, data, 300);
}

/* So is an XOFF, ahead of what waits, while the rest of the FIFO is lost. */
static void aml_uart_test_suspend_xchar(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 115200);
	u8 *data = pattern(test, 300);

	aml_uart_model_set_frozen(port->block, true);
	KUNIT_EXPECT_EQ(test, bench_tty_write(port->file, data, 300), 300);
	port->tty->ops->send_xchar(port->tty, 0xff);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->suspend(port->dev), 0);
	bench_reset_block(port->block);
	aml_uart_model_set_frozen(port->block, false);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->resume(port->dev), 0);
	port_wait_sent(port);
	KUNIT_ASSERT_EQ(test, port->model->nr_sent, 1 + 300 - 64);
	KUNIT_EXPECT_EQ(test, port->model->sent[0], 0xff);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent + 1, data + 64, 300 - 64);
}

/* A port that wakes the machine stays on, and its first character interrupts. */
static void aml_uart_test_wakes(struct kunit *test)
{
	struct port *port = port_at(test, NODE_E, "/dev/ttyAML13", 921600);
	u8 *data = pattern(test, 500), *got = buffer(test, 1005);
	unsigned long irqs;
	unsigned int irq;

	/* It is the only one that has them in this tree without saying so. */
	port_core(port)->flags |= UPF_HARD_FLOW;
	KUNIT_EXPECT_TRUE(test, device_may_wakeup(port->dev));
	aml_uart_model_feed(port->block, data, 500);
	usleep_range(2000, 2010);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 32);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->suspend(port->dev), 0);
	KUNIT_EXPECT_TRUE(test, irqd_is_wakeup_set(irq_get_irq_data(port_core(port)->irq)));
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
	/* No timer is to be counted on for what was below the watermark of the burst. */
	KUNIT_EXPECT_EQ(test, port->model->nr_rx, 0);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(4), 1);
	wait_ms(20);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
	irqs = bench_irq_count(port->block, 0);
	aml_uart_model_feed(port->block, "w", 1);
	wait_ms(5);
	KUNIT_EXPECT_EQ(test, bench_irq_count(port->block, 0), irqs + 1);
	aml_uart_model_feed(port->block, "ake", 3);
	usleep_range(200, 210);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
	/* It may have cost the registers, and what was to be sent. */
	port->model->cts = false;
	bench_tty_set(port->file, 921600, CS8 | CRTSCTS, 0);
	bench_tty_write(port->file, data, 100);
	port->model->cts = true;
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, -1), 0);
	bench_reset_block(port->block);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->resume(port->dev), 0);
	KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_INV_TX, 0);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, 0), 0);
	KUNIT_EXPECT_FALSE(test, irqd_is_wakeup_set(irq_get_irq_data(port_core(port)->irq)));
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 12);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_FORMAT, 0);
	bench_tty_write(port->file, "z", 1);
	port_wait_sent(port);
	KUNIT_EXPECT_EQ(test, port->model->sent[port->model->nr_sent - 1], 'z');
	aml_uart_model_feed(port->block, data, 500);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, 1005), 1004);
	KUNIT_EXPECT_EQ(test, port->model->lost, 0);

	/* A closed port does not wake the machine. */
	irq = port_core(port)->irq;
	port_close(port);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->suspend(port->dev), 0);
	KUNIT_EXPECT_FALSE(test, irqd_is_wakeup_set(irq_get_irq_data(irq)));
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(4), 0);
	KUNIT_EXPECT_EQ(test, port->dev->driver->pm->resume(port->dev), 0);
}

/* kgdb: no lock, no interrupt, no wait without an end. */
static void aml_uart_test_polling(struct kunit *test)
{
	struct port *other = port_at(test, NODE_C, "/dev/ttyAML12", 115200);
	struct tty_driver *driver = other->tty->driver;
	struct port *port = port_get(test, NODE_A);
	ktime_t start;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, driver->ops->poll_init(driver, 1, "115200n8"), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 103);
	KUNIT_EXPECT_EQ(test, driver->ops->poll_get_char(driver, 1), NO_POLL_CHAR);
	aml_uart_model_feed(port->block, "?", 1);
	wait_ms(1);
	KUNIT_EXPECT_EQ(test, driver->ops->poll_get_char(driver, 1), '?');
	KUNIT_EXPECT_EQ(test, driver->ops->poll_get_char(driver, 1), NO_POLL_CHAR);

	for (i = 0; i < 200; i++)
		driver->ops->poll_put_char(driver, 1, 'a' + i % 26);
	wait_ms(50);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 200);
	KUNIT_EXPECT_EQ(test, port->model->sent[199], 'a' + 199 % 26);

	aml_uart_model_set_frozen(port->block, true);
	start = ktime_get();
	for (i = 0; i < 70; i++)
		driver->ops->poll_put_char(driver, 1, 'x');
	/* 64 fit. */
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start), 6 * 15);
	aml_uart_model_forget(port->block);

	bench_unbind(port->dev);
	bench_clk_fail(0, 0);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	bench_clk_fail(0, -EIO);
	bench_clk_fail(8, -EIO);
	KUNIT_EXPECT_LT(test, driver->ops->poll_init(driver, 1, NULL), 0);
}

static struct console *console_of(struct kunit *test, struct port *port)
{
	struct console *console, *found = NULL;

	console_list_lock();
	for_each_console(console) {
		if (!strcmp(console->name, "ttyAML"))
			found = console;
	}
	console_list_unlock();
	KUNIT_ASSERT_NOT_NULL_MSG(test, found, "console=ttyAML0 is not on the command line");

	return found;
}

static bool sent_contains(struct port *port, const char *text)
{
	port->model->sent[min(port->model->nr_sent, AML_UART_MODEL_WIRE - 1U)] = 0;

	return strstr((char *)port->model->sent, text);
}

static void aml_uart_test_console(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);

	KUNIT_EXPECT_EQ(test, console->index, 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), CONSOLE_REG5);
	pr_info("aml_uart_test: on the wire\n");
	wait_ms(50);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "aml_uart_test: on the wire\r\n"));

	port->model->nr_sent = 0;
	console->write(console, "a\n\nb", 4);
	wait_ms(5);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 6);
	KUNIT_EXPECT_MEMEQ(test, port->model->sent, "a\r\n\r\nb", 6);
}

/* A transmitter that does not move holds up one message, not each. */
static void aml_uart_test_console_blocked(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);
	u8 *data = pattern(test, 200);
	ktime_t start;
	unsigned int i;

	aml_uart_model_set_frozen(port->block, true);
	start = ktime_get();
	for (i = 0; i < 100; i++)
		console->write(console, (char *)data, 200);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 10);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start), 15);

	/* And when it moves again, everything comes. */
	aml_uart_model_set_frozen(port->block, false);
	wait_ms(5);
	port->model->nr_sent = 0;
	console->write(console, (char *)data, 200);
	wait_ms(5);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 200 + (bool)memchr(data, '\n', 200));
}

/* While timekeeping is suspended the wait for a blocked transmitter ends all the same. */
static void aml_uart_test_console_without_time(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);
	u8 *data = pattern(test, 200);
	unsigned long flags, reads;
	int ret;

	aml_uart_model_set_frozen(port->block, true);
	local_irq_save(flags);
	ret = syscore_suspend();
	reads = port->block->reads;
	if (!ret) {
		console->write(console, (char *)data, 200);
		syscore_resume();
	}
	reads = port->block->reads - reads;
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_GE(test, reads, 10000);
	KUNIT_EXPECT_LE(test, reads, 15000);
	aml_uart_model_set_frozen(port->block, false);
}

/* In an oops the port's lock may never be free again. */
static void aml_uart_test_console_oops(struct kunit *test)
{
	struct port *port = port_at(test, NODE_B, "/dev/ttyAML0", CONSOLE_BAUD);
	struct console *console = console_of(test, port);
	unsigned long flags;

	/* Its own words, for with one processor that cannot be. */
	bench_expect_report(test, "BUG: spinlock trylock failure on UP");
	port->model->nr_sent = 0;
	spin_lock_irqsave(&port_core(port)->lock, flags);
	oops_in_progress++;
	console->write(console, "oops", 4);
	oops_in_progress--;
	spin_unlock_irqrestore(&port_core(port)->lock, flags);
	wait_ms(5);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "oops"));

	/* A break that is being sent would invert it. */
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, -1), 0);
	KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_INV_TX, 0);
	port->model->nr_sent = 0;
	spin_lock_irqsave(&port_core(port)->lock, flags);
	oops_in_progress++;
	console->write(console, "broken", 6);
	oops_in_progress--;
	spin_unlock_irqrestore(&port_core(port)->lock, flags);
	wait_ms(5);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "broken"));
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);

	/* Or it is. */
	oops_in_progress++;
	console->write(console, "again", 5);
	oops_in_progress--;
	wait_ms(5);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "again"));
}

/* While a break is being sent the console's words would be inverted. */
static void aml_uart_test_console_ends_break(struct kunit *test)
{
	struct port *port = port_at(test, NODE_B, "/dev/ttyAML0", CONSOLE_BAUD);
	struct console *console = console_of(test, port);

	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, -1), 0);
	KUNIT_EXPECT_NE(test, bench_reg(port->block, CONTROL) & CONTROL_INV_TX, 0);
	port->model->nr_sent = 0;
	console->write(console, "heard", 5);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_INV_TX, 0);
	wait_ms(5);
	KUNIT_EXPECT_EQ(test, port->model->nr_sent, 5);
	KUNIT_EXPECT_EQ(test, port->model->spoilt, 0);
	KUNIT_EXPECT_EQ(test, port->tty->ops->break_ctl(port->tty, 0), 0);
}

/* The console's tty and the console share the FIFO; opening and flushing spares its words. */
static void aml_uart_test_console_shared(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);
	static const char words[] = "kernel, and more than is sent until the port is open";

	/* A console's port is started once, by the first who opens it. */
	bench_unbind(port->dev);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	wait_ms(5);
	port->model->nr_sent = 0;
	console->write(console, words, strlen(words));
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML0"), 0);
	console->write(console, "again", 5);
	tty_driver_flush_buffer(port->tty);
	wait_ms(5);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, words));
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "again"));
	bench_tty_set(port->file, CONSOLE_BAUD, CS8, 0);
	bench_tty_write(port->file, "tty", 3);
	port_wait_sent(port);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "tty"));
	port_close(port);
	/* The console goes on. */
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(1), 1);
	console->write(console, "after", 5);
	wait_ms(5);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "after"));
}

/* It goes with its port and comes back with it; others are not taken for it. */
static void aml_uart_test_console_unbind(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B), *other = port_get(test, NODE_A);
	struct console *console = console_of(test, port);

	bench_unbind(port->dev);
	KUNIT_EXPECT_FALSE(test, console_is_registered(console));
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(1), 0);
	bench_unbind(other->dev);
	KUNIT_EXPECT_EQ(test, bench_bind(other->dev), 0);
	KUNIT_EXPECT_FALSE(test, console_is_registered(console));
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 0);
	KUNIT_ASSERT_EQ(test, port_open(other, "/dev/ttyAML1"), 0);
	port_close(other);

	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	KUNIT_EXPECT_TRUE(test, console_is_registered(console));
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(1), 1);
}

/* A console= for another driver's line, or another name, is not this console. */
static void aml_uart_test_console_match(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);
	char name[] = "ttyAML", other[] = "ttyS", options[16] = "115200n8";

	bench_unbind(port->dev);
	KUNIT_EXPECT_EQ(test, console->index, -1);
	KUNIT_EXPECT_EQ(test, console->match(console, other, 0, NULL), -ENODEV);
	KUNIT_EXPECT_EQ(test, console->index, -1);
	/* No port is there: nothing the kernel may take for it, either. */
	KUNIT_EXPECT_EQ(test, console->match(console, name, 0, NULL), -ENODEV);
	KUNIT_EXPECT_GE(test, console->index, LINES);
	KUNIT_EXPECT_EQ(test, console->match(console, name, LINES, options), -ENODEV);
	console->index = -1;

	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	KUNIT_EXPECT_EQ(test, console->index, 0);
	KUNIT_EXPECT_EQ(test, console->match(console, name, 0, options), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 103);
	strscpy(options, CONSOLE_OPTIONS, sizeof(options));
	KUNIT_EXPECT_EQ(test, console->match(console, name, 0, options), 0);
}

/* Without options it takes over what the boot loader has set. */
static void aml_uart_test_console_setup(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);
	char options[16] = "115200o7";

	bench_set_reg(port->block, REG5, XTAL_DIV2 | 7);
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 7);
	KUNIT_EXPECT_EQ(test, console->setup(console, options), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 103);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_FORMAT,
			CONTROL_TWO_WIRE | 1 << 20 | BIT(19) | BIT(18));
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_FORMAT,
			CONTROL_TWO_WIRE | 1 << 20 | BIT(19) | BIT(18));
	bench_set_reg(port->block, CONTROL, bench_reg(port->block, CONTROL) & ~BIT(18));
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & (BIT(18) | BIT(19)), BIT(19));

	/* Nothing sensible: the usual. */
	bench_set_reg(port->block, REG5, 0);
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 103);

	/* Lines that there are not. */
	console->index = -1;
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), -EINVAL);
	console->index = 24;
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), -EINVAL);
	console->index = 9;
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), -ENODEV);
	/* A port that is off. */
	console->index = 12;
	KUNIT_EXPECT_EQ(test, console->setup(console, NULL), -ENODEV);
	console->index = 0;

	strscpy(options, CONSOLE_OPTIONS, sizeof(options));
	KUNIT_EXPECT_EQ(test, console->setup(console, options), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), CONSOLE_REG5);
}

static void set_tty_wakeup(struct kunit *test, const char *name, const char *state)
{
	char path[64];
	struct file *file;

	snprintf(path, sizeof(path), "/sys/class/tty/%s/power/wakeup", name);
	file = filp_open(path, O_WRONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_EXPECT_EQ(test, bench_tty_write(file, state, strlen(state)), strlen(state));
	filp_close(file, NULL);
}

/* A port that the serial core leaves as it is, as its tty wakes the machine. */
static void aml_uart_test_suspend_tty_wakes(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 921600);
	struct port *closed = port_at(test, NODE_D, "/dev/ttyAML2", 115200);
	u8 *data = pattern(test, 300);
	u8 got[16] = {};

	port_close(closed);
	set_tty_wakeup(test, "ttyAML1", "enabled");
	set_tty_wakeup(test, "ttyAML2", "enabled");
	bench_tty_set(port->file, 921600, CS7 | PARENB, 0);
	aml_uart_model_set_frozen(port->block, true);
	bench_tty_write(port->file, data, 300);
	bench_suspend(test);
	KUNIT_EXPECT_TRUE(test, irqd_is_wakeup_set(irq_get_irq_data(port_core(port)->irq)));
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(0), 1);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(3), 0);
	bench_reset_block(port->block);
	bench_reset_block(closed->block);
	aml_uart_model_set_frozen(port->block, false);
	bench_resume(test);
	set_tty_wakeup(test, "ttyAML1", "disabled");
	set_tty_wakeup(test, "ttyAML2", "disabled");
	KUNIT_EXPECT_FALSE(test, irqd_is_wakeup_set(irq_get_irq_data(port_core(port)->irq)));
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 12);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, CONTROL) & CONTROL_FORMAT,
			CONTROL_TWO_WIRE | 1 << 20 | BIT(19));
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, MISC) & 0xff, 1);
	/* What was in the FIFO is lost with it, the rest is not. */
	port_wait_sent(port);
	KUNIT_ASSERT_EQ(test, port->model->nr_sent, 300 - 64);
	KUNIT_EXPECT_EQ(test, port->model->sent[port->model->nr_sent - 1], data[299] & 0x7f);
	aml_uart_model_feed(port->block, "ab", 2);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 2);
	KUNIT_EXPECT_MEMEQ(test, got, "ab", 2);
}

/* With kgdb on a port that was never set up, the boot loader's settings are to stay. */
static void aml_uart_test_suspend_polled(struct kunit *test)
{
	struct port *other = port_at(test, NODE_C, "/dev/ttyAML12", 115200);
	struct tty_driver *driver = other->tty->driver;
	struct port *port = port_get(test, NODE_A);

	bench_unbind(port->dev);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	bench_set_reg(port->block, REG5, XTAL_DIV2 | 7);
	KUNIT_ASSERT_EQ(test, driver->ops->poll_init(driver, 1, NULL), 0);
	set_tty_wakeup(test, "ttyAML1", "enabled");
	bench_suspend(test);
	bench_resume(test);
	set_tty_wakeup(test, "ttyAML1", "disabled");
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), XTAL_DIV2 | 7);
	bench_unbind(port->dev);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
}

static void console_suspends(void *context)
{
	console_suspend_enabled = true;
}

/* no_console_suspend: the serial core leaves the console's port as it is. */
static void aml_uart_test_suspend_not_console(struct kunit *test)
{
	struct port *port = port_get(test, NODE_B);
	struct console *console = console_of(test, port);
	u8 got[16] = {};

	KUNIT_ASSERT_EQ(test, kunit_add_action(test, console_suspends, NULL), 0);
	console_suspend_enabled = false;
	/* Its tty has not been opened since it is there... */
	bench_unbind(port->dev);
	KUNIT_ASSERT_EQ(test, bench_bind(port->dev), 0);
	bench_suspend(test);
	KUNIT_EXPECT_EQ(test, bench_clk_enabled(1), 1);
	bench_reset_block(port->block);
	bench_resume(test);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), CONSOLE_REG5);
	wait_ms(50);
	port->model->nr_sent = 0;
	console->write(console, "closed", 6);
	wait_ms(5);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "closed"));

	/* ...or is open. */
	KUNIT_ASSERT_EQ(test, port_open(port, "/dev/ttyAML0"), 0);
	bench_tty_set(port->file, CONSOLE_BAUD, CS8, 0);
	bench_suspend(test);
	bench_reset_block(port->block);
	bench_resume(test);
	KUNIT_EXPECT_EQ(test, bench_reg(port->block, REG5), CONSOLE_REG5);
	wait_ms(50);
	port->model->nr_sent = 0;
	bench_tty_write(port->file, "open", 4);
	port_wait_sent(port);
	KUNIT_EXPECT_TRUE(test, sent_contains(port, "open"));
	aml_uart_model_feed(port->block, "ab", 2);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 2);
}

static int sysrqs;

static void sysrq_count(BENCH_SYSRQ_KEY key)
{
	sysrqs++;
}

static const struct sysrq_key_op sysrq_op = {
	.handler = sysrq_count,
	.help_msg = "count(y)",
	.action_msg = "Count",
};

static void aml_uart_test_sysrq(struct kunit *test)
{
	struct port *port = port_at(test, NODE_B, "/dev/ttyAML0", CONSOLE_BAUD);
	struct port *other = port_at(test, NODE_A, "/dev/ttyAML1", 921600);
	u8 got[16] = {};

	console_of(test, port);
	sysrqs = 0;
	KUNIT_ASSERT_EQ(test, register_sysrq_key('y', &sysrq_op), 0);
	/* Typed by hand... */
	aml_uart_model_feed_bad(port->block, 0, FRAME);
	wait_ms(500);
	aml_uart_model_feed(port->block, "y", 1);
	wait_ms(50);
	KUNIT_EXPECT_EQ(test, sysrqs, 1);
	/* ...or by a program, at once, with more behind it. */
	aml_uart_model_feed_bad(port->block, 0, FRAME);
	aml_uart_model_feed(port->block, "yabc", 4);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 3);
	KUNIT_EXPECT_MEMEQ(test, got, "abc", 3);
	KUNIT_EXPECT_EQ(test, sysrqs, 2);
	/* Five seconds later it is a letter again. */
	aml_uart_model_feed_bad(port->block, 0, FRAME);
	wait_ms(6000);
	aml_uart_model_feed(port->block, "y", 1);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, sizeof(got)), 1);
	KUNIT_EXPECT_EQ(test, sysrqs, 2);
	KUNIT_EXPECT_EQ(test, bench_tty_icount(test, port->file).brk, 3);

	/* On no port but the console's. */
	aml_uart_model_feed_bad(other->block, 0, FRAME);
	aml_uart_model_feed(other->block, "y", 1);
	KUNIT_EXPECT_EQ(test, port_read_all(other, got, sizeof(got)), 2);
	KUNIT_EXPECT_EQ(test, sysrqs, 2);
	KUNIT_EXPECT_EQ(test, unregister_sysrq_key('y', &sysrq_op), 0);
}

/* A FIFO that never empties, as that of a block which does not answer, does not hold the CPU. */
static void aml_uart_test_babbles(struct kunit *test)
{
	struct port *port = port_at(test, NODE_A, "/dev/ttyAML1", 4000000);
	unsigned int before = bench_tty_icount(test, port->file).rx, count;
	u8 *got = buffer(test, MANY);
	ktime_t start = ktime_get();

	aml_uart_model_feed(port->block, "x", 1);
	port->model->babbles = true;
	wait_ms(10);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start), 12);
	count = bench_tty_icount(test, port->file).rx - before;
	port->model->babbles = false;
	/* It is looked after, but no more than sixteen FIFOs in 0.8 ms. */
	KUNIT_EXPECT_GT(test, count, 10 * 64);
	KUNIT_EXPECT_LE(test, count, 14 * 16 * 64);

	wait_ms(5);
	while (port_read_all(port, got, MANY) == MANY)
		;
	aml_uart_model_feed(port->block, "ok", 2);
	KUNIT_EXPECT_EQ(test, port_read_all(port, got, MANY), 2);
}

static struct kunit_case aml_uart_cases[] = {
	KUNIT_CASE(aml_uart_test_names),
	KUNIT_CASE(aml_uart_test_lines),
	KUNIT_CASE(aml_uart_test_bad_alias),
	KUNIT_CASE(aml_uart_test_no_line_left),
	KUNIT_CASE(aml_uart_test_open_close),
	KUNIT_CASE_PARAM(aml_uart_test_sends, wiring_gen_params),
	KUNIT_CASE_PARAM(aml_uart_test_sends_much, wiring_gen_params),
	KUNIT_CASE_PARAM(aml_uart_test_fills_fifo, wiring_gen_params),
	KUNIT_CASE(aml_uart_test_wakes_writer),
	KUNIT_CASE_PARAM(aml_uart_test_receives, wiring_gen_params),
	KUNIT_CASE_PARAM(aml_uart_test_receives_much, wiring_gen_params),
	KUNIT_CASE_PARAM(aml_uart_test_both_ways, wiring_gen_params),
	KUNIT_CASE_PARAM(aml_uart_test_stream, stream_baud_gen_params),
	KUNIT_CASE(aml_uart_test_typing),
	KUNIT_CASE(aml_uart_test_single),
	KUNIT_CASE_PARAM(aml_uart_test_burst, burst_gen_params),
	KUNIT_CASE(aml_uart_test_late_interrupt),
	KUNIT_CASE(aml_uart_test_rts_saves),
	KUNIT_CASE(aml_uart_test_babbles),
	KUNIT_CASE_PARAM(aml_uart_test_rate, rate_gen_params),
	KUNIT_CASE(aml_uart_test_rate_out_of_range),
	KUNIT_CASE_PARAM(aml_uart_test_format, format_gen_params),
	KUNIT_CASE(aml_uart_test_no_rtscts),
	KUNIT_CASE(aml_uart_test_change_while_sending),
	KUNIT_CASE(aml_uart_test_cts_blocks),
	KUNIT_CASE(aml_uart_test_close_while_blocked),
	KUNIT_CASE(aml_uart_test_close_with_xchar),
	KUNIT_CASE(aml_uart_test_flush),
	KUNIT_CASE(aml_uart_test_throttle),
	KUNIT_CASE(aml_uart_test_xchar),
	KUNIT_CASE(aml_uart_test_stop_start),
	KUNIT_CASE(aml_uart_test_sends_break),
	KUNIT_CASE(aml_uart_test_xchar_in_break),
	KUNIT_CASE(aml_uart_test_xchar_kept),
	KUNIT_CASE_PARAM(aml_uart_test_error, error_gen_params),
	KUNIT_CASE(aml_uart_test_error_in_burst),
	KUNIT_CASE(aml_uart_test_overrun),
	KUNIT_CASE(aml_uart_test_overrun_stuck),
	KUNIT_CASE(aml_uart_test_overrun_128),
	KUNIT_CASE(aml_uart_test_overrun_ignored),
	KUNIT_CASE(aml_uart_test_no_cread),
	KUNIT_CASE(aml_uart_test_buffer_full),
	KUNIT_CASE(aml_uart_test_open_in_stream),
	KUNIT_CASE(aml_uart_test_close_in_burst),
	KUNIT_CASE(aml_uart_test_slower_in_burst),
	KUNIT_CASE(aml_uart_test_settings),
	KUNIT_CASE(aml_uart_test_fifo_size_stays),
	KUNIT_CASE(aml_uart_test_fifo_size_is_probes),
	KUNIT_CASE_PARAM(aml_uart_test_setting, setting_gen_params),
	KUNIT_CASE(aml_uart_test_clock_fails),
	KUNIT_CASE(aml_uart_test_interrupt_taken),
	KUNIT_CASE(aml_uart_test_unbind_while_open),
	KUNIT_CASE_PARAM(aml_uart_test_lacks, need_gen_params),
	KUNIT_CASE(aml_uart_test_bad_fifo_size),
	KUNIT_CASE(aml_uart_test_crystal_for_all),
	KUNIT_CASE(aml_uart_test_not_mainlines),
	KUNIT_CASE(aml_uart_test_not_against_mainline),
	KUNIT_CASE(aml_uart_test_override),
	KUNIT_CASE(aml_uart_test_suspend_sending),
	KUNIT_CASE(aml_uart_test_suspend_xchar),
	KUNIT_CASE(aml_uart_test_wakes),
	KUNIT_CASE(aml_uart_test_polling),
	KUNIT_CASE(aml_uart_test_probe_failing),
	KUNIT_CASE(aml_uart_test_bind_often),
	{ }
};

static struct kunit_case aml_uart_console_cases[] = {
	KUNIT_CASE(aml_uart_test_console),
	KUNIT_CASE(aml_uart_test_console_blocked),
	KUNIT_CASE(aml_uart_test_console_without_time),
	KUNIT_CASE(aml_uart_test_console_oops),
	KUNIT_CASE(aml_uart_test_console_ends_break),
	KUNIT_CASE(aml_uart_test_console_shared),
	KUNIT_CASE(aml_uart_test_console_unbind),
	KUNIT_CASE(aml_uart_test_console_match),
	KUNIT_CASE(aml_uart_test_console_setup),
	KUNIT_CASE(aml_uart_test_sysrq),
	KUNIT_CASE(aml_uart_test_suspend),
	KUNIT_CASE(aml_uart_test_suspend_tty_wakes),
	KUNIT_CASE(aml_uart_test_suspend_polled),
	KUNIT_CASE(aml_uart_test_suspend_not_console),
	{ }
};

static struct kunit_suite aml_uart_suite = {
	.name = "aml_uart",
	.init = aml_uart_test_init,
	.test_cases = aml_uart_cases,
};

static struct kunit_suite aml_uart_console_suite = {
	.name = "aml_uart_console",
	.init = aml_uart_console_test_init,
	.test_cases = aml_uart_console_cases,
};

/* The console comes first: as often as its port is bound, all that was logged is sent. */
kunit_test_suites(&aml_uart_console_suite, &aml_uart_suite);

MODULE_SOFTDEP("pre: aml_uart");
MODULE_DESCRIPTION("Suite of aml_uart");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
