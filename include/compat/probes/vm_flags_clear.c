// SPDX-License-Identifier: GPL-2.0-only
/* 6.3: vm_flags is written through functions. */
#include <linux/mm.h>

void (*outboard_probe)(struct vm_area_struct *vma, vm_flags_t flags) = vm_flags_clear;
