/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The strict merge: what libfdt does, and what it does not look at.
 */
#ifndef OUTBOARD_MERGE_H
#define OUTBOARD_MERGE_H

#include <stdbool.h>
#include <stdio.h>

#include "tree.h"

/**
 * struct merge_options - how to merge
 * @any_board: do not compare the root compatibles of base and overlay
 * @padding: free bytes to leave at the end of the result
 * @explain: where to print what each overlay adds and replaces; NULL for not at all
 */
struct merge_options {
	bool any_board;
	unsigned int padding;
	FILE *explain;
};

/**
 * merge() - merge overlays into a tree
 * @result: is filled with the merged tree, named as @base; give it to tree_free()
 * @base: the tree; is not changed
 * @overlays: in the order in which they are merged; are not changed
 * @count: number of @overlays
 * @options: how
 * @error: where -1 is returned: names the overlay, the base, and the node or label
 *
 * An overlay may use the labels of those before it. Whatever cannot be merged whole is
 * refused; the result is compared with base and overlays before it is given back.
 *
 * Return: 0, or -1.
 */
int merge(struct tree *result, const struct tree *base, const struct tree *overlays, int count,
	  const struct merge_options *options, struct error *error);

/**
 * command_merge() - outboard merge
 * @argc: number of @argv
 * @argv: the command's own name and its arguments
 *
 * Return: the exit status.
 */
int command_merge(int argc, char **argv);

#endif
