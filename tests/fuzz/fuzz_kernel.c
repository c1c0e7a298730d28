// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: what outboard cover reads of a kernel.
 *
 * Input: one byte that says what the rest is (0: an image, 1: modules.alias,
 * 2: modules.builtin.modinfo), and that.
 */
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "kernel.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void read_image(struct kernel *kernel, const unsigned char *data, size_t size)
{
	struct unpacked image = { 0 };
	struct error error;

	if (!image_unpack(&image, "fuzz", data, size, &error)) {
		kernel_add_image(kernel, image.data, image.length, &error);
		unpack_close(&image);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct kernel kernel = { 0 };
	struct error error;
	char *copy;

	if (size < 2 || size > 1 << 20)
		return 0;
	/* An own allocation, so that the sanitizer sees a read beyond its end. */
	copy = malloc(size - 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, size - 1);
	kernel.release = strdup("fuzz");
	if (data[0] == 0)
		read_image(&kernel, (unsigned char *)copy, size - 1);
	else if (data[0] == 1)
		kernel_add_alias_file(&kernel, copy, size - 1, &error);
	else
		kernel_add_builtin_info(&kernel, copy, size - 1, &error);
	kernel_close(&kernel);
	free(copy);
	return 0;
}
