// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite of the Meson S4's power domains: each of them, by the binding's numbers
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>

#include <dt-bindings/power/meson-s4-power.h>

#include <bench/bench.h>
#include <models/aml_s4_pwrc_model.h>

#define NODE		"/soc/power-controller"
#define VENDOR_NODE	"/power-domains"

/* By number; mainline's names, as debugfs has them there, less the chip's. */
static const char *const names[AML_S4_DOMAINS] = {
	[PWRC_S4_DOS_HEVC_ID] = "dos_hevc",
	[PWRC_S4_DOS_VDEC_ID] = "dos_vdec",
	[PWRC_S4_VPU_HDMI_ID] = "vpu_hdmi",
	[PWRC_S4_USB_COMB_ID] = "usb_comb",
	[PWRC_S4_GE2D_ID] = "ge2d",
	[PWRC_S4_ETH_ID] = "eth",
	[PWRC_S4_DEMOD_ID] = "demod",
	[PWRC_S4_AUDIO_ID] = "audio",
};

struct pwrc_test {
	struct device *dev;
	struct device *vendor_dev;
	struct device *all;
	struct device *attached[AML_S4_DOMAINS];
	bool on[AML_S4_DOMAINS];
};

static int pwrc_test_init(struct kunit *test)
{
	struct pwrc_test *pwrc = kunit_kzalloc(test, sizeof(*pwrc), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pwrc);
	test->priv = pwrc;
	bench_start(test);
	pwrc->dev = bench_device(test, NODE);
	pwrc->vendor_dev = bench_device(test, VENDOR_NODE);
	pwrc->all = bench_device(test, "/soc/all");
	bench_unbind(pwrc->dev);
	bench_unbind(pwrc->vendor_dev);
	aml_s4_pwrc_start();
	aml_s4_pwrc_switch(PWRC_S4_ETH_ID, true);
	pwrc->on[PWRC_S4_ETH_ID] = true;
	KUNIT_ASSERT_EQ(test, bench_bind(pwrc->dev), 0);

	return 0;
}

/* Domains are switched off from a work item. */
static void expect_domains(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int id;

	msleep(20);
	for (id = 0; id < AML_S4_DOMAINS; id++)
		KUNIT_EXPECT_EQ_MSG(test, aml_s4_pwrc_is_on(id), pwrc->on[id], "%s", names[id]);
}

/* A device in a domain, which is of the domain's alone and has no driver. */
static void attach(struct kunit *test, unsigned int id)
{
	struct pwrc_test *pwrc = test->priv;
	struct device *dev;

	dev = dev_pm_domain_attach_by_id(pwrc->all, id);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(dev));
	pwrc->attached[id] = dev;
}

static void detach(struct pwrc_test *pwrc, unsigned int id)
{
	dev_pm_domain_detach(pwrc->attached[id], true);
	pwrc->attached[id] = NULL;
}

static void pwrc_test_exit(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int id;

	for (id = 0; pwrc && id < AML_S4_DOMAINS; id++) {
		if (pwrc->attached[id])
			detach(pwrc, id);
	}
}

/* Each domain goes on and off by its number, and none of the others. */
static void pwrc_test_each(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int id, round;

	for (id = 0; id < AML_S4_DOMAINS; id++) {
		KUNIT_EXPECT_EQ_MSG(test, aml_s4_pwrc_switched(id), 0, "%s", names[id]);
		attach(test, id);
		KUNIT_EXPECT_STREQ(test, pd_to_genpd(pwrc->attached[id]->pm_domain)->name,
				   names[id]);

		for (round = 0; round < 3; round++) {
			KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(pwrc->attached[id]), 0);
			pwrc->on[id] = true;
			expect_domains(test);
			KUNIT_EXPECT_EQ(test, pm_runtime_put_sync(pwrc->attached[id]), 0);
			pwrc->on[id] = id == PWRC_S4_ETH_ID;
			expect_domains(test);
		}
		KUNIT_EXPECT_EQ(test, aml_s4_pwrc_switched(id), id == PWRC_S4_ETH_ID ? 0 : 6);
		detach(pwrc, id);
		expect_domains(test);
	}
}

