// SPDX-License-Identifier: GPL-2.0-only
/*
 * Serial ports of Amlogic's GX, G12 and S4 families, as ttyAML
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The hardware has a FIFO of 64 or 128 characters each way, an interrupt when
 * the receive FIFO reaches its watermark or the transmit FIFO falls below its
 * own, and no receive time-out. The receive watermark is 1 while the line is
 * quiet, so that a single character is delivered at once. When characters follow
 * each other closely the watermark is raised, and a timer reads characters below
 * it until the line is quiet again. This is called a burst below.
 *
 * STATUS has one sticky bit for each kind of error, for the whole FIFO. An error
 * is reported for the newest character read, a break (a zero without stop bit)
 * for the newest zero. This is exact if characters are read one at a time.
 *
 * Locking: port->lock protects the registers and the state in struct aml_uart.
 * kgdb's polling does not take it, and accesses STATUS and the FIFOs only. The
 * console goes without it in an oops if it is not free, and then also ends a
 * break, by a bit of CONTROL. aml_uart_mutex protects aml_uart_ports and the
 * console's index while a port is added or removed.
 */

#include <linux/clk.h>
#include <linux/console.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/pm_wakeup.h>
#include <linux/property.h>
#include <linux/serial.h>
#include <linux/serial_core.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_flip.h>

#define AML_UART_WFIFO			0x00
#define AML_UART_RFIFO			0x04
#define AML_UART_CONTROL		0x08
#define AML_UART_STATUS			0x0c
#define AML_UART_MISC			0x10
#define AML_UART_REG5			0x14

#define AML_UART_CONTROL_TX_EN		BIT(12)
#define AML_UART_CONTROL_RX_EN		BIT(13)
#define AML_UART_CONTROL_TWO_WIRE	BIT(15)
#define AML_UART_CONTROL_STOP_LEN	GENMASK(17, 16)
#define AML_UART_CONTROL_STOP_LEN_2	BIT(16)
#define AML_UART_CONTROL_PARITY_ODD	BIT(18)
#define AML_UART_CONTROL_PARITY_EN	BIT(19)
#define AML_UART_CONTROL_DATA_LEN	GENMASK(21, 20)
#define AML_UART_CONTROL_TX_RST		BIT(22)
#define AML_UART_CONTROL_RX_RST		BIT(23)
#define AML_UART_CONTROL_CLEAR_ERR	BIT(24)
#define AML_UART_CONTROL_INV_TX		BIT(26)
#define AML_UART_CONTROL_RX_INT_EN	BIT(27)
#define AML_UART_CONTROL_TX_INT_EN	BIT(28)
#define AML_UART_CONTROL_FORMAT		(AML_UART_CONTROL_TWO_WIRE | \
					 AML_UART_CONTROL_STOP_LEN | \
					 AML_UART_CONTROL_PARITY_ODD | \
					 AML_UART_CONTROL_PARITY_EN | \
					 AML_UART_CONTROL_DATA_LEN)
/* Other bits keep what the boot loader has set. */
#define AML_UART_CONTROL_MASK		(AML_UART_CONTROL_FORMAT | \
					 AML_UART_CONTROL_TX_EN | \
					 AML_UART_CONTROL_RX_EN | \
					 AML_UART_CONTROL_INV_TX | \
					 AML_UART_CONTROL_RX_INT_EN | \
					 AML_UART_CONTROL_TX_INT_EN)

#define AML_UART_STATUS_RX_COUNT	GENMASK(6, 0)
#define AML_UART_STATUS_TX_COUNT	GENMASK(14, 8)
#define AML_UART_STATUS_PARITY_ERR	BIT(16)
#define AML_UART_STATUS_FRAME_ERR	BIT(17)
#define AML_UART_STATUS_TX_WERR		BIT(18)
#define AML_UART_STATUS_RX_FULL		BIT(19)
#define AML_UART_STATUS_RX_EMPTY	BIT(20)
#define AML_UART_STATUS_TX_FULL		BIT(21)
#define AML_UART_STATUS_TX_EMPTY	BIT(22)
#define AML_UART_STATUS_CTS		BIT(23)
#define AML_UART_STATUS_RX_OVERFLOW	BIT(24)
#define AML_UART_STATUS_XMIT_BUSY	BIT(25)
#define AML_UART_STATUS_RX_ERR		(AML_UART_STATUS_PARITY_ERR | \
					 AML_UART_STATUS_FRAME_ERR | \
					 AML_UART_STATUS_RX_OVERFLOW)

/* Software flags in read_status_mask and ignore_status_mask, not in STATUS. */
#define AML_UART_BREAK			BIT(30)
#define AML_UART_DISCARD		BIT(31)

#define AML_UART_MISC_WATERMARKS	GENMASK(15, 0)

#define AML_UART_REG5_BAUD		GENMASK(22, 0)
#define AML_UART_REG5_USE		BIT(23)
#define AML_UART_REG5_XTAL		BIT(24)
#define AML_UART_REG5_XTAL_DIV1		BIT(26)
#define AML_UART_REG5_XTAL_DIV2		BIT(27)
#define AML_UART_REG5_SOURCE		(AML_UART_REG5_XTAL | \
					 AML_UART_REG5_XTAL_DIV1 | \
					 AML_UART_REG5_XTAL_DIV2)

#define AML_UART_FIFO_DEFAULT		64
#define AML_UART_FIFO_MAX		128
/* Watermark, as a fraction of the FIFO depth. */
#define AML_UART_WATERMARK_DIV			4
/* Transmit interrupt latency that the watermark allows for. */
#define AML_UART_TX_MARGIN_NS		20000U
#define AML_UART_TX_WATERMARK_MIN		2U

#define AML_UART_MIN_BAUD		50
#define AML_UART_MAX_BAUD		4000000
#define AML_UART_DEFAULT_BAUD		115200
/* Accept a source if the rate is off by no more than 1/500 (0.2 %). */
#define AML_UART_RATE_TOLERANCE		500

/* meson_uart, which shares the device name, uses lines 0 to 11. */
#define AML_UART_FIRST_DYNAMIC_LINE		12
#define AML_UART_LINES			24

/* Period of the timer that reads characters below the watermark. */
#define AML_UART_RX_TIMEOUT_NS		(800 * NSEC_PER_USEC)
/* No bursts at rates where fewer characters arrive in one period. */
#define AML_UART_BURST_MIN_CHARS		4
/* FIFO reads or fills per interrupt; the timer continues after that. */
#define AML_UART_IRQ_MAX_LOOPS			16

/* Time-outs: added to the transmission time, and in total. */
#define AML_UART_WAIT_US		10000
#define AML_UART_WAIT_MAX_US		(1000 * USEC_PER_MSEC)

enum aml_uart_clock {
	AML_UART_CLOCK_XTAL,
	AML_UART_CLOCK_GATE,
	AML_UART_CLOCK_BAUD,
	AML_UART_CLOCKS
};

/**
 * struct aml_uart_source - input of the baud rate divider
 * @clock: parent clock
 * @divider: fixed divider between the two
 * @reg5: bits of REG5 that select it
 */
