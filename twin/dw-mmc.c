/*
 * Synopsys DesignWare mobile storage host, as in Rockchip's SoCs
 *
 * Source: offsets and bits as Linux' drivers/mmc/host/dw_mmc*.c uses them, with
 * the names of Synopsys' databook as they are known from there and from other
 * public drivers (the databook was not at hand). VERID and the widths in HCON
 * are what boot logs of RK3288 and RK3588 boards have, from memory.
 *
 * Modelled: one slot; commands with all response types, clock updates, stop
 * commands, auto stop, the FIFO with its watermarks, the internal DMA
 * controller with 32-bit and 64-bit descriptors (rings and chains), resets,
 * card detection, write protection, busy.
 *
 * Not modelled: time (a command is done when its register write is, data in
 * slices of at most SLICE_BYTES), so no data time-outs; bus errors between
 * host and card; SDIO interrupts, CE-ATA, boot mode, voltage switching (QEMU's
 * cards do not ask for it), tuning (every phase is good), external DMA.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/fifo8.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "hw/resettable.h"
#include "hw/sd/sd.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "system/dma.h"
#include "trace.h"

#define TYPE_DW_MMC         "dw-mmc"
#define TYPE_DW_MMC_BUS     "dw-mmc-bus"
OBJECT_DECLARE_SIMPLE_TYPE(DwMmcState, DW_MMC)

#define DW_MMC_SIZE         0x4000
#define DW_MMC_REGS         0x200       /* from here on, the FIFO's window */

REG32(CTRL, 0x000)
    FIELD(CTRL, CONTROLLER_RESET, 0, 1)
    FIELD(CTRL, FIFO_RESET, 1, 1)
    FIELD(CTRL, DMA_RESET, 2, 1)
    FIELD(CTRL, INT_ENABLE, 4, 1)
    FIELD(CTRL, DMA_ENABLE, 5, 1)
    FIELD(CTRL, USE_INTERNAL_DMAC, 25, 1)
REG32(PWREN, 0x004)
REG32(CLKDIV, 0x008)
REG32(CLKSRC, 0x00c)
REG32(CLKENA, 0x010)
    FIELD(CLKENA, CCLK_ENABLE, 0, 1)
REG32(TMOUT, 0x014)
REG32(CTYPE, 0x018)
REG32(BLKSIZ, 0x01c)
REG32(BYTCNT, 0x020)
REG32(INTMASK, 0x024)
REG32(CMDARG, 0x028)
REG32(CMD, 0x02c)
    FIELD(CMD, INDEX, 0, 6)
    FIELD(CMD, RESPONSE_EXPECT, 6, 1)
    FIELD(CMD, RESPONSE_LENGTH, 7, 1)
    FIELD(CMD, DATA_EXPECTED, 9, 1)
    FIELD(CMD, WRITE, 10, 1)
    FIELD(CMD, SEND_AUTO_STOP, 12, 1)
    FIELD(CMD, STOP_ABORT, 14, 1)
    FIELD(CMD, UPDATE_CLOCK, 21, 1)
    FIELD(CMD, START, 31, 1)
REG32(RESP0, 0x030)
REG32(RESP1, 0x034)
REG32(RESP3, 0x03c)
REG32(MINTSTS, 0x040)
REG32(RINTSTS, 0x044)
    FIELD(RINTSTS, CD, 0, 1)
    FIELD(RINTSTS, CMD_DONE, 2, 1)
    FIELD(RINTSTS, DTO, 3, 1)
    FIELD(RINTSTS, TXDR, 4, 1)
    FIELD(RINTSTS, RXDR, 5, 1)
    FIELD(RINTSTS, RTO, 8, 1)
    FIELD(RINTSTS, DRTO, 9, 1)
    FIELD(RINTSTS, FRUN, 11, 1)
    FIELD(RINTSTS, HLE, 12, 1)
    FIELD(RINTSTS, ACD, 14, 1)
    FIELD(RINTSTS, EBE, 15, 1)
REG32(STATUS, 0x048)
    FIELD(STATUS, RX_WATERMARK, 0, 1)
    FIELD(STATUS, TX_WATERMARK, 1, 1)
    FIELD(STATUS, FIFO_EMPTY, 2, 1)
    FIELD(STATUS, FIFO_FULL, 3, 1)
    FIELD(STATUS, DATA_3, 8, 1)
    FIELD(STATUS, DATA_BUSY, 9, 1)
    FIELD(STATUS, DATA_STATE_MC_BUSY, 10, 1)
    FIELD(STATUS, RESPONSE_INDEX, 11, 6)
    FIELD(STATUS, FIFO_COUNT, 17, 13)
