// SPDX-License-Identifier: GPL-2.0-only
/*
 * rpi_vcio: /dev/vcio and /dev/vcio_gencmd
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The emulated firmware answers some properties truly. Of a tag that it does
 * not know, vcgencmd's among them, it says success and leaves the value alone;
 * what a real answer looks like is firmware.c's business.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"

#define RAW		"/dev/vcio"
#define GENCMD		"/dev/vcio_gencmd"
/* vcgencmd's message, that of its first years and today's. */
#define GENCMD_MIN	1052
#define GENCMD_MAX	4124
#define RAW_MAX		65536

static int open_node(const char *path)
{
	int fd;

	kit_need("rpi_vcio");
	fd = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(fd >= 0, "%s: %s", path, strerror(errno));

	return fd;
}

static const char *error_name(int number)
{
	return number ? strerror(-number) : "success";
}

/* @size bytes that end where the next page begins, which no access survives. */
static __u32 *guarded(size_t size)
{
	size_t pages = (size + 4095) / 4096 * 4096;
	char *area;

	area = mmap(NULL, pages + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0);
	REQUIRE(area != MAP_FAILED, "%s", strerror(errno));
	mprotect(area + pages, 4096, PROT_NONE);

	return (__u32 *)(area + pages - size);
}

static void expect(int fd, const void *message, int wanted, const char *what)
{
	int ret = kit_property(fd, (void *)message);

	EXPECT(ret == wanted, "%s: %s, not %s", what, error_name(ret), error_name(wanted));
}

static void properties(void)
{
	__u32 message[8] = { sizeof(message), 0, TAG_TEMPERATURE, 8 };
	int fd = open_node(RAW);
	__u32 value = 0;

	EXPECT(!kit_property_word(fd, TAG_BOARD_REVISION, &value), "revision: fails");
	EXPECT(value == kit_env_number("REVISION"), "revision: %#x", value);

	/* The machine's thermometer is painted on. */
	expect(fd, message, 0, "temperature");
	EXPECT(message[6] == 25000, "temperature: %u", message[6]);
}

static void several_tags(void)
{
	__u32 message[21] = {
		sizeof(message), 0,
		TAG_BOARD_REVISION, 4, 0, 0,
		TAG_TEMPERATURE, 8, 0, 0, 0,
		0x00010003, 8, 0, 0, 0,
		TAG_BOARD_REVISION, 4, 0, 0,
		0,
	};
	int fd = open_node(RAW);

	expect(fd, message, 0, "four tags");
	EXPECT(message[0] == sizeof(message), "size has become %u", message[0]);
	EXPECT(message[1] == VCIO_SUCCESS, "code is %#x", message[1]);
	EXPECT(message[2] == TAG_BOARD_REVISION && message[3] == 4, "the first tag has changed");
	EXPECT(message[4] == 0x80000004, "the first tag's code is %#x", message[4]);
	EXPECT(message[5] == kit_env_number("REVISION"), "revision: %#x", message[5]);
	EXPECT(message[10] == 25000, "temperature: %u", message[10]);
	EXPECT(message[14], "no MAC address");
	EXPECT(message[19] == kit_env_number("REVISION"), "revision again: %#x", message[19]);
	EXPECT(message[20] == 0, "the end tag is %#x", message[20]);
}

static void smallest(void)
{
	__u32 message[] = { 12, 0, 0, 0xdeadbeef };

	expect(open_node(RAW), message, 0, "no tag");
	EXPECT(message[1] == VCIO_SUCCESS && message[3] == 0xdeadbeef, "wrote past the end");
	message[1] = 0;
	expect(open_node(GENCMD), message, -EINVAL, "no tag on vcio_gencmd");
	EXPECT(message[1] == 0 && message[3] == 0xdeadbeef, "the refused message was changed");
}

/* What vcgencmd sends: behind the text, it leaves what its stack had. */
static void fill_gencmd(__u32 *message, __u32 size, const char *text)
{
	memset(message, 0xa5, size);
	message[0] = size;
	message[1] = 0;
	message[2] = TAG_GENCMD;
	message[3] = size - 28;
	message[4] = 0;
	message[5] = 0;
	memcpy(&message[6], text, strlen(text) + 1);
	message[size / 4 - 1] = 0;
}

