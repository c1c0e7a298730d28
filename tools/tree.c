// SPDX-License-Identifier: GPL-2.0-only
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Count the nodes, and see that they have a path; libfdt has checked the structure. */
static int count_nodes(const struct tree *tree, int *nodes, struct error *error)
{
	size_t lengths[TREE_DEPTH_MAX + 1] = { 0 };
	int offset, depth = -1, length;

	*nodes = 0;
	for (offset = fdt_next_node(tree->fdt, -1, &depth); offset >= 0 && depth >= 0;
	     offset = fdt_next_node(tree->fdt, offset, &depth)) {
		if (depth > TREE_DEPTH_MAX)
			return fail(error, STATUS_INPUT, "%s: has nodes deeper than %d levels",
				    tree->name, TREE_DEPTH_MAX);
		if (depth && fdt_get_name(tree->fdt, offset, &length))
			lengths[depth] = lengths[depth - 1] + 1 + length;
		if (lengths[depth] >= TREE_PATH_MAX)
			return fail(error, STATUS_INPUT,
				    "%s: has a node whose path is longer than %d bytes", tree->name,
				    TREE_PATH_MAX - 1);
		(*nodes)++;
	}
	return 0;
}

static int check(const struct tree *tree, size_t length, struct error *error)
{
	const unsigned char *bytes = tree->fdt;
	int result, nodes;

	if (length < sizeof(struct fdt_header) || fdt_magic(tree->fdt) != FDT_MAGIC) {
		if (length >= 4 && !memcmp(bytes, "/dts", 4))
			return fail(error, STATUS_INPUT,
				    "%s: is source text: compile it with dtc -@ first", tree->name);
		return fail(error, STATUS_INPUT, "%s: is not a device tree blob", tree->name);
	}
	if (fdt_totalsize(tree->fdt) > length)
		return fail(error, STATUS_INPUT,
			    "%s: is cut short: %zu bytes of the %u that its header says",
			    tree->name, length, fdt_totalsize(tree->fdt));
	/* The specification's alignments, which libfdt relies on and does not look at. */
	if (fdt_off_dt_struct(tree->fdt) % 4 || fdt_off_mem_rsvmap(tree->fdt) % 8)
		return fail(error, STATUS_INPUT, "%s: is damaged: a block of it is not aligned",
			    tree->name);
	result = fdt_check_full(tree->fdt, length);
	if (result)
		return fail(error, STATUS_INPUT, "%s: is damaged: %s", tree->name,
			    fdt_strerror(result));
	if (count_nodes(tree, &nodes, error))
		return -1;
	if (!nodes)
		return fail(error, STATUS_INPUT, "%s: has no root node", tree->name);
	return 0;
}

/*
 * Lay the blocks out anew. libfdt takes those of a file on trust where it writes: that
 * they do not overlap, for one.
 */
static int tidy(struct tree *tree, struct error *error)
{
	size_t room = sizeof(struct fdt_header) + 8 + fdt_size_dt_strings(tree->fdt) +
		      (fdt_num_mem_rsv(tree->fdt) + 1) * sizeof(struct fdt_reserve_entry);
	void *fdt;

	/* Before version 17 the header does not say how long the structure is. */
	room += fdt_version(tree->fdt) < 17 ? fdt_totalsize(tree->fdt) :
		fdt_size_dt_struct(tree->fdt);
	if (room < fdt_totalsize(tree->fdt))
		room = fdt_totalsize(tree->fdt);
	fdt = calloc(1, room);
	if (!fdt)
		return fail(error, STATUS_FINDING, "%s: no memory", tree->name);
	if (fdt_open_into(tree->fdt, fdt, room) || fdt_pack(fdt)) {
		free(fdt);
		return fail(error, STATUS_INPUT, "%s: is damaged: its blocks overlap", tree->name);
	}
	free(tree->fdt);
	tree->fdt = fdt;
	tree->size = room;
	return 0;
}

