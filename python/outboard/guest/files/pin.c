// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pin of a GPIO chip, from inside: "pin LABEL LINE" reads it, with 0 or 1 it is driven
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <fcntl.h>
#include <glob.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The character device of the chip whose label has @label in it, opened. */
static int open_chip(const char *label)
{
	struct gpiochip_info info;
	glob_t found;
	size_t i;

	if (glob("/dev/gpiochip*", 0, NULL, &found))
		return -1;

	for (i = 0; i < found.gl_pathc; i++) {
		int fd = open(found.gl_pathv[i], O_RDWR | O_CLOEXEC);

		if (fd >= 0 && !ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) &&
		    strstr(info.label, label))
			return fd;
		if (fd >= 0)
			close(fd);
	}

	return -1;
}

int main(int argc, char *argv[])
{
	struct gpio_v2_line_request line = { .num_lines = 1, .consumer = "outboard" };
	struct gpio_v2_line_values values = { .mask = 1 };
	int chip;

	if (argc < 3) {
		fprintf(stderr, "usage: pin LABEL LINE [0|1]\n");
		return 2;
	}

	chip = open_chip(argv[1]);
	line.offsets[0] = atoi(argv[2]);
	line.config.flags = argc > 3 ? GPIO_V2_LINE_FLAG_OUTPUT : GPIO_V2_LINE_FLAG_INPUT;
	if (chip < 0 || ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &line)) {
		perror("pin");
		return 1;
	}

	if (argc > 3)
		values.bits = atoi(argv[3]);
	if (ioctl(line.fd, argc > 3 ? GPIO_V2_LINE_SET_VALUES_IOCTL :
		  GPIO_V2_LINE_GET_VALUES_IOCTL, &values)) {
		perror("pin");
		return 1;
	}
	printf("pin reads %d\n", (int)(values.bits & 1));

	return 0;
}
