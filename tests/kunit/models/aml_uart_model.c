// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic UART, and of what is at the other end of its line
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Characters take their time, at the rate that is programmed. What is not known of
 * the chip is chosen as the strictest that a driver may have to live with: events
 * are not repeated, errors are sticky and belong to no character, a FIFO is never
 * written when full nor read when empty, reset and clear last as long as their bits.
 */

#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/string.h>

#include <models/aml_uart_model.h>

#define WFIFO			0x00
#define RFIFO			0x04
#define CONTROL			0x08
#define STATUS			0x0c
#define MISC			0x10
#define REG5			0x14

#define CONTROL_TX_EN		BIT(12)
#define CONTROL_RX_EN		BIT(13)
#define CONTROL_TWO_WIRE	BIT(15)
#define CONTROL_STOP_LEN	GENMASK(17, 16)
#define CONTROL_PARITY_EN	BIT(19)
#define CONTROL_DATA_LEN	GENMASK(21, 20)
#define CONTROL_TX_RST		BIT(22)
#define CONTROL_RX_RST		BIT(23)
#define CONTROL_CLEAR_ERR	BIT(24)
#define CONTROL_INV_TX		BIT(26)
#define CONTROL_RX_INT_EN	BIT(27)
#define CONTROL_TX_INT_EN	BIT(28)
#define CONTROL_FORMAT		GENMASK(21, 15)

#define STATUS_TX_WERR		BIT(18)
#define STATUS_RX_FULL		BIT(19)
#define STATUS_RX_EMPTY		BIT(20)
#define STATUS_TX_FULL		BIT(21)
#define STATUS_TX_EMPTY		BIT(22)
#define STATUS_CTS		BIT(23)
#define STATUS_XMIT_BUSY	BIT(25)
#define STATUS_RECV_BUSY	BIT(26)

#define REG5_BAUD		GENMASK(22, 0)
#define REG5_USE		BIT(23)
#define REG5_XTAL		BIT(24)
#define REG5_XTAL_DIV1		BIT(26)
#define REG5_XTAL_DIV2		BIT(27)

static const struct bench_reg aml_uart_regs[] = {
	{ .name = "WFIFO", .offset = WFIFO, .flags = BENCH_REG_WO, .writable = 0xff },
	{ .name = "RFIFO", .offset = RFIFO, .flags = BENCH_REG_RO },
	/* As the boot ROM leaves it: on, 8N1, 115200. */
	{ .name = "CONTROL", .offset = CONTROL, .writable = ~(u32)BIT(14),
	  .reset = CONTROL_TX_EN | CONTROL_RX_EN | CONTROL_TWO_WIRE },
	{ .name = "STATUS", .offset = STATUS, .flags = BENCH_REG_RO },
	{ .name = "MISC", .offset = MISC, .writable = ~0U, .reset = 0x2001 },
	{ .name = "REG5", .offset = REG5, .reset = REG5_USE | REG5_XTAL | REG5_XTAL_DIV2 | 103,
	  .writable = REG5_BAUD | REG5_USE | REG5_XTAL | REG5_XTAL_DIV1 | REG5_XTAL_DIV2 },
};

static struct aml_uart_model *to_model(struct bench_block *block)
{
	return bench_priv(block);
}

/* Registers are accessed while timekeeping is suspended, too. */
static ktime_t line_time(void)
{
	return ns_to_ktime(ktime_get_mono_fast_ns());
}

static bool is_vendors(struct bench_block *block)
{
	return of_device_is_compatible(block->np, "amlogic,meson-uart");
}

/**
 * aml_uart_model_rate() - the rate that is programmed
 * @block: the UART
 *
 * Return: bits per second; 0 if there is no clock for it.
 */
