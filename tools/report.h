/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "outboard cover" prints: text, JSON or KTAP.
 */
#ifndef OUTBOARD_REPORT_H
#define OUTBOARD_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "cover.h"

enum report_form {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_KTAP,
};

/**
 * struct report_options - what to print
 * @form: how
 * @all: disabled nodes too
 * @only: nodes whose path begins so; NULL for all
 * @overlay_nodes: nodes that overlays add, enable or change
 * @overlays: the overlays' files
 * @overlay_count: number of @overlays
 * @kernel: the kernel
 * @against: the other kernel; NULL for none. Then only nodes that differ are printed.
 */
struct report_options {
	enum report_form form;
	bool all;
	const char *only;
	bool overlay_nodes;
	char *const *overlays;
	int overlay_count;
	const struct kernel *kernel;
	const struct kernel *against;
};

/**
 * report_begin() - print what comes before the first tree
 * @out: where to
 * @options: what
 * @trees: number of trees that follow
 */
void report_begin(FILE *out, const struct report_options *options, int trees);

/**
 * report_tree() - print a tree's nodes and their sums
 * @out: where to
 * @options: what
 * @cover: the tree
 * @file: what it is called
 * @number: of the tree, from 1
 *
 * Return: number of gaps: enabled nodes, of those that @options choose, without a driver.
 */
int report_tree(FILE *out, const struct report_options *options, const struct cover *cover,
		const char *file, int number);

/**
 * report_end() - print what comes behind the last tree
 * @out: where to
 * @options: what
 */
void report_end(FILE *out, const struct report_options *options);

#endif
