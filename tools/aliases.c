// SPDX-License-Identifier: GPL-2.0-only
#include "aliases.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "compiler.h"

#define BLOCK_SIZE	65536

/*
 * No kernel comes near these: Debian's have up to 16,496 entries, 3 of one key, and 193 patterns
 * of one bus. Each node walks through those of its keys, or of its bus: made-up input must not
 * make that long.
 */
#define ENTRIES_MAX	1000000
#define KEY_ENTRIES_MAX	256
#define PATTERNS_MAX	4096

struct string_block {
	struct string_block *next;
	size_t used;
	size_t size;
	char text[];
};

static const char *keep(struct aliases *aliases, const char *text, size_t length)
{
	struct string_block *block = aliases->strings;
	char *kept;

	if (!block || block->size - block->used <= length) {
		size_t size = length < BLOCK_SIZE ? BLOCK_SIZE : length + 1;

		block = malloc(sizeof(*block) + size);
		if (!block)
			return NULL;
		block->next = aliases->strings;
		block->used = 0;
		block->size = size;
		aliases->strings = block;
	}
	kept = block->text + block->used;
	memcpy(kept, text, length);
	kept[length] = 0;
	block->used += length + 1;
	return kept;
}

/* Keys that fall into one bucket cannot be made up without the seed. */
static unsigned int hash(const struct aliases *aliases, enum alias_bus bus, const char *key)
{
	unsigned int value = (2166136261u ^ aliases->seed) + bus;	/* FNV-1a */

	while (*key)
		value = (value ^ (unsigned char)*key++) * 16777619u;
	return value ^ value >> 15;
}

/* A bus whose keys are patterns: they are walked, not looked up. */
static struct alias_chain *chain_of(struct aliases *aliases, enum alias_bus bus)
{
	return bus == BUS_MDIO ? &aliases->mdio : bus == BUS_AMBA ? &aliases->amba : NULL;
}

static void link_entry(struct aliases *aliases, int index)
{
	struct alias *entry = &aliases->entries[index];
	struct alias_chain *chain = chain_of(aliases, entry->bus);
	unsigned int bucket;

	if (chain) {
		entry->next = -1;
		if (chain->count++)
			aliases->entries[chain->last].next = index;
		else
			chain->first = index;
		chain->last = index;
		return;
	}
	bucket = hash(aliases, entry->bus, entry->key) & aliases->mask;
	entry->next = aliases->buckets[bucket];
	aliases->buckets[bucket] = index;
}