struct aml_uart_source {
	enum aml_uart_clock clock;
	unsigned int divider;
	u32 reg5;
};

/* In order of preference: use a later one only if the earlier ones are not accurate. */
static const struct aml_uart_source aml_uart_sources[] = {
	{ AML_UART_CLOCK_XTAL, 2, AML_UART_REG5_XTAL | AML_UART_REG5_XTAL_DIV2 },
	{ AML_UART_CLOCK_XTAL, 1, AML_UART_REG5_XTAL | AML_UART_REG5_XTAL_DIV1 },
	{ AML_UART_CLOCK_XTAL, 3, AML_UART_REG5_XTAL },
	{ AML_UART_CLOCK_GATE, 4, 0 },
};

#define AML_UART_SOURCE_XTAL_DIV2	BIT(0)
#define AML_UART_SOURCE_XTAL_DIV1	BIT(1)
#define AML_UART_SOURCE_XTAL_DIV3	BIT(2)
#define AML_UART_SOURCE_GATE_DIV4	BIT(3)

/**
 * struct aml_uart_soc - per-SoC and per-binding data
 * @clocks: names of the clocks, by enum aml_uart_clock; NULL if there is none
 * @fifo_size: name of the FIFO depth property
 * @sources: mask of indices in aml_uart_sources
 * @rtscts: the binding has no uart-has-rtscts; assume RTS and CTS
 */
struct aml_uart_soc {
	const char *clocks[AML_UART_CLOCKS];
	const char *fifo_size;
	unsigned int sources;
	bool rtscts;
};

/**
 * struct aml_uart - a port
 * @port: serial core port
 * @base: registers
 * @clks: clocks
 * @source_hz: rates of aml_uart_sources, 0 if not available
 * @fifo_size: FIFO depth. port.fifosize is writable from user space
 * @char_ns: duration of a character
 * @cflag: c_cflag of the last set_termios(), which alone writes this and the next three
 * @speed: baud rate of the last set_termios()
 * @format: CONTROL bits of the last set_termios()
 * @reg5: REG5 of the last set_termios()
 * @timer: reads characters below a raised watermark, and continues after an interrupt
 *	   that reached AML_UART_IRQ_MAX_LOOPS. Started under the port's lock while
 *	   @running is set
 * @rx_last: time of the last receive interrupt outside a burst
 * @rx_ticked: port.icount.rx at the last run of the timer
 * @watermark: receive watermark during a burst
 * @tx_watermark: transmit watermark
 * @stuck: error bits that CLEAR_ERR did not clear; they are not counted again
 * @buf: bounce buffer between FIFO and tty. Not on the stack, where
 *	 CONFIG_INIT_STACK_ALL would initialize it each time
 * @clocked: clocks are on. Written by probe, startup and pm only, which exclude each other
 * @running: between startup and shutdown
 * @rx_on: receive interrupt is enabled
 * @tx_on: transmit interrupt is enabled
 * @burst: watermark is raised and the timer is running
 * @asleep: suspended; no bursts, so that the first character interrupts
 * @waking: wake-up is enabled for the port's interrupt
 * @tx_held: do not fill the FIFO, it is being drained
 * @sending_break: output is inverted, or will be when the FIFO is empty
 * @console_stuck: the last console write timed out
 */
struct aml_uart {
	struct uart_port port;
	void __iomem *base;
	struct clk_bulk_data clks[AML_UART_CLOCKS];
	unsigned int source_hz[ARRAY_SIZE(aml_uart_sources)];
	unsigned int fifo_size;
	unsigned int char_ns;
	tcflag_t cflag;
	speed_t speed;
	u32 format;
	u32 reg5;
	struct hrtimer timer;
	ktime_t rx_last;
	u32 rx_ticked;
	u32 watermark;
	u32 tx_watermark;
	u32 stuck;
	u8 buf[AML_UART_FIFO_MAX];
	bool clocked;
	bool running;
	bool rx_on;
	bool tx_on;
	bool burst;
	bool asleep;
	bool waking;
	bool tx_held;
	bool sending_break;
	bool console_stuck;
};

static struct uart_driver aml_uart_driver;
static struct aml_uart *aml_uart_ports[AML_UART_LINES];
static DEFINE_MUTEX(aml_uart_mutex);

static struct aml_uart *to_aml_uart(struct uart_port *port)
{
	return container_of(port, struct aml_uart, port);
}

/* Do not access registers without a clock. Such a port appears idle. */
static u32 aml_uart_read(struct aml_uart *uart, unsigned int offset)
{
	if (likely(uart->clocked))
		return readl_relaxed(uart->base + offset);

	return offset == AML_UART_STATUS ? AML_UART_STATUS_RX_EMPTY | AML_UART_STATUS_TX_EMPTY : 0;
}

static void aml_uart_write(struct aml_uart *uart, unsigned int offset, u32 value)
{
	if (likely(uart->clocked))
		writel_relaxed(value, uart->base + offset);
}

static void aml_uart_update(struct aml_uart *uart, unsigned int offset, u32 mask, u32 value)
{
	aml_uart_write(uart, offset, (aml_uart_read(uart, offset) & ~mask) | value);
}

/* Set and clear bits of CONTROL that act while they are set. */
static void aml_uart_pulse(struct aml_uart *uart, u32 bits)
{
	u32 control = aml_uart_read(uart, AML_UART_CONTROL) & ~bits;

	aml_uart_write(uart, AML_UART_CONTROL, control | bits);
	aml_uart_write(uart, AML_UART_CONTROL, control);
}

/* The result never exceeds uart->buf, even if STATUS reads as garbage. */
static unsigned int aml_uart_rx_count(struct aml_uart *uart, u32 status)
{
	unsigned int count = status & AML_UART_STATUS_RX_COUNT;

	static_assert(sizeof(uart->buf) > AML_UART_STATUS_RX_COUNT);

	/* A full FIFO of 128 reads as 0: the field has 7 bits. */
	if (status & AML_UART_STATUS_RX_FULL)
		return count ?: uart->fifo_size;

	return count;
}

static unsigned int aml_uart_tx_room(struct aml_uart *uart, u32 status)
{
	unsigned int count = (status & AML_UART_STATUS_TX_COUNT) >> 8;

	if (status & AML_UART_STATUS_TX_FULL)
		return 0;

	return uart->fifo_size - min(count, uart->fifo_size);
}

static void aml_uart_set_watermark(struct aml_uart *uart, u32 watermark)
{
	aml_uart_update(uart, AML_UART_MISC, AML_UART_MISC_WATERMARKS,
			uart->tx_watermark << 8 | watermark);
}

static void aml_uart_start_timer(struct aml_uart *uart)
{
	hrtimer_start(&uart->timer, ns_to_ktime(AML_UART_RX_TIMEOUT_NS), HRTIMER_MODE_REL);
}

static void aml_uart_set_burst(struct aml_uart *uart, bool burst)
{
	uart->burst = burst;
	aml_uart_set_watermark(uart, burst ? uart->watermark : 1);
	if (burst) {
		uart->rx_ticked = uart->port.icount.rx;
		aml_uart_start_timer(uart);
	}
}

