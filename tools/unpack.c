// SPDX-License-Identifier: GPL-2.0-only
#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "compiler.h"

#define CHUNK	(16u << 20)

/* Address space for the largest file: only what is written to becomes memory. */
static int make_room(struct unpacked *out, const char *name, struct error *error)
{
	void *room = mmap(NULL, UNPACK_SIZE_MAX, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		return fail(error, STATUS_FINDING, "%s: no memory to unpack it", name);
	out->base = room;
	out->data = room;
	out->mapped = UNPACK_SIZE_MAX;
	return 0;
}

static int bad_data(const char *name, const char *how, struct error *error)
{
	return fail(error, STATUS_INPUT,
		    "%s: its %s data is damaged, cut short or more than %lu MiB", name, how,
		    UNPACK_SIZE_MAX >> 20);
}

/* A file of the bytes, since zlib's gzip functions read files. */
static int make_file(const void *data, size_t length)
{
	const char *bytes = data;
	int fd = memfd_create("packed", MFD_CLOEXEC);
	ssize_t put;

	while (fd >= 0 && length) {
		put = write(fd, bytes, length);
		if (put <= 0) {
			close(fd);
			return -1;
		}
		bytes += put;
		length -= put;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int unpack_gzip(struct unpacked *out, const char *name, const void *data, size_t length,
		       struct error *error)
{
	int fd = make_file(data, length), got = 1;
	unsigned char *room = out->base;
	void *file;

	file = fd < 0 ? NULL : gzdopen(fd, "rb");
	if (!file) {
		if (fd >= 0)
			close(fd);
		return fail(error, STATUS_FINDING, "%s: no memory to unpack it", name);
	}
	while (got > 0 && out->length < UNPACK_SIZE_MAX) {
		size_t left = UNPACK_SIZE_MAX - out->length;

		got = gzread(file, room + out->length, left < CHUNK ? left : CHUNK);
		if (got > 0)
			out->length += got;
	}
	/* Closing tells whether the data ended where it should. */
	if (gzclose(file) != Z_OK || got)
		return bad_data(name, "gzip", error);
	return 0;
}

static int unpack_zstd(struct unpacked *out, const char *name, const void *data, size_t length,
		       struct error *error)
{
	out->length = ZSTD_decompress(out->base, UNPACK_SIZE_MAX, data, length);
	/* Errors are the largest numbers. */
	return out->length > UNPACK_SIZE_MAX ? bad_data(name, "zstd", error) : 0;
}

static int unpack_xz(struct unpacked *out, const char *name, const void *data, size_t length,
		     struct error *error)
{
	uint64_t limit = UNPACK_SIZE_MAX;
	size_t in = 0, put = 0;
	lzma_ret result;

	result = lzma_stream_buffer_decode(&limit, 0, NULL, data, &in, length, out->base, &put,
					   UNPACK_SIZE_MAX);
	out->length = put;
	if (result == LZMA_OK)
		return 0;
	if (result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR)
		return fail(error, STATUS_FINDING, "%s: no memory to unpack it", name);
	return bad_data(name, "xz", error);
}

/* Compressions by their first bytes. */
static const struct packer {
	const char *magic;
	size_t length;
	const char *name;
	int (*unpack)(struct unpacked *out, const char *name, const void *data, size_t length,
		      struct error *error);
} packers[] = {
	{ "\x1f\x8b", 2, "gzip", unpack_gzip },
	{ "\x28\xb5\x2f\xfd", 4, "zstd", unpack_zstd },
	{ "\3757zXZ", 5, "xz", unpack_xz },
	{ "\x04\x22\x4d\x18", 4, "lz4", NULL },
	{ "\x02\x21\x4c\x18", 4, "lz4", NULL },
	{ "BZh", 3, "bzip2", NULL },
	{ "\x89LZO", 4, "lzo", NULL },
	{ "\x5d\0\0", 3, "lzma", NULL },
};

static const struct packer *find_packer(const void *data, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(packers); i++) {
		if (length >= packers[i].length &&
		    !memcmp(data, packers[i].magic, packers[i].length))
			return &packers[i];
	}
	return NULL;
}

int unpack_bytes(struct unpacked *out, const char *name, const void *data, size_t length,
		 struct error *error)
{
	const struct packer *packer = find_packer(data, length);

	memset(out, 0, sizeof(*out));
	if (!packer) {
		out->data = data;
		out->length = length;
		return 0;
	}
	if (!packer->unpack)
		return fail(error, STATUS_INPUT,
			    "%s: is compressed with %s, which this program does not read: unpack it first",
			    name, packer->name);
	if (make_room(out, name, error))
		return -1;
	if (packer->unpack(out, name, data, length, error)) {
		unpack_close(out);
		return -1;
	}
	return 0;
}

int unpack_open(struct unpacked *file, const char *path, struct error *error)
{
	struct stat stat;
	static const unsigned char nothing[1];
	void *data = NULL;
	int fd;

	memset(file, 0, sizeof(*file));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail(error, STATUS_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode) ||
	    (size_t)stat.st_size > UNPACK_SIZE_MAX) {
		close(fd);
		return fail(error, STATUS_INPUT, "%s: is not a file, or too large", path);
	}
	/* An empty file cannot be mapped. */
	if (stat.st_size)
		data = mmap(NULL, stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return fail(error, STATUS_INPUT, "%s: cannot be read: %s", path, strerror(errno));
	file->base = data;
	file->data = data ? data : nothing;
	file->length = stat.st_size;
	file->mapped = stat.st_size;
	return 0;
}

void unpack_close(struct unpacked *file)
{
	if (file->base)
		munmap(file->base, file->mapped);
	memset(file, 0, sizeof(*file));
}
