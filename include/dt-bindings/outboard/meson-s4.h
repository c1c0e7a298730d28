/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Names for the numbers of an Amlogic Meson S4 device tree.
 *
 * A kernel's own header is used where the include path has it. The headers of 5.10 and 6.1
 * do not know the S4's clocks, those of 5.10 nothing of the S4, and an overlay is compiled
 * without a kernel: then the numbers stand here, as far as our trees use them. They are the
 * bindings' (clock, reset and power-domain ids, pin numbers) and mean the same everywhere.
 */
#ifndef OUTBOARD_DT_BINDINGS_MESON_S4_H
#define OUTBOARD_DT_BINDINGS_MESON_S4_H

#if __has_include("dt-bindings/interrupt-controller/arm-gic.h")
#include <dt-bindings/interrupt-controller/arm-gic.h>
#else
#define GIC_SPI				0
#define GIC_PPI				1
#define GIC_CPU_MASK_SIMPLE(num)	(((1 << (num)) - 1) << 8)
#define IRQ_TYPE_EDGE_RISING		1
#define IRQ_TYPE_EDGE_BOTH		3
#define IRQ_TYPE_LEVEL_HIGH		4
#define IRQ_TYPE_LEVEL_LOW		8
#endif

#if __has_include("dt-bindings/gpio/gpio.h")
#include <dt-bindings/gpio/gpio.h>
#else
#define GPIO_ACTIVE_HIGH		0
#define GPIO_ACTIVE_LOW			1
#define GPIO_OPEN_DRAIN			6
#endif

#if __has_include("dt-bindings/gpio/meson-s4-gpio.h")
#include <dt-bindings/gpio/meson-s4-gpio.h>
#else
#define GPIOB_9				9
#define GPIOC_6				20
#define GPIOD_4				28
#define GPIOD_8				32
#define GPIOD_9				33
#define GPIOH_6				42
#define GPIOX_6				54
#define GPIOX_17			65
#define GPIOZ_3				71
#define GPIOZ_8				76
#endif

#if __has_include("dt-bindings/clock/amlogic,s4-pll-clkc.h")
#include <dt-bindings/clock/amlogic,s4-pll-clkc.h>
#else
#define CLKID_FCLK_DIV2			3
#define CLKID_FCLK_DIV3			5
#define CLKID_FCLK_DIV4			7
#define CLKID_FCLK_DIV5			9
#define CLKID_FCLK_DIV7			11
#define CLKID_FCLK_DIV2P5		13
#define CLKID_GP0_PLL			15
#define CLKID_HIFI_PLL			17
#define CLKID_HDMI_PLL			20
#define CLKID_MPLL_50M			22
#define CLKID_MPLL0			25
#define CLKID_MPLL1			27
#define CLKID_MPLL2			29
#define CLKID_MPLL3			31
#endif

#if __has_include("dt-bindings/clock/amlogic,s4-peripherals-clkc.h")
#include <dt-bindings/clock/amlogic,s4-peripherals-clkc.h>
#else
#define CLKID_MALI_0_SEL		70
#define CLKID_MALI_0			72
#define CLKID_MALI_SEL			76
#define CLKID_SD_EMMC_C			123
#define CLKID_SD_EMMC_A			126
#define CLKID_SD_EMMC_B			129
#define CLKID_SPICC0_EN			132
#define CLKID_PWM_A			135
#define CLKID_PWM_B			138
#define CLKID_PWM_C			141
#define CLKID_PWM_D			144
#define CLKID_PWM_E			147
#define CLKID_PWM_F			150
#define CLKID_PWM_G			153
#define CLKID_PWM_H			156
#define CLKID_PWM_I			159
#define CLKID_PWM_J			162
#define CLKID_SARADC_SEL		163
#define CLKID_SARADC			165
#define CLKID_ETHPHY			171
#define CLKID_MALI			172
#define CLKID_SDEMMC_A			176
#define CLKID_SDEMMC_B			177
#define CLKID_NAND			178
#define CLKID_ETH			185
#define CLKID_UART_A			186
#define CLKID_UART_B			187
#define CLKID_UART_C			188
#define CLKID_SPICC0			195
#define CLKID_USB			197
#define CLKID_I2C_M_A			198
#define CLKID_I2C_M_B			199
#define CLKID_I2C_M_C			200
#define CLKID_I2C_M_D			201
#define CLKID_I2C_M_E			202
#define CLKID_SAR_ADC			212
#endif

#if __has_include("dt-bindings/power/meson-s4-power.h")
#include <dt-bindings/power/meson-s4-power.h>
#else
#define PWRC_S4_USB_COMB_ID		3
#define PWRC_S4_ETH_ID			5
#endif

#if __has_include("dt-bindings/reset/amlogic,meson-s4-reset.h")
#include <dt-bindings/reset/amlogic,meson-s4-reset.h>
#else
#define RESET_USBCTRL			4
#define RESET_USBPHY20			8
#define RESET_USBPHY21			9
#define RESET_MALI_APB			33
#define RESET_MALI			34
#define RESET_SD_EMMC_A			152
#define RESET_SD_EMMC_B			153
#define RESET_NAND_EMMC			154
#endif

#endif