static void aml_uart_set_tx_irq(struct aml_uart *uart, bool on)
{
	if (uart->tx_on == on)
		return;

	uart->tx_on = on;
	aml_uart_update(uart, AML_UART_CONTROL, AML_UART_CONTROL_TX_INT_EN,
			on ? AML_UART_CONTROL_TX_INT_EN : 0);
}

/*
 * The transmit interrupt may be edge-triggered by the FIFO falling below its
 * watermark. Enable it before filling the FIFO, and only if the FIFO will be full.
 */
static void aml_uart_tx(struct aml_uart *uart, u32 status)
{
	struct uart_port *port = &uart->port;
	unsigned int room = aml_uart_tx_room(uart, status);
	unsigned int pending = 0, count, i;

	if (!uart->running)
		return;
	/* start_tx() is called again when this ends. */
	if (uart->sending_break || uart->tx_held) {
		aml_uart_set_tx_irq(uart, false);
		return;
	}

	if (port->x_char && room) {
		writel_relaxed(port->x_char, uart->base + AML_UART_WFIFO);
		port->x_char = 0;
		port->icount.tx++;
		room--;
	}

	if (!uart_tx_stopped(port))
		pending = outboard_uart_fifo_len(port);

	aml_uart_set_tx_irq(uart, pending > room || port->x_char);

	count = uart_fifo_out(port, uart->buf, min(pending, room));
	for (i = 0; i < count; i++)
		writel_relaxed(uart->buf[i], uart->base + AML_UART_WFIFO);

	if (count && pending - count < WAKEUP_CHARS)
		uart_write_wakeup(port);
}

/* Slow path: errors, SysRq, or CREAD is clear. */
static void aml_uart_rx_slow(struct aml_uart *uart, unsigned int count, u32 errors)
{
	struct uart_port *port = &uart->port;
	const u8 *buf = uart->buf;
	unsigned int brk = count, i;

	if (errors & AML_UART_STATUS_FRAME_ERR) {
		for (i = 0; i < count; i++) {
			if (!buf[i])
				brk = i;
		}
		if (brk == count)
			port->icount.frame++;
		else
			errors &= ~(AML_UART_STATUS_FRAME_ERR | AML_UART_STATUS_PARITY_ERR);
	}
	if (errors & AML_UART_STATUS_PARITY_ERR)
		port->icount.parity++;
	if (errors & AML_UART_STATUS_RX_OVERFLOW)
		port->icount.overrun++;

	for (i = 0; i < count; i++) {
		u32 status = i == count - 1 ? errors : 0;
		u8 flag = TTY_NORMAL;

		if (i == brk) {
			port->icount.brk++;
			if (uart_handle_break(port))
				continue;
			status |= AML_UART_BREAK;
		} else if (uart_prepare_sysrq_char(port, buf[i])) {
			continue;
		}

		status = (status & port->read_status_mask) | AML_UART_DISCARD;
		if (status & AML_UART_BREAK)
			flag = TTY_BREAK;
		else if (status & AML_UART_STATUS_PARITY_ERR)
			flag = TTY_PARITY;
		else if (status & AML_UART_STATUS_FRAME_ERR)
			flag = TTY_FRAME;

		uart_insert_char(port, status, AML_UART_STATUS_RX_OVERFLOW, buf[i], flag);
	}
}

/* Return: true if a character or a new error was read. */
static bool aml_uart_rx(struct aml_uart *uart, u32 status)
{
	struct uart_port *port = &uart->port;
	unsigned int count = aml_uart_rx_count(uart, status);
	void __iomem *fifo = uart->base + AML_UART_RFIFO;
	u32 errors = status & AML_UART_STATUS_RX_ERR;
	unsigned int i;

	if (!count && !(errors & ~uart->stuck))
		return false;

	for (i = 0; i < count; i++)
		uart->buf[i] = readl_relaxed(fifo);
	port->icount.rx += count;

	if (unlikely(errors | uart->stuck)) {
		aml_uart_pulse(uart, AML_UART_CONTROL_CLEAR_ERR);
		errors &= ~uart->stuck;
		uart->stuck = aml_uart_read(uart, AML_UART_STATUS) & AML_UART_STATUS_RX_OVERFLOW;
	}

	if (unlikely(errors || port->sysrq || port->ignore_status_mask & AML_UART_DISCARD))
		aml_uart_rx_slow(uart, count, errors);
	else
		port->icount.buf_overrun +=
			count - tty_insert_flip_string(&port->state->port, uart->buf, count);

	return true;
}

/*
 * Receive and send until there is nothing to do: on an edge-triggered line there
 * is no further interrupt until both causes of this one have gone.
 *
 * Return: true if there was anything to do.
 */
static bool aml_uart_serve(struct aml_uart *uart)
{
	struct tty_port *tport = &uart->port.state->port;
	bool received = false, sent = false;
	unsigned int round;
	u32 status;

	for (round = 0; round < AML_UART_IRQ_MAX_LOOPS; round++) {
		bool rx = false, tx = false;

		status = readl_relaxed(uart->base + AML_UART_STATUS);
		if (uart->rx_on)
			rx = aml_uart_rx(uart, status);
		if (uart->tx_on && aml_uart_tx_room(uart, status) >
		    uart->fifo_size - uart->tx_watermark) {
			aml_uart_tx(uart, status);
			tx = true;
		}
		if (!rx && !tx)
			break;
		received |= rx;
		sent |= tx;
	}
	if (round == AML_UART_IRQ_MAX_LOOPS)
		aml_uart_start_timer(uart);
	if (received)
		tty_flip_buffer_push(tport);

	return received || sent;
}

/* Characters received below the old watermark raise no interrupt: read them now. */
static void aml_uart_end_burst(struct aml_uart *uart)
{
	aml_uart_set_burst(uart, false);
	aml_uart_serve(uart);
}

static irqreturn_t aml_uart_irq(int irq, void *data)
{
	struct aml_uart *uart = data;
	struct uart_port *port = &uart->port;
	bool served = false;
	unsigned long flags;
	ktime_t now;
	u32 before;

	uart_port_lock_irqsave(port, &flags);
	before = port->icount.rx;
	if (uart->running) {
		served = aml_uart_serve(uart);
		if (!uart->burst && !uart->asleep && uart->watermark > 1 &&
		    port->icount.rx != before) {
			now = ktime_get();
			if (ktime_to_ns(ktime_sub(now, uart->rx_last)) < AML_UART_RX_TIMEOUT_NS)
				aml_uart_set_burst(uart, true);
			uart->rx_last = now;
		}
	}
	uart_unlock_and_check_sysrq_irqrestore(port, flags);

	return IRQ_RETVAL(served);
}

static enum hrtimer_restart aml_uart_tick(struct hrtimer *timer)
{
	struct aml_uart *uart = container_of(timer, struct aml_uart, timer);
	struct uart_port *port = &uart->port;
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	if (uart->running) {
		aml_uart_serve(uart);
		if (uart->burst && port->icount.rx != uart->rx_ticked) {
			uart->rx_ticked = port->icount.rx;
			aml_uart_start_timer(uart);
		} else if (uart->burst) {
			aml_uart_end_burst(uart);
		}
	}
	uart_unlock_and_check_sysrq_irqrestore(port, flags);

