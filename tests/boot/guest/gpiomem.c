// SPDX-License-Identifier: GPL-2.0-only
/*
 * rpi_gpiomem: /dev/gpiomem
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The registers seen through a mapping are compared with what /dev/mem and the
 * GPIO character device say of the same pins.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"

#define NODE		"/dev/gpiomem"
#define PAGE		4096
#define RW		(PROT_READ | PROT_WRITE)

/* Pins of the header that nothing on the board uses, and one of the second bank. */
#define PIN		17
#define OTHER_PIN	22
#define HIGH_PIN	44

#define OUTPUT		1

static int open_node(int flags)
{
	int fd;

	kit_need("rpi_gpiomem");
	fd = open(NODE, flags | O_CLOEXEC);
	REQUIRE(fd >= 0, NODE ": %s", strerror(errno));

	return fd;
}

static __u32 *map_node(void)
{
	int fd = open_node(O_RDWR | O_SYNC);
	void *page = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);

	REQUIRE(page != MAP_FAILED, "cannot be mapped: %s", strerror(errno));
	close(fd);

	return page;
}

/* A mapping that has to fail, and how. */
static void refused(int flags, size_t size, int protection, int sharing, int number,
		    const char *what)
{
	int fd = open_node(flags);
	void *page = mmap(NULL, size, protection, sharing, fd, 0);

	EXPECT(page == MAP_FAILED, "%s is allowed", what);
	EXPECT(page != MAP_FAILED || errno == number, "%s: %s", what, strerror(errno));
	close(fd);
}

static void function_select(void)
{
	__u32 *gpio = map_node();
	__u32 *mem = kit_devmem();
	unsigned int function;

	for (function = 0; function < 8; function++) {
		kit_set_function(gpio, PIN, function);
		EXPECT(kit_function(mem, PIN) == function, "wrote %u, /dev/mem says %u",
		       function, kit_function(mem, PIN));
		EXPECT(kit_function(gpio, PIN) == function, "wrote %u, read back %u",
		       function, kit_function(gpio, PIN));
	}

	kit_set_function(mem, PIN, 5);
	EXPECT(kit_function(gpio, PIN) == 5, "/dev/mem wrote 5, read %u",
	       kit_function(gpio, PIN));
	kit_set_function(gpio, PIN, 0);
}

static void set_and_clear_pin(int pin)
{
	__u32 *gpio = map_node();
	__u32 *mem = kit_devmem();
	int i;

	kit_set_function(gpio, pin, OUTPUT);
	for (i = 0; i < 3; i++) {
		kit_set(gpio, pin);
		EXPECT(kit_level(mem, pin), "%d was set, /dev/mem says low", pin);
		EXPECT(kit_level(gpio, pin), "%d was set, and is low", pin);
		kit_clear(gpio, pin);
		EXPECT(!kit_level(mem, pin), "%d was cleared, /dev/mem says high", pin);
		EXPECT(!kit_level(gpio, pin), "%d was cleared, and is high", pin);
	}
	kit_set_function(gpio, pin, 0);
}

static void set_and_clear(void)
{
	set_and_clear_pin(PIN);
	set_and_clear_pin(HIGH_PIN);
}

static int request_line(int pin, int value)
{
	struct gpiochip_info about = { 0 };
	struct gpio_v2_line_request line = {
		.offsets = { pin },
		.consumer = "outboard test",
		.num_lines = 1,
		.config = {
			.flags = GPIO_V2_LINE_FLAG_OUTPUT,
			.num_attrs = 1,
			.attrs = { {
				.attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES,
				.attr.values = value,
				.mask = 1,
			} },
		},
	};
	int fd;

	fd = open("/dev/gpiochip0", O_RDWR | O_CLOEXEC);
	REQUIRE(fd >= 0, "/dev/gpiochip0: %s", strerror(errno));
	REQUIRE(ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &about) == 0, "%s", strerror(errno));
	EXPECT(strcmp(about.label, kit_env("GPIO_CHIP")) == 0, "gpiochip0 is %s", about.label);
	REQUIRE(ioctl(fd, GPIO_V2_GET_LINE_IOCTL, &line) == 0, "line %d: %s", pin,
		strerror(errno));
	close(fd);

	return line.fd;
}

static void line_set(int fd, int value)
{
	struct gpio_v2_line_values values = { .bits = value, .mask = 1 };

	EXPECT(ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) == 0, "%s", strerror(errno));
}

static int line_get(int fd)
{
	struct gpio_v2_line_values values = { .mask = 1 };

	EXPECT(ioctl(fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) == 0, "%s", strerror(errno));

	return values.bits & 1;
}

