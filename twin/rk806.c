/*
 * Rockchip RK806 power management chip, on SPI
 *
 * Source: register numbers and the serial protocol as in Linux'
 * drivers/mfd/rk8xx-spi.c, rk8xx-core.c and include/linux/mfd/rk808.h; there is
 * no public manual. CHIP_NAME is what Rockchip's kernels print of it, from
 * memory; mainline's does not look at it.
 *
 * Modelled: reading and writing registers, several in a row; the write masks
 * of POWER_EN*; interrupt status, which is cleared by ones (no interrupt ever
 * comes); switching the board off.
 *
 * Not modelled: CRC, the power key, sleep, the voltages that the chip's
 * one-time memory gives at power on (they read as zero, that is the lowest, so
 * that a kernel says of each how it brings it into the tree's range), the
 * order and the time in which the rails go down: the board is off after
 * OFF_DELAY_NS, which is a guess.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "hw/resettable.h"
#include "hw/ssi/ssi.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "system/runstate.h"
#include "trace.h"

#define TYPE_RK806          "rk806"
OBJECT_DECLARE_SIMPLE_TYPE(Rk806State, RK806)

#define POWER_EN0           0x00
#define POWER_EN5           0x05
#define CHIP_NAME           0x5a
#define CHIP_VER            0x5b
#define OTP_VER             0x5c
#define SYS_CFG3            0x72
#define     DEV_OFF         BIT(0)
#define INT_STS0            0x77
#define INT_STS1            0x79
#define NUM_REGS            0x100

#define CMD_WRITE           BIT(7)
#define CMD_CRC             BIT(6)
#define CMD_LENGTH          0x0f        /* one less than the bytes of data */

#define OFF_DELAY_NS        (20 * SCALE_MS)

/* What the next byte of a transfer is */
enum { PHASE_COMMAND, PHASE_LOW, PHASE_HIGH, PHASE_DATA, PHASE_DONE };

struct Rk806State {
    SSIPeripheral parent_obj;

    QEMUTimer *off;
    uint8_t regs[NUM_REGS];
    uint8_t phase;
    uint8_t command;
    uint16_t address;
    uint8_t left;
};

static void rk806_power_off(void *opaque)
{
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
}

static void rk806_write(Rk806State *s, uint16_t reg, uint8_t value)
{
    uint8_t mask;

    trace_rk806_write(reg, value);
    switch (reg) {
    case POWER_EN0 ... POWER_EN5:
        /* The upper half says which bits of the lower are written */
        mask = value >> 4;
        s->regs[reg] = (s->regs[reg] & ~mask) | (value & mask);
        break;
    case INT_STS0:
    case INT_STS1:
        s->regs[reg] &= ~value;
        break;
    case CHIP_NAME:
    case CHIP_VER:
    case OTP_VER:
        break;
    case SYS_CFG3:
        s->regs[reg] = value;
        if (value & DEV_OFF) {
            timer_mod(s->off, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                              OFF_DELAY_NS);
        }
        break;
    default:
        if (reg < NUM_REGS) {
            s->regs[reg] = value;
        } else {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: no register 0x%x\n", __func__,
                          reg);
        }
        break;
    }
}

static uint8_t rk806_read(Rk806State *s, uint16_t reg)
{
    uint8_t value = reg < NUM_REGS ? s->regs[reg] : 0;

    trace_rk806_read(reg, value);
    return value;
}

static uint32_t rk806_transfer(SSIPeripheral *dev, uint32_t value)
{
    Rk806State *s = RK806(dev);
    uint8_t out = 0;

    switch (s->phase) {
    case PHASE_COMMAND:
        s->command = value;
        s->left = (value & CMD_LENGTH) + 1;
        if (value & CMD_CRC) {
            qemu_log_mask(LOG_UNIMP, "%s: CRC\n", __func__);
        }
        s->phase = PHASE_LOW;
        break;
    case PHASE_LOW:
        s->address = value & 0xff;
        s->phase = PHASE_HIGH;
        break;
    case PHASE_HIGH:
        s->address |= (value & 0xff) << 8;
        s->phase = PHASE_DATA;
        break;
    case PHASE_DATA:
        if (s->command & CMD_WRITE) {
            rk806_write(s, s->address, value);
        } else {
            out = rk806_read(s, s->address);
        }
        s->address++;
        if (--s->left == 0) {
            s->phase = PHASE_DONE;
        }
        break;
    default:
        break;
    }
    return out;
}

static int rk806_set_cs(SSIPeripheral *dev, bool select)
{
    /* Each selection begins with a command, and so does what follows it */
    RK806(dev)->phase = PHASE_COMMAND;
    return 0;
}

static void rk806_reset_hold(Object *obj, ResetType type)
{
    Rk806State *s = RK806(obj);

    timer_del(s->off);
    memset(s->regs, 0, sizeof(s->regs));
    s->regs[CHIP_NAME] = 0x80;
    s->regs[CHIP_VER] = 0x62;
    s->regs[OTP_VER] = 0x01;
    s->phase = PHASE_COMMAND;
}

static void rk806_realize(SSIPeripheral *dev, Error **errp)
{
    Rk806State *s = RK806(dev);

    s->off = timer_new_ns(QEMU_CLOCK_VIRTUAL, rk806_power_off, s);
}

static const VMStateDescription rk806_vmstate = {
    .name = TYPE_RK806,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_SSI_PERIPHERAL(parent_obj, Rk806State),
        VMSTATE_TIMER_PTR(off, Rk806State),
        VMSTATE_UINT8_ARRAY(regs, Rk806State, NUM_REGS),
        VMSTATE_UINT8(phase, Rk806State),
        VMSTATE_UINT8(command, Rk806State),
        VMSTATE_UINT16(address, Rk806State),
        VMSTATE_UINT8(left, Rk806State),
        VMSTATE_END_OF_LIST()
    },
};

static void rk806_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    SSIPeripheralClass *k = SSI_PERIPHERAL_CLASS(klass);

    dc->desc = "Rockchip RK806 power management chip";
    dc->vmsd = &rk806_vmstate;
    rc->phases.hold = rk806_reset_hold;
    k->realize = rk806_realize;
    k->transfer = rk806_transfer;
    k->set_cs = rk806_set_cs;
    k->cs_polarity = SSI_CS_LOW;
}

static const TypeInfo rk806_types[] = {
    {
        .name           = TYPE_RK806,
        .parent         = TYPE_SSI_PERIPHERAL,
        .instance_size  = sizeof(Rk806State),
        .class_init     = rk806_class_init,
    },
};

DEFINE_TYPES(rk806_types)