	return HRTIMER_NORESTART;
}

static unsigned int aml_uart_tx_empty(struct uart_port *port)
{
	u32 status = aml_uart_read(to_aml_uart(port), AML_UART_STATUS);

	if (status & AML_UART_STATUS_XMIT_BUSY || !(status & AML_UART_STATUS_TX_EMPTY))
		return 0;

	return TIOCSER_TEMT;
}

/*
 * Wait for the FIFO to drain, with a time-out, as CTS may block it. The caller
 * prevents new characters. May sleep.
 */
static void aml_uart_drain(struct aml_uart *uart)
{
	u64 wait_us = div_u64((u64)uart->char_ns * (uart->fifo_size + 1), NSEC_PER_USEC);
	unsigned int empty;

	wait_us = min_t(u64, wait_us + AML_UART_WAIT_US, AML_UART_WAIT_MAX_US);
	read_poll_timeout(aml_uart_tx_empty, empty, empty, 100, wait_us, false, &uart->port);
}

/* RTS and CTS are handled by hardware. */
static void aml_uart_set_mctrl(struct uart_port *port, unsigned int mctrl)
{
}

static unsigned int aml_uart_get_mctrl(struct uart_port *port)
{
	unsigned int mctrl = TIOCM_CAR | TIOCM_DSR | TIOCM_CTS;

	if (port->flags & UPF_HARD_FLOW &&
	    aml_uart_read(to_aml_uart(port), AML_UART_STATUS) & AML_UART_STATUS_CTS)
		mctrl &= ~TIOCM_CTS;

	return mctrl;
}

/* XON and XOFF are sent even if the tty is stopped. */
static void aml_uart_stop_tx(struct uart_port *port)
{
	if (!port->x_char)
		aml_uart_set_tx_irq(to_aml_uart(port), false);
}

static void aml_uart_start_tx(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);

	aml_uart_tx(uart, aml_uart_read(uart, AML_UART_STATUS));
}

/* The FIFO fills up, and the hardware deasserts RTS. */
static void aml_uart_stop_rx(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);

	uart->rx_on = false;
	aml_uart_update(uart, AML_UART_CONTROL, AML_UART_CONTROL_RX_INT_EN, 0);
}

static void aml_uart_throttle(struct uart_port *port)
{
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	aml_uart_stop_rx(port);
	uart_port_unlock_irqrestore(port, flags);
}

static void aml_uart_unthrottle(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	if (uart->running) {
		uart->rx_on = true;
		aml_uart_update(uart, AML_UART_CONTROL, 0, AML_UART_CONTROL_RX_INT_EN);
		aml_uart_serve(uart);
	}
	uart_unlock_and_check_sysrq_irqrestore(port, flags);
}

/* A break is the inverted output of an idle transmitter. */
static void aml_uart_break_ctl(struct uart_port *port, int state)
{
	struct aml_uart *uart = to_aml_uart(port);
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	uart->sending_break = state;
	if (state) {
		aml_uart_set_tx_irq(uart, false);
	} else {
		aml_uart_update(uart, AML_UART_CONTROL, AML_UART_CONTROL_INV_TX, 0);
		aml_uart_start_tx(port);
	}
	uart_port_unlock_irqrestore(port, flags);
	if (!state)
		return;

	aml_uart_drain(uart);
	uart_port_lock_irqsave(port, &flags);
	/* The console may have ended it already. */
	if (uart->sending_break)
		aml_uart_update(uart, AML_UART_CONTROL, 0, AML_UART_CONTROL_INV_TX);
	uart_port_unlock_irqrestore(port, flags);
}

static int aml_uart_set_clocks(struct aml_uart *uart, bool on)
{
	int ret;

	if (uart->clocked == on)
		return 0;

	if (on) {
		ret = clk_bulk_prepare_enable(AML_UART_CLOCKS, uart->clks);
		if (ret)
			return ret;
		uart->clocked = true;
	} else {
		uart->clocked = false;
		clk_bulk_disable_unprepare(AML_UART_CLOCKS, uart->clks);
	}

	return 0;
}

/* startup() retries, and returns the error. */
static void aml_uart_pm(struct uart_port *port, unsigned int state, unsigned int old)
{
	aml_uart_set_clocks(to_aml_uart(port), state == UART_PM_STATE_ON);
}

static int aml_uart_startup(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);
	u32 reset = AML_UART_CONTROL_RX_RST | AML_UART_CONTROL_CLEAR_ERR;
	unsigned long flags;
	int ret;

	ret = aml_uart_set_clocks(uart, true);
	if (ret)
		return ret;

	uart_port_lock_irqsave(port, &flags);
	/* An event before the interrupt is enabled would be lost, and block later ones. */
	aml_uart_update(uart, AML_UART_CONTROL,
			AML_UART_CONTROL_RX_INT_EN | AML_UART_CONTROL_TX_INT_EN |
			AML_UART_CONTROL_RX_EN | AML_UART_CONTROL_INV_TX, 0);
	uart_port_unlock_irqrestore(port, flags);

	ret = request_irq(port->irq, aml_uart_irq, 0, port->name, uart);
	if (ret) {
		/* The serial core does not turn them off. */
		if (!uart_console(port))
			aml_uart_set_clocks(uart, false);
		return ret;
	}

	/* Keep console output that is still in the FIFO. */
	if (!uart_console(port))
		reset |= AML_UART_CONTROL_TX_RST;

	uart_port_lock_irqsave(port, &flags);
	aml_uart_pulse(uart, reset);
	uart->stuck = 0;
	uart->rx_on = true;
	uart->rx_last = 0;
	uart->running = true;
	uart->sending_break = false;
	aml_uart_set_burst(uart, false);
	aml_uart_update(uart, AML_UART_CONTROL, 0,
			AML_UART_CONTROL_TX_EN | AML_UART_CONTROL_RX_EN |
			AML_UART_CONTROL_RX_INT_EN);
	uart_port_unlock_irqrestore(port, flags);

	return 0;
}

static void aml_uart_shutdown(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	uart->running = false;
	uart->tx_on = false;
	uart->rx_on = false;
	uart->burst = false;
	uart->sending_break = false;
	/* Drop a pending XON or XOFF on close, but keep it over a suspend. */
	if (!port->suspended)
		port->x_char = 0;
	aml_uart_update(uart, AML_UART_CONTROL,
			AML_UART_CONTROL_RX_INT_EN | AML_UART_CONTROL_TX_INT_EN |
			AML_UART_CONTROL_RX_EN | AML_UART_CONTROL_INV_TX, 0);
	uart_port_unlock_irqrestore(port, flags);

	hrtimer_cancel(&uart->timer);
	free_irq(port->irq, uart);
}

/* Drop the FIFO too: characters blocked by CTS would precede later output. */
static void aml_uart_flush_buffer(struct uart_port *port)
{
	if (uart_console(port))
		return;

	aml_uart_pulse(to_aml_uart(port), AML_UART_CONTROL_TX_RST);
	aml_uart_start_tx(port);
}

/**
 * aml_uart_find_rate() - find the source and divider for a baud rate
 * @uart: the port
 * @baud: requested rate; set to the actual rate
 *
 * Return: the value for REG5.
 */
