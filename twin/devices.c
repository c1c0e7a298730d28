/*
 * The board twin: what stands behind each node of the tree
 *
 * Every reg of every node becomes register RAM. A node that is enabled and has
 * a compatible of the table below gets the device model named there on top.
 *
 * To add a model: write it as any QEMU device, add its file to meson.build and
 * its compatibles here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "hw/char/serial-mm.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/sd/sd.h"
#include "hw/sd/sdhci.h"
#include "exec/address-spaces.h"
#include "system/blockdev.h"
#include "system/system.h"
#include "registers.h"
#include "trace.h"
#include "twin.h"

/* Below all models; a child's registers lie over its parent's */
#define REGISTER_PRIORITY   (-1000)

void twin_place(TwinState *twin, int node, DeviceState *dev)
{
    SysBusDevice *busdev = SYS_BUS_DEVICE(dev);
    TwinRange range;
    qemu_irq irq;

    sysbus_realize_and_unref(busdev, &error_fatal);
    for (int i = 0; sysbus_has_mmio(busdev, i) &&
         twin_reg(twin, node, i, &range); i++) {
        sysbus_mmio_map(busdev, i, range.base);
    }
    for (int i = 0; sysbus_has_irq(busdev, i); i++) {
        irq = twin_irq(twin, node, i);
        if (irq) {
            sysbus_connect_irq(busdev, i, irq);
        }
    }
}

Chardev *twin_serial(TwinState *twin, int node)
{
    if (node == twin->console_node) {
        twin->has_console = true;
        return serial_hd(0);
    }
    return serial_hd(++twin->num_serials);
}

void twin_add_sd_host(TwinState *twin, int node, DeviceState *host)
{
    TwinSdHost entry = { node, host };

    g_array_append_val(twin->sd_hosts, entry);
}

typedef enum TwinSdKind {
    SD_SLOT,
    SD_EMMC,
    SD_SDIO,
} TwinSdKind;

/* From the properties of mmc/mmc-controller.yaml */
static TwinSdKind twin_sd_kind(const TwinState *twin, int node)
{
    static const char *const emmc[] = {
        "no-sd", "mmc-ddr-1_8v", "mmc-ddr-3_3v", "mmc-hs200-1_8v",
        "mmc-hs400-1_8v", "no-sdio",
    };

    if (!fdt_getprop(twin->fdt, node, "non-removable", NULL)) {
        return SD_SLOT;
    }
    if (!fdt_getprop(twin->fdt, node, "no-mmc", NULL)) {
        for (int i = 0; i < ARRAY_SIZE(emmc); i++) {
            if (fdt_getprop(twin->fdt, node, emmc[i], NULL)) {
                return SD_EMMC;
            }
        }
    }
    return SD_SDIO;
}

static void twin_plug_cards(TwinState *twin, TwinSdKind kind, const char *type,
                            int *index)
{
    for (int i = 0; i < twin->sd_hosts->len; i++) {
        TwinSdHost *entry = &g_array_index(twin->sd_hosts, TwinSdHost, i);
        g_autofree char *path = twin_path(twin, entry->node);
        DriveInfo *drive;
        DeviceState *card;
        BusState *bus;

        if (twin_sd_kind(twin, entry->node) != kind) {
            continue;
        }
        drive = drive_get(IF_SD, 0, *index);
        trace_twin_sd_host(path, type, *index, drive != NULL);
        (*index)++;
        if (!drive) {
            continue;
        }
        card = qdev_new(type);
        qdev_prop_set_drive_err(card, "drive", blk_by_legacy_dinfo(drive),
                                &error_fatal);
        bus = qdev_get_child_bus(entry->host, "sd-bus");
        qdev_realize_and_unref(card, bus, &error_fatal);
    }
}

static void make_sysbus_uart(TwinState *twin, int node, const char *type)
{
    DeviceState *dev = qdev_new(type);

    qdev_prop_set_chr(dev, "chardev", twin_serial(twin, node));
    twin_place(twin, node, dev);
}

static void make_imx_uart(TwinState *twin, int node)
{
    make_sysbus_uart(twin, node, "imx.serial");
}

