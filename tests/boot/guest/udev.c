// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's udev: loads our modules by itself, and gives out their nodes
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Runs before any module of ours was loaded. The daemon goes on running.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"

static int tell_udev(const char *first, const char *second, const char *third)
{
	return kit_run((const char *const []) { "/bin/udevadm", first, second, third, NULL });
}

static void not_before(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		EXPECT(!kit_loaded(kit_modules[i]), "%s is loaded already", kit_modules[i]);
	EXPECT(access("/dev/gpiomem", F_OK) < 0, "/dev/gpiomem is there");
	EXPECT(access("/dev/vcio", F_OK) < 0, "/dev/vcio is there");
	EXPECT(access("/dev/vcio_gencmd", F_OK) < 0, "/dev/vcio_gencmd is there");
}

static void loads_all(void)
{
	size_t i;
	int ret;

	ret = kit_run((const char *const []) { "/lib/systemd/systemd-udevd", "--daemon", NULL });
	REQUIRE(ret == 0, "systemd-udevd ends with %d", ret);
	/* As systemd-udev-trigger.service does at boot. */
	ret = tell_udev("trigger", "--type=subsystems", "--action=add");
	EXPECT(ret == 0, "udevadm trigger, subsystems: %d", ret);
	ret = tell_udev("trigger", "--type=devices", "--action=add");
	EXPECT(ret == 0, "udevadm trigger, devices: %d", ret);
	ret = tell_udev("settle", "--timeout=50", NULL);
	EXPECT(ret == 0, "udevadm settle: %d", ret);
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		EXPECT(kit_loaded(kit_modules[i]), "%s was not loaded", kit_modules[i]);
}

static void expect_node(const char *path, mode_t mode, gid_t group)
{
	struct stat about;

	EXPECT(stat(path, &about) == 0, "%s: %s", path, strerror(errno));
	if (stat(path, &about))
		return;

	EXPECT(S_ISCHR(about.st_mode), "%s is no character device", path);
	EXPECT((about.st_mode & 07777) == mode, "%s has mode %o", path, about.st_mode & 07777);
	EXPECT(about.st_uid == 0 && about.st_gid == group, "%s belongs to %d:%d", path,
	       (int)about.st_uid, (int)about.st_gid);
}

static void expect_nodes(void)
{
	expect_node("/dev/gpiomem", 0660, GROUP_GPIO);
	expect_node("/dev/vcio", 0600, 0);
	expect_node("/dev/vcio_gencmd", 0660, GROUP_VIDEO);
}

static void again(void)
{
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need_gone(kit_modules[i]);
	tell_udev("settle", "--timeout=50", NULL);
	not_before();
	for (i = 0; i < ARRAY_SIZE(kit_modules); i++)
		kit_need(kit_modules[i]);
	ret = tell_udev("settle", "--timeout=50", NULL);
	EXPECT(ret == 0, "udevadm settle: %d", ret);
	expect_nodes();
}

static void expect_open(const char *path, bool allowed)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	EXPECT((fd >= 0) == allowed, "%s: %s", path, fd >= 0 ? "may" : strerror(errno));
	EXPECT(fd >= 0 || allowed || errno == EACCES, "%s: %s", path, strerror(errno));
}

static void member_of_gpio(void)
{
	void *page;
	int fd;

	kit_become(USER_PI, GROUP_GPIO);
	expect_open("/dev/gpiomem", true);
	expect_open("/dev/vcio", false);
	expect_open("/dev/vcio_gencmd", false);

	fd = open("/dev/gpiomem", O_RDWR | O_SYNC);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	EXPECT(page != MAP_FAILED, "cannot be mapped: %s", strerror(errno));
}

static void member_of_video(void)
{
	char answer[GENCMD_TEXT];
	int fd;

	kit_become(USER_PI, GROUP_VIDEO);
	expect_open("/dev/gpiomem", false);
	expect_open("/dev/vcio", false);
	expect_open("/dev/vcio_gencmd", true);

	fd = open("/dev/vcio_gencmd", O_RDWR);
	EXPECT(!kit_gencmd(fd, "version", answer), "vcgencmd's call fails");
}

static void outsider(void)
{
	kit_become(USER_PI, 0);
	expect_open("/dev/gpiomem", false);
	expect_open("/dev/vcio", false);
	expect_open("/dev/vcio_gencmd", false);
}

static const struct ktap_test tests[] = {
	{ "nothing of ours before", not_before },
	{ "coldplug loads all modules", loads_all },
	{ "groups and modes of the nodes", expect_nodes },
	{ "the same when loaded again", again },
	{ "a member of gpio has gpiomem only", member_of_gpio },
	{ "a member of video has vcio_gencmd only", member_of_video },
	{ "another user has none", outsider },
};

int main(void)
{
	return ktap_main(tests, ARRAY_SIZE(tests));
}
