// SPDX-License-Identifier: GPL-2.0-only
/*
 * What characters cost: instructions and interrupts, while a serial port receives or
 * sends; runs in the guest
 *
 * Copyright (C) 2026 The outboard authors
 *
 *	count receive|together|send|idle DEVICE BAUD COUNT INTERRUPT
 *
 * Counted is all that the machine's processor does, in the kernel and outside of it,
 * from the first character on: driver, serial core, tty, this program, and what else
 * runs. "together" reads as many at once as a terminal can be told to wait for, "receive"
 * each as it comes. "idle" counts what runs as long as COUNT characters take, with nothing
 * on the line. The far end sends 0, 1, 2, ... when it reads "talk COUNT" on the console.
 */

#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/serial.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Characters for which a reader waits: as many as a terminal can be told to. */
#define TOGETHER	255

struct sample {
	unsigned long long instructions;
	long port;
	long timer;
	struct serial_icounter_struct errors;
};

static int counter = -1;
static const char *interrupt;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void open_counter(void)
{
	struct perf_event_attr about = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(about),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
	};

	/* Of the only processor that is online, whatever runs there. */
	counter = syscall(SYS_perf_event_open, &about, -1, 0, -1, 0);
}

static unsigned long long instructions(void)
{
	unsigned long long value;

	/* A tree without the processor's counters: 0 is what the host is told. */
	if (counter < 0)
		return 0;
	if (read(counter, &value, sizeof(value)) != sizeof(value))
		fail("counter");

	return value;
}

/* How often the line of /proc/interrupts with that at its end, or in it, has come. */
static long how_often(const char *name, int at_end)
{
	FILE *file = fopen("/proc/interrupts", "r");
	char line[512];
	long sum = 0;

	while (file && fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');
		char *found;

		line[strcspn(line, "\n")] = 0;
		found = strstr(line, name);
		if (colon && found && (!at_end || !found[strlen(name)]))
			sum += atol(colon + 1);
	}
	if (file)
		fclose(file);

	return sum;
}

static void look(int fd, struct sample *sample)
{
	sample->port = how_often(interrupt, 1);
	sample->timer = how_often("arch_timer", 0);
	if (fd >= 0 && ioctl(fd, TIOCGICOUNT, &sample->errors))
		fail("TIOCGICOUNT");
}

/* @have: all that came or went; @counted: those of them that the counts are for */
static void tell(const struct sample *from, const struct sample *to, long have, long counted,
		 long wrong)
{
	printf("outboard: counted instructions=%llu interrupts=%ld timer=%ld characters=%ld ",
	       to->instructions - from->instructions, to->port - from->port,
	       to->timer - from->timer, counted);
	printf("have=%ld wrong=%ld overrun=%d full=%d\n", have, wrong,
	       to->errors.overrun - from->errors.overrun,
	       to->errors.buf_overrun - from->errors.buf_overrun);
}

static int open_port(const char *device, int baud, int together)
{
	struct termios2 termios;
	int fd = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, TCGETS2, &termios))
		fail(device);
	termios.c_iflag = 0;
	termios.c_oflag = 0;
	termios.c_lflag = 0;
	termios.c_cflag = CS8 | CREAD | CLOCAL | BOTHER;
	termios.c_ispeed = baud;
	termios.c_ospeed = baud;
	termios.c_cc[VMIN] = together;
	termios.c_cc[VTIME] = 0;
	if (ioctl(fd, TCSETS2, &termios) || ioctl(fd, TCFLSH, TCIOFLUSH))
		fail("termios");

	return fd;
}

static void give_up(int signal)
{
	(void)signal;
}

static void receive(const char *device, int baud, long count, int together)
{
	struct sigaction limit = { .sa_handler = give_up };
	struct sample from = {}, to = {};
	unsigned char data[4096];
	unsigned char next = 0;
	long have = 0, wrong = 0;
	int fd = open_port(device, baud, together);
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int early;

	/* Of what is lost nobody says that it does not come. */
	sigaction(SIGALRM, &limit, NULL);
	printf("outboard: talk %ld\n", count);
	fflush(stdout);
	/* Time passes quickly here while nothing is done: no limit. */
	if (poll(&ready, 1, -1) != 1)
		fail("poll");
	look(fd, &from);
	if (ioctl(fd, FIONREAD, &early))
		fail("FIONREAD");
	from.instructions = instructions();
	alarm(5 + count * 10 / baud);
	while (have < count) {
		size_t room = count - have;
		ssize_t got = read(fd, data, room < sizeof(data) ? room : sizeof(data));

		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++)
			wrong += data[i] != (unsigned char)(next + i);
		next = data[got - 1] + 1;
		have += got;
	}
	to.instructions = instructions();
	look(fd, &to);
	tell(&from, &to, have, have - early, wrong);
}

static void send(const char *device, int baud, long count)
{
	static unsigned char data[1 << 20];
	struct sample from = {}, to = {};
	int fd = open_port(device, baud, 1);
	long done = 0;

	look(fd, &from);
	from.instructions = instructions();
	while (done < count) {
		ssize_t took = write(fd, data, count - done);

		if (took <= 0)
			fail("write");
		done += took;
	}
	/* All has left. */
	if (ioctl(fd, TCSBRK, 1))
		fail("drain");
	to.instructions = instructions();
	look(fd, &to);
	done = to.errors.tx - from.errors.tx;
	tell(&from, &to, done, done, 0);
}

static void idle(const char *device, int baud, long count)
{
	struct sample from = {}, to = {};
	int fd = open_port(device, baud, 1);

	look(fd, &from);
	from.instructions = instructions();
	usleep(count * 10000000LL / baud);
	to.instructions = instructions();
	look(fd, &to);
	tell(&from, &to, 0, count, 0);
}

int main(int argc, char *argv[])
{
	if (argc != 6) {
		fprintf(stderr, "usage: count WHAT DEVICE BAUD COUNT INTERRUPT\n");
		return 2;
	}
	interrupt = argv[5];
	open_counter();
	if (!strcmp(argv[1], "receive"))
		receive(argv[2], atoi(argv[3]), atol(argv[4]), 1);
	else if (!strcmp(argv[1], "together"))
		receive(argv[2], atoi(argv[3]), atol(argv[4]), TOGETHER);
	else if (!strcmp(argv[1], "send"))
		send(argv[2], atoi(argv[3]), atol(argv[4]));
	else
		idle(argv[2], atoi(argv[3]), atol(argv[4]));

	return 0;
}
