/*
 * The board twin: what Rockchip's boot firmware (TF-A's BL31) answers
 *
 * Clocks and resets that only the secure world may touch are served by SCMI,
 * over a page of shared memory and one secure monitor call; both stand in the
 * tree.
 *
 * Source: Arm DEN0056 "System Control and Management Interface", versions 2.0
 * and 3.2 (message numbers, layouts, status codes), and its section on
 * transports (shared memory); Arm DEN0028 "SMC Calling Convention" for
 * SMCCC_VERSION; the numbers of clocks and resets from Linux'
 * dt-bindings/{clock,reset}/rockchip,rk3588-cru.h. 0x82000003 (SIP suspend
 * mode) is from newer versions of its drivers/pmdomain/rockchip/pm-domains.c.
 * Which protocols there are is from the tree; their versions are those that
 * TF-A's SCMI server has, from memory.
 *
 * Modelled: base, clock and reset protocols. A clock has the rate that was
 * asked for, within its limits; hardware has what its dividers can make of it.
 * The limits and the rates at power on are round figures from the tree's
 * operating points and assigned-clock-rates, not measured.
 *
 * Not modelled: notifications, delayed responses, performance domains (the
 * tree does not ask for them), all other SIP calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/resettable.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object.h"
#include "system/dma.h"
#include "trace.h"
#include "twin.h"

#define TYPE_ROCKCHIP_FIRMWARE  "rockchip-firmware"
OBJECT_DECLARE_SIMPLE_TYPE(RockchipFirmware, ROCKCHIP_FIRMWARE)

/* Calls */
#define SMCCC_VERSION           0x80000000
#define SMCCC_1_2               0x10002
#define PSCI_FEATURES           0x8400000a
#define SIP_SUSPEND_MODE        0x82000003

/* Shared memory */
#define SHMEM_STATUS            0x04
#define     CHANNEL_FREE        BIT(0)
#define SHMEM_LENGTH            0x14    /* of header and payload */
#define SHMEM_HEADER            0x18
#define SHMEM_PAYLOAD           0x1c
#define MAX_PAYLOAD             128

/* Message header */
#define HEADER_MESSAGE(h)       extract32(h, 0, 8)
#define HEADER_TYPE(h)          extract32(h, 8, 2)
#define HEADER_PROTOCOL(h)      extract32(h, 10, 8)

/* Status codes */
#define SCMI_SUCCESS            0
#define SCMI_NOT_SUPPORTED      (-1)
#define SCMI_INVALID_PARAMETERS (-2)
#define SCMI_NOT_FOUND          (-4)
#define SCMI_OUT_OF_RANGE       (-5)
#define SCMI_PROTOCOL_ERROR     (-10)

#define PROTOCOL_BASE           0x10
#define PROTOCOL_CLOCK          0x14
#define PROTOCOL_RESET          0x16

/* The first three messages are the same in every protocol */
#define PROTOCOL_VERSION        0x0
#define PROTOCOL_ATTRIBUTES     0x1
#define MESSAGE_ATTRIBUTES      0x2

#define BASE_DISCOVER_VENDOR            0x3
#define BASE_DISCOVER_SUB_VENDOR        0x4
#define BASE_DISCOVER_IMPLEMENTATION    0x5
#define BASE_DISCOVER_LIST_PROTOCOLS    0x6

#define CLOCK_ATTRIBUTES        0x3
#define CLOCK_DESCRIBE_RATES    0x4
#define     RATES_ARE_A_RANGE   BIT(12)
#define CLOCK_RATE_SET          0x5
#define CLOCK_RATE_GET          0x6
#define CLOCK_CONFIG_SET        0x7

#define RESET_DOMAIN_ATTRIBUTES 0x3
#define RESET                   0x4
#define     RESET_AUTONOMOUS    BIT(0)
#define     RESET_ASSERT        BIT(1)

#define NAME_SIZE               16
#define MHZ                     1000000u

typedef struct RockchipClock {
    const char *name;
    uint32_t boot;
    uint32_t min;
    uint32_t max;
} RockchipClock;

