// SPDX-License-Identifier: GPL-2.0-only
/* 6.1: uart_ops::set_termios may not change the old termios. */
#include <linux/serial_core.h>

void outboard_probe_set_termios(struct uart_port *port, struct ktermios *termios,
				const struct ktermios *old);

const struct uart_ops outboard_probe_ops = {
	.set_termios = outboard_probe_set_termios,
};
