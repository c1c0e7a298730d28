// SPDX-License-Identifier: GPL-2.0-only
/*
 * GPIO interrupt controller of the Amlogic Meson S4 (S905Y4, S805X2), in Linux since 5.18
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The controller has twelve channels, each with its own line to the GIC. A channel watches
 * one of 82 pins and signals a high level or a rising edge, the types that the GIC supports.
 * A pin gets a channel when its interrupt is mapped and keeps it until the mapping is disposed
 * of, so that at most twelve pins have an interrupt at a time.
 *
 * If the device is removed while an interrupt is mapped, the controller stays as it is, and
 * the next device for its node takes it over. The module stays loaded once there is a
 * controller: the interrupt framework takes no reference to the owner of a domain or of a
 * mapped interrupt. Linux's own interrupt controller drivers cannot be unloaded either.
 *
 * Locking: @lock protects the registers, which the channels share, and the mask of used
 * channels. It is raw because irq_set_type() is called with a raw lock held.
 */

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define S4_INTC_PINS		82
#define S4_INTC_CHANNELS	12

#define S4_INTC_CTRL		0x00
#define S4_INTC_ENABLE		BIT(31)
#define S4_INTC_EDGE(channel)	BIT(12 + (channel))
#define S4_INTC_INVERT(channel)	BIT(channel)

/* The channel's pin: two channels in a register. */
#define S4_INTC_PIN(channel)	(0x04 + 4 * ((channel) / 2))
#define S4_INTC_PIN_SHIFT(channel) (16 * ((channel) % 2))
#define S4_INTC_PIN_MASK	GENMASK(7, 0)

#define S4_INTC_BOTH		0x1c
#define S4_INTC_BOTH_EDGES(channel) BIT(channel)

/**
 * struct s4_intc - the controller
 * @base: its registers
 * @domain: interrupts, by the number of the pin
 * @lines: the GIC's line of each channel
 * @used: mask of the channels that have a pin
 * @lock: protects the registers and @used
 */
struct s4_intc {
	void __iomem *base;
	struct irq_domain *domain;
	u32 lines[S4_INTC_CHANNELS];
	unsigned long used;
	raw_spinlock_t lock; /* registers, @used */
};

static void s4_intc_update(struct s4_intc *intc, unsigned int reg, u32 mask, u32 value)
{
	lockdep_assert_held(&intc->lock);
	writel((readl(intc->base + reg) & ~mask) | value, intc->base + reg);
}

static unsigned int s4_intc_channel(struct irq_data *data)
{
	return (uintptr_t)irq_data_get_irq_chip_data(data);
}

static int s4_intc_set_type(struct irq_data *data, unsigned int type)
{
	struct s4_intc *intc = data->domain->host_data;
	unsigned int channel = s4_intc_channel(data);
	u32 ctrl = 0, both = 0;
	unsigned long flags;

	switch (type & IRQ_TYPE_SENSE_MASK) {
	case IRQ_TYPE_EDGE_BOTH:
		both = S4_INTC_BOTH_EDGES(channel);
		break;
	case IRQ_TYPE_EDGE_RISING:
		ctrl = S4_INTC_EDGE(channel);
		break;
	case IRQ_TYPE_EDGE_FALLING:
		ctrl = S4_INTC_EDGE(channel) | S4_INTC_INVERT(channel);
		break;
	case IRQ_TYPE_LEVEL_HIGH:
		break;
	case IRQ_TYPE_LEVEL_LOW:
		ctrl = S4_INTC_INVERT(channel);
		break;
	default:
		return -EINVAL;
	}

	raw_spin_lock_irqsave(&intc->lock, flags);
	s4_intc_update(intc, S4_INTC_BOTH, S4_INTC_BOTH_EDGES(channel), both);
	s4_intc_update(intc, S4_INTC_CTRL, S4_INTC_EDGE(channel) | S4_INTC_INVERT(channel), ctrl);
	raw_spin_unlock_irqrestore(&intc->lock, flags);

	type = type & IRQ_TYPE_EDGE_BOTH ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_LEVEL_HIGH;

	return irq_chip_set_type_parent(data, type);
}

