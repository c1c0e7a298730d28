/*
 * MediaTek TOPRGU: watchdog and software resets of MT7986 and its relatives
 *
 * Source: offsets, keys and bits as used by Linux (mtk_wdt.c in
 * drivers/watchdog); no data sheet was at hand.
 *
 * Modelled: the keys that writes need, the countdown with and without the
 * interrupt halfway (dual mode), reset by software.
 *
 * Not modelled: resets of single blocks (SWSYSRST keeps what is written), the
 * pin that resets other chips.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "system/watchdog.h"
#include "trace.h"

#define TYPE_MTK_WDT "mtk-wdt"
OBJECT_DECLARE_SIMPLE_TYPE(MtkWdtState, MTK_WDT)

#define MTK_WDT_REGION  0x1000

REG32(WDT_MODE, 0x00)
    FIELD(WDT_MODE, EN, 0, 1)
    FIELD(WDT_MODE, IRQ_EN, 3, 1)
    FIELD(WDT_MODE, DUAL_EN, 6, 1)
    FIELD(WDT_MODE, KEY, 24, 8)
REG32(WDT_LENGTH, 0x04)
    FIELD(WDT_LENGTH, KEY, 0, 5)
    FIELD(WDT_LENGTH, TIMEOUT, 5, 11)
REG32(WDT_RST, 0x08)
REG32(WDT_SWRST, 0x14)
REG32(WDT_SWSYSRST, 0x18)
    FIELD(WDT_SWSYSRST, KEY, 24, 8)

#define MODE_KEY        0x22
#define LENGTH_KEY      0x08
#define RST_RELOAD      0x1971
#define SWRST_KEY       0x1209
#define SWSYSRST_KEY    0x88

/* The length is in these: 512 cycles of 32768 Hz */
#define TICK_NS         (NANOSECONDS_PER_SECOND / 64)

struct MtkWdtState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    QEMUTimer *timer;

    uint32_t regs[MTK_WDT_REGION / 4];
    bool barked;                /* the interrupt was, the reset is next */
};

static void mtk_wdt_reload(MtkWdtState *s)
{
    uint32_t ticks = FIELD_EX32(s->regs[R_WDT_LENGTH], WDT_LENGTH, TIMEOUT);

    s->barked = false;
    qemu_set_irq(s->irq, 0);
    if (FIELD_EX32(s->regs[R_WDT_MODE], WDT_MODE, EN)) {
        timer_mod(s->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                            MAX(ticks, 1) * TICK_NS);
    } else {
        timer_del(s->timer);
    }
}

static void mtk_wdt_expired(void *opaque)
{
    MtkWdtState *s = opaque;
    uint32_t mode = s->regs[R_WDT_MODE];
    bool barks = FIELD_EX32(mode, WDT_MODE, IRQ_EN) && !s->barked;

    trace_mtk_wdt_expired(barks);
    if (!barks) {
        watchdog_perform_action();
        return;
    }
    if (FIELD_EX32(mode, WDT_MODE, DUAL_EN)) {
        mtk_wdt_reload(s);
        s->barked = true;
    }
    qemu_set_irq(s->irq, 1);
}

static uint64_t mtk_wdt_read(void *opaque, hwaddr addr, unsigned size)
{
    MtkWdtState *s = opaque;

    return s->regs[addr / 4];
}

static bool mtk_wdt_has_key(hwaddr addr, uint32_t value)
{
    switch (addr / 4) {
    case R_WDT_MODE:
        return FIELD_EX32(value, WDT_MODE, KEY) == MODE_KEY;
    case R_WDT_LENGTH:
        return FIELD_EX32(value, WDT_LENGTH, KEY) == LENGTH_KEY;
    case R_WDT_RST:
        return value == RST_RELOAD;
    case R_WDT_SWRST:
        return value == SWRST_KEY;
    case R_WDT_SWSYSRST:
        return FIELD_EX32(value, WDT_SWSYSRST, KEY) == SWSYSRST_KEY;
    default:
        return true;
    }
}

static void mtk_wdt_write(void *opaque, hwaddr addr, uint64_t value,
                          unsigned size)
{
    MtkWdtState *s = opaque;
    uint32_t old = s->regs[addr / 4];

    if (!mtk_wdt_has_key(addr, value)) {
        qemu_log_mask(LOG_GUEST_ERROR, "mtk-wdt: write of 0x%" PRIx64
                      " to 0x%" HWADDR_PRIx " without its key\n", value, addr);
        return;
    }
    trace_mtk_wdt_write(addr, value);
    switch (addr / 4) {
    case R_WDT_MODE:
        s->regs[R_WDT_MODE] = FIELD_DP32(value, WDT_MODE, KEY, 0);
        if ((old ^ value) & R_WDT_MODE_EN_MASK) {
            mtk_wdt_reload(s);
        }
        break;
    case R_WDT_LENGTH:
        s->regs[R_WDT_LENGTH] = FIELD_DP32(value, WDT_LENGTH, KEY, 0);
        break;
    case R_WDT_RST:
        mtk_wdt_reload(s);
        break;
    case R_WDT_SWRST:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        break;
    case R_WDT_SWSYSRST:
        s->regs[R_WDT_SWSYSRST] = FIELD_DP32(value, WDT_SWSYSRST, KEY, 0);
        break;
    default:
        s->regs[addr / 4] = value;
        break;
    }
}

static const MemoryRegionOps mtk_wdt_ops = {
    .read = mtk_wdt_read,
    .write = mtk_wdt_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void mtk_wdt_reset(DeviceState *dev)
{
    MtkWdtState *s = MTK_WDT(dev);

    memset(s->regs, 0, sizeof(s->regs));
    mtk_wdt_reload(s);
}

static const VMStateDescription vmstate_mtk_wdt = {
    .name = TYPE_MTK_WDT,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_TIMER_PTR(timer, MtkWdtState),
        VMSTATE_UINT32_ARRAY(regs, MtkWdtState, MTK_WDT_REGION / 4),
        VMSTATE_BOOL(barked, MtkWdtState),
        VMSTATE_END_OF_LIST()
    }
};

static void mtk_wdt_init(Object *obj)
{
    MtkWdtState *s = MTK_WDT(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &mtk_wdt_ops, s, TYPE_MTK_WDT,
                          MTK_WDT_REGION);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, mtk_wdt_expired, s);
}

static void mtk_wdt_finalize(Object *obj)
{
    timer_free(MTK_WDT(obj)->timer);
}

static void mtk_wdt_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "MediaTek watchdog (TOPRGU)";
    dc->vmsd = &vmstate_mtk_wdt;
    device_class_set_legacy_reset(dc, mtk_wdt_reset);
    set_bit(DEVICE_CATEGORY_WATCHDOG, dc->categories);
}

static const TypeInfo mtk_wdt_types[] = {
    {
        .name = TYPE_MTK_WDT,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MtkWdtState),
        .instance_init = mtk_wdt_init,
        .instance_finalize = mtk_wdt_finalize,
        .class_init = mtk_wdt_class_init,
    },
};

DEFINE_TYPES(mtk_wdt_types)
