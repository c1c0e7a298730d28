// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls at random on aml_uart
 *
 * Copyright (C) 2026 The outboard authors
 *
 * tests/kunit/programs/tty_fuzz.c makes them.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/umh.h>

#include <bench/bench.h>
#include <bench/tty.h>
#include <models/aml_uart_model.h>

#define LINE	"0123456789"

static unsigned long calls = 3000;
module_param(calls, ulong, 0444);
MODULE_PARM_DESC(calls, "how many calls to make, twice");

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "which calls to make");

#define NODE	"/soc/serial@fe078000"
#define DEVICE	"/dev/ttyAML1"

struct fuzz_irq {
	const char *what;
	enum aml_uart_model_irq irq;
};

static const struct fuzz_irq fuzz_irqs[] = {
	{ "events", AML_UART_MODEL_EVENTS },
	{ "a level", AML_UART_MODEL_LEVEL },
};

static void fuzz_irq_describe(const struct fuzz_irq *irq, char *text)
{
	strscpy(text, irq->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fuzz_irq, fuzz_irqs, fuzz_irq_describe);

/* A port that is opened and set up as usual works, whatever was done to it. */
static void aml_uart_fuzz_test(struct kunit *test)
{
	const struct fuzz_irq *irq = test->param_value;
	struct bench_block *block = bench_block(test, NODE, 0);
	struct aml_uart_model *model = bench_priv(block);
	char words[2][24], got[sizeof(LINE)] = {};
	char *argv[5] = { "/tty_fuzz", DEVICE, words[0], words[1] };
	char *envp[1] = { NULL };
	struct file *file;
	unsigned int i;

	bench_start(test);
	aml_uart_model_forget(block);
	aml_uart_model_set_irq(block, irq->irq);
	aml_uart_model_set_cts(block, true);
	aml_uart_model_feed(block, (const u8 *)LINE, strlen(LINE));

	snprintf(words[0], sizeof(words[0]), "%lu", seed);
	snprintf(words[1], sizeof(words[1]), "%lu", calls);
	KUNIT_EXPECT_EQ(test, call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC), 0);
	KUNIT_EXPECT_GT(test, model->nr_sent, 0);

	aml_uart_model_forget(block);
	file = bench_tty_open(DEVICE);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	bench_tty_set(file, 115200, CS8, 0);
	KUNIT_EXPECT_EQ(test, bench_tty_write(file, LINE, strlen(LINE)), strlen(LINE));
	for (i = 0; i < 1000 && (model->nr_sent < strlen(LINE) || !aml_uart_model_idle(block)); i++)
		usleep_range(1000, 1010);
	KUNIT_EXPECT_EQ(test, model->nr_sent, strlen(LINE));
	KUNIT_EXPECT_MEMEQ(test, model->sent, LINE, strlen(LINE));

	aml_uart_model_feed(block, (const u8 *)LINE, strlen(LINE));
	usleep_range(10000, 10010);
	KUNIT_EXPECT_EQ(test, bench_tty_read(file, got, sizeof(got)), strlen(LINE));
	KUNIT_EXPECT_MEMEQ(test, got, LINE, strlen(LINE));
	bench_tty_close(file);
}

static struct kunit_case aml_uart_fuzz_test_cases[] = {
	KUNIT_CASE_PARAM(aml_uart_fuzz_test, fuzz_irq_gen_params),
	{ }
};

static struct kunit_suite aml_uart_fuzz_test_suite = {
	.name = "aml_uart_fuzz",
	.test_cases = aml_uart_fuzz_test_cases,
};

kunit_test_suite(aml_uart_fuzz_test_suite);

MODULE_INFO(bench_program, "tty_fuzz");
MODULE_SOFTDEP("pre: aml_uart");
MODULE_DESCRIPTION("System calls at random on aml_uart");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
