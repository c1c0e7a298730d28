// SPDX-License-Identifier: GPL-2.0-only
/* 6.10: a read callback for binary attributes that lie in memory. */
#include <linux/sysfs.h>

struct bin_attribute outboard_probe_attr = {
	.read = sysfs_bin_attr_simple_read,
};
