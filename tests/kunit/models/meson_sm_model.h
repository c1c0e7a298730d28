/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of Amlogic's secure monitor, as far as it switches power domains
 */
#ifndef OUTBOARD_MESON_SM_MODEL_H
#define OUTBOARD_MESON_SM_MODEL_H

#include <linux/types.h>

bool meson_sm_model_is_on(unsigned int domain);

#endif
