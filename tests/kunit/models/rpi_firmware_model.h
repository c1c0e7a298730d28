/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of the Raspberry Pi's firmware, as far as it answers property calls
 */
#ifndef OUTBOARD_RPI_FIRMWARE_MODEL_H
#define OUTBOARD_RPI_FIRMWARE_MODEL_H

#include <linux/types.h>

#define RPI_FIRMWARE_MODEL_WORDS	(0x10000 / sizeof(u32))

/**
 * struct rpi_firmware_model - what the firmware does, and what it was asked
 * @absent: its driver is not there yet
 * @error: what the next calls return without reaching the firmware
 * @revision: of the board; 0 or ~0 is none, and is answered like that
 * @serial: of the board, likewise
 * @silent: the firmware knows no tag: it leaves each as it was
 * @answer: text of the answer to each text command
 * @status: error number of the answer to each text command
 * @pause: milliseconds that a call takes
 * @users: how many have the firmware
 * @calls: number of calls that reached the firmware
 * @busy: number of calls under way
 * @most_busy: largest value of @busy
 * @count: words of the last call
 * @words: what the last call sent
 */
struct rpi_firmware_model {
	bool absent;
	int error;
	u32 revision;
	u64 serial;
	bool silent;
	const char *answer;
	u32 status;
	unsigned int pause;
	unsigned int users;
	unsigned int calls;
	unsigned int busy;
	unsigned int most_busy;
	size_t count;
	u32 words[RPI_FIRMWARE_MODEL_WORDS];
};

extern struct rpi_firmware_model rpi_firmware_model;

void rpi_firmware_model_reset(void);

#endif
