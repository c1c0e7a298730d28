// SPDX-License-Identifier: GPL-2.0-only
#include "cover.h"

#include <ctype.h>
#include <fnmatch.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

#define NAME_LENGTH	128

/* The node that an answer is looked for. */
struct question {
	const struct tree_index *index;
	const struct kernel *kernel;
	int node;
	const char *compatible;
	int length;
	char name[NAME_LENGTH];	/* without its unit address */
	const char *type;
};

static const char *next_string(const char *string, const char *end)
{
	string += strlen(string) + 1;
	return string < end ? string : NULL;
}

/* i2c_device_id and spi_device_id: what is behind the comma of the first compatible. */
static const char *device_name(const struct question *question)
{
	const char *comma = strchr(question->compatible, ',');

	return comma ? comma + 1 : question->compatible;
}

static bool fits(const struct question *question, const struct alias *alias)
{
	return (!alias->name || !fnmatch(alias->name, question->name, 0)) &&
	       (!alias->type || !fnmatch(alias->type, question->type, 0));
}

static void add_owner(struct answer *answer, const struct alias *alias)
{
	int i;

	for (i = 0; i < answer->owner_count; i++) {
		if (!strcmp(answer->owners[i], alias->owner))
			return;
	}
	if (i == OWNERS_MAX)
		return;
	answer->owners[i] = alias->owner;
	answer->ours[i] = alias->source == SOURCE_OURS;
	answer->owner_count++;
}

static bool is_module(enum alias_source source)
{
	return source == SOURCE_MODULE || source == SOURCE_OURS;
}

/* Take what an alias says into an answer; @best: the lowest source among its key's. */
static void take(struct answer *answer, const struct alias *alias, enum alias_source best)
{
	if (alias->source == SOURCE_IMAGE_DRIVER && !is_module(best))
		answer->driver = alias->owner;
	else if (alias->owner && (alias->source == best ||
				  (is_module(best) && is_module(alias->source))))
		add_owner(answer, alias);
}

static void set_verdict(struct answer *answer, enum alias_source best)
{
	answer->verdict = is_module(best) ? VERDICT_MODULE : VERDICT_BUILTIN;
	answer->confidence = best == SOURCE_IMAGE_DRIVER || best == SOURCE_IMAGE_CODE ?
			     CONFIDENCE_FOUND : CONFIDENCE_LISTED;
}

/*
 * Look a key up. A built-in driver comes before a module of the same key: it is there first.
 * Return: whether there is a driver for it.
 */
static bool look_up(const struct question *question, enum alias_bus bus, const char *key,
		    struct answer *answer)
{
	const struct aliases *aliases = &question->kernel->aliases;
	enum alias_source best = SOURCE_IMAGE_LIST;
	const struct alias *alias;

	for (alias = aliases_next(aliases, bus, key, NULL); alias;
	     alias = aliases_next(aliases, bus, key, alias)) {
		if (!fits(question, alias))
			continue;
		if (alias->source < best)
			best = alias->source;
		else if (alias->source <= SOURCE_IMAGE_NAME && !answer->named)
			answer->named = key;
	}
	if (best == SOURCE_IMAGE_LIST)
		return false;
	for (alias = aliases_next(aliases, bus, key, NULL); alias;
	     alias = aliases_next(aliases, bus, key, alias)) {
		if (fits(question, alias))
			take(answer, alias, best);
	}
	set_verdict(answer, best);
	answer->bus = bus;
	answer->by = key;
	return true;
}

static bool is_builtin(const struct question *question, const char *compatible)
{
	const struct alias *alias = NULL;

	while ((alias = aliases_next(&question->kernel->aliases, BUS_OF, compatible, alias))) {
		if ((alias->source == SOURCE_BUILTIN || alias->source == SOURCE_IMAGE_DRIVER) &&
		    fits(question, alias))
			return true;
	}
	return false;
}

/* A driver that is built in is asked first, even where a module fits better. */
static void find_rival(const struct question *question, struct answer *answer)
{
	const char *end = question->compatible + question->length, *compatible = answer->by;

	while (!answer->rival && (compatible = next_string(compatible, end))) {
		if (!class_is_generic(compatible) && is_builtin(question, compatible))
			answer->rival = compatible;
	}
}

static bool by_compatible(const struct question *question, struct answer *answer)
{
	const char *end = question->compatible + question->length, *compatible;
	int position = 0;

	for (compatible = question->compatible; compatible;
	     compatible = next_string(compatible, end), position++) {
		if (!class_is_generic(compatible) &&
		    look_up(question, BUS_OF, compatible, answer)) {
			answer->position = position;
			if (answer->verdict == VERDICT_MODULE)
				find_rival(question, answer);
			return true;
		}
	}
	return false;
}

/* Whether the node is a device on a bus whose controllers are named so. */
static bool is_on(const struct question *question, const char *bus)
{
	int parent = question->index->nodes[question->node].parent;
	const char *name = question->index->nodes[parent].name;
	size_t length = strlen(bus);

	return parent > 0 && !strncmp(name, bus, length) &&
	       !isalpha((unsigned char)name[length]) &&
	       tree_property(question->index, question->node, "reg", NULL);
}

static bool is_on_spi(const struct question *question)
{
	return is_on(question, "spi") || is_on(question, "qspi") || is_on(question, "ospi");
}

/*
 * The I2C core asks for modules by compatible only, and matches drivers by name too. The
 * SPI core is the other way round: it asks by name only.
 */
static bool loads_by_name(const struct question *question, const struct answer *answer)
{
	const struct alias *alias = NULL;
	int i;

	while ((alias = aliases_next(&question->kernel->aliases, BUS_SPI, device_name(question),
				     alias))) {
		for (i = 0; i < answer->owner_count; i++) {
			if (!strcmp(alias->owner, answer->owners[i]))
				return true;
		}
	}
	return false;
}

/* The children of a multi-function device can be matched by the name of its cell. */
static bool is_cell(const struct question *question)
{
	int parent = question->index->nodes[question->node].parent, length;
	const char *compatible;

	compatible = parent > 0 ? tree_property(question->index, parent, "compatible", &length) :
				  NULL;
	return compatible && !string_list_has(compatible, length, "simple-bus") &&
	       !string_list_has(compatible, length, "simple-mfd");
}

static bool by_name(const struct question *question, struct answer *answer)
{
	bool found = false;

	if (is_on(question, "i2c")) {
		found = look_up(question, BUS_I2C, device_name(question), answer);
		answer->by_hand = found && answer->verdict == VERDICT_MODULE;
	} else if (is_on_spi(question)) {
		found = look_up(question, BUS_SPI, device_name(question), answer);
	} else if (is_cell(question)) {
		found = look_up(question, BUS_PLATFORM, device_name(question), answer);
	}
	return found;
}

static bool digits_fit(const char *pattern, const char *digits)
{
	for (; *pattern && *digits; pattern++, digits++) {
		if (*pattern != *digits && *pattern != '?' && *digits != '?')
			return false;
	}
	return *pattern == *digits;
}

static bool by_digits(const struct question *question, enum alias_bus bus, const char *digits,
		      const char *by, struct answer *answer)
{
	enum alias_source best = SOURCE_IMAGE_LIST;
	const struct alias *alias = NULL;

	while ((alias = aliases_next_pattern(&question->kernel->aliases, bus, alias))) {
		if (!digits_fit(alias->key, digits))
			continue;
		if (alias->source < best)
			best = alias->source;
		take(answer, alias, alias->source);
	}
	if (best == SOURCE_IMAGE_LIST)
		return false;
	set_verdict(answer, best);
	answer->bus = bus;
	answer->by = by;
	return true;
}

/* "ethernet-phy-idAAAA.BBBB": the ID in binary, as mdio: aliases have it. */
static bool by_phy_id(const struct question *question, struct answer *answer)
{
	const char *end = question->compatible + question->length, *compatible;
	unsigned int high, low, id;
	char digits[33];
	int i, used, position = 0;

	for (compatible = question->compatible; compatible;
	     compatible = next_string(compatible, end), position++) {
		used = 0;
		if (sscanf(compatible, "ethernet-phy-id%4x.%4x%n", &high, &low, &used) != 2 ||
		    !used || compatible[used])
			continue;
		id = high << 16 | low;
		for (i = 0; i < 32; i++)
			digits[i] = id >> (31 - i) & 1 ? '1' : '0';
		digits[32] = 0;
		if (by_digits(question, BUS_MDIO, digits, compatible, answer)) {
			answer->position = position;
			return true;
		}
	}
	return false;
}

/* A PrimeCell's ID: from the tree, or ARM's part number out of "arm,plNNN". */
static bool by_peripheral_id(const struct question *question, struct answer *answer)
{
	const char *end = question->compatible + question->length, *compatible;
	char digits[10] = "";
	const fdt32_t *id;
	int length;

	id = tree_property(question->index, question->node, "arm,primecell-periphid", &length);
	if (id && length == 4)
		snprintf(digits, sizeof(digits), "d%08X", fdt32_to_cpu(*id));
	for (compatible = question->compatible; compatible && !*digits;
	     compatible = next_string(compatible, end)) {
		if ((!strncmp(compatible, "arm,pl", 6) || !strncmp(compatible, "arm,sp", 6)) &&
		    strspn(compatible + 6, "0123456789abcdef") == 3 && !compatible[9])
			snprintf(digits, sizeof(digits), "d???41%.3s", compatible + 6);
	}
	return *digits && by_digits(question, BUS_AMBA, digits, "arm,primecell", answer);
}

static void answer(struct answer *answer, const struct question *question)
{
	*answer = (struct answer) {
		.verdict = VERDICT_NONE, .confidence = CONFIDENCE_NONE, .position = -1,
	};
	answer->class = class_always(question->index, question->node);
	if (!answer->class) {
		if (by_compatible(question, answer)) {
			answer->by_hand = answer->verdict == VERDICT_MODULE &&
					  is_on_spi(question) && !loads_by_name(question, answer);
			return;
		}
		if (by_name(question, answer) || by_phy_id(question, answer) ||
		    (string_list_has(question->compatible, question->length, "arm,primecell") &&
		     by_peripheral_id(question, answer)))
			return;
		answer->class = class_otherwise(question->index, question->node);
	}
	if (answer->class) {
		answer->verdict = VERDICT_CLASS;
		answer->confidence = CONFIDENCE_CLASS;
	}
}

/* Whether a compatible can be walked: a list of strings that ends. */
static bool is_string_list(const char *list, int length)
{
	return list && length > 0 && !list[length - 1];
}

static void ask(struct question *question, const struct tree_index *index,
		const struct cover_node *node)
{
	const char *name = index->nodes[node->node].name;
	int length = strcspn(name, "@"), type_length;

	question->index = index;
	question->node = node->node;
	question->compatible = node->compatible;
	question->length = node->compatible_length;
	snprintf(question->name, sizeof(question->name), "%.*s", length, name);
	question->type = tree_property(index, node->node, "device_type", &type_length);
	if (!is_string_list(question->type, type_length))
		question->type = "(null)";	/* so does the kernel */
}

static int find_nodes(struct cover *cover, const struct tree_index *index, struct error *error)
{
	bool *enabled = calloc(index->count + 1, sizeof(*enabled));
	int i, parent;

	cover->index = index;
	cover->nodes = calloc(index->count + 1, sizeof(*cover->nodes));
	if (!enabled || !cover->nodes) {
		free(enabled);
		return fail(error, STATUS_FINDING, "%s: no memory", index->tree->name);
	}
	for (i = 0; i < index->count; i++) {
		struct cover_node *node = &cover->nodes[cover->count];

		parent = index->nodes[i].parent;
		enabled[i] = (parent < 0 || enabled[parent]) && tree_enabled(index, i);
		if (!i)
			continue;
		node->compatible = tree_property(index, i, "compatible",
						 &node->compatible_length);
		if (!is_string_list(node->compatible, node->compatible_length))
			continue;
		node->node = i;
		node->enabled = enabled[i];
		cover->count++;
	}
	free(enabled);
	return 0;
}

static struct answer *answer_of(struct cover_node *node, bool against)
{
	return against ? &node->against : &node->answer;
}

/* Whether a node has its modules loaded. */
static bool is_loading(const struct cover_node *node, const struct answer *answer)
{
	return node->enabled && answer->verdict == VERDICT_MODULE && !answer->by_hand;
}

/* Read the tables of each module that an enabled node has loaded. */
static int read_tables(struct cover *cover, struct kernel *kernel, bool against,
		       struct error *error)
{
	int i, j;

	for (i = 0; i < cover->count; i++) {
		const struct answer *answer = answer_of(&cover->nodes[i], against);

		if (!is_loading(&cover->nodes[i], answer))
			continue;
		for (j = 0; j < answer->owner_count; j++) {
			if (kernel_read_tables(kernel, answer->owners[j], error))
				return -1;
		}
	}
	return 0;
}

/* A module that an enabled node has loaded. */
struct loaded {
	const char *module;
	const char *by;		/* the node's compatible, or name, that it is loaded for */
	int order;		/* of the node */
};

static int compare_loaded(const void *a, const void *b)
{
	const struct loaded *left = a, *right = b;
	int order = strcmp(left->module, right->module);

	return order ? order : left->order - right->order;
}

/* The modules that are loaded, each once, by name. Return: their number, or -1. */
static int find_loaded(struct cover *cover, bool against, struct loaded **list,
		       struct error *error)
{
	int i, j, count = 0, kept = 0;

	for (i = 0; i < cover->count; i++)
		count += answer_of(&cover->nodes[i], against)->owner_count;
	*list = calloc(count + 1, sizeof(**list));
	if (!*list)
		return fail(error, STATUS_FINDING, "%s: no memory", cover->index->tree->name);
	for (i = 0, count = 0; i < cover->count; i++) {
		const struct answer *answer = answer_of(&cover->nodes[i], against);

		if (!is_loading(&cover->nodes[i], answer))
			continue;
		for (j = 0; j < answer->owner_count; j++)
			(*list)[count++] = (struct loaded) { answer->owners[j], answer->by, i };
	}
	qsort(*list, count, sizeof(**list), compare_loaded);
	for (i = 0; i < count; i++) {
		if (!kept || strcmp((*list)[kept - 1].module, (*list)[i].module))
			(*list)[kept++] = (*list)[i];
	}
	return kept;
}

static int compare_module(const void *key, const void *loaded)
{
	return strcmp(key, ((const struct loaded *)loaded)->module);
}

/* Answer with a table of a module that is there for another node. */
static void by_loaded_module(const struct loaded *list, int count,
			     const struct question *question, struct answer *answer)
{
	const char *end = question->compatible + question->length, *compatible;
	const struct loaded *loader;
	const struct alias *alias;
	int position = 0;

	for (compatible = question->compatible; compatible;
	     compatible = next_string(compatible, end), position++) {
		alias = NULL;
		while (!class_is_generic(compatible) &&
		       (alias = aliases_next(&question->kernel->aliases, BUS_OF, compatible,
					     alias))) {
			if (alias->source != SOURCE_MODULE_TABLE || !fits(question, alias))
				continue;
			loader = bsearch(alias->owner, list, count, sizeof(*list), compare_module);
			if (!loader)
				continue;
			add_owner(answer, alias);
			answer->verdict = VERDICT_MODULE;
			answer->confidence = CONFIDENCE_FOUND;
			answer->bus = BUS_OF;
			answer->by = compatible;
			answer->position = position;
			answer->loader = loader->by;
			return;
		}
	}
}

/* Answer for one kernel. Tables are read only where there are gaps. */
static int answer_all(struct cover *cover, struct kernel *kernel, bool against,
		      struct error *error)
{
	struct question question = { .kernel = kernel };
	struct loaded *loaded;
	bool gaps = false;
	int i, count;

	for (i = 0; i < cover->count; i++) {
		struct cover_node *node = &cover->nodes[i];

		ask(&question, cover->index, node);
		answer(answer_of(node, against), &question);
		gaps |= node->enabled && answer_of(node, against)->verdict == VERDICT_NONE;
	}
	if (!gaps)
		return 0;
	if (read_tables(cover, kernel, against, error))
		return -1;
	count = find_loaded(cover, against, &loaded, error);
	if (count < 0)
		return -1;
	for (i = 0; i < cover->count; i++) {
		struct cover_node *node = &cover->nodes[i];

		if (answer_of(node, against)->verdict != VERDICT_NONE)
			continue;
		ask(&question, cover->index, node);
		by_loaded_module(loaded, count, &question, answer_of(node, against));
	}
	free(loaded);
	return 0;
}

int cover_tree(struct cover *cover, const struct tree_index *index, struct kernel *kernel,
	       struct kernel *against, struct error *error)
{
	memset(cover, 0, sizeof(*cover));
	if (find_nodes(cover, index, error) || answer_all(cover, kernel, false, error) ||
	    (against && answer_all(cover, against, true, error))) {
		cover_free(cover);
		return -1;
	}
	return 0;
}

/* Where a node of one tree is in another: its parent's place is known already. */
static void find_places(const struct tree_index *index, const struct tree_index *other,
			int *places)
{
	int i, parent;

	places[0] = 0;
	for (i = 1; i < index->count; i++) {
		const char *name = index->nodes[i].name;

		parent = places[index->nodes[i].parent];
		places[i] = parent < 0 ? -1 : tree_child(other, parent, name, strlen(name));
	}
}

static bool is_phandle(const char *name)
{
	return !strcmp(name, "phandle") || !strcmp(name, "linux,phandle");
}

/*
 * The value of a property. @at is where the last one was found: one tree is made of the other,
 * and has its properties in the same order. All are looked at only where there is none.
 */
static const void *property_from(const void *fdt, int node, int *at, const char *name, int *length)
{
	int start = *at, round;

	for (round = 0; round < 2; round++) {
		int offset = round ? fdt_first_property_offset(fdt, node) : start;

		for (; offset >= 0; offset = fdt_next_property_offset(fdt, offset)) {
			const char *have;
			const void *value = fdt_getprop_by_offset(fdt, offset, &have, length);

			if (value && !strcmp(have, name)) {
				*at = offset;
				return value;
			}
		}
	}
	return NULL;
}

/* Whether each property of @node, phandles excepted, is the same in the other tree. */
static bool has_properties(const struct tree_index *other, int place,
			   const struct tree_index *index, int node)
{
	const void *fdt = index->tree->fdt, *value, *there;
	int property, length, length_there;
	int offset = other->nodes[place].offset;
	int at = fdt_first_property_offset(other->tree->fdt, offset);
	const char *name;

	fdt_for_each_property_offset(property, fdt, index->nodes[node].offset) {
		value = fdt_getprop_by_offset(fdt, property, &name, &length);
		if (!value || is_phandle(name))
			continue;
		there = property_from(other->tree->fdt, offset, &at, name, &length_there);
		if (!there || length_there != length || memcmp(value, there, length))
			return false;
	}
	return true;
}

static const struct cover_node *find_node(const struct cover *cover, int node)
{
	int low = 0, high = cover->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (cover->nodes[middle].node == node)
			return &cover->nodes[middle];
		if (cover->nodes[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void compare_node(struct cover_node *node, const struct cover *cover,
			 const struct cover *before, int place)
{
	const struct cover_node *old = place < 0 ? NULL : find_node(before, place);

	if (old && old->enabled)
		node->before = &old->answer;
	if (!old)
		node->change = CHANGE_ADDED;
	else if (node->enabled && !old->enabled)
		node->change = CHANGE_ENABLED;
	else if (!node->enabled && old->enabled)
		node->change = CHANGE_DISABLED;
	else if (!has_properties(before->index, place, cover->index, node->node) ||
		 !has_properties(cover->index, node->node, before->index, place))
		node->change = CHANGE_PROPERTIES;
}

int cover_compare(struct cover *cover, const struct cover *before, struct error *error)
{
	int *places = calloc(cover->index->count + 1, sizeof(*places)), i;

	if (!places)
		return fail(error, STATUS_FINDING, "%s: no memory", cover->index->tree->name);
	find_places(cover->index, before->index, places);
	for (i = 0; i < cover->count; i++)
		compare_node(&cover->nodes[i], cover, before, places[cover->nodes[i].node]);
	free(places);
	return 0;
}

bool answer_differs(const struct answer *a, const struct answer *b)
{
	return a->verdict != b->verdict || a->class != b->class || a->position != b->position;
}

void cover_free(struct cover *cover)
{
	free(cover->nodes);
	memset(cover, 0, sizeof(*cover));
}
