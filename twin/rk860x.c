/*
 * Rockchip RK8602 and RK8603 voltage regulators, on I2C
 *
 * Source: register numbers, identity and voltages as in Linux'
 * drivers/regulator/fan53555.c; there is no public manual.
 *
 * Modelled: registers that keep what is written. At power on it is enabled and
 * gives 0.8 V, which is a guess. It regulates nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/i2c/i2c.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "trace.h"

#define TYPE_RK860X         "rk860x"
OBJECT_DECLARE_SIMPLE_TYPE(Rk860xState, RK860X)

#define EN0                 0x00        /* enable and mode, active ... */
#define EN1                 0x01        /* ... and in suspend */
#define     BUCK_EN         BIT(7)
#define ID1                 0x03
#define     DIE_ID          10
#define ID2                 0x04
#define VSEL0               0x06
#define VSEL1               0x07
#define     VOLTS_0_8       48          /* steps of 6.25 mV above 0.5 V */
#define NUM_REGS            0x10

struct Rk860xState {
    I2CSlave parent_obj;

    uint8_t regs[NUM_REGS];
    uint8_t address;
    bool has_address;
};

static int rk860x_event(I2CSlave *i2c, enum i2c_event event)
{
    Rk860xState *s = RK860X(i2c);

    if (event == I2C_START_SEND) {
        s->has_address = false;
    }
    return 0;
}

static uint8_t rk860x_recv(I2CSlave *i2c)
{
    Rk860xState *s = RK860X(i2c);
    uint8_t value = s->address < NUM_REGS ? s->regs[s->address] : 0;

    trace_rk860x_read(i2c->address, s->address, value);
    s->address++;
    return value;
}

static int rk860x_send(I2CSlave *i2c, uint8_t value)
{
    Rk860xState *s = RK860X(i2c);

    if (!s->has_address) {
        s->address = value;
        s->has_address = true;
        return 0;
    }
    trace_rk860x_write(i2c->address, s->address, value);
    if (s->address < NUM_REGS && s->address != ID1 && s->address != ID2) {
        s->regs[s->address] = value;
    }
    s->address++;
    return 0;
}

static void rk860x_reset_hold(Object *obj, ResetType type)
{
    Rk860xState *s = RK860X(obj);

    memset(s->regs, 0, sizeof(s->regs));
    s->regs[EN0] = BUCK_EN;
    s->regs[EN1] = BUCK_EN;
    s->regs[ID1] = DIE_ID;
    s->regs[VSEL0] = VOLTS_0_8;
    s->regs[VSEL1] = VOLTS_0_8;
    s->address = 0;
    s->has_address = false;
}

static const VMStateDescription rk860x_vmstate = {
    .name = TYPE_RK860X,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_I2C_SLAVE(parent_obj, Rk860xState),
        VMSTATE_UINT8_ARRAY(regs, Rk860xState, NUM_REGS),
        VMSTATE_UINT8(address, Rk860xState),
        VMSTATE_BOOL(has_address, Rk860xState),
        VMSTATE_END_OF_LIST()
    },
};

static void rk860x_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    I2CSlaveClass *k = I2C_SLAVE_CLASS(klass);

    dc->desc = "Rockchip RK8602 and RK8603 voltage regulators";
    dc->vmsd = &rk860x_vmstate;
    rc->phases.hold = rk860x_reset_hold;
    k->event = rk860x_event;
    k->recv = rk860x_recv;
    k->send = rk860x_send;
}

static const TypeInfo rk860x_types[] = {
    {
        .name           = TYPE_RK860X,
        .parent         = TYPE_I2C_SLAVE,
        .instance_size  = sizeof(Rk860xState),
        .class_init     = rk860x_class_init,
    },
};

DEFINE_TYPES(rk860x_types)