static void character_device(void)
{
	__u32 *gpio = map_node();
	int line = request_line(OTHER_PIN, 1);
	int i;

	EXPECT(kit_function(gpio, OTHER_PIN) == OUTPUT, "the line's request does not show");
	EXPECT(kit_level(gpio, OTHER_PIN), "the line's first value does not show");
	for (i = 0; i < 3; i++) {
		line_set(line, 0);
		EXPECT(!kit_level(gpio, OTHER_PIN), "set low, and is high");
		line_set(line, 1);
		EXPECT(kit_level(gpio, OTHER_PIN), "set high, and is low");

		kit_clear(gpio, OTHER_PIN);
		EXPECT(line_get(line) == 0, "cleared, the character device says high");
		kit_set(gpio, OTHER_PIN);
		EXPECT(line_get(line) == 1, "set, the character device says low");
	}
	kit_clear(gpio, OTHER_PIN);
	close(line);
}

/* Only this page: what lies behind it is of other devices. */
static void any_offset(void)
{
	static const off_t offsets[] = {
		0, 0x1000, 0x3000, 0x200000, 0x20c000, 0x214000, 0x3f200000, 0x7e200000,
		0xfffff000,
	};
	__u32 *mem = kit_devmem();
	int fd = open_node(O_RDWR);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		__u32 *gpio = mmap(NULL, PAGE, RW, MAP_SHARED, fd, offsets[i]);
		unsigned int function = 1 + i % 7;

		EXPECT(gpio != MAP_FAILED, "offset %#lx: %s", (long)offsets[i],
		       strerror(errno));
		if (gpio == MAP_FAILED)
			continue;

		kit_set_function(gpio, PIN, function);
		EXPECT(kit_function(mem, PIN) == function, "offset %#lx is not the GPIO page",
		       (long)offsets[i]);
		EXPECT(kit_register(gpio, 2) == kit_register(mem, 2),
		       "offset %#lx: GPFSEL2 differs", (long)offsets[i]);
		kit_set_function(gpio, PIN, 0);
		munmap(gpio, PAGE);
	}
}

static void private_mappings(void)
{
	refused(O_RDWR, PAGE, RW, MAP_PRIVATE, EINVAL, "a private mapping");
	refused(O_RDWR, PAGE, PROT_READ, MAP_PRIVATE, EINVAL, "a private read-only mapping");
	refused(O_RDONLY, PAGE, PROT_READ, MAP_PRIVATE, EINVAL,
		"a private mapping of a read-only file");
	refused(O_RDONLY, PAGE, RW, MAP_PRIVATE, EINVAL,
		"a private writable mapping of a read-only file");
}

static void sizes(void)
{
	void *page;
	int fd;

	refused(O_RDWR, 2 * PAGE, RW, MAP_SHARED, EINVAL, "two pages");
	refused(O_RDWR, PAGE + 1, RW, MAP_SHARED, EINVAL, "a byte more than a page");
	refused(O_RDWR, 16 * PAGE, RW, MAP_SHARED, EINVAL, "64 KiB");
	refused(O_RDWR, 0x1000000, RW, MAP_SHARED, EINVAL, "all peripherals");
	refused(O_RDWR, 0, RW, MAP_SHARED, EINVAL, "nothing");

	/* The kernel makes a page of these before a driver sees them. */
	fd = open_node(O_RDWR);
	page = mmap(NULL, 1, RW, MAP_SHARED, fd, 0);
	EXPECT(page != MAP_FAILED, "one byte: %s", strerror(errno));
	page = mmap(NULL, 180, RW, MAP_SHARED, fd, 0);
	EXPECT(page != MAP_FAILED, "180 bytes: %s", strerror(errno));
	page = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0x200001);
	EXPECT(page == MAP_FAILED && errno == EINVAL, "an offset inside a page is allowed");
}

/* Whether the mapping at @page has @flag among its VmFlags in /proc/self/smaps. */
static bool vm_flag(void *page, const char *flag)
{
	char line[400];
	char wanted[40];
	bool ours = false;
	bool found = false;
	FILE *file;

	snprintf(wanted, sizeof(wanted), "%lx-", (unsigned long)page);
	file = fopen("/proc/self/smaps", "re");
	REQUIRE(file, "/proc/self/smaps: %s", strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, wanted, strlen(wanted)) == 0)
			ours = true;
		if (ours && strncmp(line, "VmFlags:", 8) == 0) {
			found = strstr(line, flag);
			break;
		}
	}
	fclose(file);
	REQUIRE(ours, "no such mapping");

	return found;
}