/* All on at once, and off in another order. */
static void pwrc_test_together(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int id;

	for (id = 0; id < AML_S4_DOMAINS; id++) {
		attach(test, id);
		KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(pwrc->attached[id]), 0);
		pwrc->on[id] = true;
		expect_domains(test);
	}
	for (id = 0; id < AML_S4_DOMAINS; id++) {
		unsigned int other = (id * 3 + 1) % AML_S4_DOMAINS;

		pm_runtime_put_sync(pwrc->attached[other]);
		pwrc->on[other] = other == PWRC_S4_ETH_ID;
		expect_domains(test);
	}
}

/* Binding and unbinding switch nothing; the framework knows what is on. */
static void pwrc_test_as_found(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int before[AML_S4_DOMAINS], id, half;

	for (half = 0; half < 2; half++) {
		/* After the framework's own work, for the devices that have gone. */
		msleep(20);
		bench_unbind(pwrc->dev);
		for (id = 0; id < AML_S4_DOMAINS; id++) {
			pwrc->on[id] = id % 2 == half || id == PWRC_S4_ETH_ID;
			aml_s4_pwrc_switch(id, pwrc->on[id]);
			before[id] = aml_s4_pwrc_switched(id);
		}
		KUNIT_ASSERT_EQ(test, bench_bind(pwrc->dev), 0);
		expect_domains(test);
		for (id = 0; id < AML_S4_DOMAINS; id++) {
			KUNIT_EXPECT_EQ(test, aml_s4_pwrc_switched(id), before[id]);
			attach(test, id);
			KUNIT_EXPECT_EQ_MSG(test,
					    pd_to_genpd(pwrc->attached[id]->pm_domain)->status,
					    pwrc->on[id] ? GENPD_STATE_ON : GENPD_STATE_OFF,
					    "%s", names[id]);
			detach(pwrc, id);
		}
	}
}

/* Found off, what must be on is switched on. */
static void pwrc_test_always_on(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;

	bench_unbind(pwrc->dev);
	aml_s4_pwrc_switch(PWRC_S4_ETH_ID, false);
	aml_s4_pwrc_fail(PWRC_S4_ETH_ID, -1);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), -EIO);
	KUNIT_EXPECT_FALSE(test, aml_s4_pwrc_is_on(PWRC_S4_ETH_ID));

	/* Nothing is left of that: the others are looked at anew. */
	aml_s4_pwrc_switch(PWRC_S4_GE2D_ID, true);
	pwrc->on[PWRC_S4_GE2D_ID] = true;
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), 0);
	expect_domains(test);
	attach(test, PWRC_S4_GE2D_ID);
	KUNIT_EXPECT_EQ(test, pd_to_genpd(pwrc->attached[PWRC_S4_GE2D_ID]->pm_domain)->status,
			GENPD_STATE_ON);
	KUNIT_EXPECT_EQ(test, aml_s4_pwrc_switched(PWRC_S4_ETH_ID), 2);
}

/* Firmware that cannot tell: all is taken to be on, and nothing is done. */
static void pwrc_test_unknown(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int id;

	bench_unbind(pwrc->dev);
	aml_s4_pwrc_unknown(true);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), 0);
	for (id = 0; id < AML_S4_DOMAINS; id++) {
		KUNIT_EXPECT_EQ(test, aml_s4_pwrc_switched(id), 0);
		attach(test, id);
		KUNIT_EXPECT_EQ(test, pd_to_genpd(pwrc->attached[id]->pm_domain)->status,
				GENPD_STATE_ON);
		detach(pwrc, id);
	}
	aml_s4_pwrc_unknown(false);
}

/* What the firmware refuses is an error, and can be tried again. */
static void pwrc_test_refuses(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	struct device *dev;

	attach(test, PWRC_S4_GE2D_ID);
	dev = pwrc->attached[PWRC_S4_GE2D_ID];
	aml_s4_pwrc_fail(PWRC_S4_GE2D_ID, -1);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(dev), -EIO);
	expect_domains(test);

	/* 32 bits of the result are its own. */
	aml_s4_pwrc_fail(PWRC_S4_GE2D_ID, 0xffffffff);
	pm_runtime_set_suspended(dev);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(dev), -EIO);
	expect_domains(test);

	pm_runtime_set_suspended(dev);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(dev), 0);
	pwrc->on[PWRC_S4_GE2D_ID] = true;
	expect_domains(test);

	/* One that does not go off is still on. */
	aml_s4_pwrc_fail(PWRC_S4_GE2D_ID, -1);
	pm_runtime_put_sync(dev);
	expect_domains(test);
	KUNIT_EXPECT_EQ(test, pd_to_genpd(dev->pm_domain)->status, GENPD_STATE_ON);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(dev), 0);
	pm_runtime_put_sync(dev);
	pwrc->on[PWRC_S4_GE2D_ID] = false;
	expect_domains(test);
}

