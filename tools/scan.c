// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel before 6.18 does not list the compatibles of its built-in drivers anywhere, but
 * it has to carry them: struct of_device_id is 200 bytes on 64-bit,
 *
 *	char name[32]; char type[32]; char compatible[128]; const void *data;
 *
 * A table is a run of these, and an entry of zeros ends it. Who uses a table shows in who
 * points at it: struct device_driver has
 *
 *	0 name, 8 bus, 16 owner, 24 mod_name, 32 suppress_bind_attrs and probe_type,
 *	40 of_match_table
 *
 * A relocatable image has its pointers either in place (packed RELR relocations, or none)
 * or in RELA entries, as addends, with zeros in place.
 */
#include "image.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_SIZE	200
#define ENTRY_TYPE	32
#define ENTRY_COMPATIBLE 64
#define ENTRY_DATA	192
#define DRIVER_NAME	40	/* of_match_table less name, in struct device_driver */
#define DRIVER_FLAGS	8	/* of_match_table less suppress_bind_attrs */
#define NAME_MAX_LENGTH	64
#define RELATIVE	0x403	/* R_AARCH64_RELATIVE */
#define ALIGNMENT	(2u << 20)	/* of the address that an image is linked at */
#define BASES_MAX	1024

/* A table of compatibles: a run of entries in the image. */
struct table {
	size_t offset;
	size_t first;	/* of its entries in the list of matches */
	size_t count;
	const char *driver;
	bool data;
};

/* A RELA entry: the address of a pointer, and what the pointer is set to. */
struct relocation {
	uint64_t place;
	uint64_t target;
};

struct scan {
	const unsigned char *bytes;
	size_t length;
	size_t *offsets;	/* of entries */
	size_t count;
	size_t room;
	struct table *tables;
	size_t tables_count;
	uint64_t base;
	struct relocation *relocations;	/* in the order of their places */
	size_t relocations_count;
	/* Which offsets modulo ALIGNMENT a table has, in words: most words are ruled out here. */
	unsigned char heads[ALIGNMENT / 8 / 8];
};

static uint64_t word_at(const struct scan *scan, size_t offset)
{
	uint64_t word;

	memcpy(&word, scan->bytes + offset, sizeof(word));
	return word;
}

static bool is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_character(unsigned char c)
{
	return is_alnum(c) || (c && strchr(",._+-/", c));
}