/* SCMI_* of dt-bindings/clock/rockchip,rk3588-cru.h, by number */
static const RockchipClock rk3588_clocks[] = {
    { "scmi_clk_cpul",      816 * MHZ,  408 * MHZ,  1800 * MHZ },
    { "scmi_clk_dsu",       816 * MHZ,  408 * MHZ,  1800 * MHZ },
    { "scmi_clk_cpub01",    816 * MHZ,  408 * MHZ,  2400 * MHZ },
    { "scmi_clk_cpub23",    816 * MHZ,  408 * MHZ,  2400 * MHZ },
    { "scmi_clk_ddr",       2112 * MHZ, 528 * MHZ,  2112 * MHZ },
    { "scmi_clk_gpu",       200 * MHZ,  200 * MHZ,  1000 * MHZ },
    { "scmi_clk_npu",       200 * MHZ,  200 * MHZ,  1000 * MHZ },
    { "scmi_clk_sbus",      351 * MHZ,  24 * MHZ,   702 * MHZ },
    { "scmi_pclk_sbus",     100 * MHZ,  24 * MHZ,   100 * MHZ },
    { "scmi_cclk_sd",       24 * MHZ,   100000,     400 * MHZ },
    { "scmi_dclk_sd",       24 * MHZ,   100000,     400 * MHZ },
    { "scmi_aclk_se_ns",    200 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_hclk_se_ns",    150 * MHZ,  24 * MHZ,   150 * MHZ },
    { "scmi_tclk_wdt",      24 * MHZ,   24 * MHZ,   24 * MHZ },
    { "scmi_klad_core",     175 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_klad_rng",      116 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_aclk_se_s",     200 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_hclk_se_s",     150 * MHZ,  24 * MHZ,   150 * MHZ },
    { "scmi_pclk_se_s",     100 * MHZ,  24 * MHZ,   100 * MHZ },
    { "scmi_crypto_rng",    116 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_crypto_cor",    175 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_crypto_pka",    175 * MHZ,  24 * MHZ,   350 * MHZ },
    { "scmi_spll",          702 * MHZ,  300 * MHZ,  702 * MHZ },
    { "scmi_hclk_sd",       150 * MHZ,  24 * MHZ,   200 * MHZ },
};

/* One more than SCMI_SRST_TRNG_S of dt-bindings/reset/rockchip,rk3588-cru.h */
#define NUM_RESETS              55

static const uint8_t protocols[] = { PROTOCOL_CLOCK, PROTOCOL_RESET };

struct RockchipFirmware {
    SysBusDevice parent_obj;

    uint32_t scmi_call;             /* 0: the tree has no SCMI */
    hwaddr shmem;
    uint64_t shmem_size;

    uint64_t rate[ARRAY_SIZE(rk3588_clocks)];
    bool enabled[ARRAY_SIZE(rk3588_clocks)];
    bool in_reset[NUM_RESETS];
};

typedef struct ScmiMessage {
    uint8_t id;
    uint32_t in[MAX_PAYLOAD / 4];
    uint32_t num_in;                /* words */
    uint32_t out[MAX_PAYLOAD / 4];  /* behind the status */
    uint32_t num_out;
} ScmiMessage;

static void scmi_put(ScmiMessage *m, uint32_t word)
{
    assert(m->num_out < ARRAY_SIZE(m->out) - 1);
    m->out[m->num_out++] = word;
}

/* Text and other bytes, filled up to whole words */
static void scmi_put_bytes(ScmiMessage *m, const void *data, size_t size,
                           size_t field)
{
    uint8_t bytes[NAME_SIZE] = { };

    assert(size <= field && field <= sizeof(bytes));
    memcpy(bytes, data, size);
    for (int i = 0; i < field; i += 4) {
        scmi_put(m, ldl_le_p(bytes + i));
    }
}

static void scmi_put_name(ScmiMessage *m, const char *name)
{
    scmi_put_bytes(m, name, MIN(strlen(name), NAME_SIZE - 1), NAME_SIZE);
}

static int32_t scmi_base(RockchipFirmware *f, ScmiMessage *m)
{
    switch (m->id) {
    case PROTOCOL_VERSION:
        scmi_put(m, 0x20000);
        return SCMI_SUCCESS;
    case PROTOCOL_ATTRIBUTES:
        scmi_put(m, ARRAY_SIZE(protocols) | 1 << 8 /* agent */);
        return SCMI_SUCCESS;
    case MESSAGE_ATTRIBUTES:
        if (m->in[0] > BASE_DISCOVER_LIST_PROTOCOLS) {
            return SCMI_NOT_FOUND;
        }
        scmi_put(m, 0);
        return SCMI_SUCCESS;
    case BASE_DISCOVER_VENDOR:
    case BASE_DISCOVER_SUB_VENDOR:
        scmi_put_name(m, "rockchip");
        return SCMI_SUCCESS;
    case BASE_DISCOVER_IMPLEMENTATION:
        scmi_put(m, 0);
        return SCMI_SUCCESS;
    case BASE_DISCOVER_LIST_PROTOCOLS:
        if (m->in[0] > ARRAY_SIZE(protocols)) {
            return SCMI_INVALID_PARAMETERS;
        }
        scmi_put(m, ARRAY_SIZE(protocols) - m->in[0]);
        scmi_put_bytes(m, protocols + m->in[0],
                       ARRAY_SIZE(protocols) - m->in[0],
                       ROUND_UP(ARRAY_SIZE(protocols), 4));
        return SCMI_SUCCESS;
    default:
        return SCMI_NOT_SUPPORTED;
    }
}

static int32_t scmi_set_rate(RockchipFirmware *f, ScmiMessage *m)
{
    /* flags, clock, rate */
    uint64_t rate = deposit64(m->in[2], 32, 32, m->in[3]);
    uint32_t clock = m->in[1];

    if (clock >= ARRAY_SIZE(rk3588_clocks)) {
        return SCMI_NOT_FOUND;
    }
    if (rate < rk3588_clocks[clock].min || rate > rk3588_clocks[clock].max) {
        return SCMI_OUT_OF_RANGE;
    }
    f->rate[clock] = rate;
    return SCMI_SUCCESS;
}

static int32_t scmi_clock(RockchipFirmware *f, ScmiMessage *m)
{
    uint32_t clock = m->in[0];
    const RockchipClock *data;

    switch (m->id) {
    case PROTOCOL_VERSION:
        scmi_put(m, 0x20000);
        return SCMI_SUCCESS;
    case PROTOCOL_ATTRIBUTES:
        scmi_put(m, ARRAY_SIZE(rk3588_clocks));
        return SCMI_SUCCESS;
    case MESSAGE_ATTRIBUTES:
        if (m->in[0] > CLOCK_CONFIG_SET) {
            return SCMI_NOT_FOUND;
        }
        scmi_put(m, 0);
        return SCMI_SUCCESS;
    case CLOCK_RATE_SET:
        return scmi_set_rate(f, m);
    case CLOCK_ATTRIBUTES ... CLOCK_DESCRIBE_RATES:
    case CLOCK_RATE_GET ... CLOCK_CONFIG_SET:
        break;
    default:
        return SCMI_NOT_SUPPORTED;
    }

    if (clock >= ARRAY_SIZE(rk3588_clocks)) {
        return SCMI_NOT_FOUND;
    }
    data = &rk3588_clocks[clock];
    switch (m->id) {
    case CLOCK_ATTRIBUTES:
        scmi_put(m, f->enabled[clock]);
        scmi_put_name(m, data->name);
        break;
    case CLOCK_DESCRIBE_RATES:
        if (m->in[1]) {
            return SCMI_OUT_OF_RANGE;
        }
        /* Three 64-bit figures: lowest, highest, step */
        scmi_put(m, 3 | RATES_ARE_A_RANGE);
        scmi_put(m, data->min);
        scmi_put(m, 0);
        scmi_put(m, data->max);
        scmi_put(m, 0);
        scmi_put(m, 1);
        scmi_put(m, 0);
        break;
    case CLOCK_RATE_GET:
        scmi_put(m, f->rate[clock]);
        scmi_put(m, f->rate[clock] >> 32);
        break;
    case CLOCK_CONFIG_SET:
        f->enabled[clock] = m->in[1] & 1;
        break;
    }
    return SCMI_SUCCESS;
}

static int32_t scmi_reset(RockchipFirmware *f, ScmiMessage *m)
{
    uint32_t domain = m->in[0];
    g_autofree char *name = NULL;

    switch (m->id) {
    case PROTOCOL_VERSION:
        scmi_put(m, 0x10000);
        return SCMI_SUCCESS;
    case PROTOCOL_ATTRIBUTES:
        scmi_put(m, NUM_RESETS);
        return SCMI_SUCCESS;
    case MESSAGE_ATTRIBUTES:
        if (m->in[0] > RESET) {
            return SCMI_NOT_FOUND;
        }
        scmi_put(m, 0);
        return SCMI_SUCCESS;
    case RESET_DOMAIN_ATTRIBUTES:
        if (domain >= NUM_RESETS) {
            return SCMI_NOT_FOUND;
        }
        name = g_strdup_printf("scmi_srst_%u", domain);
        scmi_put(m, 0);
        scmi_put(m, 0xffffffff);        /* latency: not known */
        scmi_put_name(m, name);
        return SCMI_SUCCESS;
    case RESET:
        if (domain >= NUM_RESETS) {
            return SCMI_NOT_FOUND;
        }
        f->in_reset[domain] = !(m->in[1] & RESET_AUTONOMOUS) &&
                              (m->in[1] & RESET_ASSERT);
        return SCMI_SUCCESS;
    default:
        return SCMI_NOT_SUPPORTED;
    }
}

static uint32_t scmi_load(RockchipFirmware *f, hwaddr offset)
{
    return ldl_le_phys(&address_space_memory, f->shmem + offset);
}

static void scmi_store(RockchipFirmware *f, hwaddr offset, uint32_t value)
{
    stl_le_phys(&address_space_memory, f->shmem + offset, value);
}

static void scmi_handle(RockchipFirmware *f)
{
    uint32_t header = scmi_load(f, SHMEM_HEADER);
    uint32_t length = scmi_load(f, SHMEM_LENGTH);
    size_t room = MIN(f->shmem_size - SHMEM_PAYLOAD, MAX_PAYLOAD);
    ScmiMessage m = { .id = HEADER_MESSAGE(header) };
    int32_t status;

    if (length < 4 || length - 4 > room) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: SCMI message of %u bytes\n",
                      __func__, length);
        status = SCMI_PROTOCOL_ERROR;
    } else {
        m.num_in = (length - 4) / 4;
        for (int i = 0; i < m.num_in; i++) {
            m.in[i] = scmi_load(f, SHMEM_PAYLOAD + 4 * i);
        }
        switch (HEADER_TYPE(header) ? 0 : HEADER_PROTOCOL(header)) {
        case PROTOCOL_BASE:
            status = scmi_base(f, &m);
            break;
        case PROTOCOL_CLOCK:
            status = scmi_clock(f, &m);
            break;
        case PROTOCOL_RESET:
            status = scmi_reset(f, &m);
            break;
        default:
            status = SCMI_NOT_SUPPORTED;
            break;
        }
    }
    if (4 + 4 * m.num_out > room) {
        status = SCMI_PROTOCOL_ERROR;
    }
    trace_rockchip_scmi(HEADER_PROTOCOL(header), m.id, m.in[0], m.in[1],
                        status);
    if (status != SCMI_SUCCESS) {
        m.num_out = 0;
    }
    scmi_store(f, SHMEM_PAYLOAD, status);
    for (int i = 0; i < m.num_out; i++) {
        scmi_store(f, SHMEM_PAYLOAD + 4 + 4 * i, m.out[i]);
    }
    scmi_store(f, SHMEM_LENGTH, 8 + 4 * m.num_out);
    scmi_store(f, SHMEM_STATUS, CHANNEL_FREE);
}

