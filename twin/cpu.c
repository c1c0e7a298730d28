/*
 * The board twin: CPUs, interrupt controller and timers, as the tree has them
 *
 * Bindings: arm/cpus.yaml, interrupt-controller/arm,gic{,-v3}.yaml,
 * timer/arm,arch_timer.yaml.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qobject/qlist.h"
#include "hw/core/cpu.h"
#include "hw/cpu/cluster.h"
#include "hw/intc/arm_gic.h"
#include "hw/intc/arm_gicv3_common.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "target/arm/cpu-qom.h"
#include "target/arm/gtimer.h"
#include "trace.h"
#include "twin.h"

/*
 * Boot firmware writes the timer's rate, and most trees do not have it. 24 MHz
 * is that of many crystals; a SoC's file can say otherwise (timer_hz). For
 * MT7986 it is a guess.
 */
#define DEFAULT_TIMER_HZ    24000000

/* Inputs of the GIC up to the last SPI; 32 more per CPU are behind them */
#define GIC_INTERNAL        32
#define GIC_MAX_IRQS        1020
#define PPI_BASE            16
#define MAINTENANCE_PPI     9

typedef struct TwinCpuType {
    const char *compatible;
    const char *model;              /* QEMU's */
    uint32_t midr;                  /* what it says it is, if @model is other */
} TwinCpuType;

/*
 * QEMU has no Cortex-A73 and A78; their nearest kin stand in, under the right
 * name, since kernels choose errata by it. The part numbers are in the cores'
 * technical reference manuals, MIDR_EL1.
 */
static const TwinCpuType cpu_types[] = {
    { "arm,cortex-a35", "cortex-a35" },
    { "arm,cortex-a53", "cortex-a53" },
    { "arm,cortex-a55", "cortex-a55" },
    { "arm,cortex-a57", "cortex-a57" },
    { "arm,cortex-a72", "cortex-a72" },
    { "arm,cortex-a73", "cortex-a72", 0x410fd092 },
    { "arm,cortex-a76", "cortex-a76" },
    { "arm,cortex-a78", "cortex-a710", 0x411fd410 },
};

static const TwinCpuType *twin_cpu_type(const TwinState *twin, int node)
{
    for (int i = 0; i < ARRAY_SIZE(cpu_types); i++) {
        if (twin_is_compatible(twin, node, cpu_types[i].compatible)) {
            return &cpu_types[i];
        }
    }
    return NULL;
}

static uint64_t twin_timer_hz(const TwinState *twin)
{
    int timer = twin_find(twin, "arm,armv8-timer");

    if (twin->timer_hz) {
        return twin->timer_hz;
    }
    return timer < 0 ? DEFAULT_TIMER_HZ :
           twin_cell(twin, timer, "clock-frequency", DEFAULT_TIMER_HZ);
}

/* The cluster of all CPUs of one type, which QEMU wants to be alike */
static DeviceState *twin_cluster(TwinState *twin, const TwinCpuType *type,
                                 DeviceState *clusters[])
{
    int i = type - cpu_types;

    if (!clusters[i]) {
        clusters[i] = qdev_new(TYPE_CPU_CLUSTER);
        qdev_prop_set_uint32(clusters[i], "cluster-id", i);
        object_property_add_child(OBJECT(twin), "cluster[*]",
                                  OBJECT(clusters[i]));
    }
    return clusters[i];
}

