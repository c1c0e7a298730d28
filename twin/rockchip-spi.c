/*
 * Rockchip SPI controller, of RK3066 to RK3588
 *
 * Source: names, offsets and bits as in Linux' drivers/spi/spi-rockchip.c, and
 * VERSION with the FIFO's depth that goes with it; that RK3588 has this version
 * is taken from the driver's order of them.
 *
 * Modelled: master mode with transmit and receive, transmit only and receive
 * only, words of 4, 8 and 16 bits, two chip selects, FIFOs with thresholds and
 * interrupts.
 *
 * Not modelled: time (a word is through as soon as there is room for what
 * comes back; hardware would overflow the receive FIFO instead), slave mode,
 * DMA requests, clock phase and polarity, the byte order of 16-bit words in
 * other than big-endian mode.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/fifo32.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "hw/resettable.h"
#include "hw/ssi/ssi.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "trace.h"

#define TYPE_ROCKCHIP_SPI   "rockchip-spi"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipSpiState, ROCKCHIP_SPI)

#define ROCKCHIP_SPI_SIZE   0x1000
#define FIFO_DEPTH          64
#define NUM_CS              2

REG32(CTRLR0, 0x00)
    FIELD(CTRLR0, DFS, 0, 2)
    FIELD(CTRLR0, XFM, 18, 2)
    FIELD(CTRLR0, OPM, 20, 1)
REG32(CTRLR1, 0x04)
    FIELD(CTRLR1, NDM, 0, 16)
REG32(SSIENR, 0x08)
REG32(SER, 0x0c)
REG32(BAUDR, 0x10)
REG32(TXFTLR, 0x14)
REG32(RXFTLR, 0x18)
REG32(TXFLR, 0x1c)
REG32(RXFLR, 0x20)
REG32(SR, 0x24)
    FIELD(SR, BUSY, 0, 1)
    FIELD(SR, TF_FULL, 1, 1)
    FIELD(SR, TF_EMPTY, 2, 1)
    FIELD(SR, RF_EMPTY, 3, 1)
    FIELD(SR, RF_FULL, 4, 1)
REG32(IPR, 0x28)
REG32(IMR, 0x2c)
REG32(ISR, 0x30)
REG32(RISR, 0x34)
    FIELD(RISR, TF_EMPTY, 0, 1)
    FIELD(RISR, TF_OVERFLOW, 1, 1)
    FIELD(RISR, RF_UNDERFLOW, 2, 1)
    FIELD(RISR, RF_FULL, 4, 1)
REG32(ICR, 0x38)
    FIELD(ICR, COMBINED, 0, 1)
    FIELD(ICR, RF_UNDERFLOW, 1, 1)
    FIELD(ICR, TF_OVERFLOW, 3, 1)
REG32(DMACR, 0x3c)
REG32(DMATDLR, 0x40)
REG32(DMARDLR, 0x44)
REG32(VERSION, 0x48)
#define NUM_REGS            (R_VERSION + 1)

/* Windows of 1 KiB, any word of which is the FIFO's end */
#define TXDR                0x400
#define RXDR                0x800
#define RXDR_END            0xc00

#define VERSION_RK3588      0x00110002

enum { XFM_BOTH, XFM_TRANSMIT, XFM_RECEIVE };

struct RockchipSpiState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    SSIBus *bus;
    qemu_irq irq;
    qemu_irq cs[NUM_CS];

    Fifo32 tx;
    Fifo32 rx;
    uint32_t regs[NUM_REGS];
    uint32_t events;                /* in RISR: those that are latched */
    uint32_t receive_left;          /* words, in receive only mode */
};

static uint32_t rockchip_spi_risr(RockchipSpiState *s)
{
    uint32_t risr = s->events;

    risr = FIELD_DP32(risr, RISR, TF_EMPTY,
                      fifo32_num_used(&s->tx) <= s->regs[R_TXFTLR]);
    return FIELD_DP32(risr, RISR, RF_FULL,
                      fifo32_num_used(&s->rx) > s->regs[R_RXFTLR]);
}

static void rockchip_spi_update_irq(RockchipSpiState *s)
{
    qemu_set_irq(s->irq, !!(rockchip_spi_risr(s) & s->regs[R_IMR]));
}