REG32(FIFOTH, 0x04c)
    FIELD(FIFOTH, TX_WMARK, 0, 12)
    FIELD(FIFOTH, RX_WMARK, 16, 12)
    FIELD(FIFOTH, DMA_SIZE, 28, 3)
REG32(CDETECT, 0x050)
REG32(WRTPRT, 0x054)
REG32(GPIO, 0x058)
REG32(TCBCNT, 0x05c)
REG32(TBBCNT, 0x060)
REG32(DEBNCE, 0x064)
REG32(USRID, 0x068)
REG32(VERID, 0x06c)
REG32(HCON, 0x070)
    FIELD(HCON, CARD_TYPE, 0, 1)
    FIELD(HCON, H_DATA_WIDTH, 7, 3)
    FIELD(HCON, DMA_INTERFACE, 16, 2)
    FIELD(HCON, HOLD_REG, 22, 1)
    FIELD(HCON, ADDR_CONFIG, 27, 1)
REG32(UHS_REG, 0x074)
REG32(RST_N, 0x078)
REG32(BMOD, 0x080)
    FIELD(BMOD, SWR, 0, 1)
    FIELD(BMOD, DSL, 2, 5)
    FIELD(BMOD, DE, 7, 1)
REG32(PLDMND, 0x084)
REG32(DBADDR, 0x088)
REG32(IDSTS, 0x08c)
    FIELD(IDSTS, TI, 0, 1)
    FIELD(IDSTS, RI, 1, 1)
    FIELD(IDSTS, FBE, 2, 1)
    FIELD(IDSTS, DU, 4, 1)
    FIELD(IDSTS, NIS, 8, 1)
    FIELD(IDSTS, AIS, 9, 1)
REG32(IDINTEN, 0x090)
REG32(DSCADDR, 0x094)
REG32(BUFADDR, 0x098)
/* With 64-bit addresses DBADDR, DSCADDR and BUFADDR have a second half */
REG32(DBADDRU, 0x08c)
REG32(IDSTS64, 0x090)
REG32(IDINTEN64, 0x094)
REG32(DSCADDRL, 0x098)
REG32(BUFADDRL, 0x0a0)

#define IDSTS_WRITE_CLEAR \
    (R_IDSTS_TI_MASK | R_IDSTS_RI_MASK | R_IDSTS_FBE_MASK | R_IDSTS_DU_MASK | \
     R_IDSTS_NIS_MASK | R_IDSTS_AIS_MASK | BIT(5))

REG32(DES0, 0)
    FIELD(DES0, DIC, 1, 1)          /* no interrupt on completion */
    FIELD(DES0, LD, 2, 1)           /* last of a transfer */
    FIELD(DES0, CH, 4, 1)           /* address 2 is the next one's */
    FIELD(DES0, ER, 5, 1)           /* last of the ring */
    FIELD(DES0, OWN, 31, 1)         /* the controller's, not the CPU's */
#define DES_SIZE_BITS       13

/* "2.70a" as a four-digit number, below letters that say it is a real VERID */
#define VERID_270A          0x5342270a

#define CMD_STOP_TRANSMISSION   12

/* What is done at once, before the guest (and QEMU's other work) goes on */
#define SLICE_BYTES         (4 * MiB)
#define SLICE_DESCRIPTORS   4096

typedef struct DwMmcDescriptor {
    uint32_t control;
    uint32_t size[2];
    uint64_t address[2];
} DwMmcDescriptor;

struct DwMmcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    SDBus bus;
    qemu_irq irq;
    QEMUBH *bh;
    AddressSpace *dma;

    /* properties */
    uint32_t fifo_depth;            /* in words */
    uint8_t fifo_width;             /* bytes in a word */
    bool wide_addresses;

    Fifo8 fifo;
    uint32_t regs[DW_MMC_REGS / 4];
    uint32_t idsts;
    uint32_t idinten;
    uint64_t descriptor;            /* that comes next */
    bool clock_on;                  /* CLKENA as of the last clock update */
    bool data_active;
    bool data_write;
    bool dma_stalled;               /* until the next poll demand */
    uint32_t data_left;             /* between host and card, in bytes */
    uint32_t fifo_left;             /* between guest and FIFO, in bytes */
};

