// SPDX-License-Identifier: GPL-2.0-only
/* 5.13: what restores the interrupts' state says so in its name. */
#include <linux/serial_core.h>

void (*outboard_probe)(struct uart_port *port, unsigned long flags) =
	uart_unlock_and_check_sysrq_irqrestore;
