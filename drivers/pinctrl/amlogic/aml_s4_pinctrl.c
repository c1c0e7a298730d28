// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin and GPIO controller of the Amlogic Meson S4 (S905Y4, S805X2), in Linux since 5.18
 *
 * Copyright (C) 2026 The outboard authors
 *
 * aml_s4_pinctrl_table.h lists the 82 pins, 8 banks, functions and groups. The controller's
 * node has one child, which has the registers and is the GPIO controller, in mainline's
 * device tree and in the vendor's.
 *
 * Probing writes no register. A pin keeps the boot loader's setting until a driver selects a
 * state or requests a GPIO.
 *
 * Locking: @lock protects read-modify-write of the registers, which pins share. It is raw,
 * because GPIOs are set in any context.
 */

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gpio/driver.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pinctrl/pinconf.h>
#include <linux/pinctrl/pinconf-generic.h>
#include <linux/pinctrl/pinctrl.h>
#include <linux/pinctrl/pinmux.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "aml_s4_pinctrl_table.h"

/* Approximate resistance of the pull-ups and pull-downs. */
#define S4_PULL_OHMS		60000

/**
 * struct s4_function - the groups of a function
 * @groups: names of the groups
 * @num: number of groups
 */
struct s4_function {
	const char **groups;
	unsigned int num;
};

/**
 * struct s4_pinctrl - the controller
 * @mux: registers that select functions
 * @gpio: all other registers
 * @lock: protects read-modify-write of the registers
 * @desc: descriptor for the pin control framework
 * @chip: descriptor for the GPIO library
 * @functions: groups of each function, by enum s4_function_id
 */
struct s4_pinctrl {
	void __iomem *mux;
	void __iomem *gpio;
	raw_spinlock_t lock; /* read-modify-write of registers */
	struct pinctrl_desc desc;
	struct gpio_chip chip;
	struct s4_function functions[S4_FUNCTIONS];
};

/**
 * struct s4_field - a pin's field in a register
 * @reg: the register
 * @shift: lowest bit of the field
 */
struct s4_field {
	void __iomem *reg;
	unsigned int shift;
};

/* The framework has checked the pin, and each pin is in a bank. */
static const struct s4_bank *s4_bank_of(unsigned int pin)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(s4_banks) - 1 && pin - s4_banks[i].first >= s4_banks[i].num)
		i++;

	return &s4_banks[i];
}

static struct s4_field s4_field(void __iomem *base, unsigned int word, unsigned int bit)
{
	return (struct s4_field){ base + 4 * (word + bit / 32), bit % 32 };
}

static struct s4_field s4_mux_field(struct s4_pinctrl *s4, unsigned int pin)
{
	const struct s4_bank *bank = s4_bank_of(pin);

	return s4_field(s4->mux, bank->mux, 4 * (pin - bank->first));
}

static struct s4_field s4_gpio_field(struct s4_pinctrl *s4, unsigned int pin, enum s4_reg reg)
{
	const struct s4_bank *bank = s4_bank_of(pin);
	unsigned int width = reg == S4_REG_STRENGTH ? 2 : 1;

	return s4_field(s4->gpio, bank->gpio + reg, width * (pin - bank->first));
}

static u32 s4_get(struct s4_field field, u32 mask)
{
	return (readl(field.reg) >> field.shift) & mask;
}

static void s4_set(struct s4_pinctrl *s4, struct s4_field field, u32 mask, u32 value)
{
	unsigned long flags;
	u32 old;

	raw_spin_lock_irqsave(&s4->lock, flags);
	old = readl(field.reg);
	writel((old & ~(mask << field.shift)) | (value << field.shift), field.reg);
	raw_spin_unlock_irqrestore(&s4->lock, flags);
}

static bool s4_pin_get(struct s4_pinctrl *s4, unsigned int pin, enum s4_reg reg)
{
	return s4_get(s4_gpio_field(s4, pin, reg), 1);
}

static void s4_pin_set(struct s4_pinctrl *s4, unsigned int pin, enum s4_reg reg, bool value)
{
	s4_set(s4, s4_gpio_field(s4, pin, reg), 1, value);
}

/* Set the level first, so that the pin never drives the wrong one. */
static void s4_pin_output(struct s4_pinctrl *s4, unsigned int pin, bool level)
{
	s4_pin_set(s4, pin, S4_REG_OUT, level);
	s4_pin_set(s4, pin, S4_REG_INPUT, false);
}

/* Groups: those of the table, then one per pin. */

static int s4_get_groups_count(struct pinctrl_dev *pctldev)
{
	return ARRAY_SIZE(s4_groups) + ARRAY_SIZE(s4_pins);
}