static void dw_mmc_update_irq(DwMmcState *s)
{
    uint32_t pending = s->regs[R_RINTSTS] & s->regs[R_INTMASK];
    uint32_t dma = s->idsts & s->idinten &
                   (R_IDSTS_NIS_MASK | R_IDSTS_AIS_MASK);
    bool enabled = FIELD_EX32(s->regs[R_CTRL], CTRL, INT_ENABLE);

    qemu_set_irq(s->irq, enabled && (pending || dma));
}

static uint32_t dw_mmc_fifo_words(DwMmcState *s)
{
    return DIV_ROUND_UP(fifo8_num_used(&s->fifo), s->fifo_width);
}

static bool dw_mmc_rx_watermark(DwMmcState *s)
{
    return dw_mmc_fifo_words(s) >
           FIELD_EX32(s->regs[R_FIFOTH], FIFOTH, RX_WMARK);
}

static bool dw_mmc_tx_watermark(DwMmcState *s)
{
    return dw_mmc_fifo_words(s) <=
           FIELD_EX32(s->regs[R_FIFOTH], FIFOTH, TX_WMARK);
}

static bool dw_mmc_uses_dma(DwMmcState *s)
{
    return FIELD_EX32(s->regs[R_CTRL], CTRL, USE_INTERNAL_DMAC) &&
           FIELD_EX32(s->regs[R_BMOD], BMOD, DE);
}

/* The FIFO's requests last for as long as their cause does */
static void dw_mmc_fifo_requests(DwMmcState *s)
{
    if (dw_mmc_uses_dma(s)) {
        return;
    }
    if (s->data_active && s->data_write) {
        if (s->fifo_left && dw_mmc_tx_watermark(s)) {
            s->regs[R_RINTSTS] |= R_RINTSTS_TXDR_MASK;
        }
    } else if (!s->data_write && dw_mmc_rx_watermark(s)) {
        s->regs[R_RINTSTS] |= R_RINTSTS_RXDR_MASK;
    }
}

static bool dw_mmc_send(DwMmcState *s, uint8_t index, uint32_t argument,
                        bool is_long, uint32_t *response)
{
    SDRequest request = { .cmd = index, .arg = argument };
    uint8_t buffer[16] = { };
    int length = sdbus_do_command(&s->bus, &request, buffer);

    trace_dw_mmc_command(index, argument, length);
    if (length == 16 && is_long) {
        for (int i = 0; i < 4; i++) {
            response[i] = ldl_be_p(buffer + 12 - 4 * i);
        }
    } else if (length > 0) {
        response[0] = ldl_be_p(buffer);
    }
    return length > 0;
}

static void dw_mmc_data_over(DwMmcState *s)
{
    s->data_active = false;
    s->regs[R_RINTSTS] |= R_RINTSTS_DTO_MASK;
    if (FIELD_EX32(s->regs[R_CMD], CMD, SEND_AUTO_STOP)) {
        /* Its response does not displace that of the data command */
        dw_mmc_send(s, CMD_STOP_TRANSMISSION, 0, false, &s->regs[R_RESP1]);
        s->regs[R_RINTSTS] |= R_RINTSTS_ACD_MASK;
    }
}

static void dw_mmc_stop_data(DwMmcState *s)
{
    s->data_active = false;
    s->dma_stalled = false;
    s->data_left = 0;
    s->fifo_left = 0;
    qemu_bh_cancel(s->bh);
}

/* Bytes between the card and the FIFO */
static void dw_mmc_run_fifo(DwMmcState *s)
{
    if (s->data_write) {
        while (s->data_left && !fifo8_is_empty(&s->fifo)) {
            uint8_t data[256];
            uint32_t length = MIN(fifo8_num_used(&s->fifo), sizeof(data));

            length = fifo8_pop_buf(&s->fifo, data, MIN(length, s->data_left));
            sdbus_write_data(&s->bus, data, length);
            s->data_left -= length;
        }
        if (!s->data_left) {
            /* What fills up the last word is not for the card */
            fifo8_reset(&s->fifo);
        }
    } else {
        while (s->data_left && !fifo8_is_full(&s->fifo)) {
            uint8_t data[256];
            uint32_t length = MIN(MIN(s->data_left, sizeof(data)),
                                  fifo8_num_free(&s->fifo));

            sdbus_read_data(&s->bus, data, length);
            fifo8_push_all(&s->fifo, data, length);
            s->data_left -= length;
        }
    }
    if (!s->data_left) {
        dw_mmc_data_over(s);
    }
}

