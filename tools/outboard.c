// SPDX-License-Identifier: GPL-2.0-only
/*
 * outboard: device trees merged strictly, and which driver each of their nodes gets.
 */
#include <stdio.h>
#include <string.h>

#include "cover.h"
#include "error.h"
#include "merge.h"
#include "output.h"
#include "text.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "merge", command_merge, "merge overlays into a device tree, whole or not at all" },
	{ "cover", command_cover, "say which driver each node of a device tree gets on a kernel" },
};

static void list_commands(FILE *out)
{
	size_t i;

	fprintf(out, "usage: outboard COMMAND [OPTIONS] ...\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-8s%s\n", commands[i].name, commands[i].what);
	fprintf(out, "\n'outboard COMMAND --help' lists a command's options; "
		"see also outboard(1).\n");
}

static int run(int argc, char **argv)
{
	size_t i;

	if (argc > 1) {
		for (i = 0; i < ARRAY_SIZE(commands); i++) {
			if (!strcmp(argv[1], commands[i].name))
				return commands[i].run(argc - 1, argv + 1);
		}
		if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
			list_commands(stdout);
			return STATUS_OK;
		}
		if (!strcmp(argv[1], "--version")) {
			printf("outboard %s\n", OUTBOARD_VERSION);
			return STATUS_OK;
		}
		fputs("outboard: '", stderr);
		text_put(stderr, argv[1]);
		fputs("' is no command\n", stderr);
	}
	list_commands(stderr);
	return STATUS_INPUT;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);
	struct error error;

	/* What is printed can wait until now for the disk to be full. */
	if (status != STATUS_INPUT && output_flush(stdout, &error)) {
		fprintf(stderr, "outboard: %s\n", error.text);
		return error.status;
	}
	return status;
}
