// SPDX-License-Identifier: GPL-2.0-only
/*
 * What our modules make of answers that the emulated firmware never gives
 *
 * Copyright (C) 2026 The outboard authors
 *
 * modules/fake_firmware.c rewrites the firmware's answers as its parameters
 * say. With it the serial number, vcgencmd's text and errors are seen.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"

#define SYSTEM		"/proc/device-tree/system"
#define REVISION	SYSTEM "/linux,revision"
#define SERIAL		SYSTEM "/linux,serial"
#define COUNTER		"/sys/module/fake_firmware/parameters/rewritten"

static void parameter(const char *name, const char *value)
{
	char path[100];
	ssize_t ret;

	kit_need("fake_firmware");
	snprintf(path, sizeof(path), "/sys/module/fake_firmware/parameters/%s", name);
	ret = kit_write(path, value);
	REQUIRE(ret > 0, "%s cannot be set to %s: %s", name, value, strerror(-ret));
}

static unsigned long answered(void)
{
	char text[40];

	REQUIRE(kit_read(COUNTER, text, sizeof(text)) > 0, COUNTER);

	return strtoul(text, NULL, 10);
}

static void reload(void)
{
	unsigned long before;

	kit_need("fake_firmware");
	kit_need_gone("rpi_boardid");
	before = answered();
	kit_need("rpi_boardid");
	REQUIRE(answered() > before, "the fake firmware was not asked: the test tests nothing");
}

static void expect_bytes(const char *path, const char *bytes, ssize_t size)
{
	char have[32];
	ssize_t count = kit_read(path, have, sizeof(have));

	EXPECT(count == size, "%s: read %zd bytes, not %zd", path, count, size);
	EXPECT(count != size || memcmp(have, bytes, size) == 0, "%s is wrong: %02x ... %02x",
	       path, have[0], have[size - 1]);
}

static void expect_machine_revision(void)
{
	__u32 revision = __builtin_bswap32(kit_env_number("REVISION"));

	expect_bytes(REVISION, (char *)&revision, 4);
}

static void serial_is_refused(const char *mode)
{
	parameter("serial_mode", mode);
	reload();
	EXPECT(access(SERIAL, F_OK) < 0, "a serial number is shown, the firmware's answer: %s",
	       mode);
	expect_machine_revision();
}

static void serial_echoed(void)
{
	serial_is_refused("echo");
}

static void serial_zero(void)
{
	serial_is_refused("zero");
}

static void serial_ones(void)
{
	serial_is_refused("ones");
}

static void serial_error(void)
{
	serial_is_refused("error");
}

static void serial_real(void)
{
	struct stat about;

	parameter("serial", "0x10000000a1b2c3d4");
	parameter("serial_mode", "real");
	reload();
	expect_bytes(SERIAL, "\x10\x00\x00\x00\xa1\xb2\xc3\xd4", 8);
	expect_machine_revision();
	REQUIRE(stat(SERIAL, &about) == 0, "%s", strerror(errno));
	EXPECT((about.st_mode & 07777) == 0444, "mode is %o", about.st_mode);
	EXPECT(about.st_size == 8, "size is %ld", (long)about.st_size);
	kit_need_gone("rpi_boardid");
	EXPECT(access(SERIAL, F_OK) < 0, "the serial number outlives the module");
}

/* Half of it is zero, or all ones: a number like any other. */
static void serial_halves(void)
{
	parameter("serial_mode", "real");
	parameter("serial", "0x00000000a1b2c3d4");
	reload();
	expect_bytes(SERIAL, "\x00\x00\x00\x00\xa1\xb2\xc3\xd4", 8);
	parameter("serial", "0xffffffff00000001");
	reload();
	expect_bytes(SERIAL, "\xff\xff\xff\xff\x00\x00\x00\x01", 8);
	parameter("serial_mode", "echo");
}

static void revision_other(void)
{
	parameter("revision", "0x00c03115");
	reload();
	expect_bytes(REVISION, "\x00\xc0\x31\x15", 4);
	parameter("revision", "0");
	reload();
	expect_machine_revision();
}

static void revision_error(void)
{
	int log;

	parameter("revision_error", "1");
	log = kit_log_open();
	reload();
	EXPECT(access(REVISION, F_OK) < 0, "a revision is shown that the firmware did not tell");
	kit_log_expect_quiet(log, 3);
	parameter("revision_error", "0");
	reload();
	expect_machine_revision();
}

