/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ld's --wrap makes of a function: calls of NAME go to __wrap_NAME, and those of
 * __real_NAME to the function itself.
 */
#ifndef OUTBOARD_TEST_GROW_ROOT_H
#define OUTBOARD_TEST_GROW_ROOT_H

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/types.h>

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
char *__real_realpath(const char *path, char *result);
char *__wrap_realpath(const char *path, char *result);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_stat(const char *path, struct stat *about);
int __wrap_stat(const char *path, struct stat *about);
ssize_t __real_pwrite(int file, const void *data, size_t size, off_t offset);
ssize_t __wrap_pwrite(int file, const void *data, size_t size, off_t offset);
int __real_fsync(int file);
int __wrap_fsync(int file);
int __wrap_fstatfs(int file, struct statfs *about);
int __wrap_ioctl(int file, unsigned long request, ...);

#endif
