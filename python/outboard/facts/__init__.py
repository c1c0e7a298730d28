# SPDX-License-Identifier: GPL-2.0-only
"""What is known: boards, register files of SoCs, layouts of cards."""
