// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for a device that never was, and the faults that drivers have
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The device inverts a number: it is written to DATA, and read back when DONE is
 * set, which raises an interrupt. The parameter "fault" plants one of the faults
 * that the bench has to find.
 */

#include <linux/bits.h>
#include <linux/clk.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/pm_runtime.h>
#include <linux/reset.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "sample.h"

#define SAMPLE_ID		0x00
#define SAMPLE_CTRL		0x04
#define SAMPLE_CTRL_ENABLE	BIT(0)
#define SAMPLE_CTRL_IRQ		BIT(1)
#define SAMPLE_DATA		0x08
#define SAMPLE_STATUS		0x0c
#define SAMPLE_STATUS_DONE	BIT(0)
#define SAMPLE_FUSE		0x10
#define SAMPLE_KEY		0x14

#define SAMPLE_ID_VALUE		0x53414d50

static char *fault = "";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "the fault that the driver has");

/**
 * struct sample - a device
 * @regs: its registers
 * @clk: its clock
 * @reset: its reset line
 * @irq: its interrupt
 * @lock: one number at a time
 * @other: for the fault "deadlock"
 * @spin: for the fault "irq_lock"
 * @done: the number is inverted
 */
struct sample {
	void __iomem *regs;
	struct clk *clk;
	struct reset_control *reset;
	int irq;
	struct mutex lock;	/* one number at a time */
	struct mutex other;	/* nothing: for a fault */
	spinlock_t spin;	/* nothing: for faults */
	struct completion done;
};

static bool sample_has(const char *name)
{
	return !strcmp(fault, name);
}

static irqreturn_t sample_interrupt(int irq, void *data)
{
	struct sample *sample = data;

	if (sample_has("storm"))
		return IRQ_HANDLED;

	if (sample_has("irq_lock")) {
		spin_lock(&sample->spin);
		spin_unlock(&sample->spin);
	}

	writel(SAMPLE_STATUS_DONE, sample->regs + SAMPLE_STATUS);
	complete(&sample->done);

	return IRQ_HANDLED;
}

static void sample_access(struct device *dev, struct sample *sample)
{
	void __iomem *regs = sample->regs;

	if (sample_has("width"))
		readw(regs + SAMPLE_ID);
	if (sample_has("unaligned"))
		readl(regs + SAMPLE_ID + 2);
	if (sample_has("outside"))
		readl(regs + 0x20);
	if (sample_has("hole"))
		writel(0, regs + 0x18);
	if (sample_has("unmodelled"))
		ioremap(0x20000000, 4);
	if (sample_has("fatal"))
		writel(1, regs + SAMPLE_FUSE);
	if (sample_has("read_only"))
		writel(1, regs + SAMPLE_ID);
	if (sample_has("write_only"))
		readl(regs + SAMPLE_KEY);
	if (sample_has("reserved"))
		writel(BIT(31) | SAMPLE_CTRL_ENABLE, regs + SAMPLE_CTRL);
	if (sample_has("endless")) {
		while (!(readl(regs + SAMPLE_STATUS) & BIT(5)))
			cpu_relax();
	}
	if (sample_has("unclocked")) {
		clk_disable(sample->clk);
		readl(regs + SAMPLE_ID);
		clk_enable(sample->clk);
	}
	if (sample_has("in_reset")) {
		reset_control_assert(sample->reset);
		readl(regs + SAMPLE_ID);
		reset_control_deassert(sample->reset);
	}
	if (sample_has("unpowered")) {
		pm_runtime_put_sync(dev);
		readl(regs + SAMPLE_ID);
		pm_runtime_get_sync(dev);
	}
	if (sample_has("unmapped")) {
		regs = ioremap(0x10000000, 0x20);
		iounmap(regs);
		readl(regs);
	}
}

static void sample_memory(void)
{
	unsigned int count = 40;
	char *memory = NULL;

	/* The compiler would see through all of these. */
	OPTIMIZER_HIDE_VAR(count);

	if (sample_has("use_after_free") || sample_has("overflow") || sample_has("leak")) {
		memory = kzalloc(96, GFP_KERNEL);
		if (!memory)
			return;
	}
	OPTIMIZER_HIDE_VAR(memory);
	if (sample_has("leak"))
		memory = NULL;
	if (sample_has("overflow"))
		memory[96] = 1;
	kfree(memory);
	OPTIMIZER_HIDE_VAR(memory);
	if (sample_has("use_after_free"))
		memory[3] = 1;
	if (sample_has("null"))
		WRITE_ONCE(*memory, 1);
	if (sample_has("shift"))
		count = 1U << count;
	OPTIMIZER_HIDE_VAR(count);
}

static void sample_locks(struct sample *sample)
{
	if (sample_has("deadlock")) {
		mutex_lock(&sample->lock);
		mutex_lock(&sample->other);
		mutex_unlock(&sample->other);
		mutex_unlock(&sample->lock);
		mutex_lock(&sample->other);
		mutex_lock(&sample->lock);
		mutex_unlock(&sample->lock);
		mutex_unlock(&sample->other);
	}
	if (sample_has("irq_lock")) {
		spin_lock(&sample->spin);
		spin_unlock(&sample->spin);
	}
	if (sample_has("sleep")) {
		spin_lock_irq(&sample->spin);
		mutex_lock(&sample->other);
		mutex_unlock(&sample->other);
		spin_unlock_irq(&sample->spin);
	}
}

