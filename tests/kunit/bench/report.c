// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: violations, and who is told of them
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A violation may come up in any context, under any lock, and even in a console
 * driver that the message would go through. It is noted where it happens, and
 * printed from a work item. The test that runs fails at once.
 */

#include <linux/limits.h>
#include <linux/module.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/workqueue.h>

#include <bench/internal.h>

#define NOTES		16
#define DEPTH		24

static const char * const kinds[BENCH_KINDS] = {
	[BENCH_WIDTH] = "width",
	[BENCH_UNALIGNED] = "unaligned",
	[BENCH_OUTSIDE] = "outside",
	[BENCH_UNCLOCKED] = "unclocked",
	[BENCH_IN_RESET] = "in reset",
	[BENCH_UNPOWERED] = "unpowered",
	[BENCH_FORBIDDEN] = "forbidden",
	[BENCH_RESERVED] = "reserved",
	[BENCH_STORM] = "storm",
	[BENCH_MODEL] = "model",
};

struct note {
	char text[160];
	unsigned long trace[DEPTH];
	unsigned int depth;
};

/* All of it under the lock. */
static DEFINE_RAW_SPINLOCK(lock);
static struct kunit *running;
static unsigned int expected[BENCH_KINDS];
static unsigned int seen[BENCH_KINDS];
static struct note notes[NOTES];
static unsigned int noted;
static unsigned int lost;

static void bench_flush(struct work_struct *work)
{
	bench_report_flush();
}

static DECLARE_WORK(print_work, bench_flush);

/* Prints what was noted. Its own copy of a note is too large for the stack of any caller. */
void bench_report_flush(void)
{
	static DEFINE_RAW_SPINLOCK(printing);
	static struct note copy;
	unsigned int i = 0, more = 0;
	unsigned long flags;
	bool last;

	if (!raw_spin_trylock_irqsave(&printing, flags))
		return;

	for (;;) {
		raw_spin_lock(&lock);
		last = i == noted;
		if (last) {
			more = lost;
			noted = 0;
			lost = 0;
		} else {
			copy = notes[i++];
		}
		raw_spin_unlock(&lock);

		if (last)
			break;
		pr_err("bench: violation: %s\n", copy.text);
		stack_trace_print(copy.trace, copy.depth, 1);
	}
	if (more)
		pr_err("bench: violation: %u more, not noted\n", more);

	raw_spin_unlock_irqrestore(&printing, flags);
}

/**
 * bench_violation() - something that real hardware would not take well
 * @block: where, or NULL
 * @kind: what kind of
 * @fmt: what, without a newline
 */
void bench_violation(struct bench_block *block, enum bench_kind kind, const char *fmt, ...)
{
	unsigned long flags;
	struct note *note;
	va_list args;
	size_t used;

	raw_spin_lock_irqsave(&lock, flags);
	if (++seen[kind] <= expected[kind])
		goto out;

	if (running)
		kunit_set_failure(running);
	if (noted == NOTES) {
		lost++;
		goto out;
	}

	note = &notes[noted++];
	used = scnprintf(note->text, sizeof(note->text), "%s: %s: ",
			 block ? block->name : "bus", kinds[kind]);
	va_start(args, fmt);
	vscnprintf(note->text + used, sizeof(note->text) - used, fmt, args);
	va_end(args);
	note->depth = stack_trace_save(note->trace, DEPTH, 1);
	schedule_work(&print_work);
out:
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(bench_violation);

static void bench_end(void *context)
{
	struct kunit *test = context;
	unsigned int missed[BENCH_KINDS];
	unsigned long flags;
	int kind;

	raw_spin_lock_irqsave(&lock, flags);
	for (kind = 0; kind < BENCH_KINDS; kind++)
		missed[kind] = expected[kind] - min(expected[kind], seen[kind]);
	memset(expected, 0, sizeof(expected));
	running = NULL;
	raw_spin_unlock_irqrestore(&lock, flags);

	flush_work(&print_work);
	for (kind = 0; kind < BENCH_KINDS; kind++) {
		if (missed[kind])
			KUNIT_FAIL(test, "%u violations (%s) were expected and did not come",
				   missed[kind], kinds[kind]);
	}
}

/**
 * bench_start() - say which test runs, so that violations fail it
 * @test: the test; to be called from the suite's init()
 */
void bench_start(struct kunit *test)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	running = test;
	memset(expected, 0, sizeof(expected));
	memset(seen, 0, sizeof(seen));
	raw_spin_unlock_irqrestore(&lock, flags);

	/* What an earlier test has left is not to be this one's trouble. */
	bench_supply_start();
	bench_irq_latency(0);
	bench_fail_nth(0);

	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, bench_end, test), 0);
}
EXPORT_SYMBOL_GPL(bench_start);

/**
 * bench_expect() - violations that the test is about to cause on purpose
 * @test: the test
 * @kind: of which kind
 * @count: how many, to the end of the test; no more, no less
 */
void bench_expect(struct kunit *test, enum bench_kind kind, unsigned int count)
{
	unsigned long flags;

	KUNIT_ASSERT_PTR_EQ_MSG(test, running, test, "the suite's init() has no bench_start()");

	raw_spin_lock_irqsave(&lock, flags);
	expected[kind] = seen[kind] + count;
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(bench_expect);

/**
 * bench_expect_report() - a report of the kernel that the test causes on purpose
 * @test: the test
 * @text: part of the report's first line
 *
 * tests/kunit/run.py takes one report of that text, and none is a failure.
 */
void bench_expect_report(struct kunit *test, const char *text)
{
	pr_info("bench: expected report: %s\n", text);
}
EXPORT_SYMBOL_GPL(bench_expect_report);

static int bench_panic(struct notifier_block *nb, unsigned long event, void *message)
{
	bench_report_flush();
	/* User Mode Linux says of a bad access only where it was. */
	if (current->thread.segv_regs)
		dump_stack();

	return NOTIFY_DONE;
}

static struct notifier_block bench_panic_nb = {
	.notifier_call = bench_panic,
	/* Before User Mode Linux's own, after which nothing is. */
	.priority = INT_MAX,
};

int bench_report_init(void)
{
	return atomic_notifier_chain_register(&panic_notifier_list, &bench_panic_nb);
}
