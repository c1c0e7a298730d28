// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our modules as modules: what holds them, and what they leave behind
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"

/* Free memory moves about by itself; a page lost a cycle is 400 KiB of 100 cycles. */
#define CYCLES_KIB	300

/* Few are enough where another board with the same kernel has done them all. */
static int cycles = 100;

static void information_of(const char *name)
{
	struct utsname kernel;
	char command[200];
	char text[4000];
	size_t length;
	FILE *output;

	kit_need(name);
	uname(&kernel);
	snprintf(command, sizeof(command), "/sbin/modinfo %s", name);
	output = popen(command, "r");
	REQUIRE(output, "modinfo: %s", strerror(errno));
	length = fread(text, 1, sizeof(text) - 1, output);
	text[length] = 0;
	EXPECT(pclose(output) == 0, "modinfo %s fails", name);

	EXPECT(strstr(text, "\nlicense:        GPL\n"), "%s: license", name);
	EXPECT(strstr(text, "\ndescription:    "), "%s: no description", name);
	EXPECT(strstr(text, "\nauthor:         "), "%s: no author", name);
	EXPECT(strstr(text, "\nalias:          of:N*T*C"), "%s: no alias to load it by", name);
	snprintf(command, sizeof(command), "\nvermagic:       %s ", kernel.release);
	EXPECT(strstr(text, command), "%s is not for %s", name, kernel.release);

	snprintf(command, sizeof(command), "/sys/module/%s/initstate", name);
	EXPECT(kit_read(command, text, sizeof(text)) > 0 && strcmp(text, "live\n") == 0,
	       "%s is %s", name, text);
	snprintf(command, sizeof(command), "/sys/module/%s/taint", name);
	EXPECT(kit_read(command, text, sizeof(text)) > 0 && strcmp(text, "OE\n") == 0,
	       "%s taints: %s", name, text);
}

static void information(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		information_of(kit_modules[i]);
}

static void twice(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++) {
		int ret;

		kit_need(kit_modules[i]);
		ret = kit_load(kit_modules[i], NULL);
		EXPECT(ret == -EEXIST, "%s a second time: %s", kit_modules[i],
		       ret ? strerror(-ret) : "loaded");
	}
}

static void held_by_file(const char *module, const char *path)
{
	struct stat about;
	int ret;
	int fd;

	kit_need(module);
	fd = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(fd >= 0, "%s: %s", path, strerror(errno));
	ret = kit_unload(module);
	EXPECT(ret == -EWOULDBLOCK || ret == -EBUSY, "%s with %s open: %s", module, path,
	       ret ? strerror(-ret) : "unloaded");
	EXPECT(stat(path, &about) == 0, "%s is gone", path);
	close(fd);
	ret = kit_unload(module);
	EXPECT(ret == 0, "%s after closing %s: %s", module, path, strerror(-ret));
	EXPECT(stat(path, &about) < 0, "%s is still there", path);
	kit_need(module);
}

static void held_open(void)
{
	held_by_file("rpi_gpiomem", "/dev/gpiomem");
	held_by_file("rpi_vcio", "/dev/vcio");
	held_by_file("rpi_vcio", "/dev/vcio_gencmd");
}

static void held_mapped(void)
{
	__u32 *gpio;
	__u32 before;
	int ret;
	int fd;

	kit_need("rpi_gpiomem");
	fd = open("/dev/gpiomem", O_RDWR | O_CLOEXEC);
	REQUIRE(fd >= 0, "/dev/gpiomem: %s", strerror(errno));
	gpio = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(gpio != MAP_FAILED, "%s", strerror(errno));
	close(fd);
	before = kit_register(gpio, 0);
	ret = kit_unload("rpi_gpiomem");
	EXPECT(ret == -EWOULDBLOCK || ret == -EBUSY, "with a mapping: %s",
	       ret ? strerror(-ret) : "unloaded");
	EXPECT(kit_register(gpio, 0) == before, "the mapping has changed");
	munmap(gpio, 4096);
	ret = kit_unload("rpi_gpiomem");
	EXPECT(ret == 0, "after unmapping: %s", strerror(-ret));
	kit_need("rpi_gpiomem");
}

/* What the kernel gives, before udev or anybody has touched it. */
static void kernel_modes(void)
{
	static const char *const nodes[] = { "/dev/gpiomem", "/dev/vcio", "/dev/vcio_gencmd" };
	struct stat about;
	size_t i;

	kit_run((const char *const []) { "/bin/udevadm", "control", "--exit", NULL });
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need_gone(kit_modules[i]);
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need(kit_modules[i]);
	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		REQUIRE(stat(nodes[i], &about) == 0, "%s: %s", nodes[i], strerror(errno));
		EXPECT((about.st_mode & 07777) == 0600 && about.st_uid == 0 && about.st_gid == 0,
		       "%s: mode %o of %d:%d", nodes[i], about.st_mode & 07777,
		       (int)about.st_uid, (int)about.st_gid);
	}
}

