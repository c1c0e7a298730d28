// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: interrupt lines and a controller for them
 *
 * Copyright (C) 2026 The outboard authors
 *
 * It takes the GIC's place in the tree, with its numbers and its rules: rising
 * edges and high levels, an edge is latched while the line is masked, a level is
 * looked at again. A line that goes up inside a register access is not delivered
 * there but from a timer, as an interrupt of its own.
 */

#include <linux/bitmap.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>

#include <bench/internal.h>

#define LINES		512
#define FIRST_SPI	32
#define FIRST_PPI	16

/* So many deliveries in one go, in no time, are a storm. */
#define STORM		10000

/* All of it under the lock. */
static DEFINE_RAW_SPINLOCK(lock);
static DECLARE_BITMAP(level, LINES);
static DECLARE_BITMAP(pending, LINES);
static DECLARE_BITMAP(open, LINES);
static DECLARE_BITMAP(edge, LINES);
static unsigned long delivered[LINES];
static u64 latency;

static struct irq_domain *domain;
static struct hrtimer timer;

bool bench_line_open(unsigned int hwirq)
{
	return test_bit(hwirq, open);
}

/* Called with the lock held. */
static bool bench_due(unsigned int line)
{
	return test_bit(line, open) &&
	       (test_bit(line, pending) || (!test_bit(line, edge) && test_bit(line, level)));
}

static void bench_kick(void)
{
	unsigned long flags;
	u64 delay;

	raw_spin_lock_irqsave(&lock, flags);
	delay = latency;
	raw_spin_unlock_irqrestore(&lock, flags);

	if (!hrtimer_is_queued(&timer))
		hrtimer_start(&timer, ns_to_ktime(delay), HRTIMER_MODE_REL_HARD);
}

static enum hrtimer_restart bench_deliver(struct hrtimer *hrtimer)
{
	unsigned int line = 0, calls = 0, idle = 0;
	unsigned long flags;
	bool due;

	while (idle < LINES) {
		raw_spin_lock_irqsave(&lock, flags);
		due = bench_due(line);
		if (due) {
			__clear_bit(line, pending);
			delivered[line]++;
			if (++calls == STORM)
				__clear_bit(line, open);
		}
		raw_spin_unlock_irqrestore(&lock, flags);

		if (due && calls == STORM) {
			bench_violation(NULL, BENCH_STORM, "line %u, masked from now on", line);
			break;
		}
		if (due) {
			generic_handle_domain_irq(domain, line);
			idle = 0;
		} else {
			idle++;
		}
		line = (line + 1) % LINES;
	}

	return HRTIMER_NORESTART;
}

/**
 * bench_line() - drive an interrupt line
 * @hwirq: its number as the GIC's: 32 and up are shared ones
 * @up: its level
 */
void bench_line(unsigned int hwirq, bool up)
{
	unsigned long flags;
	bool due;

	if (WARN_ON(hwirq >= LINES))
		return;

	raw_spin_lock_irqsave(&lock, flags);
	if (up && !test_bit(hwirq, level) && test_bit(hwirq, edge))
		__set_bit(hwirq, pending);
	__assign_bit(hwirq, level, up);
	due = bench_due(hwirq);
	raw_spin_unlock_irqrestore(&lock, flags);

	if (due)
		bench_kick();
}
EXPORT_SYMBOL_GPL(bench_line);

/**
 * bench_line_count() - how often a line's interrupt was delivered
 * @hwirq: its number
 *
 * Return: the count since the start.
 */
unsigned long bench_line_count(unsigned int hwirq)
{
	return hwirq < LINES ? READ_ONCE(delivered[hwirq]) : 0;
}
EXPORT_SYMBOL_GPL(bench_line_count);

/**
 * bench_irq_latency() - let interrupts come late
 * @ns: from a line going up to its handler; 0 is as soon as can be
 */
void bench_irq_latency(u64 ns)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	latency = ns;
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(bench_irq_latency);

static int bench_line_of(const u32 *cells, unsigned int *hwirq)
{
	*hwirq = cells[1] + (cells[0] ? FIRST_PPI : FIRST_SPI);

	return cells[0] > 1 || *hwirq >= LINES ? -EINVAL : 0;
}

void bench_find_lines(struct bench_block *block)
{
	struct of_phandle_args args;
	unsigned int i, hwirq;

	for (i = 0; i < BENCH_IRQS; i++) {
		block->lines[i] = -1;
		if (of_irq_parse_one(block->np, i, &args))
			continue;
		if (args.args_count == 3 && domain && args.np == irq_domain_get_of_node(domain) &&
		    !bench_line_of(args.args, &hwirq))
			block->lines[i] = hwirq;
		of_node_put(args.np);
	}
}

