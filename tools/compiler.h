/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel's headers have and the C library's lack. __printf(string, first) is
 * another of them; the Makefile defines it.
 */
#ifndef OUTBOARD_COMPILER_H
#define OUTBOARD_COMPILER_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif
