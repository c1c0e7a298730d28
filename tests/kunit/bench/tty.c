// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: ttys, for suites of serial drivers
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/err.h>
#include <linux/export.h>
#include <linux/fcntl.h>
#include <linux/file.h>

#include <bench/tty.h>

/**
 * bench_tty_open() - open a tty, which does not wait
 * @name: of its file
 *
 * Return: the open file, or what is wrong.
 */
struct file *bench_tty_open(const char *name)
{
	return filp_open(name, O_RDWR | O_NOCTTY | O_NONBLOCK, 0);
}
EXPORT_SYMBOL_GPL(bench_tty_open);

/**
 * bench_tty_close() - close a tty, now
 * @file: the open file
 */
void bench_tty_close(struct file *file)
{
	filp_close(file, NULL);
	/* That of a kernel thread is put off otherwise. */
	flush_delayed_fput();
}
EXPORT_SYMBOL_GPL(bench_tty_close);

/**
 * bench_tty() - the tty of an open file
 * @file: the file
 *
 * Return: the tty.
 */
struct tty_struct *bench_tty(struct file *file)
{
	struct tty_file_private *priv = file->private_data;

	return priv->tty;
}
EXPORT_SYMBOL_GPL(bench_tty);

/**
 * bench_tty_set() - make a tty raw, without an echo
 * @file: the open file
 * @baud: its rate
 * @cflag: what is to be set besides CREAD, CLOCAL and HUPCL
 * @iflag: c_iflag
 */
void bench_tty_set(struct file *file, unsigned int baud, tcflag_t cflag, tcflag_t iflag)
{
	struct tty_struct *tty = bench_tty(file);
	struct ktermios termios = tty->termios;

	termios.c_iflag = iflag;
	termios.c_oflag = 0;
	termios.c_lflag = 0;
	termios.c_cc[VMIN] = 0;
	termios.c_cc[VTIME] = 0;
	termios.c_cflag = CREAD | CLOCAL | HUPCL | cflag;
	tty_termios_encode_baud_rate(&termios, baud, baud);
	tty_set_termios(tty, &termios);
}
EXPORT_SYMBOL_GPL(bench_tty_set);

/**
 * bench_tty_write() - write to a tty
 * @file: the open file
 * @data: what
 * @count: bytes of it
 *
 * Return: how many were taken, or what is wrong.
 */
ssize_t bench_tty_write(struct file *file, const void *data, size_t count)
{
	loff_t pos = 0;

	return kernel_write(file, data, count, &pos);
}
EXPORT_SYMBOL_GPL(bench_tty_write);

/**
 * bench_tty_read() - read from a tty
 * @file: the open file
 * @data: where to
 * @count: how many bytes at most
 *
 * Return: how many came, or what is wrong.
 */
ssize_t bench_tty_read(struct file *file, void *data, size_t count)
{
	loff_t pos = 0;

	return kernel_read(file, data, count, &pos);
}
EXPORT_SYMBOL_GPL(bench_tty_read);

/**
 * bench_tty_icount() - a tty's counters
 * @test: the test, which fails if there are none
 * @file: the open file
 *
 * Return: the counters.
 */
struct serial_icounter_struct bench_tty_icount(struct kunit *test, struct file *file)
{
	struct serial_icounter_struct icount = {};
	struct tty_struct *tty = bench_tty(file);

	KUNIT_EXPECT_EQ(test, tty->ops->get_icount(tty, &icount), 0);

	return icount;
}
EXPORT_SYMBOL_GPL(bench_tty_icount);
