// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's GPIO interrupt controller: each pin on each channel
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Pins change their levels in the model, and interrupts are counted where a device would
 * get them: behind the bench's GIC, which knows rising edges and high levels only.
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/gpio/consumer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include <dt-bindings/gpio/meson-s4-gpio.h>

#include <bench/bench.h>
#include <models/aml_s4_pinctrl_model.h>

#define NODE		"/soc/interrupt-controller@fe004080"
#define PINCTRL_NODE	"/soc/pinctrl@fe004000"
#define BANK_NODE	PINCTRL_NODE "/bank@fe004000"

/* The binding's names for the registers' bits are the model's; these are the suite's. */
#define CTRL		0x00
#define ENABLE		BIT(31)
#define SELECT(channel)	(0x04 + (channel) / 2 * 4)
#define BOTH		0x1c

struct intc_test {
	struct device *dev;
	struct device_node *np;
	struct bench_block *block;
	unsigned int virqs[AML_S4_CHANNELS];
};

static int intc_test_init(struct kunit *test)
{
	struct intc_test *intc = kunit_kzalloc(test, sizeof(*intc), GFP_KERNEL);
	unsigned int pin;

	KUNIT_ASSERT_NOT_NULL(test, intc);
	test->priv = intc;
	bench_start(test);
	intc->dev = bench_device(test, NODE);
	intc->np = intc->dev->of_node;
	intc->block = bench_block(test, NODE, 0);
	bench_unbind(intc->dev);
	for (pin = 0; pin < AML_S4_PINS; pin++)
		aml_s4_pin_wire(pin, AML_S4_FLOATS);
	bench_reset_block(bench_block(test, BANK_NODE, 0));
	bench_reset_block(bench_block(test, BANK_NODE, 1));
	bench_reset_block(intc->block);
	for (pin = 0; pin < AML_S4_PINS; pin++)
		aml_s4_pin_wire(pin, 0);
	KUNIT_ASSERT_EQ(test, bench_bind(intc->dev), 0);

	return 0;
}

static unsigned int map(struct intc_test *intc, unsigned int pin, unsigned int type)
{
	struct irq_fwspec fwspec = {
		.fwnode = of_fwnode_handle(intc->np),
		.param_count = 2,
		.param = { pin, type },
	};

	return irq_create_fwspec_mapping(&fwspec);
}

static void unmap(struct intc_test *intc, unsigned int channel)
{
	irq_dispose_mapping(intc->virqs[channel]);
	intc->virqs[channel] = 0;
}

static void intc_test_exit(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	unsigned int channel;

	for (channel = 0; intc && channel < AML_S4_CHANNELS; channel++) {
		if (intc->virqs[channel])
			unmap(intc, channel);
	}
}

/* Which pin a channel looks at. */
static unsigned int selected(struct intc_test *intc, unsigned int channel)
{
	return (bench_reg(intc->block, SELECT(channel)) >> channel % 2 * 16) & 0xffff;
}

/* Takes the channels from the first on, one after the other. */
static void fill(struct kunit *test, unsigned int channels, unsigned int first_pin)
{
	struct intc_test *intc = test->priv;
	unsigned int channel;

	for (channel = 0; channel < channels; channel++) {
		if (intc->virqs[channel])
			continue;
		intc->virqs[channel] = map(intc, (first_pin + channel) % AML_S4_PINS,
					   IRQ_TYPE_EDGE_RISING);
		KUNIT_ASSERT_NE(test, intc->virqs[channel], 0);
		KUNIT_ASSERT_EQ(test, selected(intc, channel),
				(first_pin + channel) % AML_S4_PINS);
	}
}

struct counter {
	unsigned int count;
	unsigned int pin;
	int lower_after;
	struct gpio_desc *desc;
	unsigned int high;
};