static void twin_make_cpu(TwinState *twin, int node, DeviceState *clusters[])
{
    int cpus = fdt_parent_offset(twin->fdt, node);
    uint32_t cells = twin_cell(twin, cpus, "#address-cells", 1);
    int len;
    const fdt32_t *reg = fdt_getprop(twin->fdt, node, "reg", &len);
    const TwinCpuType *type = twin_cpu_type(twin, node);
    const char *name = fdt_get_name(twin->fdt, node, NULL);
    g_autofree char *typename = NULL;
    Object *cpu;

    if (!type) {
        const char *compatible = fdt_getprop(twin->fdt, node, "compatible",
                                             NULL);

        error_report("%s: /cpus/%s: there is no model of a '%s'",
                     MACHINE(twin)->dtb, name, compatible ?: "?");
        exit(1);
    }
    if (!reg || !cells || cells > 2 || len < cells * sizeof(*reg)) {
        error_report("%s: /cpus/%s: reg does not name a CPU",
                     MACHINE(twin)->dtb, name);
        exit(1);
    }
    typename = g_strdup_printf(ARM_CPU_TYPE_NAME("%s"), type->model);
    cpu = object_new(typename);
    object_property_add_child(OBJECT(twin_cluster(twin, type, clusters)),
                              "cpu[*]", cpu);
    qdev_prop_set_uint64(DEVICE(cpu), "mp-affinity", twin_number(reg, cells));
    if (type->midr) {
        object_property_set_uint(cpu, "midr", type->midr, &error_fatal);
    }
    object_property_set_uint(cpu, "cntfrq", twin_timer_hz(twin), &error_fatal);
    /* What ran at EL3 is QEMU's PSCI, and the twin's firmware calls */
    object_property_set_bool(cpu, "has_el3", false, &error_fatal);
    qdev_realize_and_unref(DEVICE(cpu), NULL, &error_fatal);
    trace_twin_cpu(name, type->model, twin_number(reg, cells));
    twin->num_cpus++;
}

void twin_make_cpus(TwinState *twin)
{
    DeviceState *clusters[ARRAY_SIZE(cpu_types)] = { };
    int cpus = fdt_path_offset(twin->fdt, "/cpus");
    int node;

    fdt_for_each_subnode(node, twin->fdt, cpus) {
        if (twin_is_cpu(twin->fdt, node) &&
            twin->num_cpus < MACHINE(twin)->smp.cpus) {
            twin_make_cpu(twin, node, clusters);
        }
    }
    if (!twin->num_cpus) {
        error_report("%s: no CPU below /cpus", MACHINE(twin)->dtb);
        exit(1);
    }
    for (int i = 0; i < ARRAY_SIZE(clusters); i++) {
        if (clusters[i]) {
            qdev_realize_and_unref(clusters[i], NULL, &error_fatal);
        }
    }
}

/* A CPU's private interrupt: the GIC's inputs are all SPIs, then 32 per CPU */
static qemu_irq twin_ppi(const TwinState *twin, int cpu, uint32_t ppi)
{
    return qdev_get_gpio_in(twin->gic, twin->num_spis + GIC_INTERNAL * cpu +
                            PPI_BASE + ppi);
}

/* The GIC's outputs, as hw/intc/arm_gic.h orders them: by kind, then by CPU */
static void twin_wire_cpus(const TwinState *twin)
{
    static const int kinds[] = {
        ARM_CPU_IRQ, ARM_CPU_FIQ, ARM_CPU_VIRQ, ARM_CPU_VFIQ
    };
    SysBusDevice *gic = SYS_BUS_DEVICE(twin->gic);
    int line = 0;

    for (int kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
        for (int i = 0; i < twin->num_cpus; i++) {
            DeviceState *cpu = DEVICE(qemu_get_cpu(i));

            sysbus_connect_irq(gic, line++,
                               qdev_get_gpio_in(cpu, kinds[kind]));
        }
    }
    for (int i = 0; i < twin->num_cpus; i++) {
        qemu_irq maintenance = twin_ppi(twin, i, MAINTENANCE_PPI);

        if (twin->gic_version == 2) {
            sysbus_connect_irq(gic, line++, maintenance);
        } else {                    /* here it is the CPU that has it */
            qdev_connect_gpio_out_named(DEVICE(qemu_get_cpu(i)),
                                        "gicv3-maintenance-interrupt", 0,
                                        maintenance);
        }
    }
}