static struct irq_chip s4_intc_chip = {
	.name = "aml-s4-gpio-intc",
	.irq_mask = irq_chip_mask_parent,
	.irq_unmask = irq_chip_unmask_parent,
	.irq_eoi = irq_chip_eoi_parent,
	.irq_set_type = s4_intc_set_type,
#ifdef CONFIG_SMP
	.irq_set_affinity = irq_chip_set_affinity_parent,
#endif
	/* As the GIC, whose interrupts wake the system without irq_set_wake(). */
	.flags = IRQCHIP_SET_TYPE_MASKED | IRQCHIP_SKIP_SET_WAKE | IRQCHIP_MASK_ON_SUSPEND,
};

static int s4_intc_translate(struct irq_domain *domain, struct irq_fwspec *fwspec,
			     unsigned long *hwirq, unsigned int *type)
{
	if (fwspec->param_count != 2 || fwspec->param[0] >= S4_INTC_PINS)
		return -EINVAL;

	*hwirq = fwspec->param[0];
	*type = fwspec->param[1] & IRQ_TYPE_SENSE_MASK;

	return 0;
}

static int s4_intc_take_channel(struct s4_intc *intc, unsigned long pin)
{
	unsigned int channel;
	unsigned long flags;

	raw_spin_lock_irqsave(&intc->lock, flags);
	channel = ffz(intc->used);
	if (channel < S4_INTC_CHANNELS) {
		intc->used |= BIT(channel);
		s4_intc_update(intc, S4_INTC_PIN(channel),
			       S4_INTC_PIN_MASK << S4_INTC_PIN_SHIFT(channel),
			       pin << S4_INTC_PIN_SHIFT(channel));
	}
	raw_spin_unlock_irqrestore(&intc->lock, flags);

	return channel < S4_INTC_CHANNELS ? channel : -ENOSPC;
}

static void s4_intc_give_channel(struct s4_intc *intc, unsigned int channel)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&intc->lock, flags);
	intc->used &= ~BIT(channel);
	raw_spin_unlock_irqrestore(&intc->lock, flags);
}

static int s4_intc_alloc(struct irq_domain *domain, unsigned int virq, unsigned int num,
			 void *arg)
{
	struct s4_intc *intc = domain->host_data;
	struct irq_fwspec parent = {
		.fwnode = domain->parent->fwnode,
		.param_count = 3,
	};
	unsigned long pin;
	unsigned int type;
	int channel, ret;

	if (num != 1)
		return -EINVAL;

	ret = s4_intc_translate(domain, arg, &pin, &type);
	if (ret)
		return ret;

	channel = s4_intc_take_channel(intc, pin);
	if (channel < 0) {
		pr_err("%pOF: pin %lu: all %u channels are in use\n",
		       irq_domain_get_of_node(domain), pin, S4_INTC_CHANNELS);
		return channel;
	}

	/* A shared peripheral interrupt (SPI) of the GIC. */
	parent.param[0] = 0;
	parent.param[1] = intc->lines[channel];
	parent.param[2] = IRQ_TYPE_EDGE_RISING;
	ret = irq_domain_alloc_irqs_parent(domain, virq, 1, &parent);
	if (ret) {
		s4_intc_give_channel(intc, channel);
		return ret;
	}

	/* Cannot fail: the core has allocated irq_data for this domain. */
	irq_domain_set_hwirq_and_chip(domain, virq, pin, &s4_intc_chip,
				      (void *)(uintptr_t)channel);

	return 0;
}

static void s4_intc_free(struct irq_domain *domain, unsigned int virq, unsigned int num)
{
	struct irq_data *data = irq_domain_get_irq_data(domain, virq);
	unsigned int channel = s4_intc_channel(data);

	irq_domain_free_irqs_common(domain, virq, num);
	s4_intc_give_channel(domain->host_data, channel);
}