/* Counts; a level goes away when it has been served often enough. */
static irqreturn_t count_irq(int irq, void *data)
{
	struct counter *counter = data;

	counter->count++;
	if (counter->desc)
		counter->high += gpiod_get_value(counter->desc);
	if (counter->lower_after && counter->count == counter->lower_after)
		aml_s4_pin_wire(counter->pin, !aml_s4_pin_level(counter->pin));

	return IRQ_HANDLED;
}

/* The GIC may have an edge from the channel's last user, which nobody has told it of. */
static int request(unsigned int virq, struct counter *counter)
{
	int ret = request_irq(virq, count_irq, 0, "test", counter);

	udelay(1);
	counter->count = 0;

	return ret;
}

/* Interrupts come from a timer. */
static void set_pin(unsigned int pin, int level)
{
	aml_s4_pin_wire(pin, level);
	udelay(1);
}

static void intc_test_probe(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	unsigned int channel;

	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, CTRL), ENABLE);
	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, BOTH), 0);
	for (channel = 0; channel < AML_S4_CHANNELS; channel++)
		KUNIT_EXPECT_EQ(test, selected(intc, channel), 0);

	/* What the boot loader has set up stays. */
	bench_unbind(intc->dev);
	bench_set_reg(intc->block, CTRL, 0x00123456);
	bench_set_reg(intc->block, BOTH, 0x555);
	KUNIT_EXPECT_EQ(test, bench_bind(intc->dev), 0);
	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, CTRL), ENABLE | 0x00123456);
	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, BOTH), 0x555);
}

static void expect_interrupt(struct kunit *test, unsigned int channel, unsigned int pin)
{
	struct intc_test *intc = test->priv;
	struct counter counter = { };
	unsigned long before[AML_S4_CHANNELS];
	unsigned int virq, i;

	virq = map(intc, pin, IRQ_TYPE_EDGE_RISING);
	KUNIT_ASSERT_NE(test, virq, 0);
	KUNIT_EXPECT_EQ_MSG(test, selected(intc, channel), pin, "pin %u, channel %u", pin, channel);
	KUNIT_ASSERT_EQ(test, request(virq, &counter), 0);

	for (i = 0; i < AML_S4_CHANNELS; i++)
		before[i] = bench_line_count(42 + i);
	set_pin(pin, 1);
	set_pin(pin, 0);
	for (i = 0; i < AML_S4_CHANNELS; i++)
		KUNIT_EXPECT_EQ_MSG(test, bench_line_count(42 + i), before[i] + (i == channel),
				    "line %u, pin %u, channel %u", i, pin, channel);
	KUNIT_EXPECT_EQ(test, counter.count, 1);

	free_irq(virq, &counter);
	irq_dispose_mapping(virq);
}

/* Each pin interrupts by each channel, and by its line to the GIC alone. */
static void intc_test_each(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	unsigned int channel, pin, i;

	for (channel = 0; channel < AML_S4_CHANNELS; channel++) {
		/* Other pins have the channels before. */
		fill(test, channel, 0);
		for (pin = channel; pin < AML_S4_PINS; pin++)
			expect_interrupt(test, channel, pin);
		for (i = 0; i < channel; i++)
			unmap(intc, i);

		fill(test, channel, AML_S4_CHANNELS);
		for (pin = 0; pin < channel; pin++)
			expect_interrupt(test, channel, pin);
		for (i = 0; i < channel; i++)
			unmap(intc, i);
	}
}

struct type {
	unsigned int type;
	unsigned int rising;
	unsigned int falling;
	u32 ctrl;
	u32 both;
};

/* What each makes of a pulse on the pin, and of the bits of channel 0. */
static const struct type types[] = {
	{ IRQ_TYPE_EDGE_RISING, 1, 0, BIT(12), 0 },
	{ IRQ_TYPE_EDGE_FALLING, 0, 1, BIT(12) | BIT(0), 0 },
	{ IRQ_TYPE_EDGE_BOTH, 1, 1, 0, BIT(0) },
	{ IRQ_TYPE_LEVEL_HIGH, 3, 0, 0, 0 },
	{ IRQ_TYPE_LEVEL_LOW, 0, 3, BIT(0), 0 },
};

