/*
 * The board twin: register RAM
 *
 * Reads give what was written. Where that is not enough the SoC's file says
 * what a register has at reset, which of its bits never change, how it takes
 * writes, and which bits follow another register. registers.h, docs/twin.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qobject/qdict.h"
#include "qobject/qjson.h"
#include "qobject/qlist.h"
#include "qobject/qstring.h"
#include "exec/address-spaces.h"
#include "system/reset.h"
#include "pins.h"
#include "registers.h"
#include "trace.h"

#define PAGE_BYTES      4096
#define PAGE_OFFSET(pa) ((pa) & (PAGE_BYTES - 1))
#define MAX_COUNT       4096        /* of an array of registers */
#define POLLED_READS    1000        /* in a row, to be called polling */

typedef enum WriteMode {
    WRITE_PLAIN,
    WRITE_HIWORD,                   /* bits 31:16 say which of 15:0 change */
    WRITE_SET,                      /* ones set bits of another register */
    WRITE_CLEAR,
    WRITE_TOGGLE,
    WRITE_ONE_CLEARS,
    WRITE_IGNORE,
} WriteMode;

static const char *const write_modes[] = {
    "plain", "hiword", "set", "clear", "toggle", "one-clears", "ignore"
};

typedef struct Follow {
    hwaddr address;
    uint32_t mask;
    int shift;                      /* to the left */
    bool invert;
} Follow;

/* A register that is not as memory */
typedef struct Register {
    hwaddr address;
    uint32_t reset, ones, zeros;
    WriteMode write;
    hwaddr of;                      /* what WRITE_SET and its kin act on */
    GArray *follow;                 /* of Follow, or NULL */
    bool has_pins;                  /* reads show pins */
    bool makes_levels;              /* writes change them */
} Register;

typedef struct Block {
    TwinRange range;
    WriteMode write;
} Block;

typedef struct Region {
    MemoryRegion mr;
    MemoryRegion alias;             /* what is mapped of @mr */
    hwaddr padding;                 /* of @mr before it */
    hwaddr base;
    char *name;
    WriteMode write;
} Region;

/* One store for the machine: a process has one */
static struct {
    GHashTable *pages;              /* by number: their contents */
    GHashTable *registers;          /* by address: Register */
    GArray *blocks;                 /* of Block */
    hwaddr polled;
    uint64_t polls;
    const char *polled_name;
    hwaddr polled_offset;
    uint32_t polled_value;
} store;

static gpointer key(hwaddr address)
{
    return (gpointer)(uintptr_t)address;
}

static uint8_t *byte_at(hwaddr address)
{
    gpointer page = key(address / PAGE_BYTES);
    uint8_t *bytes = g_hash_table_lookup(store.pages, page);

    if (!bytes) {
        bytes = g_malloc0(PAGE_BYTES);
        g_hash_table_insert(store.pages, page, bytes);
    }
    return bytes + PAGE_OFFSET(address);
}

static uint32_t stored(hwaddr address)
{
    return ldl_le_p(byte_at(address));
}

static void keep(hwaddr address, uint32_t value)
{
    stl_le_p(byte_at(address), value);
}

static Register *find_register(hwaddr address)
{
    return g_hash_table_lookup(store.registers, key(address));
}

/* The register at @address; made if it was as memory up to now */
static Register *need_register(hwaddr address)
{
    Register *reg = find_register(address);

    if (!reg) {
        reg = g_new0(Register, 1);
        reg->address = address;
        g_hash_table_insert(store.registers, key(address), reg);
    }
    return reg;
}

uint32_t twin_register_get(hwaddr address)
{
    Register *reg = find_register(address);
    uint32_t followed = 0;
    uint32_t value;

    if (!reg) {
        return stored(address);
    }
    value = stored(reg->of ? reg->of : address);
    /* A bit that follows several others is set if any of them is */
    for (int i = 0; reg->follow && i < reg->follow->len; i++) {
        const Follow *follow = &g_array_index(reg->follow, Follow, i);
        uint32_t from = stored(follow->address);
        uint32_t mask = follow->mask;

        from = (follow->invert ? ~from : from) & mask;
        if (follow->shift >= 0) {
            from <<= follow->shift;
            mask <<= follow->shift;
        } else {
            from >>= -follow->shift;
            mask >>= -follow->shift;
        }
        followed |= from;
        value &= ~mask;
    }
    value |= followed;
    if (reg->has_pins) {
        value = twin_pins_input(address, value);
    }
    return (value | reg->ones) & ~reg->zeros;
}

