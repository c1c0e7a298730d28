// SPDX-License-Identifier: GPL-2.0-only
/*
 * rpi_boardid: /proc/device-tree/system/linux,revision and linux,serial
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Runs with the tree that has an empty /system (VARIANT=merged) and with the
 * kernel's own, which has none (VARIANT=bare). The firmware of the emulated
 * machine knows a revision and no serial number.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"

#define SYSTEM		"/proc/device-tree/system"
#define REVISION	SYSTEM "/linux,revision"
#define SERIAL		SYSTEM "/linux,serial"

static bool bare(void)
{
	return strcmp(kit_env("VARIANT"), "bare") == 0;
}

static void expect_nothing(const char *when)
{
	char *names = kit_list(SYSTEM);

	if (bare())
		EXPECT(access(SYSTEM, F_OK) < 0, "%s: /system is there: %s", when, names);
	else
		EXPECT(strcmp(names, "name ") == 0, "%s: /system has: %s", when, names);
}

static void expect_revision(void)
{
	__u32 want = kit_env_number("REVISION");
	unsigned char have[16];
	ssize_t count;

	count = kit_read(REVISION, have, sizeof(have));
	EXPECT(count == 4, "read %zd bytes, not 4", count);
	if (count == 4)
		EXPECT(have[0] == want >> 24 && have[1] == (want >> 16 & 0xff) &&
		       have[2] == (want >> 8 & 0xff) && have[3] == (want & 0xff),
		       "%02x %02x %02x %02x is not %08x, big-endian",
		       have[0], have[1], have[2], have[3], want);
}

static void nothing_before(void)
{
	kit_need_gone("rpi_boardid");
	expect_nothing("before");
}

static void revision(void)
{
	kit_need("rpi_boardid");
	expect_revision();
}

/* Not by rpi_boardid, and not from the host either: what the firmware says. */
static void revision_by_property(void)
{
	unsigned char have[16] = { 0 };
	__u32 value = 0;
	int fd;

	kit_need("rpi_boardid");
	kit_need("rpi_vcio");
	fd = open("/dev/vcio", O_RDWR);
	REQUIRE(fd >= 0, "/dev/vcio: %s", strerror(errno));
	EXPECT(!kit_property_word(fd, TAG_BOARD_REVISION, &value), "the call fails");
	EXPECT(value == kit_env_number("REVISION"), "the firmware says %#x", value);
	EXPECT(kit_read(REVISION, have, sizeof(have)) == 4, "cannot be read");
	EXPECT((have[0] << 24 | have[1] << 16 | have[2] << 8 | have[3]) == (int)value,
	       "/dev/vcio says %#x, the file says otherwise", value);
}

static void attributes(void)
{
	struct stat about;

	kit_need("rpi_boardid");
	REQUIRE(stat(REVISION, &about) == 0, "%s: %s", REVISION, strerror(errno));
	EXPECT(S_ISREG(about.st_mode) && (about.st_mode & 07777) == 0444,
	       "mode is %o", about.st_mode);
	EXPECT(about.st_size == 4, "size is %ld", (long)about.st_size);
	EXPECT(about.st_uid == 0 && about.st_gid == 0, "is not root's");
	EXPECT(open(REVISION, O_WRONLY) < 0, "can be opened for writing");
}

static void offsets(void)
{
	__u32 want = kit_env_number("REVISION");
	unsigned char have[16];
	int fd;

	kit_need("rpi_boardid");
	fd = open(REVISION, O_RDONLY);
	REQUIRE(fd >= 0, "%s: %s", REVISION, strerror(errno));
	EXPECT(pread(fd, have, 16, 2) == 2 && have[0] == (want >> 8 & 0xff) &&
	       have[1] == (want & 0xff), "the last two bytes are wrong");
	EXPECT(pread(fd, have, 1, 1) == 1 && have[0] == (want >> 16 & 0xff),
	       "the second byte is wrong");
	EXPECT(pread(fd, have, 16, 4) == 0, "there is something behind the end");
	EXPECT(pread(fd, have, 16, 4096) <= 0, "there is something far behind the end");
}

