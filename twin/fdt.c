/*
 * The board twin: what it reads in the device tree
 *
 * Bindings: the Devicetree Specification, interrupt-controller/arm,gic.yaml.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "hw/irq.h"
#include "twin.h"

/* Cells of an interrupt specifier of the GIC */
#define GIC_TYPE    0
#define GIC_NUMBER  1
#define GIC_FLAGS   2
#define GIC_SPI     0
#define GIC_EDGE    3               /* rising, falling */

/* Defaults of the Devicetree Specification, 2.3.5 */
#define DEFAULT_ADDRESS_CELLS   2
#define DEFAULT_SIZE_CELLS      1

uint32_t twin_cell(const TwinState *twin, int node, const char *name,
                   uint32_t dflt)
{
    int len;
    const fdt32_t *value = fdt_getprop(twin->fdt, node, name, &len);

    return value && len == sizeof(*value) ? fdt32_to_cpu(*value) : dflt;
}

uint64_t twin_number(const uint32_t *prop, int cells)
{
    uint64_t value = 0;

    while (cells-- > 0) {
        value = value << 32 | fdt32_to_cpu(*prop++);
    }
    return value;
}

char *twin_path(const TwinState *twin, int node)
{
    char path[1024];

    if (fdt_get_path(twin->fdt, node, path, sizeof(path))) {
        return g_strdup(fdt_get_name(twin->fdt, node, NULL));
    }
    return g_strdup(path);
}

bool twin_is_cpu(const void *fdt, int node)
{
    const char *type = fdt_getprop(fdt, node, "device_type", NULL);

    return type && !strcmp(type, "cpu");
}

bool twin_is_compatible(const TwinState *twin, int node, const char *name)
{
    return fdt_node_check_compatible(twin->fdt, node, name) == 0;
}

int twin_find(const TwinState *twin, const char *compatible)
{
    return fdt_node_offset_by_compatible(twin->fdt, -1, compatible);
}

bool twin_is_enabled(const TwinState *twin, int node)
{
    for (; node > 0; node = fdt_parent_offset(twin->fdt, node)) {
        const char *status = fdt_getprop(twin->fdt, node, "status", NULL);

        if (status && strcmp(status, "okay") && strcmp(status, "ok")) {
            return false;
        }
    }
    return true;
}

static uint32_t twin_address_cells(const TwinState *twin, int node)
{
    return twin_cell(twin, node, "#address-cells", DEFAULT_ADDRESS_CELLS);
}

static uint32_t twin_size_cells(const TwinState *twin, int node)
{
    return twin_cell(twin, node, "#size-cells", DEFAULT_SIZE_CELLS);
}

/* From an address on the bus to one of the CPUs; false if nothing maps it */
static bool twin_translate(const TwinState *twin, int bus, hwaddr *address)
{
    while (bus > 0) {
        int parent = fdt_parent_offset(twin->fdt, bus);
        uint32_t child_cells = twin_address_cells(twin, bus);
        uint32_t size_cells = twin_size_cells(twin, bus);
        uint32_t parent_cells = twin_address_cells(twin, parent);
        uint32_t row = child_cells + parent_cells + size_cells;
        int len;
        const fdt32_t *ranges = fdt_getprop(twin->fdt, bus, "ranges", &len);
        bool found;

        /* PCI's three cells are an address space of its own */
        if (!ranges || child_cells > 2 || parent_cells > 2 || size_cells > 2) {
            return false;
        }
        found = len == 0;           /* the same addresses on both sides */
        for (; !found && len >= row * sizeof(*ranges);
             ranges += row, len -= row * sizeof(*ranges)) {
            hwaddr child = twin_number(ranges, child_cells);
            hwaddr up = twin_number(ranges + child_cells, parent_cells);
            uint64_t size = twin_number(ranges + child_cells + parent_cells,
                                        size_cells);

            if (*address >= child && *address - child < size) {
                *address = *address - child + up;
                found = true;
            }
        }
        if (!found) {
            return false;
        }
        bus = parent;
    }
    return true;
}

bool twin_reg(const TwinState *twin, int node, int index, TwinRange *range)
{
    int bus = fdt_parent_offset(twin->fdt, node);
    int len;
    const fdt32_t *reg = fdt_getprop(twin->fdt, node, "reg", &len);
    uint32_t address_cells, size_cells, row;

    if (!reg || bus < 0) {
        return false;
    }
    address_cells = twin_address_cells(twin, bus);
    size_cells = twin_size_cells(twin, bus);
    row = address_cells + size_cells;
    if (address_cells < 1 || address_cells > 2 || size_cells < 1 ||
        size_cells > 2 || len / (row * sizeof(*reg)) <= index) {
        return false;
    }
    reg += index * row;
    range->base = twin_number(reg, address_cells);
    range->size = twin_number(reg + address_cells, size_cells);
    return range->size && twin_translate(twin, bus, &range->base);
}

bool twin_reg_by_name(const TwinState *twin, int node, const char *name,
                      TwinRange *range)
{
    int index = fdt_stringlist_search(twin->fdt, node, "reg-names", name);

    return index >= 0 && twin_reg(twin, node, index, range);
}

/*
 * A node's @index-th interrupt, if it goes to the GIC: its specifier, else
 * NULL. interrupts-extended may mix controllers of different specifiers.
 */
static const fdt32_t *twin_interrupt(const TwinState *twin, int node, int index)
{
    uint32_t gic = fdt_get_phandle(twin->fdt, twin->gic_node);
    uint32_t cells = twin_cell(twin, twin->gic_node, "#interrupt-cells", 3);
    int len, up;
    const fdt32_t *value = fdt_getprop(twin->fdt, node, "interrupts-extended",
                                       &len);

    if (value) {
        const fdt32_t *end = value + len / sizeof(*value);

        while (value < end) {
            uint32_t phandle = fdt32_to_cpu(*value);
            int controller = fdt_node_offset_by_phandle(twin->fdt, phandle);
            uint32_t own = twin_cell(twin, controller, "#interrupt-cells", 1);

            if (controller < 0 || own >= end - value) {
                return NULL;
            }
            if (index-- == 0) {
                return phandle == gic ? value + 1 : NULL;
            }
            value += 1 + own;
        }
        return NULL;
    }
    value = fdt_getprop(twin->fdt, node, "interrupts", &len);
    if (!value || len / (cells * sizeof(*value)) <= index) {
        return NULL;
    }
    for (up = node; up >= 0; up = fdt_parent_offset(twin->fdt, up)) {
        uint32_t parent = twin_cell(twin, up, "interrupt-parent", 0);

        if (parent) {
            return parent == gic ? value + index * cells : NULL;
        }
    }
    return NULL;
}

qemu_irq twin_irq(const TwinState *twin, int node, int index)
{
    const fdt32_t *interrupt = twin_interrupt(twin, node, index);
    uint32_t number;

    if (!interrupt || fdt32_to_cpu(interrupt[GIC_TYPE]) != GIC_SPI) {
        return NULL;
    }
    number = fdt32_to_cpu(interrupt[GIC_NUMBER]);
    if (number >= twin->num_spis) {
        return NULL;
    }
    return qdev_get_gpio_in(twin->gic, number);
}

bool twin_irq_is_edge(const TwinState *twin, int node, int index)
{
    const fdt32_t *interrupt = twin_interrupt(twin, node, index);

    return interrupt && (fdt32_to_cpu(interrupt[GIC_FLAGS]) & GIC_EDGE);
}
