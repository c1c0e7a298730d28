/*
 * Amlogic's secure monitor: the calls that Linux makes to it
 *
 * Facts: Linux drivers/firmware/meson/meson_sm.c, drivers/nvmem/meson-efuse.c,
 * drivers/pmdomain/amlogic/meson-secure-pwrc.c and its soc/amlogic
 * meson-gx-socinfo-sm.c; U-Boot arch/arm/mach-meson/sm.c.
 *
 * Modelled: the memory that both sides share, fuses (as many as fit the
 * "efuse" array, blank at first and, as fuses are, never cleared), chip number
 * of both formats, power domains of the S4 and its kin. The domains are all on
 * at first: which ones a board's own firmware leaves on is not known; that
 * Ethernet's is one of them is needed, for Linux' driver takes it to be always
 * on and fails if it is not. What depends on a domain works all the same when
 * it is off. G12 and SM1 have their domains in registers.
 * Not modelled: the suspend firmware, keys, JTAG, and whatever else no driver
 * of Linux calls: "not supported".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "target/arm/cpu.h"
#include "registers.h"
#include "trace.h"
#include "twin.h"

#define TYPE_AMLOGIC_SECMON "amlogic-secure-monitor"
OBJECT_DECLARE_SIMPLE_TYPE(AmlogicSecmonState, AMLOGIC_SECMON)

/* Function identifiers: SMC32, SiP service */
#define SM_SHMEM_IN         0x82000020
#define SM_SHMEM_OUT        0x82000021
#define SM_SHMEM_SIZE       0x8200002a  /* each; from the vendor's trees */
#define SM_EFUSE_READ       0x82000030  /* offset, length */
#define SM_EFUSE_WRITE      0x82000031
#define SM_EFUSE_USER_MAX   0x82000033
#define SM_GET_CHIP_ID      0x82000044  /* format */
#define SM_PWRC_SET         0x82000093  /* domain, on */
#define SM_PWRC_GET         0x82000095  /* domain; 1: off */

#define SHMEM_SIZE          (4 * KiB)
#define EFUSE_SIZE          512
#define NUM_DOMAINS         64
#define SERIAL_SIZE         12
#define CHIP_ID_V2          2
#define AO_SEC_SOCINFO      0xe0        /* in amlogic,meson-gx-ao-secure */
#define FAILED              UINT32_MAX  /* a negative number to its callers */

/* The part of the firmware that the tree sets memory aside for */
#define RESERVED_NODE       "secmon"
#define RESERVED_VENDOR     "linux,secmon"

struct AmlogicSecmonState {
    SysBusDevice parent_obj;

    uint64_t domains_off;
    uint8_t efuse[EFUSE_SIZE];

    uint64_t shmem;                 /* to the firmware, then from it */
    uint64_t cpu_id;                /* address of the SoC's register, or 0 */
    char *serial;
};

/*
 * The hook in QEMU's PSCI code passes a CPU and nothing else, so the state is
 * found by its place in the machine.
 */
static AmlogicSecmonState *amlogic_secmon(void)
{
    return AMLOGIC_SECMON(object_resolve_path_component(
        qdev_get_machine(), TYPE_AMLOGIC_SECMON));
}

static bool amlogic_secmon_give(AmlogicSecmonState *s, const void *data,
                                size_t size)
{
    return address_space_write(&address_space_memory, s->shmem + SHMEM_SIZE,
                               MEMTXATTRS_UNSPECIFIED, data, size) == MEMTX_OK;
}

static bool amlogic_secmon_take(AmlogicSecmonState *s, void *data, size_t size)
{
    return address_space_read(&address_space_memory, s->shmem,
                              MEMTXATTRS_UNSPECIFIED, data, size) == MEMTX_OK;
}

/* Both give the number of bytes; 0 if it is none of the fuses */
static uint32_t amlogic_secmon_read_efuse(AmlogicSecmonState *s,
                                          uint32_t offset, uint32_t length)
{
    if (offset >= EFUSE_SIZE || length > EFUSE_SIZE - offset ||
        !amlogic_secmon_give(s, s->efuse + offset, length)) {
        return 0;
    }
    return length;
}

static uint32_t amlogic_secmon_write_efuse(AmlogicSecmonState *s,
                                           uint32_t offset, uint32_t length)
{
    uint8_t data[EFUSE_SIZE];

    if (offset >= EFUSE_SIZE || length > EFUSE_SIZE - offset ||
        !amlogic_secmon_take(s, data, length)) {
        return 0;
    }
    for (uint32_t i = 0; i < length; i++) {
        s->efuse[offset + i] |= data[i];
    }
    return length;
}

/* Gives no number of bytes, as the real one; see meson_sm_call_read() */
static uint32_t amlogic_secmon_chip_id(AmlogicSecmonState *s, uint32_t format)
{
    uint8_t id[8 + SERIAL_SIZE] = { };
    uint8_t *serial = id + 4;

    if (format == CHIP_ID_V2) {
        stl_le_p(id + 4, s->cpu_id ? twin_register_get(s->cpu_id) : 0);
        serial += 4;
        stl_le_p(id, CHIP_ID_V2);
    } else {
        stl_le_p(id, 1);
    }
    memcpy(serial, s->serial, strnlen(s->serial, SERIAL_SIZE));
    return amlogic_secmon_give(s, id, sizeof(id)) ? 0 : FAILED;
}

static uint32_t amlogic_secmon_set_domain(AmlogicSecmonState *s,
                                          uint32_t domain, bool on)
{
    if (domain >= NUM_DOMAINS) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AMLOGIC_SECMON
                      ": there is no power domain %" PRIu32 "\n", domain);
        return FAILED;
    }
    s->domains_off = deposit64(s->domains_off, domain, 1, !on);
    trace_amlogic_secmon_domain(domain, on);
    return 0;
}

static uint32_t amlogic_secmon_get_domain(AmlogicSecmonState *s,
                                          uint32_t domain)
{
    return domain < NUM_DOMAINS ? extract64(s->domains_off, domain, 1) : FAILED;
}

static bool amlogic_secmon_call(CPUARMState *env)
{
    AmlogicSecmonState *s = amlogic_secmon();
    uint32_t arg1 = env->xregs[1];
    uint32_t arg2 = env->xregs[2];

    switch ((uint32_t)env->xregs[0]) {
    case SM_SHMEM_IN:
        env->xregs[0] = s->shmem;
        break;
    case SM_SHMEM_OUT:
        env->xregs[0] = s->shmem + SHMEM_SIZE;
        break;
    case SM_SHMEM_SIZE:
        env->xregs[0] = SHMEM_SIZE;
        break;
    case SM_EFUSE_READ:
        env->xregs[0] = amlogic_secmon_read_efuse(s, arg1, arg2);
        break;
    case SM_EFUSE_WRITE:
        env->xregs[0] = amlogic_secmon_write_efuse(s, arg1, arg2);
        break;
    case SM_EFUSE_USER_MAX:
        env->xregs[0] = EFUSE_SIZE;
        break;
    case SM_GET_CHIP_ID:
        env->xregs[0] = amlogic_secmon_chip_id(s, arg1);
        break;
    case SM_PWRC_SET:
        env->xregs[0] = amlogic_secmon_set_domain(s, arg1, arg2);
        break;
    case SM_PWRC_GET:
        env->xregs[0] = amlogic_secmon_get_domain(s, arg1);
        break;
    default:
        return false;
    }
    return true;
}

static void amlogic_secmon_reset_hold(Object *obj, ResetType type)
{
    AMLOGIC_SECMON(obj)->domains_off = 0;
}

static void amlogic_secmon_init(Object *obj)
{
    AmlogicSecmonState *s = AMLOGIC_SECMON(obj);

    object_property_add_uint64_ptr(obj, "domains-off", &s->domains_off,
                                   OBJ_PROP_FLAG_READWRITE);
}

static const VMStateDescription amlogic_secmon_vmstate = {
    .name = TYPE_AMLOGIC_SECMON,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(domains_off, AmlogicSecmonState),
        VMSTATE_UINT8_ARRAY(efuse, AmlogicSecmonState, EFUSE_SIZE),
        VMSTATE_END_OF_LIST()
    }
};

static const Property amlogic_secmon_properties[] = {
    DEFINE_PROP_UINT64("shmem", AmlogicSecmonState, shmem, 0),
    DEFINE_PROP_UINT64("cpu-id", AmlogicSecmonState, cpu_id, 0),
    DEFINE_PROP_STRING("serial", AmlogicSecmonState, serial),
};

static void amlogic_secmon_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Amlogic secure monitor";
    dc->vmsd = &amlogic_secmon_vmstate;
    rc->phases.hold = amlogic_secmon_reset_hold;
    device_class_set_props(dc, amlogic_secmon_properties);
}

static const TypeInfo amlogic_secmon_types[] = {
    {
        .name = TYPE_AMLOGIC_SECMON,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AmlogicSecmonState),
        .instance_init = amlogic_secmon_init,
        .class_init = amlogic_secmon_class_init,
    },
};

DEFINE_TYPES(amlogic_secmon_types)

/*
 * The firmware's own memory, by the name of its node: it has no compatible and
 * other firmware's memory may be listed before it. A tree can have several
 * pieces, of which the lowest is the monitor's. 0: there is none.
 */
static hwaddr amlogic_find_shmem(TwinState *twin)
{
    int parent = fdt_path_offset(twin->fdt, "/reserved-memory");
    hwaddr found = 0;
    int node;

    fdt_for_each_subnode(node, twin->fdt, parent) {
        int len;
        const char *name = fdt_get_name(twin->fdt, node, &len);
        TwinRange range;

        len = strcspn(name, "@");
        if (((len == strlen(RESERVED_NODE) &&
              !strncmp(name, RESERVED_NODE, len)) ||
             (len == strlen(RESERVED_VENDOR) &&
              !strncmp(name, RESERVED_VENDOR, len))) &&
            twin_reg(twin, node, 0, &range) &&
            range.size >= 2 * SHMEM_SIZE &&
            (!found || range.base < found)) {
            found = range.base;
        }
    }
    return found;
}

void twin_amlogic_firmware(TwinState *twin)
{
    int secure = twin_find(twin, "amlogic,meson-gx-ao-secure");
    hwaddr shmem = amlogic_find_shmem(twin);
    TwinRange range;
    DeviceState *dev;

    if (!shmem) {
        if (twin_find(twin, "amlogic,meson-gxbb-sm") >= 0) {
            warn_report("%s: has a secure monitor, but /reserved-memory has no "
                        RESERVED_NODE ": its calls are not answered",
                        MACHINE(twin)->dtb);
        }
        return;
    }
    dev = qdev_new(TYPE_AMLOGIC_SECMON);
    object_property_add_child(OBJECT(twin), TYPE_AMLOGIC_SECMON, OBJECT(dev));
    qdev_prop_set_uint64(dev, "shmem", shmem);
    qdev_prop_set_string(dev, "serial", "board twin");
    if (secure >= 0 && twin_reg(twin, secure, 0, &range)) {
        qdev_prop_set_uint64(dev, "cpu-id", range.base + AO_SEC_SOCINFO);
    }
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    twin_add_firmware(amlogic_secmon_call);
}