static void gencmd_text(void)
{
	char answer[GENCMD_TEXT];
	int fd;

	kit_need("rpi_vcio");
	parameter("answer", "temp=48.3'C");
	fd = open("/dev/vcio_gencmd", O_RDWR);
	REQUIRE(fd >= 0, "/dev/vcio_gencmd: %s", strerror(errno));
	EXPECT(!kit_gencmd(fd, "measure_temp", answer), "the call fails");
	EXPECT(strcmp(answer, "temp=48.3'C") == 0, "the answer is '%.100s'", answer);
}

static void gencmd_by_user(void)
{
	char answer[GENCMD_TEXT];
	int fd;

	kit_need("rpi_vcio");
	parameter("answer", "throttled=0x50000");
	kit_become(USER_PI, GROUP_VIDEO);
	fd = open("/dev/vcio_gencmd", O_RDWR);
	REQUIRE(fd >= 0, "a member of video: %s", strerror(errno));
	EXPECT(!kit_gencmd(fd, "get_throttled", answer), "the call fails");
	EXPECT(strcmp(answer, "throttled=0x50000") == 0, "the answer is '%.100s'", answer);
}

static void gencmd_longest(void)
{
	char wanted[1000];
	char answer[GENCMD_TEXT];
	int fd;

	kit_need("rpi_vcio");
	memset(wanted, 'v', sizeof(wanted));
	wanted[sizeof(wanted) - 1] = 0;
	parameter("answer", wanted);
	fd = open("/dev/vcio_gencmd", O_RDWR);
	REQUIRE(fd >= 0, "/dev/vcio_gencmd: %s", strerror(errno));
	EXPECT(!kit_gencmd(fd, "commands", answer), "the call fails");
	EXPECT(strcmp(answer, wanted) == 0, "the answer has %zu characters", strlen(answer));
}

static void errors_are_passed_on(void)
{
	__u32 message[7] = { sizeof(message), 0, TAG_BOARD_REVISION, 4 };
	__u32 before[7];
	int fd;
	int ret;

	kit_need("rpi_vcio");
	fd = open("/dev/vcio", O_RDWR);
	REQUIRE(fd >= 0, "/dev/vcio: %s", strerror(errno));
	memcpy(before, message, sizeof(before));
	parameter("revision_error", "1");
	ret = kit_property(fd, message);
	parameter("revision_error", "0");
	EXPECT(ret == -ETIMEDOUT, "the firmware's error becomes %s", strerror(-ret));
	EXPECT(memcmp(message, before, sizeof(message)) == 0, "the message was changed");
	EXPECT(!kit_property(fd, message), "the next call fails");
}

static void *ask_always(void *node)
{
	int fd = open(node, O_RDWR);
	int i;

	for (i = 0; i < 10; i++) {
		char answer[GENCMD_TEXT];

		EXPECT(!kit_gencmd(fd, "version", answer), "%s: a call fails", (char *)node);
	}
	close(fd);

	return NULL;
}

/*
 * Every call under way has memory of the firmware driver's small pool, and the
 * kernel warns when that is empty: no number of threads may get there.
 */
static void one_at_a_time(void)
{
	pthread_t threads[12];
	char text[20];
	size_t i;

	kit_need("rpi_vcio");
	parameter("delay", "2000");
	parameter("at_once", "0");
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, ask_always,
			       i % 2 ? "/dev/vcio" : "/dev/vcio_gencmd");
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	parameter("delay", "0");
	REQUIRE(kit_read("/sys/module/fake_firmware/parameters/at_once", text, sizeof(text)) > 0,
		"no counter");
	EXPECT(atoi(text) == 1, "%d calls at once", atoi(text));
}

static void restored(void)
{
	kit_need_gone("rpi_boardid");
	kit_need_gone("fake_firmware");
	kit_need("rpi_boardid");
	expect_machine_revision();
	EXPECT(access(SERIAL, F_OK) < 0, "a serial number is left");
}

static const struct ktap_test tests[] = {
	{ "a serial number that is the question is not shown", serial_echoed },
	{ "a serial number of zero is not shown", serial_zero },
	{ "a serial number of ones is not shown", serial_ones },
	{ "an error for the serial number leaves the revision", serial_error },
	{ "a serial number is 8 bytes, big-endian", serial_real },
	{ "a serial number with an empty half", serial_halves },
	{ "another revision", revision_other },
	{ "an error for the revision", revision_error },
	{ "vcgencmd's answer", gencmd_text },
	{ "vcgencmd's answer for a member of video", gencmd_by_user },
	{ "a long answer", gencmd_longest },
	{ "the firmware's errors reach the caller", errors_are_passed_on },
	{ "one call at a time", one_at_a_time },
	{ "all is as before afterwards", restored },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
