// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: clocks, reset lines and power domains
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Each is a provider for the device tree, with cells that are plain numbers. A
 * block whose node refers to one answers only while that is on. Each can be told
 * to fail once.
 */

#include <linux/clk-provider.h>
#include <linux/debugfs.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/reset-controller.h>

#include <bench/internal.h>

#define CLOCKS	"outboard,bench-clocks"
#define RESETS	"outboard,bench-resets"
#define POWERS	"outboard,bench-powers"

#define RATE	24000000

struct bench_clock {
	struct clk_hw hw;
	unsigned int enabled;
	unsigned int prepared;
	unsigned long rate;
	int fail;
};

struct bench_power {
	struct generic_pm_domain domain;
	bool on;
	int fail;
};

static struct bench_clock clocks[BENCH_CLOCKS];
static struct bench_power powers[BENCH_POWERS];
static unsigned long resets_on;
static int resets_fail[BENCH_RESETS];
static unsigned int resets_pass[BENCH_RESETS];

/* Which of a provider's numbers a node's property refers to, as a mask. */
static u32 bench_refers(struct device_node *np, const char *property, const char *cells,
			const char *compatible, const char *names_property,
			const char *const *names)
{
	struct of_phandle_args args;
	const char *name;
	u32 mask = 0;
	int i;

	for (i = 0; !of_parse_phandle_with_args(np, property, cells, i, &args); i++) {
		bool ours = of_device_is_compatible(args.np, compatible);

		of_node_put(args.np);
		if (!ours || args.args_count != 1 || args.args[0] >= 32)
			continue;
		if (names && (of_property_read_string_index(np, names_property, i, &name) ||
			      !names[0] || match_string(names, -1, name) < 0))
			continue;
		mask |= BIT(args.args[0]);
	}

	return mask;
}

u32 bench_clocks_of(struct device_node *np, const char *const *names)
{
	return bench_refers(np, "clocks", "#clock-cells", CLOCKS, "clock-names", names);
}

u32 bench_resets_of(struct device_node *np)
{
	return bench_refers(np, "resets", "#reset-cells", RESETS, NULL, NULL);
}

u32 bench_powers_of(struct device_node *np)
{
	return bench_refers(np, "power-domains", "#power-domain-cells", POWERS, NULL, NULL);
}

u32 bench_clocks_off(u32 mask)
{
	unsigned int n;

	for (n = 0; n < BENCH_CLOCKS; n++) {
		if (READ_ONCE(clocks[n].enabled))
			mask &= ~BIT(n);
	}

	return mask;
}

u32 bench_resets_on(u32 mask)
{
	return mask & READ_ONCE(resets_on);
}

u32 bench_powers_off(u32 mask)
{
	unsigned int n;

	for (n = 0; n < BENCH_POWERS; n++) {
		if (READ_ONCE(powers[n].on))
			mask &= ~BIT(n);
	}

	return mask;
}

u32 bench_clocks_unused(u32 mask)
{
	unsigned int n;

	for (n = 0; n < BENCH_CLOCKS; n++) {
		if (clocks[n].enabled || clocks[n].prepared)
			mask &= ~BIT(n);
	}

	return mask;
}

void bench_supply_start(void)
{
	unsigned int n;

	for (n = 0; n < BENCH_CLOCKS; n++)
		clocks[n].fail = 0;
	for (n = 0; n < BENCH_RESETS; n++) {
		resets_fail[n] = 0;
		resets_pass[n] = 0;
	}
	for (n = 0; n < BENCH_POWERS; n++)
		powers[n].fail = 0;
}

/* Returns an error that was asked for, once. */
static int bench_take(int *fail)
{
	int error = *fail;

	*fail = 0;

	return error;
}

static struct bench_clock *to_bench_clock(struct clk_hw *hw)
{
	return container_of(hw, struct bench_clock, hw);
}

static int bench_clock_prepare(struct clk_hw *hw)
{
	to_bench_clock(hw)->prepared++;

	return 0;
}

static void bench_clock_unprepare(struct clk_hw *hw)
{
	to_bench_clock(hw)->prepared--;
}

static int bench_clock_enable(struct clk_hw *hw)
{
	struct bench_clock *clock = to_bench_clock(hw);
	int ret = bench_take(&clock->fail);

	if (!ret)
		clock->enabled++;

	return ret;
}

static void bench_clock_disable(struct clk_hw *hw)
{
	to_bench_clock(hw)->enabled--;
}

static int bench_clock_is_enabled(struct clk_hw *hw)
{
	return to_bench_clock(hw)->enabled;
}

static unsigned long bench_clock_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	return to_bench_clock(hw)->rate;
}

static int bench_clock_determine_rate(struct clk_hw *hw, struct clk_rate_request *req)
{
	return 0;
}

static int bench_clock_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	to_bench_clock(hw)->rate = rate;

	return 0;
}

