// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast a pin moves through /dev/gpiomem, and through the character device
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A toggle is one write that sets the pin or one that clears it. Each way is
 * measured five times, one after the other in turn, and every measurement is
 * printed; the host takes the medians. At the end of each the pin has to be
 * where the last write put it.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "kit.h"

#define PIN		17
#define OUTPUT		1
#define ROUNDS		5
#define SECONDS		1.0
/* So many between two looks at the clock. */
#define BATCH		200

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);

	return time.tv_sec + time.tv_nsec / 1e9;
}

static double by_registers(void)
{
	__u32 *mem = kit_devmem();
	__u32 *gpio;
	unsigned long count = 0;
	double begin;
	double took;
	int fd;
	int i;

	fd = open("/dev/gpiomem", O_RDWR | O_SYNC | O_CLOEXEC);
	REQUIRE(fd >= 0, "/dev/gpiomem: %s", strerror(errno));
	gpio = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(gpio != MAP_FAILED, "%s", strerror(errno));

	kit_set_function(gpio, PIN, OUTPUT);
	begin = now();
	do {
		for (i = 0; i < BATCH / 2; i++) {
			kit_clear(gpio, PIN);
			kit_set(gpio, PIN);
		}
		count += BATCH;
		took = now() - begin;
	} while (took < SECONDS);

	EXPECT(kit_level(mem, PIN), "the pin did not move");
	kit_set_function(gpio, PIN, 0);
	munmap(gpio, 4096);
	close(fd);

	return count / took;
}

static double by_character_device(void)
{
	struct gpio_v2_line_values values = { .mask = 1 };
	struct gpio_v2_line_request line = {
		.offsets = { PIN },
		.consumer = "toggle",
		.num_lines = 1,
		.config.flags = GPIO_V2_LINE_FLAG_OUTPUT,
	};
	__u32 *mem = kit_devmem();
	unsigned long count = 0;
	double begin;
	double took;
	int chip;
	int i;

	chip = open("/dev/gpiochip0", O_RDWR | O_CLOEXEC);
	REQUIRE(chip >= 0, "/dev/gpiochip0: %s", strerror(errno));
	REQUIRE(ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &line) == 0, "line: %s", strerror(errno));

	begin = now();
	do {
		for (i = 0; i < BATCH; i++) {
			values.bits = i & 1;
			if (ioctl(line.fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values))
				break;
		}
		REQUIRE(i == BATCH, "set: %s", strerror(errno));
		count += BATCH;
		took = now() - begin;
	} while (took < SECONDS);

	EXPECT(kit_level(mem, PIN), "the pin did not move");
	close(line.fd);
	close(chip);

	return count / took;
}

static void toggle(void)
{
	int i;

	kit_need("rpi_gpiomem");
	for (i = 0; i < ROUNDS; i++) {
		ktap_note("gpiomem %.0f toggles/s", by_registers());
		ktap_note("gpiochip %.0f toggles/s", by_character_device());
	}
}

static const struct ktap_test tests[] = {
	{ "toggle", toggle },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
