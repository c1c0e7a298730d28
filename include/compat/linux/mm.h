/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm_flags_clear(), which kernels before 6.3 lack
 */
#ifndef OUTBOARD_COMPAT_LINUX_MM_H
#define OUTBOARD_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>
#include <generated/outboard-probed.h>

#ifndef OUTBOARD_HAVE_VM_FLAGS_CLEAR
/* The caller holds mmap_lock for writing, as mmap callbacks do. */
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif
