// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our modules on a machine that they are not for: they load, and do nothing
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"

static char *traces(void)
{
	char *all;

	REQUIRE(asprintf(&all, "%s\n%s\n%s\n%s\n%s\n", kit_list("/dev"), kit_list("/sys/class"),
			 kit_list("/sys/class/misc"), kit_list("/sys/bus/platform/devices"),
			 kit_list("/proc/device-tree")) > 0, "no memory");

	return all;
}

static void loads_and_does_nothing(const char *name)
{
	char *before = traces();
	int i;

	for (i = 0; i < 3; i++) {
		int log = kit_log_open();
		int ret;

		ret = kit_load(name, NULL);
		REQUIRE(ret == 0, "%s: %s", name, strerror(-ret));
		EXPECT(strcmp(before, traces()) == 0, "%s has made something", name);
		ret = kit_unload(name);
		REQUIRE(ret == 0, "%s: %s", name, strerror(-ret));
		EXPECT(strcmp(before, traces()) == 0, "%s has left something", name);
		kit_log_expect_quiet(log, 7);
		close(log);
	}
}

static void gpiomem(void)
{
	loads_and_does_nothing("rpi_gpiomem");
}

static void boardid(void)
{
	loads_and_does_nothing("rpi_boardid");
}

static void vcio(void)
{
	loads_and_does_nothing("rpi_vcio");
}

static void debug_lines(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++) {
		struct kit_log record;
		int log = kit_log_open();
		int lines = 0;

		EXPECT(!kit_load(kit_modules[i], "dyndbg=+p"), "%s cannot be loaded",
		       kit_modules[i]);
		while (kit_log_next(log, &record)) {
			if (kit_log_usual(&record))
				continue;
			lines++;
			EXPECT(record.level == 7, "level %d: %s", record.level, record.text);
			EXPECT(strstr(record.text, kit_modules[i]), "does not say who it is: %s",
			       record.text);
		}
		EXPECT(lines == 1, "%s logged %d lines", kit_modules[i], lines);
		kit_need_gone(kit_modules[i]);
		kit_log_expect_quiet(log, 7);
		close(log);
	}
}

static void all_three(void)
{
	char *before = traces();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need(kit_modules[i]);
	EXPECT(strcmp(before, traces()) == 0, "together they have made something");
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need_gone(kit_modules[i]);
}

static void not_by_udev(void)
{
	size_t i;

	kit_run((const char *const []) { "/lib/systemd/systemd-udevd", "--daemon", NULL });
	EXPECT(kit_run((const char *const []) {
		"/bin/udevadm", "trigger", "--type=devices", "--action=add", NULL }) == 0,
		"udevadm trigger");
	EXPECT(kit_run((const char *const []) {
		"/bin/udevadm", "settle", "--timeout=50", NULL }) == 0, "udevadm settle");
	kit_run((const char *const []) { "/bin/udevadm", "control", "--exit", NULL });
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		EXPECT(!kit_loaded(kit_modules[i]), "%s was loaded", kit_modules[i]);
}

static const struct ktap_test tests[] = {
	{ "udev does not load them", not_by_udev },
	{ "rpi_gpiomem", gpiomem },
	{ "rpi_boardid", boardid },
	{ "rpi_vcio", vcio },
	{ "all three", all_three },
	{ "one debug line each", debug_lines },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
