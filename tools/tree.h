/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flattened device trees: read, checked once, and indexed so that a path is
 * found without walking the blob from its start each time.
 */
#ifndef OUTBOARD_TREE_H
#define OUTBOARD_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* What an arm64 kernel maps for the tree: MAX_FDT_SIZE in asm/boot.h. */
#define TREE_SIZE_MAX	(2u << 20)

/* Deeper than any tree that is known (RK3588's reaches 9). */
#define TREE_DEPTH_MAX	64

/* Bytes of the longest path, with its NUL (64 levels of names of 63 characters). */
#define TREE_PATH_MAX	4096

/**
 * struct tree - a flattened device tree in memory
 * @name: what messages call it: the file's name without its directories
 * @fdt: the blob; fdt_check_full() has passed, its blocks are in libfdt's own order, packed
 * @size: bytes that are allocated at @fdt, at least its total size
 */
struct tree {
	char *name;
	void *fdt;
	size_t size;
};

/**
 * tree_read() - read a .dtb or .dtbo file
 * @tree: is filled; give it to tree_free()
 * @path: the file
 * @error: names the file where -1 is returned: it cannot be read, is no device tree, is
 *	cut short, damaged, too large or too deep
 *
 * Return: 0, or -1.
 */
int tree_read(struct tree *tree, const char *path, struct error *error);

/**
 * tree_copy() - make a tree of bytes in memory
 * @tree: is filled; give it to tree_free()
 * @name: for messages; is copied
 * @data: the blob; is copied
 * @length: its bytes
 * @error: as for tree_read()
 *
 * Return: 0, or -1.
 */
int tree_copy(struct tree *tree, const char *name, const void *data, size_t length,
	      struct error *error);

/**
 * tree_clone() - copy a checked tree
 * @tree: is filled; give it to tree_free()
 * @from: a tree that one of these functions has made
 * @room: free bytes that the copy has beyond what @from holds
 * @error: where -1 is returned: no memory, or more than TREE_SIZE_MAX
 *
 * Return: 0, or -1.
 */
int tree_clone(struct tree *tree, const struct tree *from, size_t room, struct error *error);

/**
 * tree_resize() - give a tree room to grow, or take it away
 * @tree: a checked tree
 * @size: bytes to allocate; the blob's total size becomes this
 * @error: where -1 is returned: no memory, or more than TREE_SIZE_MAX
 *
 * Return: 0, or -1.
 */
int tree_resize(struct tree *tree, size_t size, struct error *error);

/**
 * tree_write() - write a tree to a file
 * @tree: the tree
 * @path: as output_write() has it
 * @error: where -1 is returned
 *
 * Return: 0, or -1.
 */
int tree_write(const struct tree *tree, const char *path, struct error *error);

/**
 * tree_free() - free what a tree holds
 * @tree: a tree, or zeros
 */
void tree_free(struct tree *tree);

/**
 * struct node - one node of an indexed tree
 * @name: as in the blob, with its unit address; "" for the root
 * @offset: in the blob, for libfdt
 * @parent: index of its parent, -1 for the root
 * @end: index of the first node behind its subtree
 */
struct node {
	const char *name;
	int offset;
	int parent;
	int end;
};

/**
 * struct tree_index - the nodes of a tree in the blob's order; the root is node 0
 * @tree: what is indexed; must neither change nor move
 * @nodes: @count of them
 * @count: number of nodes
 * @sorted: all nodes by parent, name and place
 */
struct tree_index {
	const struct tree *tree;
	struct node *nodes;
	int count;
	int *sorted;
};

/**
 * tree_index() - index a tree's nodes
 * @index: is filled; give it to tree_index_free()
 * @tree: a checked tree
 * @error: where -1 is returned: no memory, or a merge has made it too deep
 *
 * Return: 0, or -1.
 */
int tree_index(struct tree_index *index, const struct tree *tree, struct error *error);

/**
 * tree_index_free() - free an index
 * @index: an index, or zeros
 */
void tree_index_free(struct tree_index *index);

/**
 * tree_child() - find a node's child
 * @index: the index
 * @parent: node
 * @name: the child's name with its unit address
 * @length: bytes of @name
 *
 * Return: the child, or -1.
 */
int tree_child(const struct tree_index *index, int parent, const char *name, size_t length);

/**
 * tree_find() - find a node by its path
 * @index: the index
 * @path: begins with '/'; every component with its unit address
 *
 * Return: the node, or -1.
 */
int tree_find(const struct tree_index *index, const char *path);

/**
 * tree_path() - a node's path
 * @index: the index
 * @node: a node of it
 * @path: is filled, and cut off where it does not fit
 * @size: bytes at @path
 *
 * Return: @path.
 */
char *tree_path(const struct tree_index *index, int node, char *path, size_t size);

/**
 * tree_property() - a property's value
 * @index: the index
 * @node: a node of it
 * @name: the property
 * @length: is set to the value's bytes; may be NULL
 *
 * Return: the value, or NULL where there is no such property.
 */
const void *tree_property(const struct tree_index *index, int node, const char *name, int *length);

/**
 * tree_enabled() - whether a node's own status lets it be used
 * @index: the index
 * @node: a node of it; its ancestors are not looked at
 *
 * Return: whether there is no status, or it is "okay" or "ok".
 */
bool tree_enabled(const struct tree_index *index, int node);

/**
 * string_list_has() - look for a string in a property's list of strings
 * @list: the value; need not end in a NUL
 * @length: its bytes; nothing is found where it is not above 0
 * @string: what to look for
 *
 * Return: whether it is there.
 */
bool string_list_has(const char *list, int length, const char *string);

#endif
