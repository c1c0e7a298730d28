# SPDX-License-Identifier: GPL-2.0-only
"""What boots on a machine: initramfs, modules, the programs in files/."""
