/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes that never get a driver by their compatible, and why.
 */
#ifndef OUTBOARD_CLASSES_H
#define OUTBOARD_CLASSES_H

#include <stdbool.h>

#include "tree.h"

/**
 * struct class - a kind of node that needs no driver of its own
 * @name: a word, part of the JSON format
 * @why: the reason, for people
 */
struct class {
	const char *name;
	const char *why;
};

/**
 * class_is_generic() - whether a compatible says only how a node is built
 * @compatible: one of a node's compatibles
 *
 * A bus or a block of registers: its own driver, where it has one, goes by another name.
 *
 * Return: whether it is "simple-bus", "syscon" or the like.
 */
bool class_is_generic(const char *compatible);

/**
 * class_always() - the class of a node that no driver is looked up for
 * @index: the tree
 * @node: the node
 *
 * Return: the class, or NULL.
 */
const struct class *class_always(const struct tree_index *index, int node);

/**
 * class_otherwise() - the class of a node that no driver was found for
 * @index: the tree
 * @node: the node
 *
 * Return: the class, or NULL: then it is a gap.
 */
const struct class *class_otherwise(const struct tree_index *index, int node);

#endif
