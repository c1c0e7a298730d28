// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Raspberry Pi's firmware, as far as it answers property calls
 *
 * Copyright (C) 2026 The outboard authors
 *
 * It stands in the place of the kernel's own driver for the firmware, which exports the
 * same functions. The format of a message, and that the firmware leaves a tag alone that
 * it does not know, is from the firmware's public wiki ("Mailbox property interface").
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/string.h>

#include <soc/bcm2835/raspberrypi-firmware.h>

#include <bench/bench.h>
#include <models/rpi_firmware_model.h>

#define TAG_GENCMD		0x00030080
#define TAG_WORDS		3
#define ANSWERED		0x80000000

struct rpi_firmware {
	int unused;
};

static struct rpi_firmware firmware;

struct rpi_firmware_model rpi_firmware_model;
EXPORT_SYMBOL_GPL(rpi_firmware_model);

/**
 * rpi_firmware_model_reset() - firmware that works, of a board that has all numbers
 */
void rpi_firmware_model_reset(void)
{
	unsigned int users = rpi_firmware_model.users;

	memset(&rpi_firmware_model, 0, sizeof(rpi_firmware_model));
	rpi_firmware_model.users = users;
	rpi_firmware_model.revision = 0x00a02082;
	rpi_firmware_model.serial = 0x0123456789abcdef;
	rpi_firmware_model.answer = "";
}
EXPORT_SYMBOL_GPL(rpi_firmware_model_reset);

struct rpi_firmware *rpi_firmware_get(struct device_node *np)
{
	if (rpi_firmware_model.absent ||
	    !of_device_is_compatible(np, "raspberrypi,bcm2835-firmware"))
		return NULL;

	rpi_firmware_model.users++;

	return &firmware;
}
EXPORT_SYMBOL_GPL(rpi_firmware_get);

void rpi_firmware_put(struct rpi_firmware *fw)
{
	rpi_firmware_model.users--;
}
EXPORT_SYMBOL_GPL(rpi_firmware_put);

static void rpi_firmware_model_put(void *data)
{
	rpi_firmware_put(data);
}

struct rpi_firmware *devm_rpi_firmware_get(struct device *dev, struct device_node *np)
{
	struct rpi_firmware *fw = rpi_firmware_get(np);

	if (fw && devm_add_action_or_reset(dev, rpi_firmware_model_put, fw))
		return NULL;

	return fw;
}
EXPORT_SYMBOL_GPL(devm_rpi_firmware_get);

/* Answers one tag; @size is that of its value. */
static void answer(u32 *tag, u32 size)
{
	struct rpi_firmware_model *model = &rpi_firmware_model;
	u32 *value = tag + TAG_WORDS;

	if (model->silent)
		return;

	switch (tag[0]) {
	case RPI_FIRMWARE_GET_BOARD_REVISION:
		memcpy(value, &model->revision, min_t(u32, size, sizeof(u32)));
		tag[2] = ANSWERED | sizeof(u32);
		break;
	case RPI_FIRMWARE_GET_BOARD_SERIAL:
		memcpy(value, &model->serial, min_t(u32, size, sizeof(u64)));
		tag[2] = ANSWERED | sizeof(u64);
		break;
	case TAG_GENCMD:
		if (size < 2 * sizeof(u32))
			break;
		value[0] = model->status;
		strscpy((char *)&value[1], model->answer, size - sizeof(u32));
		tag[2] = ANSWERED | (u32)(strlen(model->answer) + 1);
		break;
	}
}

int rpi_firmware_property_list(struct rpi_firmware *fw, void *data, size_t size)
{
	struct rpi_firmware_model *model = &rpi_firmware_model;
	u32 *words = data;
	size_t at = 0;

	if (fw != &firmware || !model->users || size % sizeof(u32) || size > sizeof(model->words)) {
		bench_violation(NULL, BENCH_MODEL, "firmware: call with %zu bytes, %u users", size,
				model->users);
		return -EINVAL;
	}
	if (model->error)
		return model->error;

	model->busy++;
	model->most_busy = max(model->most_busy, model->busy);
	if (model->pause)
		msleep(model->pause);
	model->calls++;
	model->count = size / sizeof(u32);
	memcpy(model->words, data, size);

	while (at < model->count && words[at]) {
		if (model->count - at < TAG_WORDS ||
		    words[at + 1] > (model->count - at - TAG_WORDS) * sizeof(u32))
			break;
		answer(words + at, words[at + 1]);
		at += TAG_WORDS + DIV_ROUND_UP(words[at + 1], sizeof(u32));
	}
	model->busy--;

	/* The firmware does not take what it cannot parse. */
	return at < model->count && words[at] ? -EINVAL : 0;
}
EXPORT_SYMBOL_GPL(rpi_firmware_property_list);

int rpi_firmware_property(struct rpi_firmware *fw, u32 tag, void *data, size_t size)
{
	u32 words[TAG_WORDS + 8] = { tag, size };
	int ret;

	if (size > sizeof(words) - TAG_WORDS * sizeof(u32))
		return -EINVAL;

	memcpy(words + TAG_WORDS, data, size);
	ret = rpi_firmware_property_list(fw, words, TAG_WORDS * sizeof(u32) + size);
	memcpy(data, words + TAG_WORDS, size);

	return ret;
}
EXPORT_SYMBOL_GPL(rpi_firmware_property);

static int __init rpi_firmware_model_init(void)
{
	rpi_firmware_model_reset();

	return 0;
}
module_init(rpi_firmware_model_init);

MODULE_DESCRIPTION("Model of the Raspberry Pi's firmware");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
