// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only program of a boot of the register bench
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Its root is a directory of the host. /job says what to do, a line each:
 *	load NAME [PARAMETERS]	insert /modules/NAME.ko
 *	unload NAME		and remove it
 *	keep NAME		try to remove it, which must fail
 *	wait SECONDS		of simulated time
 * What came of it is left in /out: the suites' results, what kmemleak found, the
 * kernel's taint, coverage, and at the end a file "done".
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEBUGFS		"/sys/kernel/debug"

/* On the console, where the runner looks for it. */
#define complain(fmt, ...) \
	(printf("bench: fault: " fmt ": %s\n", ##__VA_ARGS__, strerror(errno)), fflush(stdout))

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		complain("writing %s", path);
	if (fd >= 0)
		close(fd);
}

/* A file of the kernel's has no size: it is read to its end. */
static void copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	static char buffer[1 << 16];
	ssize_t got;

	if (in < 0 || out < 0)
		complain("copying %s", from);
	while (in >= 0 && out >= 0 && (got = read(in, buffer, sizeof(buffer)))) {
		if (got < 0 || write(out, buffer, got) != got) {
			complain("copying %s", from);
			break;
		}
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
}

/* Copy all files below @from that end in @suffix, with their directories, to below @to. */
static void copy_tree(const char *from, const char *to, const char *suffix)
{
	struct dirent *entry;
	DIR *dir = opendir(from);

	mkdir(to, 0755);
	while (dir && (entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);
		char *source, *target;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&source, "%s/%s", from, entry->d_name) < 0 ||
		    asprintf(&target, "%s/%s", to, entry->d_name) < 0)
			abort();
		if (entry->d_type == DT_DIR)
			copy_tree(source, target, suffix);
		else if (length >= strlen(suffix) &&
			 !strcmp(entry->d_name + length - strlen(suffix), suffix))
			copy(source, target);
		free(source);
		free(target);
	}
	if (dir)
		closedir(dir);
}

static void insert(const char *name, const char *parameters)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0))
		complain("module %s does not load", name);
	if (fd >= 0)
		close(fd);
}

static void removal(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		complain("module %s does not unload", name);
}

static void refusal(const char *name)
{
	if (!syscall(SYS_delete_module, name, O_NONBLOCK) || errno != EAGAIN)
		complain("module %s was not held when it was to be unloaded", name);
}

/* Results of suites are gone with their modules. */
static void work(void)
{
	FILE *job = fopen("/job", "r");
	char line[512], *name, *parameters;
	int loading = 1;

	while (job && fgets(line, sizeof(line), job)) {
		line[strcspn(line, "\n")] = 0;
		name = strchr(line, ' ');
		if (!name)
			continue;
		*name++ = 0;
		parameters = strchr(name, ' ');
		if (parameters)
			*parameters++ = 0;
		if (!strcmp(line, "wait")) {
			sleep(atoi(name));
			continue;
		}
		if (!strcmp(line, "load")) {
			insert(name, parameters ? parameters : "");
			continue;
		}
		if (loading)
			copy_tree(DEBUGFS "/kunit", "/out/kunit", "results");
		loading = 0;
		if (!strcmp(line, "keep"))
			refusal(name);
		else
			removal(name);
	}
	if (job)
		fclose(job);
}

/* What is younger than five seconds is not looked at; sleeping costs nothing here. */
static void leaks(void)
{
	sleep(10);
	put(DEBUGFS "/kmemleak", "scan");
	sleep(10);
	put(DEBUGFS "/kmemleak", "scan");
	copy(DEBUGFS "/kmemleak", "/out/kmemleak");
}

int main(void)
{
	/* The runner looks for this, too. */
	puts("bench: init");
	fflush(stdout);

	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", DEBUGFS, "debugfs", 0, NULL);

	put(DEBUGFS "/failslab/ignore-gfp-wait", "N");
	put(DEBUGFS "/failslab/verbose", "0");
	put(DEBUGFS "/kmemleak", "clear");

	work();
	leaks();
	if (!access(DEBUGFS "/gcov", F_OK))
		copy_tree(DEBUGFS "/gcov", "/out/gcov", ".gcda");
	copy("/proc/sys/kernel/tainted", "/out/tainted");
	put("/out/done", "");
	sync();
	reboot(RB_POWER_OFF);

	return 1;
}