void twin_register_set(hwaddr address, uint32_t value)
{
    keep(address, value);
}

/* A whole register is written by the guest */
static void guest_write(hwaddr address, WriteMode mode, uint32_t value)
{
    const Register *reg = find_register(address);
    hwaddr target = address;
    uint32_t old, mask;

    if (reg && reg->write != WRITE_PLAIN) {
        mode = reg->write;
    }
    if (reg && reg->of) {
        target = reg->of;
    }
    old = stored(target);
    switch (mode) {
    case WRITE_PLAIN:
        break;
    case WRITE_HIWORD:
        mask = value >> 16;
        value = (old & ~mask) | (value & mask);
        break;
    case WRITE_SET:
        value = old | value;
        break;
    case WRITE_CLEAR:
    case WRITE_ONE_CLEARS:
        value = old & ~value;
        break;
    case WRITE_TOGGLE:
        value = old ^ value;
        break;
    case WRITE_IGNORE:
        return;
    }
    keep(target, value);
    if (reg && reg->makes_levels) {
        twin_pins_written();
    }
}

static void note_poll(const Region *region, hwaddr address, uint32_t value)
{
    if (address != store.polled) {
        store.polled = address;
        store.polled_name = region->name;
        store.polled_offset = address - region->base;
        store.polls = 0;
    }
    store.polled_value = value;
    store.polls++;
}

char *twin_register_polled(void)
{
    if (store.polls < POLLED_READS) {
        return g_strdup("");
    }
    return g_strdup_printf("%s+0x%" HWADDR_PRIx " is 0x%x, read %" PRIu64
                           " times in a row", store.polled_name,
                           store.polled_offset, store.polled_value,
                           store.polls);
}

/* Accesses that are narrower than a register get its part of it */
static uint64_t region_read(void *opaque, hwaddr from, unsigned size)
{
    const Region *region = opaque;
    hwaddr offset = from - region->padding;
    hwaddr address = region->base + offset;
    unsigned shift = (address & 3) * 8;
    uint32_t value = twin_register_get(address & ~3ULL) >> shift;

    if (size < 4) {
        value &= MAKE_64BIT_MASK(0, size * 8);
    }
    note_poll(region, address, value);
    trace_twin_register_read(region->name, offset, size * 8, value);
    return value;
}

static void region_write(void *opaque, hwaddr from, uint64_t value,
                         unsigned size)
{
    const Region *region = opaque;
    hwaddr offset = from - region->padding;
    hwaddr address = region->base + offset;

    trace_twin_register_write(region->name, offset, size * 8, value);
    store.polls = 0;
    if (size < 4) {
        stn_le_p(byte_at(address), size, value);
    } else {
        guest_write(address & ~3ULL, region->write, value);
    }
}