static bool rockchip_firmware_call(CPUARMState *env)
{
    Object *obj = object_resolve_path_component(qdev_get_machine(),
                                                TYPE_ROCKCHIP_FIRMWARE);
    RockchipFirmware *f = ROCKCHIP_FIRMWARE(obj);
    uint32_t function = env->xregs[0];

    if (f->scmi_call && function == f->scmi_call) {
        scmi_handle(f);
        env->xregs[0] = 0;
        return true;
    }
    switch (function) {
    case SMCCC_VERSION:
        env->xregs[0] = SMCCC_1_2;
        return true;
    case PSCI_FEATURES:
        if ((uint32_t)env->xregs[1] != SMCCC_VERSION) {
            return false;
        }
        env->xregs[0] = 0;
        return true;
    case SIP_SUSPEND_MODE:
        env->xregs[0] = 0;          /* the twin does not suspend */
        return true;
    default:
        return false;
    }
}

static void rockchip_firmware_reset_hold(Object *obj, ResetType type)
{
    RockchipFirmware *f = ROCKCHIP_FIRMWARE(obj);

    for (int i = 0; i < ARRAY_SIZE(rk3588_clocks); i++) {
        f->rate[i] = rk3588_clocks[i].boot;
        f->enabled[i] = true;
    }
    memset(f->in_reset, 0, sizeof(f->in_reset));
    if (f->scmi_call) {
        scmi_store(f, SHMEM_STATUS, CHANNEL_FREE);
    }
}

