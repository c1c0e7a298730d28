/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The register bench: memory of a user process, for suites of character devices
 */
#ifndef OUTBOARD_BENCH_USER_H
#define OUTBOARD_BENCH_USER_H

#include <linux/fs.h>
#include <linux/types.h>

struct mm_struct;

struct mm_struct *bench_user_begin(void);
void bench_user_end(struct mm_struct *mm);

struct file *bench_user_open(const char *name, int flags, int without);
void bench_user_close(struct file *file);
long bench_user_ioctl(struct file *file, unsigned int cmd, void *data, size_t size);
unsigned long bench_user_mmap(struct file *file, unsigned long size, unsigned long prot,
			      unsigned long flags, unsigned long offset);

#endif
