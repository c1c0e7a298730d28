/*
 * Amlogic Meson SD/eMMC host, as in the GX, AXG, G12 and S4 families
 *
 * Register facts: Linux drivers/mmc/host/meson-gx-mmc.c and its binding
 * mmc/amlogic,meson-gx-mmc.yaml; U-Boot drivers/mmc/meson_gx_mmc.h. No manual
 * was read.
 *
 * Modelled: commands given by register and chains of descriptors, in memory or
 * in the host's SRAM; data to and from memory or SRAM; all response types;
 * time-outs, errors of descriptors, of DMA and (by property) of CRCs, a clock
 * that does not run, write-one-to-clear status, the levels of CMD and DAT.
 * Everything is done when the write that starts it returns: the busy bits are
 * never seen. Delays and phases of the clock are kept and have no effect, so a
 * driver's search for a good one ends at the first. There is no SDIO interrupt.
 * QEMU's eMMC is of version 4.3 and has no HS200, so nothing tunes for it; its
 * SD cards know CMD19.
 *
 * Not known, and so chosen: with "SRAM" set in a data or descriptor address the
 * address is an offset in the register block; a descriptor that the host does
 * not own is a descriptor error; chains are not longer than MAX_CHAIN. Storing
 * a response to memory is not modelled, no driver read for this uses it.
 *
 * Property crc-errors (while the machine runs): that many of the next data
 * transfers arrive with a wrong CRC.
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

#define TYPE_MESON_GX_MMC "meson-gx-mmc"
OBJECT_DECLARE_SIMPLE_TYPE(MesonGxMmcState, MESON_GX_MMC)

REG32(CLOCK, 0x00)
    FIELD(CLOCK, DIV, 0, 6)
REG32(START, 0x40)
    FIELD(START, DESC_INIT, 0, 1)       /* descriptors are in SRAM */
    FIELD(START, DESC_BUSY, 1, 1)
REG32(CFG, 0x44)
    FIELD(CFG, BLK_LEN, 4, 4)
    FIELD(CFG, STOP_CLOCK, 22, 1)
    FIELD(CFG, ERR_ABORT, 27, 1)
REG32(STATUS, 0x48)
    FIELD(STATUS, RXD_ERR, 0, 8)
    FIELD(STATUS, TXD_ERR, 8, 1)
    FIELD(STATUS, DESC_ERR, 9, 1)
    FIELD(STATUS, RESP_ERR, 10, 1)
    FIELD(STATUS, RESP_TIMEOUT, 11, 1)
    FIELD(STATUS, DESC_TIMEOUT, 12, 1)
    FIELD(STATUS, END_OF_CHAIN, 13, 1)
    FIELD(STATUS, IRQS, 0, 16)
    FIELD(STATUS, DATI, 16, 8)
    FIELD(STATUS, CMDI, 24, 1)
REG32(IRQ_EN, 0x4c)
REG32(CMD_CFG, 0x50)
    FIELD(CMD_CFG, LENGTH, 0, 9)
    FIELD(CMD_CFG, BLOCK_MODE, 9, 1)
    FIELD(CMD_CFG, END_OF_CHAIN, 11, 1)
    FIELD(CMD_CFG, NO_RESP, 16, 1)
    FIELD(CMD_CFG, NO_CMD, 17, 1)
    FIELD(CMD_CFG, DATA_IO, 18, 1)
    FIELD(CMD_CFG, DATA_WR, 19, 1)
    FIELD(CMD_CFG, RESP_128, 21, 1)
    FIELD(CMD_CFG, CMD_INDEX, 24, 6)
    FIELD(CMD_CFG, OWNER, 31, 1)
REG32(CMD_ARG, 0x54)
REG32(CMD_DAT, 0x58)
    FIELD(CMD_DAT, SRAM, 0, 1)
    FIELD(CMD_DAT, BIG_ENDIAN, 1, 1)
REG32(CMD_RSP, 0x5c)
REG32(CMD_RSP3, 0x68)
/* 512 bytes meant for descriptors, twice 512 for data; one memory */
#define A_SRAM              0x200
#define SRAM_SIZE           0x600
#define REGION_SIZE         (A_SRAM + SRAM_SIZE)

/* The status bits that end a chain */
#define TIMEOUTS            (R_STATUS_RESP_TIMEOUT_MASK | \
                             R_STATUS_DESC_TIMEOUT_MASK)
#define CRC_ERRORS          (R_STATUS_RXD_ERR_MASK | R_STATUS_TXD_ERR_MASK | \
                             R_STATUS_RESP_ERR_MASK)
#define ERRORS              (TIMEOUTS | CRC_ERRORS | R_STATUS_DESC_ERR_MASK)

#define ADDRESS_MASK        (~3u)
#define MAX_BLK_LEN         9           /* its logarithm: the buffer has 512 */
#define MAX_BLOCK           (1u << MAX_BLK_LEN)
#define MAX_CHAIN           1024        /* Linux: 256, a page of them */

typedef struct MesonGxMmcDesc {
    uint32_t cfg;
    uint32_t arg;
    uint32_t data;
    uint32_t resp;
} MesonGxMmcDesc;

struct MesonGxMmcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    SDBus bus;
    qemu_irq irq;

    uint32_t regs[A_SRAM / sizeof(uint32_t)];
    uint8_t sram[SRAM_SIZE];
    uint32_t crc_errors;
};

static void meson_gx_mmc_update_irq(MesonGxMmcState *s)
{
    qemu_set_irq(s->irq, FIELD_EX32(s->regs[R_STATUS], STATUS, IRQS) &
                         s->regs[R_IRQ_EN] ? 1 : 0);
}

/* The SRAM at an offset of the register block; NULL if it does not hold all */
static uint8_t *meson_gx_mmc_sram(MesonGxMmcState *s, hwaddr offset,
                                  size_t size)
{
    if (offset < A_SRAM || offset > REGION_SIZE - size) {
        return NULL;
    }
    return s->sram + offset - A_SRAM;
}

/* Move data between @buf and where a descriptor points; false: nothing there */
static bool meson_gx_mmc_dma(MesonGxMmcState *s, hwaddr address, bool sram,
                             uint8_t *buf, size_t size, DMADirection dir)
{
    hwaddr own = SYS_BUS_DEVICE(s)->mmio[0].addr;
    MemTxResult result;
    uint8_t *local;

    /* The SDIO port of G12A reaches no memory: it gets its SRAM's address */
    if (!sram && address >= own + A_SRAM && address < own + REGION_SIZE) {
        address -= own;
        sram = true;
    }
    if (sram) {
        local = meson_gx_mmc_sram(s, address, size);
        if (!local) {
            return false;
        }
        if (dir == DMA_DIRECTION_TO_DEVICE) {
            memcpy(buf, local, size);
        } else {
            memcpy(local, buf, size);
        }
        return true;
    }
    result = dma_memory_rw(&address_space_memory, address, buf, size, dir,
                           MEMTXATTRS_UNSPECIFIED);
    return result == MEMTX_OK;
}

static uint32_t meson_gx_mmc_fault(MesonGxMmcState *s, const char *what)
{
    qemu_log_mask(LOG_GUEST_ERROR, "%s: %s\n", DEVICE(s)->canonical_path, what);
    return R_STATUS_DESC_ERR_MASK;
}

static uint32_t meson_gx_mmc_command(MesonGxMmcState *s,
                                     const MesonGxMmcDesc *desc)
{
    SDRequest request = {
        .cmd = FIELD_EX32(desc->cfg, CMD_CFG, CMD_INDEX),
        .arg = desc->arg,
    };
    uint32_t *rsp = &s->regs[R_CMD_RSP];
    uint8_t response[16] = { };
    int length;

    if (FIELD_EX32(s->regs[R_CFG], CFG, STOP_CLOCK) ||
        !FIELD_EX32(s->regs[R_CLOCK], CLOCK, DIV)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: CMD%d without a clock\n",
                      DEVICE(s)->canonical_path, request.cmd);
        return R_STATUS_RESP_TIMEOUT_MASK;
    }
    length = sdbus_do_command(&s->bus, &request, response);
    trace_meson_gx_mmc_command(DEVICE(s)->canonical_path, request.cmd,
                               request.arg, length);
    if (FIELD_EX32(desc->cfg, CMD_CFG, NO_RESP)) {
        return 0;
    }
    if (length <= 0) {
        return R_STATUS_RESP_TIMEOUT_MASK;
    }
    /* A response of another length than asked for has its CRC elsewhere */
    if ((length == 16) != FIELD_EX32(desc->cfg, CMD_CFG, RESP_128)) {
        return R_STATUS_RESP_ERR_MASK;
    }
    for (int i = 0; i < length / 4; i++) {
        rsp[i] = ldl_be_p(response + length - 4 - 4 * i);
    }
    return 0;
}

static void meson_gx_mmc_swap(uint8_t *buf, size_t size)
{
    for (size_t i = 0; i + 4 <= size; i += 4) {
        stl_le_p(buf + i, ldl_be_p(buf + i));
    }
}

static uint32_t meson_gx_mmc_data(MesonGxMmcState *s,
                                  const MesonGxMmcDesc *desc)
{
    bool write = FIELD_EX32(desc->cfg, CMD_CFG, DATA_WR);
    bool sram = FIELD_EX32(desc->data, CMD_DAT, SRAM);
    bool swap = FIELD_EX32(desc->data, CMD_DAT, BIG_ENDIAN);
    uint32_t length = FIELD_EX32(desc->cfg, CMD_CFG, LENGTH) ?: 512;
    hwaddr address = desc->data & ADDRESS_MASK;
    uint32_t block = length;
    uint8_t buf[MAX_BLOCK];

    if (FIELD_EX32(desc->cfg, CMD_CFG, BLOCK_MODE)) {
        uint32_t blk_len = FIELD_EX32(s->regs[R_CFG], CFG, BLK_LEN);

        if (blk_len > MAX_BLK_LEN) {
            return meson_gx_mmc_fault(s, "blocks of more than 512 bytes");
        }
        block = 1u << blk_len;
        length *= block;
    }
    trace_meson_gx_mmc_data(DEVICE(s)->canonical_path,
                            write ? "write" : "read", address, length);
    for (uint32_t done = 0; done < length; done += block, address += block) {
        if (write) {
            if (!sdbus_receive_ready(&s->bus)) {
                return R_STATUS_DESC_TIMEOUT_MASK;
            }
            if (!meson_gx_mmc_dma(s, address, sram, buf, block,
                                  DMA_DIRECTION_TO_DEVICE)) {
                return meson_gx_mmc_fault(s, "data is not in memory");
            }
            if (swap) {
                meson_gx_mmc_swap(buf, block);
            }
            if (s->crc_errors) {
                s->crc_errors--;
                return R_STATUS_TXD_ERR_MASK;
            }
            sdbus_write_data(&s->bus, buf, block);
        } else {
            if (!sdbus_data_ready(&s->bus)) {
                return R_STATUS_DESC_TIMEOUT_MASK;
            }
            sdbus_read_data(&s->bus, buf, block);
            if (s->crc_errors) {
                s->crc_errors--;
                return 1;           /* of RXD_ERR, the bit of DAT0 */
            }
            if (swap) {
                meson_gx_mmc_swap(buf, block);
            }
            if (!meson_gx_mmc_dma(s, address, sram, buf, block,
                                  DMA_DIRECTION_FROM_DEVICE)) {
                return meson_gx_mmc_fault(s, "no memory to read to");
            }
        }
    }
    return 0;
}

