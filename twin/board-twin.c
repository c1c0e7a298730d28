/*
 * The board twin: a machine made from a board's own device tree
 *
 * -M board-twin -dtb BOARD.dtb makes the memory, CPUs, interrupt controller,
 * timers, UARTs and SD hosts that the tree names, and register RAM where it
 * names anything else, so that a kernel which was built for the board finds
 * what it looks for. What stands behind a node is decided in devices.c.
 *
 * Started as after the board's boot firmware: at EL2, with PSCI by SMC.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "exec/address-spaces.h"
#include "hw/arm/boot.h"
#include "system/device_tree.h"
#include "registers.h"
#include "trace.h"
#include "twin.h"

/*
 * QEMU's loader puts the initrd 128 MiB behind the kernel at most, and the
 * tree behind that: this much must be free of what the tree reserves.
 */
#define LOAD_WINDOW     (256 * MiB)
/* Linux wants to be loaded at a multiple of this; boot.rst of arm64 */
#define LOAD_ALIGNMENT  (2 * MiB)

#define MAX_FIRMWARE    4

/* psci.c has no machine to ask */
static TwinFirmwareCall *twin_firmware[MAX_FIRMWARE];
static int twin_num_firmware;

static bool twin_firmware_call(CPUARMState *env)
{
    uint64_t function = env->xregs[0];

    for (int i = 0; i < twin_num_firmware; i++) {
        if (twin_firmware[i](env)) {
            trace_twin_firmware_call(function, env->xregs[0]);
            return true;
        }
    }
    trace_twin_firmware_unknown(function, env->xregs[1], env->xregs[2]);
    return false;
}

void twin_add_firmware(TwinFirmwareCall *call)
{
    assert(twin_num_firmware < MAX_FIRMWARE);
    twin_firmware[twin_num_firmware++] = call;
    arm_firmware_call = twin_firmware_call;
}

static void twin_load_tree(TwinState *twin)
{
    MachineState *machine = MACHINE(twin);
    g_autofree char *path = NULL;
    const char *stdout_path;
    int size;

    if (!machine->dtb) {
        error_report("board-twin is made from a device tree: give it with "
                     "-dtb");
        exit(1);
    }
    twin->fdt = load_device_tree(machine->dtb, &size);
    if (!twin->fdt) {               /* it has said why */
        exit(1);
    }
    stdout_path = fdt_getprop(twin->fdt,
                              fdt_path_offset(twin->fdt, "/chosen"),
                              "stdout-path", NULL);
    path = g_strdup(stdout_path ?: "serial0");
    path[strcspn(path, ":")] = '\0';    /* ":115200n8" */
    twin->console_node = fdt_path_offset(twin->fdt, path);
    if (twin->console_node < 0) {
        error_report("%s: no console: %s", machine->dtb, stdout_path ?
                     "/chosen/stdout-path names no node" :
                     "there is neither /chosen/stdout-path nor an alias "
                     "serial0");
        exit(1);
    }
}

/* RAM of a tree without memory nodes ends at the first register, at most */
static uint64_t twin_space_for_ram(const TwinState *twin)
{
    hwaddr end = HWADDR_MAX;
    TwinRange range;
    int node;

    for (node = fdt_next_node(twin->fdt, 0, NULL); node >= 0;
         node = fdt_next_node(twin->fdt, node, NULL)) {
        int parent = fdt_parent_offset(twin->fdt, node);

        if (!strcmp(fdt_get_name(twin->fdt, parent, NULL),
                    "reserved-memory")) {
            continue;
        }
        for (int i = 0; twin_reg(twin, node, i, &range); i++) {
            if (range.base >= twin->ram_base + LOAD_WINDOW) {
                end = MIN(end, range.base);
            }
        }
    }
    return end - twin->ram_base;
}

static void twin_find_banks(TwinState *twin)
{
    int node = -1;

    while ((node = fdt_node_offset_by_prop_value(twin->fdt, node,
                                                 "device_type", "memory",
                                                 sizeof("memory"))) >= 0) {
        for (int i = 0; twin->num_banks < TWIN_MAX_BANKS &&
             twin_reg(twin, node, i, &twin->bank[twin->num_banks]); i++) {
            twin->num_banks++;
        }
    }
    if (!twin->num_banks) {
        twin->bank[0].base = twin->ram_base;
        twin->bank[0].size = twin_space_for_ram(twin);
        twin->num_banks = 1;
    }
}

static void twin_make_memory(TwinState *twin)
{
    MachineState *machine = MACHINE(twin);
    uint64_t left = machine->ram_size;
    uint64_t offset = 0;

    twin_find_banks(twin);
    for (int i = 0; i < twin->num_banks; i++) {
        MemoryRegion *alias = g_new(MemoryRegion, 1);
        uint64_t size = MIN(left, twin->bank[i].size);

        if (!size) {
            twin->num_banks = i;
            break;
        }
        twin->bank[i].size = size;
        memory_region_init_alias(alias, OBJECT(twin), "twin.bank",
                                 machine->ram, offset, size);
        memory_region_add_subregion(get_system_memory(), twin->bank[i].base,
                                    alias);
        trace_twin_bank(twin->bank[i].base, size);
        offset += size;
        left -= size;
    }
    if (left) {
        warn_report("%s: memory for %" PRIu64 " MiB only, -m asks for %" PRIu64,
                    machine->dtb, offset / MiB, machine->ram_size / MiB);
    }
}

/* What of the reserved memory touches @window, the last of it; or false */
static bool twin_is_reserved(const TwinState *twin, const TwinRange *window,
                             TwinRange *reserved)
{
    int parent = fdt_path_offset(twin->fdt, "/reserved-memory");
    hwaddr end = window->base + window->size;
    bool found = false;
    TwinRange range;
    int node;

    fdt_for_each_subnode(node, twin->fdt, parent) {
        for (int i = 0; twin_reg(twin, node, i, &range); i++) {
            if (range.base < end && range.base + range.size > window->base) {
                *reserved = range;
                found = true;
            }
        }
    }
    for (int i = 0; i < fdt_num_mem_rsv(twin->fdt); i++) {
        if (!fdt_get_mem_rsv(twin->fdt, i, &range.base, &range.size) &&
            range.base < end && range.base + range.size > window->base) {
            *reserved = range;
            found = true;
        }
    }
    return found;
}

/* Where kernel, initrd and tree go: a window that nothing reserves */
static TwinRange twin_load_window(const TwinState *twin)
{
    TwinRange reserved;

    for (int i = 0; i < twin->num_banks; i++) {
        hwaddr end = twin->bank[i].base + twin->bank[i].size;
        TwinRange window = { twin->bank[i].base, LOAD_WINDOW };

        while (window.base + window.size <= end) {
            if (!twin_is_reserved(twin, &window, &reserved)) {
                window.size = end - window.base;
                return window;
            }
            window.base = ROUND_UP(reserved.base + reserved.size,
                                   LOAD_ALIGNMENT);
        }
    }
    error_report("%s: no %" PRIu64 " MiB of memory in one piece that the tree "
                 "does not reserve; more memory (-m) may help",
                 MACHINE(twin)->dtb, LOAD_WINDOW / MiB);
    exit(1);
}

/* QEMU's loader wrote one memory node at the load window: restore the banks */
static void twin_restore_banks(const TwinState *twin, void *fdt)
{
    g_autofree char *node = g_strdup_printf("/memory@%" PRIx64,
                                            twin->boot.loader_start);
    uint32_t address_cells = twin_cell(twin, 0, "#address-cells", 2);
    uint32_t size_cells = twin_cell(twin, 0, "#size-cells", 1);
    uint64_t values[TWIN_MAX_BANKS * 4];
    uint64_t *value = values;

    for (int i = 0; i < twin->num_banks; i++) {
        *value++ = address_cells;
        *value++ = twin->bank[i].base;
        *value++ = size_cells;
        *value++ = twin->bank[i].size;
    }
    if (qemu_fdt_setprop_sized_cells_from_array(fdt, node, "reg",
                                                twin->num_banks * 2, values)) {
        error_report("%s: its #size-cells cannot express the memory given by "
                     "-m", MACHINE(twin)->dtb);
        exit(1);
    }
}