unsigned int aml_uart_model_rate(struct bench_block *block)
{
	bool vendors = is_vendors(block);
	u32 reg5 = bench_reg(block, REG5);
	unsigned long base;

	if (!(reg5 & REG5_USE))
		return 0;

	if (!(reg5 & REG5_XTAL))
		base = bench_block_rate(block, vendors ? "clk_gate" : "pclk") / 4;
	else if (reg5 & REG5_XTAL_DIV2)
		base = bench_block_rate(block, vendors ? "clk_uart" : "xtal") / 2;
	else if (reg5 & REG5_XTAL_DIV1)
		base = bench_block_rate(block, vendors ? "clk_uart" : "xtal");
	else
		base = bench_block_rate(block, vendors ? "clk_uart" : "xtal") / 3;

	return base / ((reg5 & REG5_BAUD) + 1);
}
EXPORT_SYMBOL_GPL(aml_uart_model_rate);

static unsigned int data_bits(u32 control)
{
	return 8 - ((control & CONTROL_DATA_LEN) >> 20);
}

/**
 * aml_uart_model_char_ns() - how long a character takes
 * @block: the UART
 *
 * Return: nanoseconds.
 */
u64 aml_uart_model_char_ns(struct bench_block *block)
{
	return to_model(block)->char_ns;
}
EXPORT_SYMBOL_GPL(aml_uart_model_char_ns);

static void update_char(struct aml_uart_model *uart)
{
	u32 control = bench_reg(uart->block, CONTROL);
	unsigned int bits = 2 + data_bits(control) + !!(control & CONTROL_PARITY_EN) +
			    ((control & CONTROL_STOP_LEN) >> 16);

	uart->char_ns = div_u64((u64)bits * NSEC_PER_SEC, aml_uart_model_rate(uart->block) ?: 1);
}

static unsigned int rx_mark(struct bench_block *block)
{
	return max(bench_reg(block, MISC) & 0xff, 1U);
}

static unsigned int tx_mark(struct bench_block *block)
{
	return (bench_reg(block, MISC) >> 8) & 0xff;
}

static void update_line(struct aml_uart_model *uart, bool rx_event, bool tx_event)
{
	u32 control = bench_reg(uart->block, CONTROL);

	if (uart->irq == AML_UART_MODEL_EVENTS) {
		if ((rx_event && control & CONTROL_RX_INT_EN) ||
		    (tx_event && control & CONTROL_TX_INT_EN)) {
			bench_block_irq(uart->block, 0, true);
			bench_block_irq(uart->block, 0, false);
		}
		return;
	}

	bench_block_irq(uart->block, 0,
			(control & CONTROL_RX_INT_EN && uart->nr_rx >= rx_mark(uart->block)) ||
			(control & CONTROL_TX_INT_EN && uart->nr_tx < tx_mark(uart->block)));
}

static void update_rts(struct aml_uart_model *uart)
{
	u32 control = bench_reg(uart->block, CONTROL);

	uart->rts = control & CONTROL_TWO_WIRE ||
		    (control & CONTROL_RX_EN && uart->nr_rx < uart->depth);
}

static bool may_send(struct aml_uart_model *uart)
{
	u32 control = bench_reg(uart->block, CONTROL);

	return control & CONTROL_TX_EN && !(control & CONTROL_TX_RST) && !uart->frozen &&
	       (control & CONTROL_TWO_WIRE || uart->cts);
}

/* The line is free: begins to send the next character, if there is one. */
static void transmit(struct aml_uart_model *uart, ktime_t now)
{
	bool crossed;

	if (uart->tx_busy || !uart->nr_tx || !may_send(uart))
		return;

	uart->tx_char = uart->tx[0];
	uart->nr_tx--;
	memmove(uart->tx, uart->tx + 1, uart->nr_tx);
	uart->tx_busy = true;
	uart->tx_spoilt = bench_reg(uart->block, CONTROL) & CONTROL_INV_TX;
	crossed = uart->nr_tx + 1 == tx_mark(uart->block);
	uart->tx_due = ktime_add_ns(now, uart->char_ns);
	hrtimer_start(&uart->tx_timer, uart->tx_due, HRTIMER_MODE_ABS_HARD);
	update_line(uart, false, crossed);
}

static void tx_done(struct aml_uart_model *uart)
{
	uart->tx_busy = false;
	uart->spoilt += uart->tx_spoilt;
	if (uart->nr_sent < AML_UART_MODEL_WIRE)
		uart->sent[uart->nr_sent++] = uart->tx_char;
	transmit(uart, uart->tx_due);
}

