// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that is locked down for its integrity; there is no way back from it
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"

static void locked_down(void)
{
	char text[100];
	int fd;

	if (access(LOCKDOWN, F_OK))
		ktap_skip("this kernel has no lockdown");

	kit_need("rpi_vcio");
	kit_need("rpi_gpiomem");
	fd = open("/dev/vcio", O_RDWR);
	EXPECT(fd >= 0, "before: %s", strerror(errno));
	close(fd);

	REQUIRE(kit_write(LOCKDOWN, "integrity") > 0, "%s", strerror(errno));
	REQUIRE(kit_read(LOCKDOWN, text, sizeof(text)) > 0 && strstr(text, "[integrity]"),
		"lockdown is %s", text);
}

static bool is_locked_down(void)
{
	char text[100];

	return kit_read(LOCKDOWN, text, sizeof(text)) > 0 && !strstr(text, "[none]");
}

static void vcio_is_refused(void)
{
	if (!is_locked_down())
		ktap_skip("not locked down");

	EXPECT(open("/dev/vcio", O_RDWR) < 0 && errno == EPERM, "/dev/vcio: %s",
	       strerror(errno));
	EXPECT(open("/dev/vcio", O_RDONLY) < 0 && errno == EPERM, "read-only: %s",
	       strerror(errno));
}

static void gencmd_works(void)
{
	char answer[GENCMD_TEXT];
	int fd;

	if (!is_locked_down())
		ktap_skip("not locked down");

	fd = open("/dev/vcio_gencmd", O_RDWR);
	REQUIRE(fd >= 0, "/dev/vcio_gencmd: %s", strerror(errno));
	EXPECT(!kit_gencmd(fd, "measure_temp", answer), "vcgencmd's call fails");
	EXPECT(kit_gencmd(fd, "display_power 0", answer) == -EPERM, "root may switch the display");
}

static const struct ktap_test tests[] = {
	{ "the kernel is locked down", locked_down },
	{ "vcio is refused", vcio_is_refused },
	{ "vcio_gencmd works", gencmd_works },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
