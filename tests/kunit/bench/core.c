// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: blocks, and what is asked of an access
 *
 * Copyright (C) 2026 The outboard authors
 *
 * One region of emulated memory spans all of the bus. Each mapping leads to the
 * one block that it lies in. A block knows its register at each word.
 */

#include <linux/delay.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/logic_iomem.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include <bench/internal.h>

#define BUS_START	0x10000000UL
#define BUS_END		0xffffffffUL

/*
 * So many reads of one register in a row, with no other access to the block, are
 * a loop without an end: 0.2 s at least, and far more with a delay in the loop.
 */
static unsigned int endless = 2000000;
module_param(endless, uint, 0444);
MODULE_PARM_DESC(endless, "reads of one register that are a loop without an end");

/* Blocks are added only, by modules that stay, and looked up under the lock. */
static LIST_HEAD(blocks);
static DEFINE_RAW_SPINLOCK(blocks_lock);

static void bench_account(struct bench_block *block, u32 offset, bool write)
{
	if (write) {
		block->writes++;
		block->polls = 0;
		return;
	}

	block->reads++;
	if (block->polled != offset) {
		block->polled = offset;
		block->polls = 0;
	} else if (++block->polls == endless) {
		bench_report_flush();
		dump_stack();
		panic("bench: %s: register 0x%x is read for ever", block->name, offset);
	}
}

/* Returns the register, or NULL when the access is not to be made. */
static const struct bench_reg *bench_judge(struct bench_block *block, u32 offset, int width,
					   bool write, u32 value)
{
	const char *what = write ? "write" : "read";
	unsigned int widths = block->model->widths ?: 4;
	const struct bench_reg *reg;
	u32 off;

	if (!(widths & width)) {
		bench_violation(block, BENCH_WIDTH, "%s of %d bytes at 0x%x", what, width, offset);
		return NULL;
	}
	if (offset % width) {
		bench_violation(block, BENCH_UNALIGNED, "%s of %d bytes at 0x%x", what, width,
				offset);
		return NULL;
	}
	if (offset + width > block->size) {
		bench_violation(block, BENCH_OUTSIDE, "%s at 0x%x, the block has 0x%llx bytes",
				what, offset, (u64)block->size);
		return NULL;
	}

	off = bench_powers_off(block->powers);
	if (off || block->gates_closed & BENCH_POWER) {
		bench_violation(block, BENCH_UNPOWERED, "%s at 0x%x without power", what, offset);
		return NULL;
	}
	off = bench_clocks_off(block->clocks);
	if (off || block->gates_closed & BENCH_CLOCK) {
		bench_violation(block, BENCH_UNCLOCKED, "%s at 0x%x without a clock (0x%x)", what,
				offset, off);
		return NULL;
	}
	off = bench_resets_on(block->resets);
	if (off || block->gates_closed & BENCH_RESET) {
		bench_violation(block, BENCH_IN_RESET, "%s at 0x%x in reset (0x%x)", what, offset,
				off);
		return NULL;
	}

	reg = block->regs[offset / 4];
	if (!reg) {
		bench_violation(block, BENCH_OUTSIDE, "%s at 0x%x: there is no register", what,
				offset);
		return NULL;
	}
	if (write && reg->flags & BENCH_REG_FATAL) {
		bench_violation(block, BENCH_FORBIDDEN, "write of 0x%x to %s: it stops the chip",
				value, reg->name);
		return NULL;
	}
	if (write && reg->flags & BENCH_REG_RO) {
		bench_violation(block, BENCH_FORBIDDEN, "write of 0x%x to %s, which is read-only",
				value, reg->name);
		return NULL;
	}
	if (!write && reg->flags & BENCH_REG_WO) {
		bench_violation(block, BENCH_FORBIDDEN, "read of %s, which is write-only",
				reg->name);
		return NULL;
	}

	return reg;
}

/* Registers are words: narrower ones, where a model has them, are parts of one. */
static u32 bench_mask(u32 offset, int width)
{
	return width == 4 ? ~0U : GENMASK(width * 8 - 1, 0) << (offset % 4 * 8);
}

