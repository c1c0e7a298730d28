// SPDX-License-Identifier: GPL-2.0-only
/* 6.10: what is to be sent is in a kfifo. */
#include <linux/serial_core.h>

unsigned int (*outboard_probe)(struct uart_port *port, unsigned char *buf, unsigned int chars) =
	uart_fifo_out;
