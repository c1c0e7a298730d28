// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls at random on a serial port's tty
 *
 *	tty_fuzz DEVICE SEED CALLS
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The same seed makes the same calls. What the kernel has against one of them, it
 * reports. Calls that wait for the line are left out; nothing here blocks.
 */

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <linux/serial_core.h>
#include <linux/types.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define PAGE			4096
#define MEMORY			(2 * PAGE)

struct fuzz {
	const char *name;
	__u64 random;
	int fd;
	/* MEMORY bytes, and one page that is not mapped. */
	unsigned char *memory;
};

static __u32 next(struct fuzz *fuzz)
{
	fuzz->random = fuzz->random * 6364136223846793005 + 1442695040888963407;

	return fuzz->random >> 33;
}

static __u32 below(struct fuzz *fuzz, __u32 limit)
{
	return next(fuzz) % limit;
}

static void scatter(struct fuzz *fuzz, void *data, size_t size)
{
	unsigned char *bytes = data;

	while (size--)
		*bytes++ = next(fuzz);
}

/* Root may have set the type to none, with which nothing works. */
static void reopen(struct fuzz *fuzz)
{
	struct serial_struct about;

	if (fuzz->fd >= 0)
		close(fuzz->fd);
	fuzz->fd = open(fuzz->name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (ioctl(fuzz->fd, TIOCGSERIAL, &about))
		return;
	about.closing_wait = ASYNC_CLOSING_WAIT_NONE;
	about.type = PORT_MESON;
	ioctl(fuzz->fd, TIOCSSERIAL, &about);
}

/* One field of the settings at one of its extremes; not how long closing waits. */
static void settings(struct fuzz *fuzz)
{
	static const __u64 extremes[] = {
		0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, ~0ULL,
	};
	__u64 value = extremes[below(fuzz, ARRAY_SIZE(extremes))];
	struct serial_struct about;

	if (ioctl(fuzz->fd, TIOCGSERIAL, &about))
		return;
	switch (below(fuzz, 15)) {
	case 0:
		about.type = value;
		break;
	case 1:
		about.line = value;
		break;
	case 2:
		about.port = value;
		break;
	case 3:
		about.irq = value;
		break;
	case 4:
		about.flags = value;
		break;
	case 5:
		about.xmit_fifo_size = value;
		break;
	case 6:
		about.custom_divisor = value;
		break;
	case 7:
		about.baud_base = value;
		break;
	case 8:
		about.io_type = value;
		break;
	case 9:
		about.hub6 = value;
		break;
	case 10:
		about.closing_wait2 = value;
		break;
	case 11:
		about.iomem_reg_shift = value;
		break;
	case 12:
		about.port_high = value;
		break;
	case 13:
		about.iomap_base = value;
		break;
	default:
		about.iomem_base = (unsigned char *)value;
	}
	ioctl(fuzz->fd, TIOCSSERIAL, &about);
}

static void line(struct fuzz *fuzz)
{
	struct termios2 termios;

	if (ioctl(fuzz->fd, TCGETS2, &termios))
		return;
	scatter(fuzz, &termios, offsetof(struct termios2, c_ispeed));
	termios.c_line = 0;
	if (below(fuzz, 2)) {
		termios.c_cflag |= BOTHER;
		termios.c_ispeed = next(fuzz) >> below(fuzz, 31);
		termios.c_ospeed = termios.c_ispeed;
	}
	/* In canonical mode a line may never end. */
	if (below(fuzz, 2))
		termios.c_lflag = 0;
	ioctl(fuzz->fd, TCSETS2, &termios);
}

/* Any number of a tty's, with an argument of no kind in particular. */
static void any_ioctl(struct fuzz *fuzz)
{
	static const unsigned int left_out[] = {
		TCSETSW, TCSETSF, TCSETAW, TCSETAF, TCSETSW2, TCSETSF2, TCSETXW, TCSETXF,
		TCSBRK, TCSBRKP, TIOCMIWAIT, TIOCCONS, TIOCSCTTY, TIOCSETD,
		TIOCSBRK, FIONBIO,
	};
	unsigned int number = 0x5400 + below(fuzz, 0x60), i;
	unsigned long argument;

	for (i = 0; i < ARRAY_SIZE(left_out); i++) {
		if (number == left_out[i])
			return;
	}
	switch (below(fuzz, 4)) {
	case 0:
		argument = 0;
		break;
	case 1:
		argument = next(fuzz);
		break;
	case 2:
		argument = (unsigned long)fuzz->memory + MEMORY - below(fuzz, 64);
		break;
	default:
		scatter(fuzz, fuzz->memory, 256);
		argument = (unsigned long)fuzz->memory;
	}
	ioctl(fuzz->fd, number, argument);
}

static void step(struct fuzz *fuzz)
{
	static const unsigned int with_word[] = { TIOCMSET, TIOCMBIS, TIOCMBIC };
	static const unsigned int with_nothing[] = { TIOCSBRK, TIOCCBRK, TIOCSERCONFIG };
	struct serial_rs485 rs485;
	unsigned int word;

	switch (below(fuzz, 16)) {
	case 0:
	case 1:
		settings(fuzz);
		break;
	case 2:
	case 3:
		line(fuzz);
		break;
	case 4:
		word = next(fuzz);
		ioctl(fuzz->fd, with_word[below(fuzz, ARRAY_SIZE(with_word))], &word);
		ioctl(fuzz->fd, TIOCMGET, &word);
		break;
	case 5:
		/* A break waits for what is left to be sent. */
		ioctl(fuzz->fd, TCFLSH, 1);
		ioctl(fuzz->fd, with_nothing[below(fuzz, ARRAY_SIZE(with_nothing))]);
		break;
	case 6:
		ioctl(fuzz->fd, TCXONC, below(fuzz, 5));
		break;
	case 7:
		ioctl(fuzz->fd, TCFLSH, below(fuzz, 4));
		break;
	case 8:
		scatter(fuzz, &rs485, sizeof(rs485));
		ioctl(fuzz->fd, TIOCSRS485, &rs485);
		ioctl(fuzz->fd, TIOCGRS485, &rs485);
		break;
	case 9:
	case 10:
		any_ioctl(fuzz);
		break;
	case 11:
	case 12:
		if (read(fuzz->fd, fuzz->memory + below(fuzz, MEMORY), below(fuzz, PAGE)) < 0 &&
		    errno == EIO)
			reopen(fuzz);
		break;
	case 13:
		if (!below(fuzz, 4))
			reopen(fuzz);
		break;
	default:
		if (write(fuzz->fd, fuzz->memory + below(fuzz, MEMORY), below(fuzz, PAGE)) < 0 &&
		    errno == EIO)
			reopen(fuzz);
	}
	if (below(fuzz, 2))
		usleep(500);
}

int main(int argc, char *argv[])
{
	struct fuzz fuzz = { .fd = -1 };
	long calls, i;

	if (argc != 4)
		return 2;
	/* A tty can be told to send signals. */
	for (i = 1; i < 32; i++)
		signal(i, SIG_IGN);
	fuzz.name = argv[1];
	fuzz.random = strtoull(argv[2], NULL, 0);
	calls = atol(argv[3]);
	fuzz.memory = mmap(NULL, MEMORY + PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fuzz.memory == MAP_FAILED || mprotect(fuzz.memory + MEMORY, PAGE, PROT_NONE))
		return 1;
	reopen(&fuzz);
	if (fuzz.fd < 0)
		return 1;
	for (i = 0; i < calls; i++)
		step(&fuzz);
	reopen(&fuzz);
	ioctl(fuzz.fd, TCFLSH, 2);
	close(fuzz.fd);

	return 0;
}