static void vcgencmds_call(void)
{
	static const __u32 sizes[] = { GENCMD_MIN, GENCMD_MAX };
	char answer[GENCMD_TEXT];
	int fd = open_node(GENCMD);
	__u32 *message;
	size_t i;

	EXPECT(!kit_gencmd(fd, "measure_temp", answer), "vcgencmd's call fails");
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		message = guarded(sizes[i]);
		fill_gencmd(message, sizes[i], "measure_temp");
		expect(fd, message, 0, "vcgencmd's call with what its stack had");
		EXPECT(message[1] == VCIO_SUCCESS, "code is %#x", message[1]);
		/* This firmware gives back what it was sent. */
		EXPECT(strcmp((char *)&message[6], "measure_temp") == 0, "the text has changed");
		EXPECT(message[sizes[i] / 4 - 2] == 0, "the firmware was sent what is no text");
	}
	fd = open_node(RAW);
	EXPECT(!kit_gencmd(fd, "measure_temp", answer), "vcgencmd's call fails on " RAW);
}

static void bad_sizes(int fd)
{
	static const __u32 small_or_odd[] = { 0, 1, 4, 8, 11, 13, 14, 15, 27, 29 };
	static const __u32 large[] = { 0x100000, 0x7ffffffc, 0x80000000, 0xfffffffc };
	__u32 *message = calloc(1, 2 * 1024 * 1024);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(small_or_odd); i++) {
		message[0] = small_or_odd[i];
		expect(fd, message, -EINVAL, "a size that is too small or odd");
	}

	for (i = 0; i < ARRAY_SIZE(large); i++) {
		message[0] = large[i];
		expect(fd, message, -E2BIG, "1 MiB and more");
	}
	free(message);
}

/*
 * The firmware driver takes memory for a message from a small pool, and the
 * kernel warns when that is empty: what is too much has to be refused before.
 */
static __u32 largest_message(int fd)
{
	__u32 *message = calloc(1, 2 * 1024 * 1024);
	__u32 size;
	__u32 limit = 0;
	int log = kit_log_open();

	for (size = 4096; size <= 1024 * 1024; size += 4096) {
		int ret;

		message[0] = size;
		message[1] = 0;
		message[2] = 0;
		ret = kit_property(fd, message);
		if (!ret && limit == size - 4096)
			limit = size;
		EXPECT(!ret || ret == -E2BIG, "%u bytes: %s", size, error_name(ret));
		EXPECT(ret || limit == size, "%u bytes pass, fewer do not", size);
		if (ret && ret != -E2BIG)
			break;
	}

	message[0] = limit + 4;
	expect(fd, message, -E2BIG, "four bytes more than the largest");
	kit_log_expect_quiet(log, 4);
	free(message);

	return limit;
}

static void raw_sizes(void)
{
	int fd = open_node(RAW);
	__u32 limit;

	bad_sizes(fd);
	limit = largest_message(fd);
	EXPECT(limit == RAW_MAX, "%u bytes, not %u", limit, RAW_MAX);
}

static void gencmd_sizes(void)
{
	static const __u32 sizes[] = {
		28, GENCMD_MIN - 4, GENCMD_MIN, GENCMD_MIN + 4, GENCMD_MAX - 4, GENCMD_MAX,
		GENCMD_MAX + 4, 8192, RAW_MAX,
	};
	__u32 *message = calloc(1, RAW_MAX);
	int fd = open_node(GENCMD);
	size_t i;

	bad_sizes(fd);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(message, 0, RAW_MAX);
		fill_gencmd(message, sizes[i] < GENCMD_MIN ? GENCMD_MIN : sizes[i], "version");
		message[0] = sizes[i];
		message[3] = sizes[i] - 28;
		expect(fd, message, sizes[i] < GENCMD_MIN ? -EINVAL :
				    sizes[i] > GENCMD_MAX ? -E2BIG : 0, "a size");
	}
	free(message);
}

