/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PIN_CONFIG_LEVEL, which kernels before 6.18 call PIN_CONFIG_OUTPUT
 */
#ifndef OUTBOARD_COMPAT_LINUX_PINCTRL_PINCONF_GENERIC_H
#define OUTBOARD_COMPAT_LINUX_PINCTRL_PINCONF_GENERIC_H

#include_next <linux/pinctrl/pinconf-generic.h>
#include <generated/outboard-probed.h>

#ifndef OUTBOARD_HAVE_PIN_CONFIG_LEVEL
#define PIN_CONFIG_LEVEL	PIN_CONFIG_OUTPUT
#endif

#endif
