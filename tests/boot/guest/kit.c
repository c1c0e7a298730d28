// SPDX-License-Identifier: GPL-2.0-only
/*
 * What several of the guest's programs need
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"

const char *const kit_modules[3] = { "rpi_gpiomem", "rpi_boardid", "rpi_vcio" };

const char *kit_env(const char *name)
{
	const char *value = getenv(name);

	REQUIRE(value, "the host gave no %s in /tests/env", name);

	return value;
}

__u32 kit_env_number(const char *name)
{
	return strtoul(kit_env(name), NULL, 0);
}

/* Not insmod: some of those try a second time when the kernel refuses. */
int kit_load(const char *name, const char *parameters)
{
	char path[100];
	int ret;
	int fd;

	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	ret = syscall(SYS_finit_module, fd, parameters ?: "", 0) ? -errno : 0;
	close(fd);

	return ret;
}

int kit_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

bool kit_loaded(const char *name)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);

	return access(path, F_OK) == 0;
}

void kit_need(const char *name)
{
	int ret = kit_loaded(name) ? 0 : kit_load(name, NULL);

	REQUIRE(!ret, "%s cannot be loaded: %s", name, strerror(-ret));
}

void kit_need_gone(const char *name)
{
	int ret = kit_loaded(name) ? kit_unload(name) : 0;

	REQUIRE(!ret, "%s cannot be unloaded: %s", name, strerror(-ret));
}

ssize_t kit_read(const char *path, void *data, size_t size)
{
	ssize_t count;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	count = read(fd, data, size - 1);
	if (count < 0)
		count = -errno;
	else
		((char *)data)[count] = 0;
	close(fd);

	return count;
}

ssize_t kit_write(const char *path, const char *text)
{
	ssize_t count;
	int fd;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	count = write(fd, text, strlen(text));
	if (count < 0)
		count = -errno;
	close(fd);

	return count;
}

int kit_run(const char *const words[])
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		execv(words[0], (char *const *)words);
		_exit(127);
	}

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;

	return WEXITSTATUS(status);
}

void kit_become(uid_t user, gid_t group)
{
	int ret;

	ret = setgroups(group ? 1 : 0, &group) || setresgid(user, user, user) ||
	      setresuid(user, user, user);
	REQUIRE(!ret, "cannot become user %d: %s", (int)user, strerror(errno));
}

int kit_log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	REQUIRE(fd >= 0 && lseek(fd, 0, SEEK_END) >= 0, "/dev/kmsg: %s", strerror(errno));

	return fd;
}

bool kit_log_next(int fd, struct kit_log *record)
{
	char raw[2000];
	ssize_t count;
	char *text;
	int prefix;

	for (;;) {
		count = read(fd, raw, sizeof(raw) - 1);
		if (count < 0 && errno == EPIPE)
			continue;
		if (count <= 0)
			return false;

		raw[count] = 0;
		prefix = atoi(raw);
		text = strchr(raw, ';');
		/* Facility 0 is the kernel; udevd writes there too. */
		if (!text || prefix >> 3)
			continue;

		record->level = prefix & 7;
		snprintf(record->text, sizeof(record->text), "%.*s",
			 (int)strcspn(text + 1, "\n"), text + 1);
		return true;
	}
}

bool kit_log_usual(const struct kit_log *record)
{
	return strstr(record->text, "loading out-of-tree module taints kernel") ||
	       strstr(record->text, "module verification failed");
}

void kit_log_expect_quiet(int fd, int worst)
{
	struct kit_log record;

	while (kit_log_next(fd, &record))
		EXPECT(record.level > worst || kit_log_usual(&record),
		       "the kernel logged, level %d: %s", record.level, record.text);
}

__u32 *kit_devmem(void)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	void *page;

	REQUIRE(fd >= 0, "/dev/mem: %s", strerror(errno));
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    kit_env_number("GPIO_BASE"));
	REQUIRE(page != MAP_FAILED, "/dev/mem cannot be mapped: %s", strerror(errno));
	close(fd);

	return page;
}

/* Each access is one load or store of the register, and happens. */
__u32 kit_register(__u32 *gpio, int number)
{
	return __atomic_load_n(&gpio[number], __ATOMIC_RELAXED);
}

static void set_register(__u32 *gpio, int number, __u32 value)
{
	__atomic_store_n(&gpio[number], value, __ATOMIC_RELAXED);
}

unsigned int kit_function(__u32 *gpio, int pin)
{
	return kit_register(gpio, GPFSEL(pin)) >> (pin % 10 * 3) & 7;
}

void kit_set_function(__u32 *gpio, int pin, unsigned int function)
{
	__u32 value = kit_register(gpio, GPFSEL(pin));

	value &= ~(7u << (pin % 10 * 3));
	set_register(gpio, GPFSEL(pin), value | function << (pin % 10 * 3));
}

void kit_set(__u32 *gpio, int pin)
{
	set_register(gpio, GPSET(pin), GPBIT(pin));
}

void kit_clear(__u32 *gpio, int pin)
{
	set_register(gpio, GPCLR(pin), GPBIT(pin));
}

bool kit_level(__u32 *gpio, int pin)
{
	return kit_register(gpio, GPLEV(pin)) & GPBIT(pin);
}

char *kit_list(const char *path)
{
	struct dirent **entries;
	size_t length = 1;
	char *list;
	int count;
	int i;

	count = scandir(path, &entries, NULL, alphasort);
	for (i = 0; i < count; i++)
		length += strlen(entries[i]->d_name) + 1;

	list = calloc(1, length);
	REQUIRE(list, "out of memory");
	for (i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			strcat(list, entries[i]->d_name);
			strcat(list, " ");
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);

	return list;
}

int kit_property(int fd, void *message)
{
	return ioctl(fd, VCIO_CALL, message) < 0 ? -errno : 0;
}

int kit_property_word(int fd, __u32 tag, __u32 *value)
{
	__u32 message[7] = { sizeof(message), 0, tag, 4, 0, *value, 0 };
	int ret;

	ret = kit_property(fd, message);
	*value = message[5];
	if (!ret)
		EXPECT(message[1] == VCIO_SUCCESS, "tag %#x: code %#x, not success",
		       tag, message[1]);

	return ret;
}

int kit_gencmd(int fd, const char *words, char *answer)
{
	__u32 message[GENCMD_BYTES / 4] = { GENCMD_BYTES, 0, TAG_GENCMD, GENCMD_TEXT };
	int ret;

	/* Behind the tag's code: an error number, then the text. */
	snprintf((char *)&message[6], GENCMD_TEXT - 4, "%s", words);
	ret = kit_property(fd, message);
	memcpy(answer, &message[6], GENCMD_TEXT - 4);
	answer[GENCMD_TEXT - 4] = 0;
	if (!ret) {
		EXPECT(message[1] == VCIO_SUCCESS, "code %#x, not success", message[1]);
		EXPECT(message[0] == GENCMD_BYTES, "size has become %u", message[0]);
	}

	return ret;
}
