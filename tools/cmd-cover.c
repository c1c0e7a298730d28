// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cover.h"
#include "merge.h"
#include "report.h"

static const char help[] =
"usage: outboard cover --kernel DIR [OPTIONS] X.dtb...\n"
"\n"
"  -k, --kernel DIR       an unpacked kernel package, a nixpkgs kernel, / or\n"
"                         lib/modules/<release> itself\n"
"      --image FILE       the kernel's image, where it is not in DIR\n"
"  -m, --modules DIR      count the .ko files below DIR too; may be repeated\n"
"  -o, --overlay X.dtbo   merge this into each tree first; may be repeated\n"
"      --overlay-nodes    only nodes that the overlays add, enable or change\n"
"      --against DIR      only nodes that fare otherwise on this kernel\n"
"      --against-image F  that kernel's image\n"
"      --only PATH        only nodes whose path begins so\n"
"      --any-board        merge overlays for other boards too\n"
"  -a, --all              disabled nodes too\n"
"      --json             print JSON\n"
"      --ktap             print KTAP\n"
"  -h, --help             this text\n"
"\n"
"Exit status: 0 each enabled node has a driver or needs none, 1 one has none, 2 bad input.\n";

/* Each list has room for all arguments. */
struct arguments {
	const char *kernel;
	const char *image;
	const char *against;
	const char *against_image;
	char **modules;
	int module_count;
	char **overlays;
	int overlay_count;
	char **trees;
	int tree_count;
	struct merge_options merge;
	struct report_options report;
};

/* What is read once for all trees. */
struct inputs {
	struct kernel kernel;
	struct kernel against;
	struct tree *overlays;
	int overlay_count;
};

static int open_kernels(struct inputs *inputs, const struct arguments *arguments,
			struct error *error)
{
	int i;

	if (kernel_open(&inputs->kernel, arguments->kernel, arguments->image, error))
		return -1;
	for (i = 0; i < arguments->module_count; i++) {
		if (kernel_add_modules(&inputs->kernel, arguments->modules[i], error))
			return -1;
	}
	if (!arguments->against)
		return 0;
	return kernel_open(&inputs->against, arguments->against, arguments->against_image, error);
}

static int open_inputs(struct inputs *inputs, const struct arguments *arguments,
		       struct error *error)
{
	int i;

	inputs->overlays = calloc(arguments->overlay_count + 1, sizeof(*inputs->overlays));
	if (!inputs->overlays)
		return fail(error, STATUS_FINDING, "no memory");
	for (i = 0; i < arguments->overlay_count; i++) {
		if (tree_read(&inputs->overlays[i], arguments->overlays[i], error))
			return -1;
		inputs->overlay_count++;
	}
	return open_kernels(inputs, arguments, error);
}

static void close_inputs(struct inputs *inputs)
{
	int i;

	for (i = 0; i < inputs->overlay_count; i++)
		tree_free(&inputs->overlays[i]);
	free(inputs->overlays);
	kernel_close(&inputs->kernel);
	kernel_close(&inputs->against);
}

/* A tree that is indexed and covered. */
struct covered {
	struct tree tree;
	struct tree_index index;
	struct cover cover;
};

static int cover_one(struct covered *covered, struct inputs *inputs, struct error *error)
{
	if (tree_index(&covered->index, &covered->tree, error))
		return -1;
	return cover_tree(&covered->cover, &covered->index, &inputs->kernel,
			  inputs->against.release ? &inputs->against : NULL, error);
}

static void covered_free(struct covered *covered)
{
	cover_free(&covered->cover);
	tree_index_free(&covered->index);
	tree_free(&covered->tree);
}

/* Cover one file, and with overlays what they make of it. */
static int cover_file(FILE *out, struct inputs *inputs, const struct arguments *arguments,
		      int number, int *gaps, struct error *error)
{
	struct covered base = { 0 }, merged = { 0 };
	const char *file = arguments->trees[number];
	const struct cover *cover = &base.cover;
	int result;

	result = tree_read(&base.tree, file, error) || cover_one(&base, inputs, error);
	if (!result && inputs->overlay_count) {
		result = merge(&merged.tree, &base.tree, inputs->overlays, inputs->overlay_count,
			       &arguments->merge, error) ||
			 cover_one(&merged, inputs, error) ||
			 cover_compare(&merged.cover, &base.cover, error);
		cover = &merged.cover;
	}
	if (!result)
		*gaps += report_tree(out, &arguments->report, cover, file, number + 1);
	covered_free(&merged);
	covered_free(&base);
	return result ? -1 : 0;
}

static int cover_files(FILE *out, struct inputs *inputs, struct arguments *arguments,
		       int *gaps, struct error *error)
{
	int i;

	arguments->report.kernel = &inputs->kernel;
	arguments->report.against = arguments->against ? &inputs->against : NULL;
	report_begin(out, &arguments->report, arguments->tree_count);
	for (i = 0; i < arguments->tree_count; i++) {
		if (cover_file(out, inputs, arguments, i, gaps, error))
			return -1;
	}
	report_end(out, &arguments->report);
	return 0;
}