int tree_copy(struct tree *tree, const char *name, const void *data, size_t length,
	      struct error *error)
{
	memset(tree, 0, sizeof(*tree));
	if (length > TREE_SIZE_MAX)
		return fail(error, STATUS_INPUT, "%s: %zu bytes are more than a kernel takes (%u)",
			    name, length, TREE_SIZE_MAX);
	tree->name = strdup(name);
	tree->size = length < sizeof(struct fdt_header) ? sizeof(struct fdt_header) : length;
	tree->fdt = calloc(1, tree->size);
	if (!tree->name || !tree->fdt) {
		tree_free(tree);
		return fail(error, STATUS_FINDING, "%s: no memory", name);
	}
	memcpy(tree->fdt, data, length);
	if (check(tree, length, error) || tidy(tree, error)) {
		tree_free(tree);
		return -1;
	}
	return 0;
}

int tree_read(struct tree *tree, const char *path, struct error *error)
{
	const char *name = base_name(path);
	unsigned char *data = NULL;
	size_t length = 0;
	struct stat stat;
	ssize_t got = 1;
	int fd, result;

	memset(tree, 0, sizeof(*tree));
	/* A pipe would be waited for. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail(error, STATUS_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode)) {
		close(fd);
		return fail(error, STATUS_INPUT, "%s: is not a file", path);
	}
	/* One byte more than may be: a file that is too large shows without being read whole. */
	data = malloc(TREE_SIZE_MAX + 1);
	while (data && got > 0 && length <= TREE_SIZE_MAX) {
		got = read(fd, data + length, TREE_SIZE_MAX + 1 - length);
		if (got > 0)
			length += got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	result = errno;
	close(fd);
	if (!data)
		return fail(error, STATUS_FINDING, "%s: no memory", path);
	if (got < 0) {
		free(data);
		return fail(error, STATUS_INPUT, "%s: cannot be read: %s", path, strerror(result));
	}
	result = tree_copy(tree, name, data, length, error);
	free(data);
	return result;
}

/* The bytes that a tree would have when packed. */
static size_t packed_size(const struct tree *tree)
{
	return fdt_off_dt_strings(tree->fdt) + fdt_size_dt_strings(tree->fdt);
}

static int too_large(const struct tree *tree, struct error *error)
{
	return fail(error, STATUS_INPUT,
		    "%s: the tree would be larger than a kernel takes (%u bytes)", tree->name,
		    TREE_SIZE_MAX);
}

int tree_clone(struct tree *tree, const struct tree *from, size_t room, struct error *error)
{
	size_t used = packed_size(from);

	memset(tree, 0, sizeof(*tree));
	if (used + room > TREE_SIZE_MAX)
		return too_large(from, error);
	tree->size = used + room;
	tree->name = strdup(from->name);
	tree->fdt = calloc(1, tree->size);
	if (!tree->name || !tree->fdt) {
		tree_free(tree);
		return fail(error, STATUS_FINDING, "%s: no memory", from->name);
	}
	memcpy(tree->fdt, from->fdt, used);
	fdt_set_totalsize(tree->fdt, tree->size);
	return 0;
}

int tree_resize(struct tree *tree, size_t size, struct error *error)
{
	size_t used = packed_size(tree);
	void *fdt;

	if (size > TREE_SIZE_MAX)
		return too_large(tree, error);
	if (size < used)
		return fail(error, STATUS_FINDING, "%s: does not fit into %zu bytes", tree->name,
			    size);
	fdt = calloc(1, size);
	if (!fdt)
		return fail(error, STATUS_FINDING, "%s: no memory", tree->name);
	memcpy(fdt, tree->fdt, used);
	fdt_set_totalsize(fdt, size);
	free(tree->fdt);
	tree->fdt = fdt;
	tree->size = size;
	return 0;
}

int tree_write(const struct tree *tree, const char *path, struct error *error)
{
	return output_write(path, tree->fdt, fdt_totalsize(tree->fdt), error);
}

void tree_free(struct tree *tree)
{
	free(tree->name);
	free(tree->fdt);
	memset(tree, 0, sizeof(*tree));
}

static int compare_nodes(const void *a, const void *b, void *nodes)
{
	int left = *(const int *)a, right = *(const int *)b, order;
	const struct node *one = (struct node *)nodes + left;
	const struct node *other = (struct node *)nodes + right;

	if (one->parent != other->parent)
		return one->parent < other->parent ? -1 : 1;
	order = strcmp(one->name, other->name);
	return order ? order : left - right;
}

int tree_index(struct tree_index *index, const struct tree *tree, struct error *error)
{
	int open[TREE_DEPTH_MAX + 2], offset, depth = -1, last = -1, nodes, i;

	memset(index, 0, sizeof(*index));
	if (count_nodes(tree, &nodes, error))
		return -1;
	index->tree = tree;
	index->nodes = calloc(nodes + 1, sizeof(*index->nodes));
	index->sorted = calloc(nodes + 1, sizeof(*index->sorted));
	if (!index->nodes || !index->sorted) {
		tree_index_free(index);
		return fail(error, STATUS_FINDING, "%s: no memory", tree->name);
	}
	for (offset = fdt_next_node(tree->fdt, -1, &depth);
	     offset >= 0 && depth >= 0 && depth <= TREE_DEPTH_MAX && index->count < nodes;
	     offset = fdt_next_node(tree->fdt, offset, &depth)) {
		struct node *node = &index->nodes[index->count];
		const char *name = fdt_get_name(tree->fdt, offset, NULL);

		for (; last >= depth; last--)
			index->nodes[open[last]].end = index->count;
		node->name = name ? name : "";
		node->offset = offset;
		node->parent = depth ? open[depth - 1] : -1;
		index->sorted[index->count] = index->count;
		open[depth] = index->count++;
		last = depth;
	}
	for (i = last; i >= 0; i--)
		index->nodes[open[i]].end = index->count;
	qsort_r(index->sorted, index->count, sizeof(*index->sorted), compare_nodes, index->nodes);
	return 0;
}

void tree_index_free(struct tree_index *index)
{
	free(index->nodes);
	free(index->sorted);
	memset(index, 0, sizeof(*index));
}

int tree_child(const struct tree_index *index, int parent, const char *name, size_t length)
{
	int low = 0, high = index->count;
	const struct node *node;

	/* The first of two with one name is the one that libfdt finds. */
	while (low < high) {
		int middle = low + (high - low) / 2, order;

		node = &index->nodes[index->sorted[middle]];
		order = node->parent - parent;
		if (!order)
			order = strncmp(node->name, name, length);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->count)
		return -1;
	node = &index->nodes[index->sorted[low]];
	if (node->parent != parent || strncmp(node->name, name, length) || node->name[length])
		return -1;
	return index->sorted[low];
}

int tree_find(const struct tree_index *index, const char *path)
{
	int node = 0;

	while (node >= 0 && *path == '/') {
		const char *name = path + 1;
		size_t length = strcspn(name, "/");

		if (length)
			node = tree_child(index, node, name, length);
		path = name + length;
	}
	return *path ? -1 : node;
}

char *tree_path(const struct tree_index *index, int node, char *path, size_t size)
{
	const struct node *chain[TREE_DEPTH_MAX + 2];
	size_t used = 0;
	int depth = 0;

	for (; node > 0 && depth <= TREE_DEPTH_MAX; node = index->nodes[node].parent)
		chain[depth++] = &index->nodes[node];
	if (!depth)
		snprintf(path, size, "/");
	while (depth-- && used < size) {
		int put = snprintf(path + used, size - used, "/%s", chain[depth]->name);

		used += put > 0 ? put : 0;
	}
	return path;
}

const void *tree_property(const struct tree_index *index, int node, const char *name, int *length)
{
	int none;

	return fdt_getprop(index->tree->fdt, index->nodes[node].offset, name,
			   length ? length : &none);
}

bool tree_enabled(const struct tree_index *index, int node)
{
	const char *status;
	int length;

	status = tree_property(index, node, "status", &length);
	return !status || (length == 5 && !memcmp(status, "okay", 5)) ||
	       (length == 3 && !memcmp(status, "ok", 3));
}

bool string_list_has(const char *list, int length, const char *string)
{
	size_t wanted = strlen(string), here;

	for (; length > 0; list += here + 1, length -= here + 1) {
		here = strnlen(list, length);
		if (here == wanted && !memcmp(list, string, wanted))
			return true;
		if (here == (size_t)length)
			return false;
	}
	return false;
}