static void expect_type(struct kunit *test, unsigned int channel, const struct type *type,
			struct counter *counter)
{
	struct intc_test *intc = test->priv;
	unsigned int pin = counter->pin;

	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, CTRL), ENABLE | type->ctrl << channel);
	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, BOTH), type->both << channel);

	/* A level is served three times, until the handler has it lowered. */
	counter->lower_after = type->rising == 3 ? 3 : 0;
	counter->count = 0;
	set_pin(pin, 1);
	KUNIT_EXPECT_EQ_MSG(test, counter->count, type->rising, "type %u rises", type->type);

	counter->count = 0;
	if (type->falling == 3)
		counter->lower_after = 3;
	set_pin(pin, 0);
	KUNIT_EXPECT_EQ_MSG(test, counter->count, type->falling, "type %u falls", type->type);
}

/* The level that does not interrupt. */
static void quiet(struct counter *counter, const struct type *type)
{
	aml_s4_pin_wire(counter->pin, type->type == IRQ_TYPE_LEVEL_LOW);
}

/* To each type from each other, on each channel, with none of the last one's bits left. */
static void intc_test_types(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	struct counter counter = { .pin = GPIOX_19 };
	unsigned int channel, from, to, virq;

	for (channel = 0; channel < AML_S4_CHANNELS; channel++) {
		fill(test, channel, GPIOB_0);
		virq = map(intc, counter.pin, IRQ_TYPE_EDGE_RISING);
		KUNIT_ASSERT_NE(test, virq, 0);
		KUNIT_ASSERT_EQ(test, request(virq, &counter), 0);
		for (from = 0; from < ARRAY_SIZE(types); from++) {
			for (to = 0; to < ARRAY_SIZE(types); to++) {
				/* Low levels would come for ever while it is low. */
				disable_irq(virq);
				counter.lower_after = 0;
				quiet(&counter, &types[from]);
				KUNIT_EXPECT_EQ(test, irq_set_irq_type(virq, types[from].type), 0);
				quiet(&counter, &types[to]);
				KUNIT_EXPECT_EQ(test, irq_set_irq_type(virq, types[to].type), 0);
				enable_irq(virq);
				udelay(1);
				expect_type(test, channel, &types[to], &counter);
			}
		}
		free_irq(virq, &counter);
		irq_dispose_mapping(virq);
		bench_set_reg(intc->block, CTRL, ENABLE);
		bench_set_reg(intc->block, BOTH, 0);
	}
}

/* Channels next to the one that is set up keep their bits. */
static void intc_test_neighbours(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	u32 want = ENABLE, both = 0;
	unsigned int channel;

	fill(test, AML_S4_CHANNELS, GPIOZ_0);
	for (channel = 0; channel < AML_S4_CHANNELS; channel++) {
		const struct type *type = &types[channel % 3];

		KUNIT_EXPECT_EQ(test, irq_set_irq_type(intc->virqs[channel], type->type), 0);
		want |= type->ctrl << channel;
		both |= type->both << channel;
		KUNIT_EXPECT_EQ(test, bench_reg(intc->block, CTRL), want);
		KUNIT_EXPECT_EQ(test, bench_reg(intc->block, BOTH), both);
	}
	for (channel = 0; channel < AML_S4_CHANNELS; channel++)
		KUNIT_EXPECT_EQ(test, selected(intc, channel), GPIOZ_0 + channel);
}

