// SPDX-License-Identifier: GPL-2.0-only
/* 6.2 and 6.1's later releases: pwm_ops::get_state returns an error. */
#include <linux/pwm.h>

int outboard_probe_get_state(struct pwm_chip *chip, struct pwm_device *pwm,
			     struct pwm_state *state);

const struct pwm_ops outboard_probe_pwm_ops = {
	.get_state = outboard_probe_get_state,
};
