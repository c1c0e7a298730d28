/*
 * MediaTek MSDC: the SD card and eMMC host of MT7986 and its relatives
 *
 * Source: offsets, bits and descriptors as used by Linux (mtk-sd.c in
 * drivers/mmc/host) and by U-Boot (mtk-sd.c in drivers/mmc: the FIFO); no data
 * sheet was at hand.
 *
 * Modelled: commands and responses, transfers through the FIFO by the CPU, by
 * basic DMA and by descriptors (chained GPDs and BDs, checksums, 36-bit
 * addresses), automatic CMD12 and CMD23, card detection, the interrupt.
 *
 * Not modelled: time (a command or transfer is over when the write that started
 * it returns), clocks (always stable), CRC errors and with them the delays that
 * tuning looks for (plain storage: every setting works), SDIO interrupts,
 * padding and commands in descriptors, the command queue at 0x800.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "hw/sd/sd.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "system/dma.h"
#include "trace.h"

#define TYPE_MTK_SD "mtk-sd"
OBJECT_DECLARE_SIMPLE_TYPE(MtkSdState, MTK_SD)

#define TYPE_MTK_SD_BUS "mtk-sd-bus"

#define MTK_SD_REGION   0x1000
#define MTK_SD_FIFO     128

/* What a guest can have done in one go; Linux asks for 512 KiB at most */
#define MTK_SD_MAX_DATA (64 * 1024 * 1024)
#define MTK_SD_MAX_GPDS 64
#define MTK_SD_MAX_BDS  65536

REG32(MSDC_CFG, 0x00)
    FIELD(MSDC_CFG, RST, 2, 1)
    FIELD(MSDC_CFG, CKSTB, 7, 1)
REG32(MSDC_PS, 0x08)
    FIELD(MSDC_PS, CDEN, 0, 1)
    FIELD(MSDC_PS, CDSTS, 1, 1)
    FIELD(MSDC_PS, DAT, 16, 8)
    FIELD(MSDC_PS, CMD, 24, 1)
    FIELD(MSDC_PS, WP, 31, 1)
REG32(MSDC_INT, 0x0c)
    FIELD(MSDC_INT, CDSC, 1, 1)
    FIELD(MSDC_INT, ACMDRDY, 3, 1)
    FIELD(MSDC_INT, ACMDTMO, 4, 1)
    FIELD(MSDC_INT, DMAQ_EMPTY, 6, 1)
    FIELD(MSDC_INT, CMDRDY, 8, 1)
    FIELD(MSDC_INT, CMDTMO, 9, 1)
    FIELD(MSDC_INT, XFER_COMPL, 12, 1)
    FIELD(MSDC_INT, DXFER_DONE, 13, 1)
    FIELD(MSDC_INT, DATTMO, 14, 1)
    FIELD(MSDC_INT, DMA_BDCSERR, 17, 1)
    FIELD(MSDC_INT, DMA_GPDCSERR, 18, 1)
    FIELD(MSDC_INT, DMA_PROTECT, 19, 1)
REG32(MSDC_INTEN, 0x10)
REG32(MSDC_FIFOCS, 0x14)
    FIELD(MSDC_FIFOCS, RXCNT, 0, 8)
REG32(MSDC_TXDATA, 0x18)
REG32(MSDC_RXDATA, 0x1c)
REG32(SDC_CMD, 0x34)
    FIELD(SDC_CMD, OPCODE, 0, 6)
    FIELD(SDC_CMD, RSPTYP, 7, 3)
    FIELD(SDC_CMD, DTYPE, 11, 2)
    FIELD(SDC_CMD, WR, 13, 1)
    FIELD(SDC_CMD, BLKLEN, 16, 12)
    FIELD(SDC_CMD, AUTOCMD, 28, 2)
REG32(SDC_ARG, 0x38)
REG32(SDC_STS, 0x3c)
    FIELD(SDC_STS, SDCBUSY, 0, 1)
REG32(SDC_RESP0, 0x40)
REG32(SDC_RESP3, 0x4c)
REG32(SDC_BLK_NUM, 0x50)
REG32(SDC_ACMD_RESP, 0x80)
REG32(DMA_SA_H4BIT, 0x8c)
    FIELD(DMA_SA_H4BIT, HIGH, 0, 4)