static void sample_hang(void)
{
	DECLARE_COMPLETION_ONSTACK(never);

	if (sample_has("hang")) {
		for (;;)
			cpu_relax();
	}
	if (sample_has("hang_masked")) {
		local_irq_disable();
		for (;;)
			cpu_relax();
	}
	if (sample_has("wait"))
		wait_for_completion(&never);
}

/**
 * sample_invert() - invert a number
 * @dev: by which device
 * @in: the number
 * @out: where the inverted one goes
 *
 * Return: 0 or -ETIMEDOUT.
 */
int sample_invert(struct device *dev, u32 in, u32 *out)
{
	struct sample *sample = dev_get_drvdata(dev);
	int ret = 0;

	sample_access(dev, sample);
	sample_memory();
	sample_locks(sample);
	sample_hang();
	WARN_ON(sample_has("warn"));

	mutex_lock(&sample->lock);
	reinit_completion(&sample->done);
	writel(in, sample->regs + SAMPLE_DATA);
	if (sample_has("model"))
		writel(in, sample->regs + SAMPLE_DATA);
	if (!wait_for_completion_timeout(&sample->done, msecs_to_jiffies(100)))
		ret = -ETIMEDOUT;
	else
		*out = readl(sample->regs + SAMPLE_DATA);
	mutex_unlock(&sample->lock);
	if (sample_has("wrong"))
		*out ^= 1;

	return ret;
}
EXPORT_SYMBOL_GPL(sample_invert);

static int sample_start(struct platform_device *pdev, struct sample *sample)
{
	int ret;

	ret = reset_control_deassert(sample->reset);
	if (ret)
		return ret;

	if (readl(sample->regs + SAMPLE_ID) != SAMPLE_ID_VALUE) {
		ret = -ENODEV;
		goto assert;
	}

	ret = request_irq(sample->irq, sample_interrupt, 0, dev_name(&pdev->dev), sample);
	if (ret)
		goto assert;

	writel(SAMPLE_CTRL_ENABLE | SAMPLE_CTRL_IRQ, sample->regs + SAMPLE_CTRL);

	return 0;

assert:
	reset_control_assert(sample->reset);

	return ret;
}

static int sample_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct sample *sample;
	int ret;

	sample = devm_kzalloc(dev, sizeof(*sample), GFP_KERNEL);
	if (!sample)
		return -ENOMEM;

	mutex_init(&sample->lock);
	mutex_init(&sample->other);
	spin_lock_init(&sample->spin);
	init_completion(&sample->done);

	if (sample_has("mapping_kept"))
		sample->regs = ioremap(0x10000000, 0x20);
	else
		sample->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(sample->regs))
		return PTR_ERR(sample->regs);

	sample->clk = devm_clk_get(dev, NULL);
	if (IS_ERR(sample->clk))
		return PTR_ERR(sample->clk);

	sample->reset = devm_reset_control_get_exclusive(dev, NULL);
	if (IS_ERR(sample->reset))
		return PTR_ERR(sample->reset);

	sample->irq = platform_get_irq(pdev, 0);
	if (sample->irq < 0)
		return sample->irq;

	pm_runtime_enable(dev);
	ret = pm_runtime_resume_and_get(dev);
	if (ret)
		goto disable_pm;

	ret = clk_prepare_enable(sample->clk);
	if (ret)
		goto put;

	platform_set_drvdata(pdev, sample);
	ret = sample_start(pdev, sample);
	if (ret)
		goto disable;

	return 0;

disable:
	if (!sample_has("unwind"))
		clk_disable_unprepare(sample->clk);
put:
	pm_runtime_put_sync(dev);
disable_pm:
	pm_runtime_disable(dev);

	return ret;
}

static void sample_remove(struct platform_device *pdev)
{
	struct sample *sample = platform_get_drvdata(pdev);

	writel(0, sample->regs + SAMPLE_CTRL);
	if (!sample_has("irq_kept"))
		free_irq(sample->irq, sample);
	reset_control_assert(sample->reset);
	if (!sample_has("clock_kept"))
		clk_disable_unprepare(sample->clk);
	pm_runtime_put_sync(&pdev->dev);
	pm_runtime_disable(&pdev->dev);
	if (sample_has("no_unload"))
		__module_get(THIS_MODULE);
}

/* The power domain goes off meanwhile, and what the registers had with it. */
static int sample_suspend(struct device *dev)
{
	struct sample *sample = dev_get_drvdata(dev);

	writel(0, sample->regs + SAMPLE_CTRL);
	clk_disable(sample->clk);

	return 0;
}

static int sample_resume(struct device *dev)
{
	struct sample *sample = dev_get_drvdata(dev);
	int ret;

	ret = clk_enable(sample->clk);
	if (!ret)
		writel(SAMPLE_CTRL_ENABLE | SAMPLE_CTRL_IRQ, sample->regs + SAMPLE_CTRL);

	return ret;
}

static DEFINE_SIMPLE_DEV_PM_OPS(sample_pm_ops, sample_suspend, sample_resume);

static const struct of_device_id sample_match[] = {
	{ .compatible = "outboard,bench-sample" },
	{ }
};
MODULE_DEVICE_TABLE(of, sample_match);

static struct platform_driver sample_driver = {
	.probe = sample_probe,
	.remove = sample_remove,
	.driver = {
		.name = "sample",
		.of_match_table = sample_match,
		.pm = pm_sleep_ptr(&sample_pm_ops),
	},
};
module_platform_driver(sample_driver);

MODULE_DESCRIPTION("A driver with faults, for the register bench");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
