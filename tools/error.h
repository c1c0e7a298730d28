/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors: one sentence each, which names the file and the node and says the way
 * out. Nothing below main() prints or ends the process.
 */
#ifndef OUTBOARD_ERROR_H
#define OUTBOARD_ERROR_H

#include <stddef.h>

#include "compiler.h"

/* Exit statuses of the program. */
#define STATUS_OK	0
#define STATUS_FINDING	1	/* the answer is no, or the work itself failed */
#define STATUS_INPUT	2	/* the input cannot be used */

/**
 * struct error - what went wrong
 * @status: exit status that it leads to
 * @text: one sentence, no full stop, no newline; cut off where it does not fit
 */
struct error {
	int status;
	char text[1200];
};

/**
 * fail() - set an error
 * @error: is overwritten
 * @status: STATUS_FINDING or STATUS_INPUT
 * @format: as printf's; names that come in by arguments are escaped, see text.h
 *
 * Return: -1, so that a function can end with "return fail(...)".
 */
__printf(3, 4)
int fail(struct error *error, int status, const char *format, ...);

#endif
