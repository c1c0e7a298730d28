/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The register bench: blocks of registers that exist in memory only
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A model describes a kind of block: its registers, and what it does when they
 * are read and written. The bench makes one block of it for each "reg" of each
 * node in the device tree that the model is for, and judges every access before
 * the model sees it. An access that real hardware would not take well is a
 * violation, which fails the test that is running.
 *
 * docs/register-bench.md says how suites and models are found and run.
 */
#ifndef OUTBOARD_BENCH_H
#define OUTBOARD_BENCH_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <bench/compat.h>

struct bench_block;
struct device;
struct device_node;
struct platform_driver;

/* What one access to a register takes, in simulated time. */
#define BENCH_ACCESS_NS		100

/**
 * enum bench_kind - kinds of violations
 * @BENCH_WIDTH: not as wide as the model's registers
 * @BENCH_UNALIGNED: address is no multiple of the width
 * @BENCH_OUTSIDE: no register there, or no block at all
 * @BENCH_UNCLOCKED: a clock that the block needs is off
 * @BENCH_IN_RESET: its reset line is asserted
 * @BENCH_UNPOWERED: its power domain is off
 * @BENCH_FORBIDDEN: write of what cannot or must not be written, read of what cannot be read
 * @BENCH_RESERVED: write that changes bits which are not to be changed
 * @BENCH_STORM: an interrupt that its handler does not silence
 * @BENCH_MODEL: what the model itself has against it
 * @BENCH_KINDS: how many there are
 */
enum bench_kind {
	BENCH_WIDTH,
	BENCH_UNALIGNED,
	BENCH_OUTSIDE,
	BENCH_UNCLOCKED,
	BENCH_IN_RESET,
	BENCH_UNPOWERED,
	BENCH_FORBIDDEN,
	BENCH_RESERVED,
	BENCH_STORM,
	BENCH_MODEL,
	BENCH_KINDS
};

/* struct bench_reg, flags */
#define BENCH_REG_RO		BIT(0)	/* a write is a violation */
#define BENCH_REG_WO		BIT(1)	/* a read is */
#define BENCH_REG_FATAL		BIT(2)	/* a write would stop the real chip */
#define BENCH_REG_LAX		BIT(3)	/* what is written to other bits is dropped */

/**
 * struct bench_reg - a register, or some of the same kind in a row
 * @name: as in the data sheet
 * @offset: in bytes
 * @reset: value after a reset
 * @writable: bits that keep what is written
 * @w1c: bits that a one clears
 * @flags: BENCH_REG_*
 * @count: how many in a row; 0 is 1
 *
 * Bits of neither mask are read-only: they may be written with what they are, or
 * with zeros.
 */
struct bench_reg {
	const char *name;
	u32 offset;
	u32 reset;
	u32 writable;
	u32 w1c;
	u32 flags;
	unsigned int count;
};

/**
 * struct bench_model - a kind of block
 * @name: of the model
 * @compatibles: nodes that it is for, NULL at the end
 * @match: or else: whether it is for a node
 * @clocks: names of the node's clocks without which registers are not accessible, NULL
 *	at the end; without a list, all of the node's clocks
 * @regs: registers
 * @nr_regs: how many entries @regs has
 * @widths: allowed widths in bytes, or-ed; 0 is 4
 * @priv_size: size of what bench_priv() returns
 * @init: called once for each block, in process context
 * @reset: called at the start and when the block's reset line is asserted; the registers
 *	have their reset values already
 * @read: returns what the bus sees; @stored is the register's value. None: that value
 * @write: called with the new @value stored, and the @old one
 *
 * @reset, @read and @write are called with the block locked and interrupts off: they
 * neither sleep nor allocate.
 */
struct bench_model {
	const char *name;
	const char *const *compatibles;
	bool (*match)(struct device_node *np);
	const char *const *clocks;
	const struct bench_reg *regs;
	unsigned int nr_regs;
	unsigned int widths;
	size_t priv_size;
	int (*init)(struct bench_block *block);
	void (*reset)(struct bench_block *block);
	u32 (*read)(struct bench_block *block, u32 offset, u32 stored);
	void (*write)(struct bench_block *block, u32 offset, u32 value, u32 old);
};

int bench_register_model(const struct bench_model *model, struct module *owner);
struct bench_block *bench_add_block(const struct bench_model *model, struct device_node *np,
				    unsigned int index);

/**
 * module_bench_model() - a module that is a model and nothing else
 * @model: the struct bench_model
 *
 * There is no way out: the kernel cannot unregister emulated memory.
 */
