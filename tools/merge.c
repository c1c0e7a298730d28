// SPDX-License-Identifier: GPL-2.0-only
/*
 * libfdt does the merging. Around it stands what it leaves out: an overlay for another
 * board, a fragment that libfdt would pass over, and references outside of a property
 * are refused before; after the last overlay the result is compared with the base and
 * with every overlay, cell by cell, with every reference followed to its node.
 *
 * The comparison does not trust what libfdt computed: the references of an overlay are
 * resolved here a second time, from labels and paths.
 */
#include "merge.h"

#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/*
 * Overlays are small: the largest that is known has 60 KB and some hundred nodes. The time
 * that libfdt takes grows with the square of theirs, and with this is some seconds at most.
 */
#define OVERLAY_SIZE_MAX	(512u << 10)
#define OVERLAY_PARTS_MAX	4096

/* Room for what a first try needs beyond base and overlay: names, tags, symbols. */
#define FIRST_SLACK		4096

/**
 * struct fragment - one fragment of an overlay
 * @node: index of the fragment
 * @content: index of its __overlay__ node, -1 where it has none
 * @target: path in the tree of the node that it changes
 */
struct fragment {
	int node;
	int content;
	char *target;
};

/**
 * struct overlay - an overlay on its way through the merge
 * @tree: what was given
 * @expected: a copy of it, in which references are replaced by what they must become
 * @index: of @expected; the nodes are those of @tree
 * @fragments: @fragment_count of them
 * @fragment_count: number of @fragments
 * @labels: paths of the nodes that its __fixups__ name, in their order
 * @label_count: number of @labels
 * @map: of each node of @index, the node of the result that it went to, or -1
 */
struct overlay {
	const struct tree *tree;
	struct tree expected;
	struct tree_index index;
	struct fragment *fragments;
	int fragment_count;
	char **labels;
	int label_count;
	int *map;
};

static bool is_phandle(const char *property)
{
	return !strcmp(property, "phandle") || !strcmp(property, "linux,phandle");
}

static bool is_string(const char *value, int length)
{
	return value && length > 0 && strnlen(value, length) == (size_t)length - 1;
}

/* A list of strings as text: "a, b". */
static void join(const char *list, int length, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	while (length > 0 && used < size) {
		size_t here = strnlen(list, length);
		int put = snprintf(text + used, size - used, "%s%.*s", used ? ", " : "", (int)here,
				   list);

		used += put > 0 ? put : 0;
		list += here + 1;
		length -= here + 1;
	}
}

static int count_strings(const char *list, int length)
{
	int count = 0;

	while (length-- > 0)
		count += !*list++;
	return count;
}

static int check_board(const struct tree *base, const struct overlay *overlay,
		       struct error *error)
{
	const char *meant, *board, *at;
	char wanted[300], have[300];
	int meant_length, board_length, left;

	meant = fdt_getprop(overlay->tree->fdt, 0, "compatible", &meant_length);
	board = fdt_getprop(base->fdt, 0, "compatible", &board_length);
	if (!meant || meant_length < 2)
		return fail(error, STATUS_INPUT,
			    "%s: its root has no compatible: it does not say which boards it is for (--any-board merges it all the same)",
			    overlay->tree->name);
	for (at = meant, left = meant_length; left > 0;) {
		size_t here = strnlen(at, left);

		if (here && here < (size_t)left && board &&
		    string_list_has(board, board_length, at))
			return 0;
		at += here + 1;
		left -= here + 1;
	}
	join(meant, meant_length, wanted, sizeof(wanted));
	join(board, board ? board_length : 0, have, sizeof(have));
	return fail(error, STATUS_INPUT, "%s: is for %s; %s is the tree of %s",
		    overlay->tree->name, wanted, base->name, *have ? have : "an unnamed board");
}

