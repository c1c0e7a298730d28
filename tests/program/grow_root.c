// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into tools/grow/grow.c with --wrap: its /proc, /sys and /dev are below $ROOT, where a
 * file that is named *.block is a block device 179:2; what it writes and asks of the kernel
 * goes to $LOG, and the call that $FAIL names fails.
 */
#include "grow_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/blkpg.h>
#include <linux/btrfs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

static const char *below(const char *path, char *place)
{
	if (strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5) && strncmp(path, "/dev/", 5))
		return path;
	snprintf(place, PATH_MAX, "%s%s", getenv("ROOT"), path);
	return place;
}

static int __printf(1, 2) note(const char *format, ...)
{
	FILE *log = __real_fopen(getenv("LOG"), "a");
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(log, "%s\n", text);
	fclose(log);
	errno = EIO;
	return getenv("FAIL") && !strcmp(getenv("FAIL"), text) ? -1 : 0;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	char place[PATH_MAX];

	return __real_fopen(below(path, place), mode);
}

char *__wrap_realpath(const char *path, char *result)
{
	char place[PATH_MAX];

	return __real_realpath(below(path, place), result);
}

int __wrap_open(const char *path, int flags, ...)
{
	char place[PATH_MAX];

	return __real_open(below(path, place), flags);
}

int __wrap_stat(const char *path, struct stat *about)
{
	char place[PATH_MAX];
	int result = __real_stat(below(path, place), about);

	if (strstr(path, ".block")) {
		about->st_mode = S_IFBLK;
		about->st_rdev = makedev(179, 2);
	}
	return result;
}

ssize_t __wrap_pwrite(int file, const void *data, size_t size, off_t offset)
{
	return note("write %zu at %ju", size, (uintmax_t)offset / 512) ? -1 :
	       __real_pwrite(file, data, size, offset);
}

int __wrap_fsync(int file)
{
	return note("sync") ? -1 : __real_fsync(file);
}

int __wrap_fstatfs(int file, struct statfs *about)
{
	(void)file;
	memset(about, 0, sizeof(*about));
	about->f_type = strtol(getenv("MAGIC"), NULL, 16);
	about->f_bsize = 4096;
	return 0;
}

int __wrap_ioctl(int file, unsigned long request, ...)
{
	struct blkpg_ioctl_arg *arg;
	struct blkpg_partition *part;
	va_list args;

	(void)file;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == _IOW('f', 16, uint64_t))
		return note("ext4 %ju", (uintmax_t)*(uint64_t *)(void *)arg);
	if (request == BTRFS_IOC_RESIZE)
		return note("btrfs %s", ((struct btrfs_ioctl_vol_args *)(void *)arg)->name);
	if (request != BLKPG || arg->op != BLKPG_RESIZE_PARTITION ||
	    arg->datalen != sizeof(*part))
		return note("request %lx", request);
	part = arg->data;
	return note("partition %d from %lld has %lld", part->pno, part->start, part->length);
}
