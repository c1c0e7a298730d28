// SPDX-License-Identifier: GPL-2.0-only
/* 6.18: PIN_CONFIG_OUTPUT is called PIN_CONFIG_LEVEL. */
#include <linux/pinctrl/pinconf-generic.h>

const enum pin_config_param outboard_probe_param = PIN_CONFIG_LEVEL;