/* Levenshtein distance of two short names; long ones are as far apart as can be. */
static unsigned int distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), i, j;
	unsigned int row[65];

	if (la > 64 || lb > 64)
		return 64;
	for (j = 0; j <= lb; j++)
		row[j] = j;
	for (i = 1; i <= la; i++) {
		unsigned int corner = row[0];

		row[0] = i;
		for (j = 1; j <= lb; j++) {
			unsigned int best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

/* The labels of the base that look most like the one that it lacks: "a, b, c". */
static void nearest_labels(const void *fdt, int symbols, const char *label, char *text,
			   size_t size)
{
	enum { SHOWN = 3 };
	const char *best[SHOWN] = { NULL };
	unsigned int far[SHOWN] = { 0 }, limit = strlen(label) / 2 + 1;
	size_t used = 0;
	int offset, i, j;

	fdt_for_each_property_offset(offset, fdt, symbols) {
		const char *name = NULL;
		unsigned int away;
		int length;

		if (!fdt_getprop_by_offset(fdt, offset, &name, &length) || !name)
			continue;
		/* A label that begins or ends with the one wanted is near, however long. */
		away = strstr(name, label) ? 1 : distance(name, label);
		if (away > limit)
			continue;
		for (i = 0; i < SHOWN && best[i] && far[i] <= away; i++)
			;
		for (j = SHOWN - 1; j > i; j--) {
			best[j] = best[j - 1];
			far[j] = far[j - 1];
		}
		if (i < SHOWN) {
			best[i] = name;
			far[i] = away;
		}
	}
	*text = '\0';
	for (i = 0; i < SHOWN && best[i] && used < size; i++) {
		int put = snprintf(text + used, size - used, "%s%s", i ? ", " : "", best[i]);

		used += put > 0 ? put : 0;
	}
}

/**
 * struct reference - one entry of a __fixups__ property
 * @path: node of the overlay, @path_length bytes
 * @path_length: bytes of @path
 * @property: name of its property, @property_length bytes
 * @property_length: bytes of @property
 * @offset: where in the property's value the cell is
 */
struct reference {
	const char *path;
	int path_length;
	const char *property;
	int property_length;
	unsigned long offset;
};

/* Split "path:property:offset"; @text is a string. */
static bool parse_reference(const char *text, struct reference *reference)
{
	const char *colon = strchr(text, ':');
	const char *second = colon ? strchr(colon + 1, ':') : NULL;
	char *end;

	if (!second || colon == text || second == colon + 1 || !second[1] || *text != '/')
		return false;
	reference->path = text;
	reference->path_length = colon - text;
	reference->property = colon + 1;
	reference->property_length = second - colon - 1;
	errno = 0;
	reference->offset = strtoul(second + 1, &end, 10);
	return !errno && !*end && second[1] >= '0' && second[1] <= '9';
}

/* The cell of the expected overlay that a reference means, or NULL. */
static void *reference_cell(struct overlay *overlay, const struct reference *reference)
{
	char path[TREE_PATH_MAX];
	const char *value;
	int node, length;

	if (reference->path_length >= TREE_PATH_MAX || reference->property_length >= TREE_PATH_MAX)
		return NULL;
	memcpy(path, reference->property, reference->property_length);
	path[reference->property_length] = '\0';
	if (is_phandle(path))
		return NULL;
	memcpy(path, reference->path, reference->path_length);
	path[reference->path_length] = '\0';
	node = tree_find(&overlay->index, path);
	if (node < 0)
		return NULL;
	value = fdt_getprop_namelen(overlay->expected.fdt, overlay->index.nodes[node].offset,
				    reference->property, reference->property_length, &length);
	if (!value || length < 4 || reference->offset > (unsigned long)length - 4)
		return NULL;
	return (char *)(uintptr_t)value + reference->offset;
}

/* Find in @base the node that a label means; returns its path, for free(). */
static char *resolve_label(const struct tree *base, const struct overlay *overlay,
			   const char *label, const char *user, struct error *error)
{
	int symbols = fdt_path_offset(base->fdt, "/__symbols__"), length, node;
	const char *path;
	char near[200], *copy;

	if (symbols < 0) {
		fail(error, STATUS_INPUT,
		     "%s: needs the label %s (%s), and %s has no __symbols__: its labels are lost; take a tree that was compiled with dtc -@, or merge an overlay first that gives the labels",
		     overlay->tree->name, label, user, base->name);
		return NULL;
	}
	path = fdt_getprop(base->fdt, symbols, label, &length);
	if (!path) {
		nearest_labels(base->fdt, symbols, label, near, sizeof(near));
		fail(error, STATUS_INPUT, "%s: %s has no label %s (needed by %s)%s%s",
		     overlay->tree->name, base->name, label, user, *near ? "; it has " : "", near);
		return NULL;
	}
	node = is_string(path, length) ? fdt_path_offset(base->fdt, path) : -FDT_ERR_BADPATH;
	if (node < 0) {
		fail(error, STATUS_INPUT,
		     "%s: the label %s of %s means '%.*s', and there is no such node",
		     overlay->tree->name, label, base->name, length > 0 ? length : 0, path);
		return NULL;
	}
	if (!fdt_get_phandle(base->fdt, node)) {
		fail(error, STATUS_INPUT,
		     "%s: the node %s of %s, label %s, has no phandle: nothing can refer to it",
		     overlay->tree->name, path, base->name, label);
		return NULL;
	}
	copy = strdup(path);
	if (!copy)
		fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
	return copy;
}

/*
 * Resolve what __fixups__ names in the tree as it is before this overlay. Every entry
 * must mean a cell of the overlay: libfdt takes some of that on trust.
 */
static int resolve_labels(const struct tree *base, struct overlay *overlay, struct error *error)
{
	int fixups = tree_find(&overlay->index, "/__fixups__"), offset, count = 0;
	const void *fdt = overlay->expected.fdt;

	if (fixups < 0)
		return 0;
	fdt_for_each_property_offset(offset, fdt, overlay->index.nodes[fixups].offset)
		count++;
	overlay->labels = calloc(count + 1, sizeof(*overlay->labels));
	if (!overlay->labels)
		return fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
	fdt_for_each_property_offset(offset, fdt, overlay->index.nodes[fixups].offset) {
		const char *label = NULL, *users;
		struct reference reference;
		int length, left;

		users = fdt_getprop_by_offset(fdt, offset, &label, &length);
		if (!users || !label || length < 1 || users[length - 1])
			return fail(error, STATUS_INPUT, "%s: /__fixups__ is damaged",
				    overlay->tree->name);
		for (left = length; left > 0;) {
			const char *user = users + length - left;

			if (!parse_reference(user, &reference) ||
			    !reference_cell(overlay, &reference))
				return fail(error, STATUS_INPUT,
					    "%s: /__fixups__: %s: '%s' is no cell of the overlay",
					    overlay->tree->name, label, user);
			left -= strlen(user) + 1;
		}
		overlay->labels[overlay->label_count] = resolve_label(base, overlay, label, users,
								      error);
		if (!overlay->labels[overlay->label_count])
			return -1;
		overlay->label_count++;
	}
	return 0;
}

/* The node of the overlay with that phandle, or -1. */
static int node_by_phandle(const struct overlay *overlay, uint32_t phandle)
{
	int node;

	for (node = 0; phandle && node < overlay->index.count; node++) {
		if (fdt_get_phandle(overlay->expected.fdt, overlay->index.nodes[node].offset) ==
		    phandle)
			return node;
	}
	return -1;
}

/**
 * typedef local_visitor - called for each cell that refers to a node of the same overlay
 * @overlay: the overlay
 * @node: the node that has the cell
 * @property: the property that has it
 * @cell: the cell, in the expected overlay; may be unaligned
 * @target: the node of the overlay that it refers to
 * @context: as given to visit_local()
 * @error: where -1 is returned
 *
 * Return: 0 to go on, or -1.
 */
typedef int (*local_visitor)(struct overlay *overlay, int node, const char *property, void *cell,
			     int target, const void *context, struct error *error);

static int bad_local(const struct overlay *overlay, int node, const char *property,
		     const char *why, struct error *error)
{
	char path[TREE_PATH_MAX];

	return fail(error, STATUS_INPUT, "%s: /__local_fixups__%s: %s: %s", overlay->tree->name,
		    node ? tree_path(&overlay->index, node, path, sizeof(path)) : "",
		    property ? property : "?", why);
}

static int visit_local_property(struct overlay *overlay, int node, int offset,
				local_visitor visit, const void *context,
				struct error *error)
{
	const char *name = NULL;
	const fdt32_t *cells;
	int length, size, i;
	char *value;

	cells = fdt_getprop_by_offset(overlay->expected.fdt, offset, &name, &length);
	if (!cells || !name || length % 4 || is_phandle(name))
		return bad_local(overlay, node, name, "is no list of offsets", error);
	value = (char *)(uintptr_t)fdt_getprop(overlay->expected.fdt,
					       overlay->index.nodes[node].offset, name, &size);
	if (!value)
		return bad_local(overlay, node, name, "the node has no such property", error);
	for (i = 0; i < length / 4; i++) {
		uint32_t where = fdt32_ld(cells + i);
		int target;

		if (size < 4 || where > (uint32_t)size - 4)
			return bad_local(overlay, node, name, "an offset is outside of it", error);
		target = node_by_phandle(overlay, fdt32_ld((fdt32_t *)(value + where)));
		if (target < 0)
			return bad_local(overlay, node, name, "refers to no node of the overlay",
					 error);
		if (visit(overlay, node, name, value + where, target, context, error))
			return -1;
	}
	return 0;
}

/* Go over the references within the overlay, as __local_fixups__ lists them. */
static int visit_local(struct overlay *overlay, local_visitor visit, const void *context,
		       struct error *error)
{
	int root = tree_find(&overlay->index, "/__local_fixups__"), node, offset;
	const struct node *nodes = overlay->index.nodes;
	int *real;

	if (root < 0)
		return 0;
	/* Of each node below __local_fixups__, the node that it describes. */
	real = calloc(overlay->index.count, sizeof(*real));
	if (!real)
		return fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
	for (node = root; node < nodes[root].end; node++) {
		if (node > root) {
			real[node] = tree_child(&overlay->index, real[nodes[node].parent],
						nodes[node].name, strlen(nodes[node].name));
			if (real[node] < 0) {
				char path[TREE_PATH_MAX];

				tree_path(&overlay->index, node, path, sizeof(path));
				free(real);
				return fail(error, STATUS_INPUT,
					    "%s: %s describes a node that the overlay lacks",
					    overlay->tree->name, path);
			}
		}
		fdt_for_each_property_offset(offset, overlay->expected.fdt, nodes[node].offset) {
			if (visit_local_property(overlay, real[node], offset, visit, context,
						 error)) {
				free(real);
				return -1;
			}
		}
	}
	free(real);
	return 0;
}

static struct fragment *fragment_of(struct overlay *overlay, int node)
{
	int i;

	for (i = 0; i < overlay->fragment_count; i++) {
		struct fragment *fragment = &overlay->fragments[i];

		if (fragment->content >= 0 && node >= fragment->content &&
		    node < overlay->index.nodes[fragment->content].end)
			return fragment;
	}
	return NULL;
}

/* The path in the tree that a node of a fragment goes to, for free(); NULL without memory. */
static char *destination(const struct overlay *overlay, const struct fragment *fragment, int node)
{
	char content[TREE_PATH_MAX], path[TREE_PATH_MAX], *whole;
	const char *rest;

	tree_path(&overlay->index, fragment->content, content, sizeof(content));
	tree_path(&overlay->index, node, path, sizeof(path));
	rest = path + strlen(content);
	if (asprintf(&whole, "%s%s", *rest && !strcmp(fragment->target, "/") ? "" :
		     fragment->target, rest) < 0)
		return NULL;
	return whole;
}

/* The label that the fragment's target property is fixed up with: its path, or NULL. */
static const char *label_target(struct overlay *overlay, const struct fragment *fragment)
{
	int fixups = tree_find(&overlay->index, "/__fixups__"), offset, label = 0;
	const struct node *node = &overlay->index.nodes[fragment->node];
	const void *fdt = overlay->expected.fdt;

	if (fixups < 0)
		return NULL;
	fdt_for_each_property_offset(offset, fdt, overlay->index.nodes[fixups].offset) {
		struct reference reference;
		const char *users;
		int length;

		users = fdt_getprop_by_offset(fdt, offset, NULL, &length);
		for (; users && length > 0;) {
			if (parse_reference(users, &reference) &&
			    reference.path_length == (int)strlen(node->name) + 1 &&
			    !memcmp(reference.path + 1, node->name, reference.path_length - 1) &&
			    reference.property_length == 6 &&
			    !memcmp(reference.property, "target", 6))
				return overlay->labels[label];
			length -= strlen(users) + 1;
			users += strlen(users) + 1;
		}
		label++;
	}
	return NULL;
}

/* A fragment may change a node that an earlier fragment of its overlay brings: that, or -1. */
static int local_target(const struct overlay *overlay, const struct fragment *fragment)
{
	const char *name = overlay->index.nodes[fragment->node].name;
	int locals = tree_find(&overlay->index, "/__local_fixups__"), length;
	const fdt32_t *cell;

	if (locals >= 0)
		locals = tree_child(&overlay->index, locals, name, strlen(name));
	if (locals < 0 || !tree_property(&overlay->index, locals, "target", NULL))
		return -1;
	cell = tree_property(&overlay->index, fragment->node, "target", &length);
	if (!cell || length < 4)
		return -1;
	return node_by_phandle(overlay, fdt32_ld(cell));
}

static int resolve_path(const struct tree *base, const struct overlay *overlay,
			struct fragment *fragment, const char *path, struct error *error)
{
	const char *name = overlay->index.nodes[fragment->node].name;
	char canonical[TREE_PATH_MAX];
	int node;

	node = fdt_path_offset(base->fdt, path);
	if (node < 0 && *path != '/' &&
	    !fdt_get_alias_namelen(base->fdt, path, strcspn(path, "/")))
		return fail(error, STATUS_INPUT, "%s: %s: %s has no alias %.*s",
			    overlay->tree->name, name, base->name, (int)strcspn(path, "/"), path);
	if (node < 0)
		return fail(error, STATUS_INPUT, "%s: %s: %s has no node %s", overlay->tree->name,
			    name, base->name, path);
	if (fdt_get_path(base->fdt, node, canonical, sizeof(canonical)))
		return fail(error, STATUS_INPUT, "%s: %s: %s: the path is too long",
			    overlay->tree->name, name, path);
	fragment->target = strdup(canonical);
	return fragment->target ? 0 :
	       fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
}

static int resolve_target(const struct tree *base, struct overlay *overlay,
			  struct fragment *fragment, struct error *error)
{
	const char *name = overlay->index.nodes[fragment->node].name, *path, *label;
	const struct fragment *earlier;
	int path_length, length, node;
	const void *target;

	path = tree_property(&overlay->index, fragment->node, "target-path", &path_length);
	target = tree_property(&overlay->index, fragment->node, "target", &length);
	if (!path && !target)
		return fail(error, STATUS_INPUT, "%s: %s has neither target nor target-path",
			    overlay->tree->name, name);
	if (path && target)
		return fail(error, STATUS_INPUT, "%s: %s has both target and target-path",
			    overlay->tree->name, name);
	if (path) {
		if (!is_string(path, path_length) || path_length < 2)
			return fail(error, STATUS_INPUT, "%s: %s: its target-path is no string",
				    overlay->tree->name, name);
		return resolve_path(base, overlay, fragment, path, error);
	}
	if (length != 4)
		return fail(error, STATUS_INPUT, "%s: %s: its target is no single cell",
			    overlay->tree->name, name);
	label = label_target(overlay, fragment);
	if (label)
		return resolve_path(base, overlay, fragment, label, error);
	node = local_target(overlay, fragment);
	earlier = fragment_of(overlay, node);
	if (!earlier || !earlier->target)
		return fail(error, STATUS_INPUT,
			    "%s: %s: its target is a bare number, which means another node in each tree",
			    overlay->tree->name, name);
	fragment->target = destination(overlay, earlier, node);
	return fragment->target ? 0 :
	       fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
}

/*
 * Find the fragments and what they change. What is beside them must be known: libfdt
 * passes over a node that is no fragment, whatever it was meant to be.
 */
static int find_fragments(const struct tree *base, struct overlay *overlay, struct error *error)
{
	static const char * const known[] = {
		"__symbols__", "__fixups__", "__local_fixups__",
		/* Raspberry Pi's parameters: for a boot loader that knows them. */
		"__overrides__",
	};
	const struct node *nodes = overlay->index.nodes;
	int node, live = 0;
	size_t i;

	for (node = 1; node < overlay->index.count; node = nodes[node].end)
		live += tree_child(&overlay->index, node, "__overlay__", 11) >= 0;
	if (!live)
		return fail(error, STATUS_INPUT, "%s: is no overlay: no node of it is a fragment",
			    overlay->tree->name);

	overlay->fragments = calloc(overlay->index.count, sizeof(*overlay->fragments));
	if (!overlay->fragments)
		return fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
	for (node = 1; node < overlay->index.count; node = nodes[node].end) {
		struct fragment *fragment = &overlay->fragments[overlay->fragment_count];

		for (i = 0; i < ARRAY_SIZE(known); i++) {
			if (!strcmp(nodes[node].name, known[i]))
				break;
		}
		if (i < ARRAY_SIZE(known))
			continue;
		fragment->node = node;
		fragment->content = tree_child(&overlay->index, node, "__overlay__", 11);
		if (fragment->content < 0) {
			/* Raspberry Pi's: a fragment that a parameter would wake. */
			if (tree_child(&overlay->index, node, "__dormant__", 11) >= 0)
				continue;
			return fail(error, STATUS_INPUT,
				    "%s: /%s is no fragment (it has no __overlay__): it would be passed over",
				    overlay->tree->name, nodes[node].name);
		}
		if (tree_child(&overlay->index, 0, nodes[node].name, strlen(nodes[node].name)) !=
		    node)
			return fail(error, STATUS_INPUT, "%s: has two nodes /%s",
				    overlay->tree->name, nodes[node].name);
		overlay->fragment_count++;
		if (resolve_target(base, overlay, fragment, error))
			return -1;
	}
	return 0;
}

/* A reference to a node that no fragment brings into the tree would dangle. */
static int check_local(struct overlay *overlay, int node, const char *property, void *cell,
		       int target, const void *context, struct error *error)
{
	(void)cell;
	(void)context;
	if (fragment_of(overlay, node) && !fragment_of(overlay, target))
		return bad_local(overlay, node, property,
				 "refers to a node that is not merged", error);
	return 0;
}

/* Nodes, properties and references of an overlay. */
static int count_parts(const struct overlay *overlay)
{
	int fixups = tree_find(&overlay->index, "/__fixups__"), count = 0, node, offset;
	int locals = tree_find(&overlay->index, "/__local_fixups__");
	const struct node *nodes = overlay->index.nodes;
	const void *fdt = overlay->expected.fdt;

	for (node = 0; node < overlay->index.count; node++) {
		count++;
		fdt_for_each_property_offset(offset, fdt, overlay->index.nodes[node].offset) {
			const char *value;
			int length;

			count++;
			value = fdt_getprop_by_offset(fdt, offset, NULL, &length);
			if (value && node == fixups)
				count += count_strings(value, length);
			if (value && locals >= 0 && node >= locals && node < nodes[locals].end)
				count += length / 4;
		}
	}
	return count;
}

static int prepare(const struct tree *base, struct overlay *overlay,
		   const struct merge_options *options, struct error *error)
{
	if (fdt_totalsize(overlay->tree->fdt) > OVERLAY_SIZE_MAX)
		return fail(error, STATUS_INPUT, "%s: %u bytes are no overlay",
			    overlay->tree->name, fdt_totalsize(overlay->tree->fdt));
	if (!options->any_board && check_board(base, overlay, error))
		return -1;
	if (tree_clone(&overlay->expected, overlay->tree, 0, error) ||
	    tree_index(&overlay->index, &overlay->expected, error))
		return -1;
	if (count_parts(overlay) > OVERLAY_PARTS_MAX)
		return fail(error, STATUS_INPUT,
			    "%s: has more than %d nodes, properties and references: it is no overlay",
			    overlay->tree->name, OVERLAY_PARTS_MAX);
	overlay->map = malloc(overlay->index.count * sizeof(*overlay->map));
	if (!overlay->map)
		return fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
	if (resolve_labels(base, overlay, error) || find_fragments(base, overlay, error))
		return -1;
	return visit_local(overlay, check_local, NULL, error);
}

/* Merge one overlay; the tree grows until it fits. */
static int apply(struct tree *tree, const struct overlay *overlay, struct error *error)
{
	size_t length = fdt_totalsize(overlay->tree->fdt), room = 2 * length + FIRST_SLACK;
	void *scratch = malloc(length);
	struct tree fresh;
	int result;

	if (!scratch)
		return fail(error, STATUS_FINDING, "%s: no memory", overlay->tree->name);
	for (;; room *= 2) {
		/* A merge that fails leaves both damaged: each try has its own copies. */
		if (tree_clone(&fresh, tree, room, error))
			break;
		memcpy(scratch, overlay->tree->fdt, length);
		result = fdt_overlay_apply(fresh.fdt, scratch);
		if (!result) {
			free(scratch);
			tree_free(tree);
			*tree = fresh;
			return 0;
		}
		tree_free(&fresh);
		if (result != -FDT_ERR_NOSPACE) {
			fail(error, STATUS_INPUT, "%s: cannot be merged into %s: %s",
			     overlay->tree->name, tree->name, fdt_strerror(result));
			break;
		}
	}
	free(scratch);
	return -1;
}

/* Where each node of the overlay went. */
static void map_nodes(struct overlay *overlay, const struct tree_index *result)
{
	const struct node *nodes = overlay->index.nodes;
	int i, node;

	for (node = 0; node < overlay->index.count; node++)
		overlay->map[node] = -1;
	for (i = 0; i < overlay->fragment_count; i++) {
		const struct fragment *fragment = &overlay->fragments[i];

		if (fragment->content < 0)
			continue;
		overlay->map[fragment->content] = tree_find(result, fragment->target);
		for (node = fragment->content + 1; node < nodes[fragment->content].end; node++) {
			int parent = overlay->map[nodes[node].parent];

			if (parent >= 0)
				overlay->map[node] = tree_child(result, parent, nodes[node].name,
								strlen(nodes[node].name));
		}
	}
}

/* A string of printable ASCII, as a device tree's source has it. */
static void put_string(FILE *out, const char *before, const char *string)
{
	fprintf(out, "%s\"", before);
	for (; *string; string++)
		fprintf(out, *string == '"' || *string == '\\' ? "\\%c" : "%c", *string);
	fputc('"', out);
}

static void print_value(FILE *out, const char *value, int length)
{
	enum { CELLS = 12 };
	bool text = length > 1 && !value[length - 1] && value[0];
	int i;

	for (i = 0; text && i < length; i++)
		text = value[i] ? value[i] >= 0x20 && value[i] < 0x7f : !i || value[i - 1];
	if (text) {
		for (i = 0; i < length; i += strlen(value + i) + 1)
			put_string(out, i ? ", " : "", value + i);
	} else if (length % 4 == 0 && length) {
		for (i = 0; i < length / 4 && i < CELLS; i++)
			fprintf(out, "%s%#x", i ? " " : "<",
				fdt32_ld((const fdt32_t *)(value + 4 * i)));
		fprintf(out, length / 4 > CELLS ? " ... %d bytes>" : ">", length);
	} else {
		fprintf(out, "[%d bytes]", length);
	}
}

static void explain_node(FILE *out, const struct overlay *overlay, int node,
			 const struct tree_index *before, const struct tree_index *after)
{
	char path[TREE_PATH_MAX];
	int offset, old;

	tree_path(after, overlay->map[node], path, sizeof(path));
	old = tree_find(before, path);
	fprintf(out, "  %c ", old < 0 ? '+' : ' ');
	text_put(out, path);
	fputc('\n', out);
	fdt_for_each_property_offset(offset, overlay->expected.fdt,
				     overlay->index.nodes[node].offset) {
		const char *name = NULL, *value, *was = NULL;
		int length, was_length = 0;

		fdt_getprop_by_offset(overlay->expected.fdt, offset, &name, NULL);
		value = name ? tree_property(after, overlay->map[node], name, &length) : NULL;
		if (!value || is_phandle(name))
			continue;
		if (old >= 0)
			was = tree_property(before, old, name, &was_length);
		fprintf(out, "    %c ", old < 0 ? ' ' : was ? '~' : '+');
		text_put(out, name);
		if (length) {
			fprintf(out, " = ");
			print_value(out, value, length);
		}
		if (was && (was_length != length || memcmp(was, value, length))) {
			fprintf(out, " (was ");
			print_value(out, was, was_length);
			fprintf(out, ")");
		} else if (was) {
			fprintf(out, " (as before)");
		}
		fprintf(out, "\n");
	}
}

/* What an overlay adds (+) and replaces (~), by node. */
static int explain(FILE *out, struct overlay *overlay, const struct tree *before,
		   const struct tree *after, struct error *error)
{
	struct tree_index old, new;
	int i, node;

	if (tree_index(&old, before, error))
		return -1;
	if (tree_index(&new, after, error)) {
		tree_index_free(&old);
		return -1;
	}
	map_nodes(overlay, &new);
	text_put(out, overlay->tree->name);
	fputs(":\n", out);
	for (i = 0; i < overlay->fragment_count; i++) {
		int content = overlay->fragments[i].content;

		for (node = content; node < overlay->index.nodes[content].end; node++)
			if (overlay->map[node] >= 0)
				explain_node(out, overlay, node, &old, &new);
	}
	tree_index_free(&old);
	tree_index_free(&new);
	return 0;
}

/**
 * struct proof - what the comparison of the result works on
 * @base: index of the tree that was given
 * @result: index of the merged tree
 * @written: by position of a property in the blob of the result: an overlay wrote it
 * @overlays: all of them
 * @count: their number
 */
struct proof {
	const struct tree_index *base;
	const struct tree_index *result;
	unsigned char *written;
	struct overlay *overlays;
	int count;
};

static uint32_t result_phandle(const struct proof *proof, int node)
{
	return fdt_get_phandle(proof->result->tree->fdt, proof->result->nodes[node].offset);
}

/* Put into the expected overlay what its references must have become. */
static int expect_labels(const struct proof *proof, struct overlay *overlay, struct error *error)
{
	int fixups = tree_find(&overlay->index, "/__fixups__"), offset, label = 0;
	const void *fdt = overlay->expected.fdt;

	if (fixups < 0)
		return 0;
	fdt_for_each_property_offset(offset, fdt, overlay->index.nodes[fixups].offset) {
		int length, node = fdt_path_offset(proof->result->tree->fdt,
						   overlay->labels[label]);
		const char *users = fdt_getprop_by_offset(fdt, offset, NULL, &length);
		struct reference reference;

		if (node < 0)
			return fail(error, STATUS_FINDING, "%s: %s is lost in the merge",
				    overlay->tree->name, overlay->labels[label]);
		for (; users && length > 0;) {
			void *cell = parse_reference(users, &reference) ?
				     reference_cell(overlay, &reference) : NULL;

			if (cell)
				fdt32_st(cell, fdt_get_phandle(proof->result->tree->fdt, node));
			length -= strlen(users) + 1;
			users += strlen(users) + 1;
		}
		label++;
	}
	return 0;
}

static int expect_local(struct overlay *overlay, int node, const char *property, void *cell,
			int target, const void *context, struct error *error)
{
	const struct proof *proof = context;

	if (!fragment_of(overlay, node))
		return 0;
	if (overlay->map[target] < 0)
		return bad_local(overlay, node, property, "refers to a node that was lost", error);
	fdt32_st(cell, result_phandle(proof, overlay->map[target]));
	return 0;
}

/* An overlay after @overlay that writes the property @name of node @path, or NULL. */
static const struct overlay *later_writer(const struct proof *proof, const struct overlay *overlay,
					  int result_node, const char *name)
{
	const struct overlay *other;
	int node;

	for (other = overlay + 1; other < proof->overlays + proof->count; other++) {
		for (node = 0; node < other->index.count; node++) {
			if (other->map[node] == result_node &&
			    tree_property(&other->index, node, name, NULL))
				return other;
		}
	}
	return NULL;
}

static void mark_written(const struct proof *proof, int node, const char *name)
{
	const void *fdt = proof->result->tree->fdt;
	const void *property = fdt_get_property(fdt, proof->result->nodes[node].offset, name, NULL);

	if (property)
		proof->written[(const char *)property - (const char *)fdt] = 1;
}

static int prove_property(const struct proof *proof, const struct overlay *overlay, int node,
			  const char *name, const char *value, int length, struct error *error)
{
	const struct overlay *other;
	char path[TREE_PATH_MAX];
	int have_length;
	const char *have = tree_property(proof->result, overlay->map[node], name, &have_length);

	mark_written(proof, overlay->map[node], name);
	tree_path(proof->result, overlay->map[node], path, sizeof(path));
	if (is_phandle(name)) {
		if (result_phandle(proof, overlay->map[node]))
			return 0;
		return fail(error, STATUS_FINDING, "%s: %s has no phandle after the merge",
			    overlay->tree->name, path);
	}
	if (have && have_length == length && !memcmp(have, value, length))
		return 0;
	other = later_writer(proof, overlay, overlay->map[node], name);
	if (other)
		return fail(error, STATUS_INPUT,
			    "%s: replaces %s of %s, which %s has set: the two cannot be used together",
			    other->tree->name, name, path, overlay->tree->name);
	return fail(error, STATUS_FINDING, "%s: %s of %s did not arrive in the merged tree",
		    overlay->tree->name, name, path);
}

/* A node that comes with an overlay must not sit at the address of another in use. */
static int prove_address(const struct proof *proof, const struct overlay *overlay, int node,
			 struct error *error)
{
	const struct node *nodes = proof->result->nodes;
	int mine = overlay->map[node], other;
	const char *address = strchr(nodes[mine].name, '@');
	char path[TREE_PATH_MAX];

	tree_path(proof->result, mine, path, sizeof(path));
	if (!address || tree_find(proof->base, path) >= 0 || !tree_enabled(proof->result, mine) ||
	    !tree_property(proof->result, mine, "reg", NULL))
		return 0;
	for (other = nodes[mine].parent + 1; other < nodes[nodes[mine].parent].end;
	     other = nodes[other].end) {
		const char *its = strchr(nodes[other].name, '@');

		if (other != mine && its && !strcmp(its, address) &&
		    tree_enabled(proof->result, other) &&
		    tree_property(proof->result, other, "reg", NULL))
			return fail(error, STATUS_INPUT,
				    "%s: %s has the same address as its enabled sibling %s",
				    overlay->tree->name, path, nodes[other].name);
	}
	return 0;
}

static int prove_node(const struct proof *proof, const struct overlay *overlay, int node,
		      struct error *error)
{
	const void *fdt = overlay->expected.fdt;
	char path[TREE_PATH_MAX];
	int offset;

	if (overlay->map[node] < 0)
		return fail(error, STATUS_FINDING, "%s: %s did not arrive in the merged tree",
			    overlay->tree->name,
			    tree_path(&overlay->index, node, path, sizeof(path)));
	fdt_for_each_property_offset(offset, fdt, overlay->index.nodes[node].offset) {
		const char *name = NULL, *value;
		int length;

		value = fdt_getprop_by_offset(fdt, offset, &name, &length);
		if (value && name &&
		    prove_property(proof, overlay, node, name, value, length, error))
			return -1;
	}
	return prove_address(proof, overlay, node, error);
}

/* Every label that the overlay gives must mean a node of the result. */
static int prove_labels(const struct proof *proof, const struct overlay *overlay,
			struct error *error)
{
	int given = tree_find(&overlay->index, "/__symbols__"), offset;
	int symbols = tree_find(proof->result, "/__symbols__");

	if (given < 0)
		return 0;
	fdt_for_each_property_offset(offset, overlay->expected.fdt,
				     overlay->index.nodes[given].offset) {
		const char *label = NULL, *path, *place;
		int length;

		place = fdt_getprop_by_offset(overlay->expected.fdt, offset, &label, &length);
		if (!place || !label || !is_string(place, length))
			return fail(error, STATUS_INPUT, "%s: /__symbols__ is damaged",
				    overlay->tree->name);
		if (!strstr(place, "/__overlay__"))
			continue;
		path = symbols < 0 ? NULL : tree_property(proof->result, symbols, label, &length);
		if (!is_string(path, length) ||
		    fdt_path_offset(proof->result->tree->fdt, path) < 0)
			return fail(error, STATUS_FINDING,
				    "%s: its label %s means no node of the merged tree",
				    overlay->tree->name, label);
		mark_written(proof, symbols, label);
	}
	return 0;
}

static int prove_overlay(const struct proof *proof, struct overlay *overlay, struct error *error)
{
	int i, node;

	if (expect_labels(proof, overlay, error) ||
	    visit_local(overlay, expect_local, proof, error))
		return -1;
	for (i = 0; i < overlay->fragment_count; i++) {
		int content = overlay->fragments[i].content;

		for (node = content; node < overlay->index.nodes[content].end; node++)
			if (prove_node(proof, overlay, node, error))
				return -1;
	}
	return prove_labels(proof, overlay, error);
}

/*
 * A node's properties: those of the base are in the result in their order, with new ones
 * before and between them, and only what an overlay wrote may differ.
 */
static int prove_properties(const struct proof *proof, int node, int now, struct error *error)
{
	const void *base = proof->base->tree->fdt, *result = proof->result->tree->fdt;
	int offset, at = fdt_first_property_offset(result, proof->result->nodes[now].offset);
	char path[TREE_PATH_MAX];

	fdt_for_each_property_offset(offset, base, proof->base->nodes[node].offset) {
		const char *name = NULL, *have_name = NULL, *value, *have = NULL;
		int length = 0, have_length = 0;

		value = fdt_getprop_by_offset(base, offset, &name, &length);
		for (; name && at >= 0; at = fdt_next_property_offset(result, at)) {
			have = fdt_getprop_by_offset(result, at, &have_name, &have_length);
			if (have && have_name && !strcmp(have_name, name))
				break;
		}
		tree_path(proof->base, node, path, sizeof(path));
		if (!value || at < 0)
			return fail(error, STATUS_FINDING, "%s: %s of %s is lost in the merge",
				    proof->base->tree->name, name ? name : "a property", path);
		if (have_length == length && !memcmp(have, value, length))
			continue;
		if (is_phandle(name))
			return fail(error, STATUS_FINDING,
				    "%s: the phandle of %s was changed by the merge",
				    proof->base->tree->name, path);
		if (!proof->written[fdt_off_dt_struct(result) + at])
			return fail(error, STATUS_FINDING,
				    "%s: %s of %s was changed, and by no overlay",
				    proof->base->tree->name, name, path);
	}
	return 0;
}

static int prove_base(const struct proof *proof, struct error *error)
{
	const struct node *nodes = proof->base->nodes;
	int *now = malloc(proof->base->count * sizeof(*now)), node;
	char path[TREE_PATH_MAX];

	if (!now)
		return fail(error, STATUS_FINDING, "%s: no memory", proof->base->tree->name);
	for (node = 0; node < proof->base->count; node++) {
		now[node] = node ? tree_child(proof->result, now[nodes[node].parent],
					      nodes[node].name, strlen(nodes[node].name)) : 0;
		if (now[node] < 0) {
			fail(error, STATUS_FINDING, "%s: %s is lost in the merge",
			     proof->base->tree->name,
			     tree_path(proof->base, node, path, sizeof(path)));
			break;
		}
		if (prove_properties(proof, node, now[node], error))
			break;
	}
	free(now);
	return node < proof->base->count ? -1 : 0;
}

static int compare_phandles(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* How many nodes of a tree have the phandle of another; -1 where there is no memory. */
static int shared_phandles(const struct tree_index *index)
{
	int node, count = 0, shared = 0;
	uint32_t *list;

	list = malloc(index->count * sizeof(*list));
	if (!list)
		return -1;
	for (node = 0; node < index->count; node++) {
		list[count] = fdt_get_phandle(index->tree->fdt, index->nodes[node].offset);
		count += !!list[count];
	}
	qsort(list, count, sizeof(*list), compare_phandles);
	for (node = 1; node < count; node++)
		shared += list[node] == list[node - 1];
	free(list);
	return shared;
}

/* No two nodes of the result share a phandle, unless two of the base did. */
static int prove_phandles(const struct proof *proof, struct error *error)
{
	int before = 0, after = shared_phandles(proof->result);

	if (after > 0)
		before = shared_phandles(proof->base);
	if (before < 0 || after < 0)
		return fail(error, STATUS_FINDING, "%s: no memory", proof->base->tree->name);
	if (after > before)
		return fail(error, STATUS_FINDING, "%s: two nodes share a phandle after the merge",
			    proof->base->tree->name);
	return 0;
}

static int prove(const struct tree *base, const struct tree *result, struct overlay *overlays,
		 int count, struct error *error)
{
	struct tree_index before = { 0 }, after = { 0 };
	struct proof proof = { &before, &after, NULL, overlays, count };
	int i, status = -1;

	proof.written = calloc(1, fdt_totalsize(result->fdt));
	if (!proof.written) {
		fail(error, STATUS_FINDING, "%s: no memory", base->name);
		goto out;
	}
	if (tree_index(&before, base, error) || tree_index(&after, result, error))
		goto out;
	for (i = 0; i < count; i++)
		map_nodes(&overlays[i], &after);
	for (i = 0; i < count; i++) {
		if (prove_overlay(&proof, &overlays[i], error))
			goto out;
	}
	status = prove_base(&proof, error) || prove_phandles(&proof, error) ? -1 : 0;
out:
	free(proof.written);
	tree_index_free(&before);
	tree_index_free(&after);
	return status;
}

static void forget(struct overlay *overlay)
{
	int i;

	for (i = 0; i < overlay->fragment_count; i++)
		free(overlay->fragments[i].target);
	for (i = 0; i < overlay->label_count; i++)
		free(overlay->labels[i]);
	free(overlay->fragments);
	free(overlay->labels);
	free(overlay->map);
	tree_index_free(&overlay->index);
	tree_free(&overlay->expected);
}

static int merge_one(struct tree *tree, struct overlay *overlay,
		     const struct merge_options *options, struct error *error)
{
	struct tree before = { 0 };
	int status = -1;

	if (prepare(tree, overlay, options, error))
		return -1;
	if (options->explain && tree_clone(&before, tree, 0, error))
		return -1;
	if (!apply(tree, overlay, error))
		status = options->explain ?
			 explain(options->explain, overlay, &before, tree, error) : 0;
	tree_free(&before);
	return status;
}

int merge(struct tree *result, const struct tree *base, const struct tree *overlays, int count,
	  const struct merge_options *options, struct error *error)
{
	struct overlay *work = calloc(count + 1, sizeof(*work));
	int i, status = -1;

	memset(result, 0, sizeof(*result));
	if (!work)
		return fail(error, STATUS_FINDING, "%s: no memory", base->name);
	if (tree_clone(result, base, 0, error))
		goto out;
	for (i = 0; i < count; i++) {
		work[i].tree = &overlays[i];
		if (merge_one(result, &work[i], options, error))
			goto out;
	}
	if (prove(base, result, work, count, error))
		goto out;
	/* Packed first, so that what is free at the end does not depend on the way there. */
	if (fdt_pack(result->fdt) ||
	    tree_resize(result, fdt_totalsize(result->fdt) + options->padding, error))
		goto out;
	status = 0;
out:
	for (i = 0; i < count; i++)
		forget(&work[i]);
	free(work);
	if (status)
		tree_free(result);
	return status;
}
