// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "text.h"

static const char help[] =
"usage: outboard merge [OPTIONS] -o OUT.dtb BASE.dtb OVERLAY.dtbo...\n"
"       outboard merge --explain BASE.dtb OVERLAY.dtbo...\n"
"\n"
"  -o, --output FILE    write the merged tree to FILE ('-': standard output)\n"
"  -e, --explain        print what each overlay adds and replaces\n"
"  -p, --padding BYTES  leave that much free space in the tree, for boot loaders that\n"
"                       edit it (decimal, 0x..., or with k)\n"
"      --any-board      merge overlays for other boards too\n"
"  -h, --help           this text\n";

static int parse_bytes(const char *text, unsigned int *bytes)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 0);
	if (*text < '0' || *text > '9' || value > TREE_SIZE_MAX)
		return -1;
	if (*end == 'k' || *end == 'K') {
		value *= 1024;
		end++;
	}
	*bytes = value;
	return *end || value > TREE_SIZE_MAX ? -1 : 0;
}

static int run(const char *output, char **files, int count, struct merge_options *options,
	       struct error *error)
{
	struct tree *trees = calloc(count, sizeof(*trees)), result = { 0 };
	char *text = NULL;
	size_t length = 0;
	FILE *memory = NULL;
	int i, status = -1;

	if (!trees)
		return fail(error, STATUS_FINDING, "no memory");
	for (i = 0; i < count; i++) {
		if (tree_read(&trees[i], files[i], error))
			goto out;
	}
	/* Nothing is explained of a merge that fails. */
	if (options->explain) {
		memory = open_memstream(&text, &length);
		if (!memory) {
			fail(error, STATUS_FINDING, "no memory");
			goto out;
		}
		options->explain = memory;
	}
	status = merge(&result, &trees[0], trees + 1, count - 1, options, error);
	if (memory && fclose(memory) && !status)
		status = fail(error, STATUS_FINDING, "no memory");
	if (!status && output)
		status = tree_write(&result, output, error);
	/* The tree itself may be on standard output. */
	if (!status && text)
		fputs(text, output && !strcmp(output, "-") ? stderr : stdout);
out:
	free(text);
	tree_free(&result);
	for (i = 0; i < count; i++)
		tree_free(&trees[i]);
	free(trees);
	return status;
}

int command_merge(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "explain", no_argument, NULL, 'e' },
		{ "padding", required_argument, NULL, 'p' },
		{ "any-board", no_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct merge_options how = { 0 };
	const char *output = NULL;
	struct error error;
	int option;

	while ((option = getopt_long(argc, argv, "o:ep:h", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			output = optarg;
			break;
		case 'e':
			how.explain = stdout;
			break;
		case 'p':
			if (parse_bytes(optarg, &how.padding)) {
				fputs("outboard merge: --padding ", stderr);
				text_put(stderr, optarg);
				fprintf(stderr, ": no size up to %u\n", TREE_SIZE_MAX);
				return STATUS_INPUT;
			}
			break;
		case 'b':
			how.any_board = true;
			break;
		case 'h':
			fputs(help, stdout);
			return STATUS_OK;
		default:
			fputs(help, stderr);
			return STATUS_INPUT;
		}
	}
	if (argc - optind < 1 || (!output && !how.explain)) {
		fprintf(stderr, "outboard merge: %s\n%s", argc - optind < 1 ?
			"no base tree is given" : "give -o FILE, or --explain to only look", help);
		return STATUS_INPUT;
	}
	if (argc - optind < 2) {
		fprintf(stderr, "outboard merge: no overlay is given\n");
		return STATUS_INPUT;
	}
	if (run(output, argv + optind, argc - optind, &how, &error)) {
		fprintf(stderr, "outboard merge: %s\n", error.text);
		return error.status;
	}
	return STATUS_OK;
}
