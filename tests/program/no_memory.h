/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ld's --wrap makes of a function: calls of NAME go to __wrap_NAME, and those of
 * __real_NAME to the function itself.
 */
#ifndef OUTBOARD_TEST_NO_MEMORY_H
#define OUTBOARD_TEST_NO_MEMORY_H

#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_asprintf(char **text, const char *format, ...);

#endif
