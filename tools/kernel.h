/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel as a package or a system has it: a release, modules and an image.
 */
#ifndef OUTBOARD_KERNEL_H
#define OUTBOARD_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "aliases.h"
#include "error.h"

/**
 * struct kernel - a kernel's drivers
 * @release: as uname -r says it
 * @modules: the directory lib/modules/<release>
 * @image: the image's file
 * @aliases: what its modules and built-in drivers are for
 * @indexed: it has a modules.alias; else the modules themselves were read
 * @builtin_listed: modules.builtin.modinfo has the built-in drivers' compatibles (6.18 on)
 * @pointers: the image's pointers could be read, so that its tables' drivers are known
 * @tables: compatibles in the image's tables
 * @packed: modules could not be searched for tables, since they could not be unpacked
 * @files_read: modules.dep has been read for the modules' files
 */
struct kernel {
	char *release;
	char *modules;
	char *image;
	struct aliases aliases;
	bool indexed;
	bool builtin_listed;
	bool pointers;
	size_t tables;
	bool packed;
	bool files_read;
};

/**
 * kernel_open() - find and read a kernel
 * @kernel: is filled; give it to kernel_close()
 * @directory: an unpacked package, a nixpkgs kernel, "/", or lib/modules/<release> itself
 * @image: the image's file; NULL to look for it
 * @error: names the file where -1 is returned
 *
 * Return: 0, or -1.
 */
int kernel_open(struct kernel *kernel, const char *directory, const char *image,
		struct error *error);

/**
 * kernel_add_modules() - add modules that are no part of the kernel
 * @kernel: an open kernel
 * @directory: is searched for .ko files, also compressed ones, to its bottom
 * @error: where -1 is returned: there are none, or one cannot be read
 *
 * Return: 0, or -1.
 */
int kernel_add_modules(struct kernel *kernel, const char *directory, struct error *error);

/**
 * kernel_add_alias_file() - add the lines of a modules.alias
 * @kernel: a kernel, or zeros
 * @data: the file's content
 * @length: its bytes
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int kernel_add_alias_file(struct kernel *kernel, const char *data, size_t length,
			  struct error *error);

/**
 * kernel_add_builtin_info() - add the aliases of a modules.builtin.modinfo
 * @kernel: a kernel, or zeros
 * @data: the file's content
 * @length: its bytes
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int kernel_add_builtin_info(struct kernel *kernel, const char *data, size_t length,
			    struct error *error);

/**
 * kernel_add_image() - add the match tables of an image
 * @kernel: a kernel, or zeros
 * @data: the raw Image
 * @length: its bytes
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int kernel_add_image(struct kernel *kernel, const void *data, size_t length,
		     struct error *error);

/**
 * kernel_read_tables() - add the tables that a module has without aliases
 * @kernel: an open kernel; has SOURCE_MODULE_TABLE entries for the module afterwards
 * @module: the module's name
 * @error: where -1 is returned: no memory. A module that cannot be read has no tables.
 *
 * A module can have more drivers than it has aliases for: it is loaded for one of its
 * devices, and then drives the others as well.
 *
 * Return: 0, or -1.
 */
int kernel_read_tables(struct kernel *kernel, const char *module, struct error *error);

/**
 * kernel_close() - free what a kernel holds
 * @kernel: a kernel, or zeros
 */
void kernel_close(struct kernel *kernel);

#endif
