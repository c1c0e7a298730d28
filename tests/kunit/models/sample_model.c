// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of a device that never was, which shows how models are written
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A number that is written to DATA while CTRL.ENABLE is set is inverted 50 us later;
 * then STATUS.DONE is set, and with CTRL.IRQ the interrupt line is up until it is
 * cleared.
 */

#include <linux/hrtimer.h>
#include <linux/ktime.h>

#include <bench/bench.h>
#include <models/sample_model.h>

#define CTRL		0x04
#define CTRL_ENABLE	BIT(0)
#define CTRL_IRQ	BIT(1)
#define DATA		0x08
#define STATUS		0x0c
#define STATUS_DONE	BIT(0)

#define INVERT_NS	50000

static const struct bench_reg regs[] = {
	{ .name = "ID", .offset = 0x00, .reset = 0x53414d50, .flags = BENCH_REG_RO },
	{ .name = "CTRL", .offset = CTRL, .writable = CTRL_ENABLE | CTRL_IRQ },
	{ .name = "DATA", .offset = DATA, .writable = ~0 },
	{ .name = "STATUS", .offset = STATUS, .w1c = STATUS_DONE },
	{ .name = "FUSE", .offset = 0x10, .flags = BENCH_REG_FATAL },
	{ .name = "KEY", .offset = 0x14, .writable = ~0, .flags = BENCH_REG_WO },
};

struct sample {
	struct bench_block *block;
	struct hrtimer timer;
	bool busy;
	bool stuck;
};

/* Called with the block locked. */
static void sample_update(struct bench_block *block)
{
	bool enabled = bench_reg(block, CTRL) & CTRL_IRQ;
	bool done = bench_reg(block, STATUS) & STATUS_DONE;

	bench_block_irq(block, 0, enabled && done);
}

static enum hrtimer_restart sample_done(struct hrtimer *timer)
{
	struct sample *sample = container_of(timer, struct sample, timer);
	struct bench_block *block = sample->block;
	unsigned long flags;

	bench_lock(block, flags);
	if (sample->busy && !sample->stuck) {
		sample->busy = false;
		bench_set_reg(block, DATA, ~bench_reg(block, DATA));
		bench_set_reg(block, STATUS, STATUS_DONE);
		sample_update(block);
	}
	bench_unlock(block, flags);

	return HRTIMER_NORESTART;
}

static int sample_init(struct bench_block *block)
{
	struct sample *sample = bench_priv(block);

	sample->block = block;
	hrtimer_init(&sample->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	sample->timer.function = sample_done;

	return 0;
}

static void sample_reset(struct bench_block *block)
{
	struct sample *sample = bench_priv(block);

	sample->busy = false;
	sample_update(block);
}

static void sample_write(struct bench_block *block, u32 offset, u32 value, u32 old)
{
	struct sample *sample = bench_priv(block);

	if (offset == DATA && bench_reg(block, CTRL) & CTRL_ENABLE) {
		if (sample->busy)
			bench_violation(block, BENCH_MODEL, "DATA written while busy");
		sample->busy = true;
		hrtimer_start(&sample->timer, ns_to_ktime(INVERT_NS), HRTIMER_MODE_REL_HARD);
	}
	sample_update(block);
}

/**
 * sample_stick() - let the device answer or not
 * @block: the device
 * @stuck: whether it never comes to an end
 */
void sample_stick(struct bench_block *block, bool stuck)
{
	struct sample *sample = bench_priv(block);
	unsigned long flags;

	bench_lock(block, flags);
	sample->stuck = stuck;
	sample->busy = false;
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(sample_stick);

static const struct bench_model sample_model = {
	.name = "sample",
	.compatibles = (const char *const []){ "outboard,bench-sample", NULL },
	.regs = regs,
	.nr_regs = ARRAY_SIZE(regs),
	.priv_size = sizeof(struct sample),
	.init = sample_init,
	.reset = sample_reset,
	.write = sample_write,
};
module_bench_model(sample_model);

MODULE_DESCRIPTION("Model of a device that never was");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
