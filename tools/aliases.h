/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel's modules and built-in drivers say that they are for, by name.
 */
#ifndef OUTBOARD_ALIASES_H
#define OUTBOARD_ALIASES_H

#include <stddef.h>

#include "error.h"

enum alias_bus {
	BUS_OF,		/* of:NnameTtypeCcompatible; the key is the compatible */
	BUS_I2C,	/* i2c:key */
	BUS_SPI,	/* spi:key */
	BUS_PLATFORM,	/* platform:key */
	BUS_MDIO,	/* mdio:key, 32 binary digits or '?' */
	BUS_AMBA,	/* amba:key, dXXXXXXXX: hexadecimal digits or '?' */
	/* No buses, but looked up in the same way: */
	KEY_MODULE_FILE,	/* a module's name; the owner is its file */
	KEY_MODULE_READ,	/* a module whose tables have been read */
};

/* Where an alias stands, and with it who has it. */
enum alias_source {
	SOURCE_BUILTIN,		/* modules.builtin.modinfo */
	SOURCE_IMAGE_DRIVER,	/* a driver's table in the image */
	SOURCE_MODULE,		/* modules.alias, or the module itself */
	SOURCE_OURS,		/* a module of --modules */
	SOURCE_IMAGE_CODE,	/* a table in the image that code looks nodes up in */
	SOURCE_IMAGE_LIST,	/* a list of names in the image: no driver */
	SOURCE_IMAGE_NAME,	/* a string in the image: no driver */
	SOURCE_MODULE_TABLE,	/* a table in a module that has no alias for it */
};

/**
 * struct alias - one thing that a driver is for
 * @key: what is looked up
 * @name: pattern of the node's name; NULL for any
 * @type: pattern of its device_type; NULL for any
 * @owner: module, or driver where @source is SOURCE_IMAGE_DRIVER; NULL where it has no name
 * @bus: the kind of alias
 * @source: where it stands
 * @next: next of the same hash bucket or chain, -1 at its end
 */
struct alias {
	const char *key;
	const char *name;
	const char *type;
	const char *owner;
	enum alias_bus bus;
	enum alias_source source;
	int next;
};

/* The aliases of a bus whose keys are patterns, in the order in which they came. */
struct alias_chain {
	int first;
	int last;
	int count;
};

/**
 * struct aliases - a hashed set of aliases
 * @entries: @count of them
 * @count: their number
 * @room: entries that are allocated
 * @buckets: heads of the hash chains over bus and key
 * @mask: number of buckets less one
 * @seed: of the hash
 * @mdio: those of BUS_MDIO, in no bucket
 * @amba: those of BUS_AMBA, in no bucket
 * @strings: blocks that hold the strings
 */
struct aliases {
	struct alias *entries;
	int count;
	int room;
	int *buckets;
	unsigned int mask;
	unsigned int seed;
	struct alias_chain mdio;
	struct alias_chain amba;
	struct string_block *strings;
};

/**
 * aliases_add() - add an alias as modules.alias spells it
 * @aliases: a set, or zeros
 * @text: "of:N*T*Cfoo"; is copied. What no device tree node can match is left out.
 * @owner: the module; is copied
 * @source: where it stands
 * @error: where -1 is returned: no memory
 *
 * Return: 0, or -1.
 */
int aliases_add(struct aliases *aliases, const char *text, const char *owner,
		enum alias_source source, struct error *error);

/**
 * aliases_add_entry() - add an alias in its parts
 * @aliases: a set, or zeros
 * @entry: its strings are copied; an empty @name or @type is any
 * @error: where -1 is returned: no memory, or more entries than any kernel has
 *
 * Return: 0, or -1.
 */
int aliases_add_entry(struct aliases *aliases, const struct alias *entry, struct error *error);

/**
 * aliases_next() - walk the aliases of a key
 * @aliases: the set
 * @bus: the kind
 * @key: exact
 * @last: what the last call returned; NULL for the first
 *
 * Return: the next alias, NULL after the last. The order is not defined.
 */
const struct alias *aliases_next(const struct aliases *aliases, enum alias_bus bus,
				 const char *key, const struct alias *last);

/**
 * aliases_next_pattern() - walk the aliases of a bus whose keys are patterns
 * @aliases: the set
 * @bus: BUS_MDIO or BUS_AMBA
 * @last: what the last call returned; NULL for the first
 *
 * Return: the next alias in the order in which they came, NULL after the last.
 */
const struct alias *aliases_next_pattern(const struct aliases *aliases, enum alias_bus bus,
					 const struct alias *last);

/**
 * aliases_free() - free a set
 * @aliases: a set, or zeros
 */
void aliases_free(struct aliases *aliases);

#endif