static u32 aml_uart_find_rate(struct aml_uart *uart, unsigned int *baud)
{
	unsigned int best_error = UINT_MAX, best_rate = 0, i;
	u32 reg5 = 0;

	for (i = 0; i < ARRAY_SIZE(aml_uart_sources); i++) {
		unsigned int divider, rate, error;

		if (!uart->source_hz[i])
			continue;

		divider = clamp_t(unsigned int, DIV_ROUND_CLOSEST(uart->source_hz[i], *baud),
				  1, AML_UART_REG5_BAUD + 1);
		rate = DIV_ROUND_CLOSEST(uart->source_hz[i], divider);
		error = max(rate, *baud) - min(rate, *baud);
		if (error < best_error) {
			best_error = error;
			best_rate = rate;
			reg5 = AML_UART_REG5_USE | aml_uart_sources[i].reg5 | (divider - 1);
		}
		if (best_error <= *baud / AML_UART_RATE_TOLERANCE)
			break;
	}
	*baud = best_rate;

	return reg5;
}

static unsigned int aml_uart_data_bits(unsigned int cflag)
{
	switch (cflag & CSIZE) {
	case CS5:
		return 5;
	case CS6:
		return 6;
	case CS7:
		return 7;
	default:
		return 8;
	}
}

/* Clear unsupported flags, and return the rest as bits of CONTROL. */
static u32 aml_uart_format(struct uart_port *port, struct ktermios *termios)
{
	u32 format;

	termios->c_cflag &= ~CMSPAR;
	if (!(port->flags & UPF_HARD_FLOW))
		termios->c_cflag &= ~CRTSCTS;

	format = (8 - aml_uart_data_bits(termios->c_cflag)) << 20;
	if (termios->c_cflag & CSTOPB)
		format |= AML_UART_CONTROL_STOP_LEN_2;
	if (termios->c_cflag & PARENB)
		format |= AML_UART_CONTROL_PARITY_EN;
	if (termios->c_cflag & PARODD)
		format |= AML_UART_CONTROL_PARITY_ODD;
	if (!(termios->c_cflag & CRTSCTS))
		format |= AML_UART_CONTROL_TWO_WIRE;

	return format;
}

static void aml_uart_set_masks(struct uart_port *port, const struct ktermios *termios)
{
	port->read_status_mask = AML_UART_STATUS_RX_OVERFLOW;
	if (termios->c_iflag & INPCK)
		port->read_status_mask |= AML_UART_STATUS_PARITY_ERR | AML_UART_STATUS_FRAME_ERR;
	if (termios->c_iflag & (IGNBRK | BRKINT | PARMRK))
		port->read_status_mask |= AML_UART_BREAK;

	port->ignore_status_mask = 0;
	if (termios->c_iflag & IGNPAR)
		port->ignore_status_mask |= AML_UART_STATUS_PARITY_ERR | AML_UART_STATUS_FRAME_ERR;
	if (termios->c_iflag & IGNBRK) {
		port->ignore_status_mask |= AML_UART_BREAK;
		if (termios->c_iflag & IGNPAR)
			port->ignore_status_mask |= AML_UART_STATUS_RX_OVERFLOW;
	}
	if (!(termios->c_cflag & CREAD))
		port->ignore_status_mask |= AML_UART_DISCARD;
}

static void aml_uart_set_termios(struct uart_port *port, struct ktermios *termios,
				 uart_termios_const struct ktermios *old)
{
	struct aml_uart *uart = to_aml_uart(port);
	unsigned int baud, actual, bits;
	unsigned long flags;
	u32 format, reg5;

	/* On resume the core has no termios for a console whose tty was opened and closed. */
	if (!termios->c_cflag) {
		termios->c_cflag = uart->cflag;
		termios->c_ispeed = uart->speed;
		termios->c_ospeed = uart->speed;
	}

	format = aml_uart_format(port, termios);
	baud = uart_get_baud_rate(port, termios, old, AML_UART_MIN_BAUD, AML_UART_MAX_BAUD);
	actual = baud;
	reg5 = aml_uart_find_rate(uart, &actual);

	/* A change would corrupt characters that are being sent. */
	uart_port_lock_irqsave(port, &flags);
	uart->tx_held = reg5 != aml_uart_read(uart, AML_UART_REG5) ||
			format != (aml_uart_read(uart, AML_UART_CONTROL) & AML_UART_CONTROL_FORMAT);
	uart_port_unlock_irqrestore(port, flags);
	if (uart->tx_held)
		aml_uart_drain(uart);

	uart_port_lock_irqsave(port, &flags);
	bits = 2 + aml_uart_data_bits(termios->c_cflag) + !!(termios->c_cflag & PARENB) +
	       !!(termios->c_cflag & CSTOPB);
	uart->char_ns = div_u64((u64)bits * NSEC_PER_SEC, actual);
	uart->watermark = 1;
	if (uart->char_ns <= AML_UART_RX_TIMEOUT_NS / AML_UART_BURST_MIN_CHARS)
		uart->watermark = uart->fifo_size / AML_UART_WATERMARK_DIV;
	uart->tx_watermark = clamp(AML_UART_TX_MARGIN_NS / uart->char_ns, AML_UART_TX_WATERMARK_MIN,
				   uart->fifo_size / AML_UART_WATERMARK_DIV);
	aml_uart_set_watermark(uart, uart->burst ? uart->watermark : 1);

	aml_uart_write(uart, AML_UART_REG5, reg5);
	aml_uart_update(uart, AML_UART_CONTROL, AML_UART_CONTROL_FORMAT,
			format | AML_UART_CONTROL_TX_EN);

	aml_uart_set_masks(port, termios);
	port->status &= ~(UPSTAT_AUTOCTS | UPSTAT_AUTORTS);
	if (termios->c_cflag & CRTSCTS)
		port->status |= UPSTAT_AUTOCTS | UPSTAT_AUTORTS;
	uart_update_timeout(port, termios->c_cflag, actual);
	uart->tx_held = false;
	aml_uart_start_tx(port);
	uart_port_unlock_irqrestore(port, flags);

	/* Report the requested rate if the actual one is within 2 %. */
	if (max(actual, baud) - min(actual, baud) <= baud / 50)
		actual = baud;
	if (tty_termios_baud_rate(termios))
		tty_termios_encode_baud_rate(termios, actual, actual);
	uart->format = format;
	uart->reg5 = reg5;
	uart->cflag = termios->c_cflag;
	uart->speed = termios->c_ospeed;
}

static const char *aml_uart_type(struct uart_port *port)
{
	return port->type == PORT_MESON ? "aml_uart" : NULL;
}

/* Resources are managed by probe(). */
static void aml_uart_release_port(struct uart_port *port)
{
}

static int aml_uart_request_port(struct uart_port *port)
{
	return 0;
}

static void aml_uart_config_port(struct uart_port *port, int flags)
{
	if (flags & UART_CONFIG_TYPE)
		port->type = PORT_MESON;
}