static void twin_wire_timers(const TwinState *twin)
{
    /*
     * The binding's order: secure, physical, virtual, hypervisor, and the
     * hypervisor's virtual one, which CPUs with VHE have and Linux then prefers
     */
    static const int timers[] = {
        GTIMER_SEC, GTIMER_PHYS, GTIMER_VIRT, GTIMER_HYP, GTIMER_HYPVIRT
    };
    uint32_t ppi[ARRAY_SIZE(timers)] = { 13, 14, 11, 10, 12 };
    uint32_t cells = twin_cell(twin, twin->gic_node, "#interrupt-cells", 3);
    int node = twin_find(twin, "arm,armv8-timer");
    int len = 0;
    const fdt32_t *interrupts = fdt_getprop(twin->fdt, node, "interrupts",
                                            &len);

    for (int i = 0; interrupts && i < ARRAY_SIZE(timers); i++) {
        if (len >= (i + 1) * cells * sizeof(*interrupts)) {
            /* The second cell, after the type; 0 to 15 are the private ones */
            ppi[i] = twin_number(interrupts + i * cells + 1, 1) & 15;
        }
    }
    for (int i = 0; i < twin->num_cpus; i++) {
        for (int timer = 0; timer < ARRAY_SIZE(timers); timer++) {
            qdev_connect_gpio_out(DEVICE(qemu_get_cpu(i)), timers[timer],
                                  twin_ppi(twin, i, ppi[timer]));
        }
    }
}

static void twin_find_gic(TwinState *twin)
{
    static const struct {
        const char *compatible;
        int version;
    } gics[] = {
        { "arm,gic-v3", 3 },
        { "arm,gic-400", 2 },
        { "arm,cortex-a15-gic", 2 },
        { "arm,cortex-a7-gic", 2 },
    };

    for (int i = 0; i < ARRAY_SIZE(gics); i++) {
        twin->gic_node = twin_find(twin, gics[i].compatible);
        if (twin->gic_node >= 0) {
            twin->gic_version = gics[i].version;
            return;
        }
    }
    error_report("%s: no GIC: no node is compatible with arm,gic-v3, "
                 "arm,gic-400, arm,cortex-a15-gic or arm,cortex-a7-gic",
                 MACHINE(twin)->dtb);
    exit(1);
}

void twin_make_gic(TwinState *twin)
{
    int regions;
    TwinRange range;
    SysBusDevice *gic;

    twin_find_gic(twin);
    twin->num_spis = ROUND_DOWN(GIC_MAX_IRQS, 32) - GIC_INTERNAL;
    twin->gic = qdev_new(twin->gic_version == 3 ? gicv3_class_name() :
                         TYPE_ARM_GIC);
    qdev_prop_set_uint32(twin->gic, "revision", twin->gic_version);
    qdev_prop_set_uint32(twin->gic, "num-cpu", twin->num_cpus);
    qdev_prop_set_uint32(twin->gic, "num-irq", twin->num_spis + GIC_INTERNAL);
    if (twin->gic_version == 3) {
        QList *redistributors = qlist_new();

        qlist_append_int(redistributors, twin->num_cpus);
        qdev_prop_set_array(twin->gic, "redist-region-count", redistributors);
        regions = 2;                /* distributor, redistributors */
    } else {
        qdev_prop_set_bit(twin->gic, "has-virtualization-extensions", true);
        regions = 4;                /* and CPU, hypervisor, virtual CPU */
    }
    gic = SYS_BUS_DEVICE(twin->gic);
    sysbus_realize_and_unref(gic, &error_fatal);
    for (int i = 0; i < regions; i++) {
        if (twin_reg(twin, twin->gic_node, i, &range)) {
            sysbus_mmio_map(gic, i, range.base);
        }
    }
    twin_wire_cpus(twin);
    twin_wire_timers(twin);
}
