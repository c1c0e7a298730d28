/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which driver each node of a device tree gets on a kernel.
 */
#ifndef OUTBOARD_COVER_H
#define OUTBOARD_COVER_H

#include <stdbool.h>

#include "aliases.h"
#include "classes.h"
#include "error.h"
#include "kernel.h"
#include "tree.h"

enum verdict {
	VERDICT_MODULE,
	VERDICT_BUILTIN,
	VERDICT_CLASS,	/* needs no driver of its own */
	VERDICT_NONE,
};

/* How sure a verdict is: letters of the JSON format. */
enum confidence {
	CONFIDENCE_LISTED = 'A',	/* the kernel's own lists, or the module itself */
	CONFIDENCE_FOUND = 'B',		/* a table in the image */
	CONFIDENCE_CLASS = 'C',
	CONFIDENCE_NONE = 'D',
};

#define OWNERS_MAX	8

/**
 * struct answer - what a node gets on one kernel
 * @verdict: what
 * @confidence: how sure
 * @bus: by which kind of alias, where it is a module or built in
 * @by: the node's compatible that matched, or for other buses than BUS_OF the name or ID;
 *	NULL where none did
 * @position: of @by among the node's compatibles, from 0; -1 where it is none of them
 * @owners: modules that are for @by, or the one that is built in
 * @ours: which of @owners are of --modules
 * @owner_count: number of @owners
 * @driver: the built-in driver's name, where it is known
 * @class: of VERDICT_CLASS
 * @named: a compatible that the image has in no driver's table, but as a name: in a list, or
 *	as a string
 * @rival: a later compatible that something built in is for, which may take the node before
 *	the module is loaded
 * @by_hand: the module matches, but nothing loads it by itself
 * @loader: the module has no alias for the node; it is loaded for another one, by this
 *	compatible of that
 */
struct answer {
	enum verdict verdict;
	enum confidence confidence;
	enum alias_bus bus;
	const char *by;
	int position;
	const char *owners[OWNERS_MAX];
	bool ours[OWNERS_MAX];
	int owner_count;
	const char *driver;
	const struct class *class;
	const char *named;
	const char *rival;
	bool by_hand;
	const char *loader;
};

/* What overlays did to a node. */
enum change {
	CHANGE_NONE,
	CHANGE_ADDED,
	CHANGE_ENABLED,
	CHANGE_DISABLED,
	CHANGE_PROPERTIES,
};

/**
 * struct cover_node - a node with a compatible
 * @node: in the tree's index
 * @enabled: it and all its ancestors are
 * @compatible: list of @compatible_length bytes, ends in a NUL
 * @compatible_length: bytes of @compatible
 * @answer: what it gets
 * @against: what it gets on the other kernel
 * @change: what overlays did to it
 * @before: what it got before; NULL where it was not there or not enabled
 */
struct cover_node {
	int node;
	bool enabled;
	const char *compatible;
	int compatible_length;
	struct answer answer;
	struct answer against;
	enum change change;
	const struct answer *before;
};

/**
 * struct cover - the nodes of a tree that have a compatible, root excluded, in its order
 * @index: the tree's index
 * @nodes: @count of them
 * @count: their number
 */
struct cover {
	const struct tree_index *index;
	struct cover_node *nodes;
	int count;
};

/**
 * cover_tree() - find each node's driver
 * @cover: is filled, and refers to the index, the tree and the kernels; give it to cover_free()
 * @index: the tree
 * @kernel: the kernel; tables of its modules may be added to it
 * @against: another kernel; NULL for none
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int cover_tree(struct cover *cover, const struct tree_index *index, struct kernel *kernel,
	       struct kernel *against, struct error *error);

/**
 * cover_compare() - set what has changed since an earlier form of the tree
 * @cover: the tree with overlays
 * @before: the tree without; must stay as long as @cover
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int cover_compare(struct cover *cover, const struct cover *before, struct error *error);

/**
 * answer_differs() - whether two answers say different things
 * @a: an answer
 * @b: another
 *
 * Names of drivers and modules are not compared: they change from kernel to kernel, and not
 * every kernel says them.
 *
 * Return: whether they do.
 */
bool answer_differs(const struct answer *a, const struct answer *b);

/**
 * cover_free() - free what a cover holds
 * @cover: a cover, or zeros
 */
void cover_free(struct cover *cover);

/**
 * command_cover() - outboard cover
 * @argc: number of @argv
 * @argv: the command's own name and its arguments
 *
 * Return: the exit status.
 */
int command_cover(int argc, char **argv);

#endif