/* Hardware parameters are from the device tree, and cannot be changed by TIOCSSERIAL. */
static int aml_uart_verify_port(struct uart_port *port, struct serial_struct *ser)
{
	struct aml_uart *uart = to_aml_uart(port);

	if (ser->type != PORT_UNKNOWN && ser->type != PORT_MESON)
		return -EINVAL;
	if (ser->irq != port->irq || ser->io_type != port->iotype ||
	    ser->iomem_base != (void *)(unsigned long)port->mapbase ||
	    ser->iomem_reg_shift != port->regshift ||
	    ser->port != port->iobase || ser->port_high || ser->hub6 != port->hub6)
		return -EINVAL;
	if (ser->baud_base != port->uartclk / 16)
		return -EINVAL;
	/* The serial core takes 0 as no change. */
	if (ser->xmit_fifo_size && ser->xmit_fifo_size != uart->fifo_size)
		return -EINVAL;

	return 0;
}

/*
 * Wait until the FIFO has room, but no longer than a character and
 * AML_UART_WAIT_US take. Timekeeping may be suspended, and kgdb may have stopped
 * a CPU that updates it: count delays in place of reading the time, which
 * read_poll_timeout_atomic() does before Linux 6.5.
 */
static unsigned int aml_uart_wait_room(struct aml_uart *uart)
{
	unsigned int left_us = uart->char_ns / NSEC_PER_USEC + AML_UART_WAIT_US;
	unsigned int room;

	for (;;) {
		room = aml_uart_tx_room(uart, aml_uart_read(uart, AML_UART_STATUS));
		if (room || !left_us--)
			return room;
		udelay(1);
	}
}

#ifdef CONFIG_CONSOLE_POLL

/* kgdb stops the other CPUs, which may hold the lock: do not take it. */

static int aml_uart_poll_init(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);
	unsigned long flags;
	int ret;

	ret = aml_uart_set_clocks(uart, true);
	if (ret)
		return ret;

	uart_port_lock_irqsave(port, &flags);
	aml_uart_update(uart, AML_UART_CONTROL, 0, AML_UART_CONTROL_TX_EN | AML_UART_CONTROL_RX_EN);
	uart_port_unlock_irqrestore(port, flags);

	return 0;
}

static int aml_uart_poll_get_char(struct uart_port *port)
{
	struct aml_uart *uart = to_aml_uart(port);

	if (aml_uart_read(uart, AML_UART_STATUS) & AML_UART_STATUS_RX_EMPTY)
		return NO_POLL_CHAR;

	return aml_uart_read(uart, AML_UART_RFIFO) & 0xff;
}

static void aml_uart_poll_put_char(struct uart_port *port, unsigned char c)
{
	struct aml_uart *uart = to_aml_uart(port);

	if (aml_uart_wait_room(uart))
		aml_uart_write(uart, AML_UART_WFIFO, c);
}

#endif

static const struct uart_ops aml_uart_ops = {
	.tx_empty = aml_uart_tx_empty,
	.set_mctrl = aml_uart_set_mctrl,
	.get_mctrl = aml_uart_get_mctrl,
	.stop_tx = aml_uart_stop_tx,
	.start_tx = aml_uart_start_tx,
	.throttle = aml_uart_throttle,
	.unthrottle = aml_uart_unthrottle,
	.stop_rx = aml_uart_stop_rx,
	.break_ctl = aml_uart_break_ctl,
	.startup = aml_uart_startup,
	.shutdown = aml_uart_shutdown,
	.flush_buffer = aml_uart_flush_buffer,
	.set_termios = aml_uart_set_termios,
	.pm = aml_uart_pm,
	.type = aml_uart_type,
	.release_port = aml_uart_release_port,
	.request_port = aml_uart_request_port,
	.config_port = aml_uart_config_port,
	.verify_port = aml_uart_verify_port,
#ifdef CONFIG_CONSOLE_POLL
	.poll_init = aml_uart_poll_init,
	.poll_get_char = aml_uart_poll_get_char,
	.poll_put_char = aml_uart_poll_put_char,
#endif
};

/*
 * If the transmitter is blocked, by CTS for example, wait once. After that drop
 * characters that do not fit until it moves again.
 */
static void aml_uart_console_puts(struct aml_uart *uart, const char *s, unsigned int count)
{
	unsigned int room = aml_uart_tx_room(uart, aml_uart_read(uart, AML_UART_STATUS));
	bool cr = false;

	while (count) {
		if (!room && !uart->console_stuck)
			room = aml_uart_wait_room(uart);
		uart->console_stuck = !room;
		if (!room)
			return;

		if (*s == '\n' && !cr) {
			aml_uart_write(uart, AML_UART_WFIFO, '\r');
			cr = true;
		} else {
			aml_uart_write(uart, AML_UART_WFIFO, *s++);
			cr = false;
			count--;
		}
		room--;
	}
}

static void aml_uart_console_emit(struct aml_uart *uart, const char *s, unsigned int count)
{
	/* Text would be inverted on the line. */
	if (uart->sending_break) {
		uart->sending_break = false;
		aml_uart_update(uart, AML_UART_CONTROL, AML_UART_CONTROL_INV_TX, 0);
	}
	aml_uart_console_puts(uart, s, count);
}

/*
 * In an oops the lock may never be free again. Going without it may undo a change
 * of CONTROL by another CPU, but only if a break is being sent.
 */
static void aml_uart_console_write(struct console *console, const char *s, unsigned int count)
{
	struct aml_uart *uart = aml_uart_ports[console->index];
	struct uart_port *port = &uart->port;
	unsigned long flags;

	if (!oops_in_progress) {
		uart_port_lock_irqsave(port, &flags);
		aml_uart_console_emit(uart, s, count);
		uart_port_unlock_irqrestore(port, flags);
	} else if (uart_port_trylock_irqsave(port, &flags)) {
		aml_uart_console_emit(uart, s, count);
		uart_port_unlock_irqrestore(port, flags);
	} else {
		aml_uart_console_emit(uart, s, count);
	}
}

/* Read the settings of the boot loader. */
static void aml_uart_get_options(struct aml_uart *uart, int *baud, int *parity, int *bits)
{
	u32 control = aml_uart_read(uart, AML_UART_CONTROL);
	u32 reg5 = aml_uart_read(uart, AML_UART_REG5);
	unsigned int i;

	if (control & AML_UART_CONTROL_PARITY_EN)
		*parity = control & AML_UART_CONTROL_PARITY_ODD ? 'o' : 'e';
	*bits = 8 - ((control & AML_UART_CONTROL_DATA_LEN) >> 20);

	for (i = 0; i < ARRAY_SIZE(aml_uart_sources); i++) {
		unsigned int rate = uart->source_hz[i] / ((reg5 & AML_UART_REG5_BAUD) + 1);

		if (reg5 & AML_UART_REG5_USE && rate >= AML_UART_MIN_BAUD &&
		    (reg5 & AML_UART_REG5_SOURCE) == aml_uart_sources[i].reg5)
			*baud = rate;
	}
}

