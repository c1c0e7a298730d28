// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <stdarg.h>
#include <string.h>

#include "compiler.h"
#include "text.h"

#define WHY_LENGTH	1024
#define PATH_COLUMN_MAX	72

static const char *const verdict_names[] = {
	[VERDICT_MODULE] = "module", [VERDICT_BUILTIN] = "builtin",
	[VERDICT_CLASS] = "class", [VERDICT_NONE] = "none",
};

static const char *const verdict_words[] = {
	[VERDICT_MODULE] = "module", [VERDICT_BUILTIN] = "built-in",
	[VERDICT_CLASS] = "no need", [VERDICT_NONE] = "NONE",
};

static const char *const bus_names[] = {
	[BUS_OF] = "of", [BUS_I2C] = "i2c", [BUS_SPI] = "spi", [BUS_PLATFORM] = "platform",
	[BUS_MDIO] = "mdio", [BUS_AMBA] = "amba",
};

static const char *const change_names[] = {
	[CHANGE_NONE] = "none", [CHANGE_ADDED] = "added", [CHANGE_ENABLED] = "enabled",
	[CHANGE_DISABLED] = "disabled", [CHANGE_PROPERTIES] = "changed",
};

/* The four verdicts' numbers, and the disabled nodes'. */
struct sums {
	int verdicts[VERDICT_NONE + 1];
	int disabled;
};

static void put_json_list(FILE *out, const char *list, int length)
{
	int here;

	fputc('[', out);
	for (; list && length > 0; list += here, length -= here) {
		text_put_json(out, list);
		here = strlen(list) + 1;
		if (here < length)
			fputs(", ", out);
	}
	fputc(']', out);
}

/* A string, or a list of strings, of the root; what does not end is none. */
static const char *root_property(const struct cover *cover, const char *name, int *length)
{
	const char *value = tree_property(cover->index, 0, name, length);

	return value && *length > 0 && !value[*length - 1] ? value : NULL;
}

static void __printf(3, 4) append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static void append_list(char *text, size_t size, const char *list, int length)
{
	int here, left = length;

	for (; left > 0; list += here, left -= here) {
		append(text, size, "%s%s", left == length ? "" : ", ", list);
		here = strlen(list) + 1;
	}
}

static bool is_ours(const struct answer *answer)
{
	return answer->owner_count && answer->ours[0];
}

/* The sentence of an answer; empty where there is nothing to say. */
static char *say_why(char *text, size_t size, const struct cover_node *node,
		     const struct answer *answer)
{
	*text = 0;
	if (answer->verdict == VERDICT_CLASS)
		append(text, size, "%s", answer->class->why);
	if (answer->verdict == VERDICT_NONE) {
		append(text, size, "no driver in this kernel for ");
		append_list(text, size, node->compatible, node->compatible_length);
	}
	if (answer->verdict == VERDICT_NONE && answer->named)
		append(text, size, "; the image has %s as a name: its code may look for the node",
		       answer->named);
	if (answer->position > 0)
		append(text, size, "no driver for %s: matched by a fallback", node->compatible);
	if (answer->rival)
		append(text, size, "%swhat is built in for %s may take it first",
		       *text ? "; " : "", answer->rival);
	if (is_ours(answer))
		append(text, size, "%sa module of --modules", *text ? "; " : "");
	if (answer->loader)
		append(text, size, "%sthe module has no alias for it, but is loaded for %s",
		       *text ? "; " : "", answer->loader);
	if (answer->by_hand)
		append(text, size, "%snothing loads it by itself: the %s core asks for %s",
		       *text ? "; " : "", answer->bus == BUS_I2C ? "I2C" : "SPI",
		       answer->bus == BUS_I2C ? "of: aliases, and it has none for this" :
						"spi: aliases, and it has none for this");
	return text;
}

static void say_driver(char *text, size_t size, const struct answer *answer)
{
	int i;

	*text = 0;
	for (i = 0; i < answer->owner_count; i++)
		append(text, size, "%s%s", i ? ", " : "", answer->owners[i]);
	if (!i && answer->driver)
		append(text, size, "%s", answer->driver);
	else if (!i && answer->verdict == VERDICT_BUILTIN)
		append(text, size, "(set up by core code)");
}

static void put_text_answer(FILE *out, const struct cover_node *node,
			    const struct answer *answer)
{
	char driver[WHY_LENGTH], why[WHY_LENGTH];

	say_driver(driver, sizeof(driver), answer);
	say_why(why, sizeof(why), node, answer);
	if (answer->by) {
		text_put(out, driver);
		fputs(" by ", out);
		if (answer->bus != BUS_OF)
			fprintf(out, "%s:", bus_names[answer->bus]);
		text_put(out, answer->by);
	}
	if (answer->class)
		fprintf(out, "%s", answer->class->name);
	if (*why) {
		fputs(answer->by ? " (" : answer->class ? ": " : "", out);
		text_put(out, why);
		fputs(answer->by ? ")" : "", out);
	}
}