static uint32_t rockchip_spi_word(RockchipSpiState *s, uint32_t out)
{
    uint32_t in;

    switch (FIELD_EX32(s->regs[R_CTRLR0], CTRLR0, DFS)) {
    case 0:
        in = ssi_transfer(s->bus, out & 0xf) & 0xf;
        break;
    case 1:
        in = ssi_transfer(s->bus, out & 0xff) & 0xff;
        break;
    default:
        in = (ssi_transfer(s->bus, (out >> 8) & 0xff) & 0xff) << 8;
        in |= ssi_transfer(s->bus, out & 0xff) & 0xff;
        break;
    }
    trace_rockchip_spi_word(out, in);
    return in;
}

static void rockchip_spi_run(RockchipSpiState *s)
{
    int mode = FIELD_EX32(s->regs[R_CTRLR0], CTRLR0, XFM);

    if (s->regs[R_SSIENR] && s->regs[R_SER]) {
        if (mode == XFM_RECEIVE) {
            while (s->receive_left && !fifo32_is_full(&s->rx)) {
                fifo32_push(&s->rx, rockchip_spi_word(s, 0));
                s->receive_left--;
            }
        } else {
            while (!fifo32_is_empty(&s->tx) &&
                   (mode == XFM_TRANSMIT || !fifo32_is_full(&s->rx))) {
                uint32_t in = rockchip_spi_word(s, fifo32_pop(&s->tx));

                if (mode != XFM_TRANSMIT) {
                    fifo32_push(&s->rx, in);
                }
            }
        }
    }
    rockchip_spi_update_irq(s);
}

static void rockchip_spi_enable(RockchipSpiState *s, bool enable)
{
    s->regs[R_SSIENR] = enable;
    if (enable) {
        s->receive_left = FIELD_EX32(s->regs[R_CTRLR1], CTRLR1, NDM) + 1;
        if (FIELD_EX32(s->regs[R_CTRLR0], CTRLR0, OPM)) {
            qemu_log_mask(LOG_UNIMP, "%s: slave mode\n", __func__);
        }
        if (s->regs[R_DMACR]) {
            qemu_log_mask(LOG_UNIMP, "%s: DMA requests\n", __func__);
        }
    } else {
        fifo32_reset(&s->tx);
        fifo32_reset(&s->rx);
        s->receive_left = 0;
    }
}

static uint32_t rockchip_spi_status(RockchipSpiState *s)
{
    uint32_t sr = 0;

    sr = FIELD_DP32(sr, SR, BUSY, s->regs[R_SSIENR] && s->regs[R_SER] &&
                    !fifo32_is_empty(&s->tx));
    sr = FIELD_DP32(sr, SR, TF_FULL, fifo32_is_full(&s->tx));
    sr = FIELD_DP32(sr, SR, TF_EMPTY, fifo32_is_empty(&s->tx));
    sr = FIELD_DP32(sr, SR, RF_EMPTY, fifo32_is_empty(&s->rx));
    return FIELD_DP32(sr, SR, RF_FULL, fifo32_is_full(&s->rx));
}

static uint32_t rockchip_spi_receive(RockchipSpiState *s)
{
    uint32_t value = 0;

    if (fifo32_is_empty(&s->rx)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: the FIFO is empty\n", __func__);
        s->events |= R_RISR_RF_UNDERFLOW_MASK;
    } else {
        value = fifo32_pop(&s->rx);
    }
    rockchip_spi_run(s);
    return value;
}

static uint64_t rockchip_spi_read(void *opaque, hwaddr offset, unsigned size)
{
    RockchipSpiState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case A_TXFLR:
        value = fifo32_num_used(&s->tx);
        break;
    case A_RXFLR:
        value = fifo32_num_used(&s->rx);
        break;
    case A_SR:
        value = rockchip_spi_status(s);
        break;
    case A_ISR:
        value = rockchip_spi_risr(s) & s->regs[R_IMR];
        break;
    case A_RISR:
        value = rockchip_spi_risr(s);
        break;
    case RXDR ... RXDR_END - 1:
        value = rockchip_spi_receive(s);
        break;
    default:
        if (offset / 4 < NUM_REGS) {
            value = s->regs[offset / 4];
        } else {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: no register 0x%" HWADDR_PRIx
                          "\n", __func__, offset);
        }
        break;
    }
    trace_rockchip_spi_read(offset, value);
    return value;
}

