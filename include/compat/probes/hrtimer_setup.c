// SPDX-License-Identifier: GPL-2.0-only
/* 6.13: a timer is given its function as it is set up. */
#include <linux/hrtimer.h>

void (*outboard_probe)(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		       clockid_t clock_id, enum hrtimer_mode mode) = hrtimer_setup;
