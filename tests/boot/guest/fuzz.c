// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls at random on /dev/gpiomem, /dev/vcio and /dev/vcio_gencmd
 *
 * Copyright (C) 2026 The outboard authors
 *
 * tests/kunit/programs/rpi_fuzz.c makes them. Here they reach the kernel's own firmware
 * driver, and registers by a mapping.
 */

#include "kit.h"

static void at_random(void)
{
	int log = kit_log_open();
	int status;

	kit_need("rpi_gpiomem");
	kit_need("rpi_vcio");
	status = kit_run((const char *const []) { "/tests/rpi_fuzz", "1", "3000", NULL });
	EXPECT(status == 0, "ends with status %d", status);
	kit_log_expect_quiet(log, 4);
	/* Neither is held by a file that was left. */
	kit_need_gone("rpi_gpiomem");
	kit_need_gone("rpi_vcio");
	kit_need("rpi_gpiomem");
	kit_need("rpi_vcio");
}

static const struct ktap_test tests[] = {
	{ "files and mappings come to their end", at_random },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
