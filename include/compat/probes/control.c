// SPDX-License-Identifier: GPL-2.0-only
/* Compiles on every kernel: if it does not, no other probe's answer counts. */
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
