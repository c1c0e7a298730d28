/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KTAP output for the programs that run in the guest
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A program is a table of tests. Each runs in a process of its own, so that
 * one that crashes or hangs is a failure and nothing more; what it did to the
 * kernel stays, which is what later tests of a program build on.
 */
#ifndef OUTBOARD_KTAP_H
#define OUTBOARD_KTAP_H

#include <stddef.h>

struct ktap_test {
	const char *name;
	void (*run)(void);
};

/* Seconds that one test may take; QEMU without KVM is slow, and slower beside other work. */
#define KTAP_TEST_SECONDS	180

/* Says why the test fails; the test goes on. */
void __printf(3, 4) ktap_fail(const char *file, int line, const char *format, ...);

/* Ends the test. */
void __noreturn ktap_stop(void);
void __noreturn __printf(1, 2) ktap_skip(const char *format, ...);

/* A line of explanation in the output. */
void __printf(1, 2) ktap_note(const char *format, ...);

/* Run them all; the return value is main()'s. */
int ktap_main(const struct ktap_test *tests, size_t count);

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define EXPECT(condition, ...)						\
	do {								\
		if (!(condition))					\
			ktap_fail(__FILE__, __LINE__, __VA_ARGS__);	\
	} while (0)

/* For what the rest of the test cannot do without. */
#define REQUIRE(condition, ...)						\
	do {								\
		if (!(condition)) {					\
			ktap_fail(__FILE__, __LINE__, __VA_ARGS__);	\
			ktap_stop();					\
		}							\
	} while (0)

#endif