static void execution(void)
{
	void *page;
	int fd;

	refused(O_RDWR, PAGE, RW | PROT_EXEC, MAP_SHARED, EPERM, "an executable mapping");
	refused(O_RDWR, PAGE, PROT_EXEC, MAP_SHARED, EPERM, "an execute-only mapping");
	refused(O_RDONLY, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, EPERM,
		"an executable mapping of a read-only file");

	fd = open_node(O_RDWR);
	page = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	REQUIRE(page != MAP_FAILED, "%s", strerror(errno));
	EXPECT(mprotect(page, PAGE, PROT_READ | PROT_EXEC) < 0 && errno == EACCES,
	       "mprotect() makes the registers executable");
	EXPECT(!vm_flag(page, " ex"), "the registers are executable now");
	EXPECT(!vm_flag(page, " me"), "the mapping may become executable");
}

/* Old programs run with a personality in which all that is readable is executable. */
static void read_implies_exec(void)
{
	int fd = open_node(O_RDWR);
	void *page;

	REQUIRE(personality(READ_IMPLIES_EXEC) >= 0, "%s", strerror(errno));
	page = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	EXPECT(page == MAP_FAILED ? errno == EPERM : !vm_flag(page, " ex"),
	       "mapped %s, %s", page == MAP_FAILED ? "not" : "executable", strerror(errno));
}

static void access_modes(void)
{
	__u32 *mem = kit_devmem();
	__u32 *gpio;
	int fd;

	refused(O_RDONLY, PAGE, RW, MAP_SHARED, EACCES, "writing to a read-only file's mapping");
	refused(O_WRONLY, PAGE, RW, MAP_SHARED, EACCES, "a mapping of a write-only file");

	fd = open_node(O_RDONLY);
	gpio = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	EXPECT(gpio != MAP_FAILED, "a read-only shared mapping of a read-only file: %s",
	       strerror(errno));
	if (gpio == MAP_FAILED)
		return;

	EXPECT(kit_register(gpio, GPFSEL(PIN)) == kit_register(mem, GPFSEL(PIN)), "reads differ");
	EXPECT(mprotect(gpio, PAGE, RW) < 0 && errno == EACCES,
	       "mprotect() makes a read-only file's mapping writable");
}

static void growth(void)
{
	__u32 *mem = kit_devmem();
	__u32 *gpio = map_node();
	__u32 *moved;
	void *where;

	EXPECT(vm_flag(gpio, " io") && vm_flag(gpio, " de") &&
	       vm_flag(gpio, " dd"), "is not marked as I/O that neither grows nor is dumped");

	moved = mremap(gpio, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	EXPECT(moved == MAP_FAILED, "mremap() makes it two pages");
	EXPECT(errno == EFAULT || errno == EINVAL, "growing: %s", strerror(errno));
	EXPECT(kit_register(gpio, GPFSEL(PIN)) == kit_register(mem, GPFSEL(PIN)),
	       "the mapping is gone");

	/* Elsewhere, at the same size, it is still the same page. */
	where = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	moved = mremap(gpio, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, where);
	EXPECT(moved == where, "moving: %s", strerror(errno));
	if (moved == where) {
		kit_set_function(moved, PIN, 3);
		EXPECT(kit_function(mem, PIN) == 3, "the moved mapping is another page");
		kit_set_function(moved, PIN, 0);
	}
}

static void forked(void)
{
	__u32 *mem = kit_devmem();
	__u32 *gpio = map_node();
	int status = -1;
	pid_t pid;

	kit_set_function(gpio, PIN, OUTPUT);
	kit_clear(gpio, PIN);
	pid = fork();
	if (pid == 0) {
		kit_set(gpio, PIN);
		_exit(kit_level(gpio, PIN) ? 0 : 1);
	}
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0,
	       "the child's mapping fails, status %x", status);
	EXPECT(kit_level(gpio, PIN), "the child's write does not show");
	kit_clear(gpio, PIN);
	EXPECT(!kit_level(mem, PIN), "the parent's mapping went with the child");
	kit_set_function(gpio, PIN, 0);
}

