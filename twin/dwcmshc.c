/*
 * DesignWare Cores mobile storage host (eMMC), as in Rockchip's RK3588
 *
 * QEMU's SDHCI, and what this one has besides: Auto CMD23, which its Linux
 * driver always uses, and vendor registers with the delay lines' lock.
 *
 * Source: the SD Host Controller Simplified Specification 3.00 for Auto CMD23;
 * names, offsets and bits of the rest as in Linux'
 * drivers/mmc/host/sdhci-of-dwcmshc.c and U-Boot's rockchip_sdhci.c. The
 * capabilities are what sdhci_dumpregs() prints on RK3568 boards, from memory,
 * without ADMA3.
 *
 * Not modelled: version 4 mode, the command queue, time, tuning (QEMU's eMMC
 * is of version 4.3, which has no mode that wants it).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "hw/sd/sd.h"
#include "hw/sd/sdhci.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "trace.h"

#define TYPE_DWCMSHC            "dwcmshc"
OBJECT_DECLARE_SIMPLE_TYPE(DwcmshcState, DWCMSHC)

#define DWCMSHC_SIZE            0x1000
#define CAPABILITIES            0x00000007226dc881

/* Transfer mode and command are one word, whose last byte starts it */
#define TRANSFER_MODE           0x0c
#define     AUTO_CMD_ENABLE(m)  extract32(m, 2, 2)
#define     AUTO_CMD23          2
/* Present state: a command, or data, are on their way */
#define INHIBITED(p)            extract32(p, 0, 2)
#define P_VENDOR_SPECIFIC_AREA  0xe8
#define VENDOR_AREA             0x500
#define DLL_CTRL                0x800
#define     DLL_START           BIT(0)
#define DLL_STATUS0             0x840
#define     DLL_LOCKED          BIT(8)

#define CMD_SET_BLOCK_COUNT     23

struct DwcmshcState {
    SysBusDevice parent_obj;

    MemoryRegion container;
    MemoryRegion vendor;
    MemoryRegion pointer;
    MemoryRegion command;
    SDHCIState sdhci;

    uint32_t regs[DWCMSHC_SIZE / 4];
    uint16_t transfer_mode;
};

static uint64_t dwcmshc_command_read(void *opaque, hwaddr offset,
                                     unsigned size)
{
    DwcmshcState *s = opaque;
    uint64_t value = 0;

    memory_region_dispatch_read(&s->sdhci.iomem, TRANSFER_MODE + offset,
                                &value, size_memop(size) | MO_LE,
                                MEMTXATTRS_UNSPECIFIED);
    return value;
}

static void dwcmshc_command_write(void *opaque, hwaddr offset, uint64_t value,
                                  unsigned size)
{
    DwcmshcState *s = opaque;

    if (offset < 2) {
        s->transfer_mode = deposit32(s->transfer_mode, 8 * offset,
                                     MIN(8 * size, 16 - 8 * offset), value);
    }
    if (offset + size == 4 && !INHIBITED(s->sdhci.prnsts) &&
        AUTO_CMD_ENABLE(s->transfer_mode) == AUTO_CMD23) {
        /* Argument 2 is where SDMA has its address */
        SDRequest request = {
            .cmd = CMD_SET_BLOCK_COUNT,
            .arg = s->sdhci.sdmasysad,
        };
        uint8_t response[16];

        trace_dwcmshc_auto_cmd23(request.arg);
        sdbus_do_command(&s->sdhci.sdbus, &request, response);
    }
    memory_region_dispatch_write(&s->sdhci.iomem, TRANSFER_MODE + offset,
                                 value, size_memop(size) | MO_LE,
                                 MEMTXATTRS_UNSPECIFIED);
}

static const MemoryRegionOps dwcmshc_command_ops = {
    .read = dwcmshc_command_read,
    .write = dwcmshc_command_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
};

static uint64_t dwcmshc_vendor_read(void *opaque, hwaddr offset, unsigned size)
{
    DwcmshcState *s = opaque;
    uint32_t value = s->regs[offset / 4];

    if (offset == DLL_STATUS0) {
        value = s->regs[DLL_CTRL / 4] & DLL_START ? DLL_LOCKED : 0;
    }
    trace_dwcmshc_vendor_read(offset, value);
    return value;
}

