/*
 * Amlogic Meson S4: GPIO interrupt controller
 *
 * Register facts: Linux irq-meson-gpio.c. Twelve channels, each with an
 * interrupt of its own; a channel looks at one pin, by its number, and shows
 * its level or its edges. CTRL has which, and may turn the pin's level round;
 * BOTH_EDGES has the channels that show either edge, whatever CTRL says.
 * Not modelled: the filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "pins.h"
#include "trace.h"

#define TYPE_MESON_GPIO_INTC "meson-gpio-intc"
OBJECT_DECLARE_SIMPLE_TYPE(MesonGpioIntcState, MESON_GPIO_INTC)

#define NUM_CHANNELS        12
#define NUM_REGISTERS       8
#define REG_CTRL            0           /* invert 11:0, edge 23:12 */
#define REG_PIN             1           /* two channels each, 16 bits apart */
#define REG_BOTH_EDGES      7
#define CTRL_EDGE           12
#define CTRL_ENABLE         BIT(31)
#define PIN_BITS            8
#define PIN_STEP            16

struct MesonGpioIntcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq[NUM_CHANNELS];
    uint32_t regs[NUM_REGISTERS];
    bool before[NUM_CHANNELS];      /* the pin's level when last looked at */
};

static int meson_gpio_intc_pin(const MesonGpioIntcState *s, int channel)
{
    return extract32(s->regs[REG_PIN + channel / 2], channel % 2 * PIN_STEP,
                     PIN_BITS);
}

/* @quietly: a pin was chosen, which is no edge */
static void meson_gpio_intc_look(MesonGpioIntcState *s, bool quietly)
{
    uint32_t ctrl = s->regs[REG_CTRL];

    for (int i = 0; i < NUM_CHANNELS; i++) {
        bool level = twin_pins_level(meson_gpio_intc_pin(s, i));
        bool both = extract32(s->regs[REG_BOTH_EDGES], i, 1);
        bool active = level ^ extract32(ctrl, i, 1);
        bool changed = level != s->before[i];

        s->before[i] = level;
        if (!both && !extract32(ctrl, CTRL_EDGE + i, 1)) {
            qemu_set_irq(s->irq[i], active && (ctrl & CTRL_ENABLE));
        } else if (changed && !quietly && (both || active) &&
                   (ctrl & CTRL_ENABLE)) {
            trace_meson_gpio_intc_edge(i, meson_gpio_intc_pin(s, i), level);
            qemu_irq_pulse(s->irq[i]);
        }
    }
}

static void meson_gpio_intc_pins_changed(void *opaque)
{
    meson_gpio_intc_look(opaque, false);
}

static uint64_t meson_gpio_intc_read(void *opaque, hwaddr offset, unsigned size)
{
    MesonGpioIntcState *s = opaque;

    return s->regs[offset / 4];
}

static void meson_gpio_intc_write(void *opaque, hwaddr offset, uint64_t value,
                                  unsigned size)
{
    MesonGpioIntcState *s = opaque;

    s->regs[offset / 4] = value;
    meson_gpio_intc_look(s, true);
}

static const MemoryRegionOps meson_gpio_intc_ops = {
    .read = meson_gpio_intc_read,
    .write = meson_gpio_intc_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void meson_gpio_intc_reset_hold(Object *obj, ResetType type)
{
    MesonGpioIntcState *s = MESON_GPIO_INTC(obj);

    memset(s->regs, 0, sizeof(s->regs));
}

static void meson_gpio_intc_realize(DeviceState *dev, Error **errp)
{
    MesonGpioIntcState *s = MESON_GPIO_INTC(dev);

    memory_region_init_io(&s->iomem, OBJECT(dev), &meson_gpio_intc_ops, s,
                          TYPE_MESON_GPIO_INTC, sizeof(s->regs));
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);
    for (int i = 0; i < NUM_CHANNELS; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irq[i]);
    }
    twin_pins_watch(meson_gpio_intc_pins_changed, s);
}

static const VMStateDescription meson_gpio_intc_vmstate = {
    .name = TYPE_MESON_GPIO_INTC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, MesonGpioIntcState, NUM_REGISTERS),
        VMSTATE_BOOL_ARRAY(before, MesonGpioIntcState, NUM_CHANNELS),
        VMSTATE_END_OF_LIST()
    }
};

static void meson_gpio_intc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Amlogic Meson S4 GPIO interrupt controller";
    dc->realize = meson_gpio_intc_realize;
    dc->vmsd = &meson_gpio_intc_vmstate;
    rc->phases.hold = meson_gpio_intc_reset_hold;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo meson_gpio_intc_types[] = {
    {
        .name = TYPE_MESON_GPIO_INTC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MesonGpioIntcState),
        .class_init = meson_gpio_intc_class_init,
    },
};

DEFINE_TYPES(meson_gpio_intc_types)
