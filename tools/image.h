/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arm64 kernel images: unpacked, and searched for the match tables of what is built in.
 */
#ifndef OUTBOARD_IMAGE_H
#define OUTBOARD_IMAGE_H

#include <stddef.h>

#include "error.h"
#include "unpack.h"

/**
 * image_open() - read a kernel image; unpack it where it is compressed
 * @image: is filled; give it to unpack_close()
 * @path: a raw Image, Image.gz or an EFI zboot image with a gzip, xz or zstd payload
 * @error: names the file where -1 is returned
 *
 * Return: 0, or -1.
 */
int image_open(struct unpacked *image, const char *path, struct error *error);

/**
 * image_unpack() - find or make the raw Image in bytes in memory
 * @image: is filled; refers to @data unless that is compressed; give it to unpack_close()
 * @name: for messages
 * @data: a file's content; must stay
 * @length: its bytes
 * @error: names the file where -1 is returned
 *
 * Return: 0, or -1.
 */
int image_unpack(struct unpacked *image, const char *name, const void *data, size_t length,
		 struct error *error);

/* Who uses a table of compatibles, in falling order of what it says. */
enum table_user {
	TABLE_DRIVER,	/* a device_driver's of_match_table points at it */
	TABLE_CODE,	/* has data (an init function, a description): code looks nodes up in it */
	TABLE_LIST,	/* only names: an allow list, a list of clients or of boards */
};

/**
 * struct image_match - one entry of a match table
 * @compatible: points into the image; NUL-terminated, as the others
 * @name: node name, "" for any
 * @type: device_type, "" for any
 * @driver: name of the driver whose table it is; NULL where @user is not TABLE_DRIVER
 * @user: who uses the table. Where the image's pointers cannot be read, always TABLE_CODE
 */
struct image_match {
	const char *compatible;
	const char *name;
	const char *type;
	const char *driver;
	enum table_user user;
};

/**
 * struct image_matches - what image_scan() found, in the image's order
 * @entries: @count of them
 * @count: their number
 * @base: the address that the image is linked at, 0 where it is not known
 */
struct image_matches {
	struct image_match *entries;
	size_t count;
	unsigned long long base;
};

/**
 * image_scan() - find the of_device_id tables in an image
 * @matches: is filled; give it to image_matches_free(); refers to @data
 * @data: a raw Image, or any bytes
 * @length: its bytes
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int image_scan(struct image_matches *matches, const void *data, size_t length,
	       struct error *error);

/**
 * image_names() - find the strings in an image that look like a compatible
 * @data: a raw Image, or any bytes
 * @length: its bytes
 * @found: is called with each, "vendor,device"; may end the search with -1. A string can
 *	come more than once.
 * @context: for @found
 *
 * Code that looks a node up by name has the name as a string.
 *
 * Return: 0, or what @found returned.
 */
int image_names(const void *data, size_t length,
		int (*found)(void *context, const char *name), void *context);

/**
 * image_matches_free() - free what image_scan() filled
 * @matches: matches, or zeros
 */
void image_matches_free(struct image_matches *matches);

#endif