static void bad_pointers(void)
{
	static const char *const nodes[] = { RAW, GENCMD };
	__u32 *message;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		int fd = open_node(nodes[i]);

		expect(fd, NULL, -EFAULT, "no buffer");
		expect(fd, (void *)16, -EFAULT, "an address that is not mapped");
		expect(fd, (void *)-4096L, -EFAULT, "an address of the kernel");
		expect(fd, (void *)0xffff800010000000, -EFAULT, "an address of the kernel's code");

		message = guarded(4);
		message[0] = GENCMD_MIN;
		expect(fd, message, -EFAULT, "a buffer whose rest is not mapped");

		message = guarded(GENCMD_MIN - 4);
		message[0] = GENCMD_MIN;
		expect(fd, message, -EFAULT, "a buffer with one word too few");

		/* Readable, but the answer cannot be written. */
		message = guarded(4096);
		fill_gencmd(message, GENCMD_MIN, "version");
		mprotect(message, 4096, PROT_READ);
		expect(fd, message, -EFAULT, "a read-only buffer");
	}
}

static void exact_buffer(void)
{
	__u32 *message = guarded(28);
	int fd = open_node(RAW);

	memset(message, 0, 28);
	message[0] = 28;
	message[2] = TAG_BOARD_REVISION;
	message[3] = 4;
	expect(fd, message, 0, "a buffer at the end of its page");
	EXPECT(message[5] == kit_env_number("REVISION"), "revision: %#x", message[5]);

	/* The kernel's alignment is not the caller's. */
	message = (__u32 *)((char *)guarded(40) + 3);
	memset(message, 0, 28);
	((char *)message)[0] = 28;
	memcpy((char *)message + 8, "\x02\x00\x01\x00\x04", 5);
	expect(fd, message, 0, "a buffer at an odd address");
}

static void other_calls(void)
{
	static const unsigned long calls[] = {
		0, VCIO_CALL_COMPAT, 0xc0086401, 0x80086400, 0x40086400, 0xc0106400,
		0x5401, 0x6400, 0xffffffff,
	};
	static const char *const nodes[] = { RAW, GENCMD };
	__u32 message[7] = { 28, 0, TAG_BOARD_REVISION, 4 };
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(nodes); k++) {
		int fd = open_node(nodes[k]);

		for (i = 0; i < ARRAY_SIZE(calls); i++)
			EXPECT(ioctl(fd, calls[i], message) < 0 && errno == ENOTTY,
			       "%s, ioctl %#lx: %s", nodes[k], calls[i], strerror(errno));
		EXPECT(read(fd, message, 4) < 0 && errno == EINVAL, "read: %s", strerror(errno));
		EXPECT(write(fd, message, 4) < 0 && errno == EINVAL, "write: %s", strerror(errno));
		EXPECT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED,
		       "can be mapped");
	}
}

static void filter(void)
{
	static const __u32 tags[] = {
		TAG_BOARD_REVISION, TAG_BOARD_SERIAL, TAG_TEMPERATURE, 0x00030081, 0x00030010,
		0x0003000c, 0x00038030, 0x80030080, 0x00030084, 0xffffffff, 1, 0,
	};
	__u32 *message = guarded(GENCMD_MAX);
	int fd = open_node(GENCMD);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		fill_gencmd(message, GENCMD_MAX, "version");
		message[2] = tags[i];
		expect(fd, message, -EPERM, "another tag");
		EXPECT(message[1] == 0 && message[5] == 0, "the refused message was changed");

		/* A second tag, where the first one has left room for it. */
		fill_gencmd(message, GENCMD_MAX, "version");
		message[3] = 1024;
		message[261] = tags[i];
		message[262] = 4;
		message[264] = 0x55;
		expect(fd, message, -EINVAL, "another tag behind an allowed one");
		EXPECT(message[1] == 0 && message[264] == 0x55, "the refused message was changed");

		/* And at the end of the text. */
		fill_gencmd(message, GENCMD_MAX, "version");
		memset(&message[6], ' ', 4096);
		message[GENCMD_MAX / 4 - 2] = tags[i];
		expect(fd, message, -EINVAL, "another tag at the end of a text");
	}
}