static const MemoryRegionOps region_ops = {
    .read = region_read,
    .write = region_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static void apply_reset(gpointer unused, gpointer value, gpointer opaque)
{
    const Register *reg = value;

    if (reg->reset) {
        keep(reg->address, reg->reset);
    }
}

static void registers_reset(void *opaque)
{
    g_hash_table_remove_all(store.pages);
    g_hash_table_foreach(store.registers, apply_reset, NULL);
    store.polls = 0;
}

void twin_registers_create(const char *name, TwinRange range, int priority)
{
    Region *region = g_new0(Region, 1);

    region->base = range.base;
    region->name = g_strdup(name);
    for (int i = 0; i < store.blocks->len; i++) {
        const Block *block = &g_array_index(store.blocks, Block, i);

        if (range.base >= block->range.base &&
            range.base - block->range.base < block->range.size) {
            region->write = block->write;
        }
    }
    /*
     * QEMU's TLB takes a whole page of a region for an aligned part of it: a
     * region that begins inside of a page and has others behind that must
     * begin with padding.
     */
    region->padding = PAGE_OFFSET(range.base);
    memory_region_init_io(&region->mr, NULL, &region_ops, region, region->name,
                          region->padding + range.size);
    memory_region_init_alias(&region->alias, NULL, region->name, &region->mr,
                             region->padding, range.size);
    memory_region_add_subregion_overlap(get_system_memory(), range.base,
                                        &region->alias, priority);
}

/* The SoC's file */

typedef struct Loader {
    TwinState *twin;
    const char *section;            /* for messages: "register" */
    int entry;
} Loader;

static void G_NORETURN bad_entry(const Loader *load, const char *what)
{
    error_report("%s: %s %d: %s", load->twin->registers, load->section,
                 load->entry + 1, what);
    exit(1);
}

static WriteMode write_mode(const Loader *load, const QDict *entry)
{
    const char *name = qdict_get_try_str(entry, "write");

    for (int i = 0; name && i < ARRAY_SIZE(write_modes); i++) {
        if (!strcmp(name, write_modes[i])) {
            return i;
        }
    }
    if (name) {
        bad_entry(load, "an unknown way to write");
    }
    return WRITE_PLAIN;
}

/* Families of SoCs share a file: is the entry for the tree's own one? */
static bool is_for(const Loader *load, const QDict *entry)
{
    const char *only = qdict_get_try_str(entry, "only");

    return !only || twin_is_compatible(load->twin, 0, only);
}

/* The next node that the entry is about, after @node; or negative */
static int next_node(const Loader *load, const QDict *entry, int node)
{
    const char *compatible = qdict_get_try_str(entry, "node");
    const char *path = qdict_get_try_str(entry, "path");

    if (path) {
        return node < 0 ? fdt_path_offset(load->twin->fdt, path) : -1;
    }
    if (!compatible) {
        bad_entry(load, "neither node nor path");
    }
    return fdt_node_offset_by_compatible(load->twin->fdt, node, compatible);
}

static hwaddr address_in(const Loader *load, const TwinRange *range,
                         int64_t offset)
{
    if (offset < 0 || offset % 4 || offset >= range->size) {
        bad_entry(load, "an offset outside its node's registers");
    }
    return range->base + offset;
}

static void load_block(const Loader *load, const QDict *entry,
                       const TwinRange *range)
{
    Block block = { *range, write_mode(load, entry) };

    g_array_append_val(store.blocks, block);
}

static void load_follow(const Loader *load, const QDict *entry,
                        const TwinRange *range, Register *reg, int64_t more)
{
    const QList *list = qobject_to(QList, qdict_get(entry, "follow"));
    const QListEntry *item;

    QLIST_FOREACH_ENTRY(list, item) {
        const QDict *from = qobject_to(QDict, qlist_entry_obj(item));
        Follow follow;

        if (!from) {
            bad_entry(load, "follow is a list of tables");
        }
        follow.address = address_in(load, range,
                                    qdict_get_try_int(from, "register", -1) +
                                    more);
        follow.mask = qdict_get_try_int(from, "mask", UINT32_MAX);
        follow.shift = qdict_get_try_int(from, "shift", 0);
        follow.invert = qdict_get_try_bool(from, "invert", false);
        if (follow.shift < -31 || follow.shift > 31) {
            bad_entry(load, "a shift by more than 31");
        }
        if (!reg->follow) {
            reg->follow = g_array_new(false, false, sizeof(Follow));
        }
        g_array_append_val(reg->follow, follow);
    }
}

static void load_register(const Loader *load, const QDict *entry,
                          const TwinRange *range)
{
    int64_t offset = qdict_get_try_int(entry, "offset", -1);
    int64_t count = qdict_get_try_int(entry, "count", 1);
    int64_t stride = qdict_get_try_int(entry, "stride", 4);

    if (count < 1 || count > MAX_COUNT || stride < 4) {
        bad_entry(load, "a count or stride out of range");
    }
    for (int64_t i = 0; i < count; i++) {
        int64_t more = i * stride;
        Register *reg = need_register(address_in(load, range, offset + more));

        reg->reset |= qdict_get_try_int(entry, "reset", 0);
        reg->ones |= qdict_get_try_int(entry, "ones", 0);
        reg->zeros |= qdict_get_try_int(entry, "zeros", 0);
        if (qdict_haskey(entry, "write")) {
            reg->write = write_mode(load, entry);
        }
        if (qdict_haskey(entry, "of")) {
            reg->of = address_in(load, range,
                                 qdict_get_try_int(entry, "of", -1) + more);
        }
        if (qdict_haskey(entry, "follow")) {
            load_follow(load, entry, range, reg, more);
        }
    }
}

static void load_pins(const Loader *load, const QDict *entry,
                      const TwinRange *range)
{
    TwinPins pins = {
        .first = qdict_get_try_int(entry, "first", 0),
        .count = qdict_get_try_int(entry, "count", 0),
        .output_when = qdict_get_try_int(entry, "output_when", 1),
        .pulled_up = qdict_get_try_int(entry, "pulled_up", 0),
        .direction = address_in(load, range,
                                qdict_get_try_int(entry, "direction", -1)),
        .output = address_in(load, range,
                             qdict_get_try_int(entry, "output", -1)),
        .input = address_in(load, range,
                            qdict_get_try_int(entry, "input", -1)),
        .direction_bit = qdict_get_try_int(entry, "direction_bit", 0),
        .output_bit = qdict_get_try_int(entry, "output_bit", 0),
        .input_bit = qdict_get_try_int(entry, "input_bit", 0),
        .interrupt = qdict_get_try_int(entry, "interrupt", -1),
    };
    const char *name = qdict_get_try_str(entry, "name");

    if (!name || pins.count < 1 || pins.first < 0 ||
        pins.first + pins.count > TWIN_MAX_PINS || pins.direction_bit < 0 ||
        pins.direction_bit + pins.count > 32 || pins.output_bit < 0 ||
        pins.output_bit + pins.count > 32 || pins.input_bit < 0 ||
        pins.input_bit + pins.count > 32) {
        bad_entry(load, "no name, or more pins than its registers have bits");
    }
    need_register(pins.input)->has_pins = true;
    need_register(pins.direction)->makes_levels = true;
    need_register(pins.output)->makes_levels = true;
    twin_pins_add(load->twin, name, &pins);
}

typedef void LoadEntry(const Loader *load, const QDict *entry,
                       const TwinRange *range);

static void load_section(TwinState *twin, const QDict *file,
                         const char *section, LoadEntry *load_entry)
{
    const QList *list = qobject_to(QList, qdict_get(file, section));
    Loader load = { twin, section, 0 };
    const QListEntry *item;

    if (!list) {
        return;
    }
    QLIST_FOREACH_ENTRY(list, item) {
        const QDict *entry = qobject_to(QDict, qlist_entry_obj(item));
        TwinRange range;
        int node = -1;

        if (!entry) {
            bad_entry(&load, "no table");
        }
        /* A node that this board's tree lacks is no mistake */
        while (is_for(&load, entry) &&
               (node = next_node(&load, entry, node)) >= 0) {
            if (twin_reg(twin, node, qdict_get_try_int(entry, "reg", 0),
                         &range)) {
                load_entry(&load, entry, &range);
            }
        }
        load.entry++;
    }
}

void twin_registers_load(TwinState *twin)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) gerr = NULL;
    QObject *object;
    QDict *file;

    store.pages = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    store.registers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    store.blocks = g_array_new(false, false, sizeof(Block));
    qemu_register_reset(registers_reset, NULL);
    if (!twin->registers) {
        return;
    }
    if (!g_file_get_contents(twin->registers, &text, NULL, &gerr)) {
        error_report("%s", gerr->message);
        exit(1);
    }
    object = qobject_from_json(text, &error_fatal);
    file = qobject_to(QDict, object);
    if (!file) {
        error_report("%s: not a table of registers", twin->registers);
        exit(1);
    }
    twin->timer_hz = qdict_get_try_int(file, "timer_hz", 0);
    load_section(twin, file, "block", load_block);
    load_section(twin, file, "register", load_register);
    load_section(twin, file, "pins", load_pins);
    qobject_unref(object);
}