static void receive(struct aml_uart_model *uart, u32 fed)
{
	struct bench_block *block = uart->block;
	u32 control = bench_reg(block, CONTROL);

	if (!(control & CONTROL_RX_EN) || control & CONTROL_RX_RST) {
		uart->lost++;
		return;
	}

	if (!(control & CONTROL_CLEAR_ERR))
		uart->errors |= fed & (AML_UART_MODEL_FRAME |
				       (control & CONTROL_PARITY_EN ? AML_UART_MODEL_PARITY : 0));
	if (uart->nr_rx == uart->depth) {
		uart->lost++;
		uart->errors |= AML_UART_MODEL_OVERFLOW;
		return;
	}

	uart->rx[uart->nr_rx] = fed & GENMASK(data_bits(control) - 1, 0);
	uart->rx_since[uart->nr_rx] = uart->rx_due;
	uart->nr_rx++;
	update_rts(uart);
	update_line(uart, uart->nr_rx == rx_mark(block), false);
}

/* The other end begins its next character, if it has one and is let. */
static void feed(struct aml_uart_model *uart, ktime_t now)
{
	if (uart->rx_busy || uart->next_fed == uart->nr_fed || (uart->obeys_rts && !uart->rts))
		return;

	uart->rx_busy = true;
	uart->rx_due = ktime_add_ns(now, uart->char_ns);
	hrtimer_start(&uart->rx_timer, uart->rx_due, HRTIMER_MODE_ABS_HARD);
}

static void rx_done(struct aml_uart_model *uart)
{
	uart->rx_busy = false;
	if (uart->next_fed < uart->nr_fed)
		receive(uart, uart->fed[uart->next_fed++]);
	feed(uart, uart->rx_due);
}

/* Timers do not run while interrupts are off, but the line does. */
static void catch_up(struct aml_uart_model *uart)
{
	ktime_t now = line_time();

	if (uart->frozen && uart->thaw && !ktime_before(now, uart->thaw)) {
		uart->frozen = false;
		transmit(uart, now);
	}

	for (;;) {
		bool tx = uart->tx_busy && !ktime_after(uart->tx_due, now);
		bool rx = uart->rx_busy && !ktime_after(uart->rx_due, now);

		if (tx && (!rx || ktime_before(uart->tx_due, uart->rx_due)))
			tx_done(uart);
		else if (rx)
			rx_done(uart);
		else
			break;
	}
}

static void on_timer(struct aml_uart_model *uart)
{
	unsigned long flags;

	bench_lock(uart->block, flags);
	catch_up(uart);
	bench_unlock(uart->block, flags);
}

static enum hrtimer_restart on_tx_timer(struct hrtimer *timer)
{
	on_timer(container_of(timer, struct aml_uart_model, tx_timer));

	return HRTIMER_NORESTART;
}

static enum hrtimer_restart on_rx_timer(struct hrtimer *timer)
{
	on_timer(container_of(timer, struct aml_uart_model, rx_timer));

	return HRTIMER_NORESTART;
}

static u32 pop(struct aml_uart_model *uart)
{
	u64 ns;
	u8 c;

	if (uart->babbles)
		return 0x55;
	if (!uart->nr_rx) {
		bench_violation(uart->block, BENCH_MODEL, "RFIFO read while empty");
		return ~0U;
	}

	c = uart->rx[0];
	ns = ktime_to_ns(ktime_sub(line_time(), uart->rx_since[0]));
	uart->longest_ns = max(uart->longest_ns, ns);
	uart->nr_rx--;
	memmove(uart->rx, uart->rx + 1, uart->nr_rx);
	memmove(uart->rx_since, uart->rx_since + 1, uart->nr_rx * sizeof(uart->rx_since[0]));
	update_rts(uart);
	update_line(uart, false, false);
	feed(uart, line_time());

	return c;
}