static int run(struct arguments *arguments, int *gaps, struct error *error)
{
	struct inputs inputs = { .overlays = NULL };
	char *text = NULL;
	size_t length = 0;
	FILE *out = NULL;
	int result;

	result = open_inputs(&inputs, arguments, error);
	if (!result) {
		/* Nothing is printed of a run that fails. */
		out = open_memstream(&text, &length);
		result = out ? cover_files(out, &inputs, arguments, gaps, error) :
			       fail(error, STATUS_FINDING, "no memory");
	}
	if (out && fclose(out) && !result)
		result = fail(error, STATUS_FINDING, "no memory");
	if (!result)
		fwrite(text, 1, length, stdout);
	free(text);
	close_inputs(&inputs);
	return result;
}

enum {
	OPTION_IMAGE = 256,
	OPTION_AGAINST,
	OPTION_AGAINST_IMAGE,
	OPTION_ONLY,
	OPTION_OVERLAY_NODES,
	OPTION_ANY_BOARD,
	OPTION_JSON,
	OPTION_KTAP,
};

static const struct option options[] = {
	{ "kernel", required_argument, NULL, 'k' },
	{ "image", required_argument, NULL, OPTION_IMAGE },
	{ "modules", required_argument, NULL, 'm' },
	{ "overlay", required_argument, NULL, 'o' },
	{ "overlay-nodes", no_argument, NULL, OPTION_OVERLAY_NODES },
	{ "against", required_argument, NULL, OPTION_AGAINST },
	{ "against-image", required_argument, NULL, OPTION_AGAINST_IMAGE },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "any-board", no_argument, NULL, OPTION_ANY_BOARD },
	{ "all", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "ktap", no_argument, NULL, OPTION_KTAP },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static void take_option(struct arguments *arguments, int option)
{
	switch (option) {
	case 'k':
		arguments->kernel = optarg;
		break;
	case OPTION_IMAGE:
		arguments->image = optarg;
		break;
	case 'm':
		arguments->modules[arguments->module_count++] = optarg;
		break;
	case 'o':
		arguments->overlays[arguments->overlay_count++] = optarg;
		break;
	case OPTION_OVERLAY_NODES:
		arguments->report.overlay_nodes = true;
		break;
	case OPTION_AGAINST:
		arguments->against = optarg;
		break;
	case OPTION_AGAINST_IMAGE:
		arguments->against_image = optarg;
		break;
	case OPTION_ONLY:
		arguments->report.only = optarg;
		break;
	case OPTION_ANY_BOARD:
		arguments->merge.any_board = true;
		break;
	case 'a':
		arguments->report.all = true;
		break;
	case OPTION_JSON:
		arguments->report.form = REPORT_JSON;
		break;
	case OPTION_KTAP:
		arguments->report.form = REPORT_KTAP;
		break;
	}
}

/* What is wrong with the arguments, or NULL. */
static const char *check(const struct arguments *arguments)
{
	if (!arguments->kernel)
		return "no kernel is given: --kernel DIR";
	if (!arguments->tree_count)
		return "no device tree is given";
	if (arguments->report.overlay_nodes && !arguments->overlay_count)
		return "--overlay-nodes needs --overlay";
	if (arguments->against_image && !arguments->against)
		return "--against-image needs --against";
	return NULL;
}

static int parse(struct arguments *arguments, int argc, char **argv)
{
	const char *wrong;
	int option;

	while ((option = getopt_long(argc, argv, "k:m:o:ah", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return STATUS_OK;
		}
		if (option == '?') {
			fputs(help, stderr);
			return STATUS_INPUT;
		}
		take_option(arguments, option);
	}
	arguments->trees = argv + optind;
	arguments->tree_count = argc - optind;
	arguments->report.overlays = arguments->overlays;
	arguments->report.overlay_count = arguments->overlay_count;
	wrong = check(arguments);
	if (!wrong)
		return -1;
	fprintf(stderr, "outboard cover: %s\n%s", wrong, help);
	return STATUS_INPUT;
}

int command_cover(int argc, char **argv)
{
	struct arguments arguments = { .kernel = NULL };
	struct error error;
	int status, gaps = 0;

	arguments.modules = calloc(argc + 1, sizeof(char *));
	arguments.overlays = calloc(argc + 1, sizeof(char *));
	if (!arguments.modules || !arguments.overlays) {
		fprintf(stderr, "outboard cover: no memory\n");
		status = STATUS_FINDING;
	} else {
		status = parse(&arguments, argc, argv);
	}
	if (status < 0 && run(&arguments, &gaps, &error)) {
		fprintf(stderr, "outboard cover: %s\n", error.text);
		status = error.status;
	}
	free(arguments.modules);
	free(arguments.overlays);
	if (status >= 0)
		return status;
	return gaps ? STATUS_FINDING : STATUS_OK;
}
