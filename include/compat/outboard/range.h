/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernels that outboard is built and booted on; force-included by Kbuild
 *
 * Everything else about a kernel is asked of the kernel itself by the probes.
 * What lies outside has not been tried: most of it would build, and nobody
 * knows how it would behave.
 */
#ifndef OUTBOARD_COMPAT_RANGE_H
#define OUTBOARD_COMPAT_RANGE_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "this kernel is older than Linux 5.10, the oldest that outboard supports"
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0) && !defined(OUTBOARD_UNTESTED_KERNEL)
#error "this kernel is newer than Linux 7.3, the newest that outboard was tried on; to build all the same: make UNTESTED=1"
#endif

#endif
