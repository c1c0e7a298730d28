/*
 * The board twin: GPIO pins on register RAM
 *
 * A pin that the guest makes an output has the level that the guest gives it,
 * any other the level that the outside drives. The outside is QMP: a bank is
 * the object /machine/pins/NAME, a pin a bit of its properties
 *
 *   levels       what a volt meter would show
 *   outputs      what the guest writes
 *   directions   1: the guest has made it an output
 *   driven       what the outside puts on the pin; at first what the SoC's file
 *                says is pulled up is high
 *
 * Pull resistors of the SoC are not modelled. Where the registers are is in the
 * SoC's file, and which number a pin has at an interrupt controller that has a
 * model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "pins.h"
#include "registers.h"
#include "trace.h"

#define TYPE_TWIN_PIN_BANK "twin-pin-bank"
OBJECT_DECLARE_SIMPLE_TYPE(TwinPinBank, TWIN_PIN_BANK)

struct TwinPinBank {
    Object parent_obj;

    char *name;
    GArray *parts;                  /* of TwinPins */
    uint64_t driven;
};

static GPtrArray *banks;

static struct {
    void (*changed)(void *opaque);
    void *opaque;
} watch;

static bool is_output(const TwinPins *pins, int i)
{
    uint32_t directions = twin_register_get(pins->direction);

    return extract32(directions, pins->direction_bit + i, 1) ==
           pins->output_when;
}

static bool output_of(const TwinPins *pins, int i)
{
    return extract32(twin_register_get(pins->output), pins->output_bit + i, 1);
}

static bool level_of(const TwinPinBank *bank, const TwinPins *pins, int i)
{
    return is_output(pins, i) ? output_of(pins, i) :
           extract64(bank->driven, pins->first + i, 1);
}

uint32_t twin_pins_input(hwaddr address, uint32_t value)
{
    for (int b = 0; b < banks->len; b++) {
        const TwinPinBank *bank = g_ptr_array_index(banks, b);

        for (int p = 0; p < bank->parts->len; p++) {
            const TwinPins *pins = &g_array_index(bank->parts, TwinPins, p);

            for (int i = 0; pins->input == address && i < pins->count; i++) {
                value = deposit32(value, pins->input_bit + i, 1,
                                  level_of(bank, pins, i));
            }
        }
    }
    return value;
}

bool twin_pins_level(int interrupt)
{
    for (int b = 0; banks && b < banks->len; b++) {
        const TwinPinBank *bank = g_ptr_array_index(banks, b);

        for (int p = 0; p < bank->parts->len; p++) {
            const TwinPins *pins = &g_array_index(bank->parts, TwinPins, p);

            if (pins->interrupt >= 0 && interrupt >= pins->interrupt &&
                interrupt < pins->interrupt + pins->count) {
                return level_of(bank, pins, interrupt - pins->interrupt);
            }
        }
    }
    return false;
}

void twin_pins_watch(void (*changed)(void *opaque), void *opaque)
{
    watch.changed = changed;
    watch.opaque = opaque;
}

void twin_pins_written(void)
{
    if (watch.changed) {
        watch.changed(watch.opaque);
    }
}

typedef enum PinProperty {
    PIN_LEVELS,
    PIN_OUTPUTS,
    PIN_DIRECTIONS,
    PIN_DRIVEN,
} PinProperty;

static void bank_get(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    const TwinPinBank *bank = TWIN_PIN_BANK(obj);
    PinProperty property = (uintptr_t)opaque;
    uint64_t value = property == PIN_DRIVEN ? bank->driven : 0;

    for (int p = 0; property != PIN_DRIVEN && p < bank->parts->len; p++) {
        const TwinPins *pins = &g_array_index(bank->parts, TwinPins, p);

        for (int i = 0; i < pins->count; i++) {
            bool bit = property == PIN_LEVELS ? level_of(bank, pins, i) :
                       property == PIN_OUTPUTS ? output_of(pins, i) :
                       is_output(pins, i);

            value = deposit64(value, pins->first + i, 1, bit);
        }
    }
    visit_type_uint64(v, name, &value, errp);
}

static void bank_drive(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    TwinPinBank *bank = TWIN_PIN_BANK(obj);

    if (visit_type_uint64(v, name, &bank->driven, errp)) {
        trace_twin_pins_driven(bank->name, bank->driven);
        twin_pins_written();
    }
}

static void bank_instance_init(Object *obj)
{
    TWIN_PIN_BANK(obj)->parts = g_array_new(false, false, sizeof(TwinPins));
}

static void bank_instance_finalize(Object *obj)
{
    TwinPinBank *bank = TWIN_PIN_BANK(obj);

    g_array_free(bank->parts, true);
    g_free(bank->name);
}

static void bank_class_init(ObjectClass *oc, void *data)
{
    static const char *const readable[] = { "levels", "outputs", "directions" };

    for (uintptr_t i = 0; i < ARRAY_SIZE(readable); i++) {
        object_class_property_add(oc, readable[i], "uint64", bank_get, NULL,
                                  NULL, (void *)i);
    }
    object_class_property_add(oc, "driven", "uint64", bank_get, bank_drive,
                              NULL, (void *)PIN_DRIVEN);
}

void twin_pins_add(TwinState *twin, const char *name, const TwinPins *pins)
{
    TwinPinBank *bank = NULL;

    if (!banks) {
        banks = g_ptr_array_new();
    }
    for (int i = 0; i < banks->len && !bank; i++) {
        TwinPinBank *other = g_ptr_array_index(banks, i);

        bank = strcmp(other->name, name) ? NULL : other;
    }
    if (!bank) {
        Object *all = object_resolve_path_component(OBJECT(twin), "pins");
        Object *obj = object_new(TYPE_TWIN_PIN_BANK);

        bank = TWIN_PIN_BANK(obj);
        bank->name = g_strdup(name);
        if (!all) {
            all = object_property_add_new_container(OBJECT(twin), "pins");
        }
        object_property_add_child(all, name, obj);
        object_unref(obj);
        g_ptr_array_add(banks, bank);
    }
    g_array_append_vals(bank->parts, pins, 1);
    bank->driven |= (uint64_t)pins->pulled_up << pins->first;
}

static const TypeInfo pins_types[] = {
    {
        .name = TYPE_TWIN_PIN_BANK,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(TwinPinBank),
        .instance_init = bank_instance_init,
        .instance_finalize = bank_instance_finalize,
        .class_init = bank_class_init,
    },
};

DEFINE_TYPES(pins_types)
