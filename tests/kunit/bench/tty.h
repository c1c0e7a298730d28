/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The register bench: ttys, for suites of serial drivers
 *
 * Copyright (C) 2026 The outboard authors
 */

#ifndef BENCH_TTY_H
#define BENCH_TTY_H

#include <linux/fs.h>
#include <linux/serial.h>
#include <linux/tty.h>

#include <kunit/test.h>

struct file *bench_tty_open(const char *name);
void bench_tty_close(struct file *file);
struct tty_struct *bench_tty(struct file *file);
void bench_tty_set(struct file *file, unsigned int baud, tcflag_t cflag, tcflag_t iflag);
ssize_t bench_tty_write(struct file *file, const void *data, size_t count);
ssize_t bench_tty_read(struct file *file, void *data, size_t count);
struct serial_icounter_struct bench_tty_icount(struct kunit *test, struct file *file);

#endif
