// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into the outboard program with --wrap: the allocation that $FAIL_AT counts to fails,
 * and says so in the file descriptor that $FAIL_FD names.
 */
#define _GNU_SOURCE
#include "no_memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(void)
{
	static long left = -1;
	const char *value;

	if (left < 0) {
		value = getenv("FAIL_AT");
		left = value ? strtol(value, NULL, 10) : 0;
	}
	if (!left || --left)
		return 0;
	value = getenv("FAIL_FD");
	return value && write(strtol(value, NULL, 10), "x", 1) == 1;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

int __wrap_asprintf(char **text, const char *format, ...)
{
	va_list arguments;
	int length;

	if (fails())
		return -1;
	va_start(arguments, format);
	length = vasprintf(text, format, arguments);
	va_end(arguments);
	return length;
}