static void dw_mmc_dma_event(DwMmcState *s, uint32_t event)
{
    const uint32_t normal = R_IDSTS_TI_MASK | R_IDSTS_RI_MASK;

    s->idsts |= event;
    /* The summaries are of what is enabled */
    if (event & s->idinten & normal) {
        s->idsts |= R_IDSTS_NIS_MASK;
    }
    if (event & s->idinten & ~normal) {
        s->idsts |= R_IDSTS_AIS_MASK;
    }
    trace_dw_mmc_dma_event(event, s->idsts);
}

static bool dw_mmc_read_descriptor(DwMmcState *s, DwMmcDescriptor *d)
{
    uint32_t word[8] = { };
    size_t size = s->wide_addresses ? 32 : 16;
    const uint32_t mask = MAKE_64BIT_MASK(0, DES_SIZE_BITS);
    uint32_t sizes;

    if (dma_memory_read(s->dma, s->descriptor, word, size,
                        MEMTXATTRS_UNSPECIFIED) != MEMTX_OK) {
        return false;
    }
    for (int i = 0; i < ARRAY_SIZE(word); i++) {
        word[i] = le32_to_cpu(word[i]);
    }
    d->control = word[0];
    if (s->wide_addresses) {
        sizes = word[2];
        d->address[0] = deposit64(word[4], 32, 32, word[5]);
        d->address[1] = deposit64(word[6], 32, 32, word[7]);
    } else {
        sizes = word[1];
        d->address[0] = word[2];
        d->address[1] = word[3];
    }
    d->size[0] = sizes & mask;
    d->size[1] = FIELD_EX32(d->control, DES0, CH) ? 0 :
                 (sizes >> DES_SIZE_BITS) & mask;
    return true;
}

static uint64_t dw_mmc_descriptor_base(DwMmcState *s)
{
    return s->wide_addresses ?
           deposit64(s->regs[R_DBADDR], 32, 32, s->regs[R_DBADDRU]) :
           s->regs[R_DBADDR];
}

/* Bytes between the card and one of a descriptor's two buffers */
static bool dw_mmc_dma_buffer(DwMmcState *s, uint64_t address, uint32_t size)
{
    uint8_t data[BIT(DES_SIZE_BITS)];
    uint32_t length = MIN(size, s->data_left);
    MemTxResult result;

    if (!length) {
        return true;
    }
    if (s->data_write) {
        result = dma_memory_read(s->dma, address, data, length,
                                 MEMTXATTRS_UNSPECIFIED);
        if (result == MEMTX_OK) {
            sdbus_write_data(&s->bus, data, length);
        }
    } else {
        sdbus_read_data(&s->bus, data, length);
        result = dma_memory_write(s->dma, address, data, length,
                                  MEMTXATTRS_UNSPECIFIED);
    }
    s->data_left -= length;
    s->regs[R_TBBCNT] += length;
    return result == MEMTX_OK;
}

static void dw_mmc_dma_stall(DwMmcState *s, uint32_t why)
{
    s->dma_stalled = true;
    if (why) {
        dw_mmc_dma_event(s, why);
    }
}

