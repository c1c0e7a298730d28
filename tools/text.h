/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names out of files, for a terminal and for JSON.
 */
#ifndef OUTBOARD_TEXT_H
#define OUTBOARD_TEXT_H

#include <stddef.h>
#include <stdio.h>

/**
 * text_escape() - make a name fit for a terminal
 * @to: is filled with it, and a NUL; cut off before a character that does not fit
 * @size: bytes at @to, at least 1
 * @from: the name
 *
 * UTF-8 stays, but for control characters and those that change the direction of text: each
 * of their bytes, and each byte that is not UTF-8, becomes \xNN. A backslash becomes two.
 *
 * Return: @to.
 */
char *text_escape(char *to, size_t size, const char *from);

/**
 * text_put() - print a name as text_escape() makes it
 * @out: where to; NULL to only measure it
 * @text: the name
 *
 * Return: number of characters that are printed.
 */
int text_put(FILE *out, const char *text);

/**
 * text_put_json() - print a name as a JSON string
 * @out: where to
 * @text: the name; NULL for null. Bytes that are not UTF-8 become U+FFFD.
 */
void text_put_json(FILE *out, const char *text);

#endif
