// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of Amlogic's I2C controller, with one device on its bus
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A transfer is a list of up to 16 tokens that is worked off at 100 kHz once START is set.
 * The device takes all that it is written, and returns 0x80, 0x81, ... when it is read.
 *
 * Source: registers and tokens are those of Linux 6.12's driver.
 */

#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/string.h>

#include <models/meson_i2c_model.h>

#define CTRL			0x00
#define SLAVE_ADDR		0x04
#define TOK_LIST0		0x08
#define TOK_LIST1		0x0c
#define TOK_WDATA0		0x10
#define TOK_RDATA0		0x18

#define CTRL_START		BIT(0)
#define CTRL_ACK_IGNORE		BIT(1)
#define CTRL_STATUS		BIT(2)
#define CTRL_ERROR		BIT(3)

#define SLAVE_ADDR_7BIT		GENMASK(7, 1)

#define TOKENS			16
#define DATA_BYTES		8
#define BYTE_NS			90000

enum token {
	TOKEN_END,
	TOKEN_START,
	TOKEN_ADDRESS_WRITE,
	TOKEN_ADDRESS_READ,
	TOKEN_DATA,
	TOKEN_DATA_LAST,
	TOKEN_STOP,
};

static const struct bench_reg meson_i2c_regs[] = {
	{ .name = "CTRL", .offset = CTRL, .flags = BENCH_REG_LAX,
	  .writable = CTRL_START | CTRL_ACK_IGNORE | GENMASK(21, 12) | GENMASK(29, 28) },
	{ .name = "SLAVE_ADDR", .offset = SLAVE_ADDR, .writable = GENMASK(28, 0) },
	{ .name = "TOK_LIST", .offset = TOK_LIST0, .writable = ~0U, .count = 2 },
	{ .name = "TOK_WDATA", .offset = TOK_WDATA0, .writable = ~0U, .count = 2 },
	{ .name = "TOK_RDATA", .offset = TOK_RDATA0, .flags = BENCH_REG_RO, .count = 2 },
};

static enum token token(struct bench_block *block, unsigned int i)
{
	return bench_reg(block, i < 8 ? TOK_LIST0 : TOK_LIST1) >> i % 8 * 4 & 0xf;
}

static u32 word(unsigned int base, unsigned int i)
{
	return base + i / 4 * 4;
}

/* Whether a list is for reading stays until the next address. */
static void work(struct meson_i2c_model *i2c)
{
	struct bench_block *block = i2c->block;
	u32 control = bench_reg(block, CTRL) & ~(CTRL_STATUS | CTRL_ERROR);
	unsigned int i, wrote = 0, read = 0;
	u32 value;

	for (i = 0; i < TOKENS; i++) {
		switch (token(block, i)) {
		case TOKEN_END:
			i = TOKENS;
			break;
		case TOKEN_START:
			break;
		case TOKEN_ADDRESS_READ:
		case TOKEN_ADDRESS_WRITE:
			i2c->reads = token(block, i) == TOKEN_ADDRESS_READ;
			if ((bench_reg(block, SLAVE_ADDR) & SLAVE_ADDR_7BIT) >> 1 !=
			    MESON_I2C_MODEL_ADDRESS && !(control & CTRL_ACK_IGNORE)) {
				control |= CTRL_ERROR;
				i = TOKENS;
			}
			break;
		case TOKEN_DATA:
		case TOKEN_DATA_LAST:
			if (i2c->reads ? read == DATA_BYTES : wrote == DATA_BYTES) {
				bench_violation(block, BENCH_MODEL, "more data than there is room");
				i = TOKENS;
			} else if (i2c->reads) {
				value = bench_reg(block, word(TOK_RDATA0, read));
				value &= ~(0xffU << read % 4 * 8);
				value |= (0x80U + i2c->nr_read++) << read % 4 * 8;
				bench_set_reg(block, word(TOK_RDATA0, read++), value);
			} else {
				value = bench_reg(block, word(TOK_WDATA0, wrote));
				if (i2c->nr_written < MESON_I2C_MODEL_BYTES)
					i2c->written[i2c->nr_written++] = value >> wrote % 4 * 8;
				wrote++;
			}
			break;
		case TOKEN_STOP:
			i2c->stops++;
			break;
		}
	}
	bench_set_reg(block, CTRL, control);
}

/* Also for who polls without interrupts. */
static void settle(struct meson_i2c_model *i2c)
{
	if (!i2c->due || ktime_before(ktime_get(), i2c->due))
		return;

	i2c->due = 0;
	work(i2c);
	bench_block_irq(i2c->block, 0, true);
	bench_block_irq(i2c->block, 0, false);
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct meson_i2c_model *i2c = container_of(timer, struct meson_i2c_model, timer);
	unsigned long flags;

	bench_lock(i2c->block, flags);
	settle(i2c);
	bench_unlock(i2c->block, flags);

	return HRTIMER_NORESTART;
}

static u32 meson_i2c_read(struct bench_block *block, u32 offset, u32 stored)
{
	settle(bench_priv(block));

	return bench_reg(block, offset);
}

static void meson_i2c_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	struct meson_i2c_model *i2c = bench_priv(block);
	unsigned int i, bytes = 0;

	if (offset != CTRL)
		return;

	value = (value & ~(CTRL_STATUS | CTRL_ERROR)) | (old & (CTRL_STATUS | CTRL_ERROR));
	if (!(value & CTRL_START)) {
		i2c->due = 0;
		value &= ~CTRL_STATUS;
	} else if (!(old & CTRL_START)) {
		for (i = 0; i < TOKENS && token(block, i) != TOKEN_END; i++)
			bytes++;
		value = (value | CTRL_STATUS) & ~CTRL_ERROR;
		i2c->due = ktime_add_ns(ktime_get(), bytes * BYTE_NS);
		hrtimer_start(&i2c->timer, i2c->due, HRTIMER_MODE_ABS_HARD);
	}
	bench_set_reg(block, CTRL, value);
}

static int meson_i2c_init(struct bench_block *block)
{
	struct meson_i2c_model *i2c = bench_priv(block);

	i2c->block = block;
	hrtimer_setup(&i2c->timer, on_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);

	return 0;
}

/**
 * meson_i2c_model_forget() - make the device what it was at the start
 * @block: the controller
 */
void meson_i2c_model_forget(struct bench_block *block)
{
	struct meson_i2c_model *i2c = bench_priv(block);
	unsigned long flags;

	bench_lock(block, flags);
	i2c->nr_written = 0;
	i2c->nr_read = 0;
	i2c->stops = 0;
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(meson_i2c_model_forget);

static const struct bench_model meson_i2c_model = {
	.name = "meson-i2c",
	.compatibles = (const char *const []){ "amlogic,meson-axg-i2c", NULL },
	.regs = meson_i2c_regs,
	.nr_regs = ARRAY_SIZE(meson_i2c_regs),
	.priv_size = sizeof(struct meson_i2c_model),
	.init = meson_i2c_init,
	.read = meson_i2c_read,
	.write = meson_i2c_write,
};
module_bench_model(meson_i2c_model);

MODULE_DESCRIPTION("Model of Amlogic's I2C controller");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