static const VMStateDescription rockchip_firmware_vmstate = {
    .name = TYPE_ROCKCHIP_FIRMWARE,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64_ARRAY(rate, RockchipFirmware,
                             ARRAY_SIZE(rk3588_clocks)),
        VMSTATE_BOOL_ARRAY(enabled, RockchipFirmware,
                           ARRAY_SIZE(rk3588_clocks)),
        VMSTATE_BOOL_ARRAY(in_reset, RockchipFirmware, NUM_RESETS),
        VMSTATE_END_OF_LIST()
    },
};

static void rockchip_firmware_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Rockchip's secure firmware";
    dc->user_creatable = false;
    dc->vmsd = &rockchip_firmware_vmstate;
    rc->phases.hold = rockchip_firmware_reset_hold;
}

static const TypeInfo rockchip_firmware_types[] = {
    {
        .name           = TYPE_ROCKCHIP_FIRMWARE,
        .parent         = TYPE_SYS_BUS_DEVICE,
        .instance_size  = sizeof(RockchipFirmware),
        .class_init     = rockchip_firmware_class_init,
    },
};

DEFINE_TYPES(rockchip_firmware_types)

static void rockchip_firmware_find_scmi(TwinState *twin, RockchipFirmware *f)
{
    int scmi = twin_find(twin, "arm,scmi-smc");
    TwinRange range;
    int shmem;

    if (scmi < 0) {
        return;
    }
    shmem = fdt_node_offset_by_phandle(twin->fdt,
                                       twin_cell(twin, scmi, "shmem", 0));
    if (shmem >= 0 && twin_reg(twin, shmem, 0, &range) &&
        range.size >= SHMEM_PAYLOAD + 64) {
        f->scmi_call = twin_cell(twin, scmi, "arm,smc-id", 0);
        f->shmem = range.base;
        f->shmem_size = range.size;
    }
}

void twin_rockchip_firmware(TwinState *twin)
{
    DeviceState *dev;

    if (!twin_is_compatible(twin, 0, "rockchip,rk3588") &&
        !twin_is_compatible(twin, 0, "rockchip,rk3588s")) {
        return;
    }
    dev = qdev_new(TYPE_ROCKCHIP_FIRMWARE);
    object_property_add_child(OBJECT(twin), TYPE_ROCKCHIP_FIRMWARE,
                              OBJECT(dev));
    rockchip_firmware_find_scmi(twin, ROCKCHIP_FIRMWARE(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    twin_add_firmware(rockchip_firmware_call);
}
