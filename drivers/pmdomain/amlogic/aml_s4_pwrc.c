// SPDX-License-Identifier: GPL-2.0-only
/*
 * Power domains of the Amlogic Meson S4 (S905Y4, S805X2), in Linux since 5.18
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The firmware switches the domains. The driver calls it directly rather than through the
 * secure monitor's driver, because the vendor's device tree has no node for that; the calls
 * are the same.
 *
 * The probe of a device whose domain has no provider is deferred, and since Linux 6.0 given
 * up after ten seconds: this module belongs in the initrd.
 *
 * A domain that has a device stays when the provider is removed, and the next provider takes
 * it over. The module stays loaded once it has provided the domains: the framework takes no
 * reference to it, and goes on using a domain after the last device is detached.
 *
 * Locking: bit 0 of s4_pwrc_taken lets one device at a time use the static data. The
 * framework holds a domain's lock while it switches the domain.
 */

#include <linux/arm-smccc.h>
#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/string.h>

/* Both take the domain's number. GET returns 1 for a domain that is off. */
#define S4_PWRC_SMC_SET		0x82000093
#define S4_PWRC_SMC_GET		0x82000095

/**
 * struct s4_pwrc_desc - a domain
 * @name: name in debugfs
 * @always_on: must not be switched off
 */
struct s4_pwrc_desc {
	const char *name;
	bool always_on;
};

/* By number; both bindings and the firmware have the same numbers. */
static const struct s4_pwrc_desc s4_pwrc_descs[] = {
	{ "dos_hevc" },
	{ "dos_vdec" },
	{ "vpu_hdmi" },
	{ "usb_comb" },
	{ "ge2d" },
	{ "eth", .always_on = true },	/* a packet may wake the system */
	{ "demod" },
	{ "audio" },
};

#define S4_PWRC_DOMAINS		ARRAY_SIZE(s4_pwrc_descs)

/* Static, because a domain with devices outlives the provider. */
static struct generic_pm_domain s4_pwrc_domains[S4_PWRC_DOMAINS];

/* The domains that are initialized. */
static struct generic_pm_domain *s4_pwrc_known[S4_PWRC_DOMAINS];

static struct genpd_onecell_data s4_pwrc_provider = {
	.domains = s4_pwrc_known,
	.num_domains = S4_PWRC_DOMAINS,
};

static unsigned long s4_pwrc_taken;

static unsigned int s4_pwrc_id(struct generic_pm_domain *genpd)
{
	return genpd - s4_pwrc_domains;
}

static int s4_pwrc_set(struct generic_pm_domain *genpd, bool on)
{
	struct arm_smccc_res res;

	arm_smccc_smc(S4_PWRC_SMC_SET, s4_pwrc_id(genpd), on, 0, 0, 0, 0, 0, &res);

	return (s32)res.a0 < 0 ? -EIO : 0;
}

static int s4_pwrc_power_on(struct generic_pm_domain *genpd)
{
	return s4_pwrc_set(genpd, true);
}

static int s4_pwrc_power_off(struct generic_pm_domain *genpd)
{
	return s4_pwrc_set(genpd, false);
}

/* A domain whose state the firmware does not report counts as on. */
static bool s4_pwrc_is_off(struct generic_pm_domain *genpd)
{
	struct arm_smccc_res res;

	arm_smccc_smc(S4_PWRC_SMC_GET, s4_pwrc_id(genpd), 0, 0, 0, 0, 0, 0, &res);

	return (s32)res.a0 == 1;
}

static int s4_pwrc_init_domain(unsigned int id)
{
	struct generic_pm_domain *genpd = &s4_pwrc_domains[id];
	bool off;
	int ret;

	if (s4_pwrc_known[id])
		return 0;

	memset(genpd, 0, sizeof(*genpd));
	genpd->name = s4_pwrc_descs[id].name;
	genpd->power_on = s4_pwrc_power_on;
	genpd->power_off = s4_pwrc_power_off;

	off = s4_pwrc_is_off(genpd);
	if (s4_pwrc_descs[id].always_on) {
		genpd->flags = GENPD_FLAG_ALWAYS_ON;
		ret = off ? s4_pwrc_power_on(genpd) : 0;
		if (ret)
			return ret;

		off = false;
	}

	ret = pm_genpd_init(genpd, NULL, off);
	if (!ret)
		s4_pwrc_known[id] = genpd;

	return ret;
}

/* pm_genpd_remove() refuses to remove a domain that has a device. */
static void s4_pwrc_remove_domains(void)
{
	unsigned int id;

	for (id = 0; id < S4_PWRC_DOMAINS; id++) {
		if (s4_pwrc_known[id] && !pm_genpd_remove(s4_pwrc_known[id]))
			s4_pwrc_known[id] = NULL;
	}
}

static int s4_pwrc_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	unsigned int id;
	int ret;

	if (test_and_set_bit(0, &s4_pwrc_taken))
		return dev_err_probe(dev, -EBUSY, "the power domains belong to another node\n");

	/* Never put after success. Fails only while the module is being unloaded. */
	if (!try_module_get(THIS_MODULE)) {
		ret = -ENODEV;
		goto err_release;
	}

	for (id = 0; id < S4_PWRC_DOMAINS; id++) {
		ret = s4_pwrc_init_domain(id);
		if (ret) {
			dev_err_probe(dev, ret, "failed to initialize power domain %s\n",
				      s4_pwrc_descs[id].name);
			goto err_remove;
		}
	}

	ret = of_genpd_add_provider_onecell(dev->of_node, &s4_pwrc_provider);
	if (ret) {
		dev_err_probe(dev, ret, "failed to register the power domains\n");
		goto err_remove;
	}

	return 0;

err_remove:
	s4_pwrc_remove_domains();
	/* No race with the unload, which waits until probe() has returned. */
	module_put(THIS_MODULE);
err_release:
	clear_bit(0, &s4_pwrc_taken);

	return ret;
}

static void s4_pwrc_remove(struct platform_device *pdev)
{
	of_genpd_del_provider(pdev->dev.of_node);
	s4_pwrc_remove_domains();
	clear_bit(0, &s4_pwrc_taken);
}

static const struct of_device_id s4_pwrc_of_match[] = {
	{ .compatible = "amlogic,meson-s4-pwrc" },
	{ .compatible = "amlogic,s4-power-domain" },
	{ }
};
MODULE_DEVICE_TABLE(of, s4_pwrc_of_match);

static struct platform_driver s4_pwrc_driver = {
	.probe = s4_pwrc_probe,
	.remove = s4_pwrc_remove,
	.driver = {
		.name = "aml_s4_pwrc",
		.of_match_table = s4_pwrc_of_match,
		/* A device that detaches may use a domain that pm_genpd_remove() has freed. */
		.suppress_bind_attrs = true,
	},
};

module_platform_driver(s4_pwrc_driver);

MODULE_DESCRIPTION("Power domains of the Amlogic Meson S4");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