static void put_text_node(FILE *out, const struct report_options *options,
			  const struct cover *cover, const struct cover_node *node, int column)
{
	char path[TREE_PATH_MAX];
	int wide;

	tree_path(cover->index, node->node, path, sizeof(path));
	fprintf(out, "  %-8s  %c  ", node->enabled ? verdict_words[node->answer.verdict] :
		"disabled", node->answer.confidence);
	wide = text_put(out, path);
	fprintf(out, "%*s  ", column > wide ? column - wide : 0, "");
	put_text_answer(out, node, &node->answer);
	fputc('\n', out);
	if (node->change != CHANGE_NONE) {
		fprintf(out, "               %s by the overlays; before: %s\n",
			change_names[node->change],
			node->change == CHANGE_ADDED ? "not there" :
			node->before ? verdict_words[node->before->verdict] : "disabled");
	}
	if (options->against) {
		fputs("               on ", out);
		text_put(out, options->against->release);
		fprintf(out, ": %s ", verdict_words[node->against.verdict]);
		put_text_answer(out, node, &node->against);
		fputc('\n', out);
	}
}

static void put_json_answer(FILE *out, const struct cover_node *node,
			    const struct answer *answer)
{
	char why[WHY_LENGTH];
	bool first = true;
	int i;

	fprintf(out, "\"verdict\": \"%s\", \"modules\": [", verdict_names[answer->verdict]);
	for (i = 0; i < answer->owner_count; i++) {
		fputs(i ? ", " : "", out);
		text_put_json(out, answer->owners[i]);
	}
	fputs("], \"ours\": [", out);
	for (i = 0; i < answer->owner_count; i++) {
		if (!answer->ours[i])
			continue;
		fputs(first ? "" : ", ", out);
		text_put_json(out, answer->owners[i]);
		first = false;
	}
	fputs("], \"driver\": ", out);
	text_put_json(out, answer->driver);
	fputs(", \"by\": ", out);
	text_put_json(out, answer->by);
	fputs(", \"bus\": ", out);
	text_put_json(out, answer->by ? bus_names[answer->bus] : NULL);
	if (answer->position >= 0)
		fprintf(out, ", \"position\": %d", answer->position + 1);
	else
		fputs(", \"position\": null", out);
	fprintf(out, ", \"autoload\": %s, \"confidence\": \"%c\", \"class\": ",
		answer->by_hand ? "false" : "true", answer->confidence);
	text_put_json(out, answer->class ? answer->class->name : NULL);
	fputs(", \"why\": ", out);
	text_put_json(out, say_why(why, sizeof(why), node, answer));
}

static void put_json_node(FILE *out, const struct report_options *options,
			  const struct cover *cover, const struct cover_node *node)
{
	char path[TREE_PATH_MAX];

	fputs("    {\"path\": ", out);
	text_put_json(out, tree_path(cover->index, node->node, path, sizeof(path)));
	fputs(", \"compatible\": ", out);
	put_json_list(out, node->compatible, node->compatible_length);
	fprintf(out, ", \"status\": \"%s\", ", node->enabled ? "okay" : "disabled");
	put_json_answer(out, node, &node->answer);
	if (options->overlay_count) {
		fprintf(out, ", \"change\": \"%s\", \"before\": ", change_names[node->change]);
		if (node->before) {
			fputc('{', out);
			put_json_answer(out, node, node->before);
			fputc('}', out);
		} else {
			fputs("null", out);
		}
	}
	if (options->against) {
		fputs(", \"against\": {", out);
		put_json_answer(out, node, &node->against);
		fputc('}', out);
	}
	fputc('}', out);
}

static void put_ktap_node(FILE *out, const struct cover *cover, const struct cover_node *node,
			  int number)
{
	char path[TREE_PATH_MAX], why[WHY_LENGTH], driver[WHY_LENGTH], *c;

	tree_path(cover->index, node->node, path, sizeof(path));
	/* A '#' begins a directive. */
	for (c = path; *c; c++)
		*c = *c == '#' ? '?' : *c;
	fprintf(out, "    %s %d ", node->answer.verdict == VERDICT_NONE ? "not ok" : "ok", number);
	text_put(out, path);
	say_driver(driver, sizeof(driver), &node->answer);
	if (!node->enabled)
		fputs(" # SKIP disabled", out);
	else if (node->answer.verdict == VERDICT_CLASS)
		fprintf(out, " # SKIP %s: %s", node->answer.class->name, node->answer.class->why);
	else
		fprintf(out, " # %s ", verdict_words[node->answer.verdict]);
	if (node->enabled && node->answer.verdict != VERDICT_CLASS)
		text_put(out, node->answer.verdict == VERDICT_NONE ?
			 say_why(why, sizeof(why), node, &node->answer) : driver);
	fputc('\n', out);
}

