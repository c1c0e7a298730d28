// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of Amlogic's secure monitor, as far as it switches power domains
 *
 * Copyright (C) 2026 The outboard authors
 *
 * It stands in the place of the kernel's own driver for the monitor, for mainline's drivers
 * that call that one. All domains are on and do what they are told, but for the one in the
 * node's "outboard,bench-stays-off".
 */

#include <linux/bits.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/of.h>

#include <linux/firmware/meson/meson_sm.h>

#include <bench/bench.h>
#include <models/meson_sm_model.h>

#define DOMAINS		32

struct meson_sm_firmware {
	u32 on;
	u32 stay_off;
};

static struct meson_sm_firmware monitor;

/**
 * meson_sm_model_is_on() - ask the monitor
 * @domain: its number
 *
 * Return: whether the domain is on.
 */
bool meson_sm_model_is_on(unsigned int domain)
{
	return monitor.on & BIT(domain);
}
EXPORT_SYMBOL_GPL(meson_sm_model_is_on);

struct meson_sm_firmware *meson_sm_get(struct device_node *np)
{
	return &monitor;
}
EXPORT_SYMBOL_GPL(meson_sm_get);

int meson_sm_call(struct meson_sm_firmware *fw, unsigned int cmd_index, s32 *ret, u32 arg0,
		  u32 arg1, u32 arg2, u32 arg3, u32 arg4)
{
	if (fw != &monitor || arg0 >= DOMAINS || arg2 || arg3 || arg4) {
		bench_violation(NULL, BENCH_MODEL, "monitor: call %u for %u", cmd_index, arg0);
		return -EINVAL;
	}

	switch (cmd_index) {
	case SM_A1_PWRC_SET:
		if (arg1)
			fw->on |= BIT(arg0) & ~fw->stay_off;
		else
			fw->on &= ~BIT(arg0);
		if (ret)
			*ret = 0;
		return 0;
	case SM_A1_PWRC_GET:
		*ret = !(fw->on & BIT(arg0));
		return 0;
	default:
		return -EINVAL;
	}
}
EXPORT_SYMBOL_GPL(meson_sm_call);

static int __init meson_sm_model_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "amlogic,meson-gxbb-sm");
	u32 domain;

	if (!of_property_read_u32(np, "outboard,bench-stays-off", &domain))
		monitor.stay_off = BIT(domain);
	of_node_put(np);
	monitor.on = ~monitor.stay_off;

	return 0;
}
module_init(meson_sm_model_init);

MODULE_DESCRIPTION("Model of Amlogic's secure monitor");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
