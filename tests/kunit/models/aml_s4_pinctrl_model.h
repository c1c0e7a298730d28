/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTBOARD_BENCH_AML_S4_PINCTRL_MODEL_H
#define OUTBOARD_BENCH_AML_S4_PINCTRL_MODEL_H

#include <linux/types.h>

#define AML_S4_PINS		82
#define AML_S4_CHANNELS		12
#define AML_S4_FLOATS		(-1)

/**
 * struct aml_s4_pin - what the registers make of a pin
 * @name: of the pin
 * @mux: which function, 0 is GPIO
 * @signal: what that connects to the pin, NULL for GPIO
 * @output: whether it drives as a GPIO
 * @out: the level that it then drives
 * @pull: 0 down, 1 up, AML_S4_FLOATS none
 * @strength: drive strength, 0 to 3
 */
struct aml_s4_pin {
	const char *name;
	unsigned int mux;
	const char *signal;
	bool output;
	bool out;
	int pull;
	unsigned int strength;
};

struct aml_s4_pin aml_s4_pin(unsigned int pin);
const char *aml_s4_pin_signal(unsigned int pin, unsigned int mux);
void aml_s4_pin_wire(unsigned int pin, int level);
bool aml_s4_pin_level(unsigned int pin);
unsigned long aml_s4_pin_changes(unsigned int pin);

#endif