static int user_probe(struct platform_device *pdev)
{
	pm_runtime_enable(&pdev->dev);

	return 0;
}

static void user_remove(struct platform_device *pdev)
{
	pm_runtime_disable(&pdev->dev);
}

static const struct of_device_id user_of_match[] = {
	{ .compatible = "outboard,bench-user" },
	{ }
};

static struct platform_driver user_driver = {
	.probe = user_probe,
	.remove = user_remove,
	.driver = {
		.name = "outboard-bench-user",
		.of_match_table = user_of_match,
		.suppress_bind_attrs = true,
	},
};

/* A device with a driver: waits for its domain, has power in probe, and goes before it. */
static void pwrc_test_user(struct kunit *test)
{
	struct device *user = bench_device(test, "/soc/user-0");
	struct device *wrong = bench_device(test, "/soc/user-1");
	struct pwrc_test *pwrc = test->priv;

	bench_unbind(pwrc->dev);
	bench_register(test, &user_driver);
	KUNIT_EXPECT_EQ(test, bench_bind(user), -EAGAIN);
	KUNIT_ASSERT_EQ(test, bench_bind(pwrc->dev), 0);
	wait_for_device_probe();
	if (!user->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(user), 0);
	KUNIT_EXPECT_EQ(test, aml_s4_pwrc_switched(PWRC_S4_AUDIO_ID) % 2,
			aml_s4_pwrc_is_on(PWRC_S4_AUDIO_ID));

	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(user), 0);
	pwrc->on[PWRC_S4_AUDIO_ID] = true;
	expect_domains(test);
	bench_suspend(test);
	KUNIT_EXPECT_FALSE(test, aml_s4_pwrc_is_on(PWRC_S4_AUDIO_ID));
	KUNIT_EXPECT_TRUE(test, aml_s4_pwrc_is_on(PWRC_S4_ETH_ID));
	bench_resume(test);
	expect_domains(test);
	pm_runtime_put_sync(user);

	bench_unbind(pwrc->dev);
	KUNIT_EXPECT_PTR_EQ(test, user->driver, NULL);
	pwrc->on[PWRC_S4_AUDIO_ID] = false;
	expect_domains(test);

	KUNIT_ASSERT_EQ(test, bench_bind(pwrc->dev), 0);
	wait_for_device_probe();
	KUNIT_EXPECT_LT(test, bench_bind(wrong), 0);
	KUNIT_EXPECT_PTR_EQ(test, wrong->driver, NULL);
}

/* With a device in it a domain outlives the provider, which finds it again. */
static void pwrc_test_goes_with_user(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	struct device *dev;

	attach(test, PWRC_S4_DEMOD_ID);
	dev = pwrc->attached[PWRC_S4_DEMOD_ID];
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(dev), 0);
	pwrc->on[PWRC_S4_DEMOD_ID] = true;

	bench_unbind(pwrc->dev);
	expect_domains(test);
	KUNIT_EXPECT_TRUE(test, IS_ERR(dev_pm_domain_attach_by_id(pwrc->all, PWRC_S4_GE2D_ID)));

	KUNIT_ASSERT_EQ(test, bench_bind(pwrc->dev), 0);
	attach(test, PWRC_S4_GE2D_ID);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(pwrc->attached[PWRC_S4_GE2D_ID]), 0);
	pwrc->on[PWRC_S4_GE2D_ID] = true;
	expect_domains(test);
	pm_runtime_put_sync(dev);
	pwrc->on[PWRC_S4_DEMOD_ID] = false;
	expect_domains(test);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(dev), 0);

	/* It is the same as the new provider's: nobody else switches it off. */
	pwrc->on[PWRC_S4_DEMOD_ID] = true;
	detach(pwrc, PWRC_S4_GE2D_ID);
	pwrc->on[PWRC_S4_GE2D_ID] = false;
	expect_domains(test);
	bench_unbind(pwrc->dev);
	detach(pwrc, PWRC_S4_DEMOD_ID);
}

