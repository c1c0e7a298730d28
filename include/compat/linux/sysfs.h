/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysfs_bin_attr_simple_read(), which kernels before 6.10 lack
 */
#ifndef OUTBOARD_COMPAT_LINUX_SYSFS_H
#define OUTBOARD_COMPAT_LINUX_SYSFS_H

#include_next <linux/sysfs.h>
#include <generated/outboard-probed.h>

#ifndef OUTBOARD_HAVE_SYSFS_BIN_ATTR_SIMPLE_READ

#include <linux/string.h>

/* sysfs itself keeps @off and @count inside @attr's size. */
static inline ssize_t sysfs_bin_attr_simple_read(struct file *file, struct kobject *kobj,
						 struct bin_attribute *attr, char *buf,
						 loff_t off, size_t count)
{
	memcpy(buf, attr->private + off, count);

	return count;
}

#endif

#endif
