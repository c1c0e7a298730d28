/*
 * Rockchip IOMMU, of RK3288 to RK3588: its registers
 *
 * Source: names, offsets and bits as in Linux' drivers/iommu/rockchip-iommu.c.
 *
 * Modelled: what commands do to the status, paging, stalling and reset; the
 * interrupt registers, though nothing raises an interrupt.
 *
 * Not modelled: translation. What is behind it (video decoders, display) is
 * register RAM, which does not read memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "hw/resettable.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "trace.h"

#define TYPE_ROCKCHIP_IOMMU "rockchip-iommu"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipIommuState, ROCKCHIP_IOMMU)

#define ROCKCHIP_IOMMU_SIZE 0x40

REG32(DTE_ADDR, 0x00)
REG32(STATUS, 0x04)
    FIELD(STATUS, PAGING_ENABLED, 0, 1)
    FIELD(STATUS, STALL_ACTIVE, 2, 1)
    FIELD(STATUS, IDLE, 3, 1)
    FIELD(STATUS, REPLAY_BUFFER_EMPTY, 4, 1)
REG32(COMMAND, 0x08)
REG32(PAGE_FAULT_ADDR, 0x0c)
REG32(ZAP_ONE_LINE, 0x10)
REG32(INT_RAWSTAT, 0x14)
REG32(INT_CLEAR, 0x18)
REG32(INT_MASK, 0x1c)
REG32(INT_STATUS, 0x20)
REG32(AUTO_GATING, 0x24)
#define NUM_REGS            (ROCKCHIP_IOMMU_SIZE / 4)

enum {
    COMMAND_ENABLE_PAGING,
    COMMAND_DISABLE_PAGING,
    COMMAND_ENABLE_STALL,
    COMMAND_DISABLE_STALL,
    COMMAND_ZAP_CACHE,
    COMMAND_PAGE_FAULT_DONE,
    COMMAND_FORCE_RESET,
};

#define STATUS_RESET        (R_STATUS_IDLE_MASK | \
                             R_STATUS_REPLAY_BUFFER_EMPTY_MASK)

struct RockchipIommuState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    uint32_t regs[NUM_REGS];
};

static void rockchip_iommu_clear(RockchipIommuState *s)
{
    memset(s->regs, 0, sizeof(s->regs));
    s->regs[R_STATUS] = STATUS_RESET;
    qemu_irq_lower(s->irq);
}

static void rockchip_iommu_command(RockchipIommuState *s, uint32_t command)
{
    uint32_t *status = &s->regs[R_STATUS];

    switch (command) {
    case COMMAND_ENABLE_PAGING:
        *status |= R_STATUS_PAGING_ENABLED_MASK;
        break;
    case COMMAND_DISABLE_PAGING:
        *status &= ~R_STATUS_PAGING_ENABLED_MASK;
        break;
    case COMMAND_ENABLE_STALL:
        /* There is nothing to stall while addresses go through unchanged */
        if (*status & R_STATUS_PAGING_ENABLED_MASK) {
            *status |= R_STATUS_STALL_ACTIVE_MASK;
        }
        break;
    case COMMAND_DISABLE_STALL:
        *status &= ~R_STATUS_STALL_ACTIVE_MASK;
        break;
    case COMMAND_ZAP_CACHE:
    case COMMAND_PAGE_FAULT_DONE:
        break;
    case COMMAND_FORCE_RESET:
        rockchip_iommu_clear(s);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no command %u\n", __func__,
                      command);
        break;
    }
    trace_rockchip_iommu_command(command, *status);
}

static uint64_t rockchip_iommu_read(void *opaque, hwaddr offset, unsigned size)
{
    RockchipIommuState *s = opaque;

    if (offset == A_INT_STATUS) {
        return s->regs[R_INT_RAWSTAT] & s->regs[R_INT_MASK];
    }
    return s->regs[offset / 4];
}

static void rockchip_iommu_write(void *opaque, hwaddr offset, uint64_t data,
                                 unsigned size)
{
    RockchipIommuState *s = opaque;

    switch (offset) {
    case A_COMMAND:
        rockchip_iommu_command(s, data);
        break;
    case A_INT_CLEAR:
        s->regs[R_INT_RAWSTAT] &= ~data;
        break;
    case A_STATUS:
    case A_PAGE_FAULT_ADDR:
    case A_INT_STATUS:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: register 0x%" HWADDR_PRIx
                      " can only be read\n", __func__, offset);
        return;
    default:
        s->regs[offset / 4] = data;
        break;
    }
    qemu_set_irq(s->irq, !!(s->regs[R_INT_RAWSTAT] & s->regs[R_INT_MASK]));
}

static const MemoryRegionOps rockchip_iommu_ops = {
    .read = rockchip_iommu_read,
    .write = rockchip_iommu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void rockchip_iommu_reset_hold(Object *obj, ResetType type)
{
    rockchip_iommu_clear(ROCKCHIP_IOMMU(obj));
}

static void rockchip_iommu_init(Object *obj)
{
    RockchipIommuState *s = ROCKCHIP_IOMMU(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &rockchip_iommu_ops, s,
                          TYPE_ROCKCHIP_IOMMU, ROCKCHIP_IOMMU_SIZE);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
}

static const VMStateDescription rockchip_iommu_vmstate = {
    .name = TYPE_ROCKCHIP_IOMMU,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, RockchipIommuState, NUM_REGS),
        VMSTATE_END_OF_LIST()
    },
};

static void rockchip_iommu_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Rockchip IOMMU";
    dc->vmsd = &rockchip_iommu_vmstate;
    rc->phases.hold = rockchip_iommu_reset_hold;
}

static const TypeInfo rockchip_iommu_types[] = {
    {
        .name           = TYPE_ROCKCHIP_IOMMU,
        .parent         = TYPE_SYS_BUS_DEVICE,
        .instance_size  = sizeof(RockchipIommuState),
        .instance_init  = rockchip_iommu_init,
        .class_init     = rockchip_iommu_class_init,
    },
};

DEFINE_TYPES(rockchip_iommu_types)