static unsigned long bench_bus_read(void *priv, unsigned int offset, int width)
{
	struct bench_block *block = priv;
	unsigned int shift = offset % 4 * 8;
	unsigned long flags;
	u32 value = ~0;

	ndelay(BENCH_ACCESS_NS);

	bench_lock(block, flags);
	bench_account(block, offset, false);
	if (bench_judge(block, offset, width, false, 0)) {
		value = block->values[offset / 4];
		if (block->model->read)
			value = block->model->read(block, offset, value);
		value = (value & bench_mask(offset, width)) >> shift;
	}
	bench_unlock(block, flags);

	return value;
}

static void bench_store(struct bench_block *block, const struct bench_reg *reg, u32 offset,
			u32 mask, u32 value)
{
	u32 *stored = &block->values[offset / 4];
	u32 reserved = mask & ~(reg->writable | reg->w1c);
	u32 old = *stored;

	if (!(reg->flags & BENCH_REG_LAX) && value & reserved & ~old)
		bench_violation(block, BENCH_RESERVED,
				"write of 0x%x to %s changes bits 0x%x, which are not writable",
				value, reg->name, value & reserved & ~old);

	*stored = (old & ~(mask & reg->writable)) | (value & mask & reg->writable);
	*stored &= ~(value & mask & reg->w1c);
	if (block->model->write)
		block->model->write(block, offset, value, old);
}

static void bench_bus_write(void *priv, unsigned int offset, int width, unsigned long data)
{
	struct bench_block *block = priv;
	u32 value = data << (offset % 4 * 8);
	const struct bench_reg *reg;
	unsigned long flags;

	ndelay(BENCH_ACCESS_NS);

	bench_lock(block, flags);
	bench_account(block, offset, true);
	reg = bench_judge(block, offset, width, true, value);
	if (reg)
		bench_store(block, reg, offset, bench_mask(offset, width), value);
	bench_unlock(block, flags);
}

static void bench_bus_unmap(void *priv)
{
	struct bench_block *block = priv;

	atomic_dec(&block->mappings);
}

static const struct logic_iomem_ops bench_bus_ops = {
	.read = bench_bus_read,
	.write = bench_bus_write,
	.unmap = bench_bus_unmap,
};

static struct bench_block *bench_find(phys_addr_t address, resource_size_t size)
{
	struct bench_block *block, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&blocks_lock, flags);
	list_for_each_entry(block, &blocks, list) {
		if (address >= block->base && address < block->base + block->size &&
		    size <= block->base + block->size - address) {
			found = block;
			break;
		}
	}
	raw_spin_unlock_irqrestore(&blocks_lock, flags);

	return found;
}

static long bench_bus_map(unsigned long offset, size_t size, const struct logic_iomem_ops **ops,
			  void **priv)
{
	phys_addr_t address = BUS_START + offset;
	struct bench_block *block = bench_find(address, size);

	if (!block) {
		bench_violation(NULL, BENCH_OUTSIDE, "mapping of 0x%zx bytes at %pa: no model",
				size, &address);
		return -ENXIO;
	}

	atomic_inc(&block->mappings);
	*ops = &bench_bus_ops;
	*priv = block;

	return address - block->base;
}

static const struct logic_iomem_region_ops bench_bus_region = {
	.map = bench_bus_map,
};

static struct resource bench_bus = {
	.name = "bench",
	.start = BUS_START,
	.end = BUS_END,
	.flags = IORESOURCE_MEM,
};

/**
 * bench_reset_block() - what a block's reset line does
 * @block: the block
 */
void bench_reset_block(struct bench_block *block)
{
	unsigned long flags;
	size_t i;

	bench_lock(block, flags);
	for (i = 0; i < block->size / 4; i++)
		block->values[i] = block->regs[i] ? block->regs[i]->reset : 0;
	if (block->model->reset)
		block->model->reset(block);
	bench_unlock(block, flags);
}
EXPORT_SYMBOL_GPL(bench_reset_block);

/* Blocks are only ever added, at the end: the list is safe to walk. */
void bench_reset_line(unsigned int n)
{
	struct bench_block *block;

	list_for_each_entry(block, &blocks, list) {
		if (block->resets & BIT(n))
			bench_reset_block(block);
	}
}

void bench_power_lost(unsigned int n)
{
	struct bench_block *block;

	list_for_each_entry(block, &blocks, list) {
		if (block->powers & BIT(n))
			bench_reset_block(block);
	}
}

