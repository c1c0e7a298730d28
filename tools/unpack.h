/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that may be compressed, as kernel images and modules are.
 */
#ifndef OUTBOARD_UNPACK_H
#define OUTBOARD_UNPACK_H

#include <stddef.h>

#include "error.h"

/* Larger than any image that is known (a kernel with KASAN has about 120 MiB). */
#define UNPACK_SIZE_MAX	(256ul << 20)

/**
 * struct unpacked - a file's bytes in memory
 * @data: the bytes, unpacked
 * @length: their number
 * @base: what is mapped for them; NULL where @data is somebody else's
 * @mapped: bytes that are mapped from @base on
 */
struct unpacked {
	const unsigned char *data;
	size_t length;
	void *base;
	size_t mapped;
};

/**
 * unpack_open() - map a file
 * @file: is filled with the bytes as they are; give it to unpack_close()
 * @path: the file
 * @error: names the file where -1 is returned
 *
 * Return: 0, or -1.
 */
int unpack_open(struct unpacked *file, const char *path, struct error *error);

/**
 * unpack_bytes() - unpack bytes
 * @out: is filled; give it to unpack_close()
 * @name: for messages
 * @data: gzip, xz or zstd data, or anything else, which @out then refers to as it is
 * @length: bytes at @data
 * @error: names the file where -1 is returned: damaged, too large, or another compression
 *
 * Return: 0, or -1.
 */
int unpack_bytes(struct unpacked *out, const char *name, const void *data, size_t length,
		 struct error *error);

/**
 * unpack_close() - give back what is mapped
 * @file: a file, or zeros
 */
void unpack_close(struct unpacked *file);

#endif