static int grow(struct aliases *aliases)
{
	int room = aliases->room ? 2 * aliases->room : 8192, i;
	struct alias *entries = realloc(aliases->entries, room * sizeof(*entries));
	int *buckets;

	if (!entries)
		return -1;
	aliases->entries = entries;
	buckets = realloc(aliases->buckets, room * sizeof(*buckets));
	if (!buckets)
		return -1;
	aliases->buckets = buckets;
	aliases->room = room;
	aliases->mask = room - 1;
	memset(buckets, -1, room * sizeof(*buckets));
	if (!aliases->seed && getrandom(&aliases->seed, sizeof(aliases->seed), GRND_NONBLOCK) < 0)
		aliases->seed = 1;
	memset(&aliases->mdio, 0, sizeof(aliases->mdio));
	memset(&aliases->amba, 0, sizeof(aliases->amba));
	for (i = 0; i < aliases->count; i++)
		link_entry(aliases, i);
	return 0;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/*
 * Whether an entry is there already.
 * Return: 1 where it is, 0 where not, -1 where there are too many of its key.
 */
static int is_known(const struct aliases *aliases, const struct alias *entry)
{
	const struct alias *other = NULL;
	int count = 0;

	while ((other = aliases_next(aliases, entry->bus, entry->key, other))) {
		if (other->source == entry->source && same(other->owner, entry->owner) &&
		    same(other->name, entry->name) && same(other->type, entry->type))
			return 1;
		if (++count == KEY_ENTRIES_MAX)
			return -1;
	}
	return 0;
}

/* A module has hundreds of aliases one after another: its name is kept once for them. */
static const char *keep_owner(struct aliases *aliases, const char *owner)
{
	if (aliases->count && same(aliases->entries[aliases->count - 1].owner, owner))
		return aliases->entries[aliases->count - 1].owner;
	return keep(aliases, owner, strlen(owner));
}

int aliases_add_entry(struct aliases *aliases, const struct alias *entry, struct error *error)
{
	const struct alias_chain *chain = chain_of(aliases, entry->bus);
	struct alias new = *entry;
	int known;

	if (new.name && !*new.name)
		new.name = NULL;
	if (new.type && !*new.type)
		new.type = NULL;
	known = is_known(aliases, &new);
	if (known < 0)
		return fail(error, STATUS_INPUT,
			    "the kernel has more than %d drivers and names for %s: it is damaged",
			    KEY_ENTRIES_MAX, new.key);
	if (known)
		return 0;
	if (aliases->count == ENTRIES_MAX || (chain && chain->count == PATTERNS_MAX))
		return fail(error, STATUS_INPUT, "the kernel has more than %d %s: it is damaged",
			    chain ? PATTERNS_MAX : ENTRIES_MAX,
			    chain ? "patterns of one bus" : "drivers and names");
	if (aliases->count == aliases->room && grow(aliases))
		goto no_memory;
	if (new.name)
		new.name = keep(aliases, entry->name, strlen(entry->name));
	if (new.type)
		new.type = keep(aliases, entry->type, strlen(entry->type));
	if (new.owner)
		new.owner = keep_owner(aliases, entry->owner);
	new.key = keep(aliases, entry->key, strlen(entry->key));
	if (!new.key || !new.name != !(entry->name && *entry->name) ||
	    !new.type != !(entry->type && *entry->type) || !new.owner != !entry->owner)
		goto no_memory;
	aliases->entries[aliases->count] = new;
	link_entry(aliases, aliases->count++);
	return 0;
no_memory:
	return fail(error, STATUS_FINDING, "no memory for the kernel's aliases");
}

/* "N<name>T<type>C<compatible>[C*]", cut up in place. */
static bool parse_of(struct alias *entry, char *text)
{
	char *name = text + 1, *type, *compatible;
	size_t length;

	if (*text != 'N')
		return false;
	type = strchr(name, 'T');
	compatible = type ? strchr(type, 'C') : NULL;
	if (!compatible)
		return false;
	*type++ = 0;
	*compatible++ = 0;
	length = strlen(compatible);
	if (length > 2 && !strcmp(compatible + length - 2, "C*"))
		compatible[length - 2] = 0;
	entry->key = compatible;
	entry->name = strcmp(name, "*") ? name : NULL;
	entry->type = strcmp(type, "*") ? type : NULL;
	/* The compatible itself is never a pattern. */
	return *compatible && !strpbrk(compatible, "*?[");
}

int aliases_add(struct aliases *aliases, const char *text, const char *owner,
		enum alias_source source, struct error *error)
{
	static const struct {
		const char *prefix;
		enum alias_bus bus;
	} buses[] = {
		{ "of:", BUS_OF }, { "i2c:", BUS_I2C }, { "spi:", BUS_SPI },
		{ "platform:", BUS_PLATFORM }, { "mdio:", BUS_MDIO }, { "amba:", BUS_AMBA },
	};
	struct alias entry = { .owner = owner, .source = source };
	char copy[512];
	size_t i, length = strlen(text);

	if (length >= sizeof(copy))
		return 0;
	memcpy(copy, text, length + 1);
	for (i = 0; i < ARRAY_SIZE(buses); i++) {
		length = strlen(buses[i].prefix);
		if (strncmp(copy, buses[i].prefix, length))
			continue;
		entry.bus = buses[i].bus;
		entry.key = copy + length;
		if (entry.bus == BUS_OF ? !parse_of(&entry, copy + length) : !*entry.key)
			return 0;
		return aliases_add_entry(aliases, &entry, error);
	}
	return 0;
}

const struct alias *aliases_next(const struct aliases *aliases, enum alias_bus bus,
				 const char *key, const struct alias *last)
{
	int i;

	if (!aliases->count)
		return NULL;
	if (bus == BUS_MDIO || bus == BUS_AMBA) {
		while ((last = aliases_next_pattern(aliases, bus, last)))
			if (!strcmp(last->key, key))
				return last;
		return NULL;
	}
	i = last ? last->next : aliases->buckets[hash(aliases, bus, key) & aliases->mask];
	for (; i >= 0; i = aliases->entries[i].next) {
		if (aliases->entries[i].bus == bus && !strcmp(aliases->entries[i].key, key))
			return &aliases->entries[i];
	}
	return NULL;
}

const struct alias *aliases_next_pattern(const struct aliases *aliases, enum alias_bus bus,
					 const struct alias *last)
{
	const struct alias_chain *chain = bus == BUS_MDIO ? &aliases->mdio : &aliases->amba;
	int i = last ? last->next : chain->count ? chain->first : -1;

	return i < 0 ? NULL : &aliases->entries[i];
}

void aliases_free(struct aliases *aliases)
{
	struct string_block *block = aliases->strings, *next;

	for (; block; block = next) {
		next = block->next;
		free(block);
	}
	free(aliases->entries);
	free(aliases->buckets);
	memset(aliases, 0, sizeof(*aliases));
}