REG32(MSDC_DMA_SA, 0x90)
REG32(MSDC_DMA_CTRL, 0x98)
    FIELD(MSDC_DMA_CTRL, START, 0, 1)
    FIELD(MSDC_DMA_CTRL, STOP, 1, 1)
    FIELD(MSDC_DMA_CTRL, RESUME, 2, 1)
    FIELD(MSDC_DMA_CTRL, MODE, 8, 1)
REG32(MSDC_DMA_CFG, 0x9c)
    FIELD(MSDC_DMA_CFG, STS, 0, 1)
    FIELD(MSDC_DMA_CFG, DECSEN, 1, 1)
REG32(MSDC_DMA_LENGTH, 0xa8)

enum { RSPTYP_NONE = 0, RSPTYP_R2 = 2 };
enum { DTYPE_NONE, DTYPE_SINGLE };
enum { AUTOCMD_12 = 1, AUTOCMD_23 = 2 };

/* A descriptor, GPD or BD: four words, with the fields at the same places */
typedef struct MtkSdDescriptor {
    uint32_t info;
    uint32_t next;
    uint32_t ptr;
    uint32_t len;
} MtkSdDescriptor;

#define GPD_HWO             BIT(0)      /* owned by the hardware */
#define GPD_BDP             BIT(1)      /* ptr is that of a BD, not of data */
#define BD_EOL              BIT(0)      /* the last of the list */
#define BD_PADDING          (BIT(17) | BIT(18))
#define DESC_NEXT_H4(info)  extract32(info, 24, 4)
#define DESC_PTR_H4(info)   extract32(info, 28, 4)
#define GPD_BUFLEN(len)     extract32(len, 0, 16)
#define GPD_EXTLEN(len)     extract32(len, 16, 8)
#define BD_BUFLEN(len)      extract32(len, 0, 24)

struct MtkSdState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    MemoryRegion top_iomem;
    SDBus bus;
    qemu_irq irq;

    uint32_t regs[MTK_SD_REGION / 4];
    uint32_t top[MTK_SD_REGION / 4];    /* delays of the pads */
    uint32_t data_left;                 /* of the transfer, in bytes */
    bool dma_active;                    /* started, may wait for a command */
};

static void mtk_sd_update_irq(MtkSdState *s)
{
    qemu_set_irq(s->irq, !!(s->regs[R_MSDC_INT] & s->regs[R_MSDC_INTEN]));
}

static void mtk_sd_event(MtkSdState *s, uint32_t bits)
{
    s->regs[R_MSDC_INT] |= bits;
    mtk_sd_update_irq(s);
}

static bool mtk_sd_is_write(MtkSdState *s)
{
    return FIELD_EX32(s->regs[R_SDC_CMD], SDC_CMD, WR);
}

/* Length of the card's answer in @response; 0 if there was none */
static int mtk_sd_send(MtkSdState *s, uint8_t cmd, uint32_t arg,
                       uint8_t *response)
{
    SDRequest request = { .cmd = cmd, .arg = arg };
    int len = sdbus_do_command(&s->bus, &request, response);

    trace_mtk_sd_command(cmd, arg, len, len >= 4 ? ldl_be_p(response) : 0);
    return len;
}

static void mtk_sd_send_auto(MtkSdState *s, uint8_t cmd, uint32_t arg)
{
    uint8_t response[16] = { };

    if (mtk_sd_send(s, cmd, arg, response) >= 4) {
        s->regs[R_SDC_ACMD_RESP] = ldl_be_p(response);
        mtk_sd_event(s, R_MSDC_INT_ACMDRDY_MASK);
    } else {
        mtk_sd_event(s, R_MSDC_INT_ACMDTMO_MASK);
    }
}

/* The card has given or taken @len bytes */
static void mtk_sd_moved(MtkSdState *s, uint32_t len)
{
    s->data_left -= len;
    if (s->data_left) {
        return;
    }
    if (FIELD_EX32(s->regs[R_SDC_CMD], SDC_CMD, AUTOCMD) == AUTOCMD_12) {
        mtk_sd_send_auto(s, 12, 0);
    }
    mtk_sd_event(s, R_MSDC_INT_XFER_COMPL_MASK);
}

