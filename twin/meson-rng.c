/*
 * Amlogic Meson random number generator, both kinds
 *
 * Register facts: Linux and U-Boot drivers/.../meson-rng.c. The first kind is a
 * register that reads as random. The second, S4's, is told to get a number by
 * SEED_READY_STS in CFG, which goes away when there is one; here that is at
 * once. Who takes the second for the first reads CFG, which is not random:
 * that is so on the board, too.
 * Other bits of CFG are kept and have no effect.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/guest-random.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"

#define TYPE_MESON_RNG "meson-rng"
OBJECT_DECLARE_SIMPLE_TYPE(MesonRngState, MESON_RNG)

#define RNG_CFG             0x00        /* S4; the others have data here */
#define RNG_S4_DATA         0x08
#define REGION_SIZE         0x04
#define S4_REGION_SIZE      0x0c
#define CFG_RUN             BIT(0)
#define CFG_SEED_READY_STS  BIT(31)

struct MesonRngState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint32_t cfg;
    uint32_t data;
    bool s4;
};

static uint32_t meson_rng_number(void)
{
    uint32_t number;

    qemu_guest_getrandom_nofail(&number, sizeof(number));
    return number;
}

static uint64_t meson_rng_read(void *opaque, hwaddr offset, unsigned size)
{
    MesonRngState *s = opaque;

    if (!s->s4) {
        return meson_rng_number();
    }
    switch (offset) {
    case RNG_CFG:
        return s->cfg;
    case RNG_S4_DATA:
        return s->data;
    default:
        qemu_log_mask(LOG_UNIMP, TYPE_MESON_RNG ": read of 0x%" HWADDR_PRIx
                      "\n", offset);
        return 0;
    }
}

static void meson_rng_write(void *opaque, hwaddr offset, uint64_t value,
                            unsigned size)
{
    MesonRngState *s = opaque;

    if (!s->s4 || offset != RNG_CFG) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_MESON_RNG ": write to 0x%"
                      HWADDR_PRIx "\n", offset);
        return;
    }
    if (value & CFG_SEED_READY_STS) {
        s->data = meson_rng_number();
    }
    s->cfg = value & ~(CFG_SEED_READY_STS | CFG_RUN);
}

static const MemoryRegionOps meson_rng_ops = {
    .read = meson_rng_read,
    .write = meson_rng_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void meson_rng_reset_hold(Object *obj, ResetType type)
{
    MesonRngState *s = MESON_RNG(obj);

    s->cfg = 0;
    s->data = 0;
}

static void meson_rng_realize(DeviceState *dev, Error **errp)
{
    MesonRngState *s = MESON_RNG(dev);

    memory_region_init_io(&s->iomem, OBJECT(dev), &meson_rng_ops, s,
                          TYPE_MESON_RNG,
                          s->s4 ? S4_REGION_SIZE : REGION_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);
}

static const VMStateDescription meson_rng_vmstate = {
    .name = TYPE_MESON_RNG,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(cfg, MesonRngState),
        VMSTATE_UINT32(data, MesonRngState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property meson_rng_properties[] = {
    DEFINE_PROP_BOOL("s4", MesonRngState, s4, false),
};

static void meson_rng_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Amlogic Meson random number generator";
    dc->realize = meson_rng_realize;
    dc->vmsd = &meson_rng_vmstate;
    rc->phases.hold = meson_rng_reset_hold;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, meson_rng_properties);
}

static const TypeInfo meson_rng_types[] = {
    {
        .name = TYPE_MESON_RNG,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MesonRngState),
        .class_init = meson_rng_class_init,
    },
};

DEFINE_TYPES(meson_rng_types)
