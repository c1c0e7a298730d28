/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTBOARD_BENCH_AML_S4_USB2_PHY_MODEL_H
#define OUTBOARD_BENCH_AML_S4_USB2_PHY_MODEL_H

#include <linux/ktime.h>
#include <linux/types.h>

struct bench_block;

/**
 * struct aml_s4_usb2_phy_write - a write that has been
 * @offset: where
 * @value: what
 * @at: when
 */
struct aml_s4_usb2_phy_write {
	u32 offset;
	u32 value;
	ktime_t at;
};

#define AML_S4_USB2_PHY_WRITES	32

unsigned int aml_s4_usb2_phy_writes(struct bench_block *block,
				    struct aml_s4_usb2_phy_write *writes);
u32 aml_s4_usb2_phy_thresholds(struct bench_block *block);

#endif
