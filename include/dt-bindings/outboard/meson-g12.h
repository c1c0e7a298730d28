/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Names for the numbers of an Amlogic G12A, G12B or SM1 device tree that our overlays use:
 * the kernel's own headers where the include path has them, the numbers where it has not.
 */
#ifndef OUTBOARD_DT_BINDINGS_MESON_G12_H
#define OUTBOARD_DT_BINDINGS_MESON_G12_H

#if __has_include("dt-bindings/gpio/gpio.h")
#include <dt-bindings/gpio/gpio.h>
#else
#define GPIO_ACTIVE_LOW		1
#define GPIO_OPEN_DRAIN		6
#endif

#if __has_include("dt-bindings/gpio/meson-g12a-gpio.h")
#include <dt-bindings/gpio/meson-g12a-gpio.h>
#else
#define GPIOH_6			22
#endif

#endif
