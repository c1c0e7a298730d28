// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our modules where the vendor's nodes are in the tree, with and without drivers
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The tree has linux,revision, and nodes for gpiomem and vcio. First nobody
 * serves those nodes and ours may; then modules/fake_vendor.c stands for the
 * vendor's drivers, and ours have to keep out of its way.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kit.h"

#define SYSTEM		"/proc/device-tree/system"
#define REVISION	SYSTEM "/linux,revision"

/* The host put it there; not the machine's, so that it is seen whose it is. */
#define TREE_REVISION	"\x00\xab\xcd\xef"

static void expect_tree_revision(void)
{
	char have[16];
	ssize_t count = kit_read(REVISION, have, sizeof(have));

	EXPECT(count == 4 && memcmp(have, TREE_REVISION, 4) == 0,
	       "linux,revision is not the tree's: %zd bytes, %02x ...", count, have[0]);
}

static void expect_text(const char *path, const char *wanted)
{
	char have[100];
	ssize_t count = kit_read(path, have, sizeof(have));

	EXPECT(count == (ssize_t)strlen(wanted) && memcmp(have, wanted, count) == 0,
	       "%s is not the vendor's: %zd", path, count);
}

static void boardid(void)
{
	char *before;
	int log;

	expect_tree_revision();
	before = kit_list(SYSTEM);
	log = kit_log_open();
	EXPECT(kit_load("rpi_boardid", NULL) == 0, "cannot be loaded");
	expect_tree_revision();
	EXPECT(strcmp(kit_list(SYSTEM), before) == 0, "/system has: %s", kit_list(SYSTEM));
	kit_log_expect_quiet(log, 4);
	EXPECT(kit_unload("rpi_boardid") == 0, "cannot be unloaded");
	expect_tree_revision();
	EXPECT(strcmp(kit_list(SYSTEM), before) == 0, "/system has: %s", kit_list(SYSTEM));
	kit_log_expect_quiet(log, 4);
}

static void gpiomem_without_driver(void)
{
	__u32 *mem = kit_devmem();
	__u32 *gpio;
	int fd;

	kit_need("rpi_gpiomem");
	fd = open("/dev/gpiomem", O_RDWR | O_SYNC);
	REQUIRE(fd >= 0, "/dev/gpiomem: %s", strerror(errno));
	gpio = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(gpio != MAP_FAILED, "%s", strerror(errno));
	kit_set_function(gpio, 17, 5);
	EXPECT(kit_function(mem, 17) == 5, "is not the GPIO page");
	kit_set_function(gpio, 17, 0);
	munmap(gpio, 4096);
	close(fd);
	kit_need_gone("rpi_gpiomem");
	EXPECT(access("/dev/gpiomem", F_OK) < 0, "is left behind");
}

static void vcio_without_driver(void)
{
	__u32 value = 0;
	int fd;

	kit_need("rpi_vcio");
	fd = open("/dev/vcio", O_RDWR);
	REQUIRE(fd >= 0, "/dev/vcio: %s", strerror(errno));
	EXPECT(!kit_property_word(fd, TAG_BOARD_REVISION, &value), "the call fails");
	EXPECT(value == kit_env_number("REVISION"), "revision: %#x", value);
	close(fd);
	kit_need_gone("rpi_vcio");
	EXPECT(access("/dev/vcio", F_OK) < 0, "is left behind");
}

static void vendors_first(void)
{
	kit_need("fake_vendor");
	expect_text("/dev/gpiomem", "vendor");
	expect_text("/dev/vcio", "vendor");
}

static void no_op(const char *name, const char *path, const char *other)
{
	int log;
	int i;

	REQUIRE(kit_loaded("fake_vendor"), "the vendor's driver is not there");
	for (i = 0; i < 3; i++) {
		log = kit_log_open();
		EXPECT(kit_load(name, NULL) == 0, "cannot be loaded");
		expect_text(path, "vendor");
		EXPECT(access(other, F_OK) < 0, "%s is there", other);
		kit_log_expect_quiet(log, 6);
		EXPECT(kit_unload(name) == 0, "cannot be unloaded");
		expect_text(path, "vendor");
		kit_log_expect_quiet(log, 6);
		close(log);
	}
}

static void gpiomem_keeps_out(void)
{
	no_op("rpi_gpiomem", "/dev/gpiomem", "/sys/class/bcm2835-gpiomem");
}

static void vcio_keeps_out(void)
{
	no_op("rpi_vcio", "/dev/vcio", "/dev/vcio_gencmd");
}

static const struct ktap_test tests[] = {
	{ "rpi_boardid leaves the tree's revision alone", boardid },
	{ "rpi_gpiomem serves the vendor's node", gpiomem_without_driver },
	{ "rpi_vcio serves the vendor's node", vcio_without_driver },
	{ "the vendor's drivers have the nodes", vendors_first },
	{ "rpi_gpiomem keeps out of the vendor's way", gpiomem_keeps_out },
	{ "rpi_vcio keeps out of the vendor's way", vcio_keeps_out },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
