/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A release() for a power domain's device, which newer kernels set in
 * pm_genpd_init(). Linux 6.1.176 puts the device without one, which is a warning.
 */
#ifndef OUTBOARD_COMPAT_LINUX_PM_DOMAIN_H
#define OUTBOARD_COMPAT_LINUX_PM_DOMAIN_H

#include_next <linux/pm_domain.h>
#include <linux/device.h>

/* The device is part of the domain, which is the driver's. */
static inline void outboard_genpd_release(struct device *dev)
{
}

static inline int outboard_pm_genpd_init(struct generic_pm_domain *genpd,
					 struct dev_power_governor *gov, bool is_off)
{
	int ret = pm_genpd_init(genpd, gov, is_off);

	if (!ret && !genpd->dev.release)
		genpd->dev.release = outboard_genpd_release;

	return ret;
}

#define pm_genpd_init	outboard_pm_genpd_init

#endif