/* A card that refused the transfer never clocks data: the host waits in vain */
static bool mtk_sd_card_ready(MtkSdState *s)
{
    if (mtk_sd_is_write(s) ? sdbus_receive_ready(&s->bus)
                           : sdbus_data_ready(&s->bus)) {
        return true;
    }
    s->data_left = 0;
    s->dma_active = false;
    mtk_sd_event(s, R_MSDC_INT_DATTMO_MASK);
    return false;
}

/* Move what is left of the transfer, at most @len bytes; false ends the DMA */
static bool mtk_sd_dma_buffer(MtkSdState *s, hwaddr addr, uint32_t len)
{
    uint8_t buf[4096];

    trace_mtk_sd_dma(addr, len, s->data_left);
    while (len && s->data_left) {
        uint32_t n = MIN(MIN(len, s->data_left), sizeof(buf));
        MemTxResult result;

        if (!mtk_sd_card_ready(s)) {
            return false;
        }
        if (mtk_sd_is_write(s)) {
            result = dma_memory_read(&address_space_memory, addr, buf, n,
                                     MEMTXATTRS_UNSPECIFIED);
            if (result == MEMTX_OK) {
                sdbus_write_data(&s->bus, buf, n);
            }
        } else {
            sdbus_read_data(&s->bus, buf, n);
            result = dma_memory_write(&address_space_memory, addr, buf, n,
                                      MEMTXATTRS_UNSPECIFIED);
        }
        if (result != MEMTX_OK) {
            qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: no memory at 0x%"
                          HWADDR_PRIx "\n", addr);
            mtk_sd_event(s, R_MSDC_INT_DMA_PROTECT_MASK);
            return false;
        }
        mtk_sd_moved(s, n);
        addr += n;
        len -= n;
    }
    return true;
}

static bool mtk_sd_fetch(MtkSdState *s, hwaddr addr, MtkSdDescriptor *d,
                         uint32_t checksum_error)
{
    uint8_t raw[sizeof(*d)];
    uint8_t sum = 0;

    if (dma_memory_read(&address_space_memory, addr, raw, sizeof(raw),
                        MEMTXATTRS_UNSPECIFIED) != MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: no descriptor at 0x%"
                      HWADDR_PRIx "\n", addr);
        mtk_sd_event(s, R_MSDC_INT_DMA_PROTECT_MASK);
        return false;
    }
    d->info = ldl_le_p(raw);
    d->next = ldl_le_p(raw + 4);
    d->ptr = ldl_le_p(raw + 8);
    d->len = ldl_le_p(raw + 12);
    /* The checksum is in the second byte, and makes the sum of all 0xff */
    for (int i = 0; i < sizeof(raw); i++) {
        sum += raw[i];
    }
    if (FIELD_EX32(s->regs[R_MSDC_DMA_CFG], MSDC_DMA_CFG, DECSEN) &&
        sum != 0xff) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: descriptor at 0x%"
                      HWADDR_PRIx ": wrong checksum\n", addr);
        mtk_sd_event(s, checksum_error);
        return false;
    }
    return true;
}

static bool mtk_sd_dma_list(MtkSdState *s, hwaddr addr)
{
    for (int i = 0; i < MTK_SD_MAX_BDS; i++) {
        MtkSdDescriptor bd;

        if (!mtk_sd_fetch(s, addr, &bd, R_MSDC_INT_DMA_BDCSERR_MASK)) {
            return false;
        }
        if (bd.info & BD_PADDING) {
            qemu_log_mask(LOG_UNIMP, "mtk-sd: padding of a descriptor\n");
        }
        if (!mtk_sd_dma_buffer(s, (hwaddr)DESC_PTR_H4(bd.info) << 32 | bd.ptr,
                               BD_BUFLEN(bd.len))) {
            return false;
        }
        if (bd.info & BD_EOL) {
            return true;
        }
        addr = (hwaddr)DESC_NEXT_H4(bd.info) << 32 | bd.next;
    }
    qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: list of descriptors has no end\n");
    mtk_sd_event(s, R_MSDC_INT_DMA_PROTECT_MASK);
    return false;
}

