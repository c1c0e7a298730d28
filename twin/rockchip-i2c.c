/*
 * Rockchip I2C controller, of RK3066 to RK3588
 *
 * Source: names, offsets and bits as in Linux' drivers/i2c/busses/i2c-rk3x.c.
 *
 * Modelled: master mode with its four modes, up to 32 bytes at a time, what
 * comes of a missing acknowledgement, all interrupts.
 *
 * Not modelled: time and clock divisor (a byte is through at once), slave
 * mode, arbitration.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/i2c/i2c.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "hw/resettable.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "trace.h"

#define TYPE_ROCKCHIP_I2C   "rockchip-i2c"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipI2cState, ROCKCHIP_I2C)

#define ROCKCHIP_I2C_SIZE   0x1000
#define BUFFER_BYTES        32

REG32(CON, 0x00)
    FIELD(CON, EN, 0, 1)
    FIELD(CON, MODE, 1, 2)
    FIELD(CON, START, 3, 1)
    FIELD(CON, STOP, 4, 1)
    FIELD(CON, LASTACK, 5, 1)
    FIELD(CON, ACT2NAK, 6, 1)
REG32(CLKDIV, 0x04)
REG32(MRXADDR, 0x08)
REG32(MRXRADDR, 0x0c)
REG32(MTXCNT, 0x10)
REG32(MRXCNT, 0x14)
REG32(IEN, 0x18)
REG32(IPD, 0x1c)
    FIELD(IPD, BTF, 0, 1)
    FIELD(IPD, BRF, 1, 1)
    FIELD(IPD, MBTF, 2, 1)
    FIELD(IPD, MBRF, 3, 1)
    FIELD(IPD, START, 4, 1)
    FIELD(IPD, STOP, 5, 1)
    FIELD(IPD, NAKRCV, 6, 1)
REG32(FCNT, 0x20)
#define NUM_REGS            (R_FCNT + 1)

#define TXDATA              0x100
#define RXDATA              0x200
#define IPD_ALL             0x7f
#define COUNT_MASK          0x3f

/* Modes: transmit; send a register's number, then receive; receive */
enum { MODE_TX, MODE_TRX, MODE_RX, MODE_RRX };

struct RockchipI2cState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    I2CBus *bus;
    qemu_irq irq;

    uint32_t regs[NUM_REGS];
    uint8_t tx[BUFFER_BYTES];
    uint8_t rx[BUFFER_BYTES];
    bool addressed;             /* since the last start */
};

static void rockchip_i2c_update_irq(RockchipI2cState *s)
{
    qemu_set_irq(s->irq, !!(s->regs[R_IPD] & s->regs[R_IEN]));
}

static bool rockchip_i2c_nak(RockchipI2cState *s, bool nak)
{
    if (!nak) {
        return false;
    }
    s->regs[R_IPD] |= R_IPD_NAKRCV_MASK;
    return FIELD_EX32(s->regs[R_CON], CON, ACT2NAK);
}

/* The byte after a start: slave and direction; true to stop there */
static bool rockchip_i2c_address(RockchipI2cState *s, uint8_t byte)
{
    bool nak = i2c_start_transfer(s->bus, byte >> 1, byte & 1);

    trace_rockchip_i2c_address(byte >> 1, byte & 1, nak);
    s->addressed = true;
    return rockchip_i2c_nak(s, nak);
}

static void rockchip_i2c_transmit(RockchipI2cState *s)
{
    uint32_t count = MIN(s->regs[R_MTXCNT] & COUNT_MASK, BUFFER_BYTES);

    for (s->regs[R_FCNT] = 0; s->regs[R_FCNT] < count; s->regs[R_FCNT]++) {
        uint8_t byte = s->tx[s->regs[R_FCNT]];
        bool stop;

        stop = s->addressed ? rockchip_i2c_nak(s, i2c_send(s->bus, byte))
                            : rockchip_i2c_address(s, byte);
        if (stop) {
            return;
        }
    }
    s->regs[R_IPD] |= R_IPD_BTF_MASK | R_IPD_MBTF_MASK;
}

/* Slave and register, as the two address registers have them */
static bool rockchip_i2c_select(RockchipI2cState *s)
{
    uint8_t address = s->regs[R_MRXADDR];
    uint32_t reg = s->regs[R_MRXRADDR];
    uint32_t valid = extract32(reg, 24, 3);

    if (valid) {
        if (rockchip_i2c_address(s, address & ~1)) {
            return false;
        }
        for (int i = 0; i < 3; i++) {
            if (extract32(valid, i, 1) &&
                rockchip_i2c_nak(s, i2c_send(s->bus,
                                             extract32(reg, 8 * i, 8)))) {
                return false;
            }
        }
    }
    return !rockchip_i2c_address(s, address | 1);
}

static void rockchip_i2c_receive(RockchipI2cState *s)
{
    uint32_t count = MIN(s->regs[R_MRXCNT] & COUNT_MASK, BUFFER_BYTES);

    s->regs[R_FCNT] = 0;
    if (FIELD_EX32(s->regs[R_CON], CON, MODE) != MODE_RX && !s->addressed &&
        !rockchip_i2c_select(s)) {
        return;
    }
    for (int i = 0; i < count; i++) {
        s->rx[i] = i2c_recv(s->bus);
        s->regs[R_FCNT]++;
    }
    if (FIELD_EX32(s->regs[R_CON], CON, LASTACK)) {
        i2c_nack(s->bus);
    }
    s->regs[R_IPD] |= R_IPD_BRF_MASK | R_IPD_MBRF_MASK;
}

