// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Longest form of a character: four bytes as \xNN. */
#define ESCAPED_MAX	16

/* Read one character of UTF-8. Return: its bytes, or 0 where it is none. */
static int decode(const char *text, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	int length = 1, i;

	*point = bytes[0];
	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] >= 0xc0 && bytes[0] < 0xf8) {
		length = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
		*point &= 0x7f >> length;
	}
	for (i = 1; i < length; i++) {
		/* The NUL at the end is no such byte either. */
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (bytes[i] & 0x3f);
	}
	if (length == 1 || *point < least[length] || *point > 0x10ffff ||
	    (*point >= 0xd800 && *point < 0xe000))
		return 0;
	return length;
}

/* C0 and C1, and what Unicode has to set the direction of text or to end a line. */
static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c ||
	       point == 0x200e || point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/* Escape the first character of @text. Return: how many of its bytes that is. */
static int escape_one(char *to, const char *text)
{
	uint32_t point;
	int length = decode(text, &point), i;

	if (length && !is_control(point)) {
		snprintf(to, ESCAPED_MAX + 1, point == '\\' ? "\\\\" : "%.*s", length, text);
		return length;
	}
	for (i = 0; i < (length ? length : 1); i++)
		sprintf(to + 4 * i, "\\x%02x", (unsigned char)text[i]);
	return i;
}

char *text_escape(char *to, size_t size, const char *from)
{
	char one[ESCAPED_MAX + 1];
	size_t used = 0, length;

	while (*from) {
		from += escape_one(one, from);
		length = strlen(one);
		if (used + length >= size)
			break;
		memcpy(to + used, one, length);
		used += length;
	}
	to[used] = 0;
	return to;
}

int text_put(FILE *out, const char *text)
{
	char one[ESCAPED_MAX + 1];
	int put = 0;

	while (*text) {
		text += escape_one(one, text);
		if (out)
			fputs(one, out);
		/* What is not ASCII is one character. */
		put += (unsigned char)*one < 0x80 ? strlen(one) : 1;
	}
	return put;
}

void text_put_json(FILE *out, const char *text)
{
	uint32_t point;
	int length;

	if (!text) {
		fputs("null", out);
		return;
	}
	fputc('"', out);
	for (; *text; text += length ? length : 1) {
		length = decode(text, &point);
		if (!length)
			point = 0xfffd;
		if (point == '"' || point == '\\')
			fprintf(out, "\\%c", point);
		else if (point >= 0x20 && point < 0x7f)
			fputc(point, out);
		else if (point < 0x10000)
			fprintf(out, "\\u%04x", point);
		else
			fprintf(out, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
				0xdc00 + (point & 0x3ff));
	}
	fputc('"', out);
}