static const struct irq_domain_ops s4_intc_domain_ops = {
	.alloc = s4_intc_alloc,
	.free = s4_intc_free,
	.translate = s4_intc_translate,
};

static int s4_intc_init(struct s4_intc *intc, struct device *dev)
{
	struct device_node *np = dev->of_node;
	struct irq_domain *parent;
	struct device_node *gic;
	unsigned long flags;
	int ret;

	ret = of_property_read_u32_array(np, "amlogic,channel-interrupts", intc->lines,
					 ARRAY_SIZE(intc->lines));
	if (ret)
		return dev_err_probe(dev, ret, "failed to read \"amlogic,channel-interrupts\"\n");

	gic = of_irq_find_parent(np);
	parent = gic ? irq_find_host(gic) : NULL;
	of_node_put(gic);
	if (!parent)
		return dev_err_probe(dev, -EPROBE_DEFER, "no parent interrupt controller\n");

	/* Not managed: the controller may outlive the device. */
	intc->base = of_iomap(np, 0);
	if (!intc->base)
		return dev_err_probe(dev, -ENXIO, "failed to map registers\n");

	raw_spin_lock_init(&intc->lock);
	raw_spin_lock_irqsave(&intc->lock, flags);
	s4_intc_update(intc, S4_INTC_CTRL, S4_INTC_ENABLE, S4_INTC_ENABLE);
	raw_spin_unlock_irqrestore(&intc->lock, flags);

	intc->domain = irq_domain_create_hierarchy(parent, 0, S4_INTC_PINS, of_fwnode_handle(np),
						   &s4_intc_domain_ops, intc);
	if (!intc->domain) {
		iounmap(intc->base);
		return -ENOMEM;
	}

	return 0;
}

static int s4_intc_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct irq_domain *domain = irq_find_host(dev->of_node);
	struct s4_intc *intc;
	int ret;

	if (domain) {
		if (domain->ops != &s4_intc_domain_ops)
			return dev_err_probe(dev, -EBUSY, "another driver has the interrupts\n");

		platform_set_drvdata(pdev, domain->host_data);
		return 0;
	}

	intc = kzalloc(sizeof(*intc), GFP_KERNEL);
	if (!intc)
		return -ENOMEM;

	/* Never put after success. Fails only while the module is being unloaded. */
	if (!try_module_get(THIS_MODULE)) {
		ret = -ENODEV;
		goto err_free;
	}

	ret = s4_intc_init(intc, dev);
	if (ret)
		goto err_module;

	platform_set_drvdata(pdev, intc);

	return 0;

err_module:
	/* No race with the unload, which waits until probe() has returned. */
	module_put(THIS_MODULE);
err_free:
	kfree(intc);

	return ret;
}

static void s4_intc_remove(struct platform_device *pdev)
{
	struct s4_intc *intc = platform_get_drvdata(pdev);

	if (intc->used) {
		dev_err(&pdev->dev, "interrupts are in use: the controller stays\n");
		return;
	}

	irq_domain_remove(intc->domain);
	iounmap(intc->base);
	kfree(intc);
}

/* Not "amlogic,meson-gpio-intc", the nodes' fallback: that has other registers. */
static const struct of_device_id s4_intc_of_match[] = {
	{ .compatible = "amlogic,meson-s4-gpio-intc" },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_intc_of_match);

static struct platform_driver s4_intc_driver = {
	.probe = s4_intc_probe,
	.remove = s4_intc_remove,
	.driver = {
		.name = "aml_s4_gpio_intc",
		.of_match_table = s4_intc_of_match,
		/* A consumer that maps an interrupt has no reference to the domain. */
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(s4_intc_driver);

MODULE_DESCRIPTION("GPIO interrupt controller of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