static void rockchip_i2c_control(RockchipI2cState *s, uint32_t value)
{
    uint32_t rising = value & ~s->regs[R_CON];

    s->regs[R_CON] = value;
    if (!FIELD_EX32(value, CON, EN)) {
        if (s->addressed) {
            i2c_end_transfer(s->bus);
            s->addressed = false;
        }
        return;
    }
    if (FIELD_EX32(rising, CON, START)) {
        s->addressed = false;
        s->regs[R_IPD] |= R_IPD_START_MASK;
    }
    if (FIELD_EX32(rising, CON, STOP)) {
        i2c_end_transfer(s->bus);
        s->addressed = false;
        s->regs[R_IPD] |= R_IPD_STOP_MASK;
    }
}

static uint64_t rockchip_i2c_read(void *opaque, hwaddr offset, unsigned size)
{
    RockchipI2cState *s = opaque;
    uint32_t value = 0;

    if (offset / 4 < NUM_REGS) {
        value = s->regs[offset / 4];
    } else if (offset >= TXDATA && offset < TXDATA + BUFFER_BYTES) {
        value = ldl_le_p(s->tx + offset - TXDATA);
    } else if (offset >= RXDATA && offset < RXDATA + BUFFER_BYTES) {
        value = ldl_le_p(s->rx + offset - RXDATA);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no register 0x%" HWADDR_PRIx "\n",
                      __func__, offset);
    }
    trace_rockchip_i2c_read(offset, value);
    return value;
}

static void rockchip_i2c_write(void *opaque, hwaddr offset, uint64_t data,
                               unsigned size)
{
    RockchipI2cState *s = opaque;
    uint32_t value = data;

    trace_rockchip_i2c_write(offset, value);
    switch (offset) {
    case A_CON:
        rockchip_i2c_control(s, value);
        break;
    case A_MTXCNT:
        s->regs[R_MTXCNT] = value;
        if (FIELD_EX32(s->regs[R_CON], CON, EN)) {
            rockchip_i2c_transmit(s);
        }
        break;
    case A_MRXCNT:
        s->regs[R_MRXCNT] = value;
        if (FIELD_EX32(s->regs[R_CON], CON, EN)) {
            rockchip_i2c_receive(s);
        }
        break;
    case A_IPD:
        s->regs[R_IPD] &= ~(value & IPD_ALL);
        break;
    case A_CLKDIV:
    case A_MRXADDR:
    case A_MRXRADDR:
    case A_IEN:
        s->regs[offset / 4] = value;
        break;
    case TXDATA ... TXDATA + BUFFER_BYTES - 1:
        stl_le_p(s->tx + offset - TXDATA, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: register 0x%" HWADDR_PRIx
                      " is not written\n", __func__, offset);
        break;
    }
    rockchip_i2c_update_irq(s);
}

static const MemoryRegionOps rockchip_i2c_ops = {
    .read = rockchip_i2c_read,
    .write = rockchip_i2c_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void rockchip_i2c_reset_hold(Object *obj, ResetType type)
{
    RockchipI2cState *s = ROCKCHIP_I2C(obj);

    memset(s->regs, 0, sizeof(s->regs));
    memset(s->tx, 0, sizeof(s->tx));
    memset(s->rx, 0, sizeof(s->rx));
    s->addressed = false;
    qemu_irq_lower(s->irq);
}

static void rockchip_i2c_init(Object *obj)
{
    RockchipI2cState *s = ROCKCHIP_I2C(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    s->bus = i2c_init_bus(DEVICE(obj), "i2c");
    memory_region_init_io(&s->iomem, obj, &rockchip_i2c_ops, s,
                          TYPE_ROCKCHIP_I2C, ROCKCHIP_I2C_SIZE);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
}

static const VMStateDescription rockchip_i2c_vmstate = {
    .name = TYPE_ROCKCHIP_I2C,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, RockchipI2cState, NUM_REGS),
        VMSTATE_UINT8_ARRAY(tx, RockchipI2cState, BUFFER_BYTES),
        VMSTATE_UINT8_ARRAY(rx, RockchipI2cState, BUFFER_BYTES),
        VMSTATE_BOOL(addressed, RockchipI2cState),
        VMSTATE_END_OF_LIST()
    },
};

static void rockchip_i2c_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Rockchip I2C controller";
    dc->vmsd = &rockchip_i2c_vmstate;
    rc->phases.hold = rockchip_i2c_reset_hold;
}

static const TypeInfo rockchip_i2c_types[] = {
    {
        .name           = TYPE_ROCKCHIP_I2C,
        .parent         = TYPE_SYS_BUS_DEVICE,
        .instance_size  = sizeof(RockchipI2cState),
        .instance_init  = rockchip_i2c_init,
        .class_init     = rockchip_i2c_class_init,
    },
};

DEFINE_TYPES(rockchip_i2c_types)