/* All that a module of ours could leave. */
static char *traces(void)
{
	static const char *const folders[] = {
		"/sys/module", "/sys/class", "/sys/class/misc", "/sys/bus/platform/devices",
		"/sys/bus/platform/drivers", "/dev", "/proc/device-tree",
		"/proc/device-tree/system", "/sys/dev/char", "/sys/kernel/debug",
		"/sys/devices/platform/soc", "/sys/devices/virtual",
	};
	char *all = calloc(1, 8192);
	size_t i;

	/* Major numbers, which run out. */
	REQUIRE(all && kit_read("/proc/devices", all, 8192) > 0, "/proc/devices");

	for (i = 0; i < ARRAY_SIZE(folders); i++) {
		char *names = kit_list(folders[i]);
		char *more;

		REQUIRE(asprintf(&more, "%s%s: %s\n", all, folders[i], names) > 0, "no memory");
		free(names);
		free(all);
		all = more;
	}

	return all;
}

static void first_difference(const char *before, const char *after)
{
	size_t same = 0;

	while (before[same] && before[same] == after[same])
		same++;
	while (same > 0 && before[same - 1] != ' ' && before[same - 1] != '\n')
		same--;
	EXPECT(strcmp(before, after) == 0, "before: ...%.80s after: ...%.80s", before + same,
	       after + same);
}

static void no_traces(void)
{
	char *before;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need_gone(kit_modules[i]);
	before = traces();
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need(kit_modules[i]);
	EXPECT(strcmp(before, traces()), "loading leaves no trace: the test sees nothing");
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need_gone(kit_modules[i]);
	first_difference(before, traces());

	/* In the other order as well. */
	for (i = ARRAY_SIZE(kit_modules); i-- > 0; )
		kit_need(kit_modules[i]);
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need_gone(kit_modules[i]);
	first_difference(before, traces());
}

static long kibibytes(const char *name)
{
	char text[4000];
	char *line;

	REQUIRE(kit_read("/proc/meminfo", text, sizeof(text)) > 0, "/proc/meminfo");
	line = strstr(text, name);
	REQUIRE(line, "no %s", name);

	return strtol(line + strlen(name), NULL, 10);
}

/* Slabs and pages that nobody can give back. */
static long held_memory(void)
{
	kit_write("/proc/sys/vm/drop_caches", "3");

	return kibibytes("SUnreclaim:") + kibibytes("VmallocUsed:") + kibibytes("Percpu:");
}

static void cycle(const char *name, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		int ret = kit_load(name, NULL);

		REQUIRE(ret == 0, "load %d: %s", i, strerror(-ret));
		ret = kit_unload(name);
		REQUIRE(ret == 0, "unload %d: %s", i, strerror(-ret));
	}
}

static void cycles_of(const char *name)
{
	char *before;
	long first;
	long last;

	kit_need_gone(name);
	/* The first ones fill caches. */
	cycle(name, 10);
	before = traces();
	first = held_memory();
	cycle(name, cycles);
	last = held_memory();
	first_difference(before, traces());
	ktap_note("%s: %ld KiB more after %d cycles", name, last - first, cycles);
	EXPECT(last - first < CYCLES_KIB, "%s: %ld KiB more after %d cycles", name,
	       last - first, cycles);
	kit_need(name);
}

static void cycles_gpiomem(void)
{
	cycles_of("rpi_gpiomem");
}

static void cycles_boardid(void)
{
	cycles_of("rpi_boardid");
}

static void cycles_vcio(void)
{
	cycles_of("rpi_vcio");
}

/* Somebody always at the door, often just as it closes. */
static void opened_meanwhile(void)
{
	int unloaded = 0;
	pid_t pid;
	int i;

	pid = fork();
	if (pid == 0) {
		__u32 value = 0;

		for (;;) {
			int gpiomem = open("/dev/gpiomem", O_RDWR);
			int vcio = open("/dev/vcio", O_RDWR);
			void *page;

			if (vcio >= 0)
				kit_property_word(vcio, TAG_BOARD_REVISION, &value);
			page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, gpiomem, 0);
			if (page != MAP_FAILED)
				munmap(page, 4096);
			close(gpiomem);
			close(vcio);
			usleep(500);
		}
	}

	for (i = 0; i < 60; i++) {
		const char *name = i % 2 ? "rpi_gpiomem" : "rpi_vcio";
		int ret = kit_unload(name);

		EXPECT(ret == 0 || ret == -EWOULDBLOCK || ret == -EBUSY || ret == -ENOENT,
		       "%s: %s", name, strerror(-ret));
		if (!ret) {
			unloaded++;
			ret = kit_load(name, NULL);
			EXPECT(ret == 0, "%s: %s", name, strerror(-ret));
		}
		usleep(1000);
	}

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ktap_note("%d of %d times it could be unloaded", unloaded, i);
	EXPECT(unloaded > 0, "could never be unloaded: a reference is lost");
	kit_need_gone("rpi_gpiomem");
	kit_need_gone("rpi_vcio");
}

static const struct ktap_test tests[] = {
	{ "what modinfo and sysfs say", information },
	{ "a second time is EEXIST", twice },
	{ "an open file holds the module", held_open },
	{ "a mapping holds the module", held_mapped },
	{ "the kernel's own modes are root's", kernel_modes },
	{ "nothing is left after unloading", no_traces },
	{ "rpi_gpiomem again and again", cycles_gpiomem },
	{ "rpi_boardid again and again", cycles_boardid },
	{ "rpi_vcio again and again", cycles_vcio },
	{ "unloading while others open", opened_meanwhile },
};

int main(int argc, char **argv)
{
	if (argc > 1)
		cycles = atoi(argv[1]);

	return ktap_main(tests, ARRAY_SIZE(tests));
}