static void rockchip_spi_write(void *opaque, hwaddr offset, uint64_t data,
                               unsigned size)
{
    RockchipSpiState *s = opaque;
    uint32_t value = data;

    trace_rockchip_spi_write(offset, value);
    switch (offset) {
    case A_SSIENR:
        rockchip_spi_enable(s, value & 1);
        break;
    case A_SER:
        s->regs[R_SER] = value & MAKE_64BIT_MASK(0, NUM_CS);
        for (int i = 0; i < NUM_CS; i++) {
            qemu_set_irq(s->cs[i], !extract32(value, i, 1));
        }
        break;
    case A_ICR:
        if (FIELD_EX32(value, ICR, COMBINED)) {
            s->events = 0;
        }
        if (FIELD_EX32(value, ICR, RF_UNDERFLOW)) {
            s->events &= ~R_RISR_RF_UNDERFLOW_MASK;
        }
        if (FIELD_EX32(value, ICR, TF_OVERFLOW)) {
            s->events &= ~R_RISR_TF_OVERFLOW_MASK;
        }
        break;
    case A_TXFLR:
    case A_RXFLR:
    case A_SR:
    case A_ISR:
    case A_RISR:
    case A_VERSION:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: register 0x%" HWADDR_PRIx
                      " can only be read\n", __func__, offset);
        return;
    case TXDR ... RXDR - 1:
        if (fifo32_is_full(&s->tx)) {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: the FIFO is full\n", __func__);
            s->events |= R_RISR_TF_OVERFLOW_MASK;
        } else {
            fifo32_push(&s->tx, value & 0xffff);
        }
        break;
    default:
        if (offset / 4 >= NUM_REGS) {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: no register 0x%" HWADDR_PRIx
                          "\n", __func__, offset);
            return;
        }
        s->regs[offset / 4] = value;
        break;
    }
    rockchip_spi_run(s);
}

static const MemoryRegionOps rockchip_spi_ops = {
    .read = rockchip_spi_read,
    .write = rockchip_spi_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void rockchip_spi_reset_hold(Object *obj, ResetType type)
{
    RockchipSpiState *s = ROCKCHIP_SPI(obj);

    fifo32_reset(&s->tx);
    fifo32_reset(&s->rx);
    memset(s->regs, 0, sizeof(s->regs));
    s->events = 0;
    s->receive_left = 0;
    s->regs[R_CTRLR0] = 2;
    s->regs[R_VERSION] = VERSION_RK3588;
    qemu_irq_lower(s->irq);
}

static void rockchip_spi_init(Object *obj)
{
    RockchipSpiState *s = ROCKCHIP_SPI(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    s->bus = ssi_create_bus(DEVICE(obj), "spi");
    memory_region_init_io(&s->iomem, obj, &rockchip_spi_ops, s,
                          TYPE_ROCKCHIP_SPI, ROCKCHIP_SPI_SIZE);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
    qdev_init_gpio_out_named(DEVICE(obj), s->cs, "cs", NUM_CS);
    fifo32_create(&s->tx, FIFO_DEPTH);
    fifo32_create(&s->rx, FIFO_DEPTH);
}

static void rockchip_spi_finalize(Object *obj)
{
    RockchipSpiState *s = ROCKCHIP_SPI(obj);

    fifo32_destroy(&s->tx);
    fifo32_destroy(&s->rx);
}

static const VMStateDescription rockchip_spi_vmstate = {
    .name = TYPE_ROCKCHIP_SPI,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_FIFO32(tx, RockchipSpiState),
        VMSTATE_FIFO32(rx, RockchipSpiState),
        VMSTATE_UINT32_ARRAY(regs, RockchipSpiState, NUM_REGS),
        VMSTATE_UINT32(events, RockchipSpiState),
        VMSTATE_UINT32(receive_left, RockchipSpiState),
        VMSTATE_END_OF_LIST()
    },
};

static void rockchip_spi_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Rockchip SPI controller";
    dc->vmsd = &rockchip_spi_vmstate;
    rc->phases.hold = rockchip_spi_reset_hold;
}

static const TypeInfo rockchip_spi_types[] = {
    {
        .name               = TYPE_ROCKCHIP_SPI,
        .parent             = TYPE_SYS_BUS_DEVICE,
        .instance_size      = sizeof(RockchipSpiState),
        .instance_init      = rockchip_spi_init,
        .instance_finalize  = rockchip_spi_finalize,
        .class_init         = rockchip_spi_class_init,
    },
};

DEFINE_TYPES(rockchip_spi_types)
