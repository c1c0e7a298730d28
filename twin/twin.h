/*
 * The board twin: a machine made from a board's own device tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_BOARD_TWIN_TWIN_H
#define HW_BOARD_TWIN_TWIN_H

#include "exec/hwaddr.h"
#include "hw/arm/boot.h"
#include "hw/boards.h"
#include "hw/sysbus.h"
#include "target/arm/cpu.h"

#define TWIN_MAX_CPUS   8
#define TWIN_MAX_BANKS  8

#define TYPE_BOARD_TWIN MACHINE_TYPE_NAME("board-twin")
OBJECT_DECLARE_SIMPLE_TYPE(TwinState, BOARD_TWIN)

typedef struct TwinRange {
    hwaddr base;
    uint64_t size;
} TwinRange;

typedef struct TwinSdHost {
    int node;
    DeviceState *host;
} TwinSdHost;

struct TwinState {
    MachineState parent_obj;

    struct arm_boot_info boot;
    char *registers;                /* option: file of the SoC's registers */
    uint64_t ram_base;              /* option: for trees without memory */
    uint32_t timer_hz;              /* from that file; 0: as the tree says */
    void *fdt;
    GString *modelled;              /* paths of nodes with a model, by line */
    TwinRange bank[TWIN_MAX_BANKS];
    int num_banks;

    DeviceState *gic;
    int gic_node;
    int gic_version;
    unsigned num_spis;              /* inputs of the GIC that devices share */
    int num_cpus;

    int console_node;
    bool has_console;               /* a model is behind console_node */
    int num_serials;                /* -serial options given to other UARTs */
    GArray *sd_hosts;               /* of TwinSdHost */
};

/*
 * Device tree. Nodes are offsets in twin->fdt, which never changes after it
 * was loaded.
 */

/* A cell-sized property, or @dflt if it is missing or of another size */
uint32_t twin_cell(const TwinState *twin, int node, const char *name,
                   uint32_t dflt);
/* Big-endian number of @cells cells */
uint64_t twin_number(const uint32_t *prop, int cells);
/* The node's path, for messages and names; to be freed */
char *twin_path(const TwinState *twin, int node);
bool twin_is_cpu(const void *fdt, int node);
bool twin_is_compatible(const TwinState *twin, int node, const char *name);
/* First node with this compatible, or -1 */
int twin_find(const TwinState *twin, const char *compatible);
bool twin_is_enabled(const TwinState *twin, int node);
/*
 * Physical address of a node's @index-th reg, through all ranges; false if
 * there is none or no bus maps it.
 */
bool twin_reg(const TwinState *twin, int node, int index, TwinRange *range);
/* The same by reg-names */
bool twin_reg_by_name(const TwinState *twin, int node, const char *name,
                      TwinRange *range);
/* Input of the GIC that a node's @index-th interrupt goes to, or NULL */
qemu_irq twin_irq(const TwinState *twin, int node, int index);
/* Is that interrupt wired as edge triggered? */
bool twin_irq_is_edge(const TwinState *twin, int node, int index);

/*
 * Devices. A TwinMake creates, configures, realizes and maps what stands
 * behind @node; the table in devices.c says which is for which compatible.
 */
typedef void TwinMake(TwinState *twin, int node);

/* Register RAM for all nodes, and models on top of it; exits on bad trees */
void twin_make_devices(TwinState *twin);
/* Realize @dev and map its regions at the node's, its interrupts likewise */
void twin_place(TwinState *twin, int node, DeviceState *dev);
/* The next -serial; that of the console is the first */
Chardev *twin_serial(TwinState *twin, int node);
/*
 * Put a card into the slot (bus "sd-bus" of @host, or of a child of it) if
 * there is an image for it; done when all hosts are known.
 */
void twin_add_sd_host(TwinState *twin, int node, DeviceState *host);

void twin_make_cpus(TwinState *twin);
void twin_make_gic(TwinState *twin);

/*
 * Firmware: calls by SMC that are no PSCI. Arguments and results are in
 * env->xregs; false if the call is not known ("not supported" is returned).
 */
typedef bool TwinFirmwareCall(CPUARMState *env);

/* qemu.patch has it in target/arm/tcg/psci.c */
extern TwinFirmwareCall *arm_firmware_call;
void twin_add_firmware(TwinFirmwareCall *call);
/* Install what the tree's firmware nodes ask for; one function per vendor */
void twin_amlogic_firmware(TwinState *twin);
void twin_rockchip_firmware(TwinState *twin);

#endif