static u32 status(struct aml_uart_model *uart)
{
	unsigned int nr_rx = uart->babbles ? uart->depth : uart->nr_rx;
	u32 value = uart->errors | (nr_rx & 0x7f) | (uart->nr_tx & 0x7f) << 8;

	if (nr_rx == uart->depth)
		value |= STATUS_RX_FULL;
	if (!nr_rx)
		value |= STATUS_RX_EMPTY;
	if (uart->nr_tx == uart->depth)
		value |= STATUS_TX_FULL;
	if (!uart->nr_tx)
		value |= STATUS_TX_EMPTY;
	if (!uart->cts)
		value |= STATUS_CTS;
	if (uart->tx_busy)
		value |= STATUS_XMIT_BUSY;
	if (uart->rx_busy)
		value |= STATUS_RECV_BUSY;

	return value;
}

static u32 aml_uart_read(struct bench_block *block, u32 offset, u32 stored)
{
	catch_up(to_model(block));

	switch (offset) {
	case RFIFO:
		return pop(to_model(block));
	case STATUS:
		return status(to_model(block));
	default:
		return stored;
	}
}

static void write_control(struct aml_uart_model *uart, u32 value, u32 old)
{
	if ((value ^ old) & (CONTROL_FORMAT | CONTROL_INV_TX))
		uart->tx_spoilt = true;
	if (value & CONTROL_TX_RST) {
		uart->nr_tx = 0;
		uart->tx_busy = false;
	}
	if (value & CONTROL_RX_RST)
		uart->nr_rx = 0;
	if (value & CONTROL_CLEAR_ERR)
		uart->errors &= uart->stuck;
	if (value & ~old & CONTROL_INV_TX) {
		uart->breaks++;
		uart->break_start = line_time();
	}
	if (old & ~value & CONTROL_INV_TX)
		uart->break_ns = ktime_to_ns(ktime_sub(line_time(), uart->break_start));
	update_char(uart);
	transmit(uart, line_time());
	update_rts(uart);
	update_line(uart, false, false);
	feed(uart, line_time());
}

static void aml_uart_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	struct aml_uart_model *uart = to_model(block);

	catch_up(uart);

	switch (offset) {
	case WFIFO:
		if (uart->nr_tx == uart->depth) {
			uart->errors |= STATUS_TX_WERR;
			bench_violation(block, BENCH_MODEL, "WFIFO written while full");
			break;
		}
		uart->tx[uart->nr_tx++] = value & GENMASK(data_bits(bench_reg(block, CONTROL)) - 1,
							  0);
		transmit(uart, line_time());
		update_line(uart, false, false);
		break;
	case CONTROL:
		write_control(uart, value, old);
		break;
	case MISC:
		update_line(uart, false, false);
		break;
	case REG5:
		if (value != old)
			uart->tx_spoilt = true;
		update_char(uart);
		break;
	}
}

static void aml_uart_reset(struct bench_block *block)
{
	struct aml_uart_model *uart = to_model(block);

	uart->nr_tx = 0;
	uart->nr_rx = 0;
	uart->tx_busy = false;
	uart->errors = 0;
	update_char(uart);
	update_rts(uart);
}

static int aml_uart_init(struct bench_block *block)
{
	struct aml_uart_model *uart = to_model(block);

	uart->block = block;
	uart->cts = true;
	uart->depth = 64;
	of_property_read_u32(block->np, is_vendors(block) ? "fifosize" : "fifo-size",
			     &uart->depth);
	hrtimer_setup(&uart->tx_timer, on_tx_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	hrtimer_setup(&uart->rx_timer, on_rx_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);

	return uart->depth > AML_UART_MODEL_FIFO ? -EINVAL : 0;
}

/**
 * aml_uart_model_forget() - make everything as at the start, but for the registers
 * @block: the UART
 */
void aml_uart_model_forget(struct bench_block *block)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;

	bench_lock(block, flags);
	aml_uart_reset(block);
	uart->irq = AML_UART_MODEL_EVENTS;
	uart->cts = true;
	uart->obeys_rts = false;
	uart->babbles = false;
	uart->frozen = false;
	uart->thaw = 0;
	uart->stuck = 0;
	uart->nr_sent = 0;
	uart->spoilt = 0;
	uart->lost = 0;
	uart->breaks = 0;
	uart->break_ns = 0;
	uart->longest_ns = 0;
	uart->nr_fed = 0;
	uart->next_fed = 0;
	bench_block_irq(block, 0, false);
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_forget);