static void malformed(void)
{
	static const __u32 lengths[] = {
		0, 4, 1024, 4088, 4092, 4095, 4097, 4104, 0x7ffffffc, 0xfffffff4, 0xffffffff,
	};
	__u32 *message = guarded(GENCMD_MAX);
	int fd = open_node(GENCMD);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		fill_gencmd(message, GENCMD_MAX, "version");
		message[3] = lengths[i];
		expect(fd, message, -EINVAL, "a value of another size");
	}

	fill_gencmd(message, GENCMD_MAX, "version");
	message[3] = 4100;
	expect(fd, message, 0, "a value that has all of the room");

	fill_gencmd(message, GENCMD_MAX, "version");
	message[GENCMD_MAX / 4 - 1] = 1;
	expect(fd, message, -EINVAL, "no end tag");

	fill_gencmd(message, GENCMD_MAX, "version");
	memset(&message[6], 'x', 4096);
	expect(fd, message, -EINVAL, "a text without an end");
}

/* The rules once more, in other words than the driver's. */
static int verdict(const __u32 *message)
{
	const char *text = (const char *)&message[6];
	__u32 bytes = message[0];
	__u32 value = message[3];

	if (bytes < GENCMD_MIN || bytes & 3)
		return -EINVAL;
	if (bytes > GENCMD_MAX)
		return -E2BIG;
	if (message[2] != TAG_GENCMD)
		return -EPERM;
	if (value != bytes - 28 && value != bytes - 24)
		return -EINVAL;
	if (message[bytes / 4 - 1])
		return -EINVAL;

	return memchr(text, 0, value - 4) ? 0 : -EINVAL;
}

static __u32 random_state = 20261121;

static __u32 random_below(__u32 limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;

	return random_state % limit;
}

/* Mostly right, so that some come far. */
static void random_message(__u32 *message, __u32 words)
{
	static const __u32 strange[] = {
		0, 1, 2, 3, 0x80000000, 0xffffffff, 0xfffffffc, 0x10000, 0x00030081, 1024, 4096,
		4100, GENCMD_MIN, GENCMD_MAX,
	};
	__u32 i;

	fill_gencmd(message, words * 4, "version");
	if (!random_below(4))
		memset(&message[6], 'x', random_below(words * 4 - 24 + 1));
	for (i = random_below(4); i > 0 && random_below(2); i--)
		message[random_below(random_below(2) ? 6 : words)] =
			strange[random_below(ARRAY_SIZE(strange))];
}

static void random_messages(void)
{
	unsigned int succeeded = 0;
	unsigned int seen = 0;
	int fd = open_node(GENCMD);
	__u32 *copy = malloc(8192);
	int log = kit_log_open();
	int i;

	for (i = 0; i < 4000; i++) {
		__u32 words = GENCMD_MIN / 4 + random_below((GENCMD_MAX - GENCMD_MIN) / 4 + 8);
		__u32 *message = guarded(words * 4);
		int wanted;
		int ret;

		random_message(message, words);
		memcpy(copy, message, words * 4);
		wanted = verdict(message);
		/* A size that leaves the buffer is refused later than a small one. */
		if (message[0] > words * 4 && message[0] >= GENCMD_MIN &&
		    message[0] <= GENCMD_MAX && !(message[0] & 3))
			wanted = -EFAULT;

		ret = kit_property(fd, message);
		EXPECT(ret == wanted, "message %d: %s, not %s", i, error_name(ret),
		       error_name(wanted));
		if (ret)
			EXPECT(memcmp(copy, message, words * 4) == 0,
			       "message %d was refused, and changed", i);
		else
			EXPECT(message[1] == VCIO_SUCCESS, "message %d: code %#x", i, message[1]);

		succeeded += !ret;
		seen |= 1u << (-ret & 31);
		munmap((void *)((unsigned long)message & ~4095ul),
		       (words * 4 + 4095) / 4096 * 4096 + 4096);
	}

	ktap_note("%u of %d messages passed", succeeded, i);
	EXPECT(succeeded > 100 && succeeded < 3900, "%u passed: no useful mixture", succeeded);
	EXPECT(seen & 1u << EPERM && seen & 1u << EINVAL, "not a useful mixture");
	kit_log_expect_quiet(log, 6);
}

