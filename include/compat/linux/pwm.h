/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct pwm_chip and struct pwm_ops as of Linux 6.9, where the PWM core allocates the chip
 *
 * Before, a driver had the chip inside a structure of its own, and before 6.2 its get_state()
 * could not fail. Drivers see structures of the new shape, which have the kernel's inside.
 * What a driver need not provide any more: the kind of specifier in a device tree, which is
 * always that with flags; get_state() and apply() have to be there.
 */
#ifndef OUTBOARD_COMPAT_LINUX_PWM_H
#define OUTBOARD_COMPAT_LINUX_PWM_H

#include_next <linux/pwm.h>
#include <generated/outboard-probed.h>

#ifndef OUTBOARD_HAVE_PWMCHIP_ALLOC

#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

struct outboard_pwm_chip;

struct outboard_pwm_ops {
	int (*request)(struct outboard_pwm_chip *chip, struct pwm_device *pwm);
	void (*free)(struct outboard_pwm_chip *chip, struct pwm_device *pwm);
	int (*apply)(struct outboard_pwm_chip *chip, struct pwm_device *pwm,
		     const struct pwm_state *state);
	int (*get_state)(struct outboard_pwm_chip *chip, struct pwm_device *pwm,
			 struct pwm_state *state);
};

struct outboard_pwm_chip {
	const struct outboard_pwm_ops *ops;
	struct pwm_chip kernel_chip;
	long long drvdata[];
};

static inline struct outboard_pwm_chip *outboard_pwm_chip_of(struct pwm_chip *kernel_chip)
{
	return container_of(kernel_chip, struct outboard_pwm_chip, kernel_chip);
}

static inline int outboard_pwm_request(struct pwm_chip *kernel_chip, struct pwm_device *pwm)
{
	struct outboard_pwm_chip *chip = outboard_pwm_chip_of(kernel_chip);

	return chip->ops->request ? chip->ops->request(chip, pwm) : 0;
}

static inline void outboard_pwm_free(struct pwm_chip *kernel_chip, struct pwm_device *pwm)
{
	struct outboard_pwm_chip *chip = outboard_pwm_chip_of(kernel_chip);

	if (chip->ops->free)
		chip->ops->free(chip, pwm);
}

static inline int outboard_pwm_apply(struct pwm_chip *kernel_chip, struct pwm_device *pwm,
				     const struct pwm_state *state)
{
	struct outboard_pwm_chip *chip = outboard_pwm_chip_of(kernel_chip);

	return chip->ops->apply(chip, pwm, state);
}

#ifdef OUTBOARD_HAVE_PWM_GET_STATE_INT
static inline int outboard_pwm_get_state(struct pwm_chip *kernel_chip, struct pwm_device *pwm,
					 struct pwm_state *state)
{
	struct outboard_pwm_chip *chip = outboard_pwm_chip_of(kernel_chip);

	return chip->ops->get_state(chip, pwm, state);
}
#else
static inline void outboard_pwm_get_state(struct pwm_chip *kernel_chip, struct pwm_device *pwm,
					  struct pwm_state *state)
{
	struct outboard_pwm_chip *chip = outboard_pwm_chip_of(kernel_chip);

	chip->ops->get_state(chip, pwm, state);
}
#endif

static const struct pwm_ops outboard_pwm_kernel_ops __maybe_unused = {
	.request = outboard_pwm_request,
	.free = outboard_pwm_free,
	.apply = outboard_pwm_apply,
	.get_state = outboard_pwm_get_state,
	.owner = THIS_MODULE,
};

static inline struct device *outboard_pwmchip_parent(const struct outboard_pwm_chip *chip)
{
	return chip->kernel_chip.dev;
}

static inline void *outboard_pwmchip_get_drvdata(struct outboard_pwm_chip *chip)
{
	return chip->drvdata;
}

static inline struct outboard_pwm_chip *outboard_devm_pwmchip_alloc(struct device *parent,
								    unsigned int npwm,
								    size_t sizeof_priv)
{
	struct outboard_pwm_chip *chip;

	chip = devm_kzalloc(parent, sizeof(*chip) + sizeof_priv, GFP_KERNEL);
	if (!chip)
		return ERR_PTR(-ENOMEM);

	chip->kernel_chip.dev = parent;
	chip->kernel_chip.base = -1;
	chip->kernel_chip.npwm = npwm;
	chip->kernel_chip.of_xlate = of_pwm_xlate_with_flags;
	chip->kernel_chip.of_pwm_n_cells = 3;

	return chip;
}

static inline void outboard_pwmchip_remove(void *kernel_chip)
{
	pwmchip_remove(kernel_chip);
}

static inline int outboard_devm_pwmchip_add(struct device *dev, struct outboard_pwm_chip *chip)
{
	int ret;

	chip->kernel_chip.ops = &outboard_pwm_kernel_ops;

	ret = pwmchip_add(&chip->kernel_chip);
	if (ret)
		return ret;

	return devm_add_action_or_reset(dev, outboard_pwmchip_remove, &chip->kernel_chip);
}

#define pwm_chip		outboard_pwm_chip
#define pwm_ops			outboard_pwm_ops
#define pwmchip_parent		outboard_pwmchip_parent
#define pwmchip_get_drvdata	outboard_pwmchip_get_drvdata
#define devm_pwmchip_alloc	outboard_devm_pwmchip_alloc
#define devm_pwmchip_add	outboard_devm_pwmchip_add

#endif /* !OUTBOARD_HAVE_PWMCHIP_ALLOC */

#endif