/* Whether a node belongs to what was asked for. */
static bool is_chosen(const struct report_options *options, const struct cover *cover,
		      const struct cover_node *node)
{
	char path[TREE_PATH_MAX];

	if (options->only && strncmp(tree_path(cover->index, node->node, path, sizeof(path)),
				     options->only, strlen(options->only)))
		return false;
	return !options->overlay_nodes || node->change == CHANGE_ADDED ||
	       node->change == CHANGE_ENABLED || node->change == CHANGE_PROPERTIES;
}

static bool is_shown(const struct report_options *options, const struct cover *cover,
		     const struct cover_node *node)
{
	if (!is_chosen(options, cover, node))
		return false;
	if (!node->enabled)
		return options->all || node->change == CHANGE_DISABLED;
	return !options->against || answer_differs(&node->answer, &node->against);
}

static struct sums count(const struct report_options *options, const struct cover *cover)
{
	struct sums sums = { .disabled = 0 };
	int i;

	for (i = 0; i < cover->count; i++) {
		const struct cover_node *node = &cover->nodes[i];

		if (!is_chosen(options, cover, node))
			continue;
		if (node->enabled)
			sums.verdicts[node->answer.verdict]++;
		else
			sums.disabled++;
	}
	return sums;
}

static int path_column(const struct report_options *options, const struct cover *cover)
{
	char path[TREE_PATH_MAX];
	int i, length, column = 0;

	for (i = 0; i < cover->count; i++) {
		if (!is_shown(options, cover, &cover->nodes[i]))
			continue;
		tree_path(cover->index, cover->nodes[i].node, path, sizeof(path));
		length = text_put(NULL, path);
		if (length > column && length <= PATH_COLUMN_MAX)
			column = length;
	}
	return column;
}

static void put_text_nodes(FILE *out, const struct report_options *options,
			   const struct cover *cover, bool enabled, enum verdict verdict)
{
	int column = path_column(options, cover), i;

	for (i = 0; i < cover->count; i++) {
		const struct cover_node *node = &cover->nodes[i];

		if (node->enabled == enabled && node->answer.verdict == verdict &&
		    is_shown(options, cover, node))
			put_text_node(out, options, cover, node, column);
	}
}

static void put_text_tree(FILE *out, const struct report_options *options,
			  const struct cover *cover, const char *file, const struct sums *sums)
{
	static const enum verdict order[] = {
		VERDICT_NONE, VERDICT_MODULE, VERDICT_BUILTIN, VERDICT_CLASS,
	};
	int length;
	const char *model = root_property(cover, "model", &length);
	size_t j;

	text_put(out, file);
	fputs(": ", out);
	text_put(out, model ? model : "no model");
	fputs(", on ", out);
	text_put(out, options->kernel->release);
	fputc('\n', out);
	for (j = 0; j < ARRAY_SIZE(order); j++)
		put_text_nodes(out, options, cover, true, order[j]);
	for (j = 0; j < ARRAY_SIZE(order); j++)
		put_text_nodes(out, options, cover, false, order[j]);
	fprintf(out, "  %d module, %d built-in, %d need none, %d none (%d disabled)\n",
		sums->verdicts[VERDICT_MODULE], sums->verdicts[VERDICT_BUILTIN],
		sums->verdicts[VERDICT_CLASS], sums->verdicts[VERDICT_NONE], sums->disabled);
}

static void put_json_tree(FILE *out, const struct report_options *options,
			  const struct cover *cover, const char *file, const struct sums *sums)
{
	const char *model, *compatible;
	bool first = true;
	int length, i;

	fputs("  {\"file\": ", out);
	text_put_json(out, file);
	fputs(", \"model\": ", out);
	model = root_property(cover, "model", &length);
	text_put_json(out, model);
	fputs(", \"compatible\": ", out);
	compatible = root_property(cover, "compatible", &length);
	put_json_list(out, compatible, length);
	fputs(", \"overlays\": [", out);
	for (i = 0; i < options->overlay_count; i++) {
		fputs(i ? ", " : "", out);
		text_put_json(out, options->overlays[i]);
	}
	fputs("],\n   \"nodes\": [", out);
	for (i = 0; i < cover->count; i++) {
		if (!is_shown(options, cover, &cover->nodes[i]))
			continue;
		fputs(first ? "\n" : ",\n", out);
		put_json_node(out, options, cover, &cover->nodes[i]);
		first = false;
	}
	fprintf(out, "],\n   \"summary\": {\"module\": %d, \"builtin\": %d, \"class\": %d, ",
		sums->verdicts[VERDICT_MODULE], sums->verdicts[VERDICT_BUILTIN],
		sums->verdicts[VERDICT_CLASS]);
	fprintf(out, "\"none\": %d, \"disabled\": %d}}", sums->verdicts[VERDICT_NONE],
		sums->disabled);
}

