/*
 * Register RAM: memory in the place of registers that no model has
 *
 * All of it is one store that is indexed by physical address, so that a syscon
 * and the nodes inside it agree. What differs from memory (reset values, bits
 * that always read as one, write masks, pins) comes from the SoC's file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_BOARD_TWIN_REGISTERS_H
#define HW_BOARD_TWIN_REGISTERS_H

#include "exec/hwaddr.h"
#include "twin.h"

/* Put register RAM at @range; @priority decides where ranges overlap */
void twin_registers_create(const char *name, TwinRange range, int priority);
/* Apply the SoC's file, if any, to the nodes of the tree; exits on bad data */
void twin_registers_load(TwinState *twin);

/* The register that the guest polls, as a sentence, or "": to be freed */
char *twin_register_polled(void);

/* What models, firmware among them, do to registers beside the guest */
uint32_t twin_register_get(hwaddr address);
void twin_register_set(hwaddr address, uint32_t value);

#endif
