// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the basic blocks that a program runs which is compiled with
 * -fsanitize-coverage=trace-pc: the same for the same input, on every machine. The number
 * is the last line on standard error.
 */
#include <stdio.h>

static unsigned long blocks;

void __sanitizer_cov_trace_pc(void)
{
	blocks++;
}

static void __attribute__((destructor)) say_blocks(void)
{
	fprintf(stderr, "blocks: %lu\n", blocks);
}
