// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of the kernel after all other suites
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <stdlib.h>
#include <string.h>

#include "kit.h"

/* Out of tree, and not signed: that is true of our modules. */
#define TAINT_OUT_OF_TREE	0x1000
#define TAINT_UNSIGNED		0x2000

static void taint(void)
{
	char text[40];
	long value;

	REQUIRE(kit_read("/proc/sys/kernel/tainted", text, sizeof(text)) > 0,
		"cannot be read");
	value = strtol(text, NULL, 10);
	EXPECT(!(value & ~(TAINT_OUT_OF_TREE | TAINT_UNSIGNED)), "the kernel is tainted: %ld",
	       value);
	EXPECT(value & TAINT_OUT_OF_TREE, "no module of ours was ever loaded: %ld", value);
}

static void deferred(void)
{
	char text[1000];
	size_t i;

	REQUIRE(kit_read("/sys/kernel/debug/devices_deferred", text, sizeof(text)) >= 0,
		"cannot be read");
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		EXPECT(!strstr(text, kit_modules[i]), "%s waits to be probed", kit_modules[i]);
}

static const struct ktap_test tests[] = {
	{ "tainted by unsigned modules from outside the tree and nothing else", taint },
	{ "no device of ours waits for its driver", deferred },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