/* A provider holds the module for good, a failed probe and a device in a domain do not. */
static void pwrc_test_held(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	struct module *owner = pwrc->dev->driver->owner;
	int before = module_refcount(owner);

	KUNIT_EXPECT_GT(test, before, 0);
	attach(test, PWRC_S4_DEMOD_ID);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);
	detach(pwrc, PWRC_S4_DEMOD_ID);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);

	bench_unbind(pwrc->dev);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);
	aml_s4_pwrc_switch(PWRC_S4_ETH_ID, false);
	aml_s4_pwrc_fail(PWRC_S4_ETH_ID, -1);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), -EIO);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->vendor_dev), -EBUSY);
	KUNIT_EXPECT_EQ(test, module_refcount(owner), before + 1);
}

/* The vendor's tree; both nodes in one tree cannot have the domains at once. */
static void pwrc_test_vendor(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;

	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->vendor_dev), -EBUSY);
	expect_domains(test);
	bench_unbind(pwrc->dev);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->vendor_dev), 0);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), -EBUSY);
	bench_unbind(pwrc->vendor_dev);
	KUNIT_EXPECT_EQ(test, bench_bind(pwrc->dev), 0);
	attach(test, PWRC_S4_GE2D_ID);
}

/*
 * Each allocation fails in turn, but for those of the domains' names: Linux 6.12 does not
 * look whether it got them, and dies. They come second after the firmware was asked, or
 * third or fourth with what kmemleak has for each.
 */
static void pwrc_test_each_allocation(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;

	aml_s4_pwrc_spare(2, 4);
	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, pwrc->dev), AML_S4_DOMAINS);
	KUNIT_EXPECT_GE(test, aml_s4_pwrc_spare(0, 0), AML_S4_DOMAINS);
	expect_domains(test);
}

/* A probe that succeeds in spite of a failed allocation has a provider. */
static void pwrc_test_provides(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	bool reached = true;
	unsigned int n;
	int ret;

	aml_s4_pwrc_spare(2, 4);
	for (n = 1; reached; n++) {
		bench_unbind(pwrc->dev);
		bench_fail_nth(n);
		ret = bench_bind(pwrc->dev);
		reached = bench_fail_done();
		if (!ret) {
			attach(test, PWRC_S4_GE2D_ID);
			detach(pwrc, PWRC_S4_GE2D_ID);
		}
	}
	aml_s4_pwrc_spare(0, 0);
	KUNIT_EXPECT_GT(test, n, AML_S4_DOMAINS);
}

static void pwrc_test_cycle(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;
	unsigned int id;

	bench_cycle(test, pwrc->dev, 1000);
	expect_domains(test);
	for (id = 0; id < AML_S4_DOMAINS; id++)
		KUNIT_EXPECT_EQ(test, aml_s4_pwrc_switched(id), 0);
}

/* The last: the module is asked to unload with a domain that no provider has. */
static void pwrc_test_left_behind(struct kunit *test)
{
	struct pwrc_test *pwrc = test->priv;

	attach(test, PWRC_S4_USB_COMB_ID);
	bench_unbind(pwrc->dev);
	detach(pwrc, PWRC_S4_USB_COMB_ID);
	expect_domains(test);
}

static void pwrc_test_no_unbind(struct kunit *test)
{
	bench_expect_no_unbind(test, "aml_s4_pwrc");
}

static struct kunit_case pwrc_cases[] = {
	KUNIT_CASE(pwrc_test_no_unbind),
	KUNIT_CASE(pwrc_test_each),
	KUNIT_CASE(pwrc_test_together),
	KUNIT_CASE(pwrc_test_as_found),
	KUNIT_CASE(pwrc_test_always_on),
	KUNIT_CASE(pwrc_test_unknown),
	KUNIT_CASE(pwrc_test_refuses),
	KUNIT_CASE(pwrc_test_user),
	KUNIT_CASE(pwrc_test_goes_with_user),
	KUNIT_CASE(pwrc_test_held),
	KUNIT_CASE(pwrc_test_vendor),
	KUNIT_CASE(pwrc_test_each_allocation),
	KUNIT_CASE(pwrc_test_provides),
	KUNIT_CASE(pwrc_test_cycle),
	KUNIT_CASE(pwrc_test_left_behind),
	{ }
};

static struct kunit_suite pwrc_suite = {
	.name = "aml_s4_pwrc",
	.init = pwrc_test_init,
	.exit = pwrc_test_exit,
	.test_cases = pwrc_cases,
};

kunit_test_suite(pwrc_suite);

MODULE_SOFTDEP("pre: aml_s4_pwrc_model aml_s4_pwrc");
MODULE_INFO(bench_stays, "aml_s4_pwrc");
MODULE_DESCRIPTION("KUnit suite of the Meson S4's power domains");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