static void intc_test_wrong(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	struct irq_fwspec fwspec = {
		.fwnode = of_fwnode_handle(intc->np),
		.param_count = 1,
		.param = { GPIOX_0, IRQ_TYPE_EDGE_RISING },
	};
	struct irq_domain *domain = irq_find_host(intc->np);

	KUNIT_EXPECT_EQ(test, irq_create_fwspec_mapping(&fwspec), 0);
	fwspec.param_count = 3;
	KUNIT_EXPECT_EQ(test, irq_create_fwspec_mapping(&fwspec), 0);
	KUNIT_EXPECT_EQ(test, map(intc, AML_S4_PINS, IRQ_TYPE_EDGE_RISING), 0);
	KUNIT_EXPECT_EQ(test, map(intc, ~0, IRQ_TYPE_EDGE_RISING), 0);
	fwspec.param_count = 2;
	KUNIT_EXPECT_EQ(test, irq_domain_alloc_irqs(domain, 2, NUMA_NO_NODE, &fwspec), -EINVAL);
	fwspec.param[0] = AML_S4_PINS;
	KUNIT_EXPECT_EQ(test, irq_domain_alloc_irqs(domain, 1, NUMA_NO_NODE, &fwspec), -EINVAL);

	/* None of them took a channel; the last pin is one. */
	fill(test, 1, GPIO_TEST_N);
	KUNIT_EXPECT_EQ(test, irq_set_irq_type(intc->virqs[0], IRQ_TYPE_LEVEL_MASK), -EINVAL);
	KUNIT_EXPECT_EQ(test, irq_set_irq_type(intc->virqs[0],
					       IRQ_TYPE_EDGE_RISING | IRQ_TYPE_LEVEL_LOW), -EINVAL);
	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, CTRL), ENABLE);
}

static void intc_test_runs_out(struct kunit *test)
{
	struct intc_test *intc = test->priv;

	fill(test, AML_S4_CHANNELS, GPIOH_0);
	KUNIT_EXPECT_EQ(test, map(intc, GPIOC_0, IRQ_TYPE_EDGE_RISING), 0);
	KUNIT_EXPECT_EQ(test, map(intc, GPIOH_3, IRQ_TYPE_EDGE_RISING), intc->virqs[3]);

	unmap(intc, 7);
	intc->virqs[7] = map(intc, GPIOC_0, IRQ_TYPE_EDGE_RISING);
	KUNIT_EXPECT_NE(test, intc->virqs[7], 0);
	KUNIT_EXPECT_EQ(test, selected(intc, 7), GPIOC_0);
	KUNIT_EXPECT_EQ(test, map(intc, GPIOC_1, IRQ_TYPE_EDGE_RISING), 0);
}

/* Each allocation of a mapping fails in turn, and takes no channel. */
static void intc_test_map_fails(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	unsigned int n, virq, failed = 0;

	for (n = 1; n < 100; n++) {
		bench_fail_nth(n);
		virq = map(intc, GPIOB_5, IRQ_TYPE_EDGE_RISING);
		if (!bench_fail_done())
			break;
		if (virq)
			irq_dispose_mapping(virq);
		else
			failed++;
	}
	KUNIT_EXPECT_GT(test, failed, 0);
	KUNIT_EXPECT_EQ(test, selected(intc, 0), GPIOB_5);
	intc->virqs[0] = virq;
	fill(test, AML_S4_CHANNELS, GPIOB_5);
}

/* The GIC refuses a line. */
static void intc_test_no_line(struct kunit *test)
{
	__be32 lines[AML_S4_CHANNELS] = { };
	struct intc_test *intc = test->priv;

	lines[0] = cpu_to_be32(5000);
	bench_unbind(intc->dev);
	bench_with(test, intc->np, "amlogic,channel-interrupts", lines, sizeof(lines));
	KUNIT_ASSERT_EQ(test, bench_bind(intc->dev), 0);
	KUNIT_EXPECT_EQ(test, map(intc, GPIOB_5, IRQ_TYPE_EDGE_RISING), 0);
	KUNIT_EXPECT_EQ(test, map(intc, GPIOB_6, IRQ_TYPE_EDGE_RISING), 0);
	KUNIT_EXPECT_EQ(test, selected(intc, 1), 0);
}

/* An edge while the interrupt is disabled comes when it is enabled: it is sent again. */
static void intc_test_retrigger(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	struct counter counter = { .pin = GPIOD_3 };

	fill(test, 1, counter.pin);
	KUNIT_ASSERT_EQ(test, request(intc->virqs[0], &counter), 0);
	disable_irq(intc->virqs[0]);
	set_pin(counter.pin, 1);
	set_pin(counter.pin, 0);
	KUNIT_EXPECT_EQ(test, counter.count, 0);
	enable_irq(intc->virqs[0]);
	udelay(1);
	KUNIT_EXPECT_EQ(test, counter.count, 1);
	free_irq(intc->virqs[0], &counter);
}