static void mtk_sd_dma_chain(MtkSdState *s, hwaddr addr)
{
    for (int i = 0; i < MTK_SD_MAX_GPDS && s->data_left; i++) {
        MtkSdDescriptor gpd;
        hwaddr ptr;
        uint32_t info;

        if (!mtk_sd_fetch(s, addr, &gpd, R_MSDC_INT_DMA_GPDCSERR_MASK)) {
            return;
        }
        if (!(gpd.info & GPD_HWO)) {
            mtk_sd_event(s, R_MSDC_INT_DMAQ_EMPTY_MASK);
            return;
        }
        if (GPD_EXTLEN(gpd.len)) {
            qemu_log_mask(LOG_UNIMP, "mtk-sd: command in a descriptor\n");
        }
        ptr = (hwaddr)DESC_PTR_H4(gpd.info) << 32 | gpd.ptr;
        if (!(gpd.info & GPD_BDP ? mtk_sd_dma_list(s, ptr)
                                 : mtk_sd_dma_buffer(s, ptr,
                                                     GPD_BUFLEN(gpd.len)))) {
            return;
        }
        /* Done: the descriptor is the guest's again */
        info = cpu_to_le32(gpd.info & ~GPD_HWO);
        dma_memory_write(&address_space_memory, addr, &info, sizeof(info),
                         MEMTXATTRS_UNSPECIFIED);
        addr = (hwaddr)DESC_NEXT_H4(gpd.info) << 32 | gpd.next;
    }
}

/* Takes a command with data and a start of the DMA, in either order */
static void mtk_sd_dma_run(MtkSdState *s)
{
    hwaddr addr = (hwaddr)FIELD_EX32(s->regs[R_DMA_SA_H4BIT], DMA_SA_H4BIT,
                                     HIGH) << 32 | s->regs[R_MSDC_DMA_SA];

    if (!s->dma_active || !s->data_left) {
        return;
    }
    if (FIELD_EX32(s->regs[R_MSDC_DMA_CTRL], MSDC_DMA_CTRL, MODE)) {
        mtk_sd_dma_chain(s, addr);
    } else {
        mtk_sd_dma_buffer(s, addr, s->regs[R_MSDC_DMA_LENGTH]);
    }
    s->dma_active = false;
    mtk_sd_event(s, R_MSDC_INT_DXFER_DONE_MASK);
}

static void mtk_sd_command(MtkSdState *s)
{
    uint32_t cmd = s->regs[R_SDC_CMD];
    uint32_t dtype = FIELD_EX32(cmd, SDC_CMD, DTYPE);
    uint32_t rsptyp = FIELD_EX32(cmd, SDC_CMD, RSPTYP);
    uint8_t response[16] = { };
    int len;

    s->data_left = 0;
    if (FIELD_EX32(cmd, SDC_CMD, AUTOCMD) == AUTOCMD_23) {
        mtk_sd_send_auto(s, 23, s->regs[R_SDC_BLK_NUM]);
    }
    len = mtk_sd_send(s, FIELD_EX32(cmd, SDC_CMD, OPCODE), s->regs[R_SDC_ARG],
                      response);
    if (rsptyp != RSPTYP_NONE && !len) {
        mtk_sd_event(s, R_MSDC_INT_CMDTMO_MASK);
        return;
    }
    if (rsptyp == RSPTYP_R2) {
        for (int i = 0; i < 4; i++) {
            s->regs[R_SDC_RESP3 - i] = ldl_be_p(response + 4 * i);
        }
    } else if (rsptyp != RSPTYP_NONE) {
        s->regs[R_SDC_RESP0] = ldl_be_p(response);
    }
    if (dtype != DTYPE_NONE) {
        uint64_t bytes = FIELD_EX32(cmd, SDC_CMD, BLKLEN);

        if (dtype != DTYPE_SINGLE) {
            bytes *= s->regs[R_SDC_BLK_NUM];
        }
        if (bytes > MTK_SD_MAX_DATA) {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "mtk-sd: transfer of %" PRIu64 " bytes\n", bytes);
            bytes = MTK_SD_MAX_DATA;
        }
        s->data_left = bytes;
    }
    mtk_sd_event(s, R_MSDC_INT_CMDRDY_MASK);
    mtk_sd_dma_run(s);
}

static uint32_t mtk_sd_fifo_read(MtkSdState *s, unsigned size)
{
    uint8_t buf[4] = { };
    uint32_t n = MIN(size, s->data_left);

    if (n && mtk_sd_is_write(s)) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: FIFO read in a write\n");
    } else if (n && mtk_sd_card_ready(s)) {
        sdbus_read_data(&s->bus, buf, n);
        mtk_sd_moved(s, n);
    }
    return ldl_le_p(buf);
}

static void mtk_sd_fifo_write(MtkSdState *s, uint32_t value, unsigned size)
{
    uint8_t buf[4];
    uint32_t n = MIN(size, s->data_left);

    stl_le_p(buf, value);
    if (n && !mtk_sd_is_write(s)) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: FIFO write in a read\n");
    } else if (n && mtk_sd_card_ready(s)) {
        sdbus_write_data(&s->bus, buf, n);
        mtk_sd_moved(s, n);
    }
}

static uint32_t mtk_sd_lines(MtkSdState *s)
{
    uint32_t ps = s->regs[R_MSDC_PS];
    bool inserted = sdbus_get_inserted(&s->bus);
    /* DAT4 to DAT7 are pulled up, as the others without a card */
    uint8_t dat = 0xf0 | (inserted ? sdbus_get_dat_lines(&s->bus) : 0xf);

    ps = FIELD_DP32(ps, MSDC_PS, CDSTS, !inserted);
    ps = FIELD_DP32(ps, MSDC_PS, DAT, dat);
    ps = FIELD_DP32(ps, MSDC_PS, CMD, 1);
    return FIELD_DP32(ps, MSDC_PS, WP,
                      inserted && sdbus_get_readonly(&s->bus));
}

static uint64_t mtk_sd_read(void *opaque, hwaddr addr, unsigned size)
{
    MtkSdState *s = opaque;
    uint32_t value;

    if (size != 4 && addr / 4 != R_MSDC_RXDATA) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: %u-byte read at 0x%"
                      HWADDR_PRIx "\n", size, addr);
        return 0;
    }
    value = s->regs[addr / 4];
    switch (addr / 4) {
    case R_MSDC_CFG:
        value |= R_MSDC_CFG_CKSTB_MASK;
        break;
    case R_MSDC_PS:
        value = mtk_sd_lines(s);
        break;
    case R_MSDC_FIFOCS:
        /* What is written goes to the card at once: TXCNT stays 0 */
        value = mtk_sd_is_write(s) ? 0 : MIN(s->data_left, MTK_SD_FIFO);
        break;
    case R_MSDC_RXDATA:
        value = mtk_sd_fifo_read(s, size);
        break;
    case R_SDC_STS:
        value = FIELD_DP32(value, SDC_STS, SDCBUSY, s->data_left != 0);
        break;
    case R_MSDC_DMA_CFG:
        value = FIELD_DP32(value, MSDC_DMA_CFG, STS, s->dma_active);
        break;
    default:
        break;
    }
    trace_mtk_sd_read(addr, value);
    return value;
}

static void mtk_sd_write(void *opaque, hwaddr addr, uint64_t value,
                         unsigned size)
{
    MtkSdState *s = opaque;

    if (size != 4 && addr / 4 != R_MSDC_TXDATA) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-sd: %u-byte write at 0x%"
                      HWADDR_PRIx "\n", size, addr);
        return;
    }
    trace_mtk_sd_write(addr, value);
    switch (addr / 4) {
    case R_MSDC_CFG:
        if (FIELD_EX32(value, MSDC_CFG, RST)) {
            s->data_left = 0;
            s->dma_active = false;
        }
        s->regs[R_MSDC_CFG] = FIELD_DP32(value, MSDC_CFG, RST, 0);
        break;
    case R_MSDC_INT:
        s->regs[R_MSDC_INT] &= ~value;
        mtk_sd_update_irq(s);
        break;
    case R_MSDC_INTEN:
        s->regs[R_MSDC_INTEN] = value;
        mtk_sd_update_irq(s);
        break;
    case R_MSDC_FIFOCS:
        /* CLR: nothing is kept in the FIFO */
        break;
    case R_MSDC_TXDATA:
        mtk_sd_fifo_write(s, value, size);
        break;
    case R_SDC_CMD:
        s->regs[R_SDC_CMD] = value;
        mtk_sd_command(s);
        break;
    case R_MSDC_RXDATA:
    case R_SDC_RESP0 ... R_SDC_RESP3:
    case R_SDC_ACMD_RESP:
        break;
    case R_MSDC_DMA_CTRL:
        s->regs[R_MSDC_DMA_CTRL] = value & ~(R_MSDC_DMA_CTRL_START_MASK |
                                             R_MSDC_DMA_CTRL_STOP_MASK |
                                             R_MSDC_DMA_CTRL_RESUME_MASK);
        if (FIELD_EX32(value, MSDC_DMA_CTRL, STOP)) {
            s->dma_active = false;
        } else if (FIELD_EX32(value, MSDC_DMA_CTRL, START) ||
                   FIELD_EX32(value, MSDC_DMA_CTRL, RESUME)) {
            s->dma_active = true;
            mtk_sd_dma_run(s);
        }
        break;
    default:
        s->regs[addr / 4] = value;
        break;
    }
}