void bench_held(struct device_node *np, struct bench_held *held)
{
	u32 others_clocks = 0, others_powers = 0;
	u32 clocks = bench_clocks_of(np, NULL);
	u32 powers = bench_powers_of(np);
	struct bench_block *block;
	unsigned int i;

	memset(held, 0, sizeof(*held));
	list_for_each_entry(block, &blocks, list) {
		if (block->np != np) {
			others_clocks |= bench_clocks_of(block->np, NULL);
			others_powers |= block->powers;
			continue;
		}
		held->mappings += atomic_read(&block->mappings);
		for (i = 0; i < BENCH_IRQS; i++) {
			if (!block->index && block->lines[i] >= 0)
				held->lines += bench_line_open(block->lines[i]);
		}
	}

	clocks &= ~others_clocks;
	powers &= ~others_powers;
	held->clocks = clocks & ~bench_clocks_unused(clocks);
	held->powers = powers & ~bench_powers_off(powers);
}

static int bench_lay_out(struct bench_block *block)
{
	const struct bench_model *model = block->model;
	unsigned int i, j;

	for (i = 0; i < model->nr_regs; i++) {
		const struct bench_reg *reg = &model->regs[i];

		for (j = 0; j < max(reg->count, 1U); j++) {
			u32 offset = reg->offset + j * 4;

			/* A node may have less than the model, as older chips have. */
			if (offset + 4 > block->size)
				break;
			if (offset % 4 || block->regs[offset / 4]) {
				pr_err("bench: model %s: %s overlaps or is unaligned\n",
				       model->name, reg->name);
				return -EINVAL;
			}
			block->regs[offset / 4] = reg;
		}
	}

	return 0;
}

/**
 * bench_add_block() - make a block of registers
 * @model: of what kind
 * @np: its node
 * @index: which entry of the node's "reg"
 *
 * module_bench_model() does it for all nodes that the model names. Blocks stay.
 *
 * Return: the block, or an error pointer.
 */
struct bench_block *bench_add_block(const struct bench_model *model, struct device_node *np,
				    unsigned int index)
{
	struct bench_block *block;
	struct resource res;
	unsigned long flags;
	int ret;

	ret = of_address_to_resource(np, index, &res);
	if (ret)
		return ERR_PTR(ret);

	block = kzalloc(sizeof(*block), GFP_KERNEL);
	if (!block)
		return ERR_PTR(-ENOMEM);

	raw_spin_lock_init(&block->lock);
	block->model = model;
	block->np = of_node_get(np);
	block->index = index;
	block->base = res.start;
	block->size = resource_size(&res);
	block->polled = ~0;
	bench_find_lines(block);
	block->clocks = bench_clocks_of(np, model->clocks);
	block->resets = bench_resets_of(np);
	block->powers = bench_powers_of(np);
	block->name = kasprintf(GFP_KERNEL, "%s@%llx", model->name, (u64)block->base);
	block->regs = kvcalloc(DIV_ROUND_UP(block->size, 4), sizeof(*block->regs), GFP_KERNEL);
	block->values = kvcalloc(DIV_ROUND_UP(block->size, 4), sizeof(u32), GFP_KERNEL);
	block->priv = kzalloc(max_t(size_t, model->priv_size, 1), GFP_KERNEL);

	ret = -ENOMEM;
	if (!block->name || !block->regs || !block->values || !block->priv)
		goto free;

	ret = bench_lay_out(block);
	if (!ret && model->init)
		ret = model->init(block);
	if (ret)
		goto free;

	bench_reset_block(block);

	raw_spin_lock_irqsave(&blocks_lock, flags);
	list_add_tail(&block->list, &blocks);
	raw_spin_unlock_irqrestore(&blocks_lock, flags);

	return block;

free:
	kfree(block->priv);
	kvfree(block->values);
	kvfree(block->regs);
	kfree(block->name);
	of_node_put(block->np);
	kfree(block);

	return ERR_PTR(ret);
}
EXPORT_SYMBOL_GPL(bench_add_block);

static bool bench_is_for(const struct bench_model *model, struct device_node *np)
{
	const char *const *name;

	if (model->match)
		return model->match(np);

	for (name = model->compatibles; name && *name; name++) {
		if (of_device_is_compatible(np, *name))
			return true;
	}

	return false;
}

