/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that the program writes.
 */
#ifndef OUTBOARD_OUTPUT_H
#define OUTBOARD_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "error.h"

/**
 * output_write() - write a file
 * @path: the file; "-" is standard output
 * @data: its content
 * @length: bytes at @data
 * @error: names the file where -1 is returned
 *
 * A regular file appears, or is replaced, whole or not at all; its mode stays, and its
 * owner where the user may set that. Symbolic links are followed. Devices and pipes are
 * written to.
 *
 * Return: 0, or -1.
 */
int output_write(const char *path, const void *data, size_t length, struct error *error);

/**
 * output_flush() - write what a stream still holds
 * @out: the stream
 * @error: where -1 is returned: this, or anything before, could not be written
 *
 * Return: 0, or -1.
 */
int output_flush(FILE *out, struct error *error);

#endif
