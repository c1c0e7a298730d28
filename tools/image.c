// SPDX-License-Identifier: GPL-2.0-only
#include "image.h"

#include <stdint.h>
#include <string.h>

#define ARM64_MAGIC_AT	56	/* "ARM\x64", Documentation/arch/arm64/booting.rst */
#define HEADER_SIZE	64

static uint32_t le32(const unsigned char *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* EFI zboot, drivers/firmware/efi/libstub/zboot-header.S: where its payload lies. */
static int find_payload(const char *name, const unsigned char **data, size_t *length,
			struct error *error)
{
	size_t offset, size;

	if (*length < HEADER_SIZE || memcmp(*data, "MZ", 2) || memcmp(*data + 4, "zimg", 4))
		return 0;
	offset = le32(*data + 8);
	size = le32(*data + 12);
	if (offset > *length || size > *length - offset)
		return fail(error, STATUS_INPUT, "%s: is cut short: its payload ends at %zu of %zu",
			    name, offset + size, *length);
	*data += offset;
	*length = size;
	return 0;
}

static int check(const char *name, const unsigned char *data, size_t length,
		 struct error *error)
{
	const char *what = "is no arm64 kernel image";

	if (length >= HEADER_SIZE && !memcmp(data + ARM64_MAGIC_AT, "ARM\x64", 4))
		return 0;
	if (length >= 4 && !memcmp(data, "\177ELF", 4))
		what = "is an ELF file";
	else if (length >= 4 && !memcmp(data, "\xd0\r\xfe\xed", 4))
		what = "is a FIT image or a device tree";
	else if (length >= 4 && !memcmp(data, "\x27\x05\x19\x56", 4))
		what = "is a U-Boot uImage";
	return fail(error, STATUS_INPUT, "%s: %s: give the arm64 Image, Image.gz or vmlinuz.efi",
		    name, what);
}

int image_unpack(struct unpacked *image, const char *name, const void *data, size_t length,
		 struct error *error)
{
	const unsigned char *bytes = data;

	memset(image, 0, sizeof(*image));
	if (find_payload(name, &bytes, &length, error) ||
	    unpack_bytes(image, name, bytes, length, error))
		return -1;
	if (check(name, image->data, image->length, error)) {
		unpack_close(image);
		return -1;
	}
	return 0;
}

int image_open(struct unpacked *image, const char *path, struct error *error)
{
	struct unpacked file;

	memset(image, 0, sizeof(*image));
	if (unpack_open(&file, path, error))
		return -1;
	if (image_unpack(image, path, file.data, file.length, error)) {
		unpack_close(&file);
		return -1;
	}
	if (image->base) {
		unpack_close(&file);
	} else {
		/* A raw image is the file itself, or a part of it. */
		image->base = file.base;
		image->mapped = file.mapped;
	}
	return 0;
}