/* Over a suspend: what is to wake and what is not, neither is lost nor comes too early. */
static void intc_test_wake(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	struct counter wakes = { .pin = GPIOD_3 }, sleeps = { .pin = GPIOD_4 };

	fill(test, 2, GPIOD_3);
	KUNIT_ASSERT_EQ(test, request(intc->virqs[0], &wakes), 0);
	KUNIT_ASSERT_EQ(test, request(intc->virqs[1], &sleeps), 0);
	KUNIT_EXPECT_EQ(test, enable_irq_wake(intc->virqs[0]), 0);

	bench_suspend(test);
	/* The one that does not wake is masked where the GIC is. */
	KUNIT_EXPECT_FALSE(test, irqd_irq_masked(irq_get_irq_data(intc->virqs[0])));
	KUNIT_EXPECT_TRUE(test, irqd_irq_masked(irq_get_irq_data(intc->virqs[1])));
	set_pin(GPIOD_3, 1);
	set_pin(GPIOD_4, 1);
	set_pin(GPIOD_3, 0);
	set_pin(GPIOD_4, 0);
	KUNIT_EXPECT_EQ(test, wakes.count, 0);
	KUNIT_EXPECT_EQ(test, sleeps.count, 0);
	bench_resume(test);
	udelay(1);
	KUNIT_EXPECT_EQ(test, wakes.count, 1);
	KUNIT_EXPECT_EQ(test, sleeps.count, 1);

	KUNIT_EXPECT_EQ(test, disable_irq_wake(intc->virqs[0]), 0);
	free_irq(intc->virqs[0], &wakes);
	free_irq(intc->virqs[1], &sleeps);
}

/* A pin that drives is seen as any other. */
static void intc_test_own_output(struct kunit *test)
{
	struct device *pinctrl = bench_device(test, PINCTRL_NODE);
	struct device *button = bench_device(test, "/soc/button");
	struct intc_test *intc = test->priv;
	struct counter counter = { .pin = GPIOD_5 };
	unsigned int i;

	aml_s4_pin_wire(GPIOD_5, AML_S4_FLOATS);
	if (!pinctrl->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(pinctrl), 0);
	counter.desc = gpiod_get(button, "button", GPIOD_OUT_LOW);
	KUNIT_ASSERT_FALSE(test, IS_ERR(counter.desc));
	KUNIT_EXPECT_LT(test, gpiod_to_irq(counter.desc), 0);
	intc->virqs[0] = map(intc, GPIOD_5, IRQ_TYPE_EDGE_BOTH);
	KUNIT_ASSERT_EQ(test, request(intc->virqs[0], &counter), 0);
	counter.high = 0;
	for (i = 1; i <= 10; i++) {
		gpiod_set_value(counter.desc, i % 2);
		udelay(1);
		KUNIT_EXPECT_EQ(test, counter.count, i);
	}
	KUNIT_EXPECT_EQ(test, counter.high, 5);
	free_irq(intc->virqs[0], &counter);
	gpiod_put(counter.desc);
}

/* A device that has its pin as a GPIO and as an interrupt, as trees have them. */
static struct counter button_counter;

static int button_probe(struct platform_device *pdev)
{
	int irq = platform_get_irq(pdev, 0);

	button_counter.desc = devm_gpiod_get(&pdev->dev, "button", GPIOD_IN);
	if (IS_ERR(button_counter.desc))
		return PTR_ERR(button_counter.desc);

	return irq < 0 ? irq : devm_request_irq(&pdev->dev, irq, count_irq, 0, "button",
						&button_counter);
}

static const struct of_device_id button_of_match[] = {
	{ .compatible = "outboard,bench-button" },
	{ }
};