static int aml_uart_console_setup(struct console *console, char *options)
{
	int baud = AML_UART_DEFAULT_BAUD, parity = 'n', bits = 8, flow = 'n';
	struct aml_uart *uart;

	if (console->index < 0 || console->index >= AML_UART_LINES)
		return -EINVAL;

	uart = aml_uart_ports[console->index];
	if (!uart || !uart->clocked)
		return -ENODEV;

	if (options)
		uart_parse_options(options, &baud, &parity, &bits, &flow);
	else
		aml_uart_get_options(uart, &baud, &parity, &bits);

	return uart_set_options(&uart->port, console, baud, parity, bits, flow);
}

/*
 * console= may name a port of meson_uart. register_console() stops at the first
 * entry with this name and index, so set an index that no entry has.
 */
static int aml_uart_console_match(struct console *console, char *name, int line, char *options)
{
	if (strcmp(name, console->name))
		return -ENODEV;

	console->index = line;
	if (!aml_uart_console_setup(console, options))
		return 0;
	console->index = AML_UART_LINES;

	return -ENODEV;
}

static struct console aml_uart_console = {
	.name = "ttyAML",
	.write = aml_uart_console_write,
	.device = uart_console_device,
	.setup = aml_uart_console_setup,
	.match = aml_uart_console_match,
	.flags = CON_PRINTBUFFER,
	.index = -1,
	.data = &aml_uart_driver,
};

static struct uart_driver aml_uart_driver = {
	.owner = THIS_MODULE,
	.driver_name = "aml_uart",
	.dev_name = "ttyAML",
	.nr = AML_UART_LINES,
	.cons = &aml_uart_console,
};

static const struct aml_uart_soc aml_uart_s4 = {
	.clocks = { "xtal", "pclk", "baud" },
	.fifo_size = "fifo-size",
	.sources = AML_UART_SOURCE_XTAL_DIV2 | AML_UART_SOURCE_XTAL_DIV1 |
		   AML_UART_SOURCE_XTAL_DIV3 | AML_UART_SOURCE_GATE_DIV4,
};

static const struct aml_uart_soc aml_uart_g12a = {
	.clocks = { "xtal", "pclk", "baud" },
	.fifo_size = "fifo-size",
	.sources = AML_UART_SOURCE_XTAL_DIV2 | AML_UART_SOURCE_XTAL_DIV3 |
		   AML_UART_SOURCE_GATE_DIV4,
};

static const struct aml_uart_soc aml_uart_gx = {
	.clocks = { "xtal", "pclk", "baud" },
	.fifo_size = "fifo-size",
	.sources = AML_UART_SOURCE_XTAL_DIV3 | AML_UART_SOURCE_GATE_DIV4,
};

/* Device trees of the vendor's 5.4 and 5.15 kernels, for G12 and later. */
static const struct aml_uart_soc aml_uart_vendor = {
	.clocks = { "clk_uart", "clk_gate" },
	.fifo_size = "fifosize",
	.sources = AML_UART_SOURCE_XTAL_DIV2 | AML_UART_SOURCE_XTAL_DIV3,
	.rtscts = true,
};

/* meson_uart's compatibles, for use with driver_override. */
static const struct {
	const char *name;
	const struct aml_uart_soc *soc;
} aml_uart_meson_nodes[] = {
	{ "amlogic,meson-s4-uart", &aml_uart_s4 },
	{ "amlogic,meson-g12a-uart", &aml_uart_g12a },
	{ "amlogic,meson-gx-uart", &aml_uart_gx },
};

static const struct aml_uart_soc *aml_uart_get_soc(struct device *dev)
{
	const struct aml_uart_soc *soc = device_get_match_data(dev);
	unsigned int i;

	for (i = 0; !soc && i < ARRAY_SIZE(aml_uart_meson_nodes); i++) {
		if (of_device_is_compatible(dev->of_node, aml_uart_meson_nodes[i].name))
			soc = aml_uart_meson_nodes[i].soc;
	}

	return soc;
}

static int aml_uart_match_meson(struct device_driver *driver, void *dev)
{
	return !strcmp(driver->name, "meson_uart") && platform_bus_type.match(dev, driver);
}

/*
 * meson_uart may have deferred its probe: leave it the ports that it matches.
 * Before 6.1 it matches the vendor's nodes. driver_find() returns no reference;
 * during bus_for_each_drv() a driver's removal from the bus waits.
 */
static bool aml_uart_owned_by_meson(struct device *dev)
{
	return bus_for_each_drv(&platform_bus_type, NULL, dev, aml_uart_match_meson);
}

static int aml_uart_get_clocks(struct aml_uart *uart, const struct aml_uart_soc *soc)
{
	struct device *dev = uart->port.dev;
	unsigned int i, rate, xtal_rate;
	int ret;

	for (i = 0; i < AML_UART_CLOCKS; i++)
		uart->clks[i].id = soc->clocks[i] ?: "none";
	ret = devm_clk_bulk_get_optional(dev, AML_UART_CLOCKS, uart->clks);
	if (ret)
		return dev_err_probe(dev, ret, "failed to get clocks\n");

	xtal_rate = clk_get_rate(uart->clks[AML_UART_CLOCK_XTAL].clk);
	for (i = 0; i < ARRAY_SIZE(aml_uart_sources); i++) {
		const struct aml_uart_source *source = &aml_uart_sources[i];

		if (!(soc->sources & BIT(i)))
			continue;

		/* A tree without a gate clock may have the crystal in its place. */
		rate = clk_get_rate(uart->clks[source->clock].clk);
		if (source->clock == AML_UART_CLOCK_GATE && rate == xtal_rate)
			continue;

		uart->source_hz[i] = rate / source->divider;
		if (!uart->port.uartclk)
			uart->port.uartclk = rate;
	}
	if (!uart->port.uartclk)
		return dev_err_probe(dev, -EINVAL, "no clock has a rate\n");

	return 0;
}

/* Use the alias's line, or else a free one that meson_uart does not use. */
static int aml_uart_get_line(struct device *dev)
{
	int line = of_alias_get_id(dev->of_node, "serial");

	if (line >= AML_UART_LINES)
		return dev_err_probe(dev, -EINVAL, "alias serial%d exceeds line %d\n",
				     line, AML_UART_LINES - 1);
	if (line >= 0 && aml_uart_ports[line])
		return dev_err_probe(dev, -EBUSY, "alias serial%d is already in use\n", line);
	if (line >= 0)
		return line;

	/* Leave lines with an alias free, unless there are no others. */
	line = of_alias_get_highest_id("serial") + 1;
	if (line < AML_UART_FIRST_DYNAMIC_LINE || line >= AML_UART_LINES)
		line = AML_UART_FIRST_DYNAMIC_LINE;
	for (; line < AML_UART_LINES; line++) {
		if (!aml_uart_ports[line])
			return line;
	}

	return dev_err_probe(dev, -ENOSPC, "failed to find a free line\n");
}

/* uart_console() compares the index alone: a stale one must not match. */
static void aml_uart_release_console(void)
{
	if (!(aml_uart_console.flags & CON_ENABLED))
		aml_uart_console.index = -1;
}

