// SPDX-License-Identifier: GPL-2.0-only
/* 6.7, and stable kernels: the port's lock is taken by functions. */
#include <linux/serial_core.h>

void (*outboard_probe)(struct uart_port *port, unsigned long *flags) = uart_port_lock_irqsave;