static void dwcmshc_vendor_write(void *opaque, hwaddr offset, uint64_t value,
                                 unsigned size)
{
    DwcmshcState *s = opaque;

    trace_dwcmshc_vendor_write(offset, value);
    s->regs[offset / 4] = value;
}

static const MemoryRegionOps dwcmshc_vendor_ops = {
    .read = dwcmshc_vendor_read,
    .write = dwcmshc_vendor_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static uint64_t dwcmshc_pointer_read(void *opaque, hwaddr offset,
                                     unsigned size)
{
    return VENDOR_AREA;
}

static void dwcmshc_pointer_write(void *opaque, hwaddr offset, uint64_t value,
                                  unsigned size)
{
    /* Read only */
}

static const MemoryRegionOps dwcmshc_pointer_ops = {
    .read = dwcmshc_pointer_read,
    .write = dwcmshc_pointer_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void dwcmshc_reset_hold(Object *obj, ResetType type)
{
    DwcmshcState *s = DWCMSHC(obj);

    memset(s->regs, 0, sizeof(s->regs));
    s->transfer_mode = 0;
}

static void dwcmshc_init(Object *obj)
{
    DwcmshcState *s = DWCMSHC(obj);

    object_initialize_child(obj, "sdhci", &s->sdhci, TYPE_SYSBUS_SDHCI);
    memory_region_init(&s->container, obj, TYPE_DWCMSHC, DWCMSHC_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->container);
}

static void dwcmshc_realize(DeviceState *dev, Error **errp)
{
    DwcmshcState *s = DWCMSHC(dev);
    SysBusDevice *sdhci = SYS_BUS_DEVICE(&s->sdhci);

    qdev_prop_set_uint8(DEVICE(sdhci), "sd-spec-version", 3);
    qdev_prop_set_uint64(DEVICE(sdhci), "capareg", CAPABILITIES);
    if (!sysbus_realize(sdhci, errp)) {
        return;
    }
    sysbus_pass_irq(SYS_BUS_DEVICE(dev), sdhci);

    memory_region_init_io(&s->vendor, OBJECT(dev), &dwcmshc_vendor_ops, s,
                          "dwcmshc.vendor", DWCMSHC_SIZE);
    memory_region_init_io(&s->pointer, OBJECT(dev), &dwcmshc_pointer_ops, s,
                          "dwcmshc.pointer", 4);
    memory_region_init_io(&s->command, OBJECT(dev), &dwcmshc_command_ops, s,
                          "dwcmshc.command", 4);
    memory_region_add_subregion(&s->container, 0, &s->vendor);
    memory_region_add_subregion_overlap(&s->container, 0,
                                        sysbus_mmio_get_region(sdhci, 0), 1);
    memory_region_add_subregion_overlap(&s->container, P_VENDOR_SPECIFIC_AREA,
                                        &s->pointer, 2);
    memory_region_add_subregion_overlap(&s->container, TRANSFER_MODE,
                                        &s->command, 2);
}

static const VMStateDescription dwcmshc_vmstate = {
    .name = TYPE_DWCMSHC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, DwcmshcState, DWCMSHC_SIZE / 4),
        VMSTATE_UINT16(transfer_mode, DwcmshcState),
        VMSTATE_END_OF_LIST()
    },
};

static void dwcmshc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "DesignWare Cores mobile storage host";
    dc->realize = dwcmshc_realize;
    dc->vmsd = &dwcmshc_vmstate;
    rc->phases.hold = dwcmshc_reset_hold;
}

static const TypeInfo dwcmshc_types[] = {
    {
        .name           = TYPE_DWCMSHC,
        .parent         = TYPE_SYS_BUS_DEVICE,
        .instance_size  = sizeof(DwcmshcState),
        .instance_init  = dwcmshc_init,
        .class_init     = dwcmshc_class_init,
    },
};

DEFINE_TYPES(dwcmshc_types)
