// SPDX-License-Identifier: GPL-2.0-only
/*
 * KTAP output for the programs that run in the guest
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"

/* How a test's process ends: nothing else that it may do gives these. */
enum {
	KTAP_PASSED = 40,
	KTAP_FAILED,
	KTAP_SKIPPED,
};

/* Shared by a test's processes and threads, and by main(). */
static struct {
	int failures;
	char skip[200];
} *shared;

void ktap_note(const char *format, ...)
{
	char text[600];
	va_list args;
	char *c;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	for (c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';

	printf("# %s\n", text);
	fflush(stdout);
}

void ktap_fail(const char *file, int line, const char *format, ...)
{
	char text[500];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	/* A test that fails in a loop need not say so a thousand times. */
	if (__atomic_add_fetch(&shared->failures, 1, __ATOMIC_SEQ_CST) <= 10)
		ktap_note("%s:%d: %s", strrchr(file, '/') ? strrchr(file, '/') + 1 : file,
			  line, text);
}

void ktap_stop(void)
{
	fflush(stdout);
	_exit(shared->failures ? KTAP_FAILED : KTAP_PASSED);
}

void ktap_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(shared->skip, sizeof(shared->skip), format, args);
	va_end(args);

	fflush(stdout);
	_exit(KTAP_SKIPPED);
}

static int ktap_run(const struct ktap_test *test, int number)
{
	int status;
	pid_t pid;

	memset(shared, 0, sizeof(*shared));

	/* What is being done when nothing more is heard. */
	printf("# start: %s\n", test->name);
	fflush(stdout);

	pid = fork();
	if (pid == 0) {
		/* A group of its own, for what it may leave running. */
		setpgid(0, 0);
		alarm(KTAP_TEST_SECONDS);
		test->run();
		ktap_stop();
	}

	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		printf("not ok %d %s\n# could not be started\n", number, test->name);
		return 1;
	}

	kill(-pid, SIGKILL);

	if (WIFEXITED(status) && WEXITSTATUS(status) == KTAP_SKIPPED) {
		printf("ok %d %s # SKIP %s\n", number, test->name, shared->skip);
		return 0;
	}

	if (WIFEXITED(status) && WEXITSTATUS(status) == KTAP_PASSED && !shared->failures) {
		printf("ok %d %s\n", number, test->name);
		return 0;
	}

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		ktap_note("took more than %d s", KTAP_TEST_SECONDS);
	else if (WIFSIGNALED(status))
		ktap_note("ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != KTAP_FAILED && WEXITSTATUS(status) != KTAP_PASSED)
		ktap_note("exit status %d", WEXITSTATUS(status));

	printf("not ok %d %s\n", number, test->name);

	return 1;
}

int ktap_main(const struct ktap_test *tests, size_t count)
{
	int failed = 0;
	size_t i;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;

	printf("KTAP version 1\n1..%zu\n", count);
	for (i = 0; i < count; i++)
		failed += ktap_run(&tests[i], i + 1);
	fflush(stdout);

	return failed ? 1 : 0;
}