static void two_processes(void)
{
	__u32 *gpio;
	int status = -1;
	int ready[2];
	int go[2];
	pid_t pid;
	char c;

	kit_need("rpi_gpiomem");
	REQUIRE(pipe(ready) == 0 && pipe(go) == 0, "%s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		gpio = map_node();
		kit_set_function(gpio, OTHER_PIN, OUTPUT);
		kit_set(gpio, OTHER_PIN);
		if (write(ready[1], "r", 1) != 1 || read(go[0], &c, 1) != 1)
			_exit(2);
		_exit(kit_level(gpio, OTHER_PIN) ? 3 : 0);
	}

	gpio = map_node();
	EXPECT(read(ready[0], &c, 1) == 1, "the other process came to nothing");
	EXPECT(kit_function(gpio, OTHER_PIN) == OUTPUT, "the other's function does not show");
	EXPECT(kit_level(gpio, OTHER_PIN), "the other's level does not show");
	kit_clear(gpio, OTHER_PIN);
	EXPECT(write(go[1], "g", 1) == 1, "%s", strerror(errno));
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0, "the other does not see ours");
	kit_set_function(gpio, OTHER_PIN, 0);
}

static void orders(void)
{
	__u32 *mem = kit_devmem();
	__u32 *first;
	__u32 *second;
	int fd = open_node(O_RDWR);

	first = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	second = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	REQUIRE(first != MAP_FAILED && second != MAP_FAILED, "%s", strerror(errno));

	/* Close, use, unmap one, use the other. */
	close(fd);
	kit_set_function(first, PIN, 2);
	EXPECT(kit_function(mem, PIN) == 2, "a mapping fails after its file is closed");
	munmap(first, PAGE);
	kit_set_function(second, PIN, 4);
	EXPECT(kit_function(mem, PIN) == 4, "a mapping fails after another one is gone");
	munmap(second, PAGE);

	/* Unmap, close; open anew. */
	fd = open_node(O_RDWR);
	first = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	REQUIRE(first != MAP_FAILED, "%s", strerror(errno));
	munmap(first, PAGE);
	close(fd);
	first = map_node();
	EXPECT(kit_function(first, PIN) == 4, "a second opener sees something else");
	kit_set_function(first, PIN, 0);
}

static void no_other_calls(void)
{
	static const unsigned long calls[] = { 0, 1, 0x5401, 0xc0086400, 0x80045500 };
	int fd = open_node(O_RDWR);
	char byte = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT(ioctl(fd, calls[i], &byte) < 0 && errno == ENOTTY,
		       "ioctl %#lx: %s", calls[i], strerror(errno));
	EXPECT(read(fd, &byte, 1) < 0 && errno == EINVAL, "read: %s", strerror(errno));
	EXPECT(write(fd, &byte, 1) < 0 && errno == EINVAL, "write: %s", strerror(errno));
	EXPECT(lseek(fd, 4, SEEK_SET) < 0, "lseek is allowed");
}

static void class_and_node(void)
{
	char text[200];
	struct stat about;
	char number[40];

	kit_need("rpi_gpiomem");
	REQUIRE(stat(NODE, &about) == 0 && S_ISCHR(about.st_mode), "is no character device");
	snprintf(number, sizeof(number), "%u:%u\n", major(about.st_rdev), minor(about.st_rdev));
	REQUIRE(kit_read("/sys/class/bcm2835-gpiomem/gpiomem/dev", text, sizeof(text)) > 0,
		"class bcm2835-gpiomem has no gpiomem");
	EXPECT(strcmp(text, number) == 0, "the node is %s, the device %s", number, text);
	REQUIRE(kit_read("/sys/class/bcm2835-gpiomem/gpiomem/uevent", text, sizeof(text)) > 0,
		"no uevent");
	EXPECT(strstr(text, "DEVNAME=gpiomem\n"), "uevent: %s", text);
	EXPECT(strcmp(kit_list("/sys/class/bcm2835-gpiomem"), "gpiomem ") == 0,
	       "class has: %s", kit_list("/sys/class/bcm2835-gpiomem"));
}

static const struct ktap_test tests[] = {
	{ "class, number and name", class_and_node },
	{ "pin functions reach the registers", function_select },
	{ "pins are set and cleared", set_and_clear },
	{ "in step with the GPIO character device", character_device },
	{ "the GPIO page at any offset", any_offset },
	{ "private mappings are refused", private_mappings },
	{ "one page and no more", sizes },
	{ "never executable", execution },
	{ "not executable for old personalities", read_implies_exec },
	{ "read-only files give read-only mappings", access_modes },
	{ "mremap moves but does not grow it", growth },
	{ "inherited by a child", forked },
	{ "two processes at once", two_processes },
	{ "close and unmap in any order", orders },
	{ "no ioctl, read, write or seek", no_other_calls },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