static bool zeros(const unsigned char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* A char array as the compiler fills it: a name or nothing, then zeros to its end. */
static bool is_padded_name(const unsigned char *field, size_t size, const char *also)
{
	size_t i = 0;

	while (i < size && (is_name_character(field[i]) || (field[i] && strchr(also, field[i]))))
		i++;
	return i < size && zeros(field + i, size - i);
}

/* The cheap tests come first: nearly every offset fails one of them. */
static bool is_entry(const unsigned char *entry)
{
	const unsigned char *compatible = entry + ENTRY_COMPATIBLE;

	return is_alnum(compatible[0]) && !compatible[-1] && !compatible[127] && compatible[1] &&
	       compatible[2] && !entry[ENTRY_TYPE - 1] && is_padded_name(compatible, 128, "#") &&
	       is_padded_name(entry, 32, "") && is_padded_name(entry + ENTRY_TYPE, 32, "");
}

static int add_offset(struct scan *scan, size_t offset)
{
	size_t *grown;

	if (scan->count == scan->room) {
		scan->room = scan->room ? 2 * scan->room : 4096;
		grown = realloc(scan->offsets, scan->room * sizeof(*grown));
		if (!grown)
			return -1;
		scan->offsets = grown;
	}
	scan->offsets[scan->count++] = offset;
	return 0;
}

static int find_candidates(struct scan *scan)
{
	size_t offset;

	for (offset = 0; offset + ENTRY_SIZE <= scan->length; offset += 8) {
		if (is_entry(scan->bytes + offset) && add_offset(scan, offset))
			return -1;
	}
	return 0;
}

static int compare_offsets(const void *a, const void *b)
{
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	return left < right ? -1 : left > right;
}

static bool is_candidate(const struct scan *scan, size_t offset)
{
	return bsearch(&offset, scan->offsets, scan->count, sizeof(offset), compare_offsets);
}

static bool is_end(const struct scan *scan, size_t offset)
{
	size_t left = offset < scan->length ? scan->length - offset : 0;

	return zeros(scan->bytes + offset, left < ENTRY_DATA ? left : ENTRY_DATA);
}

/* One string among zeros is a table only where an end follows it. */
static int drop_lone(struct scan *scan)
{
	size_t i, kept = 0, offset;
	bool *lone = calloc(scan->count + 1, sizeof(*lone));

	if (!lone)
		return -1;
	for (i = 0; i < scan->count; i++) {
		offset = scan->offsets[i];
		lone[i] = !is_candidate(scan, offset + ENTRY_SIZE) &&
			  (offset < ENTRY_SIZE || !is_candidate(scan, offset - ENTRY_SIZE)) &&
			  !is_end(scan, offset + ENTRY_SIZE);
	}
	for (i = 0; i < scan->count; i++) {
		if (!lone[i])
			scan->offsets[kept++] = scan->offsets[i];
	}
	scan->count = kept;
	free(lone);
	return 0;
}

/*
 * Entries 200 bytes apart are a table. Two tables can lie in one another's gaps only in
 * made-up input, where they come out as more and shorter ones.
 */
static int make_tables(struct scan *scan)
{
	struct table *table = NULL;
	size_t i, word;

	scan->tables = calloc(scan->count + 1, sizeof(*scan->tables));
	if (!scan->tables)
		return -1;
	for (i = 0; i < scan->count; i++) {
		if (!i || scan->offsets[i] != scan->offsets[i - 1] + ENTRY_SIZE) {
			table = &scan->tables[scan->tables_count++];
			table->offset = scan->offsets[i];
			table->first = i;
			word = table->offset % ALIGNMENT / 8;
			scan->heads[word / 8] |= 1u << word % 8;
		}
		table->count++;
	}
	return 0;
}

/* Whether a word can be a kernel's address at all, and the address of a table. */
static bool may_point_at_table(const struct scan *scan, uint64_t word)
{
	size_t at = word % ALIGNMENT / 8;

	return word >> 48 == 0xffff && !(word & 7) && scan->heads[at / 8] & 1u << at % 8;
}

static int compare_tables(const void *a, const void *b)
{
	const struct table *left = a, *right = b;

	return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static struct table *table_at(const struct scan *scan, uint64_t address)
{
	struct table key = { .offset = address - scan->base };

	if (address < scan->base || address - scan->base >= scan->length)
		return NULL;
	return bsearch(&key, scan->tables, scan->tables_count, sizeof(key), compare_tables);
}

struct base_votes {
	uint64_t base;
	size_t votes;
	size_t order;	/* in which they came */
};

/* @bases are in the order of their addresses; those beyond BASES_MAX are passed over. */
static void vote(struct base_votes *bases, size_t *count, uint64_t base)
{
	size_t low = 0, high = *count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (bases[middle].base < base)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == *count || bases[low].base != base) {
		if (*count == BASES_MAX)
			return;
		memmove(bases + low + 1, bases + low, (*count - low) * sizeof(*bases));
		bases[low] = (struct base_votes) { .base = base, .order = (*count)++ };
	}
	bases[low].votes++;
}

static bool is_better(const struct base_votes *a, const struct base_votes *b)
{
	return a->votes > b->votes || (a->votes == b->votes && a->order < b->order);
}

/*
 * Where is the image linked? There, where most of its words are addresses of tables. Each
 * word that may be one stands for the base that makes it the first such table's.
 */
static int find_base(struct scan *scan)
{
	static const size_t enough = 20;	/* a kernel has hundreds, chance a few */
	struct base_votes bases[BASES_MAX] = { { 0 } };
	size_t count = 0, best = 0, i, at;
	uint64_t word;

	/* Tables of one place modulo the alignment share a vote: the first of them counts. */
	size_t *by_place = malloc(ALIGNMENT / 8 * sizeof(*by_place));

	if (!by_place)
		return -1;
	for (i = scan->tables_count; i-- > 0;)
		by_place[scan->tables[i].offset % ALIGNMENT / 8] = scan->tables[i].offset;
	for (at = 0; at + 8 <= scan->length; at += 8) {
		word = word_at(scan, at);
		if (may_point_at_table(scan, word))
			vote(bases, &count, word - by_place[word % ALIGNMENT / 8]);
	}
	free(by_place);
	for (i = 1; i < count; i++) {
		if (is_better(&bases[i], &bases[best]))
			best = i;
	}
	if (bases[best].votes >= enough && bases[best].votes * 8 >= scan->tables_count)
		scan->base = bases[best].base;
	return 0;
}

/* An address of the image as an offset into it; -1 where it is none. */
static size_t offset_of(const struct scan *scan, uint64_t address)
{
	if (address < scan->base || address - scan->base >= scan->length)
		return -1;
	return address - scan->base;
}

/* Offset, kind and addend of a RELA entry; @at is where the addend lies. */
static bool is_rela(const struct scan *scan, size_t at)
{
	return at >= 16 && at + 8 <= scan->length && word_at(scan, at - 8) == RELATIVE &&
	       word_at(scan, at - 16) >= scan->base;
}

static int compare_relocations(const void *a, const void *b)
{
	const struct relocation *left = a, *right = b;

	return left->place < right->place ? -1 : left->place > right->place;
}

/*
 * A kernel has one RELA table, which the linker sorts. The search needs neither: it takes the
 * entries of all tables, also where entries of another kind lie between them.
 */
static int find_relocations(struct scan *scan)
{
	size_t at, count = 0;

	for (at = 16; at + 8 <= scan->length; at += 8)
		count += is_rela(scan, at);
	scan->relocations = calloc(count + 1, sizeof(*scan->relocations));
	if (!scan->relocations)
		return -1;
	for (at = 16; at + 8 <= scan->length; at += 8) {
		if (is_rela(scan, at))
			scan->relocations[scan->relocations_count++] = (struct relocation) {
				.place = word_at(scan, at - 16), .target = word_at(scan, at),
			};
	}
	qsort(scan->relocations, count, sizeof(*scan->relocations), compare_relocations);
	return 0;
}

/* The pointer at an offset of the image, from its place or its RELA entry; 0 for none. */
static uint64_t pointer_at(const struct scan *scan, size_t offset)
{
	const struct relocation key = { .place = scan->base + offset }, *found;
	uint64_t word;

	if (offset + 8 > scan->length)
		return 0;
	word = word_at(scan, offset);
	if (word)
		return word;
	found = bsearch(&key, scan->relocations, scan->relocations_count, sizeof(key),
			compare_relocations);
	return found ? found->target : 0;
}

static const char *string_at(const struct scan *scan, uint64_t address)
{
	size_t offset = offset_of(scan, address), i;

	for (i = 0; offset < scan->length && i < NAME_MAX_LENGTH && offset + i < scan->length;
	     i++) {
		unsigned char c = scan->bytes[offset + i];

		if (!c)
			return i ? (const char *)scan->bytes + offset : NULL;
		if (c <= 0x20 || c >= 0x7f)
			return NULL;
	}
	return NULL;
}

/* The name of the device_driver whose of_match_table is the pointer at @offset, or NULL. */
static const char *driver_at(const struct scan *scan, size_t offset)
{
	uint64_t flags;

	if (offset < DRIVER_NAME || offset + 8 > scan->length)
		return NULL;
	flags = word_at(scan, offset - DRIVER_FLAGS);
	if ((flags & 0xffffffff) > 1 || flags >> 32 > 2)	/* a bool; enum probe_type */
		return NULL;
	return string_at(scan, pointer_at(scan, offset - DRIVER_NAME));
}

static void find_drivers(struct scan *scan)
{
	struct table *table;
	size_t at, from;
	uint64_t word;

	for (at = 0; at + 8 <= scan->length; at += 8) {
		word = word_at(scan, at);
		if (!may_point_at_table(scan, word))
			continue;
		table = table_at(scan, word);
		if (!table || table->driver)
			continue;
		from = at;
		if (is_rela(scan, at))
			from = offset_of(scan, word_at(scan, at - 16));
		if (from < scan->length)
			table->driver = driver_at(scan, from);
	}
}

static void find_data(struct scan *scan)
{
	size_t i, j;

	for (i = 0; i < scan->tables_count; i++) {
		struct table *table = &scan->tables[i];

		for (j = 0; j < table->count && !table->data; j++)
			table->data = pointer_at(scan, table->offset + j * ENTRY_SIZE + ENTRY_DATA);
	}
}

static int fill(struct image_matches *matches, const struct scan *scan)
{
	size_t i, j;

	matches->entries = calloc(scan->count + 1, sizeof(*matches->entries));
	if (!matches->entries)
		return -1;
	matches->count = scan->count;
	matches->base = scan->base;
	for (i = 0; i < scan->tables_count; i++) {
		const struct table *table = &scan->tables[i];
		enum table_user user = TABLE_CODE;

		if (table->driver)
			user = TABLE_DRIVER;
		else if (scan->base && !table->data)
			user = TABLE_LIST;
		for (j = 0; j < table->count; j++) {
			const char *entry = (const char *)scan->bytes + table->offset +
					    j * ENTRY_SIZE;

			matches->entries[table->first + j] = (struct image_match) {
				.compatible = entry + ENTRY_COMPATIBLE, .name = entry,
				.type = entry + ENTRY_TYPE, .driver = table->driver, .user = user,
			};
		}
	}
	return 0;
}

int image_scan(struct image_matches *matches, const void *data, size_t length,
	       struct error *error)
{
	struct scan *scan = calloc(1, sizeof(*scan));
	int result = -1;

	memset(matches, 0, sizeof(*matches));
	if (scan) {
		scan->bytes = data;
		scan->length = length;
		result = find_candidates(scan) || drop_lone(scan) || make_tables(scan) ||
			 find_base(scan) ? -1 : 0;
	}
	if (!result && scan->base) {
		result = find_relocations(scan);
		if (!result) {
			find_drivers(scan);
			find_data(scan);
		}
	}
	if (!result)
		result = fill(matches, scan);
	if (scan) {
		free(scan->relocations);
		free(scan->offsets);
		free(scan->tables);
	}
	free(scan);
	if (result)
		return fail(error, STATUS_FINDING, "no memory to search the kernel image");
	return 0;
}

/* The NUL-terminated string around a comma, where it is a name of at most 127 characters. */
static const char *name_around(const unsigned char *bytes, size_t length, size_t comma)
{
	size_t first = comma, last = comma;

	while (first && comma - first < 64 && is_name_character(bytes[first - 1]))
		first--;
	while (last + 1 < length && last - first < 126 && is_name_character(bytes[last + 1]))
		last++;
	if (first == comma || last == comma || !first || bytes[first - 1] || last + 1 >= length ||
	    bytes[last + 1] || !islower(bytes[first]))
		return NULL;
	return (const char *)bytes + first;
}

int image_names(const void *data, size_t length,
		int (*found)(void *context, const char *name), void *context)
{
	const unsigned char *bytes = data, *comma = data;
	const char *name;
	int result = 0;

	while (!result && length && (comma = memchr(comma, ',', bytes + length - comma))) {
		name = name_around(bytes, length, comma - bytes);
		if (name)
			result = found(context, name);
		comma++;
	}
	return result;
}

void image_matches_free(struct image_matches *matches)
{
	free(matches->entries);
	memset(matches, 0, sizeof(*matches));
}
