// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the firmware by /dev/vcio and /dev/vcio_gencmd; for the demonstration
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define VCIO_CALL	0xc0086400

int main(void)
{
	__u32 facts[12] = { sizeof(facts), 0, 0x00010002, 4, 0, 0, 0x00030006, 8 };
	__u32 command[1031] = { sizeof(command), 0, 0x00030080, 4096 };
	int raw = open("/dev/vcio", O_RDWR);
	int gencmd = open("/dev/vcio_gencmd", O_RDWR);

	if (raw < 0 || ioctl(raw, VCIO_CALL, facts) < 0) {
		printf("/dev/vcio: %s\n", strerror(errno));
		return 1;
	}
	printf("/dev/vcio: board revision %x, temperature %.1f C\n", facts[5],
	       facts[10] / 1000.0);

	memcpy(&command[6], "measure_temp", sizeof("measure_temp"));
	if (gencmd < 0 || ioctl(gencmd, VCIO_CALL, command) < 0) {
		printf("/dev/vcio_gencmd: %s\n", strerror(errno));
		return 1;
	}
	printf("/dev/vcio_gencmd: code %#x, text '%s'\n", command[1], (char *)&command[6]);
	if (strcmp((char *)&command[6], "measure_temp") == 0)
		printf("(QEMU's firmware knows no vcgencmd: it sends the question back)\n");

	return 0;
}