static void put_ktap_tree(FILE *out, const struct report_options *options,
			  const struct cover *cover, const char *file, const struct sums *sums,
			  int number)
{
	int i, shown = 0, failed = 0;

	for (i = 0; i < cover->count; i++)
		shown += is_shown(options, cover, &cover->nodes[i]);
	fputs("    KTAP version 1\n    # Subtest: ", out);
	text_put(out, file);
	fprintf(out, "\n    1..%d\n", shown);
	for (i = 0, shown = 0; i < cover->count; i++) {
		const struct cover_node *node = &cover->nodes[i];

		if (!is_shown(options, cover, node))
			continue;
		put_ktap_node(out, cover, node, ++shown);
		failed += node->enabled && node->answer.verdict == VERDICT_NONE;
	}
	fprintf(out, "    # %d module, %d built-in, %d need none, %d none\n",
		sums->verdicts[VERDICT_MODULE], sums->verdicts[VERDICT_BUILTIN],
		sums->verdicts[VERDICT_CLASS], sums->verdicts[VERDICT_NONE]);
	fprintf(out, "%s %d ", failed ? "not ok" : "ok", number);
	text_put(out, file);
	fputc('\n', out);
}

static void put_json_kernel(FILE *out, const struct kernel *kernel)
{
	fputs("{\"release\": ", out);
	text_put_json(out, kernel->release);
	fputs(", \"modules\": ", out);
	text_put_json(out, kernel->modules);
	fputs(", \"image\": ", out);
	text_put_json(out, kernel->image);
	fprintf(out, ", \"modules_alias\": %s, \"builtin_aliases\": %s, \"image_drivers\": %s}",
		kernel->indexed ? "true" : "false", kernel->builtin_listed ? "true" : "false",
		kernel->pointers ? "true" : "false");
}

static void put_text_notes(FILE *out, const struct kernel *kernel)
{
	if (!kernel->indexed) {
		text_put(out, kernel->release);
		fputs(" has no modules.alias: its modules themselves were read\n", out);
	}
	if (!kernel->pointers) {
		text_put(out, kernel->release);
		fputs(": the image's pointers cannot be read: a list of names counts as a driver\n",
		      out);
	}
}

void report_begin(FILE *out, const struct report_options *options, int trees)
{
	switch (options->form) {
	case REPORT_JSON:
		fputs("{\"kernel\": ", out);
		put_json_kernel(out, options->kernel);
		fputs(",\n \"against\": ", out);
		if (options->against)
			put_json_kernel(out, options->against);
		else
			fputs("null", out);
		fputs(",\n \"trees\": [", out);
		break;
	case REPORT_KTAP:
		fprintf(out, "KTAP version 1\n1..%d\n", trees);
		break;
	default:
		put_text_notes(out, options->kernel);
		if (options->against)
			put_text_notes(out, options->against);
		break;
	}
}

int report_tree(FILE *out, const struct report_options *options, const struct cover *cover,
		const char *file, int number)
{
	struct sums sums = count(options, cover);

	switch (options->form) {
	case REPORT_JSON:
		fputs(number > 1 ? ",\n" : "\n", out);
		put_json_tree(out, options, cover, file, &sums);
		break;
	case REPORT_KTAP:
		put_ktap_tree(out, options, cover, file, &sums, number);
		break;
	default:
		fputs(number > 1 ? "\n" : "", out);
		put_text_tree(out, options, cover, file, &sums);
		break;
	}
	return sums.verdicts[VERDICT_NONE];
}

void report_end(FILE *out, const struct report_options *options)
{
	bool packed = options->kernel->packed || (options->against && options->against->packed);

	/* Modules are opened only where a tree has gaps: that is known now. */
	if (options->form == REPORT_JSON)
		fprintf(out, "\n], \"modules_read\": %s}\n", packed ? "false" : "true");
	else if (packed)
		fputs("# not all modules could be unpacked: some of the gaps may be none\n", out);
}