static void make_pl011(TwinState *twin, int node)
{
    make_sysbus_uart(twin, node, "pl011");
}

static void make_8250(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_SERIAL_MM);

    qdev_prop_set_uint8(dev, "regshift",
                        twin_cell(twin, node, "reg-shift", 2));
    qdev_prop_set_uint32(dev, "baudbase", 115200);
    qdev_prop_set_uint8(dev, "endianness", DEVICE_LITTLE_ENDIAN);
    qdev_prop_set_chr(dev, "chardev", twin_serial(twin, node));
    twin_place(twin, node, dev);
}

static void make_dw_mmc(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("dw-mmc");

    qdev_prop_set_uint32(dev, "fifo-depth",
                         twin_cell(twin, node, "fifo-depth", 256));
    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node, dev);
}

static void make_mtk_sd(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("mtk-sd");

    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node, dev);
}

static void make_usdhc(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_IMX_USDHC);

    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node, dev);
}

/*
 * The first row that fits a node is taken: a compatible that is more special
 * stands before one that is less.
 */
static const struct {
    const char *compatible;
    TwinMake *make;
} models[] = {
    /* UARTs */
    { "arm,pl011", make_pl011 },
    { "fsl,imx6q-uart", make_imx_uart },
    { "fsl,imx21-uart", make_imx_uart },
    { "mediatek,mt6577-uart", make_8250 },
    { "snps,dw-apb-uart", make_8250 },
    { "ns16550a", make_8250 },
    /* SD and eMMC */
    { "fsl,imx7d-usdhc", make_usdhc },
    { "mediatek,mt7986-mmc", make_mtk_sd },
    { "rockchip,rk3288-dw-mshc", make_dw_mmc },
    { "snps,dw-mshc", make_dw_mmc },
};

static void twin_make_model(TwinState *twin, int node)
{
    TwinRange range;

    if (!twin_is_enabled(twin, node) || !twin_reg(twin, node, 0, &range)) {
        return;
    }
    for (int i = 0; i < ARRAY_SIZE(models); i++) {
        if (twin_is_compatible(twin, node, models[i].compatible)) {
            g_autofree char *path = twin_path(twin, node);

            models[i].make(twin, node);
            g_string_append_printf(twin->modelled, "%s\n", path);
            trace_twin_model(path, models[i].compatible);
            return;
        }
    }
}

/* Memory, and what is in it: no registers */
static bool twin_has_registers(const TwinState *twin, int node)
{
    int parent = fdt_parent_offset(twin->fdt, node);
    const char *type = fdt_getprop(twin->fdt, node, "device_type", NULL);

    return !(type && !strcmp(type, "memory")) &&
           !twin_is_cpu(twin->fdt, node) &&
           strcmp(fdt_get_name(twin->fdt, parent, NULL), "reserved-memory") &&
           node != twin->gic_node;
}

void twin_make_devices(TwinState *twin)
{
    int depth = 0;
    int index = 0;
    TwinRange range;
    int node;

    for (node = fdt_next_node(twin->fdt, 0, &depth); node >= 0 && depth > 0;
         node = fdt_next_node(twin->fdt, node, &depth)) {
        if (!twin_has_registers(twin, node)) {
            continue;
        }
        for (int i = 0; twin_reg(twin, node, i, &range); i++) {
            g_autofree char *name =
                g_strdup_printf(i ? "%s/%d" : "%s",
                                fdt_get_name(twin->fdt, node, NULL), i);

            twin_registers_create(name, range, REGISTER_PRIORITY + depth);
        }
        twin_make_model(twin, node);
    }
    if (!twin->has_console) {
        g_autofree char *path = twin_path(twin, twin->console_node);
        const char *compatible = fdt_getprop(twin->fdt, twin->console_node,
                                             "compatible", NULL);

        error_report("%s: no console: there is no model of %s (%s), or it is "
                     "not enabled", MACHINE(twin)->dtb, path,
                     compatible ?: "not compatible with anything");
        exit(1);
    }
    twin_plug_cards(twin, SD_SLOT, TYPE_SD_CARD, &index);
    twin_plug_cards(twin, SD_EMMC, TYPE_EMMC, &index);
}