static void feed_one(struct aml_uart_model *uart, u32 fed)
{
	if (!WARN_ON(uart->nr_fed == AML_UART_MODEL_WIRE))
		uart->fed[uart->nr_fed++] = fed;
}

/**
 * aml_uart_model_feed() - have the other end send something
 * @block: the UART
 * @data: what
 * @count: how much
 */
void aml_uart_model_feed(struct bench_block *block, const void *data, unsigned int count)
{
	struct aml_uart_model *uart = to_model(block);
	const u8 *bytes = data;
	unsigned long flags;
	unsigned int i;

	bench_lock(block, flags);
	for (i = 0; i < count; i++)
		feed_one(uart, bytes[i]);
	feed(uart, line_time());
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_feed);

/**
 * aml_uart_model_feed_bad() - have the other end send a character that arrives with errors
 * @block: the UART
 * @c: the character
 * @errors: AML_UART_MODEL_PARITY, AML_UART_MODEL_FRAME
 */
void aml_uart_model_feed_bad(struct bench_block *block, u8 c, u32 errors)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;

	bench_lock(block, flags);
	feed_one(uart, c | errors);
	feed(uart, line_time());
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_feed_bad);

/**
 * aml_uart_model_idle() - is nothing on the line, in either direction?
 * @block: the UART
 *
 * Return: true if so.
 */
bool aml_uart_model_idle(struct bench_block *block)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;
	bool idle;

	bench_lock(block, flags);
	idle = !uart->tx_busy && !uart->nr_tx && !uart->rx_busy && uart->next_fed == uart->nr_fed;
	bench_unlock(block, flags);

	return idle;
}
EXPORT_SYMBOL_GPL(aml_uart_model_idle);

/**
 * aml_uart_model_set_cts() - let the UART send, or not
 * @block: the UART
 * @cts: whether
 */
void aml_uart_model_set_cts(struct bench_block *block, bool cts)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;

	bench_lock(block, flags);
	uart->cts = cts;
	transmit(uart, line_time());
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_set_cts);

/**
 * aml_uart_model_set_frozen() - stop the transmitter, or let it go on
 * @block: the UART
 * @frozen: whether
 */
void aml_uart_model_set_frozen(struct bench_block *block, bool frozen)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;

	bench_lock(block, flags);
	uart->frozen = frozen;
	uart->thaw = 0;
	transmit(uart, line_time());
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_set_frozen);

/**
 * aml_uart_model_freeze() - stop the transmitter for a while, also for who waits without interrupts
 * @block: the UART
 * @ns: for how long; it goes on at the next access after that
 */
void aml_uart_model_freeze(struct bench_block *block, u64 ns)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;

	bench_lock(block, flags);
	uart->frozen = true;
	uart->thaw = ktime_add_ns(line_time(), ns);
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_freeze);

/**
 * aml_uart_model_set_irq() - choose how the UART interrupts
 * @block: the UART
 * @irq: how
 */
void aml_uart_model_set_irq(struct bench_block *block, enum aml_uart_model_irq irq)
{
	struct aml_uart_model *uart = to_model(block);
	unsigned long flags;

	bench_lock(block, flags);
	bench_block_irq(block, 0, false);
	uart->irq = irq;
	update_line(uart, false, false);
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(aml_uart_model_set_irq);

static const struct bench_model aml_uart_model = {
	.name = "aml_uart",
	.compatibles = (const char *const []){
		"amlogic,meson-uart", "amlogic,meson-s4-uart", "amlogic,meson-g12a-uart",
		"amlogic,meson-gx-uart", "outboard,meson-s4-uart", "outboard,meson-g12a-uart",
		"outboard,meson-gx-uart", NULL
	},
	.clocks = (const char *const []){ "pclk", "clk_gate", NULL },
	.regs = aml_uart_regs,
	.nr_regs = ARRAY_SIZE(aml_uart_regs),
	.priv_size = sizeof(struct aml_uart_model),
	.init = aml_uart_init,
	.reset = aml_uart_reset,
	.read = aml_uart_read,
	.write = aml_uart_write,
};
module_bench_model(aml_uart_model);

MODULE_DESCRIPTION("Model of the Amlogic UART");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
