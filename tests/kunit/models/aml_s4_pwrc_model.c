// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model of the Amlogic Meson S4's firmware, as far as it switches power domains
 *
 * Copyright (C) 2026 The outboard authors
 *
 * It is what the SMC instruction comes to. A call that the firmware does not have, a domain
 * that there is not, or an argument too many is a violation; so is switching off the
 * Ethernet's domain, which must stay.
 *
 * Source: the functions and their arguments are those of the vendor's boot loader (its
 * sec_pwr_ctrl.c), the domains those of the binding's header.
 */

#include <linux/arm-smccc.h>
#include <linux/bitops.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <dt-bindings/power/meson-s4-power.h>

#include <bench/bench.h>
#include <models/aml_s4_pwrc_model.h>

#define SMC_SET		0x82000093
#define SMC_GET		0x82000095

/* What any call returns that the firmware does not know. */
#define NOT_SUPPORTED	(-1UL)

/* All of it under the lock. */
static DEFINE_RAW_SPINLOCK(lock);
static u32 on;
static unsigned int switched[AML_S4_DOMAINS];
static long fails[AML_S4_DOMAINS];
static bool knows_not;
static unsigned int spare_first, spare_last;
static unsigned int spared;

static unsigned long smc_set(unsigned long domain, unsigned long value)
{
	long failure = fails[domain];

	if (value > 1) {
		bench_violation(NULL, BENCH_MODEL, "SMC: domain %lu to be set to %lu", domain,
				value);
		return NOT_SUPPORTED;
	}
	if (domain == PWRC_S4_ETH_ID && !value)
		bench_violation(NULL, BENCH_MODEL, "SMC: the Ethernet's domain switched off");

	switched[domain]++;
	fails[domain] = 0;
	if (failure)
		return failure;

	on = (on & ~BIT(domain)) | value << domain;

	return 0;
}

static unsigned long smc_call(const unsigned long *args)
{
	unsigned int last = args[0] == SMC_SET ? 2 : 1;
	unsigned int i;

	if (args[0] != SMC_SET && args[0] != SMC_GET) {
		bench_violation(NULL, BENCH_MODEL, "SMC: there is no function 0x%lx", args[0]);
		return NOT_SUPPORTED;
	}
	if (args[1] >= AML_S4_DOMAINS) {
		bench_violation(NULL, BENCH_MODEL, "SMC: there is no domain %lu", args[1]);
		return NOT_SUPPORTED;
	}
	for (i = last + 1; i < 8; i++) {
		if (args[i])
			bench_violation(NULL, BENCH_MODEL, "SMC: argument %u is 0x%lx", i, args[i]);
	}

	if (args[0] == SMC_SET)
		return smc_set(args[1], args[2]);

	if (spare_first && current->fail_nth >= spare_first && current->fail_nth <= spare_last) {
		WRITE_ONCE(current->fail_nth, 0);
		spared++;
	}

	return knows_not ? NOT_SUPPORTED : !(on & BIT(args[1]));
}

/* Instead of the instruction; callers see it as linux/arm-smccc.h has it. */
asmlinkage void __arm_smccc_smc(unsigned long a0, unsigned long a1, unsigned long a2,
				unsigned long a3, unsigned long a4, unsigned long a5,
				unsigned long a6, unsigned long a7, struct arm_smccc_res *res,
				struct arm_smccc_quirk *quirk)
{
	unsigned long args[] = { a0, a1, a2, a3, a4, a5, a6, a7 };
	unsigned long flags;

	if (quirk)
		bench_violation(NULL, BENCH_MODEL, "SMC: a quirk of another firmware's");

	raw_spin_lock_irqsave(&lock, flags);
	*res = (struct arm_smccc_res){
		.a0 = smc_call(args),
		.a1 = 0xdead0001,
		.a2 = 0xdead0002,
		.a3 = 0xdead0003,
	};
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL(__arm_smccc_smc);

/**
 * aml_s4_pwrc_start() - all domains are off, nothing was called and nothing fails
 */
void aml_s4_pwrc_start(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	on = 0;
	knows_not = false;
	memset(switched, 0, sizeof(switched));
	memset(fails, 0, sizeof(fails));
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_start);

/**
 * aml_s4_pwrc_is_on() - whether a domain has power
 * @domain: its number
 *
 * Return: true if it has.
 */
bool aml_s4_pwrc_is_on(unsigned int domain)
{
	return READ_ONCE(on) & BIT(domain);
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_is_on);

/**
 * aml_s4_pwrc_switch() - switch a domain without a call, as the boot loader may have
 * @domain: its number
 * @to: on or off
 */
void aml_s4_pwrc_switch(unsigned int domain, bool to)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	on = (on & ~BIT(domain)) | to << domain;
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_switch);

/**
 * aml_s4_pwrc_switched() - how often a domain was switched by call, on and off
 * @domain: its number
 *
 * Return: the count since aml_s4_pwrc_start().
 */
unsigned int aml_s4_pwrc_switched(unsigned int domain)
{
	return READ_ONCE(switched[domain]);
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_switched);

/**
 * aml_s4_pwrc_fail() - let the next switching of a domain fail
 * @domain: its number
 * @value: what the firmware returns
 */
void aml_s4_pwrc_fail(unsigned int domain, long value)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	fails[domain] = value;
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_fail);

/**
 * aml_s4_pwrc_spare() - never let certain allocations fail
 * @first: the first of them after the firmware was asked for a domain's state; 0: none
 * @last: the last of them
 *
 * Return: how many were spared since the last call.
 */
unsigned int aml_s4_pwrc_spare(unsigned int first, unsigned int last)
{
	unsigned int count = spared;

	spare_first = first;
	spare_last = last;
	spared = 0;

	return count;
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_spare);

/**
 * aml_s4_pwrc_unknown() - let the firmware not tell domains' states
 * @unknown: whether it does not
 */
void aml_s4_pwrc_unknown(bool unknown)
{
	WRITE_ONCE(knows_not, unknown);
}
EXPORT_SYMBOL_GPL(aml_s4_pwrc_unknown);

static int __init aml_s4_pwrc_model_init(void)
{
	__module_get(THIS_MODULE);

	return 0;
}
module_init(aml_s4_pwrc_model_init);

MODULE_DESCRIPTION("Model of the Meson S4's power domains");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
