// SPDX-License-Identifier: GPL-2.0-only
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

#include "text.h"

int fail(struct error *error, int status, const char *format, ...)
{
	char text[sizeof(error->text)];
	va_list args;

	error->status = status;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* Names come out of files. */
	text_escape(error->text, sizeof(error->text), text);
	return -1;
}