/**
 * bench_block_irq() - drive an interrupt line of a block
 * @block: the block
 * @i: which entry of its node's "interrupts"
 * @up: its level
 */
void bench_block_irq(struct bench_block *block, unsigned int i, bool up)
{
	if (!WARN_ON(i >= BENCH_IRQS || block->lines[i] < 0))
		bench_line(block->lines[i], up);
}
EXPORT_SYMBOL_GPL(bench_block_irq);

/**
 * bench_irq_count() - how often a block's interrupt was delivered
 * @block: the block
 * @i: which entry of its node's "interrupts"
 *
 * Return: the count since the start.
 */
unsigned long bench_irq_count(struct bench_block *block, unsigned int i)
{
	if (WARN_ON(i >= BENCH_IRQS || block->lines[i] < 0))
		return 0;

	return bench_line_count(block->lines[i]);
}
EXPORT_SYMBOL_GPL(bench_irq_count);

static void bench_irq_mask(struct irq_data *d)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	__clear_bit(irqd_to_hwirq(d), open);
	raw_spin_unlock_irqrestore(&lock, flags);
}

static void bench_irq_unmask(struct irq_data *d)
{
	unsigned long flags;
	bool due;

	raw_spin_lock_irqsave(&lock, flags);
	__set_bit(irqd_to_hwirq(d), open);
	due = bench_due(irqd_to_hwirq(d));
	raw_spin_unlock_irqrestore(&lock, flags);

	if (due)
		bench_kick();
}

static void bench_irq_eoi(struct irq_data *d)
{
}

static int bench_irq_set_type(struct irq_data *d, unsigned int type)
{
	unsigned long flags;

	if (type != IRQ_TYPE_EDGE_RISING && type != IRQ_TYPE_LEVEL_HIGH)
		return -EINVAL;

	raw_spin_lock_irqsave(&lock, flags);
	__assign_bit(irqd_to_hwirq(d), edge, type == IRQ_TYPE_EDGE_RISING);
	raw_spin_unlock_irqrestore(&lock, flags);

	return 0;
}

static int bench_irq_retrigger(struct irq_data *d)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	__set_bit(irqd_to_hwirq(d), pending);
	raw_spin_unlock_irqrestore(&lock, flags);
	bench_kick();

	return 1;
}

static struct irq_chip bench_chip = {
	.name = "bench-gic",
	.irq_mask = bench_irq_mask,
	.irq_unmask = bench_irq_unmask,
	.irq_eoi = bench_irq_eoi,
	.irq_set_type = bench_irq_set_type,
	.irq_retrigger = bench_irq_retrigger,
	.flags = IRQCHIP_SET_TYPE_MASKED | IRQCHIP_SKIP_SET_WAKE | IRQCHIP_MASK_ON_SUSPEND,
};

static int bench_irq_translate(struct irq_domain *d, struct irq_fwspec *fwspec,
			       unsigned long *hwirq, unsigned int *type)
{
	unsigned int line;
	int ret;

	if (fwspec->param_count != 3)
		return -EINVAL;

	ret = bench_line_of(fwspec->param, &line);
	*hwirq = line;
	*type = fwspec->param[2] & IRQ_TYPE_SENSE_MASK;

	return ret;
}

static int bench_irq_alloc(struct irq_domain *d, unsigned int virq, unsigned int count, void *arg)
{
	unsigned int type, i;
	unsigned long hwirq;
	int ret;

	ret = bench_irq_translate(d, arg, &hwirq, &type);
	if (ret)
		return ret;

	for (i = 0; i < count; i++)
		irq_domain_set_info(d, virq + i, hwirq + i, &bench_chip, NULL, handle_fasteoi_irq,
				    NULL, NULL);

	return 0;
}

static const struct irq_domain_ops bench_domain_ops = {
	.translate = bench_irq_translate,
	.alloc = bench_irq_alloc,
	.free = irq_domain_free_irqs_common,
};

static int bench_gic_probe(struct platform_device *pdev)
{
	if (domain)
		return -EBUSY;

	domain = irq_domain_create_linear(of_fwnode_handle(pdev->dev.of_node), LINES,
					  &bench_domain_ops, NULL);

	return domain ? 0 : -ENOMEM;
}

/* The GIC's own name, too: the trees of boards serve as they are. */
static const struct of_device_id bench_gic_match[] = {
	{ .compatible = "outboard,bench-gic" },
	{ .compatible = "arm,gic-400" },
	{ .compatible = "arm,gic-v3" },
	{ }
};

static struct platform_driver bench_gic_driver = {
	.probe = bench_gic_probe,
	.driver = {
		.name = "bench-gic",
		.of_match_table = bench_gic_match,
		.suppress_bind_attrs = true,
	},
};

int bench_irq_init(void)
{
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = bench_deliver;

	return platform_driver_register(&bench_gic_driver);
}