static const MemoryRegionOps mtk_sd_ops = {
    .read = mtk_sd_read,
    .write = mtk_sd_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 4 },
    .valid = { .min_access_size = 1, .max_access_size = 4 },
};

static uint64_t mtk_sd_top_read(void *opaque, hwaddr addr, unsigned size)
{
    MtkSdState *s = opaque;

    return s->top[addr / 4];
}

static void mtk_sd_top_write(void *opaque, hwaddr addr, uint64_t value,
                             unsigned size)
{
    MtkSdState *s = opaque;

    s->top[addr / 4] = value;
}

static const MemoryRegionOps mtk_sd_top_ops = {
    .read = mtk_sd_top_read,
    .write = mtk_sd_top_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void mtk_sd_set_inserted(DeviceState *dev, bool inserted)
{
    MtkSdState *s = MTK_SD(dev);

    trace_mtk_sd_inserted(inserted);
    if (FIELD_EX32(s->regs[R_MSDC_PS], MSDC_PS, CDEN)) {
        mtk_sd_event(s, R_MSDC_INT_CDSC_MASK);
    }
}

static void mtk_sd_reset(DeviceState *dev)
{
    MtkSdState *s = MTK_SD(dev);

    memset(s->regs, 0, sizeof(s->regs));
    memset(s->top, 0, sizeof(s->top));
    s->data_left = 0;
    s->dma_active = false;
    mtk_sd_update_irq(s);
}

static const VMStateDescription vmstate_mtk_sd = {
    .name = TYPE_MTK_SD,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, MtkSdState, MTK_SD_REGION / 4),
        VMSTATE_UINT32_ARRAY(top, MtkSdState, MTK_SD_REGION / 4),
        VMSTATE_UINT32(data_left, MtkSdState),
        VMSTATE_BOOL(dma_active, MtkSdState),
        VMSTATE_END_OF_LIST()
    }
};

static void mtk_sd_init(Object *obj)
{
    MtkSdState *s = MTK_SD(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    qbus_init(&s->bus, sizeof(s->bus), TYPE_MTK_SD_BUS, DEVICE(obj), "sd-bus");
    memory_region_init_io(&s->iomem, obj, &mtk_sd_ops, s, TYPE_MTK_SD,
                          MTK_SD_REGION);
    memory_region_init_io(&s->top_iomem, obj, &mtk_sd_top_ops, s,
                          TYPE_MTK_SD "-top", MTK_SD_REGION);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_mmio(sbd, &s->top_iomem);
    sysbus_init_irq(sbd, &s->irq);
}

static void mtk_sd_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "MediaTek SD/eMMC host (MSDC)";
    dc->vmsd = &vmstate_mtk_sd;
    device_class_set_legacy_reset(dc, mtk_sd_reset);
}

static void mtk_sd_bus_class_init(ObjectClass *klass, void *data)
{
    SDBusClass *sbc = SD_BUS_CLASS(klass);

    sbc->set_inserted = mtk_sd_set_inserted;
}

static const TypeInfo mtk_sd_types[] = {
    {
        .name = TYPE_MTK_SD,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MtkSdState),
        .instance_init = mtk_sd_init,
        .class_init = mtk_sd_class_init,
    },
    {
        .name = TYPE_MTK_SD_BUS,
        .parent = TYPE_SD_BUS,
        .class_init = mtk_sd_bus_class_init,
    },
};

DEFINE_TYPES(mtk_sd_types)