static void readable_by_all(void)
{
	kit_need("rpi_boardid");
	kit_become(USER_PI, 0);
	expect_revision();
}

static void no_serial(void)
{
	char *names;

	kit_need("rpi_boardid");
	EXPECT(access(SERIAL, F_OK) < 0, "a serial number that the firmware lacks is shown");
	names = kit_list(SYSTEM);
	EXPECT(strcmp(names, bare() ? "linux,revision " : "linux,revision name ") == 0,
	       "/system has: %s", names);
}

static void quiet(void)
{
	int log;

	kit_need_gone("rpi_boardid");
	log = kit_log_open();
	EXPECT(kit_load("rpi_boardid", NULL) == 0, "cannot be loaded");
	EXPECT(kit_unload("rpi_boardid") == 0, "cannot be unloaded");
	kit_log_expect_quiet(log, 4);
}

static void gone_after_unload(void)
{
	kit_need("rpi_boardid");
	kit_need_gone("rpi_boardid");
	expect_nothing("after");
	kit_need("rpi_boardid");
	expect_revision();
	kit_need_gone("rpi_boardid");
	expect_nothing("after the second time");
}

/* The file's operations are the kernel's, not the module's: no reason to wait. */
static void unload_while_open(void)
{
	unsigned char have[4];
	ssize_t count;
	int fd;

	kit_need("rpi_boardid");
	fd = open(REVISION, O_RDONLY);
	REQUIRE(fd >= 0, "%s: %s", REVISION, strerror(errno));
	EXPECT(kit_unload("rpi_boardid") == 0, "cannot be unloaded");
	count = read(fd, have, sizeof(have));
	EXPECT(count < 0 && errno == ENODEV, "a read gives %zd, %s", count, strerror(errno));
	close(fd);
	expect_nothing("after");
	kit_need("rpi_boardid");
	expect_revision();
}

static int stop;

static void *read_always(void *seen)
{
	__u32 want = __builtin_bswap32(kit_env_number("REVISION"));

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		__u32 have = 0;
		ssize_t count = -1;
		int fd = open(REVISION, O_RDONLY);

		if (fd < 0) {
			EXPECT(errno == ENOENT || errno == ENODEV, "open: %s", strerror(errno));
			usleep(200);
			continue;
		}

		count = read(fd, &have, sizeof(have));
		if (count < 0)
			EXPECT(errno == ENODEV, "read: %s", strerror(errno));
		else
			EXPECT(count == 4 && have == want, "read %zd bytes, %08x", count, have);
		*(int *)seen += count == 4;
		close(fd);
		usleep(200);
	}

	return NULL;
}

static void readers_meanwhile(void)
{
	pthread_t threads[3];
	int seen[3] = { 0 };
	int i;

	kit_need_gone("rpi_boardid");
	for (i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, read_always, &seen[i]);

	for (i = 0; i < 25; i++) {
		int ret = kit_load("rpi_boardid", NULL);

		EXPECT(!ret, "load %d: %s", i, strerror(-ret));
		usleep(2000);
		ret = kit_unload("rpi_boardid");
		EXPECT(!ret, "unload %d: %s", i, strerror(-ret));
	}

	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	EXPECT(seen[0] + seen[1] + seen[2] > 0, "no reader ever saw it");
	expect_nothing("after");
	kit_need("rpi_boardid");
}

static const struct ktap_test tests[] = {
	{ "nothing is there before", nothing_before },
	{ "revision is the machine's, big-endian", revision },
	{ "revision is what /dev/vcio says", revision_by_property },
	{ "size, mode and owner", attributes },
	{ "reads at any offset", offsets },
	{ "readable by everybody", readable_by_all },
	{ "no serial number if the firmware has none", no_serial },
	{ "loading warns of nothing", quiet },
	{ "gone after unloading, there again after loading", gone_after_unload },
	{ "unloading with the file open", unload_while_open },
	{ "readers while it comes and goes", readers_meanwhile },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