/* Do what one descriptor says; the status bits that it sets */
static uint32_t meson_gx_mmc_execute(MesonGxMmcState *s,
                                     const MesonGxMmcDesc *desc)
{
    uint32_t status = 0;

    if (!FIELD_EX32(desc->cfg, CMD_CFG, OWNER)) {
        return meson_gx_mmc_fault(s, "descriptor without its owner bit");
    }
    if (desc->resp & ADDRESS_MASK) {
        qemu_log_mask(LOG_UNIMP, "%s: response to 0x%" PRIx32 "\n",
                      DEVICE(s)->canonical_path, desc->resp);
    }
    if (!FIELD_EX32(desc->cfg, CMD_CFG, NO_CMD)) {
        status = meson_gx_mmc_command(s, desc);
    }
    if (!status && FIELD_EX32(desc->cfg, CMD_CFG, DATA_IO)) {
        status = meson_gx_mmc_data(s, desc);
    }
    return status;
}

/* Does the chain go on after a descriptor that gave @status? */
static bool meson_gx_mmc_goes_on(const MesonGxMmcState *s, uint32_t status)
{
    if (status & (TIMEOUTS | R_STATUS_DESC_ERR_MASK)) {
        return false;
    }
    return !(status & CRC_ERRORS) ||
           !FIELD_EX32(s->regs[R_CFG], CFG, ERR_ABORT);
}

static void meson_gx_mmc_finish(MesonGxMmcState *s, uint32_t status,
                                bool end_of_chain)
{
    if (end_of_chain) {
        status |= R_STATUS_END_OF_CHAIN_MASK;
    }
    if (status & ERRORS) {
        trace_meson_gx_mmc_error(DEVICE(s)->canonical_path, status);
    }
    s->regs[R_STATUS] |= status;
    meson_gx_mmc_update_irq(s);
}

static void meson_gx_mmc_direct(MesonGxMmcState *s)
{
    MesonGxMmcDesc desc = {
        .cfg = s->regs[R_CMD_CFG],
        .arg = s->regs[R_CMD_ARG],
        .data = s->regs[R_CMD_DAT],
        .resp = s->regs[R_CMD_RSP],
    };
    uint32_t status = meson_gx_mmc_execute(s, &desc);

    meson_gx_mmc_finish(s, status, !status &&
                        FIELD_EX32(desc.cfg, CMD_CFG, END_OF_CHAIN));
}

static void meson_gx_mmc_chain(MesonGxMmcState *s)
{
    hwaddr address = s->regs[R_START] & ADDRESS_MASK;
    bool sram = FIELD_EX32(s->regs[R_START], START, DESC_INIT);
    uint32_t status = 0;
    MesonGxMmcDesc desc;
    bool end = false;

    for (int i = 0; !end && meson_gx_mmc_goes_on(s, status); i++) {
        uint8_t raw[sizeof(desc)];

        if (i == MAX_CHAIN) {
            status |= meson_gx_mmc_fault(s, "chain without an end");
            break;
        }
        if (!meson_gx_mmc_dma(s, address, sram, raw, sizeof(raw),
                              DMA_DIRECTION_TO_DEVICE)) {
            status |= meson_gx_mmc_fault(s, "descriptor is not in memory");
            break;
        }
        desc.cfg = ldl_le_p(raw);
        desc.arg = ldl_le_p(raw + 4);
        desc.data = ldl_le_p(raw + 8);
        desc.resp = ldl_le_p(raw + 12);
        status |= meson_gx_mmc_execute(s, &desc);
        end = FIELD_EX32(desc.cfg, CMD_CFG, END_OF_CHAIN);
        address += sizeof(raw);
    }
    s->regs[R_START] = FIELD_DP32(s->regs[R_START], START, DESC_BUSY, 0);
    meson_gx_mmc_finish(s, status, !(status & ERRORS));
}

static uint32_t meson_gx_mmc_status(MesonGxMmcState *s)
{
    uint32_t status = s->regs[R_STATUS];
    /* A card has four lines; nothing pulls the others down */
    uint32_t dat = sdbus_get_dat_lines(&s->bus) | 0xf0;

    status = FIELD_DP32(status, STATUS, DATI, dat);
    return FIELD_DP32(status, STATUS, CMDI, sdbus_get_cmd_line(&s->bus));
}

