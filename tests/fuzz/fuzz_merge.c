// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: merge().
 *
 * Input: length of the base (2 bytes, little endian), the base, the overlay. Whatever it
 * is, merge() must come back; a merge that succeeds must give a sound tree, leave its
 * inputs alone, and give the same bytes the second time.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(int condition, const char *what)
{
	if (!condition) {
		fprintf(stderr, "fuzz_merge: %s\n", what);
		abort();
	}
}

static void merge_twice(const struct tree *base, const struct tree *overlay, FILE *explain)
{
	struct merge_options options = { .any_board = true, .padding = 64, .explain = explain };
	struct tree first = { 0 }, second = { 0 };
	struct error error = { 0 };

	if (merge(&first, base, overlay, 1, &options, &error)) {
		must(error.status && *error.text, "an error without a sentence");
		return;
	}
	must(!fdt_check_full(first.fdt, fdt_totalsize(first.fdt)), "the result is damaged");
	options.explain = NULL;
	must(!merge(&second, base, overlay, 1, &options, &error), "refused the second time");
	must(fdt_totalsize(first.fdt) == fdt_totalsize(second.fdt) &&
	     !memcmp(first.fdt, second.fdt, fdt_totalsize(first.fdt)), "two merges differ");
	tree_free(&first);
	tree_free(&second);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct tree base = { 0 }, overlay = { 0 };
	struct error error = { 0 };
	static FILE *nowhere;
	size_t length;
	void *copy;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (size < 2 || !nowhere)
		return 0;
	length = data[0] | data[1] << 8;
	data += 2;
	size -= 2;
	if (length > size)
		length = size;
	if (!tree_copy(&base, "base.dtb", data, length, &error) &&
	    !tree_copy(&overlay, "overlay.dtbo", data + length, size - length, &error)) {
		copy = malloc(base.size);
		must(!!copy, "no memory");
		memcpy(copy, base.fdt, base.size);
		merge_twice(&base, &overlay, nowhere);
		must(!memcmp(copy, base.fdt, base.size), "the base was changed");
		free(copy);
	}
	tree_free(&base);
	tree_free(&overlay);
	return 0;
}
