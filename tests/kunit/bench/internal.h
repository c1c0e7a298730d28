/* SPDX-License-Identifier: GPL-2.0-only */
/* What the bench's files have of each other */
#ifndef OUTBOARD_BENCH_INTERNAL_H
#define OUTBOARD_BENCH_INTERNAL_H

#include <bench/bench.h>

/**
 * struct bench_held - what a device's driver has of the bench
 * @mappings: how many mappings of its registers there are
 * @lines: how many of its interrupt lines are not masked
 * @clocks: its clocks that are prepared or enabled, as a mask
 * @powers: its power domains that are on, as a mask
 *
 * Clocks and power domains of other blocks, too, do not count.
 */
struct bench_held {
	unsigned int mappings;
	unsigned int lines;
	u32 clocks;
	u32 powers;
};

void bench_held(struct device_node *np, struct bench_held *held);

bool bench_line_open(unsigned int hwirq);

/* For each bench_clk, bench_reset, bench_pd that a node refers to, a bit. */
u32 bench_clocks_of(struct device_node *np, const char *const *names);
u32 bench_resets_of(struct device_node *np);
u32 bench_powers_of(struct device_node *np);

/* Those that keep a block from answering. */
u32 bench_clocks_off(u32 clocks);
u32 bench_resets_on(u32 resets);
u32 bench_powers_off(u32 powers);

u32 bench_clocks_unused(u32 clocks);

/* For the next test: nothing fails, and no interrupt is late. */
void bench_supply_start(void);

/* Reset line or power domain @n: its blocks fall back to their reset values. */
void bench_reset_line(unsigned int n);
void bench_power_lost(unsigned int n);

/* Look up the interrupt lines of a block: a test may take the property away. */
void bench_find_lines(struct bench_block *block);

void bench_report_flush(void);

int bench_core_init(void);
int bench_irq_init(void);
int bench_supply_init(void);
int bench_report_init(void);

#endif
