/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTBOARD_BENCH_AML_S4_PWRC_MODEL_H
#define OUTBOARD_BENCH_AML_S4_PWRC_MODEL_H

#include <linux/types.h>

#define AML_S4_DOMAINS		8

void aml_s4_pwrc_start(void);
bool aml_s4_pwrc_is_on(unsigned int domain);
void aml_s4_pwrc_switch(unsigned int domain, bool on);
unsigned int aml_s4_pwrc_switched(unsigned int domain);
void aml_s4_pwrc_fail(unsigned int domain, long value);
unsigned int aml_s4_pwrc_spare(unsigned int first, unsigned int last);
void aml_s4_pwrc_unknown(bool unknown);

#endif