static int aml_uart_add_port(struct aml_uart *uart)
{
	struct uart_port *port = &uart->port;
	int ret;

	ret = aml_uart_get_line(port->dev);
	if (ret < 0)
		return ret;

	port->line = ret;
	aml_uart_ports[port->line] = uart;
	ret = uart_add_one_port(&aml_uart_driver, port);
	aml_uart_release_console();
	if (ret) {
		aml_uart_ports[port->line] = NULL;
		return dev_err_probe(port->dev, ret, "failed to add port %d\n", port->line);
	}

	return 0;
}

static int aml_uart_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	const struct aml_uart_soc *soc;
	struct aml_uart *uart;
	struct uart_port *port;
	struct resource *res;
	u32 fifo_size;
	int ret;

	soc = aml_uart_get_soc(dev);
	if (!soc || aml_uart_owned_by_meson(dev))
		return -ENODEV;

	uart = devm_kzalloc(dev, sizeof(*uart), GFP_KERNEL);
	if (!uart)
		return -ENOMEM;

	port = &uart->port;
	port->dev = dev;
	uart->base = devm_platform_get_and_ioremap_resource(pdev, 0, &res);
	if (IS_ERR(uart->base))
		return PTR_ERR(uart->base);

	ret = platform_get_irq(pdev, 0);
	if (ret < 0)
		return ret;
	port->irq = ret;

	ret = aml_uart_get_clocks(uart, soc);
	if (ret)
		return ret;

	if (of_property_read_u32(dev->of_node, soc->fifo_size, &fifo_size))
		fifo_size = AML_UART_FIFO_DEFAULT;
	if (fifo_size != AML_UART_FIFO_DEFAULT && fifo_size != AML_UART_FIFO_MAX)
		return dev_err_probe(dev, -EINVAL, "invalid %s: %u\n", soc->fifo_size, fifo_size);

	port->flags = UPF_BOOT_AUTOCONF;
	if (soc->rtscts || of_property_read_bool(dev->of_node, "uart-has-rtscts"))
		port->flags |= UPF_HARD_FLOW;
	port->fifosize = fifo_size;
	uart->fifo_size = fifo_size;
	uart->tx_watermark = fifo_size / AML_UART_WATERMARK_DIV;
	port->has_sysrq = IS_ENABLED(CONFIG_MAGIC_SYSRQ_SERIAL);
	port->iotype = UPIO_MEM32;
	port->mapbase = res->start;
	port->membase = uart->base;
	port->ops = &aml_uart_ops;

	hrtimer_setup(&uart->timer, aml_uart_tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	device_init_wakeup(dev, of_property_read_bool(dev->of_node, "wakeup-source"));
	platform_set_drvdata(pdev, uart);

	mutex_lock(&aml_uart_mutex);
	ret = aml_uart_add_port(uart);
	mutex_unlock(&aml_uart_mutex);
	if (ret) {
		/* The port may have been a console already. */
		aml_uart_set_clocks(uart, false);
		device_init_wakeup(dev, false);
	}

	return ret;
}

static void aml_uart_remove(struct platform_device *pdev)
{
	struct aml_uart *uart = platform_get_drvdata(pdev);

	mutex_lock(&aml_uart_mutex);
	uart_remove_one_port(&aml_uart_driver, &uart->port);
	aml_uart_release_console();
	aml_uart_ports[uart->port.line] = NULL;
	mutex_unlock(&aml_uart_mutex);

	/* The serial core does not turn off a console's clocks. */
	aml_uart_set_clocks(uart, false);
	device_init_wakeup(&pdev->dev, false);
}

/*
 * A port that may wake the system stays on. The serial core also leaves a port on
 * if the tty's power/wakeup is enabled, and a console with no_console_suspend.
 */
static int aml_uart_suspend(struct device *dev)
{
	struct aml_uart *uart = dev_get_drvdata(dev);
	struct uart_port *port = &uart->port;
	unsigned long flags;

	uart->waking = uart->running && device_may_wakeup(dev) &&
		       !enable_irq_wake(port->irq);

	uart_port_lock_irqsave(port, &flags);
	uart->asleep = true;
	if (uart->burst)
		aml_uart_end_burst(uart);
	uart_unlock_and_check_sysrq_irqrestore(port, flags);

	return uart->waking ? 0 : uart_suspend_port(&aml_uart_driver, port);
}

/* The registers of a port that stayed on may have been lost in suspend. */
static void aml_uart_restore(struct aml_uart *uart)
{
	struct uart_port *port = &uart->port;
	u32 control = uart->format | AML_UART_CONTROL_TX_EN | AML_UART_CONTROL_RX_EN;
	unsigned long flags;

	/* There is nothing to restore if set_termios() was never called, as may be with kgdb. */
	if (!uart->clocked || !uart->reg5)
		return;

	uart_port_lock_irqsave(port, &flags);
	if (uart->rx_on)
		control |= AML_UART_CONTROL_RX_INT_EN;
	if (uart->sending_break)
		control |= AML_UART_CONTROL_INV_TX;
	uart->tx_on = false;
	aml_uart_write(uart, AML_UART_REG5, uart->reg5);
	aml_uart_set_burst(uart, false);
	aml_uart_update(uart, AML_UART_CONTROL, AML_UART_CONTROL_MASK, control);
	aml_uart_serve(uart);
	aml_uart_start_tx(port);
	uart_unlock_and_check_sysrq_irqrestore(port, flags);
}

static int aml_uart_resume(struct device *dev)
{
	struct aml_uart *uart = dev_get_drvdata(dev);
	struct uart_port *port = &uart->port;

	uart->asleep = false;
	if (!port->suspended)
		aml_uart_restore(uart);

	return uart->waking ? disable_irq_wake(port->irq) :
			      uart_resume_port(&aml_uart_driver, port);
}

static DEFINE_SIMPLE_DEV_PM_OPS(aml_uart_pm_ops, aml_uart_suspend, aml_uart_resume);

static const struct of_device_id aml_uart_of_match[] = {
	{ .compatible = "outboard,meson-s4-uart", .data = &aml_uart_s4 },
	{ .compatible = "outboard,meson-g12a-uart", .data = &aml_uart_g12a },
	{ .compatible = "outboard,meson-gx-uart", .data = &aml_uart_gx },
	{ .compatible = "amlogic,meson-uart", .data = &aml_uart_vendor },
	{ }
};
MODULE_DEVICE_TABLE(of, aml_uart_of_match);

static struct platform_driver aml_uart_platform_driver = {
	.probe = aml_uart_probe,
	.remove = aml_uart_remove,
	.driver = {
		.name = "aml_uart",
		.of_match_table = aml_uart_of_match,
		.pm = pm_sleep_ptr(&aml_uart_pm_ops),
	},
};

static int __init aml_uart_init(void)
{
	int ret;

	ret = uart_register_driver(&aml_uart_driver);
	if (ret)
		return ret;

	ret = platform_driver_register(&aml_uart_platform_driver);
	if (ret)
		uart_unregister_driver(&aml_uart_driver);

	return ret;
}
module_init(aml_uart_init);

static void __exit aml_uart_exit(void)
{
	platform_driver_unregister(&aml_uart_platform_driver);
	uart_unregister_driver(&aml_uart_driver);
}
module_exit(aml_uart_exit);

MODULE_DESCRIPTION("Amlogic serial ports as ttyAML: GX, G12, S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
