/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DEFINE_SIMPLE_DEV_PM_OPS() and pm_sleep_ptr(), which kernels before 5.17 lack
 */
#ifndef OUTBOARD_COMPAT_LINUX_PM_H
#define OUTBOARD_COMPAT_LINUX_PM_H

#include_next <linux/pm.h>

#ifndef pm_sleep_ptr
#define pm_sleep_ptr(ops) (IS_ENABLED(CONFIG_PM_SLEEP) ? (ops) : NULL)
#endif

#ifndef DEFINE_SIMPLE_DEV_PM_OPS
#define DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) \
	SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)
#endif

#endif
