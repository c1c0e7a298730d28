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
#include "hw/i2c/i2c.h"
#include "hw/i2c/imx_i2c.h"
#include "hw/misc/imx7_snvs.h"
#include "hw/misc/imx8mp_analog.h"
#include "hw/misc/imx8mp_ccm.h"
#include "hw/net/imx_fec.h"
#include "hw/nvram/eeprom_at24c.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/sd/sd.h"
#include "hw/sd/sdhci.h"
#include "hw/ssi/ssi.h"
#include "hw/ssi/imx_spi.h"
#include "hw/usb/hcd-dwc3.h"
#include "hw/usb/hcd-ehci.h"
#include "hw/usb/hcd-ohci.h"
#include "hw/watchdog/wdt_imx2.h"
#include "net/net.h"
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
        /* Neither SD nor SDIO has eight data lines */
        if (twin_cell(twin, node, "bus-width", 1) == 8) {
            return SD_EMMC;
        }
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

/* Tests find @dev at /machine/KIND@ADDRESS: its model has knobs for them */
static void twin_name(TwinState *twin, int node, DeviceState *dev,
                      const char *kind)
{
    g_autofree char *name = NULL;
    TwinRange range;

    if (twin_reg(twin, node, 0, &range)) {
        name = g_strdup_printf("%s@%" HWADDR_PRIx, kind, range.base);
        object_property_add_child(OBJECT(twin), name, OBJECT(dev));
    }
}

static void make_meson_uart(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("meson-uart");

    twin_name(twin, node, dev, "uart");
    qdev_prop_set_bit(dev, "edge-irq", twin_irq_is_edge(twin, node, 0));
    qdev_prop_set_uint32(dev, "fifo-depth",
                         twin_cell(twin, node, "fifo-size", 64));
    qdev_prop_set_chr(dev, "chardev", twin_serial(twin, node));
    twin_place(twin, node, dev);
}

static void make_meson_rng(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("meson-rng");

    /* The vendor's trees have one compatible for both, and a version */
    qdev_prop_set_bit(dev, "s4",
                      twin_is_compatible(twin, node, "amlogic,meson-s4-rng") ||
                      twin_cell(twin, node, "version", 1) == 2);
    twin_place(twin, node, dev);
}

static void make_meson_gpio_intc(TwinState *twin, int node)
{
    static const char lines[] = "amlogic,channel-interrupts";
    DeviceState *dev = qdev_new("meson-gpio-intc");
    int len = 0;
    const fdt32_t *line = fdt_getprop(twin->fdt, node, lines, &len);

    twin_place(twin, node, dev);
    for (int i = 0; i < len / (int)sizeof(*line) &&
         sysbus_has_irq(SYS_BUS_DEVICE(dev), i); i++) {
        uint32_t number = fdt32_to_cpu(line[i]);

        if (number < twin->num_spis) {
            sysbus_connect_irq(SYS_BUS_DEVICE(dev), i,
                               qdev_get_gpio_in(twin->gic, number));
        }
    }
}

static void make_meson_gx_mmc(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("meson-gx-mmc");

    twin_name(twin, node, dev, "mmc");
    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node, dev);
}

static void make_mtk_sd(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("mtk-sd");

    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node, dev);
}

static void make_rockchip_i2c(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("rockchip-i2c");
    I2CBus *bus;
    int child;

    twin_place(twin, node, dev);
    bus = I2C_BUS(qdev_get_child_bus(dev, "i2c"));
    fdt_for_each_subnode(child, twin->fdt, node) {
        uint32_t address = twin_cell(twin, child, "reg", 0);

        if (!twin_is_enabled(twin, child) || !address || address >= 0x78) {
            continue;
        }
        if (twin_is_compatible(twin, child, "rockchip,rk8602") ||
            twin_is_compatible(twin, child, "rockchip,rk8603")) {
            i2c_slave_create_simple(bus, "rk860x", address);
        } else if (twin_is_compatible(twin, child, "atmel,24c16")) {
            /* Eight times 256 bytes, each with an address of its own */
            for (int i = 0; i < 8; i++) {
                at24c_eeprom_init(bus, address + i, 256);
            }
        }
    }
}