static void *ask_always(void *node)
{
	int fd = open(node, O_RDWR);
	int i;

	EXPECT(fd >= 0, "%s: %s", (char *)node, strerror(errno));
	for (i = 0; i < 60 && strcmp(node, RAW) == 0; i++) {
		__u32 message[12] = {
			sizeof(message), 0, TAG_BOARD_REVISION, 4, 0, 0, TAG_TEMPERATURE, 8, 0,
			0, 0, 0,
		};

		EXPECT(!kit_property(fd, message) && message[1] == VCIO_SUCCESS, "a call fails");
		EXPECT(message[5] == kit_env_number("REVISION"), "revision: %#x", message[5]);
		EXPECT(message[10] == 25000, "temperature: %u", message[10]);
	}

	for (i = 0; i < 60 && strcmp(node, GENCMD) == 0; i++) {
		char answer[GENCMD_TEXT];
		char words[40];

		/* This firmware gives back what it was sent: everybody their own. */
		snprintf(words, sizeof(words), "thread %lx call %d", (long)pthread_self(), i);
		EXPECT(!kit_gencmd(fd, words, answer), "a call fails");
		EXPECT(strcmp(answer, words) == 0, "sent '%s', got '%.60s'", words, answer);
	}
	close(fd);

	return NULL;
}

static void in_parallel(void)
{
	pthread_t threads[8];
	size_t i;

	kit_need("rpi_vcio");
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, ask_always, i % 2 ? GENCMD : RAW);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
}

static void *ask_largest(void *node)
{
	__u32 *message = calloc(1, GENCMD_MAX);
	int fd = open(node, O_RDWR);
	int i;

	for (i = 0; i < 20; i++) {
		int ret;

		message[0] = GENCMD_MAX;
		message[2] = TAG_GENCMD;
		message[3] = GENCMD_MAX - 28;
		ret = kit_property(fd, message);
		EXPECT(!ret, "%s: %s", (char *)node, error_name(ret));
	}
	close(fd);

	return NULL;
}

/* Together they want more than the firmware driver's pool has. */
static void crowd(void)
{
	int log = kit_log_open();
	pthread_t threads[40];
	size_t i;

	kit_need("rpi_vcio");
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, ask_largest, i % 2 ? GENCMD : RAW);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	kit_log_expect_quiet(log, 4);
}

static int stop;

/* Changes what the kernel has already looked at. */
static void *flip(void *data)
{
	static const struct {
		int word;
		__u32 value;
	} writes[] = {
		{ 0, GENCMD_MIN }, { 2, TAG_GENCMD }, { 3, GENCMD_MIN - 28 }, { 0, GENCMD_MAX },
		{ 3, GENCMD_MAX - 28 }, { 3, 0xfffffff0 }, { 2, TAG_BOARD_REVISION }, { 3, 4 },
	};
	__u32 *message = data;
	size_t i;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		for (i = 0; i < ARRAY_SIZE(writes); i++)
			__atomic_store_n(&message[writes[i].word], writes[i].value,
					 __ATOMIC_RELAXED);
	}

	return NULL;
}

static void changed_meanwhile(void)
{
	__u32 *message = guarded(GENCMD_MAX + 4096);
	unsigned int seen = 0;
	int fd = open_node(GENCMD);
	pthread_t thread;
	int i;

	pthread_create(&thread, NULL, flip, message);
	for (i = 0; i < 400; i++) {
		int ret = kit_property(fd, message);

		seen |= 1u << (-ret & 31);
		EXPECT(ret == 0 || ret == -EPERM || ret == -EINVAL, "%s", error_name(ret));
		EXPECT(message[GENCMD_MAX / 4] == 0, "wrote past the largest message");
		/* Never an answer to the tag that is not allowed. */
		EXPECT(message[5] != kit_env_number("REVISION"), "another tag was answered");
		message[1] = 0;
		if (i % 20 == 0)
			usleep(1000);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	ktap_note("results seen: %#x", seen);
}

static void drop_capability(int number)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	REQUIRE(syscall(SYS_capget, &head, data) == 0, "%s", strerror(errno));
	data[number / 32].effective &= ~(1u << number % 32);
	data[number / 32].permitted &= ~(1u << number % 32);
	REQUIRE(syscall(SYS_capset, &head, data) == 0, "%s", strerror(errno));
}

