/*
 * GPIO pins on register RAM, to be read and driven from outside
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_BOARD_TWIN_PINS_H
#define HW_BOARD_TWIN_PINS_H

#include "exec/hwaddr.h"
#include "twin.h"

#define TWIN_MAX_PINS   64          /* of a bank: it is shown as 64 bits */

/* Pins whose registers are side by side */
typedef struct TwinPins {
    int first;                      /* number in the bank */
    int count;
    int output_when;                /* value of a direction bit */
    uint32_t pulled_up;             /* high when nothing drives them */
    hwaddr direction, output, input;
    int direction_bit, output_bit, input_bit;
    int interrupt;                  /* number of the first one's, or -1 */
} TwinPins;

/* Add @pins to the bank @name, which is made if there is none of that name */
void twin_pins_add(TwinState *twin, const char *name, const TwinPins *pins);
/* @value with the bits that are pins of the input register at @address */
uint32_t twin_pins_input(hwaddr address, uint32_t value);

/* Level of the pin that has this interrupt; low if there is none */
bool twin_pins_level(int interrupt);
/* Call @changed whenever a pin may have another level */
void twin_pins_watch(void (*changed)(void *opaque), void *opaque);
/* A register was written that makes levels */
void twin_pins_written(void);

#endif