static const char *s4_get_group_name(struct pinctrl_dev *pctldev, unsigned int group)
{
	return group < ARRAY_SIZE(s4_groups) ? s4_groups[group].name :
					       s4_pins[group - ARRAY_SIZE(s4_groups)].name;
}

static const unsigned int *s4_group_pin(unsigned int group)
{
	return group < ARRAY_SIZE(s4_groups) ? &s4_groups[group].pin :
					       &s4_pins[group - ARRAY_SIZE(s4_groups)].number;
}

static int s4_get_group_pins(struct pinctrl_dev *pctldev, unsigned int group,
			     const unsigned int **pins, unsigned int *num)
{
	*pins = s4_group_pin(group);
	*num = 1;

	return 0;
}

static const struct pinctrl_ops s4_pinctrl_ops = {
	.get_groups_count = s4_get_groups_count,
	.get_group_name = s4_get_group_name,
	.get_group_pins = s4_get_group_pins,
	.dt_node_to_map = pinconf_generic_dt_node_to_map_all,
	.dt_free_map = pinconf_generic_dt_free_map,
};

/* Functions */

static int s4_get_functions_count(struct pinctrl_dev *pctldev)
{
	return S4_FUNCTIONS;
}

static const char *s4_get_function_name(struct pinctrl_dev *pctldev, unsigned int function)
{
	return s4_functions[function];
}

static int s4_get_function_groups(struct pinctrl_dev *pctldev, unsigned int function,
				  const char *const **groups, unsigned int *num)
{
	struct s4_pinctrl *s4 = pinctrl_dev_get_drvdata(pctldev);

	*groups = s4->functions[function].groups;
	*num = s4->functions[function].num;

	return 0;
}

static int s4_set_mux(struct pinctrl_dev *pctldev, unsigned int function, unsigned int group)
{
	struct s4_pinctrl *s4 = pinctrl_dev_get_drvdata(pctldev);
	u32 value = group < ARRAY_SIZE(s4_groups) ? s4_groups[group].value : 0;

	s4_set(s4, s4_mux_field(s4, *s4_group_pin(group)), 0xf, value);

	return 0;
}

static int s4_gpio_request_enable(struct pinctrl_dev *pctldev, struct pinctrl_gpio_range *range,
				  unsigned int pin)
{
	struct s4_pinctrl *s4 = pinctrl_dev_get_drvdata(pctldev);

	s4_set(s4, s4_mux_field(s4, pin), 0xf, 0);

	return 0;
}

static const struct pinmux_ops s4_pinmux_ops = {
	.get_functions_count = s4_get_functions_count,
	.get_function_name = s4_get_function_name,
	.get_function_groups = s4_get_function_groups,
	.set_mux = s4_set_mux,
	.gpio_request_enable = s4_gpio_request_enable,
};

static void s4_add_group(struct s4_function *function, const char *name)
{
	if (function->groups)
		function->groups[function->num] = name;
	function->num++;
}

/* The first pass, without arrays, counts the groups of each function. */
static void s4_add_groups(struct s4_function *functions)
{
	const struct s4_group *group;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(s4_pins); i++)
		s4_add_group(&functions[S4_F_GPIO_PERIPHS], s4_pins[i].name);

	for (group = s4_groups; group < s4_groups + ARRAY_SIZE(s4_groups); group++) {
		s4_add_group(&functions[group->function], group->name);
		if (group->function2)
			s4_add_group(&functions[group->function2], group->name);
	}
}

static int s4_collect_functions(struct device *dev, struct s4_function *functions)
{
	unsigned int f, num = 0;
	const char **groups;

	s4_add_groups(functions);
	for (f = 0; f < S4_FUNCTIONS; f++)
		num += functions[f].num;

	groups = devm_kcalloc(dev, num, sizeof(*groups), GFP_KERNEL);
	if (!groups)
		return -ENOMEM;

	for (f = 0; f < S4_FUNCTIONS; f++) {
		functions[f].groups = groups;
		groups += functions[f].num;
		functions[f].num = 0;
	}
	s4_add_groups(functions);

	return 0;
}

/* Configuration of a pin */

static u32 s4_strength_value(u32 microamps)
{
	u32 value = 0;

	/* The weakest setting that is enough, or else the strongest. */
	while (value < ARRAY_SIZE(s4_strengths) - 1 && s4_strengths[value] < microamps)
		value++;

	return value;
}