static struct platform_driver button_driver = {
	.probe = button_probe,
	.driver = {
		.name = "outboard-bench-button",
		.of_match_table = button_of_match,
		.suppress_bind_attrs = true,
	},
};

static void intc_test_button(struct kunit *test)
{
	struct device *pinctrl = bench_device(test, PINCTRL_NODE);
	struct device *button = bench_device(test, "/soc/button");
	struct intc_test *intc = test->priv;
	struct irq_domain *domain;
	unsigned int virq;

	memset(&button_counter, 0, sizeof(button_counter));
	aml_s4_pin_wire(GPIOD_5, AML_S4_FLOATS);
	if (!pinctrl->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(pinctrl), 0);
	bench_unbind(intc->dev);

	/* It waits for its interrupt's controller. */
	bench_register(test, &button_driver);
	KUNIT_EXPECT_PTR_EQ(test, button->driver, NULL);
	KUNIT_ASSERT_EQ(test, bench_bind(intc->dev), 0);
	wait_for_device_probe();
	if (!button->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(button), 0);

	/* Pulled up, it is not pressed. */
	KUNIT_EXPECT_EQ(test, gpiod_get_value(button_counter.desc), 0);
	KUNIT_EXPECT_EQ(test, button_counter.count, 0);
	set_pin(GPIOD_5, 0);
	KUNIT_EXPECT_EQ(test, button_counter.count, 1);
	KUNIT_EXPECT_EQ(test, button_counter.high, 1);
	set_pin(GPIOD_5, AML_S4_FLOATS);
	KUNIT_EXPECT_EQ(test, button_counter.count, 2);
	KUNIT_EXPECT_EQ(test, button_counter.high, 1);

	/* It goes before its interrupt's controller. */
	domain = irq_find_host(intc->np);
	virq = irq_find_mapping(domain, GPIOD_5);
	KUNIT_EXPECT_NE(test, virq, 0);
	bench_unbind(intc->dev);
	KUNIT_EXPECT_PTR_EQ(test, button->driver, NULL);
	irq_dispose_mapping(virq);
	KUNIT_ASSERT_EQ(test, bench_bind(intc->dev), 0);
	wait_for_device_probe();
	bench_unbind(button);
	irq_dispose_mapping(irq_find_mapping(irq_find_host(intc->np), GPIOD_5));
}

/* With an interrupt in use, the controller stays and the next device takes it over. */
static void intc_test_goes_with_user(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	struct module *owner = intc->dev->driver->owner;
	struct irq_domain *domain = irq_find_host(intc->np);
	struct counter counter = { .pin = GPIOZ_3 };
	int before = module_refcount(owner);
	unsigned int channel;

	KUNIT_EXPECT_GT(test, before, 0);
	fill(test, 1, counter.pin);
	KUNIT_ASSERT_EQ(test, request(intc->virqs[0], &counter), 0);
	bench_unbind(intc->dev);
	set_pin(counter.pin, 1);
	set_pin(counter.pin, 0);
	KUNIT_EXPECT_EQ(test, counter.count, 1);

	/* Even if it is in use no more. */
	free_irq(intc->virqs[0], &counter);
	unmap(intc, 0);
	KUNIT_ASSERT_EQ(test, bench_bind(intc->dev), 0);
	KUNIT_EXPECT_PTR_EQ(test, irq_find_host(intc->np), domain);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);
	fill(test, AML_S4_CHANNELS, GPIOX_0);
	for (channel = 0; channel < AML_S4_CHANNELS; channel++)
		unmap(intc, channel);

	bench_unbind(intc->dev);
	KUNIT_EXPECT_NULL(test, irq_find_host(intc->np));
	KUNIT_EXPECT_EQ(test, atomic_read(&intc->block->mappings), 0);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);
}

/* Somebody else has the node's interrupts. */
static const struct irq_domain_ops other_ops = { };

