/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of Amlogic's I2C controller, with one device on its bus
 */
#ifndef OUTBOARD_MESON_I2C_MODEL_H
#define OUTBOARD_MESON_I2C_MODEL_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include <bench/bench.h>

#define MESON_I2C_MODEL_ADDRESS	0x18
#define MESON_I2C_MODEL_BYTES	64

/**
 * struct meson_i2c_model - a controller and its device
 * @written: bytes that the device got
 * @nr_written: how many
 * @stops: how many transfers were ended
 */
struct meson_i2c_model {
	u8 written[MESON_I2C_MODEL_BYTES];
	unsigned int nr_written;
	unsigned int stops;

	/* private: */
	struct bench_block *block;
	struct hrtimer timer;
	ktime_t due;
	bool reads;
	unsigned int nr_read;
};

void meson_i2c_model_forget(struct bench_block *block);

#endif