#define module_bench_model(model)				\
	static int __init model##_init(void)			\
	{							\
		return bench_register_model(&(model), THIS_MODULE); \
	}							\
	module_init(model##_init)

/* enum bench_gates - what can keep a block from answering */
#define BENCH_CLOCK		BIT(0)
#define BENCH_RESET		BIT(1)
#define BENCH_POWER		BIT(2)

/* Interrupts that a block may have. */
#define BENCH_IRQS		16

/**
 * struct bench_block - a block of registers
 * @model: its kind
 * @np: node in the device tree
 * @index: which entry of the node's "reg"
 * @base: physical address
 * @size: in bytes
 * @name: for messages
 * @lock: held in all of the model's callbacks
 * @reads: accesses so far
 * @writes: accesses so far
 *
 * All of it is the bench's; models and suites only read.
 */
struct bench_block {
	const struct bench_model *model;
	struct device_node *np;
	unsigned int index;
	phys_addr_t base;
	resource_size_t size;
	const char *name;
	raw_spinlock_t lock;
	unsigned long reads;
	unsigned long writes;

	/* private: */
	struct list_head list;
	const struct bench_reg **regs;
	u32 *values;
	int lines[BENCH_IRQS];
	atomic_t mappings;
	u32 gates_closed;
	u32 clocks;
	u32 resets;
	u32 powers;
	unsigned int polls;
	u32 polled;
	void *priv;
};

/* For suites: find, look at and change a block without an access. */
struct bench_block *bench_block(struct kunit *test, const char *path, unsigned int index);
struct bench_block *bench_block_at(phys_addr_t address);
struct bench_block *bench_block_of(struct device_node *np, unsigned int index);
u32 bench_reg(struct bench_block *block, u32 offset);
void bench_set_reg(struct bench_block *block, u32 offset, u32 value);
void bench_reset_block(struct bench_block *block);
void bench_gate(struct bench_block *block, unsigned int gates, bool ok);
unsigned long bench_block_rate(struct bench_block *block, const char *clock);

static inline void *bench_priv(struct bench_block *block)
{
	return block->priv;
}

#define bench_lock(block, flags)	raw_spin_lock_irqsave(&(block)->lock, flags)
#define bench_unlock(block, flags)	raw_spin_unlock_irqrestore(&(block)->lock, flags)

/* Violations */
__printf(3, 4)
void bench_violation(struct bench_block *block, enum bench_kind kind, const char *fmt, ...);
void bench_start(struct kunit *test);
void bench_expect(struct kunit *test, enum bench_kind kind, unsigned int count);
void bench_expect_report(struct kunit *test, const char *text);

/* Interrupts, by the number in the node's "interrupts" */
void bench_block_irq(struct bench_block *block, unsigned int i, bool level);
unsigned long bench_irq_count(struct bench_block *block, unsigned int i);
void bench_irq_latency(u64 ns);
void bench_line(unsigned int hwirq, bool level);
unsigned long bench_line_count(unsigned int hwirq);

/* The bench's own clocks, reset lines and power domains, of bench.dtsi */
#define BENCH_CLOCKS		32
#define BENCH_RESETS		32
#define BENCH_POWERS		32

unsigned int bench_clk_enabled(unsigned int n);
unsigned int bench_clk_prepared(unsigned int n);
unsigned long bench_clk_rate(unsigned int n);
void bench_clk_set_rate(unsigned int n, unsigned long rate);
void bench_clk_fail(unsigned int n, int error);
bool bench_reset_asserted(unsigned int n);
void bench_reset_set(unsigned int n, bool asserted);
void bench_reset_fail(unsigned int n, int error);
void bench_reset_fail_after(unsigned int n, unsigned int passes, int error);
bool bench_power_on(unsigned int n);
void bench_power_fail(unsigned int n, int error);

/* Devices */
struct device *bench_device(struct kunit *test, const char *path);
void bench_register(struct kunit *test, struct platform_driver *driver);
void bench_unregister(struct kunit *test, struct platform_driver *driver);
int bench_bind(struct device *dev);
void bench_unbind(struct device *dev);
unsigned int bench_probe_each_failing(struct kunit *test, struct device *dev);
void bench_cycle(struct kunit *test, struct device *dev, unsigned int times);
void bench_expect_no_unbind(struct kunit *test, const char *driver);
void bench_suspend(struct kunit *test);
void bench_resume(struct kunit *test);
void bench_without(struct kunit *test, struct device_node *np, const char *property);
void bench_with(struct kunit *test, struct device_node *np, const char *property,
		const void *value, int length);
void bench_fail_nth(unsigned int n);
bool bench_fail_done(void);

#endif