static void twin_modify_dtb(const struct arm_boot_info *info, void *fdt)
{
    TwinState *twin = container_of(info, TwinState, boot);
    int cpus = fdt_path_offset(fdt, "/cpus");
    int num_cpus = 0;
    int node, next;

    twin_restore_banks(twin, fdt);
    for (node = fdt_first_subnode(fdt, cpus); node >= 0; node = next) {
        next = fdt_next_subnode(fdt, node);
        if (!twin_is_cpu(fdt, node)) {
            continue;
        }
        /*
         * Idle states stop the CPU's timer on the board; here nothing wakes a
         * CPU in its place.
         */
        fdt_nop_property(fdt, node, "cpu-idle-states");
        if (num_cpus++ >= twin->num_cpus) {
            fdt_nop_node(fdt, node);
        }
    }
}

static void twin_init(MachineState *machine)
{
    TwinState *twin = BOARD_TWIN(machine);
    TwinRange window;

    twin_load_tree(twin);
    twin_registers_load(twin);
    twin_make_memory(twin);
    twin_make_cpus(twin);
    twin_make_gic(twin);
    twin_make_devices(twin);
    twin_amlogic_firmware(twin);
    twin_rockchip_firmware(twin);

    window = twin_load_window(twin);
    trace_twin_window(window.base, window.size);
    twin->boot.loader_start = window.base;
    twin->boot.ram_size = window.size;
    twin->boot.board_id = -1;
    twin->boot.psci_conduit = QEMU_PSCI_CONDUIT_SMC;
    twin->boot.modify_dtb = twin_modify_dtb;
    arm_load_kernel(ARM_CPU(first_cpu), machine, &twin->boot);
}

static char *twin_get_registers(Object *obj, Error **errp)
{
    return g_strdup(BOARD_TWIN(obj)->registers);
}

static void twin_set_registers(Object *obj, const char *value, Error **errp)
{
    TwinState *twin = BOARD_TWIN(obj);

    g_free(twin->registers);
    twin->registers = g_strdup(value);
}

static char *twin_get_modelled(Object *obj, Error **errp)
{
    return g_strdup(BOARD_TWIN(obj)->modelled->str);
}

static char *twin_get_polled(Object *obj, Error **errp)
{
    return twin_register_polled();
}

static void twin_instance_init(Object *obj)
{
    TwinState *twin = BOARD_TWIN(obj);

    twin->modelled = g_string_new("");
    twin->sd_hosts = g_array_new(false, true, sizeof(TwinSdHost));
    object_property_add_uint64_ptr(obj, "ram-base", &twin->ram_base,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_set_description(obj, "ram-base", "Where RAM begins, if "
                                    "the tree has no memory node");
}

static void twin_instance_finalize(Object *obj)
{
    TwinState *twin = BOARD_TWIN(obj);

    g_string_free(twin->modelled, true);
    g_array_free(twin->sd_hosts, true);
    g_free(twin->registers);
    g_free(twin->fdt);
}

static void twin_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "Board, made from its own device tree (-dtb)";
    mc->init = twin_init;
    mc->max_cpus = TWIN_MAX_CPUS;
    /* An upper bound: there are as many as the tree has */
    mc->default_cpus = TWIN_MAX_CPUS;
    mc->minimum_page_bits = 12;
    mc->default_ram_size = 1 * GiB;
    mc->default_ram_id = "twin.ram";
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a53");
    mc->no_parallel = true;
    mc->no_floppy = true;
    mc->no_cdrom = true;

    object_class_property_add_str(oc, "registers", twin_get_registers,
                                  twin_set_registers);
    object_class_property_set_description(oc, "registers", "File (JSON) of "
                                          "the SoC's registers that are not "
                                          "as memory");
    object_class_property_add_str(oc, "modelled", twin_get_modelled, NULL);
    object_class_property_set_description(oc, "modelled", "Paths of the nodes "
                                          "that have more than register RAM");
    object_class_property_add_str(oc, "polled-register", twin_get_polled,
                                  NULL);
    object_class_property_set_description(oc, "polled-register", "What the "
                                          "guest reads over and over, if "
                                          "anything");
}

static const TypeInfo twin_types[] = {
    {
        .name = TYPE_BOARD_TWIN,
        .parent = TYPE_MACHINE,
        .instance_size = sizeof(TwinState),
        .instance_init = twin_instance_init,
        .instance_finalize = twin_instance_finalize,
        .class_init = twin_class_init,
    },
};

DEFINE_TYPES(twin_types)