/* One descriptor; false if there is nothing more to do for now */
static bool dw_mmc_run_descriptor(DwMmcState *s)
{
    uint64_t here = s->descriptor;
    DwMmcDescriptor d;
    uint32_t control;
    bool good;

    if (!dw_mmc_read_descriptor(s, &d)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no memory at descriptor 0x%"
                      PRIx64 "\n", __func__, here);
        dw_mmc_dma_stall(s, R_IDSTS_FBE_MASK);
        return false;
    }
    trace_dw_mmc_descriptor(here, d.control, d.size[0], d.address[0],
                            s->data_left);
    if (!FIELD_EX32(d.control, DES0, OWN)) {
        dw_mmc_dma_stall(s, R_IDSTS_DU_MASK);
        return false;
    }
    good = dw_mmc_dma_buffer(s, d.address[0], d.size[0]) &&
           dw_mmc_dma_buffer(s, d.address[1], d.size[1]);
    control = cpu_to_le32(FIELD_DP32(d.control, DES0, OWN, 0));
    if (!good || dma_memory_write(s->dma, here, &control, sizeof(control),
                                  MEMTXATTRS_UNSPECIFIED) != MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: bus error with descriptor 0x%"
                      PRIx64 "\n", __func__, here);
        dw_mmc_dma_stall(s, R_IDSTS_FBE_MASK);
        return false;
    }
    if (FIELD_EX32(d.control, DES0, ER)) {
        s->descriptor = dw_mmc_descriptor_base(s);
    } else if (FIELD_EX32(d.control, DES0, CH)) {
        s->descriptor = d.address[1];
    } else {
        s->descriptor += s->wide_addresses ? 32 : 16;
        s->descriptor += 4 * FIELD_EX32(s->regs[R_BMOD], BMOD, DSL);
    }
    if (!FIELD_EX32(d.control, DES0, DIC)) {
        dw_mmc_dma_event(s, s->data_write ? R_IDSTS_TI_MASK : R_IDSTS_RI_MASK);
    }
    if (!s->data_left) {
        dw_mmc_data_over(s);
        return false;
    }
    if (FIELD_EX32(d.control, DES0, LD)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: 0x%x bytes are left after the last"
                      " descriptor\n", __func__, s->data_left);
        dw_mmc_dma_stall(s, 0);
        return false;
    }
    return true;
}

/* All that can be done now, or a slice of it */
static void dw_mmc_run(DwMmcState *s)
{
    uint32_t left = s->data_left;

    if (s->data_active && dw_mmc_uses_dma(s)) {
        for (int i = 0; !s->dma_stalled && dw_mmc_run_descriptor(s); i++) {
            if (i == SLICE_DESCRIPTORS || left - s->data_left >= SLICE_BYTES) {
                qemu_bh_schedule(s->bh);
                break;
            }
        }
    } else if (s->data_active) {
        dw_mmc_run_fifo(s);
    }
    s->regs[R_TCBCNT] += left - s->data_left;
    dw_mmc_fifo_requests(s);
    dw_mmc_update_irq(s);
}

static void dw_mmc_bh(void *opaque)
{
    dw_mmc_run(opaque);
}

static void dw_mmc_start_data(DwMmcState *s)
{
    s->data_write = FIELD_EX32(s->regs[R_CMD], CMD, WRITE);
    s->regs[R_TCBCNT] = 0;
    s->regs[R_TBBCNT] = 0;
    if (s->data_write ? !sdbus_receive_ready(&s->bus)
                      : !sdbus_data_ready(&s->bus)) {
        /* The card refused: no data come, or nothing acknowledges them */
        s->regs[R_RINTSTS] |= R_RINTSTS_DTO_MASK |
            (s->data_write ? R_RINTSTS_EBE_MASK : R_RINTSTS_DRTO_MASK);
        return;
    }
    s->data_active = true;
    s->data_left = s->regs[R_BYTCNT];
    s->fifo_left = s->data_left;
    if (s->data_write) {
        /* The guest may have filled the FIFO before */
        s->fifo_left -= MIN(s->fifo_left, fifo8_num_used(&s->fifo));
    }
}

static void dw_mmc_command(DwMmcState *s)
{
    uint32_t cmd = s->regs[R_CMD];
    uint8_t index = FIELD_EX32(cmd, CMD, INDEX);
    bool answered;

    if (FIELD_EX32(cmd, CMD, UPDATE_CLOCK)) {
        /* Takes the clock's registers over; nothing goes to the card */
        s->clock_on = FIELD_EX32(s->regs[R_CLKENA], CLKENA, CCLK_ENABLE);
        return;
    }
    if (FIELD_EX32(cmd, CMD, STOP_ABORT)) {
        dw_mmc_stop_data(s);
    } else if (s->data_active && FIELD_EX32(cmd, CMD, DATA_EXPECTED)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: CMD%d with data while data are on "
                      "their way\n", __func__, index);
        s->regs[R_RINTSTS] |= R_RINTSTS_HLE_MASK;
        return;
    }
    if (!s->clock_on) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: CMD%d without a clock\n", __func__,
                      index);
        answered = false;
    } else {
        answered = dw_mmc_send(s, index, s->regs[R_CMDARG],
                               FIELD_EX32(cmd, CMD, RESPONSE_LENGTH),
                               &s->regs[R_RESP0]);
    }
    s->regs[R_RINTSTS] |= R_RINTSTS_CMD_DONE_MASK;
    if (!answered && FIELD_EX32(cmd, CMD, RESPONSE_EXPECT)) {
        s->regs[R_RINTSTS] |= R_RINTSTS_RTO_MASK;
        return;
    }
    if (FIELD_EX32(cmd, CMD, DATA_EXPECTED)) {
        dw_mmc_start_data(s);
    }
}