/* One for each reg: a device behind several has them do the same */
static void make_rockchip_iommu(TwinState *twin, int node)
{
    qemu_irq irq = twin_irq(twin, node, 0);
    TwinRange range;

    for (int i = 0; twin_reg(twin, node, i, &range); i++) {
        SysBusDevice *busdev = SYS_BUS_DEVICE(qdev_new("rockchip-iommu"));

        sysbus_realize_and_unref(busdev, &error_fatal);
        sysbus_mmio_map(busdev, 0, range.base);
        if (irq && i == 0) {
            sysbus_connect_irq(busdev, 0, irq);
        }
    }
}

static void make_rockchip_spi(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("rockchip-spi");
    BusState *bus;
    int child;

    twin_place(twin, node, dev);
    bus = qdev_get_child_bus(dev, "spi");
    fdt_for_each_subnode(child, twin->fdt, node) {
        uint32_t cs = twin_cell(twin, child, "reg", UINT32_MAX);
        DeviceState *slave;

        if (cs > 1 || !twin_is_enabled(twin, child) ||
            !twin_is_compatible(twin, child, "rockchip,rk806")) {
            continue;
        }
        slave = qdev_new("rk806");
        qdev_prop_set_uint8(slave, "cs", cs);
        qdev_realize_and_unref(slave, bus, &error_fatal);
        qdev_connect_gpio_out_named(dev, "cs", cs,
                                    qdev_get_gpio_in_named(slave,
                                                           SSI_GPIO_CS, 0));
    }
}

static void make_dwcmshc(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new("dwcmshc");

    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node,
                     DEVICE(object_resolve_path_component(OBJECT(dev),
                                                          "sdhci")));
}

static void make_usdhc(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_IMX_USDHC);

    twin_place(twin, node, dev);
    twin_add_sd_host(twin, node, dev);
}

/* A model of QEMU's that needs nothing but to be put in its place */
static void make_plain(TwinState *twin, int node, const char *type)
{
    twin_place(twin, node, qdev_new(type));
}

static void make_imx8mp_ccm(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_IMX8MP_CCM);
}

static void make_imx8mp_analog(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_IMX8MP_ANALOG);
}

static void make_imx_snvs(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_IMX7_SNVS);
}

static void make_imx_i2c(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_IMX_I2C);
}

static void make_imx_spi(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_IMX_SPI);
}

static void make_imx_wdt(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_IMX2_WDT);

    qdev_prop_set_bit(dev, "pretimeout-support", true);
    twin_place(twin, node, dev);
}

static void make_imx_enet(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_IMX_ENET);
    const fdt32_t *handle = fdt_getprop(twin->fdt, node, "phy-handle", NULL);
    int phy = handle ? fdt_node_offset_by_phandle(twin->fdt,
                                                  fdt32_to_cpu(*handle)) : -1;

    /* The model has one PHY: it answers at the address of the board's */
    qdev_prop_set_uint32(dev, "phy-num", twin_cell(twin, phy, "reg", 0));
    qdev_prop_set_uint32(dev, "tx-ring-num",
                         twin_cell(twin, node, "fsl,num-tx-queues", 1));
    qemu_configure_nic_device(dev, true, NULL);
    twin_place(twin, node, dev);
}

static void make_dwc3(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_USB_DWC3);
    DeviceState *xhci = DEVICE(&USB_DWC3(dev)->sysbus_xhci);
    qemu_irq irq = twin_irq(twin, node, 0);

    /* One connector: a USB 2 and a USB 3 port */
    qdev_prop_set_uint32(xhci, "p2", 1);
    qdev_prop_set_uint32(xhci, "p3", 1);
    qdev_prop_set_uint32(xhci, "slots", 2);
    twin_place(twin, node, dev);
    if (irq) {
        sysbus_connect_irq(SYS_BUS_DEVICE(xhci), 0, irq);
    }
}

static void make_ehci(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_PLATFORM_EHCI);
}

static void make_ohci(TwinState *twin, int node)
{
    make_plain(twin, node, TYPE_SYSBUS_OHCI);
}

