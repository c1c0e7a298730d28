/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hrtimer_setup(), which kernels before 6.13 lack
 */
#ifndef OUTBOARD_COMPAT_LINUX_HRTIMER_H
#define OUTBOARD_COMPAT_LINUX_HRTIMER_H

#include_next <linux/hrtimer.h>
#include <generated/outboard-probed.h>

#ifndef OUTBOARD_HAVE_HRTIMER_SETUP
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

#endif