static uint64_t meson_gx_mmc_read(void *opaque, hwaddr offset, unsigned size)
{
    MesonGxMmcState *s = opaque;
    uint32_t value;

    if (offset >= A_SRAM) {
        return ldl_le_p(s->sram + offset - A_SRAM);
    }
    value = offset == A_STATUS ? meson_gx_mmc_status(s) :
                                 s->regs[offset / sizeof(uint32_t)];
    trace_meson_gx_mmc_read(DEVICE(s)->canonical_path, offset, value);
    return value;
}

static void meson_gx_mmc_write(void *opaque, hwaddr offset, uint64_t value,
                               unsigned size)
{
    MesonGxMmcState *s = opaque;

    if (offset >= A_SRAM) {
        stl_le_p(s->sram + offset - A_SRAM, value);
        return;
    }
    trace_meson_gx_mmc_write(DEVICE(s)->canonical_path, offset, value);
    switch (offset) {
    case A_STATUS:
        s->regs[R_STATUS] &= ~value;
        meson_gx_mmc_update_irq(s);
        break;
    case A_IRQ_EN:
        s->regs[R_IRQ_EN] = FIELD_EX32(value, STATUS, IRQS);
        meson_gx_mmc_update_irq(s);
        break;
    case A_CMD_ARG:                     /* the last of four, starts */
        s->regs[R_CMD_ARG] = value;
        meson_gx_mmc_direct(s);
        break;
    case A_START:
        s->regs[R_START] = value;
        if (FIELD_EX32(value, START, DESC_BUSY)) {
            meson_gx_mmc_chain(s);
        }
        break;
    default:
        s->regs[offset / sizeof(uint32_t)] = value;
    }
}

/* SRAM takes 32-bit accesses only, too: the binding of its user says so */
static const MemoryRegionOps meson_gx_mmc_ops = {
    .read = meson_gx_mmc_read,
    .write = meson_gx_mmc_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void meson_gx_mmc_reset_hold(Object *obj, ResetType type)
{
    MesonGxMmcState *s = MESON_GX_MMC(obj);

    memset(s->regs, 0, sizeof(s->regs));
    memset(s->sram, 0, sizeof(s->sram));
    meson_gx_mmc_update_irq(s);
}

static void meson_gx_mmc_init(Object *obj)
{
    MesonGxMmcState *s = MESON_GX_MMC(obj);

    qbus_init(&s->bus, sizeof(s->bus), TYPE_SD_BUS, DEVICE(obj), "sd-bus");
    memory_region_init_io(&s->iomem, obj, &meson_gx_mmc_ops, s,
                          TYPE_MESON_GX_MMC, REGION_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    object_property_add_uint32_ptr(obj, "crc-errors", &s->crc_errors,
                                   OBJ_PROP_FLAG_READWRITE);
}

static const VMStateDescription meson_gx_mmc_vmstate = {
    .name = TYPE_MESON_GX_MMC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, MesonGxMmcState,
                             A_SRAM / sizeof(uint32_t)),
        VMSTATE_UINT8_ARRAY(sram, MesonGxMmcState, SRAM_SIZE),
        VMSTATE_UINT32(crc_errors, MesonGxMmcState),
        VMSTATE_END_OF_LIST()
    }
};

static void meson_gx_mmc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Amlogic Meson SD/eMMC host";
    dc->vmsd = &meson_gx_mmc_vmstate;
    rc->phases.hold = meson_gx_mmc_reset_hold;
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
}

static const TypeInfo meson_gx_mmc_types[] = {
    {
        .name = TYPE_MESON_GX_MMC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MesonGxMmcState),
        .instance_init = meson_gx_mmc_init,
        .class_init = meson_gx_mmc_class_init,
    },
};

DEFINE_TYPES(meson_gx_mmc_types)