static void make_mtk_wdt(TwinState *twin, int node)
{
    make_plain(twin, node, "mtk-wdt");
}

/* On MT7986 other registers begin within the length of QEMU's xHCI */
static void make_mtk_xhci(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_XHCI_SYSBUS);
    MemoryRegion *mac = g_new(MemoryRegion, 1);
    qemu_irq irq = twin_irq(twin, node, 0);
    TwinRange range;

    qdev_prop_set_uint32(dev, "p2", 2);
    qdev_prop_set_uint32(dev, "p3", 1);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    if (twin_reg(twin, node, 0, &range)) {
        memory_region_init_alias(mac, OBJECT(dev), "mac",
                                 sysbus_mmio_get_region(SYS_BUS_DEVICE(dev), 0),
                                 0, range.size);
        memory_region_add_subregion(get_system_memory(), range.base, mac);
    }
    if (irq) {
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, irq);
    }
}

/* As many connectors as the node's parent, a glue, names PHYs; all of USB 2 */
static void make_generic_xhci(TwinState *twin, int node)
{
    DeviceState *dev = qdev_new(TYPE_XHCI_SYSBUS);
    int len = 0;

    fdt_getprop(twin->fdt, fdt_parent_offset(twin->fdt, node), "phys", &len);
    qdev_prop_set_uint32(dev, "p2", MAX(len / (int)sizeof(fdt32_t), 1));
    qdev_prop_set_uint32(dev, "p3", 0);
    twin_place(twin, node, dev);
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
    { "amlogic,meson-gx-uart", make_meson_uart },
    { "amlogic,meson-s4-uart", make_meson_uart },
    { "amlogic,meson-ao-uart", make_meson_uart },
    { "amlogic,meson-uart", make_meson_uart },      /* the vendor's trees */
    { "arm,pl011", make_pl011 },
    { "fsl,imx6q-uart", make_imx_uart },
    { "fsl,imx21-uart", make_imx_uart },
    { "mediatek,mt6577-uart", make_8250 },
    { "snps,dw-apb-uart", make_8250 },
    { "ns16550a", make_8250 },
    /* NXP i.MX 8M Plus, what QEMU has for its machine imx8mp-evk */
    { "fsl,imx8mp-ccm", make_imx8mp_ccm },
    { "fsl,imx8mp-anatop", make_imx8mp_analog },
    { "fsl,sec-v4.0-mon", make_imx_snvs },
    { "fsl,imx21-i2c", make_imx_i2c },
    { "fsl,imx6ul-ecspi", make_imx_spi },
    { "fsl,imx21-wdt", make_imx_wdt },
    { "fsl,imx8mp-fec", make_imx_enet },
    /* Watchdogs, random numbers, IOMMUs, interrupts of pins */
    { "amlogic,meson-s4-gpio-intc", make_meson_gpio_intc },
    { "amlogic,meson-s4-rng", make_meson_rng },
    { "amlogic,meson-rng", make_meson_rng },
    { "mediatek,mt7986-wdt", make_mtk_wdt },
    { "rockchip,rk3568-iommu", make_rockchip_iommu },
    /* USB */
    { "generic-ehci", make_ehci },
    { "generic-ohci", make_ohci },
    { "generic-xhci", make_generic_xhci },
    { "snps,dwc3", make_dwc3 },
    { "mediatek,mtk-xhci", make_mtk_xhci },
    /* SD and eMMC */
    { "amlogic,meson-gx-mmc", make_meson_gx_mmc },
    { "amlogic,meson-axg-mmc", make_meson_gx_mmc },
    { "fsl,imx7d-usdhc", make_usdhc },
    { "mediatek,mt7986-mmc", make_mtk_sd },
    { "rockchip,rk3288-dw-mshc", make_dw_mmc },
    { "rockchip,rk3588-dwcmshc", make_dwcmshc },
    { "snps,dw-mshc", make_dw_mmc },
    /* I2C and SPI, with the regulators and power management chips on them */
    { "rockchip,rk3399-i2c", make_rockchip_i2c },
    { "rockchip,rk3066-spi", make_rockchip_spi },
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