static const struct clk_ops bench_clock_ops = {
	.prepare = bench_clock_prepare,
	.unprepare = bench_clock_unprepare,
	.enable = bench_clock_enable,
	.disable = bench_clock_disable,
	.is_enabled = bench_clock_is_enabled,
	.recalc_rate = bench_clock_recalc_rate,
	.determine_rate = bench_clock_determine_rate,
	.set_rate = bench_clock_set_rate,
};

static struct clk_hw *bench_clock_get(struct of_phandle_args *args, void *data)
{
	return args->args[0] < BENCH_CLOCKS ? &clocks[args->args[0]].hw : ERR_PTR(-EINVAL);
}

static int bench_clocks_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	unsigned int n;
	int ret;

	for (n = 0; n < BENCH_CLOCKS; n++) {
		struct clk_init_data init = {
			.name = devm_kasprintf(dev, GFP_KERNEL, "bench%u", n),
			.ops = &bench_clock_ops,
			.flags = CLK_GET_RATE_NOCACHE,
		};
		u32 rate = RATE;

		if (!init.name)
			return -ENOMEM;

		of_property_read_u32_index(dev->of_node, "clock-frequencies", n, &rate);
		clocks[n].rate = rate;
		clocks[n].hw.init = &init;
		ret = devm_clk_hw_register(dev, &clocks[n].hw);
		if (ret)
			return ret;
	}

	return devm_of_clk_add_hw_provider(dev, bench_clock_get, NULL);
}

/**
 * bench_clk_enabled() - whether a clock is on
 * @n: its number
 *
 * Return: non-zero if it is.
 */
unsigned int bench_clk_enabled(unsigned int n)
{
	return clocks[n].enabled;
}
EXPORT_SYMBOL_GPL(bench_clk_enabled);

/**
 * bench_clk_prepared() - whether a clock is prepared
 * @n: its number
 *
 * Return: non-zero if it is.
 */
unsigned int bench_clk_prepared(unsigned int n)
{
	return clocks[n].prepared;
}
EXPORT_SYMBOL_GPL(bench_clk_prepared);

/**
 * bench_clk_rate() - a clock's rate
 * @n: its number
 *
 * Return: the rate, in Hz.
 */
unsigned long bench_clk_rate(unsigned int n)
{
	return clocks[n].rate;
}
EXPORT_SYMBOL_GPL(bench_clk_rate);

/**
 * bench_clk_set_rate() - give a clock another rate, without a notification
 * @n: its number
 * @rate: in Hz; may be 0
 */
void bench_clk_set_rate(unsigned int n, unsigned long rate)
{
	clocks[n].rate = rate;
}
EXPORT_SYMBOL_GPL(bench_clk_set_rate);

/**
 * bench_clk_fail() - let the next enabling of a clock fail
 * @n: its number
 * @error: with what
 */
void bench_clk_fail(unsigned int n, int error)
{
	clocks[n].fail = error;
}
EXPORT_SYMBOL_GPL(bench_clk_fail);

/**
 * bench_block_rate() - rate of a clock of a block's node
 * @block: the block
 * @name: the clock's name there
 *
 * For the bench's clocks and for fixed ones; from any context.
 *
 * Return: the rate in Hz, 0 if there is no such clock or it is another's.
 */
unsigned long bench_block_rate(struct bench_block *block, const char *name)
{
	int i = of_property_match_string(block->np, "clock-names", name);
	struct of_phandle_args args;
	unsigned long rate = 0;
	u32 fixed;

	if (i < 0 || of_parse_phandle_with_args(block->np, "clocks", "#clock-cells", i, &args))
		return 0;

	if (of_device_is_compatible(args.np, CLOCKS) && args.args[0] < BENCH_CLOCKS)
		rate = clocks[args.args[0]].rate;
	else if (!of_property_read_u32(args.np, "clock-frequency", &fixed))
		rate = fixed;
	of_node_put(args.np);

	return rate;
}
EXPORT_SYMBOL_GPL(bench_block_rate);

/**
 * bench_reset_asserted() - whether a reset line is asserted
 * @n: its number
 *
 * Return: true if it is.
 */
bool bench_reset_asserted(unsigned int n)
{
	return test_bit(n, &resets_on);
}
EXPORT_SYMBOL_GPL(bench_reset_asserted);

/**
 * bench_reset_set() - drive a reset line
 * @n: its number
 * @asserted: its state
 */
void bench_reset_set(unsigned int n, bool asserted)
{
	assign_bit(n, &resets_on, asserted);
	if (asserted)
		bench_reset_line(n);
}
EXPORT_SYMBOL_GPL(bench_reset_set);

/**
 * bench_reset_fail() - let the next change of a reset line fail
 * @n: its number
 * @error: with what
 */
void bench_reset_fail(unsigned int n, int error)
{
	bench_reset_fail_after(n, 0, error);
}
EXPORT_SYMBOL_GPL(bench_reset_fail);

/**
 * bench_reset_fail_after() - let a later change of a reset line fail
 * @n: its number
 * @passes: how many changes pass before
 * @error: with what
 */