static int s4_pin_config_set(struct pinctrl_dev *pctldev, unsigned int pin,
			     unsigned long *configs, unsigned int num)
{
	struct s4_pinctrl *s4 = pinctrl_dev_get_drvdata(pctldev);
	unsigned int i;
	u32 arg;

	for (i = 0; i < num; i++) {
		arg = pinconf_to_config_argument(configs[i]);

		switch (pinconf_to_config_param(configs[i])) {
		case PIN_CONFIG_BIAS_DISABLE:
			s4_pin_set(s4, pin, S4_REG_PULL, false);
			break;
		case PIN_CONFIG_BIAS_PULL_UP:
			s4_pin_set(s4, pin, S4_REG_PULL_UP, true);
			s4_pin_set(s4, pin, S4_REG_PULL, true);
			break;
		case PIN_CONFIG_BIAS_PULL_DOWN:
			s4_pin_set(s4, pin, S4_REG_PULL_UP, false);
			s4_pin_set(s4, pin, S4_REG_PULL, true);
			break;
		case PIN_CONFIG_DRIVE_STRENGTH_UA:
			s4_set(s4, s4_gpio_field(s4, pin, S4_REG_STRENGTH), 0x3,
			       s4_strength_value(arg));
			break;
		case PIN_CONFIG_OUTPUT_ENABLE:
			s4_pin_set(s4, pin, S4_REG_INPUT, !arg);
			break;
		case PIN_CONFIG_LEVEL:
			s4_pin_output(s4, pin, arg);
			break;
		default:
			return -ENOTSUPP;
		}
	}

	return 0;
}

static bool s4_pin_is_pulled(struct s4_pinctrl *s4, unsigned int pin, bool up)
{
	return s4_pin_get(s4, pin, S4_REG_PULL) && s4_pin_get(s4, pin, S4_REG_PULL_UP) == up;
}

static int s4_pin_config_get(struct pinctrl_dev *pctldev, unsigned int pin,
			     unsigned long *config)
{
	struct s4_pinctrl *s4 = pinctrl_dev_get_drvdata(pctldev);
	enum pin_config_param param = pinconf_to_config_param(*config);
	bool is = true;
	u32 arg = 1;

	switch (param) {
	case PIN_CONFIG_BIAS_DISABLE:
		is = !s4_pin_get(s4, pin, S4_REG_PULL);
		arg = 0;
		break;
	case PIN_CONFIG_BIAS_PULL_UP:
		is = s4_pin_is_pulled(s4, pin, true);
		arg = S4_PULL_OHMS;
		break;
	case PIN_CONFIG_BIAS_PULL_DOWN:
		is = s4_pin_is_pulled(s4, pin, false);
		arg = S4_PULL_OHMS;
		break;
	case PIN_CONFIG_DRIVE_STRENGTH_UA:
		arg = s4_strengths[s4_get(s4_gpio_field(s4, pin, S4_REG_STRENGTH), 0x3)];
		break;
	case PIN_CONFIG_OUTPUT_ENABLE:
		is = !s4_pin_get(s4, pin, S4_REG_INPUT);
		break;
	case PIN_CONFIG_LEVEL:
		is = !s4_pin_get(s4, pin, S4_REG_INPUT);
		arg = s4_pin_get(s4, pin, S4_REG_OUT);
		break;
	default:
		return -ENOTSUPP;
	}

	if (!is)
		return -EINVAL;

	*config = pinconf_to_config_packed(param, arg);

	return 0;
}

static int s4_pin_config_group_set(struct pinctrl_dev *pctldev, unsigned int group,
				   unsigned long *configs, unsigned int num)
{
	return s4_pin_config_set(pctldev, *s4_group_pin(group), configs, num);
}

static int s4_pin_config_group_get(struct pinctrl_dev *pctldev, unsigned int group,
				   unsigned long *config)
{
	return s4_pin_config_get(pctldev, *s4_group_pin(group), config);
}

static const struct pinconf_ops s4_pinconf_ops = {
	.is_generic = true,
	.pin_config_get = s4_pin_config_get,
	.pin_config_set = s4_pin_config_set,
	.pin_config_group_get = s4_pin_config_group_get,
	.pin_config_group_set = s4_pin_config_group_set,
};

/* GPIO: line n is pin n. */

static int s4_gpio_get_direction(struct gpio_chip *chip, unsigned int offset)
{
	return s4_pin_get(gpiochip_get_data(chip), offset, S4_REG_INPUT) ?
	       GPIO_LINE_DIRECTION_IN : GPIO_LINE_DIRECTION_OUT;
}

static int s4_gpio_direction_input(struct gpio_chip *chip, unsigned int offset)
{
	s4_pin_set(gpiochip_get_data(chip), offset, S4_REG_INPUT, true);

	return 0;
}