static uint32_t dw_mmc_fifo_read(DwMmcState *s, unsigned size)
{
    uint32_t value = 0;

    if (fifo8_is_empty(&s->fifo)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: the FIFO is empty\n", __func__);
        s->regs[R_RINTSTS] |= R_RINTSTS_FRUN_MASK;
        dw_mmc_update_irq(s);
        return 0;
    }
    for (int i = 0; i < size && !fifo8_is_empty(&s->fifo); i++) {
        value |= (uint32_t)fifo8_pop(&s->fifo) << (8 * i);
        s->regs[R_TBBCNT]++;
    }
    dw_mmc_run(s);
    return value;
}

static void dw_mmc_fifo_write(DwMmcState *s, uint32_t value, unsigned size)
{
    if (fifo8_num_free(&s->fifo) < size) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: the FIFO is full\n", __func__);
        s->regs[R_RINTSTS] |= R_RINTSTS_FRUN_MASK;
        dw_mmc_update_irq(s);
        return;
    }
    for (int i = 0; i < size; i++) {
        fifo8_push(&s->fifo, value >> (8 * i));
    }
    s->fifo_left -= MIN(s->fifo_left, size);
    s->regs[R_TBBCNT] += size;
    dw_mmc_run(s);
}

static uint32_t dw_mmc_status(DwMmcState *s)
{
    uint32_t status = 0;
    uint8_t dat = sdbus_get_dat_lines(&s->bus);

    status = FIELD_DP32(status, STATUS, RX_WATERMARK, dw_mmc_rx_watermark(s));
    status = FIELD_DP32(status, STATUS, TX_WATERMARK, dw_mmc_tx_watermark(s));
    status = FIELD_DP32(status, STATUS, FIFO_EMPTY, fifo8_is_empty(&s->fifo));
    status = FIELD_DP32(status, STATUS, FIFO_FULL, fifo8_is_full(&s->fifo));
    status = FIELD_DP32(status, STATUS, DATA_3, extract32(dat, 3, 1));
    status = FIELD_DP32(status, STATUS, DATA_BUSY, !extract32(dat, 0, 1));
    status = FIELD_DP32(status, STATUS, DATA_STATE_MC_BUSY, s->data_active);
    status = FIELD_DP32(status, STATUS, RESPONSE_INDEX,
                        FIELD_EX32(s->regs[R_CMD], CMD, INDEX));
    return FIELD_DP32(status, STATUS, FIFO_COUNT, dw_mmc_fifo_words(s));
}

/* Register numbers of what changes its place with 64-bit addresses */
static unsigned dw_mmc_idsts(DwMmcState *s)
{
    return s->wide_addresses ? R_IDSTS64 : R_IDSTS;
}

static unsigned dw_mmc_idinten(DwMmcState *s)
{
    return s->wide_addresses ? R_IDINTEN64 : R_IDINTEN;
}

static uint64_t dw_mmc_read(void *opaque, hwaddr offset, unsigned size)
{
    DwMmcState *s = opaque;
    unsigned reg = offset / 4;
    uint32_t value;

    if (offset >= DW_MMC_REGS) {
        value = dw_mmc_fifo_read(s, size);
    } else if (reg == R_MINTSTS) {
        value = s->regs[R_RINTSTS] & s->regs[R_INTMASK];
    } else if (reg == R_STATUS) {
        value = dw_mmc_status(s);
    } else if (reg == R_CDETECT) {
        value = !sdbus_get_inserted(&s->bus);
    } else if (reg == R_WRTPRT) {
        value = sdbus_get_inserted(&s->bus) && sdbus_get_readonly(&s->bus);
    } else if (reg == dw_mmc_idsts(s)) {
        value = s->idsts;
    } else if (reg == dw_mmc_idinten(s)) {
        value = s->idinten;
    } else if (reg == (s->wide_addresses ? R_DSCADDRL : R_DSCADDR)) {
        value = s->descriptor;
    } else if (s->wide_addresses && reg == R_DSCADDRL + 1) {
        value = s->descriptor >> 32;
    } else {
        value = s->regs[reg];
    }
    trace_dw_mmc_read(offset, value);
    return value;
}

