# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the project's QEMU has: the twin, the machines of boards that QEMU itself
# models, and virt for what is no board. Each entry is shown in use by a test.
CONFIG_BOARD_TWIN=y
CONFIG_RASPI=y
CONFIG_FSL_IMX8MP_EVK=y
CONFIG_ARM_VIRT=y
CONFIG_SERIAL_PCI=y
CONFIG_USB_STORAGE_CLASSIC=y