static void capability(void)
{
	char answer[GENCMD_TEXT];
	int fd = open_node(RAW);

	close(fd);
	drop_capability(CAP_SYS_RAWIO);
	EXPECT(open(RAW, O_RDWR) < 0 && errno == EPERM, "root without CAP_SYS_RAWIO: %s",
	       strerror(errno));
	EXPECT(open(RAW, O_RDONLY) < 0 && errno == EPERM, "read-only: %s", strerror(errno));
	EXPECT(open(RAW, O_WRONLY) < 0 && errno == EPERM, "write-only: %s", strerror(errno));

	fd = open(GENCMD, O_RDWR);
	EXPECT(fd >= 0, GENCMD ": %s", strerror(errno));
	EXPECT(!kit_gencmd(fd, "version", answer), "vcgencmd's call fails");
	EXPECT(kit_gencmd(fd, "display_power 0", answer) == -EPERM, "the display can be switched");
	EXPECT(kit_gencmd(fd, "otp_dump", answer) == -EPERM, "the fuses can be read");
	EXPECT(!kit_gencmd(fd, "display_power", answer), "display_power without an argument");
}

/* The opener's capability counts: root's file may be a user's by now. */
static void commands(void)
{
	char answer[GENCMD_TEXT];
	int root = open_node(GENCMD);
	struct stat about;
	int fd;

	EXPECT(!kit_gencmd(root, "display_power 0", answer), "root: fails");
	REQUIRE(stat(GENCMD, &about) == 0 && chmod(GENCMD, 0666) == 0, "%s", strerror(errno));
	if (fork() == 0) {
		kit_become(USER_PI, 0);
		fd = open(GENCMD, O_RDWR);
		EXPECT(fd >= 0, "a user: %s", strerror(errno));
		EXPECT(!kit_gencmd(fd, "measure_temp", answer), "a user: measure_temp fails");
		EXPECT(kit_gencmd(fd, "display_power 0", answer) == -EPERM, "a user may switch");
		EXPECT(!kit_gencmd(root, "display_power 0", answer), "root's file: fails");
		ktap_stop();
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	chmod(GENCMD, about.st_mode & 07777);
}

static void modes_do_not_matter(void)
{
	struct stat about;
	int fd;

	kit_need("rpi_vcio");
	REQUIRE(stat(RAW, &about) == 0 && chmod(RAW, 0666) == 0, "%s", strerror(errno));
	if (fork() == 0) {
		kit_become(USER_PI, 0);
		fd = open(RAW, O_RDWR);
		EXPECT(fd < 0 && errno == EPERM, "a user: %s", fd < 0 ? strerror(errno) : "may");
		ktap_stop();
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	chmod(RAW, about.st_mode & 07777);
}

static void process_of_32_bits(void)
{
	char revision[20];
	int status;

	if (strcmp(kit_env("COMPAT"), "y") != 0)
		ktap_skip("this kernel runs no 32-bit processes");

	kit_need("rpi_vcio");
	snprintf(revision, sizeof(revision), "%x", kit_env_number("REVISION"));
	status = kit_run((const char *const []) { "/tests/vcio32", revision, NULL });
	EXPECT(status == 0, "fails at step %d of vcio32.c", status);
}

static const struct ktap_test tests[] = {
	{ "properties that the machine has", properties },
	{ "several tags in one call", several_tags },
	{ "a message without a tag", smallest },
	{ "vcgencmd's call", vcgencmds_call },
	{ "a buffer that just fits", exact_buffer },
	/* Before the kernel has enlarged the pool, which it does when it ran dry. */
	{ "a crowd with large messages", crowd },
	{ "sizes on vcio", raw_sizes },
	{ "sizes on vcio_gencmd", gencmd_sizes },
	{ "bad pointers", bad_pointers },
	{ "no other ioctl, no read, write or mmap", other_calls },
	{ "vcio_gencmd refuses other tags", filter },
	{ "vcio_gencmd refuses malformed messages", malformed },
	{ "vcio_gencmd and random messages", random_messages },
	{ "threads in parallel", in_parallel },
	{ "a message that changes meanwhile", changed_meanwhile },
	{ "vcio wants CAP_SYS_RAWIO", capability },
	{ "vcio wants it whatever its mode", modes_do_not_matter },
	{ "vcio_gencmd wants it for commands that write", commands },
	{ "a 32-bit process", process_of_32_bits },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