/* Makes the blocks of a node and of all below it; returns how many, or an error. */
static int bench_add_below(const struct bench_model *model, struct device_node *np)
{
	struct device_node *child;
	int i, made = 0, ret;

	for (i = 0; bench_is_for(model, np) && i < of_address_count(np); i++) {
		struct bench_block *block = bench_add_block(model, np, i);

		if (IS_ERR(block)) {
			pr_err("bench: model %s: %pOF: %pe\n", model->name, np, block);
			return PTR_ERR(block);
		}
		made++;
	}

	for_each_child_of_node(np, child) {
		ret = bench_add_below(model, child);
		if (ret < 0) {
			of_node_put(child);
			return ret;
		}
		made += ret;
	}

	return made;
}

/**
 * bench_register_model() - make blocks for all nodes that a model is for
 * @model: the model
 * @owner: its module, which stays from now on
 *
 * Return: 0 or an error.
 */
int bench_register_model(const struct bench_model *model, struct module *owner)
{
	struct device_node *root = of_find_node_by_path("/");
	int made = bench_add_below(model, root);

	of_node_put(root);
	if (made < 0)
		return made;

	if (!made)
		pr_info("bench: model %s: no node in this tree\n", model->name);
	__module_get(owner);

	return 0;
}
EXPORT_SYMBOL_GPL(bench_register_model);

/**
 * bench_block_at() - the block at an address
 * @address: physical address
 *
 * Return: the block or NULL.
 */
struct bench_block *bench_block_at(phys_addr_t address)
{
	return bench_find(address, 1);
}
EXPORT_SYMBOL_GPL(bench_block_at);

/**
 * bench_block_of() - the block of a node
 * @np: the node
 * @index: which entry of its "reg"
 *
 * Return: the block or NULL.
 */
struct bench_block *bench_block_of(struct device_node *np, unsigned int index)
{
	struct bench_block *block, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&blocks_lock, flags);
	list_for_each_entry(block, &blocks, list) {
		if (block->np == np && block->index == index) {
			found = block;
			break;
		}
	}
	raw_spin_unlock_irqrestore(&blocks_lock, flags);

	return found;
}
EXPORT_SYMBOL_GPL(bench_block_of);

/**
 * bench_block() - the block of a node that has to be there
 * @test: the test, which is aborted if it is not
 * @path: of the node
 * @index: which entry of its "reg"
 *
 * Return: the block.
 */
struct bench_block *bench_block(struct kunit *test, const char *path, unsigned int index)
{
	struct device_node *np = of_find_node_by_path(path);
	struct bench_block *block = np ? bench_block_of(np, index) : NULL;

	of_node_put(np);
	KUNIT_ASSERT_NOT_NULL_MSG(test, block, "%s, reg %u: no node, or no model for it", path,
				  index);

	return block;
}
EXPORT_SYMBOL_GPL(bench_block);

/**
 * bench_reg() - a register as it is stored, without an access
 * @block: the block
 * @offset: of the register
 *
 * Return: the value.
 */
u32 bench_reg(struct bench_block *block, u32 offset)
{
	return READ_ONCE(block->values[offset / 4]);
}
EXPORT_SYMBOL_GPL(bench_reg);

/**
 * bench_set_reg() - change a register without an access
 * @block: the block
 * @offset: of the register
 * @value: its new value
 *
 * The model is not told.
 */
void bench_set_reg(struct bench_block *block, u32 offset, u32 value)
{
	WRITE_ONCE(block->values[offset / 4], value);
}
EXPORT_SYMBOL_GPL(bench_set_reg);

/**
 * bench_gate() - let a block answer or not
 * @block: the block; NULL is ignored, for models of controllers of blocks without a model
 * @gates: BENCH_CLOCK, BENCH_RESET, BENCH_POWER, what this is about
 * @ok: whether these let it answer
 */
void bench_gate(struct bench_block *block, unsigned int gates, bool ok)
{
	if (!block)
		return;

	if (ok)
		WRITE_ONCE(block->gates_closed, block->gates_closed & ~gates);
	else
		WRITE_ONCE(block->gates_closed, block->gates_closed | gates);
}
EXPORT_SYMBOL_GPL(bench_gate);

int bench_core_init(void)
{
	return logic_iomem_add_region(&bench_bus, &bench_bus_region);
}
