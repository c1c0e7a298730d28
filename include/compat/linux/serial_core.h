/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The serial core as of Linux 6.12: a kfifo of what is to be sent, a lock that
 * is taken by functions, the old termios as a constant; and the corrections that
 * stable releases of 6.12 have and older kernels lack
 */
#ifndef OUTBOARD_COMPAT_LINUX_SERIAL_CORE_H
#define OUTBOARD_COMPAT_LINUX_SERIAL_CORE_H

#include_next <linux/serial_core.h>
#include <generated/outboard-probed.h>

/* uart_ops::set_termios: since 6.1 its last argument points to a constant. */
#ifdef OUTBOARD_HAVE_UART_TERMIOS_CONST
#define uart_termios_const const
#else
#define uart_termios_const
#endif

#ifndef OUTBOARD_HAVE_UART_PORT_LOCK
static inline void uart_port_lock_irqsave(struct uart_port *up, unsigned long *flags)
{
	spin_lock_irqsave(&up->lock, *flags);
}

static inline bool uart_port_trylock_irqsave(struct uart_port *up, unsigned long *flags)
{
	return spin_trylock_irqsave(&up->lock, *flags);
}

static inline void uart_port_unlock_irqrestore(struct uart_port *up, unsigned long flags)
{
	spin_unlock_irqrestore(&up->lock, flags);
}
#endif

#ifndef OUTBOARD_HAVE_UART_UNLOCK_SYSRQ_IRQRESTORE
static inline void uart_unlock_and_check_sysrq_irqrestore(struct uart_port *port,
							  unsigned long flags)
{
	uart_unlock_and_check_sysrq(port, flags);
}
#endif

#ifdef OUTBOARD_HAVE_UART_FIFO_OUT

#include <linux/kfifo.h>

/* How much is to be sent. */
static inline unsigned int outboard_uart_fifo_len(struct uart_port *up)
{
	return kfifo_len(&up->state->port.xmit_fifo);
}

#else

#include <linux/circ_buf.h>
#include <linux/minmax.h>
#include <linux/string.h>

static inline unsigned int outboard_uart_fifo_len(struct uart_port *up)
{
	return uart_circ_chars_pending(&up->state->xmit);
}

static inline unsigned int uart_fifo_out(struct uart_port *up, unsigned char *buf,
					 unsigned int chars)
{
	struct circ_buf *xmit = &up->state->xmit;
	unsigned int done = 0;

	while (done < chars && !uart_circ_empty(xmit)) {
		unsigned int part = min_t(unsigned int, chars - done,
					  CIRC_CNT_TO_END(xmit->head, xmit->tail, UART_XMIT_SIZE));

		memcpy(buf + done, xmit->buf + xmit->tail, part);
		xmit->tail = (xmit->tail + part) & (UART_XMIT_SIZE - 1);
		done += part;
	}
	up->icount.tx += done;

	return done;
}

#endif

#include <linux/console.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/tty.h>

/*
 * Older kernels keep a pointer to a port that could not be added for want of
 * memory, and may have registered it as a console. The driver frees it.
 */
static inline int outboard_uart_add_one_port(struct uart_driver *drv, struct uart_port *up)
{
	int ret = uart_add_one_port(drv, up);
	struct uart_state *state;

	if (!ret || up->line >= drv->nr)
		return ret;

	state = drv->state + up->line;
	mutex_lock(&state->port.mutex);
	if (state->uart_port == up) {
		state->uart_port = NULL;
		kfree(up->name);
		up->name = NULL;
		if (uart_console(up))
			unregister_console(up->cons);
	}
	mutex_unlock(&state->port.mutex);

	return ret;
}

#define uart_add_one_port	outboard_uart_add_one_port

/*
 * Closing a console's tty does not shut its port down. Neither do older kernels
 * when they remove the port: its interrupt stays requested, and the next port
 * with this number is never started.
 */
static inline void outboard_uart_remove_one_port(struct uart_driver *drv, struct uart_port *up)
{
	struct uart_state *state = up->state;

	uart_remove_one_port(drv, up);
	if (!tty_port_initialized(&state->port))
		return;

	tty_port_set_initialized(&state->port, false);
	up->ops->shutdown(up);
#ifdef OUTBOARD_HAVE_UART_FIFO_OUT
	tty_port_free_xmit_buf(&state->port);
#else
	free_page((unsigned long)state->xmit.buf);
	state->xmit.buf = NULL;
#endif
}

#define uart_remove_one_port	outboard_uart_remove_one_port

#endif
