// SPDX-License-Identifier: GPL-2.0-only
/*
 * Power domains of the Amlogic Meson S4 (S905Y4, S805X2), which Linux has from 5.18 on
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The firmware switches them. It is asked directly and not through the secure monitor's
 * driver, which the vendor's device tree has no node for; the calls are the same.
 *
 * A device whose domain has no driver is deferred, and from Linux 6.0 on given up after ten
 * seconds: this module belongs into the initrd.
 *
 * A domain holds this module while a device is attached to it.
 */

#include <linux/arm-smccc.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/slab.h>

/* Both take the domain's number; the second tells 1 for off. */
#define S4_SMC_PWRC_SET		0x82000093
#define S4_SMC_PWRC_GET		0x82000095

/**
 * struct s4_domain_desc - what is known of a domain
 * @name: what it is for
 * @always_on: must not be switched off
 */
struct s4_domain_desc {
	const char *name;
	bool always_on;
};

/* By the bindings' numbers, which are the vendor's and the firmware's as well. */
static const struct s4_domain_desc s4_domains[] = {
	{ "dos_hevc" },
	{ "dos_vdec" },
	{ "vpu_hdmi" },
	{ "usb_comb" },
	{ "ge2d" },
	{ "eth", .always_on = true },	/* a packet may wake the system */
	{ "demod" },
	{ "audio" },
};

/**
 * struct s4_domain - a domain
 * @genpd: its half in the framework
 * @id: its number
 */
struct s4_domain {
	struct generic_pm_domain genpd;
	unsigned int id;
};

/**
 * struct s4_pwrc - all of them
 * @provider: what the framework finds them by
 * @list: pointers for @provider; NULL: not (or no longer) registered
 * @domains: the domains
 *
 * Not freed with the device if a domain cannot be removed: somebody uses it.
 */
struct s4_pwrc {
	struct genpd_onecell_data provider;
	struct generic_pm_domain *list[ARRAY_SIZE(s4_domains)];
	struct s4_domain domains[ARRAY_SIZE(s4_domains)];
};

static int s4_domain_set(struct generic_pm_domain *genpd, bool on)
{
	struct s4_domain *domain = container_of(genpd, struct s4_domain, genpd);
	struct arm_smccc_res res;

	arm_smccc_smc(S4_SMC_PWRC_SET, domain->id, on, 0, 0, 0, 0, 0, &res);

	return (s32)res.a0 < 0 ? -EIO : 0;
}

static int s4_domain_on(struct generic_pm_domain *genpd)
{
	return s4_domain_set(genpd, true);
}

static int s4_domain_off(struct generic_pm_domain *genpd)
{
	return s4_domain_set(genpd, false);
}

/* A firmware that does not know is taken to have left it on. */
static bool s4_domain_is_off(struct s4_domain *domain)
{
	struct arm_smccc_res res;

	arm_smccc_smc(S4_SMC_PWRC_GET, domain->id, 0, 0, 0, 0, 0, 0, &res);

	return (s32)res.a0 == 1;
}

static int s4_domain_attach(struct generic_pm_domain *genpd, struct device *dev)
{
	return try_module_get(THIS_MODULE) ? 0 : -ENODEV;
}

static void s4_domain_detach(struct generic_pm_domain *genpd, struct device *dev)
{
	module_put(THIS_MODULE);
}

static int s4_domain_init(struct s4_domain *domain, unsigned int id)
{
	const struct s4_domain_desc *desc = &s4_domains[id];
	bool off;
	int ret;

	domain->id = id;
	domain->genpd.name = desc->name;
	domain->genpd.power_on = s4_domain_on;
	domain->genpd.power_off = s4_domain_off;
	domain->genpd.attach_dev = s4_domain_attach;
	domain->genpd.detach_dev = s4_domain_detach;

	off = s4_domain_is_off(domain);
	if (desc->always_on) {
		domain->genpd.flags = GENPD_FLAG_ALWAYS_ON;
		if (off) {
			ret = s4_domain_on(&domain->genpd);
			if (ret)
				return ret;

			off = false;
		}
	}

	return pm_genpd_init(&domain->genpd, NULL, off);
}

static void s4_pwrc_free(struct device *dev, struct s4_pwrc *pwrc)
{
	unsigned int i;
	bool used = false;

	for (i = 0; i < ARRAY_SIZE(s4_domains); i++) {
		if (!pwrc->list[i])
			continue;

		if (pm_genpd_remove(pwrc->list[i])) {
			dev_err(dev, "power domain %s is in use, and stays\n", s4_domains[i].name);
			used = true;
		}
	}

	if (!used)
		kfree(pwrc);
}

static int aml_s4_pwrc_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct s4_pwrc *pwrc;
	unsigned int i;
	int ret;

	pwrc = kzalloc(sizeof(*pwrc), GFP_KERNEL);
	if (!pwrc)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(s4_domains); i++) {
		ret = s4_domain_init(&pwrc->domains[i], i);
		if (ret) {
			dev_err_probe(dev, ret, "power domain %s\n", s4_domains[i].name);
			goto err_free;
		}

		pwrc->list[i] = &pwrc->domains[i].genpd;
	}

	pwrc->provider.domains = pwrc->list;
	pwrc->provider.num_domains = ARRAY_SIZE(s4_domains);
	ret = of_genpd_add_provider_onecell(dev->of_node, &pwrc->provider);
	if (ret)
		goto err_free;

	platform_set_drvdata(pdev, pwrc);

	return 0;

err_free:
	s4_pwrc_free(dev, pwrc);

	return ret;
}

static void aml_s4_pwrc_remove(struct platform_device *pdev)
{
	of_genpd_del_provider(pdev->dev.of_node);
	s4_pwrc_free(&pdev->dev, platform_get_drvdata(pdev));
}

static const struct of_device_id aml_s4_pwrc_of_match[] = {
	{ .compatible = "amlogic,meson-s4-pwrc" },
	{ .compatible = "amlogic,s4-power-domain" },
	{ }
};
MODULE_DEVICE_TABLE(of, aml_s4_pwrc_of_match);

static struct platform_driver aml_s4_pwrc_driver = {
	.probe = aml_s4_pwrc_probe,
	.remove = aml_s4_pwrc_remove,
	.driver = {
		.name = "aml_s4_pwrc",
		.of_match_table = aml_s4_pwrc_of_match,
		.suppress_bind_attrs = true,
	},
};
module_platform_driver(aml_s4_pwrc_driver);

MODULE_DESCRIPTION("Power domains of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