void bench_reset_fail_after(unsigned int n, unsigned int passes, int error)
{
	resets_pass[n] = passes;
	resets_fail[n] = error;
}
EXPORT_SYMBOL_GPL(bench_reset_fail_after);

static int bench_reset_take(unsigned int n)
{
	if (resets_fail[n] && resets_pass[n]) {
		resets_pass[n]--;
		return 0;
	}

	return bench_take(&resets_fail[n]);
}

static int bench_reset_assert(struct reset_controller_dev *rcdev, unsigned long n)
{
	int ret = bench_reset_take(n);

	if (!ret)
		bench_reset_set(n, true);

	return ret;
}

static int bench_reset_deassert(struct reset_controller_dev *rcdev, unsigned long n)
{
	int ret = bench_reset_take(n);

	if (!ret)
		bench_reset_set(n, false);

	return ret;
}

static int bench_reset_pulse(struct reset_controller_dev *rcdev, unsigned long n)
{
	int ret = bench_reset_take(n);

	if (!ret)
		bench_reset_line(n);

	return ret;
}

static int bench_reset_status(struct reset_controller_dev *rcdev, unsigned long n)
{
	return bench_reset_asserted(n);
}

static const struct reset_control_ops bench_reset_ops = {
	.reset = bench_reset_pulse,
	.assert = bench_reset_assert,
	.deassert = bench_reset_deassert,
	.status = bench_reset_status,
};

static int bench_resets_probe(struct platform_device *pdev)
{
	struct reset_controller_dev *rcdev;

	rcdev = devm_kzalloc(&pdev->dev, sizeof(*rcdev), GFP_KERNEL);
	if (!rcdev)
		return -ENOMEM;

	rcdev->owner = THIS_MODULE;
	rcdev->of_node = pdev->dev.of_node;
	rcdev->ops = &bench_reset_ops;
	rcdev->nr_resets = BENCH_RESETS;

	return devm_reset_controller_register(&pdev->dev, rcdev);
}

static int bench_power_up(struct generic_pm_domain *domain)
{
	struct bench_power *power = container_of(domain, struct bench_power, domain);
	int ret = bench_take(&power->fail);

	if (!ret)
		power->on = true;

	return ret;
}

static int bench_power_down(struct generic_pm_domain *domain)
{
	struct bench_power *power = container_of(domain, struct bench_power, domain);

	power->on = false;
	bench_power_lost(power - powers);

	return 0;
}

static int bench_powers_probe(struct platform_device *pdev)
{
	static struct generic_pm_domain *domains[BENCH_POWERS];
	static struct genpd_onecell_data data = {
		.domains = domains,
		.num_domains = BENCH_POWERS,
	};
	unsigned int n;
	int ret;

	for (n = 0; n < BENCH_POWERS; n++) {
		struct generic_pm_domain *domain = &powers[n].domain;

		domain->name = devm_kasprintf(&pdev->dev, GFP_KERNEL, "bench%u", n);
		domain->power_on = bench_power_up;
		domain->power_off = bench_power_down;
		ret = domain->name ? pm_genpd_init(domain, NULL, true) : -ENOMEM;
		if (ret)
			return ret;
		domains[n] = domain;
	}

	return of_genpd_add_provider_onecell(pdev->dev.of_node, &data);
}

/**
 * bench_power_on() - whether a power domain is on
 * @n: its number
 *
 * Return: true if it is.
 */
bool bench_power_on(unsigned int n)
{
	return powers[n].on;
}
EXPORT_SYMBOL_GPL(bench_power_on);

/**
 * bench_power_fail() - let the next power-on of a domain fail
 * @n: its number
 * @error: with what
 */
void bench_power_fail(unsigned int n, int error)
{
	powers[n].fail = error;
}
EXPORT_SYMBOL_GPL(bench_power_fail);

static int bench_supply_probe(struct platform_device *pdev)
{
	struct device_node *np = pdev->dev.of_node;

	if (of_device_is_compatible(np, CLOCKS))
		return bench_clocks_probe(pdev);
	if (of_device_is_compatible(np, RESETS))
		return bench_resets_probe(pdev);

	return bench_powers_probe(pdev);
}

static const struct of_device_id bench_supply_match[] = {
	{ .compatible = CLOCKS },
	{ .compatible = RESETS },
	{ .compatible = POWERS },
	{ }
};

static struct platform_driver bench_supply_driver = {
	.probe = bench_supply_probe,
	.driver = {
		.name = "bench-supply",
		.of_match_table = bench_supply_match,
		.suppress_bind_attrs = true,
	},
};

/*
 * Nobody reads the framework's files about each clock here, and they are most of what it
 * takes to register one: what would be made in a directory that is gone is not made.
 * The framework goes on using the directory, so that the reference to it stays.
 */
static void bench_no_clk_files(void)
{
	debugfs_remove(debugfs_lookup("clk", NULL));
}

int bench_supply_init(void)
{
	bench_no_clk_files();

	return platform_driver_register(&bench_supply_driver);
}