static void dw_mmc_write_ctrl(DwMmcState *s, uint32_t value)
{
    if (FIELD_EX32(value, CTRL, CONTROLLER_RESET)) {
        dw_mmc_stop_data(s);
    }
    if (FIELD_EX32(value, CTRL, FIFO_RESET)) {
        fifo8_reset(&s->fifo);
    }
    if (FIELD_EX32(value, CTRL, DMA_RESET)) {
        s->dma_stalled = false;
        s->descriptor = dw_mmc_descriptor_base(s);
    }
    /* The reset bits clear themselves when it is done */
    s->regs[R_CTRL] = value & ~(R_CTRL_CONTROLLER_RESET_MASK |
                                R_CTRL_FIFO_RESET_MASK |
                                R_CTRL_DMA_RESET_MASK);
}

static void dw_mmc_write(void *opaque, hwaddr offset, uint64_t data,
                         unsigned size)
{
    DwMmcState *s = opaque;
    unsigned reg = offset / 4;
    uint32_t value = data;

    trace_dw_mmc_write(offset, value);
    if (offset >= DW_MMC_REGS) {
        dw_mmc_fifo_write(s, value, size);
        return;
    }
    if (reg == dw_mmc_idsts(s)) {
        s->idsts &= ~(value & IDSTS_WRITE_CLEAR);
        dw_mmc_update_irq(s);
        return;
    }
    if (reg == dw_mmc_idinten(s)) {
        s->idinten = value;
        dw_mmc_update_irq(s);
        return;
    }
    switch (reg) {
    case R_CTRL:
        dw_mmc_write_ctrl(s, value);
        break;
    case R_RINTSTS:
        s->regs[reg] &= ~value;
        break;
    case R_CMD:
        s->regs[reg] = value;
        if (FIELD_EX32(value, CMD, START)) {
            s->regs[reg] = FIELD_DP32(value, CMD, START, 0);
            dw_mmc_command(s);
        }
        break;
    case R_BMOD:
        if (FIELD_EX32(value, BMOD, SWR)) {
            s->dma_stalled = false;
            s->descriptor = dw_mmc_descriptor_base(s);
        }
        s->regs[reg] = value & ~R_BMOD_SWR_MASK;
        break;
    case R_PLDMND:
        s->dma_stalled = false;
        break;
    case R_DBADDR:
        s->regs[reg] = value & ~3;
        s->descriptor = dw_mmc_descriptor_base(s);
        break;
    case R_RESP0 ... R_RESP3:
    case R_MINTSTS:
    case R_STATUS:
    case R_CDETECT:
    case R_WRTPRT:
    case R_TCBCNT:
    case R_TBBCNT:
    case R_VERID:
    case R_HCON:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: register 0x%" HWADDR_PRIx
                      " can only be read\n", __func__, offset);
        return;
    default:
        s->regs[reg] = value;
        if (s->wide_addresses && reg == R_DBADDRU) {
            s->descriptor = dw_mmc_descriptor_base(s);
        }
        break;
    }
    dw_mmc_run(s);
}

