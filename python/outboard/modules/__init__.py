# SPDX-License-Identifier: GPL-2.0-only
"""Builds of the kernel modules and of the outboard program."""
