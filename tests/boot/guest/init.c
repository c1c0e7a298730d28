// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's first process: sets up the machine, runs the suites, powers off
 *
 * Copyright (C) 2026 The outboard authors
 *
 * What the host wants is in files of the initramfs:
 *
 *  /tests/env	NAME=VALUE lines for the environment of every program here;
 *		CHANNEL names the serial port that the results go to
 *  /tests/stock	paths of the kernel's own modules to load first, in order
 *  /tests/plan	a suite a line: its seconds, the program and its arguments; a tab, its name
 *
 * Results go out as KTAP on a serial port of their own. The console has the
 * kernel's log, which nothing here writes to and nobody parses for results.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"

#define MAX_WORDS	16
#define MAX_LINE	1024

static int channel = -1;

/* One whole line to the channel. */
static void __printf(1, 2) say(const char *format, ...)
{
	char line[MAX_LINE + 16];
	va_list args;
	int done = 0;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);

	if (length > (int)sizeof(line) - 2)
		length = sizeof(line) - 2;
	line[length++] = '\n';

	while (done < length) {
		ssize_t ret = write(channel, line + done, length - done);

		if (ret < 0 && errno != EINTR)
			return;
		if (ret > 0)
			done += ret;
	}
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);

	return time.tv_sec + time.tv_nsec / 1e9;
}

static void __noreturn power_off(void)
{
	if (channel >= 0)
		tcdrain(channel);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void set_up(void)
{
	static const struct {
		const char *type;
		const char *where;
		const char *options;
	} mounts[] = {
		{ "proc", "/proc", "" },
		{ "sysfs", "/sys", "" },
		{ "devtmpfs", "/dev", "mode=0755" },
		{ "tmpfs", "/run", "mode=0755" },
		{ "tmpfs", "/tmp", "mode=1777" },
		{ "debugfs", "/sys/kernel/debug", "" },
		{ "securityfs", "/sys/kernel/security", "" },
	};
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].where, 0755);
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, mounts[i].options))
			fprintf(stderr, "init: %s: %s\n", mounts[i].where, strerror(errno));
	}

	/* The console that the kernel gave may be of the /dev below this one. */
	fd = open("/dev/console", O_RDWR | O_NOCTTY);
	if (fd >= 0) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > 2)
			close(fd);
	}

	umask(022);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/", 1);
	/* Python would otherwise take its time over an ASCII locale. */
	setenv("LC_ALL", "C.UTF-8", 1);
}

static void read_environment(void)
{
	FILE *file = fopen("/tests/env", "re");
	char line[MAX_LINE];

	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, '=');

		line[strcspn(line, "\n")] = 0;
		if (value) {
			*value++ = 0;
			setenv(line, value, 1);
		}
	}

	if (file)
		fclose(file);
}

static void load_stock_modules(void)
{
	FILE *file = fopen("/tests/stock", "re");
	char path[MAX_LINE];

	while (file && fgets(path, sizeof(path), file)) {
		int fd;

		path[strcspn(path, "\n")] = 0;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			fprintf(stderr, "init: %s: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
	}

	if (file)
		fclose(file);
}

/* The port may come a moment after init: its driver probes when it likes. */
static void open_channel(void)
{
	const char *path = getenv("CHANNEL");
	struct termios raw;
	int tries;

	for (tries = 0; path && tries < 100; tries++) {
		channel = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (channel >= 0)
			break;
		usleep(50000);
	}

	if (channel < 0 || tcgetattr(channel, &raw)) {
		fprintf(stderr, "init: no channel %s: %s\n", path ?: "", strerror(errno));
		power_off();
	}

	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL;
	tcsetattr(channel, TCSANOW, &raw);

	/* The driver's probing has sent something: begin on a new line. */
	say("%s", "");
}

static int split(char *line, char *words[], int max)
{
	int count = 0;
	char *rest;
	char *word;

	for (word = strtok_r(line, " ", &rest); word && count < max - 1;
	     word = strtok_r(NULL, " ", &rest))
		words[count++] = word;
	words[count] = NULL;

	return count;
}

static pid_t start(char *words[], int output)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		setsid();
		dup2(null, 0);
		dup2(output, 1);
		execv(words[0], words);
		fprintf(stderr, "init: %s: %s\n", words[0], strerror(errno));
		_exit(127);
	}

	return pid;
}

/*
 * Pass on what a suite prints, indented, until it has ended. A daemon that it
 * started may hold its output open for ever. Returns -1 when it is late.
 */
static int relay(int input, pid_t pid, int *status, double deadline)
{
	char line[MAX_LINE];
	size_t length = 0;
	int ended = 0;

	for (;;) {
		struct pollfd wait = { .fd = input, .events = POLLIN };
		char bytes[512];
		ssize_t count;
		ssize_t i;

		if (now() > deadline)
			return -1;

		if (poll(&wait, 1, ended ? 0 : 200) <= 0) {
			if (ended)
				break;
			ended = waitpid(pid, status, WNOHANG) == pid;
			continue;
		}

		count = read(input, bytes, sizeof(bytes));
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			break;

		for (i = 0; i < count; i++) {
			if (bytes[i] == '\n' || length == sizeof(line) - 1) {
				say("  %.*s", (int)length, line);
				length = 0;
			}
			if (bytes[i] != '\n')
				line[length++] = bytes[i];
		}
	}

	if (length)
		say("  %.*s", (int)length, line);

	while (!ended && now() < deadline) {
		ended = waitpid(pid, status, WNOHANG) == pid;
		if (!ended)
			usleep(10000);
	}

	return ended ? 0 : -1;
}

static void run_suite(int number, char *line)
{
	char *name = strchr(line, '\t');
	char *words[MAX_WORDS];
	double begin = now();
	int status = -1;
	int pipes[2];
	int late;
	pid_t pid;

	line[strcspn(line, "\n")] = 0;
	if (name)
		*name++ = 0;
	if (!name || split(line, words, MAX_WORDS) < 2 || pipe2(pipes, O_CLOEXEC)) {
		say("not ok %d unusable plan", number);
		return;
	}

	say("  # Subtest: %s", name);
	pid = start(words + 1, pipes[1]);
	close(pipes[1]);
	late = relay(pipes[0], pid, &status, begin + atoi(words[0]));
	if (late) {
		say("  # suite took more than %s s", words[0]);
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	close(pipes[0]);

	/* What daemons and orphans left behind is not ours to wait for. */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;

	say("# %s took %.1f s", name, now() - begin);
	say("%s %d %s", late || status ? "not ok" : "ok", number, name);
}

static void run_plan(void)
{
	FILE *file = fopen("/tests/plan", "re");
	char line[MAX_LINE];
	int number = 0;
	int count = 0;

	if (!file)
		return;

	while (fgets(line, sizeof(line), file))
		count++;
	rewind(file);

	say("KTAP version 1");
	say("1..%d", count);
	say("# up %.1f s", now());
	while (fgets(line, sizeof(line), file))
		run_suite(++number, line);
	say("# end");
	fclose(file);
}

int main(void)
{
	set_up();
	read_environment();
	load_stock_modules();

	open_channel();
	run_plan();
	power_off();
}