static void intc_test_taken(struct kunit *test)
{
	struct intc_test *intc = test->priv;
	struct irq_domain *other;

	bench_unbind(intc->dev);
	other = irq_domain_create_linear(of_fwnode_handle(intc->np), 1, &other_ops, NULL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, bench_bind(intc->dev), -EBUSY);
	irq_domain_remove(other);
	KUNIT_EXPECT_EQ(test, bench_bind(intc->dev), 0);
}

static void expect_no_probe(struct kunit *test, int error)
{
	struct intc_test *intc = test->priv;

	KUNIT_EXPECT_EQ(test, bench_bind(intc->dev), error);
	KUNIT_EXPECT_EQ(test, atomic_read(&intc->block->mappings), 0);
	KUNIT_EXPECT_NULL(test, irq_find_host(intc->np));
}

static void intc_test_lacks(struct kunit *test)
{
	static const __be32 few[AML_S4_CHANNELS - 1];
	struct intc_test *intc = test->priv;

	bench_unbind(intc->dev);
	bench_without(test, intc->np, "reg");
	expect_no_probe(test, -ENXIO);
	bench_with(test, intc->np, "amlogic,channel-interrupts", few, sizeof(few));
	expect_no_probe(test, -EOVERFLOW);
	bench_without(test, intc->np, "amlogic,channel-interrupts");
	expect_no_probe(test, -EINVAL);
}

static void intc_test_no_parent(struct kunit *test)
{
	struct device_node *deaf = of_find_node_by_path("/deaf");
	struct intc_test *intc = test->priv;
	__be32 phandle;

	KUNIT_ASSERT_NOT_NULL(test, deaf);
	phandle = cpu_to_be32(deaf->phandle);
	bench_unbind(intc->dev);
	bench_with(test, intc->np, "interrupt-parent", &phandle, sizeof(phandle));
	expect_no_probe(test, -EAGAIN);
	of_node_put(deaf);

	/* Or there is none at all. */
	bench_without(test, intc->np, "interrupt-parent");
	bench_without(test, of_root, "interrupt-parent");
	expect_no_probe(test, -EAGAIN);
}

static void intc_test_each_allocation(struct kunit *test)
{
	struct intc_test *intc = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, intc->dev), 3);
}

static void intc_test_cycle(struct kunit *test)
{
	struct intc_test *intc = test->priv;

	bench_cycle(test, intc->dev, 1000);
	KUNIT_EXPECT_EQ(test, bench_reg(intc->block, CTRL), ENABLE);
}

static void intc_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_gpio_intc");
}

static struct kunit_case intc_cases[] = {
	KUNIT_CASE(intc_test_no_unbind),
	KUNIT_CASE(intc_test_probe),
	KUNIT_CASE(intc_test_each),
	KUNIT_CASE(intc_test_types),
	KUNIT_CASE(intc_test_neighbours),
	KUNIT_CASE(intc_test_wrong),
	KUNIT_CASE(intc_test_runs_out),
	KUNIT_CASE(intc_test_map_fails),
	KUNIT_CASE(intc_test_no_line),
	KUNIT_CASE(intc_test_retrigger),
	KUNIT_CASE(intc_test_wake),
	KUNIT_CASE(intc_test_own_output),
	KUNIT_CASE(intc_test_button),
	KUNIT_CASE(intc_test_goes_with_user),
	KUNIT_CASE(intc_test_taken),
	KUNIT_CASE(intc_test_lacks),
	KUNIT_CASE(intc_test_no_parent),
	KUNIT_CASE(intc_test_each_allocation),
	KUNIT_CASE(intc_test_cycle),
	{ }
};

static struct kunit_suite intc_suite = {
	.name = "aml_s4_gpio_intc",
	.init = intc_test_init,
	.exit = intc_test_exit,
	.test_cases = intc_cases,
};

kunit_test_suite(intc_suite);

MODULE_SOFTDEP("pre: aml_s4_pinctrl_model aml_s4_pinctrl aml_s4_gpio_intc");
MODULE_INFO(bench_stays, "aml_s4_gpio_intc");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's GPIO interrupt controller");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