static int s4_gpio_direction_output(struct gpio_chip *chip, unsigned int offset, int value)
{
	s4_pin_output(gpiochip_get_data(chip), offset, value);

	return 0;
}

static int s4_gpio_get(struct gpio_chip *chip, unsigned int offset)
{
	return s4_pin_get(gpiochip_get_data(chip), offset, S4_REG_IN);
}

static int s4_gpio_set(struct gpio_chip *chip, unsigned int offset, int value)
{
	s4_pin_set(gpiochip_get_data(chip), offset, S4_REG_OUT, value);

	return 0;
}

DEFINE_GPIO_SET(s4_gpio_set_op, s4_gpio_set);

static void __iomem *s4_map(struct device *dev, struct device_node *np, const char *name)
{
	int index = of_property_match_string(np, "reg-names", name);

	return index < 0 ? IOMEM_ERR_PTR(index) : devm_of_iomap(dev, np, index, NULL);
}

static void s4_put_node(void *np)
{
	of_node_put(np);
}

/* The bank is the only child with "gpio-controller". */
static struct device_node *s4_get_bank_node(struct device *dev)
{
	struct device_node *child, *found = NULL;

	for_each_available_child_of_node(dev->of_node, child) {
		if (!of_property_read_bool(child, "gpio-controller"))
			continue;

		if (found) {
			of_node_put(found);
			of_node_put(child);
			return NULL;
		}
		found = of_node_get(child);
	}

	return found;
}

static int s4_pinctrl_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct pinctrl_dev *pctldev;
	struct device_node *np;
	struct s4_pinctrl *s4;
	int ret;

	s4 = devm_kzalloc(dev, sizeof(*s4), GFP_KERNEL);
	if (!s4)
		return -ENOMEM;

	raw_spin_lock_init(&s4->lock);

	np = s4_get_bank_node(dev);
	if (!np)
		return dev_err_probe(dev, -EINVAL,
				     "there is not exactly one child node with \"gpio-controller\"\n");

	ret = devm_add_action_or_reset(dev, s4_put_node, np);
	if (ret)
		return ret;

	s4->mux = s4_map(dev, np, "mux");
	if (IS_ERR(s4->mux))
		return dev_err_probe(dev, PTR_ERR(s4->mux),
				     "%pOF: failed to map registers \"mux\"\n", np);

	s4->gpio = s4_map(dev, np, "gpio");
	if (IS_ERR(s4->gpio))
		return dev_err_probe(dev, PTR_ERR(s4->gpio),
				     "%pOF: failed to map registers \"gpio\"\n", np);

	ret = s4_collect_functions(dev, s4->functions);
	if (ret)
		return ret;

	s4->desc.name = dev_name(dev);
	s4->desc.owner = THIS_MODULE;
	s4->desc.pins = s4_pins;
	s4->desc.npins = ARRAY_SIZE(s4_pins);
	s4->desc.pctlops = &s4_pinctrl_ops;
	s4->desc.pmxops = &s4_pinmux_ops;
	s4->desc.confops = &s4_pinconf_ops;
	s4->desc.link_consumers = true;

	pctldev = devm_pinctrl_register(dev, &s4->desc, s4);
	if (IS_ERR(pctldev))
		return dev_err_probe(dev, PTR_ERR(pctldev), "failed to register pin controller\n");

	s4->chip.label = "periphs-banks";
	s4->chip.parent = dev;
	s4->chip.owner = THIS_MODULE;
	s4->chip.base = -1;
	s4->chip.ngpio = S4_PINS;
	s4->chip.request = gpiochip_generic_request;
	s4->chip.free = gpiochip_generic_free;
	s4->chip.set_config = gpiochip_generic_config;
	s4->chip.get_direction = s4_gpio_get_direction;
	s4->chip.direction_input = s4_gpio_direction_input;
	s4->chip.direction_output = s4_gpio_direction_output;
	s4->chip.get = s4_gpio_get;
	s4->chip.set = s4_gpio_set_op;
	outboard_gpio_chip_set_node(&s4->chip, np);

	return devm_gpiochip_add_data(dev, &s4->chip, s4);
}

static const struct of_device_id s4_pinctrl_of_match[] = {
	{ .compatible = "amlogic,meson-s4-periphs-pinctrl" },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_pinctrl_of_match);

static struct platform_driver s4_pinctrl_driver = {
	.probe = s4_pinctrl_probe,
	.driver = {
		.name = "aml_s4_pinctrl",
		.of_match_table = s4_pinctrl_of_match,
		/* Until 6.9 a consumer may go on using a GPIO chip that is gone. */
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(s4_pinctrl_driver);

MODULE_DESCRIPTION("Pin controller and GPIO of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