static const MemoryRegionOps dw_mmc_ops = {
    .read = dw_mmc_read,
    .write = dw_mmc_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void dw_mmc_set_inserted(DeviceState *dev, bool inserted)
{
    DwMmcState *s = DW_MMC(dev);

    trace_dw_mmc_inserted(inserted);
    s->regs[R_RINTSTS] |= R_RINTSTS_CD_MASK;
    dw_mmc_update_irq(s);
}

static void dw_mmc_reset_hold(Object *obj, ResetType type)
{
    DwMmcState *s = DW_MMC(obj);

    dw_mmc_stop_data(s);
    fifo8_reset(&s->fifo);
    memset(s->regs, 0, sizeof(s->regs));
    s->idsts = 0;
    s->idinten = 0;
    s->descriptor = 0;
    s->clock_on = false;
    s->data_write = false;
    s->regs[R_TMOUT] = 0xffffff40;
    s->regs[R_BLKSIZ] = 512;
    s->regs[R_BYTCNT] = 512;
    s->regs[R_FIFOTH] = FIELD_DP32(0, FIFOTH, RX_WMARK, s->fifo_depth - 1);
    s->regs[R_DEBNCE] = 0xffffff;
    s->regs[R_VERID] = VERID_270A;
    s->regs[R_HCON] = R_HCON_CARD_TYPE_MASK | R_HCON_HOLD_REG_MASK |
                      FIELD_DP32(0, HCON, H_DATA_WIDTH,
                                 s->fifo_width == 8 ? 2 : 1) |
                      FIELD_DP32(0, HCON, ADDR_CONFIG, s->wide_addresses);
    s->regs[R_RST_N] = 1;
    qemu_irq_lower(s->irq);
}

static void dw_mmc_init(Object *obj)
{
    DwMmcState *s = DW_MMC(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    qbus_init(&s->bus, sizeof(s->bus), TYPE_DW_MMC_BUS, DEVICE(obj), "sd-bus");
    memory_region_init_io(&s->iomem, obj, &dw_mmc_ops, s, TYPE_DW_MMC,
                          DW_MMC_SIZE);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
}

static void dw_mmc_realize(DeviceState *dev, Error **errp)
{
    DwMmcState *s = DW_MMC(dev);

    if (s->fifo_width != 4 && s->fifo_width != 8) {
        error_setg(errp, "fifo-width is 4 or 8, not %u", s->fifo_width);
        return;
    }
    if (s->fifo_depth < 2 || s->fifo_depth > R_FIFOTH_TX_WMARK_MASK + 1) {
        error_setg(errp, "fifo-depth is from 2 to 4096, not %u",
                   s->fifo_depth);
        return;
    }
    fifo8_create(&s->fifo, s->fifo_depth * s->fifo_width);
    s->bh = qemu_bh_new_guarded(dw_mmc_bh, s, &dev->mem_reentrancy_guard);
    s->dma = &address_space_memory;
}

static void dw_mmc_unrealize(DeviceState *dev)
{
    DwMmcState *s = DW_MMC(dev);

    qemu_bh_delete(s->bh);
    fifo8_destroy(&s->fifo);
}

static int dw_mmc_post_load(void *opaque, int version_id)
{
    DwMmcState *s = opaque;

    /* A slice that was to come; where none was, nothing is done */
    if (s->data_active) {
        qemu_bh_schedule(s->bh);
    }
    return 0;
}

static const VMStateDescription dw_mmc_vmstate = {
    .name = TYPE_DW_MMC,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = dw_mmc_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_FIFO8(fifo, DwMmcState),
        VMSTATE_UINT32_ARRAY(regs, DwMmcState, DW_MMC_REGS / 4),
        VMSTATE_UINT32(idsts, DwMmcState),
        VMSTATE_UINT32(idinten, DwMmcState),
        VMSTATE_UINT64(descriptor, DwMmcState),
        VMSTATE_BOOL(clock_on, DwMmcState),
        VMSTATE_BOOL(data_active, DwMmcState),
        VMSTATE_BOOL(data_write, DwMmcState),
        VMSTATE_BOOL(dma_stalled, DwMmcState),
        VMSTATE_UINT32(data_left, DwMmcState),
        VMSTATE_UINT32(fifo_left, DwMmcState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property dw_mmc_properties[] = {
    DEFINE_PROP_UINT32("fifo-depth", DwMmcState, fifo_depth, 256),
    DEFINE_PROP_UINT8("fifo-width", DwMmcState, fifo_width, 4),
    DEFINE_PROP_BOOL("64bit-addresses", DwMmcState, wide_addresses, false),
};

static void dw_mmc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "DesignWare mobile storage host";
    dc->realize = dw_mmc_realize;
    dc->unrealize = dw_mmc_unrealize;
    dc->vmsd = &dw_mmc_vmstate;
    rc->phases.hold = dw_mmc_reset_hold;
    device_class_set_props(dc, dw_mmc_properties);
}

static void dw_mmc_bus_class_init(ObjectClass *klass, void *data)
{
    SDBusClass *sbc = SD_BUS_CLASS(klass);

    sbc->set_inserted = dw_mmc_set_inserted;
}

static const TypeInfo dw_mmc_types[] = {
    {
        .name           = TYPE_DW_MMC,
        .parent         = TYPE_SYS_BUS_DEVICE,
        .instance_size  = sizeof(DwMmcState),
        .instance_init  = dw_mmc_init,
        .class_init     = dw_mmc_class_init,
    },
    {
        .name           = TYPE_DW_MMC_BUS,
        .parent         = TYPE_SD_BUS,
        .instance_size  = sizeof(SDBus),
        .class_init     = dw_mmc_bus_class_init,
    },
};

DEFINE_TYPES(dw_mmc_types)
